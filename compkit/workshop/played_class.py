"""A class that has played, from its folder: every fault of every file at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from compkit.errors import Fault, InputError, collected
from compkit.workshop.agreements import Agreement, parse_agreements, parse_post_settlement
from compkit.workshop.case import Case, Package
from compkit.workshop.class_file import CASE_FILE, CLASS_FILE, ClassRecord, load_class_record
from compkit.workshop.forms import (
    AGREEMENTS_FILE,
    ANSWER_RANGE,
    ANSWERS_FILE,
    FIRST_OFFERS_FILE,
    FORM_FILES,
    MARK_RANGE,
    MARKS,
    MARKS_FILE,
    POST_SETTLEMENT_FILE,
    QUESTIONS,
)
from compkit.workshop.loading import load_case, read_text
from compkit.workshop.optional_forms import Numbers, parse_first_offers, parse_numbers

_OPTIONAL = FORM_FILES[1:]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PlayedClass:
    """A class's case and what it wrote on its forms.

    Parameters
    ----------
    name : str
    case : Case
    agreements : tuple of Agreement
        By pair.
    level : str or None
        What the case teaches; None if class.json doesn't say.
    seats : tuple of int
        All of them, with those that observed or were absent.
    first_offers : mapping of (int, int) to tuple of int
        Options by pair and side.
    second : mapping of int to Agreement
        Post-settlements by pair.
    answers : mapping of int to mapping of str to int
        By seat and question, 1 to 7.
    marks : mapping of int to mapping of str to int
        By seat, 0 to 100.
    """

    name: str
    case: Case
    agreements: tuple[Agreement, ...]
    level: str | None = None
    seats: tuple[int, ...] = ()
    first_offers: Mapping[tuple[int, int], Package] = field(default_factory=dict)
    second: Mapping[int, Agreement] = field(default_factory=dict)
    answers: Mapping[int, Numbers] = field(default_factory=dict)
    marks: Mapping[int, Numbers] = field(default_factory=dict)


def load_played_class(folder: Path) -> PlayedClass:
    """Read a class that has played.

    Parameters
    ----------
    folder : Path
        What `compkit workshop new` wrote, with the agreements filled in. The other forms may be missing or blank.

    Raises
    ------
    InputError
        With every fault of every file.
    """
    faults: list[Fault] = []
    case = collected(faults, lambda: load_case(str(folder / CASE_FILE)))
    told = collected(faults, lambda: load_class_record(folder / CLASS_FILE))
    texts = {AGREEMENTS_FILE: collected(faults, lambda: read_text(folder / AGREEMENTS_FILE))}
    for name in _OPTIONAL:
        if (folder / name).exists():
            texts[name] = collected(faults, partial(read_text, folder / name))
    if case is None or told is None:
        raise InputError(faults)
    played = _played(folder, told, case, {name: text for name, text in texts.items() if text is not None}, faults)
    if faults:
        raise InputError(faults)
    return played


def _played(folder: Path, told: ClassRecord, case: Case, texts: Mapping[str, str], faults: list[Fault]) -> PlayedClass:
    """Read each form; faults of one don't hide those of another."""

    def read(name: str, parse: Callable[[str, str], T]) -> T | None:
        """Parse a form; None if there is none, or it has faults."""
        text = texts.get(name)
        if text is None or (name in _OPTIONAL and not text.strip()):
            return None
        return collected(faults, lambda: parse(text, str(folder / name)))

    seating, pairs = told.seating, told.seating.numbered
    agreements = read(AGREEMENTS_FILE, lambda text, file: parse_agreements(text, file, case, pairs)) or ()
    missing = {one.pair: "was absent" for one in agreements if one.status == "absent"}
    seats = dict.fromkeys(seating.seats, "observed") | dict.fromkeys(seating.absent, "was absent")
    seats |= {seat: missing.get(pair, "") for seat, (pair, _) in seating.places.items()}
    everyone = dict.fromkeys(seats, "")
    offers = read(FIRST_OFFERS_FILE, lambda text, file: parse_first_offers(text, file, case, pairs, missing))
    second = read(POST_SETTLEMENT_FILE, lambda text, file: parse_post_settlement(text, file, case, pairs, agreements))
    answers = read(
        ANSWERS_FILE, lambda text, file: parse_numbers(text, file, QUESTIONS, ANSWER_RANGE, seats, needs_all=False)
    )
    marks = read(MARKS_FILE, lambda text, file: parse_numbers(text, file, MARKS, MARK_RANGE, everyone, needs_all=True))
    forms = {"first_offers": offers, "second": second, "answers": answers, "marks": marks}
    given: dict[str, Any] = {name: form for name, form in forms.items() if form}
    return PlayedClass(told.name, case, agreements, told.level, tuple(seating.seats), **given)
