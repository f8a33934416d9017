"""What a run records of a decision, for the index and the person's page."""

from __future__ import annotations

from typing import Any

from compkit.decision import BASE, Decision
from compkit.offers import STAYING
from compkit.report.decision.page import decision_lines
from compkit.report.decision.text import amount_in_words, choice_in_words, next_step_in_words, sign_questions
from compkit.report.show.text import capitalized, day, rule_message

_STANDINGS = {"in-process": "Still in process, not ranked", "expired": "Deadline passed, not ranked"}
_ASKS = {
    "verbal": "Ask for the offer in writing{by}.",
    "written": "Answer{by}.",
    "in-process": "Ask when they will decide.",
    "expired": "Ask right away whether the offer still stands.",
}


def decision_record(decision: Decision) -> dict[str, Any]:
    """Sentences, next deadline and each job in the decision's order, in plain values.

    Amounts are those of the decision [USD a year]; a job that is not ranked has none.
    """
    due = decision.first_due
    unranked = [*decision.ranked, *decision.pending, *decision.expired, *decision.out]
    jobs = [_job(decision, name) for name in dict.fromkeys([*decision.ruling.order, *unranked])]
    return {
        "sentences": decision_lines(decision),
        "state": decision.state,
        "leader": capitalized(choice_in_words(decision, decision.leader)) if decision.leader else "",
        "margin": _cents(decision.ruling.margin) if decision.leader else None,
        "stay_years": decision.stay_years,
        "deadline": str(due.offer.deadline) if due else None,
        "deadline_of": choice_in_words(decision, due.offer.id) if due else "",
        "next_step": next_step_in_words(decision),
        "warning": next((f"{job['name']}: {job['warning']}" for job in jobs if job["warning"]), ""),
        "jobs": jobs,
    }


def _job(decision: Decision, name: str) -> dict[str, Any]:
    amounts = decision.amounts.get(name)
    net = amounts.net[BASE] if amounts and not amounts.why_no_tax else None
    best = decision.amounts[decision.leader].net[BASE] if decision.leader else None
    found = {
        "offer": None if name == STAYING else name,
        "name": capitalized(choice_in_words(decision, name)),
        "standing": _standing(decision, name),
        "net": _cents(net),
        "net_is": amount_in_words(decision, name),
        "behind": _cents(best - net) if best is not None and net is not None else None,
        "paper": _cents(amounts.paper) if amounts and amounts.paper else None,
        "question": f"Find out {amounts.missing[0].fact}." if amounts and amounts.missing else "",
        "cash": _cents(decision.candidate.current.base_salary) if decision.candidate.current else None,
        "action": "",
        "warning": "",
    }
    if name == STAYING:
        return found
    evaluation = decision.evaluation(name)
    cash = evaluation.summary["guaranteed_cash"] / decision.stay_years if name in decision.ranked else None
    questions = sign_questions(evaluation)
    signs = sorted(evaluation.fired_rules, key=lambda rule: rule.kind != "deal_breaker")
    return found | {
        "cash": _cents(cash),
        "question": found["question"] or next(iter(questions), ""),
        "action": _action(decision, name),
        "warning": rule_message(signs[0]) if signs else "",
    }


def _standing(decision: Decision, name: str) -> str:
    if name in decision.out:
        return "Out by your rule"
    if name not in decision.ranked:
        return _STANDINGS[decision.statuses[name]]
    if name == STAYING:
        return "Current job"
    return {"written": "In writing", "verbal": "Not in writing yet"}[decision.statuses[name]]


def _action(decision: Decision, name: str) -> str:
    step = decision.next_step
    if step is not None and step.offer == name:
        return next_step_in_words(decision)
    if name in decision.out:
        return "Decline, or change the rule."
    deadline, leader = decision.entries[name].offer.deadline, decision.leader
    is_behind = leader not in (None, name) and decision.ruling.state != "even"
    if decision.statuses[name] == "written" and is_behind and decision.candidate.decision.preferred != name:
        if leader == STAYING:
            return f"Ask for more, or decline{f', by {day(deadline)}' if deadline else ''}."
        answer = f"; it wants an answer by {day(deadline)}" if deadline else ""
        return f"Keep it open until {choice_in_words(decision, str(leader))} is signed{answer}."
    return _ASKS[decision.statuses[name]].format(by=f" by {day(deadline)}" if deadline else "")


def _cents(amount: float | None) -> float | None:
    """Round an amount to cents, beyond which processors differ."""
    return None if amount is None else round(float(amount), 2)
