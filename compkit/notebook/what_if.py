"""Changes to one offer that are tried: applied, told in words, and put into the offers file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from compkit.model import USD, Grant, Offer
from compkit.offers import OfferEntry, OffersDraft, Place

AMOUNTS: Mapping[str, str] = {
    "base_salary": "base salary", "sign_on_y1": "sign-on in year 1", "sign_on_y2": "sign-on in year 2",
    "equity": "stock",
}  # fmt: skip
"""Amounts of an offer that a what-if can change; equity is the value of all grants [the offer's currency]."""
_FILING = {"single": "single", "married_joint": "married, jointly", "head_of_household": "head of household"}
_GRANT_SIZES = ("value", "units")


@dataclass(frozen=True)
class WhatIf:
    """Changes to one offer that are tried and not entered.

    Parameters
    ----------
    amounts : mapping of str to float
        New amounts by name, of `AMOUNTS`.
    residence, filing_status : str, optional
        Where and how the person would pay tax; empty: as entered.
    """

    amounts: Mapping[str, float] = field(default_factory=dict)
    residence: str = ""
    filing_status: str = ""

    def __bool__(self) -> bool:
        return bool(self.amounts or self.residence or self.filing_status)

    def words(self, currency: str) -> str:
        """Say what is tried.

        >>> WhatIf({"base_salary": 240_000.0}, residence="Austin").words("USD")
        'base salary $240,000; home in Austin'
        """
        sign = "$" if currency == USD else f"{currency} "
        found = [f"{AMOUNTS[name]} {sign}{amount:,.0f}" for name, amount in self.amounts.items()]
        found += [f"home in {self.residence}"] if self.residence else []
        found += [f"filing as {_FILING[self.filing_status]}"] if self.filing_status else []
        return "; ".join(found)

    def applied(self, entry: OfferEntry) -> OfferEntry:
        """Apply these changes to an offer."""
        if not self:
            return entry
        offer = entry.offer
        fields: dict[str, Any] = {name: self.amounts[name] for name in ("base_salary",) if name in self.amounts}
        payments = [self.amounts.get(f"sign_on_y{year}", offer.sign_on_in_year(year)) for year in (1, 2)]
        if payments != [offer.sign_on_in_year(1), offer.sign_on_in_year(2)]:
            fields["sign_on"] = (*payments, *offer.sign_on[2:])
        if "equity" in self.amounts:
            fields["equity"] = _scaled(offer.equity, self.amounts["equity"])
        if self.residence:
            fields["residence"] = self.residence
        person = {"filing_status": self.filing_status} if self.filing_status else {}
        return replace(
            entry, offer=offer.model_copy(update=fields), candidate=entry.candidate.model_copy(update=person)
        )

    def enter(self, draft: OffersDraft, entry: OfferEntry) -> None:
        """Put these changes into the file.

        Parameters
        ----------
        draft : OffersDraft
        entry : OfferEntry
            The draft's offer, as entered.
        """
        position = draft.ids.index(entry.offer.id)
        for place, value in self._values(entry.offer):
            draft.set_value(("offers", position, *place), _plain_number(value))
        if self.filing_status:
            owner: Place = ("candidates", entry.offer.candidate) if entry.offer.candidate else ("candidate",)
            draft.set_value((*owner, "filing_status"), self.filing_status)

    def _values(self, offer: Offer) -> Iterator[tuple[Place, Any]]:
        """Places in an offer, each with its new value."""
        if "base_salary" in self.amounts:
            yield ("base_salary",), self.amounts["base_salary"]
        for year in (1, 2):
            if f"sign_on_y{year}" in self.amounts:
                gap = range(len(offer.sign_on), year - 1)
                yield from ((("sign_on", at), 0) for at in gap if f"sign_on_y{at + 1}" not in self.amounts)
                yield ("sign_on", year - 1), self.amounts[f"sign_on_y{year}"]
        for number, grant in enumerate(_scaled(offer.equity, self.amounts.get("equity", offer.rsu_4yr))):
            for name in _GRANT_SIZES if "equity" in self.amounts else ():
                if getattr(grant, name) is not None:
                    yield ("equity", number, name), getattr(grant, name)
        if self.residence:
            yield ("residence",), self.residence


def _plain_number(value: Any) -> Any:
    """Value as a file has it: whole numbers without a decimal point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _scaled(grants: tuple[Grant, ...], value: float) -> tuple[Grant, ...]:
    """Grants with another total value, each in proportion; one grant over four years if there is none."""
    total = sum(grant.grant_value for grant in grants)
    if not total:
        return (Grant(value=value),) if value else ()
    part = value / total
    return tuple(
        grant.model_copy(
            update={name: getattr(grant, name) * part for name in _GRANT_SIZES if getattr(grant, name) is not None}
        )
        for grant in grants
    )
