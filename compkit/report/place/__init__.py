"""Places as tables and charts."""
