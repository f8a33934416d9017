"""Commands that ask a store of reported pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compkit.cli.options import DayOption, json_option, print_json
from compkit.cli.paydata import paydata_command, store_option
from compkit.cli.terminal import echo_table, harmless
from compkit.market import BandCheck, ReportedPay, check_bands
from compkit.paydata import (
    MEASURES,
    PERCENTILES,
    Answer,
    Association,
    Circle,
    Measure,
    OccupationWages,
    Tenure,
    ai_ml_premium,
    occupation_wages,
    open_store,
    query,
    reports_frame,
)
from compkit.reference import load_tables
from compkit.report import quarter

_IN_WORDS = {"base": "base salary", "stock": "stock a year", "base_plus_stock": "base plus stock", "total": "total pay"}


_aged_option = click.option(
    "--aged-to", type=DayOption(), metavar="DATE",
    help="Bring base pay to this day's quarter by the Employment Cost Index. Default: pay as it was reported.",
)  # fmt: skip


@paydata_command.command("query")
@click.option("--company", metavar="C", help="In any spelling.")
@click.option("--level", metavar="L", help="In any spelling: at Amazon, L6, 6 and SDE III are one.")
@click.option("--title", metavar="T", help="The whole title, in any case.")
@click.option("--place", metavar="P", help="A city, whose metropolitan area counts, or a state.")
@click.option("--from", "first_year", type=int, metavar="Y", help="First year. Default: all years.")
@click.option("--to", "last_year", type=int, metavar="Y", help="Last year.")
@click.option("--tenure", type=click.Choice(["new", "stayed"]), help="Under a year at the company, or longer.")
@click.option("--measure", type=click.Choice(MEASURES), default="total", show_default=True, help="What to sum up.")
@_aged_option
@store_option
@json_option
def query_command(
    company: str | None, level: str | None, title: str | None, place: str | None, first_year: int | None,
    last_year: int | None, tenure: Tenure | None, measure: Measure, aged_to: dt.date | None, store: Path, *,
    as_json: bool,
) -> None:  # fmt: skip
    """Show percentiles of reported pay, with their n and dates.

    Fewer than 5 rows give no figure.
    """
    circle = Circle(company, level, title, place, first_year, last_year, tenure)
    with open_store(store) as connection:
        answer = query(connection, circle, measure, load_tables(), aged_to)
    if as_json:
        print_json(_answer(answer))
        return
    for line in _answer_lines(answer):
        click.echo(harmless(line))


def _answer(answer: Answer) -> dict[str, Any]:
    found = answer.percentiles
    figures = {name: getattr(found, name) for name in PERCENTILES}
    return {
        "n": found.n,
        **figures,
        "ci": {"p50": list(found.interval) if found.interval else None},
        "first": answer.first.isoformat() if answer.first else None,
        "last": answer.last.isoformat() if answer.last else None,
        "measure": answer.measure,
        "aged_to": answer.aged_to.isoformat() if answer.aged_to else None,
        "widened": [],
        "kinds": answer.n_by_kind,
        "reason": " ".join(filter(None, [answer.note, found.reason])) or None,
    }


def _answer_lines(answer: Answer) -> list[str]:
    found = answer.percentiles
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in answer.n_by_kind.items())
    days = f", {answer.first:%B %Y} to {answer.last:%B %Y}" if answer.first and answer.last else ""
    lines = [f"{_IN_WORDS[answer.measure].capitalize()}: {found.n:,} rows" + (f" ({kinds}{days})." if kinds else ".")]
    figures = [(name, getattr(found, name)) for name in PERCENTILES]
    if found.p50 is not None:
        lines.append("  ".join(f"{name} ${amount:,.0f}" for name, amount in figures if amount is not None))
    if found.interval:
        low, high = found.interval
        lines.append(f"The median is from ${low:,.0f} to ${high:,.0f}, with 95% confidence.")
    aged = _aged_words(answer.aged_to) if answer.aged_to else ""
    return [*lines, *filter(None, [aged, answer.note, found.reason])]


def _aged_words(day: dt.date) -> str:
    return f"Base pay is brought to the {quarter(day)} by the Employment Cost Index of all private industry's wages."


@paydata_command.command("wages")
@click.argument("occupation")
@click.option("--place", metavar="P", help="A city, whose metropolitan area counts, or a state. Default: everywhere.")
@store_option
@json_option
def wages_command(occupation: str, place: str | None, store: Path, *, as_json: bool) -> None:
    """Show what agencies publish about an occupation: percentiles, and the prevailing wage, which is a floor for visas.

    OCCUPATION is its standard code, such as 11-3021, or its whole title.
    """
    with open_store(store) as connection:
        found = occupation_wages(connection, occupation, place, load_tables())
    if as_json:
        print_json(asdict(found))
        return
    for line in _wage_lines(found, occupation):
        click.echo(harmless(line))


def _wage_lines(found: OccupationWages, typed: str) -> Iterator[str]:
    if not found.published and not found.prevailing:
        yield f"The store has no wages of {typed!r}" + (" there." if found.occupation else ".")
    for row in found.published:
        told = {name: row[name] for name in PERCENTILES}
        at_least = f"at least ${row['at_least']:,.0f}" if row["at_least"] else "not published"
        figures = "  ".join(f"{name} {at_least if pay is None else f'${pay:,.0f}'}" for name, pay in told.items())
        yield f"{row['title']}, {row['area']}, {row['period'] or 'period unknown'}: {figures}"
    for row in found.prevailing:
        floors = "  ".join(f"level {level} ${row[f'level_{level}']:,.0f}" for level in (1, 2, 3, 4))
        yield f"Prevailing wage, {row['area']}{', ' + row['period'] if row['period'] else ''}: {floors}"


@paydata_command.command("check")
@_aged_option
@store_option
@json_option
def check_command(aged_to: dt.date | None, store: Path, *, as_json: bool) -> None:
    """Hold the guide's bands against what Amazon's engineering managers report.

    Base against base, a quarter of the grant against stock a year, the guide's average against base plus stock. New
    offers are apart from pay after a year and more, and so are reports from before and after February 2022, when Amazon
    raised its cap on base salary.
    """
    with open_store(store) as connection:
        checks = check_bands(connection, load_tables(), aged_to)
    if as_json:
        aged = aged_to.isoformat() if aged_to else None
        print_json({"bands": [_check(one) for one in checks], "base_aged_to": aged})
        return
    rows = [_check_row(one) for one in checks if one.within is not None]
    if rows:
        echo_table([_CHECK_HEADINGS, *rows], left=(0, 1, 2, 3, 4), indent="")
        if aged_to:
            click.echo(f"{_aged_words(aged_to)} Other pay is as reported.")
    if not checks:
        click.echo("The store has no reports of Amazon's engineering managers.")
    elif n_short := len(checks) - len(rows):
        click.echo(f"{n_short} more comparisons have too few reports.")


_CHECK_HEADINGS = ("level", "place", "measure", "reports", "tenure", "band", "median", "n", "below", "within", "above")


def _era(one: ReportedPay) -> str:
    since = f"from {one.since:%b %Y}" if one.since else ""
    until = f"to {one.until:%b %Y}" if one.until else ""
    return " ".join(filter(None, [since, until])) or "all"


def _check_row(one: BandCheck) -> tuple[str, ...]:
    tenure = "new" if one.tenure == "new" else "a year or more"
    shares = (f"{share or 0:.0%}" for share in (one.below, one.within, one.above))
    return (
        one.level, one.location, _IN_WORDS[one.measure], _era(one.reports), tenure, f"${one.low:,.0f}-${one.high:,.0f}",
        f"${one.reports.percentiles.p50 or 0:,.0f}", f"{one.reports.percentiles.n:,}", *shares,
    )  # fmt: skip


def _check(one: BandCheck) -> dict[str, Any]:
    names = ("level", "location", "band", "measure", "low", "high", "tenure", "below", "within", "above")
    reports = one.reports
    days = {"since": reports.since, "until": reports.until, "first": reports.first, "last": reports.last}
    told = {name: day.isoformat() if day else None for name, day in days.items()}
    found = {"n": reports.percentiles.n, "p50": reports.percentiles.p50, "kinds": list(reports.kinds)}
    return {name: getattr(one, name) for name in names} | told | found


@paydata_command.command("premium")
@click.option("--from", "first", type=int, default=2018, show_default=True, metavar="Y", help="First year.")
@click.option("--to", "last", type=int, default=2021, show_default=True, metavar="Y", help="Last year.")
@store_option
@json_option
def premium_command(first: int, last: int, store: Path, *, as_json: bool) -> None:
    """Show how much more software engineers in the US report for AI and machine learning.

    An association, not an effect: at the same company, level, place, year and experience, and without the level.
    """
    with open_store(store) as connection:
        frame = reports_frame(connection)
    found = ai_ml_premium(frame, first, last)
    if as_json:
        print_json({"with_level": found.with_level.as_json(), "without_level": found.without_level.as_json()})
        return
    rows = [
        _premium_row("at the same level", found.with_level),
        _premium_row("at the same company", found.without_level),
    ]
    echo_table(rows, left=(0,), indent="")
    left_out = "; ".join(f"{n:,} {reason}" for reason, n in found.with_level.left_out.items() if n)
    click.echo(f"Left out of {found.with_level.n_offered:,} rows: {left_out}.")
    if found.with_level.has_few_clusters:
        click.echo("A few companies have most rows, so the interval is likely too narrow.")


def _premium_row(name: str, one: Association) -> tuple[str, ...]:
    middle, low, high = one.percent
    return (
        name, f"{middle:+.1%}", f"95% interval {low:+.1%} to {high:+.1%}", f"{one.n_used:,} rows",
        f"{one.n_marked:,} marked", f"{one.clusters:,} companies",
    )  # fmt: skip
