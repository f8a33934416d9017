"""The folder that reports go to: compkit overwrites nothing there but its own files."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from compkit.batch.folder.results import PEOPLE_FOLDER, candidate_in_folder
from compkit.batch.ledger.ledger import Ledger
from compkit.batch.ledger.ledger_file import LEDGER_FILE, is_ledger
from compkit.batch.publish.files import is_temporary
from compkit.errors import CompkitError, Fault, InputError
from compkit.offers import SCHEMA_ID

RUN_SCHEMA_ID = "compkit/run@1"
OFFER_FILE, OFFERS_FILE, FIGURES_FILE, RUN_FILE = "offer.json", "offers.json", "figures.csv", "run.json"
SUMMARY_FILES = ("index.html", "summary.csv", "summary.xlsx", "summary.parquet", RUN_FILE)


class OutputGoneError(CompkitError):
    """The reports' folder was removed, moved or emptied during the run."""


def refuse_unsafe_targets(out: Path, folders: Iterable[str], file_names: Sequence[str]) -> None:
    """Raise unless reports can be written without overwriting anything that is not compkit's.

    Parameters
    ----------
    out : Path
        The folder of all reports; it may not exist yet.
    folders : iterable of str
        Folders in it that reports go to: offer ids, and `people/<person>`.
    file_names : sequence of str
        Files of reports, in these folders or in `out` itself.

    Raises
    ------
    InputError
        With every reason at once.
    """
    reason = _why_unwritable(out)
    if reason:
        raise InputError([Fault(str(out), "", "", reason)])
    faults = []
    if out.is_dir():
        if any((out / name).exists() for name in (*SUMMARY_FILES, OFFERS_FILE)) and not _is_run_folder(out):
            faults.append(
                Fault(str(out), "", "", "holds an index or summary that is not compkit's. Choose another folder.")
            )
        faults += _blocking_folders(out, (*SUMMARY_FILES, OFFERS_FILE, LEDGER_FILE, *file_names))
        paths = {folder: out / folder for folder in folders}
        parents = {path.parent for path in paths.values()} - {out}
        faults += [fault for path in parents for fault in _link_or_file_faults(path, "the people's folder")]
        for folder, path in paths.items():
            faults += _report_folder_faults(path, folder, file_names)
    if faults:
        raise InputError(faults)


def refuse_other_audience(out: Path, ledger: Ledger, audience: str, offer_ids: Iterable[str]) -> None:
    """Raise if a folder holds anything that the readers of its new reports may not know.

    Parameters
    ----------
    out : Path
    ledger : Ledger
    audience : str
    offer_ids : iterable of str
        The offers of the new reports.

    Raises
    ------
    InputError
        If the folder is for another audience, or is for an employer and holds another offer.
    """
    others = sorted(ledger.audiences() - {audience})
    if others:
        rule = f"holds reports for --audience {others[0]}. Choose another folder for --audience {audience}."
        raise InputError([Fault(str(out), "", "", rule)])
    held = {offer.offer for offer in ledger.offers()} - set(offer_ids)
    if audience == "employer" and held:
        rule = f"holds another offer's reports, which no employer may see: {min(held)}. Choose another folder."
        raise InputError([Fault(str(out), "", "", rule)])


def output_check(out: Path) -> Callable[[], None]:
    """Make a function that raises `OutputGoneError` once the folder no longer holds its present ledger."""
    path = out / LEDGER_FILE
    held = path.stat()

    def check() -> None:
        try:
            is_same = os.path.samestat(path.stat(), held)
        except OSError:
            is_same = False
        if not is_same:
            rule = "was removed, moved or emptied during the run. Run the same command to start again."
            raise OutputGoneError(f"{out}: {rule}")

    return check


def is_offer_folder(folder: Path, offer_id: str | None = None) -> bool:
    """Whether a folder holds reports of an offer (of that id) by `compkit report`."""
    try:
        document = json.loads((folder / OFFER_FILE).read_text(encoding="utf-8"))
        found = document["offers"][0]["id"]
        return bool(document["schema"] == SCHEMA_ID and found == (offer_id or folder.name))
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return False


def is_person_folder(folder: Path) -> bool:
    """Whether a folder holds reports about a person by `compkit report`."""
    try:
        document = json.loads((folder / OFFERS_FILE).read_text(encoding="utf-8"))
        is_offers = document["schema"] == SCHEMA_ID
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(is_offers and folder.parent.name == PEOPLE_FOLDER and not (folder / OFFER_FILE).exists())


def _why_unwritable(out: Path) -> str:
    """Why a folder cannot be written, as the rest of a sentence, or an empty text."""
    if out.is_dir():
        return "" if os.access(out, os.W_OK | os.X_OK) else "is not writable. Choose another folder."
    if out.exists() or out.is_symlink():
        return "is not a folder. Choose another folder."
    above = next(parent for parent in out.absolute().parents if parent.exists())
    if not above.is_dir():
        return f"cannot be created: {above.name} is not a folder. Choose another."
    return "" if os.access(above, os.W_OK | os.X_OK) else f"cannot be created: {above} is not writable. Choose another."


def _is_run_folder(out: Path) -> bool:
    """Whether compkit made a folder: it has a ledger or a run.json."""
    if is_ledger(out / LEDGER_FILE):
        return True
    try:
        run = json.loads((out / RUN_FILE).read_text(encoding="utf-8"))
        return bool(run["schema"] == RUN_SCHEMA_ID)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _report_folder_faults(path: Path, folder: str, file_names: Sequence[str]) -> list[Fault]:
    candidate = candidate_in_folder(folder)
    faults = _link_or_file_faults(path, "the person's folder" if candidate else "the offer's folder")
    if faults or not path.exists():
        return faults
    whose = f"candidate '{candidate}'" if candidate else f"offer '{folder}'"
    is_own = is_person_folder(path) and _is_run_folder(path.parents[1]) if candidate else is_offer_folder(path, folder)
    if not is_own and not _is_empty(path):
        return [Fault(str(path), "", "", f"is not a report folder of {whose}. Move it, or choose another folder.")]
    if reason := _why_unwritable(path):
        return [Fault(str(path), "", "", reason)]
    return _blocking_folders(path, (OFFER_FILE, OFFERS_FILE, FIGURES_FILE, *file_names))


def _link_or_file_faults(folder: Path, what: str) -> list[Fault]:
    if folder.is_symlink():
        return [Fault(str(folder), "", "", "is a link, and reports do not go through links. Remove it.")]
    if folder.exists() and not folder.is_dir():
        return [Fault(str(folder), "", "", f"is a file where {what} should be. Move it.")]
    return []


def _is_empty(folder: Path) -> bool:
    """Whether a folder holds nothing but leftovers of a killed run."""
    return all(is_temporary(path, (OFFER_FILE, OFFERS_FILE)) for path in folder.iterdir())


def _blocking_folders(folder: Path, names: Sequence[str]) -> list[Fault]:
    return [
        Fault(str(folder / name), "", "", "is a folder where a file should be. Move it.")
        for name in names
        if (folder / name).is_dir()
    ]
