"""How fast reported pay is summed up and its premium measured: against pandas and NumPy on the same rows.

Run it with `python benchmarks/paydata.py` or `make bench`. All rows are synthetic. It checks that both ways agree, and
prints plain lines in CPU time, which other work on the machine does not disturb. The goal: percentiles and premium of
62,642 rows within 2 CPU s.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from compkit.paydata import Association, ai_ml_premium, summary

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "paydata"))
from synthetic import reports

N_ROWS, N_COMPANIES, N_MILLION = 62_642, 1_500, 1_000_000
N_PLAIN_RESAMPLES = 50
GOAL_SECONDS = 2.0
AGREE_TO = 1e-7


def seconds_of(run: Callable[[], Any], n_runs: int = 3) -> tuple[float, Any]:
    """Return the CPU time of the fastest of a few runs [s], and what the last gave."""
    seconds = []
    for _ in range(n_runs):
        start = process_time()
        result = run()
        seconds.append(process_time() - start)
    return min(seconds), result


def plain_medians(values: np.ndarray, n_resamples: int) -> np.ndarray:
    """Return medians of samples drawn with replacement, each sample built."""
    rng = np.random.default_rng(0)
    return np.array([np.median(rng.choice(values, len(values))) for _ in range(n_resamples)])


def plain_regression(frame: pd.DataFrame, cell: list[str]) -> tuple[float, float]:
    """Return the premium's coefficient and standard error by pandas alone: means of cells removed in turns."""
    used = frame[(frame["title"] == "Software Engineer") & (frame["country"] == "US")]
    columns = pd.DataFrame(
        {
            "log_total": np.log(used["total"]), "experience": used["experience"],
            "experience_squared": used["experience"] ** 2, "tenure": used["tenure"],
            "mark": (used["tag"] == "ML / AI").astype(float),
        }
    )  # fmt: skip
    keys = [used.groupby(names).ngroup() for names in (cell, ["metro"])] + [used["day"].dt.year]
    largest = np.inf
    while largest > AGREE_TO / 100:
        before = columns
        for key in keys:
            columns = columns - columns.groupby(key).transform("mean")
        largest = float((columns - before).abs().to_numpy().max())
    others = columns[["experience", "experience_squared", "tenure"]].to_numpy()
    sides = columns[["mark", "log_total"]].to_numpy()
    mark, log_total = (sides - others @ np.linalg.lstsq(others, sides, rcond=None)[0]).T
    coefficient = mark @ log_total / (mark @ mark)
    scores = pd.Series(mark * (log_total - coefficient * mark), used.index).groupby(used["company"]).sum()
    return float(coefficient), float(np.sqrt((scores**2).sum()) / (mark @ mark))


def time_percentiles(values: np.ndarray) -> float:
    """Print how long percentiles with an interval take, and a plain bootstrap of as many samples; return ours [s]."""
    ours, found = seconds_of(lambda: summary(values, rng=np.random.default_rng(0)))
    plain, _ = seconds_of(lambda: plain_medians(values, N_PLAIN_RESAMPLES), 1)
    plain *= 10_000 / N_PLAIN_RESAMPLES
    alone, percentiles = seconds_of(lambda: np.percentile(values, [10, 25, 50, 75, 90]))
    assert [found.p10, found.p25, found.p50, found.p75, found.p90] == percentiles.tolist()
    print(f"percentiles and interval of {len(values):,} rows: {ours * 1e3:.0f} ms; NumPy's percentiles alone "
          f"{alone * 1e3:.0f} ms; a plain bootstrap {plain:.0f} s, {plain / ours:,.0f} times as long")  # fmt: skip
    return ours


def time_premium(frame: pd.DataFrame) -> float:
    """Print how long the premium takes with and without level, and as many in pandas; return ours [s]."""
    start = process_time()
    ai_ml_premium(frame[:2_000])
    print(f"linearmodels imported and first used: {process_time() - start:.2f} s")
    ours, found = seconds_of(lambda: ai_ml_premium(frame))
    plain, both = seconds_of(
        lambda: [plain_regression(frame, cell) for cell in (["company", "level_folded"], ["company"])], 1
    )
    for one, (coefficient, se) in zip((found.with_level, found.without_level), both, strict=True):
        check(one, coefficient, se)
    print(f"premium of {len(frame):,} rows, with and without level: {ours:.2f} s; "
          f"pandas {plain:.2f} s, {plain / ours:.1f} times as long")  # fmt: skip
    return ours


def check(one: Association, coefficient: float, se: float) -> None:
    """Print by how much both ways differ; fail where it is too much."""
    by = abs(one.coefficient - coefficient), abs(one.se / se - 1)
    print(f"agreement: coefficient {by[0]:.1e}, standard error {by[1]:.1e} of itself")
    assert max(by) < AGREE_TO


def main() -> int:
    """Check, time, print the figures; return 0 where the goal is met, else 1."""
    frame = reports(N_ROWS, n_companies=N_COMPANIES)
    spent = time_percentiles(frame["total"].to_numpy()) + time_premium(frame)
    time_percentiles(np.random.default_rng(0).lognormal(12, 0.4, N_MILLION).round(-3))
    print(f"percentiles and premium of {N_ROWS:,} rows: {spent:.2f} CPU s (goal {GOAL_SECONDS:.0f})")
    return 0 if spent <= GOAL_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
