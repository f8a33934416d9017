"""All grants of an offer as what makes their vests: those of its file, and those that its refresher plan stands for."""

from __future__ import annotations

from dataclasses import replace

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, Origin, defined, node
from compkit.explanation.inputs import from_offer, zero_from_offer, zero_from_table
from compkit.explanation.salary import salary_of_year, with_bonus
from compkit.explanation.stock import Granted, Vesting
from compkit.model import REST, Grant, Refresher, RefresherPlan, own_tranches, schedule_name
from compkit.pay import PayTerms, planned_refreshers
from compkit.periods import MONTHS_A_YEAR

_PLAN = "refresher_plan"
_PRACTICES = "refresher_practices"


class OfferGrants:
    """The grants of one offer, in the order in which the cash flow has them.

    Parameters
    ----------
    evaluation : Evaluation
    pay : PayTerms
        The offer alone.
    """

    def __init__(self, evaluation: Evaluation, pay: PayTerms) -> None:
        self._entry, self._tables, self._pay = evaluation.entry, evaluation.tables, pay
        self._offer = evaluation.entry.offer
        self.stated: list[Granted] = [*self._of_equity()]
        self.stated += self._of_refreshers(len(self.stated))
        self._counts_paper = evaluation.counts_paper
        self._every = [*self.stated, *self._of_plan(len(self.stated))]

    @property
    def all(self) -> list[Granted]:
        """Those that count: of the file, then the planned ones; without paper unless the evaluation counts it."""
        return [each for each in self._every if self._counts_paper or not each.row["is_paper"]]

    @property
    def planned(self) -> list[Granted]:
        """The planned ones among them."""
        return [each for each in self.all if each not in self.stated]

    @property
    def paper(self) -> list[Granted]:
        """Those whose shares cannot be sold."""
        return [each for each in self._every if each.row["is_paper"]]

    def no_plan_yet(self, name: str) -> Derivation:
        """Return a leaf of 0 for months in which nothing of the refresher plan vests."""
        plan, note = self._offer.refresher_plan, "no planned refresher vests in these months"
        if plan is not None and plan.practice and plan.makes_grants:
            return zero_from_table(self._tables, _PRACTICES, {"practice": plan.practice}, "title", name, "USD", note)
        return zero_from_offer(self._entry, f"{_PLAN}.annual_value", name, note)

    def _vesting(self, given: Grant | Refresher | RefresherPlan, path: str, position: int) -> Vesting:
        schedule = self._pay.schedules[str(self._pay.grants["schedule"].iloc[position])]
        used = self._offer.vesting_of(given)
        is_assumed = "vesting" not in given.model_fields_set or given.vesting is None
        named, tranches = schedule_name(used), own_tranches(used)
        due = self._tables.schedules[named].months if named else tuple(tranche.month for tranche in tranches)
        field = f"{path}.vesting.tranches" if tranches and not isinstance(used, tuple) else f"{path}.vesting"
        is_rest_last = bool(tranches) and tranches[-1].fraction == REST
        return Vesting(self._entry, self._tables, schedule, named, field, due, is_rest_last, is_assumed)

    def _row(self, position: int) -> PayTerms:
        return replace(self._pay, grants=self._pay.grants.iloc[[position]])

    def _of_equity(self) -> list[Granted]:
        found = []
        for number, grant in enumerate(self._offer.equity):
            path = f"equity[{number}]"
            price_path = f"{path}.price_now" if grant.price_now is not None else f"{path}.grant_price"
            price = from_offer(self._entry, price_path, "share price today", "USD a share") if grant.has_price else None
            found.append(
                Granted(f"grant {number + 1}", self._size(number), price, self._vesting(grant, path, number),
                        self._row(number))
            )  # fmt: skip
        return found

    def _size(self, number: int) -> Derivation:
        """Return the units of a grant, or its worth where no price is known."""
        grant, path = self._offer.equity[number], f"equity[{number}]"
        if grant.units is not None:
            return from_offer(self._entry, f"{path}.units", "shares granted", "shares")
        worth = from_offer(self._entry, f"{path}.value", "value of the whole grant")
        if not grant.has_price:
            return worth
        at = "grant_price" if grant.grant_price is not None else "price_now"
        price = from_offer(self._entry, f"{path}.{at}", "grant price", "USD a share")
        return node("quotient", "shares granted", [worth, price], "shares", self._entry.in_usd.equity[number].n_units)

    def _of_refreshers(self, position: int) -> list[Granted]:
        found: list[Granted] = []
        for number, later in enumerate(self._offer.refreshers):
            path = f"refreshers[{number}]"
            worth = from_offer(self._entry, f"{path}.value", f"value of refresher {number + 1} when granted")
            at = position + len(found)
            found += self._parts(f"refresher {number + 1}", worth, path, self._vesting(later, path, at), at)
        return found

    def _of_plan(self, position: int) -> list[Granted]:
        plan, found = self._offer.refresher_plan, list[Granted]()
        if plan is None:
            return found
        promised: list[tuple[int, Derivation, Vesting]] = []
        for later in planned_refreshers(self._entry.in_usd, self._tables.schedules):
            at = position + len(found)
            vesting = self._vesting(plan, _PLAN, at)
            worth = self._planned_worth(later, promised)
            promised.append((later.grant_month, worth, vesting))
            name = f"planned refresher of month {later.grant_month}"
            found += self._parts(name, worth, _PLAN, vesting, at)
        return found

    def _planned_worth(self, later: Refresher, earlier: list[tuple[int, Derivation, Vesting]]) -> Derivation:
        """Worth of a planned refresher: the plan's value, or at most the gap to a target [USD]."""
        month = later.grant_month
        most = from_offer(self._entry, f"{_PLAN}.annual_value", "most that a planned refresher is worth")
        name, origin = f"value of the planned refresher in month {month}", self._practice
        if self._offer.refresher_plan is None or self._offer.refresher_plan.target_pay is None:
            return Derivation(name, later.value, "USD", "same", (most,), origin)
        target = from_offer(self._entry, f"{_PLAN}.target_pay", "target pay", "USD a year")
        missing = node("difference", f"gap to target pay in the year after month {month}",
                       [target, self._promised(month, earlier)])  # fmt: skip
        return Derivation(name, later.value, "USD", "minimum", (most, missing), origin)

    def _promised(self, month: int, earlier: list[tuple[int, Derivation, Vesting]]) -> Derivation:
        """Return the pay that the twelve months after a month promise already, at a flat price [USD]."""
        first, last = month + 1, month + MONTHS_A_YEAR
        salary = salary_of_year(self._entry, month // MONTHS_A_YEAR + 1)
        parts = [with_bonus(self._entry, salary)]
        n_grants = len(self._offer.equity)
        parts += [
            granted.flat_worth(first, last, f"{granted.name}, months {first} to {last}")
            for number, granted in enumerate(self.stated)
            if number < n_grants or granted.row["start_month"] <= month
        ]
        for made_in, worth, vesting in earlier:
            part = vesting.part_between(made_in, first, last)
            parts.append(node("product", f"refresher of month {made_in}, months {first} to {last}", [worth, part]))
        return node("sum", f"pay promised for months {first} to {last}", parts)

    @property
    def _practice(self) -> Origin | None:
        plan = self._offer.refresher_plan
        return self.no_plan_yet("").origin if plan is not None and plan.practice else None

    def _parts(self, name: str, worth: Derivation, path: str, vesting: Vesting, position: int) -> list[Granted]:
        """Return a refresher's shares and its cash, each where there is such, as the cash flow has them."""
        sizes: list[tuple[str, Derivation]] = []
        share = from_offer(self._entry, f"{path}.cash_share", "share paid in cash", "fraction")
        if share.value != 1.0:
            in_shares = worth
            if share.value:
                whole = defined("all of it", 1.0, "fraction")
                rest = node("difference", "share paid in stock", [whole, share], "fraction")
                in_shares = node("product", f"{name}, in stock", [worth, rest])
            sizes.append((name, in_shares))
        if share.value:
            sizes.append((f"{name}, in cash", node("product", f"{name}, in cash", [worth, share])))
        return [
            Granted(called, size, None, vesting, self._row(position + number))
            for number, (called, size) in enumerate(sizes)
        ]
