"""The premiums for AI and machine-learning work."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hand_checked import ABSOLUTE_FRACTION, is_close, offers, rows
from hypothesis import given, strategies as st

from compkit.market.premium import ai_ml_premiums
from compkit.model.offer import Offer
from compkit.reference.tables import load_tables

TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180000.0}
    return Offer.model_validate({**made, **fields})


@pytest.mark.parametrize("entry", offers("premium"), ids=lambda entry: entry.offer.id)
def test_hand_checked_premiums(entry: Any) -> None:
    """The rows of premium.csv about one offer: these premiums, no others, and the adjusted band."""
    found = ai_ml_premiums(entry.in_usd, TABLES, REPORT_ON)
    by_hand = [row for row in rows("premium") if row["offer_id"] == entry.offer.id]
    wanted = {(row["basis"], row["name"]): row for row in by_hand if row["basis"] != "adjusted"}
    assert {(row.basis, row.name) for row in found.rows.itertuples(index=False)} == set(wanted)
    for _, row in found.rows.iterrows():
        expected = wanted[row["basis"], row["name"]]
        assert is_close(row["low"], float(expected["low"]), ABSOLUTE_FRACTION), expected
        assert is_close(row["high"], float(expected["high"]), ABSOLUTE_FRACTION), expected
    adjusted = next((row for row in by_hand if row["basis"] == "adjusted"), None)
    assert (found.adjusted is None) == (adjusted is None)
    assert bool(found.reason) == (not wanted)
    if adjusted and found.adjusted:
        assert is_close(found.adjusted[0], float(adjusted["low"])), adjusted
        assert is_close(found.adjusted[1], float(adjusted["high"])), adjusted


def test_premiums_are_alternatives_not_a_sum() -> None:
    """Each basis adjusts the same band by itself: 225,000 to 290,000 in Seattle."""
    role = {"ai_ml": True, "specialization": "Generative AI/LLMs", "skills": ["LLM/GenAI experience"]}
    found = ai_ml_premiums(offer(role=role, company_type="FAANG"), TABLES, REPORT_ON)
    assert found.rows["basis"].tolist() == ["location", "specialization", "skill", "company_type"]
    assert found.rows["adjusted_low"].tolist() == pytest.approx([225e3 * (1 + low) for low in found.rows["low"]])
    assert found.rows["adjusted_high"].tolist() == pytest.approx([290e3 * (1 + high) for high in found.rows["high"]])
    assert found.adjusted == pytest.approx((225e3 * 1.15, 290e3 * 1.25))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "role.ai_ml"),
        ({"company": "Initech", "level": "Director", "role": {"ai_ml": True}}, "no table says"),
    ],
)
def test_no_premiums_say_why(fields: dict[str, Any], said: str) -> None:
    found = ai_ml_premiums(offer(**fields), TABLES, REPORT_ON)
    assert found.rows.empty
    assert found.adjusted is None
    assert said in found.reason


@given(
    st.sampled_from(["L6", "L7"]),
    st.sampled_from(["Seattle", "San Francisco", "New York", "Austin", "Remote"]),
    st.sampled_from(TABLES.choices["specializations"]),
    st.lists(st.sampled_from(TABLES.choices["skills"]), unique=True, max_size=4),
    st.sampled_from(TABLES.choices["company_types"]),
)
def test_a_premium_never_lowers_a_band(
    level: str, location: str, specialization: str, skills: list[str], company_type: str
) -> None:
    role = {"ai_ml": True, "specialization": specialization, "skills": skills}
    found = ai_ml_premiums(
        offer(level=level, location=location, role=role, company_type=company_type), TABLES, REPORT_ON
    )
    assert found.band_low is not None
    assert found.band_high is not None
    assert (found.rows["adjusted_low"] >= found.band_low).all()
    assert (found.rows["adjusted_high"] >= found.band_high).all()
    assert (found.rows["adjusted_low"] <= found.rows["adjusted_high"]).all()
    assert (found.rows["basis"] == "location").sum() == 1
