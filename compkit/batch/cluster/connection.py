"""Connect to a cluster: its scheduler must answer and its workers match this machine before anything is written."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from compkit.batch.ledger.fingerprint import difference, local_fingerprint
from compkit.errors import Fault, InputError

CONNECT_SECONDS = 10.0
_ADDRESS = re.compile(r"(?P<kind>tcp|tls)://(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+):(?P<port>\d{1,5})")
_OPTION = "--scheduler"


def _refusal(rule: str) -> InputError:
    return InputError([Fault("", "", _OPTION, rule)])


@contextmanager
def open_client(address: str, note: Callable[[str], object]) -> Iterator[Any]:
    """Yield a Dask client whose scheduler has answered and whose workers match this machine.

    Parameters
    ----------
    address : str
        `tcp://host:port` or `tls://host:port`.
    note : callable
        Called with a line if the connection is not encrypted.

    Raises
    ------
    InputError
        If the address is invalid, Dask is not installed, the scheduler does not answer, there are no workers, or some
        differ from this machine (one line each).
    """
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) < 2**16:
        raise _refusal(f"must be tcp://HOST:PORT or tls://HOST:PORT, got {address!r}.")
    try:
        import distributed
    except ImportError as error:
        raise _refusal("needs Dask. Install it: pip install distributed.") from error
    if found["kind"] == "tcp" and not _is_this_machine(found["host"]):
        note(f"{address}: offers and reports go there unencrypted. Use tls:// on a network that others can listen to.")
    with _quiet():
        client = _client(distributed, address)
        try:
            _refuse_unlike_machines(client, address)
            _set_up_workers(client)
            yield client
        finally:
            with contextlib.suppress(Exception):  # the scheduler may be gone
                client.close(timeout=5)


def unlike_workers(client: Any) -> dict[str, str]:
    """Why workers cannot take part, as the rest of a sentence, by address."""
    answers: Mapping[str, Any] = client.run(local_fingerprint, on_error="return")
    return {worker: reason for worker, answer in answers.items() if (reason := _reason(answer))}


def _refuse_unlike_machines(client: Any, address: str) -> None:
    try:
        scheduler: Any = client.run_on_scheduler(local_fingerprint)
    except Exception as error:  # Dask raises what the scheduler raised
        scheduler = error
    unlike = {f"scheduler {address}": reason} if (reason := _reason(scheduler)) else {}
    unlike |= {f"worker {worker}": reason for worker, reason in unlike_workers(client).items()}
    if unlike:
        rule = "Install there what is here, and start it again."
        raise InputError([Fault("", who, "", f"it {reason}. {rule}") for who, reason in unlike.items()])
    if not client.nthreads():
        raise _refusal(f"has no workers at {address}. Start one there: dask worker {address} --nthreads 1.")


def _set_up_workers(client: Any) -> None:
    from compkit.batch.cluster.plugin import ReportPlugin

    client.register_plugin(ReportPlugin())


def _reason(answer: Any) -> str:
    """Say what is wrong with a worker that gave this answer, as the rest of a sentence; empty for nothing."""
    if isinstance(answer, ImportError | AttributeError):
        return "has no compkit, or another one"
    if isinstance(answer, BaseException):
        return f"does not answer ({type(answer).__name__})"
    return difference(answer, local_fingerprint())


def _client(distributed: Any, address: str) -> Any:
    """Connect a client.

    It exists before it connects, so that a client that fails to connect is closed here. The garbage collector might
    close it while the next one starts, and the two would wait for each other forever.
    """
    client = distributed.Client.__new__(distributed.Client)
    try:
        client.__init__(address, timeout=CONNECT_SECONDS, set_as_default=False, name="compkit")
    except Exception as error:  # connections fail in many ways
        with contextlib.suppress(Exception):
            client.close(timeout=5)
        raise _refusal(f"got no answer from {address}: {_first_line(error)}. Is `dask scheduler` running?") from error
    return client


def _first_line(error: Exception) -> str:
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {line.rstrip('.')}" if line else type(error).__name__


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log off the terminal; compkit's own messages say what matters."""
    logger = logging.getLogger("distributed")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)
