"""Jobs handed to a Dask cluster: drawn as workers come free, yielded as they end, begun again if workers are lost."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from compkit.batch.cluster.connection import open_client, unlike_workers
from compkit.batch.cluster.shipment import Delivery, WrongDeliveryError, pack_job
from compkit.batch.ledger.fingerprint import local_fingerprint
from compkit.batch.run.jobs import Job, Outcome
from compkit.errors import CompkitError

MAX_ATTEMPTS = 2
_N_A_THREAD = 2
_POLL_SECONDS = 0.5
_COUNT_SECONDS = 2.0

Tell = Callable[[str], object]


class ClusterError(CompkitError):
    """The cluster has gone, or has no worker left that can make reports."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A job under way, or about to be.

    Parameters
    ----------
    position : int
    job : Job
    number : int
        1 for the first one.
    avoid : str
        The worker that had it last, where there was one.
    """

    position: int
    job: Job
    number: int = 1
    avoid: str = ""


class Cluster:
    """The workers of a Dask scheduler.

    Parameters
    ----------
    client : distributed.Client
    address : str
        The scheduler's.
    tell : callable
        Called with each line that people should read.
    """

    def __init__(self, client: Any, address: str, tell: Tell) -> None:
        self.client, self.address = client, address
        self._tell = tell
        self._told: set[str] = set()
        self._refused: set[str] = set()
        self._n_threads, self._counted_at = 0, float("-inf")

    def outcomes(
        self, jobs: Iterable[Job], check: Callable[[], object] = lambda: None
    ) -> Generator[tuple[int, Outcome], None, None]:
        """Yield each job's position and what came of it, in the order in which they end.

        Its files then lie in the job's folders on this machine, as a worker here would have left them. Leaving the
        iteration early ends what runs there.

        Parameters
        ----------
        jobs : iterable of Job
            Drawn as they are needed, in the thread of whoever iterates.
        check : callable
            Called now and then while jobs run; what it raises ends them.

        Raises
        ------
        ClusterError
            If the cluster has gone.
        """
        batch = _Batch(self, iter(jobs), check)
        try:
            yield from batch.outcomes()
        finally:
            batch.cancel()

    def note_once(self, line: str) -> None:
        """Tell a line that has not been told yet."""
        if line and line not in self._told:
            self._told.add(line)
            self._tell(line)

    def max_running(self) -> int:
        """Return how many jobs to have under way: what runs, and one more a thread so that none waits for us."""
        if time.monotonic() - self._counted_at > _COUNT_SECONDS:
            self._n_threads = sum(self._nthreads().values())
            self._counted_at = time.monotonic()
            if not self._n_threads:
                self.note_once(f"{self.address} has no workers any more. The batch goes on as soon as there is one.")
        return max(1, self._n_threads) * _N_A_THREAD

    def preferred_workers(self, avoid: str) -> list[str] | None:
        """Return the workers to prefer for a job, or None where any will do."""
        left_out = self._refused | {avoid} - {""}
        if not left_out:
            return None
        return [worker for worker in self._nthreads() if worker not in left_out] or None

    def exclude_unlike_workers(self) -> bool:
        """Look at all workers again; return whether some cannot take part that were not known for it."""
        with self.connection_errors():
            reasons = unlike_workers(self.client)
        fresh = reasons.keys() - self._refused
        for worker in sorted(fresh):
            self.note_once(f"worker {worker} {reasons[worker]}. It gets no reports.")
        self._refused |= fresh
        if fresh and not self._nthreads().keys() - self._refused:
            raise ClusterError(f"{self.address} has no worker left like this machine. Start others, and run it again.")
        return bool(fresh)

    @contextmanager
    def connection_errors(self) -> Iterator[None]:
        """Tell in one line that the scheduler has gone, whatever Dask raises then."""
        try:
            yield
        except Exception as error:
            if isinstance(error, CompkitError):
                raise
            raise self.lost() from error

    def lost(self) -> ClusterError:
        """Return the error of a scheduler that has gone."""
        return ClusterError(
            f"the connection to the scheduler at {self.address} was lost. Reports that are done stay. Run it again."
        )

    def _nthreads(self) -> dict[str, int]:
        with self.connection_errors():
            return dict(self.client.nthreads())


@contextmanager
def open_cluster(address: str, tell: Tell) -> Iterator[Cluster]:
    """Yield the cluster of a scheduler; leaving the block leaves it, and its workers stay.

    Raises
    ------
    InputError
        If it cannot be used; see `open_client`.
    """
    with open_client(address, tell) as client:
        yield Cluster(client, address, tell)


class _Batch:
    """Jobs that are under way together."""

    def __init__(self, cluster: Cluster, jobs: Iterator[Job], check: Callable[[], object]) -> None:
        self._cluster, self._client, self._look = cluster, cluster.client, check
        self._numbered = enumerate(jobs)
        self._name = uuid.uuid4().hex
        self._n_sent = 0
        self._under_way: dict[int, tuple[_Attempt, Any]] = {}
        self._again: deque[_Attempt] = deque()
        self._done: queue.SimpleQueue[tuple[int, Delivery | BaseException]] = queue.SimpleQueue()
        # A batch runs from its notebooks as they were when it first needed them.
        self._notebook = cache(lambda path: Path(path).read_bytes())

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        """Yield positions and outcomes until there are no more."""
        while True:
            self._send_more()
            if not self._under_way:
                return
            try:
                number, came = self._done.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                self._look()
                continue
            attempt, _ = self._under_way.pop(number)
            outcome = self._settled(attempt, came)
            if outcome is not None:
                yield attempt.position, replace(outcome, n_attempts=attempt.number)

    def cancel(self) -> None:
        """End what is under way; the workers end the processes as soon as they hear of it."""
        futures = [future for _, future in self._under_way.values()]
        self._under_way.clear()
        if futures:
            with contextlib.suppress(Exception):  # a scheduler that has gone has nothing under way
                self._client.cancel(futures, force=True)

    def _send_more(self) -> None:
        # A job that has cost workers goes alone: those beside it must not be blamed for it.
        if self._again and all(attempt.number == 1 for attempt, _ in self._under_way.values()):
            self._send(self._again.popleft())
        while len(self._under_way) < self._cluster.max_running():
            following = next(self._numbered, None)
            if following is None:
                return
            self._send(_Attempt(*following))

    def _send(self, attempt: _Attempt) -> None:
        from compkit.batch.cluster.plugin import KEY_PREFIX, make_report

        self._n_sent += 1
        number = self._n_sent
        shipment = pack_job(attempt.job, self._notebook(attempt.job.notebook_path), local_fingerprint())
        preferred = self._cluster.preferred_workers(attempt.avoid)
        with self._cluster.connection_errors():
            future = self._client.submit(
                make_report,
                shipment,
                key=f"{KEY_PREFIX}{self._name}-{number}",
                pure=False,
                workers=preferred,
                allow_other_workers=preferred is not None,
            )
        self._under_way[number] = attempt, future
        asyncio.run_coroutine_threadsafe(self._fetch(number, future), self._client.loop.asyncio_loop)

    async def _fetch(self, number: int, future: Any) -> None:
        """Wait for a job in Dask's own thread, so that several can come back while one is published."""
        try:
            came: Delivery | BaseException = await self._client.gather(future, asynchronous=True)
        except BaseException as error:
            came = error
        self._done.put((number, came))

    def _settled(self, attempt: _Attempt, came: Delivery | BaseException) -> Outcome | None:
        """Return what came of a job, or None where it is begun again."""
        from distributed import KilledWorker

        if isinstance(came, Delivery):
            return self._received(attempt, came)
        if isinstance(came, KilledWorker):
            n_lost = came.allowed_failures + 1
            error = f"{n_lost} workers ended while they had this report; the last one was {came.last_worker.address}."
            return self._tried(attempt, Outcome(error, 0.0, "outside", key=attempt.job.key))
        if not isinstance(came, Exception) or self._client.status != "running" or _is_cancelled(came):
            raise self._cluster.lost() from came
        # Whatever a report does, its worker delivers: this one could not even begin.
        if self._cluster.exclude_unlike_workers():
            self._again.append(attempt)
            return None
        error = f"no worker could begin this report: {type(came).__name__}: {came}"
        return self._tried(attempt, Outcome(" ".join(error.split()), 0.0, "outside", key=attempt.job.key))

    def _received(self, attempt: _Attempt, delivery: Delivery) -> Outcome | None:
        self._cluster.note_once(delivery.note)
        outcome = delivery.outcome
        if outcome.error is None:
            try:
                delivery.write_locally(attempt.job)
            except WrongDeliveryError as error:
                outcome = replace(outcome, error=str(error), cause="outside", files={})
            except OSError as error:
                line = f"{type(error).__name__}: {error.strerror or error}"
                return replace(outcome, error=line, cause="outside", files={})  # another worker would not help
        return self._tried(attempt, outcome, delivery.worker)

    def _tried(self, attempt: _Attempt, outcome: Outcome, worker: str = "") -> Outcome | None:
        """Return an outcome, or None where something from outside has ended the job and it is tried elsewhere."""
        if outcome.cause != "outside" or attempt.number >= MAX_ATTEMPTS:
            return outcome
        self._again.append(replace(attempt, number=attempt.number + 1, avoid=worker))
        return None


def _is_cancelled(error: BaseException) -> bool:
    from concurrent.futures import CancelledError

    return isinstance(error, CancelledError)
