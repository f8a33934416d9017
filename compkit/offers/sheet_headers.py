"""Finding the header row of a sheet, and the column that each header cell names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from typing import Any

HEADER_WITHIN = 20
"""The header row is among the first rows; titles and blank rows may come before it."""
LABELS_WITHIN = 60
"""A transposed sheet has its column names among the first rows."""
_LEAST_LABELS = 2
_NEAR_PART = 4
"""A misspelled name may have one wrong letter in this many, up to `_NEAR_LETTERS`."""
_NEAR_LETTERS = 2
_SEPARATORS = re.compile(r"[\s_\-\u2010-\u2015]+")
_SYNONYMS = {
    "id": "offer offerid offername",
    "candidate": "person applicant candidateid",
    "company": "employer companyname firm",
    "level": "grade joblevel",
    "location": "city office place joblocation worklocation",
    "residence": "home homecity livesin",
    "start_date": "start startday startingdate",
    "deadline": "due duedate expires expiry expirationdate expirydate respondby answerby offerdeadline",
    "base_salary": "base basepay salary annualsalary annualbase yearlysalary basesalaryusd",
    "annual_raise_rate": "raise raiserate annualraise",
    "bonus_target_rate": "bonus bonusrate bonuspercent bonustarget targetbonus targetbonusrate",
    "sign_on_y1": "signon signonbonus signing signingbonus signonyear1 signonbonusyear1 signonbonusy1",
    "sign_on_y2": "signonyear2 signonbonusyear2 signonbonusy2 signingbonusyear2",
    "sign_on_y3": "signonyear3",
    "sign_on_y4": "signonyear4",
    "equity_value": "equity rsu rsus stock stockgrant rsuvalue grantvalue equitygrant rsu4yr stockvalue",
    "equity_units": "shares units nunits numberofshares rsuunits rsushares rsucount",
    "price_now": "price shareprice stockprice currentprice",
    "vesting": "vest vestingschedule schedule",
}  # fmt: skip
_SYNONYM_OF = {word: column for column, words in _SYNONYMS.items() for word in words.split()}


def header_key(name: object) -> str:
    """Normalize a column name: no case, spaces, dashes, or underscores.

    >>> header_key(" BASE-Salary "), header_key("base_salary")
    ('basesalary', 'basesalary')
    """
    return _SEPARATORS.sub("", str(name)).casefold()


@cache
def _keys(columns: tuple[str, ...]) -> dict[str, str]:
    return {header_key(name): name for name in columns}


def column_named(name: object, columns: Collection[str]) -> str | None:
    """Column that a header cell names, or None."""
    return _keys(tuple(columns)).get(header_key(name))


def near_column(name: object, columns: Collection[str], taken: Collection[str] = ()) -> str | None:
    """Column that a header cell probably means, or None: a typo, a unit in parentheses, or a synonym.

    A synonym never means a column that the sheet already has (`taken`).

    >>> near_column("equity_vlaue", ["equity_value"]), near_column("Salary", ["base_salary"])
    ('equity_value', 'base_salary')
    >>> near_column("notes", ["status", "base_salary"]) is None
    True
    """
    return _near(header_key(name), tuple(columns), tuple(taken))


@lru_cache(maxsize=4096)
def _near(key: str, columns: tuple[str, ...], taken: tuple[str, ...]) -> str | None:
    known = _keys(columns)
    bare = re.sub(r"[^a-z0-9]", "", re.sub(r"\(.*?\)|\[.*?\]", "", key))
    word = _SYNONYM_OF.get(bare)
    if word in columns and word not in taken:
        return word
    if bare in known:
        return known[bare]
    distances = {column: _distance(key, other) for other, column in known.items() if _may_be_near(key, other)}
    close = {
        column: n for column, n in distances.items() if n <= min(_NEAR_LETTERS, len(header_key(column)) // _NEAR_PART)
    }
    return min(close, key=lambda column: close[column]) if close else None


def _may_be_near(key: str, other: str) -> bool:
    return abs(len(key) - len(other)) <= _NEAR_LETTERS and len(set(key) ^ set(other)) <= 2 * _NEAR_LETTERS


def _distance(one: str, other: str) -> int:
    """Damerau-Levenshtein distance: letters to add, drop, change, or swap with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for to, wanted in enumerate(other, start=1):
            best = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != wanted))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                best = min(best, earlier[to - 2] + 1)
            row.append(best)
    return row[-1]


def find_header(rows: Sequence[Sequence[Any]], columns: Collection[str], required: Collection[str]) -> int | None:
    """Position of the first row that names all required columns, or None."""
    for position, row in enumerate(rows[:HEADER_WITHIN]):
        if {column_named(cell, columns) for cell in row} >= set(required):
            return position
    return None


def best_header(rows: Sequence[Sequence[Any]], columns: Collection[str]) -> tuple[int, int]:
    """Position of the row that names most columns, misspelled or not, and their number; else the first non-blank."""
    counts = [_count_names(row, columns) for row in rows[:HEADER_WITHIN]]
    most = max(counts, default=0)
    if most:
        return counts.index(most), most
    return next((at for at, row in enumerate(rows[:HEADER_WITHIN]) if not is_blank(row)), 0), 0


def is_transposed(rows: Sequence[Sequence[Any]], columns: Collection[str]) -> bool:
    """Whether the column names run down a column, with offers side by side."""
    width = min(3, max(map(len, rows[:LABELS_WITHIN]), default=0))
    labels = [[row[at] for row in rows[:LABELS_WITHIN] if at < len(row)] for at in range(width)]
    most = max((_count_names(cells, columns) for cells in labels), default=0)
    return most >= _LEAST_LABELS and most > best_header(rows, columns)[1]


def _count_names(cells: Sequence[Any], columns: Collection[str]) -> int:
    texts = [cell for cell in cells if isinstance(cell, str) and cell.strip()]
    found = {column_named(text, columns) or near_column(text, columns) for text in texts}
    return len(found - {None})


def is_blank(row: Sequence[Any]) -> bool:
    """Whether a row is blank."""
    return not any(str(cell).strip() for cell in row)
