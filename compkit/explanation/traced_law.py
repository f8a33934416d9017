"""The tax law with traced figures: each knows its row, and what is computed with it is named after it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from compkit.explanation.derivation import Derivation, node
from compkit.explanation.tax_rows import TaxRows
from compkit.explanation.traced import Traced, node_of
from compkit.reference import Tables
from compkit.tax import Law, TaxTables, bracket_tax


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
        self._plain, self._read_from = plain, tables
        self._rows: dict[tuple[str, int, str], TaxRows] = {}
        self._schedules: dict[tuple[str, str, int, str], tuple[list[float], list[float]]] = {}

    def law(self, jurisdiction: str, year: int, status: str) -> TracedLaw:
        """Return the law of a jurisdiction in a year for a filing status."""
        return TracedLaw(self, jurisdiction, year, status)

    def rows(self, jurisdiction: str, year: int, status: str) -> TaxRows:
        """Return one law's figures as nodes, each law once."""
        key = (jurisdiction, year, status)
        if key not in self._rows:
            self._rows[key] = TaxRows(self._plain.law(*key), self._read_from)
        return self._rows[key]

    def parameter(self, jurisdiction: str, tax: str, year: int, status: str, name: str) -> Traced | None:
        """Return a parameter, traced; None where the law has no such thing that year."""
        rows = self.rows(jurisdiction, year, status)
        node = rows.parameter(tax, name)
        return None if node is None else Traced(node.value, node, rows.words(tax, name)[1:], is_leaf=True)

    def brackets(self, jurisdiction: str, tax: str, year: int, status: str) -> tuple[list[float], list[float]]:
        """Return thresholds [USD] and rates [fraction], traced."""
        key = (jurisdiction, tax, year, status)
        if key not in self._schedules:
            self._schedules[key] = self._traced_brackets(*key)
        return self._schedules[key]

    def _traced_brackets(self, jurisdiction: str, tax: str, year: int, status: str) -> tuple[list[float], list[float]]:
        rows = self.rows(jurisdiction, year, status)
        starts, rates = super().brackets(jurisdiction, tax, year, status)

        def leaf(node: Derivation) -> Traced:
            return Traced(node.value, node, is_leaf=True)

        return (
            [leaf(rows.start(number, start)) for number, start in enumerate(starts)],
            [leaf(rows.rate(number)) for number in range(len(rates))],
        )


@dataclass(frozen=True, slots=True)
class TracedLaw(Law):
    """A law whose look-ups by an income, which NumPy does by position, are traced, too."""

    @property
    def _rows(self) -> TaxRows:
        return cast(TracedTables, self.tables).rows(self.jurisdiction, self.year, self.status)

    def amounts_by_threshold(self, tax: str, stem: str) -> dict[float, float]:
        """Return the parameters named `<stem>_<threshold>` by their threshold, both traced."""
        found = Law.amounts_by_threshold(self, tax, stem)
        return {
            Traced(threshold, self._rows.threshold(tax, f"{stem}_{threshold:.0f}"), is_leaf=True): amount
            for threshold, amount in found.items()
        }

    def amount_above(self, tax: str, stem: str, income: Any) -> Any:
        """Return the `<stem>_<threshold>` of the highest threshold that an income exceeds, traced."""
        reached = [each for start, each in self.amounts_by_threshold(tax, stem).items() if float(income) > float(start)]
        return reached[-1] if reached else np.zeros_like(income)

    @property
    def flat_rate(self) -> float:
        """The only rate of the income tax, traced [fraction]."""
        (rate,) = self.schedule[1]
        node = replace(node_of(rate), name=f"rate of {self._rows.name}")
        return Traced(rate, node, ("tax before the credit",), is_leaf=True)

    def income_tax(self, taxable: Any) -> Any:
        """Return the tax that the brackets give, traced: of the last one where the law prints what the others take."""
        starts, rates, bases = self.schedule
        at = max(0, int(np.searchsorted(np.array(starts), float(taxable), side="left")) - 1)
        called = f"tax by the brackets of {self._rows.name}"
        if bases is not None:
            start = Traced(starts[at], node_of(starts[at]), ("income above the start of its bracket",))
            rate = Traced(rates[at], node_of(rates[at]), ("tax above it", called))
            tax = node_of(bases[at] + (taxable - start) * rate)
        else:
            parts = [node_of(each) for pair in zip(starts[: at + 1], rates, strict=False) for each in pair]
            value = bracket_tax(np.array([float(taxable)]), list(map(float, starts)), list(map(float, rates)))[0]
            tax = node("brackets", called, [node_of(taxable), *parts], value=value)
        return Traced(tax.value, tax)

    def as_income_tax(self, amount: Any) -> Any:
        """Return the amount, with the name of the jurisdiction's income tax."""
        return Traced(amount, replace(node_of(amount), name=f"income tax of {self._rows.name}"))
