"""Inline styles for blocks, because an untrusted notebook is shown without style sheets.

JupyterLab keeps the `class` and `style` attributes of an untrusted output but drops its sheet. The declarations come
from the blocks' one sheet; a page made from the notebook includes the sheet instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

_SHEET = Path(__file__).resolve().parent / "templates" / "blocks.css"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\((--[\w-]+)\)")
_INLINE = re.compile(r' style="[^"<>]*"')
_CELL_PROPERTIES = ("text-align", "white-space", "font-weight", "background")
"""All that a table's cells and rows carry, because there are thousands of them; Jupyter's own sheet does the rest."""


class _Rule(NamedTuple):
    """One selector of the sheet: compounds from the outermost in, each a set of `tag` and `.class`."""

    compounds: tuple[frozenset[str], ...]
    declarations: tuple[tuple[str, str], ...]


@cache
def look(*path: str) -> Markup:
    """Class and style attributes of an element, from the blocks' style sheet.

    `path` leads from the block's outermost element to this one, each as `tag.class.class`.

    >>> print(f"<li{look('div.ck-notes.ck-caveats', 'li')}>")
    <li style="margin:.2rem 0">
    """
    elements = [frozenset(_parts(element)) for element in path]
    found: dict[str, str] = {}
    for rule in sorted(_rules(), key=_weight):
        if _matches(rule.compounds, elements):
            for name, value in rule.declarations:
                found.pop(name, None)  # a later shorthand overrides an earlier part of it
                found[name] = value
    if elements[-1] & {"td", "th", "tr"}:
        found = {name: value for name, value in found.items() if name in _CELL_PROPERTIES}
    classes = " ".join(path[-1].split(".")[1:])
    style = ";".join(f"{name}:{value}" for name, value in found.items())
    told = [f' {name}="{value}"' for name, value in (("class", classes), ("style", style)) if value]
    return Markup("".join(told))  # noqa: S704 - of our own templates and sheet


def framed(block_html: str) -> str:
    """Wrap a block in the common frame: white background in any theme, and no formulas.

    MathJax reads text between two dollar signs as a formula. Each of the two classes stops one version of it: 3
    (JupyterLab, Voila) and 2 (nbconvert's own pages).
    """
    return f"{_FRAME}\n{block_html}\n</div>"


def without_inline_styles(output_html: str) -> str:
    """Remove inline styles from a framed block; leave other HTML unchanged.

    Nothing else can match, because quotes in entered text are escaped.
    """
    return _INLINE.sub("", output_html) if output_html.startswith(_FRAME) else output_html


@cache
def _rules() -> tuple[_Rule, ...]:
    sheet = _SHEET.read_text(encoding="utf-8")
    variables = dict(re.findall(r"(--[\w-]+):([^;}]+)", sheet))
    return tuple(_read_rules(_VARIABLE.sub(lambda found: variables[found[1]], sheet)))


def _read_rules(sheet: str) -> Iterator[_Rule]:
    """Yield a rule for each selector that can become an inline style."""
    for selectors, body in _RULE.findall(sheet):
        pairs = [line.split(":", 1) for line in body.replace("\n", "").split(";") if line and not line.startswith("--")]
        # Shadows at a table's edges stay in the sheet: untrusted output drops them.
        declarations = tuple((name.strip(), value.strip()) for name, value in pairs if "gradient" not in value)
        for selector in selectors.split(","):
            if not set(selector) & set(":+>~[*"):
                yield _Rule(tuple(frozenset(_parts(compound)) for compound in selector.split()), declarations)


def _parts(compound: str) -> list[str]:
    tag, *classes = compound.strip().split(".")
    return [*([tag] if tag else []), *(f".{name}" for name in classes)]


def _weight(rule: _Rule) -> tuple[int, int]:
    """Specificity of a selector as in CSS: classes, then tags."""
    parts = [part for compound in rule.compounds for part in compound]
    n_classes = sum(part.startswith(".") for part in parts)
    return n_classes, len(parts) - n_classes


def _matches(compounds: tuple[frozenset[str], ...], elements: list[frozenset[str]]) -> bool:
    if not compounds[-1] <= elements[-1]:
        return False
    around = iter(elements[:-1])
    return all(any(compound <= element for element in around) for compound in compounds[:-1])


_FRAME = f"<div{look('div.ck-block.tex2jax_ignore.mathjax_ignore')}>"
