"""One name for what people spell in many ways: companies, levels and places of the rows that come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import duckdb

from compkit.paydata.companies import company_names
from compkit.paydata.levels import folded_level, level_names
from compkit.paydata.places import PlaceTyped, metro_places
from compkit.reference import Tables

_CHUNK = 10_000
"""Rows handed over at a time: DuckDB takes some 100 bytes for each text that is given as a value."""


def name_incoming(store: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Name the company, level and place of each row of `incoming`, working out each spelling once."""
    _name_companies(store, tables)
    _name_places(store, tables)


def _name_companies(store: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    pairs = store.execute("SELECT DISTINCT company, level FROM work.incoming WHERE reason IS NULL").fetchall()
    typed = [company or "" for company, _ in pairs]
    companies, levels = company_names(typed, tables), [level or "" for _, level in pairs]
    named: dict[str, list[str | None]] = {
        "company": [company for company, _ in pairs],
        "level": [level for _, level in pairs],
        "company_name": [name or None for name in companies],
        "company_folded": [" ".join(one.casefold().split()) or None for one in typed],
        "level_name": level_names(companies, levels, tables),
        "level_folded": [folded_level(one) or None for one in levels],
    }
    _keep(store, "named", named, order="company_name")


def _name_places(store: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    places = store.execute(f"SELECT DISTINCT {', '.join(_KEYS)} FROM work.incoming WHERE reason IS NULL").fetchall()  # noqa: S608
    found = metro_places([_place(*row) for row in places], tables)
    rows = [place + metro for place, metro in zip(places, found, strict=True)]
    names = *_KEYS, "metro", "region", "country"
    placed = {name: [row[at] for row in rows] for at, name in enumerate(names)}
    _keep(store, "placed", placed, order="metro")


def _keep(store: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, list[str | None]], order: str) -> None:
    """Make a table of columns of text, whose rows are numbered in the order of one of them."""
    store.execute(f"CREATE OR REPLACE TABLE work.spelled ({', '.join(f'{name} VARCHAR' for name in columns)})")
    cells = ", ".join(["unnest(?::VARCHAR[])"] * len(columns))
    for start in range(0, len(columns[order]), _CHUNK):
        store.execute(
            f"INSERT INTO work.spelled SELECT {cells}",
            [texts[start : start + _CHUNK] for texts in columns.values()],
        )
    store.execute(
        f"CREATE OR REPLACE TABLE work.{table} AS"  # noqa: S608 - names of ours
        f" SELECT *, row_number() OVER (ORDER BY {order}) AS {table}_id FROM work.spelled"
    )


def _place(city: str | None, county: str | None, state: str | None, zip_code: str | None) -> PlaceTyped:
    city, county, state, zip_code = city or "", county or "", state or "", zip_code or ""
    return (
        PlaceTyped(city, zip_code=zip_code)
        if not state
        else PlaceTyped(city=city, county=county, state=state, zip_code=zip_code)
    )


_KEYS = ("place_city", "place_county", "place_state", "place_zip")
NAMED: Final = {
    "company": "named.company_name",
    "company_folded": "named.company_folded",
    "level": "named.level_name", "level_folded": "named.level_folded",
    "metro": "placed.metro", "region": "placed.region", "country": "placed.country",
    "base_plus_stock": "arrived.base + arrived.stock",
}  # fmt: skip
"""SQL of the columns that come from the names of a row in `arrived`."""
ORDER: Final = "named_id, placed_id"
"""By company and metro: what is asked for lies together, and numbers are sorted faster than names."""
JOINS: Final = (
    "JOIN work.named ON incoming.company IS NOT DISTINCT FROM named.company"
    " AND incoming.level IS NOT DISTINCT FROM named.level"
    f" JOIN work.placed ON {' AND '.join(f'incoming.{one} IS NOT DISTINCT FROM placed.{one}' for one in _KEYS)}"
)
