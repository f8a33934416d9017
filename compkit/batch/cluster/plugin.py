"""What a Dask worker does: one fork server for its lifetime, and each report in its own process.

If the driver goes away, Dask tells the worker that a task is no longer needed, and the worker kills the report's
process; its thread could not be interrupted.
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
"""Start of the keys of compkit's tasks; dashboards and logs show keys, so they say nothing about the report."""

_EXECUTING = "executing"


class UnfitWorkerError(Exception):
    """A worker cannot make the report, but another may; the text says why."""


class ReportPlugin(WorkerPlugin):
    """The report engine of a Dask worker, set up once for all batches."""

    name = "compkit"
    idempotent = True

    def setup(self, worker: Any) -> None:
        """Start with nothing; the first report starts the fork server."""
        self._folder = Path(worker.local_directory)
        self._address = str(worker.address)
        self._lock, self._starting = threading.Lock(), threading.Lock()
        self._servers: ForkServers | None = None
        self._note = ""
        self._has_ended = False
        self._active: dict[str, Worker | None] = {}
        self._idle: list[PlainWorker] = []

    def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask passes it
        """Kill all that runs, and the fork server."""
        with self._lock:
            self._has_ended = True
            ending = [*self._active.values(), *self._idle]
            self._active.clear()
        for engine in ending:
            if engine is not None:
                engine.end()
        if self._servers is not None:
            self._servers.end()

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:  # noqa: ARG002 - Dask passes it
        """Keep track of which reports are needed; kill one that no longer is."""
        if not str(key).startswith(KEY_PREFIX):
            return
        with self._lock:
            engine = None
            if finish == _EXECUTING:
                self._active[key] = None
            else:
                engine = self._active.pop(key, None)
        if engine is not None:
            engine.end()

    def delivery(self, key: str, shipment: Shipment) -> Delivery:
        """Make a report in a temporary folder and return it."""
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
            is_active = key in self._active and not self._has_ended
            if is_active:
                self._active[key] = engine
        if not is_active:
            return Outcome("the run was stopped.", 0.0, "outside", key=job.key)
        outcome = engine.outcome(job)
        with self._lock:
            if key in self._active:
                self._active[key] = None
            if isinstance(engine, PlainWorker) and not engine.has_ended:
                self._idle.append(engine)
        return outcome

    def _engine(self) -> Worker:
        """Worker for one job: one that forks where the system can, else one with ordinary kernels."""
        from compkit.engine import CannotForkError

        with self._starting, contextlib.suppress(ImportError):
            from compkit.batch.run.forked import ForkedWorker, ForkServers

            try:
                if not self._note:
                    self._servers = self._servers or ForkServers()
            except CannotForkError as error:
                self._note = (
                    f"worker {self._address}: {error} Reports run in ordinary kernels there, which takes longer."
                )
            if self._servers is not None:
                return ForkedWorker(self._servers)
        with self._lock:
            return self._idle.pop() if self._idle else PlainWorker()


def make_report(shipment: Shipment) -> Delivery:
    """Make a report on this worker.

    Raises
    ------
    UnfitWorkerError
        If this worker cannot, but another may.
    """
    worker = get_worker()
    wrong = difference(local_fingerprint(), shipment.fingerprint)
    plugin = worker.plugins.get(ReportPlugin.name)
    if wrong or not isinstance(plugin, ReportPlugin):
        raise UnfitWorkerError(wrong or "is not set up")
    return plugin.delivery(str(worker.get_current_task()), shipment)
