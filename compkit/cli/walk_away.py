"""Command that works out the least a move must pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import click

from compkit.analysis import Evaluation, LocationAnalysis, location_faults
from compkit.cli.options import (
    assumption_options,
    files_argument,
    housing_option,
    json_option,
    load_offers_checked,
    print_json,
)
from compkit.cli.terminal import echo_table
from compkit.model import GrowthConvention
from compkit.negotiation import (
    COST_OF_LIVING,
    GROWTH,
    HOME_DEDUCTIONS,
    RISK,
    SPOUSE_WAGES,
    Alternatives,
    Difference,
    WalkAway,
    Zopa,
    alternatives,
    default_target,
    largest_package,
    lever_limits,
)
from compkit.pay import Assumptions, Growth
from compkit.reference import Tables, load_tables
from compkit.report import build_table, count, in_usd, percent, usd

ValueT = TypeVar("ValueT", bound=Hashable)

_PART_NAMES = {COST_OF_LIVING: "cost of living", RISK: "risk", GROWTH: "growth",
               HOME_DEDUCTIONS: "your home's deductions", SPOUSE_WAGES: "your spouse's wages"}  # fmt: skip
_SHOWN_USD = 0.5
_CAUSE_NAMES = _PART_NAMES | {
    "equity": "vests that end",
    "timing": "time",
    "repayment": "repayment owed",
    "kept": "stock that a transfer keeps",
    "place": "place",
}


@click.command("walk-away")
@files_argument
@housing_option
@assumption_options
@json_option
def walk_away_command(
    files: tuple[str, ...],
    housing_share: float | None,
    growth: float,
    growth_convention: GrowthConvention,
    discount_rate: float,
    years: int,
    *,
    as_json: bool,
) -> None:
    """Show the least each offer must pay, in USD a year, and your best alternative to it."""
    assumptions = Assumptions(Growth(growth, growth_convention), discount_rate, years)
    found = _alternatives(files, load_tables(), assumptions, housing_share)
    if as_json:
        print_json(
            {
                "walk_away": _the_same([one.walk_away.amount for one in found]),
                "current_total": _the_same([one.walk_away.current_total for one in found]),
                "offers": [_answer(one) for one in found],
            }
        )
        return
    for one in found:
        _echo(one)
    click.echo(
        f"USD a year, over {count(years, 'year')}; decide counts your expected stay. Walk-away: the current job's year "
        "and what the guide adds. Cash-flow walk-away: the pay in even months that is worth as much as staying; stock "
        "at today's price. For you alone: don't show an employer."
    )


def _alternatives(
    files: Sequence[str], tables: Tables, assumptions: Assumptions, housing_share: float | None
) -> list[Alternatives]:
    """Offers with their alternatives; reports faults of options and files together."""
    offers = load_offers_checked(files, tables, location_faults(tables, (), housing_share))
    today = dt.date.today()
    analyses = [LocationAnalysis(Evaluation(entry, tables, assumptions, today), housing_share) for entry in offers]
    return [alternatives(analysis, analyses) for analysis in analyses]


def _answer(one: Alternatives) -> dict[str, Any]:
    away = one.walk_away
    turn, zone = away.required_growth, _zone(one)
    return {
        "id": away.evaluation.offer.id,
        "walk_away": away.amount,
        "average": away.average,
        "gap": away.gap,
        "break_even": turn.break_even if turn else None,
        "required_growth": turn.growth if turn else None,
        "paper": away.paper,
        "parts": [asdict(part) for part in away.parts],
        "cash_flow": away.cash_flow,
        "cash_flow_here": away.cash_flow_here,
        "why": [asdict(line) for line in away.differences_here],
        "reservation": one.reservation,
        "batna": one.batna.id if one.batna else None,
        "alternatives": [asdict(alternative) for alternative in one.all],
        "left_out": one.left_out,
        "zone": asdict(zone) | {"low": zone.low, "aspiration": zone.aspiration, "is_empty": zone.is_empty},
        "notes": list(away.notes),
    }


def _zone(one: Alternatives) -> Zopa:
    """Zone up to the largest package within the limits, with the default target of `counter`."""
    known = lever_limits(one.analysis.evaluation)
    largest = largest_package(known).total
    return one.zopa(largest, min(default_target(known), largest))


def _echo(one: Alternatives) -> None:
    away = one.walk_away
    click.echo(f"{away.evaluation.offer.id}: {usd(away.amount)} is the walk-away, {usd(away.average)} the offer")
    for note in away.notes:
        click.echo(f"  {note}")
    echo_table(_rows(one), left=(0, 2))
    years = one.analysis.evaluation.assumptions.n_years
    amounts = {"walk-away": away.amount, "cash-flow walk-away": away.cash_flow_here,
               "best alternative": one.reservation, "the offer": away.average}  # fmt: skip
    columns = {"name": "", **in_usd(yearly="a year", total=f"{years} years")}
    rows = [(name, amount, years * amount) for name, amount in amounts.items() if amount is not None]
    echo_table(build_table("", columns, rows))


def _rows(one: Alternatives) -> Iterator[tuple[str, str, str] | str]:
    """Yield each figure with its name and a remark."""
    away, zone = one.walk_away, _zone(one)
    if away.amount is not None:
        yield "the current job pays", usd(away.current_total), ""
        yield from ((_PART_NAMES[part.name], usd(part.amount), part.reason) for part in away.parts)
        side = "above" if away.gap is None or away.gap >= 0 else "below"
        yield f"the offer is {side} by", usd(abs(away.gap or 0.0)), _turn_in_words(away)
        yield "cash-flow walk-away", usd(away.cash_flow_here), away.basis_here
        for line in _worth_a_line(away.differences_here):
            yield f"  differs by {_CAUSE_NAMES[line.name]}", usd(line.amount), ""
    if one.batna:
        yield "best alternative", usd(one.batna.value), f"{one.batna.id} ({one.batna.status})"
    else:
        yield "no alternative known: enter your current job, or another offer with status: written"
    if away.paper:
        yield "paper, in no total here", usd(away.paper), "a year of stock you can't sell"
    yield from (f"{offer_id} does not count: {reason}" for offer_id, reason in one.left_out.items())
    yield "the ranges let it reach", usd(zone.high), _zone_in_words(zone)


def _zone_in_words(zone: Zopa) -> str:
    if zone.is_empty:
        return "less than the best alternative: the ranges leave no room to agree"
    return f"room to agree: {usd(zone.low)} to {usd(zone.high)}"


def _worth_a_line(lines: Sequence[Difference]) -> list[Difference]:
    return [line for line in lines if abs(line.amount) >= _SHOWN_USD]


def _turn_in_words(away: WalkAway) -> str:
    turn = away.required_growth
    if turn is None or turn.break_even == "never":
        return "at no growth of the share price does it reach the walk-away"
    if turn.break_even == "always" or turn.growth is None:
        return "it reaches the walk-away whatever the share price does"
    return f"it reaches the walk-away at {percent(turn.growth, 1)} growth of the share price a year"


def _the_same(values: Sequence[ValueT]) -> ValueT | None:
    """Shared value, or None if the values differ."""
    return values[0] if len(set(values)) == 1 else None
