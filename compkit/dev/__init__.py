"""What `make` does."""
