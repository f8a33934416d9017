"""Share prices under the two conventions."""

from __future__ import annotations

import numpy as np
import pytest
from hand_checked import is_close, rows
from hypothesis import given, strategies as st

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.pay.stock import FLAT, Growth


@pytest.mark.parametrize("row", rows("price"), ids=lambda row: row["case"])
def test_hand_checked_price(row: dict[str, str]) -> None:
    growth = Growth(float(row["growth_rate"]), row["convention"])  # type: ignore[arg-type]
    price = float(row["price"]) * growth.price(int(row["month"]))
    assert is_close(float(price), float(row["expected_price"])), row["derivation"]


@pytest.mark.parametrize("rate", [-0.999, -0.5, 0.1, 1.0, 10.0])
def test_the_conventions_meet_one_year_apart(rate: float) -> None:
    """At the end of year k smooth growth has done k years, the annual step k - 1."""
    year_ends = np.array([12, 24, 48, 96])
    smooth, step = Growth(rate, "smooth").price(year_ends), Growth(rate, "annual-step").price(year_ends)
    assert smooth == pytest.approx(step * (1 + rate), rel=1e-12)


def test_the_conventions_agree_without_growth() -> None:
    month = np.arange(97)
    assert np.array_equal(Growth(0.0, "smooth").price(month), np.ones(97))
    assert np.array_equal(Growth(0.0, "annual-step").price(month), np.ones(97))
    assert Growth(0.0, "smooth") == FLAT


@given(st.floats(-0.999, 10), st.floats(0, 1), st.integers(1, 96), st.sampled_from(["smooth", "annual-step"]))
def test_price_rises_with_growth(rate: float, more: float, month: int, convention: str) -> None:
    low, high = (Growth(rate, convention), Growth(rate + more, convention))  # type: ignore[arg-type]
    assert low.price(month) <= high.price(month) * (1 + 1e-12)


@pytest.mark.parametrize("rate", [-1.0, -1.5, float("nan"), float("inf")])
def test_growth_error_names_rule_and_value(rate: float) -> None:
    with pytest.raises(OutOfRangeError) as caught:
        Growth(rate)
    assert str(caught.value) == f"growth_rate must be a finite fraction above -1, got {rate!r}."


def test_convention_error_lists_the_choices() -> None:
    with pytest.raises(UnknownChoiceError) as caught:
        Growth(0.1, "anual-step")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "growth_convention must be one of smooth, annual-step, got 'anual-step'. Did you mean 'annual-step'?"
    )
