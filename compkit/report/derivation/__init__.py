"""Where a figure comes from, in words."""
