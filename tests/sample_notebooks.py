"""The kit's notebooks by name, and notebooks that tests write."""

from __future__ import annotations

from pathlib import Path

import nbformat

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


def student_notebooks() -> list[str]:
    """Return the paths of the kit's notebooks below their folder, without solutions of exercises."""
    found = (path.relative_to(FOLDER) for path in sorted(FOLDER.rglob("*.ipynb")))
    return [path.as_posix() for path in found if not {"solutions", ".ipynb_checkpoints"} & set(path.parts)]


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
