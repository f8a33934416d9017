"""The index and the summaries of a folder, always written from its ledger."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compkit.batch.folder.index import write_summaries
from compkit.batch.folder.results import (
    BatchRun,
    OfferLine,
    PersonLine,
    ReportResult,
    offer_in_folder,
    pdf_path,
    person_folder,
)
from compkit.batch.ledger.ledger import PERSON_FACT, Ledger
from compkit.batch.ledger.ledger_rows import LedgerReport
from compkit.batch.parameters import Scalar
from compkit.batch.planning import Report
from compkit.offers import OfferEntry, Offers, Person

PERSON_KEY = "person"
"""Key under which a report about a person records the decision."""
_SHARE_OF_TIME = 0.03
_AT_LEAST_SECONDS = 2.0


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked to make.

    Parameters
    ----------
    offers : Offers
        The offers to report on.
    all_offers : Offers
        All offers that a report may see.
    people : sequence of Person
        Who has these offers.
    report_date : date
    parameters : mapping of str to scalar
    inputs : tuple of mapping
        Name and SHA-256 of each offers file.
    reports : sequence of Report
    titles : mapping of str to str
        Each notebook's heading, by its name, in order.
    """

    offers: Offers
    all_offers: Offers
    people: Sequence[Person]
    report_date: dt.date
    parameters: Mapping[str, Scalar]
    inputs: tuple[Mapping[str, str | None], ...]
    reports: Sequence[Report]
    titles: Mapping[str, str]


class Overview:
    """Writes the index and the summaries of a folder during a run.

    Parameters
    ----------
    out : Path
    ledger : Ledger
    request : RunRequest
    results : mapping of int to ReportResult
        Results so far, by the report's position; updated by the caller.
    """

    def __init__(self, out: Path, ledger: Ledger, request: RunRequest, results: Mapping[int, ReportResult]) -> None:
        self._out, self._ledger, self._request, self._results = out, ledger, request, results
        self._due_at = 0.0

    def write(self, *, is_running: bool = False) -> BatchRun:
        """Write the index and the summaries; return what they show."""
        started = time.monotonic()
        run = replace(self.run(), is_running=is_running)
        write_summaries(run)
        now = time.monotonic()
        self._due_at = now + max(_AT_LEAST_SECONDS, (now - started) / _SHARE_OF_TIME)
        return run

    def write_if_due(self) -> None:
        """Write them if that takes at most a few percent of the time; an error now is retried at the end."""
        if time.monotonic() >= self._due_at:
            with contextlib.suppress(OSError):
                self.write(is_running=True)

    def run(self) -> BatchRun:
        """Everything in the folder: all reports that the ledger knows, this run's or not."""
        request, known = self._request, {row.name: row for row in self._ledger.reports(with_rows=False)}
        own = {report.name: self._results[at] for at, report in enumerate(request.reports) if at in self._results}
        shown = {name: own.get(name) or _result(row) for name, row in known.items()}
        rank = {name: number for number, name in enumerate(request.titles)}
        by_folder: dict[str | None, list[tuple[str | None, str]]] = {}
        for name in sorted(shown, key=lambda name: (rank.get(name[1], len(rank)), name[1])):
            by_folder.setdefault(name[0], []).append(name)
        lines_of: dict[str, list[OfferLine]] = {}
        lines, unlisted = [], {folder: by_folder[folder] for folder in by_folder if offer_in_folder(folder) is None}
        for offer in self._ledger.offers():
            values: dict[str, Any] = dict(offer.facts)
            person = values.pop(PERSON_FACT, None)
            names, about_person = by_folder.get(offer.offer, []), by_folder.get(person, []) if person else []
            if about_person:
                unlisted.pop(person, None)
            for name in names:
                if known[name].status == "ok":
                    values |= known[name].recorded.summary
            reports, more = (tuple(shown[name] for name in group) for group in (names, about_person))
            lines.append(OfferLine(offer.offer, values, reports, more))
            if about_person:
                lines_of.setdefault(person, []).append(lines[-1])
        return BatchRun(
            directory=self._out,
            report_date=request.report_date,
            parameters=request.parameters,
            notebooks=tuple(request.titles),
            inputs=request.inputs,
            results=tuple(self._results[at] for at in sorted(self._results)),
            lines=tuple(lines),
            people=tuple(_people(known, lines_of)),
            titles=request.titles,
            earlier=tuple(shown[name] for names in unlisted.values() for name in names if name[0] or name not in own),
            n_waiting=len(request.reports) - len(self._results),
            written_at=dt.datetime.now().astimezone(),
        )


def _people(
    known: Mapping[tuple[str | None, str], LedgerReport], lines_of: Mapping[str, Sequence[OfferLine]]
) -> list[PersonLine]:
    """Everyone with reports, with the decision that one of these recorded; nearest deadline first."""
    facts: dict[str | None, Mapping[str, Any]] = {}
    for (folder, _), row in known.items():
        found = row.recorded.summary.get(PERSON_KEY)
        if row.status == "ok" and isinstance(found, Mapping):
            facts[folder] = found
    people = [
        PersonLine(lines[0].values.get("candidate"), folder, facts.get(folder, {}), tuple(lines))
        for folder, lines in lines_of.items()
    ]
    return sorted(people, key=lambda person: (not person.text("deadline"), person.text("deadline"), str(person.name)))


def offer_facts(request: RunRequest) -> dict[str, dict[str, Any]]:
    """Facts that the ledger keeps of offers before any notebook runs, by id: for the index, and the person's folder."""
    folder_of = {entry.offer.id: person_folder(person.folder) for person in request.people for entry in person.entries}
    return {entry.offer.id: {**_facts(entry), PERSON_FACT: folder_of[entry.offer.id]} for entry in request.offers}


def _facts(entry: OfferEntry) -> dict[str, Any]:
    """Facts of an offer for the index before any notebook has run."""
    offer = entry.offer
    whose = {"candidate": entry.candidate.name or offer.candidate} if offer.candidate else {}
    return {
        **whose,
        "company": offer.company,
        "level": offer.level,
        "location": offer.location,
        **({"label": offer.label} if offer.label else {}),
        "deadline": offer.deadline.isoformat() if offer.deadline else None,
    }


def _result(row: LedgerReport) -> ReportResult:
    """Earlier report's line in the index."""
    html = row.html if row.status == "ok" else None
    pdf = pdf_path(html, row.files) if html else None
    return ReportResult(row.folder, row.notebook, row.status, row.seconds, html, row.error, pdf)
