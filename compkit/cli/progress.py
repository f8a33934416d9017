"""What `compkit report` prints while it works and when it is done."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from time import monotonic
from types import TracebackType

from tqdm import tqdm

from compkit.batch import BatchRun, ReportResult, StoreAddress
from compkit.cli.terminal import one_line
from compkit.report import aligned

SHARE_OF_ALL, SECONDS_BETWEEN = 0.1, 30.0
"""Without a terminal, a line appears after this share of the reports or this many seconds."""
MOST_CAUSES, MOST_PLACES = 10, 3
_BAR = "{percentage:3.0f}%|{bar}| {n_fmt} of {total_fmt} reports{postfix}"


class _Bar(tqdm):  # type: ignore[type-arg]  # it iterates over nothing
    """A bar without a monitor thread, because threads and forks do not mix."""

    monitor_interval = 0


class ReportProgress:
    """Progress of a batch: a bar on a terminal, else a line now and then; failures at once.

    Parameters
    ----------
    is_quiet : bool
        Without a terminal, print failures and notes only.
    clock : callable, optional
        A monotonic clock [s].
    """

    def __init__(self, *, is_quiet: bool = False, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._is_quiet = clock, is_quiet
        self._bar = _Bar(bar_format=_BAR, disable=None, leave=False, file=sys.stderr)
        self._started_at = self._printed_at = clock()
        self._n_printed = self._n_worked = 0

    def __enter__(self) -> ReportProgress:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _raised: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._bar.close()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self._clock() - self._started_at

    def show(self, n_done: int, n_all: int, result: ReportResult) -> None:
        """Print the progress after one more report."""
        self._n_worked += result.status != "skipped"
        if result.status == "failed":
            self._bar.write(failure_line(result), file=sys.stderr)
        pace = format_pace(n_done, n_all, self._n_worked, self.seconds)
        if not self._bar.disable:
            self._bar.total = n_all
            self._bar.set_postfix_str(pace, refresh=False)
            self._bar.update(n_done - self._bar.n)
        elif not self._is_quiet and self._is_due(n_done, n_all, result):
            self._n_printed, self._printed_at = n_done, self._clock()
            self._bar.write(f"{n_done:,} of {n_all:,} reports" + (f", {pace}" if pace else ""), file=sys.stderr)

    def note(self, line: str) -> None:
        """Print a line that the user should know."""
        self._bar.write(f"note: {one_line(line)}", file=sys.stderr)

    def step(self, line: str) -> None:
        """Print what the batch is doing, unless quiet."""
        if not self._is_quiet:
            self._bar.write(one_line(line), file=sys.stderr)

    def _is_due(self, n_done: int, n_all: int, result: ReportResult) -> bool:
        if n_done == n_all:
            return False  # the closing lines say so
        if self._n_worked == 1 and result.status != "skipped":
            return True  # the first report takes longest and shows that all goes well
        is_late = self._clock() - self._printed_at >= SECONDS_BETWEEN
        return is_late or n_done - self._n_printed >= n_all * SHARE_OF_ALL


def failure_line(result: ReportResult) -> str:
    """One line on a failed report: where and why."""
    return one_line(f"failed: {result.subject}, {result.notebook}: {result.error}")


def format_pace(n_done: int, n_all: int, n_worked: int, seconds: float) -> str:
    """Rate and time left, or an empty text while unknown.

    Parameters
    ----------
    n_done, n_all, n_worked : int
        Finished reports, all reports, and finished ones that were not skipped.
    seconds : float
        Since the start.

    >>> format_pace(40, 100, 30, 60.0), format_pace(40, 100, 0, 0.5)
    ('0.5 a second, about 2 min left', '')
    """
    if not n_worked or seconds <= 0:
        return ""
    rate = n_worked / seconds
    left = f", about {format_duration((n_all - n_done) / rate)} left" if n_done < n_all else ""
    return f"{format_rate(rate)}{left}"


def format_rate(rate: float) -> str:
    """Format a rate of reports, per second or, if slow, per minute.

    >>> format_rate(12.34), format_rate(0.5), format_rate(0.01)
    ('12.3 a second', '0.5 a second', '0.6 a minute')
    """
    return f"{rate:.3g} a second" if rate >= 0.1 else f"{rate * 60:.2g} a minute"


def format_duration(seconds: float) -> str:
    """Format a duration in readable units.

    >>> format_duration(8.4), format_duration(119.6), format_duration(7_100), format_duration(0.2)
    ('8 s', '2 min', '1 h 58 min', '1 s')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def summary_lines(run: BatchRun, seconds: float, store: StoreAddress | None = None) -> Iterator[str]:
    """Yield the lines at the end: results, causes of failures, duration, and what to open.

    Parameters
    ----------
    run : BatchRun
    seconds : float
        Duration of the batch.
    store : StoreAddress, optional
        Where the reports were uploaded; the local copy is the one to open.
    """
    n_of = {status: sum(result.status == status for result in run.results) for status in ("ok", "skipped", "failed")}
    unchanged = f", {n_of['skipped']:,} unchanged" if n_of["skipped"] else ""
    yield f"{n_of['ok']:,} of {len(run.results):,} reports made{unchanged}, {n_of['failed']:,} failed."
    yield from _status_table(run, n_of)
    failed = [result for result in run.results if result.status == "failed"]
    yield from _causes(failed)
    n_worked = n_of["ok"] + n_of["failed"]
    rate = f", {format_rate(n_worked / seconds)}" if n_worked and seconds > 0 else ""
    yield f"It took {format_duration(seconds)}{rate}."
    if store is not None:
        yield f"The reports are in {one_line(store.shown)}, and here as well."
    yield f"Open {one_line(str(run.index.resolve()))}"


def _status_table(run: BatchRun, n_of: dict[str, int]) -> Iterator[str]:
    """Yield a table of reports and offers by status, if there is more than one status."""
    if sum(map(bool, n_of.values())) < 2:
        return
    of_offer: dict[str, set[str]] = {}
    for result in run.results:
        if result.offer is not None:
            of_offer.setdefault(result.offer, set()).add(result.status)
    words = {"ok": "made", "skipped": "unchanged", "failed": "failed"}
    rank = ("failed", "ok", "skipped")
    offer_statuses = [next(status for status in rank if status in statuses) for statuses in of_offer.values()]
    yield ""
    counts = ((word, f"{n_of[status]:,}", f"{offer_statuses.count(status):,}") for status, word in words.items())
    yield from aligned([("", "reports", "offers"), *counts])
    yield ""


def _causes(failed: Sequence[ReportResult]) -> Iterator[str]:
    """Yield each cause of failures with its reports, the most frequent first."""
    by_cause: dict[tuple[str, str], list[ReportResult]] = {}
    for result in failed:
        by_cause.setdefault(_cause(result), []).append(result)
    causes = sorted(by_cause.values(), key=lambda results: -len(results))
    for results in causes[:MOST_CAUSES]:
        if len(results) == 1:
            yield failure_line(results[0])
            continue
        yield one_line(f"failed {len(results):,} times: {results[0].notebook}: {results[0].error}")
        places = ", ".join(result.subject for result in results[:MOST_PLACES])
        more = f" and {len(results) - MOST_PLACES:,} more" if len(results) > MOST_PLACES else ""
        yield f"  {one_line(places)}{more}"
    if len(causes) > MOST_CAUSES:
        n_left = sum(map(len, causes[MOST_CAUSES:]))
        yield f"{n_left:,} more failed for other reasons; the index page lists each."
    if failed:
        yield ""


def _cause(result: ReportResult) -> tuple[str, str]:
    """Key that failures with one cause share: the notebook, and the error without the offer's or person's name."""
    own_name = result.offer or result.candidate
    if own_name is None:
        return result.notebook, result.error or ""
    own = rf"(?<![\w-]){re.escape(own_name)}(?![\w-])"
    return result.notebook, re.sub(own, "\0", result.error or "")
