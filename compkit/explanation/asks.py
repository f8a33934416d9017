"""What to ask for: the limits of each lever, the target, and the packages between them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from compkit.explanation.derivation import Derivation, assumed, defined, node, one_plus
from compkit.explanation.inputs import from_offer, from_table, rows_of
from compkit.explanation.operations import PACKAGES
from compkit.explanation.worth import Figures
from compkit.explanation.yardsticks import granted_worth, range_end
from compkit.model import AMAZON
from compkit.negotiation import (
    DEFAULT_OPENING_SHARE,
    DEFAULT_PENETRATION,
    LEVER_WEIGHTS,
    LEVERS,
    Counter,
    NegotiationPlan,
    Package,
    default_target,
    largest_package,
)
from compkit.reference import records

_STATED = ("posting", "research")
_A_YEAR = "USD a year"


class Asks:
    """The packages of one negotiation as nodes.

    Parameters
    ----------
    plan : NegotiationPlan
    stop_floor, level_pay : callable
        Below which pay the candidate does not sign, and what the offer pays [USD a year]: for a target that they set.
    """

    def __init__(
        self, plan: NegotiationPlan, stop_floor: Callable[[], Derivation], level_pay: Callable[[], Derivation]
    ) -> None:
        self._plan, self._stop_floor, self._level_pay = plan, stop_floor, level_pay
        self._evaluation, self._entry = plan.evaluation, plan.evaluation.entry
        self._tables = plan.tables
        self._rows = {str(row["component"]): row for row in records(self._evaluation.market)}
        self._made: dict[tuple[str, str], Derivation] = {}

    @property
    def figures(self) -> Figures:
        """What explains each amount and total of the packages, by its recorded name."""
        found: Figures = {}
        for what in ("ask", "fallback", "largest"):
            for lever in LEVERS:
                found[f"{what} {lever}"] = partial(self._amount, what, lever)
            found[f"{what} total"] = partial(self._total, what)
        return found

    def _package(self, what: str) -> Package:
        plan = self._plan
        return {"ask": plan.ask, "fallback": plan.fallback, "largest": plan.largest}[what]

    def _total(self, what: str) -> Derivation:
        parts = [self._weighted(lever, self._amount(what, lever)) for lever in LEVERS]
        return node("sum", f"{what} total", parts, value=self._package(what).total)

    def _weighted(self, lever: str, amount: Derivation) -> Derivation:
        if LEVER_WEIGHTS[lever] == 1:
            return amount
        years = defined("years of a package", LEVER_WEIGHTS[lever], "years", "salary counts four times")
        return node("product", f"{amount.name}, four years", [amount, years])

    def _amount(self, what: str, lever: str) -> Derivation:
        """Return one lever of a package: the most that there is, or what the solver finds between the limits."""
        return self._once(what, lever, lambda: self._made_amount(what, lever))

    def _made_amount(self, what: str, lever: str) -> Derivation:
        value, name = self._package(what).amount(lever), f"{what} {lever}"
        if what == "largest" or self._package(what).name == "largest":
            whole = node("whole", f"limit of {lever}, in whole dollars", [self.high(lever)])
            return node("maximum", name, [self.offered(lever), whole], value=value)
        is_ask = what == "ask"
        counter = self._plan.first_counter if is_ask else self._plan.last_counter
        target = self._ask_target(counter) if is_ask else self.target()
        parts = (self.offered(lever), self.high(lever), target)
        note = (
            f"solved for: the {self._package(what).name} package of round sums between the limits (first two lines) "
            "that adds up to the third line, within 0.25%"
        )
        arguments = {"package": self._package(what).name, "lever": lever}
        return Derivation(name, value, "USD", PACKAGES, parts, note=note, arguments=arguments)

    def offered(self, lever: str) -> Derivation:
        """Amount of a lever as offered [USD]."""
        if lever == "rsu_4yr":
            return granted_worth(self._entry)
        if lever == "base_salary":
            return from_offer(self._entry, "base_salary", "base salary as offered")
        year = int(lever[-1])
        return from_offer(self._entry, f"sign_on[{year - 1}]", f"sign-on of year {year} as offered")

    def offered_total(self) -> Derivation:
        """Total of the offer as a package [USD]."""
        parts = [self._weighted(lever, self.offered(lever)) for lever in LEVERS]
        return node("sum", "the offer as a package", parts)

    def _once(self, kind: str, lever: str, make: Callable[[], Derivation]) -> Derivation:
        """Return a node that stands in several places, made once."""
        if (kind, lever) not in self._made:
            self._made[kind, lever] = make()
        return self._made[kind, lever]

    def high(self, lever: str) -> Derivation:
        """Upper limit of a lever [USD]."""
        return self._once("high", lever, lambda: self._high(lever))

    def _high(self, lever: str) -> Derivation:
        limit, offered, caps = self._plan.limits[lever], self.offered(lever), list[Derivation]()
        if limit.yardstick_high is not None:
            caps.append(self._yardstick(lever, "high"))
        if limit.flexibility is not None:
            caps.append(self._by_flexibility(lever, offered))
        name = f"limit of {lever}"
        if not caps:
            return offered.renamed(name, note="nothing says how far it can move, so it stays as offered")
        cap = caps[0] if len(caps) == 1 else node("minimum", f"the lower of what bounds {lever}", caps)
        return node("maximum", name, [offered, cap], value=limit.high, note=limit.reason)

    def _by_flexibility(self, lever: str, offered: Derivation) -> Derivation:
        told, first = self._entry.offer.negotiation, offered
        if told is not None and told.first_offer is not None:
            first = from_offer(self._entry, f"negotiation.first_offer.{lever}", f"{lever} as first offered")
        who = "internal" if self._entry.offer.candidate_type == "internal" else "external"
        component = "sign_on" if lever.startswith("sign_on") else lever
        key: dict[str, str] = {"company": AMAZON, "candidate_type": who, "component": component}
        found = [row for row in rows_of(self._tables, "flexibility", key) if row["high"] is not None]
        if not found:
            key["component"] = "all"
        share = from_table(self._tables, "flexibility", key, "high", "how far Amazon goes up at most", "fraction")
        factors = [first, one_plus(share, "how far it goes up")]
        return node("product", f"{lever} by how far employers move", factors)

    def _yardstick(self, lever: str, end: str) -> Derivation:
        """Return an end of the range that a lever is held against [USD]."""
        row = self._rows[lever]
        if self._evaluation.offer.is_amazon or row["source"] in _STATED:
            return range_end(self._evaluation, row, end)
        key = {
            "level": str(self._evaluation.level.level),
            "company_type": str(self._evaluation.offer.company_type),
            "measure": lever,
        }
        words = f"{end} end of the guide's band for the company type"
        return from_table(self._tables, "bands_by_company_type", key, end, words, "USD")

    def target(self) -> Derivation:
        """Target of the packages to settle for [USD]."""
        return self._once("target", "", self._target)

    def _target(self) -> Derivation:
        target, usual = self._plan.last_counter.target, default_target(self._plan.limits)
        stop = self._plan.stop_line
        if (
            stop is None
            or target == usual
            or stop.total <= usual
            or stop.total > largest_package(self._plan.limits).total
        ):
            return self._default_target()
        note = "lifted to the stop line, which lies above the usual target"
        return node("whole_up", "target", [self._stop_line()], value=target, note=note)

    def aimed_at(self) -> Derivation:
        """Return the target, or the offer as a package where that is more [USD]."""
        target, offered = self.target(), self.offered_total()
        return target if target.value >= offered.value else node("maximum", "aimed at", [target, offered])

    def _default_target(self) -> Derivation:
        parts = [self._weighted(lever, self._aimed(lever)) for lever in LEVERS]
        value = default_target(self._plan.limits)
        return node("sum", "target", parts, value=value, note="three quarters into each range, cut to its limit")

    def _aimed(self, lever: str) -> Derivation:
        limit, offered = self._plan.limits[lever], self.offered(lever)
        name = f"{lever} in the target"
        if limit.yardstick_low is None or limit.yardstick_high is None:
            return offered.renamed(name, note="no whole range is known: as offered")
        low, high = (self._yardstick(lever, end) for end in ("low", "high"))
        width = node("difference", "width of the range", [high, low])
        share = assumed("how far into the range", DEFAULT_PENETRATION, "fraction", "the usual target")
        into = node("sum", "three quarters into the range", [low, node("product", "way into it", [share, width])])
        at_least = node("maximum", "at least as offered", [into, offered])
        return node("minimum", name, [at_least, self.high(lever)])

    def _stop_line(self) -> Derivation:
        """Return the package whose pay is the higher of the reservation value and the walk-away [USD]."""
        stop, plan = self._plan.stop_line, self._plan
        if stop is None:
            raise KeyError("stop line")
        floor = self._stop_floor()
        more = node("difference", "by how much it lies above the offer", [floor, self._level_pay()], _A_YEAR)
        years = defined("years of a package", 4.0, "years", "a package counts four years")
        over = node("product", "that over four years", [more, years])
        return node(
            "sum", "stop line as a package", [self.offered_total(), over], value=plan.package_total_for(stop.yearly)
        )

    def _ask_target(self, counter: Counter) -> Derivation:
        """Target of the first ask: halfway from the target to the largest package, as a round sum."""
        target = self.target()
        if len(self._plan.concessions.steps) == 1:
            return target
        room = node("above", "room above the target", [self._total("largest"), target])
        share = assumed("how far above", DEFAULT_OPENING_SHARE, "fraction", "the kit's choice: half of the room")
        opening = node(
            "sum", "half of the way to the most", [target, node("product", "part of the room", [share, room])]
        )
        if math.isclose(opening.value, counter.target, rel_tol=1e-12):
            return opening
        note = "the nearest sum of round amounts"
        return Derivation("what the ask adds up to", counter.target, "USD", PACKAGES, (opening,), note=note,
                          arguments={"package": "nearest"})  # fmt: skip
