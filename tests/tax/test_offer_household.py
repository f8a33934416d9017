"""A household in the offers file: what it changes, what it leaves as it was, what is refused, and its explanation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compkit.cli import run

FILE = """candidate:
  filing_status: married_joint
  residence: SEATTLE
HOUSEHOLD  current: {base_salary: 180000}
offers:
- {id: a, company: Acme, level: L6, location: Austin, base_salary: 250000, start_date: 2026-01-01, status: writtenMORE}
"""
HOUSEHOLD = "  household: {spouse_wages: 60000, children: 2}\n"


def offers_file(tmp_path: Path, household: str = HOUSEHOLD, more: str = "", status: str = "married_joint") -> str:
    """Write an offers file with a household, and more on its offer; return its path."""
    path = tmp_path / "offers.yaml"
    text = FILE.replace("SEATTLE", "Austin").replace("HOUSEHOLD", household).replace("MORE", more)
    path.write_text(text.replace("married_joint", status), encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """Run a command with --json; return what it says."""
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def first_year(capsys: pytest.CaptureFixture[str], path: str) -> tuple[float, float]:
    """Tax and net pay of the first year."""
    year = answer(capsys, "evaluate", path, "--after-tax", "--years", "1")["offers"][0]["years"][0]
    return year["tax"], year["net"]


# 2026, 250,000 and 60,000: 51,868 of federal tax, less 2 x 2,200; 15,159 of Social Security; 1.45 % of 310,000 and
# 0.9 % of 60,000 are 5,035.
TAX = 51_868 - 4_400 + 15_159 + 5_035


def test_net_pay_is_the_households(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert first_year(capsys, offers_file(tmp_path)) == pytest.approx((TAX, 310_000 - TAX))


def test_a_move_that_ends_the_spouses_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """250,000 alone: 35,932 + 24 % of 6,400 = 37,468, less 4,400; 11,439 and 3,625."""
    tax = 37_468 - 4_400 + 11_439 + 3_625
    found = first_year(capsys, offers_file(tmp_path, more=", spouse_wages: 0"))
    assert found == pytest.approx((tax, 250_000 - tax))


def test_premiums_and_match_of_the_offer_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """6,000 less of taxable income at 24 % and of Medicare wages at 2.35 %; Social Security is at its base."""
    tax = TAX - 0.24 * 6_000 - 0.0235 * 6_000
    benefits = ", benefits: {premiums: 6000, retirement_match: 10000}"
    found = first_year(capsys, offers_file(tmp_path, more=benefits))
    assert found == pytest.approx((tax, 310_000 - tax - 6_000 + 10_000))


def test_without_a_household_benefits_change_no_tax(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One earner's 250,000 on a joint return: 37,468 + 11,439 + 3,625."""
    benefits = ", benefits: {premiums: 6000, retirement_match: 10000}"
    found = first_year(capsys, offers_file(tmp_path, household="", more=benefits))
    assert found == pytest.approx((52_532, 250_000 - 52_532))


def test_the_json_says_what_is_assumed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("evaluate", "--after-tax"), ("locations",)):
        said = answer(capsys, command[0], offers_file(tmp_path), *command[1:])["offers"][0]["household"]
        assert said["counted"] == "your spouse's wages of $60,000 and 2 children under 17"
        assert any("spouse works in the state" in each for each in said["assumed"])
        without = answer(capsys, command[0], offers_file(tmp_path, household=""), *command[1:])["offers"][0]
        assert "household" not in without


def left_by_choice(capsys: pytest.CaptureFixture[str], path: str) -> dict[str, float]:
    """Return what each choice leaves a year."""
    order = answer(capsys, "decide", path)["people"][0]["order"]
    return {each["id"]: each["m_per_year"] for each in order}


def test_the_decision_counts_the_spouses_wages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Net of 60,000 in 2026: 14,400 of federal tax, 3,720, 870 and 540 of payroll taxes.

    The brackets of the next year are a little wider.
    """
    kept = left_by_choice(capsys, offers_file(tmp_path))
    lost = left_by_choice(capsys, offers_file(tmp_path, more=", spouse_wages: 0"))
    assert kept["staying"] == pytest.approx(lost["staying"])
    assert kept["a"] - lost["a"] == pytest.approx(60_000 - 14_400 - 3_720 - 870 - 540, abs=200)
    run(["decide", offers_file(tmp_path, more=", spouse_wages: 0")])
    said = capsys.readouterr().out
    assert "Amounts are your household's" in said
    assert "A move changes your spouse's wages: $0 with Acme L6 in Austin." in said


def moving_couple(tmp_path: Path, base_salary: float) -> str:
    """Write an offer in Miami that ends the spouse's job, for a couple that expects to stay a year."""
    path = offers_file(tmp_path, HOUSEHOLD + "  decision: {stay_years: 1}\n", ", spouse_wages: 0")
    text = Path(path).read_text(encoding="utf-8").replace("location: Austin", "location: Miami")
    Path(path).write_text(text.replace("base_salary: 250000", f"base_salary: {base_salary!r}"), encoding="utf-8")
    return path


def test_pay_at_the_walk_away_leaves_the_household_what_staying_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the commands `walk-away` and `counter` say must be made up is what the command `decide` counts."""
    offer = answer(capsys, "walk-away", moving_couple(tmp_path, 250_000.0))["offers"][0]
    least = offer["reservation"]
    assert least == pytest.approx(offer["walk_away"])
    line = answer(capsys, "counter", moving_couple(tmp_path, 250_000.0), "--offer", "a")["stop_line"]
    assert line["yearly"] == pytest.approx(least)
    left = left_by_choice(capsys, moving_couple(tmp_path, least))
    assert left["a"] == pytest.approx(left["staying"], abs=0.01)


@pytest.mark.parametrize("figure", ["walk-away", "staying, level pay here", "reservation value"])
def test_what_makes_up_for_the_spouses_job_is_explained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], figure: str
) -> None:
    path = moving_couple(tmp_path, 250_000.0)
    found = answer(capsys, "explain", path, "--offer", "a", f"negotiation {figure}")
    assert found["value"] == pytest.approx(answer(capsys, "walk-away", path)["offers"][0]["reservation"], rel=1e-9)


@pytest.mark.parametrize("figure", ["net", "tax", "federal_income_tax", "social_security", "marginal_tax",
                                    "equivalent_salary", "purchasing_power"])  # fmt: skip
def test_figures_are_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], figure: str) -> None:
    """The parts of an explanation are checked as it is made."""
    household = (
        "  household: {spouse_wages: 60000, children: 2, childcare: 20000, traditional_401k: 20000, hsa: 4000, "
        "mortgage_interest: 30000, property_tax: 12000, charity: 5000, other_income: 3000}\n"
    )
    path = offers_file(tmp_path, household, ", benefits: {premiums: 6000, retirement_match: 10000}")
    places = answer(capsys, "locations", path)["offers"][0]["places"]
    for place in ("Austin", "San Francisco", "New York"):
        found = answer(capsys, "explain", path, "--offer", "a", f"{place} {figure}")
        row = next(row for row in places if row["place"] == place)
        if figure in row:
            assert found["value"] == pytest.approx(row[figure], rel=1e-9)


@pytest.mark.parametrize(
    ("household", "more", "status", "said"),
    [
        (HOUSEHOLD, "", "single", "needs filing_status: married_joint"),
        ("", ", spouse_wages: 0", "single", "spouse_wages needs a candidate with filing_status: married_joint"),
        ("  household: {traditional_401k: 24501}\n", "", "single", "household.traditional_401k must be at most 24,500"),
        ("  household: {hsa: 4501}\n", "", "single", "household.hsa must be at most 4,500"),
        ("  household: {children: 2.5}\n", "", "single", "household.children"),
        ("  household: {charity: -1}\n", "", "single", "household.charity"),
        ("  household: {spouse: 1}\n", "", "single", "household.spouse"),
        ("  household: {age: 200}\n", "", "single", "household.age must be at most 100, got 200."),
        (
            "  household: {childcare: 9000}\n",
            "",
            "single",
            "household.childcare needs household.children, the number of children.",
        ),
    ],
)
def test_what_a_file_may_not_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], household: str, more: str, status: str, said: str
) -> None:
    path = offers_file(tmp_path, household, more, status)
    assert run(["evaluate", path, "--after-tax"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_all_faults_of_a_household_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    household = "  household: {spouse_wages: 90000, childcare: 9000, housing_cost: 30000, hsa: 9000}\n"
    assert run(["evaluate", offers_file(tmp_path, household, status="single"), "--after-tax"]) == 2
    lines = capsys.readouterr().err.splitlines()
    for field in ("spouse_wages needs ", "childcare needs ", "housing_cost needs ", "hsa must be at most 4,500"):
        assert sum(f"household.{field}" in line for line in lines) == 1


def test_a_field_that_cannot_be_read_hides_no_other_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    household = "  household: {spouse_wages: 90000, childcare: 9000, housing_cost: 3, charity: -4, kids: 2}\n"
    assert run(["evaluate", offers_file(tmp_path, household, status="single"), "--after-tax"]) == 2
    lines = capsys.readouterr().err.splitlines()
    fields = ("charity must not", "kids is not", "spouse_wages needs ", "childcare needs ", "housing_cost needs ")
    for field in fields:
        assert sum(f"household.{field}" in line for line in lines) == 1


@pytest.mark.parametrize(
    ("household", "status"),
    [
        ("  household: {traditional_401k: 24500}\n", "single"),
        ("  household: {traditional_401k: 32500, age: 50}\n", "single"),
        ("  household: {traditional_401k: 35750, age: 63}\n", "single"),
        ("  household: {hsa: 4400}\n", "single"),
        ("  household: {hsa: 8750}\n", "married_joint"),
        ("  household: {hsa: 5400, age: 55}\n", "single"),
    ],
)
def test_savings_at_their_limit_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], household: str, status: str
) -> None:
    assert run(["evaluate", offers_file(tmp_path, household, status=status), "--after-tax", "--years", "1"]) == 0
    capsys.readouterr()


def test_saving_more_than_the_salary_is_unlikely(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = offers_file(tmp_path, "  household: {traditional_401k: 24000, hsa: 4400}\n", ", annual_bonus: 1")
    assert run(["validate", path]) == 0
    assert "saves before tax" not in capsys.readouterr().err
    Path(path).write_text(Path(path).read_text().replace("base_salary: 250000", "base_salary: 28000"))
    assert run(["validate", path]) == 0
    assert "base_salary of 28,000 is less than the 28,400 that the household saves" in capsys.readouterr().err


def test_an_employer_learns_nothing_of_the_household(tmp_path: Path) -> None:
    from compkit.offers import entry_for, load_offers

    (entry,) = load_offers(offers_file(tmp_path, more=", spouse_wages: 1000"))
    shown = entry_for(entry, "employer")
    assert (shown.candidate.household, shown.offer.spouse_wages) == (None, None)
