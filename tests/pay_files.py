"""Small files of pay, and adding them to a store."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from compkit.paydata import Fates, add_file, open_store
from compkit.reference import load_tables

TODAY = dt.date(2026, 11, 30)
TABLES = load_tables()
REPORT = {
    "timestamp": "6/11/2017 14:53:57", "company": "Amazon", "level": "L7", "title": "Product Manager",
    "totalyearlycompensation": "310000", "location": "Seattle, WA", "yearsofexperience": "8", "yearsatcompany": "0",
    "tag": "NA", "basesalary": "155000", "stockgrantvalue": "100000", "bonus": "55000",
}  # fmt: skip
FILING = {
    "CASE_NUMBER": "I-200-1", "CASE_STATUS": "CERTIFIED", "DECISION_DATE": "2018-02-02", "EMPLOYER_NAME": "HELLO INC.",
    "JOB_TITLE": "ENGINEER", "FULL_TIME_POSITION": "Y", "WAGE_RATE_OF_PAY_FROM": "143915.0",
    "WAGE_RATE_OF_PAY_TO": "0.0", "WAGE_UNIT_OF_PAY": "Year", "WORKSITE_CITY": "REDMOND", "WORKSITE_STATE": "WA",
    "NEW_EMPLOYMENT": "1", "CONTINUED_EMPLOYMENT": "0",
}  # fmt: skip
POSTING = {
    "job_id": "1", "company_name": "Hopper", "title": "Engineer", "min_salary": "100000", "max_salary": "150000",
    "pay_period": "YEARLY", "location": "Seattle, WA", "listed_time": "1.71354E+12",
}  # fmt: skip
MANAGER = REPORT | {"level": "L6", "title": "Software Engineering Manager"}


def report(base: int, day: str = "6/1/2026", stock: int = 80_000, bonus: int = 0, **changes: str) -> dict[str, str]:
    """Self-report of an Amazon manager at L6 in Seattle."""
    return MANAGER | {
        "timestamp": f"{day} 10:00:{base // 1_000 % 60:02}", "basesalary": str(base), "stockgrantvalue": str(stock),
        "bonus": str(bonus), "totalyearlycompensation": str(base + stock + bonus),
    } | changes  # fmt: skip


def reports(n: int, *, day: str = "6/1/2026", **changes: str) -> list[dict[str, str]]:
    """Self-reports with bases from 170,000 in steps of 5,000."""
    return [report(170_000 + 5_000 * k, day, **changes) for k in range(n)]


def sheet(path: Path, rows: Sequence[Mapping[str, str]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def add(store: Path, *files: Path) -> list[Fates]:
    with open_store(store, read_only=False) as connection:
        return [add_file(connection, file, TABLES, TODAY) for file in files]
