"""The folder that reports go to: nothing in it is overwritten unless compkit made it."""

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
    """The reports' folder was removed, moved or emptied while reports were being made."""


def refuse_unsafe_targets(out: Path, places: Iterable[str], file_names: Sequence[str]) -> None:
    """Raise unless the reports can be written without harm to anything that is not compkit's own.

    Parameters
    ----------
    out : Path
        The folder of all reports; it need not be there yet.
    places : iterable of str
        The folders in it that reports go to: offers' ids, and people's, `people/<candidate>`.
    file_names : sequence of str
        The files that a report leaves, in such a folder or in `out` itself.

    Raises
    ------
    InputError
        With every reason at once.
    """
    reason = _unwritable(out)
    if reason:
        raise InputError([Fault(str(out), "", "", reason)])
    faults = []
    if out.is_dir():
        if any((out / name).exists() for name in (*SUMMARY_FILES, OFFERS_FILE)) and not _is_run_folder(out):
            faults.append(
                Fault(str(out), "", "", "holds an index or summary that is not compkit's. Choose another folder.")
            )
        faults += _folders_in_the_way(out, (*SUMMARY_FILES, OFFERS_FILE, LEDGER_FILE, *file_names))
        folders = {place: out / place for place in places}
        above = {folder.parent for folder in folders.values()} - {out}
        faults += [fault for folder in above for fault in _link_or_file_faults(folder, "the people's folders")]
        for place, folder in folders.items():
            faults += _report_folder_faults(folder, place, file_names)
    if faults:
        raise InputError(faults)


def refuse_other_audience(out: Path, ledger: Ledger, audience: str, offer_ids: Iterable[str]) -> None:
    """Raise where a folder holds what the readers of its new reports may not know.

    Parameters
    ----------
    out : Path
    ledger : Ledger
        The folder's.
    audience : str
        Who will read.
    offer_ids : iterable of str
        The offers that they will read about.

    Raises
    ------
    InputError
        If it was written for somebody else, or holds an employer's rival's offer.
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
    """Return what raises `OutputGoneError` when the folder no longer holds the ledger that it holds now."""
    path = out / LEDGER_FILE
    held = path.stat()

    def check() -> None:
        try:
            is_same = os.path.samestat(path.stat(), held)
        except OSError:
            is_same = False
        if not is_same:
            rule = "was removed, moved or emptied while reports were being made. Run the same command to begin anew."
            raise OutputGoneError(f"{out}: {rule}")

    return check


def is_offer_folder(folder: Path, offer_id: str | None = None) -> bool:
    """Return whether a folder holds reports of an offer (of that id), as `compkit report` writes them."""
    try:
        document = json.loads((folder / OFFER_FILE).read_text(encoding="utf-8"))
        found = document["offers"][0]["id"]
        return bool(document["schema"] == SCHEMA_ID and found == (offer_id or folder.name))
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return False


def is_person_folder(folder: Path) -> bool:
    """Return whether a folder holds reports about a person, as `compkit report` writes them below `people`."""
    try:
        document = json.loads((folder / OFFERS_FILE).read_text(encoding="utf-8"))
        is_offers = document["schema"] == SCHEMA_ID
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(is_offers and folder.parent.name == PEOPLE_FOLDER and not (folder / OFFER_FILE).exists())


def _unwritable(out: Path) -> str:
    """Return why a folder cannot be written, as the rest of a sentence, or an empty text."""
    if out.is_dir():
        return "" if os.access(out, os.W_OK | os.X_OK) else "cannot be written. Choose another folder."
    if out.exists() or out.is_symlink():
        return "is not a folder. Choose another name for the reports' folder."
    above = next(parent for parent in out.absolute().parents if parent.exists())
    if not above.is_dir():
        return f"cannot be made: {above.name} is not a folder."
    return "" if os.access(above, os.W_OK | os.X_OK) else f"cannot be made: {above} cannot be written."


def _is_run_folder(out: Path) -> bool:
    """Return whether compkit made a folder: by its record of the run, or where that was not written yet, its ledger."""
    if is_ledger(out / LEDGER_FILE):
        return True
    try:
        run = json.loads((out / RUN_FILE).read_text(encoding="utf-8"))
        return bool(run["schema"] == RUN_SCHEMA_ID)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _report_folder_faults(folder: Path, place: str, file_names: Sequence[str]) -> list[Fault]:
    candidate = candidate_in_folder(place)
    faults = _link_or_file_faults(folder, "the person's folder" if candidate else "the offer's folder")
    if faults or not folder.exists():
        return faults
    whose = f"candidate '{candidate}'" if candidate else f"offer '{place}'"
    is_own = (
        is_person_folder(folder) and _is_run_folder(folder.parents[1]) if candidate else is_offer_folder(folder, place)
    )
    if not is_own and not _is_empty(folder):
        return [Fault(str(folder), "", "", f"is not a report folder of {whose}. Move it, or choose another folder.")]
    if reason := _unwritable(folder):
        return [Fault(str(folder), "", "", reason)]
    return _folders_in_the_way(folder, (OFFER_FILE, OFFERS_FILE, FIGURES_FILE, *file_names))


def _link_or_file_faults(folder: Path, what: str) -> list[Fault]:
    if folder.is_symlink():
        return [Fault(str(folder), "", "", "is a link, and reports are not written through links. Remove it.")]
    if folder.exists() and not folder.is_dir():
        return [Fault(str(folder), "", "", f"is a file where {what} should be. Move it.")]
    return []


def _is_empty(folder: Path) -> bool:
    """Return whether a folder holds nothing but what a killed run of compkit's may have left in it."""
    return all(is_temporary(path, (OFFER_FILE, OFFERS_FILE)) for path in folder.iterdir())


def _folders_in_the_way(folder: Path, names: Sequence[str]) -> list[Fault]:
    return [
        Fault(str(folder / name), "", "", "is a folder where a file should be. Move it.")
        for name in names
        if (folder / name).is_dir()
    ]
