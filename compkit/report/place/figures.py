"""Charts of places: where the pay goes, net pay by wage, and tax due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from compkit.analysis import LocationAnalysis
from compkit.place import Living
from compkit.reference import records
from compkit.report.place.tables import NOT_WORKED_OUT, housing_name, place_names
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
    PALETTE,
    RANGE,
    SIZE,
    SMALL,
    SOFT,
    Chart,
    Scale,
    axis_room,
    money_across,
    money_up,
    picture,
    text_width,
)
from compkit.report.show.pay_charts import title_rows
from compkit.report.show.text import LEAST, capitalized, joined, percent, usd, usd_short

# What is kept is dark, rent and taxes are lighter; distinct in gray and with any form of color blindness.
_FEDERAL, _STATE = "#e08e45", "#c48bb5"
PARTS = (
    ("kept", "You keep", "#3b6a94"),
    ("unranked", "Left after tax, rent not known", RANGE),
    ("rent", "Rent", "#9fc5e0"),
    ("childcare", "Childcare", "#00845f"),
    ("federal", "Federal tax", _FEDERAL),
    ("payroll", "Social Security, Medicare, levies", "#eccb6e"),
    ("state", "State and local tax", _STATE),
)
N_WAGES = 120
NEXT = 10_000.0
MOST_LINES = 5
_BAR, _LITTLE = 18.0, 500.0


def pay_by_place(analysis: LocationAnalysis) -> Picture | Notes:
    """Stacked bars by place: what is kept after tax and rent, rent, and each kind of tax."""
    if not analysis.livings or not analysis.pay.gross:
        return Notes("No picture", ["The offer pays nothing."] if analysis.livings else NOT_WORKED_OUT)
    table, rows = analysis.ranked, records(analysis.ranked)
    rent = table["rent"].fillna(0.0).clip(upper=table["net"])
    parts = {
        "kept": table["kept"].fillna(0.0).clip(lower=0.0),
        "unranked": table["net"].where(table["kept"].isna(), 0.0),
        "rent": rent,
        "childcare": table["childcare"].where(table["kept"].notna(), 0.0).clip(upper=table["net"] - rent),
        "federal": table["federal_income_tax"],
        "payroll": table["social_security"] + table["medicare"] + table["state_payroll_tax"],
        "state": table["state_income_tax"] + table["local_income_tax"],
    }
    names, is_told = place_names(analysis), analysis.home_costs.is_told

    def draw(chart: Chart) -> None:
        chart.key([(_label(analysis, key, label), color, "box") for key, label, color in PARTS if parts[key].any()])
        chart.bottom += 4
        tops = title_rows(chart, names, [_told(row, is_told=is_told) for row in rows], _BAR)
        scale = Scale(0.0, 1.01 * max(map(sum, zip(*parts.values(), strict=True))), 0.0, chart.width)
        money_across(chart, scale, tops, _BAR)
        for at, y in enumerate(tops):
            left = 0.0
            for key, _, color in PARTS:
                amount = float(parts[key].iloc[at])
                if amount > 0:
                    chart.rect(scale(left), y, scale(amount) - scale(0.0), _BAR, color)
                left += amount

    said = "; ".join(f"{name}: {_told(row, usd, is_told=is_told)}" for name, row in zip(names, rows, strict=True))
    cut = joined(["what you keep", *analysis.costs, "taxes"])
    return picture(draw, _pay_title(analysis), f"Bars of a year by place, cut into {cut}: {said}.")


def _label(analysis: LocationAnalysis, key: str, label: str) -> str:
    return capitalized(housing_name(analysis)) if key == "rent" else label


def _told(row: Mapping[str, Any], money: Callable[[float], str] = usd_short, *, is_told: bool) -> str:
    """Say what is kept in a place, and what that, or else the net pay, buys."""
    if row["kept"] is None:
        return f"{money(row['net'])} after tax, rent not known"
    if is_told:
        return f"keep {money(row['kept'])}, which buys {money(row['purchasing_power'])}"
    return f"keep {money(row['kept'])}; {money(row['net'])} after tax buys {money(row['purchasing_power'])}"


def _pay_title(analysis: LocationAnalysis) -> str:
    """State the finding of `pay_by_place`."""
    names = [living.title for living in analysis.ranked_livings]
    rows = records(analysis.ranked)
    ranked = [(name, row["kept"]) for name, row in zip(names, rows, strict=True) if row["kept"] is not None]
    gross = usd_short(analysis.pay.gross)
    if not ranked:
        return f"{usd_short(rows[0]['net'])} of {gross} is left after tax in {names[0]}"
    (best, most), (worst, least) = ranked[0], ranked[-1]
    taken = joined(["tax", *analysis.costs])
    if most - least < LEAST:
        return f"You keep {usd_short(most)} of {gross} after {taken} in {best}"
    return f"After {taken}, {best} leaves {usd_short(most - least)} a year more than {worst}"


def net_pay_over_wages(analysis: LocationAnalysis) -> Picture | Notes:
    """Net pay and marginal tax rate by wage, for each place."""
    first_of: dict[str, Living] = {}
    for living in analysis.livings:
        first_of.setdefault(living.residence, living)
    livings = sorted(list(first_of.values())[:MOST_LINES], key=analysis.ranked_livings.index)
    if not livings:
        return Notes("No picture", NOT_WORKED_OUT)
    gross = analysis.pay.gross
    wages = np.linspace(0, max(400_000.0, 2 * gross), N_WAGES)
    nets = [analysis.net_pay_over(wages, living, analysis.finances_in(living.residence)) for living in livings]
    taken = [
        1 - (analysis.net_pay_over(wages + NEXT, living, analysis.finances_in(living.residence)) - net) / NEXT
        for living, net in zip(livings, nets, strict=True)
    ]
    lefts, rates = ([float(np.interp(gross, wages, line)) for line in lines] for lines in (nets, taken))

    def draw(chart: Chart) -> None:
        chart.key([(living.title, color, "line") for living, color in zip(livings, PALETTE, strict=False)])
        highest = max(float(net[-1]) for net in nets)
        top = chart.bottom + 22
        up = Scale(0.0, highest, top + 170, top)
        left = max(axis_room(up), 34.0)
        across = Scale(0.0, float(wages[-1]), left, chart.width - 8)
        chart.text(0, top - 8, "Left after tax", SMALL, SOFT)
        money_up(chart, up, left, chart.width)
        _draw_lines(chart, nets, wages, across, up)
        below = top + 170 + 34
        share = Scale(0.0, 0.65, below + 110, below)
        chart.text(0, below - 10, "Tax on the next $10K", SMALL, SOFT)
        money_across(chart, across, [below], 110.0)
        for rate in (0.0, 0.2, 0.4, 0.6):
            chart.line([(left, share(rate)), (chart.width, share(rate))], "#e5e9ee")
            chart.text(left - 6, share(rate) + 4, percent(rate), SMALL, SOFT, "end")
        _draw_lines(chart, taken, wages, across, share)
        for first, last in ((top, top + 170), (below, below + 110)):
            chart.line([(across(gross), first), (across(gross), last)], SOFT, 1.2, "4 2")
        words = f"This offer, {usd_short(gross)}"
        is_left = across(gross) + 5 + text_width(words, SMALL) > chart.width
        chart.text(across(gross) + (-5 if is_left else 5), top + 162, words, SMALL, SOFT, "end" if is_left else "start")
        chart.bottom += SIZE + 4
        chart.text(left, chart.bottom - 2, "Wages a year", SMALL, SOFT)

    ends = [
        f"{living.title} leaves {usd(left)} and takes {percent(rate)} of the next {usd(NEXT)}"
        for living, left, rate in zip(livings, lefts, rates, strict=True)
    ]
    lowest, highest = min(rates), max(rates)
    span = percent(lowest) if percent(lowest) == percent(highest) else f"{percent(lowest)} to {percent(highest)}"
    return picture(
        draw,
        f"Tax takes {span} of your next {usd_short(NEXT)}",
        f"Net pay over wages by the tables of {analysis.start_on.year}, and the tax on more. "
        f"At {usd(gross)}: {'; '.join(ends)}.",
    )


def _draw_lines(chart: Chart, lines: list[np.ndarray], wages: np.ndarray, across: Scale, up: Scale) -> None:
    for line, color in zip(lines, PALETTE, strict=False):
        points = [(across(wage), up(min(max(value, up.low), up.high))) for wage, value in zip(wages, line, strict=True)]
        chart.line(points, color, 1.8)


def due_at_filing(analysis: LocationAnalysis) -> Picture | Notes:
    """Bars of federal and state tax due or refunded, by calendar year."""
    plan = analysis.cash_plan
    if plan is None or plan.empty:
        return Notes("No picture", NOT_WORKED_OUT if plan is None else ["No calendar year is whole."])
    parts = [("federal_due", "Federal", _FEDERAL), ("state_due", "State and local", _STATE)]
    shown = [part for part in parts if part[0] == "federal_due" or (plan[part[0]].abs() >= 1).any()]
    amounts = plan[[name for name, *_ in shown]].to_numpy(dtype=float)

    def draw(chart: Chart) -> None:
        chart.key([(label, color, "box") for _, label, color in shown])
        top = chart.bottom + 20
        low, high = min(0.0, float(amounts.min())), max(0.0, float(amounts.max()))
        scale = Scale(low, max(high, low + 1.0), top + 160, top)
        left = axis_room(scale)
        money_up(chart, scale, left, chart.width)
        pitch = (chart.width - left) / len(plan)
        width = 0.8 * pitch / len(shown)
        sums = [usd_short(amount) for amount in amounts.ravel()]
        size = next((size for size in (SIZE, SMALL, 9.0) if max(text_width(s, size) for s in sums) < width), None)
        bottom = top + 160 + (14 if low < 0 else 0)
        for (year, part), amount in np.ndenumerate(amounts):
            x = left + (year + 0.1) * pitch + part * width
            ends = sorted((scale(0.0), scale(float(amount))))
            chart.rect(x, ends[0], 0.94 * width, ends[1] - ends[0], shown[part][2])
            if size:
                y = ends[0] - 4 if amount >= 0 else ends[1] + size
                chart.text(x + width / 2, y, usd_short(float(amount)), size, anchor="middle")
        for at, year in enumerate(plan.index):
            chart.text(left + (at + 0.5) * pitch, bottom + 16, str(year), SMALL, SOFT, "middle")
        chart.bottom = bottom + 20

    said = "; ".join(
        f"{year} federal {usd(row['federal_due'])}, state and local {usd(row['state_due'])}"
        for year, row in plan.iterrows()
    )
    year, most = plan["set_aside"].idxmax(), float(plan["set_aside"].max())
    title = f"The {year} return is the one to save for: {usd_short(most)} to set aside"
    if most < _LITTLE:
        owed = f"more than {usd(most)}" if most >= LEAST else "any money"
        title = f"No tax return asks for {owed}"
    return picture(
        draw, title, f"Income tax due with the return of each calendar year, below zero it comes back: {said}."
    )
