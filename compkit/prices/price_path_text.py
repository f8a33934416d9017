"""Price paths as typed: multiples of today's price or share prices, for all companies or for one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from compkit.errors import Fault, InputError, unknown_choice
from compkit.model import USD
from compkit.offers import OfferEntry, Offers
from compkit.pay import Growth, company_key

OPTION = "--price-path"
HIGHEST_MULTIPLE = 10.0
LARGEST_MOVE = 20.0
FORMS = "Write multiples of today's price (1.5,2,2.5,3 or 1.5x,2x) or share prices ('$150,$200')."
_NUMBER = re.compile(r"\d+(\.\d*)?|\.\d+")
TIMES = "\N{MULTIPLICATION SIGN}"
_SAME_PRICE = 1e-9
_QUOTED = 80

ReadAs = Literal["multiples", "prices"]


@dataclass(frozen=True)
class PricePath:
    """A price path as read.

    Parameters
    ----------
    company : str or None
        Company whose stock follows it; None for all.
    read_as : {"multiples", "prices"}
    values : tuple of float
        As written: multiples of today's price, or USD a share.
    multiples : tuple of float
        Prices at the end of years 1, 2, ... over today's.
    price_today : float or None
        Base of the multiples [USD]; None if they were typed as multiples.
    """

    company: str | None
    read_as: ReadAs
    values: tuple[float, ...]
    multiples: tuple[float, ...]
    price_today: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Represent the path as JSON."""
        return {"company": self.company, "read_as": self.read_as, "values": list(self.values),
                "multiples": list(self.multiples), "price_today": self.price_today}  # fmt: skip

    def __str__(self) -> str:
        whose = self.company or "every company's stock"
        if self.price_today is None:
            return f"{whose}: {_times(self.values)} today's price"
        return f"{whose}: {_dollars(self.values)}, from ${self.price_today:,.6g} today"


@dataclass(frozen=True)
class _Written:
    """A path as typed: company, values, and the mark that says what they are."""

    text: str
    company: str | None
    values: tuple[float, ...]
    mark: Literal["$", "x", ""]


def price_paths_from_text(texts: Sequence[str], offers: Offers, n_years: int) -> list[PricePath]:
    """Read price paths as typed.

    A value may carry `$` (a share price in USD) or `x` (a multiple of today's). Bare numbers are multiples if all are
    at most 10, and prices if each offer with such stock has a known share price in USD and all are within a twentieth
    and twenty times of it.

    Parameters
    ----------
    texts : sequence of str
        `1.5,2,2.5,3` or `COMPANY:1.5,2,2.5,3`, prices at the end of each year.
    offers : Offers
    n_years : int
        The horizon, which each path must cover [years].

    Returns
    -------
    list of PricePath
        One for all companies, or one a company.

    Raises
    ------
    InputError
        If any path is invalid, or bare numbers fit both readings or neither.
    """
    faults: list[Fault] = []
    found: list[PricePath] = []
    written = [_written(text, offers, n_years, faults) for text in texts]
    known = [path for path in written if path is not None]
    keys = [company_key(path.company) if path.company else None for path in known]
    for position, path in enumerate(known):
        if keys.index(keys[position]) < position:
            whose = path.company or "all companies"
            faults.append(_fault(path.text, f"is a second path for {whose}. Keep one."))
    if faults:
        raise InputError(faults)
    for path in known:
        concerned = _concerned(path, offers, {key for key in keys if key})
        try:
            found += _read(path, concerned)
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def growth_along(growth: Growth, paths: Iterable[PricePath]) -> Growth:
    """Growth along the paths; stock without a path keeps the growth's rate."""
    paths = list(paths)
    for_all = next((path.multiples for path in paths if path.company is None), ())
    of_companies = tuple((path.company, path.multiples) for path in paths if path.company is not None)
    return replace(growth, path=for_all, company_paths=of_companies)


def is_for_all(text: str) -> bool:
    """Whether a path as typed is for every company."""
    return ":" not in text


def _fault(text: str, message: str) -> Fault:
    return Fault("", "", OPTION, f"{text[:_QUOTED]!r} {message}")


def _written(text: str, offers: Offers, n_years: int, faults: list[Fault]) -> _Written | None:
    """Parse a path; if it is invalid, add to `faults` and return None."""
    head, colon, tail = text.rpartition(":")
    n_before = len(faults)
    company = head.strip() if colon else None
    companies = {company_key(entry.offer.company): entry.offer.company for entry in reversed(list(offers))}
    if company is not None and company_key(company) not in companies:
        names = list(dict.fromkeys(entry.offer.company for entry in offers))
        faults.append(Fault("", "", OPTION, f"company {unknown_choice(company[:_QUOTED], names)}"))
    tokens = [token.strip() for token in tail.split(",")]
    marks = {_mark(token) for token in tokens}
    values = [_value(token) for token in tokens]
    wrong = [token for token, value in zip(tokens, values, strict=True) if not value or not math.isfinite(value)]
    if wrong:
        faults.append(_fault(text, f"holds {wrong[0][:_QUOTED]!r}: each value must be a number above 0. {FORMS}"))
    elif len(marks) > 1:
        faults.append(_fault(text, f"must mark all values alike: every one with $, every one with x, or none. {FORMS}"))
    elif len(values) < n_years:
        given = f"gives {len(values)} value{'s' if len(values) != 1 else ''}"
        years = f"{n_years} year{'s' if n_years != 1 else ''}"
        faults.append(_fault(text, f"{given} for {years}: the price at the end of each year. Give {n_years} values."))
    if len(faults) > n_before:
        return None
    own = companies[company_key(company)] if company is not None else None
    return _Written(text, own, tuple(value for value in values if value), marks.pop())


def _mark(token: str) -> Literal["$", "x", ""]:
    if token.startswith("$"):
        return "$"
    return "x" if token[-1:] in ("x", "X", TIMES) else ""


def _value(token: str) -> float | None:
    """Value without its mark; None if it is not a number."""
    bare = token.removeprefix("$") if token.startswith("$") else token.rstrip(f"xX{TIMES}")
    return float(bare.strip()) if _NUMBER.fullmatch(bare.strip()) and len(token) - len(bare) <= 1 else None


def _concerned(path: _Written, offers: Offers, with_own: set[str]) -> dict[str, list[OfferEntry]]:
    """Offers with stock that a path moves, by company; not those in `with_own`, which have paths of their own."""
    found: dict[str, list[OfferEntry]] = {}
    for entry in offers:
        offer, key = entry.offer, company_key(entry.offer.company)
        is_concerned = key not in with_own if path.company is None else key == company_key(path.company)
        if is_concerned and (offer.equity or offer.refreshers or offer.refresher_plan):
            found.setdefault(key, []).append(entry)
    return found


def _read(path: _Written, concerned: dict[str, list[OfferEntry]]) -> list[PricePath]:
    """Interpret a path: one of multiples, or one of prices for each company."""
    as_multiples = [PricePath(path.company, "multiples", path.values, path.values)]
    if path.mark == "x":
        return as_multiples
    as_prices, reason = _as_prices(path, concerned)
    if path.mark == "$":
        if reason:
            raise InputError([_fault(path.text, f"cannot be read as share prices: {reason}. Write multiples (1.5x).")])
        return as_prices
    fits_multiples = max(path.values) <= HIGHEST_MULTIPLE
    if not reason:
        reason = _move_reason(as_prices)
    if fits_multiples and reason:
        return as_multiples
    if not fits_multiples and not reason:
        return as_prices
    meant = f"multiples of today's price ({_times(path.values)})"
    ways = f"Write {_times(path.values).replace(' ', '')} or '{_dollars(path.values).replace(' ', '')}'."
    if fits_multiples:
        today = ", ".join(f"${each.price_today:,.6g}" for each in as_prices)
        rule = f"has two readings: {meant}, or share prices ({_dollars(path.values)}; today {today}). {ways}"
    else:
        rule = (f"fits no reading: as {meant} it goes above {HIGHEST_MULTIPLE:g}x, and as share prices "
                f"({_dollars(path.values)}) not, because {reason}. {ways}")  # fmt: skip
    raise InputError([_fault(path.text, rule)])


def _as_prices(path: _Written, concerned: dict[str, list[OfferEntry]]) -> tuple[list[PricePath], str]:
    """Path read as share prices, by company, or the reason why it cannot be."""
    found = []
    if not concerned:
        return [], "no offer that it concerns has stock"
    for entries in concerned.values():
        company = entries[0].offer.company
        prices = sorted({grant.start_price for entry in entries for grant in entry.in_usd.equity if grant.has_price})
        if not prices:
            return [], f"the share price of {company} is not known (grant_price or price_now)"
        if prices[-1] > prices[0] * (1 + _SAME_PRICE):
            given = " and ".join(f"${price:,.6g}" for price in (prices[0], prices[-1]))
            return [], f"the file gives {company} different share prices ({given})"
        if not path.mark and any(entry.offer.currency != USD for entry in entries):
            return [], f"the file gives {company}'s price in another currency; mark dollars with $"
        multiples = tuple(value / prices[0] for value in path.values)
        found.append(PricePath(company, "prices", path.values, multiples, prices[0]))
    return found, ""


def _move_reason(paths: Sequence[PricePath]) -> str:
    """Reason why values are unlikely to be share prices; empty if they may be."""
    for path in paths:
        low, high = min(path.multiples), max(path.multiples)
        if low < 1 / LARGEST_MOVE or high > LARGEST_MOVE:
            return f"{path.company} stands at ${path.price_today:,.6g} today"
    return ""


def _times(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.10g}x" for value in values)


def _dollars(values: Sequence[float]) -> str:
    return ", ".join(f"${value:.10g}" for value in values)
