"""Chart of a measure: the guide's bands, and the middle half of what new offers report in each era."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from compkit.report.market.words import BANDS, MEASURES, by_era, era, has_figures, measure_name
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import COLORS, INK, RANGE, Chart, Scale, money_across, picture, scale_with_room
from compkit.report.show.pay_charts import title_rows
from compkit.report.show.text import count, uncapitalized, usd

if TYPE_CHECKING:
    from compkit.market import BandCheck, MarketIntelligence
    from compkit.paydata import Measure

_BAR, _GAP, _DOT = 10.0, 3.0, 3.5
_COLORS = (COLORS["base"], COLORS["bonus"], COLORS["equity"], COLORS["sign_on"])
"""Of the latest era first."""


def market_chart(found: MarketIntelligence, measure: Measure, *, show_few: bool = True) -> Picture | Notes:
    """Draw what new offers report next to the guide's bands of one measure, by level, place and era.

    With `show_few`, fewer than 5 reports are dots; such a chart is for the store's owner alone.
    """
    shown = [
        one for one in found.checks
        if one.measure == measure and one.tenure == "new" and (has_figures(one) or show_few)
    ]  # fmt: skip
    if not shown:
        return Notes("No chart", [f"No new offers tell {uncapitalized(MEASURES[measure])}."])
    eras = [name for name, _ in by_era(shown)]
    colors = dict(zip(reversed(eras), _COLORS, strict=False))
    rows = [list(group) for _, group in groupby(shown, key=lambda one: (one.level, one.location))]

    def draw(chart: Chart) -> None:
        chart.key([
            ("The guide's band", RANGE, "box"),
            *((f"Middle half of offers {name}", colors[name], "box") for name in eras),
        ])  # fmt: skip
        chart.bottom += 4
        height = len(eras) * (_BAR + _GAP) + _GAP
        names = [f"{row[0].level}, {row[0].location}" for row in rows]
        tops = title_rows(chart, names, [_told(row) for row in rows], height)
        ends = [end for one in shown for end in _ends(one)]
        scale = scale_with_room(chart, min(ends), max(ends))
        money_across(chart, scale, tops, height)
        for top, row in zip(tops, rows, strict=True):
            chart.rect(scale(row[0].low), top, scale(row[0].high) - scale(row[0].low), height, RANGE)
            for one in row:
                y = top + _GAP + eras.index(era(one.reports)) * (_BAR + _GAP)
                _draw(chart, scale, y, one, colors[era(one.reports)])

    alt = f"Next to the guide's band for its {BANDS[measure]}: {'; '.join(_row_in_words(row) for row in rows)}."
    is_few = any(not has_figures(one) for one in shown)
    dots = " Dots are single offers where there are fewer than 5." if is_few else ""
    made_up = "Made-up pay. " if found.is_sample else ""
    return picture(
        draw, _finding(shown, measure_name(found, measure)), alt, f"{made_up}The line in each bar is the median.{dots}"
    )


def _draw(chart: Chart, scale: Scale, y: float, one: BandCheck, color: str) -> None:
    found = one.reports.percentiles
    if found.p25 is None or found.p50 is None or found.p75 is None:
        for amount in one.reports.few:
            chart.dot(scale(amount), y + _BAR / 2, color, _DOT)
        return
    chart.rect(scale(found.p25), y, max(scale(found.p75) - scale(found.p25), 2.0), _BAR, color)
    chart.line([(scale(found.p50), y - 1), (scale(found.p50), y + _BAR + 1)], INK, 2.5)


def _ends(one: BandCheck) -> Sequence[float]:
    found = one.reports.percentiles
    inner = one.reports.few if found.p25 is None or found.p75 is None else (found.p25, found.p75)
    return one.low, one.high, *inner


def _told(row: Sequence[BandCheck]) -> str:
    return ", ".join(f"{one.reports.percentiles.n:,} {era(one.reports)}" for one in row)


def _row_in_words(row: Sequence[BandCheck]) -> str:
    return f"{row[0].level} {row[0].location} {usd(row[0].low)} to {usd(row[0].high)}, {', '.join(map(_words, row))}"


def _words(one: BandCheck) -> str:
    found, when = one.reports.percentiles, era(one.reports)
    if found.p50 is None:
        return f"{when} {count(found.n, 'offer')}"
    return f"{when} median {usd(found.p50)} of {found.n:,}, middle half {usd(found.p25)} to {usd(found.p75)}"


def _finding(shown: Sequence[BandCheck], name: str) -> str:
    """Say how many medians are below, within and above the guide's band, era by era."""
    said, of_band = [], " the guide's band"
    for when, checks in by_era(one for one in shown if has_figures(one)):
        places = [_place(one) for one in checks]
        n_by_place = {one: places.count(one) for one in ("below", "within", "above") if one in places}
        (first, n), *others = n_by_place.items()
        counts = [f"{count(n, 'median')} {first}{of_band}", *(f"{n} {place}" for place, n in others)]
        said.append(f"{when}, {', '.join(counts)}")
        of_band = ""
    if not said:
        return f"Too few new offers tell {uncapitalized(name)} for a median"
    return f"{name}: {'; '.join(said)}"


def _place(one: BandCheck) -> str:
    median = one.reports.percentiles.p50 or 0.0
    return "below" if median < one.low else "above" if median > one.high else "within"
