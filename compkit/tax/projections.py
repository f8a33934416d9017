"""What a projected tax year rests on: figures raised by assumption, and decisions that are still open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from compkit.reference import Tables
from compkit.tax.equity import AMT
from compkit.tax.schedules import FILING_STATUSES, TaxTables
from compkit.tax.vocabulary import parameter_words


@dataclass(frozen=True, slots=True)
class Projection:
    """A figure of a projected year that no published rule settles.

    Parameters
    ----------
    jurisdiction, tax, parameter : str
        As in tax_parameters.csv; `brackets` for the brackets.
    figure : str
        What it is called.
    assumed : str
        What compkit takes.
    settled_by : str
        What decides it, and what is known; empty for next year's usual notice.
    source_id : str
        Key of sources.csv.
    """

    jurisdiction: str
    tax: str
    parameter: str
    figure: str
    assumed: str
    settled_by: str
    source_id: str


_LIMITS_ONLY = frozenset({"retirement_plan", "hsa"})
"""What a household may save, which no tax rests on."""
_STEP = " from an income of "
"""Before the income from which a figure of a row of steps holds, which all rise alike."""
_OF_CHILDREN = "child_credit"


def projections(
    jurisdictions: Iterable[str], years: Collection[int], law: TaxTables, tables: Tables, *, has_children: bool = False
) -> list[Projection]:
    """Figures of taxes on wages that are not settled in any of the years; none for published years.

    Parameters
    ----------
    jurisdictions : iterable of str
        Codes in tax_jurisdictions.csv.
    years : collection of int
        Calendar years.
    law : TaxTables
    tables : Tables
    has_children : bool
        Whether the household has a credit for children.
    """
    last = max(years, default=0)
    if last <= law.last_published_year:
        return []
    unused = _LIMITS_ONLY if has_children else _LIMITS_ONLY | {_OF_CHILDREN}
    return [
        found
        for code in dict.fromkeys(jurisdictions)
        for found in _of_jurisdiction(code, last, law, tables)
        if found.tax not in unused
    ]


def _of_jurisdiction(code: str, year: int, law: TaxTables, tables: Tables) -> Iterator[Projection]:
    key = {"jurisdiction": code}
    open_rows = [row for row in tables.rows_where("tax_pending", key) if row["first_year"] <= year]
    pending = {(row["tax"], row["parameter"]): row for row in open_rows}
    for row in tables.rows_where("tax_indexing", key):
        since = _known_until(row, year, law) if row["indexed"] and row["tax"] != AMT else None
        if since is not None:
            yield _raised(row, since, pending.pop((row["tax"], row["parameter"]), None), law)
    for row in pending.values():
        yield _projection(row, row["figure"], row["assumed"], row["settled_by"])


def _known_until(row: dict[str, Any], year: int, law: TaxTables) -> int | None:
    """Last year whose figure is known, if it is raised after that; None if not."""
    bases = (law.basis(row["jurisdiction"], row["tax"], year, status, row["parameter"]) for status in FILING_STATUSES)
    known = [basis.year for basis in bases if basis is not None and basis.year < year]
    return min(known, default=None)


def _raised(row: dict[str, Any], since: int, pending: dict[str, Any] | None, law: TaxTables) -> Projection:
    place = str(law.jurisdictions[row["jurisdiction"]]["name"])
    is_federal = law.jurisdictions[row["jurisdiction"]]["kind"] == "federal"
    words = parameter_words(row["jurisdiction"], place, row["tax"], row["parameter"])[0].partition(_STEP)[0]
    figure = pending["figure"] if pending else words if place in words or is_federal else f"{place}: {words}"
    assumed = (pending or {}).get("assumed") or f"{since}'s, raised by {row['annual_rate']:.1%} a year"
    return _projection(pending or row, figure, assumed, pending["settled_by"] if pending else "")


def _projection(row: dict[str, Any], figure: str, assumed: str, settled_by: str) -> Projection:
    key = row["jurisdiction"], row["tax"], row["parameter"]
    return Projection(*key, figure, assumed, settled_by, row["source_id"])
