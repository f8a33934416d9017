"""What the current job pays in the calendar year of the start, before it."""

from __future__ import annotations

from compkit.analysis import LocationAnalysis
from compkit.explanation.derivation import Derivation, TypedField, assumed, node
from compkit.explanation.inputs import from_offer, zero_from_offer
from compkit.explanation.pay import a_year
from compkit.explanation.present import annual_equity, vest_on

_JOB = "candidate.current"


def earlier_nodes(analysis: LocationAnalysis) -> tuple[Derivation, Derivation, Derivation]:
    """Salary, bonus and vested stock [USD] of another job in the year of the start, before it, and its months."""
    found, entry = analysis.earlier, analysis.evaluation.entry
    months = _months(analysis)
    if analysis.earlier_wages is not None:
        given = assumed("wages before the start", found.base, "USD", "as you set them")
        return (given, assumed("bonus and stock before the start", 0.0, "USD", "included in those wages"), months)
    if entry.candidate.current is None:
        nothing = zero_from_offer(entry, _JOB, "pay before the start", "your file lists no current job")
        return nothing, nothing, months
    share = node("quotient", "share of the year before the start", [months, a_year()], "fraction")
    salary = from_offer(entry, f"{_JOB}.base_salary", "salary in your current job", "USD a year")
    base = node("product", "salary before the start", [salary, share], value=found.base)
    parts = [_bonus(analysis, share), _equity(analysis, share)]
    supplemental = node("sum", "bonus and stock before the start", parts, value=found.supplemental)
    return base, supplemental, months


def _months(analysis: LocationAnalysis) -> Derivation:
    entry, n_months = analysis.evaluation.entry, analysis.earlier.n_months
    name = "months of the year before the start"
    if entry.offer.start_date is None:
        on = analysis.start_on.isoformat()
        return assumed(name, n_months, "months", f"your file has no start date, so {on}, today")
    origin = TypedField(entry.file, f"offer '{entry.offer.id}'", "start_date")
    note = f"the job starts on {analysis.start_on.isoformat()}"
    return Derivation(name, n_months, "months", origin=origin, note=note)


def _bonus(analysis: LocationAnalysis, share: Derivation) -> Derivation:
    """Return the bonus that is paid before the start: all of it or nothing."""
    entry, job, found = analysis.evaluation.entry, analysis.evaluation.candidate.current, analysis.earlier
    paid = found.supplemental - _equity(analysis, share).value
    if job is not None and job.annual_bonus and paid > job.annual_bonus / 2:
        return from_offer(entry, f"{_JOB}.annual_bonus", "bonus before the start")
    return zero_from_offer(
        entry, f"{_JOB}.next_bonus_on", "bonus before the start", "none is paid between January 1 and the start"
    )


def _equity(analysis: LocationAnalysis, share: Derivation) -> Derivation:
    entry, job, start_on = analysis.evaluation.entry, analysis.evaluation.candidate.current, analysis.start_on
    name = "stock that vests before the start"
    if job is None or job.vests is None:
        return node("product", name, [annual_equity(entry), share])
    within = [n for n, vest in enumerate(job.vests) if vest.on.year == start_on.year and vest.on <= start_on]
    if not within:
        return zero_from_offer(entry, f"{_JOB}.vests", name, "none vests between January 1 and the start")
    return node("sum", name, [vest_on(entry, number) for number in within])
