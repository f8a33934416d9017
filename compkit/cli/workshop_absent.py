"""The command that pairs a class anew when somebody is absent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from compkit.batch import write_atomically
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import harmless
from compkit.errors import Fault, InputError, collected
from compkit.report import COURSE_FILE, PAIRS_PAGE, count, seating_files
from compkit.workshop import (
    AGREEMENTS_FILE,
    CLASS_FILE,
    FIRST_OFFERS_FILE,
    POST_SETTLEMENT_FILE,
    ROLES,
    ClassRecord,
    changed_roles,
    load_class_record,
    read_text,
    reseat,
    reseated_form,
)

PAIR_FORMS = (AGREEMENTS_FILE, FIRST_OFFERS_FILE, POST_SETTLEMENT_FILE)
"""Forms with rows by pair, which a folder may have."""


@click.command("absent")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.argument("seats", metavar="[SEAT]...", nargs=-1, type=int)
@click.option("--present", multiple=True, metavar="SEAT", type=int,
              help="A seat that was absent and comes after all. Repeat it for more.")  # fmt: skip
@json_option
def absent_command(folder: Path, seats: tuple[int, ...], present: tuple[int, ...], *, as_json: bool) -> None:
    """Pair a class anew when seats are absent.

    Only the list of pairs and the forms change. All pairs that are complete stay, with their numbers, and as few seats
    as possible change their role. When nobody is absent anymore, the first list is back. If a row of agreements.csv is
    filled in for a pair that would change, nothing is written.
    """
    record = load_class_record(folder / CLASS_FILE)
    now, planned = record.seating, record.planned
    after = reseat(now, planned, _absent(record, seats, present))
    if not after.pairs:
        raise InputError([Fault("", "", "SEAT", "leaves nobody to pair. Name fewer seats.")])
    new = replace(record, seating=after)
    for path, data in _files(folder, record, new).items():
        write_atomically(folder / path, data)
    roles = {seat: ROLES[side] for seat, side in changed_roles(now, planned, after)}
    new_pairs = {n: pair for n, pair in after.numbered.items() if now.numbered.get(n) != pair}
    if as_json:
        pairs = [{"pair": n, **dict(zip(ROLES, pair, strict=True))} for n, pair in after.numbered.items()]
        print_json({
            "folder": str(folder), "absent": after.absent, "pairs": pairs, "new_pairs": list(new_pairs),
            "observer": after.observer, "briefs": roles,
        })  # fmt: skip
        return
    gone = f"Absent: {_seats(after.absent)}." if after.absent else "Nobody is absent."
    click.echo(f"{gone} {count(len(after.pairs), 'pair')} in {harmless(str(folder))}.")
    for number, (candidate, recruiter) in new_pairs.items():
        click.echo(f"New: pair {number}, seat {candidate} as the candidate and seat {recruiter} as the recruiter.")
    for seat, role in roles.items():
        click.echo(f"Seat {seat} now needs {role}/brief.")
    if after.observer and after.observer != now.observer:
        click.echo(f"Seat {after.observer} observes, and now needs everyone/observation.")
    click.echo(f"Show {PAIRS_PAGE}.html again. All other papers stay good.")


def _seats(seats: Collection[int]) -> str:
    return f"seat{'' if len(seats) == 1 else 's'} {', '.join(map(str, seats))}"


def _absent(record: ClassRecord, seats: Collection[int], present: Collection[int]) -> set[int]:
    """All seats that are absent now.

    Raises
    ------
    InputError
        If a seat is none, or nothing is named.
    """
    n_seats, before = record.planned.n_seats, set(record.seating.absent)
    faults = [
        Fault("", "", field, f"must be a seat from 1 to {n_seats}, got {seat}.")
        for field, named in (("SEAT", seats), ("--present", present))
        for seat in named
        if not 1 <= seat <= n_seats
    ]
    faults += [
        Fault("", "", "--present", f"must be a seat that is absent, got {seat}.")
        for seat in present
        if 1 <= seat <= n_seats and seat not in before - set(seats)
    ]
    if not seats and not present:
        faults.append(Fault("", "", "SEAT", "is missing. Name the seats that are absent, or use --present."))
    if faults:
        raise InputError(faults)
    return (before | set(seats)) - set(present)


def _files(folder: Path, record: ClassRecord, new: ClassRecord) -> dict[str, bytes]:
    """Contents of what changes; class.json comes last, so that the same command finishes what a kill left.

    Raises
    ------
    InputError
        With every fault of the forms.
    """
    faults: list[Fault] = []
    files: dict[str, bytes] = {}
    for name in PAIR_FORMS:
        if name == AGREEMENTS_FILE or (folder / name).exists():
            form = collected(faults, partial(_reseated, folder / name, record, new))
            files[name] = (form or "").encode()

    def pages() -> dict[str, bytes]:
        course = read_text(folder / COURSE_FILE, is_limited=False) if (folder / COURSE_FILE).exists() else ""
        return seating_files(new, course, with_pdf=(folder / f"{PAIRS_PAGE}.pdf").is_file())

    seating = collected(faults, pages)
    if faults or seating is None:
        raise InputError(faults)
    last = seating.pop(CLASS_FILE)
    return {**files, **seating, CLASS_FILE: last}


def _reseated(path: Path, record: ClassRecord, new: ClassRecord) -> str:
    return reseated_form(read_text(path, is_limited=False), str(path), record.seating, new.seating)
