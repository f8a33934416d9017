"""A batch from end to end with small notebooks and real kernels: isolation, limits, repeatability, checking."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from sample_notebooks import write_notebook
from waiting import LONG_LIMIT_SECONDS, MAX_WAIT_SECONDS, have_exited, run_with_limits, wait_until

from compkit.batch import notebooks, refreshing
from compkit.batch.checking import check_reports
from compkit.batch.folder.results import BatchRun, ReportResult
from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import RunCallbacks, run_reports
from compkit.errors import InputError
from compkit.offers import Offers, load_offers

DAY = dt.date(2026, 11, 22)

PARAMETERS = """\
offers_file: str = "offer.json"
offer_id: str = "good"
report_date: str = "2000-01-01"
pid_file: str = ""
growth_rate: float = 0.0
show_controls: bool = True
"""
LOAD = (
    "import json, os, pathlib, subprocess, sys\noffer = json.loads(pathlib.Path(offers_file).read_text())['offers'][0]"
)
TROUBLE = """\
if offer["level"] == "breaks":
    raise ValueError("no such\\nthing")
if offer["level"] == "leaves":
    sys.exit(0)
if offer["level"] == "dies":
    os.kill(os.getpid(), 9)
while offer["level"] == "hangs":
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    pathlib.Path(pid_file).write_text(f"{os.getpid()} {child.pid}")
    try:
        while True: pass
    except KeyboardInterrupt:
        pass
"""
PICTURE = """\
from IPython.display import display
png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
display({"image/png": png, "text/plain": "Figure: a dot"}, raw=True, metadata={"image/png": {"alt": "a dot"}})
print(offer["company"], report_date, show_controls)
"""
FIGURES = """\
rows = [{"figure": "third", "value": offer["base_salary"] / 3, "unit": "USD", "source_ids": "offer", "as_of": ""}]
summary = {"company": offer["company"], "average": offer["base_salary"] / 3}
display({"application/vnd.compkit.figures+json": {"rows": rows, "summary": summary}, "text/plain": "1"}, raw=True)
"""
OFFERS = """\
schema: compkit/offers@1
offers:
  - {id: good, company: <script>alert(1)</script>, level: good, location: Seattle, base_salary: 175000}
  - {id: breaks, company: "=cmd()", level: breaks, location: Seattle, base_salary: 175000}
  - {id: leaves, company: Leaves, level: leaves, location: Seattle, base_salary: 175000}
  - {id: dies, company: Dies, level: dies, location: Seattle, base_salary: 175000}
  - {id: hangs, company: Hangs, level: hangs, location: Seattle, base_salary: 175000}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with the offers and three notebooks, one of each kind."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "offers.yaml").write_text(OFFERS, encoding="utf-8")
    write_notebook(folder / "kit" / "each.ipynb", PARAMETERS, LOAD, TROUBLE, PICTURE, FIGURES)
    whole = "import json\nlen(json.load(open(offers_file))['offers'])"
    write_notebook(folder / "kit" / "whole.ipynb", 'offers_file: str = ""', whole)
    write_notebook(folder / "kit" / "free.ipynb", "only: bool = True", "only")
    return folder


@pytest.fixture(scope="module")
def offers(place: Path) -> Offers:
    return load_offers(place / "offers.yaml")


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int, ReportResult]]:
    return []


@pytest.fixture(scope="module")
def limit_and_run(place: Path, offers: Offers, told: list[tuple[int, int, ReportResult]]) -> tuple[float, BatchRun]:
    """Batch of all reports, and a time limit in which this machine makes all but the hung one."""

    def run(limit_seconds: float) -> BatchRun:
        told.clear()
        shutil.rmtree(place / "out", ignore_errors=True)
        return run_reports(
            offers,
            place / "out",
            notebooks=["each", "whole", "free"],
            parameters={"pid_file": str(place / "pids"), "growth_rate": 1},
            report_date=DAY,
            options=RunOptions(n_workers=2, timeout_seconds=limit_seconds, notebook_folder=place / "kit"),
            callbacks=RunCallbacks(progress=lambda *told_now: told.append(told_now)),
        )

    def is_the_hung_one_late_alone(run: BatchRun) -> bool:
        late = [result.offer for result in run.results if "TimeoutError" in str(result.error)]
        return late == ["hangs"] and (place / "pids").exists()

    return run_with_limits(run, is_the_hung_one_late_alone)


@pytest.fixture(scope="module")
def run(limit_and_run: tuple[float, BatchRun]) -> BatchRun:
    return limit_and_run[1]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.long
def test_one_failure_stops_nothing(
    limit_and_run: tuple[float, BatchRun], told: list[tuple[int, int, ReportResult]]
) -> None:
    limit, run = limit_and_run
    errors = {(result.offer, result.notebook): result.error for result in run.results}
    late = f"cell 4: TimeoutError: the report took longer than {limit:g} s and was ended."
    dead = "cell 4: the report's process was killed by SIGKILL; it may have run out of memory."
    assert errors == {
        ("good", "each"): None,
        ("breaks", "each"): "cell 4: ValueError: no such thing",
        ("leaves", "each"): "cell 4: SystemExit: the notebook stopped before its end.",
        ("dies", "each"): dead,
        ("hangs", "each"): late,
        (None, "whole"): None,
        (None, "free"): None,
    }
    assert [done for done, _, _ in told] == [1, 2, 3, 4, 5, 6, 7]
    assert {total for _, total, _ in told} == {7}
    assert run.n_failed == 4


@pytest.mark.long
def test_a_hung_report_leaves_no_process(run: BatchRun, place: Path) -> None:
    assert run.n_failed == 4
    pids = [int(pid) for pid in (place / "pids").read_text().split()]
    assert len(pids) == 2
    wait_until(lambda: have_exited(pids))


@pytest.mark.long
def test_nothing_is_half_written(run: BatchRun) -> None:
    assert sorted(contents(run.directory)) == [
        ".compkit.lock", "free.html", "free.ipynb", "good/each.html", "good/each.ipynb", "good/figures.csv",
        "good/offer.json", "index.html", "ledger.sqlite", "people/you/index.html", "people/you/offers.json",
        "people/you/whole.html", "people/you/whole.ipynb", "run.json", "summary.csv", "summary.parquet", "summary.xlsx",
    ]  # fmt: skip
    if os.name == "posix":
        modes = {path.stat().st_mode & 0o777 for path in run.directory.rglob("*")}
        assert modes == {0o600, 0o700}


@pytest.mark.long
def test_a_report_tells_what_it_was_made_from(run: BatchRun) -> None:
    notebook = json.loads((run.directory / "good" / "each.ipynb").read_text())
    injected = next(cell for cell in notebook["cells"] if cell["id"] == "injected-parameters")
    for line in (
        'offers_file = "offer.json"',
        'report_date = "2026-11-22"',
        "show_controls = False",
        "growth_rate = 1.0",
    ):
        assert line in "".join(injected["source"])
    assert b"0.3333333" not in (run.directory / "good" / "figures.csv").read_bytes()
    assert "each,third,58333.333333333336,USD,offer," in (run.directory / "good" / "figures.csv").read_text()
    assert run.lines[0].values["average"] == 175000 / 3
    assert run.lines[1].values["company"] == "=cmd()"
    record = json.loads((run.directory / "run.json").read_text())
    assert record["inputs"][0]["name"] == "offers.yaml"
    assert len(record["inputs"][0]["sha256"]) == 64


@pytest.mark.long
def test_hostile_names_are_harmless_in_pages(run: BatchRun) -> None:
    for path in run.directory.rglob("*.html"):
        assert "<script>alert" not in path.read_text()
    assert 'alt="a dot"' in (run.directory / "good" / "each.html").read_text()


@pytest.mark.long
def test_a_second_run_gives_the_same_bytes(run: BatchRun, place: Path, offers: Offers) -> None:
    before = contents(run.directory)
    good = Offers([offers[0]])
    parameters = {"pid_file": str(place / "pids"), "growth_rate": 1.0}
    again = run_reports(
        good, run.directory, notebooks=["each"], parameters=parameters, report_date=DAY,
        options=RunOptions(notebook_folder=place / "kit", resume=False),
    )  # fmt: skip
    assert [result.status for result in again.results] == ["ok"]
    after = contents(run.directory)
    same = ("good/each.ipynb", "good/each.html", "good/figures.csv", "good/offer.json")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert b"image/png" in after["good/each.ipynb"]


@pytest.mark.long
def test_a_failure_leaves_the_earlier_report(run: BatchRun, place: Path, offers: Offers, tmp_path: Path) -> None:
    shutil.copytree(run.directory / "good", tmp_path / "out" / "good")
    before = contents(tmp_path / "out" / "good")
    write_notebook(tmp_path / "kit" / "each.ipynb", PARAMETERS, "1 / 0")
    good = Offers([offers[0]])
    options = RunOptions(notebook_folder=tmp_path / "kit")
    again = run_reports(good, tmp_path / "out", notebooks=["each"], report_date=DAY, options=options)
    assert again.results[0].error == "cell 3: ZeroDivisionError: division by zero"
    assert contents(tmp_path / "out" / "good") == before
    assert "cell 3: ZeroDivisionError" in (tmp_path / "out" / "index.html").read_text()
    assert place.is_dir()


@pytest.mark.long
def test_a_check_names_the_cell_that_changed(run: BatchRun, tmp_path: Path) -> None:
    shutil.copytree(run.directory / "good", tmp_path / "changed")
    offer = (tmp_path / "changed" / "offer.json").read_text()
    (tmp_path / "changed" / "offer.json").write_text(offer.replace("175000", "185000"))
    shutil.copy(run.directory / "free.ipynb", tmp_path)
    told: list[str] = []
    changed, free = check_reports(tmp_path, 2, lambda done, total, result: told.append(f"{done}/{total} {result.path}"))
    assert (changed.path, changed.status, changed.cell) == ("changed/each.ipynb", "changed", 6)
    was, now = ([line for line in changed.detail.splitlines() if line.startswith(word)] for word in ("was: ", "now: "))
    assert "58333.333333333336" in "".join(was)
    assert "61666.666666666664" in "".join(now)
    assert (free.path, free.status, free.cell) == ("free.ipynb", "ok", None)
    assert len(told) == 2


def test_a_check_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no report notebooks"):
        check_reports(tmp_path)
    with pytest.raises(InputError, match="is not a folder"):
        check_reports(tmp_path / "missing")


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"growth_rat": 0.1}, "Did you mean 'growth_rate'?"),
        ({"growth_rate": "much"}, "each.ipynb, parameters: growth_rate must be a number"),
        ({"offer_id": "other"}, "offer_id is set for each report"),
    ],
)
def test_unfit_parameters_write_nothing(
    parameters: dict[str, object], message: str, place: Path, offers: Offers, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as raised:
        run_reports(
            offers, tmp_path / "out", notebooks=["each", "free"], parameters=parameters, report_date=DAY,
            options=RunOptions(notebook_folder=place / "kit"),
        )  # fmt: skip
    assert message in str(raised.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("usual_signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.long
def test_a_driver_that_ends_leaves_no_kernel(how: signal.Signals, place: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"""
import datetime as dt, pathlib
from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import run_reports
from compkit.offers import Offers, load_offers
offers = Offers([load_offers({str(place / "offers.yaml")!r}).entry("hangs")])
run_reports(offers, pathlib.Path({str(tmp_path / "out")!r}), notebooks=["each"], report_date=dt.date(2026, 11, 22),
            parameters={{"pid_file": {str(pids)!r}}},
            options=RunOptions(
                timeout_seconds={LONG_LIMIT_SECONDS}, notebook_folder=pathlib.Path({str(place / "kit")!r})))
"""
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.DEVNULL, env=environment) as driver:
        try:
            wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
            started = [child.pid for child in psutil.Process(driver.pid).children(recursive=True)]
            driver.send_signal(how)
            assert driver.wait(timeout=MAX_WAIT_SECONDS) != 0
        finally:
            driver.kill()
    started += [int(pid) for pid in pids.read_text().split()]
    wait_until(lambda: have_exited(started))
    wait_until(lambda: list((tmp_path / "temporary").iterdir()) == [])
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    if how == signal.SIGINT:
        assert left == [
            ".compkit.lock",
            "index.html",
            "ledger.sqlite",
            "run.json",
            "summary.csv",
            "summary.parquet",
            "summary.xlsx",
        ]
    else:
        assert ["ledger.sqlite-wal" in left, any(name.startswith(".compkit-") for name in left)] == [True, True]


@pytest.mark.long
def test_refreshing_keeps_outputs_and_leaves_pictures_out(tmp_path: Path) -> None:
    picture = PICTURE.replace('print(offer["company"], report_date, show_controls)', "day")
    path = write_notebook(tmp_path / "one.ipynb", 'day: str = "x"', picture)
    broken = write_notebook(tmp_path / "two.ipynb", 'day: str = "x"', "nothing")
    before = broken.read_bytes()
    assert refreshing.refresh_notebooks(tmp_path) == ["two.ipynb: cell 2: NameError: name 'nothing' is not defined"]
    assert broken.read_bytes() == before
    text = path.read_text()
    assert "image/png" in text  # its alt text
    assert "iVBORw0KGgo" not in text.split('"outputs"')[-1].split('"source"')[0]
    (one,) = check_reports(tmp_path)[:1]
    assert (one.path, one.status) == ("one.ipynb", "ok")
    assert {found.name for found in tmp_path.iterdir()} == {"one.ipynb", "two.ipynb"}


@pytest.mark.long
def test_golden_reports_are_bare_and_stale_ones_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kit = tmp_path / "kit"
    for name in ("offer_evaluation", "location_analysis", "ai_ml_premiums", "negotiation_plan"):
        write_notebook(kit / f"{name}.ipynb", 'offers_file: str = ""\noffer_id: str = ""', "offer_id")
    for name in ("offer_comparison", "hiring_process", "onboarding_plan"):
        write_notebook(kit / f"{name}.ipynb", 'offers_file: str = ""', "offers_file")
    write_notebook(kit / "guide_audit.ipynb", "only: bool = True", "only")
    # One line alone would be IPython's command %store.
    write_notebook(kit / "market_intelligence.ipynb", 'store: str = ""\nonly: bool = True', "only")
    monkeypatch.setattr(notebooks, "notebook_directory", lambda: kit)
    offers_file = tmp_path / "offers.yaml"
    offers_file.write_text("\n".join(OFFERS.splitlines()[:3]))
    gone = tmp_path / "golden" / "gone"
    gone.mkdir(parents=True)
    (gone / "offer.json").write_text('{"schema": "compkit/offers@1", "offers": [{"id": "gone"}]}')
    left = tmp_path / "golden" / "people" / "left"
    left.mkdir(parents=True)
    (left / "offers.json").write_text('{"schema": "compkit/offers@1", "offers": []}')
    (tmp_path / "golden" / "README.md").write_text("kept")
    assert refreshing.main(["golden", str(offers_file), str(tmp_path / "golden"), DAY.isoformat()]) == 0
    assert sorted(contents(tmp_path / "golden")) == [
        "README.md", "good/ai_ml_premiums.ipynb", "good/location_analysis.ipynb",
        "good/negotiation_plan.ipynb", "good/offer.json",
        "good/offer_evaluation.ipynb", "guide_audit.ipynb", "market_intelligence.ipynb",
        "people/you/hiring_process.ipynb", "people/you/offer_comparison.ipynb", "people/you/offers.json",
        "people/you/onboarding_plan.ipynb",
    ]  # fmt: skip
    assert sorted(path.name for path in tmp_path.iterdir()) == ["golden", "kit", "offers.yaml"]


@pytest.mark.parametrize("arguments", [[], ["golden", "a.yaml"], ["golden", "missing.yaml", "golden", "2026-11-22"]])
def test_refreshing_refuses_what_it_cannot_do(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refreshing.main(arguments) == 2
    assert list(tmp_path.iterdir()) == []
