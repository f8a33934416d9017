"""Risk of simulated pay: percentiles, chances, expected shortfall, certainty equivalent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compkit.errors import OutOfRangeError
from compkit.pay import FloatArray
from compkit.prices.price_history import PriceHistory
from compkit.prices.simulation import SimulationSettings

PERCENTILES = (5, 25, 50, 75, 95)
WORST_SHARE = 0.05
ROUNDING_TOLERANCE = 1e-9


@dataclass(frozen=True)
class SimulationOptions:
    """Options of the simulation of share prices.

    Parameters
    ----------
    n_paths, seed : int
    correlation : float
        Between any two companies, 0 to 1.
    volatility : float, optional
        For every company, instead of data/volatility.csv [fraction].
    stay_rate : float
        Chance of staying another year; 1 counts every payment in full.
    histories : mapping of str to PriceHistory
        Past prices by company, from which its paths are drawn instead of from its volatility.
    """

    n_paths: int = 10_000
    seed: int = 0
    correlation: float = 0.0
    volatility: float | None = None
    stay_rate: float = 1.0
    histories: Mapping[str, PriceHistory] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not 0 < self.stay_rate <= 1:
            raise OutOfRangeError("stay_rate", "be above 0 and at most 1", self.stay_rate)
        rate = 0.0 if self.volatility is None else self.volatility
        SimulationSettings(["any"], rate, self.n_paths, self.seed, self.correlation)


def spread(amounts: FloatArray) -> pd.DataFrame:
    """Percentiles and mean of simulated amounts.

    Parameters
    ----------
    amounts : ndarray, shape (n_rows, n_paths)
        [USD]

    Returns
    -------
    DataFrame, one row a row of `amounts`
        p5, p25, p50 (the median), p75, p95, mean [USD].
    """
    percentiles = np.percentile(amounts, PERCENTILES, axis=1)
    columns = {f"p{percent}": row for percent, row in zip(PERCENTILES, percentiles, strict=True)}
    return pd.DataFrame(columns | {"mean": amounts.mean(axis=1)})


def chance_of_more(a: ArrayLike, b: ArrayLike) -> float:
    """Chance that the first exceeds the second, path by path; ties count half.

    Amounts that differ by a billionth or less are ties.

    >>> chance_of_more([1.0, 2.0, 3.0, 5.0], [2.0, 2.0, 2.0, 2.0])
    0.625
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.mean((_sign(first, second) + 1) / 2))


def chance_of_most(amounts: FloatArray) -> FloatArray:
    """Chance that each row is the largest, path by path; ties are shared evenly.

    >>> chance_of_most(np.array([[1.0, 2.0, 9.0, 5.0], [2.0, 2.0, 2.0, 2.0]])).tolist()
    [0.625, 0.375]
    """
    paid = np.asarray(amounts, dtype=float)
    most = paid.max(axis=0)
    is_most = _sign(paid, most) == 0
    return np.asarray((is_most / is_most.sum(axis=0)).mean(axis=1))


def chance_below(amounts: ArrayLike, threshold: float) -> float:
    """Chance of an amount below a threshold, by more than a rounding error.

    >>> chance_below([1.0, 2.0, 3.0, 4.0], 2.0)
    0.25
    """
    return float(np.mean(_sign(np.asarray(amounts, dtype=float), np.asarray(threshold, dtype=float)) < 0))


def expected_shortfall(amounts: ArrayLike, worst_share: float = WORST_SHARE) -> float:
    """Mean of the worst share of simulated amounts [their unit].

    If the share is not a whole number of paths, the last path counts in part.

    >>> expected_shortfall([4.0, 1.0, 2.0, 3.0], worst_share=0.5)
    1.5
    """
    if not 0 < worst_share <= 1:
        raise OutOfRangeError("worst_share", "be above 0 and at most 1", worst_share)
    rising = np.sort(np.asarray(amounts, dtype=float))
    n_worst = worst_share * len(rising)
    whole = int(np.floor(n_worst))
    weights = np.concatenate([np.ones(whole), [n_worst - whole]])[: len(rising)]
    return float(np.average(rising[: len(weights)], weights=weights))


def certainty_equivalent(amounts: ArrayLike, risk_aversion: float) -> float:
    """Guaranteed amount as good as uncertain ones (certainty equivalent) under constant relative risk aversion.

    The power mean of order 1 - risk_aversion: 0 gives the mean, 1 the geometric mean.

    Parameters
    ----------
    amounts : array_like, shape (n,)
        Not negative [USD].
    risk_aversion : float
        0 is indifferent to risk; studies usually find 2 to 4.

    Examples
    --------
    >>> certainty_equivalent([100.0, 400.0], 1.0)
    200.0
    >>> certainty_equivalent([100.0, 400.0], 0.0)
    250.0
    """
    if not (np.isfinite(risk_aversion) and risk_aversion >= 0):
        raise OutOfRangeError("risk_aversion", "be finite and not negative", risk_aversion)
    paid = np.asarray(amounts, dtype=float)
    if not (np.isfinite(paid).all() and (paid >= 0).all()):
        raise OutOfRangeError("amounts", "be finite and not negative", float(paid.min()))
    if not paid.any() or (risk_aversion >= 1 and not paid.all()):
        return 0.0
    order = 1 - risk_aversion
    scale = float(paid.max() if order > 0 else paid.min())  # powers of dollars would overflow
    with np.errstate(divide="ignore"):
        logs = np.log(paid / scale)
    # Near order 0 the mean of powers is close to 1, and only its difference from 1 matters: hence expm1 and log1p.
    log_mean = float(np.log1p(np.mean(np.expm1(order * logs))) / order if order else np.mean(logs))
    return float(round(scale * float(np.exp(log_mean)), 9))


def _sign(first: FloatArray, second: FloatArray) -> FloatArray:
    """Sign of first - second, 0 if they are equal but for rounding."""
    is_same = np.abs(first - second) <= ROUNDING_TOLERANCE * np.maximum(np.abs(first), np.abs(second))
    return np.where(is_same, 0.0, np.sign(first - second))
