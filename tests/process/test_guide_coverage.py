"""Each line of the guide that isn't elsewhere is named by exactly one row of a table, or says why not."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

from hand_checked import rows

ROOT = Path(__file__).resolve().parents[2]


def test_each_line_of_the_guide_is_named_once() -> None:
    named: Counter[str] = Counter()
    for table in (ROOT / "data").glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            named.update(row["guide_row"] for row in csv.DictReader(file) if row.get("guide_row"))
    page = (ROOT / "docs" / "guide-coverage.md").read_text(encoding="utf-8")
    for line in re.findall(r"^\| (\d\d-\d\d[^|]*)\|", page, re.MULTILINE):
        named.update(line.split())
    wanted = [row["guide_row"] for row in rows("guide_rows")]
    assert Counter(wanted) == named
