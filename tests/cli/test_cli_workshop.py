"""`compkit workshop`: what a case allows, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import answered

from compkit.cli import run

CASE = """\
schema: compkit/case@1
title: A case\u200b
roles: {candidate: {reservation: 3}, recruiter: {reservation: LIMIT}}
issues:
  - {name: Pay, options: [{name: low, candidate: 0, recruiter: 9}, {name: high, candidate: 5, recruiter: 4}]}
  - {name: Bonus, options: [{name: none, candidate: 0, recruiter: 2}, {name: paid, candidate: 3, recruiter: 0}]}
"""


def case_file(folder: Path, limit: int) -> Path:
    path = folder / "case.yaml"
    path.write_text(CASE.replace("LIMIT", str(limit)), encoding="utf-8")
    return path


def test_a_case_as_json(tmp_path: Path) -> None:
    """Outcomes (0,11) (3,9) (5,6) (8,4); limits 3 and 4 leave gains (0,5) (2,2) (5,0)."""
    code, answer, _ = answered("workshop", "analyse", case_file(tmp_path, 4))
    assert code == 0
    assert (answer["n_outcomes"], answer["n_pareto"], answer["reservation"]) == (4, 4, [3, 4])
    assert answer["pareto"] == [[8, 4], [5, 6], [3, 9], [0, 11]]
    assert answer["nash"] == answer["kalai_smorodinsky"] == answer["egalitarian"] == [[5, 6]]
    assert answer["utilitarian"] == [[8, 4], [3, 9]]
    assert answer["packages"]["nash"] == [{"Pay": "high", "Bonus": "none"}]
    assert (answer["has_deal"], answer["n_suiting_both"]) == (True, 3)


def test_no_deal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = case_file(tmp_path, 10)
    answer = answered("workshop", "analyse", path)[1]
    assert (answer["has_deal"], answer["n_suiting_both"], answer["n_pareto"]) == (False, 0, 4)
    assert [answer[name] for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")] == [[]] * 4
    assert run(["workshop", "analyse", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "No deal: no agreement suits both sides" in shown
    assert "Nash" not in shown
    assert "\u200b" not in shown


def test_a_faulty_case_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("reservation: LIMIT", "").replace("candidate: 5", "candidate: x"), encoding="utf-8")
    assert run(["workshop", "analyse", str(path)]) == 2
    shown = capsys.readouterr().err
    assert "roles.recruiter.reservation is missing. Add it." in shown
    assert "issues[0].options[1].candidate must be a whole number, got 'x'." in shown
