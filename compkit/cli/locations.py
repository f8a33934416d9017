"""The commands about places: what the same pay leaves elsewhere, and what withholding does not cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import click

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis, location_faults, named_places
from compkit.cli.number_types import AMOUNT, RATE
from compkit.cli.options import (
    echo_warnings,
    files_argument,
    json_option,
    load_offers_checked,
    office_warnings,
    print_json,
    scenario_options,
    washington_option,
)
from compkit.cli.terminal import echo_table
from compkit.errors import CompkitError, Fault, InputError
from compkit.model.equity import GrowthConvention
from compkit.pay.stock import Growth
from compkit.pay.valuation import Assumptions
from compkit.place.location import TAX_PARTS
from compkit.reference.tables import load_tables, records
from compkit.report.show.text import usd
from compkit.tax import UntaxedPlaceError, tax_tables

_AMOUNTS = ("gross", *TAX_PARTS, "tax", "net", "price_level", "purchasing_power", "equivalent_salary",
            "equivalent_error")  # fmt: skip


@click.command("locations")
@files_argument
@click.option("--place", "places", multiple=True, metavar="P", help="Place to add, such as Boston. May be repeated.")
@click.option("--housing-share", type=RATE, metavar="S",
              help="Share of your spending that goes to housing, such as 0.35. Default: the US average.")  # fmt: skip
@scenario_options
@washington_option
@json_option
def locations_command(
    files: tuple[str, ...],
    places: tuple[str, ...],
    housing_share: float | None,
    growth: float,
    growth_convention: GrowthConvention,
    years: int,
    *,
    washington_2028: bool,
    as_json: bool,
) -> None:
    """Compare what the pay leaves and buys in other places, and the pay there that buys as much."""
    assumptions = Assumptions(Growth(growth, growth_convention), n_years=years)
    places = named_places(load_tables(), places)
    faults = location_faults(load_tables(), places, housing_share)
    analyses = _analyses(files, assumptions, faults, housing_share=housing_share, more_places=places,
                         washington_2028=washington_2028)  # fmt: skip
    if as_json:
        print_json({"offers": [_places(analysis) for analysis in analyses]})
        return
    for analysis in analyses:
        click.echo(f"{analysis.evaluation.offer.id}: {usd(analysis.pay.gross)} a year, the average of {years}")
        _say_why_untaxed(analysis)
        rows = [
            (living.title, usd(row["tax"]), usd(row["net"]), f"{row['price_level']:.1f}",
             usd(row["purchasing_power"]), usd(row["equivalent_salary"]))
            for living, row in zip(analysis.livings, records(analysis.table), strict=True)
        ]  # fmt: skip
        echo_table([("", "tax", "left", "prices", "buys", "pay that buys as much"), *rows] if rows else [])
        for reason in analysis.left_out[0 if analysis.home else 1 :]:
            click.echo(f"  left out: {reason}")
    click.echo(
        "Each employment year counts as one year's wages of one earner, under the tables of the calendar year in which "
        "it begins (later than published: projected), with the deduction that costs less."
    )


@click.command("withholding")
@files_argument
@click.option("--earlier-wages", type=AMOUNT, metavar="W",
              help="Wages of the start year before you start, in USD. Default: the current job's.")  # fmt: skip
@scenario_options
@washington_option
@json_option
def withholding_command(
    files: tuple[str, ...],
    earlier_wages: float | None,
    growth: float,
    growth_convention: GrowthConvention,
    years: int,
    *,
    washington_2028: bool,
    as_json: bool,
) -> None:
    """Show by calendar year the tax that withholding doesn't cover, and what to set aside."""
    assumptions = Assumptions(Growth(growth, growth_convention), n_years=years)
    faults = location_faults(load_tables(), (), None, earlier_wages)
    analyses = _analyses(files, assumptions, faults, earlier_wages=earlier_wages, washington_2028=washington_2028)
    if as_json:
        print_json({"offers": [_calendar_years(analysis) for analysis in analyses]})
        return
    for analysis in analyses:
        click.echo(f"{analysis.evaluation.offer.id}:")
        if analysis.home is None:
            _say_why_untaxed(analysis)
            continue
        headings = ("wages", "tax owed", "federal due", "state due", "set aside", "pay in year")
        rows = [("year", *headings, "")]
        for year in _calendar_years(analysis)["calendar_years"]:
            names = ("federal_due", "state_due", "set_aside", "estimated_payments")
            amounts = (year["wages"], year["federal_tax"] + year["state_tax"], *(year[name] for name in names))
            rows.append((str(year["year"]), *map(usd, amounts), year["tax_status"]))
        echo_table(rows, left=(0, len(rows[0]) - 1))
    click.echo(
        "Due: income tax owed less what is withheld, Social Security withheld twice counted as withheld; below zero it "
        "comes back. Set aside: what is due by 15 April. Pay in year: to the IRS, so that no penalty falls due."
    )


def _analyses(
    files: Sequence[str], assumptions: Assumptions, faults: Sequence[Fault], **given: Any
) -> list[LocationAnalysis]:
    """Return the offers' analyses; an offer whose tax fails for what the file can change is refused."""
    tables, today = load_tables(), dt.date.today()
    offers = load_offers_checked(files, tables, faults)
    echo_warnings(office_warnings(offers, tax_tables(tables)))
    for entry in offers:
        if entry.offer.start_date is None:
            click.echo(f"warning: {entry.offer.id} has no start_date; it is taken to start today.", err=True)
    analyses = [LocationAnalysis(Evaluation(entry, tables, assumptions, today), **given) for entry in offers]
    _refuse_untaxed(analyses)
    return analyses


def _refuse_untaxed(analyses: Sequence[LocationAnalysis]) -> None:
    """Raise for all offers together whose tax fails for what the file can change; a place without taxes is none."""
    faults = []
    for analysis in analyses:
        own, entry = analysis.own, analysis.evaluation.entry
        try:
            analysis.check(own)
        except UntaxedPlaceError:
            continue
        except CompkitError as error:
            faults.append(Fault(entry.file, f"offer '{entry.offer.id}'", "", f"tax: {error}"))
    if faults:
        raise InputError(faults)


def _say_why_untaxed(analysis: LocationAnalysis) -> None:
    if analysis.why_no_home:
        click.echo(f"  not worked out for {analysis.own.title}: {analysis.why_no_home}")


def _places(analysis: LocationAnalysis) -> dict[str, Any]:
    rows = [
        {"place": row["place"], "residence": row["residence"], "work_place": row["work_place"]}
        | {name: row[name] for name in _AMOUNTS}
        | {"tax_status": row["tax_status"]}
        for row in (records(analysis.table) if analysis.livings else [])
    ]
    return {
        "id": analysis.evaluation.offer.id,
        "home": analysis.own.place,
        "reason": analysis.why_no_home,
        "places": rows,
        "left_out": analysis.left_out,
        "unverified": analysis.unverified_taxes,
    }


def _calendar_years(analysis: LocationAnalysis) -> dict[str, Any]:
    plan = analysis.cash_plan
    rows = [] if plan is None else records(plan.reset_index(names="year"))
    return {
        "id": analysis.evaluation.offer.id,
        "residence": analysis.own.residence,
        "work_place": analysis.own.work_place,
        "reason": analysis.why_no_home,
        "calendar_years": rows,
    }
