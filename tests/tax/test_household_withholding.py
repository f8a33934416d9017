"""The cash plan of a household: cases worked out by hand, its limit without one, and laws."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hand_checked import rows
from hypothesis import given, strategies as st
from pandas.testing import assert_frame_equal

from compkit.pay.present_job import EarlierPay
from compkit.reference.tables import load_tables
from compkit.tax import Finances, Move, TaxTables, taxed_places
from compkit.tax.withholding import Residence, cash_plan

LAW = TaxTables(load_tables())
JOINT = "married_joint"
TOLD = ("spouse_wages", "children", "childcare", "traditional_401k", "hsa", "premiums", "mortgage_interest",
        "other_income")  # fmt: skip
PAY = ("base", "supplemental", "earlier_base", "earlier_months", "last_year_wages", "last_year_spouse_wages")

places = st.sampled_from(taxed_places(LAW))
years = st.sampled_from([2025, 2026, 2028])
wages = st.floats(0, 1e6).map(lambda amount: round(amount, 2))
savings = st.fixed_dictionaries(
    {"traditional_401k": st.floats(0, 23_000), "hsa": st.floats(0, 4_000), "premiums": st.floats(0, 9_000)}
)


def plan(
    place: str, year: int, base: float, stock: float = 0.0, *, status: Any = JOINT, n_months: int = 12,
    earlier: EarlierPay | None = None, finances: Finances | None = None, last_year: Finances | None = None,
    work_place: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the cash plan of one calendar year."""
    columns = {"n_months": [n_months], "base": [base], "bonus": [0.0], "sign_on": [0.0], "equity": [stock]}
    paid = pd.DataFrame(columns, index=pd.Index([year], name="calendar_year"))
    residence = Residence(place, status, work_place, finances=finances, last_year=last_year)
    return cash_plan(paid, residence, LAW, earlier or EarlierPay())


def figures(*of: Any, **more: Any) -> dict[str, Any]:
    return {str(name): value for name, value in plan(*of, **more).iloc[0].items()}


@pytest.mark.parametrize("row", rows("withholding_household"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Within a cent."""
    amount = {name: float(row[name] or 0.0) for name in (*TOLD, *PAY)}
    told = {name: amount[name] for name in TOLD if row[name]}
    last_year = Finances(spouse_wages=amount["last_year_spouse_wages"]) if row["last_year_spouse_wages"] else None
    known = amount["last_year_wages"] if row["last_year_wages"] else None
    found = figures(
        row["place"], int(row["year"]), amount["base"], amount["supplemental"],
        status=row["filing_status"], n_months=int(row["n_months"]), last_year=last_year, finances=Finances(**told),
        earlier=EarlierPay(amount["earlier_base"], 0.0, amount["earlier_months"], last_year_wages=known),
    )  # fmt: skip
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=0.01, rel=0), row["derivation"]


@given(place=places, year=years, base=wages, stock=wages, spouse=st.sampled_from([None, 0.0]))
def test_a_household_that_adds_nothing_changes_no_figure(
    place: str, year: int, base: float, stock: float, spouse: float | None
) -> None:
    """Neither a match nor a spouse without wages: what is told adds columns, and moves no cent."""
    alone = plan(place, year, base, stock)
    told = plan(place, year, base, stock, finances=Finances(spouse_wages=spouse, age=40.0))
    assert_frame_equal(told[alone.columns], alone, rtol=0, atol=1e-5)


@given(place=places, year=years, base=wages, stock=wages, spouse=wages, saved=savings)
def test_what_is_owed_and_not_withheld_is_set_aside(
    place: str, year: int, base: float, stock: float, spouse: float, saved: dict[str, float]
) -> None:
    found = figures(place, year, base, stock, finances=Finances(spouse_wages=spouse, **saved))
    federal = found["federal_tax"] - found["federal_withheld"] - found["social_security_excess"]
    state = found["state_tax"] - found["state_withheld"]
    assert found["set_aside"] == pytest.approx(max(0.0, federal) + max(0.0, state), abs=1e-4)
    assert found["social_security_excess"] == 0


@given(place=places, year=years, base=wages, spouse=wages, more=wages)
def test_more_wages_of_a_spouse_never_lower_the_tax_owed(
    place: str, year: int, base: float, spouse: float, more: float
) -> None:
    """Without children: their credits grow with the lesser wages."""
    less, greater = (
        figures(place, year, base, finances=Finances(spouse_wages=amount)) for amount in (spouse, spouse + more)
    )
    owed = [each["federal_tax"] + each["state_tax"] for each in (less, greater)]
    assert owed[1] >= owed[0] - 1e-5
    assert greater["federal_withheld"] >= less["federal_withheld"] - 1e-5


@given(place=places, year=years, one=wages, other=wages)
def test_it_makes_no_difference_whose_job_is_whose(place: str, year: int, one: float, other: float) -> None:
    """Full years of salary, both worked at home."""
    names = ("federal_tax", "federal_withheld", "state_tax", "state_withheld", "set_aside")
    found, swapped = (
        figures(place, year, mine, finances=Finances(spouse_wages=theirs))
        for mine, theirs in ((one, other), (other, one))
    )
    assert [found[name] for name in names] == pytest.approx([swapped[name] for name in names], abs=1e-4)


@given(place=places, year=years, base=wages, stock=wages, spouse=wages)
def test_each_employer_knows_its_own_pay_alone(place: str, year: int, base: float, stock: float, spouse: float) -> None:
    """Withheld is what is withheld from each spouse if the other earns nothing, whatever else the household has."""
    both = figures(
        place, year, base, stock,
        finances=Finances(spouse_wages=spouse, children=2, mortgage_interest=30_000, other_income=9_000),
    )  # fmt: skip
    mine, theirs = figures(place, year, base, stock), figures(place, year, spouse)
    for name in ("federal_withheld", "state_withheld"):
        assert both[name] == pytest.approx(mine[name] + theirs[name], abs=1e-4)


def test_a_spouse_has_tax_withheld_for_home_though_you_work_elsewhere() -> None:
    """New York withholds from you; New Jersey 1,645 + 5.525% x 18,000 of the spouse's 100,000 less 2,000."""
    without, together = (
        figures("Jersey City", 2025, 200_000, 50_000, work_place="New York", finances=finances)
        for finances in (None, Finances(spouse_wages=100_000.0))
    )
    assert together["state_withheld"] - without["state_withheld"] == pytest.approx(2_639.5, abs=0.01)


def test_what_cannot_be_counted_is_refused() -> None:
    told = Finances(spouse_wages=50_000.0)
    with pytest.raises(ValueError, match="married_joint"):
        plan("Austin", 2026, 1e5, status="single", finances=told)
    move = Move("Seattle", pd.Timestamp(2026, 7, 1).date(), 0.0)
    with pytest.raises(ValueError, match="a move"):
        cash_plan(pd.DataFrame(), Residence("Austin", JOINT, finances=told), LAW, EarlierPay(), move)
