"""A class's debrief: the page for everyone, one for each seat with its own points alone, the grading proposal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from compkit.report.page.pdf import report_pdf
from compkit.report.show.blocks import Picture, Table
from compkit.report.show.templating import rendered
from compkit.report.workshop.debrief_chart import class_chart
from compkit.report.workshop.debrief_tables import (
    PAIR_NOTES,
    answers_table,
    class_pairs_table,
    earlier_classes_table,
    first_offers_table,
    role_ranks_table,
    second_agreements_table,
)
from compkit.report.workshop.debrief_text import (
    debrief_sentences,
    earlier_sentences,
    offers_sentences,
    second_sentences,
)
from compkit.report.workshop.grading import FORMULA, GRADES_FILE, GRADES_PAGE, RULES, grades_csv, grades_table
from compkit.report.workshop.lesson import FEELINGS
from compkit.report.workshop.offers_chart import first_offers_chart
from compkit.report.workshop.seat_page import seat_values
from compkit.workshop import ROLES, Debrief, EarlierClasses, propose_grades

DEBRIEF_FILE = "teacher/debrief.html"
DEBRIEF_PDF = "teacher/debrief.pdf"
_page = partial(rendered, "compkit.report.workshop")
OPTIONAL_FILES = (DEBRIEF_PDF, GRADES_FILE, GRADES_PAGE)
"""Files that another run of the debrief may have written, and this one may not."""


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the class's page; without a table it is left out."""

    heading: str
    table: Table | None
    sentences: Sequence[str] = ()
    chart: Picture | None = None
    notes: Sequence[str] = ()
    is_dense: bool = False


def debrief_files(
    found: Debrief, earlier: EarlierClasses | None = None, hidden: Collection[int] = (), *, with_pdf: bool
) -> dict[str, bytes]:
    """Contents of the debrief's files by path in the class's folder.

    Parameters
    ----------
    found : Debrief
    earlier : EarlierClasses, optional
    hidden : collection of int, optional
        Pairs that the class's page leaves out of everything, even of sums and ranks.
    with_pdf : bool
        Whether the class's page comes as PDF too.

    Raises
    ------
    InputError
        If PDFs are asked for and WeasyPrint is missing.
    """
    shown = found.without(hidden)
    page = _page(
        "debrief", name=found.name, sentences=debrief_sentences(shown), chart=class_chart(shown),
        absent=[one.pair for one in found.absent], n_hidden=len(found.results) - len(shown.results),
        sections=[one for one in _sections(shown, earlier) if one.table or one.sentences],
    )  # fmt: skip
    files = {DEBRIEF_FILE: page.encode(), **_grading_files(found)}
    if with_pdf:
        files[DEBRIEF_PDF] = report_pdf(page)
    return files | {
        f"debrief/seat-{values['seat']:03}.html": _page("seat", **values).encode() for values in seat_values(found)
    }


def _sections(found: Debrief, earlier: EarlierClasses | None) -> Iterator[_Section]:
    yield _Section("What each pair reached", class_pairs_table(found), notes=PAIR_NOTES, is_dense=True)
    for side, role in enumerate(ROLES):
        yield _Section(f"Ranks among {role}s", role_ranks_table(found, side))
    yield _Section(
        "Does asking for more pay?",
        first_offers_table(found),
        offers_sentences(found),
        first_offers_chart(found),
        is_dense=True,
    )
    yield _Section("What did a second try gain?", second_agreements_table(found), second_sentences(found))
    questions = [f"{name}: {text}" for name, text in FEELINGS.items()]
    yield _Section("How did it feel?", answers_table(found), notes=questions, is_dense=True)
    yield _Section(
        "How does this class compare?", earlier_classes_table(found, earlier), earlier_sentences(found, earlier)
    )


def _grading_files(found: Debrief) -> dict[str, bytes]:
    """Build the proposal, if there are marks."""
    grades = propose_grades(found)
    if not grades:
        return {}
    missing = [seat for seat in found.played.seats if seat not in found.played.marks]
    page = _page("grading", name=found.name, formula=FORMULA, rules=RULES, missing=missing, table=grades_table(grades))
    return {GRADES_FILE: grades_csv(grades).encode(), GRADES_PAGE: page.encode()}
