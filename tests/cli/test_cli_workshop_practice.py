"""`compkit workshop practice`: a game in the terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sample_class import CASE

from compkit.cli import run


def played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lines: list[str], *arguments: str
) -> tuple[int, str]:
    """Play a game with lines typed in; return the exit code and what was shown."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    code = run(["workshop", "practice", *arguments])
    return code, capsys.readouterr().out


def case_file(folder: Path) -> str:
    (folder / "case.yaml").write_text(CASE, encoding="utf-8")
    return str(folder / "case.yaml")


def test_a_game_to_a_deal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The recruiter, down to its limit of 35 in its second and last turn, accepts what is worth 45 to it."""
    moves = ["offer", "", "", "", "perhaps", "offer", "2", "2", "1"]
    code, shown = played(monkeypatch, capsys, moves, "--case", case_file(tmp_path), "--turns", "4")
    assert code == 0
    first, _, end = shown.partition("Deal in turn 4 of 4, worth 50 to you and 45 to the recruiter.")
    assert "Turn 1 of 4" in first
    assert "Your offer is worth 70 points to you." in first
    assert "The recruiter's offer: Base salary $170,000; Start date January 4; Place Seattle." in first
    assert "It's your last offer" in first
    assert "Nothing was left on the table" in end
    assert "80" not in first.replace("$180,000", "")  # the recruiter's points of its own offer


def test_moves_that_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to accept in the first turn, and nothing to offer in the last."""
    moves = ["accept", "offer", "", "", "", "offer", "walk"]
    code, shown = played(monkeypatch, capsys, moves, "--case", case_file(tmp_path), "--turns", "3")
    assert code == 0
    assert "There is no offer to accept yet. Make one." in shown
    assert "In the last turn nobody could answer an offer. Accept, or walk away." in shown
    assert "No deal: you walked away in turn 3 of 3." in shown


def test_the_same_seed_plays_the_same_game(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    moves = [*["offer", *[""] * 7] * 2, "accept"]
    arguments = ["--level", "hidden interests", "--role", "recruiter", "--opponent", "micro", "--seed"]
    games = [played(monkeypatch, capsys, moves, *arguments, seed) for seed in ("4", "4", "5")]
    assert games[0] == games[1]
    assert games[0] != games[2]
    assert "Your brief as the recruiter" in games[0][1]


def test_input_that_ends(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert played(monkeypatch, capsys, ["offer"])[0] != 0
