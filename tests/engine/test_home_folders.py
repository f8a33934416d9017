"""Folders in the place of a home that is missing or cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compkit.engine.processes import worker_environment

MOVED = ("XDG_CACHE_HOME", "MPLCONFIGDIR", "IPYTHONDIR")
NOWHERE = f"{os.devnull}/home"
"""No account can write there, root included."""


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MOVED:
        monkeypatch.delenv(name, raising=False)


def moved() -> dict[str, str]:
    """Return what workers find in their environment that stands otherwise in ours."""
    found = worker_environment("runtime")
    return {name: found[name] for name in (*MOVED, "HOME") if found.get(name) != os.environ.get(name)}


def test_a_home_that_can_be_written_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "made when needed"))
    assert moved() == {}
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "mine"))
    assert moved() == {}
    assert list(tmp_path.iterdir()) == []


def test_without_one_all_workers_share_folders_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", NOWHERE)
    found = moved()
    assert sorted(found) == sorted(MOVED)
    assert all(Path(folder).is_dir() and os.access(folder, os.W_OK) for folder in found.values())
    assert moved() == found


def test_a_setting_that_leads_nowhere_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MPLCONFIGDIR", NOWHERE)
    assert list(moved()) == ["MPLCONFIGDIR"]


def test_an_account_that_the_system_does_not_know_has_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container with a number in the place of an account: `~` stays `~`."""
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", str)
    assert sorted(moved()) == sorted((*MOVED, "HOME"))
