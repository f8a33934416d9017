"""Which shares of an offer can be sold when they vest; the others are paper, never counted as cash."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from compkit.model import Grant, Offer, Refresher, RefresherPlan
from compkit.reference import Tables

_Stock = TypeVar("_Stock", Grant, Refresher, RefresherPlan)


def is_listed(company: str, tables: Tables) -> bool | None:
    """Whether data/companies.csv calls a company's stock listed; None if it doesn't list the company.

    >>> from compkit.reference.tables import load_tables
    >>> [is_listed(name, load_tables()) for name in ("amazon ", "Stripe", "Acme")]
    [True, False, None]
    """
    return tables.derived(_listed).get(company.strip().casefold())


def _listed(tables: Tables) -> dict[str, bool]:
    return {str(row["company"]).casefold(): bool(row["listed"]) for row in tables.rows("companies")}


def fill_tradable(offer: Offer, tables: Tables) -> Offer:
    """Fill in whether the shares of an offer's grants and refreshers can be sold.

    A value in the file holds. Otherwise shares of a `startup` can't be sold, and others follow data/companies.csv. A
    refresher follows the file's grants if they all agree. None means unknown, and counts as paper.
    """
    of_company = False if offer.startup is not None else is_listed(offer.company, tables)
    given = {grant.tradable for grant in offer.equity}
    of_later = next(iter(given)) if len(given) == 1 and given != {None} else of_company
    plan = offer.refresher_plan
    filled = {
        "equity": _filled(offer.equity, of_company),
        "refreshers": _filled(offer.refreshers, of_later),
        "refresher_plan": _filled([plan], of_later)[0] if plan else None,
    }
    return offer.model_copy(update=filled)


def _filled(stock: Sequence[_Stock], tradable: bool | None) -> tuple[_Stock, ...]:  # noqa: FBT001  a value, no switch
    return tuple(
        one if one.tradable is not None or tradable is None else one.model_copy(update={"tradable": tradable})
        for one in stock
    )


def unknown_stock(offer: Offer) -> list[str]:
    """Fields of an offer from `fill_tradable` for which it is unknown whether shares can be sold."""
    plan = offer.refresher_plan
    found = [f"equity[{number}]" for number, grant in enumerate(offer.equity) if grant.tradable is None]
    found += [f"refreshers[{number}]" for number, later in enumerate(offer.refreshers)
              if later.tradable is None and later.cash_share < 1]  # fmt: skip
    is_in_shares = plan is not None and plan.makes_grants and plan.cash_share < 1
    return found + (["refresher_plan"] if plan is not None and is_in_shares and plan.tradable is None else [])
