"""The figures of the tax tables as nodes: the row as published, and what indexing makes of it in a later year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compkit.explanation.derivation import Derivation, Key, defined, made
from compkit.explanation.inputs import absent, mentioned, tabled
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

    @property
    def name(self) -> str:
        """What the jurisdiction is called."""
        return str(self.law.tables.jurisdictions[self.law.jurisdiction]["name"])

    def parameter(self, tax: str, name: str, words: str, unit: str = "USD") -> Derivation | None:
        """Return a parameter; None where the law has no such."""
        basis = self._basis(tax, name)
        if basis is None:
            return None
        key = self._key(tax, basis) | {"parameter": name}
        row = tabled(self._tables, _PARAMETERS, key, "value", words, unit)
        return self._indexed(row, tax, name, basis, self.law.value(tax, name))

    def needed(self, tax: str, name: str, words: str, unit: str = "USD") -> Derivation:
        """Return a parameter that the law must have."""
        self.law.value(tax, name)
        found = self.parameter(tax, name, words, unit)
        if found is None:
            raise KeyError(name)
        return found

    def income_tax(self, taxable: Derivation, name: str, value: float | None = None) -> Derivation:
        """Return the tax that the income-tax brackets take of a taxable income [USD]."""
        law = self.law
        starts, _ = law.tables.brackets(law.jurisdiction, "income", law.year, law.status)
        reached = max(0, int(np.searchsorted(starts, taxable.value, side="left")) - 1)
        printed = None if law.is_projected else self._printed(starts[reached])
        if printed is not None:
            rate = self._rate(reached)
            above = made("difference", "income above the start of its bracket",
                         [taxable, self._start(starts, reached)])  # fmt: skip
            on_top = made("product", "tax above it", [rate, above])
            return made("sum", name, [printed, on_top], value=value)
        parts = [taxable]
        for number in range(reached + 1):
            parts += [self._start(starts, number), self._rate(number)]
        return made("brackets", name, parts, value=value)

    @property
    def top_rate(self) -> Derivation:
        """The highest rate of the brackets [fraction]."""
        law = self.law
        starts, _ = law.tables.brackets(law.jurisdiction, "income", law.year, law.status)
        return self._row(len(starts) - 1, "rate", f"highest rate of {self.name}", "fraction")

    def no_income_tax(self, name: str) -> Derivation:
        """Return a leaf of 0 for a jurisdiction that takes no tax on wages."""
        key, note = {"jurisdiction": self.law.jurisdiction}, f"{self.name} takes no income tax on wages"
        return mentioned(self._tables, "tax_jurisdictions", key, "has_wage_income_tax", name, "USD", note)

    def no_levies(self) -> Derivation:
        """Return a leaf of 0 for a jurisdiction without payroll levies."""
        key = {"jurisdiction": self.law.jurisdiction, "parameter": "schedule_a_tax"}
        return absent(_PARAMETERS, key, "value", "payroll levies", "USD", f"{self.name} has none on employees")

    def threshold(self, tax: str, name: str, value: float, words: str) -> Derivation:
        """Return a sum that the name of a parameter holds, such as where a part of a table begins [USD]."""
        row = self.needed(tax, name, words)
        origin = row.origin if row.origin is not None else row.parts[0].origin
        return Derivation(words, value, "USD", origin=origin, note="as the row's name says")

    def _printed(self, start: float) -> Derivation | None:
        """Return the tax that the law prints for the start of a bracket; None where it prints no such amounts."""
        if not self.law.amounts_by_threshold("income", "schedule_base"):
            return None
        name = f"schedule_base_{start:.0f}"
        found = self.parameter("income", name, f"tax printed for ${start:,.0f}")
        if found is None:
            key: Key = {"jurisdiction": self.law.jurisdiction, "parameter": name, "year": self.law.year}
            return absent(_PARAMETERS, key, "value", f"tax printed for ${start:,.0f}", "USD", "none is printed")
        return found

    def _start(self, starts: Sequence[float], number: int) -> Derivation:
        if starts[number] == 0:
            return defined("start of the first bracket", 0.0, "USD")
        basis = self._basis("income", BRACKETS)
        row = self._row(number, "threshold", f"start of bracket {number + 1}", "USD")
        return row if basis is None else self._indexed(row, "income", BRACKETS, basis, starts[number])

    def _rate(self, number: int) -> Derivation:
        row = self._row(number, "rate", f"rate of bracket {number + 1}", "fraction")
        most = self.parameter("income", "highest_rate", "highest rate by law", "fraction")
        if most is None or row.value <= most.value:
            return row
        return made("minimum", f"rate of bracket {number + 1}, as limited", [row, most], "fraction")

    def _row(self, number: int, column: str, words: str, unit: str) -> Derivation:
        law, basis = self.law, self._basis("income", BRACKETS)
        if basis is None:
            raise KeyError(law.jurisdiction)
        known = law.tables.brackets(law.jurisdiction, "income", basis.year, law.status)[0]
        key = self._key("income", basis) | {"threshold": known[number]}
        return tabled(self._tables, _BRACKETS, key, column, words, unit)

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
            return made("product", words, parts, row.unit, value)
        step = self._step(tax, name, rounding)
        return made(f"product_{rounding.direction}", words, [*parts, step], row.unit, value)

    def _step(self, tax: str, name: str, rounding: Rounding) -> Derivation:
        """Return the multiple to which the law rounds a figure [USD]; one node for all that are rounded alike."""
        key = {"jurisdiction": self.law.jurisdiction, "tax": tax, "parameter": name, "filing_status": rounding.status}
        if (tax, name) not in self._steps:
            self._steps[tax, name] = tabled(self._tables, _ROUNDING, key, "step", "multiple to round to", "USD")
        return self._steps[tax, name]

    def _factor(self, tax: str, name: str, basis: Basis) -> Derivation:
        """Return what indexing makes of a figure by the law's year [ratio]; one node for all that are indexed alike."""
        law, n_years = self.law, self.law.year - basis.year
        key = {"jurisdiction": law.jurisdiction, "tax": tax, "parameter": name}
        if (tax, name, n_years) not in self._factors:
            rate = tabled(self._tables, _INDEXING, key, "annual_rate", "yearly rise that we assume", "fraction")
            years = defined("years since", float(n_years), "years", f"from {basis.year} to {law.year}")
            words = f"indexing from {basis.year} to {law.year}"
            self._factors[tax, name, n_years] = made("compound", words, [rate, years], "ratio", basis.index)
        return self._factors[tax, name, n_years]
