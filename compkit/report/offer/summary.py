"""First screen and notes of an offer's report."""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Iterable, Mapping
from typing import Any

import compkit
from compkit.analysis import Evaluation
from compkit.decision import Decision
from compkit.market import BELOW_MARKET_SHARE
from compkit.model import CurrentJob
from compkit.pay import Growth
from compkit.prices import volatility_of
from compkit.reference import Tables, records
from compkit.report.decision.page import offer_lines
from compkit.report.offer.paper import paper_card, paper_note
from compkit.report.offer.term_words import bonus_notes, schedule_notes
from compkit.report.show.blocks import Card, Headline, Notes, Tone, build_notes
from compkit.report.show.text import (
    EDUCATION,
    MEASURE_NAMES,
    capitalized,
    count,
    day,
    growth_convention_words,
    is_old,
    joined,
    month_and_year,
    next_steps,
    percent,
    uncapitalized,
    usd,
    yardstick_name,
)

AT_MEDIAN = 0.005
"""Pay closer to a median than this share of it is called the median."""
FOOT = (
    EDUCATION,
    "Totals here are before tax and without benefits; another report shows what is left after tax and prices.",
    "Simulated share prices are not a forecast: real ones jump more often.",
)
THE_OFFER = "The offer: your offers file."
STATUS_WORDS = {
    "written": "Written offer",
    "verbal": "Verbal offer",
    "in-process": "Still in process",
    None: "Status unknown: enter status (written, verbal or in-process)",
}
"""How firm an offer is, as the first screen says it."""


def headline(evaluation: Evaluation, decision: Decision | None = None) -> Headline:
    """First screen: the decision, what the offer is worth, where it stands, its risk, and next steps."""
    offer = evaluation.offer
    status = STATUS_WORDS[offer.status]
    where = evaluation.entry.job
    kind = "" if offer.candidate_type == "external" else f", {offer.candidate_type} candidate"
    return Headline(
        title=where,
        subtitle=f"{status}{kind}. Report of {day(evaluation.report_date)}.{_currency(evaluation)}",
        cards=[
            _yearly_card(evaluation),
            _total_card(evaluation),
            *paper_card(evaluation),
            _market_card(evaluation),
            _risk_card(evaluation),
        ],
        next_steps=next_steps(evaluation),
        decision=offer_lines(decision, offer.id) if decision else (),
    )


def _currency(evaluation: Evaluation) -> str:
    code = evaluation.entry.offer.currency
    return "" if code == "USD" else f" All amounts in USD, at {evaluation.entry.usd_rate:g} USD for 1 {code}."


def _yearly_card(evaluation: Evaluation) -> Card:
    summary, n_years = evaluation.summary, evaluation.assumptions.n_years
    first = evaluation.years["total"].iloc[0]
    two = summary["first_two_year_average"]
    detail = f"{usd(first)} in the first year" + (
        "" if math.isnan(two) else f", {usd(two)} on average over the first two"
    )
    return Card("Worth a year", usd(summary["average"]), f"average of {count(n_years, 'year')}; {detail}")


def _total_card(evaluation: Evaluation) -> Card:
    summary, n_years = evaluation.summary, evaluation.assumptions.n_years
    equity = float(evaluation.years["equity"].sum())
    bonus = float(evaluation.years["bonus"].sum())
    parts = [f"{usd(summary['guaranteed_cash'])} salary and sign-on"]
    parts += [f"{usd(bonus)} target bonus"] if bonus else []
    parts += [f"{usd(equity)} stock {growth_words(evaluation)}"] if equity else []
    return Card(f"Over {count(n_years, 'year')}", usd(summary["total"]), joined(parts))


def measure_in_words(row: Mapping[str, Any]) -> str:
    """Name a component within a sentence.

    >>> measure_in_words({"component": "sign_on_y1"}), measure_in_words({"component": "base_salary"})
    ('year-1 sign-on', 'base salary')
    """
    component = str(row["component"])
    return (
        f"year-{component[-1]} sign-on"
        if component in ("sign_on_y1", "sign_on_y2")
        else uncapitalized(MEASURE_NAMES[component])
    )


def base_and_stock(evaluation: Evaluation) -> dict[str, Any]:
    """Market row behind the overall verdict: base and a quarter of the grant."""
    return next(row for row in records(evaluation.market) if row["component"] == "total_4yr_avg")


def _market_card(evaluation: Evaluation) -> Card:
    row = base_and_stock(evaluation)
    if row["verdict"] is None and row["compa_ratio"] is not None and not row["doubt"]:
        return _median_card(row, yardstick_name(row, evaluation.report_date))
    if row["verdict"] is None:
        figure = "No yardstick" if row["source"] is None else "No verdict"
        return Card("Where it stands", figure, f"{capitalized(row['reason'])}.")
    short = evaluation.share_below_market or 0.0
    figure = {"below": "Below the range", "within": "Within the range", "above": "Above the range"}[row["verdict"]]
    tones: dict[str, Tone] = {"below": "warn", "within": "plain", "above": "good"}
    tone = "bad" if short > BELOW_MARKET_SHARE else tones[row["verdict"]]
    held = f"base and a quarter of the grant, {usd(row['value'])}, against {usd(row['low'])} to {usd(row['high'])}"
    return Card("Where it stands", figure, f"{held}: {yardstick_name(row, evaluation.report_date)}", tone)


def _median_card(row: Mapping[str, Any], held: str) -> Card:
    """Build the card of an offer whose yardstick has a median and no range."""
    more = row["compa_ratio"] - 1
    side = "At" if abs(more) < AT_MEDIAN else f"{percent(abs(more))} {'above' if more > 0 else 'below'}"
    detail = f"base and a quarter of the grant, {usd(row['value'])}, against {usd(row['mid'])}: {held}"
    return Card("Where it stands", f"{side} the median", detail)


def _risk_card(evaluation: Evaluation) -> Card:
    score = evaluation.score("risk")
    n_breakers = sum(rule.kind == "deal_breaker" for rule in evaluation.fired_rules)
    n_warnings = len(evaluation.fired_rules) - n_breakers
    found = f"{count(n_breakers, 'deal breaker')}, {count(n_warnings, 'warning')}"
    if not evaluation.offer.signals.model_fields_set:
        found += "; your file doesn't say how the offer came about"
    if n_breakers or score.verdict == "high":
        tone: Tone = "bad"
    elif n_warnings or score.verdict == "moderate":
        tone = "warn"
    else:
        tone = "good" if score.verdict else "plain"
    if score.score is None:
        return Card("Risk", "Open", f"{count(len(score.missing), 'factor')} not scored; {found}", tone)
    detail = f"your own scores: {score.score:g} of 10, where 10 is safest; {found}"
    return Card("Risk", f"{str(score.verdict).capitalize()} risk", detail, tone)


def growth_words(evaluation: Evaluation) -> str:
    """Describe the growth scenario of an evaluation."""
    return growth_in_words(evaluation.assumptions.growth)


def growth_in_words(growth: Growth) -> str:
    """Describe a growth scenario, to follow "stock is valued"."""
    if not growth.rate:
        return "at a flat share price"
    way = growth_convention_words(growth.convention)
    return f"if the share price grows {percent(growth.rate, 1)} a year, {way}"


def assumptions(evaluation: Evaluation) -> Notes:
    """Assumptions of the figures that no offer states."""
    offer, given, job = evaluation.offer, evaluation.assumptions, evaluation.candidate.current
    named = evaluation.tables.schedules
    schedules = {name: dt.date.fromisoformat(named[name].as_of) for name in evaluation.unverified_schedules}
    return build_notes(
        "assumptions",
        f"Stock is valued {growth_words(evaluation)}; that is a scenario, not a forecast.",
        f"Cash is discounted at {percent(given.discount_rate, 1)} a year in the present value; "
        "shares count at today's price.",
        "Salary falls at month ends, each year's bonus at its end, a lump sign-on in the first month of its year; "
        "you stay employed throughout.",
        paper_note(evaluation),
        *(
            f"Grant {number} has no vesting schedule in the file: {offer.vesting_of(grant)} is assumed."
            for number, grant in enumerate(offer.equity, start=1)
            if grant.vesting is None
        ),
        *(
            f"Vesting schedule {name}: based on public reports of {month_and_year(on)}, not verified."
            for name, on in schedules.items()
        ),
        *schedule_notes(offer),
        *bonus_notes(offer),
        "Stock of the current job is taken to grow at the same rate." if job and given.growth.rate else None,
        _stock_of_staying(job) if job else None,
        "Refreshers in the file are expected, not promised." if offer.refreshers else None,
        *_refresher_plan(evaluation),
    )


def _stock_of_staying(job: CurrentJob) -> str | None:
    if job.annual_equity is not None:
        return "Staying keeps bringing your current yearly stock, even beyond what is promised today."
    if job.unvested_equity:
        return "The current job's unvested stock is spread over four years: the file gives no yearly rate."
    return None


def _refresher_plan(evaluation: Evaluation) -> list[str]:
    plan = evaluation.offer.refresher_plan
    if plan is None:
        return []
    if not plan.makes_grants:
        return [f"The refresher plan has the practice {plan.practice}: no grant of it is counted."]
    when = f"from the end of year {plan.first_year} on"
    if plan.calendar_month is not None:
        when = f"each {calendar.month_name[plan.calendar_month]}, {when} or at most half a year earlier"
    size = usd(plan.annual_value)
    if plan.target_pay is not None:
        size = f"what a target of {usd(plan.target_pay)} a year leaves open, at most {size},"
    cash = f", {percent(plan.cash_share)} of it paid in cash as it vests" if plan.cash_share else ""
    items = [f"The refresher plan is expected, not promised: {size} {when}{cash}."]
    practice = evaluation.refresher_practice
    if practice and not practice.is_verified:
        items.append(f"Refresher practice {practice.name}: as reported ({practice.as_of}), not verified.")
    return items


def left_out(evaluation: Evaluation) -> Notes | None:
    """Fields that would add to the report if the offers file had them; None if it has them all."""
    offer = evaluation.offer
    absent = {
        "equity: the stock grant, if there is one": not offer.equity,
        "sign_on: a signing bonus": not offer.sign_on,
        "bonus_target_rate: a yearly bonus": not {"bonus_target_rate", "annual_bonus"} & offer.model_fields_set,
        "quoted: the recruiter's totals, to see what they assume": offer.quoted is None,
        "benefits: what comes on top of pay": offer.benefits is None,
        "deadline: the last day to answer": offer.deadline is None,
        "start_date: when the job starts": offer.start_date is None,
        "company_type: to compare with companies like it": offer.company_type is None,
        "candidate.current: your current job, to compare with staying": evaluation.candidate.current is None,
        "posted_base: the range in the job posting": offer.posted_base is None,
        "market: what you found out yourself": not offer.market,
        "scores: your ratings of risk and of the job": not offer.scores.risk and not offer.scores.decision,
        "signals: how the offer came about, for warning signs": not offer.signals.model_fields_set,
    }
    items = [name for name, is_absent in absent.items() if is_absent]
    if not evaluation.level.level:
        items.append(f"a level that has a band: {evaluation.level.reason}")
    return Notes("Add these to learn more", items, "basis") if items else None


def caveats(evaluation: Evaluation) -> Notes:
    """Limits of the report."""
    guide = evaluation.tables.sources["guide"]
    old = f"The guide's bands are from {month_and_year(guide.as_of_on)}: one dated yardstick, not today's pay."
    return build_notes(
        "caveats",
        *FOOT,
        old if is_old(guide.as_of_on, evaluation.report_date) else None,
        "The guide's published averages follow base and a quarter of the grant, sign-on left out; "
        "the report compares on that. Grants count as they were made, in the first-year total at today's price.",
        "The guide's first-year ranges are higher than their own parts add up to: see the guide audit.",
    )


def sources(evaluation: Evaluation) -> Notes:
    """Cite the sources of the figures with dates, and the version that made the report."""
    return source_notes(evaluation.tables, _source_ids(evaluation), THE_OFFER)


def source_notes(tables: Tables, source_ids: Iterable[str], *others: str) -> Notes:
    """Cite sources with dates, other origins of figures, and the version that made the report."""
    cited = [tables.sources[name].citation for name in source_ids]
    return build_notes("sources", *cited, *others, f"compkit {compkit.__version__}; run again with: compkit check.")


def _source_ids(evaluation: Evaluation) -> list[str]:
    used = {"guide"} | {row.source_id for row in evaluation.stock_sources}
    if evaluation.offer.schedules_used or evaluation.offer.equity:
        used.add(volatility_of(evaluation.offer.company, evaluation.tables).source_id)
    return sorted(used)
