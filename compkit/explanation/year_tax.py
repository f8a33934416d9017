"""The taxes on one year's wages as nodes: the kit's own tax calculation, run on traced wages under a traced law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from compkit.explanation.derivation import Derivation
from compkit.explanation.inputs import zero_from_missing_row, zero_from_table
from compkit.explanation.traced import Traced, rename_nodes
from compkit.explanation.traced_law import TracedTables
from compkit.place import Living
from compkit.tax import Deduction, TaxCase, TaxOptions, TaxTables, taxes_of_case

TAX_WORDS = {
    "federal_income_tax": "federal income tax",
    "social_security": "Social Security",
    "medicare": "Medicare",
    "state_income_tax": "state income tax",
    "local_income_tax": "city income tax",
    "state_payroll_tax": "state payroll taxes",
}
_WORDS = TAX_WORDS | {"total": "all taxes", "net_pay": "left after tax", "deduction": "federal deduction"}


class YearTax:
    """The taxes on a year's wages of one earner.

    Parameters
    ----------
    wages : Derivation
        [USD]
    living : Living
        Where the household lives and works.
    status : str
        How it files.
    year : int
        The calendar year whose law holds.
    law : TracedTables
    deduction : {"standard", "itemized", "best"}
    """

    def __init__(
        self,
        wages: Derivation,
        living: Living,
        status: str,
        year: int,
        law: TracedTables,
        deduction: Deduction = "best",
    ) -> None:
        self._wages, self._living, self._status, self._year, self._law = wages, living, status, year, law
        options: Sequence[Deduction] = ("standard", "itemized") if deduction == "best" else (deduction,)
        costs = {option: self._taxes_with(option, np.array([wages.value]), law.plain)["total"] for option in options}
        # As household_tax chooses: the standard deduction where both cost the same.
        self._taken, *others = sorted(options, key=lambda option: costs[option])
        self._deduction_note = ""
        for other in others:
            more = float((costs[other] - costs[self._taken])[0])
            self._deduction_note = f"with the {other} deduction all taxes would be ${more:,.0f} higher"

    def _taxes_with(self, deduction: Deduction, wages: Any, law: TaxTables) -> Mapping[str, Any]:
        living = self._living
        options = TaxOptions(deduction, 1, living.work_place, living.is_remote)
        return taxes_of_case(TaxCase(living.residence, self._status, self._year), wages, law, options)

    @cached_property
    def _taxes(self) -> Mapping[str, Traced]:
        return self._taxes_with(self._taken, Traced(self._wages.value, self._wages), self._law)

    def part(self, name: str) -> Derivation:
        """Return one of the taxes, their `total`, `net_pay` or the federal `deduction` [USD]."""
        return self._parts[name] if name in self._parts else self._none(name)

    @cached_property
    def _parts(self) -> dict[str, Derivation]:
        """The derivations of all taxes that there are, with the names of the results and the note on the deduction."""
        nodes = {name: found.node for name, found in self._taxes.items() if found.node is not None}
        told = {id(node): (f"{_WORDS[name]}, {self._year}", node.note) for name, node in nodes.items()}
        told[id(nodes["deduction"])] = (nodes["deduction"].name, self._deduction_note)
        taxing = self._living.taxing(self._law)
        if taxing.other and "state_income_tax" in nodes:
            home, work = (self._law.jurisdictions[code] for code in (taxing.home, taxing.other))
            note = f"credits what you pay {work['name']}" if home["has_wage_income_tax"] else "has none of its own"
            told[id(nodes["state_income_tax"])] = (
                f"{_WORDS['state_income_tax']}, {self._year}",
                f"{home['name']} {note}",
            )
        return dict(zip(nodes, rename_nodes(list(nodes.values()), told), strict=True))

    def _none(self, name: str) -> Derivation:
        """Return a leaf of 0 that says why there is no such tax."""
        taxing, words = self._living.taxing(self._law), f"{_WORDS[name]}, {self._year}"
        if name == "local_income_tax":
            key, note = {"place": self._living.residence}, f"the tables name no city tax of {self._living.residence}"
            return zero_from_missing_row("place_taxes", key, "jurisdiction", words, "USD", note)
        code = taxing.levying if name == "state_payroll_tax" else taxing.home
        place, key = self._law.jurisdictions[code]["name"], {"jurisdiction": code}
        if name == "state_payroll_tax":
            key, note = {**key, "parameter": "schedule_a_tax"}, f"{place} has none on employees"
            return zero_from_missing_row("tax_parameters", key, "value", words, "USD", note)
        note = f"{place} has no income tax on wages"
        return zero_from_table(
            self._law.source_tables, "tax_jurisdictions", key, "has_wage_income_tax", words, "USD", note
        )
