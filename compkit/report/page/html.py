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
_HEADING = "## "
_WITHOUT_ALT = re.compile(r"<img\b(?![^>]*\balt\s*=)", re.IGNORECASE)


def report_html(notebook: nbformat.NotebookNode, *, title: str, links: Sequence[Sequence[str]] = ()) -> str:
    """HTML page of an executed report notebook.

    The notebook has its outputs, without widgets, and stays unchanged. `links` are the text and address of other pages,
    and where each stands: back, beside or next. Title and links are escaped here.
    """
    resources = {"metadata": {"name": title, "links": [tuple(link) for link in links]}}
    kept = copy.copy(notebook)
    kept.cells = [cell for section in _sections(notebook.cells) for cell in _shown(section)]
    resources["metadata"]["contents"] = [
        (cell["id"], cell.metadata.heading) for cell in kept.cells if "heading" in cell.metadata and "id" in cell
    ]
    body, _ = _exporter().from_notebook_node(kept, resources=resources)
    return str(body)


def _sections(cells: Sequence[nbformat.NotebookNode]) -> list[list[nbformat.NotebookNode]]:
    """Cells by section, without controls: each `## ` heading begins one."""
    sections: list[list[nbformat.NotebookNode]] = [[]]
    for cell in cells:
        if _ON_SCREEN_ONLY in cell.metadata.get("tags", []):
            continue
        if _is_heading(cell):
            sections.append([])
        sections[-1].append(cell)
    return sections


def _is_heading(cell: nbformat.NotebookNode) -> bool:
    return bool(cell.cell_type == "markdown" and cell.source.startswith(_HEADING))


def _shown(section: Sequence[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Cells of a section that a page shows, with marks for the template: heading, answer, where a fold ends.

    A section whose code shows nothing leaves the page. One with an answer is folded behind it, if more is there.
    """
    answer, shown = "", []
    for cell in section:
        outputs = [output for output in cell.get("outputs", ()) if _is_for_pages(output)]
        answer = next((_about(output)["answer"] for output in outputs if "answer" in _about(output)), answer)
        outputs = [output for output in outputs if "answer" not in _about(output)]
        if cell.cell_type != "code" or outputs:
            shown.append(_marked(cell, outputs=outputs) if cell.cell_type == "code" else cell)
    if not section or not _is_heading(section[0]):
        return shown
    if len(shown) == 1 and len(section) > 1 and not answer:
        return []
    heading, _, text = section[0].source.removeprefix(_HEADING).partition("\n")
    head = _marked(section[0], source=text.strip(), heading=heading.strip(), answer=answer, is_folded=len(shown) > 1)
    if not answer:
        return [_marked(head, is_folded=False), *shown[1:]]
    if len(shown) == 1:
        return [head]
    return [head, *shown[1:-1], _marked(shown[-1], ends_fold=True)]


def _marked(cell: nbformat.NotebookNode, **marks: Any) -> nbformat.NotebookNode:
    """Copy of a cell with other source or outputs, and with marks in its metadata."""
    own = {name: marks.pop(name) for name in ("source", "outputs") if name in marks}
    return nbformat.from_dict({**cell, **own, "metadata": {**cell.metadata, **marks}})


def _about(output: nbformat.NotebookNode) -> Any:
    """Metadata of a block's HTML."""
    return output.get("metadata", {}).get("text/html", {})


def _is_for_pages(output: nbformat.NotebookNode) -> bool:
    """Whether a page shows an output: neither recorded figures nor reasons for leaving something out."""
    return RecordedFigures.MIME not in output.get("data", {}) and _about(output).get("kind") != "left-out"


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
