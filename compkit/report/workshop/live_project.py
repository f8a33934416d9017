"""A class as an oTree project: code that is the same for every class, and the class's data as JSON."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from compkit.report.workshop.lesson import CONSENT, FEELINGS, OBSERVED, RULES, TALLIES
from compkit.workshop import ROLES, Case, Seating

CODE_ENDING = ".txt"
"""Added to Python files in the package, so that nothing takes them for compkit's own modules."""
_STORIES = {
    "candidate": "You have an offer for this job, and you like the team and the work. The recruiter is here to settle "
    "the terms.",
    "recruiter": "You recruit for this job, and the hiring manager wants this candidate. You are here to settle the "
    "terms.",
}


def live_project_files(case: Case, seating: Seating, secret: bytes) -> dict[str, bytes]:
    """Contents of an oTree project by path; the same class and secret give the same bytes.

    Parameters
    ----------
    case : Case
        Whole points.
    seating : Seating
        A seat in no pair observes.
    secret : bytes
        The class's. The key for the seats' links is derived from it, so they stay the same.
    """
    labels = "".join(f"seat_{seat:03}\n" for seat in range(1, seating.n_seats + 1))
    key = hmac.digest(secret, b"oTree secret key", hashlib.sha256).hex()
    written = {
        "workshop/class.json": json.dumps(_values(case, seating), indent=1, ensure_ascii=False) + "\n",
        "_rooms/class.txt": labels,
        "secret_key.txt": key + "\n",
    }
    fixed = dict(_fixed(files("compkit.report.workshop") / "otree_project"))
    return fixed | {path: text.encode() for path, text in written.items()}


def _fixed(folder: Traversable, start: str = "") -> Iterator[tuple[str, bytes]]:
    """Files that are the same for every class."""
    for one in folder.iterdir():
        path = f"{start}{one.name}"
        if one.is_dir():
            yield from _fixed(one, f"{path}/")
        else:
            yield path.removesuffix(CODE_ENDING) if path.endswith(f".py{CODE_ENDING}") else path, one.read_bytes()


def _values(case: Case, seating: Seating) -> dict[str, Any]:
    return {
        "title": case.title,
        "n_seats": seating.n_seats,
        "pairs": [{"pair": number, **dict(zip(ROLES, pair, strict=True))} for number, pair in seating.numbered.items()],
        "issues": [{"name": issue.name, "options": [option.name for option in issue.options]} for issue in case.issues],
        "roles": {side.name: _role(case, number) for number, side in enumerate(case.sides)},
        "consent": CONSENT,
        "rules": RULES,
        "tallies": TALLIES,
        "observed": OBSERVED,
        "questions": dict(FEELINGS),
    }


def _role(case: Case, side: int) -> dict[str, Any]:
    own = case.sides[side]
    return {
        "story": _STORIES[own.name],
        "points": [[int(option.utilities[side]) for option in issue.options] for issue in case.issues],
        "limit": int(own.limit),
        "alternative": own.alternative or "",
    }
