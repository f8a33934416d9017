"""The report about pay data: made where a store is given, made again when it changes, and for its owner's eyes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from pay_files import REPORT, add, sheet

from compkit.batch.ledger.keys import CacheInputs
from compkit.batch.notebooks import PAY_STORE, find_notebooks
from compkit.batch.planning import Report, plan_reports
from compkit.batch.run.jobs import DEFAULT_OPTIONS
from compkit.cli import reports
from compkit.cli.main import run
from compkit.offers import load_offers, people_of
from compkit.reference import data_directory

NAME = "market_intelligence"
SAMPLE = data_directory() / "offers" / "sample.yaml"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Store where `compkit paydata` puts it, in the current folder."""
    monkeypatch.chdir(tmp_path)
    add(tmp_path / "paydata.duckdb", sheet(tmp_path / "a.csv", [REPORT]))
    return tmp_path / "paydata.duckdb"


@pytest.mark.parametrize(("has_pay_data", "n"), [(True, 1), (False, 0)])
def test_only_with_a_store(has_pay_data: bool, n: int) -> None:  # noqa: FBT001
    offers = load_offers(SAMPLE)
    planned = plan_reports(
        find_notebooks(None), offers, offers, people_of(offers), only_fitting=True, has_pay_data=has_pay_data
    )
    assert sum(one.notebook.name == NAME for one in planned) == n
    assert sum(one.notebook.name == "guide_audit" for one in planned) == 1


def test_a_report_that_is_asked_for_needs_no_store() -> None:
    offers = load_offers(SAMPLE)
    (planned,) = plan_reports(find_notebooks([NAME]), offers, offers, people_of(offers), has_pay_data=False)
    assert planned.notebook.name == NAME


def test_own_store_is_found_and_named_ones_get_their_whole_path(store: Path) -> None:
    added = reports._with_pay_data
    assert added({}, None, "self", None) == {"store": str(store)}
    assert added({}, ["guide_audit"], "self", None) == {}
    assert added({"store": "paydata.duckdb"}, None, "self", None) == {"store": str(store)}
    assert added({}, None, "self", Path("paydata.duckdb")) == {"store": str(store)}
    assert added({"store": "sample"}, None, "self", None) == {"store": "sample"}


def test_others_get_no_dots_and_no_store_that_nobody_named(store: Path) -> None:
    added = reports._with_pay_data
    assert added({}, None, "coach", None) == {}
    assert added({"store": "paydata.duckdb"}, None, "coach", None) == {"store": str(store), "show_few": False}
    (notebook,) = find_notebooks([NAME])
    assert notebook.is_private


def test_a_changed_store_makes_the_report_anew(store: Path) -> None:
    (notebook,) = find_notebooks([NAME])

    def data() -> str:
        inputs = CacheInputs({PAY_STORE: str(store)}, dt.date(2026, 11, 30), DEFAULT_OPTIONS)
        return inputs.parts(Report(notebook, None))["data"]

    before = data()
    assert data() == before
    add(store, sheet(store.parent / "b.csv", [REPORT | {"company": "Google"}]))
    assert data() != before


@pytest.mark.long
def test_a_run_makes_the_page_about_your_own_store(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["report", str(SAMPLE), "-o", "out", "--notebook", NAME, "--json"]
    assert run(words) == 0
    (made,) = json.loads(capsys.readouterr().out)["reports"]
    assert (made["notebook"], made["status"]) == (NAME, "ok")
    page = (store.parent / "out" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Your store has no reports of Amazon&#39;s engineering managers" in page
    assert "Made-up" not in page
    assert run(words) == 0
    assert json.loads(capsys.readouterr().out)["reports"][0]["status"] == "skipped"
