"""Place names as people type them: `Seattle, WA`, `new york`, and `Washington, D.C.` name rows of data/places.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from compkit.errors import MAX_QUOTED, N_NEAREST, nearest_name, nearest_names, unknown_choice

ELSEWHERE = "Elsewhere"
"""Any place without prices and taxes in the tables, in any country."""
_NEW_YORK_CITY = ("nyc", "new york city", "manhattan", "brooklyn", "queens", "bronx", "the bronx", "staten island")
_ALIASES = {"sf": "San Francisco", "saint louis": "St. Louis", **dict.fromkeys(_NEW_YORK_CITY, "New York")}
_COUNTRY = re.compile(r"[ ,]+(?:usa?|united states)$")
_STATES = """
    Alabama AL, Alaska AK, Arizona AZ, Arkansas AR, California CA, Colorado CO, Connecticut CT, Delaware DE,
    District of Columbia DC, Florida FL, Georgia GA, Hawaii HI, Idaho ID, Illinois IL, Indiana IN, Iowa IA,
    Kansas KS, Kentucky KY, Louisiana LA, Maine ME, Maryland MD, Massachusetts MA, Michigan MI, Minnesota MN,
    Mississippi MS, Missouri MO, Montana MT, Nebraska NE, Nevada NV, New Hampshire NH, New Jersey NJ,
    New Mexico NM, New York NY, North Carolina NC, North Dakota ND, Ohio OH, Oklahoma OK, Oregon OR,
    Pennsylvania PA, Rhode Island RI, South Carolina SC, South Dakota SD, Tennessee TN, Texas TX, Utah UT,
    Vermont VT, Virginia VA, Washington WA, West Virginia WV, Wisconsin WI, Wyoming WY
"""
STATE_CODES = {
    written: code
    for name, _, code in (entry.strip().rpartition(" ") for entry in _STATES.replace("\n", " ").split(","))
    for written in (name.casefold(), code.casefold())
}
"""Two-letter code by name and code of each state, in small letters."""


class PlaceNames(list[str]):
    """The closed list of places, which also accepts other spellings.

    Parameters
    ----------
    places : iterable of str
        The names.
    states : mapping of str to str
        Two-letter state by place.

    Examples
    --------
    >>> places = PlaceNames(["Portland", "Washington DC"], {"Portland": "OR", "Washington DC": "DC"})
    >>> places.read("portland, Oregon"), places.read("Washington, D.C."), places.read("Portland, ME")
    ('Portland', 'Washington DC', None)
    """

    def __init__(self, places: Iterable[str], states: Mapping[str, str]) -> None:
        super().__init__(places)
        self.states = {place: states[place] for place in self if place in states}

    def without(self, place: str) -> PlaceNames:
        """Copy of the list without one place."""
        return PlaceNames((name for name in self if name != place), self.states)

    def read(self, text: str) -> str | None:
        """Place that a text names, or None."""
        if text in self:
            return text
        plain = _COUNTRY.sub("", _normalize(text))
        if plain in self._by_spelling:
            return self._by_spelling[plain]
        city, state = self._city_and_state(plain)
        return self._by_city_and_state.get((city, state)) if state else None

    def unknown(self, text: str) -> str:
        """Message for a text that names no place, without its subject."""
        if _normalize(text) == "remote":
            return "must be the city where you live, not Remote, because taxes and prices depend on it. Type the city."
        city, state = self._city_and_state(_COUNTRY.sub("", _normalize(text)))
        neighbors = [place for place in self if state and self.states.get(place) == state]
        near = list(dict.fromkeys([*nearest_names(city, neighbors), *nearest_names(city, self)]))[:N_NEAREST]
        sentence = (
            f"must be a place we know, got {text[:MAX_QUOTED]!r}. "
            f"Nearest: {'; '.join(map(self._with_state_code, near))}. "
            "`compkit data places` lists all."
        )
        sentence += f" For a place not listed, type {ELSEWHERE}." if ELSEWHERE in self else ""
        close = None if state else nearest_name(city, self)
        return f"{sentence} Did you mean {close!r}?" if close else sentence

    @property
    def pattern(self) -> str:
        """Regular expression for JSON Schema that matches every accepted spelling."""
        names = sorted({*self, *_ALIASES} | {self._without_state(place) for place in self})
        either = "|".join("".join(map(_any_case, name)) for name in names)
        return rf"^\s*(?:{either})(?:[ ,.].*)?$"

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        known = {alias: place for alias, place in _ALIASES.items() if place in self}
        return {**known, **{_normalize(place): place for place in self}}

    @cached_property
    def _by_city_and_state(self) -> dict[tuple[str, str], str]:
        return {
            (city, self.states[place]): place
            for spelling, place in self._by_spelling.items()
            if place in self.states
            for city in (spelling, _normalize(self._without_state(place)))
        }

    def _without_state(self, place: str) -> str:
        """Name of a place without the state that some end in, such as `Arlington VA`."""
        return place.removesuffix(f" {self.states.get(place, '')}")

    def _with_state_code(self, place: str) -> str:
        state = self.states.get(place)
        return f"{place}, {state}" if state and not place.endswith(f" {state}") else place

    @staticmethod
    def _city_and_state(plain: str) -> tuple[str, str]:
        """Split `seattle, wa` or `seattle wa`; the state is empty if unknown."""
        city, comma, state = plain.rpartition(",")
        if not comma:
            city, _, state = plain.rpartition(" ")
            state = state if len(state) == len("WA") else ""  # `New York` is not a town called New
        code = STATE_CODES.get(state.strip(), "")
        return (city.strip(), code) if code else (plain, "")


def read_place(text: str, places: Sequence[str]) -> str | None:
    """Place of a list that a text names, or None."""
    if isinstance(places, PlaceNames):
        return places.read(text)
    return text if text in places else None


def unknown_place(text: str, places: Sequence[str]) -> str:
    """Message for a text that names no place of a list, without its subject."""
    return places.unknown(text) if isinstance(places, PlaceNames) else unknown_choice(text, places)


def _normalize(text: str) -> str:
    return " ".join(text.replace(".", "").casefold().split())


def _any_case(character: str) -> str:
    lower, upper = character.lower(), character.upper()
    return f"[{upper}{lower}]" if lower != upper else r"\.?" if character == "." else re.escape(character)
