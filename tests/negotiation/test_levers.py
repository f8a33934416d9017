"""The levers: room and worth, the guide's order, what lies beside pay, and the tables behind them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from strategies import offers as drawn_offers

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.model.candidate import Candidate, CurrentJob
from compkit.model.offer import Offer
from compkit.negotiation.lever_values import lever_worth
from compkit.negotiation.levers import (
    LeverValue,
    available_levers,
    january_start_value,
    lever_priorities,
    lever_table,
    month_later_cost,
    other_lever_values,
)
from compkit.negotiation.limits import LEVERS, lever_limits
from compkit.offers import OfferEntry
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables, records

TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)


def made(**fields: Any) -> Offer:
    """Guide's worked offer before the negotiation, with changes."""
    worked = {
        "id": "before",
        "company": "Amazon",
        "level": "L6",
        "location": "Seattle",
        "start_date": "2027-02-01",
        "base_salary": 175_000.0,
        "sign_on": [80_000.0, 60_000.0],
        "equity": [{"value": 300_000.0, "vesting": "amazon"}],
    }
    return Offer.model_validate({**worked, **fields})


def analysis(
    offer: Offer, current: CurrentJob | None = None, assumptions: Assumptions | None = None
) -> LocationAnalysis:
    entry = OfferEntry(offer, Candidate(current=current), 1.0, "")
    return LocationAnalysis(Evaluation(entry, TABLES, assumptions or Assumptions(), REPORT_ON))


def value_of(found: LocationAnalysis, lever_id: str) -> LeverValue:
    return next(value for value in other_lever_values(found) if value.lever_id == lever_id)


def ids_of(offer: Offer) -> set[str]:
    return {row["lever_id"] for row in available_levers(offer, TABLES)}


def test_order_of_the_guide() -> None:
    """Read from the guide a second time: L6 stock, sign-on, base, start date; L7 stock, base, sign-on, level."""
    for level, order in {
        "L6": [("rsu_4yr", 1), ("sign_on_y1", 2), ("sign_on_y2", 2), ("base_salary", 3), ("start_date", 4)],
        "L7": [("rsu_4yr", 1), ("base_salary", 2), ("sign_on_y2", 3), ("sign_on_y1", 3), ("level", 4)],
    }.items():
        assert [(lever, each.rank) for lever, each in lever_priorities(level, TABLES).items()] == order
    assert lever_priorities("L5", TABLES) == lever_priorities(None, TABLES) == {}


def test_ranks_leave_no_gap_and_every_part_of_pay_has_one() -> None:
    """A rank of the table is never skipped."""
    for level in ("L6", "L7"):
        order = lever_priorities(level, TABLES)
        assert set(LEVERS) <= set(order)
        assert sorted({each.rank for each in order.values()}) == [1, 2, 3, 4]


def test_room_of_the_worked_negotiation() -> None:
    """By hand from the bands of Seattle: 400, 125, 100 and 190 thousand at most; 40 % and 15 % do not cut them."""
    found = analysis(made())
    rows = lever_table(found, lever_limits(found.evaluation), lever_worth(found))
    assert rows["lever"].tolist() == ["rsu_4yr", "sign_on_y1", "sign_on_y2", "base_salary"]
    assert (rows["high"] - rows["offered"]).tolist() == [100_000, 45_000, 40_000, 15_000]
    assert rows["worth_of_dollar_after_tax"].isna().all()


def test_order_of_l7_puts_base_second() -> None:
    """The guide asks for base before sign-on one level up."""
    found = analysis(made(level="L7", base_salary=230_000.0))
    rows = lever_table(found, lever_limits(found.evaluation), lever_worth(found))
    assert rows["lever"].tolist() == ["rsu_4yr", "base_salary", "sign_on_y1", "sign_on_y2"]


def test_a_level_that_the_guide_does_not_know_has_no_order() -> None:
    """The levers stand as in a package then."""
    found = analysis(made(company="Google", level="L9"))
    rows = lever_table(found, lever_limits(found.evaluation), lever_worth(found))
    assert rows["lever"].tolist() == list(LEVERS)


def test_after_tax_stands_beside_before_tax() -> None:
    """Tax takes something of each dollar."""
    found = analysis(made())
    rows = lever_table(found, lever_limits(found.evaluation), lever_worth(found), lever_worth(found, after_tax=True))
    assert (rows["worth_of_dollar_after_tax"] < rows["worth_of_dollar"]).all()


@given(offer=drawn_offers())
def test_every_offer_has_its_rows(offer: Offer) -> None:
    """Four rows, once each, whatever the offer; and no limit is below it."""
    found = analysis(offer)
    rows = lever_table(found, lever_limits(found.evaluation), lever_worth(found))
    assert sorted(rows["lever"]) == sorted(LEVERS)
    assert (rows["high"] >= rows["offered"]).all()
    assert not rows[["decided_by", "ask_when", "employer_cost"]].isna().any().any()
    assert other_lever_values(found)


def test_who_can_ask_for_what() -> None:
    """Transfers, returning staff, remote jobs and company types have levers of their own."""
    usual = ids_of(made())
    assert set(LEVERS) | {"start_date", "level", "relocation", "refresher_policy", "grant_on_results"} <= usual
    assert not usual & {"transfer_level", "transfer_grant", "early_vesting", "seattle_grant", "annual_bonus"}
    internal = ids_of(made(candidate_type="internal"))
    assert {"transfer_level", "transfer_grant"} <= internal
    assert not internal & {"level", "level_review", "early_vesting"}
    assert ids_of(made(candidate_type="boomerang")) == usual | {"early_vesting"}
    remote = ids_of(made(location="Remote", residence="Austin"))
    assert "seattle_grant" in remote
    assert not remote & {"relocation", "housing", "commute"}
    assert "seattle_grant" not in ids_of(made(company="Google", location="Remote", residence="Austin"))
    assert "annual_bonus" in ids_of(made(company="Initech", company_type="Traditional Enterprise"))


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        # 4 x 240 + 725 + 170 + 130 = 1,985 less 4 x 180 + 325 + 100 + 75 = 1,220
        ("Seattle", 765_000),
        # 4 x 245 + 760 + 177.5 + 137.5 = 2,055 less 4 x 185 + 340 + 102.5 + 80 = 1,262.5
        ("New York", 792_500),
        # 4 x 255 + 800 + 185 + 145 = 2,150 less 4 x 190 + 365 + 110 + 85 = 1,320
        ("San Francisco", 830_000),
    ],
)
def test_level_by_hand(place: str, expected: float) -> None:
    """Middles of the guide's bands in thousands; its own claim stands beside them."""
    value = value_of(analysis(made(location=place)), "level")
    assert value.amount == expected
    assert value.claim_low == 200_000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"level": "L7"}, "at L7 already"),
        ({"location": "Boston"}, "no bands for Boston"),
        ({"company": "Google", "level": "L9"}, "set guide_level"),
    ],
)
def test_level_without_a_figure_says_why(changes: dict[str, Any], reason: str) -> None:
    """No band, no amount."""
    value = value_of(analysis(made(**changes)), "level")
    assert value.amount is None
    assert reason in value.basis


def test_a_month_later_by_hand() -> None:
    """(4 x 175,000 + 300,000 + 140,000) / 48 = 23,750 a month, less 240,000 / 12 = 20,000 of the current job."""
    job = CurrentJob(base_salary=180_000, annual_bonus=20_000, annual_equity=40_000)
    assert month_later_cost(analysis(made(), job))[0] == pytest.approx(3_750)
    assert value_of(analysis(made(), job), "start_date").amount == pytest.approx(-3_750)
    alone = month_later_cost(analysis(made()))
    assert alone[0] == pytest.approx(23_750)
    assert "no current job" in alone[1]


def test_a_month_later_does_not_grow() -> None:
    """A scenario of the share price changes nothing."""
    grown = Assumptions(growth=Growth(0.5))
    assert month_later_cost(analysis(made(), assumptions=grown)) == month_later_cost(analysis(made()))


@pytest.mark.parametrize(
    ("start", "months"),
    [
        ("2027-02-01", 1.0),  # a month earlier
        ("2027-07-01", 6.0),  # half a year either way: earlier
        ("2027-09-01", -4.0),  # four months later
        ("2026-12-01", -1.0),  # January 1, 2026 has passed
        ("2026-11-23", -(12 - (10 + 22 / 30))),
        ("2027-01-01", 0.0),
    ],
)
def test_start_in_january_by_hand(start: str, months: float) -> None:
    """Months moved times 23,750, gained when earlier and lost when later."""
    amount, _ = january_start_value(analysis(made(start_date=start)))
    assert amount == pytest.approx(months * 23_750)


def test_start_in_january_without_a_start() -> None:
    """Nothing to move."""
    assert january_start_value(analysis(made(start_date=None))) == (None, "the file gives no start_date")


def test_seattle_grant_by_hand() -> None:
    """L6: 325,000 less the remote middle of 295,000; L7: 725,000 less 650,000."""
    for level, expected in (("L6", 30_000), ("L7", 75_000)):
        remote = made(level=level, location="Remote", residence="Austin")
        assert value_of(analysis(remote), "seattle_grant").amount == expected


def test_refresher_and_relocation_come_from_the_file() -> None:
    """The first refresher, else the plan's; the relocation as given; else a reason."""
    refreshers = [{"year": 3, "value": 50_000.0}, {"year": 2, "value": 40_000.0}]
    told = analysis(made(refreshers=refreshers, relocation={"value": 15_000.0}))
    assert value_of(told, "refresher_policy").amount == 40_000
    assert value_of(told, "relocation").amount == 15_000
    planned = analysis(made(refresher_plan={"annual_value": 30_000.0}))
    assert value_of(planned, "refresher_policy").amount == 30_000
    for lever in ("refresher_policy", "relocation"):
        value = value_of(analysis(made()), lever)
        assert value.amount is None
        assert "ask" in value.basis


def test_levers_of_pay_stand_in_the_table() -> None:
    """Each part of a package has its row, so that it is known who decides it."""
    ids = [row["lever_id"] for row in records(TABLES["levers"])]
    assert ids[:4] == list(LEVERS)
