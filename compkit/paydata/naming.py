"""One name for what people spell in many ways: companies, levels and places of the rows that come in."""

from __future__ import annotations

from typing import Final

import duckdb
import pandas as pd

from compkit.paydata.companies import company_names
from compkit.paydata.levels import folded_level, level_names
from compkit.paydata.places import PlaceTyped, metro_places
from compkit.reference import Tables


def name_incoming(store: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Name the company, level and place of each row of `incoming`, working out each spelling once."""
    pairs = store.execute("SELECT DISTINCT company, level FROM incoming WHERE reason IS NULL").df()
    places = store.execute(
        "SELECT DISTINCT place_city, place_county, place_state, place_zip FROM incoming WHERE reason IS NULL"
    ).df()
    typed = [company if isinstance(company, str) else "" for company in pairs["company"]]
    companies = [name or None for name in company_names(typed, tables)]
    levels = [level if isinstance(level, str) else "" for level in pairs["level"]]
    named = pairs.assign(
        company_name=pd.Series(companies, dtype="str"),
        company_folded=pd.Series([" ".join(one.casefold().split()) or None for one in typed], dtype="str"),
        level_name=pd.Series(level_names([name or "" for name in companies], levels, tables), dtype="str"),
        level_folded=pd.Series([folded_level(one) or None for one in levels], dtype="str"),
    )
    found = metro_places([_place(*row) for row in places.itertuples(index=False)], tables)
    placed = pd.concat([places, pd.DataFrame(found, columns=["metro", "region", "country"], dtype="str")], axis=1)
    store.register("named", named.assign(company_order=named["company_name"].rank(method="dense")))
    store.register("placed", placed.assign(metro_order=placed["metro"].rank(method="dense")))


def _place(city: object, county: object, state: object, zip_code: object) -> PlaceTyped:
    city, county, state, zip_code = (one if isinstance(one, str) else "" for one in (city, county, state, zip_code))
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
    "base_plus_stock": "incoming.base + incoming.stock",
}  # fmt: skip
"""SQL of the columns that are not in `incoming`, in a query with `JOINS`."""
ORDER: Final = "named.company_order, placed.metro_order"
"""By company and metro: what is asked for lies together, and numbers are sorted faster than names."""
JOINS: Final = (
    "LEFT JOIN named ON incoming.company IS NOT DISTINCT FROM named.company"
    " AND incoming.level IS NOT DISTINCT FROM named.level"
    f" LEFT JOIN placed ON {' AND '.join(f'incoming.{one} IS NOT DISTINCT FROM placed.{one}' for one in _KEYS)}"
)
