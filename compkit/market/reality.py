"""The guide's bands held against reported pay, measure by measure: like with like, and never across a break."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, get_args

import numpy as np
from numpy.typing import NDArray

from compkit.market.bands import BANDS
from compkit.model import AMAZON
from compkit.paydata import SEED, Measure, PercentileSummary, Tenure, summary
from compkit.reference import Tables

if TYPE_CHECKING:
    import duckdb

TITLE: Final = "Software Engineering Manager"
"""The guide is about engineering managers."""
_PARTS: Final[dict[str, tuple[Measure, float]]] = {
    "base_salary": ("base", 1.0), "rsu_4yr": ("stock", 0.25), "total_4yr_avg": ("base_plus_stock", 1.0),
}  # fmt: skip
"""What a band is in reports: the guide's grant by year, and its average, which is base and a quarter of the grant."""
Era = tuple[dt.date | None, dt.date | None]
"""First day, and the day after the last; None where it is open."""


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
    since, until : date or None
        Reports of these days alone: pay before and after a break is never put together.
    tenure : {'new', 'stayed'}
        Offers are held apart from the pay of people who have stayed a year or more.
    percentiles : PercentileSummary
        Of the reports.
    below, within, above : float or None
        Share of the reports; None under the least number of rows.
    """

    level: str
    location: str
    band: str
    measure: Measure
    low: float
    high: float
    since: dt.date | None
    until: dt.date | None
    tenure: Tenure
    percentiles: PercentileSummary
    below: float | None
    within: float | None
    above: float | None


def check_bands(store: duckdb.DuckDBPyConnection, tables: Tables) -> list[BandCheck]:
    """Hold each band of the guide against reports of Amazon's engineering managers, where there are any.

    Reports without a date or tenure can't be told apart and don't count.
    """
    metros = {row["place"]: row["metro"] for row in tables.rows("places")}
    bands = [row for row in tables.rows(BANDS) if row["measure"] in _PARTS and metros.get(row["location"])]
    days = sorted(dt.date.fromisoformat(row["day"]) for row in tables.rows("pay_breaks") if row["company"] == AMAZON)
    eras = list(itertools.pairwise([None, *days, None]))
    return [check for row in bands for check in _checks(store, row, metros[row["location"]], eras)]


def _checks(store: duckdb.DuckDBPyConnection, row: Any, metro: str, eras: Sequence[Era]) -> Iterator[BandCheck]:
    measure, share = _PARTS[row["measure"]]
    low, high = float(row["low"]) * share, float(row["high"]) * share
    found = store.execute(
        f"""
        SELECT {measure} AS pay, day, tenure < 1 AS is_new FROM observations
        WHERE company = ? AND level = ? AND metro = ? AND lower(title) = lower(?)
        AND {measure} IS NOT NULL AND day IS NOT NULL AND tenure IS NOT NULL
        """,  # noqa: S608 - a name of ours
        [AMAZON, row["level"], metro, TITLE],
    ).fetchall()
    for since, until in eras:
        in_era = [one for one in found if (since is None or one[1] >= since) and (until is None or one[1] < until)]
        for tenure in get_args(Tenure):
            pays = np.array([pay for pay, _, is_new in in_era if is_new == (tenure == "new")])
            if len(pays):
                percentiles = summary(pays, rng=np.random.default_rng(SEED))
                shares = _shares(pays, low, high) if percentiles.p50 is not None else (None, None, None)
                band = row["level"], row["location"], row["measure"], measure, low, high
                yield BandCheck(*band, since, until, tenure, percentiles, *shares)


def _shares(pays: NDArray[np.float64], low: float, high: float) -> tuple[float, float, float]:
    return float(np.mean(pays < low)), float(np.mean((pays >= low) & (pays <= high))), float(np.mean(pays > high))
