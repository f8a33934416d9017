"""Copies of the kit's notebooks and sample offers to work in: without outputs, of today, and about your offers."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.publish.files import write_atomically
from compkit.errors import Fault, InputError
from compkit.reference import data_directory, notebook_directory

SAMPLES = ("sample.yaml", "sample.csv")
_FIXED = re.compile(r'^((?:report_date|offers_file|offer_id|candidate): str = )"[^"]*"', re.MULTILINE)
_RECORD = ".compkit.json"
"""Which version of each notebook a folder was filled with, by name."""


@dataclass(frozen=True, slots=True)
class FilledFolder:
    """What `fill_notebooks` did: names of files added, and of those kept although the kit has newer ones."""

    added: tuple[str, ...]
    outdated: tuple[str, ...]


def copy_kit(folder: Path) -> list[Path]:
    """Copy the notebooks to `folder`/notebooks and the sample offers to `folder`/data/offers; return the files.

    The committed notebooks have outputs, a fixed date and chosen offers, so that outputs can be compared. The copies
    report as of today, on your offers.

    Raises
    ------
    InputError
        If a file exists already, or a folder cannot be created; nothing is written then.
    """
    texts = {
        folder / "notebooks" / path.name: open_notebook(path) for path in sorted(notebook_directory().glob("*.ipynb"))
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


def fill_notebooks(folder: Path) -> FilledFolder:
    """Add the kit's notebooks that a folder does not have; leave every file that is there as it is.

    Raises
    ------
    InputError
        If the folder is a file.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError([Fault(str(folder), "", "", "is a file. Choose another folder.")])
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder / _RECORD)
    added, outdated = [], []
    for path in sorted(notebook_directory().glob("*.ipynb")):
        text, target = open_notebook(path), folder / path.name
        version = hashlib.sha256(text.encode()).hexdigest()
        if not target.exists():
            write_atomically(target, text)
            added.append(path.name)
            record[path.name] = version
        elif record.get(path.name, version) != version:
            outdated.append(path.name)
    write_atomically(folder / _RECORD, json.dumps(record, indent=1))
    return FilledFolder(tuple(added), tuple(outdated))


def _read_record(path: Path) -> dict[str, str]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def open_notebook(path: Path) -> str:
    """Text of a notebook without outputs, whose date, offers file, offer and person are left open."""
    notebook = notebook_source(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = _FIXED.sub(r"\1None", cell.source)
    return notebook_text(notebook)
