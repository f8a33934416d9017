"""Reading a negotiation domain of Genius: one XML file with the issues, and one with each side's preferences.

A side's utility is the sum over the issues of weight / sum of weights x evaluation / the issue's largest evaluation,
which is Genius' own rule for additive preferences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import PurePath
from xml.etree.ElementTree import Element

from compkit.errors import Fault, InputError, nearest_name
from compkit.offers import UnreadableError, quote
from compkit.workshop.case import Case, Issue, Option, Side
from compkit.workshop.safe_xml import parse_xml

_NUMBER = re.compile(r"[-+]?(?:\d{1,60}\.?\d{0,60}|\.\d{1,60})(?:[eE][-+]?\d{1,3})?", re.ASCII)
_MISSING = "is missing. Add it."


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file's bytes, with its name for messages."""

    name: str
    data: bytes


@dataclass(slots=True)
class _File:
    """One file's root and what is wrong with it."""

    name: str
    root: Element
    faults: list[Fault] = field(default_factory=list)

    def add(self, where: str, name: str, message: str) -> None:
        self.faults.append(Fault(self.name, where, name, message))


@dataclass(frozen=True, slots=True)
class _DomainIssue:
    """An issue of the domain; `index` is as written."""

    name: str
    index: str
    options: tuple[str, ...]


def parse_genius(domain: NamedFile, profiles: tuple[NamedFile, NamedFile]) -> Case:
    """Case from a Genius domain and two profiles.

    Raises
    ------
    InputError
        With every fault of the three files.
    """
    files, faults = [], []
    for one in (domain, *profiles):
        try:
            files.append(_File(one.name, parse_xml(one.data)))
        except UnreadableError as error:
            faults.append(Fault(one.name, "", "", str(error)))
    if faults:
        raise InputError(faults)
    issues = _domain_issues(files[0])
    notes: list[str] = []
    read = [_read_profile(file, issues, notes) for file in files[1:]]
    faults = [fault for file in files for fault in file.faults]
    if faults:
        raise InputError(faults)
    sides, scores = zip(*read, strict=True)
    whole = tuple(
        Issue(issue.name, tuple(map(Option, issue.options, zip(first, second, strict=True))))
        for issue, first, second in zip(issues, *scores, strict=True)
    )
    return Case(PurePath(domain.name).stem, (sides[0], sides[1]), whole, tuple(notes))


def _domain_issues(file: _File) -> list[_DomainIssue]:
    found: list[_DomainIssue] = []
    for element in file.root.iter("issue"):
        name = _text(element, "name")
        where = f"issue {quote(name)}"
        _check_is_discrete(file, where, element)
        options = tuple(_text(item, "value") for item in element.iter("item"))
        if not name:
            file.add("", f"issue {len(found) + 1}", "has no name. Add name=.")
        if not options:
            file.add(where, "item", _MISSING)
        _add_repeats(file, where, "item", options)
        found.append(_DomainIssue(name, element.get("index", ""), options))
    if not found:
        file.add(
            "", "issue", "is missing. Give a domain's file first, with its issues; --profiles names the other two."
        )
    _add_repeats(file, "", "issue", [issue.name for issue in found])
    return found


def _text(element: Element, attribute: str) -> str:
    """Attribute with single spaces: files of one domain differ in them."""
    return " ".join(element.get(attribute, "").split())


def _add_repeats(file: _File, where: str, what: str, names: Sequence[str]) -> None:
    """Add a fault for each name that is there twice."""
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        file.add(where, what, f"{quote(name)} is there twice. Remove one.")


def _check_is_discrete(file: _File, where: str, element: Element) -> None:
    kinds = {element.get(name, "discrete").lower() for name in ("type", "vtype", "etype")} - {"discrete"}
    if kinds:
        rule = f"must be discrete, got {quote(min(kinds))}. List its values as items."
        file.add(where, "type", rule)


def _read_profile(file: _File, issues: Sequence[_DomainIssue], notes: list[str]) -> tuple[Side, list[list[Fraction]]]:
    """One side, and what each option of each issue adds to its utility."""
    by_name = {_text(element, "name"): element for element in file.root.iter("issue")}
    by_index = {element.get("index", ""): element for element in file.root.iter("issue")}
    weights = {element.get("index", ""): element.get("value") for element in file.root.iter("weight")}
    shares, scores = [], []
    for issue in issues:
        where = f"issue {quote(issue.name)}"
        element = by_name.get(issue.name)
        if element is None:
            element = by_index.get(issue.index) if issue.index else None
        if element is None:
            file.add("", where, _MISSING)
            continue
        _check_is_discrete(file, where, element)
        weight = _number(file, where, "weight", weights.get(element.get("index", "")))
        if weight < 0:
            file.add(where, "weight", f"must not be negative, got {float(weight):g}.")
        shares.append(weight)
        scores.append(_evaluations(file, where, element, issue, notes))
    total = sum(shares, Fraction(0))
    if not file.faults and total == 0:
        file.add("", "weight", "must be above 0 for at least one issue.")
    if file.faults:
        return Side(file.name, Fraction(0)), []
    weighted = [[share / total * score for score in row] for share, row in zip(shares, scores, strict=True)]
    return Side(PurePath(file.name).stem, _reservation(file, notes)), weighted


def _evaluations(file: _File, where: str, element: Element, issue: _DomainIssue, notes: list[str]) -> list[Fraction]:
    """Share of the issue's largest evaluation that each option of the domain has; 0 if that is not above 0."""
    written = {_text(item, "value"): item.get("evaluation") for item in element.iter("item")}
    known = {
        value: _number(file, f"{where}, item {quote(value)}", "evaluation", text) for value, text in written.items()
    }
    for option in issue.options:
        if option not in known:
            file.add(where, "item", _missing_item(option, list(known)))
    extra = [value for value in known if value not in issue.options]
    if extra:
        notes.append(f"{file.name}: the domain has no {quote(extra[0])} for {issue.name}, so no deal has it.")
    largest = max(known.values(), default=Fraction(0))
    if largest <= 0:
        return [Fraction(0) for _ in issue.options]
    return [known.get(option, Fraction(0)) / largest for option in issue.options]


def _missing_item(option: str, known: Sequence[str]) -> str:
    """Message for an option of the domain that a profile does not evaluate."""
    close = nearest_name(option, known)
    return f"{quote(option)} is missing. Add it{f', or rename {quote(close)}' if close else ''}."


def _number(file: _File, where: str, name: str, text: str | None) -> Fraction:
    """Exact value of a decimal number; 0 with a fault if it is none."""
    if text is None:
        file.add(where, name, _MISSING)
    elif not _NUMBER.fullmatch(text.strip()):
        file.add(where, name, f"must be a number such as 0.25, got {quote(text)}.")
    else:
        return Fraction(text.strip())
    return Fraction(0)


def _reservation(file: _File, notes: list[str]) -> Fraction:
    element = next(file.root.iter("reservation"), None)
    discount = next(file.root.iter("discount_factor"), None)
    if discount is not None and discount.get("value", "1").strip() not in ("1", "1.0"):
        notes.append(
            f"{file.name}: the discount factor {discount.get('value')} is ignored; utilities are undiscounted."
        )
    if element is None:
        notes.append(f"{file.name}: no reservation value is given, so it is 0.")
        return Fraction(0)
    return _number(file, "", "reservation", element.get("value"))
