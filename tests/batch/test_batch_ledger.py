"""The ledger's file and the folder's lock: whole, private, refused if damaged."""

from __future__ import annotations

import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from compkit.batch.ledger.ledger import Ledger, LedgerError
from compkit.batch.ledger.ledger_file import LEDGER_FILE, is_ledger
from compkit.batch.ledger.locking import LOCK_FILE, folder_lock
from compkit.batch.publish.files import FileMark
from compkit.batch.run.jobs import Outcome, Recorded
from compkit.errors import InputError

posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes, links or limits")
MARK = FileMark("ab" * 32, 12, 34)
MADE = Outcome(
    None, 1.5, recorded=Recorded([{"figure": "total", "value": 0.1 + 0.2}], {"average": 1 / 3}), key="key", n_attempts=2
)
FAILED = Outcome("cell 2: no", 2.5, "outside", key="other")


def begun(ledger: Ledger, **values: Any) -> int:
    usual = {"report_date": dt.date(2026, 11, 22), "audience": "self", "parameters": {}, "notebooks": [], "inputs": []}
    return ledger.begin_run(**{**usual, **values})


def record_success(ledger: Ledger, run: int, offer: str | None = "a", outcome: Outcome = MADE) -> None:
    ledger.record_success(run, (offer, "each"), {"offer": "hash"}, outcome, {"each.html": MARK})


def test_what_is_entered_is_read_again_exactly(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        given = {"parameters": {"growth_rate": 0.1}, "notebooks": ["each"], "inputs": [{"name": "o", "sha256": None}]}
        run = begun(ledger, **given)
        record_success(ledger, run)
        record_success(ledger, run, None)
        ledger.end_run(run, "done")
    with closing(Ledger.open_read_only(tmp_path)) as ledger:
        general, own = ledger.reports()
        assert (general.folder, general.html, own.folder, own.html) == (None, "each.html", "a", "a/each.html")
        assert (own.key, own.parts, own.status, own.seconds) == ("key", {"offer": "hash"}, "ok", 1.5)
        assert (own.n_attempts, own.n_done, own.error, own.cause) == (2, 1, None, None)
        assert own.recorded == MADE.recorded
        assert own.files == {"each.html": MARK}
        assert ledger.reports(with_rows=False)[1].recorded == Recorded([], {"average": 1 / 3})
        assert ledger.report("a", "each") == own
        assert ledger.report("a", "other") is None
        (found,) = ledger.runs()
        assert (found.run_id, found.ending, found.audience, found.report_date) == (run, "done", "self", "2026-11-22")
        assert (found.parameters, found.notebooks, found.inputs) == (
            {"growth_rate": 0.1}, ("each",), ({"name": "o", "sha256": None},),
        )  # fmt: skip
        assert found.begun_at <= (found.ended_at or "") <= dt.datetime.now(dt.UTC).isoformat()


def test_a_failure_leaves_what_an_earlier_run_made(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        first, second = begun(ledger), begun(ledger)
        record_success(ledger, first)
        ledger.record_failure(second, ("a", "each"), FAILED)
        (row,) = ledger.reports()
        assert (row.status, row.error, row.cause, row.seconds, row.run_id) == (
            "failed",
            "cell 2: no",
            "outside",
            2.5,
            2,
        )
        assert (row.key, row.n_done, row.recorded, row.html) == ("key", 1, MADE.recorded, "a/each.html")
        record_success(ledger, second)
        (row,) = ledger.reports()
        assert (row.status, row.error, row.cause, row.n_done) == ("ok", None, None, 2)


def test_a_run_that_never_told_its_end_was_killed(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        begun(ledger)
    with closing(Ledger.open(tmp_path)) as ledger:
        begun(ledger)
        assert [run.ending for run in ledger.runs()] == ["killed", None]


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        run = begun(ledger)

        def enter_and_fail() -> None:
            with ledger.transaction():
                record_success(ledger, run)
                assert ledger.report("a", "each") is not None
                _ = 1 / 0

        with pytest.raises(ZeroDivisionError):
            enter_and_fail()
        assert ledger.reports() == []


def test_offers_keep_the_order_of_their_files(tmp_path: Path) -> None:
    """First the order of the run's files; then offers of other files, unless they never had a report."""
    with closing(Ledger.open(tmp_path)) as ledger:
        run = begun(ledger)
        ledger.record_offers({"b": {"company": "B"}, "a": {"company": "A"}, "never": {}}, ["b", "a", "never"])
        record_success(ledger, run, "a")
        record_success(ledger, run, "b")
        ledger.record_offers({"c": {}, "a": {"company": "Again"}}, ["c", "a"])
        assert [(offer.offer, offer.facts) for offer in ledger.offers()] == [
            ("c", {}), ("a", {"company": "Again"}), ("b", {"company": "B"}),
        ]  # fmt: skip
        ledger.record_offers({"a": {"company": "Again"}}, ["a", "b"])
        assert [offer.offer for offer in ledger.offers()] == ["a", "b"]


def test_it_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        record_success(ledger, begun(ledger))
        with closing(Ledger.open_read_only(tmp_path)) as reader:
            assert len(reader.reports()) == 1
            with pytest.raises(LedgerError, match="readonly"):
                reader.delete_reports([("a", "each")])
    assert [path.name for path in tmp_path.iterdir()] == [LEDGER_FILE]


@posix_only
def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(Ledger.open(tmp_path)) as ledger:
            record_success(ledger, begun(ledger))
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {LEDGER_FILE: 0o600, f"{LEDGER_FILE}-wal": 0o600, f"{LEDGER_FILE}-shm": 0o600}


def test_what_was_struck_out_is_gone_from_the_file(tmp_path: Path) -> None:
    secret = Outcome(None, 1.0, recorded=Recorded([{"figure": "grudge-holder"}]))
    with closing(Ledger.open(tmp_path)) as ledger:
        record_success(ledger, begun(ledger), outcome=secret)
    assert b"grudge-holder" in (tmp_path / LEDGER_FILE).read_bytes()
    with closing(Ledger.open(tmp_path)) as ledger:
        ledger.delete_reports([("a", "each")])
    assert b"grudge-holder" not in (tmp_path / LEDGER_FILE).read_bytes()


def _of_other_version(path: Path) -> None:
    with closing(Ledger.open(path.parent)):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 7")


def _of_another_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE runs (a)")


def _torn(path: Path) -> None:
    with closing(Ledger.open(path.parent)) as ledger:
        for _ in range(50):
            record_success(ledger, begun(ledger))
    data = path.read_bytes()
    path.write_bytes(data[:4096] + bytes(len(data) - 4096))


def _without_a_table(path: Path) -> None:
    with closing(Ledger.open(path.parent)):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE reports")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_of_other_version, "is of version 7, and this compkit reads version 1"),
        (_of_another_program, "is not a compkit ledger"),
        (lambda path: path.write_text("figures " * 1000), "is damaged"),
        (_torn, "is damaged"),
        (lambda path: path.mkdir(), "cannot be written"),
    ],
)
def test_what_is_no_sound_ledger_is_refused_and_left(spoil: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / LEDGER_FILE
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(InputError, match=message) as raised:
        Ledger.open(tmp_path)
    assert "\n" not in str(raised.value)
    assert (path.read_bytes() if path.is_file() else None) == before


def test_a_ledger_without_its_tables_is_one_line(tmp_path: Path) -> None:
    _without_a_table(tmp_path / LEDGER_FILE)
    with closing(Ledger.open(tmp_path)) as ledger, pytest.raises(LedgerError, match="cannot be read: no such table"):
        ledger.reports()


@posix_only
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").write_text("")
    for name in (LEDGER_FILE, LOCK_FILE):
        (tmp_path / "out" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="cannot be written"):
        Ledger.open(tmp_path / "out")
    with pytest.raises(InputError, match="cannot be locked"), folder_lock(tmp_path / "out"):
        pass
    assert (tmp_path / "elsewhere").read_text() == ""


def test_a_folder_without_one_has_none_to_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no ledger"):
        Ledger.open_read_only(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("offer", "../../elsewhere"), ("offer", "A"), ("notebook", "../each"), ("notebook", ""), ("notebook", ".."),
        ("html", "https://elsewhere"), ("html", "b/each.html"), ("status", "fine"), ("parts", "[]"), ("rows", "{"),
        ("files", json.dumps({"../each.html": ["", 0, 0]})), ("files", json.dumps({"each.html": [1]})),
    ],
)  # fmt: skip
def test_a_row_that_could_lead_astray_is_damage(column: str, value: str, tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        record_success(ledger, begun(ledger))
    with closing(sqlite3.connect(tmp_path / LEDGER_FILE)) as connection, connection:
        connection.execute(f"UPDATE reports SET {column} = ?", (value,))  # noqa: S608 - a column of this test's
    with (
        closing(Ledger.open_read_only(tmp_path)) as ledger,
        pytest.raises(LedgerError, match="is damaged: ") as raised,
    ):
        ledger.reports()
    assert "\n" not in str(raised.value)


def test_a_ledger_is_known_by_its_head(tmp_path: Path) -> None:
    assert not is_ledger(tmp_path / LEDGER_FILE)
    with closing(Ledger.open(tmp_path)):
        assert is_ledger(tmp_path / LEDGER_FILE)
    _of_another_program(tmp_path / "other.sqlite")
    assert not is_ledger(tmp_path / "other.sqlite")


def test_a_full_disk_is_one_line_and_what_was_stays(tmp_path: Path) -> None:
    with closing(Ledger.open(tmp_path)) as ledger:
        run = begun(ledger)
        record_success(ledger, run)
        ledger._connection.execute("PRAGMA max_page_count = 1")  # it never goes below the pages that there are
        large = Outcome(None, 1.0, recorded=Recorded([{"figure": "x" * 500_000}]))
        with pytest.raises(LedgerError, match="cannot be written: database or disk is full") as raised:
            record_success(ledger, run, "b", large)
        assert "\n" not in str(raised.value)
        assert [row.folder for row in ledger.reports()] == ["a"]


# The lock


HOLDER = """
import pathlib, sys, time
from compkit.batch.ledger.locking import folder_lock
with folder_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_two_processes_cannot_hold_one_folder(tmp_path: Path) -> None:
    """The system releases the lock however its holder ends."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match="is in use by another batch") as raised, folder_lock(tmp_path):
            pass
        assert "\n" not in str(raised.value)
    finally:
        holder.kill()
        holder.wait()
    with folder_lock(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == [LOCK_FILE]


def test_a_lock_is_freed_by_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), folder_lock(tmp_path):
        _ = 1 / 0
    with folder_lock(tmp_path):
        pass
