"""One offer with its candidate, as read from a file, and offers that are left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from compkit.errors import Fault
from compkit.model import MAX_TEXT, REMOTE, Candidate, Offer, Reported


@dataclass(frozen=True)
class OfferEntry:
    """One offer with its candidate and exchange rate.

    Parameters
    ----------
    offer : Offer
        As typed, in its own currency.
    candidate : Candidate
        Empty if the file has none.
    usd_rate : float
        USD for one unit of the offer's currency.
    file : str
    reported : Reported, optional
        What a store of pay data says of the job; None without a store.
    is_near_home : bool
        Whether the household tells of its home and could go on living there with the job.
    is_kept : bool
        Whether a report has written the file: it says all that a store said then, even if that is nothing.
    """

    offer: Offer
    candidate: Candidate
    usd_rate: float
    file: str
    reported: Reported | None = None
    is_near_home: bool = False
    is_kept: bool = field(default=False, compare=False)

    @cached_property
    def in_usd(self) -> Offer:
        """The offer with all amounts in USD."""
        return self.offer.in_usd(self.usd_rate)

    @property
    def job(self) -> str:
        """Name of the offer for the candidate: company, level, and place, and its label if it has one."""
        return self.named(self.offer.label)

    def named(self, difference: str | None) -> str:
        """Name of the offer with what tells it from others, such as "Amazon L7, New York (first offer)"."""
        job = f"{self.offer.company} {self.offer.level}, {self.offer.location}"
        return f"{job} ({difference})" if difference else job

    @property
    def is_remote(self) -> bool:
        """Whether the work is done from home."""
        return self.offer.location == REMOTE

    @property
    def lacks_office(self) -> bool:
        """Whether it is a remote job without an assigned office in the file."""
        return self.is_remote and self.offer.assigned_office is None

    @property
    def work_place(self) -> str | None:
        """Place of work, or the assigned office of a remote job; None if it is the residence."""
        place = self.offer.assigned_office if self.is_remote else self.offer.location
        return None if place == self.residence else place

    @property
    def residence(self) -> str | None:
        """Home, for taxes and prices: the offer's, else the job's place, or the candidate's home if that will do."""
        home = self.candidate.residence if self.is_remote or self.is_near_home else self.offer.location
        return self.offer.residence or home


@dataclass(frozen=True)
class LeftOut:
    """An offer, or a whole file, left out because of its faults.

    Parameters
    ----------
    file : str
        Empty for readers who may not know it.
    where : str
        Name of the offer in messages; empty for a whole file.
    offer_id, candidate : str or None
        None if unknown.
    faults : tuple of Fault
        Empty if an earlier run left it out.
    """

    file: str
    where: str
    offer_id: str | None = None
    candidate: str | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def text(self) -> str:
        """Name on pages."""
        text = ", ".join(part for part in (Path(self.file).name, self.where) if part) or "an offers file"
        return (text if text.isprintable() else ascii(text))[:MAX_TEXT]

    def may_concern(self, entry: OfferEntry) -> bool:
        """Whether it may be an offer to the same person as `entry`."""
        if not self.where or not self.file:
            return True
        return self.file == entry.file and self.candidate in (None, entry.offer.candidate)
