"""What one more dollar of each lever is worth: cases worked out apart from the code, limit cases and laws."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hand_checked import misses, offers, rows
from hypothesis import assume, given, strategies as st
from strategies import discount_rates, horizons, offers as drawn_offers

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.errors import CompkitError, OutOfRangeError
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.negotiation.lever_values import SMALL_RAISE, lever_worth, net_share_of_raise
from compkit.offers import OfferEntry
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables

REPORT_ON = dt.date(2026, 11, 22)
HAND_WORKED = offers("lever_worth")
stay_rates = st.integers(1, 100).map(lambda hundredths: hundredths / 100)


def analysis(offer: Offer, assumptions: Assumptions | None = None) -> LocationAnalysis:
    entry = OfferEntry(offer, Candidate(), 1.0, "")
    return LocationAnalysis(Evaluation(entry, load_tables(), assumptions or Assumptions(), REPORT_ON))


def made(**fields: Any) -> Offer:
    usual = {"id": "one", "company": "Amazon", "level": "L6", "location": "Austin", "base_salary": 150_000.0}
    return Offer.model_validate({**usual, "start_date": "2026-01-01", **fields})


@pytest.mark.parametrize("row", rows("lever_worth"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Every row of lever_worth.csv, to nine digits."""
    assumptions = Assumptions(discount_rate=float(row["discount_rate"]), n_years=int(row["n_years"]))
    offer = HAND_WORKED.entry(row["offer_id"]).in_usd
    worth = lever_worth(
        analysis(offer, assumptions), stay_rate=float(row["stay_rate"]), after_tax=row["after_tax"] == "yes"
    )
    checks = [(f"{row['case']} ({row['derivation']})", worth[row["lever"]], float(row["expected"]))]
    assert not misses(checks, absolute=1e-9)


def test_levers_are_those_of_a_package_in_order() -> None:
    """The four parts of pay that are negotiated together."""
    assert list(lever_worth(analysis(made()))) == ["base_salary", "rsu_4yr", "sign_on_y1", "sign_on_y2"]


@given(offer=drawn_offers(), years=horizons, discount_rate=discount_rates)
def test_worths_add_up_to_the_present_value(offer: Offer, years: int, discount_rate: float) -> None:
    """Each lever's amount times its worth, in all, is the present value of an offer of nothing else."""
    only = offer.model_copy(
        update={"refreshers": (), "refresher_plan": None, "sign_on": offer.sign_on[:2], "annual_bonus": None}
    )
    found = analysis(only, Assumptions(discount_rate=discount_rate, n_years=years))
    worth = lever_worth(found)
    amounts = (only.base_salary, only.rsu_4yr, only.sign_on_in_year(1), only.sign_on_in_year(2))
    in_all = math.fsum(amount * each for amount, each in zip(amounts, worth.values(), strict=True))
    assert in_all == pytest.approx(found.evaluation.summary["present_value"], rel=1e-9, abs=1e-5)


@given(offer=drawn_offers(), years=horizons, discount_rate=discount_rates, raised=st.sampled_from([1e3, 2e3, 5e5]))
def test_a_raise_changes_the_present_value_by_its_worth(
    offer: Offer, years: int, discount_rate: float, raised: float
) -> None:
    """Linear: a raise of any size is worth its dollars times the worth of one."""
    assume(offer.refresher_plan is None or offer.refresher_plan.target_pay is None)
    given_to = Assumptions(discount_rate=discount_rate, n_years=years)
    before = analysis(offer, given_to)
    worth = lever_worth(before)
    sign_on = [offer.sign_on_in_year(year) for year in (1, 2, 3, 4)]
    after = {
        "base_salary": {"base_salary": offer.base_salary + raised},
        "sign_on_y1": {"sign_on": (sign_on[0] + raised, *sign_on[1:])},
        "sign_on_y2": {"sign_on": (sign_on[0], sign_on[1] + raised, *sign_on[2:])},
    }
    for lever, change in after.items():
        now = analysis(offer.model_copy(update=change), given_to).evaluation.summary["present_value"]
        gain = now - before.evaluation.summary["present_value"]
        assert gain == pytest.approx(raised * worth[lever], rel=1e-6, abs=1e-4), lever


@given(offer=drawn_offers(), years=horizons, rates=st.tuples(stay_rates, stay_rates))
def test_worth_rises_with_the_chance_to_stay(offer: Offer, years: int, rates: tuple[float, float]) -> None:
    """Who is likelier to stay has more of every lever."""
    found = analysis(offer, Assumptions(n_years=years))
    low, high = (lever_worth(found, stay_rate=rate) for rate in sorted(rates))
    assert all(low[lever] <= high[lever] + 1e-12 for lever in low)


@given(offer=drawn_offers(), years=st.integers(1, 4), stay_rate=stay_rates)
def test_tax_leaves_less_but_something(offer: Offer, years: int, stay_rate: float) -> None:
    """After tax is below before tax where anything is paid, because tax on a raise is always positive.

    Not in New York: from 1,077,550 on it takes back the lower brackets' benefit, and a raise can cost more than it is.
    """
    assume("New York" not in (offer.location, offer.residence))
    found = analysis(offer.model_copy(update={"start_date": dt.date(2026, 1, 1)}), Assumptions(n_years=years))
    before, after = (lever_worth(found, stay_rate=stay_rate, after_tax=taxed) for taxed in (False, True))
    for lever, worth in before.items():
        assert (0 < after[lever] < worth) if worth > 0 else after[lever] == 0, lever


@given(offer=drawn_offers(), growth_rate=st.floats(-0.9, 3.0))
def test_growth_never_counts(offer: Offer, growth_rate: float) -> None:
    """A scenario of the share price changes neither the worth nor the tax that it is taken from."""
    grown = Assumptions(growth=Growth(growth_rate))
    offer = offer.model_copy(update={"start_date": dt.date(2026, 1, 1)})
    for taxed in (False, True):
        assert lever_worth(analysis(offer, grown), after_tax=taxed) == lever_worth(analysis(offer), after_tax=taxed)


@given(offer=drawn_offers())
def test_proportions_alone_matter(offer: Offer) -> None:
    """Before tax, an offer of half of everything gives a dollar the same worth."""
    half = offer.model_copy(
        update={
            "base_salary": offer.base_salary / 2,
            "equity": tuple(
                grant.model_copy(
                    update={
                        "value": None if grant.value is None else grant.value / 2,
                        "units": None if grant.units is None else grant.units / 2,
                    }
                )
                for grant in offer.equity
            ),
        }
    )
    assert lever_worth(analysis(half)) == pytest.approx(lever_worth(analysis(offer)), rel=1e-12)


def test_what_is_left_is_what_two_tax_returns_differ_by() -> None:
    """The net share is the net pay of two households, one of which earns a little more."""
    found = analysis(made(base_salary=121_300.0), Assumptions(n_years=1))
    net = found.net_pay_over(np.array([121_300.0, 121_300.0 + SMALL_RAISE]), found.own, None)
    assert net_share_of_raise(found).tolist() == pytest.approx([(net[1] - net[0]) / SMALL_RAISE])


def test_tax_is_taken_where_the_candidate_would_live() -> None:
    """A remote job is taxed at the residence; New York's own taxes come on top."""
    remote = {"location": "Remote"}
    austin, new_york = (analysis(made(**remote, residence=place)) for place in ("Austin", "New York"))
    assert lever_worth(austin) == lever_worth(new_york)
    pairs = zip(*(lever_worth(each, after_tax=True).values() for each in (austin, new_york)), strict=True)
    assert all(low < high for high, low in pairs)


def test_a_place_without_tax_tables_is_said() -> None:
    """Before tax nothing is missing; after tax the reason is the tax module's own."""
    nowhere = analysis(made(location="Remote", residence="Bangalore"))
    assert lever_worth(nowhere)["base_salary"] == pytest.approx(4.0)
    with pytest.raises(CompkitError, match="location must be one of"):
        lever_worth(nowhere, after_tax=True)


@pytest.mark.parametrize("stay_rate", [0.0, -0.1, 1.1, math.nan, math.inf])
def test_stay_rate_out_of_range_is_refused(stay_rate: float) -> None:
    """As everywhere: above 0, at most 1."""
    with pytest.raises(OutOfRangeError, match="stay_rate"):
        lever_worth(analysis(made()), stay_rate=stay_rate)


def test_without_discount_time_and_chance_four_years_pay_everything() -> None:
    """The limit case: what is negotiated is paid, all of it."""
    assert lever_worth(analysis(made(equity=[{"value": 1.0, "vesting": "amazon"}]))) == pytest.approx(
        {"base_salary": 4.0, "rsu_4yr": 1.0, "sign_on_y1": 1.0, "sign_on_y2": 1.0}
    )


def test_a_huge_discount_leaves_only_shares() -> None:
    """Cash that comes later is worth nothing then; shares count at today's price."""
    found = analysis(made(), replace(Assumptions(), discount_rate=1e300))
    worth = lever_worth(found)
    assert worth["rsu_4yr"] == pytest.approx(1.0)
    assert all(worth[lever] < 1e-20 for lever in ("base_salary", "sign_on_y1", "sign_on_y2"))
