"""What an exercise gives a student to read, as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Given:
    """A small table.

    Parameters
    ----------
    title : str
    headings : sequence of str
        All empty for a list of facts.
    rows : sequence of sequence of str
    note : str
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
