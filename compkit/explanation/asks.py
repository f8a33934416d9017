"""What to ask for: the limits of each lever, the target, and the packages between them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial

from compkit.explanation.derivation import Derivation, assumed, defined, node, one_plus
from compkit.explanation.inputs import from_offer, from_table, rows_of
from compkit.explanation.operations import PACKAGES
from compkit.explanation.worth import Figures
from compkit.explanation.yardsticks import granted_worth, range_end
from compkit.model import AMAZON
from compkit.negotiation import (
    DEFAULT_PENETRATION,
    LEVER_WEIGHTS,
    LEVERS,
    MOST_OF_TWO_PARTS,
    OTHER_COMPANY,
    PARTS,
    USUAL_PARTS,
    NegotiationPlan,
    Package,
    default_target,
    halfway,
    settle_target,
)
from compkit.reference import records

_STATED = ("posting", "research", "reported")
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
        """Return one lever of a package: the most that there is, or a sum of round ones between the limits."""
        value, name = self._package(what).amount(lever), f"{what} {lever}"
        if what == "largest" or self._package(what).name == "largest":
            whole = node("whole", f"limit of {lever}, in whole dollars", [self.high(lever)])
            return node("maximum", name, [self.offered(lever), whole], value=value)
        target = self._ask_target() if what == "ask" else self.target()
        parts = (self.offered(lever), self.high(lever), target)
        note = (
            f"the {self._package(what).name} package among all sums of round amounts between the limits (first two "
            "lines) that add up to the third line, within 0.25%"
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

    def high(self, lever: str) -> Derivation:
        """Upper limit of a lever [USD]."""
        limit, offered, caps = self._plan.limits[lever], self.offered(lever), list[Derivation]()
        if (limit.yardstick_high is not None and "lifted" not in limit.reason) or limit.source == "guide":
            caps.append(self._yardstick(lever, "high"))
        if limit.flexibility is not None:
            caps.append(self._by_flexibility(lever, offered))
        if limit.source == "rival":
            caps = [assumed(f"{lever} of your other offer", limit.high, "USD", limit.reason)]
        cap = node("minimum", f"the lower of what bounds {lever}", caps) if len(caps) > 1 else next(iter(caps), None)
        return node("maximum", f"limit of {lever}", [offered, cap or self._plausible(lever)], value=limit.high,
                    note=limit.reason)  # fmt: skip

    def _plausible(self, lever: str) -> Derivation:
        """Most that is plausible for a sign-on of which no range is known [USD]."""
        key: dict[str, str | int] = {
            "company": AMAZON if self._evaluation.offer.is_amazon else OTHER_COMPANY,
            "year": int(lever[-1]),
        }
        share = from_table(self._tables, "sign_on_shares", key, "high", "share that is plausible", "fraction")
        return node("product", f"plausible {lever}", [share, self.offered("base_salary")])

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
        value, stop, limits = self._plan.last_counter.target, self._plan.stop_line, self._plan.limits
        if self._plan.settings.target is not None:
            return assumed("target", value, "USD", "as you set it")
        if self._plan.match is not None:
            note = "three quarters of the raise that matches your other offer, or the stop line if that is more"
            return assumed("target", value, "USD", note)
        most, half = self._settle(), halfway(limits)
        if stop is not None and stop.total <= value and not half <= value <= most.value:
            note = "the first sum of round amounts above the stop line, which lies above the usual target"
            return Derivation("target", value, "USD", PACKAGES, (self._stop_line(), self._total("largest")), note=note,
                              arguments={"package": "nearest"})  # fmt: skip
        if value == most.value:
            return most
        width = node("difference", "from there down to half of all room", [most, self._halfway()])
        share = assumed("how far down", (most.value - value) / width.value, "fraction", "so that the packages differ")
        return node("difference", "target", [most, node("product", "what it comes down", [share, width])], value=value)

    def _settle(self) -> Derivation:
        """Total to settle at: the usual target or half of all room, inside what two parts can carry [USD]."""
        rooms = sorted(self._rooms, key=lambda room: -room.value)[:USUAL_PARTS]
        share = assumed("how much of it", MOST_OF_TWO_PARTS, "fraction", "so that asking for two parts is enough")
        two = node("product", "nine tenths of the two largest", [share, node("sum", "room of two parts", rooms)])
        most = node("sum", "what two parts can carry", [self.offered_total(), two])
        more = node("maximum", "the larger of both", [self._default_target(), self._halfway()])
        return node("minimum", "target", [more, most], value=settle_target(self._plan.limits))

    @cached_property
    def _rooms(self) -> list[Derivation]:
        """Room of base, stock and both sign-ons [USD]."""
        found = []
        for part in PARTS:
            highs = [self._weighted(lever, self.high(lever)) for lever in part]
            offered = [self._weighted(lever, self.offered(lever)) for lever in part]
            both = ((highs, "limit of both sign-ons"), (offered, "both sign-ons as offered"))
            sides = [one[0] if len(one) == 1 else node("sum", name, one) for one, name in both]
            found.append(node("difference", f"room of {part[0]}", sides))
        return found

    def _halfway(self) -> Derivation:
        """Return the offer and half of all room [USD]."""
        half = assumed("half", 0.5, "fraction", "half of all room")
        into = node("product", "half of all room", [half, node("sum", "all room", self._rooms)])
        return node("sum", "the offer and half of all room", [self.offered_total(), into])

    def aimed_at(self) -> Derivation:
        """Return the target, or the offer as a package where that is more [USD]."""
        target, offered = self.target(), self.offered_total()
        return target if target.value >= offered.value else node("maximum", "aimed at", [target, offered])

    def _default_target(self) -> Derivation:
        parts = [self._weighted(lever, self._aimed(lever)) for lever in LEVERS]
        value = default_target(self._plan.limits)
        return node("sum", "usual target", parts, value=value, note="three quarters into each range, cut to its limit")

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
        """Return the package that pays as much as the best alternative [USD]."""
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

    def _ask_target(self) -> Derivation:
        """Total of the first ask: up to halfway from the target to the largest package, as its parts can carry."""
        if len(self._plan.concessions.steps) == 1:
            return self.target()
        note = (
            "a sum of round amounts between the target and the most that there is (first two lines): at most halfway, "
            "and no more than the parts that the balanced package raises can carry"
        )
        return Derivation("what the ask adds up to", self._plan.first_counter.target, "USD", PACKAGES,
                          (self.target(), self._total("largest")), note=note,
                          arguments={"package": "nearest"})  # fmt: skip
