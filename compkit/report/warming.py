"""What reports do the first time and keep: done once, before processes are forked that make reports."""

from __future__ import annotations


def warm() -> None:
    """Do nothing yet."""
