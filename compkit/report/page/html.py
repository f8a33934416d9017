"""Convert an executed notebook to one self-contained page, without scripts, external addresses or code."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, TemplateExporter
from traitlets.config import Config

from compkit.report.show.blocks import RecordedFigures
from compkit.report.show.inline_styles import without_inline_styles

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_ON_SCREEN_ONLY = "controls"
_WITHOUT_ALT = re.compile(r"<img\b(?![^>]*\balt\s*=)", re.IGNORECASE)


def report_html(notebook: nbformat.NotebookNode, *, title: str, links: Sequence[Sequence[str]] = ()) -> str:
    """HTML page of an executed report notebook.

    The notebook has its outputs, without widgets, and stays unchanged. `links` are the text and address of other pages.
    Title and links are escaped here.
    """
    resources = {"metadata": {"name": title, "links": [tuple(link) for link in links]}}
    body, _ = _exporter().from_notebook_node(_shown(notebook), resources=resources)
    return str(body)


def _shown(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Notebook without controls and cells that have nothing to show."""
    kept = copy.copy(notebook)
    kept.cells = [cell for cell in notebook.cells if _says_something(cell)]
    return kept


def _says_something(cell: nbformat.NotebookNode) -> bool:
    if _ON_SCREEN_ONLY in cell.metadata.get("tags", []):
        return False
    return cell.cell_type != "code" or any(
        RecordedFigures.MIME not in output.get("data", {}) for output in cell.outputs
    )


class _PageExporter(HTMLExporter):  # type: ignore[misc]  # its package is untyped
    """HTML exporter that parses the finished page again only if an image lacks alt text."""

    def from_notebook_node(
        self, nb: nbformat.NotebookNode, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Page and its resources.

        HTMLExporter parses each page to find images without alt text, which costs more than everything else. Our own
        images have alt text; only pages with others are parsed.
        """
        page: tuple[str, dict[str, Any]] = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        if _WITHOUT_ALT.search(page[0]):
            page = super().from_notebook_node(nb, resources, **kw)
        return page


@cache
def _exporter() -> HTMLExporter:
    """Build this process's one exporter, which costs far more than using it."""
    config = Config()
    config.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES)]
    config.HTMLExporter.template_name = "compkit"
    config.HTMLExporter.exclude_input = True
    config.HTMLExporter.exclude_input_prompt = True
    config.HTMLExporter.exclude_output_prompt = True
    config.HTMLExporter.exclude_anchor_links = True
    config.HTMLExporter.sanitize_html = False
    # nbconvert validates the notebook after each preprocessor, and the others would have nothing to do.
    config.HTMLExporter.default_preprocessors = ["nbconvert.preprocessors.CoalesceStreamsPreprocessor"]
    config.HTMLExporter.filters = {"without_inline_styles": without_inline_styles}
    return _PageExporter(config=config)
