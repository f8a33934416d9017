"""Reports in a store: the same bytes there, resume on another machine, no secrets shown, no partial files."""

from __future__ import annotations

import contextlib
import datetime as dt
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest

from compkit.batch.folder.results import BatchRun
from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import run_reports
from compkit.batch.store.remote_files import StorageError
from compkit.batch.store.storage import LEDGER_FILE, Store, open_store
from compkit.batch.store.store_address import StoreAddress, parse_output
from compkit.errors import CompkitError, InputError
from compkit.offers import load_offers

PAGE, NOTEBOOK = "one/offer_evaluation.html", "one/offer_evaluation.ipynb"


def address(url: str) -> StoreAddress:
    place = parse_output(url)
    assert isinstance(place, StoreAddress)
    return place


def write(folder: Path, **contents: str) -> list[str]:
    """Write the two files of a report; return their names in the order of publication."""
    for name, text in ((PAGE, contents.get("page", "<p>page</p>")), (NOTEBOOK, contents.get("notebook", "{}"))):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return [PAGE, NOTEBOOK]


@contextlib.contextmanager
def ledger(folder: Path) -> Iterator[sqlite3.Connection]:
    """Yield a ledger as open during a batch: new rows are in the log beside it until it is closed."""
    connection = sqlite3.connect(folder / LEDGER_FILE, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS files (name TEXT)")
        yield connection
    finally:
        connection.close()


def entered(folder: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / LEDGER_FILE)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM files ORDER BY rowid")]


def publish(store: Store, connection: sqlite3.Connection, names: list[str]) -> None:
    """Do as the publisher does: first the files, then their rows."""
    store.upload(names)
    connection.executemany("INSERT INTO files VALUES (?)", [(name,) for name in names])


def is_same(_path: Path) -> bool:
    return True


@pytest.fixture
def memory() -> Iterator[Any]:
    """Fsspec's in-memory store, empty."""
    file_system = fsspec.filesystem("memory")
    file_system.store.clear()
    yield file_system
    file_system.store.clear()


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """Client of a local S3 server with a bucket; s3:// leads there too."""
    server_module = pytest.importorskip("moto.server", reason="needs an S3 server: pip install 'moto[s3,server]'")
    pytest.importorskip("s3fs", reason="needs s3fs: pip install s3fs")
    import boto3

    server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (
            ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            patch.setenv(name, value)
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        client = boto3.client("s3")
        client.create_bucket(Bucket="offers")
        yield client
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    server.stop()


def objects(client: Any, prefix: str) -> dict[str, bytes]:
    found = client.list_objects_v2(Bucket="offers", Prefix=f"{prefix}/").get("Contents", [])
    return {
        entry["Key"].removeprefix(f"{prefix}/"): client.get_object(Bucket="offers", Key=entry["Key"])["Body"].read()
        for entry in found
    }


def test_objects_equal_the_files_and_another_machine_goes_on(s3: Any, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    store = open_store(address("s3://offers/four/"), here)
    with store.session(), ledger(here) as connection:
        publish(store, connection, write(here))
        (here / "index.html").write_text("<p>all offers</p>")
        (here / "private.txt").write_text("not asked for")
    kept = objects(s3, "four")
    assert kept.keys() == {PAGE, NOTEBOOK, "index.html", LEDGER_FILE}
    for name in (PAGE, NOTEBOOK, "index.html"):
        assert kept[name] == (here / name).read_bytes()

    again = open_store(address("s3://offers/four"), there)
    with again.session():
        assert entered(there) == [PAGE, NOTEBOOK]
        assert (there / LEDGER_FILE).stat().st_mode & 0o777 == 0o600
        assert again.has(PAGE)
        assert again.is_whole(PAGE, len("<p>page</p>"), is_same)
        assert not again.is_whole(PAGE, 3, is_same)
        assert not again.is_whole("two/offer_evaluation.html", 3, is_same)


def test_a_ledger_is_taken_over_only_where_somebody_else_wrote_it(memory: Any, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    with (store := open_store(address("memory://shared"), here)).session(), ledger(here) as connection:
        publish(store, connection, write(here))
    # A batch that was killed has entered what the store has not heard of.
    with ledger(here) as connection:
        connection.execute("INSERT INTO files VALUES ('killed.html')")
    with open_store(address("memory://shared"), here).session():
        assert entered(here) == [PAGE, NOTEBOOK, "killed.html"]
    # Another machine works there; what lies here is old now, also what is beside the ledger.
    with (other := open_store(address("memory://shared"), there)).session(), ledger(there) as connection:
        publish(other, connection, write(there, page="<p>other</p>"))
    (here / f"{LEDGER_FILE}-wal").write_bytes(b"of the old one")
    with open_store(address("memory://shared"), here).session():
        assert entered(here) == [PAGE, NOTEBOOK, "killed.html", PAGE, NOTEBOOK]
    assert bytes(memory.cat(f"/shared/{PAGE}")) == b"<p>other</p>"


def test_what_is_only_here_is_copied_and_what_was_changed_is_not_whole(memory: Any, tmp_path: Path) -> None:
    store = open_store(address("memory://shared"), tmp_path)
    with store.session():
        write(tmp_path)
        assert not store.is_whole(PAGE, len("<p>page</p>"), lambda _: False)
        assert not memory.exists(f"/shared/{PAGE}")
        assert store.is_whole(PAGE, len("<p>page</p>"), is_same)
        assert bytes(memory.cat(f"/shared/{PAGE}")) == b"<p>page</p>"


def test_what_is_removed_is_gone_there_and_what_is_not_there_is_passed_over(memory: Any, tmp_path: Path) -> None:
    store = open_store(address("memory://shared"), tmp_path)
    with store.session():
        write(tmp_path)
        assert store.is_whole(PAGE, len("<p>page</p>"), is_same)
        store.remove([PAGE, "never.html"])
        assert not memory.exists(f"/shared/{PAGE}")
        assert not store.has(PAGE)


class _FullError(Exception):
    """An error of a store's library, with the address in its text."""


@pytest.mark.parametrize("n_taken", range(11))
def test_wherever_it_breaks_off_the_ledger_there_names_only_files_that_are_there(
    n_taken: int, memory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, taken = tmp_path / "here", []
    real_put = type(memory).put

    def put(self: Any, sources: list[str], targets: list[str]) -> None:
        if len(taken) == n_taken:
            raise _FullError("no room\nat memory://me:sesame@shared/reports?token=abc")
        taken.append(targets)
        real_put(self, sources, targets)

    monkeypatch.setattr(type(memory), "put", put)
    monkeypatch.setattr("compkit.batch.store.storage._AT_LEAST_SECONDS", 0.0)
    monkeypatch.setattr("compkit.batch.store.storage._SHARE_OF_TIME", float("inf"))
    store = open_store(address("memory://me:sesame@shared/reports?token=abc"), here)
    lines = []
    with contextlib.suppress(StorageError), store.session(), ledger(here) as connection:
        for offer in ("one", "two", "three"):
            names = [f"{offer}/{name}" for name in ("a.html", "a.pdf", "a.ipynb")]
            (here / offer).mkdir()
            for name in names:
                (here / name).write_text(name)
            try:
                publish(store, connection, names)
            except OSError as error:  # what fails this report, and no other
                lines.append(str(error))
    there = {path.removeprefix(store._files._root + "/") for path in memory.store}
    assert set(lines) <= {line for line in lines if line.startswith("memory://me@shared/reports did not take ")}
    assert not any("sesame" in line or "abc" in line or "\n" in line for line in lines)
    for notebook in [name for name in there if name.endswith(".ipynb")]:
        assert {notebook.replace(".ipynb", ending) for ending in (".html", ".pdf")} <= there
    if LEDGER_FILE in there:
        memory.get_file(f"{store._files._root}/{LEDGER_FILE}", str(tmp_path / LEDGER_FILE))
        assert set(entered(tmp_path)) <= there
    assert len(there) == 0 or n_taken > 0


def test_a_store_of_files_shows_no_part_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared, here = tmp_path / "shared", tmp_path / "here"
    left_over = shared / "one" / ".compkit-part-0123"
    left_over.parent.mkdir(parents=True)
    left_over.write_text("half")
    store = open_store(address(f"local://{shared}"), here)
    assert not left_over.exists()
    with store.session():
        store.upload(write(here, page="old"))
        moves = []
        real_move = type(fsspec.filesystem("local")).mv
        monkeypatch.setattr(type(fsspec.filesystem("local")), "mv", lambda *given, **_: moves.append(given[1:]))
        store.upload(write(here, page="new"))
        assert (shared / PAGE).read_text() == "old"
        monkeypatch.setattr(type(fsspec.filesystem("local")), "mv", real_move)
        assert [Path(target) for _, target in moves] == [shared / PAGE, shared / NOTEBOOK]
        assert [Path(part).read_text() for part, _ in moves] == ["new", "{}"]
        assert {Path(part).parent for part, _ in moves} == {shared / "one"}
    with pytest.raises(InputError, match=f"-o local://{shared} holds files that are not compkit's."):
        open_store(address(f"local://{shared}"), tmp_path / "third")
    (shared / "run.json").write_text('{"schema": "compkit/run@1"}')
    assert open_store(address(f"local://{shared}"), tmp_path / "third").has(PAGE)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://key:sesame@bucket/x", "-o must not hold keys. Give them as the store's own tools take them"),
        ("s3:///x", "-o must name a bucket: s3://BUCKET/PREFIX."),
        ("s3://bucket/../x", "-o must not hold '.' or '..' between slashes."),
        ("simplecache::s3://bucket/x", None),
        ("gs://bucket/a::b", "-o must be one plain address: no control characters, no '::'."),
        ("s3://bucket/a\nb", "-o must be one plain address: no control characters, no '::'."),
        ("s3://[bucket/x", "-o is not an address: its host cannot be read."),
    ],
)
def test_an_address_that_no_store_can_have(url: str, message: str | None) -> None:
    if message is None:
        assert parse_output(url) == Path(url)
        return
    with pytest.raises(InputError) as raised:
        parse_output(url)
    assert str(raised.value).startswith(message)
    assert "sesame" not in str(raised.value)


def test_a_folder_stays_a_folder_and_passwords_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_output("reports/mine") == Path("reports/mine")
    assert parse_output("C:\\reports") == Path("C:\\reports")
    assert parse_output("file:///srv/reports") == Path("/srv/reports")
    one, other = address("sftp://me:ses%40me@host/x?key=abc"), address("sftp://me:changed@host/x/")
    assert one.shown == other.shown == "sftp://me@host/x"
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert one.cache_folder == other.cache_folder != address("sftp://you@host/x").cache_folder
    told = one.without_secrets("sftp://me:ses%40me@host/x?key=abc, ses@me, abc, other")
    assert told == "sftp://me@host/x, ***, ***, other"


def test_a_store_that_cannot_be_used_is_refused_before_anything_is_made(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusal(url: str, folder: Path = tmp_path / "never") -> str:
        with pytest.raises(InputError) as raised:
            open_store(address(url), folder)
        assert len(str(raised.value).splitlines()) == 1
        return str(raised.value)

    assert refusal("s3://nobody/x").startswith("-o s3://nobody/x cannot be written: ")
    assert refusal("nope://x/y").startswith("-o does not know nope://.")
    s3.put_object(Bucket="offers", Key="theirs/holiday.jpg", Body=b"jpg")
    assert refusal("s3://offers/theirs") == (
        "-o s3://offers/theirs holds files that are not compkit's. Choose an empty path there."
    )
    assert objects(s3, "theirs") == {"holiday.jpg": b"jpg"}
    monkeypatch.setattr(fsspec.core, "url_to_fs", _missing_package)
    assert refusal("sftp://me:sesame@host/x") == (
        "-o sftp://me@host/x needs a package that is not installed: ImportError: no paramiko for *** at host"
    )
    monkeypatch.undo()
    assert not (tmp_path / "never").exists()
    open_store(address("memory://one"), tmp_path / "cache")
    assert refusal("memory://two", tmp_path / "cache").endswith("is the cache of another store. Choose another folder.")


def _missing_package(*_: object, **__: object) -> None:
    raise ImportError("no paramiko for sesame at host")


def test_a_server_that_is_not_there_is_told_in_one_line(
    s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(InputError, match=r"^-o s3://offers/gone cannot be listed: ") as raised:
        open_store(address("s3://offers/gone"), tmp_path / "never")
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    assert len(str(raised.value).splitlines()) == 1
    assert not (tmp_path / "never").exists()
    assert s3.list_buckets()["Buckets"]


def test_what_a_store_refuses_is_an_error_of_files_and_of_ours() -> None:
    assert issubclass(StorageError, OSError)
    assert issubclass(StorageError, CompkitError)


@pytest.mark.usefixtures("one_fork_server")
def test_a_batch_into_a_bucket_goes_on_from_an_empty_cache(s3: Any, tmp_path: Path) -> None:
    from sample_notebooks import write_notebook

    write_notebook(tmp_path / "kit" / "each.ipynb", 'offers_file: str = ""\noffer_id: str = ""', "offer_id")
    (tmp_path / "offers.yaml").write_text(
        "schema: compkit/offers@1\noffers:\n"
        "  - {id: one, company: One, level: L6, location: Seattle, base_salary: 175000}\n"
    )

    def make(cache: Path) -> BatchRun:
        options = RunOptions(notebook_folder=tmp_path / "kit", cache=cache)
        return run_reports(offers, place, notebooks=["each"], report_date=dt.date(2026, 11, 22), options=options)

    offers, place = load_offers(tmp_path / "offers.yaml"), address("s3://offers/batch")
    made = make(tmp_path / "here")
    assert [result.status for result in made.results] == ["ok"]
    kept = objects(s3, "batch")
    names = {"one/each.html", "one/each.ipynb", "one/figures.csv", "one/offer.json", "index.html", "run.json"}
    assert names < kept.keys()
    assert {name: kept[name] for name in names} == {name: (tmp_path / "here" / name).read_bytes() for name in names}
    again = make(tmp_path / "there")
    assert [result.status for result in again.results] == ["skipped"]
    assert not (tmp_path / "there" / "one").exists()
    assert {name: data for name, data in objects(s3, "batch").items() if name.startswith("one/")} == {
        name: data for name, data in kept.items() if name.startswith("one/")
    }
