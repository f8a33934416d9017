"""Rules for a household's fields that need the tables, or more than one field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compkit.model import Candidate, HouseholdFacts
from compkit.reference import Tables, account_limit, plan_limit

_NOTHING = (None, 0, "0", "$0")
"""An amount or a number, as typed, that is as good as left out."""


def needs_no_move(candidate: Candidate, location: str, tables: Tables) -> bool:
    """Whether a household that tells of its home could go on living there with a job in a place: one metropolitan area.

    Who says nothing of a home is taken to live where the job is.
    """
    facts = candidate.household
    if facts is None or facts.housing is None:
        return False
    rows = {str(row["place"]): row for row in tables.rows("places")}
    home, there = rows.get(str(candidate.residence)), rows.get(location)
    if home is None or there is None:
        return False
    return any(home[area] is not None and home[area] == there[area] for area in ("metro", "commuting_area"))


def household_faults(candidate: Candidate, tables: Tables) -> list[tuple[str, str]]:
    """Find what is wrong with a household: each field of the candidate with the rule."""
    facts = candidate.household
    if facts is None:
        return []
    return needed_faults(candidate.model_dump()) + _savings_faults(facts, candidate.filing_status, tables)


def needed_faults(person: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Find fields of a household that need another one, in a candidate as typed: each field with the rule."""
    facts = person.get("household")
    if not isinstance(facts, dict):
        return []
    rules = {
        ("household.spouse_wages", "needs filing_status: married_joint. Set it."): _is_given(facts, "spouse_wages")
        and not may_be_joint(person.get("filing_status")),
        ("household.housing", "needs a residence: where that home is. Add it."): _is_given(facts, "housing")
        and not _is_given(person, "residence"),
        ("household.housing_cost", "needs household.housing: rent or own. Add it."): _is_given(facts, "housing_cost")
        and not _is_given(facts, "housing"),
        ("household.childcare", "needs household.children, the number of children."): facts.get("childcare")
        not in _NOTHING
        and facts.get("children") in _NOTHING,
    }
    return [fault for fault, is_broken in rules.items() if is_broken]


def may_be_joint(status: object) -> bool:
    """Whether a filing status as typed is the joint one, or a wrong one that has a fault of its own."""
    return status not in (None, "single", "head_of_household")


def _is_given(group: Mapping[str, Any], field: str) -> bool:
    return group.get(field) is not None


def _savings_faults(facts: HouseholdFacts, filing_status: str, tables: Tables) -> list[tuple[str, str]]:
    """Find savings above the limits of the last year in the tables."""
    plan, account = (_latest(tax, tables) for tax in ("retirement_plan", "hsa"))
    is_family = bool(facts.children) or filing_status == "married_joint"
    most_in_plan = plan_limit(plan["deferral_limit"], plan["catch_up"], plan["higher_catch_up"], facts.age)
    most_in_account = account_limit(
        account["limit_of_one"], account["limit_of_family"], account["catch_up"], facts.age, is_family
    )
    older = "" if facts.age else " If you are older than 50, give your age: the limit is higher."
    limits = (("traditional_401k", facts.traditional_401k, most_in_plan), ("hsa", facts.hsa, most_in_account))
    return [
        (
            f"household.{name}",
            f"must be at most {limit:,.0f}, the highest limit of the tables, got {amount:,.0f}.{older}",
        )
        for name, amount, limit in limits
        if amount > limit
    ]


def _latest(tax: str, tables: Tables) -> dict[str, float]:
    """Return a tax's federal parameters of the last year that has them."""
    rows = tables.rows_where("tax_parameters", {"jurisdiction": "US", "tax": tax})
    return {str(row["parameter"]): float(row["value"]) for row in sorted(rows, key=lambda row: row["year"])}
