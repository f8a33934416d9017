"""Scores from the candidate's own ratings, what would change the verdict, and warnings about an offer."""

from __future__ import annotations

import datetime as dt
import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from compkit.model import Offer
from compkit.reference import Tables

Matrix = Literal["risk", "decision"]
MATRICES: tuple[Matrix, ...] = ("risk", "decision")
LARGEST_WEIGHT_CHANGE = 0.5
LOWEST_RATING = 1
HIGHEST_RATING: Mapping[str, int] = {"risk": 10, "decision": 5}
# Weights such as 0.15 and 0.25 are inexact in binary, so scores are rounded to this many decimals.
_ROUNDING_DECIMALS = 9

_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
}


@dataclass(frozen=True)
class Score:
    """The result of one matrix.

    Parameters
    ----------
    matrix : {"risk", "decision"}
    factors : DataFrame
        factor, weight, rating (missing if the candidate gave none).
    score : float or None
        risk: the weighted mean, 1 to 10, high meaning low risk; decision: the weighted sum, out of 75. None if a rating
        is missing.
    verdict : str or None
    missing : tuple of str
        Factors without a rating.
    """

    matrix: Matrix
    factors: pd.DataFrame
    score: float | None
    verdict: str | None
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flip:
    """One change that alone would change a verdict.

    Parameters
    ----------
    kind : {"score", "weight"}
    factor : str
    needed : float
        score: the rating at which the verdict changes; weight: the relative change of that weight, others kept and all
        scaled to the same sum, at which the score meets the threshold [fraction].
    new_verdict : str
    """

    kind: Literal["score", "weight"]
    factor: str
    needed: float
    new_verdict: str


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A warning or deal breaker of data/warning_rules.csv that an offer triggers."""

    rule_id: str
    kind: Literal["warning", "deal_breaker"]
    signal: str
    value: float
    threshold: float
    message: str
    advice: str


def matrix_score(offer: Offer, matrix: Matrix, tables: Tables) -> Score:
    """Score of an offer in the risk matrix or in the 48-hour decision matrix.

    Source: guide; docs/how-the-figures-are-made.md#scores
    """
    factors = tables[f"{matrix}_factors"][["factor", "weight"]]
    ratings = offer.scores.risk if matrix == "risk" else offer.scores.decision
    factors["rating"] = [float(rating) if (rating := ratings.get(name)) is not None else np.nan
                        for name in factors["factor"]]  # fmt: skip
    missing = tuple(str(name) for name in factors.loc[factors["rating"].isna(), "factor"])
    if missing:
        return Score(matrix, factors, None, None, missing)
    score = _weighted(factors["rating"].to_numpy(), factors["weight"].to_numpy(), matrix)
    return Score(matrix, factors, score, verdict_of(score, matrix, tables), ())


def verdict_of(score: float, matrix: Matrix, tables: Tables) -> str:
    """Verdict whose half-open interval [low, high) contains a score."""
    return [verdict for low, verdict in _verdicts(matrix, tables) if low <= score][-1]


def flips(score: Score, tables: Tables) -> list[Flip]:
    """Single ratings, and single weights within 50%, that would change the verdict; empty without a score."""
    if score.score is None or score.verdict is None:
        return []
    verdicts = _verdicts(score.matrix, tables)
    here = [verdict for _, verdict in verdicts].index(score.verdict)
    # (threshold, verdict on its far side)
    borders = []
    if here + 1 < len(verdicts):
        borders.append(verdicts[here + 1])
    if here > 0:
        borders.append((verdicts[here][0], verdicts[here - 1][1]))
    found: list[Flip] = []
    for row in range(len(score.factors)):
        found += _rating_flips(score, row, tables)
        found += _weight_flips(score, row, borders)
    return found


def _rating_flips(score: Score, row: int, tables: Tables) -> list[Flip]:
    ratings, weights = score.factors["rating"].to_numpy(), score.factors["weight"].to_numpy()
    own = int(ratings[row])
    up, down = range(own + 1, HIGHEST_RATING[score.matrix] + 1), range(own - 1, LOWEST_RATING - 1, -1)
    found = []
    for candidates in (up, down):
        for tried in candidates:
            changed = ratings.copy()
            changed[row] = tried
            verdict = verdict_of(_weighted(changed, weights, score.matrix), score.matrix, tables)
            if verdict != score.verdict:
                found.append(Flip("score", str(score.factors["factor"].iloc[row]), tried, verdict))
                break
    return found


def _weight_flips(score: Score, row: int, borders: list[tuple[float, str]]) -> list[Flip]:
    """Nearest change of one weight at which the score meets a border.

    With weight w scaled by 1 + t and all rescaled, the mean becomes (S + t w s) / (1 + t w) for weights that sum to 1;
    it meets the border B at t = (B - S) / (w (s - B)).
    """
    share = score.factors["weight"].to_numpy() / score.factors["weight"].sum()
    scale = _scale(score.matrix, score.factors["weight"].to_numpy())
    rating, mean = float(score.factors["rating"].iloc[row]), (score.score or 0.0) / scale
    best: Flip | None = None
    for threshold, verdict in borders:
        border = threshold / scale
        if math.isclose(rating, border) or math.isclose(rating, mean):
            continue
        change = (border - mean) / (share[row] * (rating - border))
        if abs(change) <= LARGEST_WEIGHT_CHANGE + 1e-12 and (best is None or abs(change) < abs(best.needed)):
            best = Flip("weight", str(score.factors["factor"].iloc[row]), float(change) + 0.0, verdict)
    return [best] if best else []


def _weighted(ratings: np.ndarray, weights: np.ndarray, matrix: str) -> float:
    mean = float(ratings @ weights / weights.sum())
    return round(mean * _scale(matrix, weights), _ROUNDING_DECIMALS)


def _scale(matrix: str, weights: np.ndarray) -> float:
    """Factor from weighted mean to score: 1 for risk, the sum of the weights for decision."""
    return 1.0 if matrix == "risk" else float(weights.sum())


def _verdicts(matrix: str, tables: Tables) -> list[tuple[float, str]]:
    """Lowest score and name of each verdict of a matrix, rising."""
    return sorted((row["low"], row["verdict"]) for row in tables.rows("score_verdicts") if row["matrix"] == matrix)


def signals(
    offer: Offer, share_below_market: float | None, unvested_equity_left: float | None, on: dt.date | None = None
) -> dict[str, float]:
    """Figures that warnings look at, by name; unknown ones are left out.

    Parameters
    ----------
    offer : Offer
    share_below_market : float or None
        From `market.share_below_market` [fraction].
    unvested_equity_left : float or None
        Unvested equity that a move forfeits [USD].
    on : date, optional
        The day up to which silence counts, of a process without an offer.
    """
    given = offer.signals.model_dump(exclude={"team_urgency"}, exclude_none=True)
    known = {name: float(value) for name, value in given.items()}
    if share_below_market is not None:
        known["share_below_market"] = share_below_market
    known["sign_on_total"] = sum(offer.sign_on)
    if unvested_equity_left is not None:
        known["unvested_equity_left"] = unvested_equity_left
    if on is not None and offer.process is not None and offer.status == "in-process":
        silent = offer.process.days_without_word(on)
        known |= {} if silent is None else {"days_without_word": silent}
    return known


def fired_rules(known: Mapping[str, float], tables: Tables) -> list[FiredRule]:
    """Warnings and deal breakers that known signals trigger; a rule about an unknown one is silent."""
    fired = []
    for row in tables["warning_rules"].to_dict("records"):
        if not _holds(known, row["signal"], row["operator"], row["threshold"]):
            continue
        if isinstance(row["also_signal"], str) and not _holds(
            known, row["also_signal"], row["also_operator"], row["also_threshold"]
        ):
            continue
        copied = {name: row[name] for name in ("rule_id", "kind", "signal", "threshold", "message", "advice")}
        fired.append(FiredRule(value=known[row["signal"]], **copied))
    firm = {rule.signal for rule in fired if rule.kind == "deal_breaker"}
    return [rule for rule in fired if rule.kind == "deal_breaker" or rule.signal not in firm]


def _holds(known: Mapping[str, float], signal: str, comparison: str, threshold: float) -> bool:
    return signal in known and _COMPARE[comparison](known[signal], threshold)
