"""What a home costs in a decision: worked out by hand, in agreement with the location report, and by laws."""

from __future__ import annotations

import json
from math import exp, log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from compkit.cli import run
from compkit.offers import load_offers
from compkit.place.home import HomeCosts, UnknownRentError, moved
from compkit.reference import load_tables

TABLES = load_tables()
PLACES = ["Austin", "Miami", "Seattle", "San Francisco", "Oakland", "Jersey City"]
FILE = """candidate:
  filing_status: STATUS
  residence: Austin
  household: {HOUSEHOLD}
  current: {base_salary: 200000}
  decision: {stay_years: 1}
offers:
- {id: miami, company: Acme, level: L6, location: Miami, base_salary: 200000, start_date: 2026-01-01,
   status: writtenMORE}
"""

# 2026, single, 200,000: 36,734 (1,240 + 4,560 + 12,166 + 24 % of 78,200) of federal tax with the standard deduction,
# 11,439 of Social Security, 2,900 of Medicare. Itemized, 40,000 + 10,000 instead of 16,100, at 24 %.
NET, DEDUCTED = 200_000 - 36_734 - 11_439 - 2_900, 8_136
# Miami over Austin, without housing: goods, utilities and other services by 31, 2 and 50 parts of 83.
RATIO = exp((31 * log(103.556 / 93.757) + 2 * log(97.235 / 82.044) + 50 * log(109.113 / 96.24)) / 83)
RENT = {1: 12 * 1_995, 2: 12 * 2_436}
MORTGAGE = "mortgage_interest: 40000, property_tax: 10000"


def offers_file(tmp_path: Path, household: str, more: str = "", status: str = "single") -> str:
    path = tmp_path / "offers.yaml"
    text = FILE.replace("HOUSEHOLD", household).replace("MORE", more).replace("STATUS", status)
    path.write_text(text, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def left(capsys: pytest.CaptureFixture[str], path: str) -> dict[str, float]:
    choices = answer(capsys, "decide", path, "--today", "2026-01-01")["people"][0]["order"]
    return {choice["id"]: choice["m_per_year"] for choice in choices}


@pytest.mark.parametrize(
    ("household", "more", "staying", "miami"),
    [
        (f"housing: own, housing_cost: 30000, {MORTGAGE}", "", NET + DEDUCTED, (NET - RENT[1]) / RATIO + 30_000),
        (f"housing: own, {MORTGAGE}", "", NET + DEDUCTED, (NET - RENT[1]) / RATIO + 50_000),
        ("housing: own, housing_cost: 30000", ", housing_cost: 36000", NET, (NET - 36_000) / RATIO + 30_000),
        ("housing: own, housing_cost: 0", ", housing_cost: 0", NET, NET / RATIO),
        ("housing: rent", "", NET, (NET - RENT[1]) / RATIO + 12 * 1_562),
        ("housing: rent, housing_cost: 15000", "", NET, (NET - RENT[1]) / RATIO + 15_000),
        # A child's 2,200 and 20 % of 3,000 of childcare, which costs 12,000 in both places.
        ("housing: rent, housing_cost: 15000, children: 1, childcare: 12000", "", NET + 2_800,
         (NET + 2_800 - 12_000 - RENT[2]) / RATIO + 27_000),
        # Nothing is said of the home: prices stand for housing, too, and the deductions stay.
        (MORTGAGE, "", NET + DEDUCTED, (NET + DEDUCTED) * 98.066 / 114.155),
    ],
)  # fmt: skip
def test_what_a_choice_is_worth_at_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], household: str, more: str, staying: float, miami: float
) -> None:
    found = left(capsys, offers_file(tmp_path, household, more))
    assert found["staying"] == pytest.approx(staying, abs=0.01)
    assert found["miami"] == pytest.approx(miami, abs=0.01)


@pytest.mark.parametrize(
    "household", ["housing: rent", f"housing: own, housing_cost: 44000, children: 2, childcare: 9000, {MORTGAGE}"]
)
def test_the_decision_and_the_location_report_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], household: str
) -> None:
    """What a choice is worth at home, less the costs there, buys what the location report says."""
    path = offers_file(tmp_path, household)
    rows = answer(capsys, "locations", path, "--years", "1")["offers"][0]["places"]
    miami, home = (next(row for row in rows if row["place"] == place) for place in ("Miami", "Austin"))
    worth = left(capsys, path)["miami"] - home["rent"] - home["childcare"]
    assert 100 * worth / home["price_level"] == pytest.approx(miami["purchasing_power"], abs=0.02)
    assert left(capsys, path)["staying"] == pytest.approx(home["net"], abs=0.01)


def test_the_pay_that_buys_as_much_keeps_as_much_at_equal_prices(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In Austin (148,927 - 23,940) / the ratio + 30,000 = 141,203.61 must be left, with the standard deduction."""
    path = offers_file(tmp_path, "housing: own, housing_cost: 30000")
    rows = answer(capsys, "locations", path, "--years", "1")["offers"][0]["places"]
    austin = next(row for row in rows if row["place"] == "Austin")
    need = (NET - RENT[1]) / RATIO + 30_000
    # 184,500 leaves 137,371.75, what is above it 74.55 %.
    assert austin["equivalent_salary"] == pytest.approx(184_500 + (need - 137_371.75) / (1 - 0.24 - 0.0145), abs=0.01)


def test_what_is_not_known_could_leave_all_that_the_household_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At most 200,000, the spouse's 90,000, 1,000 of interest, and the 30,000 that the home of today costs."""
    facts = "spouse_wages: 90000, other_income: 1000, housing: rent, housing_cost: 30000"
    path = Path(offers_file(tmp_path, facts, status="married_joint"))
    path.write_text(path.read_text(encoding="utf-8").replace("location: Miami", "location: Irvine"))
    choices = answer(capsys, "decide", str(path), "--today", "2026-01-01")["people"][0]["order"]
    missing = next(fact for choice in choices for fact in choice["missing"])
    assert (missing["low"], missing["high"]) == (0.0, 321_000.0)


def test_a_rent_that_counts_must_be_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(offers_file(tmp_path, "housing: rent"))
    path.write_text(path.read_text(encoding="utf-8").replace("location: Miami", "location: Fort Lauderdale"))
    assert run(["decide", str(path), "--today", "2026-01-01"]) == 0
    said = capsys.readouterr().out
    assert "no rent is known for Fort Lauderdale; enter the offer's housing_cost" in said
    assert "Can't rank until you know what a home costs where the Acme job is." in said
    rows = answer(capsys, "locations", str(path))["offers"][0]["places"]
    own = next(row for row in rows if row["place"] == "Fort Lauderdale")
    assert own["net"] > 0
    assert [own[name] for name in ("kept", "purchasing_power", "equivalent_salary")] == [None] * 3
    told = path.read_text(encoding="utf-8").replace("status: written", "status: written, housing_cost: 30000")
    path.write_text(told)
    assert left(capsys, str(path))["miami"] > 0


@pytest.mark.parametrize(
    ("home", "job", "household", "residence"),
    [
        ("Seattle", "Redmond", "housing: own", "Seattle"),
        ("San Francisco", "Mountain View", "housing: rent", "San Francisco"),
        ("Jersey City", "New York", "housing: own", "Jersey City"),
        ("Seattle", "Redmond", "children: 1", "Redmond"),
        ("Seattle", "Portland", "housing: own", "Portland"),
        ("Seattle", "Elsewhere", "housing: own", "Elsewhere"),
    ],
)
def test_a_job_near_home_needs_no_move(tmp_path: Path, home: str, job: str, household: str, residence: str) -> None:
    path = Path(offers_file(tmp_path, household))
    text = path.read_text(encoding="utf-8").replace("Austin", home).replace("location: Miami", f"location: {job}")
    path.write_text(text, encoding="utf-8")
    assert [entry.residence for entry in load_offers(str(path), tables=TABLES)] == [residence]


def test_the_walk_away_names_what_homes_cost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["walk-away", offers_file(tmp_path, "housing: own, housing_cost: 30000")]) == 0
    said = "after housing, $23,940 a year in Miami and $30,000 a year in Austin, the rest buys as much"
    assert said in capsys.readouterr().out


def test_a_wrong_filing_status_is_the_only_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", offers_file(tmp_path, "spouse_wages: 9000", ", spouse_wages: 1", "married")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_a_home_would_cost_needs_a_home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", offers_file(tmp_path, "children: 1", ", housing_cost: 30000, spouse_wages: 1")]) == 2
    said = capsys.readouterr().err
    assert "housing_cost needs a candidate with household.housing: rent or own. Set it, or remove housing_cost." in said
    assert "spouse_wages needs a candidate with filing_status: married_joint." in said


costs = st.builds(
    HomeCosts, st.sampled_from(PLACES), st.none() | st.floats(0, 200_000), st.sampled_from([1, 2, 3]),
    st.floats(0, 50_000), st.booleans(),
)  # fmt: skip
places = st.sampled_from(PLACES)
nets = st.floats(0, 2_000_000)


@given(nets, places, places, costs)
def test_there_and_back_is_the_same(net: float, origin: str, target: str, home: HomeCosts) -> None:
    there = moved(net, (origin, home), (target, home), TABLES)
    back = moved(there, (target, home), (origin, home), TABLES)
    assert back == pytest.approx(net, abs=0.01)


@given(nets, nets, places, places, costs, costs)
def test_more_stays_more_and_a_dearer_home_needs_more(
    net: float, more: float, origin: str, target: str, home: HomeCosts, other: HomeCosts
) -> None:
    low, high = (moved(amount, (origin, home), (target, home), TABLES).item() for amount in sorted((net, net + more)))
    assert low <= high
    if home.is_told and other.is_told:
        needs = [moved(net, (origin, home), (target, each), TABLES).item() for each in (home, other)]
        taken = [each.before_prices([target], TABLES).item() for each in (home, other)]
        assert needs[1] - needs[0] == pytest.approx(taken[1] - taken[0], abs=0.01)


@given(nets, places, costs)
def test_who_stays_has_what_they_have(net: float, place: str, home: HomeCosts) -> None:
    assert moved(net, (place, home), (place, home), TABLES) == pytest.approx(net, abs=1e-6)


def test_an_unknown_rent_is_refused_only_where_it_counts() -> None:
    told, untold = HomeCosts("Austin", 30_000.0, 1, is_told=True), HomeCosts("Austin", None, 1)
    with pytest.raises(UnknownRentError, match="Irvine"):
        moved(100_000.0, ("Austin", told), ("Irvine", told), TABLES)
    assert moved(100_000.0, ("Austin", untold), ("Irvine", untold), TABLES) > 0
