"""Another written offer that this one can be asked to match."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from compkit.negotiation.batna import WRITTEN, Alternatives
from compkit.negotiation.equal_pay import level_pay
from compkit.negotiation.limits import LEVER_WEIGHTS, lever_limits, offered_amounts, offered_total
from compkit.negotiation.meso import STEPS
from compkit.negotiation.packages import settle_target

MOST_TO_MATCH, BASE_TO_MATCH = 1.5, 1.3
"""Most that an ask to match another offer adds up to, and of base salary in it, as a multiple of what is offered."""


@dataclass(frozen=True, slots=True)
class Match:
    """Another written offer that this one can be asked to match.

    Parameters
    ----------
    id : str
        The other offer.
    total : float
        The package that pays as much here, at most `MOST_TO_MATCH` times this offer's [USD].
    is_capped : bool
        Whether it takes more to pay as much.
    amounts : dict of str to float
        How far base salary and stock may be asked for it [USD]: to what it pays, in this offer's place, and stock as
        far as it takes.
    """

    id: str
    total: float
    is_capped: bool
    amounts: dict[str, float]


def find_match(found: Alternatives, package_total_for: Callable[[float], float]) -> Match | None:
    """Find the best written offer of another company that pays more than the usual target; None if none does.

    Source: docs/how-the-figures-are-made.md#counteroffers

    Parameters
    ----------
    found : Alternatives
    package_total_for : callable
        The package of this offer that gives a level pay [USD].
    """
    evaluation = found.analysis.evaluation
    others = {other.evaluation.offer.id: other.evaluation for other in found.others}
    written = [one for one in found.all if one.status == WRITTEN
               and not others[one.id].offer.is_of_same_company(evaluation.offer)]  # fmt: skip
    best = max(written, key=lambda one: one.level_pay, default=None)
    usual = lever_limits(evaluation)
    if best is None or (needed := package_total_for(best.level_pay)) <= settle_target(usual):
        return None
    offered, rival = offered_total(evaluation.offer), others[best.id]
    ratio = best.level_pay / level_pay(rival)
    amounts = {lever: amount * ratio for lever, amount in offered_amounts(rival.offer).items()}
    amounts["base_salary"] = min(amounts["base_salary"], BASE_TO_MATCH * usual["base_salary"].offered)
    total = min(needed, MOST_TO_MATCH * offered)
    # The rest that the base salary can't carry is asked for as stock, so that two parts are enough.
    base = max(amounts["base_salary"], lever_limits(evaluation, beyond_band=True)["base_salary"].high)
    more = total - offered - LEVER_WEIGHTS["base_salary"] * (base - usual["base_salary"].offered)
    stock = usual["rsu_4yr"].offered
    amounts["rsu_4yr"] = max(amounts["rsu_4yr"], stock + more + STEPS["rsu_4yr"]) if stock else 0.0
    return Match(best.id, total, needed > total, amounts)
