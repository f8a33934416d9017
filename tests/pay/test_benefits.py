"""Benefits: worked out by hand, and that they never enter a total."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hand_checked import misses, offers, rows
from hypothesis import given, strategies as st
from strategies import amounts, horizons, offers as drawn_offers

from compkit.errors import OutOfRangeError
from compkit.model.offer import Offer
from compkit.pay.benefits import (
    LINES,
    benefit_lines,
    paid_time_off_value,
)
from compkit.pay.cashflow import pay_terms
from compkit.pay.value import Assumptions, valuation
from compkit.reference.tables import load_tables

SCHEDULES = load_tables().schedules
benefits = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("retirement_match", "espp_discount_value", "premiums", "other"), amounts),
        "retirement_vesting_months": st.integers(0, 120),
        "paid_time_off_days": st.floats(0, 260),
    },
)
relocations = st.none() | st.fixed_dictionaries({"value": amounts})


def worth(made: Offer, n_years: int) -> float:
    return float(benefit_lines(made, n_years).to_numpy().sum())


def with_benefits(made: Offer, given_: dict[str, Any], relocation: dict[str, Any] | None) -> Offer:
    return Offer.model_validate({**made.model_dump(), "benefits": given_, "relocation": relocation})


def test_hand_checked_lines() -> None:
    """Every row of benefits.csv."""
    by_id = {entry.offer.id: entry.in_usd for entry in offers("benefits")}
    checks = []
    for row in rows("benefits"):
        made, figure = by_id[row["offer_id"]], row["figure"]
        if figure == "worth":
            actual: float | None = worth(made, int(row["years"]))
        elif figure == "paid_time_off":
            actual = paid_time_off_value(made, int(row["year_or_month"]))
        else:
            actual = benefit_lines(made, int(row["years"])).loc[figure, int(row["year_or_month"])]
        assert actual is not None, row["case"]
        checks.append((row["case"], actual, float(row["expected"])))
    assert not misses(checks)


def test_an_offer_that_tells_nothing_has_empty_lines() -> None:
    made = next(entry.in_usd for entry in offers("benefits") if entry.offer.id == "nothing")
    lines = benefit_lines(made, 3)
    assert list(lines.index) == list(LINES)
    assert lines.columns.tolist() == [1, 2, 3]
    assert not lines.to_numpy().any()
    assert paid_time_off_value(made) is None


@pytest.mark.parametrize("n_years", [0, 9])
def test_the_horizon_is_one_to_eight_years(n_years: int) -> None:
    made = offers("benefits")[0].in_usd
    with pytest.raises(OutOfRangeError, match=f"years must be 1 to 8, got {n_years}"):
        benefit_lines(made, n_years)


@given(drawn_offers(), benefits, relocations, horizons)
def test_benefits_never_enter_a_total(
    made: Offer, given_: dict[str, Any], relocation: dict[str, Any] | None, n_years: int
) -> None:
    told = with_benefits(made, given_, relocation)
    plain, other = (
        valuation(pay_terms([one], SCHEDULES), Assumptions(n_years=n_years)).summary for one in (made, told)
    )
    pd.testing.assert_frame_equal(plain, other)


@given(drawn_offers(), benefits, relocations, horizons)
def test_lines_add_up(made: Offer, given_: dict[str, Any], relocation: dict[str, Any] | None, n_years: int) -> None:
    told = with_benefits(made, given_, relocation)
    yearly = given_.get("espp_discount_value", 0) + given_.get("other", 0) - given_.get("premiums", 0)
    if given_.get("retirement_vesting_months", 0) <= 12 * n_years:
        yearly += given_.get("retirement_match", 0)
    once = relocation["value"] if relocation else 0
    assert worth(told, n_years) == pytest.approx(n_years * yearly + once, rel=1e-9, abs=1e-6)


@given(drawn_offers(), benefits, relocations, horizons, st.floats(0.01, 100))
def test_benefits_scale_with_the_currency(
    made: Offer, given_: dict[str, Any], relocation: dict[str, Any] | None, n_years: int, rate: float
) -> None:
    told = with_benefits(made.model_copy(update={"currency": "EUR"}), given_, relocation)
    assert worth(told.in_usd(rate), n_years) == pytest.approx(rate * worth(told, n_years), rel=1e-9, abs=1e-6 * rate)
