"""Every figure of one offer that can be explained, by the name under which a report records it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from compkit.analysis import Evaluation, LocationAnalysis
from compkit.errors import CompkitError
from compkit.explanation.cash_plan import plan_figures
from compkit.explanation.derivation import Derivation
from compkit.explanation.floors import Floors
from compkit.explanation.pairs import pair_figures
from compkit.explanation.pay import OfferPay
from compkit.explanation.place_facts import fact_figures
from compkit.explanation.places import Places
from compkit.explanation.present import present_job_figures
from compkit.explanation.ratings import score_figures
from compkit.explanation.simulated import simulated_figures
from compkit.explanation.worth import Figures, worth_figures
from compkit.explanation.yardsticks import market_figures, premium_figures
from compkit.negotiation import NegotiationPlan, PlanSettings, negotiation_plan
from compkit.offers import Offers
from compkit.pay import Assumptions
from compkit.reference import Tables


@dataclass(frozen=True)
class ExplainedOffer:
    """One offer of some, and what explains its figures; each is worked out when it is asked for.

    Parameters
    ----------
    offers : Offers
        All that the file holds: others of the same person are alternatives.
    offer_id : str
    tables : Tables
    assumptions : Assumptions
    report_date : date
    housing_share : float, optional
        See `LocationAnalysis`; what concerns the negotiation is worked out without, as its report does.
    bedrooms : int, optional
        See `LocationAnalysis`.
    counts_paper : bool
        Whether stock that can't be sold counts in the offer's worth, as in figures.csv; on pages it does not.
    """

    offers: Offers
    offer_id: str
    tables: Tables
    assumptions: Assumptions
    report_date: dt.date
    housing_share: float | None = None
    bedrooms: int | None = None
    counts_paper: bool = True

    @cached_property
    def evaluation(self) -> Evaluation:
        """The offer worked out."""
        return Evaluation(self.offers.entry(self.offer_id), self.tables, self.assumptions, self.report_date)

    @cached_property
    def analysis(self) -> LocationAnalysis:
        """The offer in its places."""
        return LocationAnalysis(self.evaluation, self.housing_share, bedrooms=self.bedrooms)

    @cached_property
    def plan(self) -> NegotiationPlan:
        """The offer's negotiation."""
        return negotiation_plan(
            self.offers, self.offer_id, self.tables, self.report_date, PlanSettings(), self.assumptions
        )

    @cached_property
    def _pay(self) -> OfferPay:
        return OfferPay(self.evaluation)

    @property
    def _worth(self) -> Figures:
        counted = worth_figures(OfferPay(self.evaluation.with_paper))
        return counted if self.counts_paper else counted | worth_figures(self._pay)

    @cached_property
    def groups(self) -> Mapping[str, Callable[[], Figures]]:
        """What makes the figures of each kind, once, by the kind's name; the quick ones first."""
        makers: Mapping[str, Callable[[], Figures]] = {
            "worth": lambda: self._worth | simulated_figures(self._pay),
            "market and scores": lambda: market_figures(self.evaluation) | score_figures(self.evaluation),
            "current job": lambda: present_job_figures(self.evaluation),
            "premiums": lambda: premium_figures(self.evaluation),
            "places": lambda: self._places.figures | fact_figures(self._places),
            "calendar years": lambda: plan_figures(self._places),
            "negotiation": lambda: Floors(self.plan, OfferPay(self.plan.evaluation)).figures,
            "other offers": lambda: pair_figures(self.offers, self.evaluation),
        }
        return {kind: cache(make) for kind, make in makers.items()}

    @cached_property
    def _places(self) -> Places:
        return Places(self.analysis, self._pay)

    @property
    def names(self) -> tuple[dict[str, list[str]], dict[str, str]]:
        """The names of all figures by kind, and why a kind has none where it cannot be worked out."""
        found: dict[str, list[str]] = {}
        reasons: dict[str, str] = {}
        for kind in self.groups:
            try:
                found[kind] = list(self.groups[kind]())
            except CompkitError as error:
                reasons[kind] = str(error)
        return {kind: names for kind, names in found.items() if names}, reasons

    def derivation(self, figure: str) -> Derivation | None:
        """Explain a figure; None if no figure has that name.

        Letter case, blanks, hyphens and underscores make no difference. What is said of the offer's own place, of its
        market, or of its negotiation may be named without saying so: `net`, `walk-away`.

        Raises
        ------
        DerivationError
            If its parts do not give it.
        """
        wanted = self._bare(figure)
        for kind in self.groups:
            try:
                figures = self.groups[kind]()
            except CompkitError:
                continue
            by_name = {self._bare(name): name for name in figures}
            for tried in self._full_names(kind, wanted):
                if tried in by_name:
                    return figures[by_name[tried]]()
        return None

    def _bare(self, figure: str) -> str:
        """Return a figure's name as names are compared, without the offer's id before it."""
        return folded(figure).removeprefix(f"{folded(self.offer_id)} ")

    def _full_names(self, kind: str, wanted: str) -> Iterable[str]:
        """Yield how a figure of a kind may be called in full."""
        yield wanted
        if kind == "worth" and wanted.startswith("simulated "):
            yield wanted.replace("simulated ", "simulated total ", 1)
        home = self.analysis.home if kind == "places" else None
        prefixes = {"market and scores": "market", "negotiation": "negotiation", "places": home.title if home else ""}
        if prefixes.get(kind):
            yield f"{folded(prefixes[kind])} {wanted}"


def folded(name: str) -> str:
    """Return a figure's name as names are compared.

    >>> folded(" Guaranteed-Cash"), folded("year 3  equity")
    ('guaranteed cash', 'year 3 equity')
    """
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()
