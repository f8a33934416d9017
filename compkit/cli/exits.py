"""What the command's exit codes mean."""

EXIT_DONE = 0
"""Done; an unreachable target is an answer, too."""

EXIT_PARTLY = 1
"""Done, but some reports failed or no longer reproduce."""

EXIT_REFUSED = 2
"""The input was refused; nothing was written."""

EXIT_BY_SIGNAL = 128
"""Stopped: this and the signal's number, so 130 after Ctrl-C and 143 after `kill`."""
