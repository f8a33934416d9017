"""Wording for stock that cannot be sold: "paper", kept out of every total."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compkit.analysis import Comparison, Evaluation
from compkit.offers import unknown_stock
from compkit.pay import exit_summary, uncounted_stock
from compkit.reference import records
from compkit.report.decision.text import offer_names
from compkit.report.offer.startup_tables import exits_of
from compkit.report.show.blocks import Card
from compkit.report.show.text import LEAST, count, joined, percent, usd

_MOST_EXITS = 4
NO_CASH = "no cash until it can be sold, and in no total"


def cannot_be_sold(evaluation: Evaluation) -> str:
    """Phrase for whether paper stock can be sold, to follow the stock.

    Unknown stays unknown, because the company may be listed.
    """
    if unknown_stock(evaluation.offer):
        return "can't be sold, as far as we know: ask"
    return "can't be sold yet"


def paper_note(evaluation: Evaluation) -> str:
    """Sentence about the paper part of an offer's stock; empty without any."""
    paper = float(evaluation.paper.sum())
    if paper < LEAST:
        return ""
    prompt = " Enter tradable: true under equity if you can sell it." if unknown_stock(evaluation.offer) else ""
    return f"Paper: {usd(paper)} of stock that {cannot_be_sold(evaluation)}. It is in no other figure here.{prompt}"


def paper_card(evaluation: Evaluation) -> Iterator[Card]:
    """Yield the card of shares or options that cannot be sold, if there are any."""
    held, paper = _held(evaluation), float(evaluation.paper.sum())
    if held:
        yield _startup_card(evaluation, held, paper)
    elif paper >= LEAST:
        years = count(evaluation.assumptions.n_years, "year")
        detail = f"vests over {years} at today's price; {cannot_be_sold(evaluation)}; no total here counts it"
        yield Card("Paper: stock you can't sell", usd(paper), detail, "warn")


def _held(evaluation: Evaluation) -> str:
    """Describe the startup equity of an offer; empty if the file has no options or exits."""
    offer = evaluation.offer
    n_options = sum(grant.n_options for grant in offer.options)
    parts = [f"{n_options:,.10g} options"] if n_options else []
    if offer.startup is not None:
        parts += (
            [f"{percent(offer.startup.ownership_share, 4)} of the company"] if offer.startup.ownership_share else []
        )
        parts += ["shares"] if any(grant.tradable is not True for grant in offer.equity) else []
    return joined(parts)


def _startup_card(evaluation: Evaluation, held: str, paper: float) -> Card:
    title, found = f"Paper: {held}", exits_of(evaluation)
    also = f"; {usd(paper)} of stock at the price you were given is paper, too" if paper >= LEAST else ""
    if isinstance(found, str):
        ask = "enter under startup what the company may be sold for, and how likely that is"
        return Card(title, "Worth unknown", f"{NO_CASH}; {ask}{also}", "warn")
    summary = exit_summary(found.tables["net"])
    exits = sorted(records(found.tables["net"]), key=lambda row: row["value"])
    said = [f"{usd(row['net'])} if it sells for {usd(row['value'])} ({percent(row['chance'], 1)})"
            for row in exits[:_MOST_EXITS]]  # fmt: skip
    more = f" and {count(len(exits) - _MOST_EXITS, 'more exit')}" if len(exits) > _MOST_EXITS else ""
    figure = f"{percent(summary.chance_of_nothing, 1)} chance of nothing"
    if not summary.chance_of_nothing:
        figure, more = usd(summary.expected_net), f"{more}; 0% chance of nothing: you entered no exit of value 0"
    uncounted = uncounted_stock(evaluation.offer)
    left = f"; no exit counts {usd(uncounted)} of its stock" if uncounted >= LEAST else ""
    expected = f"; {usd(summary.expected_net)} expected" if len(exits) > 1 else ""
    return Card(title, figure, f"{joined(said)}{more}{expected}{left}; {NO_CASH}", "warn")


def startup_answer(evaluation: Evaluation) -> dict[str, Any] | None:
    """Startup equity for JSON: each exit, the chance of nothing, and the expected amount.

    Each exit has value, chance and net, after the cost to exercise [USD; fraction]; `reason` says why there are no
    figures. None if the offer has no startup equity.
    """
    if not _held(evaluation):
        return None
    found = exits_of(evaluation)
    if isinstance(found, str):
        return {"exits": [], "chance_of_nothing": None, "expected": None, "reason": found}
    summary = exit_summary(found.tables["net"])
    exits = [{name: row[name] for name in ("value", "chance", "net")} for row in records(found.tables["net"])]
    return {"exits": exits, "chance_of_nothing": summary.chance_of_nothing, "expected": summary.expected_net,
            "reason": None}  # fmt: skip


def paper_of_offers(comparison: Comparison) -> str:
    """Sentence about offers with stock that cannot be sold; empty without any."""
    names = offer_names([one.entry for one in comparison.evaluations])
    found = [f"{names[str(name)]} {usd(float(amount))}" for name, amount in comparison.paper.items() if amount >= LEAST]
    held = [f"{names[one.offer.id]} {words}" for one in comparison.evaluations
            if (words := _held(one)) and comparison.paper[one.offer.id] < LEAST]  # fmt: skip
    if not found and not held:
        return ""
    return f"On paper, and not counted: {joined([*found, *held])}."
