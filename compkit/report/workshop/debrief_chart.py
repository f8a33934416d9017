"""Charts of a class and of a game: the frontier, the limits, the four points, and what each pair or offer reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from compkit.report.show.blocks import Picture
from compkit.report.show.drawing import (
    COLORS,
    GRID,
    INK,
    MARK,
    SMALL,
    SOFT,
    Chart,
    Label,
    Scale,
    picture,
    text_width,
)  # fmt: skip
from compkit.report.workshop.analysis_text import utility
from compkit.workshop import POINTS, Analysis, Debrief, Pair, Review, package_points

LETTERS = dict(zip(POINTS, "NKEU", strict=True))
_FRONTIER, _PAIR = COLORS["equity"], COLORS["base"]
_PLACES = ((8, 4), (8, -8), (8, 15), (-8, 4), (-8, -8), (-8, 15))
"""Where a label may stand from its dot."""
_K = TypeVar("_K", bound=Hashable)


def class_chart(found: Debrief) -> Picture | None:
    """Draw every pair on the frontier; None if nobody played."""
    if not found.results:
        return None
    alt = " ".join(
        f"Pair {one.agreement.pair}: candidate {utility(one.points[0])}, recruiter {utility(one.points[1])}."
        for one in found.results
    )
    note = (
        "N: Nash point; K: Kalai-Smorodinsky; E: egalitarian; U: utilitarian. Numbers are pairs, where there is room; "
    )
    note += "those that did not agree stand where the limits cross."
    dots = _grouped((one.points, str(one.agreement.pair)) for one in found.results)
    return picture(lambda chart: _draw(chart, found.analysis, dots, "Pair"), "What the pairs reached", alt, note)


def game_chart(review: Review, title: str) -> Picture:
    """Draw every offer of a game on the frontier."""
    game = review.game
    offers = [(move.turn, package_points(game.case, move.package)) for move in game.moves if move.kind == "offer"]
    first, second = (side.name for side in game.case.sides)
    alt = " ".join(f"Turn {turn}: {first} {utility(a)}, {second} {utility(b)}." for turn, (a, b) in offers)
    end = "No deal." if game.agreement is None else f"The deal is the offer of turn {len(game.moves) - 1}."
    note = (
        "N: Nash point; K: Kalai-Smorodinsky; E: egalitarian; U: utilitarian. Numbers are turns, where there is room."
    )
    dots = _grouped((points, str(turn)) for turn, points in offers)
    return picture(
        lambda chart: _draw(chart, review.debrief.analysis, dots, "Offer"),
        title,
        alt,
        f"{note} {end}",
    )


def _draw(chart: Chart, analysis: Analysis, pairs: Mapping[Pair, str], dot: str) -> None:
    chart.key([
        ("Pareto frontier", _FRONTIER, "line"), ("Limits", SOFT, "dashed"), (dot, _PAIR, "box"),
        ("Point of bargaining theory", MARK, "box"),
    ])  # fmt: skip
    frontier, limits = list(analysis.pareto), analysis.case.limits
    points = _grouped((pair, LETTERS[name]) for name in POINTS for pair in analysis.points[name])
    everything = [*frontier, limits, *pairs]
    chart.paragraph("Recruiter's points, by the candidate's")
    top = chart.bottom + 10
    bottom = top + (300 if chart.is_narrow else 380)
    x = _scale([float(pair[0]) for pair in everything], 44, chart.width - 16)
    y = _scale([float(pair[1]) for pair in everything], bottom, top)
    _draw_grid(chart, x, y)
    for line in ([(x(float(limits[0])), top), (x(float(limits[0])), bottom)],
                 [(x.start, y(float(limits[1]))), (x.end, y(float(limits[1])))]):  # fmt: skip
        chart.line(line, SOFT, 1.5, "5 3")
    chart.line([(x(float(a)), y(float(b))) for a, b in frontier], _FRONTIER, 2)
    for places, color, radius in ((points, MARK, 4.5), (pairs, _PAIR, 5.5)):
        for pair in places:
            chart.dot(x(float(pair[0])), y(float(pair[1])), color, radius if color == _PAIR or pair not in pairs else 8)
    taken = [_box(x(float(pair[0])), y(float(pair[1]))) for pair in {**pairs, **points}]
    for places, color in ((pairs, INK), (points, MARK)):
        for pair, names in places.items():
            _write(chart, x(float(pair[0])), y(float(pair[1])), names, color, taken)
    chart.bottom = bottom + 22


def _grouped(named: Iterable[tuple[_K, str]]) -> Mapping[_K, str]:
    """Names at each place, in one label."""
    found: dict[_K, list[str]] = defaultdict(list)
    for place, name in named:
        found[place].append(name)
    return {place: ", ".join(names[:4]) + ("…" if len(names) > 4 else "") for place, names in found.items()}


def _scale(values: list[float], start: float, end: float) -> Scale:
    low, high = min(values), max(values)
    spare = (high - low or 1.0) * 0.05
    return Scale(low - spare, high + spare, start, end)


def _draw_grid(chart: Chart, x: Scale, y: Scale) -> None:
    for value in y.ticks(6):
        chart.line([(x.start, y(value)), (x.end, y(value))], GRID)
        chart.text(x.start - 6, y(value) + 4, f"{value:,g}", SMALL, SOFT, "end")
    for value in x.ticks(4 if chart.is_narrow else 8):
        chart.line([(x(value), y.start), (x(value), y.end)], GRID)
        chart.text_within(x(value), y.start + 15, f"{value:,g}", SMALL, SOFT)


def _box(x: float, y: float) -> Label:
    """Room that a dot takes."""
    return Label("", x - 6, y - 6, x + 6, y + 6)


def _write(chart: Chart, x: float, y: float, words: str, color: str, taken: Sequence[Label]) -> None:
    """Write a label next to its dot where it covers nothing; without room it is left to the table."""
    width = text_width(words, SMALL, bold=True)
    for right, down in _PLACES:
        left = x + right if right > 0 else x + right - width
        box = Label(words, left, y + down - 9, left + width, y + down + 3)
        if left > 0 and box.right < chart.width and not any(_overlap(box, other) for other in (*chart.labels, *taken)):
            chart.text(left, y + down, words, SMALL, color, bold=True)
            return


def _overlap(one: Label, other: Label) -> bool:
    return one.left < other.right and other.left < one.right and one.top < other.bottom and other.top < one.bottom
