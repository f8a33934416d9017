"""A candidate's household with one of their offers, as the taxes take it."""

from __future__ import annotations

from dataclasses import replace

from compkit.model import Candidate, HouseholdFacts, Offer
from compkit.tax.finances import Finances


def finances_with(candidate: Candidate, offer: Offer | None = None, residence: str | None = None) -> Finances | None:
    """Return the finances of a candidate's household with an offer, or with the current job.

    Parameters
    ----------
    candidate : Candidate
    offer : Offer, optional
        In USD. Its `spouse_wages` take the place of the household's; its benefits give premiums and match.
    residence : str, optional
        Where the household lives; its home of today if left out. Who owns a home sells it on moving, and deducts
        neither its interest nor its tax then.

    Returns
    -------
    Finances or None
        None if the file says nothing of a household: all pay is then wages of one earner.
    """
    moved = None if offer is None else offer.spouse_wages
    if candidate.household is None and moved is None:
        return None
    facts = candidate.household or HouseholdFacts()
    benefits = None if offer is None else offer.benefits
    given = facts.model_dump(exclude={"housing", "housing_cost"}) | {
        "spouse_wages": facts.spouse_wages if moved is None else moved,
        "premiums": benefits.premiums if benefits else 0.0,
        "match": benefits.retirement_match if benefits else 0.0,
    }
    if facts.housing == "own" and residence not in (None, candidate.residence):
        given |= {"mortgage_interest": 0.0, "property_tax": 0.0}
    return Finances(**given)


def finances_of_pay(candidate: Candidate, offer: Offer | None = None, residence: str | None = None) -> Finances | None:
    """Return `finances_with` an offer or the current job, without premiums and match, where benefits count apart."""
    finances = finances_with(candidate, offer, residence)
    return finances and replace(finances, premiums=0.0, match=0.0)
