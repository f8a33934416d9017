"""What the folder as a whole says: the index and the summaries, always written from the ledger."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compkit.batch.folder.index import write_summaries
from compkit.batch.folder.results import BatchRun, OfferLine, ReportResult, offer_in_folder, pdf_path, person_folder
from compkit.batch.ledger.ledger import PERSON_FACT, Ledger
from compkit.batch.ledger.ledger_rows import LedgerReport
from compkit.batch.parameters import Scalar
from compkit.batch.planning import Report
from compkit.offers import OfferEntry, Offers
from compkit.offers.people import Person

_SHARE_OF_TIME = 0.03
_AT_LEAST_SECONDS = 2.0


@dataclass(frozen=True)
class RunRequest:
    """What a run was asked for.

    Parameters
    ----------
    offers : Offers
        Those that reports are made of.
    all_offers : Offers
        All that a report may see.
    people : sequence of Person
        Whose offers all of these are.
    report_date : date
    parameters : mapping of str to scalar
    inputs : tuple of mapping
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
    """The index and the summaries of a folder while a run goes on.

    Parameters
    ----------
    out : Path
    ledger : Ledger
    asked : RunRequest
    results : mapping of int to ReportResult
        What came of the reports that are done, by their position; it grows.
    """

    def __init__(self, out: Path, ledger: Ledger, asked: RunRequest, results: Mapping[int, ReportResult]) -> None:
        self._out, self._ledger, self._asked, self._results = out, ledger, asked, results
        self._due_at = 0.0

    def write(self, *, is_running: bool = False) -> BatchRun:
        """Write the index and the summaries, and return what they say."""
        begun = time.monotonic()
        run = replace(self.run(), is_running=is_running)
        write_summaries(run)
        now = time.monotonic()
        self._due_at = now + max(_AT_LEAST_SECONDS, (now - begun) / _SHARE_OF_TIME)
        return run

    def write_if_due(self) -> None:
        """Write them if that takes no more than a few percent of the time; what fails now is tried again at the end."""
        if time.monotonic() >= self._due_at:
            with contextlib.suppress(OSError):
                self.write(is_running=True)

    def run(self) -> BatchRun:
        """Return what there is: every report that the ledger knows, whether this run was asked for it or not."""
        asked, known = self._asked, {row.name: row for row in self._ledger.reports(with_rows=False)}
        own = {report.name: self._results[at] for at, report in enumerate(asked.reports) if at in self._results}
        shown = {name: own.get(name) or _result(row) for name, row in known.items()}
        rank = {name: number for number, name in enumerate(asked.titles)}
        by_place: dict[str | None, list[tuple[str | None, str]]] = {}
        for name in sorted(shown, key=lambda name: (rank.get(name[1], len(rank)), name[1])):
            by_place.setdefault(name[0], []).append(name)
        lines, of_nobody = [], {place: by_place[place] for place in by_place if offer_in_folder(place) is None}
        for offer in self._ledger.offers():
            values: dict[str, Any] = dict(offer.facts)
            person = values.pop(PERSON_FACT, None)
            names, about_person = by_place.get(offer.offer, []), by_place.get(person, []) if person else []
            if about_person:
                of_nobody.pop(person, None)
            for name in names:
                if known[name].status == "ok":
                    values |= known[name].recorded.summary
            reports, more = (tuple(shown[name] for name in some) for some in (names, about_person))
            lines.append(OfferLine(offer.offer, values, reports, more))
        return BatchRun(
            directory=self._out,
            report_date=asked.report_date,
            parameters=asked.parameters,
            notebooks=tuple(asked.titles),
            inputs=asked.inputs,
            results=tuple(self._results[at] for at in sorted(self._results)),
            lines=tuple(lines),
            titles=asked.titles,
            earlier=tuple(shown[name] for names in of_nobody.values() for name in names if name[0] or name not in own),
            n_waiting=len(asked.reports) - len(self._results),
            written_at=dt.datetime.now().astimezone(),
        )


def offer_facts(asked: RunRequest) -> dict[str, dict[str, Any]]:
    """Return by id what the ledger keeps of offers before any notebook has run: the index's facts, and their person."""
    place_of = {entry.offer.id: person_folder(person.folder) for person in asked.people for entry in person.entries}
    return {entry.offer.id: {**_facts(entry), PERSON_FACT: place_of[entry.offer.id]} for entry in asked.offers}


def _facts(entry: OfferEntry) -> dict[str, Any]:
    """Return what the index says of an offer before any notebook has."""
    offer = entry.offer
    whose = {"candidate": entry.candidate.name or offer.candidate} if offer.candidate else {}
    return {
        **whose,
        "company": offer.company,
        "level": offer.level,
        "location": offer.location,
        "deadline": offer.deadline.isoformat() if offer.deadline else None,
    }


def _result(row: LedgerReport) -> ReportResult:
    """Return a report that this run has not made, as its line in the index."""
    html = row.html if row.status == "ok" else None
    pdf = pdf_path(html, row.files) if html else None
    return ReportResult(row.place, row.notebook, row.status, row.seconds, html, row.error, pdf)
