"""A class's class.json: what its case is drawn from, and who negotiates with whom."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compkit.errors import Fault, InputError
from compkit.workshop.case_file import ROLES
from compkit.workshop.class_plan import ClassPlan
from compkit.workshop.loading import read_bytes
from compkit.workshop.scoring import LEVELS, CaseLevel
from compkit.workshop.seating import Seating

CLASS_SCHEMA = "compkit/class@1"
CLASS_FILE, CASE_FILE = "teacher/class.json", "teacher/case.yaml"
"""Where a class's folder has them."""


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """What everyone may know of a class.

    Parameters
    ----------
    name : str
        Of its case.
    level : str or None
    seed : int or None
        None if a class.json of another program's doesn't say.
    seating, planned : Seating
        As it is now, and as it was before anyone was absent.
    """

    name: str
    level: CaseLevel | None
    seed: int | None
    seating: Seating
    planned: Seating

    @classmethod
    def of(cls, plan: ClassPlan) -> ClassRecord:
        """Record of a plan."""
        return cls(plan.name, plan.level, plan.seed, plan.seating, plan.planned)

    def as_json(self) -> str:
        """Text of class.json."""
        values = {
            "schema": CLASS_SCHEMA,
            "case": self.name,
            "level": self.level,
            "seed": self.seed,
            "n_seats": self.planned.n_seats,
            **_seating_values(self.seating),
            "absent": self.seating.absent,
            "planned": _seating_values(self.planned) if self.seating.absent else None,
        }
        return json.dumps(values, indent=2, ensure_ascii=False) + "\n"


def _seating_values(seating: Seating) -> dict[str, Any]:
    pairs = [{"pair": number, **dict(zip(ROLES, pair, strict=True))} for number, pair in seating.numbered.items()]
    return {"pairs": pairs, "observer": seating.observer}


def load_class_record(path: Path) -> ClassRecord:
    """Read a class.json.

    Raises
    ------
    InputError
        If it is not one.
    """
    try:
        return _record(json.loads(read_bytes(path).decode("utf-8-sig")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "is not what `compkit workshop new` writes"
        rule = f"{reason}. Give the folder of a class, or run the same `compkit workshop new` again."
        raise InputError([Fault(str(path), "", "", rule)]) from error


def _record(values: Mapping[str, Any]) -> ClassRecord:
    seating = _seating(values, tuple(values.get("absent") or ()))
    planned = _seating(values["planned"]) if values.get("planned") else seating
    record = ClassRecord(values["case"], values.get("level"), values.get("seed"), seating, planned)
    is_sound = values["schema"] == CLASS_SCHEMA and isinstance(record.name, str)
    is_sound = is_sound and record.level in (*LEVELS, None) and isinstance(record.seed, int | None)
    if not is_sound or seating.seats != planned.seats:
        raise ValueError
    return record


def _seating(values: Mapping[str, Any], absent: tuple[int, ...] = ()) -> Seating:
    numbered = enumerate(values["pairs"], start=1)
    pairs = {one.get("pair", at): (one[ROLES[0]], one[ROLES[1]]) for at, one in numbered}
    numbers = () if list(pairs) == list(range(1, len(pairs) + 1)) else tuple(pairs)
    seating = Seating(tuple(pairs.values()), values.get("observer"), absent, numbers)
    seats = seating.seats
    if not pairs or any(type(one) is not int for one in [*seats, *pairs]) or len(set(seats)) < len(seats):
        raise ValueError
    return seating
