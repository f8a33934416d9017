"""Classes for the browser, with points, limits and alternatives that occur nowhere else, and with hostile names."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from compkit.report import live_project_files
from compkit.workshop import Case, Issue, Option, Seating, Side

SECRET = bytes(range(16))
HOSTILE = "</script><img src=x onerror=alert(1)>\"'{{ 7 * 7 }}{% include 'x' %}\\"
SIDES = ("candidate", "recruiter")
LIMITS = (86_420_001, 86_430_003)
ALTERNATIVES = ("Planted: take the place by the lake.", "Placed: call whoever came second.")
POINTS = (
    ((97_310_000, 97_310_020), (97_310_040, 97_310_060)),
    ((55_170_031, 55_170_011), (55_170_051, 55_170_071)),
)
"""By side, issue and option."""


def planted_case() -> Case:
    """Return a case whose second issue and whose title are hostile."""
    names = (("Base salary", ("$170,000", "$180,000")), (f"Place {HOSTILE}", (f"Seattle {HOSTILE}", "Austin")))
    issues = tuple(
        Issue(
            name,
            tuple(
                Option(option, (Fraction(POINTS[0][at][number]), Fraction(POINTS[1][at][number])))
                for number, option in enumerate(options)
            ),
        )
        for at, (name, options) in enumerate(names)
    )
    first, second = (
        Side(name, Fraction(limit), f"{alternative} {HOSTILE}")
        for name, limit, alternative in zip(SIDES, LIMITS, ALTERNATIVES, strict=True)
    )
    return Case(f"Case {HOSTILE}", (first, second), issues)


def seating_of(n_seats: int) -> Seating:
    """Return a class in which the last seats negotiate with the first, and the middle one observes."""
    pairs = tuple((n_seats + 1 - at, at) for at in range(1, n_seats // 2 + 1))
    return Seating(pairs, (n_seats + 1) // 2 if n_seats % 2 else None)


def planted_values(side: int) -> set[str]:
    """Everything that only this side's pages may have."""
    return {*(str(points) for issue in POINTS[side] for points in issue), str(LIMITS[side]), ALTERNATIVES[side]}


def project_files(n_seats: int, secret: bytes = SECRET) -> dict[str, bytes]:
    """Return a class's project."""
    return live_project_files(planted_case(), seating_of(n_seats), secret)


def write_project(folder: Path, n_seats: int) -> Path:
    """Write a class's project to a new folder."""
    for path, data in project_files(n_seats).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
