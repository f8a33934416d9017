"""Command that suggests a counteroffer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from compkit.cli.number_types import AMOUNT, RATE
from compkit.cli.options import (
    json_option,
    load_offers_with_warnings,
    option_faults,
    pay_store_option,
    print_json,
    today_option,
)
from compkit.cli.plan_answer import package_answer, plan_answer
from compkit.cli.terminal import echo_table
from compkit.errors import Fault, InputError, unknown_choice
from compkit.market import with_reported_pay
from compkit.negotiation import (
    DEFAULT_STEPS,
    EQUAL_ON,
    LEVERS,
    Counter,
    EqualOn,
    Limit,
    NegotiationPlan,
    Package,
    PlanSettings,
    check_steps,
    default_target,
    hardness,
    money,
    negotiation_plan,
    offered_total,
    target_faults,
)
from compkit.offers import Offers
from compkit.pay import Assumptions
from compkit.reference import Tables, load_tables
from compkit.report import (
    MEASURE_NAMES,
    capitalized,
    day,
    losing_in_words,
    parts_by_remark,
    percent,
    plan_caution,
    usd,
)

_SOURCES = {
    "posting": "the posted range",
    "research": "your research",
    "reported": "reported pay",
    "guide": "the guide's band",
    "flexibility": "how far Amazon moves, by the guide",
    "assumed": "an assumption",
    "rival": "what your other offer pays",
    "offer": "no room",
}


@click.command("counter")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option("--offer", "offer_id", required=True, metavar="ID", help="Id of the offer in the file.")
@click.option("--target", type=AMOUNT, metavar="USD",
              help="Four-year total to settle at, in USD: 4 x base + stock + both sign-ons. "
                   "Default: 75% of each range.")  # fmt: skip
@click.option("--equal-on", type=click.Choice(EQUAL_ON), default="total", show_default=True,
              help="Give all packages the same total, or the same worth to you.")  # fmt: skip
@click.option("--beyond-band", is_flag=True, help="Go past the guide's bands; mark what is beyond them.")
@click.option("--steps", type=int, default=DEFAULT_STEPS, show_default=True, metavar="N",
              help="Number of asks, 1 to 5; the last is the target.")  # fmt: skip
@click.option("--discount-rate", type=RATE, default=0.0, metavar="R",
              help="What waiting a year for cash costs, such as 0.05 or 5%. Default: 0.")  # fmt: skip
@click.option("--stay-rate", type=RATE, default=1.0, metavar="R",
              help="Chance that you stay another year, such as 0.85; it weighs later pay. Default: 1.")  # fmt: skip
@click.option("--after-tax", is_flag=True, help="Count what each part is worth after tax.")
@pay_store_option
@today_option
@json_option
def counter_command(
    file: str,
    offer_id: str,
    target: float | None,
    equal_on: EqualOn,
    steps: int,
    discount_rate: float,
    stay_rate: float,
    store: Path | None,
    today: dt.date,
    *,
    beyond_band: bool,
    after_tax: bool,
    as_json: bool,
) -> None:
    """Suggest what to ask for: three packages with the same total, a fallback, the limits."""
    tables = load_tables()
    offers = _checked(file, tables, offer_id, target, steps, discount_rate, stay_rate)
    offers = with_reported_pay(offers, tables, today, store)
    settings = PlanSettings(target, equal_on=equal_on, beyond_band=beyond_band, n_steps=steps, stay_rate=stay_rate,
                            after_tax=after_tax)  # fmt: skip
    assumptions = Assumptions(discount_rate=discount_rate)
    own = negotiation_plan(offers, offer_id, tables, today, settings, assumptions)
    plan = own.concessions
    if as_json:
        print_json(_answer(own))
        return
    if caution := plan_caution(own):
        click.echo(f"For you alone: {caution}")
    for line in _heading(own):
        click.echo(line)
    click.echo("\nHow far each part can move:")
    echo_table([_limit_row(own, limit) for limit in plan.fallback.limits.values()], left=(0, 2, 3))
    _echo_plan(own)
    if own.match is not None:
        how = "as far as is plausible" if own.match.is_capped else "beyond the guide's bands"
        click.echo(f"Asked to match {own.match.id}, {how}.")
    click.echo(losing_in_words(own))
    after = " after tax" if after_tax else ""
    click.echo(f"Worth to you{after}: over four years, against what is offered. Share prices stay as they are.")


def _checked(
    file: str,
    tables: Tables,
    offer_id: str,
    target: float | None,
    steps: int,
    discount_rate: float,
    stay_rate: float,
) -> Offers:
    """Load a file's offers; report its faults and those of the options together."""
    faults: list[Fault] = []
    offers: Offers | None = None
    try:
        offers = load_offers_with_warnings([file], tables)
    except InputError as error:
        faults += error.faults
    total, named = 0.0, ""
    if offers is not None:
        ids = [entry.offer.id for entry in offers]
        if offer_id in ids:
            total, named = offered_total(offers.entry(offer_id).in_usd), offer_id
        else:
            faults.append(Fault(file, "", "offer", unknown_choice(offer_id, ids)))
    faults += target_faults(named, total, target)
    faults += option_faults(lambda: check_steps(steps), lambda: Assumptions(discount_rate=discount_rate))
    if not 0 < stay_rate <= 1:  # the same rule as in `lever_worth.lever_worth`
        faults.append(Fault("", "", "stay_rate", f"must be above 0 and at most 1, got {stay_rate}."))
    if faults or offers is None:
        raise InputError(faults)
    return offers


def _answer(own: NegotiationPlan) -> dict[str, Any]:
    plan, last = own.concessions, own.concessions.goal
    return {
        "offer": last.offer_id,
        "target": last.target,
        "reachable": last.is_reachable,
        "shortfall": last.shortfall,
        "packages": [package_answer(last, package) for package in last.packages],
        "limits": {lever: _limit(limit) for lever, limit in last.limits.items()},
        "offered": package_answer(last, last.offered),
        "largest": package_answer(last, last.largest),
        "equal_on": last.equal_on,
        "worth": dict(last.worth),
        "rankings": {"total": last.by_total, "worth": last.by_worth, "differ": last.rankings_differ},
        "steps": [
            {"total": step.target, "packages": [package_answer(step, package) for package in step.packages]}
            for step in plan.steps
        ],
        **plan_answer(own),
        "notes": [note for note in (plan.reason, plan.warning) if note],
    }


def _limit(limit: Limit) -> dict[str, Any]:
    return {
        "low": limit.offered,
        "high": limit.high,
        "source": limit.source,
        "yardstick": {
            "low": limit.yardstick_low, "high": limit.yardstick_high, "source": limit.yardstick_source,
            "detail": limit.detail, "as_of": limit.as_of.isoformat() if limit.as_of else None, "n": limit.n,
        },
        "flexibility": limit.flexibility,
        "assumed": limit.is_assumed,
        "reason": limit.reason,
    }  # fmt: skip


def _said(own: NegotiationPlan, amount: float) -> str:
    """Format an amount [USD] in the offer's currency."""
    entry = own.evaluation.entry
    currency = entry.offer.currency
    return usd(amount) if currency == "USD" else money(round(amount / entry.usd_rate), currency)


def _target(own: NegotiationPlan, target: float) -> str:
    """Format a target: in whole thousands of the offer's currency, unless someone set it."""
    step = 1_000 * own.evaluation.entry.usd_rate
    rounded = round(target / step) * step
    is_exact = own.settings.target is not None or abs(rounded - target) < 1
    return _said(own, target) if is_exact else f"about {_said(own, rounded)}"


def _heading(own: NegotiationPlan) -> list[str]:
    last = own.concessions.fallback
    offered = last.offered.total
    more = f", {percent(last.target / offered - 1, 1)} more" if offered else ""
    target = _target(own, last.target)
    lines = [f"{last.offer_id}: {_said(own, offered)} over four years as offered; the target is {target}{more}."]
    if not last.is_reachable:
        most, short = _said(own, last.largest.total), _said(own, last.shortfall)
        lines.append(f"The limits allow {most} at most: {short} short of the target.")
    elif last.target == offered:
        why = "no range goes higher" if default_target(last.limits) <= offered else "you named no more"
        lines.append(f"The target is what they already offer: {why}. Name what you want with --target.")
    return lines


def _limit_row(own: NegotiationPlan, limit: Limit) -> tuple[str, ...]:
    said = _SOURCES[limit.source]
    if limit.source == limit.yardstick_source:
        detail = [limit.detail, f"n = {limit.n}" if limit.n else "", day(limit.as_of) if limit.as_of else ""]
        said += f" ({', '.join(part for part in detail if part)})"
    said += f"; {limit.reason}" if limit.reason else ""
    return MEASURE_NAMES[limit.lever], _said(own, limit.offered), f"to {_said(own, limit.high)}", said


def _echo_plan(own: NegotiationPlan) -> None:
    plan = own.concessions
    for number, step in enumerate(plan.steps):
        click.echo(f"\n{_step_name(number, own)}:")
        echo_table(_package_rows(own, step))
    last = plan.fallback
    if last.rankings_differ:
        then = " and ".join(last.by_worth[1:])
        click.echo(f"  Equal to them, not to you: worth most is {last.by_worth[0]}, then {then}.")
    for note in filter(None, (plan.reason, plan.warning)):
        click.echo(f"  {capitalized(note).rstrip('.')}.")


def _step_name(number: int, own: NegotiationPlan) -> str:
    plan, step = own.concessions, own.concessions.steps[number]
    if not step.is_reachable:
        return "The most there is"
    choice = "any of these" if len(step.packages) > 1 else "this"
    if number == len(plan.steps) - 1:
        first = "Ask for" if number == 0 else "Fall back to"
        is_enough = not own.zopa.is_empty and all(map(own.meets_stop_line, step.packages))
        return f"{first} {_target(own, step.target)}, {choice}{'; with it you can sign' if is_enough else ''}"
    return f"{'Ask for' if number == 0 else 'Then'} {_target(own, step.target)}, {choice}"


def _package_rows(own: NegotiationPlan, step: Counter) -> Iterator[tuple[str, ...] | str]:
    yield "", "base", "stock", "sign-on 1", "sign-on 2", "total", "worth to you"
    for package in step.packages:
        amounts = (*package.amounts, package.total, step.raised_worth_of(package))
        yield package.name, *(_said(own, amount) for amount in amounts)
        yield from (f"  {note}" for note in _notes(step, package))


def _notes(step: Counter, package: Package) -> list[str]:
    """Remarks on a package: how hard its parts are to get, and its flags."""
    held = hardness(step.limits, package)
    at_the_edge = [MEASURE_NAMES[lever].lower() for lever in LEVERS if held[lever] == "at the edge"]
    notes = [f"at the edge of its range: {'; '.join(at_the_edge)}"] if at_the_edge else []
    return notes + [f"{remark}: {'; '.join(parts)}" for remark, parts in parts_by_remark(package.flags).items()]
