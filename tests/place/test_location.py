"""The same pay in other places: cases worked out apart from the code, laws, and one offer's analysis."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hand_checked import rows
from hypothesis import given, strategies as st
from laws import examples
from strategies import start_dates, wage_lists

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.place_claims import LocationFact, location_facts, marginal_tax
from compkit.analysis.place_requests import load_location_analysis, location_faults
from compkit.analysis.places import LocationAnalysis
from compkit.errors import InputError, UnknownChoiceError
from compkit.offers import load_offers
from compkit.pay.value import Assumptions
from compkit.place.home import HomeCosts
from compkit.place.living import BEDROOMS, yearly_rent
from compkit.place.location import TAX_PARTS, Living, Pay, location_table
from compkit.reference.tables import load_tables
from compkit.tax import TaxTables, TwoStatesError, UntaxedPlaceError, household_tax, taxed_places
from compkit.tax.schedules import FILING_STATUSES

TABLES = load_tables()
LAW = TaxTables(TABLES)
PLACES = taxed_places(LAW)
GUIDE_PLACES = ["Seattle", "San Francisco", "New York", "Austin", "Remote"]
# Groups of places that take the same tax at different prices.
SAME_TAX = (
    ("Austin", "Dallas", "Houston", "Miami", "Tampa", "Nashville", "Las Vegas"),
    ("San Francisco", "San Jose", "Los Angeles", "San Diego", "Sacramento"),
    ("Raleigh", "Durham", "Charlotte"),
)
REPORT_ON = dt.date(2026, 11, 22)

livings = st.sampled_from(
    [*(Living(place, place) for place in PLACES), Living("Jersey City", "Jersey City", "New York")]
)
statuses = st.sampled_from(FILING_STATUSES)
shares = st.none() | st.floats(0, 1)
pays = st.builds(
    lambda totals, start_on, status: Pay(tuple(totals), start_on, status), wage_lists, start_dates, statuses
)


def at(place: str) -> Living:
    return Living(place, place)


def one(pay: Pay, living: Living, home: Living | None, share: float | None = None) -> dict[str, Any]:
    """Return the row of one living."""
    found = location_table(pay, [living], TABLES, home=home, housing_share=share, law=LAW)
    return {str(name): value for name, value in found.iloc[0].items()}


@pytest.mark.parametrize("row", rows("locations"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    pay = Pay(
        (float(row["total_y1"]), float(row["total_y2"])),
        dt.date.fromisoformat(row["start_on"]),
        row["filing_status"],  # type: ignore[arg-type]
    )
    found = one(pay, at(row["place"]), at(row["home"]))
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=0.01, rel=0), row["derivation"]


@given(pays, livings, shares)
def test_at_home_the_equal_pay_is_the_offers_own(pay: Pay, home: Living, share: float | None) -> None:
    found = one(pay, home, home, share)
    assert found["equivalent_salary"] == pytest.approx(pay.gross, rel=1e-9)
    assert found["equivalent_error"] == pytest.approx(0, abs=1e-6)


@given(pays, st.lists(livings, min_size=1, max_size=4), st.sampled_from([None, *BEDROOMS]))
def test_rent_leaves_what_is_kept_and_nothing_else_changes(
    pay: Pay, chosen: list[Living], bedrooms: int | None
) -> None:
    plain = location_table(pay, chosen, TABLES, home=None, law=LAW)
    renting = replace(pay, costs=HomeCosts(bedrooms=bedrooms))
    found = location_table(renting, chosen, TABLES, home=None, law=LAW)
    rent = yearly_rent([living.residence for living in chosen], bedrooms, TABLES)
    np.testing.assert_array_equal(found["rent"], rent)
    np.testing.assert_allclose(found["kept"], found["net"] - rent)
    assert (plain["kept"] == plain["net"]).all()
    others = [name for name in plain.columns if name not in ("rent", "kept")]
    assert plain[others].equals(found[others])


@given(pays, livings)
def test_gross_is_cut_into_taxes_and_what_is_left(pay: Pay, living: Living) -> None:
    found = one(pay, living, None)
    assert found["gross"] == pytest.approx(np.mean(pay.totals))
    assert found["gross"] == pytest.approx(found["tax"] + found["net"])
    assert found["tax"] == pytest.approx(sum(found[name] for name in TAX_PARTS))
    assert all(found[name] >= 0 for name in TAX_PARTS)
    assert found["purchasing_power"] * found["price_level"] / 100 == pytest.approx(found["net"])
    assert math.isnan(found["equivalent_salary"])
    assert math.isnan(found["equivalent_error"])
    last = pay.start_on.year + len(pay.totals) - 1
    assert found["tax_status"] == ("official" if last <= 2026 else "projected")


@given(pays, livings, livings, shares)
def test_the_equal_pay_buys_what_the_offer_buys_at_home(
    pay: Pay, living: Living, home: Living, share: float | None
) -> None:
    """Within what equivalent_error says, and that is less than a cent, steps of the law or not.

    Where tax takes a step it rises, so what is left only ever falls by a step: on the way up from nothing no amount is
    left out, and some pay meets the target exactly.
    """
    found = one(pay, living, home, share)
    target = one(pay, home, None, share)["purchasing_power"]
    factor = found["equivalent_salary"] / pay.gross
    there = one(
        Pay(tuple(factor * total for total in pay.totals), pay.start_on, pay.filing_status), living, None, share
    )
    assert there["purchasing_power"] - target == pytest.approx(found["equivalent_error"], abs=1e-4 + 1e-11 * target)
    assert abs(found["equivalent_error"]) < 0.01


STEPS = [
    # New York City's fixed credit ends at 500,000 of income, the benefit of low rates at 1,077,550 of taxable income.
    ("New York", "single", 500_000, 1_000),
    ("New York", "married_joint", 2_171_400, 10_000),
    ("New York", "single", 1_085_550, 2_000),
    # Illinois's exemption ends at 250,000, Colorado's deduction is limited above 300,000.
    ("Chicago", "single", 250_000, 100),
    ("Denver", "married_joint", 300_000, 100),
    # Connecticut takes back its lower rates in steps of up to 180, California its credit in steps of 12.
    ("Stamford", "married_joint", 400_000, 100),
    ("San Francisco", "married_joint", 521_560, 3),
]


@pytest.mark.parametrize(("place", "status", "wages", "least"), STEPS)
def test_a_step_of_the_law_is_met_exactly(place: str, status: str, wages: int, least: int) -> None:
    """The pay is such that its purchasing power lies amid what the step takes away.

    Two or three amounts meet it: below the step, and above it where what it took is made up for. Which of them is
    found is left open here; in New York they lie up to 6 % apart.
    """
    year = 2026
    around = np.arange(wages - 20.0, wages + 21.0)
    net = household_tax(around, place, status, year, LAW, deduction="best")["net_pay"].to_numpy()
    step = np.diff(net).argmin()
    assert net[step] - net[step + 1] > least
    level_there, level_here = (one(Pay((1.0,), dt.date(year, 1, 1), "single"), at(name), None)["price_level"]
                               for name in (place, "Austin"))  # fmt: skip
    target = (net[step] + net[step + 1]) / 2 / level_there * level_here
    grid = np.linspace(0, 2.0 * wages, 100_001)
    left = household_tax(grid, "Austin", status, year, LAW, deduction="best")["net_pay"].to_numpy()
    pay = Pay((float(np.interp(target, left, grid)),), dt.date(year, 1, 1), status)  # type: ignore[arg-type]
    found = one(pay, at(place), at("Austin"))
    assert abs(found["equivalent_error"]) < 0.01
    assert found["equivalent_salary"] == pytest.approx(wages, rel=0.06)


@examples(10)
@given(pay=pays, group=st.sampled_from(SAME_TAX), home=livings)
def test_of_two_places_with_the_same_tax_the_cheaper_needs_less(pay: Pay, group: tuple[str, ...], home: Living) -> None:
    found = location_table(pay, [at(place) for place in group], TABLES, home=home, law=LAW)
    assert found["net"].nunique() == 1
    ordered = found.sort_values("price_level")["equivalent_salary"].to_numpy()
    assert (np.diff(ordered) > 0).all()


@examples(8)
@given(pay=pays, chosen=st.lists(livings, min_size=2, max_size=5, unique=True), home=livings, share=shares)
def test_a_table_equals_each_living_alone_in_any_order(
    pay: Pay, chosen: list[Living], home: Living, share: float | None
) -> None:
    options = {"home": home, "housing_share": share, "law": LAW}
    there, back = (location_table(pay, order, TABLES, **options) for order in (chosen, chosen[::-1]))  # type: ignore[arg-type]
    amounts = ["gross", *TAX_PARTS, "tax", "net", "price_level", "purchasing_power", "equivalent_salary"]
    assert back[amounts].to_numpy()[::-1] == pytest.approx(there[amounts].to_numpy(), rel=1e-9)
    assert list(back["residence"])[::-1] == list(there["residence"])
    for position, living in enumerate(chosen):
        alone = one(pay, living, home, share)
        assert [alone[name] for name in amounts] == pytest.approx(there.loc[position, amounts].tolist(), rel=1e-9)


def test_no_pay_gives_zeros() -> None:
    pay = Pay((0.0, 0.0), dt.date(2026, 3, 1), "single")
    found = location_table(pay, [at(place) for place in PLACES], TABLES, home=at("Seattle"), law=LAW)
    amounts = found[["gross", *TAX_PARTS, "tax", "net", "purchasing_power", "equivalent_salary", "equivalent_error"]]
    assert not amounts.to_numpy(dtype=float).any()


def test_what_the_tables_do_not_hold() -> None:
    pay = Pay((1e5,), dt.date(2026, 3, 1), "single")
    with pytest.raises(UnknownChoiceError, match="location must be one of"):
        location_table(pay, [Living("Atlantis", "Seattle", "Atlantis")], TABLES, home=None, law=LAW)
    with pytest.raises(UntaxedPlaceError, match=r"Boise has no taxes in compkit's tables\."):
        location_table(pay, [at("Boise")], TABLES, home=None, law=LAW)
    with pytest.raises(UntaxedPlaceError, match="Elsewhere has no taxes and no prices"):
        location_table(pay, [Living("Seattle", "Seattle", "Elsewhere")], TABLES, home=None, law=LAW)
    with pytest.raises(UnknownChoiceError, match="year must be one of"):
        location_table(Pay((1e5,), dt.date(2023, 3, 1), "single"), [at("Austin")], TABLES, home=None, law=LAW)
    with pytest.raises(TwoStatesError):
        location_table(pay, [Living("Boston", "Boston", "New York")], TABLES, home=None, law=LAW)


# One offer's analysis

WORKED: Mapping[str, Any] = {
    "id": "worked", "company": "Amazon", "level": "L6", "location": "Seattle", "start_date": dt.date(2027, 2, 1),
    "base_salary": 175000, "sign_on": [80000, 60000],
    "equity": [{"value": 300000, "grant_price": 200, "vesting": "amazon"}],
}  # fmt: skip
Analyse = Callable[..., LocationAnalysis]


@pytest.fixture
def analysed(tmp_path: Path) -> Analyse:
    """Return what analyses the worked offer with changes, through a file as a person writes it."""

    def analyse(top: Mapping[str, Any] | None = None, options: Mapping[str, Any] | None = None,
                **changes: Any) -> LocationAnalysis:  # fmt: skip
        path = tmp_path / "offers.yaml"
        path.write_text(yaml.safe_dump({**(top or {}), "offers": [{**WORKED, **changes}]}), encoding="utf-8")
        evaluation = Evaluation(load_offers(path)[0], TABLES, Assumptions(), REPORT_ON)
        return LocationAnalysis(evaluation, **(options or {}))

    return analyse


def test_home_of_a_job_on_site(analysed: Analyse) -> None:
    found = analysed({"candidate": {"residence": "Denver"}})
    assert found.home == found.own == Living("Seattle", "Seattle")
    assert [living.place for living in found.livings] == GUIDE_PLACES
    assert found.livings[-1] == Living("Remote", "Denver")
    assert found.left_out == []
    assert found.table["equivalent_salary"].iloc[0] == found.pay.gross


def test_remote_without_a_residence_is_lived_where_the_job_is(analysed: Analyse) -> None:
    assert analysed().livings[-1] == Living("Remote", "Seattle")


def test_home_of_a_remote_job(analysed: Analyse) -> None:
    """The offer's residence comes before the candidate's; Remote stands once, first."""
    found = analysed({"candidate": {"residence": "Seattle"}}, location="Remote", residence="Denver")
    assert found.home == Living("Remote", "Denver")
    assert [living.place for living in found.livings] == ["Remote", *GUIDE_PLACES[:4]]
    denver = one(found.pay, at("Denver"), None)
    assert found.table["net"].iloc[0] == pytest.approx(denver["net"])
    assert analysed({"candidate": {"residence": "Austin"}}, location="Remote").home == Living("Remote", "Austin")


def test_home_across_the_river(analysed: Analyse) -> None:
    """Lives in New Jersey, works in New York: New York's state tax, which is the greater, and no city's."""
    found = analysed(location="New York", residence="Jersey City")
    assert found.home == Living("Jersey City", "Jersey City", "New York")
    assert [living.place for living in found.livings] == ["Jersey City", *GUIDE_PLACES]
    assert found.table["local_income_tax"].iloc[0] == 0
    assert found.table["state_income_tax"].iloc[0] == pytest.approx(
        one(found.pay, at("New York"), None)["state_income_tax"]
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"location": "Boise"}, "Boise: Boise has no taxes"),
        ({"location": "New York", "residence": "Boston"}, "Boston: living in Boston and working in New York is taxed"),
    ],
)
def test_an_offer_whose_tax_is_not_known(analysed: Analyse, changes: dict[str, Any], said: str) -> None:
    found = analysed({"candidate": {"residence": "Austin"}}, **changes)
    assert found.home is None
    assert found.years is None
    assert found.cash_plan is None
    assert len(found.left_out) == 1
    assert found.left_out[0].startswith(said)
    assert [living.place for living in found.livings] == GUIDE_PLACES
    assert found.table["equivalent_salary"].isna().all()
    assert found.table["net"].gt(0).all()


def test_places_are_ranked_by_what_is_kept(analysed: Analyse) -> None:
    """From most to least; remote work from the offer's own place keeps the same and is left out; the table stays."""
    found = analysed(options={"more_places": ("Denver",)})
    kept = found.ranked["kept"].tolist()
    assert kept == sorted(kept, reverse=True)
    assert [living.place for living in found.ranked_livings] == found.ranked["place"].tolist()
    places = found.ranked["place"].tolist()
    assert sorted(places) == sorted({*found.table["place"]} - {"Remote"})
    assert found.table["place"].iloc[0] == "Seattle"


@pytest.mark.parametrize(
    ("status", "options", "bedrooms"),
    [("single", {}, 1), ("married_joint", {}, 2), ("head_of_household", {}, 2), ("single", {"bedrooms": 3}, 3)],
)
def test_bedrooms_follow_the_household_unless_given(
    status: str, options: dict[str, Any], bedrooms: int, analysed: Analyse
) -> None:
    """In Seattle 2,146, 2,501 and 3,272 a month."""
    found = analysed({"candidate": {"filing_status": status}}, options)
    assert found.home_costs.bedrooms == bedrooms
    own = found.table.iloc[0]
    assert own["rent"] == 12 * {1: 2146, 2: 2501, 3: 3272}[bedrooms]
    assert own["kept"] == own["net"] - own["rent"]


@pytest.mark.parametrize(
    ("household", "options", "rent"),
    [
        ({"children": 1}, {}, 12 * 2501),
        ({"property_tax": 9000}, {}, 0),
        ({"mortgage_interest": 9000}, {"bedrooms": 1}, 12 * 2146),
    ],
)
def test_children_need_a_room_and_owners_pay_no_rent(
    household: dict[str, Any], options: dict[str, Any], rent: float, analysed: Analyse
) -> None:
    found = analysed({"candidate": {"household": household}}, options)
    assert found.table["rent"].iloc[0] == rent
    assert found.table["kept"].iloc[0] == found.table["net"].iloc[0] - rent


def test_places_asked_for_stand_first_and_once(analysed: Analyse) -> None:
    found = analysed(options={"more_places": ("Denver", "Austin", "Denver", "Seattle")})
    assert [living.place for living in found.livings] == [
        "Seattle",
        "Denver",
        "Austin",
        "San Francisco",
        "New York",
        "Remote",
    ]


def test_the_years_at_home_make_up_the_table(analysed: Analyse) -> None:
    """Totals 270,000, 280,000, 295,000 and 295,000 of the guide's example, in tax years 2027 to 2030."""
    found = analysed()
    assert found.pay.totals == (270_000, 280_000, 295_000, 295_000)
    assert found.years is not None
    assert list(found.years["tax_year"]) == [2027, 2028, 2029, 2030]
    assert found.years["net"].mean() == pytest.approx(found.table["net"].iloc[0])
    assert found.cash_plan is not None
    assert list(found.cash_plan.index) == [2027, 2028, 2029, 2030]


def test_bands_are_the_guides_whatever_research_the_offer_has(analysed: Analyse) -> None:
    """Seattle 170,000 to 190,000: 175,000 lies within; San Francisco begins at 180,000, Remote ends at 180,000."""
    researched = [{"measure": "base_salary", "p25": 1e5, "p50": 11e4, "p75": 12e4, "n": 3, "source": "mine"}]
    posted = {"low": 100000, "high": 120000}
    plain, found = (analysed(**changes).bands for changes in ({}, {"posted_base": posted, "market": researched}))
    base = found[found["component"] == "base_salary"].set_index("place")
    assert list(base.index) == GUIDE_PLACES
    assert set(base["source"]) == {"guide"}
    assert base["low"].tolist() == [170_000, 180_000, 175_000, 165_000, 160_000]
    assert base["verdict"].tolist() == ["within", "below", "within", "within", "within"]
    assert base.loc["Remote", "penetration"] == pytest.approx(0.75)
    assert found.equals(plain)


def test_facts_by_hand(analysed: Analyse) -> None:
    """Middles of the L6 bands: Seattle's base 180,000 and remote 170,000; 257,500 and 237,500 with stock."""
    facts = {(fact.place, fact.statement): fact for fact in location_facts(analysed())}
    base = facts["Remote", "base salary, below Seattle"]
    assert base.computed == pytest.approx(1 - 170 / 180)
    assert (base.low, base.high, base.verdict) == (0.1, 0.15, "too high")
    assert facts["Remote", "base and a quarter of the grant, below Seattle"].computed == pytest.approx(
        1 - 237.5 / 257.5
    )
    california = facts["San Francisco", "top rate of the state"]
    assert california.computed == pytest.approx(0.133)
    assert california.verdict == "holds"
    new_york = facts["New York", "top rate of state and city"]
    assert new_york.computed == pytest.approx(0.109 + 0.03876)
    assert new_york.verdict == "too low"


def test_the_worth_of_no_income_tax_by_hand(analysed: Analyse) -> None:
    """All income taxes in San Francisco less those in Seattle; the federal one falls where state tax is itemized."""
    found = analysed()
    table = found.table.set_index("place")
    names = ["federal_income_tax", "state_income_tax", "local_income_tax"]
    facts = {fact.statement: fact for fact in location_facts(found) if fact.place == "Seattle"}
    for place in ("San Francisco", "New York"):
        fact = facts[f"no state income tax, a year, against {place}"]
        assert fact.computed == pytest.approx(table.loc[place, names].sum() - table.loc["Seattle", names].sum())

        assert fact.own == pytest.approx(table.loc[place, "tax"] - table.loc["Seattle", "tax"])


def test_no_income_tax_is_held_against_the_offers_own_place_and_the_guides(analysed: Analyse) -> None:
    """Denver, only asked for, is none of them, and Austin takes no income tax either."""

    def against(**changes: Any) -> set[str]:
        facts = location_facts(analysed(options={"more_places": ("Denver",)}, **changes))
        return {fact.statement.partition(" against ")[2] for fact in facts if fact.place == "Seattle"}

    assert against(location="Boston") == {"Boston", "San Francisco", "New York"}
    assert against(location="Austin") == {"San Francisco", "New York"}
    assert "Jersey City, job in New York" in against(location="New York", residence="Jersey City")


@pytest.mark.parametrize(
    ("unit", "computed", "verdict"),
    [
        ("USD", 0.25, "holds"), ("USD", 0.0, "holds"), ("USD", -0.25, "holds"), ("USD", -0.26, "too high"),
        ("USD", 1.0, "holds"), ("USD", 1.01, "too low"),
        ("fraction", 0.2496, "holds"), ("fraction", 0.24948, "too high"),
        ("fraction", 0.5004, "holds"), ("fraction", 0.50052, "too low"),
    ],
)  # fmt: skip
def test_a_statement_holds_as_it_is_printed(unit: Any, computed: float, verdict: str) -> None:
    """A quarter to a half: dollars are printed whole, shares to a tenth of a percent."""
    assert LocationFact("Austin", "a share", "a-claim", 0.25, 0.5, computed, unit, "").verdict == verdict
    assert LocationFact("Austin", "a share", "a-claim", None, None, computed, unit, "").verdict == "holds"


def test_the_next_dollars_state_tax_by_hand(analysed: Analyse) -> None:
    """2026, single, 150,000 a year: California takes 9.3 % from 75,197 to 384,109 of taxable income."""
    found = analysed(base_salary=150000, sign_on=[], equity=[], start_date=dt.date(2026, 1, 1))
    facts = {fact.statement: fact for fact in location_facts(found)}
    assert facts["top rate of the state"].own == pytest.approx(0.093)
    assert facts["top rate of the state"].why == "The highest rate in the tables of 2026."


def test_the_next_dollars_tax_by_hand(analysed: Analyse) -> None:
    """2026 in Austin, 150,000 a year: 24 % of income tax, 6.2 % and 1.45 %."""
    found = analysed(location="Austin", base_salary=150000, sign_on=[], equity=[], start_date=dt.date(2026, 1, 1))
    assert marginal_tax(found, at("Austin")) == pytest.approx(0.24 + 0.0765)


@pytest.mark.parametrize(
    ("start_date", "names"),
    [
        # Of 2026, the tables take figures of these four from elsewhere than the publisher's own notice; of 2025 the
        # federal ones, too. Texas has no tax, and places that the offer is not compared with do not count.
        (dt.date(2026, 2, 1), {"Washington", "California", "New York State", "New York City"}),
        (dt.date(2025, 2, 1), {"United States", "Washington", "California", "New York State", "New York City"}),
    ],
)
def test_unverified_taxes_are_those_of_the_years_and_places_shown(
    analysed: Analyse, start_date: dt.date, names: set[str]
) -> None:
    assert set(analysed(start_date=start_date).unverified_taxes) == names


@pytest.mark.parametrize("schedules", [["amazon", "amazon"], ["amazon", None], [None, None]])
def test_a_grant_without_a_schedule_makes_the_plan_a_guess(analysed: Analyse, schedules: list[str | None]) -> None:
    grants = [{"value": 300000} | ({"vesting": name} if name else {}) for name in schedules]
    notes = analysed(equity=grants).plan_notes
    assert any("no vesting schedule" in note for note in notes) is (None in schedules)


def test_wages_given_beside_the_file_have_tax_withheld(analysed: Analyse) -> None:
    """A start on 15 January without a current job in the file: the earlier wages had half a month's withholding."""
    without, found = (
        analysed(options={"earlier_wages": wages}, start_date=dt.date(2027, 1, 15)).cash_plan for wages in (0.0, 8e3)
    )
    assert without is not None
    assert found is not None
    assert found["earlier_wages"].iloc[0] == 8_000
    assert found["federal_withheld"].iloc[0] > without["federal_withheld"].iloc[0]


def test_a_transfers_earlier_wages_are_the_same_employers(analysed: Analyse) -> None:
    """Above the cap twice over, and nothing withheld twice, whether the file has the current job or not."""
    for top in ({}, {"candidate": {"current": {"base_salary": 400000}}}):
        found = analysed(top, {"earlier_wages": 2e5}, candidate_type="internal", start_date=dt.date(2027, 6, 1))
        assert found.cash_plan is not None
        assert found.cash_plan["social_security_excess"].iloc[0] == 0


# What is asked for


def test_all_that_is_wrong_is_told_at_once() -> None:
    faults = location_faults(TABLES, ("Seatle", "Boise", "Austin"), math.nan, -1.0)
    assert [fault.field for fault in faults] == ["place", "place", "housing_share", "earlier_wages"]
    assert "Did you mean 'Seattle'?" in faults[0].message
    assert location_faults(TABLES, ("Austin",), 0.3, 0.0) == []


def test_a_file_is_loaded_with_places_separated_by_semicolons(tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [dict(WORKED)]}), encoding="utf-8")
    asked = {"report_date": "2026-11-22", "more_places": " Denver ;; Boston"}
    found = load_location_analysis(str(path), "worked", **asked)
    assert [living.place for living in found.livings] == ["Seattle", "Denver", "Boston", *GUIDE_PLACES[1:]]
    with pytest.raises(InputError, match=r"housing_share must be between 0 and 1 .0.4 means 40%., got 2"):
        load_location_analysis(str(path), "worked", **asked, housing_share=2.0)


@pytest.mark.parametrize(("office", "asks"), [(None, True), ("Seattle", False), ("New York", False)])
def test_the_page_asks_for_an_unknown_office_alone(tmp_path: Path, office: str | None, asks: bool) -> None:  # noqa: FBT001
    """As the commands do: an office where the candidate lives is known, too."""
    path = tmp_path / "offers.yaml"
    given = f", assigned_office: {office}" if office else ""
    path.write_text(
        "offers: [{id: one, company: Acme, level: L6, location: Remote, residence: Seattle, base_salary: 150000"
        f"{given}}}]\n"
    )
    assert (load_location_analysis(str(path), "one").office_question is not None) is asks
