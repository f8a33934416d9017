"""Simulated pay: the laws of its price paths, what it has in common with the valuation, and pay along given paths."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hand_checked import is_close, rows
from hypothesis import given, strategies as st
from strategies import growths, horizons, offer_lists, offer_of_vests, offers as drawn_offers, price_ratios

from compkit.errors import OutOfRangeError
from compkit.model.offer import Offer
from compkit.pay.cashflow import PayTerms, cash_flow, pay_terms
from compkit.pay.stock import FLAT, Growth
from compkit.pay.value import Assumptions, valuation
from compkit.pay.vesting import FloatArray
from compkit.prices.price_history import PriceHistory
from compkit.prices.price_paths import ScenarioPath, scenario_paths, scenario_totals
from compkit.prices.risk import chance_of_more, spread
from compkit.prices.simulation import Correlations, SimulationSettings, simulated_totals, volatility_of
from compkit.reference.tables import load_tables

TABLES = load_tables()
N_PATHS = 40_000
STANDARD_ERRORS = 4.0
GROWTHS = [Growth(0.12), Growth(-0.2), Growth(0.15, "annual-step")]
VESTS = "2:1000 12:1000 24:1000 36:1000 48:1000"


def terms(*made: Offer) -> PayTerms:
    return pay_terms(made, TABLES.schedules)


def single(vests: str, company: str = "a", cash: float = 0.0) -> Offer:
    return offer_of_vests(cash, vests, f"offer-{company}", company)


def months_of(month: int, companies: Sequence[str] = ("a",), growth: Growth = FLAT, **options: Any) -> FloatArray:
    """Return simulated prices over today's in one month, shape (n_companies, n_paths)."""
    randomness = SimulationSettings(companies, **{"volatility": 0.35, "n_paths": N_PATHS, **options})
    pay = terms(*(single(f"{month}:1", company) for company in companies))
    return simulated_totals(pay, growth, 4, randomness).sum(axis=1)


def walking_history(seed: int = 5, n: int = 600) -> PriceHistory:
    """Return made-up daily closes, with jumps, and a trend of 60 % a year."""
    generator = np.random.default_rng(seed)
    steps = 0.0019 + 0.012 * generator.standard_t(4, n)
    days = [dt.date(2022, 1, 3) + dt.timedelta(7 * (day // 5) + day % 5) for day in range(n)]
    return PriceHistory(days, (100 * np.exp(np.cumsum(steps))).tolist())


# The prices


@pytest.mark.parametrize("month", [1, 12, 30, 48])
@pytest.mark.parametrize("growth", GROWTHS)
@pytest.mark.parametrize("volatility", [0.1, 0.35, 0.6])
def test_the_mean_price_is_the_conventions(month: int, growth: Growth, volatility: float) -> None:
    """The mean's standard error follows from the lognormal's variance: mean^2 (exp(sigma^2 t) - 1)."""
    prices = months_of(month, growth=growth, volatility=volatility)[0]
    mean = growth.price(month).item()
    error = mean * np.sqrt(np.expm1(volatility**2 * month / 12) / N_PATHS)
    assert abs(prices.mean() - mean) <= STANDARD_ERRORS * error


@pytest.mark.parametrize("month", [6, 48])
@pytest.mark.parametrize("share", [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
def test_quantiles_are_the_lognormals(month: int, share: float) -> None:
    """As many paths lie below the lognormal's quantile as should: a binomial count."""
    volatility, years, growth = 0.4, month / 12, Growth(0.1)
    quantile = growth.price(month) * np.exp(
        NormalDist().inv_cdf(share) * volatility * years**0.5 - volatility**2 * years / 2
    )
    below = (months_of(month, growth=growth, volatility=volatility)[0] < quantile).mean()
    assert abs(below - share) <= STANDARD_ERRORS * np.sqrt(share * (1 - share) / N_PATHS)


def test_years_of_one_path_are_independent_of_each_other() -> None:
    pay = terms(single("12:1 24:1 36:1"))
    logs = np.log(simulated_totals(pay, FLAT, 3, SimulationSettings(["a"], 0.3, N_PATHS))[0])
    found = np.corrcoef(np.vstack([logs[0], np.diff(logs, axis=0)]))
    assert np.abs(found[np.triu_indices(3, 1)]).max() <= STANDARD_ERRORS / np.sqrt(N_PATHS)
    assert np.diff(logs, axis=0).std(axis=1) == pytest.approx([0.3, 0.3], rel=STANDARD_ERRORS / np.sqrt(2 * N_PATHS))


def test_volatility_is_that_of_a_year_to_a_few_thousandths() -> None:
    """Eight yearly changes on each of many paths."""
    n_paths = 300_000
    pay = terms(single(" ".join(f"{12 * year}:1" for year in range(1, 9))))
    logs = np.log(simulated_totals(pay, FLAT, 8, SimulationSettings(["a"], 0.3, n_paths))[0])
    changes = np.diff(logs, axis=0, prepend=0.0)
    assert changes.std() == pytest.approx(0.3, rel=STANDARD_ERRORS / np.sqrt(2 * 8 * n_paths))
    assert changes.mean() == pytest.approx(-0.045, abs=STANDARD_ERRORS * 0.3 / np.sqrt(8 * n_paths))


def test_a_grant_valued_later_moves_from_that_day_on() -> None:
    """Its spread is that of the months since; its mean is the growth since."""
    pay = terms(single("24>30:1000"))
    found = simulated_totals(pay, Growth(0.21), 4, SimulationSettings(["a"], 0.3, N_PATHS))[0].sum(axis=0)
    assert np.log(found).std() == pytest.approx(0.3 * 0.5**0.5, rel=STANDARD_ERRORS / np.sqrt(2 * N_PATHS))
    assert found.mean() == pytest.approx(1100, rel=STANDARD_ERRORS * 0.22 / np.sqrt(N_PATHS))


# How companies go together


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.8])
def test_the_correlation_is_recovered(correlation: float) -> None:
    logs = np.log(months_of(24, ("a", "b", "c"), correlation=correlation))
    slack = STANDARD_ERRORS * (1 - correlation**2) / np.sqrt(N_PATHS)
    assert np.corrcoef(logs)[np.triu_indices(3, 1)] == pytest.approx([correlation] * 3, abs=slack)


def test_a_correlation_of_one_is_one_path() -> None:
    a, b = months_of(24, ("a", "b"), correlation=1.0)
    assert a == pytest.approx(b, rel=1e-12)


MATRIX = np.array([[1.0, 0.7, -0.4], [0.7, 1.0, 0.1], [-0.4, 0.1, 1.0]])


def test_a_matrix_is_recovered() -> None:
    logs = np.log(months_of(24, ("a", "b", "c"), correlation=Correlations(["a", "b", "c"], MATRIX)))
    assert np.corrcoef(logs) == pytest.approx(MATRIX, abs=STANDARD_ERRORS / np.sqrt(N_PATHS))
    assert logs.std(axis=1) == pytest.approx([0.35 * 2**0.5] * 3, rel=STANDARD_ERRORS / np.sqrt(2 * N_PATHS))


def test_a_matrix_may_be_singular() -> None:
    """Two companies that move as one, and one against them."""
    matrix = [[1.0, 1.0, -1.0], [1.0, 1.0, -1.0], [-1.0, -1.0, 1.0]]
    logs = np.log(months_of(12, ("a", "b", "c"), correlation=Correlations(["a", "b", "c"], matrix)))
    drift = -(0.35**2) / 2
    assert logs[0] == pytest.approx(logs[1], abs=1e-9)
    assert logs[2] - drift == pytest.approx(drift - logs[0], abs=1e-9)


def test_the_order_of_a_matrix_does_not_matter() -> None:
    order = [2, 0, 1]
    names = ["a", "b", "c"]
    other = Correlations([names[at] for at in order], MATRIX[np.ix_(order, order)])
    there, back = (months_of(24, ("a", "b"), correlation=given) for given in (Correlations(names, MATRIX), other))
    assert there == pytest.approx(back, rel=1e-9)


def test_a_matrix_of_ones_and_zeros_leaves_companies_to_themselves() -> None:
    alone = months_of(24, ("a", "b"))
    assert (months_of(24, ("a", "b"), correlation=Correlations(["b", "a"], np.eye(2))) == alone).all()


@pytest.mark.parametrize(
    ("names", "matrix", "said"),
    [
        (["a", "b"], [[1.0, 0.5], [0.4, 1.0]], "the same both ways"),
        (["a", "b"], [[1.0, 0.5], [0.5, 0.9]], "1 of a company with itself"),
        (["a", "b"], [[1.0, float("nan")], [float("nan"), 1.0]], "be finite"),
        (["a", "b"], [[1.0, 1.2], [1.2, 1.0]], "fit together"),
        (["a", "b", "c"], [[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]], "fit together"),
        (["a", "b"], [[1.0]], "have 2 rows of 2"),
        (["a", "a"], [[1.0, 0.0], [0.0, 1.0]], "name each company once"),
        ([], [], "have 0 rows"),
    ],
)
def test_no_matrix_of_correlations(names: list[str], matrix: list[list[float]], said: str) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        Correlations(names, matrix)


# Out of the past


@pytest.mark.parametrize("month", [1, 12, 48])
def test_the_mean_price_out_of_the_past_is_the_conventions(month: int) -> None:
    """Whatever trend the past had."""
    growth, past = Growth(-0.1), walking_history()
    prices = months_of(month, growth=growth, histories={"a": past})[0]
    error = prices.std() / np.sqrt(N_PATHS)
    assert abs(prices.mean() - growth.price(month)) <= STANDARD_ERRORS * error
    month_deviation = past.month_returns.std()
    assert np.log(prices).std() == pytest.approx(
        month_deviation * month**0.5, rel=2 * STANDARD_ERRORS / np.sqrt(N_PATHS)
    )


def test_months_out_of_the_past_are_months_of_the_past() -> None:
    past = walking_history()
    found = np.log(months_of(1, histories={"a": past})[0])
    ranks = np.searchsorted(past.month_returns, found - 1e-12)
    assert past.month_returns[ranks] == pytest.approx(found, abs=1e-9)
    counts = np.bincount(ranks, minlength=len(past.month_returns))
    mean = N_PATHS / len(past.month_returns)
    assert np.abs(counts - mean).max() <= 5 * np.sqrt(mean)


def test_a_grant_valued_later_out_of_the_past_keeps_its_mean() -> None:
    pay = terms(single("24>48:1000"))
    randomness = SimulationSettings(["a"], 0.9, N_PATHS, histories={"a": walking_history()})
    found = simulated_totals(pay, Growth(0.1), 4, randomness)[0].sum(axis=0)
    assert abs(found.mean() - 1210) <= STANDARD_ERRORS * found.std() / np.sqrt(N_PATHS)


def test_who_has_no_past_is_not_touched_by_another_that_has() -> None:
    plain = months_of(24, ("a", "b"))
    found = months_of(24, ("a", "b"), histories={"a": walking_history()})
    assert (found[1] == plain[1]).all()
    assert (found[0] != plain[0]).any()


def test_the_volatility_of_a_company_with_a_past_is_not_read() -> None:
    found = [months_of(24, histories={"a": walking_history()}, volatility=rate) for rate in (0.0, 0.7)]
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize("correlation", [0.8, Correlations(["a", "b"], [[1.0, 0.8], [0.8, 1.0]])])
def test_the_past_is_correlated_by_its_ranks(correlation: float | Correlations) -> None:
    """The monthly ranks have the normals' correlation; with tails fatter than theirs the returns have a little less."""
    histories = {"a": walking_history(), "b": walking_history(7)}
    logs = np.log(months_of(24, ("a", "b"), correlation=correlation, histories=histories))
    assert 0.74 < np.corrcoef(logs)[0, 1] < 0.82


# The totals


@given(offer_lists(), growths, horizons, st.floats(0.5, 1))
def test_without_volatility_it_is_the_valuation(
    made: list[Offer], growth: Growth, n_years: int, stay_rate: float
) -> None:
    pay = terms(*made)
    randomness = SimulationSettings([offer.company for offer in made], 0.0, n_paths=3)
    found = simulated_totals(pay, growth, n_years, randomness)
    plain = valuation(pay, Assumptions(growth, n_years=n_years)).by_year["total"]
    for path in range(3):
        assert found[:, :, path] == pytest.approx(plain, rel=1e-9, abs=1e-6)
    weights = stay_rate ** (np.arange(1, 12 * n_years + 1) / 12)
    weighted = (cash_flow(pay, growth, n_years).total * weights).reshape(len(made), n_years, 12).sum(axis=2)
    staying = simulated_totals(pay, growth, n_years, randomness, stay_rate=stay_rate)
    assert staying[:, :, 0] == pytest.approx(weighted, rel=1e-9, abs=1e-6)


def test_the_same_seed_gives_the_same_figures_and_another_others() -> None:
    there, again, other = (months_of(24, ("a", "b"), seed=seed, correlation=0.2) for seed in (7, 7, 8))
    assert (there == again).all()
    assert (there != other).mean() > 0.99


def test_offers_of_one_company_share_its_path() -> None:
    a, b, c = months_of(24, ("a", "a", "c"))
    assert (a == b).all()
    assert abs(np.corrcoef(a, c)[0, 1]) < STANDARD_ERRORS / np.sqrt(N_PATHS)


@pytest.mark.parametrize(
    "options",
    [{}, {"correlation": 0.5}, {"correlation": Correlations(["c", "a", "b"], MATRIX)}, {"histories": {"b": 0}}],
    ids=["independent", "one number", "matrix", "a past"],
)
def test_an_offers_figures_do_not_depend_on_the_others(options: dict[str, Any]) -> None:
    if "histories" in options:
        options = {"histories": {"b": walking_history()}}
    together = months_of(24, ("a", "b", "c"), **options)
    for number, company in enumerate("abc"):
        assert (months_of(24, (company,), **options)[0] == together[number]).all(), company
    assert (months_of(24, ("c", "b"), **options) == together[[2, 1]]).all()


def test_cash_and_offers_without_stock_are_the_same_on_every_path() -> None:
    pay = terms(single("", "a", 5000.0), single("12>24c:1000", "b"), single(VESTS, "c"))
    found = simulated_totals(pay, Growth(3.0), 4, SimulationSettings(["a", "b", "c"], 0.5, 100))
    assert np.ptp(found[:2], axis=2).max() == 0
    assert found[:2, :, 0].tolist() == [[5000, 0, 0, 0], [0, 1000, 0, 0]]
    assert np.ptp(found[2], axis=1).min() > 0


@given(drawn_offers(), growths)
def test_the_cash_of_a_refresher_is_indifferent_to_growth_and_chance(made: Offer, growth: Growth) -> None:
    later = [refresher.model_copy(update={"cash_share": 1.0}) for refresher in made.refreshers]
    cash = made.model_copy(update={"equity": (), "refreshers": tuple(later), "refresher_plan": None})
    found = simulated_totals(terms(cash), growth, 8, SimulationSettings(["a"], 0.6, 5))
    flat = valuation(terms(cash), Assumptions(n_years=8)).by_year["total"]
    assert found == pytest.approx(np.repeat(flat[:, :, None], 5, axis=2), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("n_paths", [1, 4095, 4096, 4097, 10_000])
def test_any_number_of_paths(n_paths: int) -> None:
    """Paths come by thousands; the last lot may be smaller, and the first are the same however many follow."""
    found = months_of(24, n_paths=n_paths)[0]
    assert found.shape == (n_paths,)
    assert (found > 0).all()
    assert np.unique(found).size == n_paths
    if n_paths > 4096:
        assert (found[:4096] == months_of(24, n_paths=4096)[0]).all()


def test_chances_of_two_offers_sum_to_one_with_ties_half() -> None:
    pay = terms(single("24:1000 48:1000", "a"), single("24:900", "a"), single("36:2000", "b"), single("36:2000", "b"))
    totals = simulated_totals(pay, FLAT, 4, SimulationSettings(["a", "a", "b", "b"], 0.4, 5000)).sum(axis=1)
    for one in totals:
        for other in totals:
            assert chance_of_more(one, other) + chance_of_more(other, one) == pytest.approx(1, abs=1e-12)
    assert chance_of_more(totals[2], totals[3]) == 0.5


def test_percentile_bands_widen_and_do_not_cross() -> None:
    pay = terms(single("12:1000 24:1000 36:1000 48:1000"))
    found = spread(simulated_totals(pay, FLAT, 4, SimulationSettings(["a"], 0.4, N_PATHS))[0])
    bands = found[["p5", "p25", "p50", "p75", "p95"]].to_numpy()
    assert (np.diff(bands, axis=1) > 0).all()
    assert (np.diff(bands[:, 4] - bands[:, 0]) > 0).all()


def test_a_lesser_chance_to_stay_pays_less() -> None:
    pay = terms(single(VESTS, cash=1000.0))  # the lump falls in month 1
    full, less = (
        simulated_totals(pay, FLAT, 4, SimulationSettings(["a"], 0.4, 50), stay_rate=rate) for rate in (1.0, 0.8)
    )
    assert (less < full).all()
    assert less[0, 3] == pytest.approx(full[0, 3] * 0.8**4)


SOUND = SimulationSettings(["a"], 0.3, 10)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"volatility": -0.1}, "volatility must be between 0 and 10"),
        ({"volatility": [float("nan")]}, "volatility must be between 0 and 10"),
        ({"volatility": [0.1, 0.2]}, "volatility must be one figure, or one for each of 1"),
        ({"n_paths": 0}, "paths must be 1 to 100,000,000, got 0."),
        ({"n_paths": 100_000_001}, "paths must be 1 to 100,000,000"),
        ({"seed": -1}, "seed must not be negative"),
        ({"correlation": 1.1}, "correlation must be between 0 and 1"),
        ({"correlation": -0.1}, "correlation must be between 0 and 1"),
        ({"correlation": Correlations(["b"], [[1.0]])}, "correlations must name a, got"),
    ],
)
def test_what_is_out_of_range(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        replace(SOUND, **changes)


def test_totals_out_of_range() -> None:
    pay = terms(single(VESTS))
    for stay_rate in (0.0, 1.1, float("nan")):
        with pytest.raises(OutOfRangeError, match="stay_rate must be above 0"):
            simulated_totals(pay, FLAT, 4, SOUND, stay_rate=stay_rate)
    for n_years in (0, 9):
        with pytest.raises(OutOfRangeError, match="years must be 1 to 8"):
            simulated_totals(pay, FLAT, n_years, SOUND)
    with pytest.raises(OutOfRangeError, match="companies must be one for each of 2 offers, got 1"):
        simulated_totals(terms(single(VESTS), single(VESTS, "b")), FLAT, 4, SOUND)


def test_volatility_is_the_companys_or_the_defaults() -> None:
    amazon, unknown = volatility_of(" amazon ", TABLES), volatility_of("Initech", TABLES)
    assert (amazon.company, amazon.annual_rate) == ("Amazon", 0.312)
    assert (unknown.company, unknown.annual_rate, unknown.is_verified) == ("default", 0.35, False)


# Along given paths


@pytest.mark.parametrize("row", rows("scenarios"), ids=lambda row: row["case"])
def test_hand_worked_scenario(row: dict[str, str]) -> None:
    path = scenario_paths(TABLES)[row["scenario"]]
    figure, _, at = row["figure"].partition(" ")
    if figure == "ratio":
        found = path.ratio(int(at)).item()
    else:
        pay = terms(offer_of_vests(float(row["cash"]), row["vests"]))
        found = scenario_totals(pay, path, int(row["n_years"]))[0, int(at) - 1]
    assert is_close(found, float(row["expected"])), row["derivation"]


def test_every_scenario_starts_at_one_and_flat_stays_there() -> None:
    known = scenario_paths(TABLES)
    assert {"flat", "crash and recovery", "recruiter's sheet"} <= set(known)
    assert all(path.ratio(0) == 1 for path in known.values())
    assert (known["flat"].ratio(np.arange(97)) == 1).all()
    assert known["flat"].is_verified
    assert not known["Amazon from 2022"].is_verified


@given(offer_lists(), horizons)
def test_the_flat_scenario_is_the_valuation(made: list[Offer], n_years: int) -> None:
    found = scenario_totals(terms(*made), scenario_paths(TABLES)["flat"], n_years)
    assert found == pytest.approx(valuation(terms(*made), Assumptions(n_years=n_years)).by_year["total"], abs=1e-6)


@given(offer_lists(), horizons, growths)
def test_a_path_of_steady_growth_is_that_growth(made: list[Offer], n_years: int, growth: Growth) -> None:
    """Given month by month, so that no straight line stands for a curve; both conventions."""
    path = ScenarioPath("steady", range(97), growth.price(range(97)).tolist())
    plain = valuation(terms(*made), Assumptions(growth, n_years=n_years)).by_year["total"]
    assert scenario_totals(terms(*made), path, n_years) == pytest.approx(plain, rel=1e-9, abs=1e-6)


@given(offer_lists(), horizons, price_ratios())
def test_a_scenarios_offers_stand_alone(made: list[Offer], n_years: int, given_ratios: list[tuple[int, float]]) -> None:
    path = ScenarioPath("drawn", *zip(*given_ratios, strict=True))
    together = scenario_totals(terms(*made), path, n_years)
    for number, offer in enumerate(made):
        assert together[number] == pytest.approx(scenario_totals(terms(offer), path, n_years)[0], rel=1e-12, abs=1e-9)


@pytest.mark.parametrize(
    ("months", "ratios", "said"),
    [
        ((1, 2), (1.0, 1.0), "months that rise from 0"),
        ((0, 5, 5), (1.0, 1.0, 1.0), "months that rise from 0"),
        ((0, 5), (1.0,), "a ratio for each month"),
        ((), (), "a ratio for each month"),
        ((0, 5), (1.0, -0.1), "finite and not negative"),
        ((0, 5), (1.0, float("nan")), "finite and not negative"),
        ((0, 5), (2.0, 1.0), "ratio 1 in month 0"),
    ],
)
def test_no_path(months: tuple[int, ...], ratios: tuple[float, ...], said: str) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        ScenarioPath("bad", months, ratios)


def test_a_grant_is_not_valued_at_a_price_of_zero() -> None:
    path = ScenarioPath("ruin", (0, 12), (1.0, 0.0))
    assert scenario_totals(terms(offer_of_vests(7.0, "24:1000 12>24c:500")), path, 2).tolist() == [[7.0, 500.0]]
    with pytest.raises(OutOfRangeError, match="price scenario 'ruin' must be above zero in month 12"):
        scenario_totals(terms(offer_of_vests(7.0, "12>24:1000")), path, 2)
    with pytest.raises(OutOfRangeError, match="years must be 1 to 8"):
        scenario_totals(terms(offer_of_vests(7.0, "")), path, 9)
