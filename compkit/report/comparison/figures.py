"""Charts that compare several offers; each title states the finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from compkit.analysis import LEAST_LEAD, MAP_GROWTHS, MAP_TENURES, STAYING, Comparison, wins_by_later_stock
from compkit.pay import COMPONENTS
from compkit.prices import spread
from compkit.reference import records
from compkit.report.comparison.text import (
    can_turn,
    cause_in_words,
    has_stock,
    labels_of,
    names_of,
    over_years,
    some,
)
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import (
    INK,
    PALETTE,
    RANGE,
    SMALL,
    SOFT,
    STAYING_COLOR,
    TIE_COLOR,
    Chart,
    Scale,
    axis_room,
    money_across,
    money_up,
    picture,
    wrapped,
)
from compkit.report.show.pay_charts import Outcome, Plot, draw_leads, draw_outcomes, draw_years, parts_key, title_rows
from compkit.report.show.text import capitalized, count, percent, usd, usd_short

MOST_SHOWN, MOST_LETTERS = len(PALETTE), 60
TIE, OTHERS, CURRENT_JOB = "Several are equal", "Other offers", "Current job"
_PANEL = 128.0
_CELL = 20.0


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
    named = dict(zip((comparison.ids[row] for row in _shown(comparison)), PALETTE, strict=False))
    return named | {STAYING: STAYING_COLOR}


def _labels(comparison: Comparison) -> dict[str, str]:
    """Label by offer id and for staying: company, level and place."""
    names = names_of(comparison)
    short = labels_of([names[comparison.ids[row]] for row in comparison.ranking], MOST_LETTERS)
    return {offer_id: short[name] for offer_id, name in names.items()} | {STAYING: CURRENT_JOB}


def totals_by_year(comparison: Comparison) -> Picture:
    """Stacked bars of each job's pay by year, side by side on one scale; stock that can't be sold is hatched."""
    labels, shown = _labels(comparison), _shown(comparison)
    jobs = {labels[comparison.ids[row]]: _years(comparison, row) for row in shown}
    if comparison.staying_worth is not None:
        by_year = comparison.staying_worth.by_year
        jobs[labels[STAYING]] = pd.DataFrame({name: by_year[name][0] for name in (*COMPONENTS, "total")}).assign(
            paper=0.0
        )
    highest = max(float((years["total"] + years["paper"]).max()) for years in jobs.values()) or 1.0
    n_years = comparison.assumptions.n_years

    def draw(chart: Chart) -> None:
        chart.key(parts_key(list(jobs.values())))
        n_columns = min(len(jobs), 2 if chart.is_narrow else 4 if n_years <= 5 else 3)
        room = axis_room(Scale(0.0, highest, 0.0, 1.0))
        width = (chart.width - room) / n_columns
        for first in range(0, len(jobs), n_columns):
            row = list(jobs.items())[first : first + n_columns]
            titles = [wrapped(name, width - 14, bold=True) for name, _ in row]
            n_lines = max(map(len, titles))
            bottom = chart.bottom + 16 * n_lines + 30 + _PANEL
            scale = Scale(0.0, highest, bottom, bottom - _PANEL)
            for at, ((_, years), lines) in enumerate(zip(row, titles, strict=True)):
                left = room + at * width
                for number, line in enumerate(lines):
                    chart.text(left + 4, chart.bottom + 16 * (number + 1), line, bold=True)
                money_up(chart, scale, left + 2, left + width - 6, is_labeled=not at)
                draw_years(
                    chart, Plot(left + 4, bottom - _PANEL, left + width - 8, bottom), years, scale, n_years=n_years
                )
            chart.bottom = bottom + 20

    said = [f"{name} {', '.join(usd(float(total)) for total in years['total'])}" for name, years in jobs.items()]
    title = _pay_finding(jobs)
    if title.startswith("your"):
        title = capitalized(title)
    return picture(draw, title, f"Pay by employment year: {'; '.join(said)}.", _shown_note(comparison))


def _years(comparison: Comparison, row: int) -> pd.DataFrame:
    worth, paper = comparison.worth.by_year, comparison.with_paper.worth.by_year["paper"]
    return pd.DataFrame({name: worth[name][row] for name in (*COMPONENTS, "total")}).assign(paper=paper[row])


def _pay_finding(jobs: Mapping[str, pd.DataFrame]) -> str:
    """Who pays most in the first and in the last year."""
    totals = {name: years["total"].to_numpy(dtype=float) for name, years in jobs.items()}
    n_years = len(next(iter(totals.values())))
    if len(jobs) == 1:
        (only,) = totals.values()
        return f"{usd_short(float(only[0]))} in year 1" + f", {usd_short(float(only[-1]))} in year {n_years}" * (
            n_years > 1
        )
    tops = [_leaders({name: float(one[year]) for name, one in totals.items()}) for year in range(n_years)]
    first, last = tops[0], tops[-1]
    verb = "pays" if len(first) == 1 else "pay"
    if all(one == first for one in tops):
        when = "every year" if n_years > 1 else "in year 1"
        return f"{some(first)} {verb} the most {when}" if len(first) < len(jobs) else f"All pay the same {when}"
    if first == last:
        return f"{some(first)} {verb} the most in the first and the last year, but not in between"
    return f"{some(first)} {verb} the most in year 1, {some(last)} in year {n_years}"


def _leaders(amounts: Mapping[str, float]) -> list[str]:
    best = max(amounts.values())
    return [_in_a_sentence(name) for name, amount in amounts.items() if best - amount < LEAST_LEAD]


def winner_map(comparison: Comparison) -> Picture | Notes | None:
    """Map of the offer that has paid most, by tenure and share-price growth.

    Text if no price matters; None if there is nothing to choose from.
    """
    names = comparison.names
    if len(names) < 2:
        return None
    flat = MAP_GROWTHS.index(0.0)
    labels = _labels(comparison)
    at_flat = [_most_at(comparison, labels, tenure, flat) for tenure in range(len(MAP_TENURES))]
    said = "; ".join(f"{count(years, 'year')} {who}" for years, who in zip(MAP_TENURES, at_flat, strict=True))
    if np.ptp(comparison.totals_by_tenure, axis=2).max() < LEAST_LEAD:
        told = f"No share price matters here: {_in_runs(at_flat)}."
        return Notes("Who has paid most, by how long you stay", [told])
    ties, colors = comparison.ties, _colors(comparison)
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
    colors_in = list(shades.values())

    def draw(chart: Chart) -> None:
        chart.key([(label, shade, "box") for shade, label in legend])
        chart.bottom += 6
        left, top = 20.0, chart.bottom + 16
        width = (chart.width - left) / len(MAP_GROWTHS)
        chart.text(0, chart.bottom + 10, "Years you stay", SMALL, SOFT)
        bottom = top + _CELL * len(MAP_TENURES)
        for (tenure, growth), cell in np.ndenumerate(cells):
            chart.rect(left + growth * width, bottom - _CELL * (tenure + 1), width - 1, _CELL - 1, colors_in[cell])
        for tenure, years in enumerate(MAP_TENURES):
            chart.text(left - 6, bottom - _CELL * (tenure + 0.5) + 4, str(years), SMALL, SOFT, "end")
        for growth in range(0, len(MAP_GROWTHS), 4 if chart.is_narrow else 2):
            chart.text_within(left + (growth + 0.5) * width, bottom + 14, percent(MAP_GROWTHS[growth]), SMALL, SOFT)
        chart.text(left, bottom + 30, "Growth of every share price a year", SMALL, SOFT)
        chart.bottom = bottom + 34

    meaning = "Each square is the color of the choice that has paid most by then, before tax."
    note = " ".join([meaning, *_late_stock(comparison)])
    title = _map_finding(at_flat)
    return picture(draw, title, f"Which choice has paid most, by tenure and growth. At a flat price: {said}.", note)


def _map_finding(at_flat: Sequence[str]) -> str:
    """Who has paid most after the shortest and the longest stay, at flat share prices."""
    if len(set(at_flat)) == 1:
        return f"If share prices stay flat, {at_flat[0]} pays the most however long you stay"
    first, last = (count(years, "year") for years in (MAP_TENURES[0], MAP_TENURES[-1]))
    if at_flat[0] == at_flat[-1]:
        return f"If share prices stay flat, {at_flat[0]} pays the most over {first} and over {last}, but not in between"
    return f"If share prices stay flat, {at_flat[0]} pays the most over {first}, {at_flat[-1]} over {last}"


def _in_a_sentence(label: str) -> str:
    return "your current job" if label == CURRENT_JOB else label


def _in_runs(who: Sequence[str]) -> str:
    """Describe who has paid most by tenure, grouping consecutive equal answers."""
    said, first = [], 0
    for name, run in groupby(who):
        last = first + len(list(run)) - 1
        years = count(MAP_TENURES[last], "year")
        said.append(f"after {years if first == last else f'{MAP_TENURES[first]} to {years}'} {name}")
        first = last + 1
    return "; ".join(said)


def _most_at(comparison: Comparison, labels: Mapping[str, str], tenure: int, growth: int) -> str:
    """Name the offer or offers that have paid most in one square of the map."""
    paid = np.round(comparison.totals_by_tenure[:, tenure, growth], 6)
    best = [_in_a_sentence(labels[comparison.names[row]]) for row in np.flatnonzero(paid == paid.max())]
    return best[0] if len(best) == 1 else f"{some(best)}, equal"


def _late_stock(comparison: Comparison) -> list[str]:
    found = wins_by_later_stock(comparison)
    if found is None:
        return []
    years, is_all = found
    when = f"From {count(years, 'year')} on" if years < MAP_TENURES[-1] else f"After {years} years"
    which = "where your current job is ahead, that is" if is_all else "your current job wins some squares"
    return [
        f"{when}, {which} only because its yearly stock goes on after the offers' grants end: "
        "enter under refresher_plan what you expect of theirs."
    ]


def sensitivity(comparison: Comparison) -> Picture | Notes | None:
    """Tornado chart of what moves the difference between the two highest totals."""
    if len(comparison.ids) < 2:
        return None
    first, second = comparison.ranking[:2]
    a, b = comparison.ids[first], comparison.ids[second]
    rows = records(comparison.sensitivities(first, second))
    if not rows:
        labels = _labels(comparison)
        between = f"the gap between {labels[a]} and {labels[b]}"
        told = f"Neither share prices nor how long you stay nor bonuses change {between}."
        return Notes("What moves the difference", [told])
    base = float(rows[0]["base"])
    ends = [0.0, base, *(float(row[end]) for row in rows for end in ("low", "high"))]
    labels = _labels(comparison)

    def draw(chart: Chart) -> None:
        told = [
            ", ".join(f"{_tried(row['cause'], row[f'{end}_at'])}: {usd_short(row[end])}" for end in ("low", "high"))
            for row in rows
        ]
        tops = title_rows(chart, [capitalized(cause_in_words(row)) for row in rows], told, 14.0)
        room = 0.04 * (max(ends) - min(ends))
        scale = Scale(min(ends) - room, max(ends) + room, 0.0, chart.width)
        money_across(chart, scale, tops, 14.0)
        for at, row in zip(tops, rows, strict=True):
            for end in ("low", "high"):
                sides = sorted((base, float(row[end])))
                color = PALETTE[0] if row[end] >= base else PALETTE[1]
                chart.rect(scale(sides[0]), at, scale(sides[1]) - scale(sides[0]), 14, color)
            for end in ("low", "high"):
                chart.line([(scale(row[end]), at), (scale(row[end]), at + 14)], INK, 1.5)
            for value, color, dash in ((base, INK, ""), (0.0, SOFT, "4 2")):
                chart.line([(scale(value), at - 3), (scale(value), at + 17)], color, 1.5, dash)

    said = "; ".join(
        f"{cause_in_words(row)} from {_tried(row['cause'], row['low_at'])} {usd(row['low'])} to "
        f"{_tried(row['cause'], row['high_at'])} {usd(row['high'])}"
        for row in rows
    )
    turning = [row for row in rows if can_turn(row)]
    sides = f"{labels[a]} is ahead right of the dashed line, {labels[b]} left of it."
    if not turning and abs(base) >= LEAST_LEAD:
        sides += " No single change reverses the order."
    note = f"{labels[a]} less {labels[b]}, a year before tax; the solid line is the difference as assumed. {sides}"
    alt = f"What moves the difference between {labels[a]} and {labels[b]}, {usd(base)} a year as assumed: {said}."
    lead = f"{labels[a]} leads {labels[b]} by {usd_short(base)} a year" if base >= LEAST_LEAD else "Even as assumed"
    turns = f"{cause_in_words(turning[0])} can reverse it" if turning else "no single change reverses it"
    title = (
        f"{lead}; {turns}"
        if base >= LEAST_LEAD
        else f"{labels[a]} and {labels[b]} are even; {cause_in_words(rows[0])} matters most"
    )
    return picture(draw, title, alt, note)


def _tried(cause: str, value: float) -> str:
    if cause == "tenure":
        return f"{value:.0f} years"
    return f"{percent(value)} of it" if cause == "bonus" else f"{'+' if value > 0 else ''}{percent(value)}"


def outcome_ranges(comparison: Comparison) -> Picture | Notes:
    """Bars of each offer's simulated total, from the cash floor to 9 of 10 outcomes."""
    if not has_stock(comparison):
        shares = "shares you can sell" if comparison.paper.any() else "shares"
        told = f"No offer pays in {shares} {over_years(comparison)}: none of their pay depends on a share price."
        return Notes("No stock", [told])
    labels, rows = _labels(comparison), _shown(comparison)
    found = records(spread(comparison.simulated_years.sum(axis=1)[rows]))
    cash = comparison.worth.summary["guaranteed_cash"].to_numpy(dtype=float)[rows]
    bonus = comparison.worth.by_year["bonus"].sum(axis=1)[rows]
    outcomes = [
        Outcome(labels[comparison.ids[row]], float(sure), float(more), one["p5"], one["p50"], one["p95"])
        for row, sure, more, one in zip(rows, cash, bonus, found, strict=True)
    ]
    said = "; ".join(
        f"{one.name} {usd_short(one.low)} to {usd_short(one.high)}, middle {usd_short(one.middle)}" for one in outcomes
    )
    return picture(
        lambda chart: draw_outcomes(chart, outcomes),
        _outcome_finding(outcomes),
        f"Simulated totals, in 90 of 100 cases: {said}.",
        _shown_note(comparison),
    )


def _outcome_finding(outcomes: Sequence[Outcome]) -> str:
    """Which offer has the most cash, and which the highest median."""
    if len(outcomes) == 1:
        (one,) = outcomes
        return f"{usd_short(one.cash)} is sure; stock takes it to {usd_short(one.low)} to {usd_short(one.high)}"
    floor, middle = (_leaders({one.name: getattr(one, name) for one in outcomes}) for name in ("cash", "middle"))
    if floor == middle:
        return f"{some(floor)} {'has' if len(floor) == 1 else 'have'} both the most cash and the highest median"
    return f"{some(floor)} {'has' if len(floor) == 1 else 'have'} the most cash, {some(middle)} the highest median"


def kept_on_leaving(comparison: Comparison) -> Picture:
    """Line chart by month of leaving: the lead of each offer over staying, or without a current job what you keep."""
    colors, labels = _colors(comparison), _labels(comparison)
    stayed = comparison.staying_paid
    is_known = stayed is not None
    leads, said = {}, []
    for row in _shown(comparison):
        name, behind = comparison.ids[row], comparison.evaluations[row].left_behind
        kept = comparison.leaving[name]["kept"].to_numpy(dtype=float)
        leads[name] = kept - (stayed if is_known else 0.0) - (behind.repayment_owed if behind else 0.0)
        month = comparison.paid_off_in[name]
        ahead = f", ahead of staying from month {month}" if month else ", never ahead of staying" * is_known
        said.append(f"{labels[name]} {usd(float(kept[11]))} after 12 months{ahead}")
    best = max(leads, key=lambda name: float(leads[name][-1]))
    over = over_years(comparison).removeprefix("over ")
    return picture(
        lambda chart: draw_leads(
            chart, {labels[name]: lead for name, lead in leads.items()},
            {labels[name]: colors[name] for name in leads}, base="Staying in your current job" * is_known,
        ),
        _lead_finding(comparison, labels, best, float(leads[best][-1]), over),
        f"What you keep if you leave, by month: {'; '.join(said)}.",
        _shown_note(comparison),
    )  # fmt: skip


def _lead_finding(comparison: Comparison, labels: Mapping[str, str], best: str, lead: float, over: str) -> str:
    if comparison.staying is None:
        return f"After {over}, {labels[best]} has paid most: {usd_short(lead)} kept"
    month = comparison.paid_off_in[best]
    if month is None:
        return f"No offer is ahead of staying after {over}"
    when = "the first month" if month == 1 else f"month {month}"
    return f"{labels[best]} is ahead of staying from {when}, by {usd_short(lead)} after {over}"
