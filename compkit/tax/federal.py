"""The federal return beyond brackets: itemized deductions, the credits for children, investment income."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.finances import Amounts, Finances, Income
from compkit.tax.schedules import Law, steps_above

_CARE, _CHILD, _CHARITY = "care_credit", "child_credit", "charity"


def salt_cap(law: Law, agi: FloatArray) -> FloatArray:
    """Cap on itemized state and local tax, which falls with income [USD]."""
    cap = np.full_like(agi, law.value("income", "salt_cap"))
    threshold = law.value_or("income", "salt_phase_down_threshold", np.inf)
    if not np.isfinite(threshold):
        return cap
    fallen = cap - law.value("income", "salt_phase_down_rate") * np.maximum(0.0, agi - threshold)
    return np.maximum(fallen, law.value("income", "salt_cap_floor"))


def itemized_besides_tax(law: Law, agi: FloatArray, finances: Finances) -> Amounts:
    """Itemized deductions other than state and local tax: mortgage interest and charity [USD].

    Gifts count up to a share of income, from 2026 only above another share of it. Source: irc-170.
    """
    if not np.any(finances.charity):
        return finances.mortgage_interest
    allowed = np.minimum(finances.charity, law.value(_CHARITY, "ceiling_rate") * agi)
    allowed = np.maximum(0.0, allowed - law.value_or(_CHARITY, "floor_rate", 0.0) * agi)
    return finances.mortgage_interest + allowed


def itemized_deduction(law: Law, agi: FloatArray, local_tax: FloatArray, besides: Amounts) -> FloatArray:
    """Work out itemized deductions, limited from 2026 in the highest bracket. Sources: irc-164, irc-68.

    Parameters
    ----------
    law : Law
    agi : ndarray
        Federal adjusted gross income [USD].
    local_tax : ndarray
        State and local tax up to its cap [USD].
    besides : ndarray or float
        See `itemized_besides_tax` [USD].
    """
    deduction = law.named(local_tax + besides, "itemized deductions") if np.any(besides) else local_tax
    rate = law.value_or("itemized_limit", "rate", 0.0)
    above = np.maximum(0.0, agi - law.top_bracket_start) if rate else 0.0
    return deduction - rate * np.minimum(above, deduction) if np.any(above) else deduction


def standard_deduction(law: Law, agi: FloatArray, finances: Finances | None) -> FloatArray:
    """Return the standard deduction, from 2026 with gifts up to a cap [USD]. Source: irc-170."""
    deduction = np.full_like(agi, law.value("income", "standard_deduction"))
    most = law.value_or(_CHARITY, "standard_cap", 0.0)
    if finances is None or not most or not np.any(finances.charity):
        return deduction
    return deduction + np.minimum(finances.charity, most)


@dataclass(frozen=True, slots=True)
class Credits:
    """Credits for children, before the tax limits them, in USD a year.

    Parameters
    ----------
    care : ndarray or float
        For the care of children; no more than the tax.
    child : ndarray or float
        For children under 17; no more than the tax, but for `refundable`.
    refundable : ndarray or float
        The most of the credit for children that is paid out where the tax is lower.
    """

    care: Amounts = 0.0
    child: Amounts = 0.0
    refundable: Amounts = 0.0

    def taken(self, tax: FloatArray, law: Law) -> tuple[Amounts, Amounts]:
        """Return the credits for care and for children that a tax leaves room for, the latter with what is paid out."""
        care = (
            law.named(np.minimum(self.care, tax), "childcare credit, no more than the tax")
            if np.any(self.care)
            else 0.0
        )
        if not np.any(self.child):
            return care, 0.0
        left = law.named(tax - care, "tax before the child tax credit")
        used = law.named(np.minimum(self.child, left), "child tax credit, no more than the tax")
        unused = law.named(self.child - used, "child tax credit that is left")
        paid_out = law.named(np.minimum(unused, self.refundable), "child tax credit that is paid out")
        return care, law.named(used + paid_out, "child tax credit taken")


def credits_for_children(law: Law, income: Income, finances: Finances | None) -> Credits:
    """Work out the credits for care and for children. Sources: irc-21, irc-24."""
    if finances is None or not np.any(finances.children):
        return Credits()
    start, step = law.value(_CHILD, "phase_out_start"), law.value(_CHILD, "phase_out_step")
    lost = law.value(_CHILD, "phase_out_per_step") * steps_above(income.agi, start, step)
    child = law.named(np.maximum(0.0, law.value(_CHILD, "amount") * finances.children - lost), "child tax credit")
    above = np.maximum(0.0, sum(income.earned) - law.value(_CHILD, "refundable_start"))
    refundable = np.minimum(
        law.value(_CHILD, "refundable_rate") * above, law.value(_CHILD, "refundable_amount") * finances.children
    )
    return Credits(_care_credit(law, income, finances), child, refundable)


def _care_credit(law: Law, income: Income, finances: Finances) -> Amounts:
    """Credit for the care of children; a couple has it only if both earn. Source: irc-21."""
    is_couple = law.status == "married_joint"
    if not np.any(finances.childcare) or (is_couple and len(income.earned) == 1):
        return 0.0
    most = np.where(finances.children > 1, law.value(_CARE, "expenses_of_more"), law.value(_CARE, "expenses_of_one"))
    lesser = np.minimum(*income.earned) if len(income.earned) > 1 else income.earned[0]
    counted = np.minimum(finances.childcare, np.where(finances.children > 0, most, 0.0))
    paid = law.named(np.minimum(counted, law.named(lesser, "the lesser wages")), "childcare that counts")
    per_step = law.value(_CARE, "rate_per_step")
    rate: Amounts = law.value(_CARE, "rate")
    for which in ("first", "second"):
        step = law.value_or(_CARE, f"{which}_step", 0.0)
        if step:
            lost = per_step * steps_above(income.agi, law.value(_CARE, f"{which}_start"), step)
            rate = np.maximum(law.value(_CARE, f"{which}_lowest_rate"), rate - lost)
            rate = law.named(rate, f"rate after the {which} range")
    return law.named(law.named(rate, "rate of the childcare credit") * paid, "childcare credit")


def investment_tax(law: Law, agi: FloatArray, finances: Finances | None) -> Amounts:
    """Net investment income tax on other income, as far as income is above a threshold [USD]. Source: irc-1411."""
    if finances is None or not np.any(finances.other_income):
        return 0.0
    above = np.maximum(0.0, agi - law.value("net_investment_income", "threshold"))
    return law.value("net_investment_income", "rate") * np.minimum(finances.other_income, above)
