"""Refresh committed outputs: `python -m compkit.batch.refreshing notebooks`, or `... golden OFFERS FOLDER DATE`."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from compkit.batch.checking import report_notebooks
from compkit.batch.folder.results import PEOPLE_FOLDER
from compkit.batch.notebooks import PAY_STORE
from compkit.batch.publish.files import FOR_ALL, write_atomically
from compkit.batch.publish.targets import OFFER_FILE, OFFERS_FILE, is_offer_folder, is_person_folder
from compkit.batch.run.jobs import Job, RunOptions
from compkit.batch.run.pool import default_n_workers, outcomes
from compkit.batch.running import run_reports
from compkit.errors import CompkitError
from compkit.market import PAY_SAMPLE
from compkit.offers import load_offers
from compkit.reference import notebook_directory

_USAGE = "usage: python -m compkit.batch.refreshing notebooks | golden OFFERS FOLDER DATE"


def refresh_notebooks(folder: Path | None = None) -> list[str]:
    """Run every notebook with its defaults, in its own folder, and write it back with outputs but without images.

    Returns
    -------
    list of str
        Errors, one line per notebook; failed notebooks are left unchanged.
    """
    folder = folder or notebook_directory()
    paths = report_notebooks(folder)
    errors = []
    with tempfile.TemporaryDirectory(prefix="ck-") as temporary:
        jobs = [_refreshing_job(path.absolute(), Path(temporary) / str(n)) for n, path in enumerate(paths)]
        with closing(outcomes(jobs, default_n_workers())) as ended:
            for position, outcome in ended:
                name = paths[position].relative_to(folder).as_posix()
                if outcome.error is None:
                    _print_error(f"{name} {outcome.seconds:.1f} s")
                    written = Path(jobs[position].output_folder) / paths[position].name
                    write_atomically(paths[position], written.read_bytes(), mode=FOR_ALL)
                else:
                    errors.append(f"{name}: {outcome.error}")
    return errors


def _refreshing_job(path: Path, output: Path) -> Job:
    output.mkdir()
    return Job(
        notebook_path=str(path),
        folder=str(path.parent),
        output_folder=str(output),
        parameters={},
        title="",
        keep_images=False,
    )


def refresh_golden(offers_file: Path, folder: Path, report_date: dt.date) -> list[str]:
    """Make the golden reports of an offers file again: notebooks and offers, nothing that differs between runs.

    Returns
    -------
    list of str
        Errors, one line per report; with any, the folder is left unchanged.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".golden-") as temporary:
        made = Path(temporary)
        run = run_reports(
            load_offers(offers_file),
            made,
            report_date=report_date,
            parameters={PAY_STORE: PAY_SAMPLE},
            options=RunOptions(keep_images=False),
        )
        errors = [
            f"{result.subject}, {result.notebook}: {result.error}"
            for result in run.results
            if result.status == "failed"
        ]
        if not errors:
            _replace_golden(made, folder)
    return errors


def _replace_golden(made: Path, folder: Path) -> None:
    """Replace the notebooks and offers of a folder with those of another; remove stale ones."""
    for old in [*folder.glob("*"), *folder.glob(f"{PEOPLE_FOLDER}/*")]:
        if old.is_dir() and not old.is_symlink() and (is_offer_folder(old) or is_person_folder(old)):
            shutil.rmtree(old)
        elif old.suffix == ".ipynb" or old.name == OFFERS_FILE:
            old.unlink()
    for path in [*report_notebooks(made), *made.glob(f"*/{OFFER_FILE}"), *made.glob(f"**/{OFFERS_FILE}")]:
        target = folder / path.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, path.read_bytes(), mode=FOR_ALL)


def main(arguments: Sequence[str]) -> int:
    """Refresh what the first argument names; return the exit code."""
    try:
        if list(arguments) == ["notebooks"]:
            errors = refresh_notebooks()
        elif len(arguments) == 4 and arguments[0] == "golden":
            errors = refresh_golden(Path(arguments[1]), Path(arguments[2]), dt.date.fromisoformat(arguments[3]))
        else:
            _print_error(_USAGE)
            return 2
    except (CompkitError, ValueError) as error:
        _print_error(str(error))
        return 2
    for line in errors:
        _print_error(line)
    return 1 if errors else 0


def _print_error(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
