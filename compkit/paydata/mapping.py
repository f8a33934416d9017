"""Which of a file's columns means what, as its user says: for files of a shape that isn't known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from compkit.errors import Fault, InputError, unknown_field
from compkit.paydata.kinds import GENERIC, Kind, folded

_MAX_BYTES = 1_000_000
_RULE = (
    "must have `columns:` with lines such as `company: Employer`, and `values:` with lines such as `currency: USD`,"
    " and nothing else."
)


class _Mapping(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    columns: dict[str, str] = {}
    values: dict[str, str | int | float] = {}


def mapped_kind(file: Path, kind: Kind = GENERIC) -> Kind:
    """Read a mapping: `columns` from our names to the file's headings, `values` that hold for all rows.

    Raises
    ------
    InputError
        With every fault of the mapping.
    """
    given = _read(file)
    known = list(kind.headings)
    faults = [
        Fault(file.name, section, name, unknown_field(name, known))
        for section, names in (("columns", given.columns), ("values", given.values))
        for name in names
        if name not in known
    ]
    faults += [
        Fault(file.name, "", name, "is under columns and under values. Give it once.")
        for name in given.columns
        if name in given.values
    ]
    if faults:
        raise InputError(faults)
    headings = {name: [] if name in given.values else theirs for name, theirs in kind.headings.items()}
    headings |= {ours: [folded(theirs)] for ours, theirs in given.columns.items()}
    return replace(
        kind,
        headings=headings,
        required=(kind.required | set(given.columns)) - set(given.values),
        constants={name: str(value) for name, value in given.values.items()},
    )


def _read(file: Path) -> _Mapping:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise InputError([Fault(file.name, "", "", f"is larger than {_MAX_BYTES // 1_000_000} MB.")])
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError([Fault(file.name, "", "", "is no YAML that can be read.")]) from error
    try:
        return _Mapping.model_validate(content)
    except ValidationError as error:
        raise InputError([
            Fault(file.name, "", ".".join(map(str, one["loc"])), _RULE) for one in error.errors()
        ]) from error  # fmt: skip
