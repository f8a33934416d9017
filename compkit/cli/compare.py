"""Command that compares offers."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import click

from compkit.analysis import Comparison, comparisons_by_person, kept_stock
from compkit.cli.decide import decision_in_short, echo_decision
from compkit.cli.number_types import RATE
from compkit.cli.options import (
    assumption_options,
    files_argument,
    json_option,
    load_offers_along_paths,
    price_path_answer,
    price_path_option,
    print_json,
    today_option,
)
from compkit.cli.terminal import echo_table, one_line
from compkit.decision import Decision, person_decision
from compkit.errors import Fault, InputError, unknown_choice
from compkit.model import GrowthConvention
from compkit.offers import STAYING, Offers, find_person, people_of, reference_faults
from compkit.pay import Assumptions, Growth
from compkit.prices import PriceHistory, SimulationOptions, read_price_history
from compkit.reference import load_tables, records
from compkit.report import (
    Heading,
    build_table,
    in_usd,
    kept_stock_notes,
    percent,
    standing_in_short,
    turns_in_words,
    usd,
)

_SUMS = ("total", "average", "present_value", "guaranteed_cash")
_NAMELESS = (
    "note: several files name nobody, so each holds another person's offers. Give the same `candidate` with a name in "
    "each to compare them."
)
_PAPER = ("paper", "paper_average", "paper_present_value")


@click.command("compare")
@files_argument
@assumption_options
@price_path_option
@click.option("--paths", type=int, default=10_000, show_default=True, metavar="N", help="Price paths to simulate.")
@click.option(
    "--seed", type=int, default=0, show_default=True, metavar="S", help="Random seed: the same seed, the same chances."
)
@click.option("--volatility", type=RATE, metavar="V",
              help="Yearly volatility of every share price, such as 0.35. Default: each company's own.")  # fmt: skip
@click.option("--correlation", type=RATE, default=0.0, metavar="C",
              help="How much two companies' share prices move together, 0 to 1. Default: 0.")  # fmt: skip
@click.option("--stay-rate", type=RATE, default=1.0, metavar="R",
              help="Chance that you stay another year, such as 0.85; it weighs later pay. Default: 1.")  # fmt: skip
@click.option("--prices", nargs=2, multiple=True, metavar="COMPANY FILE",
              help="CSV of past prices (date, close) to draw that company's paths from. May be repeated.")  # fmt: skip
@click.option("--candidate", metavar="NAME",
              help="Compare only this person's offers: an id of `candidates`, or a name.")  # fmt: skip
@today_option
@json_option
def compare_command(
    files: tuple[str, ...],
    growth: float,
    growth_convention: GrowthConvention,
    discount_rate: float,
    years: int,
    price_paths: tuple[str, ...],
    paths: int,
    seed: int,
    volatility: float | None,
    correlation: float,
    stay_rate: float,
    candidate: str | None,
    prices: tuple[tuple[str, str], ...],
    today: dt.date,
    *,
    as_json: bool,
) -> None:
    """Compare each person's offers: totals, break-even growth and chances of every pair."""
    assumptions = Assumptions(Growth(growth, growth_convention), discount_rate, years)
    tables = load_tables()
    offers, along, read = load_offers_along_paths(files, tables, assumptions.growth, price_paths, years)
    chance = SimulationOptions(paths, seed, correlation, volatility, stay_rate, _histories(prices, offers))
    given = replace(assumptions, growth=along)
    people = people_of(offers)
    if candidate is None and sum(one.is_nameless for one in people) > 1:
        click.echo(_NAMELESS, err=True)
    chosen = people if candidate is None else [find_person(people, candidate, "--candidate")]
    if faults := reference_faults(chosen):
        raise InputError(faults)
    decisions = [person_decision(one, tables, today) for one in chosen]
    comparisons = zip(decisions, comparisons_by_person(chosen, tables, given, chance, today), strict=True)
    if as_json:
        print_json(_answer(comparisons) | price_path_answer(read))
        return
    has_paper = False
    for decision, comparison in comparisons:
        has_paper |= bool(comparison.paper.any())  # first, so that a scenario that overflows prints nothing
        if len(people) > 1:
            click.echo(one_line(decision.person.label))
        echo_decision(decision)
        _echo(comparison, decision)
    around = "around the price path; break-even growth is constant growth" if read else "around the growth assumed"
    click.echo(
        f"{years} years. Today: cash discounted, stock at today's price. Certain: salary and sign-on, if employed. "
        f"After tax: a year. Chances: {paths:,} simulated prices, seed {seed}, {around}."
        + (" Paper: stock you can't sell; it counts in no other figure here." if has_paper else "")
    )


def _echo(comparison: Comparison, decision: Decision) -> None:
    """Print one person's offers, the current job, and the pairs that can be chosen between."""
    columns: dict[str, Heading] = {
        "id": "",
        **in_usd(total="total", average="average", present_value="today", guaranteed_cash="certain", net="after tax"),
        **(in_usd(paper="paper") if comparison.paper.any() else {}),
        "decision": "decision",
    }
    rows = [
        row
        | {name: row[name] - row[part] for name, part in zip(_SUMS, _PAPER, strict=False)}
        | {"decision": standing_in_short(decision, row["id"]) or ""}
        for row in _offers(comparison)
    ]
    staying = _staying(comparison)
    standing = standing_in_short(decision, STAYING) or ""
    rows += [{"id": "(current job)", **staying, "net": "", "paper": "", "decision": standing}] if staying else []
    echo_table(build_table("", columns, rows))
    pairs = [_pair_in_words(pair) for pair in records(comparison.pairs) if _is_choice(pair, decision)]
    for line in [*pairs, *kept_stock_notes(comparison)]:
        click.echo(f"  {one_line(line)}")


def _is_choice(pair: dict[str, Any], decision: Decision) -> bool:
    """Whether both of a pair can be chosen, or one is the round before the other."""
    rounds = {(one.id, one.earlier) for one in decision.rounds}
    return {pair["a"], pair["b"]} <= set(decision.ranked) or not rounds.isdisjoint(
        {(pair["a"], pair["b"]), (pair["b"], pair["a"])}
    )


def _histories(prices: tuple[tuple[str, str], ...], offers: Offers) -> dict[str, PriceHistory]:
    """Past prices by company; reports the faults of all files together."""
    companies = list(dict.fromkeys(entry.offer.company for entry in offers))
    known = {company.strip().casefold(): company for company in companies}
    found: dict[str, PriceHistory] = {}
    faults: list[Fault] = []
    for company, path in prices:
        if company.strip().casefold() not in known:
            faults.append(Fault("", "", "prices", f"company {unknown_choice(company, companies)}"))
        try:
            found[company] = read_price_history(path)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def _pair_in_words(pair: dict[str, Any]) -> str:
    ahead = f"{pair['a']} against {pair['b']}: {usd(pair['difference'])}"
    turns = turns_in_words(pair) + (" growth a year" if pair["break_even"] == "at" else "")
    return f"{ahead}; {turns}; ahead in {percent(pair['p_a_beats_b'])} of simulated prices"


def _answer(comparisons: Iterable[tuple[Decision, Comparison]]) -> dict[str, Any]:
    """Offers and pairs of all people; `present_job` is null if there are several people."""
    offers, pairs, people = [], [], []
    for decision, comparison in comparisons:
        one = decision.person
        offers += _offers(comparison)
        pairs += [
            {name: _number(value) if name == "break_even_growth" else value for name, value in row.items()}
            for row in records(comparison.pairs_with_paper)
        ]
        told = {"candidate": one.folder, "name": one.name, "offers": comparison.ids}
        people.append({**told, "present_job": _staying(comparison), "decision": decision_in_short(decision)})
    present_job = people[0]["present_job"] if len(people) == 1 else None
    return {"offers": offers, "pairs": pairs, "present_job": present_job, "people": people}


def _offers(comparison: Comparison) -> list[dict[str, Any]]:
    found = []
    for position, (offer_id, sums) in enumerate(comparison.with_paper.worth.summary.iterrows()):
        taxed, one = comparison.after_tax.iloc[position], comparison.evaluations[position]
        found.append(
            {"id": offer_id}
            | {name: float(sums[name]) for name in (*_SUMS, *_PAPER)}
            | {name: _number(taxed[name]) for name in ("net", "purchasing_power")}
            | {"kept_stock": kept_stock(one)}
            | _volatility(comparison, position)
        )
    return found


def _volatility(comparison: Comparison, position: int) -> dict[str, Any]:
    """Volatility behind an offer, and its source."""
    company = comparison.evaluations[position].offer.company.strip().casefold()
    for name, history in comparison.chance.histories.items():
        if name.strip().casefold() == company:
            return {"volatility": history.annual_volatility, "volatility_of": "past prices"}
    if comparison.chance.volatility is not None:
        return {"volatility": comparison.chance.volatility, "volatility_of": "given"}
    row = comparison.volatilities[position]
    return {"volatility": row.annual_rate, "volatility_of": row.company}


def _staying(comparison: Comparison) -> dict[str, Any] | None:
    if comparison.staying_worth is None:
        return None
    return {name: float(comparison.staying_worth.summary.iloc[0][name]) for name in _SUMS}


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
