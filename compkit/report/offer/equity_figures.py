"""Charts and tables of simulated pay, and of leaving early."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compkit.analysis import Evaluation
from compkit.pay import (
    MAY_NOT_HOLD,
    RepaymentLimit,
    cash_flow,
    limited_owed,
    payback_month,
    present_job_terms,
    repayable_relocation,
    repayment_limits,
    repayment_note,
    sign_on_owed,
)
from compkit.periods import MONTHS_A_YEAR, date_after
from compkit.prices import PERCENTILES, spread
from compkit.reference import records
from compkit.report.offer.equity_tables import (
    N_PATHS,
    SEED,
    no_stock_reason,
    simulated_pay,
    simulation_words,
)
from compkit.report.offer.summary import growth_words
from compkit.report.offer.term_words import sign_on_repayment
from compkit.report.show.blocks import Notes, Picture, Table, build_table, in_usd
from compkit.report.show.drawing import COLORS, picture
from compkit.report.show.pay_charts import Outcome, draw_leads, draw_outcomes
from compkit.report.show.text import LEAST, count, day, usd, usd_short

# Months of each year that show the cost of leaving: first, middle, last but one, last.
_TELLING_MONTHS = (1, 6, 11, 12)
_COSTS_NOTHING = (
    "Leaving costs nothing here: no stock is left to vest, and you owe no sign-on or relocation money back."
)


def spread_table(
    evaluation: Evaluation, *, n_paths: int = N_PATHS, seed: int = SEED, volatility: float | None = None
) -> Table | None:
    """Range of simulated pay by year and in total; None if no pay depends on a share price."""
    if no_stock_reason(evaluation):
        return None
    totals = simulated_pay(evaluation, n_paths=n_paths, seed=seed, volatility=volatility)
    names = [f"Year {k}" for k in range(1, len(totals) + 1)]
    is_summed = len(totals) > 1
    if is_summed:
        totals, names = np.vstack([totals, totals.sum(axis=0)]), [*names, "All years"]
    frame = spread(totals)
    frame.insert(0, "year", names)
    headings = {f"p{each}": f"{each} of 100 below" for each in PERCENTILES} | {"p50": "Median", "mean": "Mean"}
    order = ["p5", "p25", "p50", "mean", "p75", "p95"]
    columns = {"year": "Employment year", **in_usd({name: headings[name] for name in order})}
    said = [
        f"Half of all paths pay less than the median. {_mean_beside_median(frame.iloc[-1])}",
        f"{simulation_words(evaluation, n_paths, seed, volatility)} Its mean is stock {growth_words(evaluation)}; "
        f"but for the chance of the draw all years have a mean of {usd(evaluation.summary['total'])}.",
    ]
    if is_summed:
        said.append("The columns do not add up over the years: the worst paths of one year are not those of another.")
    return build_table("What a year could pay (USD)", columns, frame, *said, is_last_row_total=is_summed)


def _mean_beside_median(row: pd.Series) -> str:
    lead = float(row["mean"] - row["p50"])
    if lead < LEAST:
        return ""
    return f"The mean lies {usd(lead)} above it, because a few very good paths pull it up."


def spread_chart(
    evaluation: Evaluation, *, n_paths: int = N_PATHS, seed: int = SEED, volatility: float | None = None
) -> Picture | Notes:
    """Bars of simulated pay by year, from the cash floor to 9 of 10 outcomes."""
    reason = no_stock_reason(evaluation)
    if reason:
        return Notes("No spread", [reason])
    bands = records(spread(simulated_pay(evaluation, n_paths=n_paths, seed=seed, volatility=volatility)))
    years = evaluation.years
    certain = (years["base"] + years["sign_on"]).tolist()
    outcomes = [
        Outcome(f"Year {k}", cash, bonus, row["p5"], row["p50"], row["p95"])
        for k, cash, bonus, row in zip(years.index, certain, years["bonus"].tolist(), bands, strict=True)
    ]
    said = "; ".join(
        f"year {k} {usd(one.cash)} salary and sign-on, {usd(one.low)} to {usd(one.high)} in all, "
        f"median {usd(one.middle)}"
        for k, one in zip(years.index, outcomes, strict=True)
    )
    widest = max(outcomes, key=lambda one: one.high - one.low)
    span = f"{usd_short(widest.low)} to {usd_short(widest.high)}"
    return picture(
        lambda chart: draw_outcomes(chart, outcomes),
        f"{widest.name} could pay {span}, {usd_short(widest.cash)} of it sure",
        f"Bars of pay by year with the band of 90 of 100 simulated paths: {said}.",
    )


def leaving_chart(evaluation: Evaluation) -> Picture | Notes:
    """Line chart by month of leaving: the lead over staying, else what you keep; and what you must pay back."""
    months, behind = leaving_months(evaluation), evaluation.left_behind
    options = " Options are not counted." if evaluation.offer.options or evaluation.offer.startup else ""
    free = f"{_COSTS_NOTHING}{options}" if months is None else ""
    if free and behind is None:
        return Notes("Leaving early", [free])
    table = evaluation.leaving
    kept, owed = (table[name].to_numpy(dtype=float) for name in ("kept", "owed"))
    stayed = _paid_by_staying(evaluation)
    lead = kept - stayed - (behind.repayment_owed if behind else 0.0)
    title = _leaving_finding(table) if behind is None else _lead_finding(kept, stayed, behind.repayment_owed)
    name = "Ahead of staying" if behind else "You keep"
    told = table.loc[[6, *range(MONTHS_A_YEAR, len(table) + 1, MONTHS_A_YEAR)]]
    said = "; ".join(
        f"after month {month} {usd(row['kept'])} kept, {usd(row['owed'])} to pay back, {usd(row['forfeited'])} lost"
        + (f", {usd(abs(ahead))} {'ahead of' if ahead >= 0 else 'behind'} staying" if behind else "")
        for (month, row), ahead in zip(told.iterrows(), lead[told.index - 1], strict=True)
    )
    base = "Staying in your current job" if behind else ""
    return picture(
        lambda chart: draw_leads(chart, {name: lead}, {name: COLORS["base"]}, base=base, owed=owed),
        title,
        f"What you keep if you leave, by month: {said}.",
        free,
    )


def _paid_by_staying(evaluation: Evaluation) -> np.ndarray:
    """Cumulative pay of the current job by month [USD]; zeros without one."""
    job, given = evaluation.candidate.current, evaluation.assumptions
    if job is None:
        return np.zeros(MONTHS_A_YEAR * given.n_years)
    terms = present_job_terms(job, evaluation.offer.start_date)
    return np.asarray(cash_flow(terms, given.growth, given.n_years).total[0].cumsum())


def _lead_finding(kept: np.ndarray, stayed: np.ndarray, repayment_owed: float) -> str:
    month, lead = payback_month(kept, stayed, repayment_owed), float(kept[-1] - stayed[-1]) - repayment_owed
    over = count(len(kept) // MONTHS_A_YEAR, "year")
    if month is None:
        return f"Moving is {usd_short(-lead)} behind staying after {over}"
    if month == 1:
        return f"Ahead of staying from the first month, by {usd_short(lead)} after {over}"
    return f"Ahead of staying for good from month {month}, by {usd_short(lead)} after {over}"


def _leaving_finding(months: pd.DataFrame) -> str:
    owed = months.index[months["owed"] >= LEAST]
    if len(owed):
        most = usd_short(float(months["owed"].max()))
        return f"Leaving before the end of month {owed[-1] + 1} means paying back up to {most}"
    lost = float(months["forfeited"].to_numpy()[MONTHS_A_YEAR - 1])
    return f"Leaving after a year gives up {usd_short(lost)} of stock that hasn't vested"


def leaving_months(evaluation: Evaluation) -> pd.DataFrame | None:
    """Money kept, owed and lost by month if you leave by choice; None if leaving costs nothing."""
    table = evaluation.leaving
    return table if (table[["owed", "forfeited"]] >= LEAST).any(axis=None) else None


def leaving_table(evaluation: Evaluation, *, every_month: bool = False) -> Table | None:
    """Money kept, owed and lost if you leave, for four months of each year or for all months.

    None if leaving costs nothing, which `leaving_chart` says.
    """
    months = leaving_months(evaluation)
    if months is None:
        return None
    frame = months.reset_index()
    if not every_month:
        frame = frame[((frame["month"] - 1) % MONTHS_A_YEAR + 1).isin(_TELLING_MONTHS)]
    frame = frame.assign(earned=frame["paid"] + frame["vested"], month="Month " + frame["month"].astype(str))
    columns = {
        "month": "Leaving after",
        **in_usd(earned="Paid and vested", owed="To pay back", kept="Kept", forfeited="Lost: not vested yet"),
    }
    offer = evaluation.offer
    return build_table(
        "What you keep if you leave, by month (USD)",
        columns,
        frame,
        f"Leaving by choice; vested stock {growth_words(evaluation)}, lost stock at today's price. Before tax.",
        "Relocation money went into the move: it isn't pay, but you may owe it." if offer.relocation else None,
        "Options are not in this table." if offer.options or offer.startup else None,
    )


def leaving_notes(evaluation: Evaluation) -> Notes | None:
    """Explain repayment: layoffs, gross amounts and legal limits; None if leaving is free."""
    months = leaving_months(evaluation)
    if months is None:
        return None
    if not (months["owed"] >= LEAST).any():
        return Notes("Paying back", ["You owe nothing back, whenever you resign."])
    items = ["We assume you owe nothing after a layoff. The agreement may say otherwise: read it."]
    items += [told for told in [sign_on_repayment(evaluation.offer)] if told]
    items += _gross_repayment(evaluation)
    items += _law_notes(evaluation, months)
    return Notes("Paying back", items, "caveats")


def _gross_repayment(evaluation: Evaluation) -> list[str]:
    """First case of a repayment due in a later calendar year than the payment."""
    offer, n_months = evaluation.offer, MONTHS_A_YEAR * evaluation.assumptions.n_years
    if offer.start_date is None:
        return ["No start date: whether a repayment falls in a later calendar year than the payment is not known."]
    owed = sign_on_owed(offer, n_months)
    # Last month in which each payment is still owed, or the last but one of the horizon.
    paid_in = [MONTHS_A_YEAR * (year - 1) + 1 for year, amount in enumerate(offer.sign_on, start=1)
               if amount and not offer.is_sign_on_monthly(year)]  # fmt: skip
    ends = [(paid, min(paid + offer.sign_on_repayment_months - 2, n_months - 1)) for paid in paid_in]
    cases = [("sign-on", paid, left) for paid, left in ends if paid <= left and owed[left - 1] > 0]
    moved = repayable_relocation(offer)
    if moved and moved.value and moved.clawback != "none" and moved.months > 1:
        cases.append(("relocation money", 1, min(moved.months - 1, n_months)))
    for what, paid, left in cases:
        note = repayment_note(paid, left, offer.start_date)
        if note:
            return [f"Leaving after month {left} with {what} to pay back: {note[0].lower()}{note[1:]}"]
    return []


def _law_notes(evaluation: Evaluation, months: pd.DataFrame) -> Iterator[str]:
    offer, agreed_on, entry = evaluation.offer, evaluation.report_date, evaluation.entry
    place = entry.residence if entry.is_remote else offer.location
    places = {row["place"]: row["state"] for row in evaluation.tables.rows("places")}
    state = places.get(place)
    if state is None:
        yield "Where the work is done is not known, so neither is the law."
        return
    last_on = date_after(offer.start_date or agreed_on, len(months))
    laws = repayment_limits(state, agreed_on, evaluation.tables["repayment_laws"], leaving_by=last_on)
    if not laws:
        yield f"We know of no law on repayments like these in {state}. There may be one: ask a lawyer."
    for law in laws:
        yield _law_in_words(law)
    binding = [law for law in laws if not law.is_later_than_agreement]
    limited = limited_owed(offer, binding, len(months), relocation=repayable_relocation(offer))
    beyond = limited.index[limited["is_beyond_limit"]]
    if len(beyond):
        most = float((months["owed"] - limited["owed"]).max())
        yield (
            f"What is asked goes up to {usd(most)} beyond what the law allows, last after month {beyond[-1]}: it "
            f"{MAY_NOT_HOLD}."
        )


def _law_in_words(law: RepaymentLimit) -> str:
    """Explain a law's effect first, then name it."""
    doubt = "" if law.status == "verified" else ", not verified"
    limits, when = "limits", "holds on the day of this report"
    if law.is_later_than_agreement:
        limits, when = "will limit", f"holds from {day(law.valid_from)}, after this report"
    plainly = f"A law of {law.state} {limits} what may be asked back. {law.statement}"
    return f"{plainly} A repayment against it {MAY_NOT_HOLD}. The law: {law.state}, {law.law}; it {when}{doubt}."
