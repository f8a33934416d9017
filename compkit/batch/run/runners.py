"""Who runs the jobs of a batch: workers of this machine, or a cluster's."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager

from compkit.batch.run.jobs import Job, Outcome
from compkit.batch.run.pool import default_n_workers, outcomes
from compkit.errors import Fault, InputError

Run = Callable[[Iterable[Job], Callable[[], object]], Generator[tuple[int, Outcome], None, None]]
"""What takes jobs and yields each one's position and what came of it, in the order in which they end.

Now and then it calls what it is handed beside the jobs; what that raises ends them.
"""


@contextmanager
def runner(
    scheduler: str | None,
    n_workers: int | None,
    tell: Callable[[str], object],
    *,
    can_fork: bool = True,
    modules: Sequence[str] = (),
) -> Iterator[Run]:
    """Yield what runs jobs. A cluster has answered by then, so that nothing is begun which it cannot do.

    Parameters
    ----------
    scheduler : str or None
        The address of a Dask scheduler; None for this machine.
    n_workers : int or None
        How many run at a time on this machine; as many as there are cores if None.
    tell : callable
        Called with each line that people should read.
    can_fork : bool
        Whether this machine forks them where that is to be had.
    modules : sequence of str
        What this machine imports once for all of them.

    Raises
    ------
    InputError
        If the cluster cannot be used, or `n_workers` is given for one, which has as many as it has.
    """
    if scheduler is None:
        n = n_workers or default_n_workers()
        yield lambda jobs, check: outcomes(jobs, n, tell=tell, can_fork=can_fork, modules=modules, check=check)
        return
    if n_workers is not None:
        raise InputError([Fault("", "", "--workers", "is for this machine. Leave it out with --scheduler.")])
    from compkit.batch.cluster.driver import open_cluster

    with open_cluster(scheduler, tell) as cluster:
        yield cluster.outcomes
