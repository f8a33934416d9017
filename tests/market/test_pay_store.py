"""One store for commands, Python and pages: where it is found, what a report keeps, and that all say the same."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import answered
from pay_files import TABLES, add, reports, sheet

import compkit
from compkit.analysis import Evaluation
from compkit.batch.folder.documents import offers_document
from compkit.market import PayStore
from compkit.model import Reported
from compkit.offers import entry_for, load_offers
from compkit.paydata import find_pay_store
from compkit.reference import records

ON = dt.date(2026, 12, 1)
OFFERS = (
    "offers:\n- {id: one, company: Amazon, level: L6, location: Seattle, base_salary: 172000, status: written,"
    " contact: {title: Software Development Manager}}\n"
)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder with an offers file in `job/mine`, and elsewhere the current one; five bases, of which p25 is 175,000."""
    (tmp_path / "job" / "mine").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    (tmp_path / "job" / "mine" / "offers.yaml").write_text(OFFERS)
    add(tmp_path / "pay.duckdb", sheet(tmp_path / "a.csv", reports(5)))
    return tmp_path / "job"


def low_of(evaluation: Evaluation) -> tuple[str, float]:
    row = next(row for row in records(evaluation.market) if row["component"] == "base_salary")
    return row["source"], row["low"]


PLACES = {"the current folder": "elsewhere", "beside the offers": "job/mine", "one folder above": "job"}
LOADERS: dict[str, Callable[[str, str | None], Evaluation]] = {
    "read_offers": lambda file, store: compkit.read_offers(file, store=store)["one"].evaluate("2026-12-01"),
    "compare_all": lambda file, store: compkit.read_offers(file, store=store).compare_all(date=ON).evaluations[0],
    "evaluation": lambda file, store: compkit.load_evaluation(file, "one", report_date="2026-12-01", store=store),
    "comparison": lambda file, store: compkit.load_comparison(
        file, report_date="2026-12-01", n_paths=10, store=store
    ).evaluations[0],
    "decision": lambda file, store: compkit.load_decision(
        file, report_date="2026-12-01", store=store
    ).evaluation("one"),
    "plan": lambda file, store: compkit.load_negotiation_plan(
        file, "one", report_date="2026-12-01", store=store
    ).evaluation,
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_commands_and_python_find_the_same_store(job: Path, place: str) -> None:
    (job.parent / "pay.duckdb").rename(job.parent / PLACES[place] / "paydata.duckdb")
    file = str(job / "mine" / "offers.yaml")
    told = answered("market", file, "--today", "2026-12-01")[1]["offers"][0]
    assert [told["components"]["base_salary"][name] for name in ("source", "low")] == ["reported", 175_000]
    assert {name: low_of(load(file, None)) for name, load in LOADERS.items()} == dict.fromkeys(
        LOADERS, ("reported", 175_000)
    )
    rows = records(compkit.read_offers(file)["one"].evaluate(ON).market)
    assert {row["component"]: row["verdict"] for row in rows} == {
        name: component["verdict"] for name, component in told["components"].items()
    }


def test_a_store_two_folders_above_is_not_yours(job: Path) -> None:
    (job.parent / "pay.duckdb").rename(job.parent / "paydata.duckdb")
    file = str(job / "mine" / "offers.yaml")
    assert "reported" not in answered("market", file, "--today", "2026-12-01")[1]["offers"][0]
    assert {name: low_of(load(file, None)) for name, load in LOADERS.items()} == dict.fromkeys(
        LOADERS, ("guide", 170_000)
    )


def test_the_current_folder_comes_first_and_a_name_before_all(job: Path) -> None:
    file = str(job / "mine" / "offers.yaml")
    for folder in (job, job / "mine", Path()):
        (folder / "paydata.duckdb").touch()
        assert find_pay_store(None, [file]) == folder / "paydata.duckdb"
    assert find_pay_store("other.duckdb", [file]) == Path("other.duckdb")


def test_a_named_store_is_used_everywhere(job: Path) -> None:
    file, store = str(job / "mine" / "offers.yaml"), str(job.parent / "pay.duckdb")
    assert {name: low_of(load(file, store)) for name, load in LOADERS.items()} == dict.fromkeys(
        LOADERS, ("reported", 175_000)
    )


def test_the_day_of_the_report_decides_which_reports_count(job: Path) -> None:
    """They are of June 1, 2026: three years end on June 1, 2029, and tomorrow's reports don't count."""
    file, store = job / "mine" / "offers.yaml", str(job.parent / "pay.duckdb")
    offer = compkit.read_offers(file, store=store)["one"]
    found = {}
    for day in ("2026-05-31", "2026-06-01", "2029-05-31", "2029-06-01"):
        found[day] = offer.evaluate(day).entry.reported
        told = answered("market", file, "--store", store, "--today", day)[1]["offers"][0]
        assert told["components"]["base_salary"]["low"] == low_of(offer.evaluate(day))[1]
    assert [bool(said and said.pay) for said in found.values()] == [False, True, True, False]


def test_what_a_report_has_kept_stays_unless_a_store_is_named(job: Path) -> None:
    """A coach's report that was made without a store finds none, wherever it is made again."""
    given = load_offers(job / "mine" / "offers.yaml")[0]
    store = (job.parent / "pay.duckdb").rename(job / "paydata.duckdb")
    old = Reported.model_validate(
        {"pay": [{"measure": "base_salary", "kind": "csv", "n": 9, "p25": 1.0, "p50": 2.0, "p75": 3.0,
                  "first": "2026-01-02", "last": "2026-01-02"}]}
    )  # fmt: skip
    file = job / "mine" / "offers.json"
    for entry, expected in ((replace(given, reported=old), ("reported", 1.0)), (given, ("guide", 170_000)),
                            (entry_for(given, "employer"), ("guide", 170_000))):  # fmt: skip
        file.write_text(offers_document([entry]), encoding="utf-8")
        assert {name: low_of(load(str(file), None)) for name, load in LOADERS.items()} == dict.fromkeys(
            LOADERS, expected
        )
        assert low_of(LOADERS["read_offers"](str(file), str(store))) == ("reported", 175_000)
    assert json.loads(offers_document([given]))["reported"] == {}


def test_a_store_is_asked_again_only_when_it_has_changed(job: Path) -> None:
    path = job.parent / "pay.duckdb"
    offers, store = load_offers(job / "mine" / "offers.yaml"), PayStore(path, TABLES)
    first = store.hold(offers, ON)[0].reported
    assert first is not None
    assert store.hold(offers, ON)[0].reported is first
    add(path, sheet(job / "b.csv", reports(9, company="Google") + reports(1, day="7/1/2026")))
    assert [row.n for row in (first.pay[0], store.hold(offers, ON)[0].reported.pay[0])] == [5, 6]  # type: ignore[union-attr]
