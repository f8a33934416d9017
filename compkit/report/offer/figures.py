"""Charts of one offer; each title states the finding, and each alt text has the figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from compkit.analysis import Evaluation
from compkit.reference import records
from compkit.report.offer.summary import measure_in_words
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
    COLORS,
    INK,
    MARK,
    RANGE,
    SMALL,
    SOFT,
    Chart,
    Scale,
    axis_room,
    fitted,
    money_across,
    money_up,
    picture,
    scale_with_room,
    spread_out,
    text_width,
)
from compkit.report.show.pay_charts import (
    PAPER_NAME,
    Plot,
    draw_years,
    parts_key,
    pay_finding,
    title_rows,
)
from compkit.report.show.text import (
    BASIS_NAMES,
    COMPONENT_NAMES,
    LEAST,
    MEASURE_NAMES,
    capitalized,
    joined,
    percent,
    standing,
    uncapitalized,
    usd,
    usd_short,
    yardstick_name,
)

_FURTHEST_OUTSIDE = 0.25
_BAR = 14.0


def pay_by_year(evaluation: Evaluation) -> Picture:
    """Stacked bars of pay by employment year and component, stock that can't be sold hatched, beside staying."""
    years = evaluation.years.assign(paper=evaluation.paper.to_numpy())
    staying = evaluation.present_job.by_year["total"][0] if evaluation.present_job else np.array([])

    def draw(chart: Chart) -> None:
        names = {name: label for name, label in [*COMPONENT_NAMES.items(), ("paper", PAPER_NAME)] if name != "total"}
        last = years.iloc[-1]
        direct = {names[name]: float(last[name]) for name in names if last[name] > 0}
        is_wide = not chart.is_narrow
        shown = [entry for entry in parts_key([years]) if not is_wide or entry[0] not in direct]
        if len(staying):
            shown.append(("Staying in your current job", INK, "dashed"))
        chart.key(shown)
        top = chart.bottom + 18
        bottom = top + (200 if chart.is_narrow else 230)
        highest = max(float((years["total"] + years["paper"]).max()), *map(float, staying), 1.0)
        scale = Scale(0.0, highest, bottom, top)
        right = max((text_width(name) for name in direct), default=-8.0) + 8 if is_wide else 0.0
        plot = Plot(axis_room(scale), top, chart.width - right, bottom)
        money_up(chart, scale, plot.left, plot.right)
        draw_years(chart, plot, years, scale, n_years=len(years), staying=staying)
        if is_wide:
            ends = np.cumsum(list(direct.values()))
            middles = [scale(float(end - amount / 2)) + 4 for end, amount in zip(ends, direct.values(), strict=True)]
            for name, y in zip(direct, spread_out(middles, 15, bottom), strict=True):
                chart.text(plot.right + 4, y, name)
        chart.bottom = bottom + 18

    said = "; ".join(f"year {k} {usd(float(total))}" for k, total in years["total"].items())
    alt = f"Stacked bars of pay by employment year: {said}."
    if len(staying):
        alt += f" Staying: {', '.join(usd(float(total)) for total in staying)}."
    if years["paper"].sum() >= LEAST:
        alt += f" Not counted: {usd(float(years['paper'].sum()))} of stock you can't sell."
    return picture(draw, pay_finding(years), alt)


def market_ranges(evaluation: Evaluation) -> Picture | Notes:
    """Each component in its market range, with the sample and date of the range."""
    rows = records(evaluation.market[evaluation.market["verdict"].notna()])
    if not rows:
        return Notes("No picture", ["No part has a range we can judge by."])
    sources = [capitalized(yardstick_name(row, evaluation.report_date)) for row in rows]
    once = sources[0] if len(set(sources)) == 1 else ""
    heads = [f"{MEASURE_NAMES[row['component']]}: {usd_short(row['value'])}" for row in rows]

    def draw(chart: Chart) -> None:
        chart.bottom += 4
        for row, head, source in zip(rows, heads, sources, strict=True):
            (top,) = title_rows(chart, [head], [standing(row)], _BAR)
            _draw_range(chart, top, row)
            chart.bottom = top + _BAR + 16
            if not once:
                chart.bottom += 13
                chart.text(0, chart.bottom - 4, fitted(source, chart.width, SMALL), SMALL, SOFT)
            chart.bottom += 6

    said = "; ".join(
        f"{MEASURE_NAMES[row['component']]} {usd(row['value'])}, {_place(row['value'], row['low'], row['high'])} "
        f"{usd(row['low'])} to {usd(row['high'])}"
        for row in rows
    )
    held = f"Held against {uncapitalized(once)}." if once else ""
    return picture(draw, _market_finding(rows), f"Each part of the offer in its range: {said}.", held)


def _draw_range(chart: Chart, top: float, row: dict[str, Any]) -> None:
    """Draw a range scaled to its own ends, with the value marked; an arrow marks a value further out."""
    across = Scale(-_FURTHEST_OUTSIDE, 1 + _FURTHEST_OUTSIDE, 0.0, chart.width)
    at = _share_up(row)
    place = min(max(at, -_FURTHEST_OUTSIDE + 0.03), 1 + _FURTHEST_OUTSIDE - 0.03)
    chart.line([(0, top + _BAR / 2), (chart.width, top + _BAR / 2)], RANGE)
    chart.rect(across(0), top, across(1) - across(0), _BAR, RANGE)
    middle = across(0.5)
    chart.line([(middle, top), (middle, top + _BAR)], SOFT)
    for end, amount in ((0.0, row["low"]), (1.0, row["high"])):
        chart.text(across(end), top + _BAR + 12, usd_short(amount), SMALL, SOFT, "middle")
    x, y = across(place), top + _BAR / 2
    if place == at:
        chart.dot(x, y, MARK, 6.5)
    else:
        way = 1 if at > place else -1
        chart.area([(x - 7 * way, y - 7), (x + 7 * way, y), (x - 7 * way, y + 7)], MARK)


def _market_finding(rows: Sequence[dict[str, Any]]) -> str:
    below, above = (
        [measure_in_words(row) for row in rows if row["verdict"] == verdict] for verdict in ("below", "above")
    )
    if len(below) == len(rows) > 1 or len(above) == len(rows) > 1:
        return f"Every part is {'below' if below else 'above'} its range"
    if below:
        return f"{capitalized(joined(below))} {'is' if len(below) == 1 else 'are'} below range"
    within = [row for row in rows if row["verdict"] == "within"]
    if not within:
        return f"{capitalized(joined(above))} is above range"
    lead = "Nothing is below range" if above else "Every part is in range"
    wide = [row for row in within if row["low"] < row["high"]]
    if not wide:
        return lead
    lowest = min(wide, key=_share_up)
    name, up = measure_in_words(lowest), _place(lowest["value"], lowest["low"], lowest["high"])
    if len(rows) == 1:
        return f"{capitalized(name)} is {up} its range"
    return f"{lead}; {name} is lowest, {up}"


def _share_up(row: Mapping[str, Any]) -> float:
    """How far a value is up its range; in a range of one amount it is in the middle, or far outside."""
    above, width = row["value"] - row["low"], row["high"] - row["low"]
    return float(above / width) if width else float(np.sign(above)) * np.inf if above else 0.5


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
    colors = [RANGE, COLORS["base"], *[COLORS["bonus"]] * (len(names) - 2)]

    def draw(chart: Chart) -> None:
        mark = f"This offer, {usd_short(value)}"
        chart.key([(mark, MARK, "line")])
        chart.bottom += 4
        tops = title_rows(chart, names, _spans(low, high), _BAR)
        scale = scale_with_room(chart, min(low.min(), value), max(high.max(), value))
        money_across(chart, scale, tops, _BAR)
        for at, first, last, color in zip(tops, low, high, colors, strict=True):
            chart.rect(scale(first), at, scale(last) - scale(first), _BAR, color)
            chart.line([(scale(value), at - 2), (scale(value), at + _BAR + 2)], MARK, 2.5)

    said = "; ".join(f"{n} {usd(lo)} to {usd(hi)}" for n, lo, hi in zip(names, low, high, strict=True))
    basis = uncapitalized(BASIS_NAMES[rows["basis"].iloc[0]])
    verdict = "below" if value < low[1] else "above" if value > high[1] else "within"
    return picture(
        draw,
        f"{usd_short(value)} is {verdict} the band with the {basis} premium",
        f"Base and a quarter of the grant, {usd(value)}, and the band under each premium: {said}.",
    )


def audit_ranges(bands: pd.DataFrame, level: str) -> Picture:
    """First-year totals of a level as published, and the sums of their parts.

    `bands` has the columns location, low, high, computed_low and computed_high [USD].
    """
    kinds = (
        ("low", "high", SOFT, "Published"),
        ("computed_low", "computed_high", COLORS["base"], "Sum of its own parts"),
    )
    ends = bands[["low", "high", "computed_low", "computed_high"]].to_numpy(dtype=float)

    def draw(chart: Chart) -> None:
        chart.key([(label, color, "box") for *_, color, label in kinds])
        chart.bottom += 4
        tops = title_rows(chart, list(bands["location"]), [""] * len(bands), 2 * 9.0)
        scale = scale_with_room(chart, ends.min(), ends.max())
        money_across(chart, scale, tops, 2 * 9.0)
        for at, row in zip(tops, records(bands), strict=True):
            for number, (low, high, color, _) in enumerate(kinds):
                chart.rect(scale(row[low]), at + 9 * number, scale(row[high]) - scale(row[low]), 8, color)

    higher = int((bands["low"] > bands["computed_low"]).sum())
    said = "; ".join(
        f"{row['location']} published {usd(row['low'])} to {usd(row['high'])}, its parts give "
        f"{usd(row['computed_low'])} to {usd(row['computed_high'])}"
        for row in records(bands)
    )
    title = f"Published totals start higher than the sum of their parts in {higher} of {len(bands)} places"
    return picture(draw, title, f"First-year totals of {level}: {said}.")


def _spans(low: np.ndarray, high: np.ndarray) -> list[str]:
    return [f"{usd_short(first)} to {usd_short(last)}" for first, last in zip(low, high, strict=True)]


def _place(amount: float, low: float, high: float) -> str:
    if low == amount == high:
        return "exactly"
    if low <= amount <= high:
        return f"{percent((amount - low) / (high - low))} of the way up"
    return "below" if amount < low else "above"
