"""A recruiter's claim undone: cases worked out apart from the code, and laws of what is left of it."""

from __future__ import annotations

from typing import Any

import pytest
from hand_checked import is_close, rows
from hypothesis import given, strategies as st
from strategies import CONVENTIONS, offers as drawn_offers

from compkit.model.negotiation import Quoted
from compkit.model.offer import Offer
from compkit.pay.cashflow import pay_terms
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions, valuation
from compkit.prices.recruiter_claims import SPANS, Claim, decompose_quote
from compkit.reference.tables import load_tables

SCHEDULES = load_tables().schedules
CASES = rows("quoted")


def grant(text: str) -> dict[str, Any]:
    """Read `300000 amazon`, `100000 12:0.5 24:0.5` or `1000u@100>150 48:1`."""
    size, *vesting = text.split()
    parts = [part.split(":") for part in vesting]
    named = [{"month": int(month), "fraction": float(part)} for month, part in parts] if ":" in text else vesting[0]
    if "u@" not in size:
        return {"value": float(size), "vesting": named}
    units, prices = size.split("u@")
    granted, now = prices.split(">")
    return {"units": float(units), "grant_price": float(granted), "price_now": float(now), "vesting": named}


def claim_of(row: dict[str, str]) -> Claim:
    quoted = {name: float(row[name]) for name in ("total_y1", "total_4yr", "growth_rate") if row[name]}
    refreshers = [part.split(":") for part in row["refreshers"].split()]
    offer = Offer.model_validate(
        {
            "id": "one", "company": "Initech", "level": "L6", "location": "Seattle",
            "base_salary": float(row["base_salary"]), "sign_on": [float(part) for part in row["sign_on"].split()],
            "equity": [grant(row["equity"])] if row["equity"] else [],
            "refreshers": [{"year": int(year), "value": float(value)} for year, value in refreshers],
            "quoted": {**quoted, "growth_convention": row["growth_convention"]},
        }
    )  # fmt: skip
    found = {claim.span: claim for claim in decompose_quote(offer, SCHEDULES).claims}
    assert found.keys() == {name for name in SPANS if row[name]}
    return found[row["span"]]  # type: ignore[index]


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row['case']}: {row['figure']}")
def test_claims_worked_out_by_hand(row: dict[str, str]) -> None:
    claim, figure = claim_of(row), row["figure"]
    if figure == "break_even":
        assert claim.implied.break_even == row["expected"]
        assert claim.implied.growth is None
        return
    figures = {"implied": claim.implied.growth, "unexplained": claim.difference - claim.assumed_growth}
    got = figures[figure] if figure in figures else getattr(claim, figure)
    if not row["expected"]:
        assert got is None
    else:
        absolute = 1e-9 if figure in ("implied", "growth_share") else 1e-6
        assert got is not None
        assert is_close(float(got), float(row["expected"]), absolute), (got, row["derivation"])


def test_what_is_not_quoted_is_not_claimed() -> None:
    bare = Offer(id="a", company="A", level="1", location="Austin", base_salary=1e5)
    nothing = decompose_quote(bare, SCHEDULES)
    assert (nothing.claims, nothing.growth_rate) == ((), None)
    growth_alone = bare.model_copy(update={"quoted": Quoted(growth_rate=0.2, growth_convention="smooth")})
    undone = decompose_quote(growth_alone, SCHEDULES)
    assert (undone.claims, undone.growth_rate, undone.growth_convention) == ((), 0.2, "smooth")


def test_a_claim_of_nothing() -> None:
    offer = Offer(id="a", company="A", level="1", location="Austin", base_salary=0.0, quoted=Quoted(total_y1=0.0))
    (claim,) = decompose_quote(offer, SCHEDULES).claims
    assert (claim.difference, claim.growth_share, claim.implied.break_even) == (0.0, None, "always")


quotes = st.builds(
    Quoted,
    total_y1=st.none() | st.integers(0, 5_000_000).map(float),
    total_4yr=st.none() | st.integers(0, 20_000_000).map(float),
    growth_rate=st.none() | st.integers(-50, 100).map(lambda percent: percent / 100),
    growth_convention=st.sampled_from(CONVENTIONS),
)


@given(drawn_offers(), quotes)
def test_the_parts_of_a_claim_are_the_claim(offer: Offer, quoted: Quoted) -> None:
    """Growth is never more than the difference, nor of other sign."""
    for claim in decompose_quote(offer.model_copy(update={"quoted": quoted}), SCHEDULES).claims:
        assert abs(claim.assumed_growth) <= abs(claim.difference)
        assert claim.assumed_growth * claim.difference >= 0
        assert 0 <= claim.flat_refreshers <= claim.flat + 1e-6
        assert claim.growth_share is None or 0 <= claim.growth_share <= 1
        assert (claim.adds_up is None) is (quoted.growth_rate is None)


@given(drawn_offers(), quotes)
def test_the_implied_growth_gives_the_claim(offer: Offer, quoted: Quoted) -> None:
    for claim in decompose_quote(offer.model_copy(update={"quoted": quoted}), SCHEDULES).claims:
        if claim.implied.growth is not None:
            assumed = Assumptions(Growth(claim.implied.growth, quoted.growth_convention), n_years=claim.n_years)
            total = valuation(pay_terms([offer], SCHEDULES), assumed).summary["total"].iloc[0]
            assert abs(total - claim.claimed) <= 1e-6 * max(1.0, claim.claimed)


@given(drawn_offers(), st.integers(-30, 60).map(lambda percent: percent / 100), st.sampled_from(CONVENTIONS))
def test_a_claim_made_by_the_kits_own_arithmetic_adds_up(offer: Offer, rate: float, convention: Any) -> None:
    pay = pay_terms([offer], SCHEDULES)
    total = float(valuation(pay, Assumptions(Growth(rate, convention))).summary["total"].iloc[0])
    quoted = Quoted(total_4yr=total, growth_rate=rate, growth_convention=convention)
    (claim,) = decompose_quote(offer.model_copy(update={"quoted": quoted}), SCHEDULES).claims
    assert claim.adds_up
    assert claim.assumed_growth == pytest.approx(claim.difference, abs=1e-3)
