"""The figures of the tax tables as nodes: the row as published, and what indexing makes of it in a later year."""

from __future__ import annotations

from compkit.explanation.derivation import Derivation, defined, node
from compkit.explanation.inputs import from_table, rows_of, zero_from_missing_row, zero_from_table
from compkit.explanation.tax_words import parameter_words
from compkit.reference import Tables
from compkit.tax import BRACKETS, Basis, Law, Rounding

_PARAMETERS, _BRACKETS = "tax_parameters", "tax_brackets"
_INDEXING, _ROUNDING = "tax_indexing", "tax_rounding"


class TaxRows:
    """The law of one jurisdiction, year and filing status as nodes.

    Parameters
    ----------
    law : Law
    tables : Tables
        Those that the law is read from.
    """

    def __init__(self, law: Law, tables: Tables) -> None:
        self.law, self._tables = law, tables
        self._factors: dict[tuple[str, str, int], Derivation] = {}
        self._steps: dict[tuple[str, str], Derivation] = {}
        self._parameters: dict[tuple[str, str], Derivation | None] = {}

    @property
    def name(self) -> str:
        """What the jurisdiction is called."""
        return str(self.law.tables.jurisdictions[self.law.jurisdiction]["name"])

    def parameter(self, tax: str, name: str) -> Derivation | None:
        """Return a parameter; None where the law has no such."""
        if (tax, name) not in self._parameters:
            self._parameters[tax, name] = self._parameter(tax, name)
        return self._parameters[tax, name]

    def _parameter(self, tax: str, name: str) -> Derivation | None:
        basis = self._basis(tax, name)
        if basis is None:
            return None
        key = self._key(tax, basis) | {"parameter": name}
        (row,) = rows_of(self._tables, _PARAMETERS, key)
        unit = "ratio" if row["unit"] == "boolean" else str(row["unit"]).split()[0]
        leaf = from_table(self._tables, _PARAMETERS, key, "value", self.words(tax, name)[0], unit)
        return self._indexed(leaf, tax, name, basis, self.law.value(tax, name))

    def words(self, tax: str, name: str) -> tuple[str, ...]:
        """Name of a parameter, then of the figures computed with it; see `parameter_words`."""
        return parameter_words(self.law.jurisdiction, self.name, tax, name)

    def needed(self, tax: str, name: str) -> Derivation:
        """Return a parameter that the law must have."""
        self.law.value(tax, name)
        found = self.parameter(tax, name)
        if found is None:
            raise KeyError(name)
        return found

    @property
    def top_rate(self) -> Derivation:
        """The highest rate of the brackets [fraction]."""
        law = self.law
        starts, _ = law.tables.brackets(law.jurisdiction, "income", law.year, law.status)
        return self._row(len(starts) - 1, "rate", f"highest rate of {self.name}", "fraction")

    def no_income_tax(self, name: str) -> Derivation:
        """Return a leaf of 0 for a jurisdiction that takes no tax on wages."""
        key, note = {"jurisdiction": self.law.jurisdiction}, f"{self.name} takes no income tax on wages"
        return zero_from_table(self._tables, "tax_jurisdictions", key, "has_wage_income_tax", name, "USD", note)

    def no_levies(self, name: str) -> Derivation:
        """Return a leaf of 0 for a jurisdiction without payroll levies."""
        key = {"jurisdiction": self.law.jurisdiction, "parameter": "schedule_a_tax"}
        return zero_from_missing_row(_PARAMETERS, key, "value", name, "USD", f"{self.name} has none on employees")

    def threshold(self, tax: str, name: str) -> Derivation:
        """Return the sum that the name of a parameter ends with [USD]."""
        row = self.needed(tax, name)
        origin = row.origin if row.origin is not None else row.parts[0].origin
        return Derivation("where that bracket starts", float(name.rpartition("_")[2]), "USD", origin=origin,
                          note="as the row's name says")  # fmt: skip

    def start(self, number: int, value: float) -> Derivation:
        """Start of a bracket of the income tax; 0 for the first [USD]."""
        if value == 0:
            return defined("start of the first bracket", 0.0, "USD")
        basis = self._basis("income", BRACKETS)
        row = self._row(number, "threshold", f"start of bracket {number + 1}", "USD")
        return row if basis is None else self._indexed(row, "income", BRACKETS, basis, value)

    def rate(self, number: int) -> Derivation:
        """Return the rate of a bracket of the income tax, the first one being 0 [fraction]."""
        return self._row(number, "rate", f"rate of bracket {number + 1}", "fraction")

    def _row(self, number: int, column: str, words: str, unit: str) -> Derivation:
        law, basis = self.law, self._basis("income", BRACKETS)
        if basis is None:
            raise KeyError(law.jurisdiction)
        known = law.tables.brackets(law.jurisdiction, "income", basis.year, law.status)[0]
        key = self._key("income", basis) | {"threshold": known[number]}
        return from_table(self._tables, _BRACKETS, key, column, words, unit)

    def _basis(self, tax: str, name: str) -> Basis | None:
        law = self.law
        return law.tables.basis(law.jurisdiction, tax, law.year, law.status, name)

    def _key(self, tax: str, basis: Basis) -> dict[str, str | int | float | tuple[int, ...] | tuple[str, ...]]:
        return {"jurisdiction": self.law.jurisdiction, "tax": tax, "year": basis.year, "filing_status": basis.status}

    def _indexed(self, row: Derivation, tax: str, name: str, basis: Basis, value: float) -> Derivation:
        if basis.index == 1.0 or row.value == 0.0:
            return row
        words, parts = f"{row.name} in {self.law.year}, projected", [row, self._factor(tax, name, basis)]
        rounding = basis.rounding
        if rounding is None:
            return node("product", words, parts, row.unit, value)
        step = self._step(tax, name, rounding)
        return node(f"product_{rounding.direction}", words, [*parts, step], row.unit, value)

    def _step(self, tax: str, name: str, rounding: Rounding) -> Derivation:
        """Return the multiple to which the law rounds a figure [USD]; one node for all that are rounded alike."""
        key = {"jurisdiction": self.law.jurisdiction, "tax": tax, "parameter": name, "filing_status": rounding.status}
        if (tax, name) not in self._steps:
            self._steps[tax, name] = from_table(self._tables, _ROUNDING, key, "step", "multiple to round to", "USD")
        return self._steps[tax, name]

    def _factor(self, tax: str, name: str, basis: Basis) -> Derivation:
        """Growth of a figure by indexing up to the law's year [ratio]; one node for all that are indexed alike."""
        law, n_years = self.law, self.law.year - basis.year
        key = {"jurisdiction": law.jurisdiction, "tax": tax, "parameter": name}
        if (tax, name, n_years) not in self._factors:
            rate = from_table(self._tables, _INDEXING, key, "annual_rate", "yearly rise that we assume", "fraction")
            years = defined("years since", float(n_years), "years", f"from {basis.year} to {law.year}")
            words = f"indexing from {basis.year} to {law.year}"
            self._factors[tax, name, n_years] = node("compound", words, [rate, years], "ratio", basis.index)
        return self._factors[tax, name, n_years]
