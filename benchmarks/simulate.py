"""How fast a million price paths of 48 months are: against NumPy drawing as many normals, and in memory.

Run it with `python benchmarks/simulate.py`. It first checks that the mean of the simulated totals is the valuation's,
then prints plain lines. The goals, for one offer: at most 2.5 times as long as the normals alone, under 1 GB.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from compkit.pay.cashflow import PayTerms
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions, valuation
from compkit.prices.simulation import FloatArray, SimulationSettings, simulated_totals
from compkit.reference.tables import load_tables

N_PATHS, N_YEARS, N_MONTHS = 1_000_000, 4, 48
SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SCHEDULES = ("amazon", "even-4-year-quarterly", "even-4-year-monthly")
GROWTH, VOLATILITY, SEED = Growth(0.12), 0.35, 20261122
STANDARD_ERRORS = 4.0
GOAL_RATIO, GOAL_GIGABYTES = 2.5, 1.0
# ru_maxrss counts kilobytes on Linux and bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


def made_offer(schedule: str) -> PayTerms:
    """Return one made-up offer whose grant vests on a schedule."""
    frame = pd.DataFrame(
        {"base_salary": [175_000.0], "sign_on_y1": [80_000.0], "equity_value": [300_000.0], "vesting": [schedule]},
        index=["one"],
    )
    return PayTerms.from_columns(frame, load_tables().schedules)


def simulated(pay: PayTerms, n_paths: int) -> FloatArray:
    """Return the offer's pay by year on each path: what compkit does."""
    return simulated_totals(pay, GROWTH, N_YEARS, SimulationSettings(["one"], VOLATILITY, n_paths, SEED))


def normals_alone(n_paths: int) -> None:
    """Draw as many standard normals, as NumPy does fastest: into one small array again and again."""
    generator = np.random.default_rng(SEED)
    drawn = np.empty((N_MONTHS, 4096))
    for _ in range(-(-n_paths // drawn.shape[1])):
        generator.standard_normal(out=drawn)


def seconds_of(n_runs: int, *runs: tuple[Any, ...]) -> list[float]:
    """Return the time of the fastest run of each call [s]; they take turns, so that other work disturbs all alike."""
    seconds = [float("inf")] * len(runs)
    for _ in range(n_runs):
        for number, (call, *arguments) in enumerate(runs):
            start = perf_counter()
            call(*arguments)
            seconds[number] = min(seconds[number], perf_counter() - start)
    return seconds


def peak_gigabytes() -> float:
    """Return the most memory that this process has held [GB]."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT / 1e9


def measured_alone(n_paths: int) -> dict[str, float]:
    """Return seconds and peak memory of one simulation in a process of its own."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, __file__, str(n_paths)], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def mean_error(pay: PayTerms) -> float:
    """Return how far the mean of simulated totals lies from the valuation's [standard errors]."""
    totals = simulated(pay, N_PATHS).sum(axis=1)[0]
    expected = valuation(pay, Assumptions(GROWTH, n_years=N_YEARS)).summary["total"].iloc[0]
    return float(abs(totals.mean() - expected) / (totals.std() / np.sqrt(N_PATHS)))


def main() -> int:
    """Check the mean, time the simulation, print the figures; return 0 where every goal is met, else 1."""
    pays = {schedule: made_offer(schedule) for schedule in SCHEDULES}
    error = max(mean_error(pay) for pay in pays.values())
    print(f"mean of {N_PATHS:,} paths: {error:.2f} standard errors from the valuation at most")
    if error > STANDARD_ERRORS:
        print("agreement: FAILED")
        return 1
    normals, *ours = seconds_of(3, (normals_alone, N_PATHS), *((simulated, pay, N_PATHS) for pay in pays.values()))
    print(f"normals alone: {normals:.2f} s for {N_PATHS:,} paths of {N_MONTHS} months")
    for schedule, seconds in zip(SCHEDULES, ours, strict=True):
        print(f"simulation, {schedule}: {seconds:.2f} s, {seconds / normals:.2f} times as long (goal {GOAL_RATIO})")
    grown = {n_paths: measured_alone(n_paths) for n_paths in SIZES}
    for n_paths, found in grown.items():
        print(f"{n_paths:,} paths: {found['seconds']:.3f} s, peak memory {found['gigabytes']:.2f} GB")
    print(f"goal at {N_PATHS:,} paths: under {GOAL_GIGABYTES:.0f} GB")
    is_met = max(ours) <= GOAL_RATIO * normals and grown[N_PATHS]["gigabytes"] < GOAL_GIGABYTES
    return 0 if is_met else 1


def measure(n_paths: int) -> None:
    """Print seconds and peak memory of one simulation as JSON: what a process of its own does."""
    pay = made_offer(SCHEDULES[0])
    simulated(pay, 1)  # reads the tables
    (seconds,) = seconds_of(1, (simulated, pay, n_paths))
    print(json.dumps({"seconds": seconds, "gigabytes": peak_gigabytes()}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(int(sys.argv[1]))
    else:
        sys.exit(main())
