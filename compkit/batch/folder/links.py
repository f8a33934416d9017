"""Links between pages: back to the person, beside to the offer's other reports, and on to the next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from compkit.batch.folder.index_table import report_label
from compkit.batch.folder.results import page_path, person_folder, person_page
from compkit.batch.notebooks import DEFAULT_NOTEBOOKS
from compkit.batch.planning import Report
from compkit.offers import differences
from compkit.report import capitalized


class Link(NamedTuple):
    """A link of a page: label, address from that page, and where it stands (back, beside or next)."""

    label: str
    address: str
    place: str = "beside"


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
        """Links of a report's page: back first, then the pages beside it, and last the next one to read."""
        if report.person is None:
            return (Link("All offers", "index.html", "back"),)
        person = person_folder(report.person.folder)
        up = "../" if report.entry else "../../"
        about_person = self._pages(person, up)
        back = Link(report.person.name or "The decision", f"{up}{person_page(person)}", "back")
        if not about_person:
            back = Link("All offers", f"{up}index.html", "back")
        if report.entry:
            own = self._pages(report.folder, up)
            beside = [*own, *about_person]
        else:
            own = [*about_person, *self._first_pages(report, up)]
            beside = own
        here = f"{up}{report.page}"
        ahead = [link.address for link in own].index(here) + 1
        following = [own[ahead]._replace(place="next")] if ahead < len(own) else []
        return back, *(link for link in beside if link.address != here), *following

    def _pages(self, folder: str | None, up: str) -> list[Link]:
        names = self._notebooks.get(folder, ())
        return [Link(capitalized(report_label(name)), f"{up}{page_path(folder, name)}") for name in names]

    def _first_pages(self, report: Report, up: str) -> list[Link]:
        """First page of each of the person's offers, named by its job."""
        added = differences(report.group)
        return [
            Link(entry.named(added[entry.offer.id]), f"{up}{page_path(entry.offer.id, page)}")
            for entry in report.group
            for page in self._notebooks.get(entry.offer.id, ())[:1]
        ]


def _page_order(name: tuple[str | None, str]) -> tuple[str, int, str]:
    """Sort key of pages: compkit's notebooks in their order, then others."""
    folder, notebook = name
    rank = DEFAULT_NOTEBOOKS.index(notebook) if notebook in DEFAULT_NOTEBOOKS else len(DEFAULT_NOTEBOOKS)
    return folder or "", rank, notebook
