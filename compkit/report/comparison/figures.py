"""Charts that compare several offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from compkit.analysis import LEAST_LEAD, MAP_GROWTHS, MAP_TENURES, STAYING, Comparison, wins_by_later_stock
from compkit.pay import FloatArray
from compkit.prices import spread
from compkit.reference import records
from compkit.report.comparison.text import (
    can_turn,
    cause_in_words,
    has_stock,
    labels_of,
    over_years,
    shortened,
    some,
)
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
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
from compkit.report.show.text import count, percent, usd, usd_short

MOST_SHOWN, MOST_LETTERS, MOST_WORDS = 6, 27, 40
# Okabe and Ito's colors, most distinct first; the current job is gray, a tie their yellow.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
STAYING_COLOR, TIE_COLOR = "#7f8790", "#F0E442"
TIE, OTHERS = "several are equal", "other offers"


def _shown(comparison: Comparison) -> list[int]:
    """Rows of the offers in the charts: winners on the map first, then the highest totals."""
    wins = set(comparison.winners[~comparison.ties].tolist())
    first = sorted(comparison.ranking, key=lambda row: row not in wins)[:MOST_SHOWN]
    return [row for row in comparison.ranking if row in first]


def _shown_note(comparison: Comparison) -> str:
    """Sentence about which offers a chart shows, if not all."""
    shown, n_offers = _shown(comparison), len(comparison.ids)
    if len(shown) == n_offers:
        return ""
    if shown == comparison.ranking[:MOST_SHOWN]:
        return f"The {MOST_SHOWN} largest of {n_offers} offers by total; the tables have all of them."
    which = "the ones that win somewhere on the map, then the highest totals"
    return f"{MOST_SHOWN} of {n_offers} offers: {which}; the tables have all of them."


def _colors(comparison: Comparison) -> dict[str, str]:
    """Color by offer, the same in every chart."""
    named = {comparison.ids[row]: PALETTE[rank] for rank, row in enumerate(_shown(comparison))}
    return named | {STAYING: STAYING_COLOR}


def _labels(comparison: Comparison, n_letters: int = MOST_LETTERS) -> dict[str, str]:
    """Label by offer and for staying, the same in every chart."""
    return labels_of([*(comparison.ids[row] for row in comparison.ranking), STAYING], n_letters)


def totals_by_year(comparison: Comparison) -> Picture:
    """Line chart of each offer's pay by year."""
    lines = {comparison.ids[row]: comparison.worth.by_year["total"][row] for row in _shown(comparison)}
    if comparison.staying_worth is not None:
        lines[STAYING] = comparison.staying_worth.by_year["total"][0]
    figure, axes = new_figure(3.4)
    draw_totals_by_year(axes, lines, _colors(comparison), _labels(comparison))
    legend_on_top(axes, n_columns=2)
    said = [f"{name} {', '.join(usd(float(total)) for total in totals)}" for name, totals in lines.items()]
    return picture(figure, f"Pay by employment year: {'; '.join(said)}.", _shown_note(comparison))


def draw_totals_by_year(
    axes: Axes,
    lines: Mapping[str, FloatArray],
    colors: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Draw a line of pay by employment year for each name; as many names as `PALETTE` has colors without `colors`."""
    colors = colors or dict(zip(lines, PALETTE, strict=False))
    for name, totals in lines.items():
        axes.plot(
            np.arange(1, len(totals) + 1), totals, "--" if name == STAYING else "-", color=colors[name],
            linewidth=2, marker="o", markersize=5, label=labels[name] if labels else name,
        )  # fmt: skip
    x = np.arange(1, max(map(len, lines.values())) + 1)
    axes.set_xticks(x, [f"Year {year}" for year in x])
    axes.set_ylim(0, 1.06 * max(float(np.max(totals)) for totals in lines.values()) or 1.0)
    dollars(axes, "y")


def certain_money_by_month(comparison: Comparison) -> Picture:
    """Line chart of salary and signing bonus paid by the end of each month."""
    colors, labels = _colors(comparison), _labels(comparison)
    figure, axes = new_figure(3.2)
    paid = comparison.flow.guaranteed.cumsum(axis=1)
    month = np.arange(paid.shape[1] + 1)
    said = []
    for row in _shown(comparison):
        name = comparison.ids[row]
        axes.plot(month, np.r_[0, paid[row]], color=colors[name], linewidth=1.8, label=labels[name])
        said.append(f"{name} {usd(float(paid[row, 11]))} after 12 months, {usd(float(paid[row, -1]))} in all")
    axes.set_xlim(0, month[-1])
    axes.set_xticks(range(0, len(month), 12))
    axes.set_ylim(bottom=0)
    axes.set_xlabel("Months after the start", **FONT)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=2)
    return picture(figure, f"Salary and sign-on paid so far, by month: {'; '.join(said)}.", _shown_note(comparison))


def winner_map(comparison: Comparison) -> Picture | Notes | None:
    """Map of the offer that has paid most, by tenure and share-price growth.

    Text if no price matters; None if there is nothing to choose from.
    """
    names = comparison.names
    if len(names) < 2:
        return None
    flat = MAP_GROWTHS.index(0.0)
    at_flat = [_most_at(comparison, tenure, flat) for tenure in range(len(MAP_TENURES))]
    said = "; ".join(f"{count(years, 'year')} {who}" for years, who in zip(MAP_TENURES, at_flat, strict=True))
    if np.ptp(comparison.totals_by_tenure, axis=2).max() < LEAST_LEAD:
        told = f"No share price matters here: {_in_runs(at_flat)}."
        return Notes("Who has paid most, by how long you stay", [told])
    ties, labels, colors = comparison.ties, _labels(comparison), _colors(comparison)
    rank = {row: at for at, row in enumerate([*comparison.ranking, len(comparison.ids)])}
    there = sorted((int(row) for row in np.unique(comparison.winners[~ties])), key=rank.__getitem__)
    spare = [color for color in PALETTE if color not in {colors.get(names[row]) for row in there}]
    shades = {row: colors.get(names[row]) or (spare.pop(0) if spare else RANGE) for row in there}
    legend = dict.fromkeys((shade, OTHERS if shade == RANGE else labels[names[row]]) for row, shade in shades.items())
    if ties.any():
        shades[-1] = TIE_COLOR
        legend[(TIE_COLOR, TIE)] = None
    order = list(shades)
    cells = np.vectorize(order.index)(np.where(ties, -1, comparison.winners))
    figure, axes = new_figure(4.0)
    axes.pcolormesh(cells, cmap=ListedColormap(list(shades.values())), vmin=-0.5, vmax=len(order) - 0.5,
                    edgecolors="white", linewidth=1)  # fmt: skip
    axes.set_xticks(np.arange(len(MAP_GROWTHS))[::2] + 0.5, [percent(growth) for growth in MAP_GROWTHS[::2]])
    axes.set_yticks(np.arange(len(MAP_TENURES)) + 0.5, [str(years) for years in MAP_TENURES])
    axes.set_xlabel("Growth of every share price a year", **FONT)
    axes.set_ylabel("Years you stay", **FONT)
    for shade, label in legend:
        axes.plot([], [], "s", color=shade, markersize=9, label=label)
    legend_on_top(axes, n_columns=2)
    note = " ".join(
        ["Each square is the color of the choice that has paid most by then, before tax.", *_late_stock(comparison)]
    )
    return picture(figure, f"Which choice has paid most, by tenure and growth. At a flat price: {said}.", note)


def _in_runs(who: Sequence[str]) -> str:
    """Describe who has paid most by tenure, grouping consecutive equal answers."""
    said, first = [], 0
    for name, run in groupby(who):
        last = first + len(list(run)) - 1
        years = count(MAP_TENURES[last], "year")
        said.append(f"after {years if first == last else f'{MAP_TENURES[first]} to {years}'} {name}")
        first = last + 1
    return "; ".join(said)


def _most_at(comparison: Comparison, tenure: int, growth: int) -> str:
    """Name the offer or offers that have paid most in one square of the map."""
    paid = np.round(comparison.totals_by_tenure[:, tenure, growth], 6)
    best = [comparison.names[row] for row in np.flatnonzero(paid == paid.max())]
    return best[0] if len(best) == 1 else f"{some(best)}, equal"


def _late_stock(comparison: Comparison) -> list[str]:
    found = wins_by_later_stock(comparison)
    if found is None:
        return []
    years, is_all = found
    when = f"From {count(years, 'year')} on" if years < MAP_TENURES[-1] else f"After {years} years"
    which = "where the current job is ahead, it is so" if is_all else "some squares are the current job's"
    return [
        f"{when}, {which} only because its yearly stock goes on while the offers' grants have "
        "ended: say under refresher_plan what you expect of theirs."
    ]


def sensitivity(comparison: Comparison) -> Picture | Notes | None:
    """Tornado chart of what moves the difference between the two highest totals."""
    if len(comparison.ids) < 2:
        return None
    first, second = comparison.ranking[:2]
    a, b = comparison.ids[first], comparison.ids[second]
    rows = records(comparison.sensitivities(first, second))
    if not rows:
        told = f"Neither share prices nor how long you stay nor bonuses move the difference between {a} and {b}."
        return Notes("What moves the difference", [told])
    figure, axes = new_figure(1.3 + 0.55 * len(rows))
    base = float(rows[0]["base"])
    ends = [0.0, base, *(row[end] for row in rows for end in ("low", "high"))]
    y = np.arange(len(rows))[::-1]
    for at, row in zip(y, rows, strict=True):
        _draw_cause(axes, int(at), row)
    axes.axvline(base, color=INK, linewidth=1)
    axes.axvline(0, color=SOFT, linewidth=1, linestyle="--")
    axes.set_yticks(y, [shortened(cause_in_words(row), MOST_WORDS) for row in rows])
    room = 0.26 * (max(ends) - min(ends))
    axes.set_xlim(min(ends) - room, max(ends) + room)
    axes.set_ylim(-0.6, len(rows) - 0.3)
    dollars(axes, "x")
    said = "; ".join(
        f"{cause_in_words(row)} from {_tried(row['cause'], row['low_at'])} {usd(row['low'])} to "
        f"{_tried(row['cause'], row['high_at'])} {usd(row['high'])}"
        for row in rows
    )
    labels = _labels(comparison)
    sides = f"{labels[a]} is ahead right of the dashed line, {labels[b]} left of it."
    if not any(map(can_turn, rows)) and abs(base) >= LEAST_LEAD:
        sides += " No single change reverses the order."
    note = f"{labels[a]} less {labels[b]}, a year before tax; the dark line is the difference as assumed. {sides}"
    alt = f"What moves the difference between {a} and {b}, {usd(base)} a year as assumed: {said}."
    return picture(figure, alt, note)


def _draw_cause(axes: Axes, at: int, row: Mapping[str, Any]) -> None:
    """Draw one bar from the base to both tested values, each with a tick and a label."""
    base = row["base"]
    is_one_sided = (row["low"] - base) * (row["high"] - base) > 0
    nearer = min(("low", "high"), key=lambda end: abs(row[end] - base))
    plain = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}  # keeps lines from crossing labels
    for end in ("low", "high"):
        value = row[end]
        is_right = value >= base
        axes.barh(at, value - base, left=base, height=0.4, color=PALETTE[0] if is_right else PALETTE[1])
        axes.plot([value, value], [at - 0.2, at + 0.28], color=INK, linewidth=1.2)
        place: dict[str, Any] = {
            "xytext": (5 if is_right else -5, 0),
            "ha": "left" if is_right else "right",
            "va": "center",
        }
        if is_one_sided and end == nearer:  # beside the bar it would cover the other label
            place = {"xytext": (0, 15), "ha": "center", "va": "center"}
        axes.annotate(_tried(row["cause"], row[f"{end}_at"]), (value, at), textcoords="offset points", bbox=plain,
                      zorder=3, **place, **SMALL)  # fmt: skip


def _tried(cause: str, value: float) -> str:
    if cause == "tenure":
        return f"{value:.0f} years"
    return f"{percent(value)} of it" if cause == "bonus" else f"{'+' if value > 0 else ''}{percent(value)}"


def outcome_ranges(comparison: Comparison) -> Picture | Notes:
    """Range chart of each offer's simulated total, with the guaranteed part marked."""
    if not has_stock(comparison):
        shares = "shares you can sell" if comparison.paper.any() else "shares"
        told = f"No offer pays in {shares} {over_years(comparison)}: none of their pay depends on a share price."
        return Notes("No stock", [told])
    colors = _colors(comparison)
    rows = _shown(comparison)
    totals = comparison.simulated_years.sum(axis=1)[rows]
    found = spread(totals)
    names = [comparison.ids[row] for row in rows]
    figure, axes = new_figure(1.0 + 0.5 * len(names))
    y = np.arange(len(names))[::-1]
    axes.barh(y, found["p95"] - found["p5"], left=found["p5"], height=0.22, color=[colors[name] for name in names])
    axes.barh(y, found["p75"] - found["p25"], left=found["p25"], height=0.5, color=[colors[name] for name in names])
    axes.plot(found["p50"], y, "|", color="white", markersize=16, markeredgewidth=2, linestyle="none")
    certain = comparison.worth.summary["guaranteed_cash"].to_numpy(dtype=float)[rows]
    axes.plot(certain, y, "D", color="white", markeredgecolor=INK, markersize=7, linestyle="none",
              label="salary and sign-on alone")  # fmt: skip
    labels = _labels(comparison)
    axes.set_yticks(y, [labels[name] for name in names])
    axes.set_xlim(0, 1.05 * float(max(found["p95"].max(), certain.max(), 1.0)))
    dollars(axes, "x")
    for height, label in ((10, "half of all outcomes"), (5, "nine in ten")):
        axes.plot([], [], color=SOFT, linewidth=height, label=label, solid_capstyle="butt")
    legend_on_top(axes, n_columns=3)
    said = "; ".join(
        f"{name} {usd_short(row['p5'])} to {usd_short(row['p95'])}, middle {usd_short(row['p50'])}"
        for name, row in zip(names, records(found), strict=True)
    )
    return picture(figure, f"Simulated totals, in 90 of 100 cases: {said}.", _shown_note(comparison))


def kept_on_leaving(comparison: Comparison) -> Picture:
    """Line chart of what you keep if you leave, by month, beside staying."""
    colors, labels = _colors(comparison), _labels(comparison)
    figure, axes = new_figure(3.4)
    said, lowest, is_known = [], 0.0, comparison.staying is not None
    for row in _shown(comparison):
        name = comparison.ids[row]
        kept = comparison.leaving[name]["kept"].to_numpy(dtype=float)
        axes.plot(np.arange(1, len(kept) + 1), kept, color=colors[name], linewidth=1.8, label=labels[name])
        lowest = min(lowest, float(kept.min()))
        month = comparison.paid_off_in[name]
        if month:
            axes.plot(month, kept[month - 1], "o", color="white", markeredgecolor=colors[name], markersize=8)
        ahead = f", ahead of staying from month {month}" if month else ", never ahead of staying" * is_known
        said.append(f"{name} {usd(float(kept[11]))} after 12 months{ahead}")
    stayed = comparison.staying_paid
    if stayed is not None:
        axes.plot(np.arange(1, len(stayed) + 1), stayed, "--", color=STAYING_COLOR, linewidth=1.8, label=STAYING)
        axes.plot([], [], "o", color="white", markeredgecolor=SOFT, markersize=8, label="ahead of staying from here on")
    axes.set_xlim(0, comparison.flow.n_months)
    axes.set_xticks(range(0, comparison.flow.n_months + 1, 12))
    axes.set_ylim(bottom=1.1 * lowest)
    axes.set_xlabel("Month you leave", **FONT)
    dollars(axes, "y")
    legend_on_top(axes, n_columns=2)
    return picture(figure, f"What you keep if you leave, by month: {'; '.join(said)}.", _shown_note(comparison))
