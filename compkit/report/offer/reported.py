"""What a store of pay data says of an offer's job, in sentences; nothing where there is no store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from compkit.analysis import Evaluation
from compkit.market import KIND_NAMES, reported_circle
from compkit.model import Percentiles, PublishedWage, Reported, WageFloor
from compkit.paydata import KINDS, PERCENTILES
from compkit.report.show.text import MEASURE_NAMES, day, joined, uncapitalized, usd

MIN_ROWS_OF_TAILS: Final = 20
"""Fewer rows show no p10 and no p90 here, though JSON gives them from 10 rows on."""
_EMPLOYMENT = {"new": "new jobs", "continued": "jobs already held", "untold": "jobs, new or already held"}
_NAMES = {"p50": "median"}


def reported_lines(evaluation: Evaluation) -> list[str]:
    """Sentences on what a store of pay data says of the offer's job; empty where there is no store."""
    reported = evaluation.entry.reported
    if reported is None:
        return []
    lines = [*_pay(reported), *_filings(reported, evaluation)]
    lines += [_published(row) for row in reported.published]
    lines += [_floor(row) for row in reported.floors]
    if reported.floors:
        lines.append("A prevailing wage is the least that an employer must pay for an H-1B visa; no title tells its "
                     "level.")  # fmt: skip
    if reported.floors or reported.published:
        lines.append(f"We read {evaluation.offer.contact.title} as occupation {reported.occupation}.")
    kinds = dict.fromkeys([row.kind for row in reported.pay] + [row.kind for row in reported.filings])
    return [*lines, *(f"Terms of {KIND_NAMES.get(kind, kind)}: {KINDS[kind].terms}" for kind in kinds if kind in KINDS)]


def _pay(reported: Reported) -> Iterator[str]:
    if not reported.pay:
        yield "No reported pay to hold it against: it takes 5 reports from the last three years."
    for row in reported.pay:
        whose = f" at {joined(list(row.companies))}" if row.companies else ""
        name = uncapitalized(MEASURE_NAMES[row.measure])
        circle = f"{KIND_NAMES.get(row.kind, row.kind)}, {reported_circle(row, reported.title or '')}"
        yield f"Reported {name}{whose} ({circle}): {_figures(row)}."


def _figures(row: Percentiles) -> str:
    names = PERCENTILES if row.n >= MIN_ROWS_OF_TAILS else ("p25", "p50", "p75")
    told = [f"{_NAMES.get(name, name)} {usd(getattr(row, name))}" for name in names]
    if row.interval:
        told.append(f"the median from {usd(row.interval[0])} to {usd(row.interval[1])} with 95% confidence")
    return f"{', '.join(told)}; n = {row.n}, the latest of {day(row.last)}"


def _filings(reported: Reported, evaluation: Evaluation) -> Iterator[str]:
    offer = evaluation.offer
    for row in reported.filings:
        what = f"Base offered in {offer.company}'s visa filings for {_EMPLOYMENT[row.employment]}"
        yield f"{what} ({reported_circle(row, str(offer.contact.title))}, any level): {_figures(row)}."
    if reported.filings:
        yield "A filing is no hire."


def _published(row: PublishedWage) -> str:
    """Percentiles of an occupation; what is above the agency's top code is at least that."""
    above = "not told" if row.at_least is None else f"at least {usd(row.at_least)}"
    told = ((name, getattr(row, name)) for name in PERCENTILES)
    figures = ", ".join(f"{_NAMES.get(name, name)} {above if pay is None else usd(pay)}" for name, pay in told)
    return f"{', '.join(filter(None, [row.title, row.area, row.period]))}: base {figures}."


def _floor(row: WageFloor) -> str:
    levels = ", ".join(f"level {number} {usd(pay)}" for number, pay in enumerate(row.levels, 1))
    return f"Prevailing wage, {', '.join(filter(None, [row.area, row.period]))}: {levels}."


def reported_json(evaluation: Evaluation) -> dict[str, Any]:
    """Give what a store of pay data says of the offer's job as plain values; empty where there is no store."""
    reported = evaluation.entry.reported
    if reported is None:
        return {}
    found: dict[str, Any] = reported.model_dump(mode="json")
    for row in (*found["pay"], *found["filings"]):
        row["ci"] = {"p50": row.pop("interval") or None}
        row["terms"] = _terms(row)
    return {"reported": found}


def _terms(row: Mapping[str, Any]) -> str | None:
    return KINDS[row["kind"]].terms if row["kind"] in KINDS else None
