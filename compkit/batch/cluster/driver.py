"""Run jobs on a Dask cluster: send them as workers become free, yield outcomes, retry jobs of lost workers."""

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
_JOBS_PER_THREAD = 2
_POLL_SECONDS = 0.5
_COUNT_SECONDS = 2.0

Note = Callable[[str], object]


class ClusterError(CompkitError):
    """The cluster is lost, or has no fit worker left."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt at a job.

    Parameters
    ----------
    position : int
    job : Job
    number : int
        From 1.
    avoid : str
        Address of the worker of the last attempt, if any.
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
    note : callable
        Called with each line that the user should read.
    """

    def __init__(self, client: Any, address: str, note: Note) -> None:
        self.client, self.address = client, address
        self._note = note
        self._noted: set[str] = set()
        self._excluded: set[str] = set()
        self._n_threads, self._counted_at = 0, float("-inf")

    def outcomes(
        self, jobs: Iterable[Job], check: Callable[[], object] = lambda: None
    ) -> Generator[tuple[int, Outcome], None, None]:
        """Yield each job's position and outcome as it ends.

        Its files are then in the job's folders on this machine, as a local worker would have left them. Closing the
        generator early stops the jobs on the cluster.

        Parameters
        ----------
        jobs : iterable of Job
            Read as needed, in the caller's thread.
        check : callable
            Called now and then while jobs run; raises to stop them.

        Raises
        ------
        ClusterError
            If the cluster is lost.
        """
        batch = _Batch(self, iter(jobs), check)
        try:
            yield from batch.outcomes()
        finally:
            batch.cancel()

    def note_once(self, line: str) -> None:
        """Note a line that has not been noted yet."""
        if line and line not in self._noted:
            self._noted.add(line)
            self._note(line)

    def max_running(self) -> int:
        """How many jobs to have submitted: two per thread, so that no thread waits for us."""
        if time.monotonic() - self._counted_at > _COUNT_SECONDS:
            self._n_threads = sum(self._nthreads().values())
            self._counted_at = time.monotonic()
            if not self._n_threads:
                self.note_once(f"{self.address} has no workers left. The run continues once there is one.")
        return max(1, self._n_threads) * _JOBS_PER_THREAD

    def preferred_workers(self, avoid: str) -> list[str] | None:
        """Workers to prefer for a job, or None for any."""
        excluded = self._excluded | {avoid} - {""}
        if not excluded:
            return None
        return [worker for worker in self._nthreads() if worker not in excluded] or None

    def exclude_unlike_workers(self) -> bool:
        """Check all workers again; return whether some have newly been excluded."""
        with self.connection_errors():
            reasons = unlike_workers(self.client)
        new = reasons.keys() - self._excluded
        for worker in sorted(new):
            self.note_once(f"worker {worker} {reasons[worker]}. It gets no reports.")
        self._excluded |= new
        if new and not self._nthreads().keys() - self._excluded:
            raise ClusterError(f"{self.address} has no worker left that matches this machine. Start one and try again.")
        return bool(new)

    @contextmanager
    def connection_errors(self) -> Iterator[None]:
        """Turn any error of Dask into a `ClusterError`."""
        try:
            yield
        except Exception as error:
            if isinstance(error, CompkitError):
                raise
            raise self.connection_error() from error

    def connection_error(self) -> ClusterError:
        """Build the error of a lost scheduler."""
        return ClusterError(
            f"the connection to the scheduler at {self.address} was lost. Finished reports stay; run it again."
        )

    def _nthreads(self) -> dict[str, int]:
        with self.connection_errors():
            return dict(self.client.nthreads())


@contextmanager
def open_cluster(address: str, note: Note) -> Iterator[Cluster]:
    """Yield the cluster of a scheduler; its workers stay when the block ends.

    Raises
    ------
    InputError
        If it cannot be used; see `open_client`.
    """
    with open_client(address, note) as client:
        yield Cluster(client, address, note)


class _Batch:
    """Jobs of one run."""

    def __init__(self, cluster: Cluster, jobs: Iterator[Job], check: Callable[[], object]) -> None:
        self._cluster, self._client, self._check = cluster, cluster.client, check
        self._numbered = enumerate(jobs)
        self._name = uuid.uuid4().hex
        self._n_sent = 0
        self._running: dict[int, tuple[_Attempt, Any]] = {}
        self._retries: deque[_Attempt] = deque()
        self._done: queue.SimpleQueue[tuple[int, Delivery | BaseException]] = queue.SimpleQueue()
        # A batch uses each notebook as it was when first needed.
        self._notebook = cache(lambda path: Path(path).read_bytes())

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        """Yield positions and outcomes until there are no more."""
        while True:
            self._send_more()
            if not self._running:
                return
            try:
                number, answer = self._done.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                self._check()
                continue
            attempt, _ = self._running.pop(number)
            outcome = self._outcome(attempt, answer)
            if outcome is not None:
                yield attempt.position, replace(outcome, n_attempts=attempt.number)

    def cancel(self) -> None:
        """Cancel the running jobs; the workers then kill their processes."""
        futures = [future for _, future in self._running.values()]
        self._running.clear()
        if futures:
            with contextlib.suppress(Exception):  # a lost scheduler runs nothing
                self._client.cancel(futures, force=True)

    def _send_more(self) -> None:
        # Retry one job at a time: if it kills workers, no other retry is blamed.
        if self._retries and all(attempt.number == 1 for attempt, _ in self._running.values()):
            self._send(self._retries.popleft())
        while len(self._running) < self._cluster.max_running():
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
        self._running[number] = attempt, future
        asyncio.run_coroutine_threadsafe(self._fetch(number, future), self._client.loop.asyncio_loop)

    async def _fetch(self, number: int, future: Any) -> None:
        """Wait for a job in Dask's thread, so that several results can arrive while one is published."""
        try:
            answer: Delivery | BaseException = await self._client.gather(future, asynchronous=True)
        except BaseException as error:
            answer = error
        self._done.put((number, answer))

    def _outcome(self, attempt: _Attempt, answer: Delivery | BaseException) -> Outcome | None:
        """Outcome of a finished job, or None if it is retried."""
        from distributed import KilledWorker

        if isinstance(answer, Delivery):
            return self._accept(attempt, answer)
        if isinstance(answer, KilledWorker):
            n_lost = answer.allowed_failures + 1
            error = f"{n_lost} workers ended while they had this report; the last one was {answer.last_worker.address}."
            return self._finish_or_retry(attempt, Outcome(error, 0.0, "outside", key=attempt.job.key))
        if not isinstance(answer, Exception) or self._client.status != "running" or _is_cancelled(answer):
            raise self._cluster.connection_error() from answer
        # A worker always delivers, whatever a report does; this one could not even start it.
        if self._cluster.exclude_unlike_workers():
            self._retries.append(attempt)
            return None
        error = f"no worker could start this report: {type(answer).__name__}: {answer}"
        return self._finish_or_retry(attempt, Outcome(" ".join(error.split()), 0.0, "outside", key=attempt.job.key))

    def _accept(self, attempt: _Attempt, delivery: Delivery) -> Outcome | None:
        self._cluster.note_once(delivery.note)
        outcome = delivery.outcome
        if outcome.error is None:
            try:
                delivery.write_locally(attempt.job)
            except WrongDeliveryError as error:
                outcome = replace(outcome, error=str(error), cause="outside", files={})
            except OSError as error:
                line = f"{type(error).__name__}: {error.strerror or error}"
                return replace(outcome, error=line, cause="outside", files={})  # a retry would not help
        return self._finish_or_retry(attempt, outcome, delivery.worker)

    def _finish_or_retry(self, attempt: _Attempt, outcome: Outcome, worker: str = "") -> Outcome | None:
        """Return the outcome, or None if the job was ended from outside and is retried on another worker."""
        if outcome.cause != "outside" or attempt.number >= MAX_ATTEMPTS:
            return outcome
        self._retries.append(replace(attempt, number=attempt.number + 1, avoid=worker))
        return None


def _is_cancelled(error: BaseException) -> bool:
    from concurrent.futures import CancelledError

    return isinstance(error, CancelledError)
