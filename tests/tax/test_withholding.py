"""Calendar years, withholding and the cash to set aside: cases worked out apart from the code, and laws."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import rows
from hypothesis import assume, given, strategies as st
from strategies import offers, start_dates

from compkit.model.candidate import CurrentJob, DatedVest
from compkit.model.offer import Offer
from compkit.pay.cashflow import cash_flow, pay_terms
from compkit.pay.present_job import EarlierPay, earlier_pay, left_behind
from compkit.pay.stock import FLAT
from compkit.periods import MONTHS_A_YEAR, date_after
from compkit.reference.tables import load_tables
from compkit.tax import TaxTables, household_tax, taxed_places
from compkit.tax.schedules import FILING_STATUSES
from compkit.tax.two_states import taxing_states
from compkit.tax.withholding import (
    SUPPLEMENTAL,
    Residence,
    calendar_years,
    cash_plan,
    has_flat_rate,
    whole_calendar_years,
)

TABLES = load_tables()
LAW = TaxTables(TABLES)
PLACES = taxed_places(LAW)
# States that print no flat rate for bonus and stock; the District, too.
WITHOUT_FLAT_RATE = ("Jersey City", "Newark", "Stamford", "Phoenix", "Washington DC")
WITHOUT_WAGE_TAX = ("Austin", "Miami", "Nashville", "Las Vegas")
WAGE_CAPS = {2024: 168_600, 2025: 176_100, 2026: 184_500}
NOTHING = EarlierPay()

places = st.sampled_from(PLACES)
statuses = st.sampled_from(FILING_STATUSES)
years = st.sampled_from([2024, 2025, 2026, 2027, 2029])
published = st.sampled_from(sorted(WAGE_CAPS))
salaries = st.floats(0, 1e6).map(lambda amount: round(amount, 2))
stocks = st.floats(0, 3e6).map(lambda amount: round(amount, 2))
worked = st.integers(1, 12)


@st.composite
def earlier_pays(draw: st.DrawFn, *, may_be_same: bool = True) -> EarlierPay:
    """Draw an earlier job of up to eleven months, some of them in parts."""
    n_months = draw(st.floats(0.1, 11.9).map(lambda months: round(months, 2)))
    same = may_be_same and draw(st.booleans())
    return EarlierPay(draw(salaries), draw(stocks), n_months, same, draw(st.none() | salaries))


def paid(year: int, base: float, stock: float = 0.0, n_months: int = 12) -> pd.DataFrame:
    """Return one calendar year of pay as `calendar_years` has it."""
    columns = {"n_months": [n_months], "base": [base], "bonus": [0.0], "sign_on": [0.0], "equity": [stock]}
    return pd.DataFrame(columns, index=pd.Index([year], name="calendar_year"))


def plan(
    year: int, place: str, status: str = "single", *, base: float, stock: float = 0.0, n_months: int = 12,
    earlier: EarlierPay = NOTHING, work_place: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the cash plan of one calendar year."""
    residence = Residence(place, status, work_place)  # type: ignore[arg-type]
    found = cash_plan(paid(year, base, stock, n_months), residence, LAW, earlier)
    return {str(name): value for name, value in found.iloc[0].items()}


def flow_of(offer: Offer, n_years: int) -> pd.DataFrame:
    return cash_flow(pay_terms([offer], TABLES.schedules), FLAT, n_years).of_offer(offer.id)


# Calendar years


@pytest.mark.parametrize("row", rows("calendar_years"), ids=lambda row: row["case"])
def test_hand_worked_calendar_year(row: dict[str, str]) -> None:
    """Within a millionth; a year without a single month's end has no row, which is read as a row of zeros."""
    offer = Offer.model_validate(
        {
            "id": "a", "company": "Amazon", "level": "L6", "location": "Seattle",
            **{name: float(row[name]) for name in ("base_salary", "annual_raise_rate", "bonus_target_rate")},
            "sign_on": [float(row["sign_on_y1"]), float(row["sign_on_y2"])],
            "equity": [{"value": float(row["equity_value"]), "vesting": "amazon"}],
        }
    )  # fmt: skip
    found = calendar_years(flow_of(offer, int(row["n_years"])), dt.date.fromisoformat(row["start_on"]))
    names = ("n_months", "base", *SUPPLEMENTAL)
    of_year = found.reindex([int(row["year"])], fill_value=0.0).iloc[0]
    assert [of_year[name] for name in names] == pytest.approx([float(row[name]) for name in names], abs=2e-6), row[
        "derivation"
    ]


@given(offers(), start_dates, st.integers(1, 8))
def test_calendar_years_sum_to_the_flow(offer: Offer, start_on: dt.date, n_years: int) -> None:
    """Whatever the day of the start; all but the first and the last year hold twelve months."""
    flow = flow_of(offer, n_years)
    found = calendar_years(flow, start_on)
    assert found[flow.columns].sum().tolist() == pytest.approx(flow.sum().tolist(), abs=1e-4)
    assert found["n_months"].sum() == MONTHS_A_YEAR * n_years
    assert (found["n_months"].iloc[1:-1] == MONTHS_A_YEAR).all()
    assert found["n_months"].between(0, MONTHS_A_YEAR).all()
    assert list(found.index) == list(range(found.index[0], found.index[-1] + 1))


@given(offers(), start_dates, st.integers(1, 8))
def test_years_that_the_horizon_does_not_cover_are_left_out(offer: Offer, start_on: dt.date, n_years: int) -> None:
    """Shown is each year, from that of the start, whose last day lies within the horizon."""
    assume((start_on.month, start_on.day) <= (12, 1))
    last_day = date_after(start_on, MONTHS_A_YEAR * n_years) - dt.timedelta(days=1)
    shown = whole_calendar_years(flow_of(offer, n_years), start_on).index
    assert list(shown) == [
        year for year in range(start_on.year, last_day.year + 1) if dt.date(year, 12, 31) <= last_day
    ]


def test_an_earlier_job_counts_in_its_own_year() -> None:
    """A start in late December: no month ends in 2026, but what the earlier job paid in 2026 is taxed in 2026."""
    job, start_on = CurrentJob(base_salary=120_000.0), dt.date(2026, 12, 15)
    flow = pd.DataFrame({"base": [20_000.0] * 24, "bonus": 0.0, "sign_on": 0.0, "equity": 0.0}, index=range(1, 25))
    residence = Residence("Austin", "single")
    found = cash_plan(whole_calendar_years(flow, start_on), residence, LAW, earlier_pay(job, start_on))
    assert found["wages"].get(2027) == pytest.approx(240_000)


# The plan


@pytest.mark.parametrize("row", rows("withholding"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Within a cent, New York too: these cases follow its printed schedule."""
    known = float(row["last_year_wages"]) if row["last_year_wages"] else None
    amounts = (float(row[f"earlier_{name}"]) for name in ("base", "supplemental", "months"))
    found = plan(
        int(row["year"]), row["place"], row["filing_status"],
        base=float(row["base"]), stock=float(row["supplemental"]), n_months=int(row["n_months"]),
        earlier=EarlierPay(*amounts, row["is_same_employer"] == "true", known), work_place=row["work_place"] or None,
    )  # fmt: skip
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=0.01, rel=0), row["derivation"]


def test_each_branch_of_the_law_has_a_hand_worked_case() -> None:
    worked = {row["case"].rpartition(":")[0] for row in rows("withholding")}
    assert worked >= {
        # 22 % up to a million of a year's supplemental wages from one employer, 37 % above; by brackets without a rate.
        "Austin supplemental exactly a million", "Seattle supplemental above a million",
        "Austin two jobs supplemental 1.2 million together", "Austin transfer supplemental 1.2 million together",
        "San Francisco full year stock 300000", "New York full year stock 320000", "Phoenix no flat rate stock 100000",
        # Social security and additional Medicare, which each employer withholds on its own wages.
        "Seattle earlier job both above the cap", "Seattle internal transfer both above the cap",
        "Seattle joint 225000 additional Medicare returned",
        # When estimated tax is due.
        "Austin due under 1000", "Austin due exactly 1000", "Austin gate of 1000 alone (two jobs side by side)",
        "Austin safe harbour 90 percent of this year", "Austin safe harbour 100 percent",
        "Austin safe harbour 110 percent", "Austin safe harbour last year exactly 150000",
        "Austin last year covered by withholding", "Seattle earlier job last year unknown",
        "Seattle last year without tables",
    }  # fmt: skip


@given(year=years, place=places, status=statuses, base=salaries, stock=stocks, n_months=worked, earlier=earlier_pays())
def test_the_parts_of_a_plan_fit_together(
    year: int, place: str, status: str, base: float, stock: float, n_months: int, earlier: EarlierPay
) -> None:
    found = plan(year, place, status, base=base, stock=stock, n_months=n_months, earlier=earlier)
    wages = base + stock + earlier.base + earlier.supplemental
    assert found["wages"] == pytest.approx(wages)
    assert found["earlier_wages"] == pytest.approx(earlier.base + earlier.supplemental, abs=5e-6)
    covered = found["federal_due"] + found["federal_withheld"] + found["social_security_excess"]
    assert covered == pytest.approx(found["federal_tax"], abs=5e-6)
    assert found["state_due"] + found["state_withheld"] == pytest.approx(found["state_tax"], abs=5e-6)
    assert found["set_aside"] == pytest.approx(max(0, found["federal_due"]) + max(0, found["state_due"]))
    assert found["set_aside"] >= 0
    assert found["safe_harbour"] <= 0.9 * found["federal_tax"] + 5e-6
    assert 0 <= found["estimated_payments"] <= max(0.0, found["federal_due"]) + 5e-6
    assert found["federal_due"] >= 1000 or found["estimated_payments"] == 0
    owed = household_tax(wages, place, status, year, LAW, deduction="best").iloc[0]
    assert found["net"] == pytest.approx(owed["net_pay"])
    assert np.isfinite([value for name, value in found.items() if name != "tax_status"]).all()


@given(year=published, place=places, status=statuses, base=salaries, stock=stocks, earlier=earlier_pays())
def test_social_security_withheld_twice(
    year: int, place: str, status: str, base: float, stock: float, earlier: EarlierPay
) -> None:
    """6.2 % of what two employers' wages, each up to the cap, exceed the cap by: never more than of one whole cap."""
    cap = WAGE_CAPS[year]
    one, other = base + stock, earlier.base + earlier.supplemental
    found = plan(year, place, status, base=base, stock=stock, n_months=6, earlier=earlier)["social_security_excess"]
    expected = 0.0 if earlier.is_same_employer else 0.062 * max(0.0, min(one, cap) + min(other, cap) - cap)
    assert found == pytest.approx(expected, abs=5e-6)
    assert 0 <= found <= 0.062 * cap + 5e-6
    assert plan(year, place, status, base=base, stock=stock)["social_security_excess"] == 0


@given(year=years, place=places, status=statuses, base=salaries, stock=stocks, n_months=worked, earlier=earlier_pays())
def test_one_employer_withholds_for_both_jobs_as_for_one(
    year: int, place: str, status: str, base: float, stock: float, n_months: int, earlier: EarlierPay
) -> None:
    same = EarlierPay(earlier.base, earlier.supplemental, float(12 - n_months), is_same_employer=True)
    moved = plan(year, place, status, base=base, stock=stock, n_months=n_months, earlier=same)
    stayed = plan(year, place, status, base=base + same.base, stock=stock + same.supplemental)
    names = ("wages", "federal_tax", "federal_withheld", "state_tax", "state_withheld", "set_aside", "net")
    assert [moved[name] for name in names] == pytest.approx([stayed[name] for name in names], abs=1e-5)


@given(year=years, place=places, status=statuses, base=salaries)
def test_a_full_year_of_salary_is_withheld_as_the_law_takes_it(year: int, place: str, status: str, base: float) -> None:
    """Only what itemizing saves comes back, and 0.9 % of what lies between 200,000 and a couple's 250,000.

    Where the state follows the federal choice, itemizing changes its tax, too; one without a flat rate on bonus and
    stock is taken to withhold at least what it takes.
    """
    found = plan(year, place, status, base=base)
    best, standard = (household_tax(base, place, status, year, LAW, deduction=name) for name in ("best", "standard"))
    itemizing_saves = float((standard["federal_income_tax"] - best["federal_income_tax"]).iloc[0])
    couples = 0.009 * min(50_000.0, max(0.0, base - 200_000)) if status == "married_joint" else 0.0
    assert found["federal_due"] == pytest.approx(-itemizing_saves - couples, abs=1e-5)
    more = float((best["state_income_tax"] - standard["state_income_tax"]).iloc[0])
    state_due = more if has_flat_rate(LAW, taxing_states(place, None, LAW).home) else min(0.0, more)
    assert found["state_due"] == pytest.approx(state_due, abs=1e-5)
    assert found["set_aside"] == pytest.approx(max(0.0, state_due), abs=1e-4)
    if place in WITHOUT_WAGE_TAX and status != "married_joint":
        assert found["federal_due"] == pytest.approx(0, abs=1e-5)


@given(year=years, place=places, status=statuses, base=salaries, n_months=st.integers(1, 11))
def test_part_of_a_year_is_withheld_too_much(year: int, place: str, status: str, base: float, n_months: int) -> None:
    """Salary is withheld as if it went on all year, at the higher rates of a whole year's pay."""
    assert plan(year, place, status, base=base, n_months=n_months)["federal_due"] <= 1e-6


@given(year=years, place=places, status=statuses, base=salaries, stock=stocks, more=stocks, earlier=earlier_pays())
def test_more_stock_never_lowers_tax(
    year: int, place: str, status: str, base: float, stock: float, more: float, earlier: EarlierPay
) -> None:
    less, greater = (
        plan(year, place, status, base=base, stock=amount, earlier=earlier) for amount in (stock, stock + more)
    )
    for name in ("federal_tax", "federal_withheld", "state_tax"):
        assert greater[name] >= less[name] - 1e-6


@given(year=years, place=st.sampled_from(WITHOUT_FLAT_RATE), status=statuses, base=salaries, stock=stocks,
       n_months=worked, earlier=earlier_pays())  # fmt: skip
def test_a_state_without_a_flat_rate_leaves_nothing_due(
    year: int, place: str, status: str, base: float, stock: float, n_months: int, earlier: EarlierPay
) -> None:
    found = plan(year, place, status, base=base, stock=stock, n_months=n_months, earlier=earlier)
    assert found["state_due"] <= 1e-6


@given(year=years, place=st.sampled_from(WITHOUT_WAGE_TAX), status=statuses, base=salaries, stock=stocks)
def test_where_no_state_taxes_wages(year: int, place: str, status: str, base: float, stock: float) -> None:
    found = plan(year, place, status, base=base, stock=stock)
    assert (found["state_tax"], found["state_withheld"], found["state_due"]) == (0, 0, 0)


def test_new_york_withholds_for_those_who_live_across_the_river() -> None:
    """The job's state: 11.7 % of 100,000 on top of what the salary is withheld, and no city."""
    without, with_stock = (
        plan(2025, "Jersey City", base=200_000, stock=stock, work_place="New York") for stock in (0.0, 100_000.0)
    )
    assert with_stock["state_withheld"] - without["state_withheld"] == pytest.approx(11_700)
    assert plan(2025, "Jersey City", base=200_000, stock=1e5)["state_due"] == 0


@given(place=places, status=statuses, base=salaries, amounts=st.lists(stocks, min_size=2, max_size=4))
def test_years_together_equal_each_alone(place: str, status: str, base: float, amounts: list[float]) -> None:
    """But for the safe harbour, which looks at the year before."""
    residence = Residence(place, status)  # type: ignore[arg-type]
    together = cash_plan(
        pd.concat([paid(2025 + number, base, stock) for number, stock in enumerate(amounts)]), residence, LAW, NOTHING
    )
    for year, stock in zip(together.index, amounts, strict=True):
        alone = plan(int(year), place, status, base=base, stock=stock)
        for name in ("federal_tax", "federal_withheld", "state_tax", "state_withheld", "set_aside", "net"):
            assert together.loc[year, name] == pytest.approx(alone[name], abs=5e-6), name
    before = together[["federal_tax", "wages"]].shift()
    of_before = np.where(before["wages"] > 150_000, 1.1, 1.0) * before["federal_tax"]
    expected = np.fmin(0.9 * together["federal_tax"], of_before)
    assert together["safe_harbour"].tolist() == pytest.approx(expected.tolist())


@pytest.mark.parametrize("parts", [(1.38, 0.0, 1.88, 1_048_575.0), (166_666.67, 24_999.99, 70_000.1, 41_234.57)])
def test_no_earlier_job_paid_nothing(parts: tuple[float, ...]) -> None:
    """Not a billionth of a dollar: a report would say that the year includes what it pays."""
    frame = paid(2025, 0.0).assign(**dict(zip(("base", *SUPPLEMENTAL), parts, strict=True)))
    assert cash_plan(frame, Residence("Austin", "single"), LAW, NOTHING)["earlier_wages"].iloc[0] == 0


# What the earlier job paid

JOB = CurrentJob(
    base_salary=180_000.0, annual_bonus=20_000.0, annual_equity=60_000.0, next_bonus_on=dt.date(2027, 3, 15)
)
VESTS = (("2026-12-31", 5_000), ("2027-01-01", 7_000), ("2027-01-15", 10_000), ("2027-03-02", 20_000))


@pytest.mark.parametrize(
    ("start_on", "n_months", "base", "supplemental"),
    [
        ("2027-02-01", 1.0, 15_000, 5_000),  # a month's equity, and the bonus comes later
        ("2027-01-01", 0.0, 0, 0),
        ("2027-02-15", 1.5, 22_500, 7_500),  # 14 of February's 28 days
        ("2027-03-16", 2 + 15 / 31, 180_000 / 12 * (2 + 15 / 31), 20_000 + 5_000 * (2 + 15 / 31)),
        ("2027-04-01", 3.0, 45_000, 20_000 + 15_000),  # the bonus of 15 March
        ("2028-04-01", 3.0, 45_000, 20_000 + 15_000),  # the same day a year later
        ("2028-03-01", 2.0, 30_000, 10_000),
        ("2026-07-01", 6.0, 90_000, 30_000),  # the next bonus falls in the year after the start
    ],
)
def test_what_the_earlier_job_paid_by_hand(start_on: str, n_months: float, base: float, supplemental: float) -> None:
    """15,000 of salary and 5,000 of equity a month; the year before paid 260,000."""
    found = earlier_pay(JOB, dt.date.fromisoformat(start_on))
    assert (found.n_months, found.base, found.supplemental) == pytest.approx((n_months, base, supplemental))
    assert (found.last_year_wages, found.is_same_employer) == (260_000, False)


def test_a_bonus_on_a_day_that_only_leap_years_have() -> None:
    job = JOB.model_copy(update={"next_bonus_on": dt.date(2024, 2, 29), "annual_equity": None})
    assert earlier_pay(job, dt.date(2027, 3, 1)).supplemental == 20_000
    assert earlier_pay(job, dt.date(2027, 2, 27)).supplemental == 0


def test_dated_vests_count_from_new_year_until_the_start() -> None:
    """7,000 and 10,000; the last year's 5,000 and the coming 20,000 do not."""
    vests = tuple(DatedVest(on=dt.date.fromisoformat(on), value=float(value)) for on, value in VESTS)
    found = earlier_pay(CurrentJob(base_salary=120_000.0, vests=vests), dt.date(2027, 3, 1))
    assert (found.base, found.supplemental) == pytest.approx((20_000, 17_000))
    assert found.last_year_wages == 120_000 + 42_000


def test_unvested_equity_without_dates_vests_over_four_years() -> None:
    """150,000 over 48 months."""
    found = earlier_pay(CurrentJob(base_salary=0.0, unvested_equity=150_000.0), dt.date(2027, 3, 1))
    assert found.supplemental == pytest.approx(2 * 150_000 / 48)


def test_a_transfer_keeps_the_employer() -> None:
    assert earlier_pay(JOB, dt.date(2027, 2, 1), is_internal=True).is_same_employer


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_what_is_paid_near_the_start_is_either_had_or_left(days: int) -> None:
    """A bonus and a vest on the start date itself are not left behind, so they were paid before."""
    start_on = dt.date(2027, 3, 1)
    on = start_on + dt.timedelta(days=days)
    job = CurrentJob(base_salary=0.0, annual_bonus=1_000.0, next_bonus_on=on, vests=(DatedVest(on=on, value=2_000.0),))
    assert earlier_pay(job, start_on).supplemental + left_behind(job, start_on).total == 3_000
