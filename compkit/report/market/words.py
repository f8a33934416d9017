"""Names of measures, eras and groups of reports, and which reports speak for a measure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from compkit.report.show.text import NO_BREAK, month_and_year, percent, quarter, usd_short

if TYPE_CHECKING:
    from compkit.market import BandCheck, MarketIntelligence, ReportedPay
    from compkit.paydata import Measure

MEASURES: Final[dict[Measure, str]] = {
    "base_plus_stock": "Base plus stock", "base": "Base salary", "stock": "Stock a year",
}  # fmt: skip
BANDS: Final[dict[Measure, str]] = {
    "base_plus_stock": "average, base and a quarter of the grant", "base": "base salary",
    "stock": "grant, a quarter of it",
}  # fmt: skip
TENURES: Final = {"new": "new offers", "stayed": "people there a year or more"}
EMPLOYMENTS: Final = {"new": "new employment", "continued": "continuation", "unknown": "unknown"}


def era(reports: ReportedPay) -> str:
    """Describe when reports are from.

    >>> import compkit as ck
    >>> era(ck.load_market_intelligence("sample").checks[0].reports)
    'before February 2022'
    """
    since = f"since {month_and_year(reports.since)}" if reports.since else ""
    until = f"before {month_and_year(reports.until)}" if reports.until else ""
    return " and ".join(filter(None, [since, until])) or "all years"


def dates(reports: ReportedPay) -> str:
    """Say from when to when reports are."""
    first, last = (f"{day:%b}{NO_BREAK}{day.year}" for day in (reports.first, reports.last))
    return first if first == last else f"{first} to {last}"


def measure_name(found: MarketIntelligence, measure: Measure) -> str:
    """Name a measure; of base pay that was brought to another quarter, say so."""
    aged = f", brought to the {quarter(found.aged_to)}" if found.aged_to and measure == "base" else ""
    return f"{MEASURES[measure]}{aged}"


def usd_range(low: float, high: float) -> str:
    """Format a range for a narrow column, without line breaks.

    >>> usd_range(62_500, 100_000).replace(NO_BREAK, " ")
    '$62.5K to $100K'
    """
    ends = (usd_short(end) if not end % 1_000 or end >= 1e6 else f"${end / 1_000:.1f}K" for end in (low, high))
    return f"{NO_BREAK}to{NO_BREAK}".join(ends)


def has_figures(check: BandCheck) -> bool:
    """Whether there are enough reports for figures."""
    return check.within is not None


def speaking(found: MarketIntelligence, measure: Measure) -> list[BandCheck]:
    """Find the checks of a measure that speak for offers of today: new offers of the latest era that has figures.

    Those of people there a year or more stand in where no new offers have figures; empty if nobody's have.
    """
    of_measure = [one for one in found.checks if one.measure == measure and has_figures(one)]
    for tenure in TENURES:
        groups = [one for one in of_measure if one.tenure == tenure]
        if groups:
            latest = max((one.reports.since for one in groups if one.reports.since), default=None)
            return [one for one in groups if one.reports.since == latest]
    return []


def pooled(checks: Sequence[BandCheck]) -> tuple[int, dict[str, float]]:
    """Count reports with figures; add their shares below, within and above their own bands."""
    n = sum(one.reports.percentiles.n for one in checks)
    return n, {
        name: sum((getattr(one, name) or 0.0) * one.reports.percentiles.n for one in checks) / n
        for name in ("within", "below", "above")
    }


def most(checks: Sequence[BandCheck]) -> tuple[str, float]:
    """Where most reports are, and their share; within, if as many are."""
    return max(pooled(checks)[1].items(), key=lambda one: one[1])


def shares_in_words(checks: Sequence[BandCheck], names: Iterable[str] = ("below", "within", "above")) -> str:
    """Shares of reports below, within and above their bands.

    >>> import compkit as ck
    >>> shares_in_words(speaking(ck.load_market_intelligence("sample"), "base"))
    '55% below, 30% within, 15% above'
    """
    shares = pooled(checks)[1]
    return ", ".join(f"{percent(shares[name])} {name}" for name in names)


def by_era(checks: Iterable[BandCheck]) -> list[tuple[str, list[BandCheck]]]:
    """Group checks by era, the oldest first."""
    ordered = sorted(checks, key=lambda one: str(one.reports.since or ""))
    return [(name, list(group)) for name, group in groupby(ordered, key=lambda one: era(one.reports))]
