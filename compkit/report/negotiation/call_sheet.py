"""The call sheet: one page with the ask, the words, the replies and the stop line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from compkit.decision import Decision
from compkit.model import PackageAmounts
from compkit.negotiation import LEVER_WEIGHTS, LEVERS, CallScript, NegotiationPlan, call_replies, is_rushed, money
from compkit.report.negotiation.summary import (
    NEVER_SAID,
    NO_STOP_LINE,
    by_other_years,
    call_day,
    losing_in_words,
)
from compkit.report.negotiation.tables import SOURCE_NAMES
from compkit.report.show.record import GUIDE
from compkit.report.show.text import MEASURE_NAMES, day, usd
from compkit.report.show.words import CallPart, CallSheet

_WHERE = {"inside": "inside", "at the edge": "at the edge of", "beyond": "beyond"}
_QUESTIONS = {
    "what_it_takes": "What would it take?",
    "other_offer": "Send me the other offer",
    "current_pay": "What do you make now?",
    "today": "I need your answer today",
}
"""What they may say, by the part of the script that replies."""


def call_sheet(plan: NegotiationPlan, decision: Decision | None = None) -> CallSheet:
    """One page for the call: ask, reasons, words, fallback and stop line."""
    when = f" on {day(called)}" if (called := call_day(plan)) else ""
    parts = [*_first_of_all(plan), *(_call_parts(plan, plan.script) if plan.script else _parts_without_ask(plan))]
    parts.append(CallPart("Where you stop (never said)", list(_stop_facts(plan, decision))))
    return CallSheet(f"Call sheet: {plan.evaluation.entry.job}", f"The call{when}. {NEVER_SAID}", parts)


def _first_of_all(plan: NegotiationPlan) -> Iterator[CallPart]:
    deadline = plan.evaluation.offer.deadline
    if deadline is not None and deadline < plan.evaluation.report_date:
        known = [f"The deadline was {day(deadline)}."]
        yield CallPart("First of all", known, "Before we go on: does the offer still stand, and until when?")
    elif is_rushed("initial", plan.facts):
        said = call_replies(plan.facts, plan.texts, tone=plan.settings.tone)["more_time"]
        yield CallPart("First of all, ask for time", [], said)


def _call_parts(plan: NegotiationPlan, script: CallScript) -> Iterator[CallPart]:
    yield CallPart("Open", [], script.opening)
    yield CallPart("The ask", _amounts(plan, plan.facts.asked), script.ask)
    yield CallPart("Pause. If they say nothing:", [], script.silence)
    if reasons := list(_reasons(plan)):
        yield CallPart("Why: give a reason of your own; the ranges are for you", reasons)
    yield CallPart("If they say no, wait for their figure", [], script.refused)
    yield CallPart("Only after their figure: the fallback", _amounts(plan, plan.facts.fallback), script.fallback)
    yield CallPart("If nothing moves", [], script.final)
    yield CallPart("If they have to ask someone", [], script.needed)
    yield from _replies(script.parts)
    yield CallPart("The close, last of all", list(_at_the_close(plan)), script.closing)


def _replies(said: Mapping[str, str]) -> Iterator[CallPart]:
    for name, asked in _QUESTIONS.items():
        yield CallPart(f"\u201c{asked}\u201d", [], said[name])


def _at_the_close(plan: NegotiationPlan) -> Iterator[str]:
    if plan.has_fallback:
        yield "If they went higher, say their amounts."
    elif plan.meets_stop_line(plan.offered):
        yield "If they refuse all of it, you can still settle for the offer as it stands."
    else:
        yield "Less than this is below your stop line: if they refuse, ask about the level or for more time."


def _parts_without_ask(plan: NegotiationPlan) -> Iterator[CallPart]:
    """Yield what to say if more pay is out of reach or not enough."""
    yield CallPart("Open", [], "Thanks for the call. I've gone through the offer, and I have a few questions.")
    yield CallPart("The level", [], "How was the level decided, and could we take another look at it?")
    yield CallPart("What else can move", ["Start date, relocation, later grants, a review: see the table below."],
                   "What else could move, such as the start date or a pay review after the first year?")  # fmt: skip
    yield from _replies(call_replies(plan.facts, plan.texts, tone=plan.settings.tone))
    yield CallPart("The close", [], "Thanks. I'll give you my answer in writing.")


def _amounts(plan: NegotiationPlan, package: PackageAmounts | None) -> list[str]:
    """Describe a package's changes and its total, in the offer's currency."""
    offered, currency = plan.facts.offered, plan.facts.offer.currency
    if package is None:
        return []
    said = []
    for lever in LEVERS:
        before, after = getattr(offered, lever), getattr(package, lever)
        if after != before:
            change = (
                f"{money(before, currency)} to {money(after, currency)}"
                if before
                else f"{money(after, currency)} (new)"
            )
            said.append(f"{MEASURE_NAMES[lever]}: {change}")
    totals = [money(float(round(_total(one))), currency) for one in (offered, package)]
    return [*said, f"Four years: {totals[0]} to {totals[1]}"]


def _total(package: PackageAmounts) -> float:
    return sum(weight * float(getattr(package, lever)) for lever, weight in LEVER_WEIGHTS.items())


def _reasons(plan: NegotiationPlan) -> Iterator[str]:
    yield from plan.facts.reasons
    entry = plan.evaluation.entry
    for lever, hard in plan.hardness(plan.ask).items():
        limit, high = plan.limits[lever], plan.limits[lever].yardstick_high
        if hard == "unchanged" or high is None:
            continue
        held = SOURCE_NAMES[limit.yardstick_source or limit.source]
        is_last = hard != "inside" and plan.ask.amount(lever) < high and limit.high < high
        where = "inside" if is_last else _WHERE[hard]
        top = money(float(round(high / entry.usd_rate)), entry.offer.currency)
        assumed = ", assumed" if limit.is_assumed and limit.yardstick_source == GUIDE else ""
        last = ", and as far as such employers usually go" if is_last else ""
        yield f"{MEASURE_NAMES[lever]}: {where} {held}, up to {top}{assumed}{last}"


def _stop_facts(plan: NegotiationPlan, decision: Decision | None) -> Iterator[str]:
    stop = plan.stop_line
    if stop is None:
        yield f"Not known yet: {NO_STOP_LINE}."
        return
    yield f"{usd(stop.yearly)} a year, all pay counted."
    if stop.total <= plan.offered.total:
        yield "The offer as it stands reaches that: a no to your ask is no reason to walk away."
    else:
        yield f"That is a package of {usd(stop.total)} over four years: don't agree to less on the call."
    yield losing_in_words(plan)
    if decision is not None and (related := by_other_years(plan, decision)):
        yield related
