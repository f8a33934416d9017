"""Which range a part of an offer is held against: one rule for every page, command and anchor.

Can they pay it? The job posting answers, for base salary: the offer's own, else the latest in a store of pay data. What
do others get? The candidate's own research and what a store of pay data reports answer, the best match first. The guide
is asked last.
Source: docs/how-the-figures-are-made.md#yardsticks
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from compkit.market.bands import (
    BANDS,
    BANDS_BY_TYPE,
    GuideLevel,
    Range,
    agrees,
    computed_totals,
    first_row,
    guide_level,
)
from compkit.model import USD, MarketObservation, Offer, Percentiles, PostedRange
from compkit.offers import OfferEntry
from compkit.periods import date_after
from compkit.reference import Tables

POSTING, RESEARCH, REPORTED, GUIDE = "posting", "research", "reported", "guide"
STORE_POSTING = "reported.posted"
"""Origin of a posting that a store of pay data has, not the offers file."""
TYPE_TOTAL = "total"
WIDEST_POSTING = 1.5
"""A posting whose high is more than this many times its low is too wide to judge."""
MAX_AGE_MONTHS = 18
"""An older guide gives no verdict, and fresher research comes before older."""
KIND_NAMES = {
    "levels-fyi": "levels.fyi self-reports", "csv": "a file of your own", "lca": "the Labor Department's visa filings",
    "h1b": "a list of visa filings", "postings": "job postings",
}  # fmt: skip
_ALL_TITLES = "all titles"
_Ranked = tuple[tuple[bool, bool, bool], int, "Yardstick"]
"""Whether it is about the offer's company, about its place, and recent; the number of figures; the yardstick."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A range that one measure of an offer is compared with.

    Parameters
    ----------
    low, mid, high : float or None
        The ends and the middle [USD].
    source : {"posting", "research", "reported", "guide"}
    detail : str
        Which one: the table's row, or the source as the candidate named it.
    as_of : date or None
    n : int or None
        Number of figures behind it, if known.
    origin : str
        Where it stands: a field of the offer (`posted_base`, `market[0]`), what a store says (`reported[0]`,
        `reported.posted`), or a table of data/ (`bands`).
    doubt : str
        Why it gives no verdict, though it has a range; otherwise empty.
    computed : (float, float) or None
        The range with each end that the guide's own parts disprove put right [USD].
    """

    low: float | None
    mid: float | None
    high: float | None
    source: str
    detail: str
    as_of: dt.date | None
    n: int | None
    origin: str
    doubt: str = ""
    computed: Range | None = None


def yardsticks(entry: OfferEntry, measure: str, tables: Tables, on: dt.date) -> tuple[list[Yardstick], str]:
    """Yardsticks of a measure; the first decides, others are shown beside it. Without one, the reason.

    The first is the posting if it can judge, else the best of the candidate's research and of reported pay, else the
    guide's band. Beside it stand a posting that can't judge, what others get if the posting decides, each source whose
    middle is more than 10% from theirs, and, where only the guide is left, its band for the type of any company but
    Amazon.

    Parameters
    ----------
    entry : OfferEntry
    measure : str
        One of `bands.MEASURES`.
    tables : Tables
    on : date
        The day of the report.
    """
    posting = _posting(entry) if measure == "base_salary" else None
    guide, reason = _guide(entry, measure, tables, on)
    others = [*_what_others_get(entry, measure, tables, on), *([guide] if guide else [])]
    beside = [found for found in others[1:] if not found.doubt and are_apart(others[0].mid, found.mid)]
    if others[:1] == [guide] and not entry.offer.is_amazon:
        of_type, _ = type_yardstick(entry, measure, tables, on)
        beside = [of_type] if of_type else []
    found = [*others[:1], *beside]
    if posting is not None:
        found = [*found, posting] if posting.doubt and found else [posting, *found]
    return found, "" if found else reason


def are_apart(one: float | None, other: float | None) -> bool:
    """Whether two middles differ by more than 10% of the smaller.

    >>> are_apart(100_000, 110_000), are_apart(110_001, 100_000), are_apart(None, 100_000)
    (False, True, False)
    """
    return one is not None and other is not None and 10 * max(one, other) > 11 * min(one, other)


def is_recent(as_of: dt.date | None, on: dt.date) -> bool:
    """Whether a date is known and at most 18 months before `on`.

    >>> is_recent(dt.date(2025, 8, 1), on=dt.date(2027, 2, 1)), is_recent(dt.date(2025, 8, 1), on=dt.date(2027, 2, 2))
    (True, False)
    """
    return as_of is not None and date_after(as_of, MAX_AGE_MONTHS) >= on


def guide_doubt(as_of: dt.date, on: dt.date) -> str:
    """Why the guide gives no verdict on a day; empty if it does."""
    return "" if is_recent(as_of, on) else f"the guide's figures of {as_of:%B %Y} are over {MAX_AGE_MONTHS} months old"


def _posting(entry: OfferEntry) -> Yardstick | None:
    """Find the posting that the offer gives, else the latest in a store of pay data."""
    posted = entry.in_usd.posted_base
    if posted is not None and posted.low is not None and posted.high is not None:
        middle = (posted.low + posted.high) / 2
        where, doubt = posted.url or "the job posting", posting_doubt(entry.in_usd)
        return Yardstick(posted.low, middle, posted.high, POSTING, where, posted.as_of, None, "posted_base", doubt)
    found = entry.reported.posted if entry.reported else None
    if found is None:
        return None
    middle, doubt = (found.low + found.high) / 2, _width_doubt(found.low, found.high)
    detail = posted_job(entry, found)
    return Yardstick(found.low, middle, found.high, POSTING, detail, found.day, found.n, STORE_POSTING, doubt)


def posted_job(entry: OfferEntry, found: PostedRange) -> str:
    """Which job the postings in a store are for: their title, their level if they tell it, and how far away."""
    level = f"at {entry.offer.level}" if found.tells_level else "any level"
    return ", ".join([str(entry.offer.contact.title), level, *_widened(found)])


def posting_doubt(offer: Offer) -> str:
    """Why an offer's posting can't say what they can pay: another level or place, or too wide; empty if it can."""
    posted = offer.posted_base
    if posted is None or (posted.low is None and posted.high is None):
        return "no posted range"
    if posted.level is not None and not _is_same(posted.level, offer.level):
        return f"the posting is for {posted.level}, not {offer.level}"
    if posted.location not in (None, offer.location):
        return f"the posting is for {posted.location}, not {offer.location}"
    return _width_doubt(posted.low, posted.high)


def _width_doubt(low: float | None, high: float | None) -> str:
    """Why a posted range is too wide to judge; empty if it isn't."""
    is_wide = low is not None and high is not None and high > WIDEST_POSTING * low
    return f"too wide to judge: its high is over {WIDEST_POSTING:g} times its low" if is_wide else ""


def _what_others_get(entry: OfferEntry, measure: str, tables: Tables, on: dt.date) -> list[Yardstick]:
    """Sort the candidate's research and reported pay on a measure at the offer's level, the best first.

    What is about the offer's company comes first, then what is about its place, then what is recent, then what has more
    figures. Where the middles of one rank are more than 10% apart, the first gives no verdict.
    """
    reported, research = _reported(entry, measure, on), _research(entry.in_usd, measure, tables, on)
    ranked = _each_origin_once(reported, research, entry)
    ranked.sort(key=lambda each: each[:2], reverse=True)  # stable: the file's order decides between equals
    found = [yardstick for _, _, yardstick in ranked]
    rivals = [yardstick.mid for rank, _, yardstick in ranked if rank == ranked[0][0] and yardstick.mid is not None]
    if rivals and are_apart(min(rivals), max(rivals)):
        doubt = f"sources disagree: their middles run from ${min(rivals):,.0f} to ${max(rivals):,.0f}"
        found[0] = replace(found[0], doubt=doubt)
    return found


def _each_origin_once(reported: list[_Ranked], research: list[_Ranked], entry: OfferEntry) -> list[_Ranked]:
    """Leave out the worse match of research and reported pay that have the same origin."""
    pay = {f"reported[{number}]": row for number, row in enumerate(entry.reported.pay if entry.reported else ())}
    sources = {f"market[{number}]": row.source for number, row in enumerate(entry.offer.market)}
    copies = set()
    for one in reported:
        for own in research:
            if sources[own[2].origin] in pay[one[2].origin].same_as:
                copies.add((own if one[:2] >= own[:2] else one)[2].origin)
    return [each for each in (*reported, *research) if each[2].origin not in copies]


def _reported(entry: OfferEntry, measure: str, on: dt.date) -> list[_Ranked]:
    """Rank what a store of pay data reports."""
    ranked = []
    for number, row in enumerate(entry.reported.pay if entry.reported else ()):
        if row.measure == measure:
            rank = ("peers" not in row.widened, "region" not in row.widened, is_recent(row.last, on))
            titles = [] if entry.reported and entry.reported.title else [_ALL_TITLES]
            detail = ", ".join([KIND_NAMES.get(row.kind, row.kind), *titles, *_widened(row)])
            found = Yardstick(row.p25, row.p50, row.p75, REPORTED, detail, row.last, row.n, f"reported[{number}]")
            ranked.append((rank, row.n, found))
    return ranked


def reported_circle(row: Percentiles, title: str) -> str:
    """Which rows of a store a percentile is of: their title, and how far they were looked for.

    >>> row = {"n": 5, "p25": 1.0, "p50": 1.0, "p75": 1.0, "first": "2026-01-02", "last": "2026-03-04"}
    >>> reported_circle(Percentiles(**row, widened=("region",)), "Software Engineer")
    'Software Engineer, widened to the whole state'
    """
    return ", ".join([title or _ALL_TITLES, *_widened(row)])


def _widened(row: Percentiles | PostedRange) -> list[str]:
    words = {"region": "the whole state", "years": "three years", "peers": "other companies"}
    return [f"widened to {', '.join(words[name] for name in row.widened)}"] if row.widened else []


def _research(offer: Offer, measure: str, tables: Tables, on: dt.date) -> list[_Ranked]:
    """Rank the candidate's research on a measure at the offer's level."""
    ranked = []
    for number, row in enumerate(offer.market):
        if row.measure != measure or not _is_of_level(row, offer, tables):
            continue
        rank = (_is_of_company(row, offer), row.location in (None, offer.location), is_recent(row.as_of, on))
        ranked.append((rank, row.n or 0, _researched(row, number, offer)))
    return ranked


def _researched(row: MarketObservation, number: int, offer: Offer) -> Yardstick:
    between = None if row.p25 is None or row.p75 is None else (row.p25 + row.p75) / 2
    differs = [] if _is_of_company(row, offer) else [str(row.company)]
    differs += [] if row.location in (None, offer.location) else [str(row.location)]
    where = ", ".join([row.source or "the candidate's own research", *differs])
    middle = between if row.p50 is None else row.p50
    return Yardstick(row.p25, middle, row.p75, RESEARCH, where, row.as_of, row.n, f"market[{number}]")


def _is_of_company(row: MarketObservation, offer: Offer) -> bool:
    return row.company is None or _is_same(row.company, offer.company)


def _is_of_level(row: MarketObservation, offer: Offer, tables: Tables) -> bool:
    """Whether a row is about the offer's level: by name at its company, elsewhere by the guide's equivalents."""
    if row.level is None or (_is_of_company(row, offer) and _is_same(row.level, offer.level)):
        return True
    if _is_of_company(row, offer):
        return False
    there = offer.model_copy(update={"company": row.company, "level": row.level, "guide_level": None})
    level = guide_level(there, tables).level
    return level is not None and level == guide_level(offer, tables).level


def _is_same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _guide(entry: OfferEntry, measure: str, tables: Tables, on: dt.date) -> tuple[Yardstick | None, str]:
    """Guide's band of a measure for the offer's level and place, or why it has none."""
    level = _level_with_bands(entry, tables)
    if level.level is None:
        return None, level.reason
    location = entry.offer.location
    row = first_row(tables.rows(BANDS), level=level.level, location=location, measure=measure)
    if row is None:
        return None, f"the guide has no {level.level} band of it for {location}"
    found = _of_row(row, f"Amazon {level.level} in {location}", BANDS, tables, on)
    return _checked(found, computed_totals(tables).get((level.level, location, measure))), ""


def type_yardstick(entry: OfferEntry, measure: str, tables: Tables, on: dt.date) -> tuple[Yardstick | None, str]:
    """Guide's band of a measure for the level and the company's type, or why it has none.

    `measure` is `base_salary`, `rsu_4yr` or `total`, all of year 1.
    """
    level, company_type = _level_with_bands(entry, tables), entry.offer.company_type
    if level.level is None:
        return None, level.reason
    row = first_row(tables.rows(BANDS_BY_TYPE), level=level.level, company_type=company_type, measure=measure)
    if row is None:
        return None, "the offers file gives no company_type"
    return _of_row(row, f"{level.level} at {company_type} companies", BANDS_BY_TYPE, tables, on), ""


def _level_with_bands(entry: OfferEntry, tables: Tables) -> GuideLevel:
    """Guide's level of an offer, if the guide says anything about its place and currency."""
    level, offer = guide_level(entry.offer, tables), entry.offer
    places = dict.fromkeys(str(row["location"]) for row in tables.rows(BANDS))
    if level.level is not None and offer.location not in places:
        return GuideLevel(None, f"the guide has bands for {', '.join(places)} only, not for {offer.location}")
    if level.level is not None and offer.currency != USD:
        return GuideLevel(None, f"the guide's bands are for pay in US dollars, not in {offer.currency}")
    return level


def _of_row(row: Mapping[str, Any], detail: str, table: str, tables: Tables, on: dt.date) -> Yardstick:
    low, high = float(row["low"]), float(row["high"])
    as_of = tables.sources[str(row["source_id"])].as_of_on
    return Yardstick(low, (low + high) / 2, high, GUIDE, detail, as_of, None, table, guide_doubt(as_of, on))


def _checked(found: Yardstick, computed: Range | None) -> Yardstick:
    """Hold a published range against its own parts: without a verdict if neither end follows from them."""
    if computed is None or found.low is None or found.high is None:
        return found
    low_follows, high_follows = agrees(found.low, computed[0]), agrees(found.high, computed[1])
    if low_follows and high_follows:
        return found
    doubt = (
        f"the guide's range doesn't follow from its own parts, which make ${computed[0]:,.0f} to ${computed[1]:,.0f}"
    )
    if low_follows or high_follows:
        doubt, computed = "", (found.low if low_follows else computed[0], found.high if high_follows else computed[1])
    return replace(found, computed=computed, doubt=found.doubt or doubt)
