"""Table and notes of startup exits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from compkit.analysis import Evaluation
from compkit.errors import OutOfRangeError
from compkit.pay import (
    SIMPLIFICATIONS,
    TAXES_LEFT_OUT,
    OptionGrant,
    ShareGrant,
    StartupTerms,
    exit_summary,
    exit_table,
    startup_terms,
    uncounted_stock,
)
from compkit.report.show.blocks import Heading, Notes, Table, build_table, in_usd
from compkit.report.show.text import LEAST, percent, usd
from compkit.tax import EQUITY_NOT_MODELED


@dataclass(frozen=True)
class Exits:
    """Terms of a startup and the result of each exit: `net`, and `let_go` if the job ends with the exit."""

    terms: StartupTerms
    tables: Mapping[str, pd.DataFrame]


def startup_table(evaluation: Evaluation) -> Table | Notes:
    """Proceeds of startup equity at each exit, with the chance of nothing."""
    found = exits_of(evaluation)
    if isinstance(found, str):
        return Notes("Startup equity", [found])
    terms, tables = found.terms, found.tables
    summaries = {key: exit_summary(table) for key, table in tables.items()}
    exits = tables["net"].sort_values("value", kind="stable")
    frame = pd.DataFrame({"exit": [f"Sold for {usd(value)}" for value in exits["value"]]}, index=exits.index)
    frame = frame.assign(**exits[["chance", "price_per_share", "exercise_cost"]])
    for key, table in tables.items():
        frame[key] = table["net"]
    today = " in today's money" if evaluation.assumptions.discount_rate else ""
    for name, of in (("Expected", "expected_net"), ("Median", "median_net")):
        more = {key: getattr(summary, of) for key, summary in summaries.items()}
        frame = pd.concat([frame, pd.DataFrame([{"exit": f"{name}{today}", **more}])], ignore_index=True)
    frame = pd.concat([frame, pd.DataFrame([{"exit": "On paper", "net": terms.paper}])], ignore_index=True)
    columns: dict[str, Heading] = {"exit": "Exit", "chance": ("Chance", "percent1")}
    if evaluation.offer.startup and evaluation.offer.startup.ownership_share is None:
        columns["price_per_share"] = ("A share's price (USD)", "ratio")
    columns |= in_usd(exercise_cost="Cost to exercise", net="What you get")
    columns |= in_usd(let_go="If let go with the exit") if "let_go" in tables else {}
    nothing = percent(summaries["net"].chance_of_nothing, 1)
    what = _counted(terms, evaluation)
    caption = f"What {what} {'brings' if _is_part(evaluation) else 'bring'} (USD): nothing, with a chance of {nothing}"
    return build_table(caption, columns, frame, *_startup_note(terms, tables["net"], nothing, evaluation))


def _counted(terms: StartupTerms, evaluation: Evaluation) -> str:
    """Name what the exits count."""
    if _is_part(evaluation):
        return "the part of the company"
    some = " whose number is known" if uncounted_stock(evaluation.offer) else ""
    kinds = {OptionGrant: "the options", ShareGrant: f"the shares{some}"}
    return " and ".join(name for kind, name in kinds.items() if any(isinstance(grant, kind) for grant in terms.grants))


def _is_part(evaluation: Evaluation) -> bool:
    return evaluation.offer.startup is not None and evaluation.offer.startup.ownership_share is not None


def _startup_note(terms: StartupTerms, table: pd.DataFrame, nothing: str, evaluation: Evaluation) -> Iterator[str]:
    granted = math.fsum(grant.units for grant in terms.grants)
    vested = float(table["vested_units"].iloc[0]) / granted if granted else 0.0
    they = "it brings" if _is_part(evaluation) else "they bring"
    yield f"The chance that {they} nothing is {nothing}, by the chances in your offers file."
    if terms.paper is None:
        yield "What it is worth on paper isn't known: enter the price of a share today."
    else:
        yield f"On paper counts all of {_counted(terms, evaluation)}, vested or not, at today's price less the strike."
    yield f"Sold in month {terms.company.exit_month}, when {percent(vested)} of that has vested."
    yield "Expected weighs each exit by its chance: no exit brings just that."
    if evaluation.assumptions.discount_rate:
        yield f"A year's wait costs {percent(evaluation.assumptions.discount_rate, 1)}."
    uncounted = uncounted_stock(evaluation.offer)
    if uncounted >= LEAST:
        yield f"No exit here counts {usd(uncounted)} of the offer's stock: what it may bring is not known."
    if evaluation.paper.any():
        yield "The pay by year shows the offer's stock apart, as paper."


def startup_notes(evaluation: Evaluation) -> Notes | None:
    """Simplifications, taxes and grants that the exits leave out; None without exits."""
    found = exits_of(evaluation)
    if isinstance(found, str):
        return None
    left_out = [*SIMPLIFICATIONS, TAXES_LEFT_OUT, EQUITY_NOT_MODELED, *found.terms.left_out]
    return Notes("What the exits leave out", left_out, "caveats")


def exits_of(evaluation: Evaluation) -> Exits | str:
    """Results of the exits, or why there are none."""
    offer = evaluation.offer
    if offer.startup is None:
        if offer.options:
            return "The offers file gives options but nothing of the startup, so their worth is not known."
        return "The offers file names neither a startup nor options."
    terms = startup_terms(offer, evaluation.tables.schedules)
    if terms is None:
        return "Add what the startup may be sold for, and the chances, to see what its stock could pay."
    if not terms.grants:
        return " ".join(["The offers file gives nothing of the startup that an exit could count.", *terms.left_out])
    discount, company = evaluation.assumptions.discount_rate, terms.company
    try:
        tables = {"net": exit_table(company, terms.grants, discount_rate=discount)}
        if company.acceleration == "double":
            tables["let_go"] = exit_table(company, terms.grants, is_let_go=True, discount_rate=discount)
    except OutOfRangeError as error:
        return f"The figures do not fit together: {error}"
    return Exits(terms, tables)
