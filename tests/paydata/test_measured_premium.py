"""The measured AI/ML premium: against a case by hand and plain least squares with dummies; which rows it leaves out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from laws import examples
from synthetic_pay import PREMIUM, reports

from compkit.errors import OutOfRangeError
from compkit.paydata.premium import Association, Premium, PremiumError, ai_ml_premium

MARK, OTHER = "ML / AI", "Full Stack"
ALONE = "alone in its level, company, metro or year"


def rows(*groups: dict[str, Any]) -> pd.DataFrame:
    """Build a frame from groups of equal rows; `n` says how many."""
    usual = {
        "company": "Amazon", "level_folded": "l5", "title": "Software Engineer", "metro": "Seattle", "country": "US",
        "day": pd.Timestamp("2020-06-01"), "experience": 5.0, "tenure": 1.0, "tag": OTHER, "total": 200_000.0,
    }  # fmt: skip
    return pd.DataFrame([usual | group for group in groups for _ in range(group.get("n", 1))])


def pairs(company: str, total: float, ratio: float, n: int = 3) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows of a company without the mark, and as many with it that pay `ratio` times as much."""
    return {"company": company, "total": total, "n": n}, {
        "company": company,
        "total": ratio * total,
        "tag": MARK,
        "n": n,
    }


TWO_COMPANIES = rows(*pairs("Amazon", 200_000, 1.2), *pairs("Google", 300_000, 1.25))


def test_a_case_by_hand() -> None:
    """In each company 3 rows with the mark earn 1.2 or 1.25 times what 3 others earn, and all else is equal.

    Within a company the mark is 1/2 or -1/2 from its mean, so each company's sum of squares is 6/4, and the coefficient
    is the mean of both log ratios. A company's score is 6/4 times how far its own ratio is from that mean, d or -d with
    d = (log 1.25 - log 1.2) / 2. The variance is the sum of squared scores over the square of the sum of squares:
    2 (6/4 d)^2 / 3^2 = d^2 / 2.
    """
    found = ai_ml_premium(TWO_COMPANIES)
    mean, se = (math.log(1.2) + math.log(1.25)) / 2, (math.log(1.25) - math.log(1.2)) / 2 / math.sqrt(2)
    for one in (found.with_level, found.without_level):
        assert one.coefficient == pytest.approx(mean, abs=1e-12)
        assert one.se == pytest.approx(se, abs=1e-12)
        assert (one.low, one.high) == pytest.approx((mean - 1.959964 * se, mean + 1.959964 * se), abs=1e-7)
        assert one.percent == pytest.approx((math.sqrt(1.2 * 1.25) - 1, math.expm1(one.low), math.expm1(one.high)))
        assert (one.n_offered, one.n_used, one.n_marked, one.clusters) == (12, 12, 6, 2)
        assert (one.largest_share, one.effective_clusters, one.has_few_clusters) == (0.5, 2.0, True)
        assert set(one.left_out.values()) == {0}


def by_dummies(frame: pd.DataFrame, cell: list[str]) -> tuple[float, float]:
    """Coefficient and clustered standard error from a dummy for every cell, metro and year, no row left alone out.

    The mark's part that all else doesn't explain is r. Then b = r'y / r'r, and with the residuals e the variance is the
    sum over companies of (r'e)^2, over (r'r)^2: linearmodels' clustered covariance without its small-sample factor
    G (n - 1) / ((G - 1) (n - k - d)), which only `debiased=True` applies.
    """
    mark = (frame["tag"] == MARK).to_numpy(dtype=float)
    experience = frame["experience"].to_numpy()
    dummies = [
        pd.get_dummies(key.astype(str), dtype=float).to_numpy()
        for key in (frame[cell].agg("|".join, axis=1), frame["metro"], frame["day"].dt.year)
    ]
    others = np.column_stack([experience, experience**2, frame["tenure"], *dummies])
    unexplained = [
        values - others @ np.linalg.lstsq(others, values, rcond=None)[0] for values in (mark, np.log(frame["total"]))
    ]
    r, y = np.asarray(unexplained[0]), np.asarray(unexplained[1])
    b = r @ y / (r @ r)
    scores = pd.Series(r * (y - b * r)).groupby(frame["company"].to_numpy()).sum()
    return float(b), float(np.sqrt((scores**2).sum()) / (r @ r))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_equals_least_squares_with_dummies(seed: int) -> None:
    frame = reports(700, seed)
    found = ai_ml_premium(frame)
    used = frame[(frame["title"] == "Software Engineer") & (frame["country"] == "US")]
    pairs_of = ((found.with_level, ["company", "level_folded"]), (found.without_level, ["company"]))
    for one, cell in pairs_of:
        coefficient, se = by_dummies(used, cell)
        assert one.coefficient == pytest.approx(coefficient, abs=1e-8)
        assert one.se == pytest.approx(se, rel=1e-6)
    assert found.with_level.left_out[ALONE] > 0


def test_finds_what_was_drawn() -> None:
    """Marked rows are more frequent at higher levels, so without level the difference is mostly seniority."""
    found = ai_ml_premium(reports(20_000))
    assert abs(found.with_level.coefficient - PREMIUM) < 3 * found.with_level.se
    assert found.without_level.low > found.with_level.high


def test_each_row_is_used_or_has_a_reason() -> None:
    """The first reason counts, and a tag that is missing is no mark."""
    found = ai_ml_premium(
        pd.concat(
            [
                TWO_COMPANIES,
                rows(
                    {"title": "Product Manager", "country": "India", "n": 2},
                    {"title": " Software Engineer ", "tag": None},
                    {"title": "software engineer"},
                    {"country": "India"},
                    {"day": pd.Timestamp("2017-12-31"), "n": 3},
                    {"day": pd.Timestamp("2022-01-01")},
                    {"day": pd.NaT},
                    {"total": 29_999.0},
                    {"total": math.nan},
                    {"total": 30_000.0, "tenure": 5.0},
                    {"tenure": 5.5},
                    {"experience": math.nan},
                    {"metro": None},
                    {"level_folded": None, "metro": None},
                    {"level_folded": "l9"},
                ),
            ]
        )
    )
    counts = [3, 1, 5, 2, 2, 2]
    assert list(found.with_level.left_out.values()) == [*counts, 1]
    assert list(found.without_level.left_out.values()) == [*counts, 0]
    assert (found.with_level.n_used, found.without_level.n_used) == (14, 15)
    for one in (found.with_level, found.without_level):
        assert one.n_offered == one.n_used + sum(one.left_out.values()) == 30


def test_a_row_left_alone_by_another_is_left_out_as_well() -> None:
    """Without the only row in Boston, the only other of l7 is alone; without that, the only other of 2018."""
    chain = rows(
        {"level_folded": "l7", "metro": "Boston"},
        {"level_folded": "l7", "day": pd.Timestamp("2018-02-01")},
        {"day": pd.Timestamp("2018-03-01")},
    )
    found = ai_ml_premium(pd.concat([TWO_COMPANIES, chain]))
    assert found.with_level.left_out[ALONE] == 3
    assert found.with_level.n_used == 12
    # Without level only Boston is alone: 2018 then has two rows.
    assert found.without_level.left_out[ALONE] == 1


def test_how_uneven_companies_are() -> None:
    frame = rows(*pairs("Amazon", 2e5, 1.2, 6), *pairs("Google", 2e5, 1.2, 3), *pairs("Apple", 2e5, 1.3, 3))
    found = ai_ml_premium(frame).with_level
    assert (found.clusters, found.largest_share) == (3, 0.5)
    assert found.effective_clusters == pytest.approx(1 / (1 / 4 + 1 / 16 + 1 / 16))
    assert not ai_ml_premium(
        pd.concat([frame, *(rows(*pairs(f"C{k}", 2e5, 1.1, 3)) for k in range(30))])
    ).with_level.has_few_clusters


LAWS = reports(500, 11)


def is_close(one: Association, other: Association) -> bool:
    pair = (one.coefficient, one.se), (other.coefficient, other.se)
    return one.n_used == other.n_used and pair[0] == pytest.approx(pair[1], abs=1e-7)


@given(st.permutations(range(len(LAWS))))
@examples(10)
def test_order_of_rows_does_not_matter(order: list[int]) -> None:
    found, other = ai_ml_premium(LAWS), ai_ml_premium(LAWS.iloc[order])
    assert is_close(found.with_level, other.with_level)
    assert is_close(found.without_level, other.without_level)


@given(st.dictionaries(st.sampled_from(sorted(set(LAWS["company"]))), st.floats(1.0, 3.0), min_size=1))
@examples(10)
def test_what_a_company_pays_does_not_matter(ratios: dict[str, float]) -> None:
    richer = LAWS.assign(total=LAWS["total"] * LAWS["company"].map(ratios).fillna(1.0))
    found, other = ai_ml_premium(LAWS), ai_ml_premium(richer)
    assert is_close(found.with_level, other.with_level)
    assert is_close(found.without_level, other.without_level)


def test_json_has_the_figures_of_the_contract() -> None:
    found: Premium = ai_ml_premium(TWO_COMPANIES)
    assert found.with_level.as_json() == {
        "coefficient": found.with_level.coefficient, "se": found.with_level.se, "low": found.with_level.low,
        "high": found.with_level.high, "n_offered": 12, "n_used": 12, "clusters": 2,
    }  # fmt: skip


REFUSED = {
    "no rows": (TWO_COMPANIES[:0], "of 0 usable rows 0 are marked"),
    "nothing marked": (TWO_COMPANIES.assign(tag=OTHER), "of 12 usable rows 0 are marked .*and 5 are needed"),
    "four marked": (
        rows(*pairs("Amazon", 2e5, 1.2, 2), *pairs("Google", 2e5, 1.2, 2), {"title": "Recruiter", "n": 3}),
        r"of 8 usable rows 4 are marked .*left out: 3 with another title than Software Engineer\)",
    ),
    "one company": (rows(*pairs("Amazon", 2e5, 1.2, 6)), "1 company has rows with and without"),
    "only one company compares": (
        rows(*pairs("Amazon", 2e5, 1.2, 6), {"company": "Google", "tag": MARK, "n": 6}, {"company": "Apple", "n": 6}),
        "1 company has rows with and without",
    ),
    "the mark is a level": (
        rows(
            *({"company": name, "level_folded": level, "tag": tag, "n": 4}
              for name in ("Amazon", "Google") for level, tag in (("l5", OTHER), ("l6", MARK)))
        ),
        "no company has rows with and without",
    ),
    "the mark is a year": (
        rows(
            *({"company": name, "day": pd.Timestamp(f"{year}-06-01"), "tag": tag, "n": 4}
              for name in ("Amazon", "Google") for year, tag in ((2019, OTHER), (2020, MARK)))
        ),
        "level, metro, year and experience explain the mark",
    ),
    "the mark is experience": (
        rows(
            *({"company": name, "experience": years, "tag": tag, "n": 4}
              for name in ("Amazon", "Google") for years, tag in ((4.0, OTHER), (8.0, MARK)))
        ),
        "level, metro, year and experience explain the mark",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_estimated_is_refused_in_one_line(case: str) -> None:
    frame, message = REFUSED[case]
    with pytest.raises(PremiumError, match=message) as caught:
        ai_ml_premium(frame)
    assert "\n" not in str(caught.value)


def test_years_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(OutOfRangeError, match="the last year must be 2021 or later, got 2018"):
        ai_ml_premium(TWO_COMPANIES, 2021, 2018)
