"""Tax on wages: cases worked out apart from the code, limit cases, and laws."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hand_checked import rows as cases
from hypothesis import given, strategies as st

from compkit.cli import run
from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.reference.tables import load_tables
from compkit.tax import (
    RESULT_COLUMNS,
    TaxTables,
    TwoStatesError,
    bracket_tax,
    employment_year_tax,
    household_tax,
    taxed_places,
)
from compkit.tax.schedules import FILING_STATUSES, Rounding

LAW = TaxTables(load_tables())
LAWS = (LAW, TaxTables(load_tables(), washington_2028=True))
PLACES = taxed_places(LAW)
# Where no credit or exemption is lost as a whole at one income, and no recapture begins with a jump. Connecticut is not
# among them: it takes back exemption, lower rates and credit in steps, of at most 180 (joint, above 400,000).
SMOOTH_PLACES = ("Seattle", "Austin", "Boston", "Atlanta", "Raleigh", "Jersey City", "Phoenix", "Ann Arbor")
PARTS = RESULT_COLUMNS[:6]

wages = st.floats(min_value=0, max_value=3e7, allow_nan=False)
places = st.sampled_from(PLACES)
statuses = st.sampled_from(FILING_STATUSES)
years = st.sampled_from(LAW.years)
earners = st.sampled_from([1, 2])
deductions = st.sampled_from(["standard", "best"])


def one(
    pay: float, place: str, status: str = "single", year: int = 2025, law: TaxTables = LAW, **options: Any
) -> dict[str, Any]:
    """Return the tax of one household."""
    return {str(name): value for name, value in household_tax(pay, place, status, year, law, **options).iloc[0].items()}


@pytest.mark.parametrize("row", cases("tax"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Within a cent; New York within a dollar, whose law rounds its printed schedule."""
    found = one(
        float(row["wages"]),
        row["location"],
        row["filing_status"],
        int(row["year"]),
        LAWS[row["washington_2028"] == "true"],
        deduction=row["deduction"],
        n_earners=int(row["earners"]),
        work_place=row["work_place"] or None,
        is_remote=row["remote"] == "true",
    )
    tolerance = 1.0 if "New York" in (row["location"], row["work_place"]) else 0.01
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=tolerance, rel=0), row["derivation"]


AT_A_THRESHOLD = [
    # The deduction falls to 12,000 (2026, joint: 2,000) from 300,000 on: 4.4 % of 1 + 3,750, of 1 + 30,200.
    ("Denver", "single", 2025, 300_000, "state_income_tax", 165.044, 0.044),
    ("Denver", "married_joint", 2026, 300_000, "state_income_tax", 1328.844, 0.044),
    # The exemption of 2,850 (joint: 5,700) is lost above the limit: 4.95 % of 1 + 2,850, of 1 + 5,700.
    ("Chicago", "single", 2025, 250_000, "state_income_tax", 0.0495, 141.1245),
    ("Chicago", "married_joint", 2025, 500_000, "state_income_tax", 0.0495, 282.1995),
    # The fixed credit of 63 ends above 250,000, the reduction of rates above 500,000: 0.171 % of 12,000 and 0.228 % of
    # 480,000 make 1,114.92.
    ("New York", "single", 2025, 250_000, "local_income_tax", 0.03648, 63.03648),
    ("New York", "single", 2025, 500_000, "local_income_tax", 0.03648, 1114.95876),
    # Taxable 215,400 exactly is taxed flat (6 % of all); above it 1,831 are taken back by (223,401 - 215,400) / 50,000,
    # to four digits 0.1600: 292.96.
    ("New York", "single", 2025, 223_400, "state_income_tax", 0.06, 293.0285),
    # The first step of the exemption credit.
    ("San Francisco", "single", 2025, 252_203, "state_income_tax", 0.093, 6.093),
    # 1,083,150 with the exemption of 4,400 and the deduction of 2,000.
    ("Boston", "single", 2025, 1_089_550, "state_income_tax", 0.05, 0.09),
    ("Seattle", "single", 2025, 200_000, "medicare", 0.0145, 0.0235),
    ("Seattle", "married_joint", 2025, 250_000, "medicare", 0.0145, 0.0235),
    ("Seattle", "single", 2025, 176_100, "social_security", 0.062, 0.0),
    ("San Francisco", "single", 2025, 500_000, "deduction", 0.0, -0.3),
    ("San Francisco", "single", 2026, 505_000, "deduction", 0.0, -0.3),
]


@pytest.mark.parametrize(("place", "status", "year", "at", "figure", "up_to_it", "beyond_it"), AT_A_THRESHOLD)
def test_a_threshold_and_a_dollar_to_both_sides(
    place: str, status: str, year: int, at: float, figure: str, up_to_it: float, beyond_it: float
) -> None:
    """What the last dollar up to a threshold costs, and the first beyond it."""
    deduction = "best" if figure == "deduction" else "standard"
    below, exact, above = (one(at + more, place, status, year, deduction=deduction)[figure] for more in (-1, 0, 1))
    assert (exact - below, above - exact) == pytest.approx((up_to_it, beyond_it), abs=1e-6)


def test_each_income_tax_has_a_hand_worked_case() -> None:
    """A row of tax.csv about the tax itself, or about the total of somebody who pays it."""
    tables = load_tables()
    taxes = {place: {"US"} for place in PLACES}
    for row in tables.rows("place_taxes"):
        taxes[row["place"]].add(row["jurisdiction"])
    figures = {"federal": "federal_income_tax", "state": "state_income_tax", "city": "local_income_tax"}
    worked = {
        (code, row["figure"])
        for row in cases("tax")
        for code in taxes[row["location"]] | taxes[row["work_place"] or row["location"]]
    }
    for row in tables.rows("tax_jurisdictions"):
        if row["has_wage_income_tax"]:
            assert worked & {(row["jurisdiction"], figures[row["kind"]]), (row["jurisdiction"], "total")}, row["name"]


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
    assert found["status"] == ("official" if year <= 2026 else "projected")


@given(pay=st.floats(0, 3e6), place=st.sampled_from(SMOOTH_PLACES), status=statuses, year=years, deduction=deductions)
def test_the_marginal_rate_stays_below_one(pay: float, place: str, status: str, year: int, deduction: str) -> None:
    less, greater = household_tax([pay, pay + 100], place, status, year, LAW, deduction=deduction)["total"]  # type: ignore[arg-type]
    assert greater - less < 100


@given(pay=st.floats(0, 3e6), status=statuses, year=years)
def test_connecticuts_steps_are_at_most_180(pay: float, status: str, year: int) -> None:
    """Beside the 6.99 % of its top bracket: the joint middle recapture, 180 for each 10,000 above 400,000."""
    less, greater = household_tax([pay, pay + 100], "Stamford", status, year, LAW)["state_income_tax"]
    assert greater - less <= 180 + 6.99 + 1e-6


def test_connecticuts_largest_step_is_180() -> None:
    """Joint, 400,000: 180 of recapture, 6.5 cents of the dollar above."""
    at, above = household_tax([400_000, 400_001], "Stamford", "married_joint", 2025, LAW)["state_income_tax"]
    assert above - at == pytest.approx(180.065)


@pytest.mark.parametrize("year", LAW.years)
@pytest.mark.parametrize("status", FILING_STATUSES)
def test_connecticuts_credit_falls_to_nothing_where_the_law_ends_it(status: str, year: int) -> None:
    connecticut = LAW.law("CT", year, status)
    shares = connecticut.amounts_by_threshold("income", "personal_credit_rate_above")
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert list(shares.items())[-1] == (connecticut.value("income", "personal_credit_ends"), 0.0)
    # Whoever has no credit rate yet has no tax either.
    assert next(iter(shares)) == connecticut.value("income", "exemption")


@given(pay=wages, place=places, status=statuses, year=years)
def test_the_best_deduction_never_costs_more(pay: float, place: str, status: str, year: int) -> None:
    """Where the state follows the federal choice, in total; elsewhere the state's tax stays as it is."""
    standard, best = (one(pay, place, status, year, deduction=name) for name in ("standard", "best"))
    assert best["total"] <= standard["total"] + 1e-9
    if not LAW.depends_on_federal_choice(place, has_deductions=False):
        assert best["federal_income_tax"] <= standard["federal_income_tax"] + 1e-9
        assert best["deduction"] >= standard["deduction"]
        assert best["state_income_tax"] == standard["state_income_tax"]


@given(pay=wages, place=places, year=years)
def test_two_earners_pay_at_most_one_more_wage_base(pay: float, place: str, year: int) -> None:
    """Social Security of two equal earners lies at most 6.2 % of one wage base above that of one with their sum."""
    # A projected base is rounded to a multiple of 300: at most 150 up.
    projected = 192_300 * 1.035 ** max(0, year - 2027) + 150
    base = {2024: 168_600, 2025: 176_100, 2026: 184_500, 2027: 192_300}.get(year, projected)
    one_earner, two = (one(pay, place, "married_joint", year, n_earners=n)["social_security"] for n in (1, 2))
    assert -1e-9 <= two - one_earner <= 0.062 * base + 1e-6


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
        ({"place": "Atlantis"}, "location must be one of \\d+ names, got 'Atlantis'"),
        ({"status": "widowed"}, "filing_status must be one of single, married_joint, head_of_household"),
        ({"year": 2023}, "year must be one of 2024, 2025, 2026"),
        ({"year": 2039}, "year must be one of 2024, 2025, 2026"),
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
        (("--location", "Remote"), "must be the city where you live, not Remote"),
        (("--location", "Boise"), "location must be a place whose taxes we know"),
        (("--year", "2023"), "year must be from 2024 to 2038, got 2023."),
        (("--year", "2039"), "year must be from 2024 to 2038, got 2039."),
        (("--wages", "-5"), "wages must be 0 or more, got -5."),
        (("--wages", "nan"), "wages must be 0 or more, got nan."),
        (
            ("--option-spread", "-4"),
            "option-spread must be 0 or more, got -4. Leave it out if the value is below the strike.",
        ),
    ],
)
def test_the_command_refuses(capsys: pytest.CaptureFixture[str], changed: tuple[str, str], said: str) -> None:
    given_options = {"--wages": "1000", "--location": "Seattle", "--year": "2025"} | dict([changed])
    assert run(["tax", *(text for pair in given_options.items() for text in pair)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_the_command_does_not_offer_a_place_it_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    """Elsewhere stands for any place in an offers file, but no tables tax it."""
    assert run(["tax", "--wages", "1000", "--location", "London", "--year", "2025"]) == 2
    said = capsys.readouterr().err
    assert "location must be a place we know, got 'London'." in said
    assert "Elsewhere" not in said


def test_a_projected_year_is_indexed_where_the_law_indexes() -> None:
    """2.5 % a year on the standard deduction, down to 50; 3.5 % on the wage base of 2027, to the nearest 300."""
    # 16,100 x 1.050625 = 16,915.06; 192,300 x 1.071225 = 205,996.57.
    assert one(6e5, "Seattle", year=2028)["deduction"] == 16_900
    assert one(6e5, "Seattle", year=2029)["social_security"] == pytest.approx(0.062 * 206_100)
    # Additional Medicare begins at 200,000 for ever: 1.45 % of 600,000 and 0.9 % of 400,000.
    assert one(6e5, "Seattle", year=2035)["medicare"] == pytest.approx(8_700 + 3_600)


def test_dated_enactments_hold_in_projected_years() -> None:
    """New York cuts its five lowest rates in 2027; the federal cap falls to 10,000 in 2030, so standard is best."""
    # 2027, single, taxable 92,000: 323 + 137.60 + 111.10 + 3,537.75 + 5.8 % of 11,350, at an income under 107,650.
    assert one(1e5, "New York", year=2027)["state_income_tax"] == pytest.approx(4_767.75, abs=0.01)
    assert one(4.5e5, "New York", year=2030, deduction="best")["deduction"] == 17_750  # 16,100 x 1.1038 = 17,771.39


@pytest.mark.parametrize("year", [year for year in LAW.years if year >= 2026])
def test_levies_that_follow_the_social_security_base(year: int) -> None:
    base = LAW.law("US", year, "single").value("social_security", "wage_cap")
    caps = {code: LAW.law(code, year, "single").value(levy, "wage_cap")
            for code, levy in (("WA", "pfml"), ("MA", "pfml"), ("CO", "famli"), ("CT", "paid_leave"))}  # fmt: skip
    assert caps == dict.fromkeys(caps, base)
    # Minnesota rounds to 1,000, here from its own amount before.
    assert LAW.law("MN", year, "single").value("paid_leave", "wage_cap") == pytest.approx(base, abs=1_000)


@pytest.mark.parametrize("status", FILING_STATUSES)
@pytest.mark.parametrize("year", [2026, 2027, 2028, 2029])
def test_deductions_that_follow_the_federal_one(year: int, status: str) -> None:
    """Those of three states in every year, the District of Columbia's from 2030: as far as its rows are in step."""
    follow = {"CO": year, "AZ": year, "MO": year, "DC": 2030}
    for code, of_year in follow.items():
        federal = LAW.law("US", of_year, status).value("income", "standard_deduction")
        assert LAW.law(code, of_year, status).value("income", "standard_deduction") == federal


@pytest.mark.parametrize("year", [year for year in LAW.years if year >= 2026])
def test_joint_thresholds_are_twice_the_single_ones(year: int) -> None:
    """The first six federal rates, all of California's, and both deductions."""
    for code, n_rates in (("US", 6), ("CA", 9)):
        single, joint = (LAW.brackets(code, "income", year, status)[0] for status in ("single", "married_joint"))
        assert joint[:n_rates] == [2 * threshold for threshold in single[:n_rates]]
        deductions = [LAW.law(code, year, status).value("income", "standard_deduction")
                      for status in ("single", "married_joint")]  # fmt: skip
        assert deductions[1] == 2 * deductions[0]


@given(amount=st.floats(1, 1e7), step=st.sampled_from([1.0, 2.0, 25.0, 50.0, 300.0, 1000.0]))
def test_rounding_goes_to_a_multiple_next_to_the_amount(amount: float, step: float) -> None:
    down, up, nearest = (Rounding(step, direction).round(amount) for direction in ("down", "up", "nearest"))
    assert down - 1e-3 <= amount <= up + 1e-3
    assert up - down in (0.0, step)
    assert nearest in (down, up)
    assert abs(nearest - amount) <= step / 2 + 1e-3
    assert down % step == up % step == 0.0


@pytest.mark.parametrize(
    ("code", "year", "is_unverified"), [("CA", 2026, True), ("US", 2026, False), ("US", 2025, True)]
)
def test_one_unverified_figure_makes_a_jurisdictions_year_unverified(code: str, year: int, is_unverified: bool) -> None:  # noqa: FBT001
    """Most of the federal figures of 2025 are verified; all of 2026 are."""
    assert ((code, year) in LAW.unverified) is is_unverified


def test_what_is_announced_for_2027_does_not_make_it_published() -> None:
    """The federal tables of 2027 are not out: its results are projected, with the levies as announced."""
    assert LAW.last_published_year == 2026
    assert [one(1e5, "Jersey City", year=year)["status"] for year in (2026, 2027)] == ["official", "projected"]
    assert list(LAW.years_behind(2028)) == [2026, 2027, 2028]
    assert list(LAW.years_behind(2025)) == [2025]


def test_living_in_new_jersey_and_working_in_new_york() -> None:
    """New York's 20,002.10 exceeds New Jersey's 2,651.25 + 6.37 % of 224,000, which the credit takes off whole."""
    found = one(3e5, "Jersey City", work_place="New York")
    assert found["state_income_tax"] == pytest.approx(20_002.00, abs=1)
    assert found["local_income_tax"] == 0.0
    assert found["state_payroll_tax"] == one(3e5, "New York")["state_payroll_tax"]
    assert one(3e5, "Jersey City")["state_income_tax"] == pytest.approx(16_920.05, abs=0.01)


AT_HOME_ONLY = [
    ("Arlington VA", "Washington DC"),
    ("Washington DC", "Arlington VA"),
    ("Arlington VA", "Philadelphia"),
    ("Philadelphia", "Jersey City"),
    ("Jersey City", "Philadelphia"),
    ("Chicago", "Detroit"),
    ("Detroit", "Minneapolis"),
    ("Minneapolis", "Ann Arbor"),
    ("Bethesda", "Washington DC"),
    ("Washington DC", "Bethesda"),
    ("Baltimore", "Arlington VA"),
    ("Arlington VA", "Columbia MD"),
    ("Philadelphia", "Towson"),
    ("Towson", "Philadelphia"),
    ("New York", "Washington DC"),
    ("Boston", "Austin"),
    ("Austin", "Miami"),
]


@given(pay=wages, pair=st.sampled_from(AT_HOME_ONLY), status=statuses, year=years)
def test_some_commuters_pay_income_tax_at_home_only(pay: float, pair: tuple[str, str], status: str, year: int) -> None:
    """By agreement, or because the state of work taxes no nonresidents; levies follow the work."""
    home, work = pair
    found = one(pay, home, status, year, work_place=work)
    at_home, at_work = one(pay, home, status, year), one(pay, work, status, year)
    assert found["state_income_tax"] == pytest.approx(at_home["state_income_tax"])
    assert found["local_income_tax"] == pytest.approx(at_home["local_income_tax"])
    assert found["state_payroll_tax"] == pytest.approx(at_work["state_payroll_tax"])


TAXED_ALIKE = [
    ("Oakland", "San Francisco"), ("Cupertino", "Mountain View"), ("Cambridge", "Boston"), ("Redmond", "Bellevue"),
    ("Kirkland", "Bellevue"), ("Hoboken", "Jersey City"), ("Reston", "Arlington VA"),
]  # fmt: skip


@given(pay=wages, pair=st.sampled_from(TAXED_ALIKE), status=statuses, year=years, deduction=deductions)
def test_a_suburb_is_taxed_by_its_own_state_and_no_city(
    pay: float, pair: tuple[str, str], status: str, year: int, deduction: str
) -> None:
    """As its neighbor in the same state; Hoboken and Oakland owe nothing to New York and San Francisco."""
    suburb, neighbor = (one(pay, place, status, year, deduction=deduction) for place in pair)
    assert suburb == neighbor
    assert suburb["local_income_tax"] == 0.0


@given(pay=wages, home=st.sampled_from(["Stamford", "Jersey City", "Austin"]), status=statuses, year=years)
def test_remote_work_for_a_new_york_office_is_taxed_there(pay: float, home: str, status: str, year: int) -> None:
    """20 NYCRR 132.18(a): income tax as if the work were done in New York, levies where it is done."""
    remote = one(pay, home, status, year, work_place="New York", is_remote=True)
    commuting, at_home = one(pay, home, status, year, work_place="New York"), one(pay, home, status, year)
    assert remote["state_income_tax"] == pytest.approx(commuting["state_income_tax"])
    assert remote["state_payroll_tax"] == pytest.approx(at_home["state_payroll_tax"])


@given(pay=wages, home=places, work=places, status=statuses, year=years)
def test_remote_work_for_any_other_office_is_taxed_at_home(
    pay: float, home: str, work: str, status: str, year: int
) -> None:
    if work != "New York":
        remote = one(pay, home, status, year, work_place=work, is_remote=True)
        assert remote == one(pay, home, status, year)


PAIRS_REFUSED = [
    ("San Francisco", "New York"),
    ("New York", "Newark"),
    ("New York", "Stamford"),
    ("Stamford", "Boston"),
    ("Stamford", "Jersey City"),
    ("Jersey City", "Stamford"),
]


@pytest.mark.parametrize(("home", "work"), PAIRS_REFUSED)
def test_other_pairs_of_states_are_refused(home: str, work: str) -> None:
    said = (
        f"living in {home} and working in {work} is taxed by two states, and how they share is known only for CT and "
    )
    with pytest.raises(TwoStatesError, match=said):
        one(1e5, home, work_place=work)


@given(pay=wages, place=places, status=statuses, year=years, n_earners=earners, deduction=deductions)
def test_the_tax_of_2028_is_washingtons_and_of_nobody_before(
    pay: float, place: str, status: str, year: int, n_earners: int, deduction: str
) -> None:
    """9.9 % above a million a household; the federal cap is at its floor there, so the deduction stays as it is."""
    options = {"n_earners": n_earners, "deduction": deduction}
    without, counted = (one(pay, place, status, year, law, **options) for law in LAWS)
    applies = "WA" in LAW.of_place[place] and year >= 2028
    more = 0.099 * max(0.0, pay - 1e6) if applies else 0.0
    assert counted["state_income_tax"] == pytest.approx(without["state_income_tax"] + more)
    assert counted["total"] == pytest.approx(without["total"] + more)
    assert counted["deduction"] == without["deduction"]


def test_an_employment_year_from_2028_can_count_washingtons_tax() -> None:
    """9.9 % of 500,000 in the year that begins in 2028, nothing in the one that begins in 2027."""
    begin = dt.date(2027, 6, 1)
    without, counted = (employment_year_tax([1.5e6, 1.5e6], begin, "Seattle", "single", law)["tax"] for law in LAWS)
    assert (counted - without).tolist() == pytest.approx([0.0, 49_500.0])


@pytest.mark.parametrize(
    ("place", "year", "said"),
    [
        ("Seattle", "2028", "counts Washington's 9.9% of wages above $1,000,000"),
        ("Seattle", "2027", "--washington-2028 changes nothing here"),
        ("Austin", "2028", "--washington-2028 changes nothing here"),
    ],
)
def test_the_command_says_whether_washingtons_tax_counts(
    capsys: pytest.CaptureFixture[str], place: str, year: str, said: str
) -> None:
    arguments = ["tax", "--wages", "1500000", "--location", place, "--year", year]
    assert run([*arguments, "--washington-2028"]) == 0
    assert said in capsys.readouterr().out
    assert run(arguments) == 0
    assert "ashington's 9.9%" not in capsys.readouterr().out


def test_the_commands_json_tells_of_washingtons_tax(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["tax", "--wages", "1500000", "--location", "Seattle", "--year", "2028", "--json"]
    assert run([*arguments, "--washington-2028"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["washington_2028"], found["state_income_tax"]) == (True, pytest.approx(49_500))
    assert run(arguments) == 0
    found = json.loads(capsys.readouterr().out)
    assert "washington_2028" not in found
    assert found["state_income_tax"] == 0.0


OFFER = """offers:
- {id: a, company: Acme, level: L6, location: LOCATION, base_salary: 100000, start_date: 2025-01-01MORE}
"""


def after_tax(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], location: str, more: str = ""
) -> tuple[int, str, str]:
    """Run evaluate --after-tax --json on one offer; return its exit code and what it said."""
    path = tmp_path / "offers.yaml"
    path.write_text(OFFER.replace("LOCATION", location).replace("MORE", more), encoding="utf-8")
    code = run(["evaluate", str(path), "--after-tax", "--years", "3", "--json"])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_evaluate_after_tax(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2025: 84,250 taxable, 5,578.50 + 22 % of 35,775 is 13,449; with 7.65 % of 100,000 it is 21,099."""
    code, out, _ = after_tax(tmp_path, capsys, "Austin")
    assert code == 0
    years = json.loads(out)["offers"][0]["years"]
    assert (years[0]["tax"], years[0]["net"]) == pytest.approx((21_099, 78_901))
    assert [year["tax_status"] for year in years] == ["official", "official", "projected"]


def test_a_remote_job_asks_for_its_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """New York, 2025, 92,000 taxable: 340 + 144 + 115.50 + 3,671.25 + 6 % of 11,350 = 4,951.75 on top of 21,099."""
    remote = ", residence: Austin"
    code, out, err = after_tax(tmp_path, capsys, "Remote", remote)
    assert (code, json.loads(out)["offers"][0]["years"][0]["tax"]) == (0, pytest.approx(21_099))
    assert (
        "offer 'a': assigned_office is left out. If this remote job is assigned to an office in New York State" in err
    )
    code, out, err = after_tax(tmp_path, capsys, "Remote", f"{remote}, assigned_office: New York")
    assert json.loads(out)["offers"][0]["years"][0]["tax"] == pytest.approx(26_050.75, abs=1)
    assert "assigned_office" not in err


@pytest.mark.parametrize("office", ["Boise", "Elsewhere"])
def test_an_office_without_tax_tables_leaves_remote_work_taxed_at_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], office: str
) -> None:
    """As of an office in Austin: 21,099."""
    code, out, _ = after_tax(tmp_path, capsys, "Remote", f", residence: Austin, assigned_office: {office}")
    assert (code, json.loads(out)["offers"][0]["years"][0]["tax"]) == (0, pytest.approx(21_099))


def test_only_a_remote_job_is_assigned_to_an_office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = after_tax(tmp_path, capsys, "Austin", ", assigned_office: New York")
    assert (code, out) == (2, "")
    assert "assigned_office is only for Remote jobs. Put the office in location" in err


def test_an_offer_taxed_by_two_states_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = after_tax(tmp_path, capsys, "San Francisco", ", residence: Boston")
    assert (code, out) == (2, "")
    assert "offer 'a': tax: " in err
    assert "is taxed by two states" in err


@pytest.mark.parametrize("place", ["Boise", "Elsewhere"])
def test_a_place_without_taxes_leaves_tax_open(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    code, out, _ = after_tax(tmp_path, capsys, place)
    assert code == 0
    for year in json.loads(out)["offers"][0]["years"]:
        assert (year["tax"], year["net"], year["total"]) == (None, None, 100_000)
        assert year["tax_status"].startswith(f"not worked out: {place} has no taxes")


def test_the_command_tells_all_faults_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tax", "--wages", "-1", "--location", "Seatle", "--year", "1999"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    told = captured.err.splitlines()
    assert [line.split()[0] for line in told] == ["wages", "location", "year"]
    assert "Did you mean 'Seattle'?" in told[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Denver"], ["refund of sales tax", "occupational privilege tax, $5.75"]),
        (["Boulder"], ["refund of sales tax"]),
        (["Boulder", "--work-location", "Denver"], ["refund of sales tax", "occupational privilege tax, $5.75"]),
        (["Boulder", "--work-location", "Denver", "--remote"], ["refund of sales tax"]),
        (["Denver", "--work-location", "Boulder"], ["refund of sales tax"]),
        (["Pittsburgh"], ["local services tax, $52"]),
        (["Philadelphia"], []),
    ],
)
def test_small_taxes_that_are_left_out_are_named(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: list[str]
) -> None:
    """A refund goes to who lives there, a flat tax is due where the work is done."""
    assert run(["tax", "--wages", "100000", "--year", "2025", "--location", *arguments]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Not counted: ")]
    assert len(lines) == len(said)
    assert all(words in line for words, line in zip(said, lines, strict=True))
