"""First screen and notes of a negotiation plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from compkit.decision import Decision
from compkit.negotiation import LEVERS, Limit, NegotiationPlan, Package, settle_target
from compkit.report.decision.page import offer_lines, other_order
from compkit.report.negotiation.tables import SHORT_NAMES, SOURCE_NAMES, job_of, strongest, why_no_ask
from compkit.report.offer.paper import paper_note
from compkit.report.offer.summary import source_notes
from compkit.report.show.blocks import Card, Headline, Notes, RecordedFigures, Tone, build_notes
from compkit.report.show.record import GUIDE, OFFERS_FILE, Row, recorded_figure
from compkit.report.show.text import (
    LEAST,
    MEASURE_NAMES,
    count,
    day,
    joined,
    left_out_words,
    month_and_year,
    percent,
    uncapitalized,
    usd,
)

KIT = "kit"
NO_STOP_LINE = "enter your current job (candidate.current), or another offer with status: written"
"""What gives a plan its stop line."""
NEVER_SAID = "For your eyes only: never say what you earn, where you stop or what other offers pay."


def negotiation_headline(plan: NegotiationPlan, decision: Decision | None = None) -> Headline:
    """First screen: the decision, what to ask for, settle for, where to stop, and what supports it."""
    when = f" Call on {day(called)}." if (called := call_day(plan)) else ""
    lines: list[str] = []
    if decision is not None:
        lines = [*offer_lines(decision, plan.evaluation.offer.id), by_other_years(plan, decision)]
    return Headline(
        title=f"{plan.evaluation.entry.job}: what to say",
        subtitle=f"Report of {day(plan.evaluation.report_date)}.{when} {NEVER_SAID}",
        cards=[_ask_card(plan), _settle_card(plan), _stop_card(plan), _leverage_card(plan)],
        next_steps=list(_next_steps(plan)),
        verdict=_stop_caution(plan),
        decision=[line for line in (*lines, _why_these(plan)) if line],
    )


def _why_these(plan: NegotiationPlan) -> str:
    """Explain in one sentence where the cards' figures come from."""
    if plan.zopa.is_empty:
        return ""  # the caution says it
    if not plan.has_ask:
        return f"{why_no_ask(plan)} Ask for something other than pay."
    settle = "what you set" if plan.settings.target is not None else "75% of each part's range or less"
    if plan.settings.target is None and plan.last_counter.target > settle_target(plan.limits):
        settle = "your stop line, which is above the usual target"
    bands = dict.fromkeys(SOURCE_NAMES[limit.yardstick_source] + _of(limit) for limit in plan.limits.values()
                          if limit.yardstick_source)  # fmt: skip
    by = f" ({joined(list(bands))})" if bands and plan.settings.target is None else ""
    return f"You settle for {settle}{by}; the ask is as far above that as one or two parts can carry."


def _of(limit: Limit) -> str:
    return f" of {month_and_year(limit.as_of)}" if limit.as_of else ""


def call_day(plan: NegotiationPlan) -> dt.date | None:
    """Date of the next call, if the file gives one that has not passed."""
    told = plan.evaluation.offer.negotiation
    if told is None or told.call_on is None or told.call_on < plan.evaluation.report_date:
        return None
    return told.call_on


def _ask_card(plan: NegotiationPlan) -> Card:
    if plan.zopa.is_empty:
        return Card("Ask for", "Another level", "no pay inside the ranges reaches your stop line", "bad")
    if not plan.has_ask:
        return Card("Ask for", "No more pay", uncapitalized(why_no_ask(plan)).rstrip("."))
    more = plan.ask.total - plan.offered.total
    return Card("Ask for", usd(plan.ask.total), f"over four years, {usd(more)} more: {changes(plan, plan.ask)}")


def _settle_card(plan: NegotiationPlan) -> Card:
    if plan.zopa.is_empty:
        return Card("Settle for", "Nothing less", f"the most that the ranges allow is {usd(plan.largest.total)}", "bad")
    if not plan.has_fallback:
        is_enough = plan.meets_stop_line(plan.offered)
        known = plan.offered if is_enough else plan.ask
        what = "the offer as it stands" if is_enough else "the ask itself: less is below your stop line"
        return Card("Settle for", usd(known.total), f"over four years: {what}")
    more = plan.fallback.total - plan.offered.total
    return Card("Settle for", usd(plan.fallback.total), f"over four years, {usd(more)} more: "
                                                        f"{changes(plan, plan.fallback)}")  # fmt: skip


def _stop_card(plan: NegotiationPlan) -> Card:
    stop = plan.stop_line
    if stop is None:
        return Card("Stop below", "Not known", NO_STOP_LINE, "warn")
    by = "your best alternative"
    tone: Tone = "bad" if stop.yearly > plan.zopa.offered else "good"
    lies = "the offer as it stands is below it" if tone == "bad" else "the offer as it stands reaches it"
    if plan.zopa.is_empty:
        lies = "even the most that the ranges allow is below it"
    if stop.total <= 0:  # pay that is not negotiated already exceeds it
        return Card("Stop below", usd(stop.yearly), f"a year, all pay counted, by {by}: {lies}", tone)
    detail = f"over four years, or {usd(stop.yearly)} a year with all other pay, by {by}: {lies}"
    return Card("Stop below", usd(stop.total), detail, tone)


def _leverage_card(plan: NegotiationPlan) -> Card:
    kinds = strongest(plan)
    # A good season alone is not strong leverage.
    best = max(min(each.score, 1) if each.kind == "market timing" else each.score for each in plan.leverage)
    figure = ("None to show", "Some", "Strong")[best]
    detail = joined(kinds) if kinds else "only the ranges support the ask"
    return Card("Leverage", figure, detail, "good" if best > 1 else "plain" if best else "warn")


def changes(plan: NegotiationPlan, package: Package) -> str:
    """Describe what a package changes."""
    changed = [
        f"{SHORT_NAMES[lever].lower()} {usd(package.amount(lever))}"
        for lever in LEVERS
        if package.amount(lever) != plan.offered.amount(lever)
    ]
    return ", ".join(changed) or "nothing"


def _next_steps(plan: NegotiationPlan) -> Iterator[str]:
    offer, on = plan.evaluation.offer, plan.evaluation.report_date
    if offer.deadline is not None:
        days = (offer.deadline - on).days
        if days == 0:
            yield "You must answer today. Ask for more time now: the letter for it is below."
        elif days < 0:
            yield f"The deadline, {day(offer.deadline)}, has passed: ask right away whether the offer still stands."
        else:
            yield f"You must answer by {day(offer.deadline)}, in {count(days, 'day')}. Have the call well before it."
    if plan.zopa.is_empty:
        yield "Ask whether they would look at the level again; a higher one has higher ranges."
    elif plan.has_ask:
        yield "Read the call sheet aloud, then say the ask once and wait. Everything below is for when they ask why."
    elif not plan.has_ask:
        yield "Ask about the level, the start date or a review after a year."
    if plan.loss_without_offer is not None:  # otherwise the card asks for what is missing
        yield losing_in_words(plan)
    yield from _unknown_status(plan)
    told = offer.negotiation
    if told is None or not told.reasons:
        yield "Add two or three reasons under negotiation.reasons: an ask with a reason is easier to pass along."


def _unknown_status(plan: NegotiationPlan) -> Iterator[str]:
    """Yield one prompt to enter the status of offers that have none."""
    names = [offer.id for offer in (plan.evaluation.offer, *plan.other_offers) if offer.status is None]
    if names:
        known = "until then no page or letter calls it written."
        yield f"Enter status (written, verbal or in-process) for {joined(names)}: {known}"


def losing_in_words(plan: NegotiationPlan) -> str:
    """Describe what it would cost if asking lost the offer."""
    best, lost = plan.alternatives.batna, plan.loss_without_offer
    if lost is None:
        return f"There is no stop line yet: {NO_STOP_LINE}."
    name = "staying" if best is None or best.status == "staying" else job_of(plan, best.id)
    if abs(lost) <= LEAST:
        return f"If they withdraw the offer, {name} is worth as much as this offer."
    evaluation = plan.evaluation
    how = f"as pay before tax in {plan.analysis.own.residence}, over {count(evaluation.assumptions.n_years, 'year')}"
    if lost > 0:
        return f"If they withdraw the offer, you fall back on {name}: {usd(lost)} a year less, {how}."
    return f"If they withdraw the offer, {name} is worth {usd(-lost)} a year more, {how}."


def plan_caution(plan: NegotiationPlan) -> str | None:
    """Warning that the offer can't be chosen, or that signing is worth less than the best alternative; None if not.

    For the candidate alone.
    """
    return " ".join(filter(None, (*_why_not_to_choose(plan), _stop_caution(plan)))) or None


def _why_not_to_choose(plan: NegotiationPlan) -> Iterator[str]:
    evaluation = plan.evaluation
    offer, terms = evaluation.offer, evaluation.candidate.decision
    if offer.id in terms.out:
        yield "You ruled this offer out: ask only if you would drop that rule."
    later = next((other.id for other in plan.other_offers if other.supersedes == offer.id), None)
    if later is not None:
        yield f"A later round, {job_of(plan, later)}, replaces this offer: negotiate that one."
    if offer.deadline is not None and offer.has_expired(evaluation.report_date):
        yield f"The deadline, {day(offer.deadline)}, has passed: ask first whether the offer still stands."


def _stop_caution(plan: NegotiationPlan) -> str:
    stop = plan.stop_line
    if stop is None:
        return ""
    line = f"your stop line, {usd(stop.yearly)} a year"
    if plan.zopa.is_empty:
        return f"Even the most that the ranges allow is below {line}: more pay inside them is not enough."
    if not plan.meets_stop_line(plan.ask):
        return f"What your target asks for is below {line}: aim higher."
    if not plan.meets_stop_line(plan.offered):
        return f"The offer as it stands is below {line}: don't say yes to less than that."
    return ""


def by_other_years(plan: NegotiationPlan, decision: Decision) -> str:
    """How this plan's order of the offer and its best alternative relates to the decision; empty if it is the same."""
    best, lost, own = plan.alternatives.batna, plan.loss_without_offer, plan.evaluation.offer.id
    if best is None or lost is None or abs(lost) <= LEAST:
        return ""
    ahead, behind = (own, best.id) if lost > 0 else (best.id, own)
    n_years = plan.evaluation.assumptions.n_years
    return other_order(decision, ahead, behind, n_years, "in even pay before tax here, {} is worth more")


def negotiation_assumptions(plan: NegotiationPlan) -> Notes:
    """Assumptions of the plan that no file states."""
    given = plan.settings
    rate, job = plan.evaluation.assumptions.discount_rate, plan.evaluation.candidate.current
    staying = "Staying keeps bringing your current yearly stock, even beyond what is promised today."
    guide = "How far this employer goes is taken from what the guide says about Amazon, and from bands for its type."
    lifted = "The guide's bands don't limit the ask: anything beyond them is marked."
    return build_notes(
        "assumptions",
        "The total to settle at, unless you set one, is 75% of each part's range, or half of the room that is "
        "left, within what one or two parts carry.",
        "The first ask opens up to halfway from there to the most the ranges allow, as far as its parts carry.",
        f"Stock counts at today's price; cash is discounted at {percent(rate, 1)} a year.",
        f"The chance that you stay another year is {percent(given.stay_rate)}.",
        "Staying and other offers are compared by the pay that buys as much in this offer's place.",
        staying if job is not None and job.annual_equity else None,
        guide if any(limit.is_assumed for limit in plan.limits.values()) else None,
        lifted if given.beyond_band else None,
        *(f"{MEASURE_NAMES[lever]}: {limit.reason}." for lever, limit in plan.limits.items() if limit.reason),
    )  # fmt: skip


def negotiation_caveats(plan: NegotiationPlan) -> Notes:
    """Limits of the plan."""
    paper = paper_note(plan.evaluation)
    return build_notes(
        "caveats",
        "This is education, not legal or financial advice.",
        "It gives no odds of a yes: nobody has the figures for them.",
        f"{paper} More of it is more paper: ask for salary or sign-on first." if paper else None,
        "Ranges show what others were paid, not what this employer will pay; the guide's are old, and for Amazon.",
        "An employer may withdraw an offer. That is rare if you ask politely and within the range, but it happens.",
        *plan.walk_away.notes,
        left_out_words(plan.left_out) if plan.left_out else None,
    )


def negotiation_sources(plan: NegotiationPlan) -> Notes:
    """Cite the sources of the plan's figures and advice."""
    typed = "The offer, your current job and your other offers: your offers file."
    return source_notes(plan.tables, [GUIDE, KIT], typed, "Tax and prices: see the report on places.")


def recorded_negotiation(plan: NegotiationPlan) -> RecordedFigures:
    """Record the figures behind the plan, unrounded, with their sources."""
    return RecordedFigures(list(_rows(plan)), {})


def _rows(plan: NegotiationPlan) -> Iterator[Row]:
    zone, walk = plan.zopa, plan.walk_away
    for name, value in (
        ("walk-away", walk.amount),
        ("staying, level pay here", walk.cash_flow_here),
        ("reservation value", zone.reservation),
        ("offer, level pay", zone.offered),
        ("target, level pay", zone.aspired),
    ):
        if value is not None:
            yield recorded_figure(f"negotiation {name}", value, "USD a year", f"{OFFERS_FILE} {KIT}")
    for what, package in (("ask", plan.ask), ("fallback", plan.fallback), ("largest", plan.largest)):
        for lever in LEVERS:
            yield recorded_figure(f"{what} {lever}", package.amount(lever), "USD", f"{OFFERS_FILE} {GUIDE}")
        yield recorded_figure(f"{what} total", package.total, "USD", f"{OFFERS_FILE} {GUIDE}")
