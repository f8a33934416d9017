"""Options for what decides a household's tax besides the wages of one job."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from compkit.cli.number_types import AMOUNT, PLAIN
from compkit.model import MOST_CHILDREN, OLDEST, YOUNGEST
from compkit.tax import JOINT, Finances, TaxTables, above_limits

_FROM_WAGES = ("traditional_401k", "hsa", "premiums")
CommandT = TypeVar("CommandT", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class HouseholdOption:
    """An option, the field of `Finances` that it fills, and its help."""

    name: str
    field: str
    help: str
    is_count: bool = False


OPTIONS = (
    HouseholdOption("spouse-wages", "spouse_wages", "Your spouse's wages; --wages are then yours alone."),
    HouseholdOption("children", "children", "Children under 17.", is_count=True),
    HouseholdOption("childcare", "childcare", "Paid for the care of children under 13 while you work."),
    HouseholdOption("401k", "traditional_401k", "What you put into a traditional 401(k)."),
    HouseholdOption("hsa", "hsa", "What you put into a health savings account through payroll."),
    HouseholdOption("premiums", "premiums", "Health insurance premiums you pay through payroll, before tax."),
    HouseholdOption("match", "match", "Your employer's 401(k) match."),
    HouseholdOption("mortgage-interest", "mortgage_interest", "Deductible interest on your mortgage."),
    HouseholdOption("property-tax", "property_tax", "Tax on your home."),
    HouseholdOption("charity", "charity", "Cash you give to charity."),
    HouseholdOption("other-income", "other_income", "Interest and other investment income at ordinary rates."),
    HouseholdOption("age", "age", "Your age at the end of the year, for catch-up limits.", is_count=True),
)


def household_options(command: CommandT) -> CommandT:
    """Add the options of a household to a command, each left out by default."""
    for option in reversed(OPTIONS):
        kind, metavar = (PLAIN, "N") if option.is_count else (AMOUNT, "USD")
        command = click.option(
            f"--{option.name}", option.field, type=kind, default=None, metavar=metavar, help=option.help
        )(command)
    return command


def finances_from(given: Mapping[str, Any]) -> Finances | None:
    """Return the finances that options of a command give; None if none of theirs is used."""
    fields = {option.field for option in OPTIONS}
    used = {name: float(value) for name, value in given.items() if name in fields and value is not None}
    return Finances(**used) if used else None


def _above_wages(taken: Mapping[str, float], wages: float) -> Iterator[tuple[str, str]]:
    """Yield a fault if what is taken from the wages before tax is more than they are."""
    if sum(taken.values()) > wages >= 0:
        first, *others = taken
        together = f"with --{' and --'.join(others)} " if others else ""
        yield first, f"{together}must be at most the wages of {wages:,.0f}, got {sum(taken.values()):,.0f}."


def household_faults(
    finances: Finances, wages: float, law: TaxTables, status: str, year: int, n_earners: int
) -> list[tuple[str, str]]:
    """Find what is wrong with options of a household: each option with the rule."""
    named = {option.field: option.name for option in OPTIONS}
    amounts = {option.field: getattr(finances, option.field) for option in OPTIONS}
    ranges = {"children": (0, MOST_CHILDREN), "age": (YOUNGEST, OLDEST)}
    wrong = []
    for field, amount in amounts.items():
        if amount is None:
            continue
        if field in ranges and not (amount.is_integer() and ranges[field][0] <= amount <= ranges[field][1]):
            low, high = ranges[field]
            wrong.append((named[field], f"must be a whole number from {low} to {high}, got {amount:,g}."))
        elif not math.isfinite(amount):
            wrong.append((named[field], f"must be finite, got {amount}."))
        elif amount < 0:
            wrong.append((named[field], f"must be 0 or more, got {amount:,.0f}."))
    wrong += _above_wages({named[field]: amounts[field] for field in _FROM_WAGES if amounts[field]}, wages)
    if finances.spouse_wages is not None and status != JOINT:
        wrong.append(("spouse-wages", f"needs --filing-status {JOINT}, got {status}."))
    if finances.spouse_wages is not None and n_earners != 1:
        wrong.append(("spouse-wages", "and --earners 2 can't both be given. Leave out --earners."))
    if finances.childcare and not finances.children:
        wrong.append(("childcare", "needs --children, the number of children."))
    if year in law.years:
        over = above_limits(law.law("US", year, status), finances)
        wrong += [(named[each.what], f"must {each.rule}, got {each.value:,.0f}.") for each in over]
    return wrong
