"""Writing a case as `compkit/case@1`."""

from __future__ import annotations

import json
from collections.abc import Iterator

from compkit.workshop.case import Case
from compkit.workshop.case_file import CASE_SCHEMA, ROLES


def case_yaml(case: Case) -> str:
    """YAML of a case with whole points, which `load_case` reads back."""
    return "\n".join(_lines(case)) + "\n"


def _lines(case: Case) -> Iterator[str]:
    yield f"schema: {CASE_SCHEMA}"
    yield f"title: {_text(case.title)}"
    yield "roles:"
    for role, side in zip(ROLES, case.sides, strict=True):
        yield f"  {role}:"
        yield f"    reservation: {int(side.limit)}"
        if side.alternative:
            yield f"    alternative: {_text(side.alternative)}"
    yield "issues:"
    for issue in case.issues:
        yield f"  - name: {_text(issue.name)}"
        yield "    options:"
        for option in issue.options:
            first, second = map(int, option.utilities)
            yield f"      - {{name: {_text(option.name)}, {ROLES[0]}: {first}, {ROLES[1]}: {second}}}"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
