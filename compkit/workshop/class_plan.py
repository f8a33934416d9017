"""A class: its case, who sits where, and what the teacher alone knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from compkit.errors import Fault, InputError
from compkit.reference import Tables
from compkit.workshop.alternatives import draw_alternatives
from compkit.workshop.case import Case, Issue, Option, Side
from compkit.workshop.case_file import ROLES
from compkit.workshop.draw import Draw
from compkit.workshop.scenario import Scenario, draw_scenario
from compkit.workshop.scoring import CaseLevel, draw_scores
from compkit.workshop.seating import Seating, draw_seating, draw_swapped_seating

SECRET_BYTES = 16
MIN_SEATS, MAX_SEATS = 2, 2_000
_SECRET = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """Everything that a class's folder is written from.

    Parameters
    ----------
    name : str
        Of the case, as the teacher calls it.
    level : str
    seed : int
    secret : bytes
        What is private was drawn from it; only the teacher's folder holds it.
    scenario : Scenario
    case : Case
        Whole points.
    seating : Seating
        As it is now.
    planned : Seating
        As it was before anyone was absent.
    """

    name: str
    level: CaseLevel
    seed: int
    secret: bytes
    scenario: Scenario
    case: Case
    seating: Seating
    planned: Seating


def plan_class(
    seats: int | Seating, name: str, level: CaseLevel, seed: int, secret: bytes, tables: Tables
) -> ClassPlan:
    """Draw a class: what everyone knows from the seed and the name, what is private from the secret too.

    Parameters
    ----------
    seats : int or Seating
        Their number, from `MIN_SEATS` to `MAX_SEATS`, or an earlier case's: then roles are swapped and partners new.
    name : str
        One class can have several cases, each with a name of its own.
    level : str
    seed : int
    secret : bytes
        128 random bits.
    tables : Tables
    """
    label = f"{seed}/{level}/{name}"
    public = b"compkit workshop"
    scenario = draw_scenario(Draw(public, f"scenario/{label}"), tables)
    scores = draw_scores(Draw(secret, f"scores/{label}"), [len(options) for _, options in scenario.issues], level)
    alternatives = draw_alternatives(Draw(secret, f"alternatives/{label}"))
    issues = tuple(
        Issue(
            issue,
            tuple(Option(option, (Fraction(a), Fraction(b))) for option, (a, b) in zip(options, points, strict=True)),
        )
        for (issue, options), points in zip(scenario.issues, scores.points, strict=True)
    )
    sides = [
        Side(role, Fraction(limit), alternative)
        for role, limit, alternative in zip(ROLES, scores.limits, alternatives, strict=True)
    ]
    title = f"{name}: {scenario.title}, {scenario.level}, {scenario.location}"
    case = Case(title, (sides[0], sides[1]), issues)
    draw = Draw(public, f"seats/{label}")
    seating = draw_seating(seats, draw) if isinstance(seats, int) else draw_swapped_seating(seats, draw)
    return ClassPlan(name, level, seed, secret, scenario, case, seating, seating)


def secret_from_text(text: str, file: str) -> bytes:
    """Secret of an earlier class, from its file.

    Raises
    ------
    InputError
        If it is not 32 hexadecimal digits.
    """
    if not _SECRET.fullmatch(text.strip()):
        rule = "must hold 32 hexadecimal digits. Give the secret.txt of a class's teacher folder."
        raise InputError([Fault(file, "", "", rule)])
    return bytes.fromhex(text.strip())
