"""Reports about people: one folder each, never mixed, linked from the index and from the offers' pages."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml
from counted_calls import calls_of
from quick_engine import QuickEngine, use, write_kit, write_offers

from compkit.batch.folder.results import BatchRun
from compkit.batch.ledger.changes import run_changes
from compkit.batch.ledger.keys import CacheInputs
from compkit.batch.ledger.ledger import Ledger
from compkit.batch.notebooks import Notebook
from compkit.batch.planning import plan_reports, refuse_unmergeable_offers
from compkit.batch.publish.files import FileMark, file_mark, file_sha256
from compkit.batch.run.jobs import Outcome, Recorded, RunOptions
from compkit.batch.running import run_reports
from compkit.errors import InputError
from compkit.offers import Offers, load_offers
from compkit.offers.people import people_of

DAY = dt.date(2026, 11, 22)
PEOPLE = {"kim": {"name": "Kim"}, "lee": {"name": "Kim"}}
FOUR = {"a@kim": 1e5, "b@lee": 2e5, "c@kim": 3e5, "d@lee": 4e5}


class SampleBatch:
    """A folder with notebooks of each kind, and batches over it in a quick engine."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.out, self.kit = folder, folder / "out", write_kit(folder / "kit")
        self.engine = use(QuickEngine(), monkeypatch)

    def file(self, name: str, salaries: dict[str, float], **envelope: Any) -> Offers:
        """Write a file of offers and load it."""
        return load_offers(write_offers(self.folder / name, salaries, **envelope))

    def run(self, offers: Offers, *notebooks: str, **given: Any) -> BatchRun:
        """Run a batch; its jobs are in `engine.jobs`."""
        self.engine.jobs.clear()
        names = notebooks or ("each", "whole", "free")
        options = RunOptions(notebook_folder=self.kit)
        return run_reports(offers, self.out, notebooks=names, report_date=DAY, options=options, **given)

    def people(self) -> dict[str, list[str]]:
        """Ids of the offers that each person's reports see, by folder."""
        found = {}
        for path in sorted((self.out / "people").glob("*/offers.json")):
            found[path.parent.name] = [one["id"] for one in json.loads(path.read_text(encoding="utf-8"))["offers"]]
        return found


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleBatch:
    return SampleBatch(tmp_path, monkeypatch)


# Where they are


def test_each_person_has_one_report_that_sees_their_offers_alone(batch: SampleBatch) -> None:
    run = batch.run(batch.file("offers.yaml", FOUR, candidates=PEOPLE), "whole")
    assert [(result.candidate, result.offer, result.html) for result in run.results] == [
        ("kim", None, "people/kim/whole.html"), ("lee", None, "people/lee/whole.html"),
    ]  # fmt: skip
    assert batch.people() == {"kim": ["a", "c"], "lee": ["b", "d"]}
    assert sorted(path.name for path in (batch.out / "people" / "kim").iterdir()) == [
        "index.html", "offers.json", "whole.html", "whole.ipynb",
    ]  # fmt: skip
    assert not list(batch.out.glob("whole.*"))
    assert {(report["candidate"], report["offer"]) for report in run.as_json()["reports"]} == {
        ("kim", None), ("lee", None),
    }  # fmt: skip


def test_the_notebook_is_told_whose_offers_they_are(batch: SampleBatch) -> None:
    (batch.kit / "whole.ipynb").write_text(
        (batch.kit / "whole.ipynb").read_text().replace("offers_file: str", "candidate: str = None\\noffers_file: str")
    )
    batch.run(batch.file("offers.yaml", FOUR, candidates=PEOPLE), "whole")
    assert [job.parameters["candidate"] for job in batch.engine.jobs] == ["kim", "lee"]
    with pytest.raises(InputError, match="candidate is set for each report"):
        batch.run(batch.file("offers.yaml", FOUR, candidates=PEOPLE), "whole", parameters={"candidate": "kim"})


def test_some_offers_alone_have_their_people_with_all_of_theirs(batch: SampleBatch) -> None:
    all_offers = batch.file("offers.yaml", FOUR, candidates=PEOPLE)
    batch.run(Offers([all_offers.entry("d")]), "whole", all_offers=all_offers)
    assert batch.people() == {"lee": ["b", "d"]}


def test_nameless_people_of_files_of_their_own_keep_their_folders(batch: SampleBatch) -> None:
    """In one command, or in several in any order, no report replaces another person's."""
    first, second = batch.file("one.yaml", {"a": 1e5}), batch.file("two.yaml", {"b": 2e5})
    batch.run(first, "whole")
    batch.run(second, "whole")
    assert batch.people() == {"you": ["a"], "you-2": ["b"]}
    run = batch.run(Offers([*second, *first]), "whole")
    assert [(result.candidate, result.status) for result in run.results] == [("you-2", "skipped"), ("you", "skipped")]
    assert [line.about_person[0].folder for line in run.lines] == ["people/you-2", "people/you"]
    assert run.general_results == []


def test_no_offer_is_called_people(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="id can't be 'people', because compkit has a folder with that name") as raised:
        load_offers(write_offers(tmp_path / "offers.yaml", {"people": 1e5}))
    assert len(raised.value.faults) == 1


@pytest.mark.parametrize("what", ["file", "link", "another's", "own offers"])
def test_what_stands_in_the_way_is_left_and_nothing_is_written(what: str, batch: SampleBatch) -> None:
    offers = batch.file("offers.yaml", FOUR, candidates=PEOPLE)
    people = batch.out / "people"
    batch.out.mkdir()
    if what == "file":
        people.write_text("mine")
    elif what == "link":
        people.symlink_to(batch.folder / "kit")
    else:
        (people / "lee").mkdir(parents=True)
        name, text = ("notes.txt", "mine") if what == "another's" else ("offers.json", '{"schema": "compkit/offers@1"}')
        (people / "lee" / name).write_text(text)
    before = sorted(batch.out.rglob("*"))
    with pytest.raises(InputError, match=re.escape(str(people))):
        batch.run(offers)
    assert sorted(batch.out.rglob("*")) == before


# The way there and back


def test_the_index_leads_from_each_offer_to_its_persons_report(batch: SampleBatch) -> None:
    batch.engine.failing = {"Kim: The whole question?"}
    run = batch.run(batch.file("offers.yaml", {**FOUR, "e@noor": 5e5}, candidates={**PEOPLE, "noor": {}}))
    page = run.index.read_text(encoding="utf-8")
    assert '<a href="people/noor/whole.html"' in page
    assert '<a href="people/noor/index.html"' in page
    assert "people/kim" not in page
    assert run.n_failed == 2
    assert "2 reports failed" in page
    assert [line.offer for line in run.lines if line.all_reports[-1].status == "failed"] == ["a", "b", "c", "d"]
    batch.engine.failing = set()
    page = batch.run(batch.file("offers.yaml", FOUR, candidates=PEOPLE)).index.read_text(encoding="utf-8")
    assert page.count('<a href="people/kim/whole.html"') == page.count('<a href="people/lee/whole.html"') == 1


def test_pages_lead_to_the_person_and_back(batch: SampleBatch) -> None:
    batch.run(batch.file("offers.yaml", FOUR, candidates=PEOPLE))
    links = {
        (job.parameters.get("offer_id"), job.title): [list(link) for link in job.links] for job in batch.engine.jobs
    }
    assert links["a", "A L6, Seattle: The each question?"] == [
        ["Kim", "../people/kim/index.html", "back"], ["Whole", "../people/kim/whole.html", "beside"],
    ]  # fmt: skip
    assert links[None, "The free question?"] == [["All offers", "index.html", "back"]]
    back = [job.links for job in batch.engine.jobs if "whole" in job.notebook_path]
    assert [[tuple(link) for link in one] for one in back] == [
        [("Kim", "../../people/kim/index.html", "back"), ("A L6, Seattle", "../../a/each.html", "beside"),
         ("C L6, Seattle", "../../c/each.html", "beside"), ("A L6, Seattle", "../../a/each.html", "next")],
        [("Kim", "../../people/lee/index.html", "back"), ("B L6, Seattle", "../../b/each.html", "beside"),
         ("D L6, Seattle", "../../d/each.html", "beside"), ("B L6, Seattle", "../../b/each.html", "next")],
    ]  # fmt: skip


def test_a_page_without_reports_on_its_person_leads_to_the_index(batch: SampleBatch) -> None:
    batch.run(batch.file("offers.yaml", FOUR, candidates=PEOPLE), "each")
    assert {tuple(job.links) for job in batch.engine.jobs} == {(("All offers", "../index.html", "back"),)}


def test_offers_that_look_alike_are_told_apart_without_their_ids(batch: SampleBatch) -> None:
    """Two rounds of one job have the same company, level and place."""
    batch.file("offers.yaml", {"a": 1e5, "b": 2e5, "c": 3e5})
    path = batch.folder / "offers.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("company: B", "company: A"), encoding="utf-8")
    batch.run(load_offers(path), "each", "whole")
    (whole,) = [job for job in batch.engine.jobs if "whole" in job.notebook_path]
    assert [link[0] for link in whole.links if link[2] == "beside"] == [
        "A L6, Seattle (1)", "A L6, Seattle (2)", "C L6, Seattle",
    ]  # fmt: skip


def test_a_page_is_made_anew_where_it_leads_to_more_than_before_and_else_left(batch: SampleBatch) -> None:
    offers = batch.file("offers.yaml", FOUR, candidates=PEOPLE)
    batch.run(offers, "each")
    assert {result.status for result in batch.run(offers, "each", "whole").results} == {"ok"}
    assert {result.status for result in batch.run(offers, "each", "whole").results} == {"skipped"}
    assert {result.status for result in batch.run(offers, "each").results} == {"skipped"}


# What was there before


def test_reports_across_people_of_earlier_versions_go(batch: SampleBatch) -> None:
    """A folder of an early compkit with one report of all offers: `whole.html` and `offers.json` beside the index."""
    offers = batch.file("offers.yaml", FOUR, candidates=PEOPLE)
    batch.run(offers, "free")
    names = ("whole.html", "whole.ipynb", "offers.json")
    for name in names:
        (batch.out / name).write_text("of several people")
    marks: dict[str, FileMark] = {name: file_mark(batch.out / name, file_sha256(batch.out / name)) for name in names}
    with closing(Ledger.open(batch.out)) as ledger:
        ledger.record_success(1, (None, "whole"), {}, Outcome(None, 1.0, recorded=Recorded(), key="k"), marks)
    (batch.out / "whole.ipynb").write_text("changed by hand")
    run = batch.run(offers, "free")
    assert [name for name in names if (batch.out / name).exists()] == ["whole.ipynb"]
    assert [result.notebook for result in run.general_results] == ["free"]
    assert "whole" not in run.index.read_text(encoding="utf-8")


def test_two_runs_are_held_against_each_other_person_by_person(batch: SampleBatch) -> None:
    offers = batch.file("offers.yaml", FOUR, candidates=PEOPLE)
    first = batch.run(offers).directory.rename(batch.folder / "first")
    batch.run(batch.file("offers.yaml", {**FOUR, "d@lee": 5e5}, candidates=PEOPLE))
    changed = [(one.folder, one.notebook) for one in run_changes(first, batch.out).reports if one.change != "same"]
    assert changed == [("d", "each"), ("people/lee", "whole")]
    told = [(one["offer"], one["candidate"]) for one in run_changes(first, batch.out).as_json()["reports"]]
    assert told[-3:] == [(None, "kim"), (None, "lee"), (None, None)]


def test_a_killed_run_goes_on_with_people(batch: SampleBatch) -> None:
    offers = batch.file("offers.yaml", FOUR, candidates=PEOPLE)

    def stop(job: Any) -> None:
        if job.title == "Kim: The whole question?" and len(batch.engine.jobs) == 6:
            raise KeyboardInterrupt

    batch.engine.before = stop
    with pytest.raises(KeyboardInterrupt):
        batch.run(offers)
    batch.engine.before = None
    run = batch.run(offers)
    assert [result.status for result in run.results] == ["skipped"] * 5 + ["ok", "ok"]
    assert batch.people() == {"kim": ["a", "c"], "lee": ["b", "d"]}


# Work in proportion


def planning(folder: Path, kit: Path, n_people: int) -> int:
    """Count the function calls to plan reports on three offers per person, with their inputs."""
    told = [{"id": f"o{n}", "candidate": f"p{n % n_people}", "company": "Acme", "level": "L6", "location": "Seattle",
             "base_salary": 1e5 + n} for n in range(3 * n_people)]  # fmt: skip
    path = folder / f"{n_people}.yaml"
    people: dict[str, dict[str, str]] = {f"p{n}": {"name": f"Person {n}"} for n in range(n_people)}
    path.write_text(yaml.safe_dump({"candidates": people, "offers": told}), encoding="utf-8")
    offers = load_offers(path)
    notebooks = [Notebook(kit / f"{name}.ipynb") for name in ("each", "seeing", "whole")]

    def work(which: Sequence[Notebook] = notebooks) -> None:
        reports = plan_reports(which, offers, offers, people_of(offers))
        refuse_unmergeable_offers(reports)
        cache_inputs = CacheInputs({}, DAY, RunOptions())
        for report in reports:
            cache_inputs.parts(report)
            report.documents()

    work()  # notebooks are read once
    return calls_of(work)


def test_planning_takes_work_in_proportion_to_the_offers(batch: SampleBatch) -> None:
    assert planning(batch.folder, batch.kit, 50) <= 5.2 * planning(batch.folder, batch.kit, 10)


@pytest.mark.long
def test_the_whole_batch_takes_work_in_proportion_to_the_offers(batch: SampleBatch) -> None:
    def count_calls(n_people: int) -> int:
        salaries = {f"o{n}@p{n % n_people}": 1e5 + n for n in range(3 * n_people)}
        offers = batch.file("offers.yaml", salaries, candidates={f"p{n}": {} for n in range(n_people)})
        batch.out = batch.folder / f"out-{n_people}"
        return calls_of(lambda: batch.run(offers))

    count_calls(1)
    assert count_calls(30) <= 5.2 * count_calls(6)
