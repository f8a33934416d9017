"""Who runs the jobs of a batch: workers of this machine, or a cluster's."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager

from compkit.batch.run.jobs import Job, Outcome, RunOptions
from compkit.batch.run.pool import default_n_workers, outcomes
from compkit.errors import Fault, InputError

Run = Callable[[Iterable[Job], Callable[[], object]], Generator[tuple[int, Outcome], None, None]]
"""Runs jobs and yields each one's position and outcome as it ends; also takes a check to call while jobs run."""


@contextmanager
def runner(options: RunOptions, note: Callable[[str], object]) -> Iterator[Run]:
    """Yield the function that runs jobs; a cluster has answered by then.

    Parameters
    ----------
    options : RunOptions
    note : callable
        Called with each line that the user should read.

    Raises
    ------
    InputError
        If the cluster cannot be used, or `n_workers` is given for one.
    """
    if options.scheduler is None:
        n_workers = options.n_workers or default_n_workers()
        modules = ("weasyprint",) if options.with_pdf else ()
        yield lambda jobs, check: outcomes(
            jobs, n_workers, note=note, can_fork=options.can_fork, modules=modules, check=check
        )
        return
    if options.n_workers is not None:
        raise InputError([Fault("", "", "--workers", "does not apply to a cluster. Leave it out with --scheduler.")])
    from compkit.batch.cluster.driver import open_cluster

    with open_cluster(options.scheduler, note) as cluster:
        yield cluster.outcomes
