"""Which part of a grant vests when."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hand_checked import ABSOLUTE_FRACTION, misses, rows
from hypothesis import given, strategies as st
from strategies import HORIZON_MONTHS, schedules

from compkit.model.equity import VestingSchedule
from compkit.pay.vesting import vested_share, vested_units
from compkit.reference.tables import load_tables


def test_hand_checked_units() -> None:
    """Every row of vesting.csv: units that vest in a month, fractional or whole."""

    def grant_of(row: dict[str, str]) -> tuple[str, str, str]:
        return row["schedule"], row["units"], row["whole_shares"]

    checks = []
    for (schedule, units, whole), cases in groupby(rows("vesting"), key=grant_of):
        share = vested_share(load_tables().schedules[schedule], HORIZON_MONTHS)
        vests = vested_units([float(units)], share, whole_shares=whole == "true")[0]
        checks += [
            (f"{row['case']} month {row['month']}", vests[int(row["month"]) - 1], float(row["expected_units"]))
            for row in cases
        ]
    assert len(checks) == len(rows("vesting"))
    assert not misses(checks, ABSOLUTE_FRACTION)


@given(schedules(), st.floats(0, 1e7))
def test_fractional_vests_sum_to_the_grant(schedule: VestingSchedule, units: float) -> None:
    vests = vested_units([units], vested_share(schedule, HORIZON_MONTHS))
    assert vests.sum() == pytest.approx(units, rel=1e-12)
    assert np.all(vests >= 0)


@given(schedules(), st.integers(0, 10_000_000))
def test_whole_vests_sum_to_a_whole_grant(schedule: VestingSchedule, units: int) -> None:
    vests = vested_units([float(units)], vested_share(schedule, HORIZON_MONTHS), whole_shares=True)
    assert vests.sum() == units
    assert np.all(vests >= 0)
    assert np.array_equal(vests, np.round(vests))


@given(schedules(), st.integers(1, 10_000), st.booleans())
def test_a_vest_is_within_one_share_of_its_part(schedule: VestingSchedule, units: int, whole: bool) -> None:  # noqa: FBT001
    """Half-up on the running sum: each rounding is off by at most half a share, a vest by one."""
    share = vested_share(schedule, HORIZON_MONTHS)
    exact = vested_units([units], share)
    assert np.all(np.abs(vested_units([units], share, whole_shares=whole) - exact) <= 1 + 1e-6)


@given(schedules(96), st.integers(0, 96), st.integers(1, 96))
def test_start_month_moves_every_vest(schedule: VestingSchedule, start_month: int, n_months: int) -> None:
    moved = vested_share(schedule, n_months + start_month, start_month)
    assert np.array_equal(moved[start_month:], vested_share(schedule, n_months))
    assert not moved[:start_month].any()


def test_a_grant_beyond_the_horizon_vests_nothing() -> None:
    late = VestingSchedule("late", (49, 60), (0.5, 0.5))
    assert not vested_share(late, HORIZON_MONTHS).any()


@pytest.mark.parametrize(("start_month", "vested"), [(35, 1.0), (36, 1.0), (37, 0.0)])
def test_start_month_near_the_horizon(start_month: int, vested: float) -> None:
    """A cliff of 12 months after month 36 is month 48, the last one."""
    cliff = VestingSchedule("cliff", (12,), (1.0,))
    assert vested_share(cliff, HORIZON_MONTHS, start_month)[-1] == vested


def test_a_zero_grant_vests_nothing() -> None:
    share = vested_share(load_tables().schedules["amazon"], HORIZON_MONTHS)
    assert not vested_units([0.0], share).any()
    assert not vested_units([0.0], share, whole_shares=True).any()
