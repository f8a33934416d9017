"""Links between pages: from an offer to the reports about its person, and back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from compkit.batch.folder.index_table import report_label
from compkit.batch.folder.results import page_path, person_folder
from compkit.batch.notebooks import DEFAULT_NOTEBOOKS
from compkit.batch.planning import Report

Link = tuple[str, str]
"""Label, and the address from the linking page."""


class PageLinks:
    """The links between the pages of a folder.

    Parameters
    ----------
    reports : sequence of Report
        Those of this run.
    made : iterable of tuple
        Folder and notebook of existing pages from earlier runs.
    """

    def __init__(self, reports: Sequence[Report], made: Iterable[tuple[str | None, str]]) -> None:
        self._notebooks: dict[str | None, list[str]] = {}
        for folder, notebook in sorted({*(report.name for report in reports), *made}, key=_page_order):
            self._notebooks.setdefault(folder, []).append(notebook)

    def for_report(self, report: Report) -> tuple[Link, ...]:
        """Links of a report's page: to the reports about the person, or to each of the person's offers."""
        if report.person is None:
            return ()
        if report.entry is not None:
            folder = person_folder(report.person.folder)
            pages = [
                (report_label(name).capitalize(), page_path(folder, name)) for name in self._notebooks.get(folder, ())
            ]
            return tuple((label, f"../{page}") for label, page in pages)
        found = []
        names = {entry.offer.id: entry.job for entry in report.group}
        counts = Counter(names.values())
        for offer_id, name in names.items():
            label = name if counts[name] == 1 else f"{name} ({offer_id})"
            found += [(label, f"../../{page_path(offer_id, page)}") for page in self._notebooks.get(offer_id, ())[:1]]
        return tuple(found)


def _page_order(name: tuple[str | None, str]) -> tuple[str, int, str]:
    """Sort key of pages: compkit's notebooks in their order, then others."""
    folder, notebook = name
    rank = DEFAULT_NOTEBOOKS.index(notebook) if notebook in DEFAULT_NOTEBOOKS else len(DEFAULT_NOTEBOOKS)
    return folder or "", rank, notebook
