"""The decision in words: one sentence, the price of a preference, the next step, questions, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from compkit.analysis import Evaluation
from compkit.decision import (
    BASE,
    LEAVING_SOON,
    NO_BONUS,
    NO_REFRESHERS,
    SLOWEST_SCHEDULE,
    STAYING_LONG,
    STOCK_DOWN,
    Decision,
)
from compkit.model import ELSEWHERE, REMOTE
from compkit.negotiation import is_same_job
from compkit.offers import STAYING, OfferEntry, differences
from compkit.process import Clash
from compkit.report.place.household import household_words
from compkit.report.show.text import EDUCATION, capitalized, count, day, joined, usd
from compkit.tax import finances_with

NO_NOTICE = (
    "Don't give notice or turn another offer down until the job you choose is signed and every check has cleared."
)
CAUTION = f"{NO_NOTICE} {EDUCATION}"
NOTHING_TO_COMPARE = "Nothing to compare yet."
_WHOLE_THOUSANDS = 10_000
_MOST_FACTS = 2
UNLESS = {
    STOCK_DOWN: "stock falls by half",
    LEAVING_SOON: "you leave within a year",
    STAYING_LONG: "you stay four years",
    NO_BONUS: "no bonus is paid",
    NO_REFRESHERS: "no refreshers come",
    SLOWEST_SCHEDULE: "stock vests on the slowest plausible schedule",
}
"""What happens in a stress case, to follow "unless"."""
_QUESTIONS = {
    "vague-team": "Which team, which manager and what scope is it?",
    "team-attrition": "Why did people leave the team last year?",
    "no-roadmap": "What will the team do this year?",
    "downlevel": "What was missing for the level you interviewed for?",
    "best-and-final-first": "Which parts of the offer are still open?",
    "not-negotiable": "Could the start date or the second sign-on year move?",
    "decision-pressure": "Ask for more time to decide.",
    "decision-time-short": "Ask for more time to decide.",
}
"""What a warning sign makes one ask; those about pay ask nothing, since pay is counted."""


def about(amount: float) -> str:
    """Format an amount as people say it: whole thousands, or hundreds if it is small.

    >>> about(121_160.6), about(4_949.0)
    ('about $121,000', 'about $4,900')
    """
    step = 1_000 if abs(amount) >= _WHOLE_THOUSANDS else 100
    return f"about {usd(round(amount / step) * step)}"


def job_in_words(entry: OfferEntry, difference: str = "") -> str:
    """Name an offer within a sentence: company, level and place, and what tells it from others.

    Without `difference` anyone may read it: a label is for the candidate alone.
    """
    job, place = f"{entry.offer.company} {entry.offer.level}", entry.offer.location
    is_nowhere = place in (REMOTE, ELSEWHERE)
    added = ", ".join(filter(None, (place.lower() if is_nowhere else "", difference)))
    return f"{job}{'' if is_nowhere else f' in {place}'}{f' ({added})' if added else ''}"


def offer_names(entries: Iterable[OfferEntry]) -> dict[str, str]:
    """Name each offer within a sentence, by id: company, level and place, its label, and what tells it from others."""
    named = list(entries)
    added = differences(named)
    return {entry.offer.id: job_in_words(entry, added[entry.offer.id]) for entry in named}


def choice_in_words(decision: Decision, choice: str) -> str:
    """Name a choice within a sentence."""
    return "staying" if choice == STAYING else offer_names(decision.entries.values())[choice]


def net_in_words(decision: Decision, *choices: str) -> str:
    """How a difference between some choices is counted."""
    if set(decision.converted).isdisjoint(choices):
        return "after tax"
    return "after tax, housing and prices" if decision.counts_housing else "after tax and prices"


def amount_in_words(decision: Decision, *choices: str) -> str:
    """How an amount of some choices is counted: by what it leaves, or by where it would be worth as much."""
    if decision.counts_housing and not set(decision.converted).isdisjoint(choices):
        return f"after tax, as in {decision.household.prices_of}"
    return net_in_words(decision, *choices)


def decision_sentence(decision: Decision) -> str:
    """Describe the decision: which choice leads on pay, by how much, and how firmly."""
    ruling = decision.ruling
    if ruling.state == "alone":
        return NOTHING_TO_COMPARE
    if ruling.state == "unknown":
        facts = list(dict.fromkeys(fact.fact for _, fact in ruling.deciding_facts))
        return f"Can't rank until you know {joined(facts[:_MOST_FACTS])}."
    first, second = (choice_in_words(decision, name) for name in ruling.order[:2])
    net = net_in_words(decision, *ruling.order[:2])
    if ruling.state == "even":
        apart = f"are {about(ruling.margin or 0.0)} a year apart {net}" if round(ruling.margin or 0.0) else (
            f"leave the same {net}"
        )  # fmt: skip
        return f"Pay doesn't decide this: {first} and {second} {apart}."
    least = "at least " if decision.amounts[ruling.order[1]].why_no_tax else ""
    amount = f"{least}{about(ruling.margin or 0.0)} a year {net}"
    lead = f"Staying pays more: {amount} above {second}" if ruling.order[0] == STAYING else (
        f"On pay, {first} leads by {amount}"
    )  # fmt: skip
    return f"{lead}, {_firmly(decision)}."


def _firmly(decision: Decision) -> str:
    flip = decision.ruling.flip
    if flip is None:
        return "in every case tried"
    other = choice_in_words(decision, flip.leader)
    return f"unless {UNLESS[flip.case]}; then {other} leads by {about(flip.by)}"


def preference_sentence(decision: Decision) -> str:
    """Describe what the preferred choice costs; empty if it leads, or nothing is preferred or ranked."""
    ruling, given = decision.ruling, decision.candidate.decision
    cost = ruling.preference_cost
    if not cost or given.preferred is None or ruling.state == "unknown":
        return ""
    chosen = capitalized(choice_in_words(decision, given.preferred))
    parts = [f"{chosen if given.preferred == STAYING else f'Choosing {chosen}'} costs {about(cost)} a year."]
    if given.preferred != STAYING:
        parts.append(f"Ask {decision.entries[given.preferred].offer.company} to close the gap.")
    if given.preferred_worth is not None:
        side = "covers that" if given.preferred_worth >= cost else "is less"
        parts.append(f"You value it at {usd(given.preferred_worth)} a year, which {side}.")
    return " ".join(parts)


def whom_to_ask(decision: Decision) -> str | None:
    """Name the person the next step is with; None if it is oneself."""
    step = decision.next_step
    if step is None or step.offer is None:
        return None
    if step.step == "find-out" and decision.amounts[step.offer].why_no_tax:
        return None  # no recruiter knows what a place costs
    offer = decision.entries[step.offer].offer
    return f"{offer.contact.recruiter} at {offer.company}" if offer.contact.recruiter else offer.company


def next_step_in_words(decision: Decision) -> str:
    """Describe the next step, with whom and by when."""
    step, who = decision.next_step, whom_to_ask(decision)
    if step is None:
        return ""
    pending = choice_in_words(decision, step.pending) if step.pending else ""
    what = {
        "get-in-writing": f"ask {who} for the offer in writing",
        "find-out": f"ask {who} {_asked_of_company(decision)}" if who else f"find out {step.fact}",
        "extend": f"ask {who} for more time, since {pending} is still in process",
        "ask": _ask_in_words(decision, who),
        "answer": f"answer {who}",
        "add-choice": "enter your current job or another offer to compare with",
    }[step.step]
    if step.clash is not None and not step.clash.is_assumed:
        return _clash_in_words(decision, step.clash, who or "", pending)
    return capitalized(f"{what}{_by_when(decision)}.")


def _clash_in_words(decision: Decision, clash: Clash, who: str, pending: str) -> str:
    """Say what to ask of whom where a deadline comes before another job is expected to decide."""
    slower = decision.entries[clash.b].offer.company
    ask = f"ask {who} for {count(clash.extend.days, 'more day')}{_by_when(decision)}" if clash.extend else ""
    rest = clash.expedite and f"ask {slower} to decide {count(clash.expedite.days, 'day')} sooner"
    asked = ", and ".join(part for part in (ask, rest) if part)
    return capitalized(f"{asked}: {pending} is expected to decide by {day(clash.expected_on)}.")


def _by_when(decision: Decision) -> str:
    """Tell by when, and whose deadline that is where it is another offer's than the step is about."""
    step = decision.next_step
    if step is None or step.by is None:
        return ""
    due = [name for name in decision.ruling.order
           if name != STAYING and decision.entries[name].offer.deadline == step.by]  # fmt: skip
    whose = "" if not due or step.offer in due else f", the deadline of {choice_in_words(decision, due[0])}"
    return f", by {day(step.by)}{whose}"


def _asked_of_company(decision: Decision) -> str:
    """Name the missing fact to the company that it is about."""
    step = decision.next_step
    if step is None or step.offer is None:
        return ""
    company = decision.entries[step.offer].offer.company
    return step.fact.replace(f"{company}'s ", "its ").replace(f" {company} ", " ")


def _ask_in_words(decision: Decision, who: str | None) -> str:
    """Ask for what is missing to the leader, or for more."""
    step, ruling = decision.next_step, decision.ruling
    if step is None or step.offer is None or ruling.leader in (None, step.offer) or ruling.state == "even":
        return f"ask {who} for more"
    behind = decision.amounts[ruling.order[0]].net[BASE] - decision.amounts[step.offer].net[BASE]
    return f"ask {who} to close {about(behind)} a year after tax"


def decision_questions(decision: Decision) -> list[str]:
    """List what to find out: missing facts, then what warning signs make one ask; none of it changes the order."""
    deciding = [fact.fact for _, fact in decision.ruling.deciding_facts]
    others = [fact.fact for amounts in decision.amounts.values() for fact in amounts.missing]
    asked = [f"Find out {fact}." for fact in dict.fromkeys([*deciding, *others])]
    for name in decision.ruling.order:
        if name != STAYING:
            job = choice_in_words(decision, name)
            asked += [f"{job}: {question}" for question in sign_questions(decision.evaluation(name))]
    return asked


def sign_questions(evaluation: Evaluation) -> list[str]:
    """List what an offer's warning signs make one ask."""
    rules = [rule.rule_id for rule in evaluation.fired_rules]
    return list(dict.fromkeys(_QUESTIONS[rule] for rule in rules if rule in _QUESTIONS))


def decision_notes(decision: Decision) -> list[str]:
    """List what the figures assume, and what they leave out."""
    return list(_notes(decision))


def _notes(decision: Decision) -> Iterator[str]:
    home = decision.household.prices_of
    yield f"Counted over {count(decision.stay_years, 'year')}, your expected stay, with stock at today's price."
    if decision.converted and decision.counts_housing:
        yield from _notes_on_housing(decision)
    elif decision.converted:
        guess = "" if decision.candidate.residence else ", since the file doesn't say where you live"
        yield f"Amounts are in the prices of {home}{guess}."
    yield from _notes_on_household(decision)
    if any(amounts.paper for amounts in decision.amounts.values()):
        yield "Paper is stock you can't sell: it is in no other figure."
    if decision.unwritten:
        names = joined([choice_in_words(decision, name) for name in decision.unwritten])
        yield f"Not in writing, as far as the file says: {names}."
    for name, amounts in decision.amounts.items():
        if amounts.why_no_tax:
            yield f"{capitalized(choice_in_words(decision, name))} is counted before tax: {amounts.why_no_tax}"
    yield from _note_on_benefits(decision)
    for one in decision.rounds:
        more = "more" if one.won >= 0 else "less"
        job = choice_in_words(decision, one.id)
        yield f"The latest round of {job} leaves {about(abs(one.won))} a year {more} than the one before."
    for earlier, later in _alike(decision):
        yield f"{earlier} and {later} look like rounds of one job: if so, add supersedes to the later one."
    if decision.candidate.current is None:
        yield "Enter your current job under candidate.current to compare with staying."


def _notes_on_household(decision: Decision) -> Iterator[str]:
    """Yield what a household counts, what a move changes in it, and what is not taken off."""
    finances = finances_with(decision.candidate)
    if finances is not None:
        yield f"Amounts are your household's: they count {household_words(finances)}."
    now = finances and finances.spouse_wages
    moved = [(name, decision.evaluation(name).offer.spouse_wages) for name in decision.amounts if name != STAYING]
    changes = [
        f"{usd(wages)} with {choice_in_words(decision, name)}" for name, wages in moved if wages not in (None, now)
    ]
    if changes:
        yield f"A move changes your spouse's wages: {joined(changes)}."


def _notes_on_housing(decision: Decision) -> Iterator[str]:
    """Yield what a home costs with each choice, and how that is counted."""
    home, known = decision.candidate.residence, [name for name in decision.converted if decision.housing(name) >= 0]
    yield f"Amounts are what would be worth as much in {home}, at its prices and with your home there."
    costs = [f"{usd(decision.housing(name))} with {choice_in_words(decision, name)}" for name in known]
    if costs:
        yield (
            f"Your home costs {usd(decision.housing(STAYING))} a year, another {joined(costs)}. If it would cost "
            "something else, enter that as the offer's housing_cost."
        )


def _note_on_benefits(decision: Decision) -> Iterator[str]:
    has_some = any(decision.entries[name].offer.benefits for name in decision.ranked if name != STAYING)
    if decision.household.counts_benefits:
        yield "Benefits count, since they are known for every choice."
    elif has_some:
        yield "Benefits don't count, since they are not known for every choice."


def _alike(decision: Decision) -> Iterator[tuple[str, str]]:
    """Yield ids of pairs of ranked offers that look like one job."""
    names = [name for name in decision.ranked if name != STAYING]
    for one, other in combinations(names, 2):
        if is_same_job(decision.entries[one].offer, decision.entries[other].offer):
            yield one, other
