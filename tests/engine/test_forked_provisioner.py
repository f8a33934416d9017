"""Jupyter's kernels forked from a fork server: they live, are interrupted, restarted and ended as any other."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from forked_notebooks import unwatched_by_pytest, write_cells
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from traitlets.config import Config
from waiting import MAX_WAIT_SECONDS, wait_until

from compkit.engine.driver import shared_fork_server
from compkit.engine.limits import why_no_forks
from compkit.reference import notebook_directory

pytestmark = [
    pytest.mark.skipif(bool(why_no_forks()), reason="forked kernels need Linux; run these tests there"),
    pytest.mark.usefixtures("usual_signals"),
]

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def asked_for(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have kernels forked, as a person asks for it."""
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "compkit")
    KernelProvisionerFactory.clear_instance()  # a process reads the variable once, and other tests have started kernels
    with unwatched_by_pytest():
        yield
    KernelProvisionerFactory.clear_instance()


@pytest.fixture
def manager() -> Iterator[KernelManager]:
    """Return a kernel that runs, and is ended."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    yield manager
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)


def is_forked(pid: int) -> bool:
    return psutil.Process(pid).parent() == psutil.Process(shared_fork_server().pid)


def answer(manager: KernelManager, code: str) -> tuple[str, str]:
    """Return a cell's status and what it printed."""
    printed = []
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=MAX_WAIT_SECONDS)
    reply = client.execute_interactive(
        code,
        timeout=MAX_WAIT_SECONDS,
        output_hook=lambda message: printed.append(message["content"].get("text", "")),
    )
    client.stop_channels()
    return reply["content"].get("ename", reply["content"]["status"]), "".join(printed)


def test_nbclient_runs_a_notebook_in_a_forked_kernel(tmp_path: Path) -> None:
    text = "import os, sys; os.getppid(), 'pandas' in sys.modules\n# %%\nopen('made.txt', 'w').write('x'); 'written'"
    text += "\n# %%\nimport ipywidgets; ipywidgets.IntSlider(value=3)"
    notebook = nbformat.read(str(write_cells(tmp_path / "x.ipynb", text)), as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}, timeout=MAX_WAIT_SECONDS).execute()
    found = [cell.outputs[0].data["text/plain"] for cell in notebook.cells]
    assert found == [f"({shared_fork_server().pid}, True)", "'written'", "IntSlider(value=3)"]
    models = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    assert 3 in [model["state"].get("value") for model in models]
    assert (tmp_path / "made.txt").exists()


def test_a_forked_kernel_answers_and_is_shut_down(manager: KernelManager) -> None:
    pid = manager.provisioner.pid
    assert is_forked(pid)
    assert answer(manager, "print(6 * 7)") == ("ok", "42\n")
    assert answer(manager, "!echo from a shell") == ("ok", "from a shell\r\n")
    manager.shutdown_kernel()
    assert not manager.has_kernel
    assert not psutil.pid_exists(pid)


def test_a_forked_kernel_is_interrupted(manager: KernelManager) -> None:
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=MAX_WAIT_SECONDS)
    asked = client.execute("print('begun', flush=True)\nwhile True: pass")
    while client.get_iopub_msg(timeout=MAX_WAIT_SECONDS)["content"].get("text") != "begun\n":
        pass
    manager.interrupt_kernel()
    reply = client.get_shell_msg(timeout=MAX_WAIT_SECONDS)
    assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (asked, "KeyboardInterrupt")
    client.stop_channels()
    assert answer(manager, "print('alive')") == ("ok", "alive\n")


def test_a_forked_kernel_is_restarted_afresh(manager: KernelManager) -> None:
    before = manager.provisioner.pid
    assert answer(manager, "kept = 1") == ("ok", "")
    manager.restart_kernel()
    assert manager.provisioner.pid != before
    assert is_forked(manager.provisioner.pid)
    assert answer(manager, "kept")[0] == "NameError"


def test_a_killed_kernel_takes_its_children_along(manager: KernelManager) -> None:
    _, printed = answer(
        manager, "import subprocess\nprint(subprocess.Popen(['sleep', '600'], start_new_session=True).pid)"
    )
    pid, child = manager.provisioner.pid, int(printed)
    manager.shutdown_kernel(now=True)
    assert not psutil.pid_exists(pid)
    wait_until(lambda: not psutil.pid_exists(child))


def test_a_kernel_that_dies_is_seen_to_be_dead(manager: KernelManager) -> None:
    os.kill(manager.provisioner.pid, 9)
    wait_until(lambda: not manager.is_alive())


@pytest.mark.parametrize(
    ("limit", "code"),
    [("cpu_limit_seconds=1", "while True: pass"), ("memory_limit_bytes=200_000_000", "kept = bytearray(400_000_000)")],
)
def test_a_kernel_that_takes_too_much_is_stopped(limit: str, code: str) -> None:
    """Processor time ends it; memory is refused, and a kernel that goes on to take more is ended, too."""
    name, _, most = limit.partition("=")
    manager = KernelManager(kernel_name="python3", config=Config({"ForkedProvisioner": {name: int(most)}}))
    manager.start_kernel()
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=MAX_WAIT_SECONDS)
    try:
        client.execute(code)
        if name.startswith("cpu"):
            wait_until(lambda: not manager.is_alive())
        else:
            assert client.get_shell_msg(timeout=MAX_WAIT_SECONDS)["content"]["ename"] == "MemoryError"
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("change", ["language", "environment"])
@pytest.mark.long
def test_another_kernel_starts_as_usual_and_says_so(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    specification = {"argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"], "display_name": "x"}
    if change == "environment":
        specification |= {"argv": [sys.executable, *specification["argv"][1:]], "env": {"OWN": "1"}}
    folder = tmp_path / "kernels" / "other"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(specification | {"language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    manager = KernelManager(kernel_name="other")
    with caplog.at_level(logging.WARNING):
        manager.start_kernel()
    try:
        assert "It is not this environment's Python kernel. The kernel starts as usual." in caplog.text
        assert not is_forked(manager.provisioner.pid)
        assert answer(manager, "print('usual')") == ("ok", "usual\n")
    finally:
        manager.shutdown_kernel(now=True)


@pytest.mark.long
def test_nbval_holds_a_notebook_of_the_kit_with_forked_kernels() -> None:
    notebook = notebook_directory() / "ai_ml_premiums.ipynb"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(notebook)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout
    assert "[100%]" in done.stdout


@pytest.mark.long
def test_voila_serves_a_page_with_a_forked_kernel(tmp_path: Path) -> None:
    pytest.importorskip("voila", reason="needs voila: pip install voila")
    path = write_cells(
        tmp_path / "page.ipynb",
        "import os, psutil\nprint('served by', ' '.join(psutil.Process().parent().cmdline())[-40:])",
    )
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "voila", "--no-browser", "--Voila.ip=127.0.0.1", f"--port={port}", str(path)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        page = fetched(f"http://127.0.0.1:{port}/", server)
    finally:
        started = psutil.Process(server.pid).children(recursive=True)
        server.terminate()
        server.wait(timeout=MAX_WAIT_SECONDS)
    assert "served by" in page
    assert "-m ipykernel_launcher" not in page
    wait_until(lambda: not any(process.is_running() for process in started))


def fetched(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + MAX_WAIT_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=MAX_WAIT_SECONDS) as answered:  # noqa: S310 - our own server
                return str(answered.read().decode())
        except OSError:
            time.sleep(0.2)
    raise AssertionError("no page came")
