"""Tax brackets and parameters by jurisdiction, year and filing status, published or projected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeVar, get_args

import numpy as np

from compkit.errors import TableError
from compkit.model import REMOTE, FilingStatus
from compkit.pay import FloatArray
from compkit.reference import Tables
from compkit.tax.indexing import Basis, Rounding

FILING_STATUSES: tuple[str, ...] = get_args(FilingStatus)
AmountT = TypeVar("AmountT", bound=FloatArray | float)
_ALL = "all"
BRACKETS = "brackets"
ITEMIZED = "itemized"
"""The name in the tables of what states let a household itemize."""

Key = tuple[str, str, str]
"""Jurisdiction, tax, filing status."""

N_PROJECTED = 12
"""Number of years that tax is projected beyond the last published year."""


def steps_above(income: FloatArray, start: float, step: float) -> FloatArray:
    """Count steps of income above a start, rounded up."""
    return np.ceil(np.maximum(0.0, income - start) / step)


def bracket_tax(
    income: FloatArray, thresholds: Sequence[float], rates: Sequence[float], bases: Sequence[float] | None = None
) -> FloatArray:
    """Tax on each income by a bracket schedule.

    Parameters
    ----------
    income : ndarray, shape (n,)
        Taxable income, not negative [USD].
    thresholds, rates : sequence of float
        Start of each bracket, the first at 0 [USD], and its rate [fraction].
    bases : sequence of float, optional
        Tax at each threshold as printed (rounded) in the law; by default the sum of the lower brackets [USD].

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
    """Tax law of a jurisdiction in a year for a filing status.

    Parameters
    ----------
    tables : TaxTables
    jurisdiction : str
    year : int
    status : str
    """

    tables: TaxTables
    jurisdiction: str
    year: int
    status: str

    def value(self, tax: str, parameter: str) -> float:
        """Value of a parameter, for the filing status or for all.

        Raises
        ------
        TableError
            If the tables do not have it.
        """
        found = self.tables.parameter(self.jurisdiction, tax, self.year, self.status, parameter)
        if found is None:
            where = f"{self.jurisdiction} {tax}, {self.year}, {self.status}"
            raise TableError(f"tax_parameters.csv has no {parameter} for {where}.")
        return found

    @property
    def federal(self) -> Law:
        """Federal law of the same year, for the same filing status."""
        return self.tables.law("US", self.year, self.status)

    def value_or(self, tax: str, parameter: str, otherwise: float) -> float:
        """Value of a parameter, or `otherwise` if the law has none."""
        found = self.tables.parameter(self.jurisdiction, tax, self.year, self.status, parameter)
        return otherwise if found is None else found

    def amounts_by_threshold(self, tax: str, stem: str) -> dict[float, float]:
        """Parameters named `<stem>_<threshold>` by their threshold, ascending [USD]."""
        amounts = {
            float(suffix): self.tables.parameter(self.jurisdiction, tax, self.year, self.status, name)
            for name in self.tables.parameter_names(self.jurisdiction, tax, self.status)
            if name.startswith(f"{stem}_") and (suffix := name.removeprefix(f"{stem}_")).isdigit()
        }
        return {threshold: amounts[threshold] or 0.0 for threshold in sorted(amounts) if amounts[threshold] is not None}

    def amount_above(self, tax: str, stem: str, income: FloatArray, *, is_from: bool = False) -> FloatArray:
        """Return the `<stem>_<threshold>` of the highest threshold that each income exceeds, or reaches; else 0."""
        amounts = self.amounts_by_threshold(tax, stem)
        at = np.searchsorted(list(amounts), income, side="right" if is_from else "left")
        return np.array([0.0, *amounts.values()])[at]

    @property
    def is_projected(self) -> bool:
        """Whether the year lies beyond the published ones."""
        return self.year > self.tables.last_published_year

    @property
    def schedule(self) -> tuple[list[float], list[float], list[float] | None]:
        """The income tax's thresholds [USD], rates [fraction], and the bases where they are printed [USD]."""
        thresholds, rates = self.tables.brackets(self.jurisdiction, "income", self.year, self.status)
        highest = self.value_or("income", "highest_rate", np.inf)  # where higher rates were enacted for a time
        rates = [min(rate, highest) for rate in rates]
        # Printed amounts are those of published schedules; a projected one is the sum of its brackets.
        printed = {} if self.is_projected else self.amounts_by_threshold("income", "schedule_base")
        return thresholds, rates, [printed.get(threshold, 0.0) for threshold in thresholds] if printed else None

    def income_tax(self, taxable: FloatArray) -> FloatArray:
        """Return the tax that the brackets give [USD]."""
        return bracket_tax(taxable, *self.schedule)

    def as_income_tax(self, amount: FloatArray) -> FloatArray:
        """Return the amount, the income tax of the jurisdiction; a law that explains itself names it so."""
        return amount

    def named(self, amount: AmountT, _words: str) -> AmountT:
        """Return the amount; a law that explains itself names it so."""
        return amount

    @property
    def levies(self) -> list[str]:
        """Payroll taxes of the jurisdiction: taxes with a parameter `schedule_a_tax`."""
        return self.tables.levies(self.jurisdiction, self.year)

    @property
    def follows_federal_choice(self) -> bool:
        """Whether the state return must itemize exactly if the federal return does."""
        return self.tables.jurisdictions[self.jurisdiction]["deduction_choice"] == "federal"

    @property
    def flat_rate(self) -> float:
        """The only rate of the income tax [fraction]."""
        (rate,) = self.tables.brackets(self.jurisdiction, "income", self.year, self.status)[1]
        return rate

    @property
    def top_bracket_start(self) -> float:
        """Where the highest rate begins [USD]."""
        return self.tables.brackets(self.jurisdiction, "income", self.year, self.status)[0][-1]


class TaxTables:
    """Tax tables by key: as published, and projected beyond the last published year.

    A projected figure is the last known one, indexed yearly at the rate in tax_indexing.csv and rounded by
    tax_rounding.csv. Figures already enacted or announced for later years are in the tables.

    Parameters
    ----------
    tables : Tables
    washington_2028 : bool
        Include Washington's tax on wages above 1,000,000 in the state income tax of its residents: it is enacted from
        2028, but may be overturned in court or at the ballot.
    """

    def __init__(self, tables: Tables, *, washington_2028: bool = False) -> None:
        self._tables = tables
        self.counts_washington_2028 = washington_2028
        self._found_parameter, self._found_brackets = cache(self._find_parameter), cache(self._find_brackets)
        self._found_names, self._found_levies = cache(self._find_names), cache(self._find_levies)

    @cached_property
    def _parameters(self) -> dict[Key, dict[str, dict[int, float]]]:
        found: dict[Key, dict[str, dict[int, float]]] = {}
        for row in self._tables.rows("tax_parameters"):
            of_tax = found.setdefault((row["jurisdiction"], row["tax"], row["filing_status"]), {})
            of_tax.setdefault(row["parameter"], {})[int(row["year"])] = float(row["value"])
        return found

    @cached_property
    def _brackets(self) -> dict[Key, dict[int, tuple[list[float], list[float]]]]:
        found: dict[Key, dict[int, tuple[list[float], list[float]]]] = {}
        for row in sorted(self._tables.rows("tax_brackets"), key=lambda row: row["threshold"]):
            of_tax = found.setdefault((row["jurisdiction"], row["tax"], row["filing_status"]), {})
            thresholds, rates = of_tax.setdefault(int(row["year"]), ([], []))
            thresholds.append(float(row["threshold"]))
            rates.append(float(row["rate"]))
        return found

    @cached_property
    def _annual_rates(self) -> dict[tuple[str, str, str], float]:
        return {
            (row["jurisdiction"], row["tax"], row["parameter"]): float(row["annual_rate"])
            for row in self._tables.rows("tax_indexing")
        }

    @cached_property
    def _roundings(self) -> dict[tuple[str, str, str, str], Rounding]:
        return {
            (row["jurisdiction"], row["tax"], row["parameter"], row["filing_status"]): Rounding(
                float(row["step"]), row["direction"], row["filing_status"]
            )
            for row in self._tables.rows("tax_rounding")
        }

    @cached_property
    def jurisdictions(self) -> dict[str, dict[str, object]]:
        """Rows of tax_jurisdictions.csv by code."""
        return {row["jurisdiction"]: row for row in self._tables.rows("tax_jurisdictions")}

    @cached_property
    def of_place(self) -> dict[str, list[str]]:
        """Jurisdictions that tax residents, federal first, by place."""
        found: dict[str, list[str]] = {}
        for row in self._tables.rows("place_taxes"):
            found.setdefault(row["place"], []).append(row["jurisdiction"])
        return found

    def depends_on_federal_choice(self, place: str, *, has_deductions: bool) -> bool:
        """Whether a place's state tax depends on what the federal return deducts, for who has a home's costs or not."""
        choices = {self.jurisdictions[code]["deduction_choice"] for code in self.of_place[place]}
        return "federal" in choices or (has_deductions and "if_federal" in choices)

    @cached_property
    def agreements(self) -> dict[tuple[str, str], str]:
        """Rule for the tax on a commuter's wages, by (state of residence, state of work)."""
        return {(row["residence"], row["work"]): row["rule"] for row in self._tables.rows("state_agreements")}

    @cached_property
    def part_year_rules(self) -> dict[str, dict[str, object]]:
        """Rows of part_year_rules.csv by jurisdiction: the tax on who lived there for a part of the year."""
        return {str(row["jurisdiction"]): row for row in self._tables.rows("part_year_rules")}

    @cached_property
    def untaxed_places(self) -> frozenset[str]:
        """Places of offers without taxes in the tables."""
        return frozenset(str(row["place"]) for row in self._tables.rows("places")) - {*self.of_place, REMOTE}

    @cached_property
    def published_years(self) -> list[int]:
        """Years with published federal brackets."""
        return sorted(self._brackets["US", "income", FILING_STATUSES[0]])

    @cached_property
    def last_published_year(self) -> int:
        """The last year with published federal brackets."""
        return self.published_years[-1]

    @property
    def years(self) -> list[int]:
        """Years with taxes: published, then projected."""
        return [*self.published_years, *range(self.last_published_year + 1, self.last_published_year + N_PROJECTED + 1)]

    @cached_property
    def unverified(self) -> set[tuple[str, int]]:
        """Each (jurisdiction, year) with at least one unverified figure that a tax on wages alone rests on."""
        return {
            (row["jurisdiction"], int(row["year"]))
            for table in ("tax_brackets", "tax_parameters")
            for row in self._tables.rows(table)
            if row["status"] == "unverified" and row["tax"] != ITEMIZED
        }

    def law(self, jurisdiction: str, year: int, status: str) -> Law:
        """Law of a jurisdiction in a year for a filing status."""
        return Law(self, jurisdiction, year, status)

    def parameter(self, jurisdiction: str, tax: str, year: int, status: str, name: str) -> float | None:
        """Value of a parameter, for the filing status or for all; None if the law has none that year."""
        return self._found_parameter(jurisdiction, tax, year, status, name)

    def _find_parameter(self, jurisdiction: str, tax: str, year: int, status: str, name: str) -> float | None:
        basis = self.basis(jurisdiction, tax, year, status, name)
        if basis is None:
            return None
        return basis.project(self._parameters[jurisdiction, tax, basis.status][name][basis.year])

    def parameter_names(self, jurisdiction: str, tax: str, status: str) -> set[str]:
        """Names of all parameters of a tax, for the filing status and for all, in any year."""
        return self._found_names(jurisdiction, tax, status)

    def _find_names(self, jurisdiction: str, tax: str, status: str) -> set[str]:
        of_statuses = (self._parameters.get((jurisdiction, tax, each), {}) for each in (_ALL, status))
        return {name for names in of_statuses for name in names}

    def brackets(self, jurisdiction: str, tax: str, year: int, status: str) -> tuple[list[float], list[float]]:
        """Thresholds [USD] and rates [fraction]; empty if the jurisdiction does not have the tax."""
        return self._found_brackets(jurisdiction, tax, year, status)

    def _find_brackets(self, jurisdiction: str, tax: str, year: int, status: str) -> tuple[list[float], list[float]]:
        basis = self.basis(jurisdiction, tax, year, status, BRACKETS)
        if basis is None:
            return [], []
        thresholds, rates = self._brackets[jurisdiction, tax, basis.status][basis.year]
        fixed = {start for start in thresholds if (jurisdiction, tax, f"{BRACKETS}_{start:.0f}") in self._annual_rates}
        return [start if start in fixed else basis.project(start) for start in thresholds], rates

    def levies(self, jurisdiction: str, year: int) -> list[str]:
        """Payroll taxes of a jurisdiction in a year."""
        return self._found_levies(jurisdiction, year)

    def _find_levies(self, jurisdiction: str, year: int) -> list[str]:
        return [
            tax
            for (where, tax, _), parameters in self._parameters.items()
            if where == jurisdiction and self._base_year(parameters.get("schedule_a_tax", {}), year) is not None
        ]

    def basis(self, jurisdiction: str, tax: str, year: int, status: str, name: str) -> Basis | None:
        """Source rows of a parameter, or of the brackets with the name `brackets`; None if there are none."""
        for of_status in (status, _ALL):
            key = (jurisdiction, tax, of_status)
            by_year: Mapping[int, object] = self._parameters.get(key, {}).get(name, {})
            if name == BRACKETS:
                by_year = self._brackets.get(key, {})
            base = self._base_year(by_year, year)
            if base is not None:
                return self._basis(key, name, base, year, status)
        return None

    def years_behind(self, year: int) -> range:
        """Years whose rows can be the source of figures of `year`."""
        return range(min(year, self.last_published_year), year + 1)

    def _base_year(self, by_year: Mapping[int, object], year: int) -> int | None:
        """Year whose figure applies in `year`: itself, or for a projected year the last known one."""
        if year in by_year:
            return year
        return max((known for known in by_year if self.last_published_year <= known < year), default=None)

    def _basis(self, key: Key, name: str, base: int, year: int, status: str) -> Basis:
        """Basis of a figure in `year` on the rows of `key` in the year `base`."""
        jurisdiction, tax, of_status = key
        rate = self._annual_rates.get((jurisdiction, tax, name), 0.0)
        if base == year or rate == 0.0:
            return Basis(base, of_status, 1.0)
        by_status = (self._roundings.get((jurisdiction, tax, name, each)) for each in (status, _ALL))
        rounding = next((found for found in by_status if found is not None), None)
        return Basis(base, of_status, (1.0 + rate) ** (year - base), rounding)


def tax_tables(tables: Tables, *, washington_2028: bool = False) -> TaxTables:
    """Build `TaxTables`, once for the same tables."""
    return tables.derived(_with_washington_2028 if washington_2028 else TaxTables)


def _with_washington_2028(tables: Tables) -> TaxTables:
    return TaxTables(tables, washington_2028=True)
