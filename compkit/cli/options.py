"""Arguments and options that several commands share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import click
from click.core import ParameterSource

from compkit.cli.json_answers import json_option as json_option, print_json as print_json
from compkit.cli.number_types import RATE
from compkit.errors import Fault, InputError, OutOfRangeError, unknown_choice
from compkit.model import GrowthConvention, ParseError, parse_date
from compkit.offers import (
    AUDIENCES,
    Audience,
    OfferEntry,
    Offers,
    entries_for,
    left_out_for,
    load_offers,
    warning_lines,
)
from compkit.pay import Growth
from compkit.paydata import OWN_STORE
from compkit.place import BEDROOMS
from compkit.prices import OPTION, PricePath, growth_along, is_for_all, price_paths_from_text
from compkit.reference import Tables
from compkit.tax import TaxTables, office_question

CommandT = TypeVar("CommandT", bound=Callable[..., Any])

files_argument = click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())


class DayOption(click.ParamType[dt.date]):
    """A day as an offers file may write it."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read a day."""
        try:
            return value if isinstance(value, dt.date) else parse_date(str(value))
        except ParseError as error:
            self.fail(str(error), param, ctx)


today_option = click.option("--today", type=DayOption(), default=dt.date.today, metavar="DATE",
                            help="The day deadlines and ages are counted from. Default: today.")  # fmt: skip


def scenario_options(command: CommandT) -> CommandT:
    """Add --growth, --growth-convention and --years to a command."""
    options = (
        click.option("--growth", type=RATE, default=0.0, metavar="R",
                     help="Yearly growth of the share price, such as 0.15 or 15%. Default: 0."),
        click.option("--growth-convention", type=click.Choice(get_args(GrowthConvention)), default="smooth",
                     help="Let the price grow each month (smooth) or once a year (annual-step). Default: smooth."),
        click.option("--years", type=int, default=4, metavar="N", help="Years to count, 1 to 8. Default: 4."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def assumption_options(command: CommandT) -> CommandT:
    """Add the scenario options and --discount-rate to a command."""
    discount = click.option("--discount-rate", type=RATE, default=0.0, metavar="R",
                            help="What waiting a year for cash costs, such as 0.05 or 5%. Default: 0.")  # fmt: skip
    return scenario_options(discount(command))


pay_store_option = click.option(
    "--store", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH",
    help=f"Store of reported pay to hold offers against. Default: {OWN_STORE} in this folder, in that of "
         "the offers, or in the one above, if it is there.",
)  # fmt: skip

price_path_option = click.option(
    "--price-path", "price_paths", multiple=True, metavar="[COMPANY:]V1,V2,...",
    help="Share price at the end of each year, instead of --growth: 1.5,2,2.5,3 as multiples of today's price, or "
         "'$150,$200' as prices. Put COMPANY: before it for one company. May be repeated.",
)  # fmt: skip


audience_option = click.option(
    "--audience", type=click.Choice(AUDIENCES), default="self", show_default=True,
    help="Who reads the reports: you (self); a coach, without names; or an employer, without anything private.",
)  # fmt: skip


housing_option = click.option(
    "--housing-share", type=RATE, metavar="S",
    help="Share of your spending that goes to housing, such as 0.35. Default: the US average.",
)  # fmt: skip
bedrooms_option = click.option(
    "--bedrooms", type=click.IntRange(BEDROOMS[0], BEDROOMS[-1]), metavar="N",
    help="Bedrooms of the home you'd rent, 1 to 3. Default: 1 if you live alone, 3 with two children, else 2.",
)  # fmt: skip
washington_option = click.option(
    "--washington-2028", is_flag=True,
    help="Count Washington's tax on wages above $1,000,000 from 2028; it may still be overturned.",
)  # fmt: skip


def load_offers_with_warnings(
    files: Sequence[str], tables: Tables | None = None, *, skip_faulty: bool = False
) -> Offers:
    """Load the offers of files; print warnings, and the faults of skipped offers, to stderr."""
    offers = load_offers(*files, tables=tables, skip_faulty=skip_faulty)
    for fault in offers.faults:
        click.echo(str(fault), err=True)
    echo_warnings(offers.warnings)
    return offers


def load_offers_checked(files: Sequence[str], tables: Tables, faults: Sequence[Fault]) -> Offers:
    """Load the offers of files; raise the faults of options and files together."""
    try:
        offers = load_offers_with_warnings(files, tables)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error
    if faults:
        raise InputError(faults)
    return offers


def option_faults(*checks: Callable[[], object]) -> list[Fault]:
    """Faults of the options that `checks` find out of range."""
    faults = []
    for check in checks:
        try:
            check()
        except OutOfRangeError as error:
            faults.append(Fault("", "", error.what, f"must {error.rule}, got {error.value!r}."))
    return faults


def output_faults(output: Path | None, *, is_forced: bool) -> list[Fault]:
    """Faults of a path to write to."""
    if output is None:
        return []
    if output.is_dir():
        return [Fault(str(output), "", "", "is a folder. Give a file's name.")]
    if output.exists() and not is_forced:
        return [Fault(str(output), "", "", "exists already. Choose another name, or add --force.")]
    if not output.parent.is_dir():
        return [Fault(str(output), "", "", "is in a folder that does not exist. Create the folder first.")]
    return []


def date_option(text: str | None, option: str, faults: list[Fault]) -> dt.date | None:
    """Parse an option's day; add a fault if it is none."""
    if text is None:
        return None
    try:
        return parse_date(text)
    except ParseError as error:
        faults.append(Fault("", "", option, str(error)))
        return None


def echo_warnings(warnings: Sequence[Fault]) -> None:
    """Print warnings about unlikely values to stderr."""
    for line in warning_lines(warnings):
        click.echo(f"warning: {line}", err=True)


def office_warnings(offers: Iterable[OfferEntry], law: TaxTables) -> list[Fault]:
    """Warn about each remote job whose tax depends on an office missing from the file."""
    found = []
    for entry in offers:
        is_open = entry.lacks_office and entry.residence in law.of_place
        question = office_question(str(entry.residence), law) if is_open else None
        if question:
            where = f"offer '{entry.offer.id}'"
            found.append(Fault(entry.file, where, "assigned_office", f"is left out. {question}"))
    return found


def load_offers_along_paths(
    files: Sequence[str], tables: Tables, growth: Growth, texts: Sequence[str], n_years: int
) -> tuple[Offers, Growth, list[PricePath]]:
    """Load offers, and put price paths into the growth; print to stderr how each path was read.

    Raises
    ------
    InputError
        With the faults of files and options together.
    """
    faults = []
    source = click.get_current_context().get_parameter_source("growth")
    if any(map(is_for_all, texts)) and source == ParameterSource.COMMANDLINE:
        faults.append(Fault("", "", OPTION, "for all companies takes the place of --growth. Remove one of them."))
    if texts and growth.convention == "annual-step":
        rule = ("says where the price stands at the end of each year; annual-step holds it through the year. "
                "Remove --growth-convention.")  # fmt: skip
        faults.append(Fault("", "", OPTION, rule))
    try:
        offers = load_offers_with_warnings(files, tables)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error
    try:
        paths = price_paths_from_text(texts, offers, n_years)
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error
    if faults:
        raise InputError(faults)
    for path in paths:
        click.echo(f"price path of {path} (read as {path.read_as})", err=True)
    return offers, growth_along(growth, paths), paths


def price_path_answer(paths: Sequence[PricePath]) -> dict[str, Any]:
    """How price paths were read, for JSON; empty without paths."""
    return {"price_path": [path.as_dict() for path in paths]} if paths else {}


def shown_offers(offers: Offers, offer_ids: Sequence[str], audience: Audience) -> tuple[Offers, Offers | None]:
    """Select the offers asked for (default: all), and all offers to compare them with, for an audience.

    An employer sees one offer and nothing to compare it with.

    Raises
    ------
    InputError
        If an id is unknown, or an employer would see more than one offer.
    """
    faults = [
        Fault("", "", "--offer", unknown_choice(offer_id, offers.ids))
        for offer_id in offer_ids
        if offer_id not in offers.ids
    ]
    chosen = [entry for entry in offers if not offer_ids or entry.offer.id in offer_ids]
    if audience == "employer" and not faults and len(chosen) > 1:
        rule = f"must name one offer, for no employer may see another's: {', '.join(offers.ids)}."
        faults.append(Fault("", "", "--offer", rule))
    if faults:
        raise InputError(faults)
    ids = {entry.offer.id for entry in chosen}
    known, left_out = entries_for(list(offers), audience), left_out_for(offers.left_out, audience)
    shown = [entry for entry in known if entry.offer.id in ids]
    beside = None if audience == "employer" else Offers(known, left_out=left_out)
    return Offers(shown, offers.warnings if audience == "self" else (), left_out), beside
