"""Read and write notebook files; only this module calls nbformat."""

from __future__ import annotations

from pathlib import Path

import nbformat


def notebook_source(path: Path) -> nbformat.NotebookNode:
    """Read a notebook in the newest format, with cell ids that are the same at every reading."""
    notebook = nbformat.read(str(path), as_version=nbformat.NO_CONVERT)
    had_ids = (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    converted: nbformat.NotebookNode = nbformat.convert(notebook, 4)
    if not had_ids:
        converted.nbformat_minor = max(5, converted.nbformat_minor)
        for position, cell in enumerate(converted.cells):
            cell["id"] = f"cell-{position}"
    return converted


def notebook_text(notebook: nbformat.NotebookNode) -> str:
    """Text of a notebook's file."""
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"
