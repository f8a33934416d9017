"""The store of pay data that offers are held against: the same for commands, notebooks and the app."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from compkit.model import Reported
from compkit.offers import OfferEntry, Offers
from compkit.paydata import find_pay_store, require_packages
from compkit.reference import Tables

StorePath = str | os.PathLike[str]


class PayStore:
    """A store of pay data that is asked once for each job and day, until its file changes.

    Parameters
    ----------
    path : Path
    tables : Tables
    is_named : bool
        Whether somebody named it: then it also answers for offers that a report has kept.
    """

    def __init__(self, path: Path, tables: Tables, *, is_named: bool = True) -> None:
        self.path, self._tables, self._is_named = path, tables, is_named
        self._said: dict[tuple[object, ...], Reported] = {}

    def hold(self, offers: Offers, on: dt.date) -> Offers:
        """Add to each offer what the store says of its job on a day.

        Raises
        ------
        InputError
            If the store is missing, busy or none, or packages that it needs are missing.
        """
        version = self.path.stat().st_mtime_ns if self.path.is_file() else None
        asked = {entry.offer.id: (version, on, *_job(entry)) for entry in offers if self._is_named or not entry.is_kept}
        self._ask({question: offers.entry(offer_id) for offer_id, question in asked.items()}, on)
        held = [
            replace(entry, reported=self._said[asked[entry.offer.id]]) if entry.offer.id in asked else entry
            for entry in offers
        ]
        return Offers(held, offers.warnings, offers.left_out)

    def _ask(self, questions: Mapping[tuple[object, ...], OfferEntry], on: dt.date) -> None:
        new = {question: entry for question, entry in questions.items() if question not in self._said}
        if not new:
            return
        require_packages()
        from compkit.market.reported import reported_pay
        from compkit.paydata import open_store

        with open_store(self.path) as store:
            for question, entry in new.items():
                self._said[question] = reported_pay(store, entry, self._tables, on)


def _job(entry: OfferEntry) -> tuple[object, ...]:
    """All of an offer that the answer depends on."""
    offer = entry.offer
    job = offer.company, offer.level, offer.guide_level, offer.location, offer.currency, offer.contact.title
    return *job, *(row.source for row in offer.market)


def pay_store_for(offers: Offers, tables: Tables, named: StorePath | None = None) -> PayStore | None:
    """Store that is named, else the person's own as `find_pay_store` finds it beside their offers; None without one."""
    path = find_pay_store(named, [entry.file for entry in offers])
    return PayStore(path, tables, is_named=named is not None) if path else None


def with_reported_pay(offers: Offers, tables: Tables, on: dt.date, store: StorePath | None = None) -> Offers:
    """Add to each offer what a store of pay data says of its job on a day; the same offers where there is no store.

    Parameters
    ----------
    offers : Offers
    tables : Tables
    on : date
    store : str or Path, optional
        By default the person's own, see `find_pay_store`; what a report has kept stays then.

    Raises
    ------
    InputError
        If the store is missing, busy or none, or packages that it needs are missing.
    """
    found = pay_store_for(offers, tables, store)
    return found.hold(offers, on) if found else offers
