"""One offer as read, with whom it is made to; and what stands for one that is left out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from compkit.errors import Fault
from compkit.model.candidate import Candidate
from compkit.model.fields import MAX_TEXT
from compkit.model.offer import REMOTE, Offer


@dataclass(frozen=True)
class OfferEntry:
    """One offer as typed, with whom it is made to and what its currency is worth.

    Parameters
    ----------
    offer : Offer
        As typed, in its own currency.
    candidate : Candidate
        Empty where the file names nobody.
    usd_rate : float
        USD for one unit of the offer's currency.
    file : str
    """

    offer: Offer
    candidate: Candidate
    usd_rate: float
    file: str

    @cached_property
    def in_usd(self) -> Offer:
        """The offer with all amounts in USD."""
        return self.offer.in_usd(self.usd_rate)

    @property
    def job(self) -> str:
        """What people call the offer: company, level and place."""
        return f"{self.offer.company} {self.offer.level}, {self.offer.location}"

    @property
    def is_remote(self) -> bool:
        """Whether the work is done at home."""
        return self.offer.location == REMOTE

    @property
    def lacks_office(self) -> bool:
        """Whether it is a remote job whose file does not say to which office it is assigned."""
        return self.is_remote and self.offer.assigned_office is None

    @property
    def work_place(self) -> str | None:
        """Where the work is done, or the office a remote job is assigned to; None where that is the residence."""
        place = self.offer.assigned_office if self.is_remote else self.offer.location
        return None if place == self.residence else place

    @property
    def residence(self) -> str | None:
        """Where tax and prices are taken: the offer's residence, else the job's place, the candidate's if remote."""
        home = self.candidate.residence if self.is_remote else self.offer.location
        return self.offer.residence or home


@dataclass(frozen=True)
class LeftOut:
    """An offer that is not read because of its faults, or a whole file.

    Parameters
    ----------
    file : str
        Empty where it is for readers who may not know it.
    where : str
        As messages name the offer; empty for a whole file.
    offer_id, candidate : str or None
        As far as they can be told.
    faults : tuple of Fault
        Empty where a file only tells of it.
    """

    file: str
    where: str
    offer_id: str | None = None
    candidate: str | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def text(self) -> str:
        """How pages name it."""
        text = ", ".join(part for part in (Path(self.file).name, self.where) if part) or "an offers file"
        return (text if text.isprintable() else ascii(text))[:MAX_TEXT]

    def may_concern(self, entry: OfferEntry) -> bool:
        """Return whether it may be an offer to the same person as `entry`."""
        if not self.where or not self.file:
            return True
        return self.file == entry.file and self.candidate in (None, entry.offer.candidate)
