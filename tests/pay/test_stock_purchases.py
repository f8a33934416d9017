"""A stock purchase plan (ESPP): worked gains, the law's limit, laws, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hand_checked import CASES
from hypothesis import given, strategies as st

from compkit.cli import run
from compkit.model.offer import Offer
from compkit.pay.benefits import stock_purchases
from compkit.pay.stock import FLAT, Growth

SHARED = CASES / "people" / "17-espp.yaml"
PLAN = {"discount": 0.15, "contribution_rate": 0.10}
Capture = pytest.CaptureFixture[str]


def job(base_salary: float = 150_000.0, raise_rate: float = 0.0, **plan: Any) -> Offer:
    return Offer.model_validate(
        {"id": "a", "company": "Acme", "level": "x", "location": "Seattle", "base_salary": base_salary,
         "annual_raise_rate": raise_rate, "benefits": {"espp": PLAN | plan}}
    )  # fmt: skip


def written(folder: Path, **benefits: Any) -> Path:
    path = folder / "offers.yaml"
    made = {"id": "espp", "company": "Acme", "level": "x", "location": "Seattle", "base_salary": 150000}
    path.write_text(yaml.safe_dump({"offers": [made | {"benefits": benefits}]}), encoding="utf-8")
    return path


def test_without_a_plan_nothing_is_bought() -> None:
    made = Offer(id="a", company="Acme", level="x", location="Seattle", base_salary=150_000)
    assert stock_purchases(made, 2).to_numpy().tolist() == [[0.0, 0.0, False]] * 2


# (what the job and its plan are, growth, years; contributions, gain by year)
BY_HAND = {
    # 10 % of 150,000 buys stock for 15,000 / 0.85.
    "flat": (job(), FLAT, [15_000.0], [15_000 * 0.15 / 0.85]),
    "flat with lookback": (job(lookback=True), FLAT, [15_000.0], [2_647.0588235294117]),
    "raise": (job(raise_rate=0.1), FLAT, [15_000.0, 16_500.0], [2_647.0588235, 2_911.7647059]),
    # Stock for 25,000 costs 21,250 and gains 3,750; 10 % of 300,000 would be more.
    "limit of the law": (job(300_000), FLAT, [21_250.0], [3_750.0]),
    "cap of the plan": (job(cap=4_000), FLAT, [4_000.0], [4_000 * 0.15 / 0.85]),
    "cap above the rate": (job(cap=40_000), FLAT, [15_000.0], [2_647.0588235]),
    # +44 % a year is x 1.2 in half a year: 7,500 x (1.2 / 0.85 - 1), twice.
    "lookback, rising": (job(lookback=True), Growth(0.44), [15_000.0], [15_000 * (1.2 / 0.85 - 1)]),
    "no lookback, rising": (job(), Growth(0.44), [15_000.0], [2_647.0588235]),
    "lookback, falling": (job(lookback=True), Growth(-0.19), [15_000.0], [2_647.0588235]),
    # x 0.9 in half a year: 12,500 of stock at the first day's price costs 12,500 x 0.85 x 0.9 = 9,562.50.
    "limit, falling": (job(300_000, lookback=True), Growth(-0.19), [19_125.0], [19_125 * 0.15 / 0.85]),
    # From 1 to 4, by month 6 at 2: each half doubles; then level.
    "path": (job(lookback=True), Growth(path=(4.0, 4.0)), [15_000.0] * 2, [15_000 * (2 / 0.85 - 1), 2_647.0588235]),
    "a path of its own": (
        job(lookback=True), Growth(0.1, company_paths=(("ACME", (4.0,)),)), [15_000.0], [15_000 * (2 / 0.85 - 1)],
    ),
    # Purchases at the ends of months 9, 18 and 27; 27 lies beyond two years.
    "nine months": (job(period_months=9), FLAT, [11_250.0, 11_250.0], [1_985.2941176, 1_985.2941176]),
    "two years": (job(period_months=24), FLAT, [0.0, 30_000.0], [0.0, 5_294.1176471]),
    "no discount, lookback": (job(discount=0.0, lookback=True), Growth(0.44), [15_000.0], [3_000.0]),
    "nothing in": (job(contribution_rate=0.0), Growth(0.44), [0.0], [0.0]),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND)
def test_hand_checked_gains(case: str) -> None:
    made, growth, contributions, gains = BY_HAND[case]
    found = stock_purchases(made, len(gains), growth)
    assert found["contributions"].tolist() == pytest.approx(contributions, abs=1e-6)
    assert found["gain"].tolist() == pytest.approx(gains, abs=1e-6)
    is_limited = bool(found["is_limited"].to_numpy(dtype=bool).any())
    assert is_limited == case.startswith("limit")


def test_the_gain_without_growth_is_176_parts_in_a_thousand(tmp_path: Path, capsys: Capture) -> None:
    """Case 17 without its line on the match: 150,000 x 10 % x 0.15 / 0.85 a year, in no total."""
    (offer,) = yaml.safe_load(SHARED.read_text(encoding="utf-8"))["offers"]
    assert offer["benefits"].pop("retirement_match") == "50%"
    file = written(tmp_path, **offer["benefits"])
    assert run(["evaluate", str(file), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["offers"]
    assert found["benefits"]["espp_discount_value"] == pytest.approx([2_647.0588235] * 4, abs=1e-6)
    assert found["benefits"]["espp"] == {"contributions": [15_000.0] * 4, "is_limited": [False] * 4}
    assert (found["benefits"]["total"], found["total"]) == (pytest.approx(10_588.2352941, abs=1e-6), 600_000)


def test_a_percent_where_dollars_are_due_is_refused(capsys: Capture) -> None:
    """Case 17 as it stands: `retirement_match: 50%` is a fault, and the only one."""
    assert run(["evaluate", str(SHARED), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.strip().splitlines()
    assert "benefits.retirement_match" in line


def test_the_limit_is_said(tmp_path: Path, capsys: Capture) -> None:
    file = written(tmp_path, espp=PLAN | {"contribution_rate": 0.2})
    assert run(["evaluate", str(file)]) == 0
    assert "benefits, in no total: $15,000 (the law limits the stock purchase plan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("benefits", "said"),
    [
        ({"espp": PLAN, "espp_discount_value": 2_000}, "has both espp and espp_discount_value"),
        ({"espp": {"discount": 0.15}}, "contribution_rate"),
        ({"espp": PLAN | {"discount": 1.0}}, "benefits.espp.discount"),
        ({"espp": PLAN | {"contribution_rate": 1.5}}, "benefits.espp.contribution_rate"),
        ({"espp": PLAN | {"period_months": 0}}, "benefits.espp.period_months"),
        ({"espp": PLAN | {"period_months": 28}}, "benefits.espp.period_months"),
        ({"espp": PLAN | {"cap": -1}}, "benefits.espp.cap"),
        ({"espp": PLAN | {"lookbak": True}}, "Did you mean 'lookback'?"),
    ],
)
def test_faults(benefits: dict[str, Any], said: str, tmp_path: Path, capsys: Capture) -> None:
    assert run(["evaluate", str(written(tmp_path, **benefits))]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_a_large_discount_is_doubted(tmp_path: Path, capsys: Capture) -> None:
    assert run(["validate", str(written(tmp_path, espp=PLAN | {"discount": 0.2}))]) == 0
    assert "a qualified plan gives at most 15%" in capsys.readouterr().err


discounts = st.integers(0, 90).map(lambda hundredths: hundredths / 100)
movements = st.integers(-80, 300).map(lambda hundredths: hundredths / 100)


@given(discounts, discounts, movements, st.booleans(), st.integers(1, 24))
def test_a_larger_discount_gains_no_less(one: float, other: float, rate: float, lookback: bool, months: int) -> None:  # noqa: FBT001
    """For the same money in: the limit of the law set aside by a small salary."""
    gains = [
        stock_purchases(
            job(10_000, discount=discount, lookback=lookback, period_months=months), 4, Growth(rate)
        )["gain"].sum()
        for discount in sorted((one, other))
    ]  # fmt: skip
    assert gains[0] <= gains[1] + 1e-9


@given(discounts, movements, st.integers(1, 24), st.integers(10, 1000))
def test_lookback_never_costs_and_the_limit_holds(discount: float, rate: float, months: int, thousands: int) -> None:
    plain, looking = (
        stock_purchases(
            job(1000.0 * thousands, discount=discount, lookback=lookback, period_months=months, contribution_rate=1.0),
            6, Growth(rate),
        )
        for lookback in (False, True)
    )  # fmt: skip
    assert plain["contributions"].sum() <= 6 * 25_000 * (1 - discount) * (1 + 1e-9)
    if thousands <= 20 and rate >= 0:  # the limit binds neither
        assert looking["gain"].sum() >= plain["gain"].sum() - 1e-9


@given(st.integers(1, 40), discounts, movements)
def test_gain_scales_with_the_salary(times: int, discount: float, rate: float) -> None:
    one, other = (
        stock_purchases(job(float(salary), discount=discount, lookback=True, contribution_rate=0.01), 4, Growth(rate))
        for salary in (1_000, 1_000 * times)
    )
    assert other["gain"].sum() == pytest.approx(times * one["gain"].sum(), rel=1e-9)
