"""What simulated pay says: cases worked out apart from the code, and laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hand_checked import rows
from hypothesis import given, strategies as st

from compkit.errors import OutOfRangeError
from compkit.prices.risk import certainty_equivalent, chance_below, chance_of_more, expected_shortfall, spread

paths = st.lists(st.integers(0, 2_000_000).map(float), min_size=1, max_size=60)
paid_paths = st.lists(st.integers(1, 2_000_000).map(float), min_size=1, max_size=60)
aversions = st.floats(0, 20)
CASES = rows("chances")


def numbers(text: str) -> list[float]:
    return [float(one) for one in text.split()]


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row['function']}: {row['case']}")
def test_hand_worked_case(row: dict[str, str]) -> None:
    amounts, argument = numbers(row["amounts"]), row["argument"]
    found = {
        "certainty_equivalent": lambda: certainty_equivalent(amounts, float(argument)),
        "expected_shortfall": lambda: expected_shortfall(amounts, float(argument)),
        "chance_below": lambda: chance_below(amounts, float(argument)),
        "chance_of_more": lambda: chance_of_more(amounts, numbers(argument)),
    }[row["function"]]()
    assert found == pytest.approx(float(row["expected"]), rel=1e-9, abs=1e-9), row["derivation"]


def test_every_function_has_cases() -> None:
    told = {"certainty_equivalent", "expected_shortfall", "chance_below", "chance_of_more"}
    assert {row["function"] for row in CASES} == told


def test_nearly_the_geometric_mean_is_no_jump() -> None:
    """Orders of 1e-11 lose what counts where 1 is added to them and taken away again."""
    amounts = [1.0, 1e6]
    assert certainty_equivalent(amounts, 1 + 1e-11) == pytest.approx(1000 * (1 - 1e-11 * np.log(1000) ** 2 / 2),
                                                                     rel=1e-12)  # fmt: skip


def test_spread_by_hand() -> None:
    """0, 1, ..., 100 have their percentiles at themselves."""
    found = spread(np.array([np.arange(101.0)[::-1], np.full(101, 7.0)]))
    assert list(found.columns) == ["p5", "p25", "p50", "p75", "p95", "mean"]
    assert found.iloc[0].tolist() == pytest.approx([5, 25, 50, 75, 95, 50])
    assert found.iloc[1].tolist() == [7.0] * 6


@given(st.integers(1, 40).flatmap(
    lambda n: st.lists(st.lists(st.floats(0, 1e7), min_size=n, max_size=n), min_size=1, max_size=4)
))  # fmt: skip
def test_percentile_bands_never_cross(amounts: list[list[float]]) -> None:
    found = spread(np.array(amounts))[["p5", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (np.diff(found, axis=1) >= 0).all()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=60))
def test_chances_of_two_sum_to_one(pairs: list[tuple[int, int]]) -> None:
    """Small whole numbers: many ties."""
    a, b = np.array(pairs, dtype=float).T
    assert chance_of_more(a, b) + chance_of_more(b, a) == pytest.approx(1, abs=1e-12)
    assert chance_of_more(a, a) == 0.5


@given(paths, st.floats(0.01, 1), st.floats(0.01, 1))
def test_the_worst_part_is_worse_the_smaller_it_is(amounts: list[float], one: float, other: float) -> None:
    low, high = sorted([one, other])
    slack = 1e-9 * max(amounts) + 1e-9
    assert min(amounts) - slack <= expected_shortfall(amounts, low) <= expected_shortfall(amounts, high) + slack
    assert expected_shortfall(amounts, 1.0) == pytest.approx(np.mean(amounts))


@given(paid_paths, aversions, aversions)
def test_who_shuns_risk_more_is_content_with_less(amounts: list[float], one: float, other: float) -> None:
    low, high = sorted([one, other])
    less, more = certainty_equivalent(amounts, high), certainty_equivalent(amounts, low)
    slack = 1e-9 * max(amounts)
    assert min(amounts) - slack <= less <= more + slack <= np.mean(amounts) + 2 * slack


@given(paid_paths, aversions, st.floats(0.01, 100))
def test_twice_the_pay_is_worth_twice_as_much(amounts: list[float], aversion: float, factor: float) -> None:
    scaled = certainty_equivalent([factor * amount for amount in amounts], aversion)
    assert scaled == pytest.approx(factor * certainty_equivalent(amounts, aversion), rel=1e-6, abs=1e-7)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: expected_shortfall([1.0], 0.0), "worst_share must be above 0 and at most 1, got 0.0."),
        (lambda: expected_shortfall([1.0], 1.1), "worst_share must be above 0 and at most 1, got 1.1."),
        (lambda: certainty_equivalent([1.0], -1.0), "risk_aversion must be finite and not negative, got -1.0."),
        (lambda: certainty_equivalent([1.0], float("nan")), "risk_aversion must be finite and not negative, got nan."),
        (lambda: certainty_equivalent([1.0, -2.0], 1.0), "amounts must be finite and not negative, got -2.0."),
        (lambda: certainty_equivalent([1.0, float("nan")], 1.0), "amounts must be finite and not negative, got nan."),
    ],
)
def test_what_is_out_of_range(call: Any, said: str) -> None:
    with pytest.raises(OutOfRangeError) as caught:
        call()
    assert str(caught.value) == said
