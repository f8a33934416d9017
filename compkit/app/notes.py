"""What is sent without a kernel: the start of every page, and pages of a few words."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import jinja2
from markupsafe import Markup

from compkit.app.assets import ASSETS

TEMPLATES = Path(__file__).resolve().parent / "templates"
TEMPLATE_NAME = "compkit-app"
TEMPLATE_PATHS = (str(TEMPLATES / TEMPLATE_NAME), str(files("compkit.report") / "page" / "templates" / "compkit"))
"""The app's own, and the look of the reports."""
PAGE_FAILED = (
    '<p role="alert"><strong>This page could not be made.</strong> Reload to try again.</p></main></body></html>'
)
"""End of a page after `page_head`, if there is no kernel."""


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATE_PATHS), autoescape=True)


def note(title: str, text: str, *, link: str = "") -> str:
    """Page that says something and shows nothing of the offers.

    >>> "<h1>All places are taken</h1>" in note("All places are taken", "Try again in a minute.")
    True
    """
    return _environment().get_template("note.html.j2").render(title=title, text=text, link=link)


def page_head(first_paint: str) -> str:
    """Start of a page, with HTML to show until its widgets live."""
    return _environment().get_template("head.html.j2").render(assets=ASSETS, first_paint=Markup(first_paint))  # noqa: S704
