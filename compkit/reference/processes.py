"""How companies hire where they differ from the guide's calendar: data/processes/*.yaml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from compkit.errors import TableError

_Day = Annotated[int, Field(ge=0, le=365, strict=True)]


class CompanyProcess(BaseModel):
    """One company's way of hiring."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: Annotated[str, Field(min_length=1)]
    status: Literal["verified", "unverified", "invented"]
    source: Annotated[str, Field(min_length=1)]
    as_of: dt.date
    closed_days: frozenset[dt.date] = frozenset()
    stages: Mapping[str, tuple[_Day, _Day]] = {}

    @field_validator("stages")
    @classmethod
    def _rise(cls, value: Mapping[str, tuple[int, int]]) -> Mapping[str, tuple[int, int]]:
        for name, (first, last) in value.items():
            if first > last:
                raise ValueError(f"{name} ends on day {last}, before it begins on day {first}")
        return value


def load_processes(folder: Path, stages: Sequence[str], guide: Mapping[str, int]) -> dict[str, CompanyProcess]:
    """Load all files of a folder by company, in small letters; none if there is no folder.

    Parameters
    ----------
    folder : Path
    stages : sequence of str
        Names of the stages, in their order.
    guide : mapping of str to int
        First day of each in the guide's calendar, which counts where a file leaves it out.

    Raises
    ------
    TableError
        If a file does not fit the format; the message names all its faults.
    """
    found: dict[str, CompanyProcess] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            one = CompanyProcess.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            said = (f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
            raise TableError(f"{path.name} does not fit its format: {'; '.join(said)}") from error
        except (yaml.YAMLError, ValueError) as error:  # a day that doesn't exist is a ValueError
            raise TableError(f"{path.name} can't be read: {' '.join(str(error).split())}") from error
        faults = [f"stages.{name} must be one of {', '.join(stages)}" for name in one.stages if name not in stages]
        first = {name: one.stages[name][0] if name in one.stages else guide[name] for name in stages}
        faults += [
            f"stages.{later} begins before {name}" for name, later in pairwise(stages) if first[later] < first[name]
        ]
        if one.company.casefold() in found:
            faults.append(f"company {one.company} has another file already")
        if faults:
            raise TableError(f"{path.name} does not fit its format: {'; '.join(faults)}.")
        found[one.company.strip().casefold()] = one
    return found
