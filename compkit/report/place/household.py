"""What a household adds to an offer's tax and net pay, in words."""

from __future__ import annotations

from compkit.report.show.text import joined, usd
from compkit.tax import Finances, Law

_PLAN = "retirement_plan"
_WORDS = {
    "childcare": "{} of childcare",
    "traditional_401k": "{} into a 401(k)",
    "hsa": "{} into a health savings account",
    "premiums": "{} of insurance premiums",
    "match": "an employer's match of {}",
    "mortgage_interest": "{} of mortgage interest",
    "property_tax": "{} of property tax",
    "charity": "{} to charity",
    "other_income": "{} of other income",
}
_ASSUMED = {
    "spouse_wages": "Your spouse works in the state you live in, and spouse wages are after the spouse's own pretax "
    "deductions.",
    "childcare": "Childcare is for children under 13, while their parents work.",
    "mortgage_interest": "Mortgage interest is all deductible.",
    "charity": "Charity is cash.",
    "other_income": "Other income is interest.",
}
NOT_IN_HOUSEHOLD = (
    "what states give for children", "the earned income credit", "dependent-care accounts", "capital gains",
    "the alternative minimum tax without exercised options",
)  # fmt: skip


HOUSEHOLD_RULE = (
    "Where the file has a household, tax and net are the household's: with the spouse's wages, after insurance "
    "premiums, and with what it saves and the employer's match."
)


def household_answer(finances: Finances | None, federal: Law) -> dict[str, object]:
    """Return what the JSON of a command says of a household; nothing if there is none."""
    if finances is None:
        return {}
    assumed = household_assumptions(finances, federal)
    counted = household_words(finances)
    return {"household": {"counted": counted, "assumed": assumed, "not_modeled": list(NOT_IN_HOUSEHOLD)}}


def household_words(finances: Finances) -> str:
    """Name what a household adds.

    >>> household_words(Finances(spouse_wages=60_000.0, children=2.0))
    "your spouse's wages of $60,000 and 2 children under 17"
    """
    found = []
    if finances.spouse_wages is not None:
        wages = float(finances.spouse_wages)
        found.append(f"your spouse's wages of {usd(wages)}" if wages else "no wages of your spouse")
    if finances.children:
        number = int(finances.children)
        found.append(f"{number} {'child' if number == 1 else 'children'} under 17")
    amounts = {field: float(getattr(finances, field)) for field in _WORDS}
    found += [_WORDS[field].format(usd(amount)) for field, amount in amounts.items() if amount]
    return joined(found) or "nothing but this pay"


def household_assumptions(finances: Finances, federal: Law) -> list[str]:
    """Assumptions about what a household gives in a year."""
    is_given = {"spouse_wages": finances.spouse_wages is not None}
    assumed = [words for field, words in _ASSUMED.items() if is_given.get(field, bool(getattr(finances, field)))]
    limit = federal.value(_PLAN, "deferral_limit")
    most_pay = federal.value_or(_PLAN, "roth_catch_up_wages", 0.0)
    if most_pay and finances.traditional_401k > limit:
        assumed.append(
            f"Your employer paid you at most {usd(most_pay)} the year before: otherwise, what you save above "
            f"{usd(limit)} must go to a Roth account, after tax."
        )
    return assumed
