"""What a Dask worker does: one fork server, kept as long as the worker, and each report in a process of its own.

The machine that asks may go away, and a thread cannot be interrupted: the worker hears from Dask that a task is no
longer wanted, and ends the report's process.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed import WorkerPlugin, get_worker

from compkit.batch.cluster.shipment import Delivery, Shipment, pack_outcome
from compkit.batch.ledger.fingerprint import difference, local_fingerprint
from compkit.batch.run.jobs import Job, Outcome
from compkit.batch.run.plain import PlainWorker

if TYPE_CHECKING:
    from compkit.batch.run.forked import ForkServers
    from compkit.batch.run.pool import Worker

KEY_PREFIX = "compkit-report-"
"""How the keys of our tasks begin; they tell nothing of the report, since dashboards and logs show them."""

_EXECUTING = "executing"


class UnfitWorkerError(Exception):
    """A worker cannot make the report that it was given, and another may; the text says why."""


class ReportPlugin(WorkerPlugin):
    """The engine of a Dask worker, set up once however many batches ask for it."""

    name = "compkit"
    idempotent = True

    def setup(self, worker: Any) -> None:
        """Begin with nothing: the first report starts the fork server."""
        self._folder = Path(worker.local_directory)
        self._address = str(worker.address)
        self._lock, self._starting = threading.Lock(), threading.Lock()
        self._parents: ForkServers | None = None
        self._note = ""
        self._has_ended = False
        self._wanted: dict[str, Worker | None] = {}
        self._idle: list[PlainWorker] = []

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask passes it
        """End all that runs, and the fork server."""
        with self._lock:
            self._has_ended = True
            ending = [*self._wanted.values(), *self._idle]
            self._wanted.clear()
        for engine in ending:
            if engine is not None:
                engine.end()
        if self._parents is not None:
            self._parents.end()

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:  # noqa: ARG002 - Dask passes it
        """Take note of which reports are wanted; end one that is no longer."""
        if not str(key).startswith(KEY_PREFIX):
            return
        with self._lock:
            engine = None
            if finish == _EXECUTING:
                self._wanted[key] = None
            else:
                engine = self._wanted.pop(key, None)
        if engine is not None:
            engine.end()

    def delivery(self, key: str, shipment: Shipment) -> Delivery:
        """Make a report and return it; the folder in which it was made is gone then."""
        folder = Path(tempfile.mkdtemp(dir=self._folder, prefix="report-"))
        try:
            job = shipment.unpack(folder)
            return pack_outcome(self._outcome(key, job), job, worker=self._address, note=self._note)
        except OSError as error:
            line = f"worker {self._address}: {type(error).__name__}: {error.strerror or error}"
            return Delivery(Outcome(line, 0.0, "outside", key=shipment.job.key), worker=self._address, note=self._note)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _outcome(self, key: str, job: Job) -> Outcome:
        engine = self._engine()
        with self._lock:
            is_wanted = key in self._wanted and not self._has_ended
            if is_wanted:
                self._wanted[key] = engine
        if not is_wanted:
            return Outcome("the batch was stopped.", 0.0, "outside", key=job.key)
        outcome = engine.outcome(job)
        with self._lock:
            if key in self._wanted:
                self._wanted[key] = None
            if isinstance(engine, PlainWorker) and not engine.has_ended:
                self._idle.append(engine)
        return outcome

    def _engine(self) -> Worker:
        """Return what runs one job: a forked process where that is to be had, else a worker with ordinary kernels."""
        from compkit.engine.driver import CannotForkError

        with self._starting, contextlib.suppress(ImportError):
            from compkit.batch.run.forked import ForkedWorker, ForkServers

            try:
                if not self._note:
                    self._parents = self._parents or ForkServers()
            except CannotForkError as error:
                self._note = (
                    f"worker {self._address}: {error} Reports run in ordinary kernels there, which takes longer."
                )
            if self._parents is not None:
                return ForkedWorker(self._parents)
        with self._lock:
            return self._idle.pop() if self._idle else PlainWorker()


def make_report(shipment: Shipment) -> Delivery:
    """Make a report on this worker.

    Raises
    ------
    NoStationError
        If this worker cannot, and another may.
    """
    worker = get_worker()
    wrong = difference(local_fingerprint(), shipment.fingerprint)
    station = worker.plugins.get(ReportPlugin.name)
    if wrong or not isinstance(station, ReportPlugin):
        raise UnfitWorkerError(wrong or "has not been set up")
    return station.delivery(str(worker.get_current_task()), shipment)
