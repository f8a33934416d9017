"""Status of the tables: unverified rows, years that have run out, age of the sources."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compkit.periods import is_over_a_year_old
from compkit.reference.tables import Tables, records

UNVERIFIED = "unverified"
WITNESSES_NEEDED = 2
"""Number of other sources that must agree where the publisher's own document was not read."""

YEARLY_TABLES = frozenset({"tax_brackets", "tax_parameters"})
"""Tables that need rows for each calendar year."""

PAY_TABLES = frozenset(
    {"bands", "bands_by_company_type", "ai_ml_by_location", "ai_ml_by_skill", "ai_ml_by_specialization", "rents"}
)
"""Tables of pay amounts and premiums, which markets change."""


@dataclass(frozen=True, slots=True)
class TableStatus:
    """The status of one table on a day.

    Parameters
    ----------
    table : str
    n_rows, n_unverified : int
        All rows, and rows whose figure was not seen in its publisher's own document.
    last_year : int or None
        The last year covered by a yearly table.
    has_run_out : bool
        Whether the day is after the last year of a yearly table.
    oldest_as_of : date
        Date of its oldest source.
    is_old : bool
        Whether the table has pay amounts and that date is more than a year ago.
    """

    table: str
    n_rows: int
    n_unverified: int
    last_year: int | None
    has_run_out: bool
    oldest_as_of: dt.date
    is_old: bool


@dataclass(frozen=True, slots=True)
class TaxStatus:
    """What a jurisdiction's tax figures of a year rest on, by number of figures.

    Parameters
    ----------
    jurisdiction, name : str
        Code in tax_jurisdictions.csv, and name.
    year : int
    n_verified, n_unverified : int
        Rows of tax_brackets.csv and tax_parameters.csv that were read in their publisher's own document; the others.
    n_witnessed : int
        Those of the others on which two or more sources agree.
    """

    jurisdiction: str
    name: str
    year: int
    n_verified: int
    n_unverified: int
    n_witnessed: int

    @property
    def n_without_proof(self) -> int:
        """Rows with neither a document nor two witnesses."""
        return self.n_unverified - self.n_witnessed


def tax_witnesses(row: Mapping[str, Any], tables: Tables) -> set[str]:
    """Find the sources that agree with a row of tax_brackets.csv or tax_parameters.csv, by tax_witnesses.csv."""
    name = str(row.get("parameter", "brackets"))
    stem, _, last = name.rpartition("_")
    names = {name, "all", *([stem] if last.isdigit() else [])}
    found = tables.rows_where("tax_witnesses", {"jurisdiction": row["jurisdiction"], "tax": row["tax"]})
    return {
        str(each["source_id"])
        for each in found
        if each["parameter"] in names and each["first_year"] <= row["year"] <= each["last_year"]
    }


def tax_status(tables: Tables) -> list[TaxStatus]:
    """Status of each jurisdiction's tax figures by year, in the order of tax_jurisdictions.csv."""
    counts: Counter[tuple[str, int, str]] = Counter()
    for table in sorted(YEARLY_TABLES):
        for row in tables.rows(table):
            key = row["jurisdiction"], int(row["year"])
            counts[*key, "all"] += 1
            if row["status"] != UNVERIFIED:
                counts[*key, "read"] += 1
            elif len(tax_witnesses(row, tables)) >= WITNESSES_NEEDED:
                counts[*key, "witnessed"] += 1
    names = {row["jurisdiction"]: str(row["name"]) for row in tables.rows("tax_jurisdictions")}
    years = sorted({year for _, year, _ in counts})
    return [
        TaxStatus(code, name, year, read := counts[code, year, "read"], n_rows - read, counts[code, year, "witnessed"])
        for code, name in names.items()
        for year in years
        if (n_rows := counts[code, year, "all"])
    ]


def table_status(tables: Tables, today: dt.date) -> Iterator[TableStatus]:
    """Yield the status of each table on a day, without the sources."""
    for name in tables:
        if name == "sources":
            continue
        frame = tables[name]
        rows = records(frame)
        unverified = sum(row.get("status") == UNVERIFIED for row in rows)
        last = _last_covered_year([int(row["year"]) for row in rows] if name in YEARLY_TABLES else [])
        oldest = min(tables.sources[str(source_id)].as_of_on for source_id in frame["source_id"].unique())
        is_old = name in PAY_TABLES and is_over_a_year_old(oldest, today)
        yield TableStatus(name, len(rows), unverified, last, last is not None and last < today.year, oldest, is_old)


def _last_covered_year(years: list[int]) -> int | None:
    """Last year with at least half as many rows as the fullest, to ignore single enactments for later years."""
    counts = Counter(years)
    fullest = max(counts.values(), default=0)
    return max((year for year, n_rows in counts.items() if 2 * n_rows >= fullest), default=None)
