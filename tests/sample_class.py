"""A class of four pairs, worked out by hand.

Points (candidate, recruiter) of the options: base salary $170,000 (0, 40), $180,000 (20, 25), $190,000 (40, 0); start
date January 4 (0, 15), February 1 (10, 5), which count twice for the recruiter; place Seattle (20, 10), Austin (0, 0).
The frontier is (70, 20), (60, 40), (50, 45), (40, 65), (20, 80). The limits are 30 and 35, so (60, 40), (50, 45) and
(40, 65) suit both, of the frontier, and the largest joint gain is 105 - 65 = 40.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

CASE = """\
schema: compkit/case@1
title: A small case
roles: {candidate: {reservation: 30}, recruiter: {reservation: 35}}
issues:
  - name: Base salary
    options:
      - {name: "$170,000", candidate: 0, recruiter: 40}
      - {name: "$180,000", candidate: 20, recruiter: 25}
      - {name: "$190,000", candidate: 40, recruiter: 0}
  - name: Start date
    weights: {candidate: 1, recruiter: 2}
    options: [{name: January 4, candidate: 0, recruiter: 15}, {name: February 1, candidate: 10, recruiter: 5}]
  - name: Place
    options: [{name: Seattle, candidate: 20, recruiter: 10}, {name: Austin, candidate: 0, recruiter: 0}]
"""
PAIRS = {1: (2, 6), 2: (3, 1), 3: (5, 8), 4: (7, 4)}
HEADER = "pair,candidate_seat,recruiter_seat,agreed,Base salary,Start date,Place\n"
ROWS = (
    '1,2,6,yes,"$180,000",February 1,Seattle\n',
    "2,3,1,yes,170000,february 1,Seattle\n",
    "3,5,8,no,,,\n",
    '4,7,4,,"$190,000",January 4,Austin\n',
)

OFFERS = """\
pair,side,Base salary,Start date,Place
1,candidate,"$190,000",February 1,Seattle
1,recruiter,"$170,000",January 4,Austin
2,candidate,"$180,000",January 4,Seattle
2,recruiter,170000,january 4,Seattle
3,candidate,"$190,000",February 1,Seattle
3,recruiter,,,
4,candidate,"$190,000",January 4,Austin
4,recruiter,"$180,000",February 1,Austin
"""
"""Worth (70, 20), (0, 70), (40, 65), (20, 80), (70, 20), none, (40, 30), (30, 35)."""
SECOND = (
    HEADER
    + """\
1,2,6,,,,
2,3,1,yes,"$180,000",January 4,Seattle
3,5,8,no,,,
4,7,4,,"$190,000",January 4,Seattle
"""
)
"""Pair 2 goes from (30, 60) to (40, 65), pair 4 from (40, 30) to (60, 40); both are on the frontier."""
ANSWERS = """\
seat,outcome,self,process,relationship
1,7,7,5,3
2,6,5,7,6
3,2,3,4,4
4,2,2,,4
5,,,,
6,5,6,6,6
7,6,6,3,1
8,3,,,
"""
MARKS = """\
seat,preparation,reflection
1,80,71
2,90,80
3,100,65
4,0,0
5,60,55
6,,
7,70,70
8,,
"""
FORMS = {"first-offers.csv": OFFERS, "post-settlement.csv": SECOND, "answers.csv": ANSWERS, "marks.csv": MARKS}
"""The forms that a teacher may fill in; seats 6 and 8 have no marks."""


def write_class(
    folder: Path,
    form: str = HEADER + "".join(ROWS),
    case: str = CASE,
    name: str = "A class",
    forms: Mapping[str, str] | None = None,
) -> Path:
    """Write a class's folder with its form filled in, and other forms by name."""
    teacher = folder / "class" / "teacher"
    teacher.mkdir(parents=True)
    pairs = [{"candidate": candidate, "recruiter": recruiter} for candidate, recruiter in PAIRS.values()]
    told = {"schema": "compkit/class@1", "case": name, "pairs": pairs}
    (teacher / "class.json").write_text(json.dumps(told), encoding="utf-8")
    (teacher / "case.yaml").write_text(case, encoding="utf-8")
    for file, text in {"agreements.csv": form, **(forms or {})}.items():
        (folder / "class" / file).write_text(text, encoding="utf-8")
    return folder / "class"
