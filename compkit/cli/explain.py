"""Command that explains a figure."""

from __future__ import annotations

import datetime as dt
import textwrap
from pathlib import Path
from typing import Any

import click

from compkit.analysis import location_faults
from compkit.cli.options import (
    assumption_options,
    bedrooms_option,
    housing_option,
    json_option,
    load_offers_with_warnings,
    option_faults,
    pay_store_option,
    print_json,
    today_option,
)
from compkit.errors import Fault, InputError, nearest_name, unknown_choice
from compkit.explanation import Derivation, ExplainedOffer
from compkit.market import with_reported_pay
from compkit.model import GrowthConvention
from compkit.offers import Offers
from compkit.pay import Assumptions, Growth
from compkit.reference import Tables, load_tables
from compkit.report import NO_BREAK, WIDTH, count, derivation_json, derivation_lines, derivation_sources, growth_words


@click.command("explain")
@click.argument("file", metavar="FILE", type=click.Path())
@click.argument("figure", nargs=-1, metavar="FIGURE")
@click.option("--offer", "offer_id", required=True, metavar="ID", help="Id of the offer in the file.")
@click.option("--list", "is_list", is_flag=True, help="List the figures you can ask for, as without FIGURE.")
@click.option("--depth", type=click.IntRange(min=0), metavar="N",
              help="Levels to show below the figure. Default: all.")  # fmt: skip
@bedrooms_option
@housing_option
@pay_store_option
@today_option
@assumption_options
@json_option
def explain_command(
    file: str,
    figure: tuple[str, ...],
    offer_id: str,
    depth: int | None,
    bedrooms: int | None,
    housing_share: float | None,
    store: Path | None,
    today: dt.date,
    growth: float,
    growth_convention: GrowthConvention,
    discount_rate: float,
    years: int,
    *,
    is_list: bool,
    as_json: bool,
) -> None:
    """Trace a FIGURE back to your file, the data tables and their sources.

    FIGURE is a name from figures.csv, such as `total`, `year 3 equity` or `net`.
    """
    tables = load_tables()
    faults = option_faults(
        lambda: Growth(growth, growth_convention),
        lambda: Assumptions(discount_rate=discount_rate),
        lambda: Assumptions(n_years=years),
    )
    offers = _checked(file, offer_id, tables, [*faults, *location_faults(tables, (), housing_share)])
    offers = with_reported_pay(offers, tables, today, store)
    assumptions = Assumptions(Growth(growth, growth_convention), discount_rate, years)
    explained = ExplainedOffer(offers, offer_id, tables, assumptions, today, housing_share, bedrooms)
    _ = explained.evaluation.valuation  # refuses a scenario that overflows, also for --list
    asked = " ".join(figure).strip()
    if is_list or not asked:
        _say_names(explained, as_json=as_json)
        return
    found = explained.derivation(asked)
    if found is None:
        raise InputError([_unknown(explained, asked, file)])
    if as_json:
        print_json(_answer(found, explained, depth))
        return
    click.echo(_title(explained))
    for line in derivation_lines(found, offer_id, tables.sources, depth=depth):
        click.echo(line)


def _checked(file: str, offer_id: str, tables: Tables, faults: list[Fault]) -> Offers:
    """Load a file's offers; report its faults and those of the options together."""
    try:
        offers = load_offers_with_warnings([file], tables)
    except InputError as error:
        raise InputError([*error.faults, *faults]) from error
    if offer_id not in offers.ids:
        faults.append(Fault(file, "", "offer", unknown_choice(offer_id, offers.ids)))
    if faults:
        raise InputError(faults)
    return offers


def _unknown(explained: ExplainedOffer, asked: str, file: str) -> Fault:
    """Fault of an unknown figure; lists the known ones on stderr."""
    names, reasons = explained.names
    for line in _listed(names, reasons):
        click.echo(line, err=True)
    known = [name for of_kind in names.values() for name in of_kind]
    close = nearest_name(asked, [*known, *(name.removeprefix("negotiation ") for name in known)])
    hint = f" Did you mean {close!r}?" if close else " Choose one of those above."
    return Fault(file, f"offer '{explained.offer_id}'", "figure", f"must be one of the report's, got {asked!r}.{hint}")


def _say_names(explained: ExplainedOffer, *, as_json: bool) -> None:
    names, reasons = explained.names
    if as_json:
        print_json({"offer": explained.offer_id, "figures": names, "left_out": reasons})
        return
    click.echo(_title(explained))
    for line in _listed(names, reasons):
        click.echo(line)


def _listed(names: dict[str, list[str]], reasons: dict[str, str]) -> list[str]:
    """Known figures as lines, one group per kind."""
    lines = []
    for kind, of_kind in names.items():
        # Nonbreaking spaces keep each name on one line.
        kept = "; ".join(name.replace(" ", NO_BREAK) for name in of_kind)
        told = textwrap.wrap(kept, WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        lines += [f"{kind}:", *(line.replace(NO_BREAK, " ") for line in told)]
    for kind, reason in reasons.items():
        lines += textwrap.wrap(f"{kind}: cannot be worked out: {reason}", WIDTH, subsequent_indent="  ")
    return lines


def _title(explained: ExplainedOffer) -> str:
    entry, given = explained.evaluation.entry, explained.assumptions
    what = f"{entry.offer.id}: {entry.job}"
    return f"{what}; {count(given.n_years, 'year')}, stock {growth_words(explained.evaluation)}"


def _answer(found: Derivation, explained: ExplainedOffer, depth: int | None) -> dict[str, Any]:
    given, sources = explained.assumptions, explained.tables.sources
    root = derivation_json(found, depth)
    return {
        "offer": explained.offer_id,
        **{name: root.pop(name) for name in ("figure", "value", "unit")},
        "status": found.status,
        **root,
        "sources": derivation_sources(found, sources),
        "assumptions": {
            "growth": given.growth.rate,
            "growth_convention": given.growth.convention,
            "discount_rate": given.discount_rate,
            "years": given.n_years,
            "housing_share": explained.housing_share,
            "bedrooms": explained.analysis.home_costs.bedrooms,
        },
    }
