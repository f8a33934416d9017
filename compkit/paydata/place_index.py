"""Metropolitan areas by county, city and ZIP code, from data/metro_counties.csv and the package zipcodes."""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import zipcodes

from compkit.reference import Tables

Metros = frozenset[str | None]
"""Metropolitan areas that a name may lie in; None for a county outside all."""

UNKNOWN: Final = Metros()
CONNECTICUT: Final = "CT"
_ABBREVIATIONS: Final = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
_OVERSEAS = frozenset({"AA", "AE", "AP"})  # military post offices
_ORDINARY, _SINGLE_FIRM, _OTHER_NAME, _DISCOURAGED = range(4)  # ranks of a ZIP code's city names
_TO_WORDS = str.maketrans(dict.fromkeys(string.punctuation, " ") | {"'": "", ".": ""})
_COUNTY = re.compile(r"(?:county|parish|borough|municipality|municipio|city|censusarea|planningregion)$")


@dataclass(slots=True)
class PlaceIndex:
    """Evidence for a metropolitan area; built by `load_place_index`.

    Parameters
    ----------
    metros : dict
        Name and first state by `place_key` of the name, with and without `(Metropolitan Statistical Area)`.
    by_code : dict
        Name and first state by the metro's code.
    by_fips : dict
        State and metros by county code.
    states : dict
        State by the first two digits of a county code.
    by_county, by_city : dict
        Metros by state, space and `place_key`: texts, because 60,000 tuples take longer and twice the memory.
    by_zip : dict
        State and metros by ZIP code.
    ranks : dict
        How usual each name in `by_city` is; of some towns, unknown.
    zip_states : set
        States that have ZIP codes.
    """

    metros: dict[str, tuple[str, str]]
    by_code: dict[str, tuple[str, str]]
    by_fips: dict[str, tuple[str, Metros]]
    states: dict[str, str]
    by_county: dict[str, Metros] = field(default_factory=dict)
    by_city: dict[str, Metros] = field(default_factory=dict)
    by_zip: dict[str, tuple[str, Metros]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    zip_states: set[str] = field(default_factory=set)

    def city(self, state: str, name: str) -> Metros:
        """Metros of a city."""
        return self.by_city.get(f"{state} {place_key(name)}", UNKNOWN)

    def states_of_city(self, name: str) -> list[str]:
        """States where the Postal Service uses a city's name, else those where others do."""
        key = place_key(name)
        ranks = {state: self.ranks.get(f"{state} {key}") for state in sorted(self.zip_states)} if key else {}
        usual = [state for state, rank in ranks.items() if rank is not None and rank <= _SINGLE_FIRM]
        return usual or [state for state, rank in ranks.items() if rank is not None]

    def county(self, state: str, name: str) -> Metros:
        """Metros of a county; `Fairfax` may be the county or the city."""
        key = place_key(name)
        if key.startswith("cityof"):  # `City of Alexandria County`
            key = f"{_COUNTY.sub('', key.removeprefix('cityof'))}city"
        bare = _COUNTY.sub("", key)
        return self.by_county.get(f"{state} {key}") or self.by_county.get(f"{state} {bare}", UNKNOWN)


@lru_cache(maxsize=10_000)
def place_key(name: str) -> str:
    """Letters and digits of a place name in small letters, so that `St. Louis` is `SAINT LOUIS` and `stlouis`.

    >>> place_key("St. Louis"), place_key("SAINT LOUIS"), place_key("NEWYORK")
    ('stlouis', 'stlouis', 'newyork')
    """
    plain = name.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isalnum() or c.isspace() or c.isascii())
    return "".join([_ABBREVIATIONS.get(word, word) for word in plain.translate(_TO_WORDS).split()])


def load_place_index(tables: Tables) -> PlaceIndex:
    """Index of the tables and of all 42,000 ZIP codes, about a second; use it through `tables.derived`."""
    rows = tables.rows("metro_counties")
    index = PlaceIndex(
        metros=dict(_metros(rows)),
        by_code={row["metro_code"]: (row["metro"], _first_state(row["metro"])) for row in rows},
        by_fips={row["county_fips"]: (row["state"], Metros({row["metro"]})) for row in rows},
        states={row["county_fips"][:2]: row["state"] for row in rows},
    )
    in_metro = {f"{row['state']} {place_key(row['county'])}": row["metro"] for row in rows}
    _add_counties(index, in_metro)
    towns = _towns(tables, index.by_fips)
    _add_zip_codes(index, in_metro, towns)
    index.by_city.update({f"{CONNECTICUT} {town}": metros for town, metros in towns.items()})
    return index


def _metros(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, tuple[str, str]]]:
    for metro in dict.fromkeys(row["metro"] for row in rows):
        title = _title(metro)
        for spelled in (metro, title, f"{title} Metropolitan Statistical Area"):
            yield place_key(spelled), (metro, _first_state(metro))


def _title(metro: str) -> str:
    return re.sub(r" \(?Metropolitan Statistical Area\)?$", "", metro)


def _first_state(metro: str) -> str:
    return _title(metro).rpartition(", ")[2].partition("-")[0]


def _towns(tables: Tables, by_fips: Mapping[str, tuple[str, Metros]]) -> dict[str, Metros]:
    """Metro by town of Connecticut, whose metropolitan areas do not follow its old counties."""
    outside = CONNECTICUT, Metros({None})
    return {
        place_key(row["town"]): by_fips.get(row["county_fips"], outside)[1] for row in tables.rows("connecticut_towns")
    }


def _add_counties(index: PlaceIndex, in_metro: Mapping[str, str]) -> None:
    """Add counties of metropolitan areas, with their kind (`fairfaxcity`) and without."""
    for county, metro in in_metro.items():
        _add_county(index, county, Metros({metro}))


def _add_county(index: PlaceIndex, county: str, metros: Metros) -> None:
    for name in {county, _COUNTY.sub("", county)}:
        index.by_county[name] = index.by_county.get(name, metros) | metros


def _zip_codes() -> Iterator[dict[str, Any]]:
    """All ZIP codes, by their first two digits: all at once take 100 MB."""
    for digits in range(100):
        for code in zipcodes.similar_to(f"{digits:02}"):
            if code["state"] not in _OVERSEAS:
                yield code


def _add_zip_codes(index: PlaceIndex, in_metro: Mapping[str, str], towns: Mapping[str, Metros]) -> None:
    """Add ZIP codes, their counties and cities; the names of the Postal Service before other names in use."""
    known = {f"{CONNECTICUT} {town}": (CONNECTICUT, metros) for town, metros in towns.items()}
    of_city: dict[str, str] = {}
    for code in _zip_codes():
        state = code["state"]
        area = f"{state} {place_key(code['city'] if state == CONNECTICUT else code['county'])}"
        if area not in known:
            known[area] = state, UNKNOWN
            if code["county"] and state != CONNECTICUT:
                known[area] = state, Metros({in_metro.get(area)})
                _add_county(index, area, known[area][1])
        index.zip_states.add(state)
        zip_code = code["zip_code"]
        index.by_zip[zip_code] = known[area]
        is_ordinary = code["zip_code_type"] == "STANDARD" and code["active"]
        city = _add_city(index, known[area], code["city"], _ORDINARY if is_ordinary else _SINGLE_FIRM)
        if is_ordinary:
            of_city[zip_code] = city
        for name in code["acceptable_cities"]:
            _add_city(index, known[area], name, _OTHER_NAME)
        for name in code["unacceptable_cities"]:
            _add_city(index, known[area], name, _DISCOURAGED)
    _decide_cities(index, of_city)


def _add_city(index: PlaceIndex, area: tuple[str, Metros], name: str, rank: int) -> str:
    """Add a city's metros, unless a better rank has said some; return its key."""
    state, metros = area
    city = f"{state} {place_key(name)}"
    before = index.by_city.get(city)
    if before is None or (metros and (not before or rank < index.ranks[city])):
        index.by_city[city] = metros
        index.ranks[city] = rank
    elif rank == index.ranks[city] and metros is not before:
        index.by_city[city] = before | metros
    return city


def _decide_cities(index: PlaceIndex, of_city: Mapping[str, str]) -> None:
    """Of several metros of a city, keep the one whose name has it, else the one with two thirds of its ZIP codes."""
    votes: dict[str, Counter[str | None]] = {c: Counter() for c, metros in index.by_city.items() if len(metros) > 1}
    for zip_code, city in of_city.items():
        if city in votes:
            votes[city].update(index.by_zip[zip_code][1])
    for city, counts in votes.items():
        name = city.partition(" ")[2]
        titles = {metro: metro.partition(",")[0] for metro in index.by_city[city] if metro}
        named = [metro for metro, title in titles.items() if name in map(place_key, re.split(r"-+|/", title))]
        most = [metro for metro, n_codes in counts.items() if 3 * n_codes >= 2 * counts.total()]
        if len(named) == 1 or most:
            index.by_city[city] = Metros(named if len(named) == 1 else most)
