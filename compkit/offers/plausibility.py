"""What is possible but hardly meant: warnings, which never stop anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from compkit.equity import EVEN_VESTING, VestingSchedule
from compkit.errors import Fault
from compkit.offer import ELSEWHERE, REMOTE, Offer
from compkit.tables import Tables

LOW_BASE = 30_000
LARGE_EQUITY_MULTIPLE = 10
LARGE_PRICE_MOVE = 5
LARGE_RATE = 1.0
LARGE_RAISE = 0.5
WHOLE_GRANT_MONTHS = 48
MANY_DAYS_OFF = 60
HIGHEST_DISCOUNT = 0.15

Doubt = tuple[str, str]
"""The field and what is doubtful about it, as a `Fault` takes them."""


class Plausibility:
    """What is usual, taken from the tables once for all offers.

    Parameters
    ----------
    tables : Tables
        For the levels' bands and the schedules.
    """

    def __init__(self, tables: Tables) -> None:
        bands = tables["bands"]
        grants = bands[bands["measure"] == "rsu_4yr"]
        self._schedules = tables.schedules
        self._taxed = {str(place) for place in tables["place_taxes"]["place"]} | {REMOTE}
        self._highest = {str(level): float(high) for level, high in grants.groupby("level")["high"].max().items()}

    def doubts(self, offer: Offer, usd_rate: float, file: str) -> list[Fault]:
        """Return a warning for each value of an offer that is possible but implausible.

        Parameters
        ----------
        offer : Offer
            As typed.
        usd_rate : float
            USD for one unit of its currency.
        file : str
            For the messages.
        """
        found = [
            *_pay_doubts(offer, usd_rate),
            *_equity_doubts(offer, self._schedules),
            *_pricing_doubts(offer),
            *_schedule_doubts(offer, self._schedules),
            *_size_doubts(offer, usd_rate, self._highest),
            *_place_doubts(offer, self._taxed),
            *_refresher_doubts(offer),
            *_benefit_doubts(offer),
            *_startup_doubts(offer),
        ]
        return [Fault(file, f"offer '{offer.id}'", field, message) for field, message in found]


def _pay_doubts(offer: Offer, usd_rate: float) -> list[Doubt]:
    found = []
    base = offer.base_salary * usd_rate
    bonus, rise = offer.bonus_target_rate, offer.annual_raise_rate
    if base < LOW_BASE:
        found.append(
            ("base_salary", f"of {base:,.0f} USD a year is very low. Is it a monthly amount, or in thousands?")
        )
    if bonus > LARGE_RATE:
        found.append(("bonus_target_rate", f"of {bonus:g} means {bonus:.0%} of base."))
    if rise > LARGE_RAISE:
        found.append(("annual_raise_rate", f"of {rise:g} means {rise:.0%} a year."))
    if offer.start_date and offer.deadline and offer.deadline > offer.start_date:
        found.append(("deadline", f"{offer.deadline} lies after the start date {offer.start_date}."))
    return found


def _equity_doubts(offer: Offer, schedules: Collection[str]) -> list[Doubt]:
    found = []
    for position, grant in enumerate(offer.equity):
        field = f"equity[{position}]"
        if grant.vesting is None and not offer.is_amazon:
            own = offer.company.strip().casefold()
            known = f" {own} is in the tables, not verified." if own in schedules else ""
            found.append((f"{field}.vesting", f"is left out; {EVEN_VESTING} is assumed. Ask for the schedule.{known}"))
        if grant.value and (grant.grant_price or grant.price_now) and grant.n_units < 1:
            price = grant.grant_price or grant.start_price
            found.append(
                (field, f"has a value of {grant.value:,.0f} and a price of {price:,.2f}: less than one share.")
            )
        if grant.value is not None and grant.price_now and not grant.grant_price:
            found.append((field, "has price_now but no grant_price: units are taken as value / price_now."))
        if grant.grant_price and grant.price_now:
            move = grant.price_now / grant.grant_price
            if not 1 / LARGE_PRICE_MOVE <= move <= LARGE_PRICE_MOVE:
                found.append((field, f"has a price that moved to {move:,.2g} times the grant price. A split?"))
    return found


def _pricing_doubts(offer: Offer) -> list[Doubt]:
    """Return, once for an offer, that nothing says which price turns a grant in dollars into shares."""
    for position, grant in enumerate(offer.equity):
        if grant.has_open_units and grant.value and grant.priced_on is None:
            rule = ("is left out, and so is grant_price. Ask on which day, or over which days' average, the grant is "
                    "turned into shares.")  # fmt: skip
            return [(f"equity[{position}].priced_on", rule)]
    return []


def _schedule_doubts(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> list[Doubt]:
    found = []
    for position, grant in enumerate(offer.equity):
        vesting = offer.vesting_of(grant)
        last = schedules[vesting].n_months if isinstance(vesting, str) else vesting[-1].month
        if last < WHOLE_GRANT_MONTHS:
            name = f"schedule {vesting}" if isinstance(vesting, str) else "schedule of its own"
            rule = f"has a {name} that ends after {last} months: is value the whole four years' or one year's grant?"
            found.append((f"equity[{position}]", rule))
    return found


def _place_doubts(offer: Offer, taxed: Collection[str]) -> list[Doubt]:
    places = {"location": offer.location, "residence": offer.residence or offer.location}
    field = next((field for field, place in places.items() if place not in taxed), None)
    if field is None:
        return []
    if places[field] == ELSEWHERE:
        return [(field, f"{ELSEWHERE} has no taxes and no prices: nothing after tax is worked out; all else is.")]
    return [(field, f"{places[field]} has no taxes in the tables: nothing after tax can be worked out for this offer.")]


def _size_doubts(offer: Offer, usd_rate: float, highest: Mapping[str, float]) -> list[Doubt]:
    level = offer.guide_level or offer.level
    band = highest.get(level, max(highest.values()))
    granted = offer.rsu_4yr * usd_rate
    if granted <= LARGE_EQUITY_MULTIPLE * band:
        return []
    name = level if level in highest else " or ".join(highest)
    return [("equity", f"of {granted:,.0f} USD is more than ten times the highest {name} band ({band:,.0f}).")]


def _refresher_doubts(offer: Offer) -> list[Doubt]:
    plan = offer.refresher_plan
    if plan is None or not plan.makes_grants:
        return []
    found = []
    if offer.refreshers:
        found.append(("refresher_plan", "comes on top of refreshers: each of its grants is counted beside them."))
    if plan.annual_value > offer.rsu_4yr > 0:
        rule = f"of {plan.annual_value:,.0f} a year is more than the whole first grant ({offer.rsu_4yr:,.0f})."
        found.append(("refresher_plan.annual_value", rule))
    return found


def _benefit_doubts(offer: Offer) -> list[Doubt]:
    found = []
    benefits, relocation = offer.benefits, offer.relocation
    days = benefits.paid_time_off_days if benefits else None
    if days is not None and days > MANY_DAYS_OFF:
        found.append(("benefits.paid_time_off_days", f"of {days:g} is more than {MANY_DAYS_OFF} working days. Hours?"))
    for name in ("retirement_match", "espp_discount_value", "premiums", "other"):
        amount = getattr(benefits, name, 0.0)
        if amount > offer.base_salary:
            found.append((f"benefits.{name}", f"of {amount:,.0f} a year is more than the salary."))
    if benefits and benefits.espp and benefits.espp.discount > HIGHEST_DISCOUNT:
        given = benefits.espp.discount
        found.append(("benefits.espp.discount", f"of {given:g} means {given:.0%}; a qualified plan gives 15% at most."))
    if relocation and relocation.value > offer.base_salary:
        found.append(("relocation.value", f"of {relocation.value:,.0f} is more than a year's salary."))
    return found


def _startup_doubts(offer: Offer) -> list[Doubt]:
    startup = offer.startup
    if startup is None:
        return [("options", "need startup, or what they may be worth is not worked out.")] if offer.options else []
    found = []
    n_options, n_shares = sum(grant.n_options for grant in offer.options), startup.fully_diluted_shares
    if n_shares is not None and n_options > n_shares:
        found.append(("options", f"are more than all shares of the company ({n_shares:,.0f})."))
    best = max((one.value for one in startup.exits), default=None)
    if best is not None and best <= startup.preference_stack:
        rule = f"of {startup.preference_stack:,.0f} is at least every exit: common shares are worth nothing in all."
        found.append(("startup.preference_stack", rule))
    return found
