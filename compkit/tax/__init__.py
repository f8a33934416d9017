"""Tax on wages: federal, state, city and payroll taxes, for many households at once.

All pay counts as wages. The tables of 2024, 2025 and 2026 are used as published; later years are projected from them
and labeled so; earlier years are refused.
"""

from __future__ import annotations

from compkit.tax.employment import employment_year_tax
from compkit.tax.household import (
    DEDUCTIONS,
    RESULT_COLUMNS,
    household_tax,
    taxed_places,
    untaxed_place,
)
from compkit.tax.schedules import TaxTables, bracket_tax, tax_tables
from compkit.tax.two_states import TwoStatesError, UntaxedPlaceError

__all__ = [
    "DEDUCTIONS",
    "RESULT_COLUMNS",
    "TaxTables",
    "TwoStatesError",
    "UntaxedPlaceError",
    "bracket_tax",
    "employment_year_tax",
    "household_tax",
    "tax_tables",
    "taxed_places",
    "untaxed_place",
]
