"""Guidance from data/: tips, strategies, situations, uses of other offers, and the checklist, for one offer.

It mentions the current job and other offers: it is for the candidate, never for an employer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from compkit.market import GUIDE, MATRICES
from compkit.model import Offer
from compkit.negotiation.guidance_rules import ALWAYS, OTHERS_BY_ROLE, GuidanceContext, rule_names, whom
from compkit.negotiation.wording import joined

Answer = tuple[bool, str]

_FROM_THE_ASK = frozenset({"ask", "script"})
"""Keys of filled_by that the plan answers, not the offers file."""

STATUS_UNKNOWN = "status unknown"

_OPEN_QUESTIONS = {
    "vague_team": "which team it is",
    "manager_has_roadmap": "what the first year looks like",
    "team_attrition_rate": "how many people left the team",
    "team_urgency": "how soon they need someone",
}
"""Questions to ask, by the signal in the file that answers them."""


def tips_for(context: GuidanceContext) -> pd.DataFrame:
    """All tips, those that apply to the offer first, the most specific at the top.

    Returns
    -------
    DataFrame, one row per tip
        tip_id, tip, advice, helps_when, backfires_when, correction (of the guide's own advice), warning (what compkit
        refuses to write), whom (whom the tip applies to), applies, status, source_id; texts may be empty.
    """
    frame = context.evaluation.tables["negotiation_tips"].fillna("")
    frame["applies"] = _concerns(frame, context)
    frame["whom"] = [whom(cell) for cell in frame["rule"]]
    frame["is_general"] = frame["rule"] == ALWAYS
    frame = frame.sort_values(["applies", "is_general"], ascending=[False, True], kind="stable")
    columns = ["tip_id", "tip", "advice", "helps_when", "backfires_when", "correction", "warning", "whom", "applies"]
    return frame[[*columns, "status", "source_id"]].reset_index(drop=True)


def strategy_for(context: GuidanceContext) -> pd.DataFrame:
    """Advice on what to ask a company of that type for, and what to watch.

    Returns
    -------
    DataFrame, one row per aspect
        company_type, aspect, ask, why, watch, status, source_id; no rows if the company's type is unknown.
    """
    frame = context.evaluation.tables["company_strategies"]
    return _concerning(frame[frame["company_type"] == context.company_type], context)


def situations_for(context: GuidanceContext) -> pd.DataFrame:
    """Differences for a transfer, a return, a remote job, and for the offer's level.

    Returns
    -------
    DataFrame, one row per aspect
        situation, aspect, changes, ask, watch, status, source_id.
    """
    return _concerning(context.evaluation.tables["candidate_situations"], context)


def portfolio_for(context: GuidanceContext) -> pd.DataFrame:
    """Advice on each other offer: how to use it, align its deadline, and mention it.

    Returns
    -------
    DataFrame, one row per piece of advice
        part (role, timing, communication), entry_id, offers (ids of those in the role), do, avoid, why, status,
        source_id.
    """
    frame = context.evaluation.tables["offer_portfolio"]
    frame.insert(2, "offers", [_ids_in_role(cell, context) for cell in frame["rule"]])
    return _concerning(frame, context)


def checklist(context: GuidanceContext, *, has_ask: bool = False) -> pd.DataFrame:
    """To-do list for before, during and after the call; what the file already answers is done.

    Returns
    -------
    DataFrame, one row per item
        phase (before, during, after), item_id, item, is_done, answer (what the file says or lacks; may be empty),
        source_id.
    """
    frame = _concerning(context.evaluation.tables["call_checklist"], context)
    answers = [_answer(str(key), context, has_ask=has_ask) for key in frame["filled_by"]]
    frame["is_done"] = [is_known and bool(ticks) for (is_known, _), ticks in zip(answers, frame["ticks"], strict=True)]
    frame["answer"] = [answer for _, answer in answers]
    return frame[["phase", "item_id", "item", "is_done", "answer", "source_id"]]


def _concerns(frame: pd.DataFrame, context: GuidanceContext) -> pd.Series:
    holds = [context.rules_met.issuperset(rule_names(cell)) for cell in frame["rule"]]
    return pd.Series(holds, index=frame.index, dtype=bool)


def _concerning(frame: pd.DataFrame, context: GuidanceContext) -> pd.DataFrame:
    """Rows that apply to the offer, without their rules; missing texts become empty."""
    return frame[_concerns(frame, context)].drop(columns="rule").fillna("").reset_index(drop=True)


def _ids_in_role(cell: str, context: GuidanceContext) -> str:
    return _with_status(
        other for name in rule_names(cell) if name in OTHERS_BY_ROLE for other in OTHERS_BY_ROLE[name](context)
    )


def _with_status(offers: Iterable[Offer]) -> str:
    named = ((offer, ", ".join(filter(None, (offer.label, offer.status or STATUS_UNKNOWN)))) for offer in offers)
    return "; ".join(f"{offer.company} {offer.level}, {offer.location} ({added})" for offer, added in named)


def _answer(key: str, context: GuidanceContext, *, has_ask: bool) -> Answer:
    """Whether the answer to an item is known, and what it says or lacks."""
    if not key:
        return False, ""
    if key in _FROM_THE_ASK:
        return has_ask, "on the call sheet" if has_ask else "the plan has no ask"
    return _ANSWERS[key](context)


def _call_on(context: GuidanceContext) -> Answer:
    given = context.offer.negotiation.call_on if context.offer.negotiation else None
    if given is None:
        return False, "not set: add negotiation.call_on"
    has_passed = given < context.evaluation.report_date
    return not has_passed, f"{given.isoformat()} has passed" if has_passed else given.isoformat()


def _contact(context: GuidanceContext) -> Answer:
    known = [text for text in (context.offer.contact.recruiter, context.offer.contact.email) if text]
    return bool(known), ", ".join(known) or "no name yet: add contact"


def _written(context: GuidanceContext) -> Answer:
    if context.offer.status is None:
        return False, "unknown: add status"
    is_written = context.offer.status == "written"
    return is_written, "it is in writing" if is_written else f"its status is {context.offer.status}: ask for the letter"


def _deadline(context: GuidanceContext) -> Answer:
    given = context.offer.deadline
    if given is None:
        return False, "unknown: ask for it"
    return context.deadline is not None, given.isoformat() if context.deadline else f"{given.isoformat()} has passed"


def _market(context: GuidanceContext) -> Answer:
    posted = context.offer.posted_base
    found = ["the posted range"] if posted and posted.low is not None and posted.high is not None else []
    n_rows = len(context.offer.market)
    if n_rows:
        found.append(f"{n_rows} row{'s' if n_rows > 1 else ''} of your own research")
    reported = context.evaluation.entry.reported
    if reported:
        found += [name for name, rows in (("job postings", reported.posted), ("reported pay", reported.pay)) if rows]
    if found:
        return True, joined(found)
    has_guide = bool((context.evaluation.market["source"] == GUIDE).any())
    return False, ("only the guide's bands" if has_guide else "nothing") + ": add posted_base or market"


def _walk_away(context: GuidanceContext) -> Answer:
    if context.evaluation.candidate.current is None:
        return False, "add your current job (current)"
    return True, "worked out from your current job"


def _left_behind(context: GuidanceContext) -> Answer:
    job = context.evaluation.candidate.current
    if job and job.unvested_equity is None and not job.vests and job.annual_equity is None:
        return False, "unknown: add vests or unvested_equity"
    return _walk_away(context)


def _competing_offers(context: GuidanceContext) -> Answer:
    if context.competing:
        return True, _with_status(context.competing)
    if context.others:
        undecided = _with_status(context.others)
        return False, f"none in writing: {undecided}. Mention none until its status is written"
    return False, "none that still stands: mention none"


def _scores(context: GuidanceContext) -> Answer:
    missing = [name for matrix in MATRICES for name in context.evaluation.score(matrix).missing]
    return not missing, f"{len(missing)} ratings are missing" if missing else "all rated"


def _questions(context: GuidanceContext) -> Answer:
    signals = context.offer.signals
    open_ones = [words for name, words in _OPEN_QUESTIONS.items() if getattr(signals, name) is None]
    open_ones += ["which team it is"] if signals.vague_team else []
    open_ones += ["what the first year looks like"] if signals.manager_has_roadmap is False else []
    return not open_ones, f"still open: {', '.join(open_ones)}" if open_ones else "none open"


def _reasons(context: GuidanceContext) -> Answer:
    n_reasons = len(context.offer.negotiation.reasons) if context.offer.negotiation else 0
    if not n_reasons:
        return False, "none yet: add negotiation.reasons"
    return True, f"{n_reasons} reason{'s' if n_reasons > 1 else ''} in your file"


def _last_round(context: GuidanceContext) -> Answer:
    talks = context.offer.negotiation
    known = [words for words, value in (
        ("the first offer", talks and talks.first_offer), ("the package they favor", talks and talks.leaning)
    ) if value]  # fmt: skip
    return bool(known), f"your file has {' and '.join(known)}" if known else "no earlier round yet"


_ANSWERS: Mapping[str, Callable[[GuidanceContext], Answer]] = {
    "call_on": _call_on,
    "competing_offers": _competing_offers,
    "contact": _contact,
    "deadline": _deadline,
    "last_round": _last_round,
    "left_behind": _left_behind,
    "market": _market,
    "questions": _questions,
    "reasons": _reasons,
    "scores": _scores,
    "walk_away": _walk_away,
    "written": _written,
}
"""How the offers file answers an item, by its key in the column filled_by."""
