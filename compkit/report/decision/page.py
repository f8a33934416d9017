"""The decision on pages: first screen of a person's page, and the lines that lead each offer's page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from compkit.analysis import kept_stock
from compkit.decision import BASE, STAYING_LONG, Decision
from compkit.offers import STAYING
from compkit.report.decision.text import (
    NO_NOTICE,
    UNLESS,
    about,
    amount_in_words,
    choice_in_words,
    decision_notes,
    decision_questions,
    decision_sentence,
    net_in_words,
    next_step_in_words,
    offer_names,
    preference_sentence,
)
from compkit.report.show.blocks import Card, Headline, Notes
from compkit.report.show.text import MOST_STEPS, capitalized, count, day, joined, left_out_words, uncapitalized, usd

LONG_YEARS = 4
"""Years of the case `STAYING_LONG`."""


def decision_lines(decision: Decision) -> list[str]:
    """Sentences of the decision: who leads, what a preference costs, the next step."""
    step = next_step_in_words(decision)
    lines = [decision_sentence(decision), preference_sentence(decision), f"Next: {uncapitalized(step)}"]
    return [line for line in (lines if step else lines[:2]) if line]


def offer_lines(decision: Decision, offer_id: str) -> list[str]:
    """Sentences of the decision for one offer's page, and where the offer stands; none if there is no other choice."""
    if not decision.person.has_choice:
        return []
    return [*decision_lines(decision), _standing(decision, offer_id)]


def _standing(decision: Decision, offer_id: str) -> str:
    if offer_id not in decision.entries:
        later = next(entry for entry in decision.person.entries if entry.offer.supersedes == offer_id)
        return f"This offer: an earlier round, replaced by {offer_names(decision.person.entries)[later.offer.id]}."
    if offer_id in decision.out:
        return "This offer: out by your rule, so it is not ranked."
    if offer_id not in decision.ranked:
        why = {"in-process": "still in process", "expired": "its deadline has passed"}[decision.statuses[offer_id]]
        return f"This offer: {why}, so it is not ranked."
    amounts, order = decision.amounts[offer_id], decision.ruling.order
    if amounts.why_no_tax:
        return f"This offer: {about(amounts.before_tax)} a year before tax; what is left after tax is not known."
    over = count(decision.stay_years, "year")
    place = f", number {order.index(offer_id) + 1} of {len(order)}" if decision.leader else ""
    kept = kept_stock(decision.evaluation(offer_id))
    stock = (
        f" It counts {usd(kept)} of current stock that a transfer keeps, which is in no other figure." if kept else ""
    )
    how = amount_in_words(decision, offer_id)
    how += "," if "," in how else ""
    return f"This offer: {usd(amounts.net[BASE])} a year {how} over {over}{place}.{stock}"


def standing_in_short(decision: Decision, offer_id: str) -> str | None:
    """Where an offer stands, for a table's cell; None if there is no other choice."""
    if not decision.person.has_choice:
        return None
    if offer_id not in decision.statuses:
        return "earlier round"
    if offer_id not in decision.ranked:
        return "out" if offer_id in decision.out else "pending" if offer_id in decision.pending else "expired"
    if decision.leader is None:
        return "not known" if decision.ruling.state == "unknown" else None
    place, order = decision.ruling.order.index(offer_id), decision.ruling.order
    if decision.ruling.state == "even" and place < 2:
        return "even"
    return "leads" if place == 0 else f"{place + 1} of {len(order)}"


def decision_headline(decision: Decision, left_out: tuple[str, ...] = ()) -> Headline:
    """First screen of a person's page: the decision, its lead, what flips it, and what to find out."""
    missing = f" {left_out_words(left_out)}" if left_out else ""
    offers = count(len(decision.person.entries), "offer")
    return Headline(
        title=f"{offers}{' and staying' if STAYING in decision.ranked else ''}",
        subtitle=f"Report of {day(decision.report_date)}.{missing}",
        cards=list(_cards(decision)),
        next_steps=[*islice(_next_steps(decision), MOST_STEPS), NO_NOTICE],
        decision=decision_lines(decision),
    )


def _cards(decision: Decision) -> Iterator[Card]:
    ruling, stay = decision.ruling, count(decision.stay_years, "year")
    if decision.leader is not None:
        first, second = (choice_in_words(decision, name) for name in ruling.order[:2])
        before = decision.margin_before_tax or 0.0
        before_tax = f"{usd(abs(before))} {'ahead' if before >= 0 else 'behind'} before tax"
        detail = f"{first} ahead of {second}, {net_in_words(decision, *ruling.order[:2])} over {stay}; {before_tax}"
        yield Card("Difference a year" if ruling.state == "even" else "Lead a year", usd(ruling.margin), detail)
    flip = ruling.flip
    if flip is not None:
        then = f"then {choice_in_words(decision, flip.leader)} leads by {usd(flip.by)} a year"
        yield Card("What flips it", capitalized(UNLESS[flip.case]), then, "warn")
    elif ruling.state == "clear":
        yield Card("What flips it", "Nothing tried", f"first in all {len(decision.cases)} cases")
    due = decision.first_due
    if due is not None:
        yield Card("Next deadline", day(due.offer.deadline), capitalized(choice_in_words(decision, due.offer.id)))


def _next_steps(decision: Decision) -> Iterator[str]:
    if decision.expired:
        stands = "the offer still stands" if len(decision.expired) == 1 else "the offers still stand"
        names = joined([choice_in_words(decision, name) for name in decision.expired])
        yield f"The deadline of {names} has passed. Ask right away whether {stands}."
    yield from decision_questions(decision)


def decision_basis(decision: Decision) -> Notes:
    """List what the decision counts, leaves out and does not rank."""
    unranked = {
        "Still in process, not ranked": decision.pending,
        "Deadline passed, not ranked": decision.expired,
        "Out by your rule": decision.out,
    }
    items = [
        f"{what}: {joined([choice_in_words(decision, name) for name in names])}."
        for what, names in unranked.items()
        if names
    ]
    if decision.superseded:
        rounds = [name_of(decision, entry.offer.id) for entry in decision.superseded]
        items.append(f"Earlier rounds, not ranked: {joined(rounds)}.")
    return Notes("What this counts", [*decision_notes(decision), *items], "basis")


def other_measure(decision: Decision, top: str, n_years: int, measure: str) -> str:
    """How a lead by another measure relates to the decision; empty where it names the same choice.

    Parameters
    ----------
    decision : Decision
    top : str
        The choice that leads by it.
    n_years : int
        The years that it counts [years].
    measure : str
        What it counts and how the choice leads, such as "before tax {} pays most".
    """
    if top == decision.leader or decision.ruling.state == "alone":
        return ""
    over = f"{count(decision.stay_years, 'year')} {net_in_words(decision, *decision.ruling.order[:2])}"
    said = f"Over {count(n_years, 'year')}, {measure.format(name_of(decision, top))}."
    if top not in decision.ranked:
        return f"{said} The decision doesn't rank it."
    if decision.leader is None:
        return f"{said} The decision counts {over}, and a missing fact keeps it open."
    leads = "pay is even" if decision.ruling.state == "even" else f"{name_of(decision, decision.leader)} leads"
    flip = decision.ruling.flip
    is_flip = flip is not None and flip.case == STAYING_LONG and n_years == LONG_YEARS and flip.leader == top
    turned = " Staying four years is the case that flips it." if is_flip else ""
    return f"{said} The decision counts {over}: there {leads}.{turned}"


def other_order(decision: Decision, ahead: str, behind: str, n_years: int, measure: str) -> str:
    """How two choices' order by another measure relates to the decision's; empty if that is the same, or unranked.

    `n_years` and `measure` as in `other_measure`.
    """
    order = decision.ruling.order
    if ahead not in order or behind not in order or order.index(ahead) < order.index(behind):
        return ""
    return other_measure(decision, ahead, n_years, measure)


def name_of(decision: Decision, choice: str) -> str:
    """Name of any choice of the person, ranked or not."""
    is_earlier = any(one.offer.id == choice for one in decision.superseded)
    return offer_names(decision.person.entries)[choice] if is_earlier else choice_in_words(decision, choice)
