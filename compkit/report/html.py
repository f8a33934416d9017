"""From an executed notebook to one page that needs nothing else: no script, no outside address, code left out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import nbformat
from nbconvert.exporters import HTMLExporter
from traitlets.config import Config

from compkit.report.blocks import RecordedFigures

_TEMPLATES = Path(__file__).resolve().parent / "templates"
_ON_SCREEN_ONLY = "controls"


def report_html(notebook: nbformat.NotebookNode, *, title: str) -> str:
    """Return the page of an executed report notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With its outputs.
    title : str
        The page's title; escaped here.
    """
    body, _ = _exporter().from_notebook_node(_shown(notebook), resources={"metadata": {"name": title}})
    return str(body)


def _shown(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the notebook without cells that only prepare: those with no output, and controls."""
    kept = nbformat.from_dict(dict(notebook))
    kept.cells = [cell for cell in notebook.cells if _says_something(cell)]
    return kept


def _says_something(cell: nbformat.NotebookNode) -> bool:
    if _ON_SCREEN_ONLY in cell.metadata.get("tags", []):
        return False
    return cell.cell_type != "code" or any(
        RecordedFigures.MIME not in output.get("data", {}) for output in cell.outputs
    )


@cache
def _exporter() -> HTMLExporter:
    """Return the one exporter of this process: building it costs far more than using it."""
    config = Config()
    config.HTMLExporter.extra_template_basedirs = [str(_TEMPLATES)]
    config.HTMLExporter.template_name = "compkit"
    config.HTMLExporter.exclude_input = True
    config.HTMLExporter.exclude_input_prompt = True
    config.HTMLExporter.exclude_output_prompt = True
    config.HTMLExporter.exclude_anchor_links = True
    config.HTMLExporter.sanitize_html = False
    return HTMLExporter(config=config)
