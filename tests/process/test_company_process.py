"""A company's own stages and closed days, and what a faulty file says."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from command_line import answered
from test_timeline import offers_file

from compkit.errors import TableError
from compkit.reference import Tables, data_directory, load_tables

INTERVIEW = dt.date(2026, 11, 30)
PRAIRIE = {"company": "prairie mutual", "process": {"last_interview": INTERVIEW}}


def test_stages_and_closed_days_are_the_companys(tmp_path: Path) -> None:
    """From Monday, November 30: day 24 is Thursday, December 24, closed there; days 1 to 5 are December 1 to 5."""
    _, answer, _ = answered("timeline", offers_file(tmp_path, {"b": PRAIRIE}), "--today", "2026-12-01")
    (found,) = answer["processes"]
    windows = {one["row"]: one for one in found["windows"]}
    assert (windows["debrief"]["first"], windows["debrief"]["last"]) == ("2026-12-01", "2026-12-05")
    assert (windows["delivery"]["first"], windows["delivery"]["last"]) == ("2026-12-23", "2026-12-24")
    assert windows["delivery"]["closed_days"] == ["2026-12-24"]
    assert (found["answer_expected_on"], found["stage"]) == ("2026-12-24", "debrief")


def test_an_extension_ends_on_a_day_that_is_open_there(tmp_path: Path) -> None:
    """Prairie's deadline is December 22, and Acme is expected on December 30, 8 days later.

    December 24 and 28 to 31 are closed at Prairie, December 25 everywhere, and a weekend lies between: the last open
    day is Wednesday, December 23, 1 day more. The other 7 are asked of Acme. The other way round, December 24 is open
    at Acme: 2 days more.
    """
    case = {
        "a": {"company": "Prairie Mutual", "deadline": dt.date(2026, 12, 22)},
        "b": {"company": "Acme", "process": {"expected_on": dt.date(2026, 12, 30)}},
    }
    (clash,) = answered("timeline", offers_file(tmp_path, case), "--today", "2026-12-10")[1]["clashes"]
    assert (clash["gap_days"], clash["extend"]["days"], clash["expedite"]["days"]) == (8, 1, 7)
    case = {"a": {"company": "Acme", "deadline": dt.date(2026, 12, 22)}, "b": PRAIRIE}
    (clash,) = answered("timeline", offers_file(tmp_path, case), "--today", "2026-12-10")[1]["clashes"]
    assert (clash["gap_days"], clash["extend"]["days"], clash["expedite"]) == (2, 2, None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the tables without companies' files."""
    target = tmp_path / "data"
    shutil.copytree(data_directory(), target, ignore=shutil.ignore_patterns("offers", "templates", "processes"))
    return target


HEAD = "company: Acme\nstatus: unverified\nsource: a blog\nas_of: 2026-01-01\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("company: Acme", "status: Field required; source: Field required; as_of: Field required"),
        (HEAD + "closed_days: [2026-02-31]", "can't be read: day is out of range"),
        (HEAD + "stages: {debreif: [1, 2]}", "stages.debreif must be one of debrief, committee"),
        (HEAD + "stages: {debrief: [5, 1]}", "debrief ends on day 1, before it begins on day 5"),
        (HEAD + "stages: {debrief: [9, 10]}", "stages.committee begins before debrief"),
        (HEAD + "opens: 9", "opens: Extra inputs are not permitted"),
        ("a: [", "can't be read"),
    ],
)
def test_a_faulty_file_is_refused(text: str, says: str, folder: Path) -> None:
    (folder / "processes").mkdir()
    (folder / "processes" / "acme.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match=r"acme\.yaml") as caught:
        _ = Tables(folder).processes
    assert says in str(caught.value)


def test_two_files_of_one_company_are_refused(folder: Path) -> None:
    (folder / "processes").mkdir()
    for name, company in (("a", "Acme"), ("b", "ACME")):
        text = HEAD.replace("Acme", company)
        (folder / "processes" / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match="has another file already"):
        _ = Tables(folder).processes


def test_without_a_file_the_guides_days_stay(folder: Path) -> None:
    tables = Tables(folder)
    assert tables.processes == {}
    assert tables.process_steps("Prairie Mutual") == load_tables().rows("process_steps")
