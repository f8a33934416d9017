"""Table of stock from refresher grants, and the practice behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from compkit.analysis import Evaluation
from compkit.model import RefresherPlan, RefresherPractice
from compkit.pay import PayTerms, valuation
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR
from compkit.reference import records
from compkit.report.offer.summary import growth_words
from compkit.report.show.blocks import Notes, NotesKind, Table, build_table, in_usd
from compkit.report.show.text import day, joined, usd

MOST_OF_A_NOTE = 240
"""A practice's note is shown up to the last whole sentence within this [characters]."""
FIELD_NAMES = {"first_year": "first year", "calendar_month": "month", "vesting": "vesting"}


def refreshers_table(evaluation: Evaluation) -> Table | Notes:
    """Stock over eight years from the offer's grants and from refreshers."""
    pay = evaluation.pay
    given = replace(evaluation.assumptions, n_years=MAX_YEARS)
    years = valuation(pay, given).years_of(evaluation.offer.id)
    first = valuation(replace(pay, grants=_grants_of_the_offer(pay)), given).years_of(evaluation.offer.id)["equity"]
    if not years["equity"].any():
        kind: NotesKind = "basis" if evaluation.offer.refresher_plan else "left-out"
        told = ["Your file has no stock and no refreshers."]
        if evaluation.paper.any():
            told = ["You can't sell the stock when it vests: it is paper, and no pay shown here counts it."]
        if evaluation.offer.refresher_plan:
            told = [f"No stock vests within {MAX_YEARS} years.", *_expected(evaluation, has_refreshers=False)]
        return Notes("Stock after the first grant", told, kind)
    frame = pd.DataFrame({"year": [f"Year {k}" for k in years.index], "first": first, "later": years["equity"] - first})
    frame = frame.assign(stock=years["equity"], total=years["total"])
    sums = in_usd(first="Grants of the offer", later="Refreshers", stock="All stock", total="All pay")
    notes = _fall_after_first_grant(pay, frame, evaluation)
    return build_table(f"Stock over {MAX_YEARS} years (USD)", {"year": "Employment year", **sums}, frame, *notes)


def _grants_of_the_offer(pay: PayTerms) -> pd.DataFrame:
    return pay.grants[~pay.grants["is_valued_at_grant"].to_numpy(dtype=bool)]


def _fall_after_first_grant(pay: PayTerms, frame: pd.DataFrame, evaluation: Evaluation) -> Iterator[str]:
    first = _grants_of_the_offer(pay)
    if len(first):
        largest = records(first)[int((first["units"] * first["start_price"]).to_numpy().argmax())]
        last_month = int(largest["start_month"]) + pay.schedules[str(largest["schedule"])].n_months
        last = max(1, -(-last_month // MONTHS_A_YEAR))
        which = "The offer's grant" if len(first) == 1 else "The largest grant of the offer"
        fall = ""
        if last < MAX_YEARS:
            before, after = (usd(float(frame["stock"].iloc[year - 1])) for year in (last, last + 1))
            fall = f": stock goes from {before} to {after} in year {last + 1}"
        yield f"{which} ends in year {last}{fall}."
    yield from _expected(evaluation, has_refreshers=len(first) < len(pay.grants))
    yield f"Stock {growth_words(evaluation)}."


def _expected(evaluation: Evaluation, *, has_refreshers: bool) -> Iterator[str]:
    """Yield how certain refreshers are, and by whose account."""
    plan, practice = evaluation.offer.refresher_plan, evaluation.refresher_practice
    if has_refreshers:
        yield "Refreshers are expected, not promised."
    elif plan is None:
        yield "You entered no refreshers: ask what they usually grant, and whether they'll put it in writing."
    elif plan.makes_grants:
        yield f"The refresher plan makes no grant within {MAX_YEARS} years."
    if plan and practice:
        yield from _practice_words(plan, practice, evaluation)
    elif plan and not plan.makes_grants:
        known = evaluation.tables.practices[str(plan.practice)]
        yield f"The refresher plan has the practice {known.name}, so no grant of it is counted. {known.note}"


def _practice_words(plan: RefresherPlan, practice: RefresherPractice, evaluation: Evaluation) -> Iterator[str]:
    """Yield the practice behind a plan's grants, its source, and the file's own values."""
    source = evaluation.tables.sources[practice.source_id]
    doubt = "" if practice.is_verified else "; unverified"
    yield f"The refresher plan follows the practice {practice.name} ({practice.title})."
    yield f"Source: {source.title}, {source.publisher}, as of {day(pd.Timestamp(practice.as_of).date())}{doubt}."
    yield in_short(practice.note)
    own = [FIELD_NAMES[name] for name, value in practice.fields.items() if getattr(plan, name) != value]
    if own:
        yield f"Your file has its own {joined(own)}."


def in_short(note: str, most: int = MOST_OF_A_NOTE) -> str:
    """Whole sentences of a note that fit, at least one.

    >>> in_short("An account. It tells more. And more.", 30)
    'An account. It tells more.'
    """
    kept, *others = re.split(r"(?<=\.) ", note)
    for sentence in others:
        if len(kept) + 1 + len(sentence) > most:
            break
        kept += f" {sentence}"
    return kept
