"""Command that works out the tax on wages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click

from compkit.cli.every_fault import EveryFaultCommand
from compkit.cli.household_options import finances_from, household_faults, household_options
from compkit.cli.move_options import move_from, move_options, move_words
from compkit.cli.number_types import AMOUNT
from compkit.cli.options import json_option, print_json, washington_option
from compkit.cli.terminal import echo_table
from compkit.errors import Fault, InputError
from compkit.model import read_notes, read_place
from compkit.reference import load_tables
from compkit.report import NOT_IN_HOUSEHOLD, household_assumptions, projection_table, usd
from compkit.tax import (
    ASK_AN_ADVISER,
    DEDUCTIONS,
    FILING_STATUSES,
    FINANCE_COLUMNS,
    OPTION_KINDS,
    RESULT_COLUMNS,
    Deduction,
    Finances,
    Law,
    Move,
    TaxTables,
    exercise_tax,
    household_tax,
    office_question,
    projections,
    tax_tables,
    taxing_states,
    uncounted_taxes,
    untaxed_place,
    unverified_parts,
)

_NAMES = {
    "federal_income_tax": "Federal income tax",
    "social_security": "Social Security",
    "medicare": "Medicare",
    "state_income_tax": "State income tax",
    "local_income_tax": "Local income tax",
    "state_payroll_tax": "State payroll taxes",
    "total": "Total",
    "net_pay": "Net pay",
    "deduction": "Federal deduction taken",
    "adjusted_gross_income": "Adjusted gross income",
    "care_credit": "Credit for childcare",
    "child_tax_credit": "Child tax credit",
    "net_investment_income_tax": "Tax on investment income",
    "saved": "Saved, in net pay",
}


@click.command("tax", cls=EveryFaultCommand)
@click.option("--wages", type=AMOUNT, required=True, metavar="W", help="Household's wages, in USD a year.")
@click.option("--location", required=True, metavar="L",
              help="Where the household lives, such as Seattle; `compkit data places` lists all.")  # fmt: skip
@click.option("--filing-status", type=click.Choice(FILING_STATUSES), default="single", show_default=True,
              help="How the household files its federal return.")  # fmt: skip
@click.option(
    "--year", type=int, required=True, metavar="Y", help="Calendar year, such as 2026; later ones are projected."
)
@click.option("--deduction", type=click.Choice(DEDUCTIONS), default="standard", show_default=True,
              help="Standard deduction, itemized state and local tax, or whichever costs less.")  # fmt: skip
@click.option(
    "--earners",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="1, or 2 with equal wages.",
)
@click.option("--work-location", metavar="L", help="Where the work is done, if in another state.")
@click.option("--remote", is_flag=True, help="Work from home, for an office at --work-location.")
@household_options
@click.option("--option-spread", type=AMOUNT, metavar="S",
              help="Value above the strike of options exercised that year; adds what they cost in tax.")  # fmt: skip
@click.option("--option-kind", type=click.Choice(OPTION_KINDS),
              help="Incentive (iso) or nonqualified (nso) options; unknown if left out.")  # fmt: skip
@move_options
@washington_option
@json_option
def tax_command(
    wages: float,
    location: str,
    filing_status: str,
    year: int,
    deduction: Deduction,
    earners: int,
    work_location: str | None,
    option_spread: float | None,
    option_kind: str | None,
    *,
    remote: bool,
    washington_2028: bool,
    as_json: bool,
    **more_options: Any,
) -> None:
    """Work out the taxes on a year's wages, and what is left."""
    tables = load_tables()
    law, homes = tax_tables(tables, washington_2028=washington_2028), tables.choices["residences"]
    notes = read_notes((location, work_location, more_options["moved_from"]), homes)
    location = read_place(location, homes) or location
    work_location = read_place(work_location, homes) or work_location if work_location else work_location
    faults = _faults(wages, location, year, law, work_location, option_spread, option_kind)
    finances = finances_from(more_options)
    if finances is not None:
        found = household_faults(finances, wages, law, filing_status, year, earners)
        faults += [Fault("", "", name, rule) for name, rule in found]
    is_alone = finances is None and option_spread is None and not work_location and not remote
    move, found = move_from(more_options, wages, year, location, law, tables, is_alone=is_alone)
    faults += [Fault("", "", name, rule) for name, rule in found]
    if faults:
        raise InputError(faults)
    kind = option_kind or "unknown"
    asked, best = (
        household_tax(
            wages, location, filing_status, year, law,
            deduction=choice, n_earners=earners, work_place=work_location, is_remote=remote, finances=finances,
            move=move,
        ).iloc[0]
        for choice in (deduction, "best")
    )  # fmt: skip
    federal, behind = law.law("US", year, filing_status), law.years_behind(year)
    rests_on = behind[0]
    taxing = taxing_states(location, work_location, law, is_remote=remote)
    left = law.of_place[move.place] if move else []
    codes = dict.fromkeys([*law.of_place[location], taxing.withholding, *left])
    by_move = unverified_parts(move, location, law) if move else []
    unverified = [code for code in codes if code in by_move or any((code, each) in law.unverified for each in behind)]
    has_children = finances is not None and bool(finances.children)
    open_figures = projections([*codes, taxing.levying], [year], law, tables, has_children=has_children)
    exercised = _exercised(
        option_spread, kind, wages, location, filing_status, year, law,
        n_earners=earners, work_place=work_location, is_remote=remote, finances=finances, deduction=deduction,
    )  # fmt: skip
    left_out = uncounted_taxes(location, work_location, tables, is_remote=remote)
    if as_json:
        amounts = {name: float(asked[name]) for name in RESULT_COLUMNS}
        toggled = {"washington_2028": True} if washington_2028 else {}
        more = _more_figures(dict(asked), finances, federal, move)
        more |= {"exercise": exercised} if exercised else {}
        rests = {"unverified": unverified, "projected": [asdict(each) for each in open_figures]}
        print_json(
            {
                **amounts,
                **more,
                "status": str(asked["status"]),
                "not_counted": left_out,
                "notes": notes,
                **rests,
                **toggled,
            }
        )
        return
    _echo_lines(notes)
    shown = [*RESULT_COLUMNS, *(name for name in FINANCE_COLUMNS if finances is not None and asked[name])]
    echo_table(((_NAMES[name], usd(float(asked[name]))) for name in shown), indent="")
    projected = (
        f"Projected from the tables of {rests_on} and later announcements: amounts that the law indexes rise at the "
        "rates in tax_indexing.csv."
    )
    click.echo(f"Tables of {year}, as published." if year == rests_on else projected)
    if finances is not None:
        _echo_household(finances, federal)
    if move is not None:
        click.echo(move_words(move, location))
    if open_figures:
        click.echo("Not settled for that year:")
        echo_table(projection_table(open_figures).cells(), left=range(3))
    if exercised:
        _say_exercise(kind, **exercised)
    _echo_lines(left_out)
    saved = float(asked["total"] - best["total"])
    if saved >= 1:
        click.echo(f"--deduction best takes {usd(saved)} less.")
    question = office_question(location, law) if remote and not work_location else None
    if question:
        click.echo(f"{question} Give the office as --work-location.")
    if washington_2028:
        click.echo(_on_washington_2028(location, law.law("WA", year, filing_status)))
    if unverified:
        names = ", ".join(str(law.jurisdictions[code]["name"]) for code in unverified)
        click.echo(f"Some figures here are not from the publisher's own document: {names}.")


def _more_figures(
    asked: Mapping[str, Any], finances: Finances | None, federal: Law, move: Move | None
) -> dict[str, object]:
    """Return what finances and a move add to the JSON."""
    more: dict[str, object] = {}
    if finances is not None:
        more = {name: float(asked[name]) for name in FINANCE_COLUMNS}
        more |= {"assumed": household_assumptions(finances, federal), "not_modeled": list(NOT_IN_HOUSEHOLD)}
    return more if move is None else more | {"moved_from": move.place}


def _exercised(spread: float | None, *of_case: Any, **options: Any) -> dict[str, float]:
    """Return the ends of what exercising adds, see `exercise_tax` [USD]; nothing if no options are exercised."""
    if spread is None:
        return {}
    found = exercise_tax(spread, *of_case, **options).iloc[0]
    return {end: float(found[end]) for end in ("low", "high")}


def _echo_household(finances: Finances, federal: Law) -> None:
    """Say what net pay holds, what is assumed and what isn't modeled."""
    click.echo(
        "Federal income tax is after credits. Net pay is after premiums and includes what you save and the match."
    )
    assumed = household_assumptions(finances, federal)
    if assumed:
        click.echo(f"Assumed: {' '.join(assumed)}")
    click.echo(f"Not modeled: {', '.join(NOT_IN_HOUSEHOLD)}.")


def _echo_lines(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)


def _say_exercise(kind: str, low: float, high: float) -> None:
    """Say what exercising the options adds to the year's tax."""
    if kind == "nso":
        click.echo(f"Exercising adds {usd(low)}: the spread is wages.")
        return
    least = "without the alternative minimum tax" if kind == "iso" else "as an ISO without the alternative minimum tax"
    most = "with it" if kind == "iso" else "with it, or as an NSO"
    click.echo(f"Exercising adds {usd(low)} {least}, {usd(high)} {most}. {ASK_AN_ADVISER}")


def _on_washington_2028(location: str, washington: Law) -> str:
    """Explain the effect of the option."""
    rate = washington.value_or("millionaires_tax", "rate", 0.0)
    if not rate or "WA" not in washington.tables.of_place[location]:
        return "--washington-2028 changes nothing here: that tax is on people who live in Washington, from 2028."
    threshold = usd(washington.value("millionaires_tax", "threshold"))
    return f"State income tax counts Washington's {rate:.1%} of wages above {threshold}: enacted, open to challenge."


def _faults(
    wages: float,
    location: str,
    year: int,
    law: TaxTables,
    work_location: str | None,
    option_spread: float | None,
    option_kind: str | None,
) -> list[Fault]:
    """Every reason why the tax cannot be worked out."""
    rules = []
    if not math.isfinite(wages) or wages < 0:
        rules.append(("wages", f"must be 0 or more, got {wages:,.0f}."))
    if location not in law.of_place:
        rules.append(("location", untaxed_place(location, load_tables())))
    if work_location is not None and work_location not in law.of_place:
        rules.append(("work-location", untaxed_place(work_location, load_tables())))
    if option_spread is not None and not 0 <= option_spread < math.inf:
        rules.append(
            (
                "option-spread",
                f"must be 0 or more, got {option_spread:,.0f}. Leave it out if the value is below the strike.",
            )
        )
    if option_kind is not None and option_spread is None:
        rules.append(("option-kind", "needs --option-spread, the shares' value less the strike."))
    if year not in law.years:
        rules.append(("year", f"must be from {min(law.years)} to {max(law.years)}, got {year}."))
    return [Fault("", "", name, rule) for name, rule in rules]
