"""The taxes on one year's wages as nodes, each held against what the kit's own tax calculation says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from compkit.explanation.derivation import Derivation, Origin, made
from compkit.explanation.inputs import absent
from compkit.explanation.state_tax import state_income_tax
from compkit.explanation.tax_rows import TaxRows
from compkit.place import Living
from compkit.reference import Tables
from compkit.tax import FEDERAL, Deduction, TaxTables, household_tax

TAX_WORDS = {
    "federal_income_tax": "federal income tax",
    "social_security": "Social Security",
    "medicare": "Medicare",
    "state_income_tax": "state income tax",
    "local_income_tax": "city income tax",
    "state_payroll_tax": "state payroll levies",
}

_LEVY_WORDS = {
    "famli": "paid family leave",
    "fli": "family leave insurance",
    "pfl": "paid family leave",
    "pfml": "paid family and medical leave",
    "sdi": "disability insurance",
    "tdi": "temporary disability insurance",
    "unemployment": "unemployment insurance",
    "wa_cares": "long-term care insurance",
}


@dataclass(frozen=True)
class TaxBook:
    """The tax tables in the forms that explanations need.

    Parameters
    ----------
    tables : Tables
    law : TaxTables
    """

    tables: Tables
    law: TaxTables

    @cached_property
    def _rows(self) -> dict[tuple[str, int, str], TaxRows]:
        return {}

    def rows(self, jurisdiction: str, year: int, status: str) -> TaxRows:
        """Return one law's figures as nodes, each law once."""
        key = (jurisdiction, year, status)
        if key not in self._rows:
            self._rows[key] = TaxRows(self.law.law(*key), self.tables)
        return self._rows[key]


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
    book : TaxBook
    deduction : {"standard", "itemized", "best"}
    """

    def __init__(
        self, wages: Derivation, living: Living, status: str, year: int, book: TaxBook, deduction: Deduction = "best"
    ) -> None:
        self.wages, self.living, self.status, self.year, self.book = wages, living, status, year, book
        options: Sequence[Deduction] = ("standard", "itemized") if deduction == "best" else (deduction,)
        self._costs = {option: self._taxes_with(option) for option in options}
        # As household_tax chooses: the standard deduction where both cost the same.
        self._taken: Deduction = min(options, key=lambda option: self._costs[option]["total"])
        self._values = self._costs[self._taken]
        self._taxing = living.taxing(book.law)
        self._made: dict[str, Derivation] = {}

    def _taxes_with(self, deduction: Deduction) -> Mapping[str, float]:
        living = self.living
        found = household_tax(
            [self.wages.value], living.residence, self.status, self.year, self.book.law,
            deduction=deduction, work_place=living.work_place, is_remote=living.is_remote,
        )  # fmt: skip
        return {str(name): float(value) for name, value in found.drop(columns="status").iloc[0].items()}

    def part(self, name: str) -> Derivation:
        """Return one of the taxes, their `total`, `net_pay` or the federal `deduction` [USD]."""
        makers: Mapping[str, Callable[[], Derivation]] = {
            "federal_income_tax": self._federal,
            "social_security": self._social_security,
            "medicare": self._medicare,
            "state_income_tax": self._state,
            "local_income_tax": self._city,
            "state_payroll_tax": self._levies,
            "total": self._total,
            "net_pay": self._net_pay,
            "deduction": self._deduction,
        }
        if name not in self._made:
            self._made[name] = makers[name]()
        return self._made[name]

    @property
    def _federal_rows(self) -> TaxRows:
        return self.book.rows(FEDERAL, self.year, self.status)

    def _words(self, name: str) -> str:
        return f"{TAX_WORDS[name]}, {self.year}"

    def _total(self) -> Derivation:
        parts = [self.part(name) for name in TAX_WORDS]
        return made("sum", f"all taxes, {self.year}", parts, value=self._values["total"])

    def _net_pay(self) -> Derivation:
        name = f"left after tax, {self.year}"
        return made("difference", name, [self.wages, self.part("total")], value=self._values["net_pay"])

    def _federal(self) -> Derivation:
        taxable = made("above", "federal taxable income", [self.wages, self.part("deduction")])
        value = self._values["federal_income_tax"]
        return self._federal_rows.income_tax(taxable, self._words("federal_income_tax"), value)

    def _social_security(self) -> Derivation:
        rows = self._federal_rows
        cap = rows.needed("social_security", "wage_cap", "wage base, above which nothing is taken")
        taken = made("minimum", "wages up to the wage base", [self.wages, cap])
        rate = rows.needed("social_security", "rate", "rate of Social Security", "fraction")
        value = self._values["social_security"]
        return made("product", self._words("social_security"), [rate, taken], value=value)

    @cached_property
    def _basic_medicare(self) -> Derivation:
        rate = self._federal_rows.needed("medicare", "rate", "rate of Medicare", "fraction")
        return made("product", "Medicare on all wages", [rate, self.wages])

    def _medicare(self) -> Derivation:
        more = additional_medicare(self._federal_rows, self.wages, "threshold")
        value = self._values["medicare"]
        return made("sum", self._words("medicare"), [self._basic_medicare, more], value=value)

    def _income_tax_of(self, jurisdiction: str) -> Derivation:
        rows = self.book.rows(jurisdiction, self.year, self.status)
        paid = [self.part("social_security"), self._basic_medicare]
        fica = made("sum", "Social Security and Medicare paid", paid)
        state = self.book.rows(self._of_kind("state")[0], self.year, self.status)
        return state_income_tax(rows, self.wages, fica, state, self._salt_cap if self._taken == "itemized" else None)

    def _of_kind(self, kind: str) -> list[str]:
        law = self.book.law
        return [code for code in law.of_place[self.living.residence] if law.jurisdictions[code]["kind"] == kind]

    def _state(self) -> Derivation:
        name, value = self._words("state_income_tax"), self._values["state_income_tax"]
        at_home = [self._income_tax_of(code) for code in self._of_kind("state")]
        if self._taxing.other is None:
            return made("sum", name, at_home, value=value)
        there = self._income_tax_of(self._taxing.other)
        home = at_home[0] if len(at_home) == 1 else made("sum", "tax of the states of residence", at_home)
        rest = made("above", "what the state of residence takes beyond its credit", [home, there])
        return made("sum", name, [there, rest], value=value)

    def _city(self) -> Derivation:
        name, value = self._words("local_income_tax"), self._values["local_income_tax"]
        cities = [self._income_tax_of(code) for code in self._of_kind("city")]
        if not cities:
            key, note = {"place": self.living.residence}, f"the tables name no city tax of {self.living.residence}"
            return absent("place_taxes", key, "jurisdiction", name, "USD", note)
        return made("sum", name, cities, value=value)

    @cached_property
    def _levied(self) -> list[tuple[Derivation, Derivation | None]]:
        """Return each payroll levy, and whether it may be deducted (1 or 0)."""
        rows = self.book.rows(self._taxing.levying, self.year, self.status)
        return [self._levy(rows, levy) for levy in rows.law.levies]

    def _levy(self, rows: TaxRows, levy: str) -> tuple[Derivation, Derivation | None]:
        words = f"{_LEVY_WORDS.get(levy, levy.replace('_', ' '))} of {rows.name}"
        cap = rows.parameter(levy, "wage_cap", "wages on which it is taken, at most")
        base = made("minimum", "wages on which it is taken", [self.wages, cap]) if cap else self.wages
        node = made("product", words, [rows.needed(levy, "rate", f"rate of {words}", "fraction"), base])
        most = rows.parameter(levy, "annual_cap", "most in a year")
        if most is not None:
            node = made("minimum", f"{words}, as capped", [node, most])
        return node, rows.parameter(levy, "schedule_a_tax", "1 if it may be itemized, else 0", "ratio")

    def _levies(self) -> Derivation:
        name, value = self._words("state_payroll_tax"), self._values["state_payroll_tax"]
        parts = [levy for levy, _ in self._levied]
        if not parts:
            parts = [self.book.rows(self._taxing.levying, self.year, self.status).no_levies()]
        return made("sum", name, parts, value=value)

    def _deduction(self) -> Derivation:
        standard = self._federal_rows.needed("income", "standard_deduction", "standard deduction")
        if len(self._costs) == 1:
            return standard if self._taken == "standard" else self._itemized()
        name, value = f"federal deduction, {self.year}", self._values["deduction"]
        if not self.book.law.follows_federal_choice(self.living.residence):
            return made("maximum", name, [standard, self._itemized()], value=value)
        taken = standard if self._taken == "standard" else self._itemized()
        (other,) = set(self._costs) - {self._taken}
        more = self._costs[other]["total"] - self._values["total"]
        note = f"with the {other} deduction, state and federal, all taxes would be ${more:,.0f} higher"
        return Derivation(name, value, "USD", "same", (taken,), note=note)

    @cached_property
    def _salt_cap(self) -> Derivation:
        """Return the cap on state and local tax, which falls with income."""
        rows = self._federal_rows
        cap = rows.needed("income", "salt_cap", "cap on state and local tax")
        start = rows.parameter("income", "salt_phase_down_threshold", "income from which on the cap falls")
        name = "cap on state and local tax, at this income"
        if start is not None and self.wages.value <= start.value:
            note = f"it falls only above ${start.value:,.0f}"
            return Derivation(name, cap.value, "USD", "same", (cap,), _row(start), note)
        if start is None:
            return cap
        above = made("above", "income above that", [self.wages, start])
        rate = rows.needed("income", "salt_phase_down_rate", "rate at which it falls", "fraction")
        fallen = made("difference", "cap after its fall", [cap, made("product", "fall of the cap", [rate, above])])
        floor = rows.needed("income", "salt_cap_floor", "least cap")
        return made("maximum", name, [fallen, floor])

    def _itemized(self) -> Derivation:
        """Return itemized state and local tax, capped."""
        paid = [self.part("state_income_tax"), self.part("local_income_tax")]
        paid += [
            Derivation(f"{levy.name}, which may be itemized", levy.value, "USD", "same", (levy,), counts.origin)
            for levy, counts in self._levied
            if counts is not None and counts.value == 1
        ]
        state_and_local = made("sum", "state and local tax paid", paid)
        return made("minimum", "state and local tax, as capped", [state_and_local, self._salt_cap])


def _row(node: Derivation) -> Origin | None:
    """Return the row behind a figure of the law, projected or not."""
    return node.origin if node.origin is not None else node.parts[0].origin


def additional_medicare(rows: TaxRows, wages: Derivation, threshold: str) -> Derivation:
    """Return the additional Medicare tax on wages above a threshold [USD]."""
    start = rows.needed("additional_medicare", threshold, "wages above which more Medicare is taken")
    above = made("above", "wages above that", [wages, start])
    rate = rows.needed("additional_medicare", "rate", "rate of the additional Medicare tax", "fraction")
    return made("product", "additional Medicare tax", [rate, above])
