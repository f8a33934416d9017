"""Reader of data/: typed tables, their sources, and the closed lists in them."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from compkit.errors import TableError, UnknownChoiceError
from compkit.model import REMOTE, PlaceNames, RefresherPractice, VestingSchedule, even_schedules
from compkit.reference.processes import CompanyProcess, load_processes

if TYPE_CHECKING:
    import pandas as pd

Made = TypeVar("Made")

_DTYPES = {"string": "object", "date": "object", "number": "float64", "integer": "Int64", "boolean": "boolean"}
_FROM_TEXT: Final[Mapping[str, Callable[[str], object]]] = {
    "string": str, "date": str, "number": float, "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a figure: a row of data/sources.csv."""

    source_id: str
    title: str
    publisher: str
    url: str
    as_of: str
    note: str

    @property
    def as_of_on(self) -> dt.date:
        """Date of the source's figures."""
        return dt.date.fromisoformat(self.as_of)

    @property
    def citation(self) -> str:
        """Citation for reports."""
        return f"{self.title}, {self.publisher}, as of {self.as_of}."


class Tables(Mapping[str, "pd.DataFrame"]):
    """The tables of a data folder by name, each read on first use.

    Parameters
    ----------
    directory : Path, optional
        The folder; compkit's own by default.

    Raises
    ------
    TableError
        If a table has no schema, or columns or types other than its schema's.
    UnknownChoiceError
        If there is no table of that name.
    """

    def __init__(self, directory: Path | None = None) -> None:
        self.directory = directory or data_directory()
        self._frames: dict[str, pd.DataFrame] = {}
        self._found: dict[tuple[str, tuple[str, ...]], dict[tuple[object, ...], list[dict[str, Any]]]] = {}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._derived: dict[Callable[[Tables], Any], Any] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = _read_frame(self._path(name))
        return self._frames[name].copy()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Rows of a table as dicts, with None for missing values, cached; don't change them."""
        if name not in self._rows:
            self._rows[name] = _read_rows(self._path(name))
        return self._rows[name]

    def _path(self, name: str) -> Path:
        if name not in self._names:
            raise UnknownChoiceError("table", name, self._names)
        return self.directory / f"{name}.csv"

    def rows_where(self, name: str, key: Mapping[str, object]) -> list[dict[str, Any]]:
        """Rows of a table whose columns have the values of a key, with None for missing values.

        >>> Tables().rows_where("risk_factors", {"factor": "Team Stability"})[0]["weight"]
        0.2
        """
        columns = tuple(key)
        if (name, columns) not in self._found:
            found: dict[tuple[object, ...], list[dict[str, Any]]] = {}
            for row in self.rows(name):
                found.setdefault(tuple(row[column] for column in columns), []).append(row)
            self._found[name, columns] = found
        return self._found[name, columns].get(tuple(key.values()), [])

    def derived(self, make: Callable[[Tables], Made]) -> Made:
        """Return the result of a module-level function for these tables, cached for their lifetime; don't change it."""
        if make not in self._derived:
            self._derived[make] = make(self)
        made: Made = self._derived[make]
        return made

    @cached_property
    def _names(self) -> list[str]:
        return sorted(path.stem for path in self.directory.glob("*.csv"))

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Sources by id."""
        rows = self["sources"].fillna("")
        kept = rows[["source_id", "title", "publisher", "url", "as_of", "note"]]
        return {str(row["source_id"]): Source(**row) for row in records(kept)}

    @cached_property
    def schedules(self) -> dict[str, VestingSchedule]:
        """Vesting schedules by name: those of the table, then the other even ones."""
        stated = {
            str(name): VestingSchedule(
                name=str(name),
                months=tuple(int(month) for month in rows["month"]),
                fractions=tuple(float(fraction) for fraction in rows["fraction"]),
                is_verified=bool((rows["status"] == "verified").all()),
                source_id=str(rows["source_id"].iloc[0]),
                as_of=str(rows["as_of"].iloc[0]),
                whole_shares=rows["whole_shares"].iloc[0],
            )
            for name, rows in self["vesting_schedules"].groupby("schedule", sort=False)
        }
        return stated | {name: schedule for name, schedule in even_schedules().items() if name not in stated}

    @cached_property
    def practices(self) -> dict[str, RefresherPractice]:
        """Refresher practices by name."""
        return {
            row["practice"]: RefresherPractice(
                name=row["practice"],
                title=row["title"],
                first_year=row["first_year"],
                calendar_month=row["calendar_month"],
                vesting=row["vesting"],
                is_verified=row["status"] == "verified",
                source_id=row["source_id"],
                as_of=row["as_of"],
                note=row["note"],
            )
            for row in self.rows("refresher_practices")
        }

    @cached_property
    def processes(self) -> dict[str, CompanyProcess]:
        """How companies hire where they differ from the guide's calendar, by name in small letters."""
        stages = {
            str(row["step_id"]): int(row["first_day"]) for row in self.rows("process_steps") if row["kind"] == "stage"
        }
        return load_processes(self.directory / "processes", list(stages), stages)

    def process_steps(self, company: str) -> list[dict[str, Any]]:
        """Rows of data/process_steps.csv with a company's own days of the stages; don't change them."""
        own = self.processes.get(company.strip().casefold())
        if own is None or not own.stages:
            return self.rows("process_steps")
        days = {name: {"first_day": first, "last_day": last} for name, (first, last) in own.stages.items()}
        return [
            {**row, **(days.get(row["step_id"], {}) if row["kind"] == "stage" else {})}
            for row in self.rows("process_steps")
        ]

    @cached_property
    def choices(self) -> dict[str, list[str]]:
        """Closed lists of the offers file by list name: allowed locations, schedules, skills."""
        states = {row["place"]: row["state"] for row in self.rows("places") if row["state"]}
        namesakes = {row["place"]: row["namesake"] for row in self.rows("places") if row["namesake"]}
        places = PlaceNames(self._distinct("places", "place"), states, namesakes)
        return {
            "places": places,
            "residences": places.without(REMOTE),
            "company_types": self._distinct("bands_by_company_type", "company_type"),
            "schedules": list(self.schedules),
            "practices": list(self.practices),
            "specializations": self._distinct("ai_ml_by_specialization", "specialization"),
            "skills": self._distinct("ai_ml_by_skill", "skill"),
            "risk_factors": self._distinct("risk_factors", "factor"),
            "decision_factors": self._distinct("decision_factors", "factor"),
            "stages": self._steps("stage"),
            "steps": self._steps("task"),
            "reference_roles": self._about_references("role"),
            "reference_topics": self._about_references("topic"),
            "delays": self._about_references("delay"),
        }

    def _steps(self, kind: str) -> list[str]:
        return [str(row["step_id"]) for row in self.rows("process_steps") if row["kind"] == kind and not row["part_of"]]

    def _about_references(self, kind: str) -> list[str]:
        return [
            str(row["row_id"]) for row in self.rows("reference_steps") if row["kind"] == kind and not row["part_of"]
        ]

    def _distinct(self, table: str, column: str) -> list[str]:
        return [str(value) for value in self[table][column].unique()]


def data_directory() -> Path:
    """Return the data folder inside the installed package, or the checkout's."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_data"
    return packaged if packaged.is_dir() else package.parent / "data"


def notebook_directory() -> Path:
    """Folder of compkit's own notebooks: in the installed package or in the checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_notebooks"
    return packaged if packaged.is_dir() else package.parent / "notebooks"


@cache
def load_tables() -> Tables:
    """Load compkit's own tables, once per process.

    >>> import compkit as ck
    >>> ck.load_tables()["risk_factors"]["weight"].sum().round(9).item()
    1.0
    """
    return Tables()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as dicts, with None for missing values.

    Rows as Series would get one guessed type each, and a missing date would become a number.

    >>> import pandas as pd
    >>> records(pd.DataFrame({"low": [1.0, float("nan")]}))
    [{'low': 1.0}, {'low': None}]
    """
    names = [str(name) for name in frame.columns]
    known = frame.notna().to_numpy().tolist()
    return [
        {name: value if is_known else None for name, value, is_known in zip(names, row, row_known, strict=True)}
        for row, row_known in zip(frame.to_dict("split", index=False)["data"], known, strict=True)
    ]


def _read_frame(path: Path) -> pd.DataFrame:
    import pandas as pd  # 36 MB and half a second, which many commands do without

    types = _types(path)
    try:
        frame = pd.read_csv(
            path,
            dtype={name: _DTYPES[kind] for name, kind in types.items()},
            keep_default_na=False,
            na_values=[""],
            true_values=["true"],
            false_values=["false"],
        )
    except (ValueError, TypeError) as error:
        raise TableError(f"{path.name} does not fit its schema: {error}") from error
    _check_columns(path, types, list(frame.columns))
    return frame


def _read_rows(path: Path) -> list[dict[str, Any]]:
    types = _types(path)
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        _check_columns(path, types, next(lines, []))
        columns = [(name, _FROM_TEXT[kind]) for name, kind in types.items()]
        try:
            return [
                {name: value(cell) if cell else None for (name, value), cell in zip(columns, cells, strict=True)}
                for cells in lines
                if cells
            ]
        except (ValueError, KeyError) as error:
            raise TableError(f"{path.name} does not fit its schema: line {lines.line_num}: {error}") from error


def _types(path: Path) -> dict[str, str]:
    """Types of a table's columns by name, from its schema."""
    schema_path = path.with_name(f"{path.stem}.schema.json")
    if not schema_path.is_file():
        raise TableError(f"{path.name} has no schema. Add {schema_path.name}.")
    return {field["name"]: field["type"] for field in json.loads(schema_path.read_text(encoding="utf-8"))["fields"]}


def _check_columns(path: Path, types: Mapping[str, str], found: list[str]) -> None:
    if found != list(types):
        raise TableError(f"{path.name} must have the columns {', '.join(types)}, got {', '.join(found)}.")
