"""How fast a million offers are valued: against a plain loop of the same arithmetic, and against frames of one row.

Run it with `python benchmarks/evaluate.py` or `make bench`. It first checks that all three agree, then prints plain
lines. The goals: 8 times faster than the loop, 100 times faster than one-row frames, under 4 GB.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from time import perf_counter

import numpy as np
import pandas as pd

from compkit.model.equity import VestingSchedule
from compkit.pay.cashflow import PayTerms
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions, Valuation, valuation
from compkit.reference.tables import load_tables

N_VECTOR, N_LOOP, N_ONE_ROW, N_CHECKED = 1_000_000, 20_000, 2_000, 2_000
SEED = 20261122
ASSUMPTIONS = Assumptions(Growth(0.12, "smooth"), discount_rate=0.06)
AGREE_TO = 1e-6
GOAL_LOOP, GOAL_ONE_ROW, GOAL_GIGABYTES = 8.0, 100.0, 4.0
# ru_maxrss counts kilobytes on Linux and bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024

Row = tuple[float, ...]


def made_offers(n_offers: int, schedules: Mapping[str, VestingSchedule]) -> pd.DataFrame:
    """Return made-up offers as columns: raises, bonuses, lump and monthly sign-ons, every schedule."""
    rng = np.random.default_rng(SEED)
    return pd.DataFrame(
        {
            "base_salary": rng.uniform(120_000, 320_000, n_offers).round(),
            "annual_raise_rate": rng.uniform(0.0, 0.06, n_offers).round(3),
            "bonus_target_rate": rng.choice([0.0, 0.10, 0.15, 0.20], n_offers),
            "sign_on_y1": rng.uniform(0, 150_000, n_offers).round(),
            "sign_on_y2": rng.uniform(0, 100_000, n_offers).round(),
            "sign_on_monthly_y1": rng.random(n_offers) < 0.3,
            "sign_on_monthly_y2": rng.random(n_offers) < 0.3,
            "equity_value": np.where(
                rng.random(n_offers) < 0.05, 0.0, rng.uniform(50_000, 1_000_000, n_offers).round()
            ),
            "vesting": pd.Categorical(rng.choice(sorted(schedules), n_offers)),
        },
        index=pd.RangeIndex(n_offers, name="id"),
    )


def vectorised(offers: pd.DataFrame, schedules: Mapping[str, VestingSchedule]) -> Valuation:
    """Return the worth of offers in one frame: what compkit does."""
    return valuation(PayTerms.from_columns(offers, schedules), ASSUMPTIONS)


def one_row_frames(offers: pd.DataFrame, schedules: Mapping[str, VestingSchedule]) -> list[Row]:
    """Return the worth of offers, each in a frame of its own."""
    frames = [offers.iloc[[row]] for row in range(len(offers))]
    return [rows_of(vectorised(frame, schedules))[0] for frame in frames]


def looped(offers: pd.DataFrame, schedules: Mapping[str, VestingSchedule]) -> list[Row]:
    """Return the worth of offers by a plain loop over months: floats, locals and lists, nothing else.

    Prices, discounts and what a schedule pays are worked out once, before the loop.
    """
    n_years = ASSUMPTIONS.n_years
    growth, rate = 1.0 + ASSUMPTIONS.growth.rate, 1.0 + ASSUMPTIONS.discount_rate
    discount = [rate ** (-month / 12) for month in range(1, 12 * n_years + 1)]
    discount_by_year = [discount[12 * year : 12 * year + 12] for year in range(n_years)]
    # By schedule and year: the part of the grant that vests in a month, alone and times the price's growth.
    vests_of: dict[str, list[list[tuple[float, float]]]] = {}
    for name, schedule in schedules.items():
        vests_of[name] = [[] for _ in range(n_years)]
        for month, fraction in zip(schedule.months, schedule.fractions, strict=True):
            if month <= 12 * n_years:
                vests_of[name][(month - 1) // 12].append((fraction, fraction * growth ** (month / 12)))
    results: list[Row] = []
    no_vests: list[list[tuple[float, float]]] = [[] for _ in range(n_years)]
    columns = [offers[name].tolist() for name in offers.columns]
    for base_salary, raise_rate, bonus_rate, sign_1, sign_2, monthly_1, monthly_2, value, vesting in zip(
        *columns, strict=True
    ):
        vests = vests_of[vesting] if value else no_vests
        salary, present_value = base_salary, 0.0
        row: list[float] = []
        for year in range(n_years):
            month_pay = salary / 12
            sign_on, is_monthly = (
                (sign_1, monthly_1) if year == 0 else (sign_2, monthly_2) if year == 1 else (0.0, False)
            )
            month_sign_on = sign_on / 12 if is_monthly else 0.0
            discount_here = discount_by_year[year]
            base = signed = 0.0
            for factor in discount_here:
                base += month_pay
                signed += month_sign_on
                present_value += (month_pay + month_sign_on) * factor
            if not is_monthly:
                signed = sign_on
                present_value += sign_on * discount_here[0]
            bonus = salary * bonus_rate
            present_value += bonus * discount_here[11]
            equity = 0.0
            for fraction, grown in vests[year]:
                equity += value * grown
                present_value += value * fraction
            row += (base, bonus, signed, equity, base + bonus + signed + equity)
            salary *= 1.0 + raise_rate
        totals = row[4::5]
        total = sum(totals)
        guaranteed = sum(row[0::5]) + sum(row[2::5])
        results.append((*row, total, total / n_years, (totals[0] + totals[1]) / 2, present_value, guaranteed))
    return results


def rows_of(worth: Valuation) -> list[Row]:
    """Return a valuation as rows in the loop's order: year by year the parts and their total, then the summary."""
    by_year = np.stack([worth.by_year[name] for name in ("base", "bonus", "sign_on", "equity", "total")], axis=2)
    sums = worth.summary[["total", "average", "first_two_year_average", "present_value", "guaranteed_cash"]].to_numpy()
    return [tuple(row) for row in np.hstack([by_year.reshape(len(by_year), -1), sums]).tolist()]


def largest_difference(rows: list[Row], others: list[Row]) -> float:
    """Return by how much two sets of rows differ at most [USD]."""
    return float(np.max(np.abs(np.array(rows) - np.array(others))))


def fastest(run: Callable[[], object], n_runs: int = 3) -> float:
    """Return the time of the fastest of a few runs [s]: the one least disturbed by other work on the machine."""
    seconds = []
    for _ in range(n_runs):
        start = perf_counter()
        run()
        seconds.append(perf_counter() - start)
    return min(seconds)


def main() -> int:
    """Check that the three ways agree, time them, print the figures; return 0 where every goal is met, else 1."""
    schedules = load_tables().schedules
    offers = made_offers(N_VECTOR, schedules)
    checked = offers.iloc[:N_CHECKED]
    vector_rows = rows_of(vectorised(checked, schedules))
    loop_difference = largest_difference(vector_rows, looped(checked, schedules))
    one_row_difference = largest_difference(vector_rows, one_row_frames(checked, schedules))
    if max(loop_difference, one_row_difference) > AGREE_TO:
        print(f"agreement: FAILED, loop {loop_difference:.2e} USD, one-row {one_row_difference:.2e} USD")
        return 1
    vector_seconds = fastest(lambda: vectorised(offers, schedules))
    loop_seconds = fastest(lambda: looped(offers.iloc[:N_LOOP], schedules)) * N_VECTOR / N_LOOP
    one_row_seconds = fastest(lambda: one_row_frames(offers.iloc[:N_ONE_ROW], schedules)) * N_VECTOR / N_ONE_ROW
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT / 1e9
    loop_ratio, one_row_ratio = loop_seconds / vector_seconds, one_row_seconds / vector_seconds
    print(f"agreement: loop {loop_difference:.2e} USD, one-row frames {one_row_difference:.2e} USD at most")
    print(f"vector: {vector_seconds:.2f} s for {N_VECTOR:,} offers, {N_VECTOR / vector_seconds:,.0f} offers a second")
    print(f"loop: {loop_seconds:.2f} s for as many, scaled from {N_LOOP:,}")
    print(f"one-row frames: {one_row_seconds:.2f} s for as many, scaled from {N_ONE_ROW:,}")
    print(f"vector against loop: {loop_ratio:.1f} times faster (goal {GOAL_LOOP:.0f})")
    print(f"vector against one-row frames: {one_row_ratio:.0f} times faster (goal {GOAL_ONE_ROW:.0f})")
    print(f"peak memory: {gigabytes:.2f} GB (goal under {GOAL_GIGABYTES:.0f})")
    is_met = loop_ratio >= GOAL_LOOP and one_row_ratio >= GOAL_ONE_ROW and gigabytes < GOAL_GIGABYTES
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
