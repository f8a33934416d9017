"""The pictures of several offers beside each other."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import ListedColormap

from compkit.chances import spread
from compkit.comparison import MAP_GROWTHS, MAP_TENURES, STAYING, Comparison
from compkit.report.blocks import Notes, Picture
from compkit.report.comparison_tables import cause_in_words
from compkit.report.drawing import (
    FONT,
    INK,
    RANGE,
    SMALL,
    SOFT,
    dollars,
    legend_on_top,
    new_figure,
    picture,
)
from compkit.report.text import count, percent, usd, usd_short
from compkit.tables import records

MOST_SHOWN, MOST_LEAVING, MOST_LETTERS, MOST_WORDS = 6, 4, 27, 40
# Okabe and Ito's, in the order in which they lie furthest apart; the present job is grey.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
STAYING_COLOUR = "#7f8790"


def _shown(comparison: Comparison) -> list[int]:
    """Return the offers that the pictures show: those with the highest totals."""
    return comparison.ranking[:MOST_SHOWN]


def shortened(name: str, n_letters: int = MOST_LETTERS) -> str:
    """Return a name short enough for a legend or an axis.

    >>> shortened("a-very-long-offer-name-indeed-of-forty-letters")
    'a-very-long-offer-name-ind…'
    """
    return name if len(name) <= n_letters else f"{name[: n_letters - 1]}…"


def _colours(comparison: Comparison) -> dict[str, str]:
    """Return each shown offer's colour, the same in every picture."""
    named = {comparison.ids[row]: PALETTE[rank] for rank, row in enumerate(_shown(comparison))}
    return named | {STAYING: STAYING_COLOUR}


def totals_by_year(comparison: Comparison) -> Picture:
    """Return lines: what each offer pays in each year."""
    colours, years = _colours(comparison), comparison.assumptions.n_years
    figure, axes = new_figure(3.4)
    x = np.arange(1, years + 1)
    said = []
    lines = [(comparison.ids[row], comparison.worth.by_year["total"][row]) for row in _shown(comparison)]
    if comparison.staying_worth is not None:
        lines.append((STAYING, comparison.staying_worth.by_year["total"][0]))
    for name, totals in lines:
        style = "--" if name == STAYING else "-"
        axes.plot(x, totals, style, color=colours[name], linewidth=2, marker="o", markersize=5, label=shortened(name))
        said.append(f"{name} {', '.join(usd(float(total)) for total in totals)}")
    axes.set_xticks(x, [f"Year {year}" for year in x])
    axes.set_ylim(0, 1.06 * max(float(np.max(totals)) for _, totals in lines) or 1.0)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=2)
    return picture(figure, f"Pay by employment year: {'; '.join(said)}.")


def certain_money_by_month(comparison: Comparison) -> Picture:
    """Return lines: salary and sign-on that have been paid by the end of each month."""
    colours = _colours(comparison)
    figure, axes = new_figure(3.2)
    paid = comparison.flow.guaranteed.cumsum(axis=1)
    month = np.arange(paid.shape[1] + 1)
    said = []
    for row in _shown(comparison):
        name = comparison.ids[row]
        axes.plot(month, np.r_[0, paid[row]], color=colours[name], linewidth=1.8, label=shortened(name))
        said.append(f"{name} {usd(float(paid[row, 11]))} after 12 months, {usd(float(paid[row, -1]))} in all")
    axes.set_xlim(0, month[-1])
    axes.set_xticks(range(0, len(month), 12))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("Months after the start", **FONT)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=2)
    return picture(figure, f"Salary and sign-on paid so far, by month: {'; '.join(said)}.")


def who_wins(comparison: Comparison) -> Picture | Notes:
    """Return the map: which choice has paid most, by how long you stay and how share prices grow."""
    names = comparison.names
    if len(names) < 2:
        return Notes("No picture", ["There is nothing to choose between."], "left-out")
    winners = comparison.winners
    there = [int(row) for row in np.unique(winners)]
    colours = _colours(comparison)
    spare = [colour for colour in PALETTE[::-1] if colour not in {colours.get(names[row]) for row in there}]
    shades = [colours.get(names[row]) or spare.pop() if spare else colours.get(names[row], RANGE) for row in there]
    figure, axes = new_figure(3.6)
    cells = np.searchsorted(there, winners)
    axes.pcolormesh(
        cells, cmap=ListedColormap(shades), vmin=-0.5, vmax=len(there) - 0.5, edgecolors="white", linewidth=1
    )
    axes.set_xticks(np.arange(len(MAP_GROWTHS))[::2] + 0.5, [percent(growth) for growth in MAP_GROWTHS[::2]])
    axes.set_yticks(np.arange(len(MAP_TENURES)) + 0.5, [str(years) for years in MAP_TENURES])
    axes.set_xlabel("Growth of every share price a year", **FONT)
    axes.set_ylabel("Years that you stay", **FONT)
    for row, shade in zip(there, shades, strict=True):
        axes.plot([], [], "s", color=shade, markersize=9, label=shortened(names[row]))
    legend_on_top(axes, n_columns=2)
    flat = MAP_GROWTHS.index(0.0)
    said = "; ".join(f"{count(years, 'year')} {names[winners[row, flat]]}" for row, years in enumerate(MAP_TENURES))
    return picture(figure, f"Which choice has paid most, by tenure and growth. At a flat price: {said}.")


def what_moves_it(comparison: Comparison) -> Picture | Notes:
    """Return the tornado: what moves the difference between the two offers with the highest totals."""
    if len(comparison.ids) < 2:
        return Notes("No picture", ["The file holds one offer."], "left-out")
    first, second = comparison.ranking[:2]
    frame = comparison.sensitivities(first, second)
    if frame.empty:
        return Notes("No picture", ["Nothing that is tried moves the difference."], "left-out")
    rows = records(frame)
    figure, axes = new_figure(1.2 + 0.5 * len(rows))
    base = float(rows[0]["base"])
    y = np.arange(len(rows))[::-1]
    for at, row in zip(y, rows, strict=True):
        nearer = min(("low", "high"), key=lambda end: abs(row[end] - base))
        is_one_sided = (row["low"] - base) * (row["high"] - base) > 0
        for end in ("low", "high"):
            axes.barh(at, row[end] - base, left=base, height=0.5, color=PALETTE[0] if row[end] >= base else PALETTE[1])
            is_right, label_at = row[end] >= base, row[end]
            if is_one_sided and end == nearer:  # its label would lie on the other end's bar
                is_right, label_at = not is_right, base
            axes.annotate(_tried(row["cause"], row[f"{end}_at"]), (label_at, at), xytext=(4 if is_right else -4, 0),
                          textcoords="offset points", ha="left" if is_right else "right", va="center",
                          **SMALL)  # fmt: skip
    axes.axvline(base, color=INK, linewidth=1)
    axes.axvline(0, color=SOFT, linewidth=1, linestyle="--")
    axes.set_yticks(y, [shortened(cause_in_words(row), MOST_WORDS) for row in rows])
    ends = [0.0, base, *(row[end] for row in rows for end in ("low", "high"))]
    room = 0.26 * (max(ends) - min(ends))
    axes.set_xlim(min(ends) - room, max(ends) + room)
    dollars(axes, "x")
    a, b = comparison.ids[first], comparison.ids[second]
    axes.figure.supxlabel(f"{shortened(a)} less {shortened(b)}, a year", **FONT)
    said = "; ".join(
        f"{cause_in_words(row)} from {_tried(row['cause'], row['low_at'])} {usd(row['low'])} to "
        f"{_tried(row['cause'], row['high_at'])} {usd(row['high'])}"
        for row in rows
    )
    return picture(figure, f"What moves the difference between {a} and {b}, {usd(base)} a year as assumed: {said}.")


def _tried(cause: str, value: float) -> str:
    if cause == "tenure":
        return f"{value:.0f} years"
    return f"{percent(value)} of it" if cause == "bonus" else f"{'+' if value > 0 else ''}{percent(value)}"


def outcome_ranges(comparison: Comparison) -> Picture:
    """Return a bar an offer: where its simulated total lies in 90 and in 50 of 100 cases, with what is certain."""
    colours = _colours(comparison)
    rows = _shown(comparison)
    totals = comparison.simulated_years.sum(axis=1)[rows]
    found = spread(totals)
    names = [comparison.ids[row] for row in rows]
    figure, axes = new_figure(1.0 + 0.5 * len(names))
    y = np.arange(len(names))[::-1]
    axes.barh(y, found["p95"] - found["p5"], left=found["p5"], height=0.22, color=[colours[name] for name in names])
    axes.barh(y, found["p75"] - found["p25"], left=found["p25"], height=0.5, color=[colours[name] for name in names])
    axes.plot(found["p50"], y, "|", color="white", markersize=16, markeredgewidth=2, linestyle="none")
    certain = comparison.worth.summary["guaranteed_cash"].to_numpy(dtype=float)[rows]
    axes.plot(certain, y, "D", color="white", markeredgecolor=INK, markersize=7, linestyle="none",
              label="salary and sign-on alone")  # fmt: skip
    axes.set_yticks(y, [shortened(name) for name in names])
    axes.set_xlim(0, 1.05 * float(max(found["p95"].max(), certain.max(), 1.0)))
    dollars(axes, "x")
    for height, label in ((10, "half of all outcomes"), (5, "nine in ten")):
        axes.plot([], [], color=SOFT, linewidth=height, label=label, solid_capstyle="butt")
    legend_on_top(axes, n_columns=3)
    said = "; ".join(
        f"{name} {usd_short(row['p5'])} to {usd_short(row['p95'])}, middle {usd_short(row['p50'])}"
        for name, row in zip(names, records(found), strict=True)
    )
    return picture(figure, f"Simulated totals, in 90 of 100 cases: {said}.")


def kept_on_leaving(comparison: Comparison) -> Picture:
    """Return lines: what each offer has paid and vested less what leaving then owes, and what staying has paid."""
    colours = _colours(comparison)
    figure, axes = new_figure(3.4)
    said, lowest, is_known = [], 0.0, comparison.staying is not None
    for row in comparison.ranking[:MOST_LEAVING]:
        name = comparison.ids[row]
        kept = comparison.leaving[name]["kept"].to_numpy(dtype=float)
        axes.plot(np.arange(1, len(kept) + 1), kept, color=colours[name], linewidth=1.8, label=shortened(name))
        lowest = min(lowest, float(kept.min()))
        month = comparison.paid_off_in[name]
        if month:
            axes.plot(month, kept[month - 1], "o", color="white", markeredgecolor=colours[name], markersize=8)
        ahead = f", ahead of staying from month {month}" if month else ", never ahead of staying" * is_known
        said.append(f"{name} {usd(float(kept[11]))} after 12 months{ahead}")
    stayed = comparison.staying_paid
    if stayed is not None:
        axes.plot(np.arange(1, len(stayed) + 1), stayed, "--", color=STAYING_COLOUR, linewidth=1.8, label=STAYING)
        axes.plot([], [], "o", color="white", markeredgecolor=SOFT, markersize=8, label="ahead of staying from here on")
    axes.set_xlim(0, comparison.flow.n_months)
    axes.set_xticks(range(0, comparison.flow.n_months + 1, 12))
    axes.set_ylim(bottom=1.1 * lowest)
    axes.set_xlabel("Month at whose end you leave", **FONT)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=2)
    return picture(figure, f"What is kept on leaving, by month: {'; '.join(said)}.")
