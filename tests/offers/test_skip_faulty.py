"""`compkit report --skip-faulty`: the sound offers have reports, the others are listed, and pages say so."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import pytest

from compkit.cli import run
from compkit.offers import load_offers

pytestmark = pytest.mark.usefixtures("one_fork_server")
DAY = "2026-11-22"
OFFERS = """\
id,company,level,location,base_salary,equity_value,vesting
one,Amazon,L6,Seattle,175000,300000,amazon
two,Google,L5,Seattle,lots,400000,google
two,Google,L5,Seattle,190000,400000,google
three,Meta,E6,Seattle,200000,450000,meta
"""


def called(*arguments: str | Path) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*map(str, arguments)])
    return code, out.getvalue(), err.getvalue()


@pytest.fixture
def offers_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(OFFERS, encoding="utf-8")
    return path


def test_by_default_nothing_is_written(tmp_path: Path, offers_file: Path) -> None:
    code, out, err = called("report", offers_file, "-o", tmp_path / "out", "--json")
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 2
    assert not (tmp_path / "out").exists()


def test_the_sound_offers_have_reports(tmp_path: Path, offers_file: Path) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    files = [offers_file, tmp_path / "broken.json"]
    options = ["--skip-faulty", "--notebook", "offer_comparison", "--notebook", "ai_ml_premiums", "--report-on", DAY]
    code, out, err = called("report", *files, "-o", tmp_path / "out", "--json", *options)
    assert code == 1
    answer = json.loads(out)
    assert [(row["offer"], row["notebook"], row["status"]) for row in answer["reports"]] == [
        ("one", "ai_ml_premiums", "ok"),
        ("three", "ai_ml_premiums", "ok"),
        (None, "offer_comparison", "ok"),
    ]
    skipped = [(Path(one["file"]).name, one["where"], one["offer"], len(one["faults"])) for one in answer["skipped"]]
    assert skipped == [
        ("mine.csv", "offer 'two'", "two", 1),
        ("mine.csv", "offer 'two'", "two", 1),
        ("broken.json", "", None, 1),
    ]
    faults = [line for line in err.splitlines() if not line.startswith("warning: ")]
    assert len(faults) == 3
    assert "base_salary" in faults[0]
    assert "is already used above" in faults[1]
    page = (tmp_path / "out" / "people" / "you" / "offer_comparison.html").read_text(encoding="utf-8")
    assert "Left out because of faults in the offers file: mine.csv, offer" in page
    again = load_offers(tmp_path / "out" / "people" / "you" / "offers.json")
    assert again.ids == ["one", "three"]
    assert [one.text for one in again.left_out] == ["mine.csv, offer 'two'", "mine.csv, offer 'two'", "broken.json"]


def test_without_a_sound_offer_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("\n".join(OFFERS.splitlines()[:3:2]), encoding="utf-8")
    code, out, err = called("report", tmp_path / "mine.csv", "-o", tmp_path / "out", "--skip-faulty", "--json")
    assert (code, out) == (2, "")
    assert "base_salary" in err
    assert not (tmp_path / "out").exists()


def test_without_the_option_its_name_is_the_last_line(tmp_path: Path, offers_file: Path) -> None:
    code, _, err = called("report", offers_file, "-o", tmp_path / "out")
    assert (code, err.splitlines()[-1]) == (2, "To report on the other 2 offers, add --skip-faulty.")
    (tmp_path / "mine.csv").write_text("\n".join(OFFERS.splitlines()[:3:2]), encoding="utf-8")
    code, _, err = called("report", tmp_path / "mine.csv", "-o", tmp_path / "out")
    assert code == 2
    assert "--skip-faulty" not in err


def test_a_file_with_a_faulty_head_is_refused_as_that_file(tmp_path: Path, offers_file: Path) -> None:
    """Rates of one file are wrong: what its sound offers are worth nobody knows; the other file goes on."""
    offer = {"id": "four", "company": "A", "level": "1", "location": "Seattle", "base_salary": 100_000}
    head = tmp_path / "head.json"
    head.write_text(json.dumps({"rates": {"EUR": -1}, "offers": [offer]}), encoding="utf-8")
    offers = load_offers(offers_file, head, skip_faulty=True)
    assert offers.ids == ["one", "three"]
    assert any(fault.field == "rates.EUR" for fault in offers.faults)


def test_an_employer_learns_nothing_of_what_is_left_out(tmp_path: Path, offers_file: Path) -> None:
    options = ["--skip-faulty", "--offer", "one", "--audience", "employer", "--notebook", "offer_evaluation"]
    code, _, _ = called("report", offers_file, "-o", tmp_path / "out", "--report-on", DAY, *options)
    assert code == 1
    for path in (tmp_path / "out").rglob("*"):
        if path.suffix in (".html", ".ipynb", ".json"):
            text = path.read_text(encoding="utf-8")
            assert "mine.csv, offer" not in text
            assert '"left_out"' not in text
