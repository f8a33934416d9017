"""What a store's rows say about the pay for a job: percentiles, n, first and last day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import numpy as np
import pandas as pd

from compkit.errors import Fault, InputError
from compkit.paydata.aging import aged_base
from compkit.paydata.companies import company_names
from compkit.paydata.levels import level_names
from compkit.paydata.observation import Measure
from compkit.paydata.percentiles import PERCENTILES, SEED, PercentileSummary, summary
from compkit.paydata.places import Metro, PlaceTyped, metro_places
from compkit.paydata.titles import folded_title
from compkit.paydata.unknown_names import other_measures, suggested_names, unknown_name
from compkit.reference import Tables

Tenure = Literal["new", "stayed"]


@dataclass(frozen=True, slots=True)
class Circle:
    """Which rows are asked for; what is None does not matter.

    Parameters
    ----------
    company, level, title : str or None
        In any spelling; a title is the whole title.
    place : str or None
        A city, of which the metropolitan area counts, or a state.
    first_year, last_year : int or None
        Of the report, decision or filing; with either, rows without a date don't count.
    tenure : {'new', 'stayed'} or None
        Less than a year at the company, or a year and more; with either, rows that don't tell don't count.
    """

    company: str | None = None
    level: str | None = None
    title: str | None = None
    place: str | None = None
    first_year: int | None = None
    last_year: int | None = None
    tenure: Tenure | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Percentiles of one measure.

    Parameters
    ----------
    measure : {'base', 'stock', 'base_plus_stock', 'total'}
        USD a year.
    percentiles : PercentileSummary
    first, last : date or None
        Days of the oldest and the latest row.
    n_by_kind : dict of str to int
        Rows by kind of file.
    note : str
        Where no row answers: which name the store doesn't have and what comes near, or what the rows tell instead.
    aged_to : date or None
        The day to whose quarter base pay was brought; None for pay as it was told.
    """

    measure: Measure
    percentiles: PercentileSummary
    first: dt.date | None
    last: dt.date | None
    n_by_kind: dict[str, int]
    note: str = ""
    aged_to: dt.date | None = None


def query(
    store: duckdb.DuckDBPyConnection, circle: Circle, measure: Measure, tables: Tables, aged_to: dt.date | None = None
) -> Answer:
    """Sum up the rows of a circle that tell a measure.

    With `aged_to`, base pay is first brought to that day by `aged_base`; rows without a date don't count then.

    Raises
    ------
    InputError
        If the place is not known, the years are the wrong way round, or pay other than base is to be aged.
    OutOfRangeError
        If base pay can't be aged from or to a day.
    """
    if aged_to is not None and measure != "base":
        rule = f"ages base pay only, since stock and bonus don't follow wages. Ask for base instead of {measure}."
        raise InputError([Fault("", "", "--aged-to", rule)])
    if circle.first_year is not None and circle.last_year is not None and circle.last_year < circle.first_year:
        raise InputError([Fault("", "", "--to", f"must be {circle.first_year} or later, got {circle.last_year}.")])
    where, values = _conditions(circle, tables)
    rows = f"FROM observations JOIN sources USING (source) WHERE {measure} IS NOT NULL{where}"
    rows += " AND day IS NOT NULL" if aged_to else ""
    told = store.execute(f"SELECT {measure}{', day' if aged_to else ''} {rows}", values).fetchnumpy()
    amounts = np.asarray(told[measure], dtype=float)
    if aged_to is not None:
        amounts = aged_base(amounts, np.asarray(told["day"], dtype="datetime64[D]"), aged_to, tables)
    days = store.execute(f"SELECT min(day), max(day) {rows}", values).fetchone()
    kinds = store.execute(f"SELECT kind, count(*) {rows} GROUP BY kind ORDER BY 2 DESC, 1", values).fetchall()
    first, last = days or (None, None)
    found = summary(amounts, rng=np.random.default_rng(SEED))
    note = "" if found.n else _note(store, circle, measure, tables)
    return Answer(measure, found, first, last, dict(kinds), note, aged_to)


def _note(store: duckdb.DuckDBPyConnection, circle: Circle, measure: Measure, tables: Tables) -> str:
    """Say why no row answers."""
    in_place = _conditions(Circle(place=circle.place), tables)
    where, values = _conditions(circle, tables)
    unknown = unknown_name(store, circle, tables, in_place) or other_measures(store, measure, where, values)
    n_limits = sum(getattr(circle, name) is not None for name in Circle.__slots__)
    return unknown or ("The store has each of these, but no row with all of them." if n_limits > 1 else "")


def _conditions(circle: Circle, tables: Tables) -> tuple[str, list[Any]]:
    conditions: list[tuple[str, list[Any]]] = []
    company = company_names([circle.company], tables)[0] if circle.company else None
    if company is not None:
        conditions.append(("company = ?", [company]))
    if circle.level is not None:
        level = level_names([company or ""], [circle.level], tables)[0]
        conditions.append(("lower(level) = ?", [(level or circle.level).casefold()]))
    if circle.title is not None:
        conditions.append(("lower(title) = ?", [folded_title(circle.title)]))
    if circle.place is not None:
        place = _place_of(circle.place, tables)
        if place.metro is None and place.state is None:
            near = suggested_names(circle.place, [row["place"] for row in tables.rows("places") if row["state"]])
            hint = f"Did you mean {near[0]}?" if near else "Type it as Seattle, WA or WA."
            rule = f"{circle.place!r} is no US place that is known, or could be several. {hint}"
            raise InputError([Fault("", "", "--place", rule)])
        conditions.append(("metro = ?", [place.metro]) if place.metro else ("region = ?", [place.state]))
    if circle.first_year is not None:
        conditions.append(("day >= ?", [dt.date(circle.first_year, 1, 1)]))
    if circle.last_year is not None:
        conditions.append(("day < ?", [dt.date(circle.last_year + 1, 1, 1)]))
    if circle.tenure is not None:
        conditions.append(("tenure < 1" if circle.tenure == "new" else "tenure >= 1", []))
    return "".join(f" AND {sql}" for sql, _ in conditions), [one for _, values in conditions for one in values]


def _place_of(typed: str, tables: Tables) -> Metro:
    """Area and state of a place. The kit's own need no state, Austin is the one in Texas, and no search."""
    ours = {row["place"].casefold(): row for row in tables.rows("places") if row["state"]}
    row = ours.get(typed.strip().casefold())
    if row is not None and row["metro"]:
        return Metro(row["metro"], row["state"], "US")
    return metro_places([PlaceTyped(f"{typed}, {row['state']}" if row else typed)], tables)[0]


@dataclass(frozen=True, slots=True)
class OccupationWages:
    """What agencies publish about one occupation.

    Parameters
    ----------
    occupation : str or None
        The standard code; None if the store has no such occupation.
    published : list of dict
        Each survey's area, period, title and percentiles [USD a year]; `at_least` is what those missing at the upper
        end are at least.
    prevailing : list of dict
        Each county's area, period, and the four levels of the legal floor [USD a year].
    """

    occupation: str | None
    published: list[dict[str, Any]]
    prevailing: list[dict[str, Any]]


_SURVEYED = ("area", "period", "title", *PERCENTILES, "at_least")
_FLOORS = ("area", "period", "level_1", "level_2", "level_3", "level_4")


def occupation_wages(
    store: duckdb.DuckDBPyConnection, occupation: str, place: str | None, tables: Tables
) -> OccupationWages:
    """Wages that agencies publish for an occupation, by its code or title, and the floors in a place's counties.

    Raises
    ------
    InputError
        If the place is not known.
    """
    code = store.execute(
        "SELECT occupation FROM observations WHERE occupation IS NOT NULL AND (occupation = ? OR lower(title) = ?)"
        " LIMIT 1",
        [occupation.strip(), folded_title(occupation)],
    ).fetchone()
    if code is None:
        return OccupationWages(None, [], [])
    where, values = _conditions(Circle(place=place), tables)
    published = _published(store, _SURVEYED, "oews", f" AND (area = 'National' OR (true{where}))", [*code, *values])
    prevailing = _published(store, _FLOORS, "prevailing-wage", where, [*code, *values])
    return OccupationWages(code[0], published, [row | {"area": _county(row["area"])} for row in prevailing])


def _published(
    store: duckdb.DuckDBPyConnection, names: tuple[str, ...], kind: str, where: str, values: list[Any]
) -> list[dict[str, Any]]:
    query = f"""
        SELECT {", ".join(names)} FROM observations JOIN sources USING (source)
        WHERE kind = ? AND occupation = ?{where} ORDER BY period DESC, area
    """  # noqa: S608 - names of ours
    return [dict(zip(names, row, strict=True)) for row in store.execute(query, [kind, *values]).fetchall()]


def _county(area: str) -> str:
    """County and state as people write them.

    >>> _county("san mateo, ca")
    'San Mateo, CA'
    """
    county, _, state = area.rpartition(", ")
    return f"{county.title()}, {state.upper()}"


def reports_frame(store: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Self-reports for `ai_ml_premium`.

    Companies are folded only, and the market area is the file's own where it gives one: then the same export gives the
    same figure whatever our tables say.
    """
    return store.execute(
        "SELECT company_folded AS company, level_folded, title, coalesce(area, metro) AS metro, region, country, day,"
        " experience, tenure, tag, total FROM observations JOIN sources USING (source) WHERE kind = 'levels-fyi'"
    ).df()
