"""Tax on wages: federal, state, city and payroll levies, for many households at once.

All pay counts as wages. What the tables hold for 2024, 2025 and 2026 is used as published; other years are refused.
"""

from __future__ import annotations

from compkit.tax.household import DEDUCTIONS, RESULT_COLUMNS, household_tax, taxed_places
from compkit.tax.schedules import TaxTables, bracket_tax

__all__ = ["DEDUCTIONS", "RESULT_COLUMNS", "TaxTables", "bracket_tax", "household_tax", "taxed_places"]
