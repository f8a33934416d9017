"""Seconds a report: a plain loop over papermill, our engine, and the limit, one process for all.

Then a thousand offers on two workers: the rate, and whether memory or open files grow. All in one run, so that the
ratios hold on any machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import psutil
import yaml
from traitlets.config import Config

from compkit.batch.folder.documents import offers_document
from compkit.batch.notebooks import notebook_directory
from compkit.batch.run.jobs import Job, Outcome, RunOptions
from compkit.batch.run.kernel_client import RETRYING_CLIENT
from compkit.batch.run.pool import outcomes
from compkit.batch.run.report_job import job_outcome
from compkit.batch.running import RunCallbacks, run_reports
from compkit.dev.tasks import ROOT, SAMPLE_OFFERS
from compkit.engine.driver import INLINE_BACKEND
from compkit.offers import load_offers

DAY = dt.date(2026, 11, 22)
SMALL = (
    "import pandas as pd\nimport matplotlib.pyplot as plt",
    "frame = pd.DataFrame({'year': range(1, 5), 'pay': [270, 280, 295, 295]})\nframe.describe()",
    "frame.plot(x='year', y='pay')\nplt.show()",
)
PLAIN, LIMIT = "plain loop over papermill", "one process, no isolation"
ENGINES = ("our engine, one worker", "our engine, two workers")
N_TURNS = 5
N_PLAIN, N_FORKED, N_LIMIT = 2, 8, 4  # reports in each turn
N_PICTURES = {"small": 1, "offer_evaluation": 4}
N_OFFERS = 1000
MB = 1024**2


def small_job(folder: Path) -> Job:
    """Small notebook: pandas and one plot."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in SMALL])
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    path = folder / "small.ipynb"
    nbformat.write(notebook, path)
    return Job(str(path), "", "", {}, "The small notebook", keep_images=True)


def evaluation_job() -> Job:
    """`offer_evaluation` for a sample offer."""
    entry = load_offers(ROOT / SAMPLE_OFFERS).entry("amazon-l6-seattle-before")
    parameters = {"offers_file": "offer.json", "offer_id": entry.offer.id, "report_date": DAY.isoformat()}
    return Job(
        str(notebook_directory() / "offer_evaluation.ipynb"),
        "",
        "",
        {**parameters, "show_controls": False},
        "An offer",
        keep_images=True,
        documents={"offer.json": offers_document([entry])},
    )


def placed(job: Job, folder: Path, n: int) -> list[Job]:
    """Copy a job several times, each in its own folder."""
    places = [tempfile.mkdtemp(prefix=f"{number}-", dir=folder) for number in range(n)]
    return [replace(job, folder=place, output_folder=place) for place in places]


def by_plain_loop(jobs: Sequence[Job]) -> list[float]:
    """Return the seconds of each report by papermill's own engine: a kernel a notebook, one exporter for all pages.

    Its client looks again for a lost reply, which takes no time; the stock one hangs in one notebook of forty.
    """
    kernel = {"config": Config(RETRYING_CLIENT)}
    return [_done_here(job, kernel) for job in jobs]


def by_engine(jobs: Sequence[Job], n_workers: int) -> float:
    """Seconds per report of compkit's engine, without warming up."""
    marks: list[float] = []
    done: list[tuple[int, Outcome]] = []
    with closing(outcomes(jobs, n_workers)) as ended:
        for number, outcome in ended:
            done.append((number, outcome))
            if len(done) >= n_workers:
                marks.append(time.perf_counter())
    for number, outcome in done:
        refuse_unlike(jobs[number], outcome)
    return (marks[-1] - marks[0]) / (len(marks) - 1)


_kept_kernels: list[object] = []


def by_one_process(jobs: Sequence[Job]) -> list[float]:
    """Seconds of each report in one process and one shell, without isolation: the limit."""
    os.environ["MPLBACKEND"] = INLINE_BACKEND  # as every kernel has it; else nothing is drawn
    from compkit.engine.warming import Imports

    if not _kept_kernels:
        Imports()
    from compkit.engine.client import InProcessManager

    class Same(InProcessManager):
        """The only kernel of this process, for every notebook."""

        async def start_kernel(self, **options: Any) -> None:
            if not _kept_kernels:
                await super().start_kernel(**options)
                _kept_kernels.append(self.kernel)
            self.kernel = _kept_kernels[0]

    return [_done_here(job, {"kernel_manager_class": Same}) for job in jobs]


def _done_here(job: Job, kernel: dict[str, object]) -> float:
    started = time.perf_counter()
    outcome = job_outcome(job, lambda _: None, kernel)
    seconds = time.perf_counter() - started
    refuse_unlike(job, outcome)
    return seconds


def refuse_unlike(job: Job, outcome: Outcome) -> None:
    """Raise if a report failed or lacks a picture, so that only equal work is compared."""
    assert outcome.error is None, outcome.error
    page = (Path(job.output_folder) / Path(job.notebook_path).stem).with_suffix(".html").read_text(encoding="utf-8")
    assert page.count("data:image/png") + page.count('class="ck-chart"') == N_PICTURES[Path(job.notebook_path).stem]


def seconds_of(job: Job, folder: Path) -> dict[str, float]:
    """Return the median seconds a report in each way.

    They take turns, so that a machine which is slow for a minute is slow for all of them. The plain loop and the one
    process live through all turns; what their first report alone costs is left out.
    """
    found: dict[str, list[float]] = {name: [] for name in (PLAIN, *ENGINES, LIMIT)}
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as plain, ProcessPoolExecutor(1, spawn) as limit:
        plain.submit(by_plain_loop, placed(job, folder, 1)).result()
        limit.submit(by_one_process, placed(job, folder, 1)).result()
        for _ in range(N_TURNS):
            found[PLAIN] += plain.submit(by_plain_loop, placed(job, folder, N_PLAIN)).result()
            for n_workers, name in enumerate(ENGINES, start=1):
                found[name].append(by_engine(placed(job, folder, n_workers + N_FORKED), n_workers))
            found[LIMIT] += limit.submit(by_one_process, placed(job, folder, N_LIMIT)).result()
    return {name: statistics.median(seconds) for name, seconds in found.items()}


def compare_engines() -> None:
    """Print seconds per report for both notebooks, in all four ways."""
    with tempfile.TemporaryDirectory(prefix="ck-") as temporary:
        folder = Path(temporary)
        for title, job in (("small notebook", small_job(folder)), ("offer_evaluation", evaluation_job())):
            found = seconds_of(job, folder)
            plain, limit = found[PLAIN], found[LIMIT]
            print(f"{title}: seconds a report")
            for name, seconds in found.items():
                ratios = f"  {plain / seconds:.1f} times faster, {seconds / limit:.2f} times the limit"
                print(f"  {name:28} {seconds:.3f}{ratios if name in ENGINES else ''}", flush=True)


def many_offers(n_offers: int) -> None:
    """Print the rate, and memory and open files at the 100th and the last of many reports."""
    document = yaml.safe_load((ROOT / SAMPLE_OFFERS).read_text(encoding="utf-8"))
    sample = document["offers"]
    offers = [{**sample[n % len(sample)], "id": f"offer-{n:04d}"} for n in range(n_offers)]
    with tempfile.TemporaryDirectory(prefix="ck-") as temporary:
        path = Path(temporary) / "offers.json"
        path.write_text(json.dumps({**document, "offers": offers}, default=str), encoding="utf-8")
        marks: list[tuple[float, int, int, int, int, int]] = []
        run_reports(
            load_offers(path),
            Path(temporary) / "out",
            notebooks=["offer_evaluation"],
            report_date=DAY,
            options=RunOptions(n_workers=2),
            callbacks=RunCallbacks(progress=lambda *_: marks.append(_state())),
        )
    early, last = marks[min(100, len(marks)) - 1], marks[-1]
    rate = (len(marks) - 1) / (last[0] - marks[0][0])
    print(f"{n_offers} offers, offer_evaluation, two workers: {rate:.2f} reports a second")
    for position, name in enumerate(
        ("driver's memory, MB", "fork server's memory, MB", "driver's open files", "fork server's open files"),
        start=1,
    ):
        print(f"  {name:28} {early[position]:6} at the 100th, {last[position]:6} at the last")
    print(f"  {'largest report, MB':28} {max(mark[5] for mark in marks):6}")


def _state() -> tuple[float, int, int, int, int, int]:
    driver = psutil.Process()
    parent = driver.children()[0]
    return (
        time.perf_counter(), driver.memory_info().rss // MB, parent.memory_info().rss // MB,
        driver.num_fds(), parent.num_fds(), max(_held_by_children(parent), default=0) // MB,
    )  # fmt: skip


def _held_by_children(parent: psutil.Process) -> Iterator[int]:
    for child in parent.children():
        with suppress(psutil.NoSuchProcess):  # it has ended just now
            yield child.memory_info().rss


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--offers", type=int, default=N_OFFERS, help="how many offers the long run has; 0 leaves it out"
    )
    wanted = parser.parse_args()
    compare_engines()
    if wanted.offers:
        many_offers(wanted.offers)


if __name__ == "__main__":
    # A kernel makes `__main__` its own, and would not find there what its process is asked to call.
    importlib.import_module("batch").main()
