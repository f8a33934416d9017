"""Copies of the kit's notebooks and sample offers to work in: without outputs, of today, and about your offers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from compkit.batch.checking import report_notebooks
from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.publish.files import write_atomically
from compkit.errors import Fault, InputError
from compkit.reference import data_directory, notebook_directory

SAMPLES = ("sample.yaml", "sample.csv", "household.yaml")
SOLUTIONS = "solutions"
"""Folder of solved exercises, which no student's copy holds."""
_FIXED = re.compile(r'^((?:report_date|offers_file|offer_id|candidate|store): str = )"[^"]*"', re.MULTILINE)
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
    texts = {folder / "notebooks" / name: open_notebook(path) for name, path in kit_notebooks().items()}
    for name in SAMPLES:
        texts[folder / "data" / "offers" / name] = (data_directory() / "offers" / name).read_text(encoding="utf-8")
    faults = [Fault(str(path), "", "", "already exists. Choose another folder.") for path in texts if path.exists()]
    faults += _blocked_places(folder, texts)
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
        If the folder, or one in it, is a file.
    """
    notebooks = kit_notebooks()
    if faults := _blocked_places(folder, [folder / name for name in notebooks]):
        raise InputError(faults)
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder / _RECORD)
    added, outdated = [], []
    for name, path in notebooks.items():
        text, target = open_notebook(path), folder / name
        version = hashlib.sha256(text.encode()).hexdigest()
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            write_atomically(target, text)
            added.append(name)
            record[name] = version
        elif record.get(name, version) != version:
            outdated.append(name)
    write_atomically(folder / _RECORD, json.dumps(record, indent=1))
    return FilledFolder(tuple(added), tuple(outdated))


def kit_notebooks() -> dict[str, Path]:
    """Notebooks that everyone may have, by path below their folder, with `/`; solutions of exercises stay out."""
    folder = notebook_directory()
    found = {path.relative_to(folder).as_posix(): path for path in report_notebooks(folder)}
    return {name: path for name, path in found.items() if SOLUTIONS not in path.relative_to(folder).parts}


def _blocked_places(folder: Path, paths: Iterable[Path]) -> list[Fault]:
    """Faults of files where a folder of one of the paths must be, from `folder` down."""
    places = dict.fromkeys(place for path in paths for place in reversed(path.parents))
    return [
        Fault(str(place), "", "", "is a file. Choose another folder.")
        for place in places
        if place.is_relative_to(folder) and place.exists() and not place.is_dir()
    ]


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
