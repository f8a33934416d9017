"""Commands about places: pay after tax and rent elsewhere, and tax not covered by withholding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click

from compkit.analysis import Evaluation, LocationAnalysis, location_faults, named_places
from compkit.cli.every_fault import EveryFaultCommand
from compkit.cli.number_types import AMOUNT
from compkit.cli.options import (
    bedrooms_option,
    echo_warnings,
    files_argument,
    housing_option,
    json_option,
    load_offers_checked,
    office_warnings,
    print_json,
    scenario_options,
    washington_option,
)
from compkit.cli.terminal import echo_table
from compkit.errors import CompkitError, Fault, InputError
from compkit.model import read_notes
from compkit.pay import Assumptions, Growth
from compkit.place import TAX_PARTS
from compkit.reference import load_tables, records
from compkit.report import (
    HOUSEHOLD_RULE,
    Heading,
    build_table,
    household_answer,
    housing_name,
    in_usd,
    living_words,
    place_names,
    projection_table,
    usd,
)
from compkit.tax import UntaxedPlaceError, tax_tables

_AMOUNTS = ("gross", *TAX_PARTS, "tax", "net", "price_level", "purchasing_power", "rent", "childcare", "kept",
            "equivalent_salary", "equivalent_error")  # fmt: skip
_YEAR_COLUMNS: dict[str, Heading] = {
    "year": "year",
    **in_usd(
        wages="wages",
        spouse_wages="spouse's wages",
        owed="tax owed",
        federal_due="federal due",
        state_due="state due",
        set_aside="set aside",
    ),
    **in_usd(estimated_payments="pay in year"),
    "tax_status": "",
}


@click.command("locations", cls=EveryFaultCommand)
@files_argument
@click.option("--place", "places", multiple=True, metavar="P", help="Place to add, such as Boston. May be repeated.")
@bedrooms_option
@housing_option
@scenario_options
@washington_option
@json_option
def locations_command(
    files: tuple[str, ...],
    places: tuple[str, ...],
    bedrooms: int | None,
    housing_share: float | None,
    *,
    washington_2028: bool,
    as_json: bool,
    **scenario: Any,
) -> None:
    """Compare what you keep of the pay after tax and rent in other places, and what it buys there."""
    notes = read_notes(places, load_tables().choices["residences"])
    places = named_places(load_tables(), places)
    faults = location_faults(load_tables(), places, housing_share)
    analyses = _analyses(files, faults, scenario, housing_share=housing_share, more_places=places, bedrooms=bedrooms,
                         washington_2028=washington_2028)  # fmt: skip
    if as_json:
        print_json({"offers": [_places(analysis) for analysis in analyses]})
        return
    for note in notes:
        click.echo(note)
    for analysis in analyses:
        click.echo(
            f"{analysis.evaluation.offer.id}: {usd(analysis.pay.gross)} a year, the average of {scenario['years']}"
        )
        _say_why_untaxed(analysis)
        if analysis.livings:
            titles = place_names(analysis)
            echo_table(build_table("", _place_columns(analysis), analysis.ranked.assign(title=titles)))
            click.echo(f"  {living_words(analysis)}")
        for reason in analysis.left_out[0 if analysis.home else 1 :]:
            click.echo(f"  left out: {reason}")
    click.echo(
        "Each employment year counts as one year's wages, under the tables of the calendar year in which it begins "
        "(later than published: projected), with the deduction that costs less."
    )
    if any(analysis.finances is not None for analysis in analyses):
        click.echo(HOUSEHOLD_RULE)
    _say_what_is_projected(analyses)


@click.command("withholding", cls=EveryFaultCommand)
@files_argument
@click.option("--earlier-wages", type=AMOUNT, metavar="W",
              help="Wages of the start year before you start, in USD. Default: the current job's.")  # fmt: skip
@scenario_options
@washington_option
@json_option
def withholding_command(
    files: tuple[str, ...],
    earlier_wages: float | None,
    *,
    washington_2028: bool,
    as_json: bool,
    **scenario: Any,
) -> None:
    """Show by calendar year the tax that withholding doesn't cover, and what to set aside."""
    faults = location_faults(load_tables(), (), None, earlier_wages)
    analyses = _analyses(files, faults, scenario, earlier_wages=earlier_wages, washington_2028=washington_2028)
    if as_json:
        print_json({"offers": [_calendar_years(analysis) for analysis in analyses]})
        return
    for analysis in analyses:
        click.echo(f"{analysis.evaluation.offer.id}:")
        if analysis.home is None:
            _say_why_untaxed(analysis)
            continue
        years_of_plan = _calendar_years(analysis)["calendar_years"]
        rows = [year | {"owed": year["federal_tax"] + year["state_tax"]} for year in years_of_plan]
        has_spouse = any(year.get("spouse_wages") for year in years_of_plan)
        columns = {name: words for name, words in _YEAR_COLUMNS.items() if has_spouse or name != "spouse_wages"}
        echo_table(build_table("", columns, rows))
        for assumed in filter(None, (analysis.first_year.assumption, analysis.household_assumption)):
            click.echo(f"  {assumed}")
    click.echo(
        "Due: income tax owed minus what is withheld, with Social Security withheld twice; a negative amount comes "
        "back. Set aside: what is due by April 15. Pay in year: payments to the IRS that avoid a penalty."
    )
    _say_what_is_projected(analyses)


def _analyses(
    files: Sequence[str], faults: Sequence[Fault], scenario: Mapping[str, Any], **given: Any
) -> list[LocationAnalysis]:
    """Analyze each offer's places; refuse offers whose tax fails for a reason the file can fix."""
    assumptions = Assumptions(Growth(scenario["growth"], scenario["growth_convention"]), n_years=scenario["years"])
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
    """Raise once for all offers whose tax fails for a reason the file can fix."""
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


def _say_what_is_projected(analyses: Sequence[LocationAnalysis]) -> None:
    """Show what the taxes of later years rest on where you would live; --json has every place."""
    found = dict.fromkeys(each for analysis in analyses for each in analysis.own_projections)
    if found:
        click.echo("Not settled for the years shown, where you would live:")
        echo_table(projection_table(list(found)).cells(), left=range(3))


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
        "bedrooms": analysis.home_costs.bedrooms,
        "reason": analysis.why_no_home,
        "places": rows,
        "left_out": analysis.left_out,
        "unverified": analysis.unverified_taxes,
        "projected": [asdict(each) for each in analysis.projections],
        **household_answer(analysis.finances, analysis.federal),
    }


def _place_columns(analysis: LocationAnalysis) -> dict[str, Heading]:
    childcare = {"childcare": "childcare"} if "childcare" in analysis.costs else {}
    return {
        "title": "",
        **in_usd({"net": "after tax", "rent": housing_name(analysis)} | childcare, kept="you keep"),
        "price_level": ("prices", "index"),
        **in_usd(purchasing_power="buys", equivalent_salary="pay that buys as much"),
    }


def _calendar_years(analysis: LocationAnalysis) -> dict[str, Any]:
    plan = analysis.cash_plan
    rows = [] if plan is None else records(plan.reset_index(names="year"))
    move, counted = analysis.first_year.move, household_answer(analysis.plan_finances, analysis.federal)
    assumed = {"assumptions": [analysis.household_assumption]} if counted else {}
    return {
        "id": analysis.evaluation.offer.id,
        "residence": analysis.own.residence,
        "work_place": analysis.own.work_place,
        "reason": analysis.why_no_home,
        "calendar_years": rows,
        "projected": [asdict(each) for each in analysis.own_projections],
        **({"moved_from": move.place} if move else {}),
        **counted,
        **assumed,
    }
