"""Simulated pay: share prices follow random paths, and grants vest on their dates."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError
from compkit.pay import FLAT, FloatArray, Growth, PayTerms, company_key, grant_vests, weighted_payments
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, months, year_matrix
from compkit.prices.price_history import PriceHistory
from compkit.reference import Tables

MAX_VOLATILITY = 10.0
_PATHS_AT_A_TIME = 4096
_SLACK = 1e-8


@dataclass(frozen=True)
class Correlations:
    """Correlations of the log returns of companies.

    Parameters
    ----------
    companies : sequence of str
        Each once, as in `SimulationSettings`; extra companies are ignored.
    matrix : array_like, shape (n_companies, n_companies)
        In the order of the companies; symmetric, positive semidefinite, 1 on the diagonal.

    Raises
    ------
    OutOfRangeError
        If companies repeat or the matrix is invalid.

    Examples
    --------
    >>> Correlations(["amazon", "meta"], [[1.0, 0.6], [0.6, 1.0]]).root.round(6).tolist()
    [[0.948683, 0.316228], [0.316228, 0.948683]]
    """

    companies: Sequence[str]
    matrix: ArrayLike

    def __post_init__(self) -> None:
        given, n = np.asarray(self.matrix, dtype=float), len(self.companies)
        if len(set(self.companies)) < n:
            raise OutOfRangeError("correlations", "name each company once", list(self.companies))
        if given.shape != (n, n) or n == 0:
            raise OutOfRangeError("correlations", f"have {n} rows of {n}, one a company", given.shape)
        if not (np.isfinite(given).all() and np.abs(np.diag(given) - 1.0).max() <= _SLACK):
            raise OutOfRangeError("correlations", "be finite, and 1 of a company with itself", given.tolist())
        if np.abs(given - given.T).max() > _SLACK:
            raise OutOfRangeError("correlations", "be the same both ways (a symmetric matrix)", given.tolist())
        if (lowest := float(np.linalg.eigvalsh(given)[0])) < -_SLACK:
            raise OutOfRangeError("correlations", "fit together (no negative eigenvalue)", lowest)

    @cached_property
    def root(self) -> FloatArray:
        """Symmetric square root, which does not depend on the order of the companies."""
        values, vectors = np.linalg.eigh(np.asarray(self.matrix, dtype=float))
        # The root of a rounding error is a hundred million times larger, and differs between processors.
        values[values < len(values) * np.finfo(float).eps * values[-1]] = 0.0
        root = vectors * np.sqrt(values) @ vectors.T
        root[np.abs(root) < _SLACK] = 0.0
        return np.asarray(root)


@dataclass(frozen=True)
class SimulationSettings:
    """Settings of the simulation of share prices.

    Parameters
    ----------
    companies : sequence of str
        Company of each offer; offers of one company share its paths.
    volatility : array_like, shape (n_offers,)
        Of yearly log returns, the same for all offers of a company [fraction].
    n_paths : int
    seed : int
    correlation : float or Correlations
        Between the log returns of any two companies, 0 to 1; or by pair.
    histories : mapping of str to PriceHistory
        Past prices by company, from which its paths are drawn month by month instead of from its volatility.

    Raises
    ------
    OutOfRangeError
        If a setting is out of range, or a company has no correlations.
    """

    companies: Sequence[str]
    volatility: ArrayLike
    n_paths: int = 10_000
    seed: int = 0
    correlation: float | Correlations = 0.0
    histories: Mapping[str, PriceHistory] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rates = np.asarray(self.volatility, dtype=float)
        wrong = ~((rates >= 0) & (rates <= MAX_VOLATILITY))
        if wrong.any():
            raise OutOfRangeError("volatility", f"be between 0 and {MAX_VOLATILITY:g}", float(rates[wrong].flat[0]))
        if rates.shape not in ((), (len(self.companies),)):
            raise OutOfRangeError("volatility", f"be one figure, or one for each of {len(self.companies)}", rates.shape)
        if not 1 <= self.n_paths <= 100_000_000:
            raise OutOfRangeError("paths", "be 1 to 100,000,000", self.n_paths)
        if self.seed < 0:
            raise OutOfRangeError("seed", "not be negative", self.seed)
        if isinstance(self.correlation, Correlations):
            if left_out := sorted(set(self.companies) - set(self.correlation.companies)):
                raise OutOfRangeError("correlations", f"name {', '.join(left_out)}", list(self.correlation.companies))
        elif not 0 <= self.correlation <= 1:
            raise OutOfRangeError("correlation", "be between 0 and 1", self.correlation)


def simulated_totals(
    pay: PayTerms, growth: Growth, n_years: int, settings: SimulationSettings, *, stay_rate: float = 1.0
) -> FloatArray:
    """Yearly pay of each offer on each simulated path of share prices.

    The price is a geometric Brownian motion: the convention's price, which is its mean, times
    exp(sigma W - sigma^2 t / 2). For a company with a history, that exponent is a sum of past months, each less
    log E exp(month), which keeps the mean. Each company has its own random stream, so an offer's figures do not depend
    on the offers it is compared with.
    Source: docs/how-the-figures-are-made.md#volatility

    Parameters
    ----------
    pay : PayTerms
    growth : Growth
        Of the mean price.
    n_years : int
        Horizon, 1 to 8 [years].
    settings : SimulationSettings
        With a company for each offer.
    stay_rate : float
        Chance of staying another year: each payment is weighted by stay_rate^(m / 12).

    Returns
    -------
    ndarray, shape (n_offers, n_years, n_paths)
        [USD]

    Raises
    ------
    OutOfRangeError
        If the horizon or stay_rate is out of range, or the numbers of offers and companies differ.
    """
    if not 0 < stay_rate <= 1:
        raise OutOfRangeError("stay_rate", "be above 0 and at most 1", stay_rate)
    if not 1 <= n_years <= MAX_YEARS:
        raise OutOfRangeError("years", f"be 1 to {MAX_YEARS}", n_years)
    if len(settings.companies) != len(pay):
        raise OutOfRangeError("companies", f"be one for each of {len(pay)} offers", len(settings.companies))
    n_months = MONTHS_A_YEAR * n_years
    stays = stay_rate ** (months(n_years) / MONTHS_A_YEAR)
    in_year = year_matrix(n_years) * stays[:, None]
    in_cash = pay.grants["is_cash"].to_numpy(dtype=bool)
    cash = sum(weighted_payments(replace(pay, grants=pay.grants[in_cash]), FLAT, in_year).values())
    pay = replace(pay, grants=pay.grants[~in_cash])
    totals = np.empty((len(pay), n_years, settings.n_paths))
    totals[:] = np.asarray(cash)[:, :, None]
    holdings = _holdings(pay, growth, in_year)
    moving = {name for name, held in zip(settings.companies, holdings, strict=True) if held}
    paths = _PricePaths(settings, n_months, moving)
    rates = np.broadcast_to(np.asarray(settings.volatility, dtype=float), len(pay))
    has_past = np.array([name in settings.histories for name in settings.companies], dtype=bool)
    scale, drift = np.where(has_past, 1.0, rates), np.where(has_past, 0.0, rates**2 / 2)
    for first in range(0, settings.n_paths, _PATHS_AT_A_TIME):
        at = slice(first, min(first + _PATHS_AT_A_TIME, settings.n_paths))
        motions = paths.next(at.stop - at.start)
        for row, held in enumerate(holdings):
            for holding in held:
                motion = motions[settings.companies[row]]
                totals[row, :, at] += holding.value(motion, float(scale[row]), float(drift[row]))
    return totals


@dataclass(frozen=True)
class _Holding:
    """Vests of one offer's grants whose price moves from the same month, at the mean price.

    Parameters
    ----------
    vest_months : ndarray, shape (n,)
    start_month : int
        Month from which the price moves: 0, or the month in which a grant of stated value is priced.
    by_year : ndarray, shape (n_years, n)
        Value of each vest in its year, at the mean price [USD].
    """

    vest_months: NDArray[np.int64]
    start_month: int
    by_year: FloatArray

    def value(self, motion: FloatArray, scale: float, drift: float) -> FloatArray:
        """Vests by year, shape (n_years, n_paths) [USD]; price over mean price is exp(scale motion - drift t)."""
        at = np.maximum(self.vest_months, self.start_month)
        moved = motion[at - 1]
        if self.start_month:
            moved -= motion[self.start_month - 1]
        moved *= scale
        elapsed = (at - self.start_month) / MONTHS_A_YEAR
        moved -= (drift * elapsed)[:, None]
        np.exp(moved, out=moved)
        return np.asarray(self.by_year @ moved)


def _holdings(pay: PayTerms, growth: Growth, in_year: FloatArray) -> list[list[_Holding]]:
    """Group the grants of each offer into holdings, one for each month from which prices move."""
    n_months, n_years = in_year.shape
    vests = grant_vests(pay.grants, pay.schedules, n_years)
    gathered: list[dict[int, FloatArray]] = [{} for _ in range(len(pay))]
    values = vests.value * vests.price(growth)[vests.group_of]
    since = np.minimum(pay.grants["priced_month"].to_numpy(dtype=int), n_months).tolist()
    for row, month, value in zip(pay.grants["offer_row"].tolist(), since, values, strict=True):
        if value.any():
            gathered[row][month] = gathered[row].get(month, 0.0) + value
    return [
        [_Holding(vests.month[value > 0], since, (in_year * value[:, None])[value > 0].T)
         for since, value in held.items()]
        for held in gathered
    ]  # fmt: skip


class _PricePaths:
    """Random log prices of companies, in batches of paths: Brownian motions, or drawn from their past."""

    def __init__(self, settings: SimulationSettings, n_months: int, names: Iterable[str]) -> None:
        self._n_months, self._histories = n_months, settings.histories
        self._common = np.random.default_rng([settings.seed])
        self._shared, given = 0.0, settings.correlation
        if isinstance(given, Correlations):
            rows = dict(zip(given.companies, given.root.tolist(), strict=True))
            self._mixes = {name: {of: part for of, part in zip(rows, rows[name], strict=True) if part}
                           for name in names}  # fmt: skip
        else:
            self._shared, own = np.sqrt(given), np.sqrt(1 - given)
            self._mixes = {name: {name: own} for name in names}
        self._streams = {
            name: np.random.default_rng([settings.seed, zlib.crc32(name.encode())])
            for name in sorted({of for mix in self._mixes.values() for of in mix})
        }

    def next(self, n_paths: int) -> dict[str, FloatArray]:
        """Motion of each company at the end of months 1, 2, ..., shape (n_months, n_paths)."""
        shape = (self._n_months, n_paths)
        drawn = {name: stream.standard_normal(shape) for name, stream in self._streams.items()}
        if self._shared:
            shared = self._shared * self._common.standard_normal(shape)
        motions = {}
        for name, mix in self._mixes.items():
            steps = drawn[name] if mix == {name: 1.0} else sum(part * drawn[of] for of, part in mix.items())
            steps = np.asarray(steps + shared if self._shared else steps)
            past = self._histories.get(name)
            if past is not None:
                steps = past.month_steps(steps)
            for month in range(1, self._n_months):
                steps[month] += steps[month - 1]
            if past is None:
                steps /= np.sqrt(MONTHS_A_YEAR)
            motions[name] = steps
        return motions


@dataclass(frozen=True, slots=True)
class Volatility:
    """Volatility of a company's share price, with its source: a row of data/volatility.csv.

    Parameters
    ----------
    annual_rate : float
        Standard deviation of yearly log returns [fraction].
    company : str
        Name of the row; `default` if the company has none.
    is_verified : bool
    source_id, as_of : str
    """

    annual_rate: float
    company: str
    is_verified: bool
    source_id: str
    as_of: str


DEFAULT_VOLATILITY = "default"


def volatility_of(company: str, tables: Tables) -> Volatility:
    """Volatility of a company's share price; the table's default if it has no row."""
    rows = {company_key(str(row["company"])): row for row in tables.rows("volatility")}
    row = rows.get(company_key(company), rows[DEFAULT_VOLATILITY])
    return Volatility(
        annual_rate=float(row["annual_volatility"]),
        company=str(row["company"]),
        is_verified=row["status"] == "verified",
        source_id=str(row["source_id"]),
        as_of=str(row["as_of"]),
    )
