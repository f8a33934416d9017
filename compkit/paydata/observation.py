"""One observed pay, as the store keeps it: whose, where, when, and how much of what."""

from __future__ import annotations

from typing import Final, Literal

Measure = Literal["base", "stock", "base_plus_stock", "total"]
MEASURES: Final[tuple[Measure, ...]] = ("base", "stock", "base_plus_stock", "total")
"""What an amount is, in USD a year. Like is held only against like."""

COLUMNS: Final = {
    "company": "VARCHAR",  # as the alias table spells it, else as typed without its legal form
    "company_folded": "VARCHAR",  # as typed, without case and further spaces
    "level": "VARCHAR",  # as the alias table spells it, else folded
    "level_folded": "VARCHAR",  # as typed, without case and further spaces
    "title": "VARCHAR",
    "metro": "VARCHAR",  # metropolitan area, by its name of today
    "area": "VARCHAR",  # market area, where the file itself gives one
    "region": "VARCHAR",  # state as two letters; elsewhere the country
    "country": "VARCHAR",  # "US" or as typed
    "day": "DATE",  # of the report, decision, or filing
    "tenure": "DOUBLE",  # years at the company
    "experience": "DOUBLE",  # years
    "tag": "VARCHAR",  # field of work, as typed
    "base": "DOUBLE",
    "stock": "DOUBLE",
    "base_plus_stock": "DOUBLE",
    "total": "DOUBLE",
    "low": "DOUBLE",  # of a posted range of base pay
    "high": "DOUBLE",
    "occupation": "VARCHAR",  # of what agencies publish: the standard code, such as 11-3021
    "period": "VARCHAR",  # as the agency names it, such as May 2023
    "p10": "DOUBLE",  # an agency's percentiles, of base pay
    "p25": "DOUBLE",
    "p50": "DOUBLE",
    "p75": "DOUBLE",
    "p90": "DOUBLE",
    "at_least": "DOUBLE",  # what the missing percentiles above the others are at least
    "level_1": "DOUBLE",  # prevailing wages
    "level_2": "DOUBLE",
    "level_3": "DOUBLE",
    "level_4": "DOUBLE",
    "is_continuation": "BOOLEAN",  # of a job already held
}
"""Columns of an observation and their types."""
