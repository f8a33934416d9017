"""Command that values offers, before and after tax."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import click
import pandas as pd

from compkit.analysis import Evaluation, kept_stock, refresher_practice, unverified_schedules
from compkit.cli.decide import decision_in_short, echo_decision
from compkit.cli.options import (
    assumption_options,
    echo_warnings,
    files_argument,
    json_option,
    load_offers_along_paths,
    office_warnings,
    price_path_answer,
    price_path_option,
    print_json,
    today_option,
    washington_option,
)
from compkit.cli.terminal import echo_table
from compkit.decision import Decision, person_decision
from compkit.errors import Fault, InputError, UnknownChoiceError
from compkit.model import GrowthConvention
from compkit.offers import OfferEntry, Offers, fill_tradable, people_of, reference_faults
from compkit.pay import COMPONENTS, Assumptions, Growth, Valuation, benefit_lines, pay_terms, stock_purchases, valuation
from compkit.reference import Tables, load_tables
from compkit.report import (
    COMPONENT_NAMES,
    HOUSEHOLD_RULE,
    Heading,
    build_table,
    household_answer,
    in_usd,
    startup_answer,
    usd,
)
from compkit.tax import TaxTables, TwoStatesError, UntaxedPlaceError, employment_year_tax, finances_with, tax_tables

LARGE_RATE = 1.0
TAX_RULE = (
    "Tax: each employment year as one year's wages, under the tables of the calendar year in which it begins, "
    "with the deduction that costs less."
)


@click.command("evaluate")
@files_argument
@assumption_options
@price_path_option
@click.option("--whole-shares", is_flag=True, help="Vest whole shares only.")
@click.option("--after-tax", is_flag=True, help="Add tax and net pay; each employment year counts as one year's wages.")
@washington_option
@today_option
@json_option
def evaluate_command(
    files: tuple[str, ...],
    growth: float,
    growth_convention: GrowthConvention,
    discount_rate: float,
    years: int,
    price_paths: tuple[str, ...],
    today: dt.date,
    *,
    whole_shares: bool,
    after_tax: bool,
    washington_2028: bool,
    as_json: bool,
) -> None:
    """Show what each offer pays, year by year."""
    assumptions = Assumptions(Growth(growth, growth_convention), discount_rate, years, whole_shares)
    tables = load_tables()
    offers, along, paths = load_offers_along_paths(files, tables, assumptions.growth, price_paths, years)
    assumptions = replace(assumptions, growth=along)
    known = [fill_tradable(entry.in_usd, tables) for entry in offers]
    worth = valuation(pay_terms(known, tables.schedules), assumptions)
    for name, rate in (("growth", growth), ("discount-rate", discount_rate)):
        if rate > LARGE_RATE:
            click.echo(f"warning: --{name} {rate:g} means {rate:.0%} a year; 0.15 is 15%.", err=True)
    taxes = _taxes(worth, offers, tax_tables(tables, washington_2028=washington_2028), today) if after_tax else None
    decision = _decision(offers, tables, today)
    evaluations = [Evaluation(entry, tables, assumptions, today) for entry in offers]
    taxed_years: list[pd.DataFrame | None] = [*taxes] if taxes else [None] * len(evaluations)
    of_each = list(zip(evaluations, taxed_years, strict=True))
    if as_json:
        found = [_evaluation(worth, position, one, taxed) for position, (one, taxed) in enumerate(of_each)]
        answer = {"schema": "compkit/evaluation@1", "offers": found, "decision": decision_in_short(decision)}
        print_json(answer | price_path_answer(paths))
        return
    for position, (one, taxed) in enumerate(of_each):
        _print_offer(worth, position, one, taxed)
    echo_decision(decision)
    if taxes:
        click.echo(TAX_RULE)
        if any(finances_with(entry.candidate, entry.in_usd) for entry in offers):
            click.echo(HOUSEHOLD_RULE)


def _decision(offers: Offers, tables: Tables, today: dt.date) -> Decision | None:
    """Decide if all offers are one person's; None if they are not, or choices are named that are not there."""
    people = people_of(offers)
    return None if len(people) != 1 or reference_faults(people) else person_decision(people[0], tables, today)


def _taxes(worth: Valuation, offers: Offers, law: TaxTables, today: dt.date) -> list[pd.DataFrame]:
    """Tax of each offer by employment year; NaN with the reason as status where taxes are unknown.

    Refuses offers together if the file must change before they can be taxed.
    """
    echo_warnings(office_warnings(offers, law))
    found, faults = [], []
    for position, entry in enumerate(offers):
        offer = entry.offer
        if offer.start_date is None:
            click.echo(f"warning: {offer.id} has no start_date; its tax begins with {today.year}.", err=True)
        liquid = (worth.by_year["total"] - worth.by_year["paper"])[position].tolist()
        try:
            found.append(
                employment_year_tax(
                    liquid,
                    offer.start_date or today,
                    str(entry.residence),
                    entry.candidate.filing_status,
                    law,
                    work_place=entry.work_place,
                    is_remote=entry.is_remote,
                    finances=finances_with(entry.candidate, entry.in_usd, entry.residence),
                )
            )
        except UntaxedPlaceError as error:
            unknown = {"tax": math.nan, "net": math.nan, "tax_status": f"not worked out: {error}"}
            found.append(pd.DataFrame(unknown, index=range(len(liquid))))
        except (UnknownChoiceError, TwoStatesError) as error:
            faults.append(Fault(entry.file, f"offer '{offer.id}'", "", f"tax: {error}"))
    if faults:
        raise InputError(faults)
    return found


def _print_offer(worth: Valuation, position: int, evaluation: Evaluation, taxes: pd.DataFrame | None) -> None:
    entry, tables = evaluation.entry, evaluation.tables
    offer = entry.offer
    untaxed = str(taxes["tax_status"].iloc[0]) if taxes is not None and taxes["tax"].isna().all() else ""
    taxes = None if untaxed else taxes
    click.echo(f"{offer.id}: {entry.job}")
    names = [name for name in COMPONENTS if worth.by_year[name][position].any()]
    has_paper = bool(worth.by_year["paper"][position].any())
    years = pd.DataFrame({name: worth.by_year[name][position] for name in (*names, "total", "paper")})
    for name in {"equity", "total"} & set(years):
        years[name] -= years["paper"]
    columns: dict[str, Heading] = {
        "year": ("year", "number"),
        **in_usd({name: COMPONENT_NAMES[name] for name in (*names, "total")}),
        **(in_usd(paper="Paper") if has_paper else {}),
    }
    if taxes is not None:
        years = years.join(taxes[["tax", "net", "tax_status"]].reset_index(drop=True))
        columns |= {**in_usd(tax="Tax", net="Net"), "tax_status": ""}
    echo_table(build_table("", columns, years.assign(year=range(1, len(years) + 1))))
    sums = worth.summary.iloc[position]
    liquid = {name: sums[name] - sums[part] for name, part in (
        ("total", "paper"), ("average", "paper_average"), ("present_value", "paper_present_value"))}  # fmt: skip
    two = sums["first_two_year_average"] - worth.by_year["paper"][position, :2].mean()
    click.echo(
        f"  total {usd(liquid['total'])}, average {usd(liquid['average'])}, "
        f"first two years {usd(two)}, present value {usd(liquid['present_value'])}, "
        f"guaranteed cash {usd(sums['guaranteed_cash'])}"
    )
    if untaxed:
        click.echo(f"  tax {untaxed}")
    benefits = _benefits(worth, entry, tables)
    if benefits is not None:
        limited = " (the law limits the stock purchase plan: $25,000 of stock a year)"
        note = limited if any(benefits.get("espp", {}).get("is_limited", [])) else ""
        click.echo(f"  benefits, in no total: {usd(benefits['total'])}{note}")
    if kept := kept_stock(evaluation):
        click.echo(f"  current stock that a transfer keeps, in no total: {usd(kept)}; the decision counts it")
    if has_paper:
        click.echo(f"  paper {usd(sums['paper'])}: stock you can't sell, in no other figure here")
    if n_options := sum(grant.n_options for grant in offer.options):
        click.echo(f"  {n_options:,.10g} options, in no figure here: the report shows what they bring and cost in tax")
    for name in unverified_schedules(offer, tables):
        click.echo(f"  vesting schedule {name}: based on public reports, not verified")
    practice = refresher_practice(offer, tables)
    if practice and not practice.is_verified:
        click.echo(f"  refresher practice {practice.name}: based on reports, not verified")
    click.echo()


def _evaluation(worth: Valuation, position: int, evaluation: Evaluation, taxes: pd.DataFrame | None) -> dict[str, Any]:
    entry, tables = evaluation.entry, evaluation.tables
    sums = {str(name): float(value) for name, value in worth.summary.iloc[position].items()}
    years: list[dict[str, Any]] = [
        {"year": year + 1}
        | {name: float(worth.by_year[name][position, year]) for name in (*COMPONENTS, "total", "paper")}
        for year in range(worth.assumptions.n_years)
    ]
    if taxes is not None:
        for year, row in zip(years, taxes.to_dict("records"), strict=True):
            year |= {name: row[name] for name in ("tax", "net", "tax_status")}
    practice = refresher_practice(entry.offer, tables)
    finances = None if taxes is None else finances_with(entry.candidate, entry.in_usd, entry.residence)
    first_year = (entry.offer.start_date or evaluation.report_date).year
    return {
        "id": entry.offer.id,
        "currency": "USD",
        "usd_rate": entry.usd_rate,
        "years": years,
        **sums,
        "equity_share": worth.equity_share[position].tolist(),
        "benefits": _benefits(worth, entry, tables),
        "startup": startup_answer(evaluation),
        "kept_stock": kept_stock(evaluation),
        "unverified": unverified_schedules(entry.offer, tables),
        "refresher_practice": {"practice": practice.name, "is_verified": practice.is_verified} if practice else None,
        **household_answer(finances, tax_tables(tables).law("US", first_year, entry.candidate.filing_status)),
    }


def _benefits(worth: Valuation, entry: OfferEntry, tables: Tables) -> dict[str, Any] | None:
    """Worth of benefits by year, not part of any total [USD]; None without benefits."""
    offer, given = entry.in_usd, worth.assumptions
    if offer.benefits is None and offer.relocation is None:
        return None
    lines = benefit_lines(offer, given.n_years, given.growth, tables)
    found: dict[str, Any] = {str(name): [float(amount) for amount in lines.loc[name]] for name in lines.index}
    if offer.benefits is not None and offer.benefits.espp is not None:
        bought = stock_purchases(offer, given.n_years, given.growth, tables)
        found["espp"] = {
            "contributions": [float(amount) for amount in bought["contributions"]],
            "is_limited": [bool(is_cut) for is_cut in bought["is_limited"]],
        }
    return found | {"total": float(lines.to_numpy().sum())}
