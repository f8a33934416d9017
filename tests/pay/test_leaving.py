"""Leaving a job: cases worked out apart from the code, laws of what is kept and owed, dated laws on repayment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import misses, rows
from hypothesis import given, strategies as st
from strategies import amounts, growths, horizons, offer_lists, offers as drawn_offers, start_dates

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model.benefits import Clawback
from compkit.model.candidate import CurrentJob, DatedVest
from compkit.model.offer import Offer
from compkit.pay.cashflow import PayTerms, cash_flow, pay_terms
from compkit.pay.leaving import (
    CAUSES,
    Cause,
    RepayableSum,
    RepaymentLimit,
    leaving_table,
    limited_owed,
    relocation_owed,
    repayment_limits,
    repayment_note,
    sign_on_owed,
    vests_forfeited,
)
from compkit.pay.present_job import payback_month, present_job_terms
from compkit.pay.refreshers import planned_refreshers
from compkit.pay.stock import FLAT, Growth
from compkit.periods import calendar_year_of_months, date_after
from compkit.reference.tables import load_tables

TABLES = load_tables()
SCHEDULES = TABLES.schedules
CLAWBACKS: tuple[Clawback, ...] = ("prorated", "full", "none")
PAYMENTS = ("lump", "monthly", "lump, monthly", "monthly, lump")
START_ON = dt.date(2027, 2, 1)

months = st.integers(1, 96)
clawbacks = st.sampled_from(CLAWBACKS)
causes = st.sampled_from(CAUSES)
relocations = st.none() | st.builds(RepayableSum, amounts, clawbacks, st.integers(1, 60))


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 120000.0}
    return Offer.model_validate({**made, **fields})


@st.composite
def offers(draw: st.DrawFn) -> Offer:
    """Draw an offer with any clawback."""
    return draw(drawn_offers()).model_copy(update={"sign_on_clawback": draw(clawbacks)})


OFFERS = {
    **{
        f"{clawback} {paid}": offer(
            sign_on=[60000.0, 36000.0], sign_on_paid=paid.split(", "), sign_on_clawback=clawback
        )
        for clawback in CLAWBACKS
        for paid in PAYMENTS
    },
    "four lumps": offer(sign_on=[60000.0, 36000.0, 30000.0, 12000.0]),
    "guide L6 Seattle": offer(
        base_salary=175000.0, sign_on=[80000.0, 60000.0], equity=[{"value": 300000.0, "vesting": "amazon"}]
    ),
    "price has risen": offer(
        equity=[{"value": 300000.0, "grant_price": 200.0, "price_now": 240.0, "vesting": "amazon"}]
    ),
    "refresher": offer(
        equity=[{"value": 100000.0, "vesting": "even-4-year"}],
        refreshers=[{"year": 1, "value": 40000.0, "vesting": "even-4-year"}],
    ),
    "later grant": offer(equity=[{"value": 100000.0, "vesting": "even-4-year", "start_month": 6}]),
    "longest schedule": offer(
        equity=[
            {
                "value": 100000.0,
                "start_month": 90,
                "vesting": [{"month": 1, "fraction": 0.5}, {"month": 120, "fraction": 0.5}],
            }
        ]
    ),
    "plain 240": offer(base_salary=240000.0),
}
STAYS = {
    "260000": CurrentJob(base_salary=260000.0),
    "240000": CurrentJob(base_salary=240000.0),
    "180000 and a bonus and a vest": CurrentJob(
        base_salary=180000.0,
        annual_bonus=36000.0,
        next_bonus_on=dt.date(2027, 3, 15),
        vests=(DatedVest(on=dt.date(2027, 5, 1), value=44000.0),),
    ),
}


def pay_of(*made: Offer) -> PayTerms:
    return pay_terms(made, SCHEDULES)


def leaving(
    made: Offer,
    n_years: int = 4,
    growth: Growth = FLAT,
    cause: Cause = "resignation",
    relocation: RepayableSum | None = None,
) -> pd.DataFrame:
    pay = pay_of(made)
    flow = cash_flow(pay, growth, n_years).of_offer(made.id)
    return leaving_table(flow, made, pay, cause=cause, relocation=relocation)


def relocation_of(text: str) -> RepayableSum | None:
    """Return the sum that such as `18000 prorated 24` names."""
    if not text:
        return None
    value, clawback, n_months = text.split()
    return RepayableSum(float(value), clawback, int(n_months))  # type: ignore[arg-type]


def case_table(row: dict[str, str]) -> pd.DataFrame:
    return leaving(
        OFFERS[row["offer"]],
        int(row["n_years"]),
        cause=row["cause"],  # type: ignore[arg-type]
        relocation=relocation_of(row["relocation"]),
    )


def test_hand_checked_months() -> None:
    """Every row of leaving.csv about one month."""
    checks = [
        (
            f"{row['case']} ({row['derivation']})",
            case_table(row).loc[int(row["month"]), row["figure"]],
            float(row["expected"]),
        )
        for row in rows("leaving")
        if row["figure"] != "paid_off"
    ]
    assert not misses(checks)


PAID_OFF = [row for row in rows("leaving") if row["figure"] == "paid_off"]


@pytest.mark.parametrize("row", PAID_OFF, ids=[row["case"] for row in PAID_OFF])
def test_hand_checked_months_of_paying_off(row: dict[str, str]) -> None:
    """Every other row of leaving.csv."""
    stay = present_job_terms(STAYS[row["stay"]], START_ON)
    staying = cash_flow(stay, FLAT, int(row["n_years"])).total[0].cumsum()
    found = payback_month(case_table(row)["kept"].to_numpy(), staying, float(row["left_behind"]))
    assert found == (int(row["expected"]) if row["expected"] else None), row["derivation"]


def test_a_vest_counts_at_its_price_then_and_what_is_forfeited_at_todays() -> None:
    """A fifth more in year 2: 25,000 + 30,000; half of 100,000 is still to come."""
    table = leaving(OFFERS["refresher"].model_copy(update={"refreshers": ()}), growth=Growth(0.2, "annual-step"))
    assert table.loc[24, ["vested", "forfeited"]].tolist() == pytest.approx([55000, 50000])


def test_the_table_has_a_row_a_month() -> None:
    table = leaving(OFFERS["guide L6 Seattle"], n_years=2)
    assert table.index.name == "month"
    assert table.index.tolist() == list(range(1, 25))
    assert table.columns.tolist() == [
        "paid", "vested", "forfeited", "owed_sign_on", "owed_relocation", "owed", "kept",
    ]  # fmt: skip


def test_an_offer_without_anything_to_lose() -> None:
    table = leaving(OFFERS["plain 240"])
    assert not table[["vested", "forfeited", "owed_sign_on", "owed_relocation", "owed"]].to_numpy().any()
    assert table["kept"].to_numpy() == pytest.approx(20000 * np.arange(1, 49))


def test_an_offer_that_the_terms_do_not_hold() -> None:
    made = OFFERS["plain 240"]
    with pytest.raises(ValueError, match="not in list"):
        leaving_table(cash_flow(pay_of(made), FLAT, 1).of_offer("one"), made, pay_of(offer(id="two")))


@given(offers(), growths, horizons, causes, relocations)
def test_what_is_kept_and_owed_is_what_was_paid_and_vested(
    made: Offer, growth: Growth, n_years: int, cause: Cause, relocation: RepayableSum | None
) -> None:
    table = leaving(made, n_years, growth, cause, relocation)
    assert (table >= -1e-6).drop(columns="kept").all(axis=None)
    assert (table["kept"] + table["owed"]).to_numpy() == pytest.approx((table["paid"] + table["vested"]).to_numpy())
    assert (table["owed_sign_on"] + table["owed_relocation"]).to_numpy() == pytest.approx(table["owed"].to_numpy())
    assert table["paid"].is_monotonic_increasing
    assert table["vested"].is_monotonic_increasing


@given(offers(), horizons, relocations)
def test_what_was_paid_and_vested_is_the_cash_flow_so_far(
    made: Offer, n_years: int, relocation: RepayableSum | None
) -> None:
    flow = cash_flow(pay_of(made), FLAT, n_years)
    table = leaving(made, n_years, relocation=relocation)
    assert table["paid"].to_numpy() == pytest.approx(flow.cash[0].cumsum(), rel=1e-9, abs=1e-6)
    assert table["vested"].to_numpy() == pytest.approx(flow.equity[0].cumsum(), rel=1e-9, abs=1e-6)


@given(offers(), growths, relocations)
def test_a_layoff_owes_nothing_and_misconduct_what_a_resignation_does(
    made: Offer, growth: Growth, relocation: RepayableSum | None
) -> None:
    resigned, laid_off, dismissed = (
        leaving(made, 4, growth, cause, relocation) for cause in ("resignation", "layoff", "misconduct")
    )
    assert not laid_off["owed"].any()
    assert (laid_off["kept"] >= resigned["kept"] - 1e-6).all()
    pd.testing.assert_frame_equal(laid_off[["paid", "vested", "forfeited"]], resigned[["paid", "vested", "forfeited"]])
    pd.testing.assert_frame_equal(dismissed, resigned)


@given(drawn_offers(), horizons)
def test_within_a_year_the_prorated_sign_on_owed_falls_to_nothing(made: Offer, n_years: int) -> None:
    """In equal steps, from eleven twelfths of the lump; it is never above what full owes, nor below none."""
    owed = sign_on_owed(made, 12 * n_years).reshape(n_years, 12)
    assert (np.diff(owed, axis=1) <= 1e-6).all()
    assert not owed[:, -1].any()
    for year in range(1, n_years + 1):
        lump = 0.0 if made.is_sign_on_monthly(min(year, 4)) or year > 4 else made.sign_on_in_year(year)
        assert owed[year - 1] == pytest.approx(lump * np.arange(11, -1, -1) / 12)
    full = sign_on_owed(made.model_copy(update={"sign_on_clawback": "full"}), 12 * n_years)
    assert (owed.ravel() <= full + 1e-6).all()


@given(offers(), horizons, causes)
def test_no_more_sign_on_is_owed_than_was_paid(made: Offer, n_years: int, cause: Cause) -> None:
    """Of the year in which the job is left, before tax."""
    flow = cash_flow(pay_of(made), FLAT, n_years).sign_on.reshape(n_years, 12).cumsum(axis=1).ravel()
    assert (sign_on_owed(made, 12 * n_years, cause) <= flow + 1e-6).all()


@given(relocations, months, causes)
def test_the_relocation_owed_never_rises(relocation: RepayableSum | None, n_months: int, cause: Cause) -> None:
    owed = relocation_owed(relocation, n_months, cause)
    assert owed.shape == (n_months,)
    assert (np.diff(owed) <= 1e-6).all()
    assert (owed >= 0).all()
    if relocation is None:
        assert not owed.any()
    else:
        assert owed[0] <= relocation.value
        assert not owed[relocation.months - 1 :].any()


@given(drawn_offers(), horizons)
def test_what_vested_and_what_is_forfeited_are_the_grants_made_so_far(made: Offer, n_years: int) -> None:
    table = leaving(made, n_years)
    for month in table.index:
        grants = sum(grant.value_now for grant in made.equity if grant.start_month <= month)
        refreshers = (*made.refreshers, *planned_refreshers(made, SCHEDULES))
        later = sum(refresher.value for refresher in refreshers if refresher.grant_month <= month)
        both = table.loc[month, "vested"] + table.loc[month, "forfeited"]
        assert both == pytest.approx(grants + later, rel=1e-9, abs=1e-6)


@given(drawn_offers())
def test_what_is_forfeited_would_have_vested(made: Offer) -> None:
    """Within the 216 months after which nothing vests any more, once every grant is made."""
    pay = pay_of(made)
    vests = cash_flow(pay, FLAT, 18).equity[0]
    to_come = vests.sum() - vests.cumsum()
    assert vests_forfeited(pay, 216)[0][95:] == pytest.approx(to_come[95:], rel=1e-9, abs=1e-3)
    assert vests_forfeited(pay, 216)[0][-1] == 0


@pytest.mark.parametrize("schedule", sorted(SCHEDULES))
def test_nothing_is_forfeited_once_all_has_vested(schedule: str) -> None:
    n_years = -(-SCHEDULES[schedule].n_months // 12)
    forfeited = leaving(offer(equity=[{"value": 123456.7, "vesting": schedule}]), n_years)["forfeited"]
    assert forfeited.iloc[-1] == 0
    assert forfeited.is_monotonic_decreasing


@given(offer_lists())
def test_offers_together_forfeit_what_each_does_alone(made: list[Offer]) -> None:
    pay = pay_of(*made)
    flow, together = cash_flow(pay, FLAT, 4), vests_forfeited(pay, 48)
    for number, one in enumerate(made):
        alone = leaving(one)
        assert together[number] == pytest.approx(alone["forfeited"].to_numpy(), rel=1e-12)
        pd.testing.assert_frame_equal(leaving_table(flow.of_offer(one.id), one, pay), alone)


def test_no_offers_forfeit_nothing() -> None:
    assert vests_forfeited(pay_of(), 12).shape == (0, 12)


@given(
    st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=0, max_size=30),
    st.integers(0, 10),
)
def test_a_move_has_paid_off_when_every_later_month_is_ahead(pairs: list[tuple[int, int]], left_behind: int) -> None:
    """By the definition, month by month."""
    kept, staying = [float(pair[0]) for pair in pairs], [float(pair[1]) for pair in pairs]
    is_ahead = [mine - left_behind >= theirs for mine, theirs in zip(kept, staying, strict=True)]
    by_hand = next((month for month in range(1, len(pairs) + 1) if all(is_ahead[month - 1 :])), None)
    assert payback_month(kept, staying, left_behind) == by_hand


def test_the_dust_of_twelfths_does_not_hide_that_a_move_has_paid_off() -> None:
    staying = np.cumsum(np.full(48, 0.1))
    assert payback_month(0.1 * np.arange(1, 49), staying, 0.0) == 1


@pytest.mark.parametrize(
    ("value", "clawback", "n_months", "message"),
    [
        (-1.0, "full", 12, "relocation value must be finite and not negative, got -1.0."),
        (float("nan"), "full", 12, "relocation value must be finite and not negative, got nan."),
        (1.0, "full", 0, "relocation months must be 1 to 60, got 0."),
        (1.0, "full", 61, "relocation months must be 1 to 60, got 61."),
        (1.0, "half", 12, "relocation clawback must be one of prorated, full, none, full-then-prorated, got 'half'."),
    ],
)
def test_a_sum_out_of_range_names_rule_and_value(value: float, clawback: Any, n_months: int, message: str) -> None:
    with pytest.raises((OutOfRangeError, UnknownChoiceError)) as caught:
        RepayableSum(value, clawback, n_months)
    assert str(caught.value) == message


def test_an_unknown_cause_lists_the_choices() -> None:
    with pytest.raises(UnknownChoiceError, match="cause must be one of resignation, misconduct, layoff, got 'layof'"):
        leaving(OFFERS["plain 240"], cause="layof")  # type: ignore[arg-type]


def test_arrays_of_different_length_do_not_compare() -> None:
    with pytest.raises(OutOfRangeError, match="staying_total must have as many months as offer_kept, 2, got 3"):
        payback_month([1.0, 2.0], [1.0, 2.0, 3.0], 0.0)


LAW: dict[str, Any] = {
    "state": "CA", "law": "An act", "valid_from": "2026-01-01", "valid_to": None, "applies_to": "both",
    "max_months": None, "prorated_required": None, "interest_allowed": None, "causes_excluded": None,
    "statement": "It limits repayment.", "status": "unverified", "source_id": "kit", "note": "None.",
}  # fmt: skip


def laws(*made: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([{**LAW, **fields} for fields in made], columns=list(LAW))
    return frame.astype({"max_months": "Int64", "prorated_required": "boolean", "interest_allowed": "boolean"})


def limit(**fields: Any) -> RepaymentLimit:
    return repayment_limits("CA", dt.date(2027, 1, 1), laws(fields))[0]


@pytest.mark.parametrize(
    ("agreed_on", "names"),
    [
        ("2025-12-31", []),
        ("2026-01-01", ["old"]),
        ("2026-12-31", ["old"]),
        ("2027-01-01", ["new"]),
        ("2030-01-01", ["new"]),
    ],
)
def test_laws_hold_from_their_first_day_until_before_their_end(agreed_on: str, names: list[str]) -> None:
    table = laws({"law": "old", "valid_to": "2027-01-01"}, {"law": "new", "valid_from": "2027-01-01"}, {"state": "NY"})
    found = repayment_limits("CA", dt.date.fromisoformat(agreed_on), table)
    assert [each.law for each in found] == names
    assert repayment_limits("TX", dt.date.fromisoformat(agreed_on), table) == []


def test_laws_that_begin_before_the_job_is_left_may_be_asked_for() -> None:
    table = laws(
        {"law": "now"}, {"law": "soon", "valid_from": "2027-06-30"}, {"law": "late", "valid_from": "2031-01-01"}
    )
    agreed_on = dt.date(2026, 12, 20)
    assert [each.law for each in repayment_limits("CA", agreed_on, table)] == ["now"]
    found = repayment_limits("CA", agreed_on, table, leaving_by=dt.date(2030, 12, 31))
    assert [(each.law, each.is_later_than_agreement) for each in found] == [("now", False), ("soon", True)]
    assert len(repayment_limits("CA", agreed_on, table, leaving_by=dt.date(2031, 1, 1))) == 3
    assert len(repayment_limits("CA", agreed_on, table, leaving_by=dt.date(2020, 1, 1))) == 1


def test_a_law_is_read_with_its_types() -> None:
    found = limit(
        max_months=24, prorated_required=True, interest_allowed=False, causes_excluded="layoff; any dismissal"
    )
    assert (found.max_months, found.prorated_required, found.interest_allowed) == (24, True, False)
    assert found.causes_excluded == ("layoff", "any dismissal")
    assert (found.valid_from, found.valid_to) == (dt.date(2026, 1, 1), None)
    empty = limit()
    assert (empty.max_months, empty.prorated_required, empty.interest_allowed) == (None, None, None)
    assert empty.causes_excluded == ()


def test_the_laws_of_the_data_can_be_read() -> None:
    table = TABLES["repayment_laws"]
    found = [
        each
        for state in table["state"].unique()
        for each in repayment_limits(str(state), dt.date(2026, 12, 20), table, leaving_by=dt.date(2031, 1, 1))
    ]
    assert len(found) == len(table)
    assert all(each.statement and each.source_id in TABLES.sources for each in found)


def test_a_limit_cuts_full_to_its_share_and_long_periods_to_its_own() -> None:
    """Month 6: 60,000 x 6 / 12; 18,000 over 24 of 36 months: 18,000 x 18 / 24."""
    moved = RepayableSum(18000.0, "full", 36)
    known = [limit(max_months=24, prorated_required=True)]
    table = limited_owed(OFFERS["full lump"], known, 48, relocation=moved)
    assert table.loc[6, ["owed_sign_on", "owed_relocation", "owed"]].tolist() == [30000, 13500, 43500]
    assert table.loc[30, "owed"] == 0
    assert table["is_beyond_limit"].tolist() == [month < 36 for month in range(1, 49)]


def test_a_limit_of_one_payment_leaves_the_other() -> None:
    moved = RepayableSum(18000.0, "full", 36)
    of_sign_on = limited_owed(OFFERS["full lump"], [limit(applies_to="sign_on", max_months=0)], 12, relocation=moved)
    of_relocation = limited_owed(
        OFFERS["full lump"], [limit(applies_to="relocation", max_months=3)], 12, relocation=moved
    )
    assert not of_sign_on["owed_sign_on"].any()
    assert (of_sign_on["owed_relocation"] == 18000).all()
    assert of_relocation["owed_relocation"].tolist() == [18000, 18000] + [0] * 10
    assert of_relocation["owed_sign_on"].tolist() == [60000] * 11 + [0]


def test_a_cause_that_a_law_excludes_owes_nothing() -> None:
    known = [limit(causes_excluded="resignation; layoff")]
    made = OFFERS["prorated lump"]
    assert not limited_owed(made, known, 12)["owed"].any()
    assert limited_owed(made, known, 12, cause="misconduct").loc[1, "owed"] == 55000


@given(
    offers(),
    relocations,
    causes,
    st.lists(
        st.builds(
            limit,
            applies_to=st.sampled_from(["sign_on", "relocation", "both"]),
            max_months=st.none() | st.integers(0, 120),
            prorated_required=st.none() | st.booleans(),
            causes_excluded=st.sampled_from([None, "layoff", "misconduct"]),
        ),
        max_size=2,
    ),
)
def test_limits_never_raise_what_is_owed(
    made: Offer, relocation: RepayableSum | None, cause: Cause, known: list[RepaymentLimit]
) -> None:
    owed = leaving(made, cause=cause, relocation=relocation)["owed"]
    table = limited_owed(made, known, 48, cause=cause, relocation=relocation)
    assert (table["owed"] >= 0).all()
    assert (table["owed"] <= owed + 1e-6).all()
    assert table["is_beyond_limit"].tolist() == (table["owed"] < owed - 1e-6).tolist()
    if not known:
        assert table["owed"].to_numpy() == pytest.approx(owed.to_numpy())


@pytest.mark.parametrize(
    ("paid_month", "left_month", "start_on", "years"),
    [
        (1, 10, dt.date(2027, 2, 1), None),
        (1, 11, dt.date(2027, 2, 1), (2027, 2028)),
        (1, 11, dt.date(2027, 1, 1), None),
        (1, 12, dt.date(2027, 1, 1), (2027, 2028)),
        (13, 14, dt.date(2027, 2, 1), None),
        (1, 14, dt.date(2027, 2, 1), (2027, 2028)),
        (1, 1, dt.date(2026, 12, 1), (2026, 2027)),
        (1, 1, dt.date(2026, 12, 15), None),
    ],
)
def test_a_repayment_in_a_later_calendar_year(
    paid_month: int, left_month: int, start_on: dt.date, years: tuple[int, int] | None
) -> None:
    """Started on February 1, 2027, month 11 ends with the year: what is paid back after it is of 2028."""
    note = repayment_note(paid_month, left_month, start_on)
    if years is None:
        assert note is None
    else:
        assert note is not None
        assert note.startswith(f"Paid in {years[0]}, to be repaid in {years[1]}: ")


@given(start_dates, months, st.integers(0, 48))
def test_a_note_is_there_once_the_calendar_year_has_changed(start_on: dt.date, paid_month: int, later: int) -> None:
    paid_in = calendar_year_of_months(start_on, paid_month)[-1]
    is_later = date_after(start_on, paid_month + later).year > paid_in
    assert (repayment_note(paid_month, paid_month + later, start_on) is not None) == is_later
