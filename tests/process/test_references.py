"""Who speaks for a person: gaps, delays that the file gives, and sheets without stories."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from command_line import answered

import compkit as ck
from compkit import report
from compkit.cli.references import references_command
from compkit.offers import entry_for, load_offers
from compkit.process import reference_panel
from compkit.reference import load_tables

ANA = {"name": "Ana <b>Diaz", "role": "manager", "asked": True, "contact": "ana@example.com"}
BEN = {"name": "Ben", "role": "peer", "covers": ["judgment", "principles"], "away_until": dt.date(2026, 12, 4)}
TODAY = "2026-11-24"


def people_file(folder: Path, company: str = "Amazon", **candidate: object) -> Path:
    process = {"last_interview": dt.date(2026, 11, 16), "background_check_from": dt.date(2026, 11, 23)}
    offer = {"id": "a", "company": company, "level": "L6", "location": "Seattle", "base_salary": 180000,
             "label": "safe choice", "status": "in-process", "process": process}  # fmt: skip
    path = folder / "offers.yaml"
    file = {"schema": "compkit/offers@1", "candidate": {"residence": "Seattle", **candidate}, "offers": [offer]}
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return path


def test_gaps_worked_out_by_hand(tmp_path: Path) -> None:
    """A manager covers results, growth and rehire, Ben what he says; a partner and a report are missing."""
    path = people_file(tmp_path, references=[ANA, BEN], background=["work-abroad"])
    _, answer, _ = answered("references", path, "--today", TODAY)
    (person,) = answer["people"]
    assert person["missing_roles"] == ["partner", "report"]
    assert person["missing_topics"] == ["leadership", "teamwork", "mentoring"]
    assert person["delays"] == [
        {"row": "work-abroad", "least": 5, "most": 7},
        {"row": "reference-away", "least": None, "most": None},
    ]


def test_principles_are_asked_about_at_amazon_only(tmp_path: Path) -> None:
    path = people_file(tmp_path, "Acme", references=[ANA])
    topics = answered("references", path, "--today", TODAY)[1]["people"][0]["missing_topics"]
    assert "principles" not in topics
    text = CliRunner().invoke(references_command, [str(path), "--today", TODAY]).stdout
    assert "Leadership Principles" not in text


@pytest.mark.parametrize(
    ("background", "first", "last"),
    [([], "2026-12-01", "2026-12-08"), (["work-abroad"], "2026-12-06", "2026-12-15"),
     (["foreign-degree"], "2026-12-01", "2026-12-08")],
)  # fmt: skip
def test_only_a_cause_with_days_delays_the_check(background: list[str], first: str, last: str, tmp_path: Path) -> None:
    """From November 23 five business days end on December 1, ten on December 8; work abroad adds 5 and 7 days."""
    path = people_file(tmp_path, background=background)
    windows = answered("timeline", path, "--today", TODAY)[1]["processes"][0]["windows"]
    (found,) = [one for one in windows if one["row"] == "background-check"]
    assert (found["first"], found["last"]) == (first, last)


def test_sheets_tell_no_stories(tmp_path: Path) -> None:
    """One for each, escaped; jobs, days and topics, nothing to rehearse."""
    path, target = people_file(tmp_path, references=[ANA, BEN]), tmp_path / "sheets.html"
    arguments = [str(path), "--today", TODAY, "--sheets", str(target)]
    assert CliRunner().invoke(references_command, arguments, catch_exceptions=False).exit_code == 0
    text = target.read_text(encoding="utf-8")
    assert text.count("<section>") == 2
    assert "<b>Diaz" not in text
    assert "safe choice" not in text
    assert "They may call between Tuesday, November 24 and Saturday, November 28." in text
    avoided = [row["name"] for row in load_tables().rows("reference_steps") if row["advice"] == "avoid"]
    assert len(avoided) == 4
    assert not re.search(r"stor(y|ies)|stress|\bfigures\b", text)
    assert "--force" in str(CliRunner().invoke(references_command, arguments, standalone_mode=False).exception)


def test_the_page_shows_nothing_of_nobody(tmp_path: Path) -> None:
    empty = ck.load_timeline(str(people_file(tmp_path)), report_date=TODAY)
    answers = report.timeline_answers(empty)
    assert answers["references"] is None
    assert repr(answers["checks"]) == "4 things to have ready."
    assert "candidate.references" in repr(report.references_table(empty))
    full = ck.load_timeline(str(people_file(tmp_path, references=[ANA, BEN])), report_date=TODAY)
    table = report.references_table(full)
    assert list(table.frame["3"]) == ["agreed", "ask them; away until Fri, Dec 4"]
    assert "<b>Diaz" not in table._repr_html_()


def test_names_are_for_oneself(tmp_path: Path) -> None:
    entry = load_offers(people_file(tmp_path, references=[ANA, BEN])).entry("a")
    assert entry_for(entry, "employer").candidate.references == ()
    coach = entry_for(entry, "coach").candidate.references
    assert [(one.name, one.contact) for one in coach] == [("Reference 1", None), ("Reference 2", None)]
    panel = reference_panel(entry.candidate, load_tables(), dt.date(2026, 12, 5))
    assert panel.delays == (), "away until the day before"


def test_unknown_names_are_refused_at_once(tmp_path: Path) -> None:
    path = people_file(tmp_path, references=[{"name": "A", "role": "boss"}, {"role": "peer"}], background=["abroad"])
    ran = CliRunner().invoke(references_command, [str(path)], standalone_mode=False)
    text = str(ran.exception)
    for words in ("references[0].role must be one of", "references[1].name", "background"):
        assert words in text, text
