"""Tasks of `make`."""
