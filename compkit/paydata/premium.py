"""How much more people report for AI and machine-learning work than colleagues at the same level: an association."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.errors import CompkitError, OutOfRangeError
from compkit.paydata.percentiles import MIN_ROWS

TITLE: Final = "Software Engineer"
TAG: Final = "ML / AI"
COUNTRY: Final = "US"
MIN_TOTAL: Final = 30_000.0
"""Lower totals [USD a year] are typing errors or part-time pay."""
FEW_CLUSTERS: Final = 20
"""From fewer companies an interval is likely too narrow; Cameron and Miller (2015) put "few" at 20 to 50."""

_CONTROLS = ("experience", "experience_squared", "tenure")
# The mark comes last: of two columns that say the same, the later is dropped.
_REGRESSORS = (*_CONTROLS, "mark")

BoolArray = NDArray[np.bool_]


class PremiumError(CompkitError, ValueError):
    """The rows don't allow the premium to be estimated."""


@dataclass(frozen=True)
class Association:
    """By how much the logarithm of total pay is higher in rows with the mark, other things equal. Not an effect.

    Parameters
    ----------
    coefficient, se : float
        Difference in log pay, and its standard error, clustered by company.
    low, high : float
        95% confidence interval of the coefficient.
    n_offered, n_used, n_marked : int
        Rows given, rows of the regression, and those of them with the mark.
    left_out : mapping from str to int
        Rows by the first reason to leave them out; `n_used` more make `n_offered`.
    clusters : int
        Companies of the rows used.
    largest_share : float
        Share of the rows used that the largest company has [fraction].
    effective_clusters : float
        How many companies of equal size are as uneven: 1 / (sum of their squared shares).
    """

    coefficient: float
    se: float
    low: float
    high: float
    n_offered: int
    n_used: int
    n_marked: int
    left_out: Mapping[str, int]
    clusters: int
    largest_share: float
    effective_clusters: float

    @property
    def percent(self) -> tuple[float, float, float]:
        """Difference and its interval as fractions of pay, exp(coefficient) - 1."""
        return math.expm1(self.coefficient), math.expm1(self.low), math.expm1(self.high)

    @property
    def has_few_clusters(self) -> bool:
        """Whether the companies are so few or uneven that the interval is likely too narrow."""
        return self.effective_clusters < FEW_CLUSTERS

    def as_json(self) -> dict[str, Any]:
        """List the figures that `compkit paydata premium` prints."""
        names = ("coefficient", "se", "low", "high", "n_offered", "n_used", "clusters")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Premium:
    """The association within a company's level, and within a company, where seniority counts as well."""

    with_level: Association
    without_level: Association


def ai_ml_premium(frame: pd.DataFrame, first: int = 2018, last: int = 2021) -> Premium:
    """How much more software engineers in the US report for work marked "ML / AI", in the years from first to last.

    Log total pay on the mark, experience, its square and tenure, with a constant for each level within a company (or
    each company), each metro and each year. Rows alone in one of these tell nothing and are left out. Standard errors
    are clustered by company, without a small-sample factor, and the interval is 1.96 of them on either side: the
    defaults of linearmodels.

    Parameters
    ----------
    frame : DataFrame
        company, level_folded, title, metro, country, day, experience, tenure [years], tag, total [USD a year].
    first, last : int
        Years of the reports.

    Raises
    ------
    OutOfRangeError
        If the years are in the wrong order.
    PremiumError
        If too few rows have the mark, or fewer than two companies have rows with and without it to compare.
    """
    if first > last:
        raise OutOfRangeError("the last year", f"be {first} or later", last)
    rows, left_out = _eligible(frame, first, last)
    return Premium(
        _association(rows, [rows["company"], rows["level_folded"]], left_out, len(frame)),
        _association(rows, [rows["company"]], left_out, len(frame)),
    )


def _eligible(frame: pd.DataFrame, first: int, last: int) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows that the question is about, ready for the regression, and how many are not by the first reason."""
    text = {
        name: frame[name].astype("string") for name in ("title", "country", "tag", "company", "level_folded", "metro")
    }
    year = pd.to_datetime(frame["day"]).dt.year
    total, experience, tenure = (frame[name].astype(float) for name in ("total", "experience", "tenure"))
    incomplete = text["company"].isna() | text["level_folded"].isna() | text["metro"].isna()
    reasons = {
        f"with another title than {TITLE}": ~_is(text["title"], TITLE),
        "outside the US": ~_is(text["country"], COUNTRY),
        f"not from {first} to {last}": ~year.between(first, last),
        f"with a total under ${MIN_TOTAL:,.0f} or unknown": ~(total.between(MIN_TOTAL, np.inf, inclusive="left")),
        "with less experience than tenure, or unknown": ~(experience >= tenure),
        "without company, level or metro": incomplete,
    }
    left = np.ones(len(frame), dtype=bool)
    left_out = {}
    for reason, is_out in reasons.items():
        out = left & is_out.to_numpy(dtype=bool)
        left_out[reason] = int(out.sum())
        left &= ~out
    rows = pd.DataFrame(
        {
            "company": text["company"], "level_folded": text["level_folded"], "metro": text["metro"], "year": year,
            "log_total": np.log(total.where(left, 1.0)), "experience": experience,
            "experience_squared": experience**2, "tenure": tenure, "mark": _is(text["tag"], TAG).astype(float),
        }
    )  # fmt: skip
    return rows[left].reset_index(drop=True), left_out


def _is(texts: pd.Series, wanted: str) -> pd.Series:
    """Whether texts are the one wanted, as the site writes it; spaces around them don't count."""
    return (texts.str.strip() == wanted).fillna(value=False).astype(bool)


def _association(rows: pd.DataFrame, cell: list[pd.Series], left_out: Mapping[str, int], n_offered: int) -> Association:
    cells = pd.DataFrame({"cell": _codes(cell), "metro": _codes([rows["metro"]]), "year": _codes([rows["year"]])})
    is_shared = _is_shared(cells)
    left_out = dict(left_out) | {"alone in its level, company, metro or year": int((~is_shared).sum())}
    rows, cells = rows[is_shared], cells[is_shared]
    _refuse_incomparable(rows, cells["cell"], left_out)
    coefficient, se, low, high = _regression(rows, cells)
    shares = rows["company"].value_counts(normalize=True)
    return Association(
        coefficient, se, low, high, n_offered, len(rows), int(rows["mark"].sum()), left_out,
        len(shares), float(shares.max()), float(1 / (shares**2).sum()),
    )  # fmt: skip


def _codes(columns: list[pd.Series]) -> NDArray[np.int64]:
    """Give each combination of values a number."""
    combined = pd.DataFrame(dict(enumerate(columns)))
    return np.asarray(combined.groupby(list(combined), sort=False).ngroup(), dtype=np.int64)


def _is_shared(cells: pd.DataFrame) -> BoolArray:
    """Which rows share each of their cells with another such row: leaving one out can leave another alone."""
    is_shared = np.ones(len(cells), dtype=bool)
    while True:
        is_alone = np.zeros(len(cells), dtype=bool)
        for name in cells:
            codes = cells[name].to_numpy()
            is_alone |= np.bincount(codes[is_shared], minlength=len(cells))[codes] == 1
        is_alone &= is_shared
        if not is_alone.any():
            return is_shared
        is_shared &= ~is_alone


def _refuse_incomparable(rows: pd.DataFrame, cell: pd.Series, left_out: Mapping[str, int]) -> None:
    """Raise unless enough rows have the mark, and two companies have rows with and without it in one cell."""
    n_marked = int(rows["mark"].sum())
    if n_marked < MIN_ROWS:
        why = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items() if n)
        raise PremiumError(
            f"No AI/ML premium: of {len(rows):,} usable rows {n_marked} {'is' if n_marked == 1 else 'are'} marked "
            f'"{TAG}", and {MIN_ROWS} are needed' + (f" (left out: {why})." if why else ".")
        )
    is_mixed = rows.groupby(cell.to_numpy())["mark"].transform("nunique") > 1
    n_companies = rows.loc[is_mixed, "company"].nunique()
    if n_companies < 2:
        raise PremiumError(
            f'No AI/ML premium: {n_companies or "no"} company has rows with and without "{TAG}" to compare, '
            "and 2 are needed."
        )


def _regression(rows: pd.DataFrame, cells: pd.DataFrame) -> tuple[float, float, float, float]:
    """Estimate the mark's coefficient, standard error, low and high."""
    try:
        from linearmodels.iv.absorbing import AbsorbingLS
        from linearmodels.panel.utility import AbsorbingEffectWarning
    except ModuleNotFoundError as error:
        raise PremiumError('The premium needs linearmodels. Install it: pip install "compkit[paydata]"') from error

    # What is the same in all rows, such as a single year, is absorbed by the cells, and pyhdfe refuses it.
    varies = (cells != cells.iloc[0]).any()
    absorbed = cells.loc[:, varies | (varies.index == "cell")].astype("category")
    model = AbsorbingLS(rows["log_total"], rows[list(_REGRESSORS)], absorb=absorbed, drop_absorbed=True)
    with warnings.catch_warnings():
        # A control that is the same all over, such as a tenure of 0, has nothing to add.
        warnings.simplefilter("ignore", AbsorbingEffectWarning)
        try:
            fit = model.fit(cov_type="clustered", clusters=_codes([rows["company"]]))
        except ValueError as error:
            if "fully absorbed" not in str(error):
                raise
            raise PremiumError(_UNIDENTIFIED) from error
    if "mark" not in fit.params or fit.df_resid <= 0:
        raise PremiumError(_UNIDENTIFIED)
    interval = fit.conf_int().loc["mark"]
    return (
        float(fit.params["mark"]), float(fit.std_errors["mark"]), float(interval["lower"]), float(interval["upper"])
    )  # fmt: skip


_UNIDENTIFIED = "No AI/ML premium: level, metro, year and experience explain the mark, so there is nothing to compare."
