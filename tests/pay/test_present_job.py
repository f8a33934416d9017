"""The current job: hand-checked figures, and what leaving leaves behind."""

from __future__ import annotations

import datetime as dt

import pytest
from hand_checked import misses, offers, rows
from hypothesis import given, strategies as st

from compkit.model.candidate import CurrentJob, DatedVest
from compkit.pay.cashflow import cash_flow
from compkit.pay.present_job import PRESENT_JOB, current_total, left_behind, present_job_terms
from compkit.pay.stock import FLAT
from compkit.pay.value import Assumptions, valuation

JOBS = {entry.offer.id: entry.candidate.current for entry in offers("present_job") if entry.candidate.current}
dates = st.dates(dt.date(2026, 1, 1), dt.date(2034, 12, 31))
vest_lists = st.lists(
    st.builds(lambda on, value: DatedVest(on=on, value=float(value)), dates, st.integers(0, 100_000)), max_size=8
)


def figure(job: CurrentJob, start_on: dt.date | None, *, is_internal: bool, name: str) -> float:
    """Return a figure by the name that present_job.csv gives it."""
    words = name.split()
    if name == "current_total":
        return current_total(job)
    if words[0] == "left":
        return float(getattr(left_behind(job, start_on, is_internal=is_internal), words[1]))
    pay = present_job_terms(job, start_on)
    if words[0] == "total":
        return float(valuation(pay, Assumptions(n_years=int(words[1]))).summary.loc[PRESENT_JOB, "total"])
    if words[0] == "month":
        return float(cash_flow(pay, FLAT, 8).of_offer(PRESENT_JOB).loc[int(words[1]), words[2]])
    return float(valuation(pay, Assumptions(n_years=8)).years_of(PRESENT_JOB).loc[int(words[1]), words[2]])


@pytest.mark.parametrize("name", JOBS)
def test_hand_checked_figures(name: str) -> None:
    """Every row of present_job.csv about one job."""
    checks = []
    for row in rows("present_job"):
        if row["job"] == name:
            start_on = dt.date.fromisoformat(row["start_on"]) if row["start_on"] else None
            actual = figure(JOBS[name], start_on, is_internal=row["is_internal"] == "true", name=row["figure"])
            checks.append((f"{row['case']} ({row['derivation']})", actual, float(row["expected"])))
    assert checks
    assert not misses(checks)


@given(vest_lists, dates)
def test_a_vest_is_either_had_or_left(vests: list[DatedVest], start_on: dt.date) -> None:
    """What has vested by the start date and what is left behind make up all vests."""
    job = CurrentJob(base_salary=1.0, vests=tuple(vests))
    had = sum(vest.value for vest in vests if vest.on <= start_on)
    assert had + left_behind(job, start_on).unvested_equity == pytest.approx(sum(vest.value for vest in vests))


@given(vest_lists, dates)
def test_what_is_left_behind_is_what_staying_would_pay(vests: list[DatedVest], start_on: dt.date) -> None:
    """Within eight years every vest that is left behind is in the current job's cash flow."""
    job = CurrentJob(base_salary=1.0, vests=tuple(vest for vest in vests if vest.on < dt.date(2033, 1, 1)))
    paid = cash_flow(present_job_terms(job, start_on), FLAT, 8).equity.sum()
    assert paid == pytest.approx(left_behind(job, start_on).unvested_equity)


@given(vest_lists)
def test_without_a_start_date_the_first_year_is_the_yearly_figure(vests: list[DatedVest]) -> None:
    """Both count the twelve months from the first vest on."""
    job = CurrentJob(base_salary=50_000.0, vests=tuple(vests))
    first_year = valuation(present_job_terms(job, None), Assumptions(n_years=1)).summary["total"].iloc[0]
    assert first_year == pytest.approx(current_total(job))


@pytest.mark.parametrize(
    ("name", "start_on", "said"),
    [
        ("dated", None, "No start date"),
        ("contract-sample", "2027-02-01", "The vests have no dates"),
        ("contract-sample", "2027-02-01", "The next bonus has no date"),
        ("annual-only", "2027-02-01", "does not say how much is unvested"),
        ("bonus-before", None, "No start date"),
    ],
)
def test_what_had_to_be_assumed_is_said(name: str, start_on: str | None, said: str) -> None:
    start = dt.date.fromisoformat(start_on) if start_on else None
    assert any(said in note for note in left_behind(JOBS[name], start).notes)


def test_what_is_known_needs_no_note() -> None:
    assert left_behind(JOBS["dated"], dt.date(2027, 2, 1)).notes == ()
