"""Tax of households with more than one earner's wages: cases worked out apart from the code, limits, and laws."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import rows as cases
from hypothesis import given, strategies as st
from laws import examples

from compkit.cli import run
from compkit.errors import OutOfRangeError
from compkit.reference.tables import load_tables
from compkit.tax import (
    FILING_STATUSES,
    FINANCE_COLUMNS,
    JOINT,
    RESULT_COLUMNS,
    Finances,
    TaxTables,
    household_tax,
    taxed_places,
)

LAW = TaxTables(load_tables())
PLACES = taxed_places(LAW)
COLUMNS = (*RESULT_COLUMNS, *FINANCE_COLUMNS)

wages = st.floats(0, 2e6) | st.floats(180_000, 500_000) | st.floats(640_000, 2e7)
"""Any, where credits for children fall, and where itemized deductions are limited."""
amounts = st.just(0.0) | st.floats(0, 1e5)
EVERYWHERE = list({tuple(LAW.of_place[place]): place for place in PLACES}.values())
"""A place for each law."""
statuses, years = st.sampled_from(FILING_STATUSES), st.sampled_from(LAW.years)
deductions = st.sampled_from(["standard", "itemized", "best"])


def finances_of(text: str) -> Finances:
    """Return the finances that a case's column gives: `name=amount`, separated by semicolons."""
    pairs = (each.strip().split("=") for each in text.split(";"))
    return Finances(**{name: float(amount) for name, amount in pairs})


@st.composite
def finances(draw: st.DrawFn, *, is_couple: bool, with_spouse: bool | None = None) -> Finances:
    """Draw the finances of a household, within the limits on savings of every year."""
    has_spouse = is_couple and (draw(st.booleans()) if with_spouse is None else with_spouse)
    return Finances(
        spouse_wages=draw(wages) if has_spouse else None,
        children=float(draw(st.integers(0, 4))),
        childcare=draw(amounts),
        traditional_401k=draw(st.floats(0, 23_000)),
        hsa=draw(st.floats(0, 4_150)),
        premiums=draw(st.floats(0, 2e4)),
        match=draw(st.floats(0, 2e4)),
        mortgage_interest=draw(amounts),
        property_tax=draw(amounts),
        charity=draw(amounts),
        other_income=draw(amounts),
    )


def one(pay: float, place: str, status: str, year: int, held: Finances | None, **options: Any) -> dict[str, Any]:
    """Return the tax of one household."""
    found = household_tax(pay, place, status, year, LAW, finances=held, **options)
    return {str(name): value for name, value in found.iloc[0].items()}


@pytest.mark.parametrize("row", [*cases("tax_household"), *cases("tax_state_deductions")], ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Within a cent."""
    found = one(
        float(row["wages"]), row["location"], row["filing_status"], int(row["year"]), finances_of(row["given"]),
        deduction=row["deduction"],
    )  # fmt: skip
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=0.01, rel=0), row["derivation"]


def everywhere(pay: Any, status: str, year: int, held: Finances | None, **options: Any) -> pd.DataFrame:
    """Return the tax of one household under each law."""
    found = household_tax([pay] * len(EVERYWHERE), EVERYWHERE, status, year, LAW, finances=held, **options)
    return found.set_index(pd.Index(EVERYWHERE, name="place"))


@given(pay=wages, status=statuses, year=years, deduction=deductions)
def test_finances_that_say_nothing_change_nothing(pay: float, status: str, year: int, deduction: str) -> None:
    plain, held = (everywhere(pay, status, year, each, deduction=deduction) for each in (None, Finances()))
    assert plain[list(RESULT_COLUMNS)].equals(held[list(RESULT_COLUMNS)])


@examples(40)
@given(data=st.data(), pay=wages, status=statuses, year=years, deduction=deductions)
def test_the_parts_add_up(data: st.DataObject, pay: float, status: str, year: int, deduction: str) -> None:
    """And the tax on other income is by the law's own words: 26 U.S.C. 1411."""
    held = data.draw(finances(is_couple=status == JOINT))
    found = everywhere(pay, status, year, held, deduction=deduction)
    parts = found[list(RESULT_COLUMNS[:6])]
    assert found["total"].to_numpy() == pytest.approx(parts.sum(axis=1).to_numpy(), abs=1e-6)
    income = pay + (held.spouse_wages or 0.0) + held.other_income
    net = income - found["total"] - min(held.premiums, pay) + held.match
    assert found["net_pay"].to_numpy() == pytest.approx(net.to_numpy(), abs=1e-5)
    assert (parts.iloc[:, 1:] >= 0).all(axis=None)
    assert (found["deduction"] >= 0).all()
    agi = found["adjusted_gross_income"].to_numpy()
    above = np.maximum(0.0, agi - (250_000 if status == JOINT else 200_000))
    taxed = 0.038 * np.minimum(held.other_income, above)
    assert found["net_investment_income_tax"].to_numpy() == pytest.approx(taxed, abs=1e-6)


@given(data=st.data(), pay=wages, status=statuses, year=years)
def test_the_best_deduction_never_costs_more(data: st.DataObject, pay: float, status: str, year: int) -> None:
    held = data.draw(finances(is_couple=status == JOINT))
    standard, itemized, best = (
        everywhere(pay, status, year, held, deduction=name)["total"] for name in ("standard", "itemized", "best")
    )
    assert best.equals(np.minimum(standard, itemized))


@given(pay=wages, year=years, deduction=deductions)
def test_equal_wages_of_a_couple_are_two_earners(pay: float, year: int, deduction: str) -> None:
    apart = everywhere(pay / 2, JOINT, year, Finances(spouse_wages=pay / 2), deduction=deduction)
    together = everywhere(pay, JOINT, year, None, n_earners=2, deduction=deduction)
    columns = list(RESULT_COLUMNS)
    assert apart[columns].to_numpy() == pytest.approx(together[columns].to_numpy(), rel=1e-12, abs=1e-6)


LIMITS = [
    ({"traditional_401k": 24_500.0}, 2026, "single", None),
    ({"traditional_401k": 24_501.0}, 2026, "single", "traditional_401k must be at most 24,500 in 2026"),
    ({"traditional_401k": 32_500.0, "age": 50.0}, 2026, "single", None),
    ({"traditional_401k": 32_501.0, "age": 50.0}, 2026, "single", "at most 32,500 in 2026, got"),
    ({"traditional_401k": 24_501.0, "age": 49.0}, 2026, "single", "at most 24,500 in 2026, got"),
    ({"traditional_401k": 35_750.0, "age": 60.0}, 2026, "single", None),
    ({"traditional_401k": 32_501.0, "age": 64.0}, 2026, "single", "at most 32,500"),
    ({"traditional_401k": 30_500.0, "age": 61.0}, 2024, "single", None),
    ({"traditional_401k": 30_501.0, "age": 61.0}, 2024, "single", "at most 30,500"),
    ({"hsa": 4_400.0}, 2026, "single", None),
    ({"hsa": 4_401.0}, 2026, "single", r"hsa must be at most 4,400 in 2026 \(more from age 55: give your age\)"),
    ({"hsa": 8_750.0}, 2026, "married_joint", None),
    ({"hsa": 8_751.0}, 2026, "married_joint", "at most 8,750"),
    ({"hsa": 8_750.0, "children": 1.0}, 2026, "head_of_household", None),
    ({"hsa": 5_400.0, "age": 55.0}, 2026, "single", None),
    ({"hsa": 4_401.0, "age": 54.0}, 2026, "single", "at most 4,400 in 2026, got"),
    ({"hsa": 4_500.0}, 2027, "single", None),
    ({"hsa": 4_501.0}, 2027, "single", "at most 4,500 in 2027"),
]


@pytest.mark.parametrize(("held", "year", "status", "said"), LIMITS)
def test_savings_above_a_years_limit_are_refused(
    held: dict[str, float], year: int, status: str, said: str | None
) -> None:
    """Notices 2023-75 and 2025-67; Rev. Procs. 2025-19 and 2026-24."""
    if said is None:
        assert one(2e5, "Austin", status, year, Finances(**held))["total"] > 0
        return
    with pytest.raises(OutOfRangeError, match=said):
        one(2e5, "Austin", status, year, Finances(**held))


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"charity": -1.0}, "charity must be finite and not negative"),
        ({"premiums": math.inf}, "premiums must be finite and not negative"),
        ({"children": 1.5}, "children must be a whole number, got 1.5"),
    ],
)
def test_amounts_that_are_none(held: dict[str, float], said: str) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        one(2e5, "Austin", "single", 2026, Finances(**held))


@pytest.mark.parametrize(
    ("status", "options", "said"),
    [("single", {}, "need the filing status married_joint"), (JOINT, {"n_earners": 2}, "two earners of equal wages")],
)
def test_a_spouses_wages_need_a_couple(status: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        one(2e5, "Austin", status, 2026, Finances(spouse_wages=1e5), **options)


def test_what_is_taken_before_tax_goes_as_far_as_the_wages() -> None:
    """6,000 of premiums leave 4,000 of 10,000 for the health savings account, and nothing for the plan."""
    held = Finances(premiums=6_000.0, hsa=4_400.0, traditional_401k=5_000.0)
    found = one(1e4, "Austin", "single", 2026, held)
    assert (found["social_security"], found["adjusted_gross_income"], found["saved"]) == (0.0, 0.0, 4_000.0)


COMMAND = ["tax", "--wages", "250000", "--location", "Austin", "--year", "2026", "--filing-status", JOINT]


def test_the_commands_json_tells_of_the_household(capsys: pytest.CaptureFixture[str]) -> None:
    """51,868 on 310,000, less 4,400; 24,500 less of taxable income at 24 % is 5,880."""
    more = ["--spouse-wages", "60k", "--children", "2", "--401k", "$24,500", "--match", "10000", "--json"]
    assert run([*COMMAND, *more]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["federal_income_tax"] == pytest.approx(51_868 - 4_400 - 5_880)
    assert (found["child_tax_credit"], found["saved"]) == (4_400, 34_500)
    assert found["net_pay"] == pytest.approx(320_000 - found["total"])
    assert any("spouse works in the state you live in" in each for each in found["assumed"])
    assert any("states give for children" in each for each in found["not_modeled"])


def test_the_command_says_nothing_of_a_household_that_isnt_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*COMMAND, "--json"]) == 0
    assert not set(json.loads(capsys.readouterr().out)) & {*FINANCE_COLUMNS, "assumed", "not_modeled"}
    assert run(COMMAND) == 0
    assert "Not modeled" not in capsys.readouterr().out
    assert run([*COMMAND, "--spouse-wages", "60000"]) == 0
    assert "Your spouse works in the state you live in" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("year", "deferral", "is_said"), [(2026, 24_500, False), (2026, 24_501, True), (2025, 31_000, False)]
)
def test_a_catch_up_before_tax_assumes_pay_below_150_000(
    capsys: pytest.CaptureFixture[str], year: int, deferral: int, *, is_said: bool
) -> None:
    more = ["--year", str(year), "--401k", str(deferral), "--age", "55"]
    assert run([*COMMAND, *more]) == 0
    assert ("must go to a Roth account" in capsys.readouterr().out) == is_said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--401k", "25000"], "401k must be at most 24,500 in 2026 (more from age 50: give your age), got 25,000."),
        (["--spouse-wages", "1", "--earners", "2"], "spouse-wages and --earners 2 can't both be given"),
        (["--charity", "-5"], "charity must be 0 or more, got -5."),
        (["--childcare", "5000"], "childcare needs --children, the number of children."),
        (["--filing-status", "single", "--spouse-wages", "1"], "spouse-wages needs --filing-status married_joint"),
        (["--children", "1.5"], "children must be a whole number from 0 to 20, got 1.5."),
        (["--age", "200"], "age must be a whole number from 14 to 100, got 200."),
        (["--wages", "15000", "--401k", "20000"], "401k must be at most the wages of 15,000, got 20,000."),
        (
            ["--wages", "9000", "--hsa", "4000", "--premiums", "5001"],
            "hsa with --premiums must be at most the wages of 9,000, got 9,001.",
        ),
        (["--option-kind", "iso"], "option-kind needs --option-spread, the shares' value less the strike."),
        (
            ["--age", "13", "--children", "21", "--charity", "-5"],
            "children must be a whole number from 0 to 20, got 21.\ncharity must be 0 or more, got -5.\n"
            "age must be a whole number from 14 to 100, got 13.\n",
        ),
    ],
)
def test_the_command_refuses(capsys: pytest.CaptureFixture[str], more: list[str], said: str) -> None:
    """All faults at once, a line each."""
    assert run([*COMMAND, *more]) == 2
    captured = capsys.readouterr()
    assert (captured.out, said in captured.err) == ("", True)
