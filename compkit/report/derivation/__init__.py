"""Derivations of figures in words."""
