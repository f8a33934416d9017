"""What offers may be worth when share prices wander: simulated totals at the real vest dates."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.cashflow import PayTerms, weighted_payments, weighted_vests
from compkit.errors import OutOfRangeError
from compkit.periods import MONTHS_A_YEAR, months
from compkit.stock import FLAT, Growth
from compkit.tables import Tables, records
from compkit.vesting import vested_share

FloatArray = NDArray[np.float64]
_PATHS_AT_A_TIME = 4096


@dataclass(frozen=True)
class Randomness:
    """How share prices wander.

    Parameters
    ----------
    companies : sequence of str
        Whose share each offer's is; offers of one company share its paths.
    volatility : array_like, shape (n_offers,)
        Of the share's yearly log returns, the same for all offers of a company [fraction].
    n_paths : int
    seed : int
    correlation : float
        Between the log returns of any two companies, 0 to 1.

    Raises
    ------
    OutOfRangeError
        If a figure is out of its range.
    """

    companies: Sequence[str]
    volatility: ArrayLike
    n_paths: int = 10_000
    seed: int = 0
    correlation: float = 0.0

    def __post_init__(self) -> None:
        rates = np.asarray(self.volatility, dtype=float)
        if not (np.isfinite(rates).all() and (rates >= 0).all()):
            raise OutOfRangeError("volatility", "be finite and not negative", rates.tolist())
        if not 1 <= self.n_paths <= 100_000_000:
            raise OutOfRangeError("paths", "be 1 to 100,000,000", self.n_paths)
        if self.seed < 0:
            raise OutOfRangeError("seed", "not be negative", self.seed)
        if not 0 <= self.correlation <= 1:
            raise OutOfRangeError("correlation", "lie within 0 and 1", self.correlation)


def simulated_totals(
    pay: PayTerms, growth: Growth, n_years: int, randomness: Randomness, *, stay_rate: float = 1.0
) -> FloatArray:
    """Return what each offer pays in each year, on each simulated path of share prices.

    The price is the convention's price times exp(sigma W - sigma^2 t / 2), W a Brownian motion: its mean is the
    convention's price. Each company draws from its own stream of the seed, so an offer's figures do not depend on
    which others it is compared with. Source: CONTRACT, Volatility.

    Parameters
    ----------
    pay : PayTerms
    growth : Growth
        Of the mean price.
    n_years : int
        The horizon [years].
    randomness : Randomness
    stay_rate : float
        The chance to stay for another year, which weights each payment by stay_rate^(m / 12); 1 counts all in full.

    Returns
    -------
    ndarray, shape (n_offers, n_years, n_paths)
        [USD]
    """
    if not 0 < stay_rate <= 1:
        raise OutOfRangeError("stay_rate", "lie above 0 and at most at 1", stay_rate)
    n_months = MONTHS_A_YEAR * n_years
    stays = stay_rate ** (months(n_years) / MONTHS_A_YEAR)
    in_year = np.repeat(np.eye(n_years), MONTHS_A_YEAR, axis=0) * stays[:, None]
    parts = weighted_payments(pay, FLAT, in_year)
    in_cash = pay.grants["is_cash"].to_numpy(dtype=bool)
    paid_in_cash = weighted_vests(replace(pay, grants=pay.grants[in_cash]), FLAT, in_year)
    cash = parts["base"] + parts["bonus"] + parts["sign_on"] + paid_in_cash
    pay = replace(pay, grants=pay.grants[~in_cash])
    totals = np.empty((len(pay), n_years, randomness.n_paths))
    totals[:] = cash[:, :, None]
    holdings = _holdings(pay, growth, n_months, in_year)
    volatility = np.broadcast_to(np.asarray(randomness.volatility, dtype=float), len(pay))
    walks = _Walks(randomness, n_months)
    for first in range(0, randomness.n_paths, _PATHS_AT_A_TIME):
        at = slice(first, min(first + _PATHS_AT_A_TIME, randomness.n_paths))
        brownian = walks.next(at.stop - at.start)
        for row, held in enumerate(holdings):
            for holding in held:
                path = brownian[randomness.companies[row]]
                totals[row, :, at] += holding.worth(path, float(volatility[row]))
    return totals


@dataclass(frozen=True)
class _Holding:
    """Grants of one offer that are valued from one month on: what vests when, at the mean price.

    Parameters
    ----------
    vest_months : ndarray, shape (n,)
    start_month : int
        The month from which the price moves; 0, or for a grant of stated value the month in which it is made.
    by_year : ndarray, shape (n_years, n)
        What each vest adds to each year, at the mean price [USD].
    """

    vest_months: NDArray[np.int64]
    start_month: int
    by_year: FloatArray

    def worth(self, path: FloatArray, volatility: float) -> FloatArray:
        """Return what vests by year on each path, shape (n_years, n_paths) [USD]; row m - 1 of `path` is month m."""
        moved = path[self.vest_months - 1]
        if self.start_month:
            moved -= path[self.start_month - 1]
        moved *= volatility
        elapsed = (self.vest_months - self.start_month) / MONTHS_A_YEAR
        moved -= (volatility**2 / 2 * elapsed)[:, None]
        np.exp(moved, out=moved)
        return np.asarray(self.by_year @ moved)


def _holdings(pay: PayTerms, growth: Growth, n_months: int, in_year: FloatArray) -> list[list[_Holding]]:
    """Return for each offer its grants, gathered by the month from which their price moves."""
    price = growth.price(np.arange(n_months + 1))
    gathered: list[dict[int, FloatArray]] = [{} for _ in range(len(pay))]
    for grant in pay.grants.to_dict("records"):
        start = int(grant["start_month"])
        share = vested_share(pay.schedules[str(grant["schedule"])], n_months, start)
        since = start if grant["is_valued_at_grant"] else 0
        if since >= n_months:
            continue
        value = grant["units"] * grant["start_price"] * np.diff(share, prepend=0.0) * price[1:] / price[since]
        of_offer = gathered[int(grant["offer_row"])]
        of_offer[since] = of_offer.get(since, np.zeros(n_months)) + value
    found = []
    for of_offer in gathered:
        held = []
        for since, value in of_offer.items():
            at = np.flatnonzero(value)
            held.append(_Holding(at + 1, since, (in_year[at] * value[at, None]).T))
        found.append(held)
    return found


class _Walks:
    """Brownian motions of companies, some paths at a time."""

    def __init__(self, randomness: Randomness, n_months: int) -> None:
        self._names = list(dict.fromkeys(randomness.companies))
        self._streams = {
            name: np.random.default_rng([randomness.seed, zlib.crc32(name.encode())]) for name in self._names
        }
        self._common = np.random.default_rng([randomness.seed])
        self._correlation = randomness.correlation
        self._n_months = n_months

    def next(self, n_paths: int) -> dict[str, FloatArray]:
        """Return each company's motion at the end of months 1, 2, ..., shape (n_months, n_paths)."""
        shape = (self._n_months, n_paths)
        own = {name: stream.standard_normal(shape) for name, stream in self._streams.items()}
        if self._correlation:
            shared = np.sqrt(self._correlation) * self._common.standard_normal(shape)
            for name, steps in own.items():
                own[name] = shared + np.sqrt(1 - self._correlation) * steps
        for steps in own.values():
            for month in range(1, self._n_months):
                steps[month] += steps[month - 1]
            steps /= np.sqrt(MONTHS_A_YEAR)
        return own


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
    rows = {str(row["company"]).casefold(): row for row in records(tables["volatility"])}
    row = rows.get(company.strip().casefold(), rows[DEFAULT_VOLATILITY])
    return Volatility(
        annual_rate=float(row["annual_volatility"]),
        company=str(row["company"]),
        is_verified=row["status"] == "verified",
        source_id=str(row["source_id"]),
        as_of=str(row["as_of"]),
    )
