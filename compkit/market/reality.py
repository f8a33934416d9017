"""The guide's bands held against reported pay, measure by measure: like with like, and never across a break."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from compkit.market.bands import BANDS
from compkit.model import AMAZON
from compkit.paydata import FILED, SEED, Measure, PercentileSummary, Tenure, aged_base, summary, title_spellings
from compkit.reference import Tables

if TYPE_CHECKING:
    import duckdb

TITLE: Final = "Software Engineering Manager"
"""The guide is about engineering managers."""
_PARTS: Final[dict[str, tuple[Measure, float]]] = {
    "base_salary": ("base", 1.0), "rsu_4yr": ("stock", 0.25), "total_4yr_avg": ("base_plus_stock", 1.0),
}  # fmt: skip
"""What a band is in reports: the guide's grant by year, and its average, which is base and a quarter of the grant."""
Employment = Literal["new", "continued", "unknown"]
_Row = tuple[float, dt.date, str, str]
"""Pay [USD a year], its day, kind of file, and a group that is kept apart from the others."""


@dataclass(frozen=True, slots=True)
class ReportedPay:
    """Pay of one group of people in one era: before and after a break are never put together.

    Parameters
    ----------
    since, until : date or None
        First day of the era, and the day after its last; None where it is open.
    percentiles : PercentileSummary
    first, last : date
        Days of the oldest and the latest row.
    kinds : tuple of str
        Kinds of the files the rows are from.
    few : tuple of float
        The amounts themselves, where they are too few for percentiles; for a person's own eyes only.
    """

    since: dt.date | None
    until: dt.date | None
    percentiles: PercentileSummary
    first: dt.date
    last: dt.date
    kinds: tuple[str, ...]
    few: tuple[float, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class BandCheck:
    """One band of the guide, and how reports lie to it.

    Parameters
    ----------
    level, location, band : str
        Of the guide.
    measure : {'base', 'stock', 'base_plus_stock'}
        Of the reports.
    low, high : float
        The band [USD a year].
    tenure : {'new', 'stayed'}
        Offers are held apart from the pay of people who have stayed a year or more.
    reports : ReportedPay
    below, within, above : float or None
        Share of the reports; None under the least number of rows.
    """

    level: str
    location: str
    band: str
    measure: Measure
    low: float
    high: float
    tenure: Tenure
    reports: ReportedPay
    below: float | None
    within: float | None
    above: float | None


@dataclass(frozen=True, slots=True)
class FiledBase:
    """Base pay in Amazon's visa filings for engineering managers in a place, of all levels: a title tells none.

    Parameters
    ----------
    location : str
        Of the guide.
    employment : {'new', 'continued', 'unknown'}
        New employment is held apart from continuations.
    reports : ReportedPay
        A filing is what was offered, at least, and no hire.
    """

    location: str
    employment: Employment
    reports: ReportedPay


def check_bands(store: duckdb.DuckDBPyConnection, tables: Tables, aged_to: dt.date | None = None) -> list[BandCheck]:
    """Hold each band of the guide against reports of Amazon's engineering managers, where there are any.

    Reports without a date or tenure can't be told apart and don't count. With `aged_to`, base pay is first brought to
    that day by `aged_base`; other pay stays as reported.

    Raises
    ------
    OutOfRangeError
        If base pay can't be aged from or to a day.
    """
    metros = guide_metros(tables)
    bands = [row for row in tables.rows(BANDS) if row["measure"] in _PARTS and row["location"] in metros]
    return [check for row in bands for check in _checks(store, row, metros[row["location"]], tables, aged_to)]


def guide_metros(tables: Tables) -> dict[str, str]:
    """Metropolitan area of each place in the guide that has one."""
    metros = {row["place"]: row["metro"] for row in tables.rows("places") if row["metro"]}
    return {row["location"]: metros[row["location"]] for row in tables.rows(BANDS) if row["location"] in metros}


def count_untold(store: duckdb.DuckDBPyConnection, tables: Tables) -> tuple[int, int]:
    """Count what doesn't count, of Amazon's engineering managers in the guide's places.

    Returns
    -------
    tuple of int
        Reports without a date or tenure, and filings without a date.
    """
    found = store.execute(
        """
        SELECT count(*) FILTER (NOT is_filed AND total IS NOT NULL AND (day IS NULL OR tenure IS NULL)),
            count(*) FILTER (is_filed AND base IS NOT NULL AND day IS NULL)
        FROM (SELECT *, list_contains(?, kind) AS is_filed FROM observations JOIN sources USING (source))
        WHERE company = ? AND list_contains(?, lower(title)) AND list_contains(?, metro)
        """,
        [list(FILED), AMAZON, title_spellings(TITLE, tables), list(guide_metros(tables).values())],
    ).fetchone()
    reports, filings = found or (0, 0)
    return int(reports), int(filings)


def _checks(
    store: duckdb.DuckDBPyConnection, row: Any, metro: str, tables: Tables, aged_to: dt.date | None
) -> Iterator[BandCheck]:
    measure, share = _PARTS[row["measure"]]
    low, high = float(row["low"]) * share, float(row["high"]) * share
    found = store.execute(
        f"""
        SELECT {measure}, day, kind, CASE WHEN tenure < 1 THEN 'new' ELSE 'stayed' END
        FROM observations JOIN sources USING (source)
        WHERE company = ? AND level = ? AND metro = ? AND list_contains(?, lower(title))
        AND {measure} IS NOT NULL AND day IS NOT NULL AND tenure IS NOT NULL
        """,  # noqa: S608 - a name of ours
        [AMAZON, row["level"], metro, title_spellings(TITLE, tables)],
    ).fetchall()
    tenures = get_args(Tenure)
    for tenure, reports, pays in _groups(found, tenures, tables, aged_to if measure == "base" else None):
        shares = (None, None, None) if reports.percentiles.p50 is None else _shares(pays, low, high)
        band = row["level"], row["location"], row["measure"], measure, low, high
        yield BandCheck(*band, tenure, reports, *shares)


def filed_base(store: duckdb.DuckDBPyConnection, tables: Tables, aged_to: dt.date | None = None) -> list[FiledBase]:
    """Sum up base pay in Amazon's visa filings for engineering managers, in the places of the guide.

    Filings without a date can't be told apart and don't count. With `aged_to` as in `check_bands`.

    Raises
    ------
    OutOfRangeError
        If base pay can't be aged from or to a day.
    """
    query = """
        SELECT base, day, kind,
            CASE is_continuation WHEN true THEN 'continued' WHEN false THEN 'new' ELSE 'unknown' END
        FROM observations JOIN sources USING (source)
        WHERE kind = ? AND company = ? AND metro = ? AND list_contains(?, lower(title))
        AND base IS NOT NULL AND day IS NOT NULL
    """
    found, titles = [], title_spellings(TITLE, tables)
    for location, metro in guide_metros(tables).items():
        by_kind = (store.execute(query, [kind, AMAZON, metro, titles]).fetchall() for kind in FILED)
        rows = next(filter(None, by_kind), [])
        groups = _groups(rows, get_args(Employment), tables, aged_to)
        found += [FiledBase(location, employment, reports) for employment, reports, _ in groups]
    return found


def _groups(
    rows: Sequence[_Row], names: Sequence[Any], tables: Tables, aged_to: dt.date | None
) -> Iterator[tuple[Any, ReportedPay, NDArray[np.float64]]]:
    """Split rows by era, then by group, and sum up those that have any."""
    breaks = sorted(dt.date.fromisoformat(row["day"]) for row in tables.rows("pay_breaks") if row["company"] == AMAZON)
    for since, until in itertools.pairwise([None, *breaks, None]):
        for name in names:
            found = [
                (pay, day, kind)
                for pay, day, kind, group in rows
                if group == name and (since is None or day >= since) and (until is None or day < until)
            ]
            if not found:
                continue
            told, days, kinds = zip(*found, strict=True)
            pays = np.sort(aged_base(told, days, aged_to, tables) if aged_to else np.array(told, dtype=np.float64))
            percentiles = summary(pays, rng=np.random.default_rng(SEED))
            few = tuple(map(float, pays)) if percentiles.p50 is None else ()
            of = min(days), max(days), tuple(sorted(set(kinds))), few
            yield name, ReportedPay(since, until, percentiles, *of), pays


def _shares(pays: NDArray[np.float64], low: float, high: float) -> tuple[float, float, float]:
    return float(np.mean(pays < low)), float(np.mean((pays >= low) & (pays <= high))), float(np.mean(pays > high))
