"""Sections of the kit's notebooks, which live pages show too: one order, one set of headings for both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any

import nbformat

from compkit.reference import notebook_directory

_HEADING, _CALL = "## ", "report."
_NOT_SHOWN = ("report.recorded_",)


@dataclass(frozen=True)
class Outline:
    """One section of a notebook.

    Parameters
    ----------
    heading : str
        Empty for the part above the first heading.
    answer : CodeType or None
        Gives the section's one-line answer.
    calls : tuple of CodeType
        Each gives a block to show.
    """

    heading: str
    answer: CodeType | None
    calls: tuple[CodeType, ...]


@cache
def outline(name: str) -> tuple[Outline, ...]:
    """Sections of a notebook of the kit that show something.

    Parameters
    ----------
    name : str
        Of the notebook, without suffix.
    """
    cells = nbformat.read(notebook_directory() / f"{name}.ipynb", as_version=4).cells
    headings: list[str] = [""]
    found: dict[str, list[str]] = {"": []}
    for cell in cells:
        source = cell.source.strip()
        if cell.cell_type == "markdown" and source.startswith(_HEADING):
            headings.append(source.splitlines()[0].removeprefix(_HEADING))
            found[headings[-1]] = []
        elif cell.cell_type == "code" and source.startswith((_CALL, "answers[")) and not source.startswith(_NOT_SHOWN):
            found[headings[-1]].append(source)
    return tuple(_outline(heading, sources) for heading, sources in found.items() if sources)


def _outline(heading: str, sources: list[str]) -> Outline:
    answers = [compile(one, heading, "eval") for one in sources if one.startswith("answers[")]
    calls = tuple(compile(one, heading, "eval") for one in sources if one.startswith(_CALL))
    return Outline(heading, answers[0] if answers else None, calls)


def shown_by(code: CodeType, names: Mapping[str, Any]) -> Any:
    """Value of a call of a notebook of the kit, with these names."""
    return eval(code, dict(names))  # noqa: S307 - the kit's own notebooks, never what someone typed


Names = Callable[[], Mapping[str, Any]]
"""Gives the names that a notebook's calls use: evaluation, decision, answers, ..."""
