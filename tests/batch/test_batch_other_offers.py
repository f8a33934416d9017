"""Reports that see the same person's other offers: the files in an offer's folder, and refusals."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from command_line import answered
from sample_notebooks import write_notebook

from compkit.batch.checking import check_reports
from compkit.batch.notebooks import Notebook, find_notebooks
from compkit.batch.run.jobs import RunOptions
from compkit.batch.run.limits import range_faults
from compkit.batch.running import run_reports
from compkit.cli.main import run
from compkit.cli.options import shown_offers
from compkit.errors import InputError
from compkit.offers import Offers, load_offers
from compkit.offers.audience import offers_for
from compkit.offers.people import is_same_candidate
from compkit.reference import notebook_directory

pytestmark = pytest.mark.usefixtures("one_fork_server")
DAY = dt.date(2026, 11, 22)
OFFER: dict[str, Any] = {
    "company": "Acme", "level": "L6", "location": "Seattle", "start_date": "2027-02-01", "base_salary": 175_000,
}  # fmt: skip
JOB = {"residence": "Seattle", "current": {"base_salary": 150_000}}


def write_offers(path: Path, ids: Sequence[str], **envelope: Any) -> Path:
    """Write an offers file from ids, or `id@candidate`; every company is named after its offer."""
    held = []
    for given in ids:
        offer_id, _, whose = given.partition("@")
        held.append({**OFFER, "id": offer_id, "company": offer_id.title(), **({"candidate": whose} if whose else {})})
    path.write_text(yaml.safe_dump({**envelope, "offers": held}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with a quick notebook that sees other offers, and one that does not."""
    folder = tmp_path_factory.mktemp("kit")
    parameters = 'offers_file: str = ""\noffer_id: str = ""'
    source = "import json\n[offer['id'] for offer in json.load(open(offers_file))['offers']]"
    seeing = write_notebook(folder / "seeing.ipynb", parameters, source)
    notebook = nbformat.read(str(seeing), as_version=4)
    notebook.metadata["compkit"] = {"other_offers": True, "private": True}
    nbformat.write(notebook, str(seeing))
    write_notebook(folder / "alone.ipynb", parameters, source)
    return folder


def ids_in(path: Path) -> list[str]:
    return [offer["id"] for offer in json.loads(path.read_text(encoding="utf-8"))["offers"]]


def folders_of(offers: Offers, out: Path, kit: Path) -> dict[str, list[str]]:
    """Run the notebook that sees other offers; return by offer the ids in its folder's offers.json."""
    run = run_reports(offers, out, notebooks=["seeing"], report_date=DAY, options=RunOptions(notebook_folder=kit))
    assert [result.error for result in run.results] == [None] * len(offers)
    return {offer_id: ids_in(out / offer_id / "offers.json") for offer_id in offers.ids}


def test_the_metadata_say_which_notebook_sees_other_offers(kit: Path) -> None:
    assert [Notebook(kit / f"{name}.ipynb").sees_other_offers for name in ("seeing", "alone")] == [True, False]
    found = {notebook.name: notebook for notebook in find_notebooks(None)}
    assert [name for name, notebook in found.items() if notebook.sees_other_offers] == [
        "offer_evaluation", "negotiation_plan",
    ]  # fmt: skip
    assert not found["offer_evaluation"].is_private
    assert found["negotiation_plan"].is_private
    assert found["negotiation_plan"].kind == "offer"
    assert (notebook_directory() / "negotiation_plan.ipynb").is_file()


# Whose offers


def same_people(*files: Path) -> set[frozenset[str]]:
    """Pairs of offers of some files that count as one person's, in either order."""
    offers = load_offers(*files)
    pairs = [(one, other) for one in offers for other in offers if one is not other]
    found = {frozenset((a.offer.id, b.offer.id)) for a, b in pairs if is_same_candidate(a, b)}
    assert found == {frozenset((a.offer.id, b.offer.id)) for a, b in pairs if is_same_candidate(b, a)}
    return found


def test_in_one_file_a_candidate_is_one_person(tmp_path: Path) -> None:
    file = write_offers(tmp_path / "one.yaml", ["a", "b"], candidate=JOB)
    assert same_people(file) == {frozenset("ab")}
    bare = write_offers(tmp_path / "bare.yaml", ["a", "b"])
    assert same_people(bare) == {frozenset("ab")}


def test_in_one_file_two_candidates_are_two_people_though_nothing_tells_them_apart(tmp_path: Path) -> None:
    file = write_offers(tmp_path / "two.yaml", ["a@x", "b@y", "c@x"], candidates={"x": JOB, "y": JOB})
    assert same_people(file) == {frozenset("ac")}


@pytest.mark.parametrize("candidate", [None, {}, JOB], ids=["none", "empty", "a job"])
def test_nameless_candidates_of_two_files_are_two_people(candidate: dict[str, Any] | None, tmp_path: Path) -> None:
    envelope = {} if candidate is None else {"candidate": candidate}
    files = [write_offers(tmp_path / f"{name}.yaml", [name, f"{name}2"], **envelope) for name in "ab"]
    assert same_people(*files) == {frozenset(("a", "a2")), frozenset(("b", "b2"))}


def test_one_name_and_one_life_in_two_files_is_one_person(tmp_path: Path) -> None:
    files = [write_offers(tmp_path / f"{name}.yaml", [name], candidate={**JOB, "name": "Robin"}) for name in "ab"]
    assert same_people(*files) == {frozenset("ab")}


@pytest.mark.parametrize("other", [{**JOB, "name": "Robyn"}, {"name": "Robin"}, JOB], ids=["name", "job", "no name"])
def test_another_name_or_life_in_another_file_is_another_person(other: dict[str, Any], tmp_path: Path) -> None:
    files = [
        write_offers(tmp_path / "a.yaml", ["a"], candidate={**JOB, "name": "Robin"}),
        write_offers(tmp_path / "b.yaml", ["b"], candidate=other),
    ]
    assert same_people(*files) == set()


def test_a_coach_sees_only_the_same_persons_offers(tmp_path: Path) -> None:
    files = [write_offers(tmp_path / f"{name}.yaml", [name], candidate=JOB) for name in "ab"]
    assert offers_for(load_offers(*files), "a", "coach").ids == ["a"]


def test_walk_away_takes_nameless_people_of_two_files_for_two(tmp_path: Path) -> None:
    """`negotiation.alternatives` compares candidates alone, not by `is_same_candidate`."""
    files = [write_offers(tmp_path / f"{name}.yaml", [name], candidate=JOB) for name in "ab"]
    _, answer, _ = answered("walk-away", *files)
    assert [offer["batna"] for offer in answer["offers"]] == ["present-job", "present-job"]


# What stands in a folder


def test_a_folder_holds_the_same_persons_offers_in_the_files_order(tmp_path: Path, kit: Path) -> None:
    file = write_offers(tmp_path / "two.yaml", ["a@x", "b@y", "c@x", "d@x"], candidates={"x": JOB, "y": JOB})
    found = folders_of(load_offers(file), tmp_path / "out", kit)
    assert found == {"a": ["a", "c", "d"], "b": ["b"], "c": ["a", "c", "d"], "d": ["a", "c", "d"]}
    for offer_id in found:
        assert ids_in(tmp_path / "out" / offer_id / "offer.json") == [offer_id]
        held = (tmp_path / "out" / offer_id / "offers.json").read_text(encoding="utf-8")
        again = load_offers(tmp_path / "out" / offer_id / "offers.json")
        assert again.entry(offer_id).candidate.current is not None
        assert str(tmp_path) not in held
    assert not (tmp_path / "out" / "offers.json").exists()


def test_a_nameless_persons_folder_holds_no_offer_of_another_file(tmp_path: Path, kit: Path) -> None:
    files = [write_offers(tmp_path / f"{name}.yaml", [name, f"{name}2"], candidate=JOB) for name in "ab"]
    found = folders_of(load_offers(*files), tmp_path / "out", kit)
    assert found == {"a": ["a", "a2"], "a2": ["a", "a2"], "b": ["b", "b2"], "b2": ["b", "b2"]}


def test_a_named_persons_folder_holds_the_offers_of_both_files(tmp_path: Path, kit: Path) -> None:
    files = [write_offers(tmp_path / f"{name}.yaml", [name], candidate={**JOB, "name": "Robin"}) for name in "ab"]
    assert folders_of(load_offers(*files), tmp_path / "out", kit) == {"a": ["a", "b"], "b": ["a", "b"]}


def test_for_a_coach_people_stay_apart(tmp_path: Path, kit: Path) -> None:
    """Without names and files, people with like jobs become one and see each other's offers.

    `entry_for` takes out what `is_same_candidate` tells people apart by.
    """
    one = write_offers(tmp_path / "two.yaml", ["a@x", "b@y"], candidates={"x": JOB, "y": {**JOB, "name": "Robin"}})
    two = write_offers(tmp_path / "three.yaml", ["c@z"], candidates={"z": JOB})
    offers, _ = shown_offers(load_offers(one, two), [], "coach")
    assert folders_of(offers, tmp_path / "out", kit) == {"a": ["a"], "b": ["b"], "c": ["c"]}


def test_a_notebook_that_sees_no_other_offer_has_none(tmp_path: Path, kit: Path) -> None:
    file = write_offers(tmp_path / "one.yaml", ["a", "b"], candidate=JOB)
    run_reports(
        load_offers(file),
        tmp_path / "out",
        notebooks=["alone"],
        report_date=DAY,
        options=RunOptions(notebook_folder=kit),
    )
    assert ids_in(tmp_path / "out" / "a" / "offer.json") == ["a"]
    assert not (tmp_path / "out" / "a" / "offers.json").exists()


def test_files_that_cannot_be_one_are_told_before_anything_is_written(tmp_path: Path, kit: Path) -> None:
    """One person with two rates for EUR."""
    files = []
    for name, rate in (("a", 1.1), ("b", 1.2)):
        path = write_offers(tmp_path / f"{name}.yaml", [name], candidate={**JOB, "name": "Robin"}, rates={"EUR": rate})
        path.write_text(path.read_text().replace("company:", "currency: EUR\n  company:"), encoding="utf-8")
        files.append(path)
    with pytest.raises(InputError, match=r"rates\.EUR"):
        run_reports(
            load_offers(*files),
            tmp_path / "out",
            notebooks=["seeing"],
            report_date=DAY,
            options=RunOptions(notebook_folder=kit),
        )
    assert not (tmp_path / "out").exists()


# The real notebook


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, Any, str]:
    """Folder of `compkit report --notebook negotiation_plan` over two files, and its answer."""
    place = tmp_path_factory.mktemp("plans")
    files = [write_offers(place / "mine.yaml", ["mine", "mine-too"], candidate=JOB),
             write_offers(place / "theirs.yaml", ["zyxcorp"], candidate=JOB)]  # fmt: skip
    arguments = ["--notebook", "negotiation_plan", "-p", "tone", "firm", "-p", "target", "800000", "--workers", "2"]
    return place / "out", *answered("report", *files, "-o", place / "out", *arguments, "--report-date", DAY.isoformat())


def test_the_plan_of_each_offer_is_made(made: tuple[Path, int, Any, str]) -> None:
    out, code, answer, said = made
    assert code == 0, said
    assert [(row["offer"], row["status"]) for row in answer["reports"]] == [
        ("mine", "ok"), ("mine-too", "ok"), ("zyxcorp", "ok"),
    ]  # fmt: skip
    assert ids_in(out / "mine" / "offers.json") == ["mine", "mine-too"]
    assert ids_in(out / "mine-too" / "offers.json") == ["mine", "mine-too"]
    assert ids_in(out / "zyxcorp" / "offers.json") == ["zyxcorp"]
    page = (out / "mine" / "negotiation_plan.html").read_text(encoding="utf-8")
    assert "mine-too" in page
    assert "zyxcorp" not in page.casefold()
    assert "ipywidgets" not in page
    assert "mine-too" not in (out / "zyxcorp" / "negotiation_plan.html").read_text(encoding="utf-8")
    notebook = json.loads((out / "mine" / "negotiation_plan.ipynb").read_text(encoding="utf-8"))
    injected = "".join(next(cell for cell in notebook["cells"] if cell["id"] == "injected-parameters")["source"])
    for line in ('offers_file = "offers.json"', 'tone = "firm"', "target = 800000.0", "show_controls = False"):
        assert line in injected


def test_the_plans_figures_are_on_record(made: tuple[Path, int, Any, str]) -> None:
    text = (made[0] / "mine" / "figures.csv").read_text(encoding="utf-8")
    assert "negotiation_plan,fallback total," in text
    assert "negotiation_plan,ask total," in text


@pytest.mark.long
def test_a_plan_runs_again_from_its_folder(made: tuple[Path, int, Any, str], tmp_path: Path) -> None:
    """Also elsewhere and without the input files; a change in another offer is noticed."""
    shutil.copytree(made[0] / "mine", tmp_path / "moved" / "mine")
    code, answer, _ = answered("check", tmp_path / "moved", "--workers", "2")
    assert (code, [(row["path"], row["status"]) for row in answer["notebooks"]]) == (
        0, [("mine/negotiation_plan.ipynb", "ok")],
    )  # fmt: skip
    held = tmp_path / "moved" / "mine" / "offers.json"
    document = json.loads(held.read_text(encoding="utf-8"))
    document["offers"][1]["base_salary"] = 300_000
    held.write_text(json.dumps(document), encoding="utf-8")
    (changed,) = check_reports(tmp_path / "moved")
    assert changed.status == "changed"


def test_no_employer_gets_a_plan(tmp_path: Path) -> None:
    file = write_offers(tmp_path / "one.yaml", ["a"], candidate=JOB)
    with pytest.raises(json.JSONDecodeError):  # nothing stands on stdout
        answered("report", file, "-o", tmp_path / "out", "--notebook", "negotiation_plan", "--audience", "employer")
    assert not (tmp_path / "out").exists()


# What is refused before a kernel starts


@pytest.mark.parametrize(
    ("parameters", "messages"),
    [
        ({"target": -1}, ["target must be an amount from 0"]),
        ({"target": 2e13}, ["target must be an amount from 0"]),
        ({"target": "much"}, ["target must be a number"]),
        ({"package": "balance"}, ["package", "Did you mean 'balanced'?"]),
        ({"equal_on": "totals"}, ["equal_on", "Did you mean 'total'?"]),
        ({"n_steps": 0}, ["n_steps must be 1 to 5, got 0"]),
        ({"n_steps": 6}, ["n_steps must be 1 to 5, got 6"]),
        ({"n_steps": 2.0}, ["n_steps must be a whole number"]),
        ({"tone": "Plain"}, ["tone", "Did you mean 'plain'?"]),
        ({"stay_rate": 0.0}, ["stay_rate must be above 0"]),
        ({"beyond_band": "yes"}, ["beyond_band must be true or false"]),
        ({"tonne": "warm"}, ["Did you mean 'tone'?"]),
        ({"tone": "cold", "package": "x", "n_steps": 9, "target": -1}, ["tone", "package", "n_steps", "target"]),
    ],
    ids=str,
)
def test_an_impossible_parameter_starts_no_kernel(
    parameters: dict[str, object], messages: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compkit.batch.run.runners.outcomes", lambda *_: pytest.fail("a kernel was started"))
    offers = load_offers(write_offers(tmp_path / "one.yaml", ["a"]))
    with pytest.raises(InputError) as raised:
        run_reports(offers, tmp_path / "out", notebooks=["negotiation_plan"], parameters=parameters, report_date=DAY)
    for message in messages:
        assert message in str(raised.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "parameters",
    [
        {"target": None}, {"target": 0}, {"target": 1_300_000}, {"package": "cash"}, {"equal_on": "worth"},
        {"n_steps": 1}, {"n_steps": 5}, {"tone": "warm"}, {"stay_rate": 1}, {"target": "much"}, {"n_steps": True},
    ],
    ids=str,
)  # fmt: skip
def test_what_can_be_is_not_refused(parameters: dict[str, object]) -> None:
    """A wrong type is reported by the type check instead."""
    assert range_faults(parameters) == []


@pytest.mark.parametrize("audience", ["self", "coach"])
def test_a_chosen_offer_is_still_held_against_the_others(audience: str, tmp_path: Path) -> None:
    """--offer leaves out reports, not alternatives: Robin's other three offers, and nobody else's."""
    sample = Path(__file__).parents[2] / "data" / "offers" / "sample.yaml"
    arguments = ["report", str(sample), "-o", str(tmp_path / "out"), "--notebook", "negotiation_plan"]
    assert run([*arguments, "--offer", "google-l5-boomerang", "--audience", audience]) == 0
    assert [path.name for path in (tmp_path / "out").iterdir() if path.is_dir()] == ["google-l5-boomerang"]
    text = (tmp_path / "out" / "google-l5-boomerang" / "offers.json").read_text(encoding="utf-8")
    assert [offer["id"] for offer in json.loads(text)["offers"]] == [
        "amazon-l6-seattle-before", "amazon-l6-seattle-after", "google-l5-boomerang", "prairie-mutual-director",
    ]  # fmt: skip
    assert ("Robin Sample" in text) is (audience == "self")
