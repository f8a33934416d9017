"""Notebook files read and put into text: the one place that calls nbformat."""

from __future__ import annotations

from pathlib import Path

import nbformat


def notebook_source(path: Path) -> nbformat.NotebookNode:
    """Return a notebook in the newest format, each cell with an id that is the same at every reading."""
    notebook = nbformat.read(str(path), as_version=nbformat.NO_CONVERT)
    had_ids = (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    converted: nbformat.NotebookNode = nbformat.convert(notebook, 4)
    if not had_ids:
        converted.nbformat_minor = max(5, converted.nbformat_minor)
        for position, cell in enumerate(converted.cells):
            cell["id"] = f"cell-{position}"
    return converted


def notebook_text(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook as the text of its file."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"
