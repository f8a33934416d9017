"""Startup equity and relocation of an offer, as inputs of the calculations."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from compkit.model import Offer, Startup, VestingSchedule
from compkit.pay.leaving import RepayableSum
from compkit.pay.startup import Company, Exit, Grants, OptionGrant, Round, ShareGrant, paper_value
from compkit.pay.vesting import vesting_schedule

OWNED_UNITS = 1.0
"""Total shares of a company if the file gives a share of it, not a number."""
REFRESHERS_LEFT_OUT = "Refreshers are not counted here: nobody knows today how many shares they will be."


@dataclass(frozen=True)
class StartupTerms:
    """Startup equity of an offer.

    Parameters
    ----------
    company : Company
    grants : sequence of OptionGrant or ShareGrant
        Options, grants with a known number of shares, or the share of the company; may be empty.
    paper : float or None
        All grants, vested or not, at the stated value of a share today less the strike; None if that is unknown for any
        grant [currency of the offer].
    left_out : tuple of str
        Equity that the exits cannot count, with the reason, as sentences.
    """

    company: Company
    grants: Grants
    paper: float | None
    left_out: tuple[str, ...]


def repayable_relocation(offer: Offer) -> RepayableSum | None:
    """Relocation money of an offer as a repayable sum; None if there is none [currency of the offer].

    >>> from compkit.model.benefits import Relocation
    >>> made = Offer(id="a", company="A", level="1", location="Austin", base_salary=1,
    ...              relocation=Relocation(value=15_000.0, months=24))
    >>> repayable_relocation(made)
    RepayableSum(value=15000.0, clawback='prorated', months=24)
    """
    given = offer.relocation
    return RepayableSum(given.value, given.clawback, given.repayment_months) if given else None


def startup_terms(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> StartupTerms | None:
    """Startup equity of an offer; None if the file has no `startup` or no exits.

    Parameters
    ----------
    offer : Offer
    schedules : mapping of str to VestingSchedule
        The schedules of data/.

    Raises
    ------
    OutOfRangeError
        If an offer built in code has values that no offers file may have.
    """
    given = offer.startup
    if given is None or not given.exits:
        return None
    company = _company(given)
    later = (REFRESHERS_LEFT_OUT,) if offer.refreshers or offer.refresher_plan else ()
    if given.ownership_share is not None:
        schedule = vesting_schedule(given.vesting, "startup", schedules, start_on=offer.start_date)
        part = ShareGrant(OWNED_UNITS * given.ownership_share, schedule)
        also = "Its grants of shares are not counted here: the file gives a part of the company, not all its shares."
        return StartupTerms(company, [part], None, ((also,) if offer.equity else ()) + later)
    options = option_grants(offer, schedules)
    grants: list[OptionGrant | ShareGrant] = [*options]
    papers = [None if made.fair_value is None else paper_value([made]) for made in options]
    left_out = []
    for number, grant in enumerate(offer.equity):
        if not grant.has_price:
            left_out.append(
                f"Grant {number + 1} is not counted here: the file gives its value and no share price, "
                "so nobody can tell how many shares it is."
            )
            continue
        schedule = vesting_schedule(
            offer.vesting_of(grant), f"equity[{number}]", schedules,
            start_on=offer.start_date, start_month=grant.start_month,
        )  # fmt: skip
        grants.append(ShareGrant(grant.n_units, schedule, grant.start_month))
        papers.append(grant.value_now)
    known = [paper for paper in papers if paper is not None]
    return StartupTerms(company, grants, sum(known) if len(known) == len(papers) else None, (*left_out, *later))


def option_grants(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> list[OptionGrant]:
    """Options of an offer, each with its vesting schedule; see `startup_terms`."""
    found = []
    for number, option in enumerate(offer.options):
        schedule = vesting_schedule(
            offer.vesting_of(option), f"options[{number}]", schedules,
            start_on=offer.start_date, start_month=option.start_month,
        )  # fmt: skip
        made = OptionGrant(
            option.n_options, option.strike, schedule, option.start_month, option.fair_value, option.kind,
            option.post_termination_months, option.expires_after_months,
        )  # fmt: skip
        found.append(made)
    return found


def uncounted_stock(offer: Offer) -> float:
    """Value of a startup's share grants that its exits do not count [currency of the offer].

    Exits count a grant with a share price. 0 if the company is not a startup.
    """
    given = offer.startup
    if given is None:
        return 0.0
    has_exits = bool(given.exits) and given.ownership_share is None
    return math.fsum(grant.value_now for grant in offer.equity if not (has_exits and grant.has_price))


def _company(given: Startup) -> Company:
    return Company(
        fully_diluted_shares=OWNED_UNITS if given.fully_diluted_shares is None else given.fully_diluted_shares,
        preference_stack=given.preference_stack,
        rounds=tuple(Round(each.month, each.dilution_rate) for each in given.rounds),
        exits=tuple(Exit(each.value, each.chance) for each in given.exits),
        exit_month=given.exit_month,
        acceleration=given.acceleration,
        investor_share=given.investor_share,
    )
