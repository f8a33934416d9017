"""Companies: spellings with one name, spellings that stay apart, and that a name given again stays."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from compkit.paydata import company_names, suggested_names
from compkit.reference import load_tables

TABLES = load_tables()
COMPANIES = [str(row["company"]) for row in TABLES.rows("companies")]
OTHER_NAMES = {"Alphabet": "Google", "AWS": "Amazon", "Meta Platforms": "Meta"}
"""Rows of companies.csv that are the same employer as another row."""


def name(typed: str) -> str:
    return company_names([typed], TABLES)[0]


@pytest.mark.parametrize(
    ("company", "spellings"),
    [
        (
            "Amazon",
            "amazon.com services llc|Amazon.com, Inc.|"
            "AMAZON WEB SERVICES, INC.|AWS|amazon development center u.s., inc.",
        ),
        ("Google", "Google LLC|GOOGLE INC.|google|Alphabet Inc.|Alphabet"),
        ("Meta", "Facebook, Inc.|META PLATFORMS, INC.|facebook|Meta"),
        ("Microsoft", "MICROSOFT CORPORATION|Microsoft Corp.|microsoft"),
        ("Apple", "Apple Inc.|APPLE INC|Apple Computer, Inc."),
        ("JPMorgan Chase", "JP Morgan Chase & Co.|J.P. Morgan|JPMORGAN CHASE BANK, N.A."),
        ("Goldman Sachs", "Goldman Sachs & Co. LLC|GOLDMAN SACHS SERVICES LLC"),
        ("LinkedIn", "Linked In|LINKEDIN CORPORATION"),
        ("eBay", "EBAY INC.|eBay"),
        ("EY", "Ernst & Young U.S. LLP|ERNST AND YOUNG"),
        ("L'Oréal Usa", "L'ORÉAL USA, INC."),
        ("China Telecom (Americas)", "CHINA TELECOM (AMERICAS) CORPORATION"),
        ("Greenhouse Studios", "GREENHOUSE STUDIOS,LLC|Greenhouse Studios"),
        ("Eigen Labs", "EIGEN LABS, INC.|eigen  labs|Eigen Labs"),
        ("Mcafee", "mcafee inc|MCAFEE, LLC"),
    ],
)
def test_spellings_of_one_company(company: str, spellings: str) -> None:
    assert company_names(spellings.split("|"), TABLES) == [company] * len(spellings.split("|"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amazon", "Ama"),
        ("Amazon", "Amazonia LLC"),
        ("Meta", "Metal Inc"),
        ("Sherwin-Williams", "Sherwin Williams"),  # no table says so
        ("Apple", "Appel Inc"),
        ("Google", "Waymo LLC"),
        ("Microsoft", "GitHub, Inc."),
    ],
)
def test_what_only_looks_alike_stays_apart(one: str, other: str) -> None:
    assert name(one) != name(other)


def test_every_company_of_the_table_keeps_its_name() -> None:
    assert dict(zip(COMPANIES, company_names(COMPANIES, TABLES), strict=True)) == {
        company: OTHER_NAMES.get(company, company) for company in COMPANIES
    }


def test_companies_with_levels_are_known() -> None:
    """Else their levels would never be found."""
    listed = {str(row["company"]) for row in [*TABLES.rows("level_map"), *TABLES.rows("level_numbers")]}
    assert company_names(sorted(listed), TABLES) == sorted(listed)


@pytest.mark.parametrize("only_a_form", ["AS", "Company", "Inc.", "S.A."])
def test_a_legal_form_alone_is_kept(only_a_form: str) -> None:
    assert name(only_a_form).casefold() == only_a_form.casefold()


WORDS = st.sampled_from(["Acme", "data", "NORTH", "l'oréal", "J.P.", "x", "Straße", "co", "Inc.", "llc", "& Co.", "AG"])


@given(st.lists(WORDS, max_size=4).map(" ".join) | st.text(max_size=20))
def test_a_name_given_again_stays(typed: str) -> None:
    assert name(name(typed)) == name(typed)


@given(st.lists(WORDS, min_size=1, max_size=4))
def test_case_and_repeated_spaces_do_not_matter(words: list[str]) -> None:
    typed = " ".join(words)
    assert name("  ".join(words).lower()) == name(f" {typed} ") == name(typed.lower().upper())


def test_suggestions_are_the_nearest_first() -> None:
    assert suggested_names("amazn", COMPANIES)[0] == "Amazon"
    assert suggested_names("qqqq", COMPANIES) == []
