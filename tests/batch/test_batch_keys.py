"""A report's key: each input changes it, and only its own part."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from quick_engine import PARAMETERS, write_kit, write_offers
from sample_notebooks import write_notebook

from compkit.batch.ledger import keys
from compkit.batch.ledger.keys import PARTS, CacheInputs, hash_files, notebook_hash, report_key
from compkit.batch.notebooks import Notebook
from compkit.batch.planning import plan_reports
from compkit.batch.run.jobs import RunOptions
from compkit.model import PaySummary, Reported
from compkit.offers import Offers, load_offers
from compkit.offers.people import people_of

DAY = dt.date(2026, 11, 22)
SALARIES = {"a": 175_000.0, "b": 180_000.0}


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_kit(tmp_path_factory.mktemp("keys") / "kit")


@pytest.fixture
def offers_file(tmp_path: Path) -> Path:
    return write_offers(tmp_path / "offers.yaml", SALARIES, candidate={"residence": "Seattle"})


def parts_of(
    offers: Offers | Path,
    kit: Path,
    *,
    given: dict[str, Any] | None = None,
    day: dt.date = DAY,
    options: RunOptions | None = None,
    only: str | None = None,
) -> dict[tuple[str | None, str], dict[str, str]]:
    """Parts of all reports of a batch, by folder and notebook."""
    all_offers = load_offers(offers) if isinstance(offers, Path) else offers
    chosen = Offers([all_offers.entry(only)]) if only else all_offers
    notebooks = [Notebook(kit / f"{name}.ipynb") for name in ("each", "seeing", "whole", "free")]
    cache_inputs = CacheInputs(given or {}, day, options or RunOptions())
    reports = plan_reports(notebooks, chosen, all_offers, people_of(all_offers))
    return {report.name: cache_inputs.parts(report) for report in reports}


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    assert list(before) == list(after) == list(PARTS)
    return [name for name in PARTS if before[name] != after[name]]


def edited(path: Path, old: str, new: str) -> Path:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_nothing_changed_is_nothing_changed(offers_file: Path, kit: Path, tmp_path: Path) -> None:
    """Also from another file, in YAML or JSON, and with parameters in any order."""
    before = parts_of(offers_file, kit, given={"growth_rate": 0.1, "x": 1})
    elsewhere = write_offers(tmp_path / "other.yaml", SALARIES, candidate={"residence": "Seattle"})
    assert parts_of(elsewhere, kit, given={"x": 1, "growth_rate": 0.1}) == before


@pytest.mark.parametrize(
    ("old", "new", "own", "other"),
    [
        ("base_salary: 175000.0", "base_salary: 175001.0", ["offer"], ["other_offers"]),
        ("company: A", "company: Aa", ["offer"], ["other_offers"]),
        ("grant_price: 50.0", "grant_price: 51.0", ["prices"], ["other_offers"]),
        ("grant_price: 50.0", "price_now: 50.0", ["prices"], ["other_offers"]),
        ("grant_price: 50.0", "grant_price: 50.0\n    price_on: 2026-11-01", ["prices"], ["other_offers"]),
        ("value: 100000", "value: 100001", ["offer"], ["other_offers"]),
        ("residence: Seattle", "residence: Austin", ["offer"], ["offer"]),
    ],
    ids=str,
)
def test_an_offer_changes_its_own_part(
    old: str, new: str, own: list[str], other: list[str], offers_file: Path, kit: Path
) -> None:
    """`own` is what an edit of the first offer changes in its own reports, `other` in those that see it."""
    before = parts_of(offers_file, kit)
    after = parts_of(edited(offers_file, old, new), kit)
    found = {name: changed(before[name], after[name]) for name in before}
    assert found == {
        ("a", "each"): own,
        ("a", "seeing"): own,
        ("b", "each"): [part for part in other if part != "other_offers"],
        ("b", "seeing"): other,
        ("people/you", "whole"): own,
        (None, "free"): [],
    }


def test_a_rate_is_part_of_its_offer(tmp_path: Path, kit: Path) -> None:
    file = write_offers(tmp_path / "offers.yaml", SALARIES, rates={"EUR": 1.1})
    edited(file, "company: A", "currency: EUR\n  company: A")
    before = parts_of(file, kit)
    after = parts_of(edited(file, "EUR: 1.1", "EUR: 1.2"), kit)
    assert changed(before["a", "each"], after["a", "each"]) == ["offer"]
    assert changed(before["b", "seeing"], after["b", "seeing"]) == ["other_offers"]
    assert changed(before["b", "each"], after["b", "each"]) == []


def test_what_a_store_says_of_an_offer_is_data_of_the_reports_that_see_it(offers_file: Path, kit: Path) -> None:
    offers = load_offers(offers_file)
    said = PaySummary(measure="base_salary", kind="csv", n=5, p25=1.0, p50=2.0, p75=3.0, first=DAY, last=DAY)
    first, *others = [replace(entry, reported=None) for entry in offers]
    told = Offers([replace(first, reported=Reported(pay=(said,))), *others])
    before, after = parts_of(offers, kit), parts_of(told, kit)
    assert {name: changed(before[name], after[name]) for name in before} == {
        ("a", "each"): ["data"], ("a", "seeing"): ["data"], ("b", "each"): [], ("b", "seeing"): ["data"],
        ("people/you", "whole"): ["data"], (None, "free"): [],
    }  # fmt: skip


def test_parameters_count_where_a_notebook_has_them(offers_file: Path, kit: Path) -> None:
    before = parts_of(offers_file, kit)
    after = parts_of(offers_file, kit, given={"growth_rate": 0.1})
    assert {name: changed(before[name], after[name]) for name in before} == {
        ("a", "each"): ["parameters"], ("a", "seeing"): ["parameters"], ("b", "each"): ["parameters"],
        ("b", "seeing"): ["parameters"], ("people/you", "whole"): [], (None, "free"): [],
    }  # fmt: skip


def test_the_day_counts_where_a_notebook_has_it(offers_file: Path, kit: Path) -> None:
    before = parts_of(offers_file, kit)
    after = parts_of(offers_file, kit, day=DAY + dt.timedelta(days=1))
    assert changed(before["a", "each"], after["a", "each"]) == ["day"]
    assert changed(before[None, "free"], after[None, "free"]) == []
    assert before["a", "each"]["day"] == "2026-11-22"


def test_the_notebooks_source_counts_and_not_its_outputs(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "one.ipynb", "a: int = 1", "a + 1")
    first = notebook_hash(path)
    notebook = nbformat.read(str(path), as_version=4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "2"}, execution_count=7)]
    notebook.cells[2].execution_count = 7
    notebook.cells[2].metadata["execution"] = {"iopub.execute_input": "2026-11-22T00:00:00Z"}
    notebook.metadata["papermill"] = {"duration": 1.0}
    nbformat.write(notebook, str(path))
    assert notebook_hash(path) == first
    notebook.cells[2].source = "a + 2"
    nbformat.write(notebook, str(path))
    second = notebook_hash(path)
    assert second != first
    notebook.metadata["compkit"] = {"other_offers": True}
    nbformat.write(notebook, str(path))
    assert notebook_hash(path) not in (first, second)


def test_a_notebook_changes_its_own_part(offers_file: Path, tmp_path: Path) -> None:
    kit = write_kit(tmp_path / "kit")
    before = parts_of(offers_file, kit)
    write_notebook(kit / "each.ipynb", PARAMETERS, "offer_id  # changed")
    after = parts_of(offers_file, kit)
    assert {name: changed(before[name], after[name]) for name in before if before[name] != after[name]} == {
        ("a", "each"): ["notebook"], ("b", "each"): ["notebook"],
    }  # fmt: skip


@pytest.mark.parametrize("options", [RunOptions(keep_images=False), RunOptions(with_pdf=True)])
def test_options_change_their_own_part(options: RunOptions, offers_file: Path, kit: Path) -> None:
    before, after = parts_of(offers_file, kit), parts_of(offers_file, kit, options=options)
    assert {tuple(changed(before[name], after[name])) for name in before} == {("options",)}


def test_tables_change_the_data(offers_file: Path, kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "data"
    (data / "templates").mkdir(parents=True)
    (data / "offers").mkdir()
    (data / "bands.csv").write_text("low,high\n1,2\n")
    (data / "templates" / "letter.j2").write_text("Dear")
    (data / "offers" / "sample.yaml").write_text("offers: []")
    monkeypatch.setattr(keys, "data_directory", lambda: data)
    before = parts_of(offers_file, kit)
    (data / "offers" / "sample.yaml").write_text("offers: [{}]")
    assert parts_of(offers_file, kit) == before
    for name, text in (("bands.csv", "low,high\n1,3\n"), ("templates/letter.j2", "Hello"), ("new.csv", "a\n")):
        (data / name).write_text(text)
        after = parts_of(offers_file, kit)
        assert {tuple(changed(before[name], after[name])) for name in before} == {("data",)}
        before = after


def test_code_is_its_source_and_version(
    offers_file: Path, kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = parts_of(offers_file, kit)
    monkeypatch.setattr("compkit.__version__", "99.0")
    keys.code_hash.cache_clear()
    try:
        after = parts_of(offers_file, kit)
    finally:
        keys.code_hash.cache_clear()
    assert {tuple(changed(before[name], after[name])) for name in before} == {("code",)}
    (tmp_path / "code" / "__pycache__").mkdir(parents=True)
    (tmp_path / "code" / "a.py").write_text("1")
    first = hash_files(tmp_path / "code", ["__pycache__"])
    (tmp_path / "code" / "__pycache__" / "a.pyc").write_text("x")
    (tmp_path / "code" / ".hidden").write_text("x")
    assert hash_files(tmp_path / "code", ["__pycache__"]) == first
    (tmp_path / "code" / "a.py").rename(tmp_path / "code" / "b.py")
    assert hash_files(tmp_path / "code", ["__pycache__"]) != first


def test_an_offer_asked_for_alone_has_the_same_key(offers_file: Path, kit: Path) -> None:
    """`--offer` leaves out reports but changes none."""
    everything, one = parts_of(offers_file, kit), parts_of(offers_file, kit, only="a")
    assert set(one) == {("a", "each"), ("a", "seeing"), ("people/you", "whole"), (None, "free")}
    assert one == {name: everything[name] for name in one}


def test_each_part_is_in_the_key_and_no_two_reports_share_one(offers_file: Path, kit: Path) -> None:
    all_offers = load_offers(offers_file)
    notebooks = [Notebook(kit / f"{name}.ipynb") for name in ("each", "seeing", "whole", "free")]
    reports = plan_reports(notebooks, all_offers, all_offers, people_of(all_offers))
    same = dict.fromkeys(PARTS, "")
    assert len({report_key(report, same) for report in reports}) == len(reports) == 6
    whole = report_key(reports[0], same)
    assert whole not in {report_key(reports[0], {**same, part: "x"}) for part in PARTS}
    assert len(whole) == 64


def test_thousands_of_people_are_told_apart_quickly(tmp_path: Path, kit: Path) -> None:
    """Four hundred people with three offers each in one file; each sees their own offers only."""
    people = {f"p{number}": {"name": f"Person {number}"} for number in range(400)}
    offers = {f"o{number}@p{number % 400}": 100_000.0 + number for number in range(1200)}
    all_offers = load_offers(write_offers(tmp_path / "offers.json", offers, candidates=people))
    reports = plan_reports([Notebook(kit / "seeing.ipynb")], all_offers, all_offers, people_of(all_offers))
    seen = {report.offer_id: [entry.offer.id for entry in report.others] for report in reports}
    assert seen["o5"] == ["o405", "o805"]
    assert {len(others) for others in seen.values()} == {2}
