"""Figures and verdicts as text: the only place where anything is rounded."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from compkit.analysis import Evaluation
from compkit.market import GUIDE, MATRICES, POSTING, REPORTED, RESEARCH, STORE_POSTING, FiredRule, Score
from compkit.negotiation import full_day, joined as joined, month_and_year as month_and_year
from compkit.pay import uncounted_stock, valuation
from compkit.periods import MAX_YEARS, is_over_a_year_old
from compkit.reference import records

EDUCATION = "This is education, not tax, legal or financial advice."
UNKNOWN = "–"
NO_BREAK = "\N{NO-BREAK SPACE}"
SHORT_ON_TIME_DAYS = 7
NOTABLE_FALL = 0.1
MOST_STEPS = 5
LEAST = 0.5
"""What rounds to no dollar is not spoken of [USD]."""

MEASURE_NAMES = {
    "base_salary": "Base salary",
    "rsu_4yr": "Stock grant",
    "sign_on_y1": "Sign-on, year 1",
    "sign_on_y2": "Sign-on, year 2",
    "total_y1": "First-year total",
    "total_4yr_avg": "Base + ¼ of the grant",
    "total": "First-year total",
}
COMPONENT_NAMES = {"base": "Base", "bonus": "Bonus", "sign_on": "Sign-on", "equity": "Stock", "total": "Total"}
BASIS_NAMES = {
    "location": "Location",
    "specialization": "Specialization",
    "skill": "Skill",
    "company_type": "Company type",
}
_PERCENT_SIGNALS = frozenset({"team_attrition_rate", "share_below_market"})


def usd(amount: float | None) -> str:
    """Format an amount in whole dollars.

    >>> usd(1140000.4), usd(-5.0), usd(float("nan"))
    ('$1,140,000', '−$5', '–')
    """
    if amount is None or math.isnan(amount):
        return UNKNOWN
    return f"{'−' if round(amount) < 0 else ''}${abs(amount):,.0f}"


def usd_short(amount: float) -> str:
    """Format an amount for an axis or a label.

    >>> usd_short(284_600), usd_short(1_140_000), usd_short(0), usd_short(-6_987)
    ('$285K', '$1.14M', '$0', '−$7K')
    """
    size, sign = abs(amount), "−" if round(amount) < 0 else ""
    if size >= 999_500:
        return f"{sign}${size / 1e6:.2f}".rstrip("0").rstrip(".") + "M"
    return f"{sign}${size / 1e3:,.0f}K" if round(size / 1e3) else f"{sign}${size:,.0f}"


def percent(share: float | None, decimals: int = 0) -> str:
    """Format a fraction as a percentage, without trailing zeros.

    >>> percent(0.2), percent(0.15351, 2), percent(0.15, 1), percent(-0.001), percent(None)
    ('20%', '15.35%', '15%', '0%', '–')
    """
    if share is None or math.isnan(share):
        return UNKNOWN
    text = f"{share * 100:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{'0' if text in ('-0', '') else text.replace('-', '−')}%"


def chance_in_words(chance: float) -> str:
    """Format a chance so that 0% and 100% are exact.

    >>> chance_in_words(0.001), chance_in_words(0.614), chance_in_words(0.999), chance_in_words(1.0)
    ('under 1%', '61%', 'over 99%', '100%')
    """
    if 0 < chance < 0.005:
        return f"under {percent(0.01)}"
    return f"over {percent(0.99)}" if 0.995 <= chance < 1 else percent(chance)


def day(on: dt.date | None) -> str:
    """Format a date in words.

    >>> day(dt.date(2026, 12, 20))
    'December 20, 2026'
    """
    return full_day(on) if on else UNKNOWN


def quarter(day: dt.date) -> str:
    """Name the quarter of a day.

    >>> quarter(dt.date(2026, 6, 30))
    'second quarter of 2026'
    """
    return f"{('first', 'second', 'third', 'fourth')[(day.month - 1) // 3]} quarter of {day.year}"


def top_coded(pays: Mapping[str, float | None], at_least: float | None) -> dict[str, str | None]:
    """Format an agency's percentiles; those above its top code are at least that.

    >>> top_coded({"p50": 171_000.0, "p90": None}, 239_200.0)
    {'p50': '$171,000', 'p90': 'at least $239,200'}
    """
    top = f"at least {usd(at_least)}" if at_least else None
    return {name: top if pay is None else usd(pay) for name, pay in pays.items()}


def days_in_words(text: str) -> str:
    """Replace each ISO date in a text by the date in words.

    >>> days_in_words("until 2026-12-18")
    'until December 18, 2026'
    """
    return re.sub(r"\b\d{4}-\d{2}-\d{2}\b", lambda found: day(dt.date.fromisoformat(found.group())), text)


def short_day(on: dt.date) -> str:
    """Format a date briefly for a narrow column, without line breaks.

    >>> short_day(dt.date(2026, 12, 20)).replace(NO_BREAK, " ")
    'Dec 20, 2026'
    """
    return f"{on:%b}{NO_BREAK}{on.day},{NO_BREAK}{on.year}"


def aligned(rows: Iterable[Sequence[str] | str], left: Container[int] = (0,)) -> list[str]:
    """Align cells in columns, those at `left` to the left; a row that is one text stays as it is.

    >>> aligned([("", "tax"), ("Seattle", "$81,521"), "as published"])
    ['             tax', 'Seattle  $81,521', 'as published']
    """
    table = list(rows)
    columns = zip(*(row for row in table if not isinstance(row, str)), strict=True)
    widths = [max(map(len, column)) for column in columns]
    return [
        row if isinstance(row, str)
        else "  ".join(
            cell.ljust(width) if at in left else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]  # fmt: skip


def left_out_words(names: Sequence[str], most: int = 5) -> str:
    """Sentence about offers that could not be read.

    >>> left_out_words(["offers.csv, row 7"])
    'Left out because of faults in the offers file: offers.csv, row 7.'
    """
    shown = list(names[:most]) + ([f"{len(names) - most:,} more"] if len(names) > most else [])
    return f"Left out because of faults in the offers file: {'; '.join(shown)}."


def uncapitalized(text: str) -> str:
    """Lower the first letter, to go on within a sentence.

    >>> uncapitalized("Ask Acme for more.")
    'ask Acme for more.'
    """
    return f"{text[:1].lower()}{text[1:]}"


def capitalized(text: str) -> str:
    """Text with its first letter in upper case, the rest unchanged."""
    return f"{text[:1].upper()}{text[1:]}"


def growth_convention_words(convention: str) -> str:
    """Describe how growth applies."""
    return "smoothly" if convention == "smooth" else "in one step a year"


def count(number: int, noun: str) -> str:
    """Format a number with its noun.

    >>> count(1, "warning"), count(0, "warning")
    ('1 warning', 'no warnings')
    """
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def is_old(as_of: dt.date | None, report_date: dt.date) -> bool:
    """Tell whether a yardstick is over twelve months older than the report."""
    return as_of is not None and is_over_a_year_old(as_of, report_date)


def yardstick_name(row: Mapping[str, Any], report_date: dt.date) -> str:
    """Name a component's yardstick, with its date and sample size.

    A band more than twelve months old is called a band of its date.
    """
    if row["source"] is None:
        return f"nothing: {row['reason']}"
    as_of = row["as_of"]
    if row["source"] == GUIDE:
        age = "a band of" if is_old(as_of, report_date) else "the band of"
        return f"{age} {month_and_year(as_of)} for {row['detail']}, from the guide"
    names = {POSTING: "the job posting", RESEARCH: "own research", REPORTED: "reported pay"}
    name = "job postings" if row["origin"] == STORE_POSTING else names[row["source"]]
    name = name if row["detail"] == name else f"{name} ({row['detail']})"
    details = [f"of {month_and_year(as_of)}" if is_old(as_of, report_date) else day(as_of)] if as_of else ["no date"]
    if row["n"] is not None:
        details.append(f"n = {row['n']:.0f}")
    return f"{name}, {', '.join(details)}"


def standing(row: Mapping[str, Any]) -> str:
    """Describe where a component stands in its range."""
    if row["verdict"] is None:
        return UNKNOWN
    if row["verdict"] == "within" and row["penetration"] is not None:
        return f"within, {percent(row['penetration'])} of the way up"
    return str(row["verdict"])


def rule_message(rule: FiredRule) -> str:
    """Message of a rule with its figures filled in."""

    def shown(value: float) -> str:
        return percent(value) if rule.signal in _PERCENT_SIGNALS else f"{value:g}"

    return rule.message.replace("{value}", shown(rule.value)).replace("{threshold}", shown(rule.threshold))


def score_in_words(score: Score) -> str:
    """Describe a score, risk with its verdict, or what is missing; ratings recommend nothing."""
    if score.score is None:
        return f"open: {joined(list(score.missing))} not scored"
    if score.matrix == "risk":
        return f"{score.verdict} risk ({score.score:g} of 10; 10 is safest)"
    return f"your ratings add up to {score.score:g} of 75"


def next_steps(evaluation: Evaluation) -> list[str]:
    """List what to look at next, most urgent first: at most five sentences."""
    steps = [f"{rule_message(rule)} {rule.advice}" for rule in evaluation.fired_rules if rule.kind == "deal_breaker"]
    steps += _deadline_step(evaluation)
    steps += [f"{rule_message(rule)} {rule.advice}" for rule in evaluation.fired_rules if rule.kind == "warning"]
    steps += _untested_stock_step(evaluation)
    steps += _falling_pay_step(evaluation)
    steps += _weakest_component_step(evaluation)
    steps += _later_fall_step(evaluation)
    steps += _missing_score_step(evaluation)
    last = []
    if evaluation.unverified_schedules:
        names = joined([f"the one for {name.capitalize()}" for name in evaluation.unverified_schedules])
        last.append(f"Ask for the vesting schedule in writing: {names} comes from public reports.")
    return [*steps[: MOST_STEPS - len(last)], *last] or [
        "Nothing stands out. Decide what you'd ask for if you could ask for one thing."
    ]


def _deadline_step(evaluation: Evaluation) -> list[str]:
    deadline = evaluation.offer.deadline
    if deadline is None:
        return []
    days = (deadline - evaluation.report_date).days
    if days < 0:
        return [f"The deadline, {day(deadline)}, has passed. Ask right away whether the offer still stands."]
    hurry = " Ask for an extension now if you need one." if days < SHORT_ON_TIME_DAYS else ""
    return [f"The deadline is {day(deadline)}, {count(days, 'day')} after this report.{hurry}"]


def _untested_stock_step(evaluation: Evaluation) -> list[str]:
    """Question about startup equity that no exit covers."""
    offer = evaluation.offer
    uncounted = uncounted_stock(offer)
    untested = [f"{usd(uncounted)} of startup stock"] if round(uncounted) else []
    if offer.startup and not offer.startup.exits:
        untested += ["the options"] if offer.options else []
        untested += ["the part of the company"] if offer.startup.ownership_share else []
    if not untested:
        return []
    return [
        f"No exit tests {joined(untested)}. Ask for the price of a share, the number of all shares, and what they "
        "would be worth on a sale."
    ]


def fall_of_pay(evaluation: Evaluation) -> str | None:
    """Describe the largest fall of pay over the years; None if pay never falls."""
    total = evaluation.years["total"].to_numpy(dtype=float)
    falls = [(total[i] - total[j], i, j) for i in range(len(total)) for j in range(i + 1, len(total))]
    # Of equal falls, take the one that ends first: pay that stays low has not fallen again.
    largest, high, low = max(falls, default=(0.0, 0, 0), key=lambda each: (round(each[0], 6), -each[2], each[1]))
    if largest <= 0:
        return None
    return f"Pay falls from {usd(total[high])} in year {high + 1} to {usd(total[low])} in year {low + 1}"


def later_fall(evaluation: Evaluation) -> tuple[int, float, float] | None:
    """First year after those shown that pays less than the one before, its pay, and the earlier pay.

    Amounts in USD a year; None if pay does not fall within the years that compkit can value.
    """
    pay = evaluation.pay
    worth = valuation(pay, replace(evaluation.assumptions, n_years=MAX_YEARS))
    total = [float(amount) for amount in worth.by_year["total"][0]]
    for year in range(evaluation.assumptions.n_years, MAX_YEARS):
        if total[year - 1] - total[year] >= LEAST:
            return year + 1, total[year], total[year - 1]
    return None


def _has_refreshers(evaluation: Evaluation) -> bool:
    return bool(evaluation.offer.refreshers) or evaluation.offer.refresher_plan is not None


def change_of_pay(evaluation: Evaluation) -> str:
    """Describe how pay changes over the years shown, and when it falls later."""
    n_years = evaluation.assumptions.n_years
    fall, later = fall_of_pay(evaluation), later_fall(evaluation)
    first = fall or (f"Pay never falls from one year to the next within {n_years} years" if n_years > 1 else "")
    said = [first] if first else []
    if later:
        year, amount, _ = later
        what = "it" if first else "pay"
        but = "" if _has_refreshers(evaluation) else ", without refreshers,"
        said.append(f"in year {year}{but} {what} falls to {usd(amount)}")
    sentence = "; ".join(said)
    asked = " Ask what would fill the gap." if fall else ""
    return f"{capitalized(sentence)}.{asked}" if sentence else ""


def _falling_pay_step(evaluation: Evaluation) -> list[str]:
    if not _falls_notably(evaluation):
        return []
    return [
        f"{fall_of_pay(evaluation)}. Ask what refreshers would fill the gap, and whether they can be promised in "
        "writing."
    ]


def _falls_notably(evaluation: Evaluation) -> bool:
    total = evaluation.years["total"]
    return fall_of_pay(evaluation) is not None and total.iloc[-1] <= (1 - NOTABLE_FALL) * total.max()


def _later_fall_step(evaluation: Evaluation) -> list[str]:
    """Question about a notable fall of pay after the years shown, if there are no refreshers."""
    later = later_fall(evaluation)
    if later is None or _falls_notably(evaluation) or _has_refreshers(evaluation):
        return []
    year, amount, before = later
    if amount > (1 - NOTABLE_FALL) * before:
        return []
    return [
        f"Without refreshers pay falls from {usd(before)} in year {year - 1} to {usd(amount)} in year {year}. Ask what "
        "refreshers are usual, and whether they can be promised in writing."
    ]


def _weakest_component_step(evaluation: Evaluation) -> list[str]:
    # A signing bonus makes up for Amazon's late vesting, so its band says nothing about other companies.
    asked = ["base_salary", "rsu_4yr", *(["sign_on_y1", "sign_on_y2"] if evaluation.offer.is_amazon else [])]
    parts = evaluation.market[evaluation.market["component"].isin(asked)]
    placed = parts[parts["penetration"].notna() & (parts["penetration"] < 0.5)].sort_values("penetration")
    if placed.empty:
        return []
    row = records(placed)[0]
    name = MEASURE_NAMES[row["component"]]
    low, high = usd(row["low"]), usd(row["high"])
    return [f"{name} has the most room: {usd(row['value'])} in a range of {low} to {high}. Ask about it first."]


def _missing_score_step(evaluation: Evaluation) -> list[str]:
    steps = []
    for matrix in MATRICES:
        score = evaluation.score(matrix)
        if score.missing:
            few = len(score.missing) <= 3
            what = joined(list(score.missing)) if few else f"{len(score.missing)} factors"
            steps.append(f"Rate {what} to get a {matrix} score.")
    return steps
