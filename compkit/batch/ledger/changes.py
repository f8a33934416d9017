"""What changed between two folders of reports, and why, according to their ledgers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from compkit.batch.folder.results import candidate_in_folder, offer_in_folder
from compkit.batch.ledger.ledger import Ledger
from compkit.batch.ledger.ledger_rows import LedgerReport, LedgerRun
from compkit.batch.publish.targets import OFFER_FILE

Value = str | float | int | bool | None
Change = Literal["same", "changed", "only in a", "only in b", "not made in a", "not made in b"]

CAUSES: Mapping[str, str] = {
    "offer": "the offer",
    "prices": "share prices",
    "other_offers": "the other offers",
    "data": "the data tables",
    "notebook": "the code",
    "code": "the code",
    "parameters": "the parameters",
    "day": "the day of the report",
}
"""Label of each input of a report. Options change files but no figure."""

UNEXPLAINED = "no input of the report: randomness, or an edited ledger"


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure that changed.

    Parameters
    ----------
    figure : str
    unit : str
    a, b : float, str or None
        Unrounded; None if that run has no such figure.
    difference : float or None
        b minus a, for numbers.
    """

    figure: str
    unit: str
    a: Value
    b: Value
    difference: float | None


@dataclass(frozen=True, slots=True)
class ChangedField:
    """A field of the offer or its candidate that changed: path and both values."""

    field: str
    a: Value
    b: Value


@dataclass(frozen=True, slots=True)
class ReportChange:
    """How one report changed between two runs.

    Parameters
    ----------
    folder : str or None
        See `ReportResult`.
    notebook : str
    change : str
        same, changed (a figure or an input), only in a, only in b, not made in a, not made in b.
    causes : tuple of str
        Labels of the inputs that changed; with several, their separate effects are unknown.
    figures : tuple of ChangedFigure
    fields : tuple of ChangedField
        Changes in the offer as entered, share prices included.
    """

    folder: str | None
    notebook: str
    change: Change
    causes: tuple[str, ...] = ()
    figures: tuple[ChangedFigure, ...] = ()
    fields: tuple[ChangedField, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values as `compkit diff --json` prints them."""
        values = asdict(self)
        folder = values.pop("folder")
        return {"offer": offer_in_folder(folder), "candidate": candidate_in_folder(folder), **values}


@dataclass(frozen=True, slots=True)
class RunChanges:
    """All changes between two folders of reports.

    Parameters
    ----------
    a, b : LedgerRun
        The last run of each.
    reports : tuple of ReportChange
        By offer and notebook, then by person, then those of neither.
    """

    a: LedgerRun
    b: LedgerRun
    reports: tuple[ReportChange, ...]

    @property
    def n_changed(self) -> int:
        """Number of reports that changed."""
        return sum(report.change != "same" for report in self.reports)

    def figures_by_cause(self) -> dict[str, int]:
        """Count changed figures by cause; several causes together count as one."""
        counts: dict[str, int] = {}
        for report in self.reports:
            if report.figures:
                name = " and ".join(report.causes)
                counts[name] = counts.get(name, 0) + len(report.figures)
        return counts

    def as_json(self) -> dict[str, Any]:
        """Plain values as `compkit diff --json` prints them."""
        runs = {
            name: {"report_on": run.report_date, "begun_at": run.begun_at, "compkit_version": run.version}
            for name, run in (("a", self.a), ("b", self.b))
        }
        return {**runs, "causes": self.figures_by_cause(), "reports": [report.as_json() for report in self.reports]}


def run_changes(a: Path, b: Path) -> RunChanges:
    """Compare the reports of one folder with those of another.

    Raises
    ------
    InputError
        If a folder has no readable ledger.
    """
    reports_of, runs = [], []
    for folder in (a, b):
        with closing(Ledger.open_read_only(folder)) as ledger:
            reports_of.append({report.name: report for report in ledger.reports()})
            runs.append(ledger.runs()[-1])
    old, new = reports_of
    names = sorted(
        {*old, *new}, key=lambda name: (name[0] is None, offer_in_folder(name[0]) is None, name[0] or "", name[1])
    )
    changes = tuple(_report_change(name, old.get(name), new.get(name), (a, b)) for name in names)
    return RunChanges(runs[0], runs[1], changes)


def _report_change(
    name: tuple[str | None, str], a: LedgerReport | None, b: LedgerReport | None, folders: tuple[Path, Path]
) -> ReportChange:
    if a is None or b is None:
        return ReportChange(*name, "only in b" if a is None else "only in a")
    if not (a.n_done and b.n_done):
        return ReportChange(*name, "not made in b" if a.n_done else "not made in a")
    figures = tuple(_changed_figures(a, b))
    causes = tuple(dict.fromkeys(word for part, word in CAUSES.items() if a.parts.get(part) != b.parts.get(part)))
    if not (figures or causes):
        return ReportChange(*name, "same")
    has_other_offer = {"offer", "prices"} & {part for part in CAUSES if a.parts.get(part) != b.parts.get(part)}
    offer = offer_in_folder(name[0])
    fields = tuple(_changed_fields(*(folder / offer for folder in folders))) if has_other_offer and offer else ()
    return ReportChange(*name, "changed", causes or (UNEXPLAINED,), figures, fields)


def _changed_figures(a: LedgerReport, b: LedgerReport) -> Iterator[ChangedFigure]:
    old, new = ({row["figure"]: row for row in report.recorded.rows} for report in (a, b))
    for figure in dict.fromkeys([*old, *new]):
        rows = [rows.get(figure) for rows in (old, new)]
        before, after = (row["value"] if row else None for row in rows)
        if before != after:
            unit = next(str(row.get("unit") or "") for row in reversed(rows) if row)
            yield ChangedFigure(figure, unit, before, after, _difference(before, after))


def _difference(before: Value, after: Value) -> float | None:
    if isinstance(before, int | float) and isinstance(after, int | float):
        return after - before
    return None


def _changed_fields(a: Path, b: Path) -> Iterator[ChangedField]:
    """Yield what differs in the offers as entered, if both folders still hold them."""
    try:
        old, new = (_flatten(json.loads((folder / OFFER_FILE).read_text(encoding="utf-8"))) for folder in (a, b))
    except (OSError, ValueError):
        return
    for field in dict.fromkeys([*old, *new]):
        if old.get(field) != new.get(field):
            yield ChangedField(field.removeprefix("offers[1]."), old.get(field), new.get(field))


def _flatten(value: Any, path: str = "") -> dict[str, Value]:
    """Plain values of a document by path, such as `offers[1].equity[1].price_now`."""
    if isinstance(value, Mapping):
        parts: Sequence[tuple[str, Any]] = [
            (f"{path}.{key}" if path else str(key), part) for key, part in value.items()
        ]
    elif isinstance(value, list):
        parts = [(f"{path}[{number}]", part) for number, part in enumerate(value, start=1)]
    else:
        return {path: value}
    return {name: leaf for key, part in parts for name, leaf in _flatten(part, key).items()}
