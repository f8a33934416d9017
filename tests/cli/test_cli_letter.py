"""The command letter: what it prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sample_letters import (
    OFFERS_FILE,
    sample_letter,
)

from compkit.cli.letter import letter_command
from compkit.errors import CompkitError
from compkit.report.negotiation.letter_forms import letter_eml, letter_text

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    """Run the command as `compkit letter` does."""
    try:
        letter_command.main(args=[str(OFFERS_FILE), *arguments], prog_name="letter", standalone_mode=False)
        code = 0
    except CompkitError as error:
        code = 2
        told = capsys.readouterr()
        return code, told.out, f"{told.err}{error}"
    told = capsys.readouterr()
    return code, told.out, told.err


AT = ("--on", "2026-11-23")


def test_the_command_prints_the_letter(capsys: Capture) -> None:
    code, out, err = run(capsys, "--offer", "amazon-l6", "--kind", "initial", "--tone", "warm", *AT)
    assert (code, out, err) == (0, letter_text(sample_letter("initial", "warm")), "")


def test_the_command_as_json(capsys: Capture) -> None:
    code, out, _ = run(capsys, "--offer", "amazon-l6", "--kind", "status", "--step", "3", "--json", *AT)
    answer = json.loads(out)
    assert code == 0
    assert (answer["offer"], answer["kind"], answer["tone"]) == ("amazon-l6", "status-3", "plain")
    assert answer["subject"]
    assert answer["body"].startswith("Hi Avery,")


@pytest.mark.parametrize("package", ["equity", "cash", "balanced"])
def test_the_command_works_out_a_package(package: str, capsys: Capture) -> None:
    arguments = ("--offer", "amazon-l6", "--kind", "counter", "--target", "1200000", "--package", package, *AT)
    code, out, err = run(capsys, *arguments)
    assert code == 0, err
    assert "I'd like to ask for" in out or "one change" in out
    assert "1,200,000" not in out
    assert "1200000" not in out


def test_the_command_lists_what_is_missing(capsys: Capture) -> None:
    code, out, err = run(capsys, "--offer", "initech-berlin", "--kind", "initial", *AT)
    assert code == 0
    assert out.startswith("Subject: M2 role at Initech")
    assert "missing: contact.recruiter: " in err


def test_the_coachs_copy_names_nobody(capsys: Capture) -> None:
    code, out, err = run(capsys, "--offer", "amazon-l6", "--kind", "counter", "--audience", "coach", *AT)
    assert code == 0
    for name in ("Robin", "Avery"):
        assert name not in out + err


def test_the_command_tells_all_faults_at_once(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "no-folder" / "x.txt"
    code, out, err = run(
        capsys, "--offer", "amazon", "--kind", "contuer", "--tone", "cold", "--on", "tomorrow", "-o", str(path)
    )
    assert (code, out) == (2, "")
    for told in ("--kind", "'counter'", "--tone", "--on", "does not exist", "--offer"):
        assert told in err
    assert len(err.splitlines()) == 5


def test_a_refused_letter_writes_nothing(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    code, out, err = run(capsys, "--offer", "amazon-l6", "--kind", "transfer", "-o", str(path), *AT)
    assert (code, out) == (2, "")
    assert "must be internal" in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_never_written_over_unasked(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "draft.eml"
    to_file = ("--offer", "amazon-l6", "--kind", "accept", "--format", "eml", "-o", str(path), *AT)
    assert run(capsys, *to_file)[:2] == (0, "")
    assert path.read_bytes() == letter_eml(sample_letter("accept"))
    path.write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, *to_file)
    assert code == 2
    assert "exists already" in err
    assert path.read_text(encoding="utf-8") == "mine"
    assert run(capsys, *to_file, "--force")[0] == 0
    assert path.read_bytes() == letter_eml(sample_letter("accept"))
    assert [one.name for one in tmp_path.iterdir()] == ["draft.eml"]


def test_html_goes_to_a_file_or_to_the_screen(capsys: Capture, tmp_path: Path) -> None:
    page = ("--offer", "amazon-l6", "--kind", "decline", "--format", "html", *AT)
    path = tmp_path / "letter.html"
    _, out, _ = run(capsys, *page)
    assert out.startswith("<!DOCTYPE html>")
    run(capsys, *page, "-o", str(path))
    assert path.read_text(encoding="utf-8") == out
