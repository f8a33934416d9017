"""The hand-checked rows of tests/cases, and how closely a result must meet them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from compkit.offers import Offers, load_offers

CASES = Path(__file__).parent / "cases"
RELATIVE, ABSOLUTE_USD, ABSOLUTE_FRACTION = 1e-9, 1e-6, 1e-9


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of tests/cases/<name>.csv."""
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def offers(name: str) -> Offers:
    """Return the offers of tests/cases/<name>_offers.yaml."""
    return load_offers(CASES / f"{name}_offers.yaml")


def is_close(actual: float, expected: float, absolute: float = ABSOLUTE_USD) -> bool:
    """Return whether a result meets the figure worked out by hand."""
    return abs(actual - expected) <= max(absolute, RELATIVE * abs(expected))


def misses(checks: Iterable[tuple[str, float, float]], absolute: float = ABSOLUTE_USD) -> list[str]:
    """Return a line for each (case, result, figure by hand) that do not meet."""
    return [
        f"{case}: got {actual!r}, by hand {expected!r}"
        for case, actual, expected in checks
        if not is_close(float(actual), float(expected), absolute)
    ]
