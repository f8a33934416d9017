"""Place names as people type them: `Seattle, WA`, `new york`, and `Washington, D.C.` name rows of data/places.csv."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from compkit.errors import MAX_QUOTED, N_NEAREST, nearest_names, unknown_choice

ELSEWHERE = "Elsewhere"
"""Any place without prices and taxes in the tables, in any country."""
_NEW_YORK_CITY = ("nyc", "new york city", "manhattan", "brooklyn", "queens", "bronx", "the bronx", "staten island")
_ALIASES = {
    "sf": "San Francisco", "la": "Los Angeles", "dc": "Washington DC", "philly": "Philadelphia",
    "slc": "Salt Lake City", "saint louis": "St. Louis", "saint paul": "St. Paul", "tysons corner": "Tysons",
    **dict.fromkeys(_NEW_YORK_CITY, "New York"),
}  # fmt: skip
_CLOSE = 0.8
"""Likeness from which a name is a slip of the pen; Toronto is 0.62 like Towson."""
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
_STATE_NAMES = {code: name for name, code in STATE_CODES.items() if len(name) > len("WA")}


class PlaceNames(list[str]):
    """The closed list of places, which also accepts other spellings.

    Parameters
    ----------
    places : iterable of str
        The names.
    states : mapping of str to str
        Two-letter state by place.
    namesakes : mapping of str to str, optional
        Another well-known city of a place's name.

    Examples
    --------
    >>> places = PlaceNames(["Portland", "Washington DC"], {"Portland": "OR", "Washington DC": "DC"})
    >>> places.read("portland, Oregon"), places.read("Washington, D.C."), places.read("Portland, ME")
    ('Portland', 'Washington DC', None)
    """

    def __init__(
        self, places: Iterable[str], states: Mapping[str, str], namesakes: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(places)
        self.states = {place: states[place] for place in self if place in states}
        self.namesakes = dict(namesakes or {})

    def without(self, place: str) -> PlaceNames:
        """Copy of the list without one place."""
        return PlaceNames((name for name in self if name != place), self.states, self.namesakes)

    def read(self, text: str) -> str | None:
        """Place that a text names, or None."""
        if text in self:
            return text
        plain = _COUNTRY.sub("", _normalize(text))
        if plain in self._by_spelling:
            return self._by_spelling[plain]
        city, state = self._city_and_state(plain)
        return self._by_city_and_state.get((city, state)) if state else None

    def read_note(self, text: str) -> str | None:
        """Which city a name without its state is read as, if another well-known one has it.

        >>> places = PlaceNames(["Portland"], {"Portland": "OR"}, {"Portland": "Portland, ME"})
        >>> places.read_note("portland")
        'Portland is read as Portland, OR. Type the state as well; Portland, ME is not in our tables.'
        >>> places.read_note("Portland, OR")
        """
        plain = _COUNTRY.sub("", _normalize(text))
        place = self._by_spelling.get(plain)
        if place is None or place not in self.namesakes or self._city_and_state(plain)[1]:
            return None
        other = self.namesakes[place]
        return f"{place} is read as {self._with_state(place)}. Type the state as well; {other} is not in our tables."

    def unknown(self, text: str) -> str:
        """Message for a text that names no place, without its subject."""
        plain = _COUNTRY.sub("", _normalize(text))
        if plain == "remote":
            return "must be the city where you live, not Remote, because taxes and prices depend on it. Type the city."
        elsewhere = f" For a place not listed, type {ELSEWHERE}." if ELSEWHERE in self else ""
        return (
            f"must be a place we know, got {text[:MAX_QUOTED]!r}. {self._advice(plain)} "
            f"`compkit data places` lists all.{elsewhere}"
        )

    def _advice(self, plain: str) -> str:
        """Say what to type instead of a text in small letters, or that we can't tell its taxes."""
        of_that_name = [place for place in self if _normalize(self._without_state(place)) == plain]
        if of_that_name:
            return f"Which one do you mean? Type the state as well, as in {self._either(of_that_name)}."
        city, state = self._city_and_state(plain)
        state_alone = STATE_CODES.get(plain, "")
        in_state = [place for place in self if self.states.get(place) == (state or state_alone)]
        if state_alone and in_state:
            return f"Type the city, such as {self._either(in_state[:N_NEAREST])}."
        if (state or state_alone) and not in_state:
            return f"We have no tax model for {_STATE_NAMES[state or state_alone].title()}."
        close = nearest_names(city, self, n=N_NEAREST, cutoff=_CLOSE) if "," not in city else []
        if state:
            near = list(dict.fromkeys([*nearest_names(city, in_state), *close]))[:N_NEAREST]
            return f"Nearest: {'; '.join(map(self._with_state, near))}."
        return f"Did you mean {' or '.join(map(repr, close))}?" if close else "We have no tax model for it."

    def _either(self, places: Sequence[str]) -> str:
        return " or ".join(map(self._with_state, places))

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

    def _with_state(self, place: str) -> str:
        state = self.states.get(place)
        return f"{self._without_state(place)}, {state}" if state else place

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


def read_notes(texts: Iterable[object], places: Sequence[str]) -> list[str]:
    """List the notes on names that other well-known cities have; see `PlaceNames.read_note`."""
    if not isinstance(places, PlaceNames):
        return []
    return list(filter(None, (places.read_note(text) for text in texts if isinstance(text, str))))


def _normalize(text: str) -> str:
    return " ".join(text.replace(".", "").casefold().split())


def _any_case(character: str) -> str:
    lower, upper = character.lower(), character.upper()
    return f"[{upper}{lower}]" if lower != upper else r"\.?" if character == "." else re.escape(character)
