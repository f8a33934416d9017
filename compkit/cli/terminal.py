"""Print tables in a terminal, and make text from elsewhere harmless there."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compkit.report import Table

_MOST_LETTERS = 500
_JOINERS = ("\u200c", "\u200d")
"""Some scripts and many emoji need these to display correctly."""


def harmless(text: str, *, keep_lines: bool = False) -> str:
    r"""Escape control characters, including those that change the writing direction.

    >>> harmless("\x1b]0;mine\x07 \u202edna"), harmless("naïve: שלום")
    ('\\x1b]0;mine\\x07 \\u202edna', 'naïve: שלום')
    """
    kept = (*_JOINERS, "\n") if keep_lines else _JOINERS
    return "".join(
        letter if letter in kept or _is_harmless(letter) else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )


def echo_table(
    table: Table | Iterable[Sequence[str] | str], left: Container[int] = (0,), *, indent: str = "  "
) -> None:
    """Print a report's table without its caption and note, or rows of text as `aligned` takes them, in columns."""
    from compkit.report import Table, aligned  # slow to import, and some commands print no table

    for line in table.lines() if isinstance(table, Table) else aligned(table, left):
        click.echo(f"{indent}{line}".rstrip())


def one_line(text: str) -> str:
    """One harmless line of text, shortened if very long."""
    line = harmless(" ".join(text.split()))
    return line if len(line) <= _MOST_LETTERS else f"{line[: _MOST_LETTERS - 1]}…"


def _is_harmless(letter: str) -> bool:
    """Tell ordinary characters from control, format, line-separator and surrogate ones."""
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
