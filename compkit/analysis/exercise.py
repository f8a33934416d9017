"""Tax on exercising an offer's options in the years in which they vest."""

from __future__ import annotations

import pandas as pd

from compkit.analysis.evaluation import Evaluation
from compkit.errors import CompkitError
from compkit.pay import leaving_exercise, option_grants
from compkit.periods import MONTHS_A_YEAR, start_years
from compkit.tax import TaxTables, exercise_tax, finances_with

EXERCISE_COLUMNS = ("option", "kind", "year", "vested_options", "exercise_cost", "spread", "low", "high", "status")


def exercise_years(evaluation: Evaluation, law: TaxTables) -> pd.DataFrame:
    """Tax on exercising all options vested by the end of each employment year in that year, at today's fair value.

    Parameters
    ----------
    evaluation : Evaluation
    law : TaxTables

    Returns
    -------
    DataFrame, one row per grant of options and employment year
        option (its number), kind, year; vested_options; exercise_cost, spread, low, high [USD], see `exercise_tax`, on
        top of the offer's pay of that year; status, official or projected. No rows for options without a fair value
        above the strike, or where the tax can't be worked out.
    """
    offer, entry = evaluation.offer, evaluation.entry
    start_on = offer.start_date or evaluation.report_date
    totals = evaluation.years["total"].to_numpy(dtype=float)
    months = [MONTHS_A_YEAR * number for number in range(1, len(totals) + 1)]
    frames = []
    for number, grant in enumerate(option_grants(offer, evaluation.tables.schedules), start=1):
        if grant.fair_value is None or grant.fair_value <= grant.strike:
            continue
        held = leaving_exercise(grant, months)
        years = held[["vested_options", "exercise_cost", "spread"]].reset_index(drop=True)
        try:
            taxed = [
                exercise_tax(
                    spread, grant.kind, pay, str(entry.residence), entry.candidate.filing_status, calendar, law,
                    work_place=entry.work_place, is_remote=entry.is_remote,
                    finances=finances_with(evaluation.candidate, offer, entry.residence),
                )
                for spread, pay, calendar in zip(
                    years["spread"], totals, start_years(start_on, len(totals)), strict=True
                )
            ]  # fmt: skip
        except CompkitError:
            continue
        taxes = pd.concat(taxed, ignore_index=True)
        named = years.assign(option=number, kind=grant.kind, year=range(1, len(totals) + 1))
        frames.append(pd.concat([named, taxes], axis=1)[list(EXERCISE_COLUMNS)])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(EXERCISE_COLUMNS))
