"""Exit codes of the commands."""

EXIT_DONE = 0
"""Done, also if a target is out of reach."""

EXIT_PARTLY = 1
"""Done, but some reports failed or no longer reproduce."""

EXIT_REFUSED = 2
"""Input refused; nothing was written."""

EXIT_BY_SIGNAL = 128
"""Stopped by a signal: this plus its number, so 130 after Ctrl-C and 143 after `kill`."""
