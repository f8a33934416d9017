"""Savings before tax that are above the limits of a year's law."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from compkit.errors import OutOfRangeError
from compkit.reference import account_limit, plan_limit
from compkit.tax.finances import Finances
from compkit.tax.schedules import Law

_PLAN, _HSA = "retirement_plan", "hsa"


def above_limits(law: Law, finances: Finances) -> Iterator[OutOfRangeError]:
    """Yield an error for each kind of saving above its limit."""
    catch_up = law.value(_PLAN, "catch_up")
    higher = law.value_or(_PLAN, "higher_catch_up", catch_up)
    is_family = (np.asarray(finances.children) > 0) | (law.status == "married_joint")
    one, family, more = (law.value(_HSA, name) for name in ("limit_of_one", "limit_of_family", "catch_up"))
    limits = (
        ("traditional_401k", plan_limit(law.value(_PLAN, "deferral_limit"), catch_up, higher, finances.age), 50),
        ("hsa", account_limit(one, family, more, finances.age, is_family), 55),
    )
    for name, limit, catch_up_age in limits:
        amount = getattr(finances, name)
        wrong = np.asarray(amount > limit)
        if not wrong.any():
            continue
        row = int(np.argmax(wrong))
        most, given = (float(np.broadcast_to(each, wrong.shape).ravel()[row]) for each in (limit, amount))
        older = f" (more from age {catch_up_age}: give your age)" if finances.age is None else ""
        yield OutOfRangeError(name, f"be at most {most:,.0f} in {law.year}{older}", given)
