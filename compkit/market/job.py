"""An offer's job in the terms of a store of pay data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from compkit.reference import Tables


@dataclass(frozen=True, slots=True)
class Job:
    """What rows of a store are looked for by.

    Parameters
    ----------
    company : str
        As `company_names` names it.
    level : str or None
        As `level_names` names it.
    titles : tuple of str
        Spellings of the title, in small letters; empty without one.
    metro : str or None
    region : str
        The state.
    on : date
        The latest day that counts.
    """

    company: str
    level: str | None
    titles: tuple[str, ...]
    metro: str | None
    region: str
    on: dt.date


def after_breaks(frame: pd.DataFrame, on: dt.date, tables: Tables) -> pd.Series:
    """Whether each row is of the days since its company's latest break."""
    latest = {row["company"]: row["day"] for row in sorted(tables.rows("pay_breaks"), key=lambda row: row["day"])
              if dt.date.fromisoformat(row["day"]) <= on}  # fmt: skip
    return frame["day"] >= pd.to_datetime(frame["company"].map(latest).fillna("1900-01-01"))
