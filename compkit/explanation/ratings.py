"""The scores: the candidate's own ratings, each times its weight."""

from __future__ import annotations

from functools import partial

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, node
from compkit.explanation.inputs import from_offer, from_table
from compkit.explanation.worth import Figures
from compkit.market import MATRICES, Matrix


def score_figures(evaluation: Evaluation) -> Figures:
    """Explanations of the score of each fully rated matrix by recorded figure."""
    return {
        f"{matrix} score": partial(_score, evaluation, matrix)
        for matrix in MATRICES
        if evaluation.score(matrix).score is not None
    }


def _score(evaluation: Evaluation, matrix: Matrix) -> Derivation:
    """Return the weighted sum of the ratings; of the risk matrix their weighted mean."""
    score = evaluation.score(matrix)
    weights, parts = [], []
    for factor in score.factors["factor"].astype(str):
        rating = from_offer(evaluation.entry, f"scores.{matrix}.{factor}", "your rating", "rating")
        weight = from_table(
            evaluation.tables, f"{matrix}_factors", {"factor": factor}, "weight", f"weight of {factor}", "weight"
        )
        weights.append(weight)
        parts.append(node("product", factor, [rating, weight], "score"))
    name = f"{matrix} score"
    if matrix == "decision":
        return node("sum", name, parts, "score", score.score)
    ratings = node("sum", "ratings times weights", parts, "score")
    return node("quotient", name, [ratings, node("sum", "all weights", weights, "weight")], "score", score.score)
