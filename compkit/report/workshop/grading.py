"""The grading proposal: a page and a CSV that only the teacher has."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from compkit.report.show.blocks import Heading, Table, build_table
from compkit.report.show.text import UNKNOWN
from compkit.workshop import ROLES, WEIGHTS, GradeProposal

GRADES_FILE = "teacher/grading-proposal.csv"
GRADES_PAGE = "teacher/grading-proposal.html"
COLUMNS = ("seat", "role", *WEIGHTS, "points")
_TIMES = "\N{MULTIPLICATION SIGN}"
FORMULA = "points = " + " + ".join(f"{weight / 100:.2f} {_TIMES} {part}" for part, weight in WEIGHTS.items())
RULES = (
    "Preparation and reflection are your marks, from 0 to 100.",
    "Play: a side's gain over its limit, as a share of that gain and of what it could still have gained without its "
    "partner losing a point. So a tough partner doesn't count against it. On the frontier it's 100, below the limit 0.",
    "If one role has the higher median of play, the other role's are raised by the difference, to at most 100.",
    f"Play counts {WEIGHTS['play']} of 100. For a seat that did not play, preparation and reflection count half each.",
    "Points are rounded to whole ones, halves up. Change them as you see fit: they are a proposal.",
)


def grades_csv(grades: Sequence[GradeProposal]) -> str:
    """CSV for the course system: seat, role, the three parts, and whole points."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_row(one, blank="") for one in grades)
    return text.getvalue()


def grades_table(grades: Sequence[GradeProposal]) -> Table:
    """Proposal of each seat that has marks."""
    columns: list[Heading] = [
        "Seat",
        "Role",
        *((part.capitalize(), "number") for part in (*WEIGHTS, "points")),
    ]
    return build_table("Proposed points", columns, [_row(one, blank=UNKNOWN) for one in grades])


def _row(one: GradeProposal, blank: str) -> list[str]:
    role = blank if one.side is None else ROLES[one.side]
    play = blank if one.play is None else f"{float(one.play):.1f}".removesuffix(".0")
    return [str(one.seat), role, str(one.preparation), str(one.reflection), play, str(one.points)]
