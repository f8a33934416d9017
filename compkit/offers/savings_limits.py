"""Limits on savings that a household's fields must keep to: those of the last year in the tables."""

from __future__ import annotations

from compkit.model import Candidate
from compkit.reference import Tables, account_limit, plan_limit


def savings_faults(candidate: Candidate, tables: Tables) -> list[tuple[str, str]]:
    """Find savings above their limits: each field of the candidate with the rule."""
    facts = candidate.household
    if facts is None:
        return []
    plan, account = (_latest(tax, tables) for tax in ("retirement_plan", "hsa"))
    is_family = bool(facts.children) or candidate.filing_status == "married_joint"
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
