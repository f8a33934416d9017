"""The scores: the candidate's own marks, each times its weight."""

from __future__ import annotations

from functools import partial

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, made
from compkit.explanation.inputs import tabled, typed
from compkit.explanation.worth import Figures
from compkit.market import MATRICES, Matrix


def score_figures(evaluation: Evaluation) -> Figures:
    """Return what explains the score of each matrix that has all its marks, by its recorded name."""
    return {
        f"{matrix} score": partial(_score, evaluation, matrix)
        for matrix in MATRICES
        if evaluation.score(matrix).score is not None
    }


def _score(evaluation: Evaluation, matrix: Matrix) -> Derivation:
    """Return the weighted sum of the marks; of the risk matrix their weighted mean."""
    score = evaluation.score(matrix)
    weights, parts = [], []
    for factor in score.factors["factor"].astype(str):
        mark = typed(evaluation.entry, f"scores.{matrix}.{factor}", "your mark", "mark")
        weight = tabled(evaluation.tables, f"{matrix}_factors", {"factor": factor}, "weight", "its weight", "weight")
        weights.append(weight)
        parts.append(made("product", factor, [mark, weight], "score"))
    name = f"{matrix} score"
    if matrix == "decision":
        return made("sum", name, parts, "score", score.score)
    marks = made("sum", "marks times weights", parts, "score")
    return made("quotient", name, [marks, made("sum", "all weights", weights, "weight")], "score", score.score)
