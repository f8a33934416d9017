"""The tables of data/: every schema, key, bound and interval, and figures read from the guide once more."""

from __future__ import annotations

import csv
import json
import math
import re
import unicodedata
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package

DATA = Path(__file__).resolve().parents[2] / "data"
TABLES = sorted(path.stem for path in DATA.glob("*.csv"))
TYPES = {"string", "number", "integer", "boolean", "date"}
CONSTRAINTS = {"required", "minimum", "maximum", "enum", "pattern", "unique"}
MEASURES = {"base_salary", "rsu_4yr", "total_y1", "total_4yr_avg", "sign_on_y1", "sign_on_y2"}

CONTRACT_COLUMNS = {
    "bands": ["level", "location", "measure", "low", "high"],
    "ai_ml_by_location": ["level", "location", "measure", "low", "high"],
    "ai_ml_by_skill": ["level", "skill", "low", "high"],
    "ai_ml_by_specialization": ["level", "specialization", "low", "high", "market_demand"],
    "bands_by_company_type": ["level", "company_type", "measure", "low", "high"],
    "companies": ["company", "l6_equivalent"],
    "risk_factors": ["factor", "weight"],
    "decision_factors": ["factor", "weight"],
    "vesting_schedules": ["schedule", "month", "fraction"],
}
EVEN_MONTHS = {
    "even-4-year": range(12, 49, 12),
    "even-4-year-quarterly": range(3, 49, 3),
    "even-4-year-monthly": range(1, 49),
}
LEVELS = {"L6", "L7"}
GUIDE_LOCATIONS = {"Seattle", "San Francisco", "New York", "Austin", "Remote"}
COMPLETE = {
    "bands": [LEVELS, GUIDE_LOCATIONS, MEASURES],
    "ai_ml_by_location": [LEVELS, GUIDE_LOCATIONS, {"standard", "premium", "total"}],
    "bands_by_company_type": [
        LEVELS,
        {
            "FAANG",
            "Tier 1 Tech",
            "AI-First Startups",
            "Traditional Enterprise",
            "Financial Services",
            "Healthcare Tech",
        },
        {"base_salary", "rsu_4yr", "total", "ai_ml_premium"},
    ],
}

# Read from the guide in a second pass, apart from the tables: table, key of the row, figures.
SPOT_CHECKS: list[tuple[str, dict[str, str], dict[str, float]]] = [
    ("bands", {"level": "L6", "location": "Seattle", "measure": "base_salary"}, {"low": 170e3, "high": 190e3}),
    ("bands", {"level": "L6", "location": "San Francisco", "measure": "total_4yr_avg"}, {"low": 240e3, "high": 312e3}),
    ("bands", {"level": "L6", "location": "Remote", "measure": "sign_on_y2"}, {"low": 40e3, "high": 90e3}),
    ("bands", {"level": "L7", "location": "San Francisco", "measure": "rsu_4yr"}, {"low": 600e3, "high": 1e6}),
    ("bands", {"level": "L7", "location": "Austin", "measure": "total_y1"}, {"low": 390e3, "high": 500e3}),
    ("bands", {"level": "L7", "location": "New York", "measure": "sign_on_y1"}, {"low": 145e3, "high": 210e3}),
    ("ai_ml_by_location", {"level": "L6", "location": "New York", "measure": "total"}, {"low": 265e3, "high": 375e3}),
    ("ai_ml_by_location", {"level": "L6", "location": "Remote", "measure": "premium"}, {"low": 0.10, "high": 0.15}),
    ("ai_ml_by_location", {"level": "L7", "location": "Seattle", "measure": "total"}, {"low": 430e3, "high": 630e3}),
    ("ai_ml_by_location", {"level": "L7", "location": "Austin", "measure": "standard"}, {"low": 340e3, "high": 462e3}),
    ("ai_ml_by_skill", {"level": "L6", "skill": "LLM/GenAI experience"}, {"low": 0.25, "high": 0.40}),
    ("ai_ml_by_skill", {"level": "L7", "skill": "Industry AI thought leadership"}, {"low": 0.20, "high": 0.40}),
    ("ai_ml_by_specialization", {"level": "L6", "specialization": "Autonomous Systems"}, {"low": 0.25, "high": 0.45}),
    ("ai_ml_by_specialization", {"level": "L7", "specialization": "Generative AI/LLMs"}, {"low": 0.40, "high": 0.60}),
    (
        "bands_by_company_type",
        {"level": "L7", "company_type": "AI-First Startups", "measure": "rsu_4yr"},
        {"low": 500e3, "high": 1.5e6},
    ),
    (
        "bands_by_company_type",
        {"level": "L6", "company_type": "Traditional Enterprise", "measure": "rsu_4yr"},
        {"low": 50e3, "high": 150e3},
    ),
    (
        "bands_by_company_type",
        {"level": "L7", "company_type": "Financial Services", "measure": "ai_ml_premium"},
        {"low": 0.30, "high": 0.60},
    ),
    (
        "bands_by_company_type",
        {"level": "L6", "company_type": "Healthcare Tech", "measure": "total"},
        {"low": 200e3, "high": 280e3},
    ),
    ("company_pay_differences", {"difference_id": "google-total-higher"}, {"low": 0.10, "high": 0.15}),
    ("company_pay_differences", {"difference_id": "microsoft-total-higher"}, {"low": 0.05, "high": 0.15}),
    ("risk_factors", {"factor": "Manager Quality"}, {"weight": 0.25}),
    ("risk_factors", {"factor": "Work-Life Balance"}, {"weight": 0.15}),
    ("decision_factors", {"factor": "Manager rapport"}, {"weight": 2}),
    ("score_verdicts", {"matrix": "decision", "verdict": "negotiate or decline"}, {"low": 30, "high": 45}),
    ("score_verdicts", {"matrix": "risk", "verdict": "low"}, {"low": 8}),
    (
        "flexibility",
        {"company": "Amazon", "candidate_type": "external", "component": "rsu_4yr"},
        {"low": 0.20, "high": 0.40},
    ),
    (
        "flexibility",
        {"company": "Amazon", "candidate_type": "internal", "component": "all"},
        {"low": 0.05, "high": 0.1},
    ),
    ("guide_claims", {"claim_id": "worked-negotiation-increase"}, {"low": 0.26, "high": 0.26}),
    ("guide_claims", {"claim_id": "no-state-tax-value"}, {"low": 15e3, "high": 30e3}),
    ("worked_negotiation", {"stage": "after", "measure": "sign_on_y2"}, {"value": 85e3}),
    ("worked_negotiation", {"stage": "before", "measure": "rsu_4yr"}, {"value": 300e3}),
    ("location_notes", {"note_id": "san-francisco-tax"}, {"low": 0.133, "high": 0.133}),
    ("market_statistics", {"statistic_id": "ai-ml-manager-postings-rise"}, {"value": 3}),
    ("warning_rules", {"rule_id": "team-attrition"}, {"threshold": 0.30}),
]
# Figures that the guide repeats and that therefore stand in two tables: (table, key, value), twice.
TOLD_TWICE = [
    (("guide_claims", "claim_id", "remote-below-seattle"), ("location_notes", "note_id", "remote-below-seattle")),
    (("guide_claims", "claim_id", "finance-premium-ny"), ("location_notes", "note_id", "new-york-premium")),
    (("guide_claims", "claim_id", "no-state-tax-value"), ("location_notes", "note_id", "seattle-tax")),
    (("guide_claims", "claim_id", "seattle-ai-ml-premium"), ("location_notes", "note_id", "seattle-talent")),
    (("guide_claims", "claim_id", "ai-startup-premium"), ("location_notes", "note_id", "seattle-startups")),
    (("guide_claims", "claim_id", "ca-top-tax"), ("location_notes", "note_id", "san-francisco-tax")),
    (("guide_claims", "claim_id", "ny-top-tax"), ("location_notes", "note_id", "new-york-tax")),
    (
        ("company_pay_differences", "difference_id", "microsoft-total-higher"),
        ("location_notes", "note_id", "seattle-microsoft"),
    ),
]


def schema_of(table: str) -> dict[str, Any]:
    """Return the schema that lies beside a table."""
    schema: dict[str, Any] = json.loads((DATA / f"{table}.schema.json").read_text(encoding="utf-8"))
    return schema


def header_of(table: str) -> list[str]:
    """Return the column names of a table."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def rows_of(table: str) -> list[dict[str, str]]:
    """Return a table's rows as text, with None where a row is too short or too long."""
    with (DATA / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row_of(table: str, key: dict[str, str]) -> dict[str, str]:
    """Return the one row with these cells."""
    found = [row for row in rows_of(table) if key.items() <= row.items()]
    assert len(found) == 1, f"{table}: {len(found)} rows with {key}"
    return found[0]


def grouped(table: str, columns: list[str]) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """Return the rows of a table by the cells of some columns, in file order."""
    groups: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(table):
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def with_columns(*columns: str) -> list[str]:
    """Return the names of the tables that have all these columns."""
    return [table for table in TABLES if set(columns) <= set(header_of(table))]


def test_every_table_has_a_schema_and_every_schema_a_table() -> None:
    """No CSV stands without its schema, and no schema without its CSV."""
    assert {path.name.removesuffix(".schema.json") for path in DATA.glob("*.schema.json")} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_columns_are_the_schema_fields_in_order(table: str) -> None:
    """The header and the schema list the same names in the same order."""
    assert header_of(table) == [field["name"] for field in schema_of(table)["fields"]]


@pytest.mark.parametrize("table", TABLES)
def test_schema_describes_every_field_in_the_project_way(table: str) -> None:
    """Each field has a known type, one line of description, and a unit if it is a number."""
    schema = schema_of(table)
    assert schema["missingValues"] == [""]
    assert schema["primaryKey"]
    for field in schema["fields"]:
        where = f"{table}.{field['name']}"
        assert field["type"] in TYPES, where
        assert field["description"].strip(), where
        assert "\n" not in field["description"], where
        assert set(field.get("constraints", {})) <= CONSTRAINTS, where
        assert ("unit" in field) or field["type"] not in {"number", "integer"}, where


def test_tables_hold_their_schemas() -> None:
    """Types, required cells, bounds, closed lists, patterns, primary and foreign keys all hold."""
    resources = [
        {"name": table, "path": f"{table}.csv", "format": "csv", "encoding": "utf-8", "schema": schema_of(table)}
        for table in TABLES
    ]
    package = Package.from_descriptor({"name": "data", "resources": resources}, basepath=str(DATA))
    report = package.validate()
    assert report.valid, "\n".join(map(str, report.flatten(["name", "rowNumber", "fieldName", "message"])))


@pytest.mark.parametrize("table", [table for table in TABLES if table != "sources"])
def test_every_row_names_its_source(table: str) -> None:
    """The source of a row is required and is declared as a key of sources.csv."""
    schema = schema_of(table)
    to_sources = {"fields": ["source_id"], "reference": {"resource": "sources", "fields": ["source_id"]}}
    assert to_sources in schema["foreignKeys"]
    assert next(field for field in schema["fields"] if field["name"] == "source_id")["constraints"]["required"]


def test_no_source_is_orphaned_or_unused() -> None:
    """The sources that rows name, and the one that figures.csv names, are those that sources.csv lists."""
    rows = [row for table in TABLES if table != "sources" for row in rows_of(table)]
    named = {row[name] for row in rows for name in ("source_id", "witness_id") if row.get(name)}
    assert named | {"offers-file"} == {row["source_id"] for row in rows_of("sources")}


def test_sources_are_dated_before_they_were_read() -> None:
    """No source describes a day later than the one on which it was read."""
    for row in rows_of("sources"):
        assert row["as_of"] <= row["retrieved_on"], row["source_id"]


@pytest.mark.parametrize("table", with_columns("low", "high"))
def test_low_is_at_most_high(table: str) -> None:
    """Where a row has both ends, they are in order."""
    for row in rows_of(table):
        if row["low"] and row["high"]:
            assert float(row["low"]) <= float(row["high"]), row


@pytest.mark.parametrize("table", TABLES)
def test_numbers_are_finite_and_plain(table: str) -> None:
    """A number is written in digits, never as nan, inf or with a thousands separator."""
    numeric = [field["name"] for field in schema_of(table)["fields"] if field["type"] in {"number", "integer"}]
    for row in rows_of(table):
        for column in numeric:
            assert not row[column] or re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", row[column]), (row, column)


def test_validity_does_not_overlap() -> None:
    """Rows that share their key apart from dates hold one after the other, half-open."""
    for table in with_columns("valid_from", "valid_to"):
        key = [column for column in schema_of(table)["primaryKey"] if column not in {"valid_from", "valid_to"}]
        for group, rows in grouped(table, key).items():
            spans = sorted((row["valid_from"], row["valid_to"] or "9999-12-31") for row in rows)
            assert all(start < end for start, end in spans), (table, group)
            assert all(left[1] <= right[0] for left, right in pairwise(spans)), (table, group)


@pytest.mark.parametrize("table", TABLES)
def test_text_is_clean(table: str) -> None:
    """Text holds no control characters or stray blanks, and no spreadsheet takes it for a formula."""
    text = [field["name"] for field in schema_of(table)["fields"] if field["type"] == "string"]
    for row in rows_of(table):
        for column in text:
            cell = row[column]
            assert cell == cell.strip(), (row, column)
            assert not cell.startswith(("=", "+", "-", "@")), (row, column)
            assert not any(unicodedata.category(char).startswith("C") for char in cell), (row, column)


@pytest.mark.parametrize("table", sorted(CONTRACT_COLUMNS))
def test_contract_columns_stay(table: str) -> None:
    """The columns that users rely on are there."""
    assert set(CONTRACT_COLUMNS[table]) <= set(header_of(table))


@pytest.mark.parametrize("table", sorted(COMPLETE))
def test_guide_tables_are_complete(table: str) -> None:
    """Each combination of level, place or type, and measure has exactly one row."""
    first, second, third = COMPLETE[table]
    columns = CONTRACT_COLUMNS[table][:3]
    wanted = {(a, b, c) for a in first for b in second for c in third}
    assert {key: len(rows) for key, rows in grouped(table, columns).items()} == dict.fromkeys(wanted, 1)


def test_guide_locations_are_the_five() -> None:
    """The guide's own places are marked, and only Remote and Elsewhere have neither state nor metro."""
    places = rows_of("places")
    assert {row["place"] for row in places if row["guide_location"] == "true"} == GUIDE_LOCATIONS
    bare = [row["place"] for row in places if not (row["state"] and row["metro"] and row["geofips"])]
    assert bare == ["Remote", "Elsewhere"]


def test_each_metro_has_one_code() -> None:
    """A metro is spelled and numbered in one way."""
    pairs = {(row["metro"], row["geofips"]) for row in rows_of("places") if row["metro"]}
    assert len(pairs) == len({metro for metro, _ in pairs}) == len({code for _, code in pairs})


def test_vesting_fractions_sum_to_one() -> None:
    """Every schedule vests the whole grant, in rising months, with one set of facts about it."""
    for schedule, rows in grouped("vesting_schedules", ["schedule"]).items():
        months = [int(row["month"]) for row in rows]
        assert months == sorted(set(months)), schedule
        assert abs(math.fsum(float(row["fraction"]) for row in rows) - 1) <= 1e-9, schedule
        assert len({(r["company"], r["status"], r["as_of"], r["note"], r["source_id"]) for r in rows}) == 1, schedule


@pytest.mark.parametrize("schedule", sorted(EVEN_MONTHS))
def test_even_schedules_are_even(schedule: str) -> None:
    """The general schedules vest equal parts over four years and are true by definition."""
    rows = grouped("vesting_schedules", ["schedule"])[(schedule,)]
    months = EVEN_MONTHS[schedule]
    assert [int(row["month"]) for row in rows] == list(months)
    assert all(abs(float(row["fraction"]) - 1 / len(months)) < 1e-12 for row in rows)
    assert {row["status"] for row in rows} == {"verified"}


def test_amazon_schedule_is_the_guides() -> None:
    """Amazon's grant vests 5 %, 15 %, then four fifths in half-yearly steps."""
    rows = grouped("vesting_schedules", ["schedule"])[("amazon",)]
    vests = {int(row["month"]): float(row["fraction"]) for row in rows}
    assert vests == {12: 0.05, 24: 0.15, 30: 0.2, 36: 0.2, 42: 0.2, 48: 0.2}


def test_risk_weights_sum_to_one() -> None:
    """The weights of the risk matrix are shares of one whole."""
    assert math.isclose(math.fsum(float(row["weight"]) for row in rows_of("risk_factors")), 1, abs_tol=1e-12)


def test_decision_weights_are_the_guides() -> None:
    """The decision matrix weighs 4, 3, 3, 2, 2, 1, so that five points each make 75."""
    weights = [int(row["weight"]) for row in rows_of("decision_factors")]
    assert weights == [4, 3, 3, 2, 2, 1]
    assert 5 * sum(weights) == float(row_of("guide_claims", {"claim_id": "decision-maximum"})["low"])


@pytest.mark.parametrize("matrix", ["risk", "decision"])
def test_score_verdicts_leave_no_gap(matrix: str) -> None:
    """From 0 upwards every score has exactly one verdict."""
    rows = sorted(grouped("score_verdicts", ["matrix"])[(matrix,)], key=lambda row: float(row["low"]))
    assert float(rows[0]["low"]) == 0
    assert [row["high"] for row in rows[:-1]] == [row["low"] for row in rows[1:]]
    assert rows[-1]["high"] == ""


def test_warning_rules_are_well_formed() -> None:
    """A second condition is whole or absent, and messages hold no placeholder but the two known ones."""
    for row in rows_of("warning_rules"):
        second = [bool(row[column]) for column in ("also_signal", "also_operator", "also_threshold")]
        assert all(second) or not any(second), row["rule_id"]
        assert set(re.findall(r"{(.*?)}", row["message"])) <= {"value", "threshold"}, row["rule_id"]
        assert "{" not in row["advice"], row["rule_id"]


def test_market_statistics_are_never_quotable() -> None:
    """Figures without a source of their own may not be put in a letter."""
    assert {(row["status"], row["quotable"]) for row in rows_of("market_statistics")} == {("unverified", "false")}


@pytest.mark.parametrize(("table", "key", "figures"), SPOT_CHECKS)
def test_figures_read_from_the_guide_again(table: str, key: dict[str, str], figures: dict[str, float]) -> None:
    """The table holds the figure that a second reading of the guide found."""
    row = row_of(table, key)
    assert {column: float(row[column]) for column in figures} == figures


@pytest.mark.parametrize(("first", "second"), TOLD_TWICE)
def test_figures_in_two_tables_agree(first: tuple[str, str, str], second: tuple[str, str, str]) -> None:
    """A figure that stands in two tables is the same in both."""
    rows = [row_of(table, {column: value}) for table, column, value in (first, second)]
    assert (rows[0]["low"], rows[0]["high"]) == (rows[1]["low"], rows[1]["high"])
