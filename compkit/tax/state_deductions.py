"""What a state lets a household deduct: its standard deduction, or the home's costs and gifts on its own terms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.federal import itemized_deduction, salt_cap
from compkit.tax.finances import Amounts, Finances
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import ITEMIZED, Law


def with_deductions(household: Household, finances: Finances | None) -> Household:
    """Return the household with its home's costs and gifts."""
    if finances is None:
        return household
    home = {name: getattr(finances, name) for name in ("mortgage_interest", "property_tax", "charity")}
    return replace(household, **home, has_deductions=any(map(np.any, home.values())))


def settled_taxes(
    income_taxes: Callable[[Household], dict[str, FloatArray]],
    household: Household,
    laws: Sequence[Law],
    deductible: Sequence[FloatArray],
) -> dict[str, FloatArray]:
    """Return income taxes by kind, anew with what they come to where they depend on it [USD].

    They do so where a state deducts federal tax, whose return deducts the state's, and where a state's limit counts it.

    Parameters
    ----------
    income_taxes : callable
        Works them out for a household.
    household : Household
    laws : sequence of Law
        Those of the states.
    deductible : sequence of ndarray
        Other taxes that count as state income tax [USD].
    """
    by_kind = income_taxes(household)
    if not any(_depends_on_itself(law, household) for law in laws):
        return by_kind
    for _ in range(3):  # the third time changes cents
        household = replace(household, paid_income_tax=income_tax_paid(by_kind, deductible))
        if household.salt_cap is not None:
            itemized = federal_itemized(laws[0].federal, household, household.paid_income_tax)
            household = replace(household, federal_deduction=itemized)
        by_kind = income_taxes(household)
    return by_kind


def _depends_on_itself(law: Law, household: Household) -> bool:
    if household.salt_cap is not None and deducts_federal_tax(law):
        return True
    return household.has_deductions and limit_counts_income_tax(law)


def income_tax_paid(by_kind: dict[str, FloatArray], deductible: Sequence[FloatArray]) -> FloatArray:
    """Income tax of state and city with other taxes that count as such [USD]."""
    return sum(deductible, start=by_kind["state"] + by_kind["city"])


def federal_itemized(federal: Law, household: Household, paid: Amounts) -> FloatArray:
    """Itemized deductions of the federal return, by the income tax that state and city take [USD]."""
    paid = paid + household.property_tax if np.any(household.property_tax) else paid
    cap = np.inf if household.salt_cap is None else household.salt_cap
    return itemized_deduction(federal, household.agi, np.minimum(paid, cap), household.itemized)


def deduction(law: Law, household: Household) -> Amounts:
    """Return the standard deduction, or what the household itemizes where that is more [USD].

    States that follow the federal choice have no choice of their own, and deduct no state income tax.
    """
    standard = law.value_or("income", "standard_deduction", 0.0)
    if law.follows_federal_choice:
        return standard if household.salt_cap is None else itemized_as_federal(law, household)
    if not household.has_deductions:
        return standard
    if not itemizes(law):  # Indiana and New Jersey; Massachusetts
        home = np.minimum(household.property_tax, law.value_or(ITEMIZED, "property_tax_most", 0.0))
        return standard + home + gifts_besides(law, household)
    return np.maximum(standard, itemized(law, household))


def gifts_besides(law: Law, household: Household) -> Amounts:
    """Gifts that a state deducts without itemizing: a share of what is above a floor, up to a ceiling [USD]."""
    rate = law.value_or(ITEMIZED, "gifts_besides_rate", 0.0)
    if not rate or not np.any(household.charity):
        return 0.0
    ceiling = law.value_or(ITEMIZED, "gifts_besides_ceiling_rate", 0.0)
    gifts = np.minimum(household.charity, ceiling * household.agi) if ceiling else household.charity
    counted = np.maximum(0.0, gifts - law.value_or(ITEMIZED, "gifts_besides_floor", 0.0))
    most = law.value_or(ITEMIZED, "gifts_besides_most", 0.0)
    counted = np.minimum(counted, most) if most else counted
    return law.named(rate * counted, "gifts deducted without itemizing")


def itemized_as_federal(law: Law, household: Household) -> Amounts:
    """Federal itemized deductions without state income tax, after the state's limit [USD].

    The cap is taken up by the tax on the home first; Virginia and the District of Columbia have none for it.
    """
    home = household.property_tax
    if np.any(home) and household.salt_cap is not None and not law.value_or(ITEMIZED, "property_tax_uncapped", 0.0):
        home = np.minimum(home, household.salt_cap)
    return _limited(law, household, household.itemized + home)


def deduction_in_missouri(law: Law, household: Household) -> Amounts:
    """Return the standard deduction, or what the federal return itemizes with payroll taxes where that is more [USD].

    The states' part in the capped tax comes off, the city's doesn't: form MO-A, part 2.
    """
    standard = law.value("income", "standard_deduction")
    if household.salt_cap is None:
        return standard
    every = household.paid_income_tax + household.property_tax
    of_states = (household.paid_income_tax - household.local_tax) / np.maximum(every, 1.0)
    federal = household.federal_deduction - of_states * np.minimum(every, household.salt_cap)
    return np.maximum(standard, household.payroll_tax + federal)


def itemizes(law: Law) -> bool:
    """Whether a state has itemized deductions of its own."""
    return law.value_or(ITEMIZED, "charity_ceiling_rate", 0.0) > 0.0


def limit_counts_income_tax(law: Law) -> bool:
    """Whether a state's limit on itemized deductions falls on its income tax, too, which it doesn't deduct."""
    return law.value_or(ITEMIZED, "limit_counts_income_tax", 0.0) > 0.0


def deducts_federal_tax(law: Law) -> bool:
    """Whether a state deducts some of the federal income tax, which depends on the state's if that is itemized."""
    return law.value_or("income", "deducts_federal_tax", 0.0) > 0.0


def itemized(law: Law, household: Household) -> Amounts:
    """Itemized deductions by the state's own law, without state income tax, after its limits [USD].

    Sources: rtc-17077 and ftb-540ca (California), ny-tax-law-615 and 20 NYCRR 115.5 (New York), and those of the rows.
    """
    income, gifts = household.whole, allowed_gifts(law, household)
    home = np.minimum(
        household.mortgage_interest + np.minimum(household.property_tax, tax_cap(law, household)),
        law.value_or(ITEMIZED, "home_cap", np.inf),
    )
    every = law.named(home + gifts, "itemized deductions before limits")
    left = _limited(law, household, every)
    rate = law.value_or(ITEMIZED, "reduction_rate", 0.0)
    if not rate:
        return left
    width = law.value(ITEMIZED, "reduction_width")
    first, second = (
        np.round(np.clip(income - law.value(ITEMIZED, f"{which}_reduction_start"), 0.0, width) / width, 4)
        for which in ("first", "second")
    )
    left = law.named(left - law.named((rate * first + rate * second) * left, "lost by income"), "itemized deductions")
    share = law.amount_above(ITEMIZED, "charity_share_above", income)
    return np.where(share > 0.0, share * gifts, left)


def allowed_gifts(law: Law, household: Household) -> Amounts:
    """Gifts up to a share of income, above another share of it [USD]."""
    counted = np.minimum(household.charity, law.value(ITEMIZED, "charity_ceiling_rate") * household.agi)
    floor = law.value_or(ITEMIZED, "charity_floor_rate", 0.0)
    if floor and np.any(household.charity):
        counted = np.maximum(0.0, counted - floor * household.agi)
    return law.named(counted, "gifts, as far as they count")


def tax_cap(law: Law, household: Household) -> FloatArray:
    """Cap of a state on the tax that it itemizes: its own, or the federal one [USD]."""
    if law.value_or(ITEMIZED, "has_federal_cap", 0.0):
        return salt_cap(law.federal, household.agi)
    return np.full_like(household.agi, law.value_or(ITEMIZED, "property_tax_cap", np.inf))


def _limited(law: Law, household: Household, amount: Amounts) -> Amounts:
    """Deductions after a share of income above a start is taken from them, up to a share of themselves.

    California's limit starts where its exemption credit starts to fall.
    """
    rate = law.value_or(ITEMIZED, "limit_rate", 0.0)
    if not rate:
        return amount
    start = law.value_or(ITEMIZED, "limit_start", 0.0) or law.value("income", "exemption_credit_reduction_threshold")
    above = law.named(np.maximum(0.0, household.agi - start), "income above the start of the limit")
    every = amount
    if limit_counts_income_tax(law):
        paid = household.paid_income_tax
        if household.salt_cap is not None and law.follows_federal_choice:
            paid = np.minimum(paid, household.salt_cap)
        every = law.named(amount + paid, "deductions with income tax")
    lost = law.named(np.minimum(rate * above, law.value_or(ITEMIZED, "limit_share", 1.0) * every), "lost by the limit")
    if every is not amount:
        lost = law.named(lost * (amount / np.maximum(every, 1.0)), "lost by the limit, without income tax")
    return law.named(amount - lost, "itemized deductions after the limit")
