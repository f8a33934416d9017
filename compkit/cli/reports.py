"""The commands that run notebooks: report and check."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from tqdm import tqdm

from compkit.batch import (
    DEFAULT_MEMORY_LIMIT_BYTES,
    DEFAULT_TIMEOUT_SECONDS,
    PAY_STORE,
    CheckResult,
    RunCallbacks,
    RunOptions,
    StoreAddress,
    check_reports,
    find_notebooks,
    parameter_from_text,
    parse_output,
    run_reports,
)
from compkit.cli.exits import EXIT_DONE, EXIT_PARTLY
from compkit.cli.options import (
    audience_option,
    files_argument,
    json_option,
    load_offers_with_warnings,
    pay_store_option,
    print_json,
    shown_offers,
)
from compkit.cli.places import cache_option, output_option, scheduler_option
from compkit.cli.progress import ReportProgress, summary_lines
from compkit.cli.stopping import exit_on_signals
from compkit.cli.terminal import harmless
from compkit.errors import Fault, InputError
from compkit.market import with_reported_pay
from compkit.offers import Audience, LeftOut, Offers, load_offers, people_of, reference_faults, summarize_names
from compkit.paydata import find_pay_store
from compkit.reference import load_tables

GIGABYTE = 1024**3
MOST_LEFT_OUT = 10


def _refuse_nan(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    """Refuse NaN, which click takes to be in every range."""
    if math.isnan(value):
        raise click.BadParameter("must be a number, got nan.")
    return value


workers_option = click.option(
    "--workers", type=click.IntRange(1, 64), metavar="N", help="Notebooks to run at a time. Default: one per core."
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=1, max=86_400),
    callback=_refuse_nan,
    default=DEFAULT_TIMEOUT_SECONDS,
    show_default=True,
    metavar="S",
    help="Time limit of one notebook, in seconds.",
)


@click.command("report")
@files_argument
@output_option
@cache_option
@click.option("--notebook", "notebooks", multiple=True, metavar="NAME", help="Run only this notebook. May be repeated.")
@click.option("--offer", "offer_ids", multiple=True, metavar="ID", help="Report only on this offer. May be repeated.")
@audience_option
@click.option(
    "-p", "--parameter", "parameters", nargs=2, multiple=True, metavar="NAME VALUE",
    help="Set a notebook parameter, such as -p growth_rate 0.05. May be repeated.",
)  # fmt: skip
@click.option(
    "--report-date",
    "--report-on",
    "report_date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Date of the reports, YYYY-MM-DD. Default: today.",
)
@pay_store_option
@workers_option
@scheduler_option
@timeout_option
@click.option(
    "--memory-limit", type=click.FloatRange(min=0, max=4096), callback=_refuse_nan, metavar="GB", show_default=True,
    default=DEFAULT_MEMORY_LIMIT_BYTES / GIGABYTE, help="Memory limit of one report, in GB; 0 for none.",
)  # fmt: skip
@click.option(
    "--kernels", is_flag=True,
    help="Start an ordinary kernel for each report: slower, and without a memory limit.",
)  # fmt: skip
@click.option(
    "--resume/--no-resume", default=True, show_default=True,
    help="Skip reports that exist and would come out the same, or make all of them again.",
)  # fmt: skip
@click.option(
    "--skip-faulty", is_flag=True,
    help="List offers with faults and report on the others; otherwise one fault stops everything.",
)  # fmt: skip
@click.option("--pdf", "with_pdf", is_flag=True, help="Make a PDF of each page, too.")
@click.option(
    "--pdf-details", "with_pdf_details", is_flag=True, help="Make PDFs with what the pages fold, as an appendix."
)
@click.option(
    "--keep-images/--no-keep-images", default=True, show_default=True,
    help="Keep charts in the notebooks, too, or only in the pages, which takes a third less disk.",
)  # fmt: skip
@json_option
def report_command(
    files: tuple[str, ...],
    out: str,
    cache: Path | None,
    notebooks: tuple[str, ...],
    offer_ids: tuple[str, ...],
    audience: Audience,
    parameters: tuple[tuple[str, str], ...],
    report_date: dt.datetime | None,
    store: Path | None,
    workers: int | None,
    scheduler: str | None,
    timeout: float,
    memory_limit: float,
    *,
    kernels: bool,
    resume: bool,
    skip_faulty: bool,
    with_pdf: bool,
    with_pdf_details: bool,
    keep_images: bool,
    as_json: bool,
) -> int:
    """Make a report for each offer, DIR/<offer>/<notebook>.html, and an index, DIR/index.html."""
    loaded = _load(files, skip_faulty=skip_faulty, says_more=not as_json)
    faults = reference_faults(people_of(loaded), [one.offer_id for one in loaded.left_out])
    if faults and not skip_faulty:
        raise InputError(faults)
    for fault in faults:
        click.echo(str(fault), err=True)
    named = dict(parameters).get(PAY_STORE)
    if store is None and named and Path(named).is_file():
        store = Path(named)
    on = report_date.date() if report_date else dt.date.today()
    if store or audience == "self":  # most sources forbid to hand copies of their data on, unless you name it
        loaded = with_reported_pay(loaded, load_tables(), on, store)
    offers, all_offers = shown_offers(loaded, offer_ids, audience)
    names = _readable_notebooks(notebooks, audience)
    output = parse_output(out)
    options = RunOptions(
        n_workers=workers,
        timeout_seconds=timeout,
        memory_limit_bytes=round(memory_limit * GIGABYTE),
        can_fork=not kernels,
        keep_images=keep_images,
        with_pdf=with_pdf or with_pdf_details,
        with_pdf_details=with_pdf_details,
        resume=resume,
        audience=audience,
        scheduler=scheduler,
        cache=cache,
    )
    with exit_on_signals(), ReportProgress(is_quiet=as_json) as progress:
        run = run_reports(
            offers,
            output,
            report_date=on,
            notebooks=names,
            parameters=_with_pay_data(_typed(parameters, names), names, audience, store, files),
            all_offers=all_offers,
            options=options,
            callbacks=RunCallbacks(progress=progress.show, note=progress.note, step=progress.step),
        )
    faulty = [one for one in loaded.left_out if one.faults]
    if as_json:
        print_json(run.as_json() | ({"skipped": [_as_json(one) for one in faulty]} if faulty else {}))
    else:
        for line in summary_lines(run, progress.seconds, output if isinstance(output, StoreAddress) else None):
            click.echo(line)
        if faulty:
            click.echo(f"Skipped because of faults: {summarize_names([one.text for one in faulty], MOST_LEFT_OUT)}.")
    return EXIT_PARTLY if run.n_failed or faulty else EXIT_DONE


def _as_json(left_out: LeftOut) -> dict[str, object]:
    faults = [{"field": fault.field, "message": fault.message} for fault in left_out.faults]
    return {"file": left_out.file, "where": left_out.where, "offer": left_out.offer_id, "faults": faults}


def _load(files: Sequence[str], *, skip_faulty: bool, says_more: bool) -> Offers:
    """Load the offers; if some have faults and others don't, name the option that leaves the faulty ones out."""
    try:
        return load_offers_with_warnings(files, skip_faulty=skip_faulty)
    except InputError as error:
        if skip_faulty or not says_more:
            raise
        try:
            n_sound = len(load_offers(*files, skip_faulty=True))
        except InputError:
            raise error from None
        rest = "the other offer" if n_sound == 1 else f"the other {n_sound:,} offers"
        raise InputError([*error.faults, Fault("", "", "", f"To report on {rest}, add --skip-faulty.")]) from error


def _readable_notebooks(names: Sequence[str], audience: Audience) -> Sequence[str] | None:
    """Choose notebooks that an audience may read: those asked for, or the default ones; None for all default ones.

    Raises
    ------
    InputError
        If a notebook that was asked for is not for employers.
    """
    if audience != "employer":
        return names or None
    chosen = find_notebooks(names or None)
    private = [notebook.name for notebook in chosen if notebook.is_private] if names else []
    if private:
        rule = f"is not for employers: {', '.join(private)}. Leave it out."
        raise InputError([Fault("", "", "--notebook", rule)])
    return [notebook.name for notebook in chosen if not notebook.is_private]


def _typed(parameters: Sequence[tuple[str, str]], names: Sequence[str] | None) -> dict[str, object]:
    """Convert parameters from the command line to the types of the notebooks; unknown ones stay text."""
    known = {name: part for notebook in find_notebooks(names) for name, part in notebook.parameters.items()}
    return {
        name: parameter_from_text(text, known[name].type_name) if name in known else text for name, text in parameters
    }


def _with_pay_data(
    parameters: Mapping[str, object],
    names: Sequence[str] | None,
    audience: Audience,
    store: Path | None,
    files: Sequence[str] = (),
) -> Mapping[str, object]:
    """Add what the notebook about pay data needs: the store, by its whole path, and dots for your eyes only.

    A store is named by `--store` or the parameter, or is your own. One that nobody named goes into your own reports
    alone: most sources forbid to hand copies of their data on.
    """
    if not any(notebook.reads_pay_data for notebook in find_notebooks(names)):
        return parameters
    named = parameters.get(PAY_STORE) or store
    path = Path(str(named)) if named else find_pay_store(None, files) if audience == "self" else None
    found = {PAY_STORE: str(path.absolute())} if path and path.is_file() else {}
    few = {"show_few": False} if audience != "self" and (found or named) else {}
    return {**parameters, **found, **few}


@click.command("check")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@workers_option
@timeout_option
@json_option
def check_command(directory: Path, workers: int | None, timeout: float, *, as_json: bool) -> int:
    """Run the reports in DIR again and list those that no longer reproduce."""
    with tqdm(unit="notebook", disable=None, leave=False) as bar:

        def show(done: int, total: int, _result: CheckResult) -> None:
            bar.total = total
            bar.update(done - bar.n)

        results = check_reports(directory, workers, show, timeout_seconds=timeout)
    broken = [result for result in results if result.status != "ok"]
    if as_json:
        print_json({"notebooks": [dataclasses.asdict(result) for result in results]})
    else:
        for result in broken:
            where = f", cell {result.cell}" if result.cell is not None else ""
            text = f"{result.path}{where}: {result.status}\n{result.detail}\n"
            click.echo(harmless(text, keep_lines=True))
        click.echo(f"{len(results) - len(broken)} of {len(results)} notebooks reproduce.")
    return EXIT_PARTLY if broken else EXIT_DONE
