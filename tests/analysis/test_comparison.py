"""Offers beside each other: cases worked out apart from the code, laws, and what the figures do not depend on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from hand_checked import ABSOLUTE_FRACTION, CASES, is_close, offers, rows
from hypothesis import given, strategies as st
from laws import examples
from strategies import CONVENTIONS, growths, horizons, offer_sets

from compkit.analysis.comparison import MAP_GROWTHS, MAP_TENURES, STAYING, Comparison, build_comparison
from compkit.analysis.comparisons import load_comparison
from compkit.errors import CompkitError, InputError, OutOfRangeError
from compkit.model.candidate import Candidate, CurrentJob
from compkit.model.offer import Offer
from compkit.offers import OfferEntry, Offers
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.prices.risk import SimulationOptions
from compkit.reference.tables import load_tables

TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)
FEW = SimulationOptions(n_paths=50)
MANY = SimulationOptions(n_paths=40_000, volatility=0.4)
CHANCE_ERROR = 0.0125  # five standard errors of a half among 40,000 paths
HELD_JOB = CurrentJob(base_salary=120_000, annual_bonus=10_000, annual_equity=40_000)
ACME = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100_000}
Write = Callable[..., str]


def beside(
    made: Sequence[Offer],
    assumptions: Assumptions | None = None,
    chance: SimulationOptions = FEW,
    job: CurrentJob | None = None,
) -> Comparison:
    """Comparison of offers made to one person."""
    entries = [OfferEntry(offer, Candidate(current=job), 1.0, "drawn") for offer in made]
    return build_comparison(Offers(entries), TABLES, assumptions or Assumptions(), chance, REPORT_ON)


def one(offer_id: str, **changes: Any) -> Offer:
    return Offer.model_validate({"id": offer_id, **ACME, **changes})


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writer of an offers file with one offer changed; it returns the path."""

    def written(*made: dict[str, Any], **envelope: Any) -> str:
        path = tmp_path / "offers.yaml"
        rows = [{"id": f"offer-{number}", **ACME, **changes} for number, changes in enumerate(made)]
        path.write_text(yaml.safe_dump({**envelope, "offers": rows}), encoding="utf-8")
        return str(path)

    return written


@cache
def worked(n_years: int, growth: str, convention: str, chance: SimulationOptions = FEW) -> Comparison:
    """Hand-worked offers under a case's assumptions."""
    assumptions = Assumptions(Growth(float(growth), convention), n_years=n_years)  # type: ignore[arg-type]
    return build_comparison(offers("comparison"), TABLES, assumptions, chance, REPORT_ON)


def tenure_of(row: dict[str, str]) -> tuple[int, int]:
    """Where the map has a case's tenure and growth."""
    return MAP_TENURES.index(int(row["n_years"])), MAP_GROWTHS.index(float(row["growth"]))


def found_for(row: dict[str, str]) -> Any:
    """Figure computed for a case."""
    figure, of = row["figure"], row["of"]
    chance = MANY if figure == "p_a_beats_b" else FEW
    if figure in ("tenure", "winner"):
        comparison = worked(4, "0", row["convention"])
        tenure, growth = tenure_of(row)
        if figure == "winner":
            return comparison.names[comparison.winners[tenure, growth]]
        return comparison.totals_by_tenure[comparison.names.index(of), tenure, growth]
    comparison = worked(int(row["n_years"]), row["growth"], row["convention"], chance)
    if figure == "paid_off_in":
        return comparison.paid_off_in[of] or "none"
    if figure in comparison.pairs.columns:
        a, b = of.split()
        return comparison.pairs.set_index(["a", "b"]).loc[(a, b), figure]
    if of == STAYING:
        assert comparison.staying_worth is not None
        return comparison.staying_worth.summary[figure].iloc[0]
    return comparison.worth.summary.loc[of, figure]


@pytest.mark.parametrize("row", rows("comparison"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    found, expected = found_for(row), row["expected"]
    if row["figure"] in ("break_even", "winner") or expected == "none":
        assert found == expected, row["derivation"]
    elif row["figure"] == "p_a_beats_b" and 0 < float(expected) < 1:
        assert found == pytest.approx(float(expected), abs=CHANCE_ERROR), row["derivation"]
    else:
        absolute = ABSOLUTE_FRACTION if row["figure"] == "break_even_growth" else 1e-6
        assert is_close(float(found), float(expected), absolute), f"{found!r}: {row['derivation']}"


def test_one_companys_offers_share_a_path() -> None:
    """Acme and ACME are one company: the whole path alike, so that cliff less late follows from late's stock alone."""
    comparison = worked(4, "0", "smooth")
    volatilities = {row.company for row in comparison.volatilities[:2]}
    assert volatilities == {"default"}
    alike = beside(
        [
            one("a", equity=[{"tradable": True, "value": 1e5}]),
            one("b", company=" ACME ", equity=[{"tradable": True, "value": 1e5}]),
        ]
    )
    assert np.array_equal(alike.simulated_years[0], alike.simulated_years[1])
    apart = beside(
        [
            one("a", equity=[{"tradable": True, "value": 1e5}]),
            one("b", company="Bolt", equity=[{"tradable": True, "value": 1e5}]),
        ]
    )
    assert not np.allclose(apart.simulated_years[0], apart.simulated_years[1])


@given(offer_sets(1, 4), growths, horizons)
@examples(13)
def test_every_pair_once_and_its_difference(made: list[Offer], growth: Growth, n_years: int) -> None:
    comparison = beside(made, Assumptions(growth, n_years=n_years))
    pairs = comparison.pairs
    ids = [offer.id for offer in made]
    assert list(zip(pairs["a"], pairs["b"], strict=True)) == list(combinations(ids, 2))
    total = comparison.worth.summary["total"]
    for row in pairs.to_dict("records"):
        assert row["difference"] == total[row["a"]] - total[row["b"]]
        assert 0 <= row["p_a_beats_b"] <= 1
        assert row["break_even"] in ("at", "always", "never")
        assert (row["break_even"] == "at") == (not pd.isna(row["break_even_growth"]))


@given(offer_sets(2, 2), st.sampled_from(CONVENTIONS), horizons)
def test_at_the_break_even_growth_both_pay_the_same(made: list[Offer], convention: str, n_years: int) -> None:
    """By the valuation itself; where there is none, the sign of the difference never changes."""
    row = beside(made, Assumptions(Growth(0.0, convention), n_years=n_years)).pairs.iloc[0]  # type: ignore[arg-type]
    tried = [row["break_even_growth"]] if row["break_even"] == "at" else [-0.99, -0.6, -0.2, 0.0, 0.3, 1.0, 4.0, 10.0]
    for rate in tried:
        given_growth = Assumptions(Growth(float(rate), convention), n_years=n_years)  # type: ignore[arg-type]
        a, b = beside(made, given_growth).worth.summary["total"]
        slack = 1e-9 * (a + b) + 1e-6
        if row["break_even"] == "at":
            assert abs(a - b) <= slack
        elif row["break_even"] == "always":
            assert a - b >= -slack
        else:
            assert a - b < slack


@given(offer_sets(2, 3), st.sampled_from([0.0, 0.5, 1.0]))
@examples(13)
def test_the_chances_of_a_pair_sum_to_one_whatever_the_order(made: list[Offer], correlation: float) -> None:
    chance = SimulationOptions(n_paths=60, correlation=correlation)
    there = beside(made, chance=chance).pairs.set_index(["a", "b"])["p_a_beats_b"]
    back = beside(made[::-1], chance=chance).pairs.set_index(["a", "b"])["p_a_beats_b"]
    for (a, b), ahead in there.items():
        assert ahead + back[(b, a)] == pytest.approx(1)


@given(offer_sets(3, 3), st.sampled_from([0.0, 0.7]), st.sampled_from([0.9, 1.0]))
@examples(13)
def test_an_added_offer_changes_no_others_figures(made: list[Offer], correlation: float, stay_rate: float) -> None:
    chance = SimulationOptions(n_paths=60, correlation=correlation, stay_rate=stay_rate)
    two, three = beside(made[:2], chance=chance), beside(made, chance=chance)
    pd.testing.assert_frame_equal(two.worth.summary, three.worth.summary.iloc[:2])
    np.testing.assert_allclose(two.simulated_years, three.simulated_years[:2], rtol=1e-12)
    np.testing.assert_allclose(two.totals_by_tenure, three.totals_by_tenure[:2], rtol=1e-12)
    for name in ("difference", "break_even", "p_a_beats_b"):
        assert two.pairs[name].iloc[0] == three.pairs[name].iloc[0]
    assert two.break_even(0, 1) == three.break_even(0, 1)
    for name in two.ids:
        pd.testing.assert_frame_equal(two.leaving[name], three.leaving[name])


@given(offer_sets(1, 3), st.sampled_from(CONVENTIONS), st.booleans())
@examples(10)
def test_the_map(made: list[Offer], convention: str, has_job: bool) -> None:  # noqa: FBT001
    """The winner has the largest total, totals never fall with tenure, and no growth gives the valuation's total."""
    assumptions = Assumptions(Growth(0.0, convention))  # type: ignore[arg-type]
    comparison = beside(made, assumptions, job=HELD_JOB if has_job else None)
    paid = comparison.totals_by_tenure
    assert comparison.names == [*comparison.ids, *([STAYING] if has_job else [])]
    assert paid.shape == (len(comparison.names), len(MAP_TENURES), len(MAP_GROWTHS))
    assert (np.diff(paid, axis=1) >= -1e-9 * paid[:, 1:]).all()
    best = np.take_along_axis(paid, comparison.winners[None], axis=0)[0]
    assert (best >= paid.max(axis=0) - 1e-5).all()
    flat = paid[: len(made), MAP_TENURES.index(4), MAP_GROWTHS.index(0.0)]
    np.testing.assert_allclose(flat, comparison.worth.summary["total"], rtol=1e-9, atol=1e-6)


@given(offer_sets(2, 2), growths.filter(lambda growth: -0.79 < growth.rate <= 2), horizons)
def test_what_moves_a_difference(made: list[Offer], growth: Growth, n_years: int) -> None:
    """Ends that are the assumed value give the base; the strongest comes first; what is left moves something."""
    comparison = beside(made, Assumptions(growth, n_years=n_years))
    found = comparison.sensitivities(0, 1)
    average = comparison.worth.summary["average"]
    base = average.iloc[0] - average.iloc[1]
    slack = 1e-9 * average.sum() + 1e-6
    moves = []
    for row in found.to_dict("records"):
        assert row["base"] == pytest.approx(base, abs=slack)
        moves.append(max(abs(row["low"] - base), abs(row["high"] - base)))
        assert moves[-1] >= 1 - slack
        for end in ("low", "high"):
            if row["cause"] == "tenure" and row[f"{end}_at"] == n_years:
                assert row[end] == pytest.approx(base, abs=slack)
    assert moves == sorted(moves, reverse=True)
    causes = list(zip(found["cause"], found["company"], strict=True))
    assert len(causes) == len(set(causes))


@given(offer_sets(2, 2), growths.filter(lambda growth: -0.79 < growth.rate <= 2), horizons)
@examples(10)
def test_the_ends_of_a_sensitivity_are_valuations(made: list[Offer], growth: Growth, n_years: int) -> None:
    found = beside(made, Assumptions(growth, n_years=n_years)).sensitivities(0, 1)
    for row in found[found["cause"].isin(["growth", "tenure"])].to_dict("records"):
        for end in ("low", "high"):
            at = row[f"{end}_at"]
            rate, years = (at, n_years) if row["cause"] == "growth" else (growth.rate, int(at))
            average = beside(made, Assumptions(Growth(rate, growth.convention), n_years=years)).worth.summary["average"]
            assert row[end] == pytest.approx(average.iloc[0] - average.iloc[1], abs=1e-9 * average.sum() + 1e-6)


def test_causes_that_move_nothing_are_left_out() -> None:
    alike = beside([one("a"), one("b", base_salary=90_000)])
    assert alike.sensitivities(0, 1).empty
    stock = beside(
        [one("a"), one("b", equity=[{"tradable": True, "value": 80_000, "vesting": "even-4-year"}])]
    ).sensitivities(0, 1)
    assert set(zip(stock["cause"], stock["company"], strict=True)) == {
        ("growth", ""),
        ("stock", "Acme"),
        ("tenure", ""),
    }
    paid = beside([one("a", bonus_target_rate=0.1), one("b")]).sensitivities(0, 1)
    assert paid["cause"].tolist() == ["bonus"]
    assert paid[["low", "high", "base"]].iloc[0].tolist() == pytest.approx([0, 15_000, 10_000])


def test_stock_that_falls_by_three_tenths_by_hand() -> None:
    """80,000 over four years is 20,000 a year: 6,000 of it up or down; b's moves count the other way."""
    made = [one("a", equity=[{"tradable": True, "value": 80_000, "vesting": "even-4-year"}]), one("b", company="Bolt")]
    (row,) = (row for row in beside(made).sensitivities(0, 1).to_dict("records") if row["cause"] == "stock")
    assert (row["low"], row["high"], row["base"]) == pytest.approx((14_000, 26_000, 20_000))
    (row,) = (row for row in beside(made[::-1]).sensitivities(0, 1).to_dict("records") if row["cause"] == "stock")
    assert (row["low"], row["high"], row["base"]) == pytest.approx((-14_000, -26_000, -20_000))


def test_no_price_moves_what_is_paid_in_cash() -> None:
    """A refresher that is paid in money is no stock, whatever the price does."""
    later = {"year": 1, "value": 80_000, "cash_share": 1.0, "vesting": [{"month": 12, "fraction": 1}]}
    found = beside([one("a", refreshers=[later]), one("b")]).sensitivities(0, 1)
    assert "stock" not in set(found["cause"])


def test_one_price_moves_all_offers_of_its_company() -> None:
    """Two grants of one share: the difference moves with their difference, 20,000 less 10,000 a year."""
    made = [
        one("a", equity=[{"tradable": True, "value": 80_000, "vesting": "even-4-year"}]),
        one("b", company="ACME", equity=[{"tradable": True, "value": 40_000, "vesting": "even-4-year"}]),
    ]
    found = beside(made).sensitivities(0, 1)
    stock = found[found["cause"] == "stock"]
    assert stock[["low", "high"]].to_numpy().tolist() == [pytest.approx([7_000, 13_000])]


def test_the_present_job_stands_beside_one_persons_offers_and_several_people_are_refused() -> None:
    jobs = [HELD_JOB, HELD_JOB.model_copy(update={"base_salary": 99_000.0}), None]
    made = [one("a", start_date="2027-03-01"), one("b", start_date="2027-02-01")]

    def of(first: CurrentJob | None, second: CurrentJob | None) -> Comparison:
        entries = [
            OfferEntry(offer, Candidate(current=job), 1.0, "drawn")
            for offer, job in zip(made, (first, second), strict=True)
        ]
        return build_comparison(Offers(entries), TABLES, Assumptions(), FEW, REPORT_ON)

    same = of(jobs[0], HELD_JOB.model_copy())
    assert same.staying_worth is not None
    assert same.staying_worth.summary["total"].iloc[0] == pytest.approx(4 * 170_000)
    assert same.names == ["a", "b", STAYING]
    without = of(None, None)
    assert without.staying is None
    assert without.staying_worth is None
    assert without.names == ["a", "b"]
    assert without.paid_off_in == {"a": None, "b": None}
    for first, second in ((jobs[0], jobs[1]), (jobs[0], None), (None, jobs[0])):
        with pytest.raises(InputError, match="these are of 2 people, you, you-2"):
            of(first, second)


def test_currencies_meet_in_usd(write: Write) -> None:
    """By the file's rate: 100,000 EUR of salary are 108,000 USD, and 40,000 EUR of stock 43,200."""
    path = write(
        {
            "currency": "EUR",
            "equity": [{"tradable": True, "value": 40_000, "vesting": "even-4-year"}],
            "sign_on": [10_000],
        },
        {"base_salary": 110_000},
        rates={"EUR": 1.08},
    )
    comparison = load_comparison(path, report_date="2026-11-22", n_paths=10)
    total = comparison.worth.summary["total"]
    assert total.tolist() == pytest.approx([432_000 + 43_200 + 10_800, 440_000])
    assert comparison.pairs["difference"].tolist() == pytest.approx([46_000])
    assert comparison.worth.summary["guaranteed_cash"].tolist() == pytest.approx([442_800, 440_000])
    assert comparison.leaving["offer-0"].loc[3, "owed"] == pytest.approx(10_800 * 9 / 12)
    assert comparison.totals_by_tenure[0, 3, MAP_GROWTHS.index(0.0)] == pytest.approx(486_000)
    assert comparison.simulated_years.sum(axis=1).min() > 432_000


def test_a_currency_without_a_rate_is_refused(write: Write) -> None:
    path = write({"currency": "EUR"}, {})
    with pytest.raises(InputError) as caught:
        load_comparison(path, report_date="2026-11-22")
    (fault,) = caught.value.faults
    assert (fault.file, fault.field) == (path, "currency")
    assert "rates has no value for it" in fault.message


@pytest.mark.parametrize("n_offers", [1, 10])
def test_one_offer_and_ten(n_offers: int, write: Write) -> None:
    path = write(*({"base_salary": 100_000 + number} for number in range(n_offers)))
    comparison = load_comparison(path, report_date="2026-11-22", n_paths=20)
    assert len(comparison.pairs) == n_offers * (n_offers - 1) // 2
    assert list(comparison.pairs.columns) == ["a", "b", "difference", "break_even", "break_even_growth", "p_a_beats_b"]
    assert comparison.ranking == list(range(n_offers))[::-1]
    assert comparison.totals_by_tenure.shape == (n_offers, 8, 15)
    assert (comparison.winners == n_offers - 1).all()
    assert list(comparison.leaving) == comparison.ids
    assert len(comparison.after_tax) == n_offers


def test_no_offer_is_refused() -> None:
    with pytest.raises(CompkitError, match="no offer to compare"):
        build_comparison(Offers([]), TABLES, Assumptions(), SimulationOptions(), REPORT_ON)


def test_offers_that_pay_the_same_tie() -> None:
    """Neither is ahead: the chance is a half, and the first of the two wins the map."""
    pay = {"equity": [{"tradable": True, "value": 90_000}], "bonus_target_rate": 0.1, "sign_on": [7_000]}
    comparison = beside([one("a", **pay), one("b", **pay)])
    (row,) = comparison.pairs.to_dict("records")
    assert (row["difference"], row["break_even"], row["p_a_beats_b"]) == (0, "always", 0.5)
    assert not comparison.winners.any()
    assert comparison.sensitivities(0, 1)["cause"].isin(["stock"]).all()


CASE_FILE = str(CASES / "comparison_offers.yaml")


def loaded(**options: Any) -> Comparison:
    return load_comparison(CASE_FILE, report_date="2026-11-22", **{"n_paths": 500, **options})


def test_the_same_seed_gives_the_same_figures() -> None:
    first, second, other = loaded(seed=7), loaded(seed=7), loaded(seed=8)
    assert np.array_equal(first.simulated_years, second.simulated_years)
    pd.testing.assert_frame_equal(first.pairs, second.pairs)
    assert not np.array_equal(first.simulated_years, other.simulated_years)
    pd.testing.assert_frame_equal(first.worth.summary, other.worth.summary)


def test_a_given_volatility_takes_the_place_of_the_tables() -> None:
    """None at all leaves the growth assumed; more of it spreads wider around the same mean."""
    still = loaded(volatility=0.0, growth_rate=0.2)
    total = still.worth.summary["total"].to_numpy(dtype=float)
    np.testing.assert_allclose(still.simulated_years.sum(axis=1), np.repeat(total[:, None], 500, axis=1), rtol=1e-9)
    calm, wild = (loaded(volatility=rate, n_paths=20_000).simulated_years.sum(axis=1) for rate in (0.1, 0.5))
    assert calm.std(axis=1)[0] < wild.std(axis=1)[0]
    for paths in (calm, wild):
        error = 5 * paths.std(axis=1) / np.sqrt(20_000) + 1e-6
        assert (np.abs(paths.mean(axis=1) - [761_190, 608_150, 696_150, 724_000]) <= error).all()
    assert np.ptp(wild[2]) == pytest.approx(0, abs=1e-6)


def test_the_chance_to_stay_weights_each_payment() -> None:
    """All cash by hand: month m counts 0.9^(m / 12); the chance of 1 counts all in full."""
    weights = 0.9 ** (np.arange(1, 49) / 12)
    salary = np.repeat([150_000, 165_000, 181_500, 199_650], 12) / 12
    paid = loaded(stay_rate=0.9, volatility=0.0).simulated_years[:, :, 0]
    np.testing.assert_allclose(paid[2], (salary * weights).reshape(4, 12).sum(axis=1), rtol=1e-9)
    # The stock of month 36 counts 0.9^3, that of month 24 0.9^2.
    base = (130_297.5 / 12 * weights).reshape(4, 12).sum(axis=1)
    np.testing.assert_allclose(paid[0], base + np.array([0, 0, 240_000 * 0.729, 0]), rtol=1e-9)
    full = loaded(stay_rate=1.0, volatility=0.0).simulated_years.sum(axis=1)[:, 0]
    np.testing.assert_allclose(full, [761_190, 608_150, 696_150, 724_000])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_paths": 0}, "paths must be 1 to"),
        ({"seed": -1}, "seed must not be negative"),
        ({"volatility": -0.1}, "volatility must be between 0 and 10"),
        ({"volatility": float("nan")}, "volatility must be between 0 and 10"),
        ({"correlation": 1.1}, "correlation must be between 0 and 1"),
        ({"stay_rate": 0.0}, "stay_rate must be above 0"),
        ({"stay_rate": 1.01}, "stay_rate must be above 0"),
        ({"n_years": 9}, "years must be 1 to 8"),
        ({"growth_rate": -1.0}, "growth_rate must be a finite fraction above -1"),
        ({"discount_rate": -1.0}, "discount_rate must be a finite fraction above -1"),
    ],
    ids=str,
)
def test_what_is_out_of_its_range_is_refused_at_once(options: dict[str, Any], said: str) -> None:
    """When the comparison is asked for, as its docstring says, not when the first chance is looked up."""
    with pytest.raises(OutOfRangeError, match=said):
        loaded(**options)
