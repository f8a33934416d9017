"""Charts of one offer; each alt text says what the chart shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from compkit.analysis import Evaluation
from compkit.pay import COMPONENTS
from compkit.reference import records
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
    COLORS,
    FONT,
    MARK,
    RANGE,
    SMALL,
    SOFT,
    dollars,
    label_inside,
    leave_room,
    legend_above,
    new_figure,
    picture,
)
from compkit.report.show.text import BASIS_NAMES, COMPONENT_NAMES, MEASURE_NAMES, percent, usd, usd_short

_FURTHEST_OUTSIDE = 0.32


def pay_by_year(evaluation: Evaluation) -> Picture:
    """Stacked bars of pay by employment year and component."""
    figure, axes = new_figure(3.4)
    draw_pay_by_year(axes, evaluation.years)
    totals = evaluation.years["total"]
    said = "; ".join(f"year {k} {usd(float(total))}" for k, total in zip(totals.index, totals, strict=True))
    return picture(figure, f"Stacked bars of pay by employment year: {said}.")


def draw_pay_by_year(axes: Axes, years: pd.DataFrame) -> None:
    """Draw stacked bars of `Evaluation.years`."""
    bottom = np.zeros(len(years))
    x = np.arange(1, len(years) + 1)
    for name in COMPONENTS:
        values = years[name].to_numpy()
        if values.any():
            axes.bar(x, values, bottom=bottom, width=0.62, color=COLORS[name], label=COMPONENT_NAMES[name])
            bottom += values
    for position, total in zip(x, years["total"], strict=True):
        label_inside(axes, usd_short(total), (position, total), (0, 3), ha="center", **FONT)
    axes.set_xticks(x, [f"Year {k}" for k in x])
    axes.set_ylim(0, max(float(bottom.max()) * 1.12, 1.0))
    dollars(axes, "y")
    legend_above(axes)


def money_by_month(evaluation: Evaluation) -> Picture:
    """Area chart of cumulative pay by month: salary and signing bonus, bonus, stock."""
    flow = evaluation.cash_flow.of_offer(evaluation.offer.id)
    paid = flow.cumsum()
    layers = [("base", "Salary and sign-on", paid["base"] + paid["sign_on"])]
    layers += [(n, COMPONENT_NAMES[n], paid[n]) for n in ("bonus", "equity") if paid[n].iloc[-1] > 0]
    figure, axes = new_figure(3.2)
    axes.stackplot(
        np.r_[0, paid.index], *(np.r_[0, layer] for _, _, layer in layers), step="pre",
        colors=[COLORS[name] for name, _, _ in layers], labels=[label for _, label, _ in layers],
    )  # fmt: skip
    axes.set_xlim(0, len(paid))
    axes.set_xticks(range(0, len(paid) + 1, 12 if len(paid) > 48 else 6))
    axes.set_xlabel("Months after the start", **FONT)
    dollars(axes, "y")
    legend_above(axes)
    ends = [int(month) for month in (12, 24, 36, 48) if month <= len(paid)]
    total, stock = paid.to_numpy().sum(axis=1), paid["equity"].to_numpy()
    sums = [(month, usd(float(total[month - 1])), usd(float(stock[month - 1]))) for month in ends]
    said = "; ".join(f"after {month} months {paid_so_far}, of it stock {vested}" for month, paid_so_far, vested in sums)
    return picture(figure, f"Money paid so far, by month: {said}.")


def market_ranges(evaluation: Evaluation) -> Picture | Notes:
    """Each component in its market range."""
    frame = evaluation.market[evaluation.market["verdict"].notna()]
    if frame.empty:
        return Notes("No picture", ["No part has a range we can judge by."])
    return _ranges(
        [MEASURE_NAMES[name] for name in frame["component"]],
        frame["low"].to_numpy(), frame["high"].to_numpy(), frame["value"].to_numpy(),
        "Each part of the offer in its range",
    )  # fmt: skip


def premium_ranges(evaluation: Evaluation) -> Picture | Notes:
    """Pay band without and with each premium, with this offer marked."""
    premiums = evaluation.premiums
    if premiums.rows.empty or premiums.band_low is None or premiums.band_high is None:
        return Notes("No picture", ["No premium applies."])
    rows = premiums.rows
    names = ["No premium", *(f"{BASIS_NAMES[row['basis']]}: {row['name']}" for row in records(rows))]
    low = np.r_[premiums.band_low, rows["adjusted_low"].to_numpy(dtype=float)]
    high = np.r_[premiums.band_high, rows["adjusted_high"].to_numpy(dtype=float)]
    value = evaluation.offer.total_4yr_avg
    figure, axes = new_figure(0.9 + 0.42 * len(names))
    y = np.arange(len(names))[::-1]
    colors = [RANGE, COLORS["base"], *[COLORS["bonus"]] * (len(names) - 2)]
    axes.barh(y, high - low, left=low, height=0.5, color=colors)
    axes.axvline(value, color=MARK, linewidth=2)
    label = f"this offer, {usd_short(value)}"
    axes.annotate(label, (value, 1), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
                  ha="center", fontsize=10, color=MARK)  # fmt: skip
    axes.set_yticks(y, names)
    leave_room(axes, min(low.min(), value), max(high.max(), value))
    dollars(axes, "x")
    said = "; ".join(f"{n} {usd(lo)} to {usd(hi)}" for n, lo, hi in zip(names, low, high, strict=True))
    return picture(
        figure, f"Base and a quarter of the grant, {usd(value)}, beside the band under each premium: {said}."
    )


def audit_ranges(bands: pd.DataFrame, level: str) -> Picture:
    """First-year totals of a level as published, beside the sums of their parts.

    `bands` has the columns location, low, high, computed_low and computed_high [USD].
    """
    figure, axes = new_figure(3.4)
    y = np.arange(len(bands))[::-1]
    for shift, low, high, color, label in (
        (0.16, "low", "high", SOFT, "published"),
        (-0.16, "computed_low", "computed_high", COLORS["base"], "from its own parts"),
    ):
        axes.barh(y + shift, bands[high] - bands[low], left=bands[low], height=0.26, color=color, label=label)
    axes.set_yticks(y, list(bands["location"]))
    leave_room(axes, bands[["low", "computed_low"]].to_numpy().min(), bands[["high", "computed_high"]].to_numpy().max())
    dollars(axes, "x")
    legend_above(axes)
    said = "; ".join(
        f"{row['location']} published {usd(row['low'])} to {usd(row['high'])}, its parts give "
        f"{usd(row['computed_low'])} to {usd(row['computed_high'])}"
        for row in bands.to_dict("records")
    )
    return picture(figure, f"First-year totals of {level}: {said}.")


def _ranges(names: Sequence[str], low: np.ndarray, high: np.ndarray, value: np.ndarray, title: str) -> Picture:
    """Rows of ranges, each scaled to its own ends, with the value marked."""
    figure, axes = new_figure(0.6 + 0.66 * len(names))
    y = np.arange(len(names))[::-1]
    at = np.clip((value - low) / (high - low), -_FURTHEST_OUTSIDE, 1 + _FURTHEST_OUTSIDE)
    axes.barh(y, np.ones(len(names)), color=RANGE, height=0.3)
    beyond = (value - low) / (high - low)
    for marker, chosen in (
        ("D", beyond == at),
        ("<", beyond < at),
        (">", beyond > at),
    ):  # arrows mark values further out
        axes.plot(at[chosen], y[chosen], marker, color=MARK, markersize=8, clip_on=False, zorder=3, linestyle="none")
    for row, (lowest, highest, amount, place) in enumerate(zip(low, high, value, at, strict=True)):
        for end, text, side in ((0, usd_short(lowest), "left"), (1, usd_short(highest), "right")):
            label_inside(axes, text, (end, y[row]), (0, -11), va="top", ha=side, **SMALL)
        # A value beyond an end may lie outside the axes.
        axes.annotate(usd_short(amount), (place, y[row]), xytext=(0, 11), textcoords="offset points", ha="center",
                      annotation_clip=False, **FONT)  # fmt: skip
    axes.set_xlim(-_FURTHEST_OUTSIDE - 0.08, 1 + _FURTHEST_OUTSIDE + 0.08)
    axes.set_ylim(-0.65, len(names) - 0.4)
    axes.set_yticks(y, list(names))
    axes.set_xticks([0, 0.5, 1], ["low end", "middle", "high end"])
    for spine in ("left", "bottom"):
        axes.spines[spine].set_visible(False)
    axes.tick_params(length=0)
    said = "; ".join(
        f"{name} {usd(amount)}, {_place(amount, lowest, highest)} {usd(lowest)} to {usd(highest)}"
        for name, lowest, highest, amount in zip(names, low, high, value, strict=True)
    )
    return picture(figure, f"{title}: {said}.")


def _place(amount: float, low: float, high: float) -> str:
    if low <= amount <= high:
        return f"{percent((amount - low) / (high - low))} of the way up"
    return "below" if amount < low else "above"
