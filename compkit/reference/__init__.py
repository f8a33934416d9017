"""The tables of `data/`, read and checked."""
