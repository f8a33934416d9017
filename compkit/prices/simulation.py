"""What offers may be worth when share prices wander: simulated totals at the real vest dates."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError
from compkit.pay.cashflow import PayTerms, weighted_payments
from compkit.pay.grant_kinds import grant_vests
from compkit.pay.stock import FLAT, Growth
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, months, year_matrix
from compkit.prices.price_history import PriceHistory
from compkit.reference.tables import Tables

FloatArray = NDArray[np.float64]
MAX_VOLATILITY = 10.0
_PATHS_AT_A_TIME = 4096
_SLACK = 1e-8


@dataclass(frozen=True)
class Correlations:
    """How the log returns of each two companies go together.

    Parameters
    ----------
    companies : sequence of str
        Each once, as `SimulationSettings` names them; more than the offers have do no harm.
    matrix : array_like, shape (n_companies, n_companies)
        In the order of the companies: 1 with itself, symmetric, positive semidefinite; else OutOfRangeError is raised.

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
        """The symmetric root, which is the same whatever order the companies have."""
        values, vectors = np.linalg.eigh(np.asarray(self.matrix, dtype=float))
        # What is zero but for rounding has a root a hundred million times larger, which differs between processors.
        values[values < len(values) * np.finfo(float).eps * values[-1]] = 0.0
        root = vectors * np.sqrt(values) @ vectors.T
        root[np.abs(root) < _SLACK] = 0.0
        return np.asarray(root)


@dataclass(frozen=True)
class SimulationSettings:
    """How share prices wander.

    Parameters
    ----------
    companies : sequence of str
        Whose share each offer's is; offers of one company share its paths.
    volatility : array_like, shape (n_offers,)
        Of the share's yearly log returns, the same for all offers of a company [fraction].
    n_paths : int
    seed : int
    correlation : float or Correlations
        Between the log returns of any two companies, 0 to 1; or of each two.
    histories : mapping of str to PriceHistory
        Past prices by company. Its walks are drawn from them month by month, and its volatility is not read.

    Raises
    ------
    OutOfRangeError
        If a figure is out of its range, or the correlations leave a company out.
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
            raise OutOfRangeError("volatility", f"lie within 0 and {MAX_VOLATILITY:g}", float(rates[wrong].flat[0]))
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
            raise OutOfRangeError("correlation", "lie within 0 and 1", self.correlation)


def simulated_totals(
    pay: PayTerms, growth: Growth, n_years: int, randomness: SimulationSettings, *, stay_rate: float = 1.0
) -> FloatArray:
    """Return what each offer pays in each year, on each simulated path of share prices.

    The price is the convention's price times exp(sigma W - sigma^2 t / 2), W a Brownian motion: its mean is the
    convention's price. A company with a history has in place of that exponent a sum of months out of its past, each
    less log E exp(month), so that the mean is the same. Each company draws from its own stream of the seed, so an
    offer's figures do not depend on which others it is compared with.
    Source: docs/how-the-figures-are-made.md#volatility

    Parameters
    ----------
    pay : PayTerms
    growth : Growth
        Of the mean price.
    n_years : int
        The horizon, 1 to 8 [years].
    randomness : SimulationSettings
        With a company for each offer.
    stay_rate : float
        The chance to stay for another year, which weights each payment by stay_rate^(m / 12); 1 counts all in full.

    Returns
    -------
    ndarray, shape (n_offers, n_years, n_paths)
        [USD]

    Raises
    ------
    OutOfRangeError
        If the horizon or stay_rate is out of range, or offers and companies differ in number.
    """
    if not 0 < stay_rate <= 1:
        raise OutOfRangeError("stay_rate", "lie above 0 and at most at 1", stay_rate)
    if not 1 <= n_years <= MAX_YEARS:
        raise OutOfRangeError("years", f"be 1 to {MAX_YEARS}", n_years)
    if len(randomness.companies) != len(pay):
        raise OutOfRangeError("companies", f"be one for each of {len(pay)} offers", len(randomness.companies))
    n_months = MONTHS_A_YEAR * n_years
    stays = stay_rate ** (months(n_years) / MONTHS_A_YEAR)
    in_year = year_matrix(n_years) * stays[:, None]
    in_cash = pay.grants["is_cash"].to_numpy(dtype=bool)
    cash = sum(weighted_payments(replace(pay, grants=pay.grants[in_cash]), FLAT, in_year).values())
    pay = replace(pay, grants=pay.grants[~in_cash])
    totals = np.empty((len(pay), n_years, randomness.n_paths))
    totals[:] = np.asarray(cash)[:, :, None]
    holdings = _holdings(pay, growth, in_year)
    moving = {name for name, held in zip(randomness.companies, holdings, strict=True) if held}
    walks = _PricePaths(randomness, n_months, moving)
    rates = np.broadcast_to(np.asarray(randomness.volatility, dtype=float), len(pay))
    has_past = np.array([name in randomness.histories for name in randomness.companies], dtype=bool)
    scale, drift = np.where(has_past, 1.0, rates), np.where(has_past, 0.0, rates**2 / 2)
    for first in range(0, randomness.n_paths, _PATHS_AT_A_TIME):
        at = slice(first, min(first + _PATHS_AT_A_TIME, randomness.n_paths))
        motions = walks.next(at.stop - at.start)
        for row, held in enumerate(holdings):
            for holding in held:
                path = motions[randomness.companies[row]]
                totals[row, :, at] += holding.worth(path, float(scale[row]), float(drift[row]))
    return totals


@dataclass(frozen=True)
class _Holding:
    """Grants of one offer that are valued from one month on: what vests when, at the mean price.

    Parameters
    ----------
    vest_months : ndarray, shape (n,)
    start_month : int
        The month from which the price moves; 0, or for a grant of stated value the month in which it is priced.
    by_year : ndarray, shape (n_years, n)
        What each vest adds to each year, at the mean price [USD].
    """

    vest_months: NDArray[np.int64]
    start_month: int
    by_year: FloatArray

    def worth(self, path: FloatArray, scale: float, drift: float) -> FloatArray:
        """Return what vests by year, shape (n_years, n_paths) [USD]: price over mean is exp(scale path - drift t)."""
        at = np.maximum(self.vest_months, self.start_month)
        moved = path[at - 1]
        if self.start_month:
            moved -= path[self.start_month - 1]
        moved *= scale
        elapsed = (at - self.start_month) / MONTHS_A_YEAR
        moved -= (drift * elapsed)[:, None]
        np.exp(moved, out=moved)
        return np.asarray(self.by_year @ moved)


def _holdings(pay: PayTerms, growth: Growth, in_year: FloatArray) -> list[list[_Holding]]:
    """Return for each offer its grants, gathered by the month from which their price moves."""
    n_months, n_years = in_year.shape
    vests = grant_vests(pay.grants, pay.schedules, n_years)
    gathered: list[dict[int, FloatArray]] = [{} for _ in range(len(pay))]
    values = vests.value * vests.price(growth)[vests.kind_of]
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
    """Motions of the companies asked for, some paths at a time: Brownian, or out of their past."""

    def __init__(self, randomness: SimulationSettings, n_months: int, names: Iterable[str]) -> None:
        self._n_months, self._histories = n_months, randomness.histories
        self._common = np.random.default_rng([randomness.seed])
        self._shared, given = 0.0, randomness.correlation
        if isinstance(given, Correlations):
            rows = dict(zip(given.companies, given.root.tolist(), strict=True))
            self._mixes = {name: {of: part for of, part in zip(rows, rows[name], strict=True) if part}
                           for name in names}  # fmt: skip
        else:
            self._shared, own = np.sqrt(given), np.sqrt(1 - given)
            self._mixes = {name: {name: own} for name in names}
        self._streams = {
            name: np.random.default_rng([randomness.seed, zlib.crc32(name.encode())])
            for name in sorted({of for mix in self._mixes.values() for of in mix})
        }

    def next(self, n_paths: int) -> dict[str, FloatArray]:
        """Return each company's motion at the end of months 1, 2, ..., shape (n_months, n_paths)."""
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
    """How much a company's share price wanders, and who says so: a row of data/volatility.csv.

    Parameters
    ----------
    annual_rate : float
        The standard deviation of yearly log returns [fraction].
    company : str
        The row's name; `default` where the company has none of its own.
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
    """Return the volatility of a company's share; the table's default where it has no row of its own."""
    rows = {str(row["company"]).casefold(): row for row in tables.rows("volatility")}
    row = rows.get(company.strip().casefold(), rows[DEFAULT_VOLATILITY])
    return Volatility(
        annual_rate=float(row["annual_volatility"]),
        company=str(row["company"]),
        is_verified=row["status"] == "verified",
        source_id=str(row["source_id"]),
        as_of=str(row["as_of"]),
    )
