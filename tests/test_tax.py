"""Tax on wages: cases worked out apart from the code, limit cases, and laws."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hand_checked import rows as cases
from hypothesis import given
from hypothesis import strategies as st

from compkit.cli import run
from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.tables import load_tables
from compkit.tax import RESULT_COLUMNS, TaxTables, bracket_tax, household_tax, taxed_places
from compkit.tax.schedules import FILING_STATUSES

LAW = TaxTables(load_tables())
PLACES = taxed_places(LAW)
# Where no credit or exemption is lost as a whole at one income, and no recapture begins with a jump.
SMOOTH_PLACES = ("Seattle", "Austin", "Boston", "Denver", "Atlanta", "Raleigh", "Jersey City", "Phoenix", "Ann Arbor")
PARTS = RESULT_COLUMNS[:6]

wages = st.floats(min_value=0, max_value=3e7, allow_nan=False)
places = st.sampled_from(PLACES)
statuses = st.sampled_from(FILING_STATUSES)
years = st.sampled_from(LAW.years)
earners = st.sampled_from([1, 2])
deductions = st.sampled_from(["standard", "best"])


def one(pay: float, place: str, status: str = "single", year: int = 2025, **options: Any) -> dict[str, Any]:
    """Return the tax of one household."""
    return {str(name): value for name, value in household_tax(pay, place, status, year, LAW, **options).iloc[0].items()}


@pytest.mark.parametrize("row", cases("tax"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Within a cent; New York within a dollar, whose law rounds its printed schedule."""
    found = one(
        float(row["wages"]),
        row["location"],
        row["filing_status"],
        int(row["year"]),
        deduction=row["deduction"],
        n_earners=int(row["earners"]),
    )
    tolerance = 1.0 if row["location"] == "New York" else 0.01
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=tolerance, rel=0), row["derivation"]


def test_there_are_enough_hand_worked_cases() -> None:
    situations = {tuple(row[name] for name in ("location", "year", "filing_status", "wages", "earners", "deduction"))
                  for row in cases("tax")}  # fmt: skip
    assert len(situations) >= 30


def test_no_wages_no_tax() -> None:
    for place in PLACES:
        for year in LAW.years:
            assert one(0.0, place, year=year)["total"] == 0.0


def test_a_place_without_a_wage_tax() -> None:
    for place in ("Seattle", "Austin", "Miami", "Nashville", "Las Vegas"):
        assert (one(5e5, place)["state_income_tax"], one(5e5, place)["local_income_tax"]) == (0.0, 0.0)


@given(pay=wages, place=places, status=statuses, year=years, n_earners=earners, deduction=deductions)
def test_parts_sum_to_the_total(pay: float, place: str, status: str, year: int, n_earners: int, deduction: str) -> None:
    found = one(pay, place, status, year, n_earners=n_earners, deduction=deduction)
    assert all(found[name] >= 0 for name in PARTS)
    assert found["total"] == pytest.approx(sum(found[name] for name in PARTS))
    assert found["net_pay"] == pytest.approx(pay - found["total"])
    assert found["status"] == "official"


@given(pay=wages, more=st.floats(0, 1e6), place=places, status=statuses, year=years, n_earners=earners,
       deduction=deductions)  # fmt: skip
def test_tax_never_falls_as_wages_rise(
    pay: float, more: float, place: str, status: str, year: int, n_earners: int, deduction: str
) -> None:
    less, greater = household_tax(
        [pay, pay + more],
        place,
        status,
        year,
        LAW,
        n_earners=n_earners,
        deduction=deduction,  # type: ignore[arg-type]
    )["total"]
    assert greater >= less - 1e-6


@given(pay=st.floats(0, 3e6), place=st.sampled_from(SMOOTH_PLACES), status=statuses, year=years, deduction=deductions)
def test_the_marginal_rate_stays_below_one(pay: float, place: str, status: str, year: int, deduction: str) -> None:
    less, greater = household_tax([pay, pay + 100], place, status, year, LAW, deduction=deduction)["total"]  # type: ignore[arg-type]
    assert greater - less < 100


@given(pay=wages, place=places, status=statuses, year=years)
def test_the_best_deduction_never_costs_more(pay: float, place: str, status: str, year: int) -> None:
    standard, best = (one(pay, place, status, year, deduction=name) for name in ("standard", "best"))
    assert best["federal_income_tax"] <= standard["federal_income_tax"] + 1e-9
    assert best["deduction"] >= standard["deduction"]
    assert best["state_income_tax"] == standard["state_income_tax"]


@given(pay=wages, place=places, year=years)
def test_two_earners_pay_at_most_one_more_wage_base(pay: float, place: str, year: int) -> None:
    """Social Security of two equal earners lies at most 6.2 % of one wage base above that of one with their sum."""
    base = {2024: 168_600, 2025: 176_100, 2026: 184_500}[year]
    one_earner, two = (one(pay, place, "married_joint", year, n_earners=n)["social_security"] for n in (1, 2))
    assert -1e-9 <= two - one_earner <= 0.062 * base + 1e-6


def test_a_frame_equals_each_household_alone() -> None:
    generator = np.random.default_rng(0)
    n_rows = 300
    pay = generator.uniform(0, 2e6, n_rows)
    place, status = (np.array(names)[generator.integers(0, len(names), n_rows)] for names in (PLACES, FILING_STATUSES))
    year = generator.choice(LAW.years, n_rows)
    together = household_tax(pay, place, status, year, LAW, deduction="best")
    for row in range(n_rows):
        alone = one(pay[row], str(place[row]), str(status[row]), int(year[row]), deduction="best")
        assert {name: together[name].iloc[row] for name in RESULT_COLUMNS} == {
            name: alone[name] for name in RESULT_COLUMNS
        }


def test_brackets_join_without_a_jump() -> None:
    """10 % to 1,000, then 20 %: 100 at 1,000, 100.2 one dollar on."""
    assert bracket_tax(np.array([1000.0, 1001.0]), [0.0, 1000.0], [0.1, 0.2]) == pytest.approx([100.0, 100.2])


@pytest.mark.parametrize("pay", [-1.0, math.nan, math.inf])
def test_wages_that_are_none(pay: float) -> None:
    with pytest.raises(OutOfRangeError, match="wages must be finite and not negative"):
        one(pay, "Seattle")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"place": "Atlantis"}, "location must be one of Seattle, San Francisco"),
        ({"status": "widowed"}, "filing_status must be one of single, married_joint, head_of_household"),
        ({"year": 2031}, "year must be one of 2024, 2025, 2026"),
    ],
)
def test_what_the_tables_do_not_hold(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UnknownChoiceError, match=said):
        one(1e5, **({"place": "Seattle"} | options))


def test_the_commands_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The issue's figures for 2025, single, 300,000, standard deduction."""
    arguments = ["tax", "--wages", "300000", "--filing-status", "single", "--year", "2025", "--json", "--location"]
    assert run([*arguments, "San Francisco"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"federal_income_tax", "social_security", "medicare", "state_income_tax", "local_income_tax",
            "state_payroll_tax", "total", "net_pay", "deduction", "status"} <= set(found)  # fmt: skip
    assert found["federal_income_tax"] == pytest.approx(69_034.75, abs=0.005)
    assert found["social_security"] + found["medicare"] == pytest.approx(16_168.20, abs=0.005)
    assert found["state_income_tax"] == pytest.approx(23_774.98, abs=0.01)
    assert run([*arguments, "New York"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["state_income_tax"] == pytest.approx(20_002.00, abs=1)
    assert found["local_income_tax"] == pytest.approx(10_534.17, abs=1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--location", "Remote"), "Remote has no taxes of its own"),
        (("--location", "Portland"), "location must be one of"),
        (("--year", "2030"), "year must be one of"),
        (("--wages", "-5"), "wages must be finite and not negative"),
        (("--wages", "nan"), "wages must be finite and not negative"),
    ],
)
def test_the_command_refuses(capsys: pytest.CaptureFixture[str], changed: tuple[str, str], said: str) -> None:
    given_options = {"--wages": "1000", "--location": "Seattle", "--year": "2025"} | dict([changed])
    assert run(["tax", *(text for pair in given_options.items() for text in pair)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err
