"""Charts of a negotiation plan: the zone of agreement, and the range of each part of pay."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes

from compkit.negotiation import LEVERS, NegotiationPlan
from compkit.report.negotiation.tables import why_no_ask
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
    FONT,
    INK,
    MARK,
    RANGE,
    SOFT,
    dollars,
    legend_on_top,
    new_figure,
    new_panels,
    picture,
)
from compkit.report.show.text import MEASURE_NAMES, usd, usd_short

_ZONE, _ASK, _SETTLE = "#9fd9c6", "#0072B2", "#009E73"


def negotiation_zone_chart(plan: NegotiationPlan) -> Picture:
    """Yearly pay on one line: stop line, offer, settlement, ask and end of the ranges."""
    zone = plan.zopa
    marks: list[tuple[str, float, str]] = [("Offer", zone.offered, INK)]
    if plan.stop_line:
        marks.insert(0, ("Stop line", plan.stop_line.yearly, MARK))
    if plan.walk_away.cash_flow_here is not None:
        marks.insert(0, ("Staying", plan.walk_away.cash_flow_here, SOFT))
    if plan.has_fallback:
        marks.append(("Settle for", plan.level_pay_of(plan.fallback), _SETTLE))
    if plan.has_ask:
        marks.append(("Ask", plan.level_pay_of(plan.ask), _ASK))
    high = zone.high
    marks.append(("Ranges end", high, SOFT))
    marks.sort(key=lambda mark: mark[1])
    figure, axes = new_figure(0.9 + 0.36 * len(marks))
    if plan.stop_line and not zone.is_empty and high > zone.low:
        axes.axvspan(zone.low, high, color=_ZONE, linewidth=0)
    for row, (_, amount, color) in enumerate(marks):
        y = len(marks) - 1 - row
        axes.plot(amount, y, "o", color=color, markersize=8)
        axes.annotate(usd(amount), (amount, y), xytext=(9, 0), textcoords="offset points", va="center", **FONT)
        axes.axhline(y, color="#eef1f4", linewidth=1, zorder=0)
    axes.set_yticks(range(len(marks) - 1, -1, -1), [name for name, _, _ in marks])
    lowest, highest = marks[0][1], marks[-1][1]
    width = max(highest - lowest, 0.1 * highest, 1.0)
    axes.set_xlim(lowest - 0.06 * width, highest + 0.24 * width)
    axes.set_ylim(-0.6, len(marks) - 0.4)
    dollars(axes, "x")
    axes.set_xlabel("All pay, a year; green: where both sides can agree", **FONT)
    said = "; ".join(f"{name.lower()} {usd(amount)}" for name, amount, _ in marks)
    agree = "no zone of agreement" if zone.is_empty else f"zone of agreement {usd(zone.low)} to {usd(high)}"
    return picture(figure, f"Pay a year on one line: {said}; {agree}.")


def lever_ranges(plan: NegotiationPlan) -> Picture | Notes:
    """Range of each part of pay, with the offer, ask and fallback marked."""
    if not plan.has_ask:
        return Notes("No picture", [why_no_ask(plan)])
    shown = [lever for lever in LEVERS if plan.limits[lever].room > 0]
    figure, panels = new_panels(0.8 + 0.9 * len(shown), [1.0] * len(shown))
    said = []
    for axes, lever in zip(panels, shown, strict=True):
        said.append(_draw_lever(axes, plan, lever))
    legend_on_top(panels[0], n_columns=5)
    return picture(figure, f"How far each part can move: {'; '.join(said)}.")


def _draw_lever(axes: Axes, plan: NegotiationPlan, lever: str) -> str:
    limit = plan.limits[lever]
    high = limit.high
    if limit.yardstick_low is not None and limit.yardstick_high is not None:
        axes.barh(0, limit.yardstick_high - limit.yardstick_low, left=limit.yardstick_low, height=0.5, color=RANGE,
                  label="its range")  # fmt: skip
    axes.barh(0, high - limit.offered, left=limit.offered, height=0.16, color=_ZONE, label="room")
    shown: list[tuple[str, float, dict[str, Any]]] = [
        ("offered", limit.offered, {"marker": "D", "color": "white", "markeredgecolor": INK}),
        ("settle for", plan.fallback.amount(lever), {"marker": "o", "color": _SETTLE, "markersize": 11}),
        ("ask", plan.ask.amount(lever), {"marker": "o", "color": _ASK, "markersize": 6}),
    ]
    for name, amount, style in shown:
        axes.plot(amount, 0, linestyle="none", label=name, **{"markersize": 8, **style})
    for spine in ("top", "right", "left"):
        axes.spines[spine].set_visible(False)
    known = [
        limit.offered,
        high,
        plan.ask.amount(lever),
        limit.yardstick_low or limit.offered,
        limit.yardstick_high or high,
    ]
    width = max(max(known) - min(known), 1.0)
    axes.set_xlim(min(known) - 0.08 * width, max(known) + 0.08 * width)
    axes.set_ylim(-0.5, 0.5)
    axes.set_yticks([0], [MEASURE_NAMES[lever]])
    axes.tick_params(labelsize=10, colors=INK)
    axes.tick_params(axis="y", length=0)
    dollars(axes, "x")
    axes.tick_params(axis="x", labelsize=9, colors=SOFT)
    return (
        f"{MEASURE_NAMES[lever].lower()} offered {usd_short(limit.offered)}, settle for "
        f"{usd_short(plan.fallback.amount(lever))}, ask {usd_short(plan.ask.amount(lever))}, up to {usd_short(high)}"
    )
