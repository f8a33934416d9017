"""Parts of charts that one offer and a comparison share: pay by year, outcomes, and what leaving keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from compkit.pay import COMPONENTS, FloatArray
from compkit.report.show.drawing import (
    COLORS,
    INK,
    MAYBE,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    Anchor,
    Chart,
    KeyEntry,
    Point,
    Scale,
    axis_room,
    fitted,
    money_across,
    money_up,
    spread_out,
    stepped,
    text_width,
)
from compkit.report.show.text import COMPONENT_NAMES, percent, usd_short

PAPER_NAME = "Stock you can't sell"
DROP, MOVE, STEADY = 0.1, 0.05, 0.02
_ROW = 16.0


class Plot(NamedTuple):
    """The area of a plot within a chart."""

    left: float
    top: float
    right: float
    bottom: float


class Outcome(NamedTuple):
    """What one year or offer may pay [USD]: the cash, the bonus, and three points of the whole."""

    name: str
    cash: float
    bonus: float
    low: float
    middle: float
    high: float


def pay_finding(years: pd.DataFrame) -> str:
    """Say what stands out in an offer's pay by year; `years` has the components, total and paper [USD]."""
    totals, paper = years["total"].to_numpy(dtype=float), float(years["paper"].sum())
    first, last = float(totals[0]), float(totals[-1])
    if not totals.any():
        return "Nothing but stock you can't sell" if paper else "No pay entered"
    change = np.divide(totals[1:], totals[:-1], out=np.ones(len(totals) - 1), where=totals[:-1] > 0) - 1
    if len(change) and change.min() <= -DROP:
        return f"Pay drops {percent(-float(change.min()))} in year {int(change.argmin()) + 2}"
    share = np.divide(years["equity"].to_numpy(dtype=float), totals, out=np.zeros(len(totals)), where=totals > 0)
    if not share.any():
        if paper:
            return f"{usd_short(paper)} of stock you can't sell comes on top of {usd_short(totals.sum())} in cash"
        if np.ptp(totals) < 1:
            return f"{usd_short(first)}{' every year' * (len(totals) > 1)}, all in cash"
        return f"Cash pay goes from {usd_short(first)} in year 1 to {usd_short(last)} in year {len(totals)}"
    final = percent(float(share[-1]))
    steady = next(at for at in range(len(share)) if np.ptp(share[at:]) <= STEADY)
    if not steady:
        return f"Stock is {final} of pay{' every year' * (len(totals) > 1)}"
    if steady < len(share) - 1 and abs(share[steady] - share[steady - 1]) >= MOVE:
        return f"Stock is {final} of pay from year {steady + 1}"
    way = "grows" if share[-1] > share[0] else "shrinks"
    return f"Stock {way} from {percent(float(share[0]))} of pay in year 1 to {final} in year {len(totals)}"


def draw_years(
    chart: Chart,
    plot: Plot,
    years: pd.DataFrame,
    scale: Scale,
    *,
    n_years: int,
    staying: Sequence[float] | FloatArray = (),
) -> None:
    """Draw stacked bars by year within a plot, their totals above them, and a dashed line a year for staying."""
    pitch = (plot.right - plot.left) / n_years
    width = 0.68 * pitch
    sums = [usd_short(total) for total in years["total"]]
    size = next((size for size in (SIZE, SMALL, 9.5) if max(text_width(s, size) for s in sums) < pitch - 5), None)
    named = list(range(len(years)))
    if not size:  # the highest, and the first and the last as far as they are apart
        gap = max(text_width(s, 9.5) for s in sums) / pitch
        named = [int(np.argmax(years["total"]))]
        named += [at for at in (0, len(years) - 1) if all(abs(at - other) > gap for other in named)]
    is_short = text_width(f"Year {n_years}", SMALL) > pitch - 3
    for at, (_, year) in enumerate(years.iterrows()):
        middle = plot.left + (at + 0.5) * pitch
        sum_ = 0.0
        for name in (*COMPONENTS, "paper"):
            amount = float(year[name])
            if amount > 0:
                top = scale(sum_ + amount)
                chart.rect(middle - width / 2, top, width, scale(sum_) - top,
                           COLORS["equity" if name == "paper" else name], hatched=name == "paper")  # fmt: skip
                sum_ += amount
        if at in named:
            y, type_size = scale(float(year["total"])) - 4, size or 9.5
            if year["paper"] > 0:  # the total stands where it ends, before stock that can't be sold
                half = text_width(sums[at], type_size) / 2 + 2
                chart.rect(middle - half, y - type_size, 2 * half, type_size + 3, PAPER)
            chart.text(middle, y, sums[at], type_size, anchor="middle")
        if len(staying):
            y = scale(float(staying[at]))
            chart.line([(middle - pitch / 2, y), (middle + pitch / 2, y)], INK, 1.5, "4 2")
        words = f"Year {at + 1}" if not is_short else str(at + 1) if at else "Y1"
        chart.text(
            max(middle, plot.left + text_width(words, SMALL) / 2 - 6), plot.bottom + 14, words, SMALL, SOFT, "middle"
        )


def parts_key(all_years: Sequence[pd.DataFrame]) -> list[KeyEntry]:
    """Entries of a key for the parts of pay that any of the offers has."""
    paid = [name for name in COMPONENTS if any(years[name].any() for years in all_years)]
    entries: list[KeyEntry] = [(COMPONENT_NAMES[name], COLORS[name], "box") for name in paid]
    if any(years["paper"].any() for years in all_years):
        entries.append((PAPER_NAME, COLORS["equity"], "hatched"))
    return entries


def draw_outcomes(chart: Chart, outcomes: Sequence[Outcome]) -> None:
    """Draw a bar for each outcome: cash, bonus, stock that is nearly sure, stock that may come, and the median."""
    highest = max(max(one.high, one.cash + one.bonus) for one in outcomes) or 1.0
    entries: list[KeyEntry] = [("Salary and sign-on", COLORS["base"], "box")]
    if any(one.bonus for one in outcomes):
        entries.append(("Target bonus", COLORS["bonus"], "box"))
    entries += [("Stock, even in a bad case", COLORS["equity"], "box"), ("Stock in 9 of 10 cases", MAYBE, "box"),
                ("Median", INK, "line")]  # fmt: skip
    chart.key(entries)
    chart.bottom += 6
    told = [f"{usd_short(one.low)} to {usd_short(one.high)}, median {usd_short(one.middle)}" for one in outcomes]
    told = [
        words if one.high - one.low >= 1 else usd_short(one.middle) for words, one in zip(told, outcomes, strict=True)
    ]
    tops = title_rows(chart, [one.name for one in outcomes], told, 18.0)
    scale = Scale(0.0, 1.01 * highest, 0.0, chart.width)
    money_across(chart, scale, tops, 18.0)
    for at, one in zip(tops, outcomes, strict=True):
        sure = min(one.cash + one.bonus, one.low)
        ends = [("base", 0.0, one.cash), ("bonus", one.cash, one.cash + one.bonus), ("equity", sure, one.low)]
        for name, low, high in ends:
            if high > low:
                chart.rect(scale(low), at, scale(high) - scale(low), 18, COLORS[name])
        if one.high > one.low:
            chart.rect(scale(one.low), at, scale(one.high) - scale(one.low), 18, MAYBE)
            chart.line([(scale(one.middle), at - 2), (scale(one.middle), at + 20)], INK, 2.5)


def title_rows(chart: Chart, names: Sequence[str], figures: Sequence[str], height: float) -> list[float]:
    """Write a row's name and figures above each bar's place; return the tops of the bars.

    Figures go to the right of the names, or where some name leaves no room, below them.
    """
    room = chart.width - max((text_width(words, SMALL) for words in figures), default=0.0) - 12
    is_beside = all(text_width(name) <= room for name in names)
    tops = []
    for name, words in zip(names, figures, strict=True):
        chart.bottom += _ROW
        chart.text(0, chart.bottom - 5, fitted(name, chart.width))
        if words:
            chart.bottom += 0 if is_beside else _ROW - 2
            anchor: Anchor = "end" if is_beside else "start"
            chart.text(
                chart.width if is_beside else 0.0,
                chart.bottom - 5,
                fitted(words, chart.width, SMALL),
                SMALL,
                SOFT,
                anchor,
            )
        tops.append(chart.bottom + 1)
        chart.bottom += height + 11
    return tops


def draw_leads(
    chart: Chart,
    leads: Mapping[str, np.ndarray],
    colors: Mapping[str, str],
    *,
    base: str,
    owed: np.ndarray | None = None,
) -> None:
    """Draw a line by month of leaving for each name, against a base line at 0; what must be paid back as an area."""
    n_months = max(map(len, leads.values()))
    ends = {name: usd_short(float(values[-1])) for name, values in leads.items()}
    widest = max(text_width(name) for name in leads) + 8
    is_direct = widest <= 0.28 * chart.width or len(leads) == 1
    entries: list[KeyEntry] = []
    if not is_direct:
        entries = [(f"{name}: {ends[name]}", colors[name], "line") for name in leads]
    if owed is not None and owed.any():
        entries.append(("To pay back if you leave then", COLORS["sign_on"], "box"))
    if base:
        entries.append((base, INK, "dashed"))
    chart.key(entries)
    top = chart.bottom + 18
    bottom = top + (190 if chart.is_narrow else 230)
    tallest = [values + (owed if owed is not None else 0.0) for values in leads.values()]
    low = min(0.0, *(float(values.min()) for values in leads.values()))
    high = max(0.0, *(float(values.max()) for values in tallest))
    scale = Scale(low - 0.04 * (high - low) if low else 0.0, max(high + 0.04 * (high - low), low + 1.0), bottom, top)
    right = max(map(text_width, ends.values())) + 8
    right = max(right, min(widest, 0.28 * chart.width)) if is_direct and len(leads) > 1 else right
    left = axis_room(scale)
    plot = Plot(left, top, chart.width - right, bottom)
    across = Scale(1.0, n_months + 1.0, plot.left, plot.right)
    money_up(chart, scale, plot.left, plot.right)
    step = 24 if n_months > 48 and chart.is_narrow else 12
    for month in range(step, n_months + 1, step):
        chart.text_within(across(month), bottom + 14, str(month), SMALL, SOFT)
    chart.text(plot.left, bottom + 30, "Month you leave", SMALL, SOFT)
    for name, values in leads.items():
        line = _steps(values, across, scale)
        if owed is not None and owed.any():
            chart.area([*line, *reversed(_steps(values + owed, across, scale))], COLORS["sign_on"])
        chart.line(line, colors[name], 2.2)
    if base:
        chart.line([(plot.left, scale(0.0)), (plot.right, scale(0.0))], INK, 1.5, "4 2")
    places = spread_out([scale(float(values[-1])) + 4 for values in leads.values()], 28 if is_direct else 13, bottom)
    for name, y in zip(leads, places, strict=True):
        if len(leads) == 1:
            chart.text(plot.right + 5, y, ends[name])
        elif is_direct:
            chart.text(plot.right + 5, y - 12, name, SIZE, INK)
            chart.text(plot.right + 5, y + 1, ends[name], SMALL, SOFT)
    chart.bottom = bottom + 32


def _steps(values: np.ndarray, across: Scale, scale: Scale) -> list[Point]:
    points = [(across(month + 1), scale(float(value))) for month, value in enumerate(values)]
    return stepped([*points, (across(len(values) + 1), points[-1][1])])
