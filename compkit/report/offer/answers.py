"""What each section of an offer's report says, in one line."""

from __future__ import annotations

import math
from collections.abc import Mapping

from compkit.analysis import Evaluation
from compkit.pay import benefit_lines, exit_summary
from compkit.prices import decompose_quote, spread
from compkit.reference import records
from compkit.report.offer.equity_figures import leaving_months
from compkit.report.offer.equity_tables import SPAN_NAMES, no_stock_reason, simulated_pay
from compkit.report.offer.startup_tables import exits_of
from compkit.report.offer.summary import left_out
from compkit.report.show.blocks import Answer
from compkit.report.show.text import (
    LEAST,
    MEASURE_NAMES,
    capitalized,
    change_of_pay,
    count,
    day,
    joined,
    later_fall,
    percent,
    score_in_words,
    uncapitalized,
    usd,
)

_HALF_A_YEAR = 6


def evaluation_answers(evaluation: Evaluation) -> Mapping[str, Answer | None]:
    """Answer of each section of the evaluation; None where nothing was entered."""
    found = {
        "years": change_of_pay(evaluation) or _total(evaluation),
        "claim": _claim(evaluation),
        "stock": _stock(evaluation),
        "leaving": _leaving(evaluation),
        "refreshers": _refreshers(evaluation),
        "startup": _startup(evaluation),
        "benefits": _benefits(evaluation),
        "market": _market(evaluation),
        "risk": _risk(evaluation),
        "staying": _staying(evaluation),
        "more": _more(evaluation),
        "basis": f"What you entered, what was assumed, and the sources. Report of {day(evaluation.report_date)}.",
    }
    return {name: Answer(text) if text else None for name, text in found.items()}


def _total(evaluation: Evaluation) -> str:
    n_years = count(evaluation.assumptions.n_years, "year")
    return f"{usd(evaluation.summary['total'])} over {n_years}."


def _claim(evaluation: Evaluation) -> str:
    claims = decompose_quote(evaluation.offer, evaluation.tables.schedules).claims
    if not claims:
        return ""
    last = claims[-1]
    what = SPAN_NAMES[last.span].lower()
    if abs(last.difference) < LEAST:
        return f"Yes: the {usd(last.claimed)} quoted for the {what} is what it pays at today's share price."
    side = "more" if last.difference > 0 else "less"
    rate = last.implied.growth
    takes = f"; it takes {percent(rate, 2)} a year" if rate is not None and rate > 0 else ""
    return (
        f"The {usd(last.claimed)} quoted for the {what} is {usd(abs(last.difference))} {side} than it pays at today's "
        f"share price{takes}."
    )


def _stock(evaluation: Evaluation) -> str:
    if no_stock_reason(evaluation):
        return ""
    row = spread(simulated_pay(evaluation).sum(axis=0)[None, :]).iloc[0]
    years = count(evaluation.assumptions.n_years, "year")
    return (
        f"{usd(row['p5'])} to {usd(row['p95'])} over {years} in 90 of 100 simulations, {usd(row['p50'])} in the "
        "middle; no forecast."
    )


def _leaving(evaluation: Evaluation) -> str:
    months = leaving_months(evaluation)
    if months is None:
        return "Leaving early costs nothing: no stock is left to vest, and nothing is owed back."
    kept, due, forfeited = (float(months[name][_HALF_A_YEAR]) for name in ("kept", "owed", "forfeited"))
    said = [f"keep {usd(kept)}"]
    said += [f"pay back {usd(due)}"] if due >= LEAST else []
    said += [f"lose {usd(forfeited)} of stock"] if forfeited >= LEAST else []
    return f"After {_HALF_A_YEAR} months you'd {joined(said)}."


def _refreshers(evaluation: Evaluation) -> str:
    if not evaluation.offer.equity and not evaluation.offer.refreshers and evaluation.offer.refresher_plan is None:
        return ""
    later = later_fall(evaluation)
    if later is None:
        return "Pay does not fall after the years shown."
    year, amount, before = later
    return f"Pay falls from {usd(before)} in year {year - 1} to {usd(amount)} in year {year}."


def _startup(evaluation: Evaluation) -> str:
    if evaluation.offer.startup is None and not evaluation.offer.options:
        return ""
    found = exits_of(evaluation)
    if isinstance(found, str):
        return found
    summary = exit_summary(found.tables["net"])
    return (
        f"{percent(summary.chance_of_nothing, 1)} chance of nothing; {usd(summary.expected_net)} expected, by your "
        "own chances."
    )


def _benefits(evaluation: Evaluation) -> str:
    offer, given = evaluation.offer, evaluation.assumptions
    if not offer.benefits and not offer.relocation:
        return ""
    lines = benefit_lines(offer, given.n_years, given.growth, evaluation.tables)
    return f"{usd(float(lines[1].sum()))} in the first year, in none of the totals."


def _market(evaluation: Evaluation) -> str:
    rows = [row for row in records(evaluation.market) if row["verdict"] is not None and row["component"] != "total_y1"]
    by_verdict: dict[str, list[str]] = {}
    for row in rows:
        by_verdict.setdefault(row["verdict"], []).append(
            uncapitalized(MEASURE_NAMES[row["component"]]).replace(",", "")
        )
    outside = [f"{joined(by_verdict[each])} {each}" for each in ("below", "above") if each in by_verdict]
    if not rows:
        return "No range to compare with."
    if not outside:
        return "Each part is within its range."
    rest = ["the rest within"] if "within" in by_verdict else []
    return capitalized(f"{'; '.join([*outside, *rest])}.")


def _risk(evaluation: Evaluation) -> str:
    n_rules = len(evaluation.fired_rules)
    found = count(n_rules, "warning sign") if n_rules else "No warning signs"
    score = evaluation.score("risk")
    if score.score is None:
        return f"{found} in what you entered."
    return f"{found} in what you entered; {score_in_words(score)}."


def _more(evaluation: Evaluation) -> str:
    missing = left_out(evaluation)
    return f"{count(len(missing.items), 'fact')} would add to this report." if missing else ""


def _staying(evaluation: Evaluation) -> str:
    if evaluation.present_job is None or evaluation.left_behind is None:
        return ""
    stay = float(evaluation.present_job.by_year["total"].sum()) + evaluation.left_behind.repayment_owed
    gain = float(evaluation.years["total"].sum()) - stay
    if math.isclose(gain, 0.0, abs_tol=LEAST):
        return "The same as staying, before tax."
    years = count(evaluation.assumptions.n_years, "year")
    return f"{usd(abs(gain))} {'more' if gain > 0 else 'less'} than staying, over {years} before tax."
