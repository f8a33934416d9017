"""Generated cases keep their level's law, and what is private depends on the secret alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from compkit.errors import InputError
from compkit.reference import Tables, load_tables
from compkit.workshop import LEVELS, CaseLevel, ClassPlan, case_yaml, load_case, plan_class, secret_from_text

SECRET = bytes(range(16))
N_QUICK, N_LONG = 25, 1_000


@cache
def tables() -> Tables:
    return load_tables()


def planned(level: CaseLevel = "logrolling", seed: int = 1, secret: bytes = SECRET, n_seats: int = 4) -> ClassPlan:
    return plan_class(n_seats, "Job offer", level, seed, secret, tables())


def columns(plan: ClassPlan, side: int) -> list[list[int]]:
    return [[int(option.utilities[side]) for option in issue.options] for issue in plan.case.issues]


def sums(plan: ClassPlan) -> tuple[np.ndarray, np.ndarray]:
    """Return both sides' points of every outcome."""
    first, second = (sum(np.ix_(*(np.array(column) for column in columns(plan, side)))) for side in (0, 1))
    return first.ravel(), second.ravel()


def broken_laws(plan: ClassPlan) -> Iterator[str]:
    """Yield what a plan's case breaks of its level's law."""
    first, second = sums(plan)
    low_a, low_b = map(int, plan.case.limits)
    is_good = (first >= low_a) & (second >= low_b)
    joint = first + second - low_a - low_b
    if plan.level == "no-deal":
        if is_good.any():
            yield "an outcome suits both"
        if not ((first >= low_a).any() and (second >= low_b).any()):
            yield "a limit that nothing reaches"
        if not 0.5 < (low_a / first.max()) / (low_b / second.max()) < 2:
            yield "one limit is far easier than the other"
        return
    if not 0.05 <= is_good.mean() <= 0.40:
        yield f"{is_good.mean():.0%} of the outcomes suit both"
    if plan.level == "distributive" and joint.max() - joint.min() > 0.05 * joint.max():
        yield "the joint gain varies"
    if plan.level == "logrolling":
        middle = sum(column[len(column) // 2] for side in (0, 1) for column in columns(plan, side)) - low_a - low_b
        if not 0.40 <= middle / joint[is_good].max() <= 0.70 or joint[is_good].max() != joint.max():
            yield "the middle"
    if plan.level == "hidden-interests":
        same = [
            own[0] != own[-1] and own.index(max(own)) == other.index(max(other))
            for own, other in zip(columns(plan, 0), columns(plan, 1), strict=True)
        ]
        if sum(same) != 1:
            yield "not one issue on which both want the same"


@pytest.mark.parametrize("level", LEVELS)
def test_cases_keep_their_levels_law(level: CaseLevel) -> None:
    broken = {seed: list(broken_laws(planned(level, seed))) for seed in range(N_QUICK)}
    assert {seed: found for seed, found in broken.items() if found} == {}


@pytest.mark.long
@pytest.mark.parametrize("level", LEVELS)
def test_a_thousand_cases_keep_their_levels_law(level: CaseLevel) -> None:
    broken = {seed: list(broken_laws(planned(level, seed))) for seed in range(N_LONG)}
    assert {seed: found for seed, found in broken.items() if found} == {}


@pytest.mark.parametrize("level", LEVELS)
def test_no_number_is_on_both_sides(level: CaseLevel) -> None:
    for seed in range(N_QUICK):
        case = planned(level, seed).case
        own, other = (
            {*chain.from_iterable(columns(planned(level, seed), side)), int(case.limits[side])} for side in (0, 1)
        )
        assert own & other <= {0}


def test_amounts_stay_in_the_guides_bands() -> None:
    for seed in range(N_QUICK):
        scenario = planned(seed=seed).scenario
        for issue, measure in zip(
            scenario.issues, ("base_salary", "rsu_4yr", "sign_on_y1", "sign_on_y2"), strict=False
        ):
            amounts = [int(option.strip("$").replace(",", "")) for option in issue[1]]
            wanted = {"level": scenario.level, "location": scenario.location, "measure": measure}
            (band,) = [row for row in tables().rows("bands") if wanted.items() <= row.items()]
            assert band["low"] <= amounts[0] < amounts[-1] <= band["high"]
            assert amounts == sorted(set(amounts))


def test_what_is_private_depends_on_the_secret_alone_and_the_rest_on_the_seed() -> None:
    plan, other_secret, other_seed = planned(), planned(secret=bytes(16)), planned(seed=2)
    assert plan == planned()
    assert (plan.scenario, plan.seating) == (other_secret.scenario, other_secret.seating)
    assert plan.scenario != other_seed.scenario
    for side in (0, 1):
        assert columns(plan, side) != columns(other_secret, side)
    assert plan.case.limits != other_secret.case.limits
    alternatives = [tuple(side.alternative for side in one.case.sides) for one in (plan, other_secret)]
    assert alternatives[0] != alternatives[1]
    assert plan_class(4, "Another name", "logrolling", 1, SECRET, tables()).case != plan.case


@pytest.mark.parametrize("n_seats", [2, 3, 29, 30, 31, 300])
def test_everyone_has_a_seat(n_seats: int) -> None:
    seating = planned(n_seats=n_seats).seating
    observer = [] if seating.observer is None else [seating.observer]
    assert sorted([*chain.from_iterable(seating.pairs), *observer]) == list(range(1, n_seats + 1))
    assert len(observer) == n_seats % 2
    assert seating.n_seats == n_seats


def test_roles_are_drawn() -> None:
    candidates = [{pair[0] for pair in planned(seed=seed, n_seats=30).seating.pairs} for seed in (1, 2)]
    assert candidates[0] != candidates[1]


def test_a_written_case_reads_back(tmp_path: Path) -> None:
    plan = planned()
    title = 'A "quoted" title: # with \\ signs, ünïcode'
    case = replace(plan.case, title=title)
    (tmp_path / "case.yaml").write_text(case_yaml(case), encoding="utf-8")
    assert load_case(str(tmp_path / "case.yaml")) == case


@pytest.mark.parametrize("text", ["", "12", "g" * 32, "0" * 33])
def test_a_secret_that_is_none(text: str) -> None:
    with pytest.raises(InputError, match=r"a\.txt: must hold 32 hexadecimal digits"):
        secret_from_text(text, "a.txt")
