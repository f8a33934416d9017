"""Places as people write them: `Seattle, WA`, `new york` and `Washington, D.C.` name rows of data/places.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from compkit.errors import N_NEAREST, nearest_name, nearest_names, unknown_choice

ELSEWHERE = "Elsewhere"
MAX_QUOTED = 80

_REMOTE = "remote"
_ALIASES = {"nyc": "New York", "new york city": "New York", "sf": "San Francisco", "saint louis": "St. Louis"}
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
_STATE_CODES = {
    written: code
    for name, _, code in (entry.strip().rpartition(" ") for entry in _STATES.replace("\n", " ").split(","))
    for written in (name.casefold(), code.casefold())
}


class PlaceNames(list[str]):
    """The closed list of places, which also reads other spellings of their names.

    Parameters
    ----------
    places : iterable of str
        The names.
    states : mapping of str to str
        The two-letter state of each place that has one.

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
        """Return the list without one of its places."""
        return PlaceNames((name for name in self if name != place), self.states)

    def read(self, text: str) -> str | None:
        """Return the one place that a text names, or None."""
        if text in self:
            return text
        plain = _COUNTRY.sub("", _folded(text))
        if plain in self._by_spelling:
            return self._by_spelling[plain]
        city, state = self._city_and_state(plain)
        return self._with_state.get((city, state)) if state else None

    def unknown(self, text: str) -> str:
        """Return the rest of a sentence about a text that names none of the places."""
        if _folded(text) == _REMOTE:
            return "must be where you live: Remote has no taxes and prices of its own. Name the city."
        city, state = self._city_and_state(_COUNTRY.sub("", _folded(text)))
        neighbors = [place for place in self if state and self.states.get(place) == state]
        near = list(dict.fromkeys([*nearest_names(city, neighbors), *nearest_names(city, self)]))[:N_NEAREST]
        sentence = (
            f"must be a place we know, got {text[:MAX_QUOTED]!r}. Nearest: {'; '.join(map(self._told, near))}. "
            "`compkit data places` lists all."
        )
        sentence += f" For a place not listed, write {ELSEWHERE}." if ELSEWHERE in self else ""
        close = None if state else nearest_name(city, self)
        return f"{sentence} Did you mean {close!r}?" if close else sentence

    @property
    def pattern(self) -> str:
        """A regular expression for JSON Schema that every accepted spelling matches."""
        names = sorted({*self, *_ALIASES} | {self._bare(place) for place in self})
        either = "|".join("".join(map(_any_case, name)) for name in names)
        return rf"^\s*(?:{either})(?:[ ,.].*)?$"

    @cached_property
    def _by_spelling(self) -> dict[str, str]:
        known = {alias: place for alias, place in _ALIASES.items() if place in self}
        return {**known, **{_folded(place): place for place in self}}

    @cached_property
    def _with_state(self) -> dict[tuple[str, str], str]:
        return {
            (city, self.states[place]): place
            for spelling, place in self._by_spelling.items()
            if place in self.states
            for city in (spelling, _folded(self._bare(place)))
        }

    def _bare(self, place: str) -> str:
        """Return a place's name without the state that some carry: `Arlington VA`."""
        return place.removesuffix(f" {self.states.get(place, '')}")

    def _told(self, place: str) -> str:
        state = self.states.get(place)
        return f"{place}, {state}" if state and not place.endswith(f" {state}") else place

    @staticmethod
    def _city_and_state(plain: str) -> tuple[str, str]:
        """Return the parts of `seattle, wa` or `seattle wa`; the state is empty where there is none that we know."""
        city, comma, state = plain.rpartition(",")
        if not comma:
            city, _, state = plain.rpartition(" ")
            state = state if len(state) == len("WA") else ""  # `New York` is no town called New
        code = _STATE_CODES.get(state.strip(), "")
        return (city.strip(), code) if code else (plain, "")


def read_place(text: str, places: Sequence[str]) -> str | None:
    """Return the place of a list that a text names, or None."""
    if isinstance(places, PlaceNames):
        return places.read(text)
    return text if text in places else None


def unknown_place(text: str, places: Sequence[str]) -> str:
    """Return the rest of a sentence about a text that names no place of a list."""
    return places.unknown(text) if isinstance(places, PlaceNames) else unknown_choice(text, places)


def _folded(text: str) -> str:
    return " ".join(text.replace(".", "").casefold().split())


def _any_case(character: str) -> str:
    lower, upper = character.lower(), character.upper()
    return f"[{upper}{lower}]" if lower != upper else r"\.?" if character == "." else re.escape(character)
