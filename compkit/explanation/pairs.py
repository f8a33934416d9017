"""An offer against the person's others: the difference, the growth at which the order turns, the chances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import combinations

from compkit.analysis import Comparison, Evaluation, build_comparison
from compkit.explanation.derivation import Derivation, node
from compkit.explanation.operations import SEARCH, SIMULATION
from compkit.explanation.pay import OfferPay
from compkit.explanation.simulated import drawn, volatility_of_share
from compkit.explanation.worth import Figures, paper, total
from compkit.offers import Offers, is_same_candidate
from compkit.pay import Growth
from compkit.prices import SimulationOptions, chance_of_more, chance_of_most

# As a report records it: beyond that a root differs between processors.
_DIGITS_OF_A_ROOT = 12


def pair_figures(offers: Offers, evaluation: Evaluation) -> Figures:
    """Explanations of an offer against others by recorded figure; none if it is alone.

    Parameters
    ----------
    offers : Offers
        All of the file; only those of the same person stand against each other.
    evaluation : Evaluation
        The offer's own: its assumptions hold for all.
    """
    own_offers = Offers(entry for entry in offers if is_same_candidate(entry, evaluation.entry))
    if len(own_offers) < 2:
        return {}
    everyone = build_comparison(
        own_offers, evaluation.tables, evaluation.assumptions, SimulationOptions(), evaluation.report_date
    )
    liquid, pairs, own = Pairs(everyone), Pairs(everyone.with_paper), evaluation.offer.id
    found: Figures = {f"{own} pays_most": partial(liquid.pays_most, own)}
    for a, b in combinations(range(len(everyone.ids)), 2):
        if own not in (everyone.ids[a], everyone.ids[b]):
            continue
        name = f"{everyone.ids[a]} against {everyone.ids[b]}"
        found[f"{name} difference"] = partial(pairs.difference, a, b, f"{name} difference")
        if pairs.comparison.break_even(a, b).break_even == "at":
            found[f"{name} break_even_growth"] = partial(pairs.break_even, a, b, f"{name} break_even_growth")
        found[f"{name} p_a_beats_b"] = partial(pairs.chance, a, b, f"{name} p_a_beats_b")
        if everyone.paper.any():
            found[f"{name} paper"] = partial(pairs.paper, a, b, f"{name} paper")
            without = f"{name} p_a_beats_b_without_paper"
            found[without] = partial(liquid.chance, a, b, without)
    return found


@dataclass(frozen=True)
class Pairs:
    """A person's offers against each other, as nodes.

    Parameters
    ----------
    comparison : Comparison
    """

    comparison: Comparison

    @cached_property
    def _totals(self) -> list[Derivation]:
        """Return each offer's total [USD]."""
        found = []
        for evaluation in self.comparison.evaluations:
            node = total(OfferPay(evaluation))
            found.append(node.renamed(f"total of {evaluation.offer.id}"))
        return found

    def difference(self, a: int, b: int, name: str) -> Derivation:
        """First offer's total less the second's [USD]."""
        return node("difference", name, [self._totals[a], self._totals[b]])

    def paper(self, a: int, b: int, name: str) -> Derivation:
        """Part of the difference in shares that cannot be sold [USD]."""
        papers = [paper(OfferPay(self.comparison.evaluations[at])).renamed(f"paper of {self.comparison.ids[at]}")
                  for at in (a, b)]  # fmt: skip
        return node("difference", name, papers)

    def break_even(self, a: int, b: int, name: str) -> Derivation:
        """Return the growth of all shares at which both offers come to the same [fraction a year]."""
        growth = round(self.comparison.break_even(a, b).growth or 0.0, _DIGITS_OF_A_ROOT)
        sums = [self._total_at(position, growth) for position in (a, b)]
        note = "found by search: the growth nearest to 0 at which the first line equals the second"
        arguments = {"miss": repr(sums[0].value - sums[1].value)}
        return Derivation(name, growth, "fraction a year", SEARCH, tuple(sums), note=note, arguments=arguments)

    def _total_at(self, position: int, rate: float) -> Derivation:
        evaluation = self.comparison.evaluations[position]
        given = evaluation.assumptions
        grown = replace(evaluation, assumptions=replace(given, growth=Growth(rate, given.growth.convention)))
        return total(OfferPay(grown)).renamed(f"total of {evaluation.offer.id} at that growth")

    def chance(self, a: int, b: int, name: str) -> Derivation:
        """Share of the simulated cases in which the first offer pays more; ties count half [fraction]."""
        simulated = self.comparison.simulated_years.sum(axis=1)
        return self._simulated(name, [a, b], chance_of_more(simulated[a], simulated[b]), "p_a_beats_b")

    def pays_most(self, own: str) -> Derivation:
        """Share of the simulated cases in which an offer pays most; ties share a case [fraction]."""
        position = self.comparison.ids.index(own)
        value = float(chance_of_most(self.comparison.simulated_years.sum(axis=1))[position])
        return self._simulated(f"{own} pays_most", list(range(len(self.comparison.ids))), value, "pays_most")

    def _simulated(self, name: str, positions: list[int], value: float, of: str) -> Derivation:
        parts: list[Derivation] = []
        for position in positions:
            parts += [self._totals[position], volatility_of_share(self.comparison.evaluations[position])]
        paths, seed = drawn()
        note = (
            f"simulated: {paths.value:,.0f} paths of each company's share price around the growth "
            f"assumed, seed {seed.value:.0f}; the share of paths in which it pays more"
        )
        return Derivation(name, value, "fraction", SIMULATION, (*parts, paths, seed), note=note, arguments={"of": of})
