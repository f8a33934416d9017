"""`compkit workshop debrief`: one class or several, and earlier ones to compare them with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from compkit.batch import write_atomically
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import harmless
from compkit.errors import Fault, InputError
from compkit.report import (
    DEBRIEF_FILE,
    GRADES_FILE,
    OPTIONAL_FILES,
    count,
    count_points,
    debrief_files,
    debrief_sentences,
    debrief_values,
    refuse_missing_weasyprint,
)
from compkit.workshop import Debrief, EarlierClasses, compare_classes, debrief_class, load_played_class, read_text

_EARLIER, _HIDE = "--earlier", "--hide"
HIDDEN_FILE = "teacher/hidden.txt"
"""Pairs hidden in an earlier run, a number each line: nobody's wish is forgotten when a form is typed in later."""


class _DebriefCommand(click.Command):
    """A command whose options --earlier and --hide take everything up to the next option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _spread(args))


def _spread(args: Sequence[str]) -> list[str]:
    """Repeat an option for each of its values."""
    found: list[str] = []
    option = ""
    for at, arg in enumerate(args):
        if option and not arg.startswith("-"):
            found += [option, arg]
            continue
        option = arg if arg in (_EARLIER, _HIDE) else ""
        is_alone = at + 1 == len(args) or args[at + 1].startswith("-")
        if not option or is_alone:
            found.append(arg)
    return found


@click.command("debrief", cls=_DebriefCommand)
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(_EARLIER, multiple=True, type=click.Path(path_type=Path), metavar="DIR...",
              help="Earlier classes to compare with, of the same level. Name them after the class.")  # fmt: skip
@click.option(_HIDE, "hidden", multiple=True, type=int, metavar="PAIR...",
              help=f"Pairs that don't want the class to see their result. {HIDDEN_FILE} keeps them.")  # fmt: skip
@click.option("--pdf/--no-pdf", "with_pdf", default=None,
              help="Also write the class's page as PDF. Default: if WeasyPrint is installed.")  # fmt: skip
@json_option
def debrief_command(
    folders: tuple[Path, ...], earlier: tuple[Path, ...], hidden: tuple[int, ...], *, with_pdf: bool | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Show a class what it made of its case, from the forms that you filled in.

    DIR is what `compkit workshop new` wrote, with agreements.csv filled in: an option under each issue, or no under
    agreed, or absent. first-offers.csv, post-settlement.csv, answers.csv and marks.csv are read too, if you filled them
    in. If a row is wrong, every fault is listed and nothing is written for that class. Several classes get a line each.
    """
    faults: list[Fault] = []
    with_pdf = pdf_choice(with_pdf, faults)
    classes = [_read(folder, hidden) for folder in dict.fromkeys(folders)]
    others = [_read(folder) for folder in dict.fromkeys(earlier)]
    faults += [fault for one in others for fault in one.faults]
    faults += [*_earlier_faults(folders, earlier), *_hidden_faults(classes, hidden)]
    refused = [*faults, *(fault for one in classes for fault in one.faults)]
    if faults or (refused and len(classes) == 1):
        raise InputError(refused)
    for one in classes:
        if one.found:
            _write(one, others, with_pdf=with_pdf)
    if as_json:
        values = [_values(one) for one in classes]
        print_json(values[0] if len(values) == 1 else {"classes": values})
    elif len(classes) == 1:
        _tell(classes[0])
    else:
        for one in classes:
            click.echo(f"{harmless(str(one.folder))}: {_summary(one)}")
    if refused:
        raise InputError(refused)


def _earlier_faults(folders: Sequence[Path], earlier: Sequence[Path]) -> Iterator[Fault]:
    mine = {folder.resolve() for folder in folders}
    for folder in earlier:
        if folder.resolve() in mine:
            yield Fault(str(folder), "", _EARLIER, "is a class that you debrief. Remove it.")


def _hidden_faults(classes: Sequence[_Class], hidden: Sequence[int]) -> Iterator[Fault]:
    if hidden and len(classes) > 1:
        yield Fault("", "", _HIDE, f"is about one class, got {len(classes)}. Debrief that class alone.")
        return
    for one in classes:
        if one.found is None:
            continue
        pairs = [agreement.pair for agreement in one.found.played.agreements]
        for pair in one.hidden:
            if pair not in pairs:
                where = _HIDE if pair in hidden else str(one.folder / HIDDEN_FILE)
                yield Fault("", "", where, f"must be the number of a pair, got {pair}.")
        played = {result.agreement.pair for result in one.found.results}
        if one.hidden and played and played <= set(one.hidden):
            yield Fault("", "", _HIDE, "leaves no pair to show. Name fewer.")


@dataclass(slots=True)
class _Class:
    """A class's folder, its results or its faults, and what was written."""

    folder: Path
    found: Debrief | None
    faults: Sequence[Fault]
    hidden: Sequence[int] = ()
    earlier: EarlierClasses | None = None
    files: Sequence[str] = ()


def _read(folder: Path, hidden: Sequence[int] = ()) -> _Class:
    try:
        kept = _kept(folder / HIDDEN_FILE)
        return _Class(folder, debrief_class(load_played_class(folder)), (), sorted({*hidden, *kept}))
    except InputError as error:
        return _Class(folder, None, error.faults)


def _kept(file: Path) -> list[int]:
    """Pairs that an earlier run has hidden."""
    lines = read_text(file).split() if file.exists() else []
    if bad := [line for line in lines if not line.isdecimal()]:
        raise InputError([Fault(str(file), "", "", f"must have the number of a pair in each line, got {bad[0]!r}.")])
    return [int(line) for line in lines]


def _write(one: _Class, others: Sequence[_Class], *, with_pdf: bool) -> None:
    """Write a class's debrief, and remove what an earlier run wrote and this one does not."""
    assert one.found is not None  # noqa: S101
    compared = [(str(other.folder), other.found) for other in others if other.found]
    one.earlier = compare_classes(one.found, compared) if compared else None
    files = debrief_files(one.found, one.earlier, one.hidden, with_pdf=with_pdf)
    if one.hidden:
        write_atomically(one.folder / HIDDEN_FILE, "".join(f"{pair}\n" for pair in one.hidden).encode())
    for path in OPTIONAL_FILES:
        (one.folder / path).unlink(missing_ok=True)
    for path, data in files.items():
        (one.folder / path).parent.mkdir(mode=0o700, exist_ok=True)
        write_atomically(one.folder / path, data)
    one.files = sorted(files)


def _values(one: _Class) -> dict[str, Any]:
    if one.found is None:
        return {"folder": str(one.folder), "faults": [asdict(fault) for fault in one.faults]}
    return {"folder": str(one.folder), "files": one.files, **debrief_values(one.found, one.earlier)}


def _tell(one: _Class) -> None:
    assert one.found is not None  # noqa: S101
    for sentence in debrief_sentences(one.found):
        click.echo(sentence)
    for folder, reason in _left_out(one):
        click.echo(f"Left out {harmless(folder)}: {reason}.")
    if one.hidden:
        pairs = ", ".join(map(str, one.hidden))
        click.echo(
            f"Hidden: {'pair' if len(one.hidden) == 1 else 'pairs'} {pairs}. To show one, take it out of {HIDDEN_FILE}."
        )
    click.echo(f"Wrote {DEBRIEF_FILE} for the projector, and in debrief/ a page for each seat.")
    if GRADES_FILE in one.files:
        click.echo(f"Wrote {GRADES_FILE}, for you alone.")


def _summary(one: _Class) -> str:
    """Sum up a class in one line."""
    if one.found is None:
        return f"not debriefed, {count(len(one.faults), 'fault')}."
    if not one.found.results:
        return "no pair played."
    n_best = sum(each.is_efficient for each in one.found.deals)
    return (
        f"{len(one.found.deals)} of {count(len(one.found.results), 'pair')} agreed, {n_best} on the frontier; "
        f"{count_points(one.found.total_left)} left on the table."
    ) + "".join(f" Left out {harmless(folder)}: {reason}." for folder, reason in _left_out(one))


def _left_out(one: _Class) -> Sequence[tuple[str, str]]:
    """Earlier classes that can't be compared, and why."""
    return one.earlier.left_out if one.earlier else ()


def pdf_choice(asked: bool | None, faults: list[Fault]) -> bool:  # noqa: FBT001
    """Whether to make PDFs: as asked, else if this machine can."""
    if asked is False:
        return False
    try:
        refuse_missing_weasyprint()
    except InputError as error:
        faults += error.faults if asked else []
        return False
    return True
