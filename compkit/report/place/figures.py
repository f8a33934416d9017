"""Charts of places: from gross pay to buying power, net pay by wage, and tax due."""

from __future__ import annotations

import numpy as np

from compkit.analysis import LocationAnalysis
from compkit.place import Living
from compkit.reference import records
from compkit.report.place.tables import NOT_WORKED_OUT
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
    FONT,
    INK,
    SOFT,
    dollars,
    label_inside,
    legend_above,
    legend_on_top,
    new_figure,
    new_panels,
    picture,
)
from compkit.report.show.text import percent, usd, usd_short

# Dark for net pay, lighter for taxes; distinct in gray and with any form of color blindness.
PARTS = (
    ("net", "left", "#0072B2"),
    ("federal", "federal tax", "#E69F00"),
    ("payroll", "Social Security, Medicare, levies", "#F0E442"),
    ("state", "state and city tax", "#CC79A7"),
)
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
N_WAGES = 600
NEXT = 10_000.0
MOST_LINES = 5


def gross_to_purchasing_power(analysis: LocationAnalysis) -> Picture | Notes:
    """Stacked bars by place: taxes and net pay, with buying power marked."""
    if not analysis.livings or not analysis.pay.gross:
        return Notes("No picture", ["The offer pays nothing."] if analysis.livings else NOT_WORKED_OUT)
    table = analysis.table
    parts = {
        "net": table["net"],
        "federal": table["federal_income_tax"],
        "payroll": table["social_security"] + table["medicare"] + table["state_payroll_tax"],
        "state": table["state_income_tax"] + table["local_income_tax"],
    }
    names = [living.title for living in analysis.livings]
    figure, axes = new_figure(1.2 + 0.5 * len(names))
    y = np.arange(len(names))[::-1]
    left = np.zeros(len(names))
    for key, label, color in PARTS:
        width = parts[key].to_numpy(dtype=float)
        axes.barh(y, width, left=left, height=0.56, color=color, label=label, edgecolor="white", linewidth=0.6)
        left += width
    power = table["purchasing_power"].to_numpy(dtype=float)
    axes.plot(power, y, "D", color="white", markeredgecolor=INK, markersize=8, linestyle="none",
              label="what that buys at average US prices")  # fmt: skip
    end = max(float(left.max()), float(power.max()))
    for row, amount, buys in zip(y, table["net"], power, strict=True):
        label_inside(axes, usd_short(amount), (0, row), (5, 0), va="center", fontsize=10, color="white",
                     fontweight="bold")  # fmt: skip
        axes.annotate(f"buys {usd_short(buys)}", (end, row), xytext=(8, 0), textcoords="offset points", va="center",
                      annotation_clip=False, **FONT)  # fmt: skip
    axes.set_yticks(y, names)
    axes.set_xlim(0, end * 1.2)
    dollars(axes, "x")
    legend_on_top(axes, n_columns=2)
    said = "; ".join(
        f"{name} leaves {usd(row['net'])}, which buys {usd(row['purchasing_power'])}"
        for name, row in zip(names, records(table), strict=True)
    )
    return picture(
        figure, f"Bars of {usd(analysis.pay.gross)} a year by place, cut into taxes and what is left: {said}."
    )


def net_pay_over_wages(analysis: LocationAnalysis) -> Picture | Notes:
    """Net pay and marginal tax rate by wage, for each place."""
    first_of: dict[str, Living] = {}
    for living in analysis.livings:
        first_of.setdefault(living.residence, living)
    livings = list(first_of.values())[:MOST_LINES]
    if not livings:
        return Notes("No picture", NOT_WORKED_OUT)
    gross = analysis.pay.gross
    wages = np.linspace(0, max(400_000.0, 2 * gross), N_WAGES)
    figure, (above, below) = new_panels(5.2, (3, 2))
    ends = []
    for living, color in zip(livings, LINES, strict=False):
        net = analysis.net_pay_over(wages, living)
        taken = 1 - (analysis.net_pay_over(wages + NEXT, living) - net) / NEXT
        name = living.title
        above.plot(wages, net, color=color, linewidth=1.8, label=name)
        below.plot(wages, 100 * taken, color=color, linewidth=1.6)
        left, rate = (float(np.interp(gross, wages, line)) for line in (net, taken))
        ends.append(f"{name} leaves {usd(left)} and takes {percent(rate)} of the next {usd(NEXT)}")
    for axes in (above, below):
        axes.axvline(gross, color=SOFT, linewidth=1.2, linestyle="--")
        axes.set_xlim(0, wages[-1])
        dollars(axes, "x")
    dollars(above, "y")
    above.set_ylim(bottom=0)
    above.set_ylabel("Left after tax", **FONT)
    above.annotate(f"this offer, {usd_short(gross)}", (gross, 0.04), xycoords=("data", "axes fraction"), xytext=(5, 0),
                   textcoords="offset points", fontsize=9.5, color=SOFT)  # fmt: skip
    above.tick_params(labelbottom=False)
    below.yaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    below.grid(axis="y", color="#e5e9ee", linewidth=0.8)
    below.set_ylim(0, 65)
    below.set_ylabel("Tax on the next $10K", **FONT)
    below.set_xlabel("Wages a year", **FONT)
    legend_on_top(above, n_columns=len(livings))
    return picture(
        figure,
        f"Net pay over wages by the tables of {analysis.start_on.year}, and the tax on more. "
        f"At {usd(gross)}: {'; '.join(ends)}.",
    )


def due_at_filing(analysis: LocationAnalysis) -> Picture | Notes:
    """Bars of federal and state tax due or refunded, by calendar year."""
    plan = analysis.cash_plan
    if plan is None or plan.empty:
        return Notes("No picture", NOT_WORKED_OUT if plan is None else ["No calendar year is whole."])
    parts = [("federal_due", "federal", LINES[0]), ("state_due", "state and city", LINES[3])]
    shown = [part for part in parts if part[0] == "federal_due" or (plan[part[0]].abs() >= 1).any()]
    figure, axes = new_figure(2.8)
    x, width = np.arange(len(plan)), 0.7 / len(shown)
    for number, (name, label, color) in enumerate(shown):
        at = x + (number - (len(shown) - 1) / 2) * width
        axes.bar(at, plan[name], width=0.94 * width, color=color, label=label)
        for position, amount in zip(at, plan[name], strict=True):
            above, va = (3, "bottom") if amount >= 0 else (-3, "top")
            label_inside(axes, usd_short(amount), (position, amount), (0, above), ha="center", va=va, **FONT)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.margins(y=0.16)
    axes.set_xticks(x, [str(year) for year in plan.index])
    comes_back = any((plan[name] < 0).any() for name, *_ in shown)
    axes.set_ylabel("due, or comes back below 0" if comes_back else "due", **FONT)
    dollars(axes, "y")
    legend_above(axes)
    said = "; ".join(
        f"{year} federal {usd(row['federal_due'])}, state and city {usd(row['state_due'])}"
        for year, row in plan.iterrows()
    )
    return picture(figure, f"Income tax due with the return of each calendar year, below zero it comes back: {said}.")
