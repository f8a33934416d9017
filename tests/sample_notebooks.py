"""Notebooks that tests write."""

from __future__ import annotations

from pathlib import Path

import nbformat


def write_notebook(path: Path, parameters: str, *cells: str) -> Path:
    """Write a notebook with a title, a parameters cell and code cells, like those of the kit."""
    tagged = nbformat.v4.new_code_cell(parameters, id="parameters", metadata={"tags": ["parameters"]})
    made = [nbformat.v4.new_markdown_cell(f"# The {path.stem} question?", id="title"), tagged]
    made += [nbformat.v4.new_code_cell(source, id=f"code-{number}") for number, source in enumerate(cells)]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = nbformat.v4.new_notebook(
        cells=made, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, str(path))
    return path
