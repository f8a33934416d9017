"""One report: its job, its limits, and what runs it."""
