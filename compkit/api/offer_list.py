"""Offers of a file, by id."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from compkit.analysis import Comparison, build_comparison, offers_of_person
from compkit.api.decision import PersonalDecision
from compkit.api.display import MOST_ROWS, short_text
from compkit.api.offer import Offer, offers_table
from compkit.api.pair import Pair
from compkit.api.scenario import scenario, scenario_date, simulation_options
from compkit.api.worth import Worth
from compkit.decision import person_decision
from compkit.errors import Fault, InputError, OutOfRangeError, UnknownChoiceError
from compkit.market import PayStore, pay_store_for
from compkit.model import GrowthConvention
from compkit.offers import (
    OfferEntry,
    Offers,
    choose_person,
    fill_tradable,
    is_same_candidate,
    load_offers,
    people_of,
    reference_faults,
)
from compkit.pay import pay_terms, valuation
from compkit.prices import SimulationOptions
from compkit.reference import Tables, load_tables

_FACTS = (
    "id", "candidate", "name", "company", "level", "location", "label", "status", "start_date", "deadline",
    "base_salary", "target_bonus", "sign_on", "equity", "paper",
)  # fmt: skip


def read_offers(
    file: str | os.PathLike[str],
    *more: str | os.PathLike[str],
    store: str | os.PathLike[str] | None = None,
) -> OfferList:
    """Read the offers of one or more files.

    Parameters
    ----------
    file, *more : str or Path
        Offers files: .yaml, .yml, .json, .csv, or .xlsx.
    store : str or Path, optional
        Store of reported pay to hold the offers against, made by `compkit paydata add`. By default your own:
        `paydata.duckdb` in the current folder, else in the folder of the offers file or the one above. What a report
        has kept stays as it is unless you name a store.

    Raises
    ------
    InputError
        If anything is wrong in any file; it holds all faults of all files. If the store can't be read.
    OutOfRangeError
        If a file is no path.

    Examples
    --------
    >>> import compkit as ck
    >>> offers = ck.read_offers("data/offers/sample.yaml")
    >>> len(offers), offers["amazon-l6-seattle-before"]
    (13, amazon-l6-seattle-before: Amazon L6, Seattle)
    """
    files = (file, *more)
    for path in files:
        if not isinstance(path, str | os.PathLike):
            raise OutOfRangeError("file", 'be the path of an offers file, such as "offers.yaml"', path)
    tables = load_tables()
    offers = load_offers(*[os.fspath(path) for path in files], tables=tables)
    found = OfferList(offers, tables, pay_store_for(offers, tables, store))
    found._held(None)  # refuses a store that can't be read here, not where an offer is evaluated
    return found


@dataclass(frozen=True, repr=False)
class OfferList:
    """Offers in the order of their files; `offers["id"]` is one of them.

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

    _entries: Offers
    _tables: Tables = field(compare=False)
    _store: PayStore | None = field(default=None, compare=False)

    def _held(self, date: str | dt.date | None) -> Offers:
        """Offers with what the store says of their jobs on a day, if there is a store.

        Raises
        ------
        OutOfRangeError
            If it is no day.
        InputError
            If the store is busy now or can't be read.
        """
        on = scenario_date(date)
        return self._store.hold(self._entries, on) if self._store else self._entries

    @property
    def ids(self) -> list[str]:
        """Offer ids, in order.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").ids[:2]
        ['amazon-l6-seattle-before', 'amazon-l6-seattle-after']
        """
        return self._entries.ids

    @property
    def warnings(self) -> list[str]:
        """What looks unlikely in the files.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").warnings
        []
        """
        return [str(warning) for warning in self._entries.warnings]

    def __getitem__(self, offer_id: str) -> Offer:
        if not isinstance(offer_id, str):
            raise UnknownChoiceError("offer", str(offer_id), self.ids)
        return Offer(self._entries.entry(offer_id), self, self._tables)

    def __iter__(self) -> Iterator[Offer]:
        return (Offer(entry, self, self._tables) for entry in self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, offer_id: object) -> bool:
        return offer_id in self.ids

    def _ipython_key_completions_(self) -> list[str]:
        return self.ids

    def of_person(self, candidate: str | None = None) -> OfferList:
        """Offers of one person.

        Parameters
        ----------
        candidate : str, optional
            Their id or name in the file; may be left out if all offers are one person's.

        Raises
        ------
        InputError
            If there is nobody of that name, or there are several people and none was named.

        Examples
        --------
        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").of_person("Kim Sample").ids
        ['amazon-l7-new-york', 'amazon-l6-austin-pressure']
        """
        return OfferList(offers_of_person(self._entries, candidate), self._tables, self._store)

    def to_frame(self) -> pd.DataFrame:
        """Frame of what the files say, indexed by offer id.

        candidate, name, company, level, location, label, status, start_date, deadline; base_salary, target_bonus,
        sign_on, equity (all grants as promised), paper (the part of equity that can't be sold) [USD].

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml").to_frame()
        >>> offers.loc["amazon-l6-seattle-before", ["company", "base_salary", "sign_on", "equity"]].to_dict()
        {'company': 'Amazon', 'base_salary': 175000.0, 'sign_on': 140000.0, 'equity': 300000.0}
        """
        frame = pd.DataFrame([_facts(entry, self._tables) for entry in self._entries], columns=_FACTS).set_index("id")
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

        `total` leaves out stock that can't be sold, as reports do; `paper` holds it. `total` of
        `compkit evaluate --json` and figures.csv is the sum of both.

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
        known = [fill_tradable(entry.in_usd, self._tables) for entry in self._entries]
        pay = pay_terms(known, self._tables.schedules)
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
            How share prices are simulated, from `compkit.prices`; as `compkit compare` does by default.

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
        Over 4 years at a flat share price:
        amazon-l6-seattle-after pays $175,000 more than amazon-l6-seattle-before.
        amazon-l6-seattle-after leads at every growth.
        amazon-l6-seattle-after pays more in 100% of 10,000 simulated prices.
        >>> from compkit.prices import SimulationOptions
        >>> wide = SimulationOptions(n_paths=1_000, volatility=0.6)
        >>> offers.compare("amazon-l6-seattle-before", "google-l5-boomerang", chance=wide).chance > 0.2
        True
        """
        a, b = self[first].entry, self[second].entry
        if first == second:
            raise InputError([Fault(a.file, f"offer '{first}'", "", "is named twice. Name two different offers.")])
        if not is_same_candidate(a, b):
            message = f"is made to someone else than '{first}'. Compare offers made to one person."
            raise InputError([Fault(b.file, f"offer '{second}'", "", message)])
        of_two = OfferList(Offers([a, b]), self._tables, self._store)
        return Pair(
            of_two.compare_all(
                date=date, growth=growth, years=years, growth_convention=growth_convention,
                discount_rate=discount_rate, chance=chance,
            )
        )  # fmt: skip

    def compare_all(
        self,
        *,
        date: str | dt.date | None = None,
        growth: float = 0.0,
        years: int = 4,
        growth_convention: GrowthConvention = "smooth",
        discount_rate: float = 0.0,
        chance: SimulationOptions | None = None,
    ) -> Comparison:
        """Compare all offers, which must be one person's, with each other and their current job.

        `compkit.report` makes tables and charts of it, as in the report `offer_comparison`.

        Parameters
        ----------
        date, growth, years, growth_convention, discount_rate, chance
            See `compare`.

        Raises
        ------
        InputError
            If they are offers to several people; `of_person` picks one.
        OutOfRangeError
            If an assumption or the date is out of its range.

        Examples
        --------
        >>> import compkit as ck
        >>> robin = ck.read_offers("data/offers/sample.yaml").of_person("robin").compare_all()
        >>> robin.names[robin.ranking[0]], len(robin.pairs)
        ('amazon-l6-seattle-after', 6)
        """
        given = scenario(growth, years, growth_convention, discount_rate)
        on, simulated = scenario_date(date), simulation_options(chance)
        comparison = build_comparison(self._held(on), self._tables, given, simulated, on)
        _ = comparison.worth  # as in `Offer.evaluate`
        return comparison

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
        on = scenario_date(date)
        person = choose_person(people_of(self._held(on)), candidate)
        faults = reference_faults([person])
        if faults:
            raise InputError(faults)
        return PersonalDecision(
            person_decision(person, self._tables, on, stay_years=stay, preferred=prefer, preferred_worth=worth)
        )

    def __repr__(self) -> str:
        return short_text(lambda n_rows: offers_table(self._entries, n_rows))

    def _repr_html_(self) -> str:
        return offers_table(self._entries, MOST_ROWS)._repr_html_()


def _facts(entry: OfferEntry, tables: Tables) -> tuple[object, ...]:
    """Row of `OfferList.to_frame`."""
    offer = fill_tradable(entry.in_usd, tables)
    paper = sum(grant.grant_value for grant in offer.equity if grant.tradable is not True)
    told = (offer.id, offer.candidate, entry.candidate.name, offer.company, offer.level, offer.location, offer.label)
    amounts = (offer.base_salary, offer.target_bonus_in_year(1), float(sum(offer.sign_on)), offer.rsu_4yr, float(paper))
    return *told, offer.status, offer.start_date, offer.deadline, *amounts
