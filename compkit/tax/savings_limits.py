"""Limits on what one may put before tax into a 401(k) plan and a health savings account."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from compkit.errors import OutOfRangeError
from compkit.tax.finances import Amounts, Finances
from compkit.tax.schedules import Law

_PLAN, _HSA = "retirement_plan", "hsa"


def plan_limit(law: Law, age: Amounts | None) -> Amounts:
    """Limit of deferrals to a 401(k) plan, with the catch-up that an age allows [USD a year].

    Sources: irs-n-2023-75, irs-n-2025-67.
    """
    limit = law.value(_PLAN, "deferral_limit")
    if age is None:
        return limit
    catch_up = law.value(_PLAN, "catch_up")
    higher = law.value_or(_PLAN, "higher_catch_up", catch_up)
    is_higher = (np.asarray(age) >= 60) & (np.asarray(age) <= 63)
    return limit + np.where(np.asarray(age) < 50, 0.0, np.where(is_higher, higher, catch_up))


def hsa_limit(law: Law, finances: Finances) -> Amounts:
    """Limit of a health savings account: of a family for couples and parents [USD a year].

    Sources: irs-rp-2023-23, irs-rp-2024-25, irs-rp-2025-19, irs-rp-2026-24, irc-223.
    """
    is_family = (np.asarray(finances.children) > 0) | (law.status == "married_joint")
    limit = np.where(is_family, law.value(_HSA, "limit_of_family"), law.value(_HSA, "limit_of_one"))
    if finances.age is None:
        return limit
    return limit + np.where(np.asarray(finances.age) < 55, 0.0, law.value(_HSA, "catch_up"))


def above_limits(law: Law, finances: Finances) -> Iterator[OutOfRangeError]:
    """Yield an error for each kind of saving above its limit."""
    limits = (("traditional_401k", plan_limit(law, finances.age), 50), ("hsa", hsa_limit(law, finances), 55))
    for name, limit, catch_up_age in limits:
        amount = getattr(finances, name)
        wrong = np.asarray(amount > limit)
        if not wrong.any():
            continue
        row = int(np.argmax(wrong))
        most, given = (float(np.broadcast_to(each, wrong.shape).ravel()[row]) for each in (limit, amount))
        older = f" (more from age {catch_up_age}: give your age)" if finances.age is None else ""
        yield OutOfRangeError(name, f"be at most {most:,.0f} in {law.year}{older}", given)
