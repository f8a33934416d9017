"""Reading our own format of a case, `compkit/case@1`: every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from compkit.errors import Fault, InputError
from compkit.model import Label, Listed, Text, TypedInput
from compkit.offers import UnreadableError, check_contents, field_path, quote, read_yaml, validation_faults
from compkit.workshop.case import Case, Issue, Option, Side

CASE_SCHEMA = "compkit/case@1"
ROLES = ("candidate", "recruiter")
"""The sides of a case in our format, in order."""

Points = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
Weight = Annotated[int, Field(ge=0, le=1_000_000)]


class OptionPoints(TypedInput):
    """One option of an issue, with its points."""

    name: Label
    """What the option says, such as "$175,000"."""
    candidate: Points
    """Points it gives the candidate."""
    recruiter: Points
    """Points it gives the recruiter."""


class IssueWeights(TypedInput):
    """How often an issue's points count for each side."""

    candidate: Weight = 1
    """Weight of the issue for the candidate."""
    recruiter: Weight = 1
    """Weight of the issue for the recruiter."""


class ScoredIssue(TypedInput):
    """One issue of a case."""

    name: Text
    """What is to be agreed, such as "Base salary"."""
    weights: IssueWeights = IssueWeights()
    """What the points of each side are multiplied by."""
    options: Annotated[Listed[OptionPoints], Field(min_length=1)]
    """The ways to settle it."""


class RoleTerms(TypedInput):
    """What one side does without a deal."""

    reservation: Points
    """Fewest points for which a deal is better than the alternative."""
    alternative: Text | None = None
    """What this side does without a deal."""


class TwoRoles(TypedInput):
    """The two sides."""

    candidate: RoleTerms
    """The person with the offer."""
    recruiter: RoleTerms
    """The person who makes it."""


class CaseFile(TypedInput):
    """A whole case file."""

    schema_id: Annotated[Literal["compkit/case@1"], Field(alias="schema")]
    """The version of this format."""
    title: Text
    """What to call the case."""
    roles: TwoRoles
    """Both sides."""
    issues: Annotated[Listed[ScoredIssue], Field(min_length=1)]
    """What is to be agreed."""


def parse_case(data: bytes, name: str) -> Case:
    """Case from the bytes of a YAML file.

    Parameters
    ----------
    data : bytes
    name : str
        Of the file, for messages.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    try:
        if not data.strip():
            raise UnreadableError(f"is empty. Start it with `schema: {CASE_SCHEMA}`.")
        values = read_yaml(data)
        if not isinstance(values, dict):
            raise UnreadableError(
                f"must be a group of fields, got {quote(values)}. Start it with `schema: {CASE_SCHEMA}`."
            )
    except UnreadableError as error:
        raise InputError([Fault(name, "", "", str(error))]) from error
    contents = check_contents(values, name)
    faults = [Fault(name, "", field_path(one.place), one.message) for one in contents.splits]
    found = None
    try:
        found = CaseFile.model_validate(contents.values)
    except ValidationError as error:
        faults += _without_echoes(validation_faults(error, CaseFile, name, ""), {fault.field for fault in faults})
    faults += [Fault(name, "", field, message) for field, message in _duplicates(contents.values)]
    if found is None or faults:
        raise InputError(faults)
    return _case(found)


def _without_echoes(faults: Sequence[Fault], said: set[str]) -> list[Fault]:
    """Faults of fields that none of `said` names; a list whose items are faulty also counts as empty for pydantic."""
    fields = [fault.field for fault in faults]
    return [
        fault
        for fault in faults
        if fault.field not in said and not any(field.startswith(f"{fault.field}[") for field in fields)
    ]


def _duplicates(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields and messages of names that are given twice, also in a file with other faults."""
    issues = _items(values.get("issues"))
    yield from _repeated("issues", issues)
    for number, issue in enumerate(issues):
        if isinstance(issue, dict):
            yield from _repeated(f"issues[{number}].options", _items(issue.get("options")))


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _repeated(path: str, items: list[Any]) -> Iterator[tuple[str, str]]:
    seen: dict[str, int] = {}
    for number, item in enumerate(items):
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str | int) or isinstance(name, bool):
            continue
        first = seen.setdefault(str(name).strip().casefold(), number)
        if first != number:
            yield f"{path}[{number}].name", f"is {quote(name)}, as in {path}[{first}]. Give it another name."


def _case(found: CaseFile) -> Case:
    issues = tuple(
        Issue(
            issue.name,
            tuple(
                Option(
                    option.name,
                    (
                        Fraction(option.candidate * issue.weights.candidate),
                        Fraction(option.recruiter * issue.weights.recruiter),
                    ),
                )
                for option in issue.options
            ),
        )
        for issue in found.issues
    )
    terms = (found.roles.candidate, found.roles.recruiter)
    first, second = (
        Side(role, Fraction(term.reservation), term.alternative) for role, term in zip(ROLES, terms, strict=True)
    )
    return Case(found.title, (first, second), issues)
