"""Copies of the kit's notebooks and sample offers to work in, without outputs and without a fixed date."""

from __future__ import annotations

import re
from pathlib import Path

from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.notebooks import notebook_directory
from compkit.batch.publish.files import write_atomically
from compkit.errors import Fault, InputError
from compkit.reference import data_directory

SAMPLES = ("sample.yaml", "sample.csv")
_FIXED_DATE = re.compile(r'^(report_date: str = )"[^"]*"', re.MULTILINE)


def copy_kit(folder: Path) -> list[Path]:
    """Copy the notebooks to `folder`/notebooks and the sample offers to `folder`/data/offers; return the files.

    The committed notebooks have outputs and a fixed date, so that outputs can be compared. The copies have neither.

    Raises
    ------
    InputError
        If a file exists already, or a folder cannot be created; nothing is written then.
    """
    texts = {
        folder / "notebooks" / path.name: undated_notebook(path)
        for path in sorted(notebook_directory().glob("*.ipynb"))
    }
    for name in SAMPLES:
        texts[folder / "data" / "offers" / name] = (data_directory() / "offers" / name).read_text(encoding="utf-8")
    faults = [Fault(str(path), "", "", "already exists. Choose another folder.") for path in texts if path.exists()]
    for place in (folder, folder / "notebooks", folder / "data", folder / "data" / "offers"):
        if place.exists() and not place.is_dir():
            faults.append(Fault(str(place), "", "", "is a file. Choose another folder."))
    if faults:
        raise InputError(faults)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    return list(texts)


def undated_notebook(path: Path) -> str:
    """Text of a notebook without outputs, whose report date is today."""
    notebook = notebook_source(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = _FIXED_DATE.sub(r"\1None", cell.source)
    return notebook_text(notebook)
