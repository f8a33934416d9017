"""Grants, refreshers and schedules: their sizes, prices and rules."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from compkit.errors import OutOfRangeError
from compkit.model.equity import Grant, Refresher, VestingSchedule


def grant(**fields: Any) -> Grant:
    return Grant.model_validate(fields)


@pytest.mark.parametrize(
    ("fields", "units", "start_price", "grant_value", "value_now"),
    [
        ({"value": 300000.0}, 300000, 1, 300000, 300000),
        ({"value": 300000.0, "grant_price": 200.0}, 1500, 200, 300000, 300000),
        ({"value": 300000.0, "grant_price": 200.0, "price_now": 170.0}, 1500, 170, 300000, 255000),
        ({"value": 300000.0, "price_now": 150.0}, 2000, 150, 300000, 300000),
        ({"units": 1000.0, "grant_price": 180.0}, 1000, 180, 180000, 180000),
        ({"units": 1000.0, "price_now": 210.0}, 1000, 210, 210000, 210000),
        ({"units": 1000.0, "grant_price": 180.0, "price_now": 210.0}, 1000, 210, 180000, 210000),
        ({"value": 0.0, "grant_price": 180.0}, 0, 180, 0, 0),
        ({"units": 0.0, "grant_price": 180.0}, 0, 180, 0, 0),
    ],
)
def test_grant_size_and_price(
    fields: dict[str, float], units: float, start_price: float, grant_value: float, value_now: float
) -> None:
    """The price starts from price_now, else grant_price; grant value and today's value are kept apart."""
    made = grant(**fields)
    assert (made.n_units, made.start_price, made.grant_value, made.value_now) == pytest.approx(
        (units, start_price, grant_value, value_now), rel=1e-12
    )


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, "needs value or units. Add one."),
        ({"value": 1.0, "units": 1.0, "grant_price": 1.0}, "has both value and units. Remove one."),
        ({"units": 10.0}, "has units but no price. Add grant_price or price_now."),
        ({"value": 1.0, "vesting": []}, "must have at least one tranche."),
        ({"value": 1.0, "vesting": [{"month": 12, "fraction": 0.5}]}, "fractions that sum to 1 (they sum to 0.5)"),
        (
            {"value": 1.0, "vesting": [{"month": 24, "fraction": 0.5}, {"month": 12, "fraction": 0.5}]},
            "must have months in increasing order.",
        ),
        (
            {"value": 1.0, "vesting": [{"month": 12, "fraction": 0.5}, {"month": 12, "fraction": 0.5}]},
            "must have months in increasing order.",
        ),
        ({"value": -1.0}, "greater than or equal to 0"),
        ({"value": float("nan")}, "finite"),
        ({"value": float("inf")}, "less than or equal to|finite"),
        ({"value": 1.0, "grant_price": 0.0}, "greater than 0"),
        ({"value": 1.0, "start_month": -97}, "greater than or equal to -96"),
        ({"value": 1.0, "start_month": 97}, "less than or equal to 96"),
        ({"value": True}, "valid number"),
        ({"value": "80.000"}, "could be 80 or 80000"),
    ],
)
def test_grant_refuses(fields: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        grant(**fields)
    assert any(part in str(caught.value) for part in rule.split("|"))


@pytest.mark.parametrize("year", [0, 9])
def test_refresher_year_is_within_the_horizon(year: int) -> None:
    with pytest.raises(ValidationError):
        Refresher.model_validate({"year": year, "value": 1.0})


@pytest.mark.parametrize(
    ("months", "fractions", "rule"),
    [
        ((), (), "have at least one tranche"),
        ((12, 24), (1.0,), "have at least one tranche"),
        ((0,), (1.0,), "vest in months 1 to 120"),
        ((121,), (1.0,), "vest in months 1 to 120"),
        ((12, 12), (0.5, 0.5), "have months in increasing order"),
        ((12, 24), (0.5, 0.4), "have fractions that sum to 1 (they sum to 0.9)"),
        ((12, 24), (0.5, 0.500000002), "have fractions that sum to 1"),
    ],
)
def test_schedule_error_names_schedule_rule_and_value(
    months: tuple[int, ...], fractions: tuple[float, ...], rule: str
) -> None:
    with pytest.raises(OutOfRangeError) as caught:
        VestingSchedule("mine", months, fractions)
    message = str(caught.value)
    assert message.startswith("vesting schedule 'mine' must ")
    assert rule in message
    assert repr(fractions) in message


def test_schedule_fractions_may_miss_one_by_rounding() -> None:
    """Within 1e-9."""
    assert VestingSchedule("thirds", (1, 2, 3), (0.3333333333, 0.3333333333, 0.3333333334)).n_months == 3
