"""The current job: what it pays a year, what leaving it gives up, present value of staying."""

from __future__ import annotations

from functools import partial

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, assumed, node
from compkit.explanation.inputs import from_offer, zero_from_offer
from compkit.explanation.worth import Figures
from compkit.model import CurrentJob
from compkit.offers import OfferEntry
from compkit.periods import MONTHS_A_YEAR, date_after

_JOB = "candidate.current"
_UNDATED_YEARS = 4.0


def present_job_figures(evaluation: Evaluation) -> Figures:
    """Explanations of the current job by recorded figure; none without one."""
    if evaluation.left_behind is None:
        return {}
    return {
        "left behind by moving": partial(_left_behind, evaluation),
        "current job total a year": partial(current_total, evaluation, "current job total a year"),
    }


def current_total(evaluation: Evaluation, name: str = "yearly pay in your current job") -> Derivation:
    """Yearly pay of the current job [USD a year]."""
    entry = evaluation.entry
    parts = [
        from_offer(entry, f"{_JOB}.base_salary", "salary in your current job", "USD a year"),
        from_offer(entry, f"{_JOB}.annual_bonus", "bonus in your current job", "USD a year"),
        annual_equity(entry),
    ]
    return node("sum", name, parts, "USD a year", evaluation.current_total)


def annual_equity(entry: OfferEntry) -> Derivation:
    """Yearly vests of the current job's shares [USD a year]."""
    job, name = entry.candidate.current, "current stock that vests in a year"
    if job is not None and job.vests:
        first = min(vest.on for vest in job.vests)
        ends = date_after(first, MONTHS_A_YEAR)
        parts = [vest_on(entry, number) for number, vest in enumerate(job.vests) if vest.on < ends]
        note = "vests of the twelve months that begin with the first"
        return node("sum", name, parts, "USD a year", note=note)
    if job is not None and job.annual_equity is not None:
        return from_offer(entry, f"{_JOB}.annual_equity", name, "USD a year")
    if job is None or not job.unvested_equity:
        return zero_from_offer(entry, f"{_JOB}.unvested_equity", name, "your file lists none", "USD a year")
    unvested = from_offer(entry, f"{_JOB}.unvested_equity", "unvested stock in your current job")
    spread = assumed("years", _UNDATED_YEARS, "years", "your file gives no yearly amount: spread over four years")
    return node("quotient", name, [unvested, spread], "USD a year")


def vest_on(entry: OfferEntry, number: int) -> Derivation:
    """Return one dated vest of the current job [USD]."""
    vests = entry.candidate.current.vests if entry.candidate.current else None
    on = vests[number].on.isoformat() if vests else ""
    return from_offer(entry, f"{_JOB}.vests[{number}].value", f"vest on {on}")


def _left_behind(evaluation: Evaluation) -> Derivation:
    entry, found, job = evaluation.entry, evaluation.left_behind, evaluation.candidate.current
    name = "left behind by moving"
    if found is None or job is None or entry.offer.candidate_type == "internal":
        leaf = zero_from_offer(entry, "candidate_type", "internal move", "an internal transfer forfeits nothing")
        return node("sum", name, [leaf], value=found.total if found else 0.0)
    parts = [
        _unvested(entry, job),
        _next_bonus(entry, job),
        from_offer(entry, f"{_JOB}.repayment_owed", "repayment due on leaving"),
    ]
    return node("sum", name, parts, value=found.total, note=" ".join(found.notes))


def _unvested(entry: OfferEntry, job: CurrentJob) -> Derivation:
    start_on, name = entry.offer.start_date, "stock unvested on the start date"
    if job.vests is not None:
        later = [n for n, vest in enumerate(job.vests) if start_on is None or vest.on > start_on]
        if not later:
            return zero_from_offer(entry, f"{_JOB}.vests", name, "it all vests before the start")
        return node("sum", name, [vest_on(entry, number) for number in later])
    return from_offer(entry, f"{_JOB}.unvested_equity", name)


def _next_bonus(entry: OfferEntry, job: CurrentJob) -> Derivation:
    start_on, name = entry.offer.start_date, "next bonus"
    if job.next_bonus_on is None:
        return zero_from_offer(entry, f"{_JOB}.next_bonus_on", name, "no date in your file, so not counted")
    if start_on is not None and job.next_bonus_on <= start_on:
        return zero_from_offer(entry, f"{_JOB}.next_bonus_on", name, "it is paid before the start")
    return from_offer(entry, f"{_JOB}.annual_bonus", name, note=f"due on {job.next_bonus_on.isoformat()}")
