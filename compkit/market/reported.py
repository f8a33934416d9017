"""What a store of pay data says of an offer's job, in circles that widen only as far as they must.

Source: docs/how-the-figures-are-made.md#reported-pay
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from compkit.market.bands import guide_level
from compkit.market.job import Job, after_breaks
from compkit.market.posted import posted_range
from compkit.model import AMAZON, USD, Filings, MarketMeasure, PaySummary, PublishedWage, Reported, WageFloor, Widening
from compkit.offers import OfferEntry
from compkit.paydata import (
    FILED,
    MIN_ROWS,
    SEED,
    company_names,
    folded_title,
    level_names,
    occupation_wages,
    summary,
    title_spellings,
)
from compkit.periods import MONTHS_A_YEAR, date_after
from compkit.reference import Tables

if TYPE_CHECKING:
    import duckdb

MIN_COMPANIES: Final = 3
"""Fewer companies are no peers: the figure would be one competitor's."""
_MEASURES: Final[dict[str, MarketMeasure]] = {
    "base": "base_salary",
    "stock": "rsu_4yr",
    "base_plus_stock": "total_4yr_avg",
    "total": "total_y1",
}
"""The offer's measure that is like a measure of reports."""
_YEARS_OF_A_GRANT: Final = 4
_NEAR, _FAR = MONTHS_A_YEAR, 3 * MONTHS_A_YEAR
_SITES: Final = {"levels-fyi": ("levelsfyi",)}
"""How people name a kind's source in their own research, in letters and digits alone."""


def reported_pay(store: duckdb.DuckDBPyConnection, entry: OfferEntry, tables: Tables, on: dt.date) -> Reported:
    """Sum up what a store says of an offer's job on a day.

    An offer is held against offers: reports from a person's first year at the company, or that don't tell. Pay from
    before a company's latest break doesn't count.

    Parameters
    ----------
    store : DuckDBPyConnection
    entry : OfferEntry
    tables : Tables
    on : date
        Rows of the year, or the three years, up to this day count.

    Returns
    -------
    Reported
        Empty for a remote job, a place outside the US, and pay in another currency.
    """
    row = next((row for row in tables.rows("places") if row["place"] == entry.offer.location), None)
    if row is None or not row["state"] or entry.offer.currency != USD:
        return Reported()
    title, titles, occupation = _titles(entry.offer.contact.title, tables)
    company = company_names([entry.offer.company], tables)[0]
    level = level_names([company], [entry.offer.level], tables)[0]
    job = Job(company, level, titles, row["metro"], row["state"], on)
    is_known = bool(titles) and _has_title(store, titles)
    reports = _reports(store, job, _peers(entry, job, title, tables), tables, with_title=is_known)
    found = occupation_wages(store, occupation, entry.offer.location, tables) if occupation else None
    return Reported(
        title=title if is_known else None,
        pay=tuple(_reported(reports, job, entry, _file_names(store))),
        posted=posted_range(store, job, tables),
        filings=tuple(_filings(store, job, tables)) if titles else (),
        occupation=found.occupation if found else None,
        published=tuple(PublishedWage(**one) for one in found.published) if found else (),
        floors=tuple(_floor(one) for one in found.prevailing) if found else (),
    )


def _titles(typed: str | None, tables: Tables) -> tuple[str | None, tuple[str, ...], str | None]:
    """Title as reports spell it, its spellings in small letters, and its occupation: a code, or the title itself."""
    if typed is None:
        return None, (), None
    folded = folded_title(typed)
    known = next((row for row in tables.rows("job_titles") if folded_title(row["alias"]) == folded), None)
    if known is None:
        return typed, (folded,), typed
    return known["title"], tuple(title_spellings(known["title"], tables)), known["occupation"]


def _has_title(store: duckdb.DuckDBPyConnection, titles: Sequence[str]) -> bool:
    query = f"SELECT 1 FROM observations WHERE level IS NOT NULL AND lower(title) IN ({_marks(titles)}) LIMIT 1"  # noqa: S608
    return store.execute(query, list(titles)).fetchone() is not None


def _peers(entry: OfferEntry, job: Job, title: str | None, tables: Tables) -> list[tuple[str, str]]:
    """Companies with the level equal to the offer's: by two public pages for the title's role, else by the guide."""
    rows = [row for row in tables.rows("level_map") if row["witness_id"] and _title_of(row["role"], tables) == title]
    guide = guide_level(entry.offer, tables).level
    own = next(
        (row["amazon_level"] for row in rows if (row["company"], row["level"]) == (job.company, job.level)), guide
    )
    at_amazon = job.level if job.company == AMAZON else own
    equal = [(row["company"], row["level"]) for row in rows if row["amazon_level"] == at_amazon]
    if equal:
        return [(AMAZON, str(at_amazon)), *equal]
    if guide != "L6":
        return []
    return [(row["company"], row["l6_equivalent"]) for row in tables.rows("companies") if row["l6_equivalent"]]


def _title_of(role: str, tables: Tables) -> str | None:
    folded = folded_title(role)
    return next((row["title"] for row in tables.rows("job_titles") if folded_title(row["alias"]) == folded), None)


def _reports(
    store: duckdb.DuckDBPyConnection, job: Job, peers: Sequence[tuple[str, str]], tables: Tables, *, with_title: bool
) -> pd.DataFrame:
    """Find reports of three years from the offer's state or metropolitan area, at its level or a peer's."""
    levels = level_names([company for company, _ in peers], [level for _, level in peers], tables)
    at_level = {company: level for (company, _), level in zip(peers, levels, strict=True)} | {job.company: job.level}
    pairs = [(company, level.casefold()) for company, level in at_level.items() if level is not None]
    where = " OR ".join("(company = ? AND lower(level) = ?)" for _ in pairs)
    titled = f" AND (title IS NULL OR lower(title) IN ({_marks(job.titles)}))" if with_title else ""
    query = f"""
        SELECT kind, company, day, metro IS NOT DISTINCT FROM ? AND metro IS NOT NULL AS is_near,
            base, stock, base_plus_stock, total
        FROM observations JOIN sources USING (source)
        WHERE ({where or "false"}) AND (metro = ? OR region = ?) AND day > ? AND day <= ?
            AND (tenure IS NULL OR tenure < 1){titled}
    """  # noqa: S608 - of names and SQL of ours
    place = [job.metro, job.region, date_after(job.on, -_FAR), job.on]
    frame = store.execute(query, [job.metro, *chain(*pairs), *place, *(job.titles if with_title else ())]).df()
    return frame[after_breaks(frame, job.on, tables)]


def _reported(
    reports: pd.DataFrame, job: Job, entry: OfferEntry, file_names: Mapping[str, set[str]]
) -> Iterator[PaySummary]:
    """Yield each kind's percentiles of each measure."""
    for kind, rows in reports.groupby("kind"):
        for theirs, measure in _MEASURES.items():
            found, widened = _narrowest(rows[rows[theirs].notna()], job)
            if found is None:
                continue
            pays = found[theirs].to_numpy(dtype=float) * (_YEARS_OF_A_GRANT if theirs == "stock" else 1)
            companies = tuple(sorted(set(found["company"]))) if "peers" in widened else ()
            same_as = [row.source for row in entry.offer.market if row.source
                       and _is_of(row.source, str(kind), file_names.get(str(kind), set()))]  # fmt: skip
            yield PaySummary(
                measure=measure, kind=str(kind), companies=companies, same_as=tuple(dict.fromkeys(same_as)),
                **_percentiles(pays, found["day"], widened),
            )  # fmt: skip


def _narrowest(rows: pd.DataFrame, job: Job, *, has_peers: bool = True) -> tuple[pd.DataFrame | None, list[Widening]]:
    """Rows of the narrowest circle that has enough, and how it was widened."""
    whose = (False, True) if has_peers else (False,)
    for with_peers, months, in_region in product(whose, (_NEAR, _FAR), (False, True)):
        found = rows[rows["day"] > pd.Timestamp(date_after(job.on, -months))]
        found = found if in_region else found[found["is_near"]]
        found = found if with_peers else found[found["company"] == job.company]
        if len(found) >= MIN_ROWS and (not with_peers or found["company"].nunique() >= MIN_COMPANIES):
            said: dict[Widening, bool] = {"region": in_region, "years": months == _FAR, "peers": with_peers}
            return found, [name for name, is_so in said.items() if is_so]
    return None, []


def _percentiles(pays: np.ndarray, days: pd.Series, widened: Sequence[Widening]) -> dict[str, Any]:
    found = summary(pays, rng=np.random.default_rng(SEED))
    return {
        "n": found.n, **{name: getattr(found, name) for name in ("p10", "p25", "p50", "p75", "p90")},
        "interval": found.interval or (), "first": days.min().date(), "last": days.max().date(),
        "widened": tuple(widened),
    }  # fmt: skip


def _file_names(store: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Names of the store's files by kind, in letters and digits, with their endings and without."""
    names: dict[str, set[str]] = {}
    for kind, file in store.execute("SELECT kind, file FROM sources").fetchall():
        names.setdefault(kind, set()).update({_letters(file), _letters(PurePath(file).stem)})
    return names


def _is_of(source: str, kind: str, file_names: set[str]) -> bool:
    """Whether a source that the candidate names is the origin of a kind's rows."""
    named = _letters(source)
    return named in file_names or any(site in named for site in _SITES.get(kind, ()))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _filings(store: duckdb.DuckDBPyConnection, job: Job, tables: Tables) -> Iterator[Filings]:
    """Yield base pay of the employer's filings for the title: new jobs apart from those already held."""
    query = f"""
        SELECT kind, company, day, metro IS NOT DISTINCT FROM ? AND metro IS NOT NULL AS is_near, base,
            CASE is_continuation WHEN true THEN 'continued' WHEN false THEN 'new' ELSE 'unknown' END AS employment
        FROM observations JOIN sources USING (source)
        WHERE kind IN ({_marks(FILED)}) AND company = ? AND (metro = ? OR region = ?) AND day > ? AND day <= ?
            AND base IS NOT NULL AND lower(title) IN ({_marks(job.titles)})
    """  # noqa: S608 - of names and SQL of ours
    place = [job.metro, job.region, date_after(job.on, -_FAR), job.on]
    frame = store.execute(query, [job.metro, *FILED, job.company, *place, *job.titles]).df()
    frame = frame[after_breaks(frame, job.on, tables)]
    kind = next((one for one in FILED if (frame["kind"] == one).any()), None)
    for employment in ("new", "continued", "unknown"):
        rows = frame[(frame["kind"] == kind) & (frame["employment"] == employment)]
        found, widened = _narrowest(rows, job, has_peers=False)
        if found is not None:
            pays = found["base"].to_numpy(dtype=float)
            yield Filings(employment=employment, kind=str(kind), **_percentiles(pays, found["day"], widened))


def _floor(row: Mapping[str, Any]) -> WageFloor:
    levels = tuple(row[f"level_{level}"] for level in (1, 2, 3, 4))
    return WageFloor(area=row["area"], period=row["period"], levels=levels)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" for _ in values)
