"""In which steps to ask: totals worked out by hand, laws, and each step's packages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hand_checked import rows
from hypothesis import given, strategies as st
from laws import examples
from test_counter import ALIKE, WORTH, check_laws, evaluation, target_at
from test_limits import bargained, evaluation_of

from compkit.errors import InputError, OutOfRangeError
from compkit.model.offer import Offer
from compkit.negotiation.concessions import concession_plan, step_totals
from compkit.negotiation.limits import lever_limits
from compkit.negotiation.meso import TOLERANCE


@pytest.mark.parametrize("row", rows("concessions"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    found = step_totals(
        float(row["target"]), float(row["largest"]), int(row["n_steps"]), float(row["opening_share"])
    )  # fmt: skip
    assert found == pytest.approx([float(total) for total in row["expected"].split()], abs=1e-6), row["derivation"]


@given(st.floats(1, 1e7), st.floats(0.5, 3), st.integers(1, 5), st.floats(0, 1))
def test_steps_shrink_to_the_target(target: float, ratio: float, n_steps: int, opening_share: float) -> None:
    """Never below the target, never above the largest, each concession half the one before."""
    totals = step_totals(target, target * ratio, n_steps, opening_share)
    assert 1 <= len(totals) <= n_steps
    assert totals[-1] == target
    assert all(target <= total <= max(target, target * ratio) * (1 + 1e-12) for total in totals)
    given_up = [before - after for before, after in pairwise(totals)]
    assert all(after == pytest.approx(before / 2, rel=1e-6) for before, after in pairwise(given_up))
    assert all(one > 2 * TOLERANCE * target * (1 - 1e-9) for one in given_up)
    if len(totals) > 1:
        assert totals[0] == pytest.approx(target + opening_share * target * (ratio - 1))


def test_the_plan_of_the_guides_offer() -> None:
    """The ask is at least as good as what the guide's example reached, 1,315,000; the fallback is the target.

    Stock (100,000 of room) and sign-ons (85,000) carry 1,325,000, less than halfway to the largest, 1,343,750.
    """
    plan = concession_plan(evaluation("before"), ALIKE)
    assert [step.target for step in plan.steps] == [1_325_000, 1_302_500]
    assert all(package.total >= 1_315_000 for package in plan.ask.packages)
    assert plan.fallback.target == 1_302_500
    assert plan.warning is None
    assert plan.reason == ""


def test_more_steps_are_warned_of() -> None:
    plan = concession_plan(evaluation("before"), ALIKE, target=1_200_000, n_steps=3)
    assert len(plan.steps) == 3
    assert plan.warning is not None
    assert "approval" in plan.warning


def test_out_of_reach_there_is_one_step() -> None:
    plan = concession_plan(evaluation("before"), ALIKE, target=2_000_000, n_steps=4)
    assert [package.name for package in plan.ask.packages] == ["largest"]
    assert plan.ask is plan.fallback
    assert "out of reach" in plan.reason
    assert plan.warning is None


def test_without_room_above_there_is_one_step() -> None:
    plan = concession_plan(evaluation("above-band"), ALIKE, n_steps=3)
    assert len(plan.steps) == 1
    assert "too little room" in plan.reason


@given(bargained(), st.floats(0, 1), st.integers(1, 4), st.booleans())
@examples(10)
def test_laws_of_every_step(offer: Offer, share: float, n_steps: int, beyond: bool) -> None:  # noqa: FBT001
    limits = lever_limits(evaluation_of(offer), beyond_band=beyond)
    plan = concession_plan(evaluation_of(offer), WORTH, target=target_at(offer, share), n_steps=n_steps, limits=limits)
    assert 1 <= len(plan.steps) <= n_steps
    totals = [step.target for step in plan.steps]
    assert totals == sorted(totals, reverse=True)
    for step in plan.steps:
        check_laws(step)
        assert step.target >= plan.fallback.target
    assert len(plan.steps) == n_steps or plan.reason


@pytest.mark.parametrize("n_steps", [0, -1, 6])
def test_unfit_steps_are_refused(n_steps: int) -> None:
    with pytest.raises(OutOfRangeError, match="steps must be 1 to 5"):
        concession_plan(evaluation("before"), ALIKE, n_steps=n_steps)


def test_a_target_below_the_offer_is_refused() -> None:
    with pytest.raises(InputError, match="target must be at least"):
        concession_plan(evaluation("before"), ALIKE, target=900_000)
