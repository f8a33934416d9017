"""Seconds a report: a plain loop over papermill, our engine, and the limit, one process for all.

Then a thousand offers on two workers: the rate, and whether memory or open files grow. All in one run, so that the
ratios hold on any machine.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import yaml

from compkit.batch.documents import offers_document
from compkit.batch.jobs import Job
from compkit.batch.notebooks import notebook_directory
from compkit.batch.pool import outcomes
from compkit.batch.report_job import job_outcome
from compkit.batch.running import run_reports
from compkit.chores import HOUSE, SAMPLE_OFFERS
from compkit.offers import load_offers

DAY = dt.date(2026, 11, 22)
SMALL = (
    "import pandas as pd\nimport matplotlib.pyplot as plt",
    "frame = pd.DataFrame({'year': range(1, 5), 'pay': [270, 280, 295, 295]})\nframe.describe()",
    "frame.plot(x='year', y='pay')\nplt.show()",
)
N_PLAIN, N_FORKED, N_LIMIT = 4, 16, 8
N_OFFERS = 1000
MB = 1024**2


def small_job(folder: Path) -> Job:
    """Return the small notebook of the research page: pandas and one plot."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in SMALL])
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    path = folder / "small.ipynb"
    nbformat.write(notebook, path)
    return Job(str(path), "", "", {}, "The small notebook", keep_images=True)


def evaluation_job() -> Job:
    """Return `offer_evaluation` for an offer of the sample."""
    entry = load_offers(HOUSE / SAMPLE_OFFERS).entry("amazon-l6-seattle-before")
    parameters = {"offers_file": "offer.json", "offer_id": entry.offer.id, "report_on": DAY.isoformat()}
    return Job(
        str(notebook_directory() / "offer_evaluation.ipynb"),
        "",
        "",
        {**parameters, "show_controls": False},
        "An offer",
        keep_images=True,
        documents={"offer.json": offers_document([entry])},
    )


def placed(job: Job, folder: Path, n: int) -> Iterator[Job]:
    """Yield a job again and again, each time in a folder of its own."""
    for number in range(n):
        place = str(Path(tempfile.mkdtemp(prefix=f"{number}-", dir=folder)))
        yield replace(job, folder=place, output_folder=place)


def by_plain_loop(job: Job, folder: Path) -> float:
    """Return the median seconds of papermill's own engine, a kernel a notebook, one exporter for all pages."""
    return statistics.median(_done_here(one, {}) for one in placed(job, folder, N_PLAIN))


def by_engine(job: Job, folder: Path, n_workers: int) -> float:
    """Return the seconds a report of our engine, warming up left out."""
    first, *rest = placed(job, folder, n_workers + N_FORKED)
    marks = []
    with closing(outcomes([first, *rest], n_workers)) as ended:
        for n_done, (_, outcome) in enumerate(ended, start=1):
            assert outcome.error is None, outcome.error
            if n_done >= n_workers:
                marks.append(time.perf_counter())
    return (marks[-1] - marks[0]) / (len(marks) - 1)


def by_one_process(job: Job, folder: Path) -> float:
    """Return the median seconds in one process, cell by cell in one shell: no isolation, the limit."""
    from compkit.batch.forked.warming import warm

    warm()
    from compkit.batch.forked.client import InProcessManager

    class Same(InProcessManager):
        """The one kernel of this process, for every notebook."""

        async def start_kernel(self, **options: object) -> None:
            if not _kept:
                await super().start_kernel(**options)
                _kept.append(self.kernel)
            self.kernel = _kept[0]

    _kept: list[object] = []
    seconds = [_done_here(one, {"kernel_manager_class": Same}) for one in placed(job, folder, N_LIMIT + 1)]
    return statistics.median(seconds[1:])


def _done_here(job: Job, kernel: dict[str, object]) -> float:
    started = time.perf_counter()
    outcome = job_outcome(job, lambda _: None, kernel)
    assert outcome.error is None, outcome.error
    return time.perf_counter() - started


def in_fresh_process(call: Callable[..., float], *arguments: object) -> float:
    """Return what a call gives in a process that has done nothing before."""
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(call, arguments)


def compare_engines() -> None:
    """Print seconds a report for both notebooks, in all four ways."""
    with tempfile.TemporaryDirectory(prefix="ck-") as temporary:
        folder = Path(temporary)
        for name, job in (("small notebook", small_job(folder)), ("offer_evaluation", evaluation_job())):
            plain = in_fresh_process(by_plain_loop, job, folder)
            limit = in_fresh_process(by_one_process, job, folder)
            one, two = (by_engine(job, folder, n_workers) for n_workers in (1, 2))
            print(f"{name}: seconds a report")
            print(f"  {'plain loop over papermill':28} {plain:.3f}")
            for label, seconds in (("our engine, one worker", one), ("our engine, two workers", two)):
                ratios = f"{plain / seconds:.1f} times faster, {seconds / limit:.2f} times the limit"
                print(f"  {label:28} {seconds:.3f}  {ratios}")
            print(f"  {'one process, no isolation':28} {limit:.3f}")


def many_offers(n_offers: int) -> None:
    """Print the rate, and memory and open files at the 100th and the last report of many."""
    document = yaml.safe_load((HOUSE / SAMPLE_OFFERS).read_text(encoding="utf-8"))
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
            report_on=DAY,
            n_workers=2,
            progress=lambda *_: marks.append(_state()),
        )
    early, last = marks[min(100, len(marks)) - 1], marks[-1]
    rate = (len(marks) - 1) / (last[0] - marks[0][0])
    print(f"{n_offers} offers, offer_evaluation, two workers: {rate:.2f} reports a second")
    for position, name in enumerate(
        ("driver's memory, MB", "warmed parent's memory, MB", "driver's open files", "warmed parent's open files"),
        start=1,
    ):
        print(f"  {name:28} {early[position]:6} at the 100th, {last[position]:6} at the last")
    print(f"  {'largest report, MB':28} {max(mark[5] for mark in marks):6}")


def _state() -> tuple[float, int, int, int, int, int]:
    driver = psutil.Process()
    parent = driver.children()[0]
    held = [child.memory_info().rss for child in parent.children()] or [0]
    return (
        time.perf_counter(), driver.memory_info().rss // MB, parent.memory_info().rss // MB,
        driver.num_fds(), parent.num_fds(), max(held) // MB,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--offers", type=int, default=N_OFFERS, help="how many offers the long run has; 0 leaves it out"
    )
    wanted = parser.parse_args()
    compare_engines()
    if wanted.offers:
        many_offers(wanted.offers)
