"""Brackets and parameters of a jurisdiction, year and filing status, and the arithmetic of brackets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from compkit.candidate import FilingStatus
from compkit.errors import TableError
from compkit.tables import Tables, records

FloatArray = NDArray[np.float64]
FILING_STATUSES: tuple[str, ...] = get_args(FilingStatus)
_ALL = "all"

Key = tuple[str, str, int, str]


def bracket_tax(
    income: FloatArray, thresholds: Sequence[float], rates: Sequence[float], bases: Sequence[float] | None = None
) -> FloatArray:
    """Return the tax of a rising schedule on each income.

    Parameters
    ----------
    income : ndarray, shape (n,)
        Taxable income, not negative [USD].
    thresholds, rates : sequence of float
        Where each bracket begins, the first at 0 [USD], and its rate [fraction].
    bases : sequence of float, optional
        The tax at each threshold where the law prints it (rounded); the sum of the lower brackets if left out [USD].

    Returns
    -------
    ndarray, shape (n,)
        [USD]

    Examples
    --------
    >>> bracket_tax(np.array([0.0, 100.0, 300.0]), [0.0, 200.0], [0.10, 0.20]).tolist()
    [0.0, 10.0, 40.0]
    """
    starts, marginal = np.asarray(thresholds, dtype=float), np.asarray(rates, dtype=float)
    at_start = np.concatenate([[0.0], np.cumsum(np.diff(starts) * marginal[:-1])])
    if bases is not None:
        at_start = np.asarray(bases, dtype=float)
    bracket = np.searchsorted(starts, income, side="left") - 1
    bracket = np.maximum(bracket, 0)
    return np.asarray(at_start[bracket] + (income - starts[bracket]) * marginal[bracket])


@dataclass(frozen=True, slots=True)
class Law:
    """The law of one jurisdiction in one year for one filing status.

    Parameters
    ----------
    tables : TaxTables
    jurisdiction : str
    year : int
    status : str
        The filing status.
    """

    tables: TaxTables
    jurisdiction: str
    year: int
    status: str

    def value(self, tax: str, parameter: str) -> float:
        """Return a parameter, for the filing status or for all.

        Raises
        ------
        TableError
            If the tables have none.
        """
        found = self.tables.parameter(self.jurisdiction, tax, self.year, self.status, parameter)
        if found is None:
            where = f"{self.jurisdiction} {tax}, {self.year}, {self.status}"
            raise TableError(f"tax_parameters.csv has no {parameter} for {where}.")
        return found

    def value_or(self, tax: str, parameter: str, otherwise: float) -> float:
        """Return a parameter, or `otherwise` where the law has no such thing."""
        found = self.tables.parameter(self.jurisdiction, tax, self.year, self.status, parameter)
        return otherwise if found is None else found

    def amounts_by_threshold(self, tax: str, stem: str) -> dict[float, float]:
        """Return the parameters named `<stem>_<threshold>` by their threshold, rising [USD]."""
        found = {
            float(name.removeprefix(f"{stem}_")): value
            for name, value in self.tables.parameters_of(self.jurisdiction, tax, self.year, self.status)
            if name.startswith(f"{stem}_") and name.removeprefix(f"{stem}_").isdigit()
        }
        return dict(sorted(found.items()))

    def income_tax(self, taxable: FloatArray) -> FloatArray:
        """Return the tax that the brackets, with their printed bases where there are some, give [USD]."""
        thresholds, rates = self.tables.brackets(self.jurisdiction, "income", self.year, self.status)
        printed = self.amounts_by_threshold("income", "schedule_base")
        bases = [printed.get(threshold, 0.0) for threshold in thresholds] if printed else None
        return bracket_tax(taxable, thresholds, rates, bases)

    @property
    def levies(self) -> list[str]:
        """The payroll levies of the jurisdiction: taxes with a rate and a word on Schedule A."""
        return self.tables.levies(self.jurisdiction, self.year)

    @property
    def top_bracket_start(self) -> float:
        """Where the highest rate begins [USD]."""
        return self.tables.brackets(self.jurisdiction, "income", self.year, self.status)[0][-1]


class TaxTables:
    """tax_brackets.csv, tax_parameters.csv, tax_jurisdictions.csv and place_taxes.csv, ready for look-ups."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @cached_property
    def _parameters(self) -> dict[Key, dict[str, float]]:
        found: dict[Key, dict[str, float]] = {}
        for row in records(self._tables["tax_parameters"]):
            key = (row["jurisdiction"], row["tax"], int(row["year"]), row["filing_status"])
            found.setdefault(key, {})[row["parameter"]] = float(row["value"])
        return found

    @cached_property
    def _brackets(self) -> dict[Key, tuple[list[float], list[float]]]:
        found: dict[Key, tuple[list[float], list[float]]] = {}
        for row in sorted(records(self._tables["tax_brackets"]), key=lambda row: row["threshold"]):
            key = (row["jurisdiction"], row["tax"], int(row["year"]), row["filing_status"])
            thresholds, rates = found.setdefault(key, ([], []))
            thresholds.append(float(row["threshold"]))
            rates.append(float(row["rate"]))
        return found

    @cached_property
    def jurisdictions(self) -> dict[str, dict[str, object]]:
        """Every row of tax_jurisdictions.csv by its code."""
        return {row["jurisdiction"]: row for row in records(self._tables["tax_jurisdictions"])}

    @cached_property
    def of_place(self) -> dict[str, list[str]]:
        """The jurisdictions that tax a place's residents, federal first, by place."""
        found: dict[str, list[str]] = {}
        for row in records(self._tables["place_taxes"]):
            found.setdefault(row["place"], []).append(row["jurisdiction"])
        return found

    @cached_property
    def years(self) -> list[int]:
        """The years for which federal brackets are there."""
        return sorted(
            {year for jurisdiction, tax, year, _ in self._brackets if (jurisdiction, tax) == ("US", "income")}
        )

    @cached_property
    def unverified(self) -> set[tuple[str, int]]:
        """The (jurisdiction, year) in whose rows at least one figure is unverified."""
        return {
            (row["jurisdiction"], int(row["year"]))
            for table in ("tax_brackets", "tax_parameters")
            for row in records(self._tables[table])
            if row["status"] == "unverified"
        }

    def law(self, jurisdiction: str, year: int, status: str) -> Law:
        """Return the law of a jurisdiction in a year for a filing status."""
        return Law(self, jurisdiction, year, status)

    def parameter(self, jurisdiction: str, tax: str, year: int, status: str, name: str) -> float | None:
        """Return a parameter, for the filing status or for all, or None."""
        for of_status in (status, _ALL):
            found = self._parameters.get((jurisdiction, tax, year, of_status), {}).get(name)
            if found is not None:
                return found
        return None

    def parameters_of(self, jurisdiction: str, tax: str, year: int, status: str) -> Iterator[tuple[str, float]]:
        """Yield all parameters of a tax, for the filing status and for all."""
        for of_status in (_ALL, status):
            yield from self._parameters.get((jurisdiction, tax, year, of_status), {}).items()

    def brackets(self, jurisdiction: str, tax: str, year: int, status: str) -> tuple[list[float], list[float]]:
        """Return thresholds [USD] and rates [fraction]; empty lists where the jurisdiction has no such tax."""
        return self._brackets.get((jurisdiction, tax, year, status), ([], []))

    def levies(self, jurisdiction: str, year: int) -> list[str]:
        """Return the payroll levies of a jurisdiction."""
        return [
            tax
            for (where, tax, when, _), parameters in self._parameters.items()
            if (where, when) == (jurisdiction, year) and "schedule_a_tax" in parameters
        ]
