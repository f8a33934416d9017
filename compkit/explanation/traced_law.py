"""The tax law with traced figures: each knows its row, and what is computed with it is named after it."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, cast

import numpy as np

from compkit.explanation.derivation import Derivation, TableRow, defined, node
from compkit.explanation.inputs import carried, from_table, rows_of
from compkit.explanation.traced import FLAG, Traced, node_of
from compkit.reference import Tables
from compkit.tax import BRACKETS, Basis, Law, Rounding, TaxTables, bracket_tax, parameter_words


class TaxRows:
    """Figures of one jurisdiction, year and filing status as nodes: as published, or projected to a later year.

    Parameters
    ----------
    law : Law
    tables : Tables
        Those that the law is read from.
    """

    def __init__(self, law: Law, tables: Tables) -> None:
        self._law, self._tables = law, tables
        # One node for all that use it.
        self.parameter, self._factor, self._step = cache(self._parameter), cache(self._growth), cache(self._multiple)

    @cached_property
    def name(self) -> str:
        """The name of the jurisdiction."""
        return str(self._law.tables.jurisdictions[self._law.jurisdiction]["name"])

    @property
    def _of(self) -> str:
        return "federal" if self._law.jurisdiction == "US" else self.name

    def _called(self, tax: str, name: str) -> str:
        return f"{self._of} brackets" if name == BRACKETS else self.words(tax, name)[0]

    def _parameter(self, tax: str, name: str) -> Derivation | None:
        """Find a parameter; None if the law has none of that name."""
        basis = self._basis(tax, name)
        if basis is None:
            return None
        key = self._key(tax, basis, "parameter", name)
        (row,) = rows_of(self._tables, "tax_parameters", key)
        unit = FLAG if row["unit"] == "boolean" else str(row["unit"]).split()[0]
        leaf = from_table(self._tables, "tax_parameters", key, "value", self.words(tax, name)[0], unit)
        return self._indexed(leaf, tax, name, basis, self._law.value(tax, name))

    def words(self, tax: str, name: str) -> tuple[str, ...]:
        """Name of a parameter, then of the figures computed with it; see `parameter_words`."""
        return parameter_words(self._law.jurisdiction, self.name, tax, name)

    @property
    def top_rate(self) -> Derivation:
        """The highest rate of the brackets [fraction]."""
        return replace(self.brackets[-1][1], name=f"highest rate of {self.name}")

    def threshold(self, tax: str, name: str) -> Derivation:
        """Threshold that the name of a parameter ends with [USD]."""
        row = self.parameter(tax, name)
        if row is None:
            raise KeyError(name)
        origin = replace(cast(TableRow, row.origin or row.parts[0].origin), column="parameter")
        value = float(name.rpartition("_")[2])
        rates = (f"{100 * rate.value:g}% " for start, rate in self.brackets if start.value == value)
        words = ", where the benefit of the lower brackets is taken back" if tax == "recapture" else ""
        return Derivation(f"start of the {next(rates, '')}bracket{words}", value, "USD", origin=origin)

    @cached_property
    def brackets(self) -> list[tuple[Derivation, Derivation]]:
        """Start [USD] and rate [fraction] of each bracket of the income tax; empty if there is none."""
        law, basis = self._law, self._basis("income", BRACKETS)
        if basis is None:
            return []
        known, starts = (law.tables.brackets(law.jurisdiction, "income", year, law.status)[0]
                         for year in (basis.year, law.year))  # fmt: skip
        found = []
        for number, (threshold, start) in enumerate(zip(known, starts, strict=True), start=1):
            key, words = self._key("income", basis, "threshold", threshold), f"start of {self._of} bracket {number}"
            first = from_table(self._tables, "tax_brackets", key, "threshold", words, "USD")
            first = self._indexed(first, "income", BRACKETS, basis, start)
            words = f"rate of {self._of} bracket {number}"
            rate = from_table(self._tables, "tax_brackets", key, "rate", words, "fraction")
            rate = rate if basis.year == law.year else carried(rate)
            found.append((first if start else defined("start of the first bracket", 0.0, "USD"), rate))
        return found

    def _basis(self, tax: str, name: str) -> Basis | None:
        law = self._law
        return law.tables.basis(law.jurisdiction, tax, law.year, law.status, name)

    def _key(self, tax: str, basis: Basis, column: str, value: str | float) -> Mapping[str, str | float]:
        return {"jurisdiction": self._law.jurisdiction, "tax": tax, "year": basis.year, "filing_status": basis.status,
                column: value}  # fmt: skip

    def _indexed(self, row: Derivation, tax: str, name: str, basis: Basis, value: float) -> Derivation:
        if basis.index == 1.0 or row.value in (0.0, value):
            return row if basis.year == self._law.year else carried(row)
        parts, operation, rounding = [row, self._factor(tax, name, basis)], "product", basis.rounding
        if rounding is not None:
            parts, operation = [*parts, self._step(tax, name, rounding)], f"product_{rounding.direction}"
        return node(operation, f"{row.name}, projected to {self._law.year}", parts, row.unit, value)

    def _multiple(self, tax: str, name: str, rounding: Rounding) -> Derivation:
        """Multiple to which the law rounds a figure [USD]."""
        key = {"jurisdiction": self._law.jurisdiction, "tax": tax, "parameter": name, "filing_status": rounding.status}
        return from_table(
            self._tables, "tax_rounding", key, "step", f"rounding step of the {self._called(tax, name)}", "USD"
        )

    def _growth(self, tax: str, name: str, basis: Basis) -> Derivation:
        """Growth of a figure by indexing up to the law's year [ratio]."""
        key = {"jurisdiction": self._law.jurisdiction, "tax": tax, "parameter": name}
        rate = from_table(self._tables, "tax_indexing", key, "annual_rate", "yearly rise we assume", "fraction")
        words = f"from {basis.year} to {self._law.year}"
        years = defined("years since", float(self._law.year - basis.year), "years", words)
        called = f"assumed rise of the {self._called(tax, name)} {words}"
        return node("compound", called, [rate, years], "ratio", basis.index)


class TracedTables(TaxTables):
    """Tax tables whose figures are traced numbers.

    Parameters
    ----------
    plain : TaxTables
    tables : Tables
        Those that it is read from.
    """

    def __init__(self, plain: TaxTables, tables: Tables) -> None:
        vars(self).update(vars(plain))
        self.plain, self.source_tables = plain, tables
        self.rows = cache(lambda *law: TaxRows(plain.law(*law), tables))

    def law(self, jurisdiction: str, year: int, status: str) -> TracedLaw:
        """Law of a jurisdiction in a year for a filing status."""
        return TracedLaw(self, jurisdiction, year, status)

    def parameter(self, jurisdiction: str, tax: str, year: int, status: str, name: str) -> Traced | None:
        """Value of a parameter, traced; None if the law has none that year."""
        rows = self.rows(jurisdiction, year, status)
        node = rows.parameter(tax, name)
        return None if node is None else Traced(node.value, node, rows.words(tax, name)[1:], is_leaf=True)

    def brackets(self, jurisdiction: str, tax: str, year: int, status: str) -> tuple[list[float], list[float]]:
        """Thresholds [USD] and rates [fraction], traced."""
        brackets = self.rows(jurisdiction, year, status).brackets if tax == "income" else []
        starts, rates = ([Traced(each[at].value, each[at], is_leaf=True) for each in brackets] for at in (0, 1))
        return list[float](starts), list[float](rates)


@dataclass(frozen=True, slots=True)
class TracedLaw(Law):
    """A law whose look-ups by an income, which NumPy does by position, are traced, too."""

    @property
    def _rows(self) -> TaxRows:
        return cast(TracedTables, self.tables).rows(self.jurisdiction, self.year, self.status)

    def amounts_by_threshold(self, tax: str, stem: str) -> dict[float, float]:
        """Parameters named `<stem>_<threshold>` by their threshold, both traced."""
        found = Law.amounts_by_threshold(self, tax, stem)
        return {
            Traced(threshold, self._rows.threshold(tax, f"{stem}_{threshold:.0f}"), is_leaf=True): amount
            for threshold, amount in found.items()
        }

    def amount_above(self, tax: str, stem: str, income: Any, *, is_from: bool = False) -> Any:
        """Find the `<stem>_<threshold>` of the highest threshold that an income exceeds, or reaches, traced."""
        reaches = operator.ge if is_from else operator.gt
        amounts = self.amounts_by_threshold(tax, stem)
        reached = [each for start, each in amounts.items() if reaches(float(income), float(start))]
        return reached[-1] if reached else np.zeros_like(income)

    @property
    def flat_rate(self) -> float:
        """The only rate of the income tax, traced [fraction]."""
        (rate,) = self.schedule[1]
        node = replace(node_of(rate), name=f"rate of {self._rows.name}")
        return Traced(rate, node, ("tax before the credit",), is_leaf=True)

    def income_tax(self, taxable: Any) -> Any:
        """Tax by the brackets, traced: of the last one if the law prints the tax at its start."""
        starts, rates, bases = self.schedule
        at = max(0, int(np.searchsorted(np.array(starts), float(taxable), side="left")) - 1)
        called = f"tax by the brackets of {self._rows.name}"
        if bases is not None:
            start = Traced(starts[at], node_of(starts[at]), ("income above the start of its bracket",))
            rate = Traced(rates[at], node_of(rates[at]), ("tax on the income above the start", called))
            tax = node_of(bases[at] + (taxable - start) * rate)
        else:
            parts = [node_of(each) for pair in zip(starts[: at + 1], rates, strict=False) for each in pair]
            value = bracket_tax(np.array([float(taxable)]), list(map(float, starts)), list(map(float, rates)))[0]
            tax = node("brackets", called, [node_of(taxable), *parts], value=value)
        income, own = node_of(taxable).name, f"taxable income in {self._rows.name}"
        is_of_other = income.startswith("taxable income in ") and income != own
        return Traced(tax.value, replace(tax, note=f"{self._rows.name} taxes the {income}") if is_of_other else tax)

    def named(self, amount: Any, words: str) -> Any:
        """Name what was computed so; a figure of the file or a table keeps its own name."""
        node = amount.node if isinstance(amount, Traced) else None
        return Traced(amount, replace(node, name=words)) if node is not None and node.operation else amount

    def as_income_tax(self, amount: Any) -> Any:
        """Name the amount after the jurisdiction's income tax."""
        return Traced(amount, replace(node_of(amount), name=f"income tax of {self._rows.name}"))
