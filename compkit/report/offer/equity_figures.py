"""Charts and tables of simulated pay, and of leaving early."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from compkit.analysis import Evaluation
from compkit.pay import (
    MAY_NOT_HOLD,
    RepaymentLimit,
    limited_owed,
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
from compkit.report.show.drawing import (
    COLORS,
    FONT,
    INK,
    RANGE,
    dollars,
    label_inside,
    legend_on_top,
    new_figure,
    picture,
)
from compkit.report.show.text import LEAST, day, usd, usd_short

# Months of each year that show the cost of leaving: first, middle, last but one, last.
_TELLING_MONTHS = (1, 6, 11, 12)
_WIDE, _MIDDLE = "#9fd9c6", COLORS["equity"]
_MOST_WORDY = 4
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
    """Bars of simulated pay by year: guaranteed pay, and the bands of 90% and 50% of paths."""
    reason = no_stock_reason(evaluation)
    if reason:
        return Notes("No spread", [reason])
    totals = simulated_pay(evaluation, n_paths=n_paths, seed=seed, volatility=volatility)
    bands = spread(totals)
    years = evaluation.years
    certain, bonus = (years["base"] + years["sign_on"]).to_numpy(), years["bonus"].to_numpy()
    x = np.arange(1, len(totals) + 1)
    figure, axes = new_figure(3.9)
    axes.bar(x, certain, width=0.62, color=COLORS["base"], label="Salary and sign-on")
    if bonus.any():
        axes.bar(x, bonus, bottom=certain, width=0.62, color=COLORS["bonus"], label="Target bonus")
    for low, high, color, label in (
        ("p5", "p95", _WIDE, "90 of 100 paths"),
        ("p25", "p75", _MIDDLE, "Half of all paths"),
    ):
        axes.bar(x, bands[high] - bands[low], bottom=bands[low], width=0.36, color=color, label=label)
    median, highest = (bands[name].to_numpy() for name in ("p50", "p95"))
    wanders = highest - bands["p5"].to_numpy() >= LEAST
    top = float(highest.max())
    axes.plot(x[wanders], median[wanders], "D", color="white", markeredgecolor=INK, markersize=7, linestyle="none",
              label="Median")  # fmt: skip
    for position, high, middle, is_wandering in zip(x, highest, median, wanders, strict=True):
        is_near = is_wandering and high - middle < 0.04 * top  # the median's mark would cover the label
        label_inside(axes, usd_short(high), (position, high), (0, 8 if is_near else 3), ha="center", **FONT)
    word = "median " if len(x) <= _MOST_WORDY else ""
    axes.set_xticks(x, [f"Year {k}\n{word}{usd_short(amount)}" for k, amount in zip(x, median, strict=True)])
    if not word:
        axes.set_xlabel("Below each year: its median", **FONT)
    axes.set_ylim(0, top * 1.12)
    aside = max(0.0, (3 - len(x)) / 2)  # one or two bars would fill the chart
    axes.set_xlim(0.4 - aside, len(x) + 0.6 + aside)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=3)
    said = "; ".join(
        f"year {k} {usd(sure)} salary and sign-on, {usd(row['p5'])} to {usd(row['p95'])} in all, "
        f"median {usd(row['p50'])}"
        for k, sure, row in zip(x, certain, records(bands), strict=True)
    )
    return picture(figure, f"Bars of pay by year with the band of 90 of 100 simulated paths: {said}.")


def leaving_chart(evaluation: Evaluation) -> Picture | Notes:
    """Area chart by month of leaving: kept, owed back, and lost unvested."""
    months = leaving_months(evaluation)
    if months is None:
        options = " Options are not counted." if evaluation.offer.options or evaluation.offer.startup else ""
        return Notes("Leaving early", [f"{_COSTS_NOTHING}{options}"])
    n_months = len(months)
    drawn = pd.concat([months, months.iloc[-1:]])  # so that the last month has a step, too
    x = np.arange(1, n_months + 2)
    kept, earned, lost = drawn["kept"], drawn["paid"] + drawn["vested"], drawn["forfeited"]
    figure, axes = new_figure(3.6)
    layers = [("Kept", 0 * earned, kept, COLORS["base"])]
    if (months["owed"] >= LEAST).any():
        layers.append(("To pay back", kept, earned, COLORS["sign_on"]))
    if (months["forfeited"] >= LEAST).any():
        layers.append(("Lost: not vested yet", earned, earned + lost, RANGE))
    for label, low, high, color in layers:
        axes.fill_between(x, low, high, step="post", color=color, label=label, linewidth=0)
    axes.step(x, kept, where="post", color=INK, linewidth=1)
    axes.set_xlim(1, x[-1])
    if kept.min() < 0:
        axes.axhline(0, color=INK, linewidth=0.8)
    else:
        axes.set_ylim(bottom=0)
    step = MONTHS_A_YEAR if n_months > 4 * MONTHS_A_YEAR else MONTHS_A_YEAR // 2
    axes.set_xticks([1, *range(step, n_months + 1, step)])
    axes.set_xlabel("Month you leave", **FONT)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=3)
    told = months.loc[[6, *range(MONTHS_A_YEAR, n_months + 1, MONTHS_A_YEAR)]]
    said = "; ".join(
        f"after month {month} {usd(row['kept'])} kept, {usd(row['owed'])} to pay back, {usd(row['forfeited'])} lost"
        for month, row in told.iterrows()
    )
    return picture(figure, f"What you keep if you leave, by month: {said}.")


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
