"""Object stores as the place of reports."""
