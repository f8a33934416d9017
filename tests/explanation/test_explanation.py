"""Explanations: every recorded figure has one, it adds up, and its leaves stand where they say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, strategies as st
from laws import examples
from quick_cases import mostly_long

from compkit import report
from compkit.analysis.comparisons import load_comparison
from compkit.analysis.evaluation import Evaluation
from compkit.errors import CompkitError
from compkit.explanation.derivation import Derivation, DerivationError, TableRow, TypedField, assumed, node
from compkit.explanation.figures import ExplainedOffer
from compkit.explanation.operations import ARITHMETIC
from compkit.explanation.pay import OfferPay
from compkit.explanation.traced_law import TracedTables
from compkit.explanation.worth import worth_figures
from compkit.explanation.yardsticks import market_figures
from compkit.explanation.year_tax import TAX_WORDS, YearTax
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.offers import OfferEntry, load_offers
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.place.location import Living
from compkit.reference.tables import load_tables
from compkit.report.derivation.words import amount
from compkit.tax import RESULT_COLUMNS, TaxTables, household_tax
from tests.derivation_laws import check_arithmetic, check_leaves, check_methods, check_package_total
from tests.strategies import discount_rates, growths, horizons, offers, paths_of_growth

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
REPORT_ON = dt.date(2026, 11, 22)
TABLES = load_tables()
SAMPLES = load_offers(SAMPLE)
LAW = TracedTables(TaxTables(TABLES), TABLES)
BEFORE = "amazon-l6-seattle-before"
OWN_GROUPS = ("worth", "market and scores", "current job", "premiums", "places", "calendar years", "negotiation")
Explain = Callable[..., ExplainedOffer]


@cache
def sample(offer_id: str, assumptions: Assumptions | None = None) -> ExplainedOffer:
    return ExplainedOffer(SAMPLES, offer_id, TABLES, assumptions or Assumptions(), REPORT_ON)


@pytest.fixture
def explain(tmp_path: Path) -> Explain:
    """Return what explains the first of some offers, through a file as a person writes it."""

    def of(
        *changes: Mapping[str, Any],
        candidate: Mapping[str, Any] | None = None,
        assumptions: Assumptions | None = None,
        **document: Any,
    ) -> ExplainedOffer:
        written = [{**WORKED, **change} for change in changes or ({},)]
        path = tmp_path / "offers.yaml"
        told = {"offers": written, **document} | ({"candidate": dict(candidate)} if candidate else {})
        path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        found = load_offers(path)
        return ExplainedOffer(found, found.ids[0], TABLES, assumptions or Assumptions(), REPORT_ON)

    return of


WORKED: Mapping[str, Any] = {
    "id": "worked", "company": "Amazon", "company_type": "FAANG", "level": "L6", "location": "Seattle",
    "start_date": dt.date(2027, 2, 1), "base_salary": 175000, "sign_on": [80000, 60000],
    "equity": [{"value": 300000, "grant_price": 200, "vesting": "amazon"}],
}  # fmt: skip


def recorded(explained: ExplainedOffer) -> dict[str, Mapping[str, Any]]:
    """Return what the reports on one offer record, by figure."""
    made_by = (
        report.recorded_figures(explained.evaluation),
        report.recorded_premiums(explained.evaluation),
        report.recorded_location_figures(explained.analysis),
        report.recorded_negotiation(explained.plan),
    )
    return {row["figure"]: row for figures in made_by for row in figures.rows}


def check_all(explained: ExplainedOffer, file: Path) -> None:
    """Fail unless each recorded figure is explained, has its value and unit, adds up and names its leaves."""
    rows = recorded(explained)
    names = [name for kind in OWN_GROUPS for name in explained.groups[kind]()]
    assert sorted(names) == sorted(rows)
    for name, row in rows.items():
        found = explained.derivation(name)
        assert found is not None, name
        assert (found.name, found.unit) == (name, row["unit"])
        assert found.value == pytest.approx(row["value"], rel=1e-9, abs=0), name
        check_arithmetic(found)
        check_leaves(found, file, explained.offer_id, explained.offers.ids)
        check_methods(found, explained)
        if name in ("ask total", "fallback total"):
            check_package_total(found)


# The law


@pytest.mark.parametrize("offer_id", mostly_long(SAMPLES.ids, (BEFORE, "larkspur-ai-head-of-vision")))
def test_every_recorded_figure_of_the_sample_is_explained_and_adds_up(offer_id: str) -> None:
    check_all(sample(offer_id), SAMPLE)


@pytest.mark.parametrize("offer_id", mostly_long(("amazon-l7-new-york", "larkspur-ai-head-of-vision")))
def test_the_same_with_growth_a_discount_and_six_years(offer_id: str) -> None:
    check_all(sample(offer_id, Assumptions(Growth(0.15, "annual-step"), 0.05, 6)), SAMPLE)


JOB = {"base_salary": 150000, "annual_bonus": 12000, "next_bonus_on": dt.date(2027, 1, 15), "repayment_owed": 9000}
VESTS = [{"on": dt.date(2027, month, 10), "value": 7000} for month in (1, 4, 7, 10)]
ODD: Mapping[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "euros, with a posted range and research": (
        {"currency": "EUR", "location": "Austin", "posted_base": {"low": 150000, "high": 190000},
         "market": [{"measure": "rsu_4yr", "p25": 200000, "p75": 400000, "n": 5, "source": "a survey"}]},
        {}, {"rates": {"EUR": 1.08}},
    ),
    "a current job with dated vests and money to pay back": (
        {"location": "San Francisco"}, {"residence": "New York", "current": {**JOB, "vests": VESTS}}, {},
    ),
    "a move from California to New York": (
        {"location": "New York", "start_date": dt.date(2027, 6, 1)},
        {"residence": "San Francisco", "current": {**JOB, "location": "San Francisco", "annual_equity": 40000}}, {},
    ),
    "a transfer from New York to Massachusetts": (
        {"location": "Boston", "start_date": dt.date(2027, 9, 10), "candidate_type": "internal",
         "equity": [{"value": 160000, "start_month": -9, "vesting": "even-4-year-quarterly"}]},
        {"residence": "New York", "current": {**JOB, "location": "New York"}}, {},
    ),
    "a move from Texas to Virginia": (
        {"location": "Arlington VA", "start_date": dt.date(2027, 3, 20)},
        {"current": {**JOB, "location": "Austin"}}, {},
    ),
    "a move from Maryland to Texas": (
        {"location": "Austin", "start_date": dt.date(2027, 4, 1)}, {"current": {**JOB, "location": "Baltimore"}}, {},
    ),
    "a transfer with dated vests, and no start date": (
        {"candidate_type": "internal", "start_date": None},
        {"residence": "Seattle", "current": {**JOB, "vests": VESTS}},
        {},
    ),
    "a target that refreshers fill, some of it in cash": (
        {"equity": [{"units": 900, "price_now": 200}], "bonus_target_rate": 0.1, "annual_raise_rate": 0.03,
         "refreshers": [{"month": 14, "value": 30000, "cash_share": 0.5}],
         "refresher_plan": {"annual_value": 50000, "target_pay": 260000, "cash_share": 0.25}},
        {"current": {"base_salary": 150000, "unvested_equity": 80000}}, {},
    ),
    "a bonus in money, the first prorated, a grant on the company's days that began before, a rest": (
        {"annual_bonus": 20000, "first_bonus": "prorated", "start_date": dt.date(2027, 7, 1), "annual_raise_rate": 0.03,
         "sign_on": [24000], "sign_on_clawback": "full-then-prorated",
         "equity": [{"value": 160000, "grant_price": 50, "start_month": -7, "vesting": "even-4-year-monthly"},
                    {"value": 90000, "vesting": {"schedule": "even-3-year-monthly", "vest_days": ["02-15", "08-15"]}},
                    {"value": 70000, "start_month": -4, "vesting": {"tranches": [{"month": 1, "fraction": 0.1},
                                                                                 {"month": 3, "fraction": 0.233},
                                                                                 {"month": 24, "fraction": "rest"}]}}],
         "refresher_plan": {"annual_value": 50000, "target_pay": 330000,
                            "vesting": {"schedule": "meta", "vest_days": ["02-15", "05-15", "08-15", "11-15"]}}},
        {}, {},
    ),
    "a rate of bonus, the first prorated, an even schedule of no table": (
        {"bonus_target_rate": 0.1, "first_bonus": "prorated", "start_date": dt.date(2027, 10, 1),
         "equity": [{"value": 90000, "vesting": "even-5-year-quarterly"},
                    {"value": 10000, "vesting": [{"month": 18, "fraction": "rest"}]}]},
        {}, {},
    ),
    "two earners over two states, with an earlier job": (
        {"location": "New York", "residence": "Jersey City", "start_date": dt.date(2027, 7, 1),
         "benefits": {"premiums": 3000}},
        {"filing_status": "married_joint", "residence": "Jersey City", "current": JOB,
         "household": {"spouse_wages": 210000, "children": 1, "traditional_401k": 20000, "hsa": 4000,
                       "other_income": 5000, "housing": "rent"}}, {},
    ),
    "a spouse whose job ends with the move": (
        {"location": "Austin", "spouse_wages": 0, "start_date": dt.date(2027, 4, 1)},
        {"filing_status": "married_joint", "current": {**JOB, "location": "San Francisco"},
         "household": {"spouse_wages": 90000, "children": 2, "childcare": 9000, "mortgage_interest": 30000}}, {},
    ),
    "little more than a salary, a place without taxes in the tables": (
        {"location": "Boise", "sign_on": [], "equity": []}, {}, {},
    ),
    "a first offer, tranches that are rounded, a salary over two states": (
        {"location": "New York", "residence": "Stamford", "base_salary": 420000,
         "equity": [{"value": 500000, "vesting": [{"month": 12, "fraction": 0.3333333333},
                                                  {"month": 24, "fraction": 0.3333333333},
                                                  {"month": 36, "fraction": 0.3333333334}]}],
         "negotiation": {"first_offer": {"base_salary": 400000, "rsu_4yr": 450000}}},
        {"filing_status": "married_joint"}, {},
    ),
}  # fmt: skip


QUICK_CASES = [case for case in ODD if not case.startswith(("a target", "a bonus", "a rate", "a transfer"))]


@pytest.mark.parametrize("case", mostly_long(ODD, QUICK_CASES))
def test_odd_offers_are_explained_as_well(case: str, explain: Explain, tmp_path: Path) -> None:
    changes, candidate, document = ODD[case]
    growth = Assumptions(Growth(0.1)) if "transfer" in case else None
    other = {"id": "other", "company": "Google", "level": "L5", "location": "Chicago", "status": "verbal"}
    explained = explain(changes, other, candidate=candidate or {"residence": "Seattle"}, assumptions=growth, **document)
    check_all(explained, tmp_path / "offers.yaml")


@given(offers(), growths | paths_of_growth, discount_rates, horizons)
@examples(13)
def test_any_offer_adds_up(offer: Offer, growth: Growth, discount_rate: float, n_years: int) -> None:
    evaluation = Evaluation(
        OfferEntry(offer, Candidate(), 1.0, "drawn.yaml"),
        TABLES,
        Assumptions(growth, discount_rate, n_years),
        REPORT_ON,
    )
    rows = {row["figure"]: row for row in report.recorded_figures(evaluation).rows}
    figures = worth_figures(OfferPay(evaluation)) | market_figures(evaluation)
    for name, make in figures.items():
        found = make()
        assert found.value == pytest.approx(rows[name]["value"], rel=1e-9, abs=0), name
        check_arithmetic(found)


@given(
    st.sampled_from(sorted(LAW.of_place)),
    st.sampled_from(["single", "married_joint", "head_of_household"]),
    st.sampled_from([2024, 2025, 2026, 2027, 2031, 2038]),
    st.integers(0, 40_000_000).map(lambda dimes: dimes / 10),
    st.sampled_from(["standard", "itemized", "best"]),
)
@example("Atlanta", "single", 2026, 500_000.0, "best")
@example("Atlanta", "single", 2026, 560_000.0, "best")
@example("Washington DC", "single", 2026, 300_000.0, "best")
@example("Arlington VA", "single", 2026, 500_000.0, "best")
@example("Denver", "single", 2026, 300_000.0, "best")
@examples(30)
def test_any_tax_adds_up(place: str, status: str, year: int, wages: float, deduction: Any) -> None:
    """The calculation gives the same on a traced number as on an array, and each node adds up."""
    paid = assumed("wages", wages, "USD", "drawn")
    taxes = YearTax(paid, Living(place, place), status, year, LAW, deduction)
    left = taxes.part("net_pay")
    check_arithmetic(left)
    assert left.value == pytest.approx(wages - sum(taxes.part(name).value for name in TAX_WORDS))
    found = household_tax(wages, place, status, year, LAW.plain, deduction=deduction).iloc[0]
    assert {name: taxes.part(name).value for name in RESULT_COLUMNS} == {name: found[name] for name in RESULT_COLUMNS}


# By hand


def leaves(root: Derivation) -> dict[str, float]:
    return {node.name: node.value for node in root.walk() if not node.parts}


def test_a_vest_by_hand() -> None:
    """300,000 / 200 = 1,500 shares; 5 % of them at 200 are 15,000; then 20 % twice, 120,000."""
    first = sample(BEFORE).derivation("year 1 equity")
    assert first is not None
    (vest,) = first.parts
    assert [(part.value, part.unit) for part in vest.parts] == [
        (1500, "shares"), (0.05, "fraction"), (200, "USD a share"),
    ]  # fmt: skip
    assert (vest.value, vest.operation) == (15_000, "product")
    units, fraction, price = vest.parts
    assert [part.value for part in units.parts] == [300_000, 200]
    assert isinstance(fraction.origin, TableRow)
    assert (fraction.origin.table, dict(fraction.origin.key)) == (
        "vesting_schedules",
        {"schedule": "amazon", "month": 12},
    )
    assert isinstance(price.origin, TypedField)
    assert price.origin.field == "equity[0].grant_price"
    third = sample(BEFORE).derivation("year 3 equity")
    assert third is not None
    assert [part.name for part in third.parts] == ["month 30, grant 1", "month 36, grant 1"]
    assert [part.value for part in third.parts] == pytest.approx([60_000, 60_000], rel=1e-12)


def test_where_it_stands_by_hand() -> None:
    """(175,000 - 170,000) / (190,000 - 170,000) = 0.25 of the guide's band for L6 in Seattle."""
    found = sample(BEFORE).derivation("market base_salary penetration")
    assert found is not None
    assert found.value == 0.25
    assert [part.value for part in found.parts] == [5_000, 20_000]
    assert leaves(found) == {
        "base salary": 175_000, "low end of the guide's band": 170_000, "high end of the guide's band": 190_000,
    }  # fmt: skip


def test_a_score_by_hand() -> None:
    """7, 8, 8, 6, 7, 5 with 0.2, 0.25, 0.2, 0.15, 0.1, 0.1: 1.4 + 2 + 1.6 + 0.9 + 0.7 + 0.5 = 7.1."""
    found = sample(BEFORE).derivation("risk score")
    assert found is not None
    assert [part.value for part in found.parts[0].parts] == pytest.approx([1.4, 2.0, 1.6, 0.9, 0.7, 0.5])
    assert found.value == pytest.approx(7.1)


def test_the_walk_away_by_hand() -> None:
    """180,000 + 20,000 + 60,000 a year, and 0, 15,000 and 10,000 more: 285,000."""
    found = sample(BEFORE).derivation("walk-away")
    assert found is not None
    assert [part.value for part in found.parts] == [260_000, 0, 15_000, 10_000]
    assert [part.value for part in found.parts[0].parts] == [180_000, 20_000, 60_000]
    assert found.value == 285_000


def test_social_security_by_hand(explain: Explain) -> None:
    """6.2 % of the wage base of 2027, 192,300, as announced: 11,922.60."""
    explained = explain(assumptions=Assumptions(n_years=1))
    found = explained.derivation("Seattle social_security")
    assert found is not None
    assert found.value == pytest.approx(11_922.6, rel=1e-12)
    assert {0.062, 192_300.0} <= set(leaves(found).values())


@pytest.mark.parametrize(
    ("jurisdiction", "tax", "name", "operation", "parts", "value"),
    [
        ("US", "social_security", "wage_cap", "product_nearest", [192_300, 1.035, 300], 198_900),  # of 199,030.50
        ("US", "income", "standard_deduction", "product_down", [32_200, 1.050625, 100], 33_800),  # of 33,830.13
        ("NJ", "unemployment", "wage_cap", "product_up", [46_400, 1.035, 100], 48_100),  # of 48,024
        ("NY", "pfl", "annual_cap", "product", [451.81, 1.035], 467.62335),
    ],
)
def test_a_projected_figure_by_hand(
    jurisdiction: str, tax: str, name: str, operation: str, parts: list[float], value: float
) -> None:
    """What 2028 makes of the last figure known, for a joint return."""
    found = LAW.rows(jurisdiction, 2028, "married_joint").parameter(tax, name)
    assert found is not None
    check_arithmetic(found)
    assert found.operation == operation
    assert [part.value for part in found.parts] == pytest.approx(parts)
    assert found.value == pytest.approx(value)


def test_the_target_by_hand() -> None:
    """Three quarters into each band: 185,000 x 4 + 362,500 + 112,500 + 87,500 = 1,302,500, within all limits.

    More than half of all room, 1,140,000 + 245,000 / 2; less than two parts can carry, 1,140,000 + 0.9 x 185,000.
    """
    found = sample(BEFORE).derivation("fallback base_salary")
    assert found is not None
    target = found.parts[2]
    most, two_parts = target.parts
    assert [part.value for part in most.parts[0].parts] == [740_000, 362_500, 112_500, 87_500]
    assert (most.parts[1].value, two_parts.value) == (1_262_500, 1_306_500)
    assert target.value == 1_302_500


def test_a_refresher_that_fills_a_target_by_hand(explain: Explain) -> None:
    """160,000 x 1.05 x 1.1 = 184,800, and 72,000 of vests, leave 3,200 of 260,000 open, as in the docs."""
    explained = explain(
        {"base_salary": 160_000, "annual_raise_rate": 0.05, "bonus_target_rate": 0.1, "sign_on": [],
         "equity": [{"value": 288_000, "vesting": "even-4-year-monthly"}],
         "refresher_plan": {"annual_value": 50_000, "target_pay": 260_000}},
    )  # fmt: skip
    found = explained.derivation("year 2 equity")
    assert found is not None
    worth = next(node for node in found.walk() if node.name == "value of the planned refresher in month 12")
    most, open_left = worth.parts
    assert (worth.operation, most.value) == ("minimum", 50_000)
    assert open_left.value == pytest.approx(3_200)
    assert [part.value for part in open_left.parts[1].parts] == pytest.approx([184_800, 72_000])


def test_euros_carry_their_rate(explain: Explain) -> None:
    """100,000 EUR at 1.08 are 108,000 USD: both are leaves, from the offer and from the file's rates."""
    explained = explain({"currency": "EUR", "base_salary": 100_000, "equity": [], "sign_on": []}, rates={"EUR": 1.08})
    found = explained.derivation("year 1 base")
    assert found is not None
    assert found.value == pytest.approx(108_000)
    fields = [node.origin for node in found.walk() if isinstance(node.origin, TypedField)]
    assert [(origin.where, origin.field) for origin in fields] == [("offer 'worked'", "base_salary"), ("", "rates.EUR")]


def test_a_sheet_is_named_by_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "offers.csv"
    path.write_text(
        "id,company,level,location,base_salary,sign_on_y1,equity_value,vesting\n"
        "one,Amazon,L6,Seattle,175000,80000,300000,amazon\n",
        encoding="utf-8",
    )
    explained = ExplainedOffer(load_offers(path), "one", TABLES, Assumptions(), REPORT_ON)
    found = explained.derivation("year 1 total")
    assert found is not None
    fields = {node.origin.field for node in found.walk() if isinstance(node.origin, TypedField)}
    assert fields == {"base_salary", "sign_on_y1", "equity_value"}


@pytest.mark.parametrize("offer_id", mostly_long(SAMPLES.ids, ("amazon-l7-new-york",)))
def test_lines_of_one_sum_have_different_names(offer_id: str) -> None:
    """Two jobs in a year, two places, two sign-ons: a reader must know which is which."""
    explained = sample(offer_id)
    for kind in OWN_GROUPS:
        for make in explained.groups[kind]().values():
            for found in make().walk():
                names = {(part.name, part.value) for part in found.parts}
                assert len({name for name, _ in names}) == len(names), found.name


@pytest.mark.parametrize("offer_id", ["amazon-l6-seattle", "google-l5-austin"])
def test_the_lines_of_two_earners_have_different_names(offer_id: str) -> None:
    """Both pay Social Security, and both their employers withhold."""
    offers = load_offers(SAMPLE.with_name("household.yaml"))
    explained = ExplainedOffer(offers, offer_id, TABLES, Assumptions(), REPORT_ON)
    for make in explained.groups["calendar years"]().values():
        for found in make().walk():
            names = {(part.name, part.value) for part in found.parts}
            assert len({name for name, _ in names}) == len(names), found.name


def as_shown(node: Derivation) -> float:
    """Return the number that a line shows."""
    text = amount(node.value, node.unit).translate({ord("\N{MINUS SIGN}"): "-", ord("$"): None, ord(","): None})
    number = text.split()[0]
    return float(number.removesuffix("%")) / 100 if number.endswith("%") else float(number)


@pytest.mark.parametrize("offer_id", mostly_long(SAMPLES.ids, ("amazon-l7-new-york", "netflix-all-cash")))
def test_a_calculator_gives_what_each_line_shows(offer_id: str) -> None:
    """A sum to half a cent for each amount; a product or quotient to a millionth or a hundred-thousandth."""
    relative = {"product": 1e-6, "quotient": 1e-5}
    explained = sample(offer_id, Assumptions(Growth(0.15, "smooth"), 0.05, 4))
    for kind in OWN_GROUPS:
        for make in explained.groups[kind]().values():
            for found in make().walk():
                if found.operation in ARITHMETIC:
                    again = ARITHMETIC[found.operation]([as_shown(part) for part in found.parts])
                    slack = 0.005 * (len(found.parts) + 1) if found.unit.startswith("USD") else 1e-7
                    slack = max(slack, relative.get(found.operation, 0.0) * abs(again))
                    assert again == pytest.approx(as_shown(found), rel=0, abs=slack), found.name


# What must not be explained


def test_a_sum_that_does_not_add_up_is_not_shown() -> None:
    two = assumed("two", 2.0, "USD", "given")
    assert node("sum", "four", [two, two], value=4.0).value == 4.0
    with pytest.raises(DerivationError, match=r"cannot explain five: it is 5\.0, but its parts give 4\.0"):
        node("sum", "five", [two, two], value=5.0)


def test_a_leaf_names_where_it_comes_from() -> None:
    with pytest.raises(CompkitError, match="must name where it comes from"):
        Derivation("nowhere", 1.0, "USD")


def test_what_is_unverified_is_told() -> None:
    """Amazon's schedule is the guide's own; the salary is not stock."""
    by_name = {name: sample(BEFORE).derivation(name) for name in ("total", "guaranteed_cash", "simulated total p50")}
    told = {name: found.status for name, found in by_name.items() if found is not None}
    assert told == {"total": "unverified", "guaranteed_cash": "", "simulated total p50": "unverified"}


# Names


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Guaranteed-Cash", "guaranteed_cash"), ("year 3  EQUITY", "year 3 equity"), ("net", "Seattle net"),
        ("purchasing power", "Seattle purchasing_power"), ("walk-away", "negotiation walk-away"),
        ("base_salary penetration", "market base_salary penetration"), (f"{BEFORE} average", "average"),
        (f"{BEFORE} simulated p50", "simulated total p50"),
    ],
)  # fmt: skip
def test_short_names(asked: str, name: str) -> None:
    found = sample(BEFORE).derivation(asked)
    assert found is not None
    assert found.name == name


def test_a_name_that_is_not_there() -> None:
    assert sample(BEFORE).derivation("totl") is None


# Other offers of the file


def test_pairs_are_those_that_the_comparison_records(explain: Explain, tmp_path: Path) -> None:
    other = {"id": "other", "company": "Google", "level": "L5", "location": "Chicago", "sign_on": [160_000],
             "equity": [{"value": 250_000, "grant_price": 100, "vesting": "even-4-year"}]}  # fmt: skip
    explained = explain({}, other)
    path = tmp_path / "offers.yaml"
    comparison = load_comparison(str(path), report_date=REPORT_ON.isoformat())
    rows = {row["figure"]: row for row in report.recorded_comparison(comparison).rows}
    names = explained.names[0]["other offers"]
    assert set(names) == {name for name in rows if " against " in name or name == "worked pays_most"}
    assert len(names) == 4
    for name in names:
        found = explained.derivation(name)
        assert found is not None
        assert (found.name, found.unit) == (name, rows[name]["unit"])
        assert found.value == pytest.approx(rows[name]["value"], rel=1e-9, abs=0), name
        check_arithmetic(found)
        check_methods(found, explained)
        check_leaves(found, path, "worked", ["other"])
