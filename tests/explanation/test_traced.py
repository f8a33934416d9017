"""Traced numbers: what a calculation leaves behind, and what its figures are called."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compkit import report
from compkit.explanation.derivation import Assumption, Derivation, TableRow
from compkit.explanation.figures import ExplainedOffer
from compkit.explanation.traced import FLAG, Traced, node_of
from compkit.explanation.traced_law import TracedTables
from compkit.explanation.year_tax import YearTax
from compkit.offers import load_offers
from compkit.pay.value import Assumptions
from compkit.place.location import Living
from compkit.reference.tables import load_tables
from compkit.report.derivation import text
from compkit.tax import AMOUNT, TaxTables, household, parameter_words, returns, rules, schedules, withholding

LAW = TracedTables(TaxTables(load_tables()), load_tables())
WAGES = Derivation("wages", 300_000.0, "USD", origin=Assumption("given"))
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
ROW = TableRow("tax_parameters", {}, "value", "", "")


def wages() -> Any:
    return Traced(WAGES.value, WAGES)


def of_table(name: str, value: float, *names: str, unit: str = "USD") -> Any:
    return Traced(value, Derivation(name, value, unit, origin=ROW), names, is_leaf=True)


def year_tax(place: str, status: str = "single", year: int = 2026) -> YearTax:
    return YearTax(WAGES, Living(place, place), status, year, LAW)


def test_a_figure_is_named_after_the_parameter_that_makes_it() -> None:
    """3 % of what lies above 250,000: 1,500."""
    above = np.maximum(0.0, wages() - of_table("start", 250_000.0, "income above the start"))
    tax = node_of(0.0 + 1.0 * (of_table("rate", 0.03, "surtax", unit="fraction") * above))
    assert (tax.name, tax.operation, tax.value) == ("surtax", "product", 1_500)
    assert [(part.name, part.operation) for part in tax.parts] == [("rate", ""), ("income above the start", "above")]


def test_a_condition_says_which_limit_decided() -> None:
    exemption, limit = of_table("exemption", 2_850.0), of_table("income where it ends", 250_000.0)
    lost, kept = (node_of(np.where(pay <= limit, exemption, 0.0)) for pay in (wages(), wages() / 2.0))
    assert (lost.name, lost.value, lost.note) == (
        "exemption",
        0.0,
        "$300,000 is above $250,000, the income where it ends",
    )
    assert lost.origin == ROW
    assert (kept.value, kept.note) == (2_850, "$150,000 is not over $250,000, the income where it ends")


def test_a_levy_counts_if_its_row_says_so() -> None:
    """A yes leaves the amount as it is, with the row; a no leaves a 0 that says why."""
    levy = 0.01 * wages()
    names = ("family leave, deductible part",)
    yes, no = (node_of(levy * of_table("deductible", flag, *names, unit=FLAG)) for flag in (1.0, 0.0))
    assert (yes.name, yes.operation, yes.value, yes.origin) == (names[0], "same", 3_000, ROW)
    assert (no.name, no.operation, no.value, no.note) == (names[0], "", 0.0, "not deductible")


def test_a_name_can_hold_that_of_its_amount() -> None:
    above = np.maximum(0.0, wages() - of_table("start", 250_000.0, f"{AMOUNT} above the threshold"))
    tax = node_of(of_table("rate", 0.03, f"surtax on {AMOUNT}", unit="fraction") * above)
    named = [node.name for node in (tax, tax.parts[1])]
    assert named == ["surtax on wages above the threshold", "wages above the threshold"]


def test_what_is_left_of_a_projected_figure_keeps_its_short_name() -> None:
    """158 projected to 2028 is 166; 37 begun steps of 6 above 273,980 take 222 of it."""
    credit = next(node for node in year_tax("San Francisco", year=2028).part("total").walk()
                  if node.name == "California exemption credit, after reduction, 2028")  # fmt: skip
    assert [part.name for part in credit.parts] == [
        "California exemption credit, projected to 2028",
        "credit lost, 2028",
    ]


@pytest.mark.parametrize(
    ("residence", "operation", "note"),
    [("Jersey City", "maximum", "you live in New Jersey and work in New York State; "
      "New Jersey credits what you pay New York State"),
     ("Austin", "sum", "you live in Texas and work in New York State; Texas has no state income tax")],
)  # fmt: skip
def test_a_second_state_is_told(residence: str, operation: str, note: str) -> None:
    """At 300,000 New York takes back part of the lower brackets, a sum; a state without a tax leaves no trace."""
    tax = YearTax(WAGES, Living("New York", residence, "New York"), "single", 2026, LAW).part("state_income_tax")
    assert (tax.operation, tax.note) == (operation, note)


def test_a_range_and_begun_steps_are_one_node_each() -> None:
    start, width = of_table("start", 260_000.0, "part taken back"), of_table("width", 50_000.0, "part taken back")
    part = node_of(np.round(np.clip(wages() - start, 0.0, width) / width, 4))
    assert (part.operation, part.value, [each.value for each in part.parts]) == (
        "phased_in", 0.8, [300_000, 260_000, 50_000],
    )  # fmt: skip
    steps = node_of(np.ceil(np.maximum(0.0, wages() - start) / of_table("step", 30_000.0)))
    assert (steps.operation, steps.value) == ("steps", 2)


@pytest.mark.parametrize("place", ["San Francisco", "New York", "Boston", "Seattle"])
def test_what_is_left_is_wages_less_each_tax_by_name(place: str) -> None:
    (wages, *taxes) = year_tax(place).part("net_pay").parts
    taxes = [part for tax in taxes for part in (tax.parts if tax.name.startswith("all taxes") else [tax])]
    known = {"federal income tax", "state income tax", "local income tax", "Social Security", "Medicare",
             "state payroll taxes"}  # fmt: skip
    assert wages is WAGES
    assert {tax.name.removesuffix(", 2026") for tax in taxes} <= known
    assert {"federal income tax, 2026", "Social Security, 2026", "Medicare, 2026"} <= {tax.name for tax in taxes}


def test_a_lost_trace_is_an_error() -> None:
    with pytest.raises(TypeError, match="not traced"):
        node_of(float(wages()) * 2)
    with pytest.raises(TypeError):
        np.exp(wages())


def test_the_deduction_says_what_the_other_would_cost() -> None:
    """Georgia follows the federal choice, so what the other costs is told of all taxes together."""
    (deduction,) = (node for node in year_tax("Atlanta").part("total").walk() if "deduction all taxes" in node.note)
    assert "all taxes would be $" in deduction.note


def changed(whole: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *of: whole(*of) * 0.5


CHANGES: Mapping[str, tuple[object, str, Any, str, str]] = {
    "a state's tax": (
        rules, "RULES", {**rules.RULES, "california": changed(rules.RULES["california"])},
        "meta-e6-san-francisco", "San Francisco state_income_tax",
    ),
    "how a projected figure is rounded": (
        schedules.Rounding, "round", changed(schedules.Rounding.round),
        "amazon-l6-austin-pressure", "Austin social_security",
    ),
    "what a household pays": (
        returns, "social_security_tax", changed(returns.social_security_tax),
        "amazon-l6-austin-pressure", "Austin social_security",
    ),
    "what an employer withholds": (
        withholding, "_federal_supplemental", changed(withholding._federal_supplemental),
        "amazon-l7-new-york", "calendar year 2028 federal_withheld",
    ),
    "what avoids a penalty": (
        withholding, "_safe_harbour", changed(withholding._safe_harbour),
        "amazon-l7-new-york", "calendar year 2027 safe_harbour",
    ),
}  # fmt: skip


def figure_and_explanation(offer_id: str, figure: str) -> tuple[float, float]:
    explained = ExplainedOffer(load_offers(SAMPLE), offer_id, load_tables(), Assumptions(), dt.date(2026, 11, 22))
    rows = report.recorded_location_figures(explained.analysis).rows
    found = explained.derivation(figure)
    assert found is not None
    return next(float(row["value"]) for row in rows if row["figure"] == figure), found.value


@pytest.mark.parametrize("change", CHANGES)
def test_a_formula_changed_in_one_place_changes_figure_and_explanation(
    change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, formula, offer_id, figure = CHANGES[change]
    before = figure_and_explanation(offer_id, figure)
    monkeypatch.setattr(module, name, formula)
    monkeypatch.delitem(load_tables()._derived, TaxTables)  # it keeps what it has looked up
    after = figure_and_explanation(offer_id, figure)
    for recorded, explained in (before, after):
        assert explained == pytest.approx(recorded, rel=1e-9, abs=0)
    assert abs(after[0] - before[0]) > 100


def test_every_parameter_that_a_tax_takes_has_words() -> None:
    """One without any is called as in the table, which is right for a few and does not matter for what no tax takes."""
    right = {"standard_deduction", "exemption", "exemption_credit"}
    unused = {"personal_credit_ends", "flat_rate_up_to", "employee_share", "total_rate"}
    for row in load_tables().rows("tax_parameters"):
        words = parameter_words(row["jurisdiction"], "there", row["tax"], row["parameter"])
        assert row["parameter"] in unused | right or words[0] != row["parameter"].replace("_", " "), row["parameter"]


# What a reader sees


def lines_of(offer_id: str, figure: str, monkeypatch: pytest.MonkeyPatch) -> tuple[list[tuple[str, str, str]], str]:
    """Name, amount and reasons of each line of an explanation, and its foot."""
    monkeypatch.setattr(text, "WIDTH", 100_000)
    tables = load_tables()
    explained = ExplainedOffer(load_offers(SAMPLE), offer_id, tables, Assumptions(), dt.date(2026, 11, 22))
    root = explained.derivation(figure)
    assert root is not None
    lines = text.derivation_lines(root, offer_id, tables.sources)
    tree, foot = lines[: lines.index("")], lines[lines.index("") :]
    told = [line.strip().partition(" = ") for line in tree]
    return [(name, *rest.partition("  (")[::2]) for name, _, rest in told], "\n".join(foot)


SHOWN = (
    ("meta-e6-san-francisco", "net"), ("harbor-finch-vp", "net"), ("amazon-l7-new-york", "calendar year 2028 net"),
    ("amazon-l7-new-york", "calendar year 2027 federal_withheld"), ("amazon-l6-austin-pressure", "marginal_tax"),
    ("meta-e6-san-francisco", "calendar year 2028 state_due"), ("amazon-l7-new-york", "Austin equivalent_salary"),
)  # fmt: skip


@pytest.mark.parametrize(("offer_id", "figure"), SHOWN)
def test_a_reader_can_follow_the_lines(offer_id: str, figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tax has one amount under one name, what is "above" stands there, and no tax or share changes nothing."""
    lines, foot = lines_of(offer_id, figure, monkeypatch)
    above: dict[str, set[str]] = {}
    for name, value, why in lines:
        if why == "as above)":
            assert value in above.get(name, ()), name
        elif why.endswith("; both above)"):
            shown = set.union(*above.values())
            assert all(any(each.startswith(term) for each in shown) for term in re.findall(r"\$[\d,.]*\d", why)), name
        assert not re.search(r"(\N{MULTIPLICATION SIGN}|/) 100%[;)]", why), name
        above.setdefault(name, set()).add(value)
    unclear = {"share of a year", "shares granted", "value of the whole grant", "grant price", "base salary"}
    twice = {name for name, values in above.items() if len(values) > 1} - unclear
    assert not [name for name in twice if "tax" in name or "bracket" in name or "deduction" in name], twice
    assert "\nLines are rounded to the cent; a sum can differ by a cent." in foot


def test_an_explanation_says_what_is_assumed(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, foot = lines_of("meta-e6-san-francisco", "net", monkeypatch)
    assert ("assumed rise of the federal brackets from 2026 to 2027", "1.025") in [line[:2] for line in lines]
    assert "\nTax rates and amounts of an earlier year are assumed unchanged" in foot
    _, foot = lines_of("meta-e6-san-francisco", "year 1 base", monkeypatch)
    assert "assumed" not in foot
    assert "rounded" not in foot


def test_what_changes_nothing_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cap that does not fall is one line; a credit that is used up and a surtax that is not due are notes."""
    lines, _ = lines_of("meta-e6-san-francisco", "San Francisco federal_income_tax", monkeypatch)
    (cap,) = (line for line in lines if line[0].startswith("cap on state") and line[0].endswith("2027"))
    assert cap[1] == "$40,804"
    assert "no cap reduction: $406,000 is not above $510,050, the income where the cap starts to fall" in cap[2]
    tax = next(why for name, _, why in lines if name == "state income tax, 2027")
    assert "no California exemption credit: $162 \N{MINUS SIGN} $336, but not below 0; no surtax: $399,952 is" in tax
    assert not [name for name, *_ in lines if "lowest cap" in name or "surtax" in name]


def test_a_tax_that_no_year_has_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, _ = lines_of("meta-e6-san-francisco", "San Francisco local_income_tax", monkeypatch)
    ((_, value, why),) = lines
    assert value == "$0 a year"
    assert "no local income tax in San Francisco" in why


@pytest.mark.parametrize(
    ("place", "year", "note"),
    [
        # 16,100 x 1.025^4 = 17,771.39, down to a multiple of 50
        ("San Francisco", 2030, "taken as the larger of $17,750, standard, and $10,000, itemized; "),
        ("San Francisco", 2030, "; the cap on state and local tax drops to $10,000 in 2030"),
        ("San Francisco", 2031, "; the cap on state and local tax is $10,000 in 2031"),
        ("Austin", 2026, "nothing to itemize"),
    ],
)  # fmt: skip
def test_the_deduction_shows_both_amounts(place: str, year: int, note: str) -> None:
    assert note in year_tax(place, year=year).part("deduction").note


@pytest.mark.parametrize("place", ["San Francisco", "New York", "Atlanta", "Denver"])
def test_the_amounts_of_the_deductions_are_those_of_the_calculation(place: str) -> None:
    note = year_tax(place).part("deduction").note
    for option in ("standard", "itemized"):
        found = household.household_tax(WAGES.value, place, "single", 2026, LAW.plain, deduction=option)
        assert f"${found.loc[0, 'deduction']:,.2f}".removesuffix(".00") + f", {option}" in note


def test_facts_of_the_place_are_told() -> None:
    assert year_tax("Austin").part("net_pay").note == "Texas has no state income tax"
    city = [node.note for node in year_tax("New York").part("local_income_tax").walk()]
    assert "New York City taxes the taxable income in New York State" in city


def test_a_years_tax_on_the_salary_alone_has_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, _ = lines_of("amazon-l7-new-york", "calendar year 2027 federal_withheld", monkeypatch)
    assert [line[:2] for line in lines if line[0].startswith("federal income tax")] == [
        ("federal income tax on a full year of the salary in 2027 alone", "$34,702"),
        ("federal income tax on a full year of the salary before the start alone", "$36,909"),
    ]


def test_a_source_or_reason_of_a_result_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines, _ = lines_of("harbor-finch-vp", "New York local_income_tax", monkeypatch)
    told = "".join(why for *_, why in lines)
    assert told.count("New York City taxes the taxable income in New York State") == 1
    assert told.count("fixed_income_limit") == 1
    assert told.count("is above $250,000, the income up to which the fixed part is paid") == 4
