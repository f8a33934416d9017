"""What make does: the commands that it builds, and what it says while it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from compkit.dev import tasks

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the list of commands that are built in this test; none runs."""
    built: list[tuple[str, ...]] = []

    def run(*arguments: str, **_: object) -> int:
        built.append(arguments)
        return 0

    monkeypatch.setattr(tasks, "_run", run)
    return built


def test_lab_opens_a_folder_that_git_ignores(commands: list[tuple[str, ...]]) -> None:
    assert tasks.lab() == 0
    assert commands == [("-m", "compkit", "lab", "my-notebooks")]
    assert "/my-*/" in (tasks.ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_every_test_is_quick_or_long_and_ci_runs_both(commands: list[tuple[str, ...]], capsys: Capture) -> None:
    """Laws are run by both, in `test-long` with random examples that its seed gives again."""
    assert [tasks.test(), tasks.test_long()] == [0, 0]
    (quick, nbval, long), seed = commands, capsys.readouterr().err.split("COMPKIT_TEST_SEED=")[1].strip().rstrip(".")
    assert quick[-2:] == ("-m", "not long")
    assert "--nbval" in nbval
    assert ("-m", "long or hypothesis", "--hypothesis-profile=random", f"--hypothesis-seed={seed}") == long[-4:]
    run_by_ci = (tasks.ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert {"make test", "make test-long"} <= set(run_by_ci)
    assert tasks.TASKS["test-long"] is tasks.test_long


def test_setup_says_what_it_is_doing(
    commands: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    lock = tmp_path / "own.lock"
    lock.write_text("# pins\none==1.0 \\\n    --hash=sha256:00\ntwo==2.0 ; os_name == 'nt' \\\n    --hash=sha256:00\n")
    environment = tasks.Environment(tmp_path / ".venv", lock)
    monkeypatch.setattr(tasks.venv, "create", lambda folder, **_: folder.mkdir())
    assert tasks._create(environment) == 0
    assert [command[-1] for command in commands] == [str(lock), "."]
    assert capsys.readouterr().err.splitlines()[1:] == [
        ".venv: creating the environment ...",
        ".venv: installing the 2 packages of own.lock ...",
        ".venv: installing compkit itself ...",
        ".venv is ready.",
    ]


def test_a_setup_that_fails_stops_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    lock = tmp_path / "own.lock"
    lock.write_text("one==1.0\n")
    environment = tasks.Environment(tmp_path / ".venv", lock)
    monkeypatch.setattr(tasks.venv, "create", lambda folder, **_: folder.mkdir())
    monkeypatch.setattr(tasks, "_run", lambda *_, **__: 3)
    assert tasks._create(environment) == 3
    assert capsys.readouterr().err.splitlines()[-1] == ".venv: installing the 1 packages of own.lock ..."
    assert not environment.stamp.exists()


@pytest.mark.parametrize("entry", ["", "## [Unreleased]\n", "## [1.2.3]\n", "## [11.2.3] - 2026-12-01\n"])
def test_a_release_needs_a_dated_entry_in_the_changelog(
    entry: str, commands: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(f"# Changelog\n\n{entry}")
    monkeypatch.setattr(tasks, "CHANGELOG", changelog)
    monkeypatch.setattr(tasks, "_version", lambda: "1.2.3")
    assert tasks.release() == 1
    assert capsys.readouterr().err == (
        "CHANGELOG.md has no dated entry for 1.2.3: write one such as ## [1.2.3] - 2026-12-01.\n"
    )
    assert commands == []


def test_a_release_is_built_checked_and_tried(
    commands: list[tuple[str, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("## [1.2.3] - 2026-12-01\n")
    monkeypatch.setattr(tasks, "CHANGELOG", changelog)
    monkeypatch.setattr(tasks, "_version", lambda: "1.2.3")
    monkeypatch.setattr(tasks, "ROOT", tmp_path)
    monkeypatch.setattr(tasks, "_create", lambda _: 0)
    assert tasks.release() == 0
    assert [command[1] for command in commands] == [
        "hatchling", "twine", "check_wheel_contents", "pip", "compkit", "compkit", "compkit", "pytest",
    ]  # fmt: skip
    assert capsys.readouterr().err.splitlines()[-1] == "dist/ is ready. Tag this commit: git tag v1.2.3"
