"""Price paths by year: the laws of the price, worked totals, how a path as typed is read, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hand_checked import CASES
from hypothesis import given, strategies as st
from strategies import growth_rates, horizons, offers, price_paths, start_dates

from compkit.analysis.evaluation import Evaluation
from compkit.cli import run
from compkit.errors import OutOfRangeError
from compkit.explanation.pay import OfferPay
from compkit.explanation.worth import worth_figures
from compkit.model.equity import Grant
from compkit.model.offer import Offer
from compkit.offers import load_offers
from compkit.pay.cashflow import pay_terms, weighted_vests
from compkit.pay.stock import FLAT, Growth
from compkit.pay.value import Assumptions, valuation
from compkit.prices.price_path_text import growth_along, price_paths_from_text
from compkit.prices.simulation import SimulationSettings, simulated_totals
from compkit.reference.tables import load_tables

TABLES = load_tables()
STRIPE = CASES / "people" / "05-stripe-vs-fixed-units.yaml"
AMAZON = CASES / "people" / "19-price-history.yaml"
PRICES = ("--price-path", "150,200,250,300")
Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture, *arguments: str | Path) -> dict[str, Any]:
    assert run([*map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def refused(capsys: Capture, *arguments: str | Path) -> str:
    assert run([*map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def two_companies(folder: Path, price: float | None = 5.0, **changes: Any) -> Path:
    """Write a file with an offer of Meta and one of Snap; each grant has the price."""
    grant = {"value": 40000, "vesting": "even-4-year"} | ({"grant_price": price} if price else {})
    job = {"level": "x", "location": "Seattle", "base_salary": 100000, "equity": [grant]}
    path = folder / "offers.yaml"
    made = [{"id": name.lower(), "company": name, **job, **changes} for name in ("Meta", "Snap")]
    path.write_text(yaml.safe_dump({"rates": {"GBP": 1.25}, "offers": made}), encoding="utf-8")
    return path


# The price


def test_a_year_runs_geometrically_from_one_end_to_the_next() -> None:
    """By hand: from 1 to 4 in year 1 (2 in its middle), down to 1 in year 2 (2 in its middle), then level."""
    found = Growth(path=(4.0, 1.0)).price([0, 3, 6, 12, 18, 24, 60])
    assert found.tolist() == pytest.approx([1, 4**0.25, 2, 4, 2, 1, 1], rel=1e-12)


@given(st.one_of(st.floats(-0.9, 3.0), st.just(0.1)), st.integers(0, 96), st.integers(0, 96))
def test_constant_multiples_are_smooth_growth(rate: float, month: int, since: int) -> None:
    path = Growth(path=tuple((1 + rate) ** year for year in range(1, 9)))
    assert float(path.price(month)) == pytest.approx(float(Growth(rate).price(month)), rel=1e-9)
    assert float(path.ratio(month, since)) == pytest.approx(float(Growth(rate).ratio(month, since)), rel=1e-9)


@given(offers(), st.one_of(st.floats(-0.9, 3.0), st.just(0.0)), horizons)
def test_so_are_the_totals(offer: Offer, rate: float, n_years: int) -> None:
    pay = pay_terms([offer], TABLES.schedules)
    path = Growth(path=tuple((1 + rate) ** year for year in range(1, 9)))
    smooth, along = (valuation(pay, Assumptions(growth, n_years=n_years)) for growth in (Growth(rate), path))
    assert along.by_year["equity"] == pytest.approx(smooth.by_year["equity"], rel=1e-9, abs=1e-4)


@given(price_paths, st.integers(1, 300))
def test_a_path_moves_units_in_proportion(path: tuple[float, ...], hundredths: int) -> None:
    """A grant of known units and no refreshers: twice the path after year 1 is twice its vests."""
    times = hundredths / 100
    grant = Grant(units=100, grant_price=10, vesting="even-4-year")  # vests at the ends of years alone
    made = Offer(id="a", company="A", level="1", location="Austin", base_salary=1, equity=(grant,))
    one, other = (
        weighted_vests(pay_terms([made], TABLES.schedules), Growth(path=values), np.ones((48, 1)))[0, 0]
        for values in (path, tuple(times * value for value in path))
    )
    assert other == pytest.approx(times * one, rel=1e-9)


@given(st.lists(offers(), min_size=1, max_size=3), price_paths, growth_rates)
def test_a_path_of_one_company_moves_no_other(made: list[Offer], path: tuple[float, ...], rate: float) -> None:
    """Offers valued together are what each is worth alone, its company on its path and others on constant growth."""
    pay = pay_terms([offer.model_copy(update={"id": f"o{n}"}) for n, offer in enumerate(made)], TABLES.schedules)
    month_by_month = np.eye(96)
    found = weighted_vests(pay, Growth(rate, company_paths=(("amazon", path),)), month_by_month)
    for row, offer in enumerate(made):
        own = Growth(path=path) if offer.company == "Amazon" else Growth(rate)
        alone = weighted_vests(pay_terms([offer], TABLES.schedules), own, month_by_month)[0]
        assert found[row] == pytest.approx(alone, rel=1e-9, abs=1e-6)


@given(offers(), price_paths, horizons)
def test_without_volatility_the_simulation_pays_the_path(offer: Offer, path: tuple[float, ...], n_years: int) -> None:
    """The path is the middle of the simulation: with no volatility around it nothing else is left."""
    pay = pay_terms([offer], TABLES.schedules)
    growth = Growth(company_paths=((offer.company, path),))
    drawn = simulated_totals(pay, growth, n_years, SimulationSettings([offer.company], 0.0, 3))
    expected = valuation(pay, Assumptions(growth, n_years=n_years)).by_year["total"]
    assert drawn[0, :, 0] == pytest.approx(expected[0], rel=1e-9, abs=1e-4)


def test_the_mean_of_the_simulation_is_the_path() -> None:
    made = Offer(id="a", company="A", level="1", location="Austin", base_salary=0,
                 equity=(Grant(units=1, grant_price=1, vesting="even-4-year"),))  # fmt: skip
    drawn = simulated_totals(pay_terms([made], TABLES.schedules), Growth(path=(2.0, 1.0, 3.0, 4.0)), 4,
                             SimulationSettings(["a"], 0.3, 40_000))  # fmt: skip
    errors = drawn[0].std(axis=1) / np.sqrt(40_000)
    assert np.all(np.abs(drawn[0].mean(axis=1) - [0.5, 0.25, 0.75, 1.0]) < 4 * errors)


@pytest.mark.parametrize("path", [(0.0,), (1.0, -1.0), (float("inf"),), (float("nan"),)])
def test_a_path_is_above_zero(path: tuple[float, ...]) -> None:
    with pytest.raises(OutOfRangeError, match="price_path must have finite values above 0"):
        Growth(path=path)


def test_a_path_has_no_annual_steps() -> None:
    with pytest.raises(OutOfRangeError, match="growth_convention must be smooth with a price path"):
        Growth(0.0, "annual-step", (1.5,))


# Worked totals


def test_units_fixed_today_against_yearly_grants(capsys: Capture) -> None:
    """Case 05. 5,000 units, a quarter a year: 1,250 x (150 + 200 + 250 + 300) = 1,125,000.

    Yearly grants of 125,000 that vest a year later: 1,250 units x 150; then 125,000 buys what the price allows on its
    grant day: x 200 / 150, x 250 / 200, x 300 / 250.
    """
    found = {offer["id"]: offer for offer in printed(capsys, "evaluate", STRIPE, *PRICES)["offers"]}
    by_year = {name: [year["equity"] for year in offer["years"]] for name, offer in found.items()}
    assert by_year["fixed-units"] == pytest.approx([187_500, 250_000, 312_500, 375_000], abs=1e-6)
    assert by_year["stripe-yearly"] == pytest.approx([187_500, 500_000 / 3, 156_250, 150_000], abs=1e-6)
    assert found["fixed-units"]["total"] == pytest.approx(1_125_000, abs=1e-6)
    # A share is worth today's price today, whatever path it may take.
    assert found["fixed-units"]["present_value"] == pytest.approx(500_000, abs=1e-6)
    compared = printed(capsys, "compare", STRIPE, *PRICES, "--paths", "500")
    assert compared["pairs"][0]["difference"] == pytest.approx(1_125_000 - (493_750 + 500_000 / 3), abs=1e-6)
    flat = printed(capsys, "compare", STRIPE, "--paths", "500")
    assert [compared["pairs"][0][name] for name in ("break_even", "break_even_growth")] == [
        flat["pairs"][0][name] for name in ("break_even", "break_even_growth")
    ]
    assert compared["pairs"][0]["p_a_beats_b"] > flat["pairs"][0]["p_a_beats_b"]


def test_amazon_shares_along_prices(capsys: Capture) -> None:
    """Case 19. 550 units at 5, 15, 20, 20, 20 and 20 %; month 30 lies midway between 200 and 250: sqrt(200 x 250)."""
    answer = printed(capsys, "evaluate", AMAZON, *PRICES)
    expected = [27.5 * 150, 82.5 * 200, 110 * (50_000**0.5 + 250), 110 * (75_000**0.5 + 300)]
    assert [year["equity"] for year in answer["offers"][0]["years"]] == pytest.approx(expected, rel=1e-12)
    (read,) = answer["price_path"]
    assert (read["company"], read["read_as"], read["price_today"]) == ("Amazon", "prices", 261)
    assert read["multiples"] == pytest.approx([150 / 261, 200 / 261, 250 / 261, 300 / 261])
    multiples = ",".join(f"{value / 261!r}" for value in (150, 200, 250, 300))
    again = printed(capsys, "evaluate", AMAZON, "--price-path", multiples)
    assert again["offers"][0]["total"] == pytest.approx(answer["offers"][0]["total"], rel=1e-12)
    assert again["price_path"][0] | {"values": []} == {
        "company": None, "read_as": "multiples", "values": [], "multiples": again["price_path"][0]["values"],
        "price_today": None,
    }  # fmt: skip


def test_one_company_has_a_path_and_the_others_growth(tmp_path: Path, capsys: Capture) -> None:
    """By hand: 10,000 a year, x 1.5, 2, 2.5, 3 = 90,000 for Meta; for Snap 10,000 x (1.1 + 1.21 + 1.331 + 1.4641)."""
    answer = printed(capsys, "evaluate", two_companies(tmp_path), "--growth", "0.1", "--price-path",
                     " meta : 1.5x, 2x, 2.5x, 3x")  # fmt: skip
    assert [offer["total"] - 400_000 for offer in answer["offers"]] == pytest.approx([90_000, 51_051], abs=1e-6)
    assert answer["price_path"][0]["company"] == "Meta"


def test_one_path_for_all_but_a_company_with_its_own(tmp_path: Path, capsys: Capture) -> None:
    answer = printed(capsys, "evaluate", two_companies(tmp_path), "--price-path", "2x,2x,2x,2x",
                     "--price-path", "Snap:$10,$15,$20,$25")  # fmt: skip
    assert [offer["total"] - 400_000 for offer in answer["offers"]] == pytest.approx([80_000, 140_000], abs=1e-6)


# How a path is read


@pytest.mark.parametrize(
    ("price", "text", "read_as"),
    [
        (100.0, "1.5,2,2.5,3", "multiples"),
        (100.0, "150,200,250,300", "prices"),
        (100.0, "5,200,250,2000", "prices"),  # a twentieth and twenty times, both ends within
        (None, "1,2,3,10", "multiples"),
        (5.0, "6x,7x,8x,9x", "multiples"),
        (5.0, "$6,$7,$8,$9", "prices"),
        (5.0, "15,20,25,30", "prices"),
        (100.0, "$1.5,$2,$2.5,$3", "prices"),
        (100.0, "15x,20x,25X,30\N{MULTIPLICATION SIGN}", "multiples"),
        (100.0, ".5,1.,2,3,4,5,6,7,8", "multiples"),
    ],
)
def test_what_is_plausible_is_read(
    price: float | None, text: str, read_as: str, tmp_path: Path, capsys: Capture
) -> None:
    assert run(["evaluate", str(two_companies(tmp_path, price)), "--price-path", text, "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)["price_path"]
    assert [path["read_as"] for path in found] == [read_as] * (2 if read_as == "prices" else 1)
    assert captured.err.count(f"(read as {read_as})") == len(found)


@pytest.mark.parametrize(
    ("price", "text", "parts"),
    [
        (5.0, "6,7,8,9", ("two readings", "6x, 7x, 8x, 9x", "$6, $7, $8, $9", "today $5")),
        (100.0, "1.5,2,2.5,30", ("no reading", "above 10x", "stands at $100 today")),
        (None, "150,200,250,300", ("no reading", "the share price of Meta is not known")),
        (None, "$150,$200,$250,$300", ("cannot be read as share prices", "the share price of Meta is not known")),
        (100.0, "1.5,2,2.5", ("gives 3 values for 4 years", "Give 4 values")),
        (100.0, "1.5,0,2,3", ("holds '0'", "a number above 0")),
        (100.0, "1.5,-2,2,3", ("holds '-2'",)),
        (100.0, "1.5,nan,2,3", ("holds 'nan'",)),
        (100.0, "1.5,1e999,2,3", ("holds '1e999'",)),
        (100.0, "1.5,,2,3", ("holds ''",)),
        (100.0, "", ("holds ''",)),
        (100.0, "50%,2,3,4", ("holds '50%'",)),
        (100.0, "$2x,2,3,4", ("holds '$2x'",)),
        (100.0, "1.5x,2,3,4", ("mark all values alike",)),
        (100.0, "$1,500,$2,500", ("mark all values alike",)),
        (100.0, "Metta:1.5,2,3,4", ("company must be one of Meta, Snap", "Did you mean 'Meta'?")),
    ],
)
def test_what_has_no_one_reading_is_refused(
    price: float | None, text: str, parts: tuple[str, ...], tmp_path: Path, capsys: Capture
) -> None:
    for command in ("evaluate", "compare"):
        said = refused(capsys, command, two_companies(tmp_path, price), "--price-path", text)
        for part in parts:
            assert part in said, said


def test_an_offer_in_another_currency_needs_a_mark(tmp_path: Path, capsys: Capture) -> None:
    """A grant price of 100 pounds at 1.25 is $125: $150 is 1.2 times it, and a bare 150 has two readings."""
    file = two_companies(tmp_path, 100.0, currency="GBP")
    assert "another currency" in refused(capsys, "evaluate", file, "--price-path", "150,200,250,300")
    found = printed(capsys, "evaluate", file, "--price-path", "$150,$200,$250,$300")
    assert found["price_path"][0]["multiples"] == pytest.approx([1.2, 1.6, 2.0, 2.4])


def test_share_prices_need_an_offer_with_stock(tmp_path: Path, capsys: Capture) -> None:
    said = refused(capsys, "evaluate", two_companies(tmp_path, equity=[]), "--price-path", "$150,$200,$90,$300")
    assert "cannot be read as share prices: no offer that it concerns has stock." in said


def test_two_prices_of_one_company_are_asked_about(tmp_path: Path, capsys: Capture) -> None:
    grants = [{"units": 10, "grant_price": 100}, {"units": 10, "grant_price": 120}]
    file = two_companies(tmp_path, equity=grants)
    said = refused(capsys, "evaluate", file, "--price-path", "150,200,90,300")
    assert "different share prices ($100 and $120)" in said


def test_every_fault_is_told_at_once(tmp_path: Path, capsys: Capture) -> None:
    file = two_companies(tmp_path, level="")
    said = refused(capsys, "evaluate", file, "--growth", "0", "--growth-convention", "annual-step",
                   "--price-path", "1,2", "--price-path", "Snp:1,2,3,4")  # fmt: skip
    for part in ("takes the place of --growth", "annual-step holds it", "offer 'meta': level", "offer 'snap': level"):
        assert part in said, said
    said = refused(capsys, "evaluate", two_companies(tmp_path), "--price-path", "1,2", "--price-path", "Snp:1,2,3,4",
                   "--price-path", "Snap:1,2,3,4", "--price-path", "snap:2x,2x,2x,2x")  # fmt: skip
    for part in ("gives 2 values", "Did you mean 'Snap'?", "is a second path for Snap"):
        assert part in said, said


# What explains it


def test_a_vest_along_a_path_is_explained() -> None:
    """Case 05, year 2: each figure's parts give it, the refresher's from the price of its grant day."""
    found = load_offers(STRIPE)
    growth = growth_along(FLAT, price_paths_from_text(["150,200,250,300"], found, 4))
    for entry in found:
        evaluation = Evaluation(entry, TABLES, Assumptions(growth), dt.date(2026, 12, 1), counts_paper=True)
        figures = worth_figures(OfferPay(evaluation))
        node = figures["year 2 equity"]()
        assert node.value == pytest.approx({"fixed-units": 250_000, "stripe-yearly": 500_000 / 3}[entry.offer.id])
        names = {part.name: part.value for part in node.walk()}
        assert names["share price in month 24, over today's"] == pytest.approx(2.0)


# The day whose price turns a value into shares


def priced(priced_on: str | None, start_date: str | None = "2027-02-01", **grant: Any) -> Offer:
    given = {"value": 48_000, "vesting": "even-4-year", "priced_on": priced_on} | grant
    return Offer.model_validate(
        {"id": "a", "company": "A", "level": "1", "location": "Austin", "base_salary": 0.0, "equity": [given],
         "start_date": start_date}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offer", "year_ends"),
    [
        # Month 6 after the start: 12,000 at the price of month 6, so half a year, then 1.5, 2.5, 3.5 years of growth.
        (priced("2027-08-01"), [0.5, 1.5, 2.5, 3.5]),
        (priced("2027-07-02"), [0.5, 1.5, 2.5, 3.5]),  # any day of month 6
        (priced("2027-02-01"), [1, 2, 3, 4]),
        (priced("2026-01-15"), [1, 2, 3, 4]),
        (priced("2027-08-01", None), [1, 2, 3, 4]),
        (priced(None), [1, 2, 3, 4]),
        (priced("2027-08-01", grant_price=10.0), [1, 2, 3, 4]),  # the units are known
        (priced("2027-08-01", price_now=10.0), [0.5, 1.5, 2.5, 3.5]),
        (priced("2028-08-01"), [0, 0.5, 1.5, 2.5]),  # the first vest comes before: worth its face
    ],
)
def test_growth_counts_from_the_day_that_prices_the_grant(offer: Offer, year_ends: list[float]) -> None:
    pay = pay_terms([offer], TABLES.schedules)
    for growth in (Growth(0.21), Growth(path=(1.21, 1.4641, 1.21**3, 1.21**4, 1.21**5))):
        found = valuation(pay, Assumptions(growth)).by_year["equity"][0]
        assert found == pytest.approx([12_000 * 1.21**years for years in year_ends], abs=1e-6)
    drawn = simulated_totals(pay, Growth(0.21), 4, SimulationSettings(["A"], 0.0, 2))
    assert drawn[0, :, 0] == pytest.approx([12_000 * 1.21**years for years in year_ends], abs=1e-6)


@given(offers(), start_dates, horizons)
def test_a_flat_price_prices_nothing(offer: Offer, on: dt.date, n_years: int) -> None:
    grants = tuple(
        grant.model_copy(update={"priced_on": on}) if grant.units is None else grant for grant in offer.equity
    )
    pay = [pay_terms([made], TABLES.schedules) for made in (offer, offer.model_copy(update={"equity": grants}))]
    one, other = (valuation(each, replace(Assumptions(), n_years=n_years)).by_year["equity"] for each in pay)
    assert other == pytest.approx(one, rel=1e-9, abs=1e-6)
