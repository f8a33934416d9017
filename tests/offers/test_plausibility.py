"""What is possible but hardly meant: a warning for every kind of amount, and each said once for many offers."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compkit.cli import run
from compkit.offers import load_offers, read_offers
from compkit.offers.usual_amounts import USUAL_RANGES

PEOPLE = Path(__file__).parents[1] / "cases" / "people"
BASE: Mapping[str, Any] = {
    "id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 175_000,
}  # fmt: skip


def warnings_of(folder: Path, offer: Mapping[str, Any], **envelope: Any) -> dict[str, str]:
    path = folder / "o.json"
    path.write_text(json.dumps({**envelope, "offers": [{**BASE, **offer}]}), encoding="utf-8")
    return {warning.field: warning.message for warning in load_offers(path).warnings}


@pytest.mark.parametrize(
    ("offer", "field", "message"),
    [
        ({"base_salary": 0}, "base_salary", "of 0 USD a year is very low"),
        ({"base_salary": 175_000_000}, "base_salary", "very high. Is it in another currency?"),
        ({"sign_on": [80]}, "sign_on[0]", "of 80 USD is very low. Is it in thousands?"),
        ({"sign_on": [0, 60]}, "sign_on[1]", "in thousands?"),
        ({"sign_on": [350_001]}, "sign_on[0]", "more than 2 years' salary"),
        ({"equity": [{"value": 1500}]}, "equity[0].value", "Is 1500 a number of shares (`units`)"),
        ({"equity": [{"value": 450}]}, "equity[0].value", "in thousands?"),
        (
            {"equity": [{"units": 300_000, "grant_price": 200}]},
            "equity[0].units",
            "of 300,000 at 200.00 come to 60,000,000 USD, more than ten times the highest L6 band",
        ),
        ({"equity": [{"units": 1.5, "grant_price": 200}]}, "equity[0].units", "come to 300 USD, which is very low"),
        ({"refreshers": [{"year": 1, "value": 60}]}, "refreshers[0].value", "in thousands?"),
        ({"refresher_plan": {"annual_value": 60}}, "refresher_plan.annual_value", "in thousands?"),
        ({"relocation": {"value": 20}}, "relocation.value", "in thousands?"),
        ({"benefits": {"retirement_match": 6}}, "benefits.retirement_match", "Is it a percentage"),
        ({"posted_base": {"low": 150, "high": 190_000}}, "posted_base.low", "in thousands?"),
        ({"market": [{"measure": "rsu_4yr", "p50": 300}]}, "market[0].p50", "in thousands?"),
        ({"quoted": {"total_y1": 330}}, "quoted.total_y1", "less than a year's salary (175,000)"),
        ({"quoted": {"total_4yr": 350_000}}, "quoted.total_4yr", "four years' salary (700,000). Is it for one year?"),
        ({"quoted": {"growth_rate": 15}}, "quoted.growth_rate", "Did you mean 15%? Type 0.15."),
        ({"bonus_target_rate": 5}, "bonus_target_rate", "of 5 means 500% of base. Did you mean 5%?"),
        ({"bonus_target_rate": 0.0015}, "bonus_target_rate", "means 0.15% of base, which is very low"),
        ({"annual_raise_rate": 3}, "annual_raise_rate", "of 3 means 300% a year. Did you mean 3%?"),
        ({"negotiation": {"first_offer": {"base_salary": 165}}}, "negotiation.first_offer.base_salary", "very low"),
        (
            {"options": [{"n_options": 500, "strike": 5, "fair_value": 2}], "startup": {"fully_diluted_shares": 1e6}},
            "options[0].strike",
            "of 5.00 is above the fair value of 2.00",
        ),
        ({"startup": {"ownership_share": 0.2}}, "startup.ownership_share", "Did you mean 0.2%? Type 0.002."),
        (
            {"startup": {"ownership_share": 0.002, "exits": [{"value": 500, "chance": 1}]}},
            "startup.exits[0].value",
            "Is it in millions?",
        ),
    ],
)
def test_every_kind_of_amount_has_a_warning(tmp_path: Path, offer: dict[str, Any], field: str, message: str) -> None:
    warnings_of(tmp_path, offer)
    said = [(warning.field, warning.message) for warning in load_offers(tmp_path / "o.json").warnings]
    assert any(name == field and message in text for name, text in said), said


@pytest.mark.parametrize(
    ("candidate", "field"),
    [
        ({"current": {"base_salary": 180}}, "current.base_salary"),
        ({"current": {"base_salary": 180_000, "annual_bonus": 15}}, "current.annual_bonus"),
        ({"current": {"base_salary": 180_000, "annual_equity": 60}}, "current.annual_equity"),
        ({"current": {"base_salary": 180_000, "unvested_equity": 150}}, "current.unvested_equity"),
        ({"current": {"base_salary": 180_000, "repayment_owed": 20}}, "current.repayment_owed"),
        ({"current": {"base_salary": 180_000, "vests": [{"on": "2027-01-01", "value": 9}]}}, "current.vests[0].value"),
        ({"walk_away": {"risk_premium": 15}}, "walk_away.risk_premium"),
    ],
)
def test_present_pay_and_limits_have_warnings(tmp_path: Path, candidate: dict[str, Any], field: str) -> None:
    assert list(warnings_of(tmp_path, {}, candidate=candidate)) == [field]


@pytest.mark.parametrize(
    ("offer", "kept"),
    [
        ({"location": "Salt Lake City"}, "95,000 in Salt Lake City"),
        ({"location": "Salt Lake City", "spouse_wages": 0}, ""),
        ({"location": "Salt Lake City", "residence": "Seattle"}, ""),
        ({"location": "Remote"}, ""),
        ({"location": "Bellevue"}, ""),  # the metropolitan area of Seattle
    ],
)
def test_a_move_asks_what_the_spouse_earns_there(tmp_path: Path, offer: dict[str, Any], kept: str) -> None:
    household = {"spouse_wages": 95_000}
    person = {"filing_status": "married_joint", "residence": "Seattle", "household": household}
    warned = warnings_of(tmp_path, offer, candidate=person)
    assert ("spouse_wages" in warned) == bool(kept)
    assert kept in warned.get("spouse_wages", "")


def test_a_candidate_of_many_offers_is_warned_of_once(tmp_path: Path) -> None:
    path = tmp_path / "o.json"
    offers = [{**BASE, "id": f"o-{n}"} for n in range(5)]
    path.write_text(json.dumps({"candidate": {"current": {"base_salary": 180}}, "offers": offers}))
    (warning,) = load_offers(path).warnings
    assert (warning.where, warning.field) == ("candidate", "current.base_salary")


def test_a_rate_the_wrong_way_round(tmp_path: Path) -> None:
    offer = {"currency": "JPY", "base_salary": 20_000}
    found = warnings_of(tmp_path, offer, rates={"JPY": 150})
    assert "If it is JPY for one USD, type 0.006667." in found["rates.JPY"]


def test_amounts_are_judged_in_usd(tmp_path: Path) -> None:
    """A sign-on of 100,000 yen is 670 USD."""
    offer = {"currency": "JPY", "base_salary": 20_000_000, "sign_on": [100_000]}
    assert list(warnings_of(tmp_path, offer, rates={"JPY": 0.0067})) == ["sign_on[0]"]


def test_every_usual_size_belongs_to_a_field() -> None:
    """But for `annual_bonus`, which an offer may have; a name that is misspelled would never be looked at."""
    from compkit.offers.document import OffersFile

    groups = OffersFile.model_json_schema(by_alias=False)["$defs"]
    missing = {(owner, name) for owner, name in USUAL_RANGES if name not in groups[owner]["properties"]}
    assert missing <= {("Offer", "annual_bonus")}


@pytest.mark.parametrize(("name", "n"), [("14b-meta-calendar.yaml", 0), ("44-new-units-as-value.yaml", 1)])
def test_the_cases_of_people(name: str, n: int) -> None:
    assert len(read_offers([PEOPLE / name]).warnings) == n


def test_percent_typed_as_a_number() -> None:
    said = {warning.field: warning.message for warning in read_offers([PEOPLE / "m15-rate5.yaml"]).warnings}
    assert "Did you mean 5%?" in said["bonus_target_rate"]
    assert "Did you mean 3%?" in said["annual_raise_rate"]


# The same warning once


GRANT = {"value": 20_000, "grant_price": 10, "tradable": True}


def test_a_warning_of_thirteen_offers_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "o.json"
    offers = [{**BASE, "id": f"o-{n}", "company": "Acme", "equity": [GRANT]} for n in range(13)]
    offers.append({**BASE, "id": "low", "base_salary": 20_000})
    path.write_text(json.dumps({"offers": offers}))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert run(["validate", str(path), "--json"]) == 0
    assert len(json.loads(out.getvalue())["warnings"]) == 14
    assert err.getvalue().splitlines() == [
        f"warning: {path}, 13 offers: equity[0].vesting is missing, so even-4-year is assumed. Ask for the schedule. "
        "(o-0, o-1, o-2 and 10 more)",
        f"warning: {path}, offer 'low': base_salary of 20,000 USD a year is very low. "
        "Is it a monthly amount, or in thousands?",
    ]


def test_warnings_that_differ_in_their_amounts_alone_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "o.json"
    path.write_text(json.dumps({"offers": [{**BASE, "id": f"o-{n}", "sign_on": [80 + n]} for n in range(3)]}))
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        assert run(["evaluate", str(path), "--json"]) == 0
    assert err.getvalue() == (
        f"warning: {path}, 3 offers: sign_on[0] of 80 USD is very low. Is it in thousands? "
        "(o-0; similar for o-1, o-2)\n"
    )
