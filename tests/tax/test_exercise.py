"""Tax on exercising options: published cases and cases worked out by hand, and what the commands and pages say."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hand_checked import misses, rows

from compkit.cli import run
from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.reference import load_tables
from compkit.tax import ASK_AN_ADVISER, Deduction, Finances, alternative_minimum_tax, exercise_tax, tax_tables

LAW = tax_tables(load_tables())
ISO = ["--wages", "200000", "--location", "Austin", "--filing-status", "single", "--year", "2026"]


def test_cases_published_or_worked_out_by_hand() -> None:
    checks = []
    for case in rows("exercise"):
        found = exercise_tax(
            float(case["spread"]), case["kind"], float(case["wages"]), "Austin", case["filing_status"],
            int(case["year"]), LAW,
        ).iloc[0]  # fmt: skip
        checks += [(f"{case['case']}: {end}", found[end], float(case[end])) for end in ("low", "high")]
    assert misses(checks) == []


def test_many_at_once_as_one_by_one() -> None:
    spreads = np.array([0.0, 10_000, 400_000, 2_000_000])
    for kind in ("iso", "nso", "unknown"):
        together = exercise_tax(spreads, kind, 200_000, "San Francisco", "married_joint", 2026, LAW)
        apart = [exercise_tax(s, kind, 200_000, "San Francisco", "married_joint", 2026, LAW).iloc[0] for s in spreads]
        assert together["high"].tolist() == [one["high"] for one in apart]
        assert together.iloc[0][["low", "high"]].tolist() == [0, 0]
        assert (together["low"] <= together["high"]).all()
        assert together["high"].is_monotonic_increasing


def test_a_later_year_is_projected() -> None:
    found = exercise_tax(400_000, "iso", 200_000, "Austin", "single", 2027, LAW).iloc[0]
    assert found["status"] == "projected"
    assert 0 < found["high"] < 115_148


def test_the_amt_without_a_spread_is_nothing_for_wages() -> None:
    """Regular tax exceeds the tentative minimum tax on wages alone: 36,734 against 28,574."""
    law = LAW.law("US", 2026, "single")
    assert alternative_minimum_tax([200_000], [36_734], law).tolist() == [0]
    assert alternative_minimum_tax([200_000], [0], law).tolist() == [28_574]


@pytest.mark.parametrize(("changed", "error"), [
    ({"spread": -1}, OutOfRangeError),
    ({"spread": float("nan")}, OutOfRangeError),
    ({"kind": "rsu"}, UnknownChoiceError),
    ({"filing_status": "married"}, UnknownChoiceError),
    ({"place": "Atlantis"}, UnknownChoiceError),
])  # fmt: skip
def test_wrong_input_is_refused(changed: dict[str, Any], error: type[Exception]) -> None:
    asked = {"spread": 1000, "kind": "iso", "wages": 200_000, "place": "Austin", "filing_status": "single"}
    with pytest.raises(error):
        exercise_tax(**{**asked, **changed}, year=2026, law=LAW)


def test_the_command_says_the_range(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tax", *ISO, "--option-spread", "400000", "--option-kind", "iso"]) == 0
    out = capsys.readouterr().out
    assert f"Exercising adds $0 without the alternative minimum tax, $115,148 with it. {ASK_AN_ADVISER}" in out
    assert run(["tax", *ISO]) == 0
    assert "Exercising" not in capsys.readouterr().out
    assert run(["tax", *ISO, "--option-spread", "400000", "--option-kind", "nso", "--json"]) == 0
    ends = json.loads(capsys.readouterr().out)["exercise"]
    assert ends["low"] == ends["high"] > 115_148


def test_a_household_counts_before_the_exercise() -> None:
    """Single, Austin, 2026: 20,000 in a 401(k) leaves 180,000; credits for children don't lower the AMT's comparison.

    AMTI 580,000: exemption 90,100 - 50% x 80,000 = 50,100; 529,900: 63,570 + 28% x 285,400 = 143,482. Regular tax on
    163,900 in wages: 36,734 - 24% x 20,000 = 31,934. 143,482 - 31,934 = 111,548.
    """
    for finances in (Finances(traditional_401k=20_000), Finances(traditional_401k=20_000, children=2)):
        found = exercise_tax(400_000, "iso", 200_000, "Austin", "single", 2026, LAW, finances=finances).iloc[0]
        assert found["high"] == pytest.approx(111_548)


@pytest.mark.parametrize(
    ("finances", "deduction", "high"),
    [
        (Finances(mortgage_interest=20_000, property_tax=30_000), "itemized", 47_826),
        (Finances(mortgage_interest=20_000, property_tax=30_000), "best", 47_826),
        (Finances(charity=5_000), "standard", 41_817.75),
    ],
)
def test_interest_and_gifts_lower_the_amt_too(finances: Finances, deduction: Deduction, high: float) -> None:
    """Single, Austin, 2026, 300,000 in wages and a spread of 200,000; the tax on the home is added back.

    Itemized: AMTI 480,000, less 90,100: 63,570 + 28% x 145,400 = 104,282; regular on 250,000: 56,456.
    Standard with gifts of 1,000 at most: AMTI 499,000, less 90,100: 63,570 + 28% x 164,400 = 109,602; regular on
    282,900: 67,784.25.
    """
    found = exercise_tax(
        200_000, "iso", 300_000, "Austin", "single", 2026, LAW, finances=finances, deduction=deduction
    ).iloc[0]
    assert found["high"] == pytest.approx(high)


def test_the_command_takes_the_same_deduction_for_the_exercise(capsys: pytest.CaptureFixture[str]) -> None:
    """San Francisco, 2025, 200,000 in wages and 100,000 of nonqualified options.

    Standard: federal 69,034.75 - 37,067 = 31,967.75; Medicare 2.35%; California 9.3% and 120 of exemption credit; SDI
    1.2%. Itemized, state tax and SDI are deducted.
    """
    asked = ["tax", "--wages", "200000", "--location", "San Francisco", "--year", "2025"]
    costs = []
    for deduction in ("standard", "best"):
        more = ["--option-spread", "100000", "--option-kind", "nso", "--deduction", deduction, "--json"]
        assert run([*asked, *more]) == 0
        costs.append(json.loads(capsys.readouterr().out)["exercise"]["high"])
    assert costs[0] == pytest.approx(31_967.75 + 2_350 + 9_420 + 1_200)
    assert costs[1] < costs[0] - 3_000
