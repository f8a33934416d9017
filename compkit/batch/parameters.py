"""Check notebook parameters by name and type before a kernel starts.

Papermill only warns of an unknown name, then runs with the default.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from papermill.inspection import inspect_notebook

from compkit.batch.notebook_files import notebook_source
from compkit.errors import Fault, UnknownFieldError

Scalar = str | int | float | bool | None

_TYPES: Mapping[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_ARTICLES = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
_WHOLE = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?(inf|infinity|nan)", re.IGNORECASE)
_TRUTH = {"true": True, "false": False}
MAX_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a parameters cell.

    Parameters
    ----------
    name : str
    type_name : str
        str, int, float or bool; empty if neither annotation nor default has such a type.
    default : str
        As in the cell.
    help : str
        The comment at the end of the line.
    is_hidden : bool
        Whether papermill cannot see it: a second `=` on its line, or an annotation that it cannot read.
    """

    name: str
    type_name: str
    default: str
    help: str
    is_hidden: bool = False


def notebook_parameters(notebook_path: Path) -> dict[str, Parameter]:
    """Read the parameters of a notebook, by name, in the cell's order."""
    # Papermill treats a path as a format string.
    escaped = str(notebook_path).replace("{", "{{").replace("}", "}}")
    seen = inspect_notebook(escaped)
    found = {}
    for name, default in _assigned_names(notebook_path).items():
        shown = seen.get(name)
        type_name = shown["inferred_type_name"] if shown else ""
        if type_name not in _TYPES:
            type_name = default if default in _TYPES else ""
        help_text = shown["help"] if shown else ""
        found[name] = Parameter(name, type_name, shown["default"] if shown else "", help_text, is_hidden=shown is None)
    return found


def _assigned_names(notebook_path: Path) -> dict[str, str]:
    """Each name that the parameters cell assigns, with its default's type if that is a plain one."""
    cells = notebook_source(notebook_path).cells
    tagged = [cell.source for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    names: dict[str, str] = {}
    for node in ast.parse(tagged[0]).body if tagged else []:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names[node.target.id] = ""
        elif isinstance(node, ast.Assign):
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            names.update({target.id: type(value).__name__ for target in node.targets if isinstance(target, ast.Name)})
    return names


def unknown_name_faults(file: str, known: Iterable[str], given: Iterable[str]) -> list[Fault]:
    """Fault for each unknown name; its message suggests the nearest."""
    names = list(known)
    return [
        Fault(file, "", "", str(UnknownFieldError("parameter", name, names)).replace("field", "parameter"))
        for name in given
        if name not in names
    ]


def value_faults(file: str, known: Mapping[str, Parameter], given: Mapping[str, object]) -> list[Fault]:
    """Fault for each known parameter whose value does not fit."""
    found = []
    for name, value in given.items():
        rule = _broken_rule(known[name], value) if name in known else ""
        if rule:
            found.append(Fault(file, "parameters", name, rule))
    return found


def convert_parameters(known: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, Scalar]:
    """Values of the known parameters, already validated, converted to their annotated type."""
    return {name: _typed(known[name].type_name, value) for name, value in given.items() if name in known}


def _broken_rule(parameter: Parameter, value: object) -> str:
    """Rule that a value breaks, as the rest of a sentence, or an empty text."""
    if parameter.is_hidden:
        return "cannot be set: papermill cannot read its line. Write `name: type = value  # help`, with one `=`."
    # Subclasses such as numpy.float64 are refused too, because papermill writes them as text.
    if value is not None and type(value) not in _TYPES.values():
        shown = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        return f"must be text, a number, or true or false, got {_shown(value)} of type {shown}."
    if isinstance(value, int | float) and not is_finite(value):
        return f"must be a finite number, got {_shown(value)}."
    if value is None and parameter.default == "None":
        return ""
    wanted = parameter.type_name
    is_fit = not wanted or type(value).__name__ == wanted or (wanted == "float" and type(value) is int)
    return "" if is_fit else f"must be {_ARTICLES[wanted]}, got {_shown(value)}."


def is_finite(value: float) -> bool:
    """Whether a float can hold the number."""
    try:
        return math.isfinite(value)
    except OverflowError:  # an int too large for a float
        return False


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


def _typed(type_name: str, value: Any) -> Scalar:
    scalar: Scalar = float(value) if type_name == "float" and value is not None else value
    return scalar


def parameter_from_text(text: str, type_name: str) -> Scalar:
    """Text from the command line as a value of the annotated type.

    Text that does not fit the type comes back unchanged, for `value_faults` to report with all other faults.

    >>> parameter_from_text("0.1", "float"), parameter_from_text("true", "bool"), parameter_from_text("007", "str")
    (0.1, True, '007')
    >>> parameter_from_text("many", "int")
    'many'
    """
    stripped = text.strip()
    if type_name == "bool":
        return _TRUTH.get(stripped.lower(), text)
    if type_name == "int" and _WHOLE.fullmatch(stripped):
        return int(stripped)
    if type_name == "float" and _NUMBER.fullmatch(stripped):
        return float(stripped)
    return text
