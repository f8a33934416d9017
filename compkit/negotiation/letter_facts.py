"""Facts that a letter may use: the employer's view of an offer, and what the person chose to share."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compkit.errors import Fault, InputError, UnknownChoiceError
from compkit.model import Negotiation, Offer, PackageAmounts
from compkit.negotiation.limits import YEARS_OF_A_PACKAGE, offered_amounts, offered_total
from compkit.negotiation.packages import Package
from compkit.negotiation.wording import round_as_spoken
from compkit.offers import OfferEntry, entry_for, is_same_candidate
from compkit.pay import current_total, left_behind

_WRITTEN = "written"
_HINT = "Set status: written once you have it in writing."
_SAME_AMOUNT = 0.5
_LEAST_PRIVATE = 1_000
_BLANK = re.compile(r"[\[\]]|\{\{|\}\}|\{%|__")
_FIGURE = re.compile(r"(\d[\d,.]*\d|\d)\s?([kKmM]\b)?")
_TIMES = {"": 1.0, "k": 1e3, "m": 1e6}


@dataclass(frozen=True, slots=True)
class CompetingOffer:
    """That another offer exists, and what it pays only if the person chose to say so.

    Parameters
    ----------
    company : str or None
        None unless the person chose to name it.
    deadline : date or None
    total : float or None
        Four years' salary, target bonus, stock and sign-on, in this offer's currency; None unless it may be said.
    """

    company: str | None
    deadline: dt.date | None
    total: float | None = None


@dataclass(frozen=True)
class LetterFacts:
    """Everything that letters and call scripts are filled in from.

    Parameters
    ----------
    offer : Offer
        As the employer knows it, in its own currency.
    written_on : date
        The letter's day, which decides which deadlines have passed.
    texts : mapping of str to str
        The file's words that can stand in a letter: name, recruiter, email, team, title, company, level.
    reasons : tuple of str
        What makes the candidate worth more, each a sentence.
    competing : tuple of CompetingOffer
        The same person's open written offers from other companies, by deadline.
    n_not_written : int
        How many other open offers the file does not call written; no name of theirs may slip into a letter.
    leaves_equity : bool
        Whether a move forfeits unvested equity.
    equity_left : float or None
        How much, in the offer's currency; None unless the person chose to say.
    asked, fallback : PackageAmounts or None
        The packages to ask for and to settle for, in the offer's currency.
    match : CompetingOffer or None
        The competing offer that the package is asked for to match.
    is_preferred : bool
        Whether the person said that this is the job they would rather have.
    left_out : mapping of str to str
        Facts of the file that no letter may hold, with the reason.
    """

    offer: Offer
    written_on: dt.date
    texts: Mapping[str, str]
    reasons: tuple[str, ...]
    competing: tuple[CompetingOffer, ...]
    n_not_written: int
    leaves_equity: bool
    equity_left: float | None
    asked: PackageAmounts | None
    fallback: PackageAmounts | None
    match: CompetingOffer | None
    is_preferred: bool
    left_out: Mapping[str, str]

    @property
    def offered(self) -> PackageAmounts:
        """The offer's amounts of the four levers, in its own currency."""
        return PackageAmounts(**offered_amounts(self.offer))

    @property
    def deadline(self) -> dt.date | None:
        """The deadline of this offer, unless it has passed."""
        deadline = self.offer.deadline
        return deadline if deadline and deadline >= self.written_on else None

    @property
    def competing_deadline(self) -> CompetingOffer | None:
        """The competing offer with the earliest deadline."""
        dated = [other for other in self.competing if other.deadline]
        return min(dated, key=lambda other: other.deadline or dt.date.max, default=None)

    @property
    def may_mention_rival(self) -> bool:
        """Whether a call mentions another offer: to one's own employer only if the ask is to match it."""
        return bool(self.competing) and (self.match is not None or self.offer.candidate_type != "internal")

    @property
    def first_deadline(self) -> dt.date | None:
        """Deadline by which an ask must be answered: this offer's, or sooner that of the other offer it mentions."""
        other = self.match or self.competing_deadline
        theirs = other.deadline if other else None
        return min((day for day in (self.deadline, theirs) if day is not None), default=None)

    @property
    def deadlines(self) -> tuple[dt.date, ...]:
        """All deadlines: this offer's and the competing ones'."""
        others = [other.deadline for other in self.competing]
        return tuple(day for day in (self.deadline, *others) if day is not None)


def build_letter_facts(
    entry: OfferEntry,
    others: Iterable[OfferEntry] = (),
    *,
    written_on: dt.date,
    asked: Package | PackageAmounts | None = None,
    fallback: Package | PackageAmounts | None = None,
    match_id: str | None = None,
    name_company: bool = False,
    competing_id: str | None = None,
) -> LetterFacts:
    """Collect the facts that letters about an offer may use.

    Parameters
    ----------
    entry : OfferEntry
        As in its file; private facts are removed here.
    others : iterable of OfferEntry
        All offers of the files; this one and other people's may be among them.
    written_on : date
    asked, fallback : Package or PackageAmounts, optional
        The packages to ask for and to settle for [USD].
    match_id : str, optional
        The other written offer that the package is asked for to match.
    name_company : bool
        Whether letters may name the other company.
    competing_id : str, optional
        Which other offer letters mention; the one with the earliest deadline if left out.

    Raises
    ------
    UnknownChoiceError
        If `competing_id` is none of the person's offers elsewhere.
    InputError
        If the file does not call that offer written.
    """
    open_offers = _known_elsewhere(entry, others, written_on)
    written = [one for one in open_offers if one.offer.status == _WRITTEN]
    written.sort(key=lambda one: one.offer.deadline or dt.date.max)
    if competing_id is not None:
        chosen = [one for one in open_offers if one.offer.id == competing_id]
        if not chosen:
            raise UnknownChoiceError("competing offer", competing_id, [one.offer.id for one in written] or ["none"])
        if chosen[0] not in written:
            rule = f"must be written for a letter to mention it, got {chosen[0].offer.status or 'none'}. {_HINT}"
            raise InputError([Fault("", f"offer '{competing_id}'", "status", rule)])
        written = chosen
    shown = entry_for(entry, "employer").offer
    texts, left_out = _clean_texts(entry)
    reasons, why = _clean_reasons(entry, open_offers)
    bargaining, job = entry.offer.negotiation, entry.candidate.current
    is_internal = shown.candidate_type == "internal"
    unvested = left_behind(job, shown.start_date, is_internal=is_internal).unvested_equity if job else 0.0
    says_how_much = bargaining is not None and bargaining.name_equity_left and unvested > 0
    competing = {other.offer.id: _competing(other, entry, is_named=name_company) for other in written}
    return LetterFacts(
        offer=shown,
        written_on=written_on,
        texts=texts,
        reasons=reasons,
        competing=tuple(competing.values()),
        n_not_written=sum(other.offer.status != _WRITTEN for other in open_offers),
        leaves_equity=unvested > 0,
        equity_left=unvested / entry.usd_rate if says_how_much else None,
        asked=_in_own_currency(asked, shown, entry.usd_rate),
        fallback=_in_own_currency(fallback, shown, entry.usd_rate),
        match=next((competing[other.offer.id] for other in written if other.offer.id == match_id), None),
        is_preferred=entry.candidate.decision.preferred == entry.offer.id,
        left_out=left_out | ({"reasons": why} if why else {}),
    )


def _known_elsewhere(entry: OfferEntry, others: Iterable[OfferEntry], on: dt.date) -> list[OfferEntry]:
    """Open offers of the same person from other companies on a day, in writing or not."""
    return [
        other
        for other in others
        if other.offer.id != entry.offer.id
        and is_same_candidate(other, entry)
        and not other.offer.is_of_same_company(entry.offer)
        and not other.offer.has_expired(on)
    ]


def _competing(other: OfferEntry, entry: OfferEntry, *, is_named: bool) -> CompetingOffer:
    offer = other.offer
    name = _plain(offer.company)
    total = (
        (offered_total(offer) + YEARS_OF_A_PACKAGE * offer.target_bonus_in_year(1)) * other.usd_rate / entry.usd_rate
    )
    return CompetingOffer(
        company=name if is_named and not _BLANK.search(name) else None,
        deadline=offer.deadline,
        total=round_as_spoken(total, above=0.0) if entry.offer.share_rival_total else None,
    )


def _in_own_currency(package: Package | PackageAmounts | None, offer: Offer, usd_rate: float) -> PackageAmounts | None:
    """Package in the offer's currency: unchanged amounts as offered, the others rounded as people say them."""
    if package is None:
        return None
    amounts = {}
    for lever, before in offered_amounts(offer).items():
        usd = float(getattr(package, lever))
        if abs(usd - before * usd_rate) < _SAME_AMOUNT:
            amounts[lever] = before
        else:
            amounts[lever] = usd if usd_rate == 1 else round_as_spoken(usd / usd_rate, above=before)
    return PackageAmounts(**amounts)


def _plain(text: str) -> str:
    return re.sub(r" {2,}", " ", text).strip()


def _clean_texts(entry: OfferEntry) -> tuple[dict[str, str], dict[str, str]]:
    """Texts that can stand in a letter, and why others can't."""
    offer, contact = entry.offer, entry.offer.contact
    given = {
        "name": entry.candidate.name, "recruiter": contact.recruiter, "email": contact.email, "team": contact.team,
        "title": contact.title, "company": offer.company, "level": offer.level,
    }  # fmt: skip
    texts, left_out = {}, {}
    for name, text in given.items():
        plain = _plain(text or "")
        if _BLANK.search(plain):
            left_out[name] = "it holds brackets or a blank, as a form not filled in does; write it without"
        elif plain:
            texts[name] = plain
    return texts, left_out


def _clean_reasons(entry: OfferEntry, others: Iterable[OfferEntry]) -> tuple[tuple[str, ...], str]:
    """Reasons that can stand in a letter, each with its period, and why others are left out."""
    private = _private_amounts(entry, others)
    kept, why = [], ""
    bargaining = entry.offer.negotiation or Negotiation()
    for position, reason in enumerate(bargaining.reasons, start=1):
        plain = _plain(reason)
        if _BLANK.search(plain):
            why = f"reason {position} is left out: it holds brackets or a blank; write it as it should stand"
        elif _mentions(plain, private):
            why = f"reason {position} is left out: it holds an amount of your present pay, limits or other offers"
        elif plain:
            kept.append(plain if plain[-1] in ".!?。！？" else f"{plain}.")  # noqa: RUF001
    return tuple(kept), why


def _private_amounts(entry: OfferEntry, others: Iterable[OfferEntry]) -> set[float]:
    """Amounts that no letter states: current pay, the walk-away's parts, what other offers pay."""
    job, parts, bargaining = entry.candidate.current, entry.candidate.walk_away, entry.offer.negotiation
    found: list[float | None] = [parts.cost_of_living_adjustment, parts.risk_premium, parts.growth_value]
    if job is not None:
        found += [job.base_salary, job.annual_bonus, job.annual_equity, job.repayment_owed, current_total(job)]
        found += [vest.value for vest in job.vests or ()]
        found += [] if bargaining and bargaining.name_equity_left else [job.unvested_equity]
    for other in others:
        offer = other.offer
        found += [offer.base_salary, offer.rsu_4yr, offer.total_4yr_avg, *offer.sign_on]
    posted = entry.offer.posted_base
    known = {posted.low, posted.high} if posted else set()
    known |= set(offered_amounts(entry.offer).values())
    return {amount for amount in found if amount is not None and amount >= _LEAST_PRIVATE and amount not in known}


def _mentions(text: str, private: Iterable[float]) -> bool:
    """Whether a text holds one of some amounts, however numbers are written."""
    amounts = list(private)
    for digits, unit in _FIGURE.findall(text):
        times = _TIMES[unit.lower()]
        plain = digits.replace(",", "")
        if plain.count(".") > 1 or (times == 1 and re.fullmatch(r"\d{1,3}(\.\d{3})+", plain)):
            plain = plain.replace(".", "")
        decimals = len(plain.partition(".")[2])
        value = float(plain)
        if any(round(amount / times, decimals) == value for amount in amounts):
            return True
    return False
