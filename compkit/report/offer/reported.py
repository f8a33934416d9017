"""What a store of pay data says of an offer's job, as tables and as JSON; nothing where there is no store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from compkit.analysis import Evaluation
from compkit.market import KIND_NAMES, posted_job, reported_circle
from compkit.model import Percentiles, Reported
from compkit.paydata import KINDS, PERCENTILES
from compkit.report.show.blocks import Heading, Notes, Table, build_table, in_usd
from compkit.report.show.text import MEASURE_NAMES, capitalized, day, joined, top_coded, usd

MIN_ROWS_OF_TAILS: Final = 20
"""Fewer rows show no p10 and no p90 here, though JSON gives them from 10 rows on."""
_NAMES = {"p10": "p10", "p25": "p25", "p50": "Median", "p75": "p75", "p90": "p90"}
_EMPLOYMENT = {"new": "new jobs", "continued": "jobs already held", "unknown": "jobs, new or already held"}
_LEVELS = ("level 1", "level 2", "level 3", "level 4")


def reported_tables(evaluation: Evaluation) -> list[Table | Notes]:
    """Tables of what a store of pay data says of the offer's job; empty where there is no store."""
    reported = evaluation.entry.reported
    if reported is None:
        return []
    found: list[Table | Notes | None] = [
        _posted_table(reported, evaluation),
        _pay_table(reported),
        _filings_table(reported, evaluation),
        _published_table(reported, evaluation),
        _floors_table(reported),
    ]
    return [block for block in found if block is not None]


def _posted_table(reported: Reported, evaluation: Evaluation) -> Table | None:
    """Range that the employer posts; it answers only where the offer gives no posting of its own."""
    found = reported.posted
    if found is None:
        return None
    columns: dict[str, Heading] = {"name": "For", **in_usd(low="Low", high="High"), "n": ("Postings", "number")}
    caption = f"Base pay that {evaluation.offer.company} posts (USD)"
    rows = [{"name": posted_job(evaluation.entry, found), "low": found.low, "high": found.high, "n": found.n}]
    return build_table(caption, columns, rows, f"Of {day(found.day)}.", KINDS["postings"].terms)


def _pay_table(reported: Reported) -> Table | Notes:
    title = "What people report for jobs like this one (USD)"
    if not reported.pay:
        return Notes(title, ["Fewer than 5 reports from the last three years: no figure."], "basis")
    rows = []
    for row in reported.pay:
        whose = f" at {joined(list(row.companies))}" if row.companies else ""
        circle = f"{KIND_NAMES.get(row.kind, row.kind)}{whose}, {reported_circle(row, reported.title or '')}"
        rows.append(_cells(MEASURE_NAMES[row.measure], row, circle))
    return _percentile_table(title, "Part", reported.pay, rows, *_terms(row.kind for row in reported.pay))


def _filings_table(reported: Reported, evaluation: Evaluation) -> Table | None:
    if not reported.filings:
        return None
    title = str(evaluation.offer.contact.title)
    rows = [
        _cells(capitalized(_EMPLOYMENT[row.employment]), row, f"any level, {reported_circle(row, title)}")
        for row in reported.filings
    ]
    caption = f"Base pay that {evaluation.offer.company} offered in visa filings (USD)"
    return _percentile_table(
        caption, "Filed for", reported.filings, rows, *_terms(row.kind for row in reported.filings)
    )


def _cells(name: str, row: Percentiles, circle: str) -> dict[str, Any]:
    tails = {} if row.n >= MIN_ROWS_OF_TAILS else {"p10": None, "p90": None}
    interval = f"{usd(row.interval[0])} to {usd(row.interval[1])}" if row.interval else None
    figures = {each: getattr(row, each) for each in PERCENTILES} | tails
    return {"name": name, **figures, "interval": interval, "n": row.n, "circle": circle}


def _percentile_table(
    caption: str, first: str, found: Sequence[Percentiles], rows: list[dict[str, Any]], *terms: str
) -> Table:
    """Build a table of percentiles, without columns that are empty throughout; one circle for all is said once."""
    columns: dict[str, Heading] = {"name": first, **in_usd(_NAMES), "interval": "Median, 95%", "n": ("n", "number")}
    columns = {key: heading for key, heading in columns.items() if any(row[key] is not None for row in rows)}
    circles = list(dict.fromkeys(row["circle"] for row in rows))
    if len(circles) > 1:
        columns["circle"] = "Which"
    first_on, last_on = min(row.first for row in found), max(row.last for row in found)
    once = f"Counted: {circles[0]}." if len(circles) == 1 else None
    days = f"Of {day(last_on)}." if first_on == last_on else f"From {day(first_on)} to {day(last_on)}."
    return build_table(caption, columns, rows, once, days, *terms)


def _terms(kinds: Iterable[str]) -> list[str]:
    return [KINDS[kind].terms for kind in dict.fromkeys(kinds) if kind in KINDS]


def _published_table(reported: Reported, evaluation: Evaluation) -> Table | None:
    """Percentiles of the occupation; what is above the agency's top code is at least that."""
    if not reported.published:
        return None
    rows = []
    for row in reported.published:
        cells = top_coded({each: getattr(row, each) for each in PERCENTILES}, row.at_least)
        rows.append({"name": ", ".join(filter(None, [row.area, row.period])), **cells})
    caption = f"Base pay of {reported.published[0].title} (USD)"
    columns: dict[str, Heading] = {"name": "Where and when", **_NAMES}
    return build_table(caption, columns, rows, _reading(reported, evaluation), KINDS["oews"].terms)


def _reading(reported: Reported, evaluation: Evaluation) -> str:
    return f"We read {evaluation.offer.contact.title} as occupation {reported.occupation}."


def _floors_table(reported: Reported) -> Table | None:
    if not reported.floors:
        return None
    rows = [
        {"name": ", ".join(filter(None, [row.area, row.period])), **dict(zip(_LEVELS, row.levels, strict=True))}
        for row in reported.floors
    ]
    headings = in_usd({level: capitalized(level) for level in _LEVELS})
    note = "The least that an employer must pay for an H-1B visa. No title tells its level."
    caption = f"Prevailing wages of occupation {reported.occupation} (USD)"
    return build_table(caption, {"name": "County", **headings}, rows, note, KINDS["prevailing-wage"].terms)


def reported_json(evaluation: Evaluation) -> dict[str, Any]:
    """Give what a store of pay data says of the offer's job as plain values; empty where there is no store."""
    reported = evaluation.entry.reported
    if reported is None:
        return {}
    found: dict[str, Any] = reported.model_dump(mode="json")
    if reported.posted:
        found["posted"]["terms"] = KINDS["postings"].terms
    for row in (*found["pay"], *found["filings"]):
        row["ci"] = {"p50": row.pop("interval") or None}
        row["terms"] = _terms_of(row)
    return {"reported": found}


def _terms_of(row: Mapping[str, Any]) -> str | None:
    return KINDS[row["kind"]].terms if row["kind"] in KINDS else None
