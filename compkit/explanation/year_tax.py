"""The taxes on one year's wages as nodes: the kit's own tax calculation, run on traced wages under a traced law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from compkit.explanation.derivation import UNVERIFIED, Derivation, assumed
from compkit.explanation.inputs import zero_from_missing_row, zero_from_table
from compkit.explanation.traced import Traced, rename_nodes
from compkit.explanation.traced_law import TracedTables
from compkit.place import Living
from compkit.tax import FEDERAL, Deduction, Finances, Move, TaxCase, TaxOptions, TaxTables, taxes_of_case

TAX_WORDS = {
    "federal_income_tax": "federal income tax",
    "social_security": "Social Security",
    "medicare": "Medicare",
    "state_income_tax": "state income tax",
    "local_income_tax": "local income tax",
    "state_payroll_tax": "state payroll taxes",
}
_LEFT = {
    "left_state": "state income tax where you lived before",
    "left_city": "local income tax where you lived before",
}
_WORDS = TAX_WORDS | _LEFT | {"total": "all taxes", "net_pay": "take-home pay", "deduction": "federal deduction"}


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
    case : str
        What ends the names of the figures computed here, if there are others of the same year in one explanation.
    finances : Finances, optional
        The rest of the household, traced.
    move : Move, optional
        The move to the living within the year, its amounts traced.
    """

    def __init__(
        self,
        wages: Derivation,
        living: Living,
        status: str,
        year: int,
        law: TracedTables,
        deduction: Deduction = "best",
        case: str = "",
        finances: Finances | None = None,
        move: Move | None = None,
    ) -> None:
        self._finances, self._move = finances, move
        self._wages, self._living, self._status, self._year, self._law = wages, living, status, year, law
        self._of = case or f", {year}"
        options: Sequence[Deduction] = ("standard", "itemized") if deduction == "best" else (deduction,)
        plain = {option: self._taxes_with(option, np.array([wages.value]), law.plain) for option in options}
        # As household_tax chooses: the standard deduction where both cost the same.
        self._taken, *others = sorted(options, key=lambda option: float(plain[option]["total"][0]))
        self._deduction_note = self._comparison(others[0], plain) if others else ""

    def _comparison(self, other: Deduction, plain: Mapping[Deduction, Mapping[str, Any]]) -> str:
        """Say why the deduction is taken: what it and the other come to, and what the other would cost."""
        amounts, costs = (
            {option: float(found[name][0]) for option, found in plain.items()} for name in ("deduction", "total")
        )
        taken, more = self._taken, costs[other] - costs[self._taken]
        if not amounts["itemized"]:
            return "nothing to itemize"
        mine, others = (f"{_usd(amounts[option])}, {option}" for option in (taken, other))
        is_larger = amounts[taken] >= amounts[other]
        which = f"the larger of {mine}, and {others}" if is_larger else f"{mine}, although less than {others}"
        cost = f"; with the {other} deduction all taxes would be ${more:,.0f} higher" if more >= 0.5 else ""
        said = f"taken as {which}{cost}"
        cap, before = (self._law.rows(FEDERAL, year, self._status).parameter("income", "salt_cap")
                       for year in (self._year, self._year - 1))  # fmt: skip
        if cap is None or amounts["itemized"] != cap.value:
            return said
        change = "drops to" if before is not None and before.value > cap.value else "is"
        status = ", unverified" if getattr(cap.origin, "status", "") == UNVERIFIED else ""
        return f"{said}; the cap on state and local tax {change} {_usd(cap.value)} in {self._year}{status}"

    def _taxes_with(self, deduction: Deduction, wages: Any, law: TaxTables) -> Mapping[str, Any]:
        living = self._living
        finances, move = (self._under(law, each) for each in (self._finances, self._move))
        options = TaxOptions(deduction, 1, living.work_place, living.is_remote, finances, move)
        return taxes_of_case(TaxCase(living.residence, self._status, self._year), wages, law, options)

    def _under(self, law: TaxTables, given: Any) -> Any:
        """Return the household or the move for a traced law, or as plain figures."""
        if given is None or law is self._law:
            return given
        return given.validated(1, np.array([self._wages.value])) if isinstance(given, Move) else given.validated(1)

    @cached_property
    def _taxes(self) -> Mapping[str, Traced]:
        return self._taxes_with(self._taken, Traced(self._wages.value, self._wages), self._law)

    def part(self, name: str) -> Derivation:
        """Return one of the taxes, their `total`, `net_pay` or the federal `deduction` [USD]."""
        return self._parts[name] if name in self._parts else self._none(name)

    @cached_property
    def _parts(self) -> dict[str, Derivation]:
        """The derivations of all taxes that there are, with the names of the results and the note on the deduction."""
        nodes = {name: found.node for name, found in self._taxes.items() if found.node is not None and name in _WORDS}
        told = {id(node): (self._named(node.name), node.note) for node in self._computed(nodes.values())}
        deduction = nodes.pop("deduction")
        words = f"{_WORDS['deduction']}{self._of}" if id(deduction) in told else deduction.name
        told |= {id(node): (f"{_WORDS[name]}{self._of}", node.note) for name, node in nodes.items()}
        told[id(deduction)] = (words, self._deduction_note)
        taxing = self._living.taxing(self._law)
        home = self._law.jurisdictions[taxing.home]
        none = f"{home['name']} has no state income tax"
        if self._move is not None and "state_income_tax" in nodes:
            note = (
                f"you move from {self._move.place} to {self._living.residence} on {self._move.on}: each takes its part"
            )
            told[id(nodes["state_income_tax"])] = (f"{_WORDS['state_income_tax']}{self._of}", note)
        elif taxing.other and "state_income_tax" in nodes:
            work = self._law.jurisdictions[taxing.other]["name"]
            rule = f"{home['name']} credits what you pay {work}" if home["has_wage_income_tax"] else none
            there = ", and your office is" if self._living.is_remote else " and work"
            note = f"you live in {home['name']}{there} in {work}; {rule}"
            told[id(nodes["state_income_tax"])] = (f"{_WORDS['state_income_tax']}{self._of}", note)
        elif "state_income_tax" not in nodes and not home["has_wage_income_tax"]:
            told[id(nodes["net_pay"])] = (f"{_WORDS['net_pay']}{self._of}", none)
        nodes["deduction"] = deduction
        return dict(zip(nodes, rename_nodes(list(nodes.values()), told), strict=True))

    def _named(self, name: str) -> str:
        """Return a figure's name with the year or case, unless the wages in it tell it from others."""
        return name if self._wages.name in name else f"{name}{self._of}"

    def _computed(self, roots: Iterable[Derivation]) -> Iterator[Derivation]:
        """Yield what is computed here, not the wages and the rows of the tables, which have their own names."""
        before = getattr(self._move.earned_before, "node", None) if self._move else None
        seen, waiting = {id(self._wages), id(before)}, list(roots)
        while waiting:
            node = waiting.pop()
            is_row = "projected to" in node.name if node.operation else not node.note
            if id(node) not in seen and not is_row:
                seen.add(id(node))
                yield node
                waiting += node.parts

    def _none(self, name: str) -> Derivation:
        """Return a leaf of 0 that says why there is no such tax."""
        taxing, words = self._living.taxing(self._law), f"{_WORDS[name]}{self._of}"
        if name in _LEFT:
            return assumed(words, 0.0, "USD", "nothing is taxed there")
        if name == "local_income_tax":
            key, note = {"place": self._living.residence}, f"no local income tax in {self._living.residence}"
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


def _usd(amount: float) -> str:
    return f"${amount:,.2f}".removesuffix(".00")
