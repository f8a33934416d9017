"""What a projected tax year rests on: nothing it raises or leaves open goes unsaid."""

from __future__ import annotations

import json

import pytest

from compkit.cli import run
from compkit.reference import WITNESSES_NEEDED, load_tables, tax_witnesses
from compkit.tax import FILING_STATUSES, projections, tax_tables

TABLES = load_tables()
LAW = tax_tables(TABLES)


def found(place: str, year: int) -> dict[str, str]:
    """Return what is assumed by figure, for residents of a place."""
    return {each.figure: each.assumed for each in projections(LAW.of_place[place], [year], LAW, TABLES)}


def test_a_published_year_rests_on_no_projection() -> None:
    assert projections(LAW.jurisdictions, [2024, 2025, 2026], LAW, TABLES) == []


def test_washington_in_2027() -> None:
    """The Social Security base of 2027 is announced; the brackets of Rev. Proc. 2026-35 were not found."""
    raised = "2026's, raised by 2.5% a year"
    assert found("Seattle", 2027) == {
        "Federal brackets": raised,
        "Federal standard deduction": raised,
        "Washington Paid Leave": "1.20%, of which you pay 70.70%",
        "WA Cares": "0.58%, as in 2026",
    }
    later = found("Seattle", 2028)
    assert later["Social Security wage base"] == "2027's, raised by 3.5% a year"
    assert later["Washington's tax on wages above a million"] == "Counted only if you ask for it"


@pytest.mark.parametrize(("place", "figure", "first_year"), [
    ("San Francisco", "California's rates above 9.3%", 2031),
    ("Seattle", "Washington's tax on wages above a million", 2028),
])  # fmt: skip
def test_a_vote_or_reading_counts_from_its_first_year(place: str, figure: str, first_year: int) -> None:
    assert figure not in found(place, first_year - 1)
    assert figure in found(place, first_year)


def test_a_reading_of_the_law_that_one_source_has_stands_next_to_the_projection() -> None:
    """35 ILCS 5/204(b): an exemption of 1,000 from 2029, by one reading."""
    before, after = (
        next(each for each in projections(["IL"], [year], LAW, TABLES) if each.parameter == "exemption")
        for year in (2028, 2029)
    )
    assert (before.settled_by, after.assumed) == ("", "2026's, raised by 2.5% a year")
    assert "$1,000" in after.settled_by


@pytest.mark.parametrize("year", [2027, 2029, 2033])
def test_every_raised_figure_is_named(year: int) -> None:
    """Each figure that the tables multiply for a year is among the projections of its jurisdiction.

    But for limits on savings, on which no tax rests; those of children only for a household that has any.
    """
    for row in TABLES.rows("tax_indexing"):
        if row["tax"] == "amt":  # not a tax on wages
            continue
        key = row["jurisdiction"], row["tax"], row["parameter"]
        bases = [LAW.basis(row["jurisdiction"], row["tax"], year, status, row["parameter"])
                 for status in FILING_STATUSES]  # fmt: skip
        is_raised = any(basis is not None and basis.index != 1 for basis in bases)
        named = {
            (each.jurisdiction, each.tax, each.parameter)
            for each in projections([row["jurisdiction"]], [year], LAW, TABLES, has_children=True)
            if "raised by" in each.assumed
        }
        assert (key in named) is (is_raised and row["tax"] not in {"retirement_plan", "hsa"}), key


def test_what_is_for_children_is_named_for_who_has_any() -> None:
    without, counted = (
        {each.tax for each in projections(["US"], [2028], LAW, TABLES, has_children=has)} for has in (False, True)
    )
    assert counted - without == {"child_credit"}


def test_a_figure_that_one_source_alone_has_is_pending() -> None:
    pending = {
        (row["jurisdiction"], row["tax"], row["first_year"])
        for row in TABLES.rows("tax_pending")
        if row["kind"] == "one source"
    }
    for table in ("tax_brackets", "tax_parameters"):
        for row in TABLES.rows(table):
            if row["status"] == "unverified" and len(tax_witnesses(row, TABLES)) < WITNESSES_NEEDED:
                assert (row["jurisdiction"], row["tax"], row["year"]) in pending, row


def test_each_open_figure_is_one_of_the_tables() -> None:
    known = {(row["jurisdiction"], row["tax"], row["parameter"]) for row in TABLES.rows("tax_parameters")}
    known |= {(row["jurisdiction"], row["tax"], "brackets") for row in TABLES.rows("tax_brackets")}
    raised = {
        (row["jurisdiction"], row["tax"], row["parameter"]) for row in TABLES.rows("tax_indexing") if row["indexed"]
    }
    for row in TABLES.rows("tax_pending"):
        key = row["jurisdiction"], row["tax"], row["parameter"]
        assert key in known
        assert row["assumed"] or key in raised, row


def test_the_command_shows_what_is_projected(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["tax", "--wages", "300000", "--location", "San Francisco"]
    assert run([*asked, "--year", "2031", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["projected"]
    assert {"jurisdiction", "tax", "parameter", "figure", "assumed", "settled_by", "source_id"} == set(told[0])
    assert "Proposition 3" in next(each["settled_by"] for each in told if each["parameter"] == "highest_rate")
    assert run([*asked, "--year", "2031"]) == 0
    assert "California's rates above 9.3%" in capsys.readouterr().out
    assert run([*asked, "--year", "2026", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["projected"] == []
    assert run([*asked, "--year", "2026"]) == 0
    assert "Not settled" not in capsys.readouterr().out


def test_a_job_elsewhere_rests_on_the_law_of_its_state(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["tax", "--wages", "300000", "--location", "Jersey City", "--work-location", "New York", "--year", "2027"]
    assert run([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["projected"]
    assert {"US", "NJ", "NY"} == {each["jurisdiction"] for each in told}
