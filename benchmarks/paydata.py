"""How fast files of pay are loaded, asked, and summed up: against pandas and NumPy on the same rows.

Run it with `python benchmarks/paydata.py [--rows N]` or `make bench`. All rows are synthetic. It checks that both ways
agree, and prints plain lines in CPU time, which other work on the machine does not disturb. The goals: percentiles and
premium of 62,642 rows within 2 CPU s, and loading them within 5; a CSV of 1,000,000 filings within 10 CPU s and 600 MB;
a question of company and place within 50 ms; an XLSX of 50,000 filings within 30 CPU s and 200 MB, and twice as many in
about as much memory.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from compkit.paydata import Association, Circle, ai_ml_premium, open_store, query, summary
from compkit.reference import load_tables

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from synthetic_pay import levels_fyi, reports, write_lca

N_ROWS, N_COMPANIES, N_MILLION, N_SHEET = 62_642, 1_500, 1_000_000, 50_000
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


PEAK = """
import re
def peak():
    # The highest memory that the system counts for a child starts at its parent's.
    return int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024
"""
LOAD = """
import datetime as dt, sys, time
from pathlib import Path
from compkit.paydata import add_file, open_store
from compkit.reference import load_tables
with open_store(Path(sys.argv[2]), read_only=False) as store:
    fates = add_file(store, Path(sys.argv[1]), load_tables(), dt.date(2026, 11, 30))
print(fates.rows, fates.kept, time.process_time(), peak())
"""
PANDAS = """
import sys, time
from functools import partial
import pandas as pd
read = partial(pd.read_excel, engine="openpyxl") if sys.argv[1].endswith("xlsx") else pd.read_csv
frame = read(sys.argv[1], dtype=str)
if "CASE_NUMBER" in frame:
    names = ["EMPLOYER_NAME", "WORKSITE_CITY", "WAGE_RATE_OF_PAY_FROM"]
    frame = frame.drop_duplicates("CASE_NUMBER")
else:
    names = ["company", "location", "totalyearlycompensation"]
    frame = frame.drop_duplicates()
frame[names[2]] = pd.to_numeric(frame[names[2]])
frame[names].to_pickle(sys.argv[2])
print(len(frame), len(frame), time.process_time(), peak())
"""


def spent_by(script: str, *words: Path) -> tuple[int, float, float]:
    """Run a script in a process of its own; return its rows, CPU time [s] and peak memory [MB], with its start."""
    command = [sys.executable, "-c", PEAK + script, *map(str, words)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()  # noqa: S603
    return int(told[0]), float(told[2]), float(told[3])


def time_loading(file: Path, n_rows: int, goal: tuple[float, float]) -> bool:
    """Print what loading a file takes beside reading it in pandas; return whether it meets the goal."""
    rows, seconds, size = spent_by(LOAD, file, file.with_name(f"{file.name}.compkit"))
    assert rows == n_rows
    _, plain, plain_size = spent_by(PANDAS, file, file.with_name(f"{file.name}.pandas"))
    print(
        f"{file.name}, {n_rows:,} rows: {seconds:.1f} CPU s and {size:.0f} MB (goal {goal[0]:.0f} and {goal[1]:.0f}); "
        f"pandas {plain:.1f} s and {plain_size:.0f} MB, {plain / seconds:.1f} and {plain_size / size:.1f} times as much"
    )
    return seconds <= goal[0] and size <= goal[1]


def time_growing(folder: Path, numbers: tuple[int, int]) -> bool:
    """Print the peak memory of loading a spreadsheet and of one of half its rows; return whether they are alike."""
    sizes = []
    for n_rows in numbers:
        file = folder / f"lca-{n_rows}.xlsx"
        write_lca(file, n_rows)
        sizes.append(spent_by(LOAD, file, file.with_suffix(".compkit"))[2])
    print(f"XLSX of {numbers[0]:,} and {numbers[1]:,} rows: {sizes[0]:.0f} and {sizes[1]:.0f} MB (goal: 1.1 times)")
    return sizes[1] <= 1.1 * sizes[0]


def time_asking(store: Path) -> bool:
    """Print how long a question of company and place takes; return whether it meets the goal."""
    tables, circle = load_tables(), Circle("Amazon", place="Seattle")
    with open_store(store) as connection:
        query(connection, circle, "base", tables)
        seconds, answer = seconds_of(lambda: query(connection, circle, "base", tables))
    print(f"query of company and place, {answer.percentiles.n:,} rows: {seconds * 1e3:.0f} ms (goal 50)")
    return seconds <= 0.05


def main() -> int:
    """Check, time, print the figures; return 0 where the goals are met, else 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=N_MILLION, metavar="N", help="filings of the CSV")
    n_filings = parser.parse_args().rows
    frame = reports(N_ROWS, n_companies=N_COMPANIES)
    spent = time_percentiles(frame["total"].to_numpy()) + time_premium(frame)
    time_percentiles(np.random.default_rng(0).lognormal(12, 0.4, N_MILLION).round(-3))
    print(f"percentiles and premium of {N_ROWS:,} rows: {spent:.2f} CPU s (goal {GOAL_SECONDS:.0f})")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        levels_fyi(N_ROWS, n_companies=N_COMPANIES).to_csv(folder / "reports.csv", index=False)
        write_lca(folder / "lca.csv", n_filings)
        write_lca(folder / "lca.xlsx", N_SHEET)
        met = [
            time_loading(folder / "reports.csv", N_ROWS, (5, 400)),
            time_loading(folder / "lca.csv", n_filings, (10, 600)),
            time_asking(folder / "lca.csv.compkit"),
            time_loading(folder / "lca.xlsx", N_SHEET, (30, 200)),
            time_growing(folder, (N_SHEET, 2 * N_SHEET)),
        ]
    return 0 if spent <= GOAL_SECONDS and all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
