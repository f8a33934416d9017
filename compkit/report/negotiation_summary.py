"""The first screen of a negotiation plan, its call sheet, and the notes around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import compkit
from compkit.negotiation.limits import LEVERS
from compkit.negotiation.packages import Package
from compkit.negotiation.plan import NegotiationPlan
from compkit.report.blocks import Card, Headline, Notes, RecordedFigures, Tone
from compkit.report.negotiation_tables import LEAST, SHORT_NAMES, SOURCE_NAMES, STATUS_NAMES, strongest
from compkit.report.record import GUIDE, OFFERS_FILE, Row, recorded_figure
from compkit.report.text import MEASURE_NAMES, count, day, joined, percent, usd
from compkit.report.words import CallPart, CallSheet

KIT = "kit"
_WHERE = {"inside": "inside", "at the edge": "at the edge of", "beyond": "beyond"}
NEVER_SAID = "For your eyes only: what you earn, where you stop and what else you hold are never said."


def negotiation_headline(plan: NegotiationPlan) -> Headline:
    """Return the first screen: what to ask for, what to settle for, where to stop, what speaks for it."""
    offer = plan.evaluation.offer
    when = f" Call on {day(called)}." if (called := call_day(plan)) else ""
    return Headline(
        title=f"{offer.company} {offer.level}, {offer.location}: what to say",
        subtitle=f"Report of {day(plan.evaluation.report_on)}.{when} {NEVER_SAID}",
        cards=[_ask_card(plan), _settle_card(plan), _stop_card(plan), _leverage_card(plan)],
        next_steps=list(_next_steps(plan)),
    )


def call_day(plan: NegotiationPlan) -> dt.date | None:
    """Return the day of the next call, if the file gives one that has not passed."""
    told = plan.evaluation.offer.negotiation
    if told is None or told.call_on is None or told.call_on < plan.evaluation.report_on:
        return None
    return told.call_on


def _ask_card(plan: NegotiationPlan) -> Card:
    if not plan.is_asking:
        return Card("Ask for", "No more pay", "the ranges leave no room above what is offered")
    more = plan.ask.total - plan.offered.total
    return Card("Ask for", usd(plan.ask.total), f"over four years, {usd(more)} more: {changes(plan, plan.ask)}")


def _settle_card(plan: NegotiationPlan) -> Card:
    if not plan.is_asking:
        return Card("Settle for", usd(plan.offered.total), "over four years: the offer as it stands")
    more = plan.fallback.total - plan.offered.total
    return Card("Settle for", usd(plan.fallback.total), f"over four years, {usd(more)} more: "
                                                        f"{changes(plan, plan.fallback)}")  # fmt: skip


def _stop_card(plan: NegotiationPlan) -> Card:
    stop = plan.stop_line
    if stop is None:
        return Card("Stop below", "Not known", "the file tells of no present job and no other offer", "warn")
    by = "your best alternative" if stop.is_reservation else "your own walk-away"
    tone: Tone = "bad" if stop.yearly > plan.zone.offered else "good"
    lies = "the offer as it stands is below it" if tone == "bad" else "the offer as it stands is above it"
    if plan.zone.is_empty:
        lies = "even the most that the ranges allow is below it"
    detail = f"over four years, or {usd(stop.yearly)} a year with all other pay, by {by}: {lies}"
    return Card("Stop below", usd(stop.total), detail, tone)


def _leverage_card(plan: NegotiationPlan) -> Card:
    kinds = strongest(plan)
    best = max(each.score for each in plan.leverage)
    figure = ("None to show", "Some", "Strong")[best]
    detail = joined(kinds) if kinds else "nothing in the file supports the ask but the ranges"
    return Card("Leverage", figure, detail, "good" if best > 1 else "plain" if best else "warn")


def changes(plan: NegotiationPlan, package: Package) -> str:
    """Return what a package changes, in words."""
    changed = [
        f"{SHORT_NAMES[lever].lower()} {usd(package.amount(lever))}"
        for lever in LEVERS
        if package.amount(lever) != plan.offered.amount(lever)
    ]
    return ", ".join(changed) or "nothing"


def _next_steps(plan: NegotiationPlan) -> Iterator[str]:
    offer, on = plan.evaluation.offer, plan.evaluation.report_on
    if offer.deadline is not None:
        days = (offer.deadline - on).days
        if days < 0:
            yield f"The deadline, {day(offer.deadline)}, has passed: ask at once whether the offer still stands."
        else:
            yield f"You must answer by {day(offer.deadline)}, in {count(days, 'day')}. Have the call well before it."
    if plan.zone.is_empty:
        yield "Nothing inside the ranges is worth as much as your best alternative: ask about the level, or decline."
    elif plan.is_asking:
        yield "Read the call sheet aloud, then say the ask once and wait. Everything below is for when they ask why."
    if not plan.is_asking:
        yield "The ranges leave no room in pay. Ask about the level, the start date or a review after a year."
    lost = plan.lost_with_the_offer
    if lost is not None:
        yield _losing(plan, lost)
    told = offer.negotiation
    if told is None or not told.reasons:
        yield "Write two or three reasons under negotiation.reasons: an ask with a reason is easier to pass on."


def _losing(plan: NegotiationPlan, lost: float) -> str:
    best = plan.alternatives.batna
    name = "staying" if best is None or best.status == "staying" else best.id
    if lost > LEAST:
        return (
            f"Should they take the offer back, you would fall back on {name}: {usd(lost)} a year less than this offer."
        )
    return f"Should they take the offer back, {name} is worth {usd(-lost)} a year more than this offer as it stands."


def call_sheet(plan: NegotiationPlan) -> CallSheet | Notes:
    """Return one page for the call: the ask, the reasons, the words, the fallback, the stop line."""
    script = plan.script
    if script is None:
        return Notes(
            "Call sheet", ["There is nothing to ask for inside the ranges, so there is no call to prepare."], "left-out"
        )
    offer = plan.evaluation.offer
    when = f" on {day(called)}" if (called := call_day(plan)) else ""
    parts = [
        CallPart("1. Begin", [], script.opening),
        CallPart("2. The ask", _amounts(plan, plan.ask), script.ask),
        CallPart("3. Wait. If they stay silent, too", [], script.silence),
        CallPart("4. Why", list(_reasons(plan))),
        CallPart("5. If they say no", [], script.refused),
        CallPart("6. If they call it final", [], script.final),
        CallPart("7. If they must ask somebody", [], script.needed),
        CallPart("8. The fallback, and the close", _amounts(plan, plan.fallback), script.closing),
        CallPart("9. Where you stop (never said)", list(_stop_facts(plan))),
    ]
    return CallSheet(
        f"Call sheet: {offer.company} {offer.level}, {offer.location}", f"The call{when}. {NEVER_SAID}", parts
    )


def _amounts(plan: NegotiationPlan, package: Package) -> list[str]:
    said = [
        f"{MEASURE_NAMES[lever]}: {usd(plan.offered.amount(lever))} to {usd(package.amount(lever))}"
        for lever in LEVERS
        if package.amount(lever) != plan.offered.amount(lever)
    ]
    return [*said, f"Four years: {usd(plan.offered.total)} to {usd(package.total)}"]


def _reasons(plan: NegotiationPlan) -> Iterator[str]:
    yield from plan.facts.reasons
    for lever, hard in plan.hardness(plan.ask).items():
        if hard.verdict == "unchanged" or hard.source not in ("posting", "research", "guide"):
            continue
        limit = plan.limits[lever]
        if limit.yardstick_high is not None:
            held = SOURCE_NAMES[limit.yardstick_source or hard.source]
            assumed = ", assumed" if limit.is_assumed else ""
            yield f"{MEASURE_NAMES[lever]}: {_WHERE[hard.verdict]} {held}, up to {usd(limit.yardstick_high)}{assumed}"


def _stop_facts(plan: NegotiationPlan) -> Iterator[str]:
    stop = plan.stop_line
    if stop is None:
        yield "Not known: the file tells of no present job and no other offer."
        return
    yield f"{usd(stop.yearly)} a year, all pay counted."
    if stop.total <= plan.offered.total:
        yield "The offer as it stands is above that: a no to your ask is no reason to leave."
    else:
        yield f"That is a package of {usd(stop.total)} over four years; below it, thank them and take a day."
    if plan.lost_with_the_offer is not None:
        yield _losing(plan, plan.lost_with_the_offer)


def negotiation_assumptions(plan: NegotiationPlan) -> Notes:
    """Return what the plan assumes and no file says."""
    given = plan.approach
    rate = plan.evaluation.assumptions.discount_rate
    items = [
        "The target, if you set none, lies three quarters up each part's range, cut to how far such employers go.",
        "The first ask opens halfway between the target and the most that the ranges allow.",
        f"Stock counts at today's price; cash is discounted at {percent(rate, 1)} a year.",
        f"You stay another year with a chance of {percent(given.stay_rate)}.",
        "Staying and other offers are compared by the pay that buys as much in this offer's place.",
        *(f"{STATUS_NAMES[status]}: counted at {percent(weight)}."
          for status, weight in _weights(plan).items() if status in ("verbal", "in-process")),
    ]  # fmt: skip
    if any(limit.is_assumed for limit in plan.limits.values()):
        items.append("How far this employer goes is taken from what the guide says of Amazon, and its type's bands.")
    if given.beyond_band:
        items.append("The guide's bands are lifted: what lies beyond them is marked, not forbidden.")
    items += [f"{MEASURE_NAMES[lever]}: {limit.reason}." for lever, limit in plan.limits.items() if limit.reason]
    return Notes("Assumptions", items, "assumptions")


def _weights(plan: NegotiationPlan) -> dict[str, float]:
    rows = plan.tables["certainty_weights"]
    return dict(zip(rows["status"].astype(str), rows["weight"].astype(float), strict=True))


def negotiation_caveats(plan: NegotiationPlan) -> Notes:
    """Return what the plan is not."""
    items = [
        "This is education, not legal or financial advice.",
        "It gives no chance of a yes: nobody has the figures for one.",
        "A range says what has been paid, not what this employer will pay; the guide's are old and Amazon's.",
        "An employer may take an offer back. It is rare where the ask is polite and inside the range, and it happens.",
        *plan.walk_away.notes,
    ]
    return Notes("What this is not", items, "caveats")


def negotiation_sources(plan: NegotiationPlan) -> Notes:
    """Return where the figures and the advice come from."""
    known = plan.tables.sources
    used = [GUIDE, KIT]
    items = [f"{known[name].title}, {known[name].publisher}, as of {known[name].as_of}." for name in used]
    items.append("The offer, the present job and the other offers: as typed in the offers file.")
    items.append("Tax and prices: the tables that the report on places names.")
    items.append(f"compkit {compkit.__version__}; run again with: compkit check.")
    return Notes("Sources", items, "sources")


def recorded_negotiation(plan: NegotiationPlan) -> RecordedFigures:
    """Return the figures behind the plan, unrounded, with their sources."""
    return RecordedFigures(list(_rows(plan)), {})


def _rows(plan: NegotiationPlan) -> Iterator[Row]:
    zone, walk = plan.zone, plan.walk_away
    for name, value in (
        ("walk-away", walk.amount),
        ("staying, level pay here", walk.cash_flow_here),
        ("reservation value", zone.reservation),
        ("offer, level pay", zone.offered),
        ("target, level pay", zone.aspired),
    ):
        if value is not None:
            yield recorded_figure(f"negotiation {name}", value, "USD a year", f"{OFFERS_FILE} {KIT}")
    for package in (plan.ask, plan.fallback, plan.largest):
        what = "ask" if package is plan.ask else "fallback" if package is plan.fallback else "largest"
        for lever in LEVERS:
            yield recorded_figure(f"{what} {lever}", package.amount(lever), "USD", f"{OFFERS_FILE} {GUIDE}")
        yield recorded_figure(f"{what} total", package.total, "USD", f"{OFFERS_FILE} {GUIDE}")
