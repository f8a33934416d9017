"""The candidate's leverage with its evidence, and how hard an ask is to grant; never a chance of a yes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compkit.analysis import Evaluation
from compkit.model import Offer
from compkit.negotiation.limits import LEVERS, Limit
from compkit.negotiation.packages import Package
from compkit.offers import fill_tradable
from compkit.pay import Assumptions, pay_terms, valuation
from compkit.reference import Tables

LeverageKind = Literal["competing offers", "unique skills", "market timing", "team need"]
Hardness = Literal["unchanged", "inside", "at the edge", "beyond"]

NONE, SOME, STRONG = 0, 1, 2
COMPARABLE_SHARE = 0.9
"""An offer that pays at least this share of another one is comparable [fraction]."""
EDGE_SHARE = 0.05
"""Share of a lever's room that counts as its edge [fraction]."""
_YEARS, _HOURS_A_DAY, _LAST_QUARTER = 4, 24, 4
_SHORT_TIME_RULE = "decision-time-short"
ROUNDING_TOLERANCE, _EQUAL_WITHIN = 1e-6, 0.005


@dataclass(frozen=True, slots=True)
class Leverage:
    """One kind of leverage.

    Parameters
    ----------
    kind : {"competing offers", "unique skills", "market timing", "team need"}
    score : {0, 1, 2}
        None, some, strong.
    evidence : tuple of str
        What supports the score.
    questions : tuple of str
        What the file lacks, and whom to ask.
    raised_by : tuple of str
        What would raise the score; empty if it is strong.
    """

    kind: LeverageKind
    score: int
    evidence: tuple[str, ...]
    questions: tuple[str, ...] = ()
    raised_by: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """The score as a word."""
        return ("none", "some", "strong")[self.score]


def leverage(evaluation: Evaluation, others: Sequence[Offer] = ()) -> tuple[Leverage, ...]:
    """Score the guide's four kinds of leverage from the offers file.

    For the candidate only: the evidence names other offers. `others` are the same person's other offers, in USD; the
    offer itself may be among them.
    """
    return (
        _competing_offers(evaluation, others),
        _unique_skills(evaluation.offer),
        _market_timing(evaluation),
        _team_need(evaluation.offer),
    )


def promised_total(offer: Offer, tables: Tables) -> float:
    """Four years' pay at a flat share price, without refreshers and stock that can't be sold [USD]."""
    # A rival offer counts by what it promises; refreshers are only expected. The cost: a generous practice of
    # granting them is no leverage.
    promised = fill_tradable(offer, tables).model_copy(update={"refreshers": (), "refresher_plan": None})
    liquid = pay_terms([promised], tables.schedules).liquid
    return float(valuation(liquid, Assumptions(n_years=_YEARS)).summary["total"].iloc[0])


def hardness(limits: Mapping[str, Limit], package: Package) -> dict[str, Hardness]:
    """How hard a package's amounts are to grant, by lever: where they lie in the levers' room.

    unchanged: as offered. inside: within the room. at the edge: in the last `EDGE_SHARE` of the room, its top included.
    beyond: above the yardstick, or above the flexibility if that ends sooner.
    """
    return {lever: _lever_hardness(limits[lever], package.amount(lever)) for lever in LEVERS}


def _lever_hardness(limit: Limit, asked: float) -> Hardness:
    top = max(limit.offered, min(limit.high, math.inf if limit.yardstick_high is None else limit.yardstick_high))
    if abs(asked - limit.offered) <= ROUNDING_TOLERANCE:
        return "unchanged"
    if asked > top + ROUNDING_TOLERANCE:
        return "beyond"
    edge = top - EDGE_SHARE * (top - limit.offered)
    return "at the edge" if math.isfinite(top) and asked >= edge - ROUNDING_TOLERANCE else "inside"


def _competing_offers(evaluation: Evaluation, others: Sequence[Offer]) -> Leverage:
    offer, tables = evaluation.offer, evaluation.tables
    own = promised_total(offer, tables)
    score, evidence, questions, raised_by = NONE, [], [], []
    earlier = {other.supersedes for other in others}
    for other in others:
        if other.id == offer.id or other.is_of_same_company(offer) or other.id in earlier:
            continue
        if other.has_expired(evaluation.report_date):
            questions.append(
                f"{other.company}: its deadline, {other.deadline}, has passed: does the offer still stand?"
            )
            continue
        theirs = promised_total(other, tables)
        is_comparable = theirs >= COMPARABLE_SHARE * own
        is_strong = other.status == "written" and is_comparable
        score = max(score, STRONG if is_strong else SOME)
        note = ", not counting stock that can't be sold" if _has_paper(other, tables) else ""
        status = other.status or "status unknown"
        pays = f"{_against(theirs, own)} over four years{note}"
        evidence.append(f"{other.company}, {other.level}: {status}, {pays}")
        if other.status is None:
            raised_by.append(f"{other.company}: enter its status (written, verbal or in-process)")
        elif other.status != "written" and is_comparable:
            raised_by.append(f"{other.company}: the same offer in writing")
    raised_by.append("a written offer that pays at least nine tenths of this one and has time left")
    return Leverage(
        "competing offers", score, tuple(evidence), tuple(questions), tuple(raised_by) if score < STRONG else ()
    )


def _has_paper(offer: Offer, tables: Tables) -> bool:
    return pay_terms([fill_tradable(offer, tables)], tables.schedules).has_paper


def _against(theirs: float, own: float) -> str:
    if own <= 0 or abs(theirs / own - 1) < _EQUAL_WITHIN:
        return "as much as this offer"
    return f"{abs(theirs / own - 1):.0%} {'more' if theirs > own else 'less'} than this offer"


def _unique_skills(offer: Offer) -> Leverage:
    role = offer.role
    reasons = offer.negotiation.reasons if offer.negotiation else ()
    field = role.specialization or ("AI/ML work" if role.ai_ml else None)
    strengths = (
        (field, f"the role: {field}", "a role in a field that is scarce: role.specialization, if it is one"),
        (role.skills, f"scarce skills: {', '.join(role.skills)}",
         "skills that the guide's tables pay for: role.skills"),
        (reasons, f"{len(reasons)} of your own reasons, ready as sentences",
         "results with figures that this team needs, as sentences: negotiation.reasons"),
    )  # fmt: skip
    evidence = [text for is_given, text, _ in strengths if is_given]
    raised_by = [hint for is_given, _, hint in strengths if not is_given]
    score = min(STRONG, len(evidence))
    return Leverage("unique skills", score, tuple(evidence), (), tuple(raised_by * (score < STRONG)))


def _market_timing(evaluation: Evaluation) -> Leverage:
    quarter = (evaluation.report_date.month + 2) // 3
    evidence, raised_by = [], []
    if quarter == _LAST_QUARTER:
        evidence.append(
            f"{evaluation.report_date} is in the last quarter, when the guide says budgets are more flexible"
        )
    else:
        raised_by.append("the year's last quarter, or the end of the employer's budget year")
    has_time, phrase = _time_left(evaluation)
    questions: tuple[str, ...] = ()
    if has_time:
        evidence.append(phrase)
    elif has_time is None:
        questions = ("When do you need my answer?",)
        raised_by.append("a deadline in writing, a week away or more")
    else:
        raised_by.append(f"an extension: {phrase}")
    score = SOME if quarter == _LAST_QUARTER or has_time else NONE  # a good season alone makes no case
    return Leverage("market timing", score, tuple(evidence), questions, tuple(raised_by) if score < STRONG else ())


def _time_left(evaluation: Evaluation) -> tuple[bool | None, str]:
    """Whether there is enough time to negotiate, None if unknown, and a phrase that says how much.

    The shorter of the deadline and the hours to decide counts.
    """
    offer, rules = evaluation.offer, evaluation.tables["warning_rules"]
    enough = float(rules.loc[rules["rule_id"] == _SHORT_TIME_RULE, "threshold"].iloc[0])
    known: list[tuple[float, str]] = []
    if offer.deadline is not None:
        n_days = (offer.deadline - evaluation.report_date).days
        phrase = f"{n_days} days are left until {offer.deadline}"
        if n_days < 0:
            phrase = f"the deadline, {offer.deadline}, has passed"
        known.append((n_days * _HOURS_A_DAY, phrase))
    if offer.signals.hours_to_decide is not None:
        known.append((offer.signals.hours_to_decide, f"you have {offer.signals.hours_to_decide:g} hours to decide"))
    if not known:
        return None, ""
    hours, phrase = min(known)
    return hours >= enough, phrase


def _team_need(offer: Offer) -> Leverage:
    is_urgent = offer.signals.team_urgency
    if is_urgent:
        return Leverage("team need", STRONG, ("the team needs someone soon (signals.team_urgency)",))
    if is_urgent is None:
        questions = (
            "To the hiring manager: how long has the job been open, and what is waiting for this person?",
            "To the hiring manager: when do you need someone to start?",
        )
        return Leverage("team need", NONE, (), questions, ("a date by which the team needs someone",))
    return Leverage("team need", NONE, (), (), ("a team that needs someone soon; your file says this one doesn't",))
