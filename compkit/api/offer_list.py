"""Offers of a file, by id."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from compkit.analysis import build_comparison
from compkit.api.decision import PersonalDecision
from compkit.api.display import MOST_ROWS, short_text
from compkit.api.evaluation import OfferEvaluation
from compkit.api.pair import Pair
from compkit.api.scenario import scenario, scenario_date
from compkit.api.worth import Worth
from compkit.decision import person_decision
from compkit.errors import Fault, InputError, UnknownChoiceError
from compkit.model import GrowthConvention
from compkit.offers import (
    OfferEntry,
    Offers,
    fill_tradable,
    find_person,
    is_same_candidate,
    load_offers,
    only_person,
    people_of,
    reference_faults,
)
from compkit.pay import pay_terms, valuation
from compkit.prices import SimulationOptions
from compkit.reference import Tables, load_tables
from compkit.report import Table, build_table, count, in_usd

_FACTS = (
    "id", "candidate", "name", "company", "level", "location", "status", "start_date", "deadline",
    "base_salary", "target_bonus", "sign_on", "equity",
)  # fmt: skip


def read_offers(file: str | Path, *more: str | Path) -> OfferList:
    """Read the offers of one or more files.

    Parameters
    ----------
    file, *more : str or Path
        Offers files: .yaml, .yml, .json, .csv, or .xlsx.

    Raises
    ------
    InputError
        If anything is wrong in any file; it holds all faults of all files.

    Examples
    --------
    >>> import compkit as ck
    >>> offers = ck.read_offers("data/offers/sample.yaml")
    >>> len(offers), offers["amazon-l6-seattle-before"]
    (13, amazon-l6-seattle-before: Amazon L6, Seattle)
    """
    tables = load_tables()
    return OfferList(load_offers(file, *more, tables=tables), tables)


@dataclass(frozen=True, repr=False)
class Offer:
    """One offer of a file.

    Parameters
    ----------
    entry : OfferEntry
        What the file says.
    all_offers : Offers
        All of the file; those of the same person are alternatives.
    tables : Tables

    Examples
    --------
    >>> import compkit as ck
    >>> ck.read_offers("data/offers/sample.yaml")["google-l5-boomerang"].entry.offer.base_salary
    190000.0
    """

    entry: OfferEntry
    all_offers: Offers = field(compare=False)
    tables: Tables = field(compare=False)

    @property
    def id(self) -> str:
        """Id in the file.

        >>> import compkit as ck
        >>> [offer.id for offer in ck.read_offers("data/offers/sample.yaml")][0]
        'amazon-l6-seattle-before'
        """
        return self.entry.offer.id

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
            YYYY-MM-DD, today by default. Decides how old a yardstick is and which deadlines have passed.
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
        amazon-l6-seattle-before: $1,140,000 over 4 years, stock valued at a flat share price
        by year: $270,000, $280,000, $295,000, $295,000
        """
        given = scenario(growth, years, growth_convention, discount_rate)
        on = scenario_date(date)
        found = OfferEvaluation(self.entry, self.tables, given, on, all_offers=self.all_offers)
        _ = found.valuation  # refuses a scenario that overflows here, not where a figure is read
        return found

    def __repr__(self) -> str:
        return f"{self.id}: {self.entry.job}"

    def _repr_html_(self) -> str:
        return _offers_table([self.entry], 1)._repr_html_()


@dataclass(frozen=True, repr=False)
class OfferList:
    """Offers in the order of their files; `offers["id"]` is one of them.

    Parameters
    ----------
    entries : Offers
        What the files say.
    tables : Tables

    Examples
    --------
    >>> import compkit as ck
    >>> offers = ck.read_offers("data/offers/sample.yaml")
    >>> "google-l5-boomerang" in offers
    True
    >>> offers["google-l5"]  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    compkit.errors.UnknownChoiceError: offer ...
    """

    entries: Offers
    tables: Tables = field(compare=False)

    @property
    def ids(self) -> list[str]:
        """Offer ids, in order.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").ids[:2]
        ['amazon-l6-seattle-before', 'amazon-l6-seattle-after']
        """
        return self.entries.ids

    @property
    def warnings(self) -> list[str]:
        """What looks unlikely in the files.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").warnings
        []
        """
        return [str(warning) for warning in self.entries.warnings]

    def __getitem__(self, offer_id: str) -> Offer:
        if not isinstance(offer_id, str):
            raise UnknownChoiceError("offer", str(offer_id), self.ids)
        return Offer(self.entries.entry(offer_id), self.entries, self.tables)

    def __iter__(self) -> Iterator[Offer]:
        return (Offer(entry, self.entries, self.tables) for entry in self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, offer_id: object) -> bool:
        return offer_id in self.ids

    def _ipython_key_completions_(self) -> list[str]:
        return self.ids

    def to_frame(self) -> pd.DataFrame:
        """Frame of what the files say, indexed by offer id.

        candidate, name, company, level, location, status, start_date, deadline; base_salary, target_bonus, sign_on,
        equity (all grants as promised) [USD].

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml").to_frame()
        >>> offers.loc["amazon-l6-seattle-before", ["company", "base_salary", "sign_on", "equity"]].to_dict()
        {'company': 'Amazon', 'base_salary': 175000.0, 'sign_on': 140000.0, 'equity': 300000.0}
        """
        frame = pd.DataFrame([_facts(entry) for entry in self.entries], columns=_FACTS).set_index("id")
        return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("start_date", "deadline")})

    def value(
        self,
        growth: float = 0.0,
        years: int = 4,
        *,
        growth_convention: GrowthConvention = "smooth",
        discount_rate: float = 0.0,
    ) -> Worth:
        """Value all offers.

        Parameters
        ----------
        growth : float
            Growth of share prices a year, above -1 [fraction].
        years : int
            The horizon, 1 to 8 [years].
        growth_convention : {"smooth", "annual-step"}
            See `Growth`.
        discount_rate : float
            What waiting a year for cash costs, above -1 [fraction].

        Raises
        ------
        OutOfRangeError
            If an assumption is out of its range.
        UnknownChoiceError
            If there is no such convention.

        Examples
        --------
        >>> import compkit as ck
        >>> worth = ck.read_offers("data/offers/sample.yaml").value(growth=0.10, years=4)
        >>> worth.summary.loc["amazon-l6-seattle-before", "total"].round().item()
        1238557.0
        """
        given = scenario(growth, years, growth_convention, discount_rate)
        known = [fill_tradable(entry.in_usd, self.tables) for entry in self.entries]
        pay = pay_terms(known, self.tables.schedules)
        counted = valuation(pay, given)
        return Worth(valuation(pay.liquid, given) if pay.has_paper else counted, counted)

    def compare(
        self,
        first: str,
        second: str,
        *,
        date: str | dt.date | None = None,
        growth: float = 0.0,
        years: int = 4,
        growth_convention: GrowthConvention = "smooth",
        discount_rate: float = 0.0,
        chance: SimulationOptions | None = None,
    ) -> Pair:
        """Compare two offers of one person: difference, break-even growth, chance.

        Parameters
        ----------
        first, second : str
            Offer ids.
        date : str or date, optional
            YYYY-MM-DD, today by default.
        growth, years, growth_convention, discount_rate
            See `value`.
        chance : SimulationOptions, optional
            How share prices are simulated; as `compkit compare` does by default.

        Raises
        ------
        UnknownChoiceError
            If there is no such offer.
        InputError
            If they are offers to two people, or one offer twice.
        OutOfRangeError
            If an assumption or the date is out of its range.

        Examples
        --------
        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers.compare("amazon-l6-seattle-after", "amazon-l6-seattle-before")
        Over 4 years, stock valued at a flat share price:
        amazon-l6-seattle-after pays $175,000 more than amazon-l6-seattle-before.
        amazon-l6-seattle-after leads at every growth.
        amazon-l6-seattle-after pays more in 100% of 10,000 simulated prices.
        """
        a, b = self[first].entry, self[second].entry
        if first == second:
            raise InputError([Fault(a.file, f"offer '{first}'", "", "is named twice. Name two different offers.")])
        if not is_same_candidate(a, b):
            message = f"is made to someone else than '{first}'. Compare offers made to one person."
            raise InputError([Fault(b.file, f"offer '{second}'", "", message)])
        given = scenario(growth, years, growth_convention, discount_rate)
        on = scenario_date(date)
        comparison = build_comparison(Offers([a, b]), self.tables, given, chance or SimulationOptions(), on)
        _ = comparison.worth  # as in `Offer.evaluate`
        return Pair(comparison)

    def decision(
        self,
        candidate: str | None = None,
        *,
        date: str | dt.date | None = None,
        stay: int | None = None,
        prefer: str | None = None,
        worth: float | None = None,
    ) -> PersonalDecision:
        """Decide for one person: which choice leads on pay, how firmly, and what to do next.

        Parameters
        ----------
        candidate : str, optional
            Id in `candidates`, or name; may be left out if the file holds one person's offers.
        date : str or date, optional
            YYYY-MM-DD, today by default. Decides which deadlines have passed.
        stay : int, optional
            Years you expect to stay, 1 to 8; the file's `stay_years` by default, else 2 [years].
        prefer : str, optional
            The job you would rather have: an offer's id, or staying.
        worth : float, optional
            What having it is worth to you [USD a year].

        Raises
        ------
        InputError
            If there are several people and none is named, or an id in the file names no offer.
        OutOfRangeError, UnknownChoiceError
            If an argument is out of its range.

        Examples
        --------
        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers.decision("robin", date="2026-12-01").to_frame().index.tolist()[:2]
        ['google-l5-boomerang', 'amazon-l6-seattle-after']
        """
        people = people_of(self.entries)
        person = only_person(people) if candidate is None else find_person(people, candidate)
        faults = reference_faults([person])
        if faults:
            raise InputError(faults)
        return PersonalDecision(
            person_decision(
                person, self.tables, scenario_date(date), stay_years=stay, preferred=prefer, preferred_worth=worth
            )
        )

    def __repr__(self) -> str:
        return short_text(lambda n_rows: _offers_table(self.entries, n_rows))

    def _repr_html_(self) -> str:
        return _offers_table(self.entries, MOST_ROWS)._repr_html_()


def _facts(entry: OfferEntry) -> tuple[object, ...]:
    """Row of `OfferList.to_frame`."""
    offer = entry.in_usd
    told = (offer.id, offer.candidate, entry.candidate.name, offer.company, offer.level, offer.location, offer.status)
    amounts = (offer.base_salary, offer.target_bonus_in_year(1), float(sum(offer.sign_on)), offer.rsu_4yr)
    return *told, offer.start_date, offer.deadline, *amounts


def _offers_table(entries: Sequence[OfferEntry], n_rows: int) -> Table:
    rows = [{"id": entry.offer.id, "job": entry.job, "base": entry.in_usd.base_salary} for entry in entries[:n_rows]]
    n_more = len(entries) - len(rows)
    note = f"{n_more:,} more in ids and to_frame()." if n_more else None
    return build_table(count(len(entries), "offer"), {"id": "id", "job": "job", **in_usd(base="base")}, rows, note)
