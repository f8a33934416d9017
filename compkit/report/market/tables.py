"""Tables of reported pay: band by band, visa filings, agencies' wages, the AI/ML premium, and the store's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compkit.market import KIND_NAMES
from compkit.report.market.words import EMPLOYMENTS, dates, has_figures, measure_name, usd_range
from compkit.report.show.blocks import Table, build_table, in_usd
from compkit.report.show.text import UNKNOWN, capitalized, count, joined, percent, quarter, top_coded

if TYPE_CHECKING:
    from compkit.market import MarketIntelligence, ReportedPay
    from compkit.paydata import Association, Measure

_PERCENTILES = {"p10": "10th", "p25": "25th", "p50": "Median", "p75": "75th", "p90": "90th"}


def reality_table(found: MarketIntelligence, measure: Measure) -> Table | None:
    """Hold reports of a measure next to each band of the guide; None if no group has enough."""
    checks = [one for one in found.checks if one.measure == measure]
    rows = [
        {
            "job": f"{one.level}, {one.location}", "who": _WHO[one.tenure],
            "band": usd_range(one.low, one.high), **_reported(one.reports),
            "below": one.below, "within": one.within, "above": one.above,
        }
        for one in checks if has_figures(one)
    ]  # fmt: skip
    if not rows:
        return None
    shares = {name: (name.capitalize(), "percent") for name in ("below", "within", "above")}
    columns = {"job": "Level, place", "who": "Who", "band": "Guide's band", **_REPORTED, **shares}
    few = len(checks) - len(rows)
    note = f"{capitalized(count(few, 'more group'))} with fewer than 5 reports: no figures." if few else ""
    aged = _aged_note(found) if measure == "base" else ""
    caption = f"{measure_name(found, measure)}: reports next to the guide (USD a year)"
    return build_table(caption, columns | _origin(rows), rows, _source(rows), _TENURES, note, aged)


def _origin(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Columns of dates, and of sources where they differ."""
    return {"when": "Dates", **({} if _source(rows) else {"kinds": "Source"})}


def _source(rows: Sequence[Mapping[str, Any]]) -> str:
    kinds = {row["kinds"] for row in rows}
    return f"Source: {kinds.pop()}." if len(kinds) == 1 else ""


_TENURES = "New: less than a year at the company. Stayed: a year or more."
_WHO = {"new": "New", "stayed": "Stayed"}
_REPORTED: dict[str, Any] = {"p50": ("Median", "usd"), "half": "Middle half", "n": ("n", "number")}


def _reported(reports: ReportedPay) -> dict[str, Any]:
    found = reports.percentiles
    half = UNKNOWN if found.p25 is None or found.p75 is None else usd_range(found.p25, found.p75)
    kinds = joined([KIND_NAMES.get(kind, kind) for kind in reports.kinds])
    return {"p50": found.p50, "half": half, "n": found.n, "when": dates(reports), "kinds": kinds}


def _aged_note(found: MarketIntelligence) -> str:
    if found.aged_to is None:
        return ""
    return (
        f"Base pay is brought to the {quarter(found.aged_to)} by the Employment Cost Index of all private industry's "
        "wages; nobody reported these amounts."
    )


def filings_table(found: MarketIntelligence) -> Table | None:
    """Show base pay in Amazon's visa filings for engineering managers, by place; None without enough of them."""
    rows = [
        {
            "place": one.location, "who": capitalized(EMPLOYMENTS[one.employment]),
            **_reported(one.reports),
        }
        for one in found.filings if one.reports.percentiles.p50 is not None
    ]  # fmt: skip
    if not rows:
        return None
    columns = {"place": "Place", "who": "Filings for", **_REPORTED, **_origin(rows)}
    note = "All levels together: a title doesn't tell the level. A filing is no hire, and its base is at least that."
    return build_table(
        "Base pay in Amazon's visa filings (USD a year)", columns, rows, _source(rows), note, _aged_note(found)
    )


def published_wages_table(found: MarketIntelligence) -> Table | None:
    """Show what agencies publish about managers of information systems; None if the store has none of it."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for wages in found.wages.values():
        for row in wages.published:
            told = top_coded({name: row[name] for name in _PERCENTILES}, row["at_least"])
            area, period = row["area"], row["period"] or UNKNOWN
            rows[area, period] = {"area": area, "period": period, **told}
    if not rows:
        return None
    columns = {"area": "Area", "period": "Period", **_PERCENTILES}
    return build_table("Computer and information systems managers: base pay by percentile (USD a year)", columns,
                       rows.values(), "From the Bureau of Labor Statistics; without bonus and stock.")  # fmt: skip


def prevailing_wages_table(found: MarketIntelligence) -> Table | None:
    """Legal floors for visas, by county; None if the store has none."""
    levels = {f"level_{level}": f"Level {level}" for level in (1, 2, 3, 4)}
    floors = [(place, row) for place, wages in found.wages.items() for row in wages.prevailing]
    if not floors:
        return None
    counties: dict[tuple[Any, ...], list[str]] = {}
    for place, row in floors:
        counties.setdefault((place, row["period"], *(row[name] for name in levels)), []).append(row["area"])
    rows = [(place, "; ".join(areas), period or UNKNOWN, *wages) for (place, period, *wages), areas in counties.items()]
    columns = {"place": "Place", "area": "Counties", "period": "Period", **in_usd(levels)}
    note = "A floor: for an H-1B filing the employer must pay no less. Nobody's pay."
    return build_table("Prevailing wages (USD a year)", columns, rows, note)


def measured_premium_table(found: MarketIntelligence) -> Table | None:
    """AI/ML premium measured in the store's reports next to the guide's; None if it can't be measured."""
    if found.premium is None:
        return None
    rows = [
        _premium_row("Same company, level, place, year and experience", found.premium.with_level),
        _premium_row("The same without level: much of it is seniority", found.premium.without_level),
        {"what": "The guide, by level and place", "found": _range(*found.guide_premium)},
    ]
    columns: dict[str, Any] = {
        "what": "Compared", "found": "More pay", "interval": "95% interval", "n": ("Reports", "number"),
        "marked": ("In AI/ML", "number"), "companies": ("Companies", "number"),
        "largest": ("Largest one's share", "percent"),
    }  # fmt: skip
    few = found.premium.with_level.has_few_clusters
    note = "An association, not an effect: people in AI and machine learning differ in more than what is compared."
    more = "A few companies have most reports, so the interval is likely too narrow." if few else ""
    first, last = found.years
    caption = f"AI/ML premium of software engineers in the US, reports of {first} to {last}"
    return build_table(caption, columns, [{key: row.get(key) for key in columns} for row in rows], note, more)


def _premium_row(what: str, one: Association) -> dict[str, Any]:
    middle, low, high = one.percent
    return {
        "what": what, "found": percent(middle, 1), "interval": _range(low, high, 1), "n": one.n_used,
        "marked": one.n_marked, "companies": one.clusters, "largest": one.largest_share,
    }  # fmt: skip


def _range(low: float, high: float, decimals: int = 0) -> str:
    return f"{percent(low, decimals)} to {percent(high, decimals)}"


def pay_sources_table(found: MarketIntelligence) -> Table:
    """Files of the store, and what became of their rows."""
    rows = [
        (one.file, one.kind, one.added, one.fates.rows, one.fates.kept, one.fates.duplicates,
         sum(one.fates.set_aside.values()))
        for one in found.sources
    ]  # fmt: skip
    numbers = [(name, "number") for name in ("Rows", "Kept", "Duplicates", "Set aside")]
    return build_table("Files in the store", ["File", "Kind", ("Added", "day"), *numbers], rows)  # type: ignore[list-item]
