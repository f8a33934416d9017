"""Settings of the documentation site, whose pages keep the paths that they have in the checkout."""

from __future__ import annotations

import re
from importlib import import_module
from inspect import isclass
from pathlib import Path

from pydantic import BaseModel
from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.inspect import isroutine, object_description

ROOT = Path(__file__).resolve().parents[1]
GROUP = re.compile(r"^\*\*(?P<caption>[^*\n]+)\*\*\n\n(?P<items>(?:(?:- |  ).*\n)+)", re.MULTILINE)
PAGE = re.compile(r"\]\((?P<path>[\w./-]+\.(?:md|ipynb))\)")
IMPORT = re.compile(r"^from \.(?P<module>[\w.]+) import (?P<names>\([^)]*\)|.*)", re.MULTILINE)
RULE = re.compile(r"docs/how-the-figures-are-made\.md#(?P<rule>[\w-]+)")
NOTEBOOK_LINK = re.compile(r'href="(\w+)\.ipynb"')
TO_INDEX = '<!doctype html><title>compkit</title><meta http-equiv="refresh" content="0; url=docs/index.html">\n'

SHORT = 100
"""Characters of a value that is shown."""

project = html_title = "compkit"
root_doc = "docs/index"
include_patterns = [
    "docs/**",
    "notebooks/*.ipynb",
    "notebooks/workshop/*.ipynb",
    "GLOSSARY.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
]
exclude_patterns = [".*", "docs/_build"]
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
html_theme = "furo"
html_copy_source = html_show_copyright = False

myst_heading_anchors = 3
nb_execution_mode = "off"
suppress_warnings = ["mystnb.unknown_mime_type"]  # figures for programs, which nobody reads

default_role = "py:obj"
add_module_names = False
autodoc_default_options = {"members": True, "exclude-members": "model_config", "no-value": True}
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autosummary_generate = False
napoleon_use_param = napoleon_use_rtype = False  # the signature links types by their full names


def write_reference(_: Sphinx) -> None:
    """Write a page for each package that lists public names."""
    folder = ROOT / "docs" / "reference"
    folder.mkdir(exist_ok=True)
    for stub in (ROOT / "compkit").rglob("__init__.pyi"):
        name = ".".join(stub.parent.relative_to(ROOT).parts)
        lines = [name, "=" * len(name), "", f".. automodule:: {name}", ""]
        package = import_module(name)
        public = {f"{name}.{each}": getattr(package, each) for each in package.__all__}
        constants = [
            f".. autodata:: {each}" for each, value in public.items() if not (isclass(value) or isroutine(value))
        ]
        lines += ["Constants and types", "-------------------", "", *constants] if constants else []
        (folder / f"{name}.rst").write_text("\n".join([*lines, ""]), encoding="utf-8")


def add_navigation(_: Sphinx, page: str, source: list[str]) -> None:
    """Put the pages that an overview links to into the sidebar, grouped as there."""
    if page in ("docs/index", "docs/decisions/README"):
        for caption, items in GROUP.findall(source[0]) or [("", source[0])]:
            source[0] += toctree(*PAGE.findall(items), caption=caption)
    elif page == "docs/reference":
        names = sorted(path.stem for path in (ROOT / "docs" / "reference").glob("*.rst"))
        rows = [f"   {name}" for name in names]
        source[0] += "\n".join(["", "```{eval-rst}", ".. autosummary::", "", *rows, "```", ""])
        source[0] += toctree(*(f"reference/{name}" for name in names))


def toctree(*pages: str, caption: str = "") -> str:
    """Directive that puts pages into the sidebar."""
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["", "```{toctree}", *options, "", *pages, "```", ""])


def constant_lines(name: str, value: object) -> list[str]:
    """Docstring of a constant that a package lists, and its value if that is short."""
    package, _, constant = name.rpartition(".")
    stub = (ROOT / package.replace(".", "/") / "__init__.pyi").read_text(encoding="utf-8")
    (module,) = (module for module, names in IMPORT.findall(stub) if re.search(rf"\b{constant} as", names))
    docstring = ModuleAnalyzer.for_module(f"{package}.{module}").find_attr_docs().get(("", constant), [])
    shown = object_description(value)
    return [*docstring, *(["", f"``{shown}``"] if len(shown) < SHORT else [])]


def prepare_docstring(_: Sphinx, what: str, name: str, documented: object, _options: object, lines: list[str]) -> None:
    """Link the rules that a docstring cites; in front of an attribute's colon napoleon would see a type."""
    if what == "data":
        lines[:] = constant_lines(name, documented)
    lines[:] = [
        RULE.sub(r"`How the figures are made, \g<rule> <../how-the-figures-are-made.html#\g<rule>>`__", line)
        for line in lines
    ]
    if what in ("attribute", "property"):
        lines.insert(0, "")


def shorten_signature(
    _: Sphinx, _what: str, _name: str, documented: object, _options: object, arguments: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    """Leave out what a model takes, since its fields follow, and modules that Sphinx cannot shorten."""
    if isinstance(documented, type) and issubclass(documented, BaseModel):
        return "", None
    return re.sub(r"~(?:\w+\.)*", "", arguments) if arguments and "<" in arguments else arguments, returned


def link_pages(_: Sphinx, _page: str, _template: str, context: dict[str, object], _tree: object) -> None:
    """Let links between notebooks, which a notebook's output has, lead to their pages."""
    if "body" in context:
        context["body"] = NOTEBOOK_LINK.sub(r'href="\1.html"', str(context["body"]))


def write_index(app: Sphinx, _: Exception | None) -> None:
    """Let the site's root lead to its first page."""
    (app.outdir / "index.html").write_text(TO_INDEX, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect the steps above."""
    app.add_lexer("mermaid", TextLexer)
    app.connect("builder-inited", write_reference)
    app.connect("source-read", add_navigation)
    app.connect("autodoc-process-docstring", prepare_docstring, priority=400)  # before napoleon
    app.connect("autodoc-process-signature", shorten_signature)
    app.connect("html-page-context", link_pages)
    app.connect("build-finished", write_index)
