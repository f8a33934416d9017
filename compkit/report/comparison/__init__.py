"""A person's offers side by side."""
