"""What each section of a negotiation plan says, in one line."""

from __future__ import annotations

from collections.abc import Mapping

from compkit.negotiation import NegotiationPlan
from compkit.report.negotiation.summary import losing_in_words
from compkit.report.negotiation.tables import strongest, why_no_ask
from compkit.report.show.blocks import Answer
from compkit.report.show.text import MEASURE_NAMES, count, day, joined, uncapitalized, usd


def negotiation_answers(plan: NegotiationPlan) -> Mapping[str, Answer | None]:
    """Answer of each section; None where there is nothing to say."""
    found = {
        "zone": _zone(plan),
        "packages": _packages(plan),
        "steps": _steps(plan),
        "leverage": _leverage(plan),
        "letters": "The reply for today, the ask in writing, and a request for more time.",
        "employer": _employer(plan),
        "checklist": _checklist(plan),
        "basis": f"What was assumed, and the sources. Report of {day(plan.evaluation.report_date)}.",
    }
    return {name: Answer(text) if text else None for name, text in found.items()}


def _zone(plan: NegotiationPlan) -> str:
    zone, stop = plan.zopa, plan.stop_line
    if zone.is_empty or stop is None:
        return losing_in_words(plan)
    low = max(zone.offered, stop.yearly)
    return f"Both sides can agree from {usd(low)} to {usd(zone.high)} a year, all pay counted."


def _packages(plan: NegotiationPlan) -> str:
    if not plan.has_ask:
        return why_no_ask(plan)
    n = len([each for each in plan.first_counter.packages if each.name != "largest"])
    what = count(n, "package")
    more = usd(plan.ask.total - plan.offered.total)
    return f"{what} of {usd(plan.ask.total)} over four years: {more} more than offered."


def _steps(plan: NegotiationPlan) -> str:
    if not plan.has_ask:
        return ""
    fallback = f", then {usd(plan.fallback.total)}" if plan.has_fallback else ""
    order = joined([uncapitalized(MEASURE_NAMES[lever]).replace(",", "") for lever in plan.levers["lever"]])
    return f"{usd(plan.ask.total)}{fallback}. Most room first: {order}."


def _leverage(plan: NegotiationPlan) -> str:
    kinds = strongest(plan)
    return f"Strongest: {joined(kinds)}." if kinds else "Nothing that you can show so far: see what would help."


def _employer(plan: NegotiationPlan) -> str:
    n = len(plan.strategy)
    return f"{count(n, 'thing')} to ask such an employer for." if n else ""


def _checklist(plan: NegotiationPlan) -> str:
    done = int(plan.checklist["is_done"].sum())
    return f"Your file already answers {done} of {count(len(plan.checklist), 'point')}."
