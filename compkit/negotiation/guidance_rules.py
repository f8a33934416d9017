"""Rules that choose guidance for an offer and its candidate, each with whom it applies to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from compkit.analysis import Evaluation
from compkit.errors import UnknownChoiceError
from compkit.model import REMOTE, Offer
from compkit.reference import Tables

FAANG = "FAANG"
STARTUP = "AI-First Startups"
ALWAYS = "always"
IN_PROCESS, WRITTEN = "in-process", "written"


@dataclass(frozen=True)
class GuidanceContext:
    """One offer and the candidate's other offers that are still open.

    Parameters
    ----------
    evaluation : Evaluation
    all_others : tuple of Offer
        The candidate's other offers, in any currency.
    """

    evaluation: Evaluation
    all_others: tuple[Offer, ...] = ()

    @property
    def offer(self) -> Offer:
        """The offer."""
        return self.evaluation.offer

    @cached_property
    def others(self) -> tuple[Offer, ...]:
        """Other employers' offers and processes that are open on the day of the report.

        An earlier round of an offer, or a second job at the same company, competes with nothing.
        """
        day, earlier = self.evaluation.report_date, {other.supersedes for other in self.all_others}
        return tuple(
            other for other in self.all_others
            if not other.is_of_same_company(self.offer) and not other.has_expired(day) and other.id not in earlier
        )  # fmt: skip

    @property
    def competing(self) -> tuple[Offer, ...]:
        """Those in writing: texts may claim no others."""
        return tuple(other for other in self.others if other.status == WRITTEN)

    @property
    def deadline(self) -> dt.date | None:
        """The offer's deadline, unless it has passed."""
        day = self.offer.deadline
        return day if day is not None and day >= self.evaluation.report_date else None

    @property
    def competing_deadlines(self) -> list[dt.date]:
        """Deadlines of the competing offers."""
        return [other.deadline for other in self.competing if other.deadline is not None]

    @cached_property
    def company_type(self) -> str | None:
        """The company's type; see `company_type_of`."""
        return company_type_of(self.offer, self.evaluation.tables)

    @property
    def has_stock(self) -> bool:
        """Whether the offer includes stock or options."""
        startup = self.offer.startup
        owns_a_part = startup is not None and startup.ownership_share is not None
        return bool(self.offer.equity or self.offer.options) or owns_a_part

    @property
    def leaves_equity(self) -> bool:
        """Whether the move forfeits unvested stock."""
        behind = self.evaluation.left_behind
        return behind is not None and behind.unvested_equity > 0

    @cached_property
    def rules_met(self) -> frozenset[str]:
        """Names of the rules that apply."""
        return frozenset(name for name, rule in RULES.items() if rule.holds(self))

    def others_of_type(self, company_type: str | None) -> tuple[Offer, ...]:
        """Other offers from companies of a type; none if the type is unknown."""
        if company_type is None:
            return ()
        tables = self.evaluation.tables
        return tuple(other for other in self.others if company_type_of(other, tables) == company_type)


def company_type_of(offer: Offer, tables: Tables) -> str | None:
    """Type of an offer's company, or None if unknown.

    From the file, else from data/companies.csv, else a startup if the file has startup shares or options.
    """
    if offer.company_type:
        return offer.company_type
    companies = tables["companies"]
    known = {
        _folded(str(name)): str(kind)
        for name, kind in zip(companies["company"], companies["company_type"], strict=True)
    }
    looks_like_one = offer.startup is not None or bool(offer.options)
    return known.get(_folded(offer.company), STARTUP if looks_like_one else None)


def _folded(company: str) -> str:
    return company.strip().casefold()


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition for a row of guidance.

    Parameters
    ----------
    whom : str
        Whom it applies to, in words that follow "for".
    holds : callable
        Whether it applies.
    """

    whom: str
    holds: Callable[[GuidanceContext], bool]


def _expires_first(context: GuidanceContext) -> bool:
    return context.deadline is not None and any(day > context.deadline for day in context.competing_deadlines)


def _others_expire_first(context: GuidanceContext) -> bool:
    return context.deadline is not None and any(day < context.deadline for day in context.competing_deadlines)


OTHERS_BY_ROLE: Mapping[str, Callable[[GuidanceContext], tuple[Offer, ...]]] = {
    "other_is_faang": lambda context: context.others_of_type(FAANG),
    "other_is_startup": lambda context: context.others_of_type(STARTUP),
    "other_is_same_type": lambda context: context.others_of_type(context.company_type),
}
"""Other offers in a role, by the rule that asks for it."""

RULES: Mapping[str, Rule] = {
    ALWAYS: Rule("every offer", lambda _: True),
    # The offer.
    "is_amazon": Rule("offers from Amazon", lambda context: context.offer.is_amazon),
    "not_amazon": Rule("offers from companies other than Amazon", lambda context: not context.offer.is_amazon),
    "not_startup": Rule("offers from companies other than startups", lambda context: context.company_type != STARTUP),
    "level_l6": Rule("the guide's L6", lambda context: context.evaluation.level.level == "L6"),
    "level_l7": Rule("the guide's L7", lambda context: context.evaluation.level.level == "L7"),
    "below_l7": Rule("levels that are not the guide's L7", lambda context: context.evaluation.level.level != "L7"),
    "is_downlevel": Rule("a lower level than interviewed for", lambda context: context.offer.signals.downlevel is True),
    "is_remote": Rule("remote jobs", lambda context: context.offer.location == REMOTE),
    "has_stock": Rule("offers with stock", lambda context: context.has_stock),
    "no_stock": Rule("offers without stock", lambda context: not context.has_stock),
    "has_options": Rule("offers with stock options", lambda context: bool(context.offer.options)),
    "has_yardstick": Rule(
        "offers that can be compared with a range of pay",
        lambda context: bool(context.evaluation.market["source"].notna().any()),
    ),
    # The candidate.
    "is_internal": Rule("transfers within the company", lambda context: context.offer.candidate_type == "internal"),
    "is_boomerang": Rule("people who return", lambda context: context.offer.candidate_type == "boomerang"),
    "comes_from_outside": Rule("people who join or return", lambda context: context.offer.candidate_type != "internal"),
    "has_present_job": Rule(
        "people with a current job", lambda context: context.evaluation.candidate.current is not None
    ),
    "leaves_equity": Rule("people who leave unvested stock behind", lambda context: context.leaves_equity),
    # Other offers and the team.
    "has_competing_offer": Rule(
        "people with another written offer that still stands", lambda context: bool(context.competing)
    ),
    "no_competing_offer": Rule(
        "people without another written offer that still stands", lambda context: not context.competing
    ),
    "has_competing_deadline": Rule(
        "people with another written offer whose deadline is still ahead",
        lambda context: bool(context.competing_deadlines),
    ),
    "has_other_process": Rule(
        "people another employer is still deciding on",
        lambda context: any(other.status == IN_PROCESS for other in context.others),
    ),
    "expires_before_others": Rule("offers that expire before another one", _expires_first),
    "others_expire_first": Rule("offers that expire after another one", _others_expire_first),
    "team_is_urgent": Rule("teams that need someone soon", lambda context: context.offer.signals.team_urgency is True),
    "team_urgency_unknown": Rule(
        "teams whose urgency your file doesn't mention",
        lambda context: context.offer.signals.team_urgency is None,
    ),
    "other_is_faang": Rule(
        "people whose other offer is from one of the largest companies",
        lambda context: bool(OTHERS_BY_ROLE["other_is_faang"](context)),
    ),
    "other_is_startup": Rule(
        "people whose other offer is from a startup", lambda context: bool(OTHERS_BY_ROLE["other_is_startup"](context))
    ),
    "other_is_same_type": Rule(
        "people whose other offer is from a company of the same type",
        lambda context: bool(OTHERS_BY_ROLE["other_is_same_type"](context)),
    ),
}
"""Every rule that a row of guidance may name."""


def rule_names(cell: str) -> list[str]:
    """Rules that a row names; all of them must hold.

    Raises
    ------
    UnknownChoiceError
        If a rule does not exist.
    """
    names = cell.split()
    for name in names:
        if name not in RULES:
            raise UnknownChoiceError("rule", name, sorted(RULES))
    return names


def whom(cell: str) -> str:
    """Whom a row applies to, in words.

    >>> whom("is_remote is_amazon")
    'remote jobs; offers from Amazon'
    """
    return "; ".join(RULES[name].whom for name in rule_names(cell))
