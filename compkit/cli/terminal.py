"""Tables in columns, and texts that others wrote, made harmless for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Sequence

import click

from compkit.report.show.text import aligned

_MOST_LETTERS = 500
_JOINERS = ("\u200c", "\u200d")
"""Without these some scripts and many emoji fall apart; they do nothing else."""


def harmless(text: str, *, keep_lines: bool = False) -> str:
    r"""Return a text in which nothing commands the terminal.

    Control characters, also those that turn the direction of writing, are spelled out.

    >>> harmless("\x1b]0;mine\x07 \u202edna"), harmless("naïve: שלום")
    ('\\x1b]0;mine\\x07 \\u202edna', 'naïve: שלום')
    """
    kept = (*_JOINERS, "\n") if keep_lines else _JOINERS
    return "".join(
        letter if letter in kept or _is_harmless(letter) else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def echo_table(rows: Iterable[Sequence[str] | str], left: Container[int] = (0,)) -> None:
    """Print rows below a heading, in columns that line up; see `aligned`."""
    for line in aligned(rows, left):
        click.echo(f"  {line}".rstrip())


def one_line(text: str) -> str:
    """Return a text as one harmless line, cut where it is very long."""
    line = harmless(" ".join(text.split()))
    return line if len(line) <= _MOST_LETTERS else f"{line[: _MOST_LETTERS - 1]}…"


def _is_harmless(letter: str) -> bool:
    """Return whether a letter is none of those that control, format, separate lines, or are half of another."""
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
