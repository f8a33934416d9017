"""Lines that arrive in pieces: an output of many megabytes is one line."""

from __future__ import annotations


def complete_lines(rest: bytearray, data: bytes) -> list[bytearray]:
    r"""Add data to `rest` and take the complete lines out of it.

    >>> rest = bytearray(b"a")
    >>> complete_lines(rest, b"b"), complete_lines(rest, b"c\nd\ne"), rest
    ([], [bytearray(b'abc'), bytearray(b'd')], bytearray(b'e'))
    """
    rest += data
    if b"\n" not in data:
        return []
    *lines, last = rest.split(b"\n")
    rest[:] = last
    return lines
