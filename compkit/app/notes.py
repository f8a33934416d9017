"""Pages of a few words, and where the templates of pages are."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import jinja2

TEMPLATES = Path(__file__).resolve().parent / "templates"
TEMPLATE_NAME = "compkit-app"
TEMPLATE_PATHS = (str(TEMPLATES / TEMPLATE_NAME), str(files("compkit.report") / "page" / "templates" / "compkit"))
"""The app's own, and the look of the reports."""


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATE_PATHS), autoescape=True)


def note(title: str, text: str, *, link: str = "") -> str:
    """Page that says something and shows nothing of the offers.

    >>> "<h1>All places are taken</h1>" in note("All places are taken", "Try again in a minute.")
    True
    """
    return _environment().get_template("note.html.j2").render(title=title, text=text, link=link)
