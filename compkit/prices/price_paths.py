"""Named scenarios of the share price, such as a crash, and pay along them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from compkit.errors import OutOfRangeError
from compkit.pay import FLAT, FloatArray, PayTerms, weighted_cash, weighted_vests
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, year_matrix
from compkit.reference import Tables


@dataclass(frozen=True)
class ScenarioPath:
    """Scenario of the share price: linear between the given months, flat after the last.

    Parameters
    ----------
    name : str
    months : sequence of int
        Ascending from 0, the start date [months].
    ratios : sequence of float
        Price at the end of each over that at the start date; the first is 1 [ratio].
    is_verified : bool
        False if any row of the path is unverified.
    source_id, note : str
        Source and meaning of the path.

    Raises
    ------
    OutOfRangeError
        If months do not ascend from 0, or ratios are not finite, are negative, or do not start at 1.

    Examples
    --------
    >>> ScenarioPath("half and back", (0, 12, 36), (1.0, 0.5, 1.0)).ratio([6, 12, 24, 60]).tolist()
    [0.75, 0.5, 0.75, 1.0]
    """

    name: str
    months: Sequence[int]
    ratios: Sequence[float]
    is_verified: bool = True
    source_id: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        what = f"price scenario {self.name!r}"
        if not len(self.months) == len(self.ratios) > 0:
            raise OutOfRangeError(what, "have a ratio for each month", list(self.ratios))
        if self.months[0] != 0 or any(later <= earlier for earlier, later in pairwise(self.months)):
            raise OutOfRangeError(what, "have months that rise from 0", list(self.months))
        if not all(math.isfinite(ratio) and ratio >= 0 for ratio in self.ratios):
            raise OutOfRangeError(what, "have ratios that are finite and not negative", list(self.ratios))
        if not math.isclose(self.ratios[0], 1.0, rel_tol=1e-9):
            raise OutOfRangeError(what, "have ratio 1 in month 0", self.ratios[0])

    def ratio(self, month: ArrayLike) -> FloatArray:
        """Price in each month over that at the start date, same shape [ratio]."""
        given = np.asarray(self.months, dtype=float)
        return np.asarray(np.interp(np.asarray(month, dtype=float), given, self.ratios))


def scenario_paths(tables: Tables) -> dict[str, ScenarioPath]:
    """Scenarios of data/price_scenarios.csv by name, in the table's order.

    >>> from compkit.reference.tables import load_tables
    >>> scenario_paths(load_tables())["crash and recovery"].ratio(30).item()
    0.75
    """
    rows_of: dict[str, list[dict[str, object]]] = {}
    for row in tables.rows("price_scenarios"):
        rows_of.setdefault(str(row["scenario"]), []).append(row)
    return {
        name: ScenarioPath(
            name=name,
            months=tuple(int(str(row["month"])) for row in rows),
            ratios=tuple(float(str(row["price_ratio"])) for row in rows),
            is_verified=all(row["status"] == "verified" for row in rows),
            source_id=str(rows[0]["source_id"]),
            note=str(rows[0]["note"]),
        )
        for name, rows in rows_of.items()
    }


def scenario_totals(pay: PayTerms, scenario: ScenarioPath, n_years: int) -> FloatArray:
    """Yearly pay of each offer if every share price follows one scenario.

    A grant of stated value has its units from the price of its month, so its vests move by the ratio at the vest over
    the ratio at the grant. Cash does not move.

    Parameters
    ----------
    pay : PayTerms
    scenario : ScenarioPath
    n_years : int
        Horizon, 1 to 8 [years].

    Returns
    -------
    ndarray, shape (n_offers, n_years)
        [USD]

    Raises
    ------
    OutOfRangeError
        If the horizon is out of range, or the price is 0 in a month that values a grant.
    """
    if not 1 <= n_years <= MAX_YEARS:
        raise OutOfRangeError("years", f"be 1 to {MAX_YEARS}", n_years)
    n_months = MONTHS_A_YEAR * n_years
    in_year = year_matrix(n_years)
    ratio = scenario.ratio(np.arange(n_months + 1))
    grants = pay.grants
    cash = weighted_cash(pay, in_year)
    totals = cash["base"] + cash["bonus"] + cash["sign_on"]
    # A grant priced after the horizon keeps its stated value within it.
    valued_in = np.minimum(grants["priced_month"].to_numpy(dtype=int), n_months)
    for month in np.unique(valued_in):
        at = valued_in == month
        if month < n_months and ratio[month] == 0 and not grants["is_cash"][at].all():
            raise OutOfRangeError(f"price scenario {scenario.name!r}", f"be above zero in month {month}, when a grant "
                                  "is valued", 0.0)  # fmt: skip
        then = ratio[np.maximum(np.arange(1, n_months + 1), month)]
        moved = in_year * (then[:, None] / (ratio[month] or 1.0))
        totals += weighted_vests(replace(pay, grants=grants[at]), FLAT, moved, cash_weights=in_year)
    return totals
