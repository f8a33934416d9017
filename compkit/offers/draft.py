"""An offers file as it is edited: its text with comments, what is wrong with it, and how it is saved."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from compkit.errors import Fault, InputError
from compkit.offers.answers import unused_id
from compkit.offers.differences import differences
from compkit.offers.document import SCHEMA_ID
from compkit.offers.draft_edits import (
    document_text,
    find_value,
    has_text_keys,
    insert_value,
    list_indent,
    read_document,
    remove_item,
    remove_value,
    to_document,
)
from compkit.offers.formats import Contents, parse_contents
from compkit.offers.loading import Offers, read_offers_text, read_offers_values
from compkit.offers.messages import MISSING, parse_field_path
from compkit.offers.plain_text import decode_text
from compkit.offers.questions import Place
from compkit.offers.sheet_writer import sheet_bytes
from compkit.offers.validation import offer_reference
from compkit.offers.yaml_writer import plain_values

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

    @property
    def is_missing(self) -> bool:
        """Whether nothing is wrong but that a value is needed."""
        return self.is_fault and self.message == MISSING


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
        self._text: str | None = None
        self.text = text
        self.mark_saved()

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
        return cls(decode_text(data) if ending in _TEXT_ENDINGS else _text_of(contents.values))

    @property
    def text(self) -> str:
        """The file's text, in YAML. A layout that editing would not keep is replaced by one of the same meaning."""
        if self._text is None:
            self._text = document_text(self._document, self._indent)
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        contents = parse_contents(text.encode(), ".yaml", "")
        if contents.splits:
            raise InputError([Fault("", "", "", one.message) for one in contents.splits])
        self._values, document = contents.values, _editable_document(text, contents.values)
        if document is None:
            text = _text_of(contents.values)
            self._values, document = _read(text), read_document(text)
        self._indent, self._document = list_indent(text), document
        self._text = text
        self._typed = text
        self._forget()

    def _forget(self) -> None:
        for name in ("offers", "messages", "offer_names"):
            self.__dict__.pop(name, None)

    def _edit(self, change: Callable[[Any], object]) -> None:
        """Change the document and the plain values alike."""
        for root in (self._document, self._values):
            change(root)
        self._text = None
        self._forget()

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than what was loaded or saved last."""
        return (self._typed, self._values) != self._saved

    def mark_saved(self) -> None:
        """Take the present state as saved."""
        self._saved = (self._typed, copy.deepcopy(self._values))

    @cached_property
    def offers(self) -> Offers:
        """The valid offers, and the others with their faults."""
        return read_offers_values(self._values)

    @cached_property
    def messages(self) -> tuple[FieldMessage, ...]:
        """Every fault and warning, at its place."""
        found = [(fault, True) for fault in self.offers.faults] + [(one, False) for one in self.offers.warnings]
        return tuple(FieldMessage(self._place(one), one.message, is_fault) for one, is_fault in found)

    def _place(self, fault: Fault) -> Place:
        inside = parse_field_path(fault.field)
        head, _, name = fault.where.partition(" ")
        if head == "candidate":
            return ("candidates", name.strip("'"), *inside) if name else ("candidate", *inside)
        contents = Contents(self._values)
        names = [offer_reference(one, at, contents) for at, one in enumerate(self._raw_offers)]
        # The later of two offers with one id is the one at fault.
        position = max((at for at, one in enumerate(names) if one == fault.where), default=None)
        return inside if position is None else ("offers", position, *inside)

    @property
    def _raw_offers(self) -> list[Any]:
        raw = self._values.get("offers")
        return raw if isinstance(raw, list) else []

    @property
    def n_offers(self) -> int:
        """How many offers it has, valid or not."""
        return len(self._raw_offers)

    @property
    def ids(self) -> tuple[Any, ...]:
        """Id of each offer as typed, or None."""
        return tuple(self.value(("offers", at, "id")) for at in range(self.n_offers))

    @cached_property
    def offer_names(self) -> tuple[str, ...]:
        """Name of each offer for people: company, level, and place, as far as typed; one person's all differ."""
        added: dict[str, str] = {}
        for person in self.people or (None,):
            added |= differences([entry for entry in self.offers if entry.offer.candidate == person])
        names: list[str] = []
        seen = set()
        for position in range(self.n_offers):
            owner, company, level, location, offer_id = (
                str(self.value(("offers", position, name)) or "")
                for name in ("candidate", "company", "level", "location", "id")
            )
            job = " ".join(part for part in (company, level) if part)
            name = ", ".join(part for part in (job, location) if part) or f"Offer {position + 1}"
            name = f"{name} ({added[offer_id]})" if added.get(offer_id) else name
            names.append(f"{name} ({position + 1})" if (owner, name) in seen else name)
            seen.add((owner, name))
        return tuple(names)

    @property
    def people(self) -> tuple[str, ...]:
        """Ids of `candidates`; empty if the file is about one person."""
        people = self._values.get("candidates")
        return tuple(map(str, people)) if isinstance(people, dict) else ()

    def value(self, place: Place) -> Any:
        """Value at a place as plain data, or None."""
        return find_value(self._values, place)

    def set_value(self, place: Place, value: object) -> None:
        """Put a value at a place; None or an empty text removes it, and groups left empty.

        An offer's id follows its company and level until it is typed.
        """
        follows = self._id_follows(place)
        if value is None or value == "":
            self._edit(lambda root: remove_value(root, place))
        else:
            self._edit(lambda root: insert_value(root, place, value))
        if follows:
            self._edit(lambda root: insert_value(root, (*place[:2], "id"), self._id_of(int(place[1]))))

    def remove_item(self, place: Place) -> None:
        """Remove an item of a list; later items move up."""
        self._edit(lambda root: remove_item(root, place))

    def _id_of(self, position: int) -> str:
        company, level = (str(self.value(("offers", position, name)) or "") for name in ("company", "level"))
        return unused_id(company, level, self._other_ids(position))

    def _id_follows(self, place: Place) -> bool:
        if len(place) != 3 or place[0] != "offers" or place[2] not in ("company", "level"):
            return False
        present = self.value((*place[:2], "id"))
        is_first = isinstance(present, str) and re.fullmatch(rf"{FIRST_ID}(-\d+)?", present)
        return present is None or bool(is_first) or present == self._id_of(int(place[1]))

    def _other_ids(self, position: int) -> set[str]:
        return {str(offer_id) for at, offer_id in enumerate(self.ids) if at != position}

    def add_offer(self, person: str = "") -> int:
        """Add an empty offer; return its position.

        Parameters
        ----------
        person : str, optional
            Whose it is, by id; by default the first person's.
        """
        owner = {"candidate": person or self.people[0]} if self.people else {}
        position = self.n_offers
        offer = {"id": unused_id(FIRST_ID, "", self._other_ids(-1)), **owner}
        self._edit(lambda root: insert_value(root, ("offers", position), offer))
        return position

    def remove_offer(self, position: int) -> None:
        """Remove an offer."""
        self.remove_item(("offers", position))

    def offers_of(self, person: str) -> tuple[int, ...]:
        """Positions of a person's offers; of all, if the file is about one person."""
        return tuple(
            at for at in range(self.n_offers) if not self.people or self.value(("offers", at, "candidate")) == person
        )

    def add_person(self, name: str) -> str:
        """Add a person; return their id. A file about one person becomes a file about several.

        Parameters
        ----------
        name : str
            As pages show it.
        """
        if not self.people:
            first = unused_id(str(self.value(("candidate", "name")) or "me"), "", ())
            self._edit(lambda root: _make_one_of_several(root, first))
        added = unused_id(name, "", self.people)
        self._edit(lambda root: insert_value(root, ("candidates", added, "name"), name))
        return added

    def remove_person(self, person: str) -> None:
        """Remove a person with their offers."""
        for position in reversed(self.offers_of(person)):
            self.remove_offer(position)
        self.remove_item(("candidates", person))

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
            return self.text.encode()
        return sheet_bytes(self._values, ending)


def _read(text: str) -> dict[str, Any]:
    """Plain values of a text that is known to be a readable offers file."""
    return parse_contents(text.encode(), ".yaml", "").values


def _editable_document(text: str, values: dict[str, Any]) -> CommentedMap | None:
    """Document of a text in which an edit changes one place and keeps the meaning of the rest; None without one."""
    try:
        document = read_document(text)
        is_kept = _read(document_text(document, list_indent(text))) == values
    except (InputError, YAMLError):
        return None
    return document if is_kept and has_text_keys(document) and not _ALIAS.search(text) else None


def _text_of(values: dict[str, Any]) -> str:
    """YAML of plain values."""
    document: CommentedMap = to_document(plain_values({"schema": SCHEMA_ID, **values}))
    return document_text(document, 0)


def _make_one_of_several(root: Any, person: str) -> None:
    """Move `candidate` into `candidates`, below the first line, and make every offer theirs."""
    only = root.pop("candidate", None) or type(root)()
    people = type(root)({person: only})
    if isinstance(root, CommentedMap):
        root.insert(1 if "schema" in root else 0, "candidates", people)
    else:
        root["candidates"] = people
    for offer in root.get("offers") or ():
        offer["candidate"] = person
