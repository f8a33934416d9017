"""Levels: spellings with one name at a company, titles that are no level, and that a name given again stays."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from compkit.paydata import folded_level, level_names
from compkit.reference import load_tables

TABLES = load_tables()


def level(company: str, typed: str) -> str | None:
    return level_names([company], [typed], TABLES)[0]


@pytest.mark.parametrize(
    ("company", "name", "spellings"),
    [
        ("Amazon", "L6", "L6|l6|6|L 6|L06|Level 6|lvl 6|lv6"),
        ("Amazon", "L6", "L6 SDM|l6 sdm|SDM L6|L6 - SDM|SDE III|SDE 3|SDEIII|SDE III (L6)"),
        ("Amazon", "L5", "l5|sde2|Sde 2|SDE II|SDEII"),
        ("Amazon", "L7", "l7|7|Level 7"),
        ("Google", "L5", "L5|T5|5|l5 swe"),
        ("Google", "L10", "L10|10"),
        ("Meta", "E5", "E5|e5|IC5|5|Level 5|L5"),
        ("Meta", "M1", "M1|m 1|m1"),
        ("Microsoft", "63", "63|L63|level 63"),
        ("Apple", "ICT5", "ICT5|ICT - 5|ict 5"),
        ("Uber", "L5A", "5a|L5A|L5 a"),
    ],
)
def test_spellings_of_one_level(company: str, name: str, spellings: str) -> None:
    typed = spellings.split("|")
    assert level_names([company] * len(typed), typed, TABLES) == [name] * len(typed)


@pytest.mark.parametrize(
    ("company", "typed", "folded"),
    [
        ("Amazon", "Senior SDE", "seniorsde"),  # a title
        ("Amazon", "Principal  Engineer", "principalengineer"),
        ("Amazon", "L5/L6", "l5/l6"),  # two levels
        ("Amazon", "60", "60"),  # no level of Amazon's
        ("Microsoft", "SDE II", "sdeii"),  # two levels have that title
        ("Meta", "L6 manager", "l6manager"),  # its managers' levels are M1 and up
        ("Stripe", "L3 EM", "l3em"),  # not among the numbered levels we know
    ],
)
def test_other_spellings_are_only_folded(company: str, typed: str, folded: str) -> None:
    assert level(company, typed) == folded


@pytest.mark.parametrize("typed", ["", " ", "NA", "n/a", "-", "None"])
def test_no_level_given(typed: str) -> None:
    assert level("Amazon", typed) is None


@pytest.mark.parametrize("table", ["level_map", "level_aliases"])
def test_levels_of_the_tables_keep_their_names(table: str) -> None:
    assert TABLES.rows(table)
    for row in TABLES.rows(table):
        assert level(row["company"], row["level"]) == row["level"]


COMPANIES = st.sampled_from([*(row["company"] for row in TABLES.rows("level_numbers")), "Acme"])
SPELLINGS = st.builds(
    lambda *parts: " ".join(parts),
    st.sampled_from(["L", "level", "E", "ICT", "SDE", "senior", ""]),
    st.integers(0, 70).map(str),
    st.sampled_from(["", "sdm", "a", "II", "L6"]),
)


@given(COMPANIES, SPELLINGS | st.text(max_size=12))
def test_a_level_given_again_stays(company: str, typed: str) -> None:
    once = level(company, typed)
    assert level(company, once or "") == once


@given(COMPANIES, SPELLINGS)
def test_case_and_spaces_do_not_matter(company: str, typed: str) -> None:
    assert level(company, f" {typed.upper()} ") == level(company, typed.lower().replace(" ", "  "))


def test_folding_changes_only_case_and_spaces() -> None:
    assert folded_level(" L6-SDM (new) ") == "l6-sdm(new)"
