"""What was heard during a hiring process, against the guide's lists."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from compkit.model import Heard
from compkit.reference import Tables

SignalList = Literal["encouraging", "routine", "concern"]
_NEGATIONS = ("no", "not", "never", "without", "nothing")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of something heard; it decides nothing.

    Parameters
    ----------
    heard : Heard
    row : str or None
        In data/hiring_signals.csv; None if no list has it.
    list : str
        The guide's list, empty if none has it.
    name, reason, innocent : str
    """

    heard: Heard
    row: str | None = None
    list: SignalList | Literal[""] = ""
    name: str = ""
    reason: str = ""
    innocent: str = ""


def readings(heard: Sequence[Heard], tables: Tables) -> list[Reading]:
    """List every row that something heard may be, in the order of the file; what is on no list has its own reading.

    Notes
    -----
    A row fits if the beginnings of words of one of its alternatives are all there. A sentence with a "no" or "not"
    fits only alternatives that have one, since it may mean the opposite.

    Source: docs/plan-the-weeks.md#what-they-say
    """
    found = []
    for one in heard:
        rows = [row for row in tables.rows("hiring_signals") if row["words"] and _fits(one.said, row["words"])]
        found += [_reading(one, row) for row in rows] or [Reading(one)]
    return found


def _reading(heard: Heard, row: dict[str, Any]) -> Reading:
    return Reading(heard, row["signal_id"], row["list"], row["name"], row["reason"], row["innocent"])


def _fits(said: str, alternatives: str) -> bool:
    words = _words(said)
    negated = any(_is_negation(word) for word in words)
    return any(_holds(words, _words(one), negated=negated) for one in alternatives.split(";"))


def _holds(words: Sequence[str], stems: Sequence[str], *, negated: bool) -> bool:
    is_meant = negated == any(_is_negation(stem) for stem in stems)
    return is_meant and all(any(_begins(word, stem) for word in words) for stem in stems)


def _begins(word: str, stem: str) -> bool:
    """Whether a word begins with a stem; short ones must be the whole word."""
    return word == stem if len(stem) <= 3 or _is_negation(stem) else word.startswith(stem)


def _is_negation(word: str) -> bool:
    return word in _NEGATIONS or word.endswith("n't")


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower().replace("\u2019", "'"))
