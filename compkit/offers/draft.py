"""An offers file as it is edited: its text with comments, what is wrong with it, and how it is saved."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from compkit.errors import Fault, InputError
from compkit.offers.answers import unused_id
from compkit.offers.document import SCHEMA_ID
from compkit.offers.formats import Contents, parse_contents
from compkit.offers.loading import Offers, read_offers_text
from compkit.offers.plain_text import decode_text
from compkit.offers.questions import Place
from compkit.offers.sheet_writer import sheet_bytes
from compkit.offers.validation import offer_reference
from compkit.offers.yaml_writer import is_plain_text, plain_values

FIRST_ID = "new-offer"
EMPTY_TEXT = f"schema: {SCHEMA_ID}\noffers:\n- id: {FIRST_ID}\n"
_TEXT_ENDINGS = (".yaml", ".yml")
_ALIAS = re.compile(r"[:\-,\[{]\s*[&*]\w")
"""A name for a value, or its use: an edit at one place would change others."""


@dataclass(frozen=True)
class FieldMessage:
    """A fault or a warning at a place of a draft; `message` continues after the field's name."""

    place: Place
    message: str
    is_fault: bool


class OffersDraft:
    """An offers file being edited.

    What is typed stays as typed: an amount such as $175k goes into the file as that text, so a draft and the file
    saved from it mean the same. Comments and the order of fields stay; braces over several lines may come to
    stand on one.

    Parameters
    ----------
    text : str, optional
        A YAML offers file; by default one offer without any field.

    Raises
    ------
    InputError
        If the text is not YAML with groups and lists.

    Examples
    --------
    >>> draft = OffersDraft()
    >>> draft.set_value(("offers", 0, "company"), "Meta")
    >>> draft.set_value(("offers", 0, "base_salary"), "$210k")
    >>> draft.text.splitlines()[2:]
    ['- id: meta', '  company: Meta', '  base_salary: "$210k"']
    >>> [(message.place[-1], message.message) for message in draft.messages if message.is_fault]
    [('level', 'is missing. Add it.'), ('location', 'is missing. Add it.')]
    """

    def __init__(self, text: str = EMPTY_TEXT) -> None:
        self._document: CommentedMap = CommentedMap()
        self.text = text
        self._saved = self.text

    @classmethod
    def load(cls, name: str, data: bytes) -> OffersDraft:
        """Load the contents of an offers file; a YAML file may have faults, which `messages` shows.

        Parameters
        ----------
        name : str
            The file's name; its ending tells the format.
        data : bytes

        Raises
        ------
        InputError
            If it can't be read, or is a sheet with faults.
        """
        ending = PurePath(name).suffix.lower()
        contents = parse_contents(data, ending, name)
        if contents.splits or contents.is_sheet:
            faults = read_offers_text(data, ending, name).faults
            if faults:
                raise InputError(faults)
        if ending in (".yaml", ".yml"):
            draft = cls(decode_text(data))
            if parse_contents(draft._dumped().encode(), ".yaml", name).values == contents.values and not _ALIAS.search(
                draft.text
            ):
                return draft
        # Another format, or a layout that editing would not keep: the values alone.
        draft = cls()
        draft._document = _round_trip(plain_values({"schema": SCHEMA_ID, **contents.values}))
        draft._changed(draft._dumped())
        draft.mark_saved()
        return draft

    @property
    def text(self) -> str:
        """The file's text, in YAML."""
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        contents = parse_contents(text.encode(), ".yaml", "")
        if contents.splits:
            raise InputError([Fault("", "", "", one.message) for one in contents.splits])
        self._indent = _list_indent(text)
        self._document = _yaml(self._indent).load(text)
        self._changed(text)

    def _dumped(self) -> str:
        stream = io.StringIO()
        _yaml(self._indent).dump(self._document, stream)
        return stream.getvalue()

    def _changed(self, text: str | None = None) -> None:
        self._text = self._dumped() if text is None else text
        for name in ("offers", "messages", "_contents"):
            self.__dict__.pop(name, None)

    @property
    def is_changed(self) -> bool:
        """Whether it differs from what was loaded or saved last."""
        return self._text != self._saved

    def mark_saved(self) -> None:
        """Take the present text as saved."""
        self._saved = self._text

    @cached_property
    def _contents(self) -> Contents:
        return parse_contents(self._text.encode(), ".yaml", "")

    @cached_property
    def offers(self) -> Offers:
        """The valid offers, and the others with their faults."""
        return read_offers_text(self._text.encode(), ".yaml", "")

    @cached_property
    def messages(self) -> tuple[FieldMessage, ...]:
        """Every fault and warning, at its place."""
        found = [(fault, True) for fault in self.offers.faults] + [(one, False) for one in self.offers.warnings]
        return tuple(FieldMessage(self._place(one), one.message, is_fault) for one, is_fault in found)

    def _place(self, fault: Fault) -> Place:
        inside = tuple(
            int(part) if part.isdecimal() else part
            for part in fault.field.replace("[", ".").replace("]", "").split(".")
            if part
        )
        head, _, name = fault.where.partition(" ")
        if head == "candidate":
            return ("candidates", name.strip("'"), *inside) if name else ("candidate", *inside)
        raw = self._contents.values.get("offers")
        names = [
            offer_reference(one, at, self._contents) for at, one in enumerate(raw if isinstance(raw, list) else ())
        ]
        # The later of two offers with one id is the one at fault.
        position = max((at for at, one in enumerate(names) if one == fault.where), default=None)
        return inside if position is None else ("offers", position, *inside)

    @property
    def n_offers(self) -> int:
        """How many offers it has, valid or not."""
        return len(self._document.get("offers") or ())

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of `candidates`; empty if the file is about one person."""
        return tuple(str(name) for name in self._document.get("candidates") or ())

    def value(self, place: Place) -> Any:
        """Value at a place as plain data, or None."""
        inside: Any = self._document
        for part in place:
            try:
                inside = inside[part]
            except (KeyError, IndexError, TypeError):
                return None
        return inside

    def set_value(self, place: Place, value: object) -> None:
        """Put a value at a place; None or an empty text removes it, and groups left empty.

        An offer's id follows its company and level until it is typed.
        """
        follows = self._id_follows(place)
        if value is None or value == "":
            self._remove(place)
        else:
            self._insert(place, _scalar(value))
        if follows:
            offer = self._document["offers"][place[1]]
            company, level = (str(offer.get(name) or "") for name in ("company", "level"))
            offer["id"] = unused_id(company, level, self._other_ids(int(place[1])))
        self._changed()

    def _id_follows(self, place: Place) -> bool:
        if len(place) != 3 or place[0] != "offers" or place[2] not in ("company", "level"):
            return False
        offer = self._document["offers"][place[1]]
        company, level = (str(offer.get(name) or "") for name in ("company", "level"))
        return offer.get("id") in (None, FIRST_ID, unused_id(company, level, self._other_ids(int(place[1]))))

    def _other_ids(self, position: int) -> set[str]:
        return {str(one.get("id")) for at, one in enumerate(self._document["offers"]) if at != position}

    def _insert(self, place: Place, value: object) -> None:
        inside: Any = self._document
        for part, following in itertools.pairwise(place):
            new: Any = CommentedSeq() if isinstance(following, int) else CommentedMap()
            if isinstance(part, int):
                inside.extend([new] if part == len(inside) else [])
            elif inside.get(part) is None:
                inside[part] = new
            inside = inside[part]
        last = place[-1]
        if isinstance(last, int):
            inside.extend([0] * (last + 1 - len(inside)))
        inside[last] = value

    def _remove(self, place: Place) -> None:
        holder, last = self.value(place[:-1]), place[-1]
        if not isinstance(holder, CommentedMap | CommentedSeq) or self.value(place) is None:
            return
        if isinstance(last, int) and last < len(holder) - 1 and not isinstance(holder[last], CommentedMap):
            holder[last] = 0  # a later payment keeps its year
            return
        del holder[last]
        if not holder and len(place) > 3:
            self._remove(place[:-1])

    def add_offer(self) -> int:
        """Add an empty offer; return its position."""
        if not self._document.get("offers"):
            self._document["offers"] = CommentedSeq()
        offer = CommentedMap({"id": unused_id(FIRST_ID, "", self._other_ids(-1))})
        if self.people:
            offer["candidate"] = self.people[0]
        self._document["offers"].append(offer)
        self._changed()
        return self.n_offers - 1

    def remove_offer(self, position: int) -> None:
        """Remove an offer."""
        del self._document["offers"][position]
        self._changed()

    def add_person(self, name: str) -> str:
        """Add a person; return their id. A file about one person becomes a file about several.

        Parameters
        ----------
        name : str
            As pages show it.
        """
        if not self.people:
            only = self._document.pop("candidate", None) or CommentedMap()
            first = unused_id(str(only.get("name") or "me"), "", ())
            self._document.insert(1, "candidates", CommentedMap({first: only}))
            for offer in self._document.get("offers") or ():
                offer["candidate"] = first
        added = unused_id(name, "", self.people)
        self._document["candidates"][added] = CommentedMap({"name": _scalar(name)})
        self._changed()
        return added

    def save(self, ending: str) -> bytes:
        """Contents of the file in a format.

        Parameters
        ----------
        ending : {".yaml", ".csv", ".xlsx"}

        Raises
        ------
        InputError
            If a sheet has no place for something; with a line for each.
        """
        if ending in _TEXT_ENDINGS:
            return self._text.encode()
        return sheet_bytes(self._contents.values, ending)


def _list_indent(text: str) -> int:
    """Spaces before the dash of an offer in the text."""
    dash = re.search(r"^offers:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( *)- ", text, re.MULTILINE)
    return len(dash[1]) if dash else 0


def _yaml(list_indent: int) -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=list_indent + 2, offset=list_indent)
    yaml.width = 10**6
    yaml.representer.add_representer(
        type(None), lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml


def _round_trip(value: Any) -> Any:
    """Plain values as ruamel's groups and lists."""
    if isinstance(value, dict):
        return CommentedMap({key: _round_trip(item) for key, item in value.items()})
    if isinstance(value, list):
        return CommentedSeq(_round_trip(item) for item in value)
    return _scalar(value)


def _scalar(value: object) -> object:
    """Value with quotes where YAML would read its text as something else."""
    if isinstance(value, str) and not is_plain_text(value):
        return DoubleQuotedScalarString(value)
    return _round_trip(list(value)) if isinstance(value, Sequence) and not isinstance(value, str) else value
