"""Chart of first offers against results."""

from __future__ import annotations

from collections.abc import Sequence

from compkit.report.show.blocks import Picture
from compkit.report.show.drawing import COLORS, GRID, MARK, SMALL, SOFT, Chart, Scale, picture
from compkit.report.workshop.analysis_text import utility
from compkit.workshop import ROLES, Debrief, FirstOffer, first_offers

_COLORS = (COLORS["base"], MARK)
TITLE = "Points of the first offer and of the result"


def first_offers_chart(found: Debrief) -> Picture | None:
    """Draw each side's first offer and result, in its own points; None without first offers."""
    offers = first_offers(found)
    if not offers:
        return None
    alt = " ".join(
        f"Pair {one.pair}, {ROLES[one.side]}: first offer {utility(one.own)}, result {utility(one.result)}."
        for one in offers
    )
    note = "Below the dashed line, a side ended with less than its first offer."
    return picture(lambda chart: _draw(chart, offers), TITLE, alt, note)


def _draw(chart: Chart, offers: Sequence[FirstOffer]) -> None:
    chart.key([
        *((role.capitalize(), color, "box") for role, color in zip(ROLES, _COLORS, strict=True)),
        ("Result equals first offer", SOFT, "dashed"),
    ])  # fmt: skip
    chart.paragraph("Own points of the result, by own points of the first offer")
    values = [float(value) for one in offers for value in (one.own, one.result)]
    low, high = min(values), max(values)
    spare = (high - low or 1.0) * 0.06
    top = chart.bottom + 10
    bottom = top + (210 if chart.is_narrow else 240)
    right = chart.width - 16 if chart.is_narrow else 44 + 420.0
    x = Scale(low - spare, high + spare, 44, right)
    y = Scale(low - spare, high + spare, bottom, top)
    for value in x.ticks(4 if chart.is_narrow else 6):
        chart.line([(x.start, y(value)), (x.end, y(value))], GRID)
        chart.line([(x(value), bottom), (x(value), top)], GRID)
        chart.text(x.start - 6, y(value) + 4, f"{value:,g}", SMALL, SOFT, "end")
        chart.text_within(x(value), bottom + 15, f"{value:,g}", SMALL, SOFT)
    chart.line([(x(x.low), y(x.low)), (x(x.high), y(x.high))], SOFT, 1.5, "5 3")
    for one in offers:
        chart.dot(x(float(one.own)), y(float(one.result)), _COLORS[one.side], 5.0)
    chart.bottom = bottom + 22
