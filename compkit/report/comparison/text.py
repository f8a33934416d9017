"""Wording for pairs, causes and growth rates in a comparison, and short names for charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compkit.analysis import LEAST_LEAD, Comparison
from compkit.report.decision.text import offer_names
from compkit.report.show.text import count, joined, percent

CENT = 0.01
MOST_NAMED = 3


def pair_of(comparison: Comparison, a: int, b: int) -> dict[str, Any]:
    """Figures of a pair with `a` first, whatever the order in the file."""
    low, high = min(a, b), max(a, b)
    row = comparison.pair_by_ids[comparison.ids[low], comparison.ids[high]]
    if (low, high) == (a, b):
        return row
    turned = row["break_even"] if is_tie(row) else {"always": "never", "never": "always", "at": "at"}[row["break_even"]]
    return row | {
        "a": row["b"],
        "b": row["a"],
        "difference": -row["difference"],
        "break_even": turned,
        "p_a_beats_b": 1 - row["p_a_beats_b"],
    }


def is_tie(pair: Mapping[str, Any]) -> bool:
    """Tell whether two offers pay the same at every growth."""
    return bool(pair["break_even"] == "always" and abs(pair["difference"]) < CENT)


def turns_in_words(pair: Mapping[str, Any]) -> str:
    """Describe the growth at which a pair's order changes."""
    if is_tie(pair):
        return "equal at every growth"
    words = {"always": "ahead at every growth", "never": "behind at every growth"}
    return words.get(pair["break_even"]) or f"even at {percent(pair['break_even_growth'], 1)}"


def cause_in_words(row: Mapping[str, Any]) -> str:
    """Describe what moves a difference."""
    return {
        "growth": "the growth of all shares",
        "stock": f"the price of {row['company']}'s stock",
        "tenure": "how long you stay",
        "bonus": "whether bonuses are paid",
    }[row["cause"]]


def can_turn(row: Mapping[str, Any]) -> bool:
    """Tell whether one tested value puts the other offer ahead; false for equal offers."""
    return abs(row["base"]) >= LEAST_LEAD and any(row["base"] * row[end] < 0 for end in ("low", "high"))


def names_of(comparison: Comparison) -> dict[str, str]:
    """Name each offer within a sentence, by id."""
    return offer_names([one.entry for one in comparison.evaluations])


def over_years(comparison: Comparison) -> str:
    """Phrase for the years counted, such as "over 4 years"."""
    return f"over {count(comparison.assumptions.n_years, 'year')}"


def has_stock(comparison: Comparison) -> bool:
    """Tell whether any offer pays in shares within the years."""
    return bool((comparison.share_totals > 0).any())


def some(names: Sequence[str]) -> str:
    """Join names, only the first three of many.

    >>> some(["a", "b"]), some(["a", "b", "c", "d", "e"])
    ('a and b', 'a, b, c and 2 others')
    """
    if len(names) <= MOST_NAMED:
        return joined(list(names))
    return joined([*names[:MOST_NAMED], count(len(names) - MOST_NAMED, "other")])


def shortened(name: str, n_letters: int) -> str:
    """Shorten a name for a legend or axis by cutting its middle.

    >>> shortened("a-very-long-offer-name-indeed-of-forty-letters", 21)
    'a-very-lon…ty-letters'
    """
    if len(name) <= n_letters:
        return name
    tail = (n_letters - 1) // 2
    return f"{name[: n_letters - 1 - tail]}…{name[-tail:]}"


def labels_of(names: Sequence[str], n_letters: int) -> dict[str, str]:
    """Short label by name, numbered where labels would be the same.

    >>> labels_of(["north-east-one-south", "north-east-two-south", "west"], 9)
    {'north-east-one-south': '1 nor…uth', 'north-east-two-south': '2 nor…uth', 'west': 'west'}
    """
    short = {name: shortened(name, n_letters) for name in names}
    alike = [name for name in names if list(short.values()).count(short[name]) > 1]
    numbered = {name: f"{at} {shortened(name, n_letters - len(str(at)) - 1)}" for at, name in enumerate(alike, start=1)}
    return short | numbered
