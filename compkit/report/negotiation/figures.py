"""Chart of a negotiation plan: stop line, offer, rival, fallback and ask as the rungs of a ladder."""

from __future__ import annotations

from typing import NamedTuple

from compkit.negotiation import NegotiationPlan
from compkit.report.negotiation.tables import job_of
from compkit.report.show.blocks import Picture
from compkit.report.show.drawing import (
    COLORS,
    GRID,
    INK,
    MARK,
    MAYBE,
    PALETTE,
    SMALL,
    SOFT,
    STAYING_COLOR,
    Chart,
    Scale,
    fitted,
    picture,
    spread_out,
)
from compkit.report.show.text import uncapitalized, usd, usd_short

_STEP = 20.0


class _Rung(NamedTuple):
    """One amount of yearly pay: its name, and what it is for."""

    name: str
    amount: float
    color: str


def negotiation_zone_chart(plan: NegotiationPlan) -> Picture:
    """Ladder of yearly pay: stop line, offer, rival, fallback, ask, and where the ranges end."""
    zone, rungs = plan.zopa, _rungs(plan)
    is_zone = plan.stop_line is not None and not zone.is_empty and zone.high > zone.low
    low, high = rungs[0].amount, rungs[-1].amount
    height = max(170.0, _STEP * (len(rungs) + 1))

    def draw(chart: Chart) -> None:
        if is_zone:
            chart.key([("Where both sides can agree", MAYBE, "box")])
        top = chart.bottom + 14
        room = 0.06 * (high - low) or 1.0
        scale = Scale(low - room, high + room, top + height, top)
        rail = 60.0 if chart.is_narrow else 320.0
        if is_zone:
            chart.rect(8, scale(zone.high), rail - 16, scale(zone.low) - scale(zone.high), MAYBE)
        for x in (8.0, rail - 8.0):
            chart.line([(x, top), (x, top + height)], GRID, 3)
        # Smaller amounts lie lower, so equal ones keep their order only from the highest down.
        down = rungs[::-1]
        places = spread_out([scale(rung.amount) + 4 for rung in down], _STEP, top + height + 4)
        for rung, y in zip(down, places, strict=True):
            at = scale(rung.amount)
            chart.line([(8, at), (rail - 8, at)], rung.color, 3)
            chart.line([(rail - 8, at), (rail + 4, at), (rail + 18, y - 4), (rail + 24, y - 4)], rung.color)
            chart.text(rail + 30, y, usd(rung.amount), bold=True)
            left = rail + 106
            chart.text(left, y, fitted(rung.name, chart.width - left))
        chart.bottom = top + height + 14
        chart.paragraph("All pay, a year.", SMALL)

    said = "; ".join(f"{uncapitalized(rung.name)} {usd(rung.amount)}" for rung in rungs)
    agree = "no zone of agreement" if zone.is_empty else f"zone of agreement {usd(zone.low)} to {usd(zone.high)}"
    return picture(draw, _finding(plan), f"Pay a year on a ladder: {said}; {agree}.")


def _rungs(plan: NegotiationPlan) -> list[_Rung]:
    """Build the rungs, lowest first."""
    rungs = [_Rung("Offer", plan.zopa.offered, INK)]
    if plan.stop_line:
        rungs.append(_Rung("Stop line", plan.stop_line.yearly, MARK))
    if plan.walk_away.cash_flow_here is not None:
        rungs.append(_Rung("Staying", plan.walk_away.cash_flow_here, STAYING_COLOR))
    rivals = [one for one in plan.alternatives.all if one.status != "staying"]
    if rivals:
        best = max(rivals, key=lambda one: one.level_pay)
        rungs.append(_Rung(f"Rival: {job_of(plan, best.id)}", best.level_pay, PALETTE[3]))
    if plan.has_fallback:
        rungs.append(_Rung("Settle for", plan.level_pay_of(plan.fallback), COLORS["equity"]))
    if plan.has_ask:
        rungs.append(_Rung("Ask", plan.level_pay_of(plan.ask), COLORS["base"]))
    rungs.append(_Rung("Ranges end", plan.zopa.high, SOFT))
    return sorted(rungs, key=lambda rung: rung.amount)


def _finding(plan: NegotiationPlan) -> str:
    stop = usd_short(plan.stop_line.yearly) if plan.stop_line else ""
    if plan.zopa.is_empty:
        return f"Even the top of the ranges, {usd_short(plan.zopa.high)}, is below your stop line of {stop}"
    if plan.has_ask:
        steps = [("Ask for {} a year", plan.level_pay_of(plan.ask))]
        if plan.has_fallback:
            steps.append(("settle at {}", plan.level_pay_of(plan.fallback)))
        if plan.stop_line:
            steps.append(("stop below {}", plan.stop_line.yearly))
        words = usd_short if len({usd_short(amount) for _, amount in steps}) == len(steps) else usd
        return ", ".join(step.format(words(amount)) for step, amount in steps)
    if not plan.stop_line:
        return f"The offer pays {usd_short(plan.zopa.offered)} a year, with nothing to ask for inside the ranges"
    gap = plan.zopa.offered - plan.stop_line.yearly
    return f"The offer is {usd_short(abs(gap))} a year {'above' if gap >= 0 else 'below'} your stop line"
