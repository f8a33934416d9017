"""Places as pay data spells them, to metropolitan area, state and country; what a place doesn't say stays unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from compkit.model import STATE_CODES
from compkit.paydata.place_index import UNKNOWN, Metros, PlaceIndex, load_place_index, place_key
from compkit.reference import Tables

US = "US"
_US_NAMES = frozenset({"us", "usa", "unitedstates", "unitedstatesofamerica"})
_TERRITORIES = {"puertorico": "PR", "pr": "PR", "guam": "GU", "gu": "GU", "virginislands": "VI", "vi": "VI"}
_CITIES_AND_STATES = frozenset({"newyork", "washington"})
_ZIP = re.compile(r"(?:^|\s)(\d{5})(?:-\d{4})?$")
_COUNTY = re.compile(r"\b(?:county|parish|borough|municipio)$", re.IGNORECASE)
_STATES_OF_AREA = re.compile(r"[A-Za-z]{2}(?:-[A-Za-z]{2})+")
_REMOTE = re.compile(r"[\s(-]*\bremote\b[\s)-]*", re.IGNORECASE)
_AREA = re.compile(
    r"^greater\s+|\s+(?:\(?(?:metropolitan|micropolitan|metro)\s+(?:statistical\s+)?(?:area|division)\b.*"
    r"|area|metroplex)$",
    re.IGNORECASE,
)


class PlaceTyped(NamedTuple):
    """A place as a file spells it, in as many columns as it has.

    Parameters
    ----------
    text : str
        All in one: `Seattle, WA`, `Sydney, NS, Australia`, or the name of a metropolitan area.
    city, county, state, country : str
        Columns of their own.
    zip_code, county_fips : str
        Digits, with or without leading zeros.
    metro_code : str
        Digits of a metropolitan area (CBSA), with or without leading zeros.
    """

    text: str = ""
    city: str = ""
    county: str = ""
    state: str = ""
    zip_code: str = ""
    county_fips: str = ""
    country: str = ""
    metro_code: str = ""


class Metro(NamedTuple):
    """Where a place is: metropolitan area by its name of today, two-letter state, country (`US` or as typed)."""

    metro: str | None
    state: str | None
    country: str | None


def metro_places(typed: Sequence[PlaceTyped], tables: Tables) -> list[Metro]:
    """Metropolitan area, state and country of each place.

    County and city count first, and must agree; ZIP and county codes, often added by machine, fill in what they leave
    open. The metro is None if they contradict each other, for a remote job, a place outside all metropolitan areas, a
    city that lies in several, and a city without a state if several states have one of that name.

    Parameters
    ----------
    typed : sequence of PlaceTyped
    tables : Tables

    Examples
    --------
    >>> from compkit.reference import load_tables
    >>> metro_places([PlaceTyped("CHULA VISTA, CALIFORNIA")], load_tables())[0].metro
    'San Diego-Chula Vista-Carlsbad, CA (Metropolitan Statistical Area)'
    >>> metro_places([PlaceTyped("Sydney, NS, Australia")], load_tables())
    [Metro(metro=None, state=None, country='Australia')]
    """
    index = tables.derived(load_place_index)
    return [_metro(place, index) for place in typed]


def _metro(typed: PlaceTyped, index: PlaceIndex) -> Metro:
    if known := index.by_code.get(_digits(typed.metro_code)) or index.metros.get(place_key(typed.text)):
        return Metro(*known, US)
    text, city = (typed.text, typed.city) if typed.text or "," not in typed.city else (typed.city, "")
    here = _REMOTE.sub("", text)
    place = _with_parts(typed._replace(text=here, city=_REMOTE.sub("", city)), index)
    if place.country not in ("", US):
        return Metro(None, None, place.country)
    if _REMOTE.search(text) or _REMOTE.search(city):
        return Metro(None, place.state or None, US if place.state else place.country or None)
    state = place.state or _only_state(place, index)
    if not state:
        return Metro(None, None, place.country or None)
    common = _common(_named(place, state, index), _coded(place, state, index))
    return Metro(next(iter(common)) if len(common) == 1 else None, state, US)


def _common(named: Iterable[Metros], coded: Iterable[Metros]) -> Metros:
    """Metros that all names allow; if several do, or there is no name, those that all codes allow as well."""
    names = [metros for metros in named if metros]
    common = frozenset.intersection(*names) if names else UNKNOWN
    if len(common) == 1 or (names and not common):
        return common
    codes = [metros for metros in coded if metros]
    return frozenset.intersection(*codes, *([common] if common else [])) if codes else common


def _named(place: PlaceTyped, state: str, index: PlaceIndex) -> Iterator[Metros]:
    """Metros by county and by city."""
    if place.county:
        yield index.county(state, place.county)
    if place.city:
        first = re.split(r"[-/]", place.city)[0]  # `San Francisco-Oakland-Hayward`, the former name of an area
        yield index.city(state, place.city) or index.city(state, first)


def _coded(place: PlaceTyped, state: str, index: PlaceIndex) -> Iterator[Metros]:
    """Metros by ZIP code and by county code, if they are of this state."""
    for codes, typed in ((index.by_zip, place.zip_code), (index.by_fips, place.county_fips)):
        code_state, metros = codes.get(_digits(typed), ("", UNKNOWN))
        if code_state == state:
            yield metros


def _only_state(place: PlaceTyped, index: PlaceIndex) -> str | None:
    """State of a place that names none, if there is only one it can be in."""
    if place.county_fips:
        return index.states.get(_digits(place.county_fips)[:2])
    if place.zip_code:
        return index.by_zip.get(_digits(place.zip_code), (None, None))[0]
    states = index.states_of_city(place.city)
    return states[0] if len(states) == 1 else None


def _with_parts(typed: PlaceTyped, index: PlaceIndex) -> PlaceTyped:
    """Place with its text taken apart, and state and country in their codes; nothing for a state we don't know."""
    place = typed._replace(country=_country(typed.country))
    state = _state(place.state)
    if place.state.strip() and not state and not place.country:
        return PlaceTyped()
    parts = [" ".join(part.split()) for part in re.split(r"[,;]", typed.text) if part.strip()]
    if parts and place_key(parts[-1]) in _US_NAMES:
        place = place._replace(country=US)
        parts.pop()
    if parts and (found := _ZIP.search(parts[-1])):
        place = place._replace(zip_code=place.zip_code or found[1])
        parts = [part for part in [*parts[:-1], parts[-1][: found.start()]] if part]
    if parts and not state:
        state, parts, country = _state_and_country(parts, place.country, index)
        place = place._replace(country=country)
    county = next((part for part in parts[:2] if _COUNTY.search(part)), "")
    city = next((part for part in parts if part != county), "")
    return place._replace(
        state=state or "", county=place.county or county, city=place.city or _AREA.sub("", city) or city
    )


def _state_and_country(parts: list[str], country: str, index: PlaceIndex) -> tuple[str | None, list[str], str]:
    """State, the parts before it, and country; `Paris, IL, France` is not in Illinois."""
    *before, last = parts
    last = _AREA.sub("", last) or last
    state = _state(last.partition("-")[0] if _STATES_OF_AREA.fullmatch(last) else last)
    if before:
        is_far = len(before) > 1 and len(before[-1]) <= len("NSW") and len(last) > len("GA")  # `Tbilisi, TB, Georgia`
        if state and not is_far:
            return state, before, country
        if _COUNTY.search(last):
            return None, parts, country
        is_name = len(last) > len("BC") and all(c.isalpha() or c.isspace() for c in last)
        return None, [], country or (_country(last) if is_name else "")
    city, _, code = last.rpartition(" ")
    if len(code) == len("WA") and (spaced := _state(code)) and index.city(spaced, city):
        return spaced, [city], country
    if state and (country or place_key(last) not in _CITIES_AND_STATES):
        return state, [], country
    return None, parts, country


def _country(typed: str) -> str:
    """`US`, a code in capitals, or a name with capital initials."""
    if place_key(typed) in _US_NAMES:
        return US
    plain = " ".join(typed.split())
    return plain.upper() if len(plain) <= len("GBR") else plain.title()


def _state(text: str) -> str | None:
    key = place_key(text)
    return _STATES.get(key) if key else None


def _digits(typed: str) -> str:
    """Five digits of a code; a number column loses leading zeros and may gain `.0`, and a metro may have seven."""
    found = re.fullmatch(r"\s*0{0,2}(\d{3,5})(?:\.0|-\d{4})?\s*", typed)
    return found[1].zfill(5) if found else ""


_STATES = {place_key(written): code for written, code in STATE_CODES.items()} | _TERRITORIES
