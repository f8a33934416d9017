"""Warnings about values that are possible but unlikely; they never stop anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from compkit.errors import Fault
from compkit.model import (
    ELSEWHERE,
    EVEN_VESTING,
    REMOTE,
    Candidate,
    Offer,
    VestingSchedule,
    own_tranches,
    schedule_name,
)
from compkit.offers.entry import OfferEntry
from compkit.offers.paper_stock import fill_tradable, unknown_stock
from compkit.offers.usual_amounts import IN_THOUSANDS, STOCK, WarningLine, amount_warnings
from compkit.reference import Tables

LARGE_EQUITY_MULTIPLE = 10
LARGE_PRICE_MOVE = 5
LARGE_RATE = 1.0
LARGE_RAISE = 0.5
SMALL_BONUS = 0.01
LARGE_OWNERSHIP = 0.05
LARGE_USD_RATE = 4.0
"""No currency is worth this many USD."""
FEW_OPTIONS = 100
YEARLY_GRANT_MONTHS = 13
"""A schedule that ends by then is for one year's grant."""
MANY_DAYS_OFF = 60
LARGE_SIGN_ON_YEARS = 2
QUOTED_YEARS = 4
HIGHEST_DISCOUNT = 0.15


def plausibility_warnings(entries: Sequence[OfferEntry], tables: Tables) -> list[Fault]:
    """Warnings about unlikely rates and candidates, then about offers."""
    bands = tables["bands"]
    grants = bands[bands["measure"] == "rsu_4yr"]
    highest = {str(level): float(high) for level, high in grants.groupby("level")["high"].max().items()}
    taxed = {str(place) for place in tables["place_taxes"]["place"]} | {REMOTE}
    metros = {str(place): str(metro) for place, metro in tables["places"][["place", "metro"]].itertuples(index=False)}
    found = [warning for entry in entries for warning in (*_currency_warnings(entry), *_candidate_warnings(entry))]
    for entry in entries:
        offer, in_usd = entry.offer, entry.in_usd
        lines = (
            *amount_warnings(in_usd),
            *_percent_warnings(offer),
            *_order_warnings(offer),
            *_equity_warnings(offer, tables.schedules),
            *_schedule_warnings(offer, tables.schedules),
            *_size_warnings(in_usd, highest),
            *_place_warnings(offer, taxed),
            *_refresher_warnings(offer),
            *_benefit_warnings(offer),
            *_quoted_warnings(offer),
            *_startup_warnings(offer),
            *_saving_warnings(in_usd, entry.candidate),
            *_spouse_warnings(offer, entry.candidate, metros),
        )
        found += [Fault(entry.file, f"offer '{offer.id}'", field, message) for field, message in lines]
    return list(dict.fromkeys(found))  # a rate or a candidate that several offers share is reported once


def _currency_warnings(entry: OfferEntry) -> Iterator[Fault]:
    rate, currency = entry.usd_rate, entry.offer.currency
    if rate > LARGE_USD_RATE:
        rule = f"of {rate:g} USD for one {currency} is very high. If it is {currency} for one USD, type {1 / rate:.4g}."
        yield Fault(entry.file, "", f"rates.{currency}", rule)


def _candidate_warnings(entry: OfferEntry) -> Iterator[Fault]:
    name = entry.offer.candidate
    where = f"candidate '{name}'" if name else "candidate"
    return (Fault(entry.file, where, field, message) for field, message in amount_warnings(entry.candidate))


def _saving_warnings(offer: Offer, candidate: Candidate) -> Iterator[WarningLine]:
    facts = candidate.household
    saved = facts.traditional_401k + facts.hsa if facts else 0.0
    if saved > offer.base_salary:
        rule = f"of {offer.base_salary:,.0f} is less than the {saved:,.0f} that the household saves before tax."
        yield "base_salary", rule


def _spouse_warnings(offer: Offer, candidate: Candidate, metros: Mapping[str, str]) -> Iterator[WarningLine]:
    wages = candidate.household.spouse_wages if candidate.household else None
    now, there = candidate.residence, offer.residence or offer.location
    moves = now is not None and REMOTE not in (now, there) and metros.get(now, now) != metros.get(there, there)
    if wages and offer.spouse_wages is None and moves:
        rule = f"is missing, so your spouse still earns {wages:,.0f} in {there}."
        yield "spouse_wages", f"{rule} Type what it would be there, or 0 if the job ends."


def _percent_warnings(offer: Offer) -> Iterator[WarningLine]:
    bonus = offer.bonus_target_rate
    rates = {
        "bonus_target_rate": (bonus, "of base", LARGE_RATE),
        "annual_raise_rate": (offer.annual_raise_rate, "a year", LARGE_RAISE),
        "quoted.growth_rate": (offer.quoted.growth_rate or 0.0 if offer.quoted else 0.0, "a year", LARGE_RATE),
    }
    for field, (rate, of_what, large) in rates.items():
        if rate >= LARGE_RATE:
            yield field, f"of {rate:g} means {rate:,.0%} {of_what}. {_as_percent(rate)}"
        elif rate > large:
            yield field, f"of {rate:g} means {rate:.0%} {of_what}."
    if offer.first_bonus == "prorated" and not offer.has_bonus:
        yield "first_bonus", "is prorated, but the offer has no bonus. Add bonus_target_rate or annual_bonus."
    if 0 < bonus < SMALL_BONUS:
        yield "bonus_target_rate", f"of {bonus:g} means {100 * bonus:.3g}% of base, which is very low."


def _as_percent(rate: float) -> str:
    return f"Did you mean {rate:g}%? Type {rate / 100:g}."


def _order_warnings(offer: Offer) -> Iterator[WarningLine]:
    if offer.start_date and offer.deadline and offer.deadline > offer.start_date:
        yield "deadline", f"{offer.deadline} is after the start date, {offer.start_date}."
    for number, paid in enumerate(offer.sign_on):
        if paid > LARGE_SIGN_ON_YEARS * offer.base_salary:
            yield f"sign_on[{number}]", f"of {paid:,.0f} is more than {LARGE_SIGN_ON_YEARS} years' salary."


def _equity_warnings(offer: Offer, schedules: Collection[str]) -> Iterator[WarningLine]:
    for position, grant in enumerate(offer.equity):
        field = f"equity[{position}]"
        if grant.vesting is None and not offer.is_amazon:
            own = offer.company.strip().casefold()
            known = f" The tables have `{own}`, which is not verified." if own in schedules else ""
            yield f"{field}.vesting", f"is missing, so {EVEN_VESTING} is assumed. Ask for the schedule.{known}"
        if grant.value and (grant.grant_price or grant.price_now) and grant.n_units < 1:
            price = grant.grant_price or grant.start_price
            yield field, f"has a value of {grant.value:,.0f} at a price of {price:,.2f}, which is less than one share."
        if grant.value is not None and grant.price_now and not grant.grant_price:
            yield field, "has price_now but no grant_price, so the number of shares is value / price_now."
        if grant.grant_price and grant.price_now:
            move = grant.price_now / grant.grant_price
            if not 1 / LARGE_PRICE_MOVE <= move <= LARGE_PRICE_MOVE:
                yield field, f"has a price_now of {move:,.2g} times the grant_price. Was there a stock split?"


def _schedule_warnings(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> Iterator[WarningLine]:
    for position, grant in enumerate(offer.equity):
        vesting = offer.vesting_of(grant)
        named = schedule_name(vesting)
        last = schedules[named].n_months if named else own_tranches(vesting)[-1].month
        if last <= YEARLY_GRANT_MONTHS:
            name = f"the schedule {named}" if named else "a custom schedule"
            rule = f"has {name}, which ends after {last} months. Is the value for all four years or for one year?"
            yield f"equity[{position}]", rule


def _place_warnings(offer: Offer, taxed: Collection[str]) -> Iterator[WarningLine]:
    places = {"location": offer.location, "residence": offer.residence or offer.location}
    field = next((field for field, place in places.items() if place not in taxed), None)
    if field is not None and places[field] == ELSEWHERE:
        yield field, f"{ELSEWHERE} has no taxes or prices, so after-tax figures are left out."
    elif field is not None:
        yield field, f"{places[field]} has no taxes in the tables, so this offer's after-tax figures are left out."


def _size_warnings(offer: Offer, highest: Mapping[str, float]) -> Iterator[WarningLine]:
    """Yield warnings about the size of all grants [USD], and of each grant given as a number of shares."""
    level = offer.guide_level or offer.level
    band = highest.get(level, max(highest.values()))
    name = level if level in highest else " or ".join(highest)
    most = LARGE_EQUITY_MULTIPLE * band
    too_much = f"more than ten times the highest {name} band ({band:,.0f})."
    counted = [(position, grant) for position, grant in enumerate(offer.equity) if grant.units is not None]
    for position, grant in counted:
        field, price = f"equity[{position}].units", grant.grant_price or grant.start_price
        worth = f"of {grant.units:,.10g} at {price:,.2f} come to {grant.grant_value:,.0f} USD"
        if grant.grant_value > most:
            yield field, f"{worth}, {too_much} Is {grant.units:.10g} the amount in dollars (`value`)?"
        elif 0 < grant.grant_value < STOCK.low:
            yield field, f"{worth}, which is very low. {IN_THOUSANDS}"
    if offer.rsu_4yr > most and not any(grant.grant_value > most for _, grant in counted):
        yield "equity", f"of {offer.rsu_4yr:,.0f} USD is {too_much}"


def _refresher_warnings(offer: Offer) -> Iterator[WarningLine]:
    plan = offer.refresher_plan
    if plan is None or not plan.makes_grants:
        return
    if offer.refreshers:
        yield "refresher_plan", "is in addition to refreshers, so both are counted."
    if plan.annual_value > offer.rsu_4yr > 0:
        rule = f"of {plan.annual_value:,.0f} a year is more than the whole first grant ({offer.rsu_4yr:,.0f})."
        yield "refresher_plan.annual_value", rule


def _benefit_warnings(offer: Offer) -> Iterator[WarningLine]:
    benefits, relocation = offer.benefits, offer.relocation
    days = benefits.paid_time_off_days if benefits else None
    if days is not None and days > MANY_DAYS_OFF:
        yield "benefits.paid_time_off_days", f"of {days:g} is more than {MANY_DAYS_OFF} working days. Is it in hours?"
    for name in ("retirement_match", "espp_discount_value", "premiums", "other"):
        amount = getattr(benefits, name, 0.0)
        if amount > offer.base_salary:
            yield f"benefits.{name}", f"of {amount:,.0f} a year is more than the salary."
    if benefits and benefits.espp and benefits.espp.discount > HIGHEST_DISCOUNT:
        given = benefits.espp.discount
        yield "benefits.espp.discount", f"of {given:g} means {given:.0%}, but a qualified plan gives at most 15%."
    if relocation and relocation.value > offer.base_salary:
        yield "relocation.value", f"of {relocation.value:,.0f} is more than a year's salary."


def _quoted_warnings(offer: Offer) -> Iterator[WarningLine]:
    quoted, base = offer.quoted, offer.base_salary
    if quoted is None:
        return
    if quoted.total_y1 is not None and quoted.total_y1 < base:
        yield "quoted.total_y1", f"of {quoted.total_y1:,.0f} is less than a year's salary ({base:,.0f})."
    if quoted.total_4yr is not None and quoted.total_4yr < QUOTED_YEARS * base:
        rule = f"of {quoted.total_4yr:,.0f} is less than four years' salary ({QUOTED_YEARS * base:,.0f})."
        yield "quoted.total_4yr", f"{rule} Is it for one year?"


def _startup_warnings(offer: Offer) -> Iterator[WarningLine]:
    for position, grant in enumerate(offer.options):
        if grant.fair_value is not None and grant.strike > grant.fair_value:
            rule = f"of {grant.strike:,.2f} is above the fair value of {grant.fair_value:,.2f}. Are they swapped?"
            yield f"options[{position}].strike", rule
        if 0 < grant.n_options < FEW_OPTIONS:
            rule = f"of {grant.n_options:g} is very low. Is it a percentage of the company, or in thousands?"
            yield f"options[{position}].n_options", rule
    startup = offer.startup
    if startup is None:
        if offer.options:
            yield "options", "need startup, or their value can't be calculated."
        return
    share = startup.ownership_share
    if share is not None and share > LARGE_OWNERSHIP:
        yield "startup.ownership_share", f"of {share:g} means {share:.0%} of the company. {_as_percent(share)}"
    n_options, n_shares = sum(grant.n_options for grant in offer.options), startup.fully_diluted_shares
    if n_shares is not None and n_options > n_shares:
        yield "options", f"are more than all shares of the company ({n_shares:,.0f})."
    best = max((one.value for one in startup.exits), default=None)
    if best is not None and best <= startup.preference_stack:
        rule = f"of {startup.preference_stack:,.0f} is at or above every exit, so common shares are worth nothing."
        yield "startup.preference_stack", rule


def open_questions(offer: Offer, file: str, tables: Tables) -> list[Fault]:
    """Questions for the recruiter about an offer's stock, which only `validate` shows.

    Can it be sold? Until then it counts as paper. Which price turns dollars into shares? Until then the report
    shows a range.
    """
    found = []
    unknown = unknown_stock(fill_tradable(offer, tables))
    if unknown:
        rule = f"is missing: can you sell {offer.company} stock once it vests? Add true or false;"
        found.append((f"{unknown[0]}.tradable", f"{rule} until then it counts as paper, not cash."))
    is_open = [bool(grant.has_open_units and grant.value and not grant.priced_on) for grant in offer.equity]
    if any(is_open):
        rule = (
            "is missing, and so is grant_price. Ask which day's price, or which average, turns the grant into shares."
        )
        found.append((f"equity[{is_open.index(True)}].priced_on", rule))
    return [Fault(file, f"offer '{offer.id}'", field, message) for field, message in found]
