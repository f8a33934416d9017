"""One offer of a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from compkit.api.evaluation import OfferEvaluation
from compkit.api.scenario import scenario, scenario_date
from compkit.model import GrowthConvention
from compkit.offers import OfferEntry
from compkit.reference import Tables
from compkit.report import Table, build_table, count, in_usd

if TYPE_CHECKING:
    from compkit.api.offer_list import OfferList


@dataclass(frozen=True, repr=False)
class Offer:
    """One offer of a file; `offers["id"]` makes it.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.read_offers("data/offers/sample.yaml")["google-l5-boomerang"]
    google-l5-boomerang: Google L5, Seattle
    """

    _entry: OfferEntry
    _list: OfferList = field(compare=False)
    _tables: Tables = field(compare=False)

    @property
    def id(self) -> str:
        """Id in the file.

        >>> import compkit as ck
        >>> [offer.id for offer in ck.read_offers("data/offers/sample.yaml")][0]
        'amazon-l6-seattle-before'
        """
        return self._entry.offer.id

    @property
    def entry(self) -> OfferEntry:
        """What the file says: the `offer`, and the `candidate` it is made to.

        >>> import compkit as ck
        >>> entry = ck.read_offers("data/offers/sample.yaml")["google-l5-boomerang"].entry
        >>> entry.offer.base_salary, entry.candidate.name
        (190000.0, 'Robin Sample')
        """
        return self._entry

    def evaluate(
        self,
        date: str | dt.date | None = None,
        *,
        growth: float = 0.0,
        years: int = 4,
        growth_convention: GrowthConvention = "smooth",
        discount_rate: float = 0.0,
    ) -> OfferEvaluation:
        """Evaluate the offer: pay, market, scores, warnings, premiums.

        Parameters
        ----------
        date : str or date, optional
            YYYY-MM-DD, today by default. Decides how old a yardstick is, up to when reported pay counts, and which
            deadlines have passed.
        growth, years, growth_convention, discount_rate
            See `OfferList.value`.

        Raises
        ------
        OutOfRangeError
            If an assumption or the date is out of its range.

        Examples
        --------
        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml")["amazon-l6-seattle-before"].evaluate(date="2026-12-01")
        amazon-l6-seattle-before: $1,140,000 over 4 years at a flat share price
        by year: $270,000, $280,000, $295,000, $295,000
        """
        given = scenario(growth, years, growth_convention, discount_rate)
        on = scenario_date(date)
        held = self._list._held(on)
        found = OfferEvaluation(held.entry(self.id), self._tables, given, on, _all_offers=held)
        _ = found.valuation  # refuses a scenario that overflows here, not where a figure is read
        return found

    def __repr__(self) -> str:
        return f"{self.id}: {self.entry.job}"

    def _repr_html_(self) -> str:
        return offers_table([self.entry], 1)._repr_html_()


def offers_table(entries: Sequence[OfferEntry], n_rows: int) -> Table:
    """Table of offers: job, salary, signing bonus, stock as promised."""
    offers = [(entry.job, entry.in_usd) for entry in entries[:n_rows]]
    rows = [(offer.id, job, offer.base_salary, sum(offer.sign_on), offer.rsu_4yr) for job, offer in offers]
    n_more = len(entries) - len(rows)
    note = f"{n_more:,} more in ids and to_frame()." if n_more else None
    columns = {"id": "Offer", "job": "Job", **in_usd(base="Base", sign_on="Sign-on", equity="Stock")}
    return build_table(count(len(entries), "offer"), columns, rows, note)
