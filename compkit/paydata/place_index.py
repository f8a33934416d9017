"""Metropolitan areas by county, city and ZIP code, from data/metro_counties.csv and the package zipcodes."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

import zipcodes

from compkit.reference import Tables

Metros = frozenset[str | None]
"""Metropolitan areas that a name may lie in; None for a county outside all."""

ABBREVIATIONS: Final = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
CONNECTICUT: Final = "CT"
_OVERSEAS = frozenset({"AA", "AE", "AP"})  # military post offices
_ORDINARY, _SINGLE_FIRM, _OTHER_NAME, _DISCOURAGED, _UNKNOWN = range(5)  # ranks of a ZIP code's city names
_WORD = re.compile(r"[^\W_]+")
_COUNTY = re.compile(r"(?:county|parish|borough|municipality|municipio|city|censusarea|planningregion)$")


class _ZipCode(NamedTuple):
    """What we keep of a ZIP code."""

    zip_code: str
    state: str
    county: str
    city: str
    is_ordinary: bool
    other_names: list[str]
    discouraged_names: list[str]

    @property
    def names(self) -> Iterator[tuple[str, int]]:
        """City names and their ranks."""
        yield self.city, _ORDINARY if self.is_ordinary else _SINGLE_FIRM
        for name in self.other_names:
            yield name, _OTHER_NAME
        for name in self.discouraged_names:
            yield name, _DISCOURAGED


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """Evidence for a metropolitan area.

    Parameters
    ----------
    metros : dict
        Name and first state by the name's letters, with and without `(Metropolitan Statistical Area)`.
    by_fips : dict
        State and metro by county code.
    states : dict
        State by the first two digits of a county code.
    by_county, by_city : dict
        Metros by state and folded name.
    by_zip : dict
        State and metros by ZIP code.
    states_of_city : dict
        States that have a city of a folded name.
    """

    metros: dict[str, tuple[str, str]]
    by_fips: dict[str, tuple[str, str]]
    states: dict[str, str]
    by_county: dict[tuple[str, str], Metros]
    by_city: dict[tuple[str, str], Metros]
    by_zip: dict[str, tuple[str, Metros]]
    states_of_city: dict[str, set[str]]

    def county(self, state: str, name: str) -> Metros | None:
        """Metros of a county, None if unknown; `Fairfax` may be the county or the city."""
        key = place_key(name)
        whole = self.by_county.get((state, key))
        if whole is None and key.startswith("cityof"):  # `City of Alexandria County`
            key = _COUNTY.sub("", key.removeprefix("cityof"))
            whole = self.by_county.get((state, f"{key}city"))
        return whole or self.by_county.get((state, _COUNTY.sub("", key)))


@lru_cache(maxsize=200_000)
def place_key(name: str) -> str:
    """Letters and digits of a place name in small letters, so that `St. Louis` is `SAINT LOUIS` and `stlouis`.

    >>> place_key("St. Louis"), place_key("SAINT LOUIS"), place_key("NEWYORK")
    ('stlouis', 'stlouis', 'newyork')
    """
    plain = name.casefold().replace("'", "").replace(".", "")
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return "".join(ABBREVIATIONS.get(word, word) for word in _WORD.findall(plain))


def load_place_index(tables: Tables) -> PlaceIndex:
    """Index of the tables and of all 42,000 ZIP codes, about a second; use it through `tables.derived`."""
    rows = tables.rows("metro_counties")
    by_fips = {row["county_fips"]: (row["state"], row["metro"]) for row in rows}
    codes = list(_zip_codes())
    in_metro = {(row["state"], place_key(row["county"])): row["metro"] for row in rows}
    by_zip = _metros_by_zip(codes, in_metro, _towns(tables, by_fips))
    by_city, states_of_city = _cities(codes, by_zip)
    return PlaceIndex(
        metros=dict(_metros(rows)),
        by_fips=by_fips,
        states={row["county_fips"][:2]: row["state"] for row in rows},
        by_county=_counties(codes, in_metro),
        by_city=by_city,
        by_zip=by_zip,
        states_of_city=states_of_city,
    )


def _zip_codes() -> Iterator[_ZipCode]:
    """All ZIP codes, by their first two digits: all at once take 100 MB."""
    for digits in range(100):
        for code in zipcodes.similar_to(f"{digits:02}"):
            if code["state"] not in _OVERSEAS:
                yield _ZipCode(
                    code["zip_code"],
                    sys.intern(code["state"]),
                    sys.intern(code["county"]),
                    sys.intern(code["city"]),
                    code["zip_code_type"] == "STANDARD" and code["active"],
                    code["acceptable_cities"],
                    code["unacceptable_cities"],
                )


def _metros(rows: Iterable[dict[str, Any]]) -> Iterable[tuple[str, tuple[str, str]]]:
    for metro in dict.fromkeys(row["metro"] for row in rows):
        title = re.sub(r" \(?Metropolitan Statistical Area\)?$", "", metro)
        state = title.rpartition(", ")[2].split("-")[0]
        yield from (
            (place_key(text), (metro, state)) for text in (metro, title, f"{title} Metropolitan Statistical Area")
        )


def _towns(tables: Tables, by_fips: dict[str, tuple[str, str]]) -> dict[str, Metros]:
    """Metro by town of Connecticut, whose metropolitan areas do not follow its old counties."""
    return {
        place_key(row["town"]): frozenset({by_fips.get(row["county_fips"], ("", None))[1]})
        for row in tables.rows("connecticut_towns")
    }


def _counties(codes: list[_ZipCode], in_metro: dict[tuple[str, str], str]) -> dict[tuple[str, str], Metros]:
    """Metros by state and county, with its kind (`fairfaxcity`) and without."""
    counties = {(code.state, code.county) for code in codes if code.county and code.state != CONNECTICUT}
    found: dict[tuple[str, str], Metros] = {}
    for state, county in {(state, place_key(county)) for state, county in counties} | set(in_metro):
        metro = frozenset({in_metro.get((state, county))})
        for name in {county, _COUNTY.sub("", county)}:
            found[state, name] = found.get((state, name), metro) | metro
    return found


def _metros_by_zip(
    codes: list[_ZipCode], in_metro: dict[tuple[str, str], str], towns: dict[str, Metros]
) -> dict[str, tuple[str, Metros]]:
    """State and metros by ZIP code; none if its county is unknown."""
    known = {(CONNECTICUT, city): (CONNECTICUT, metros) for city, metros in towns.items()}
    for state, county in {(code.state, code.county) for code in codes}:
        known[state, county] = state, frozenset({in_metro.get((state, place_key(county)))} if county else ())
    nowhere = CONNECTICUT, Metros()
    return {
        code.zip_code: known.get((CONNECTICUT, place_key(code.city)), nowhere)
        if code.state == CONNECTICUT
        else known[code.state, code.county]
        for code in codes
    }


def _cities(
    codes: list[_ZipCode], by_zip: dict[str, tuple[str, Metros]]
) -> tuple[dict[tuple[str, str], Metros], dict[str, set[str]]]:
    """Metros by state and city, and states by city; by the names of the Postal Service before other names in use."""
    ranks: dict[tuple[str, str], int] = {}
    found: dict[tuple[str, str], Metros] = {}
    for code in codes:
        state, metros = by_zip[code.zip_code]
        for name, rank in code.names:
            key = state, place_key(name)
            if not key[1]:
                continue
            best = ranks.get(key, _UNKNOWN)
            if rank < best or not found[key]:
                if metros or best == _UNKNOWN:
                    ranks[key], found[key] = rank, metros
            elif rank == best and metros is not found[key]:
                found[key] |= metros
    several = {key for key, metros in found.items() if len(metros) > 1}
    return found | _most_common(several, found, codes, by_zip), _states_of_cities(ranks)


def _most_common(
    several: set[tuple[str, str]],
    found: dict[tuple[str, str], Metros],
    codes: list[_ZipCode],
    by_zip: dict[str, tuple[str, Metros]],
) -> dict[tuple[str, str], Metros]:
    """Of several metros of a city, the one whose name has it, else the one with two thirds of its ZIP codes."""
    votes: dict[tuple[str, str], Counter[str | None]] = {key: Counter() for key in several}
    for code in codes:
        if code.is_ordinary and (key := (code.state, place_key(code.city))) in several:
            votes[key].update(by_zip[code.zip_code][1])
    chosen = {}
    for key, counts in votes.items():
        named = [m for m in found[key] if m and key[1] in map(place_key, re.split(r"-+|/", m.partition(",")[0]))]
        most = [m for m, n_codes in counts.items() if 3 * n_codes >= 2 * counts.total()]
        if len(named) == 1 or most:
            chosen[key] = frozenset(named if len(named) == 1 else most)
    return chosen


def _states_of_cities(ranks: dict[tuple[str, str], int]) -> dict[str, set[str]]:
    """States by city: those where the Postal Service uses the name, else those where others do."""
    usual: dict[str, set[str]] = {}
    other: dict[str, set[str]] = {}
    for (state, city), rank in ranks.items():
        (usual if rank <= _SINGLE_FIRM else other).setdefault(city, set()).add(state)
    return other | usual
