"""What `compkit app` says when it can't serve."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from pay_files import add, reports, sheet

import compkit.app
from compkit.cli import run

OPEN = ["--host", "0.0.0.0"]  # noqa: S104 - nothing is served
Capture = pytest.CaptureFixture[str]


def refusal(capsys: Capture, *arguments: str) -> str:
    """Run the command; return its one line."""
    assert run(["app", *arguments, "--no-browser"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_without_voila_it_says_what_to_install(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compkit.cli.app.find_spec", lambda _name: None)
    assert refusal(capsys) == 'The app needs Voila. Install it: pip install "compkit[app]"\n'


def test_a_faulty_file_is_refused(capsys: Capture, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "offers: [{id: mine, company: Google, level: L5, location: Seattle, base_salary: -1}]", encoding="utf-8"
    )
    assert "base_salary" in refusal(capsys, str(file))
    assert "missing.yaml" in refusal(capsys, str(tmp_path / "missing.yaml"))


def test_a_port_in_use_is_refused(capsys: Capture) -> None:
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(capsys, "--port", str(port))
    assert said == f"--port: 127.0.0.1:{port} can't be used: Address already in use. Give another --port.\n"


def test_a_host_that_is_not_this_computer_s_is_refused(capsys: Capture) -> None:
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    said = refusal(capsys, "--host", "192.0.2.1", "--port", "0")  # an address for documentation, which nobody has
    assert said == "--host: 192.0.2.1:0 can't be used: Cannot assign requested address. Give another --host.\n"


@pytest.mark.parametrize("token", ["", "short", "with spaces and more", "sixteen-and-more&x=1"])
def test_a_weak_token_is_refused(capsys: Capture, token: str) -> None:
    assert "--token must have at least 16 letters" in refusal(capsys, "--token", token)


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], "paydata.duckdb"), (OPEN, None), ([*OPEN, "--store", "mine.duckdb"], "mine.duckdb"),
     (["--store", "mine.duckdb"], "mine.duckdb")],
)  # fmt: skip
def test_only_a_named_store_is_shown_to_others(
    words: list[str], expected: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most sources forbid to hand copies of their data on."""
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    monkeypatch.chdir(tmp_path)
    for name in ("paydata.duckdb", "mine.duckdb"):
        add(tmp_path / name, sheet(tmp_path / "a.csv", reports(1)))
    served: list[Path | None] = []
    monkeypatch.setattr(compkit.app, "serve", lambda _options, _file, _started, store: served.append(store))
    assert run(["app", *words, "--no-browser"]) == 0
    assert served == [Path(expected) if expected else None]


def test_a_store_that_cannot_be_read_is_refused(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("no store", encoding="utf-8")
    said = refusal(capsys, "--store", str(tmp_path / "text.duckdb"))
    assert "text.duckdb: can't be opened as a store of pay data." in said
    assert "none.duckdb: is no store of pay data." in refusal(capsys, "--store", str(tmp_path / "none.duckdb"))
