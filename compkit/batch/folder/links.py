"""Where pages lead to each other: from an offer to the reports about its person, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from compkit.batch.folder.index_table import report_label
from compkit.batch.folder.results import page_path, person_folder
from compkit.batch.notebooks import DEFAULT_NOTEBOOKS
from compkit.batch.planning import Report

Link = tuple[str, str]
"""What people read, and the page's address from the page that leads there."""


class PageLinks:
    """The links between the pages of a folder.

    Parameters
    ----------
    reports : sequence of Report
        Those of this run.
    made : iterable of tuple
        Place and notebook of those whose pages are there from earlier ones.
    """

    def __init__(self, reports: Sequence[Report], made: Iterable[tuple[str | None, str]]) -> None:
        self._notebooks: dict[str | None, list[str]] = {}
        for place, notebook in sorted({*(report.name for report in reports), *made}, key=_turn):
            self._notebooks.setdefault(place, []).append(notebook)

    def of(self, report: Report) -> tuple[Link, ...]:
        """Return the links of a report's page: to what is about the person, or to each of the person's offers."""
        if report.person is None:
            return ()
        if report.entry is not None:
            place = person_folder(report.person.folder)
            pages = [
                (report_label(name).capitalize(), page_path(place, name)) for name in self._notebooks.get(place, ())
            ]
            return tuple((label, f"../{page}") for label, page in pages)
        found = []
        names = {entry.offer.id: entry.job for entry in report.group}
        n_called = Counter(names.values())
        for offer_id, name in names.items():
            label = name if n_called[name] == 1 else f"{name} ({offer_id})"
            found += [(label, f"../../{page_path(offer_id, page)}") for page in self._notebooks.get(offer_id, ())[:1]]
        return tuple(found)


def _turn(name: tuple[str | None, str]) -> tuple[str, int, str]:
    """Return what pages are sorted by: compkit's notebooks in their order, then others."""
    place, notebook = name
    rank = DEFAULT_NOTEBOOKS.index(notebook) if notebook in DEFAULT_NOTEBOOKS else len(DEFAULT_NOTEBOOKS)
    return place or "", rank, notebook
