"""What offers say of when pay comes and what goes back: cases worked out by hand, people's files, and laws."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hand_checked import CASES, misses, rows
from hypothesis import given, strategies as st
from pydantic import ValidationError
from strategies import schedules, start_dates, vest_days

from compkit.cli import run
from compkit.errors import OutOfRangeError
from compkit.model.benefits import Clawback
from compkit.model.equity import VestingSchedule, even_schedules
from compkit.model.offer import Offer
from compkit.model.vesting import months_on_vest_days
from compkit.offers import load_offers
from compkit.pay.cashflow import cash_flow, pay_terms
from compkit.pay.leaving import RepayableSum, leaving_table, relocation_owed, sign_on_owed
from compkit.pay.stock import FLAT
from compkit.pay.vesting import vested_share, vested_units, vesting_schedule
from compkit.reference.tables import load_tables

PEOPLE = CASES / "people"
TABLES = load_tables()
SCHEDULES = TABLES.schedules
CLAWBACKS: tuple[Clawback, ...] = ("prorated", "full", "none", "full-then-prorated")
BASE = {"id": "one", "company": "Initech", "level": "L6", "location": "Austin", "base_salary": 120000.0}
META_DAYS = ["02-15", "05-15", "08-15", "11-15"]
Capture = pytest.CaptureFixture[str]


def offer(**fields: Any) -> Offer:
    return Offer.model_validate({**BASE, **fields}, context=TABLES.choices)


def equity_of(made: Offer, n_years: int = 4, *, whole_shares: bool = False) -> np.ndarray[Any, Any]:
    return cash_flow(pay_terms([made], SCHEDULES), FLAT, n_years, whole_shares=whole_shares).equity[0]


def people(name: str, tmp_path: Path, change: Any = None, **of_all: Any) -> Path:
    """Return a person's file, each offer changed as a test asks for."""
    document = yaml.safe_load((PEOPLE / f"{name}.yaml").read_text(encoding="utf-8"))
    for each in document["offers"]:
        each.update(of_all)
        if change:
            change(each)
    path = tmp_path / f"{name}.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def evaluated(capsys: Capture, path: Path, *options: str) -> dict[str, list[dict[str, float]]]:
    assert run(["evaluate", str(path), "--json", *options]) == 0
    return {each["id"]: each["years"] for each in json.loads(capsys.readouterr().out)["offers"]}


def refused(capsys: Capture, path: Path) -> list[str]:
    assert run(["evaluate", str(path), "--json"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.splitlines()


def written(tmp_path: Path, **fields: Any) -> Path:
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [{**BASE, **fields}]}), encoding="utf-8")
    return path


# Cases worked out by hand


def test_hand_checked_clawbacks() -> None:
    """Every row of clawback.csv; relocation money owes as the first sign-on does."""
    checks = []
    for row in rows("clawback"):
        paid = [float(amount) for amount in row["sign_on"].split(";")]
        months = {"sign_on_clawback_months": int(row["months"])} if row["months"] else {}
        made = offer(sign_on=paid, sign_on_paid=row["paid"], sign_on_clawback=row["clawback"], **months)
        at, expected = int(row["month"]) - 1, float(row["expected"])
        checks.append((row["case"], sign_on_owed(made, 48)[at], expected))
        if len(paid) == 1 and row["paid"] == "lump":
            moved = RepayableSum(paid[0], made.sign_on_clawback, made.sign_on_repayment_months)
            checks.append((f"relocation: {row['case']}", relocation_owed(moved, 48)[at], expected))
    assert not misses(checks)


@pytest.mark.parametrize("row", rows("vest_days"), ids=[row["case"] for row in rows("vest_days")])
def test_hand_checked_vest_days(row: dict[str, str]) -> None:
    due = [int(month) for month in row["due"].split()]
    start_on = dt.date.fromisoformat(row["start_date"])
    found = months_on_vest_days(due, row["days"].split(), start_on, int(row["start_month"]))
    assert list(found) == [int(month) for month in row["expected"].split()], row["derivation"]


@pytest.mark.parametrize("row", rows("whole_shares"), ids=[row["case"] for row in rows("whole_shares")])
def test_hand_checked_whole_shares(row: dict[str, str]) -> None:
    """Units that vest by tranche, through the cash flow of an offer at a price of 1,000."""
    vesting = {"schedule": row["schedule"], "whole_shares": row["rule"] or None}
    made = offer(equity=[{"units": float(row["units"]), "grant_price": 1000.0, "vesting": vesting}])
    months = np.array(SCHEDULES[row["schedule"]].months)
    units = equity_of(made, whole_shares=True)[months - 1] / 1000
    assert units.tolist() == [float(each) for each in row["expected"].split()], row["derivation"]


@pytest.mark.parametrize("row", rows("bonus"), ids=[row["case"] for row in rows("bonus")])
def test_hand_checked_bonuses(row: dict[str, str]) -> None:
    given_bonus = {name: float(row[name]) for name in ("annual_bonus",) if row[name]}
    rate = {"bonus_target_rate": float(row["rate"])} if row["rate"] else {}
    made = offer(base_salary=float(row["base_salary"]), annual_raise_rate=float(row["raise"]), **rate, **given_bonus,
                 first_bonus=row["first_bonus"], start_date=row["start_date"] or None)  # fmt: skip
    paid = cash_flow(pay_terms([made], SCHEDULES), FLAT, 4).bonus[0]
    year = int(row["year"])
    assert paid[12 * year - 1] == pytest.approx(float(row["expected"])), row["derivation"]
    assert np.count_nonzero(paid) == 4


# People's files


def test_fractions_that_fall_short_are_refused_with_a_way_out(tmp_path: Path, capsys: Capture) -> None:
    lines = refused(capsys, people("06-vesting-sums-99", tmp_path))
    assert len(lines) == 2
    for line, total in zip(lines, ("0.99", "0.999"), strict=True):
        assert f"equity[0].vesting must have fractions that sum to 1 (they sum to {total})" in line
        assert "`fraction: rest` in the last tranche" in line


def test_the_rest_makes_up_the_grant(tmp_path: Path, capsys: Capture) -> None:
    """0.33, 0.33, 0.22 and the rest, 0.12, of 720,000; twice 0.333 and 0.334."""

    def change(each: dict[str, Any]) -> None:
        each["equity"][0]["vesting"][-1]["fraction"] = "rest"

    years = evaluated(capsys, people("06-vesting-sums-99", tmp_path, change))
    assert [year["equity"] for year in years["google-l5"]] == pytest.approx([237600, 237600, 158400, 86400])
    assert [year["equity"] for year in years["thirds"]] == pytest.approx([239760, 239760, 240480, 0])


def test_googles_schedule_stays(tmp_path: Path, capsys: Capture) -> None:
    years = evaluated(capsys, people("06b-google-preset", tmp_path))["google-l5"]
    assert [year["equity"] for year in years] == pytest.approx([237600, 237600, 158400, 86400])


def test_what_had_accrued_vests_on_the_first_day(tmp_path: Path, capsys: Capture) -> None:
    """4,800 units at 10: 100 a month; six months had passed."""
    path = people("08-accrued-vesting", tmp_path)
    years = evaluated(capsys, path)["accrued"]
    assert [year["equity"] for year in years] == pytest.approx([18000, 12000, 12000, 6000])
    months = equity_of(load_offers(path)[0].offer)
    assert months[:2] == pytest.approx([7000, 1000])
    assert months[41:43] == pytest.approx([1000, 0])


@pytest.mark.parametrize(
    ("name", "terms", "by_month"),
    [
        ("11-clawback-14-months", {}, {11: 2000, 14: 0}),
        ("11-clawback-14-months", {"sign_on_clawback": "full-then-prorated"}, {12: 24000, 14: 20000, 24: 0}),
        ("11-clawback-14-months", {"sign_on_clawback_months": 24}, {12: 12000, 14: 10000, 24: 0}),
        ("11b-full", {}, {11: 24000, 14: 0}),
        ("11b-full", {"sign_on_clawback_months": 24}, {14: 24000, 23: 24000, 24: 0}),
    ],
)
def test_the_sign_on_is_owed_for_as_long_as_the_file_says(
    tmp_path: Path, name: str, terms: dict[str, Any], by_month: dict[int, float]
) -> None:
    made = load_offers(people(name, tmp_path, **terms))[0].offer
    pay = pay_terms([made], SCHEDULES)
    table = leaving_table(cash_flow(pay, FLAT, 4).of_offer(made.id), made, pay)
    assert table.loc[list(by_month), "owed_sign_on"].tolist() == pytest.approx(list(by_month.values()))


def test_metas_days_equal_tranches_typed_by_hand(tmp_path: Path) -> None:
    """Sixteen quarters from July 1 on: Aug 15 falls in month 2, and so on to month 47."""

    def change(each: dict[str, Any]) -> None:
        if each["id"] == "meta-july":
            each["equity"][0]["vesting"] = {"schedule": "meta", "vest_days": META_DAYS}

    found = load_offers(people("14b-meta-calendar", tmp_path, change))
    assert not [fault for fault in found.warnings if "meta-july" in fault.where]
    by_calendar, typed = (equity_of(entry.offer) for entry in found)
    assert by_calendar == pytest.approx(typed)
    assert (np.flatnonzero(by_calendar) + 1).tolist() == list(range(2, 48, 3))


def test_a_bonus_in_money(tmp_path: Path, capsys: Capture) -> None:
    def change(each: dict[str, Any]) -> None:
        each["location"] = "San Jose" if each["location"] == "Mountain View" else each["location"]

    years = evaluated(capsys, people("15-airbnb-absolute-bonus", tmp_path, change, annual_raise_rate=0.1))
    assert [year["bonus"] for year in years["airbnb-sde2"]] == [90000] * 4
    assert [year["bonus"] for year in years["google-t3"]] == pytest.approx([19500, 21450, 23595, 25954.5])


def test_a_first_bonus_by_calendar_year(tmp_path: Path, capsys: Capture) -> None:
    assert [y["bonus"] for y in evaluated(capsys, people("22-bonus-proration", tmp_path))["google-july"]] == [30000] * 4
    path = people("22-bonus-proration", tmp_path, first_bonus="prorated")
    assert [y["bonus"] for y in evaluated(capsys, path)["google-july"]] == pytest.approx([15000, 30000, 30000, 30000])


def test_nine_units_at_amazon(tmp_path: Path, capsys: Capture) -> None:
    """In whole shares 0, 1, 4 and 4 at 1,000; in fractions unless asked for."""
    path = people("27-nine-units", tmp_path)
    whole, exact = evaluated(capsys, path, "--whole-shares")["a"], evaluated(capsys, path)["a"]
    assert [year["equity"] for year in whole] == [0, 1000, 4000, 4000]
    assert [year["equity"] for year in exact] == pytest.approx([450, 1350, 3600, 3600])


def test_an_even_three_year_schedule(tmp_path: Path, capsys: Capture) -> None:
    """387,000 pounds at 1.31 in thirds."""
    years = evaluated(capsys, people("29-snap-3yr", tmp_path, location="Seattle"))["snap-l5-london"]
    assert [year["equity"] for year in years] == pytest.approx([168990, 168990, 168990, 0])


# What is refused


@pytest.mark.parametrize(
    ("fields", "path", "rule"),
    [
        ({"bonus_target_rate": 0.1, "annual_bonus": 9000}, "annual_bonus", "Remove one."),
        ({"annual_bonus": -1}, "annual_bonus", "must not be negative"),
        ({"bonus_target_rate": 0.1, "first_bonus": "prorated"}, "first_bonus", "needs a start_date"),
        ({"annual_bonus": 9000, "first_bonus": "prorated"}, "first_bonus", "needs a start_date"),
        ({"first_bonus": "pro-rated"}, "first_bonus", "Did you mean 'prorated'?"),
        ({"sign_on_clawback": "full-then-prorate"}, "sign_on_clawback", "Did you mean 'full-then-prorated'?"),
        ({"sign_on_clawback_months": 0}, "sign_on_clawback_months", "must be at least 1"),
        ({"sign_on_clawback_months": 61}, "sign_on_clawback_months", "must be at most 60"),
    ],
)
def test_terms_that_are_refused(tmp_path: Path, capsys: Capture, fields: dict[str, Any], path: str, rule: str) -> None:
    (line,) = refused(capsys, written(tmp_path, **fields))
    assert f": {path} " in line
    assert rule in line


def tranches(*parts: Any) -> list[dict[str, Any]]:
    return [{"month": 12 * number, "fraction": part} for number, part in enumerate(parts, start=1)]


@pytest.mark.parametrize(
    ("vesting", "path", "rule"),
    [
        (tranches(0.5, "rest", 0.25), "vesting", "`rest` only in the last tranche"),
        (tranches("rest", "rest"), "vesting", "`rest` only in the last tranche"),
        (tranches(0.6, 0.4, "rest"), "vesting", "something for `rest`, but the other fractions sum to 1"),
        (tranches(0.6, 0.6, "rest"), "vesting", "something for `rest`, but the other fractions sum to 1.2"),
        (tranches(0.5, "remainder"), "vesting[1].fraction", "must be a rate, got 'remainder'"),
        (tranches(0.5, 1.5), "vesting[1].fraction", "must be at most 1"),
        ({"tranches": tranches(0.333, 0.333, 0.333)}, "vesting.tranches", "`fraction: rest` in the last tranche"),
        ({"tranches": tranches(1), "schedule": "meta"}, "vesting", "has both schedule and tranches"),
        ({"vest_days": META_DAYS}, "vesting", "needs schedule or tranches"),
        ({"schedule": "even-7-year"}, "vesting.schedule", "Did you mean"),
        ({"schedule": "meta", "vest_day": []}, "vesting.vest_day", "Did you mean 'vest_days'?"),
        ({"tranches": [{"month": 12, "part": 1}]}, "vesting.tranches[0].part", "not a known field"),
        ({"schedule": "meta", "whole_shares": "up"}, "vesting.whole_shares", "half-up, down"),
        ({"schedule": "meta", "vest_days": ["02-30"]}, "vesting.vest_days[0]", "must be a date that exists"),
        ({"schedule": "meta", "vest_days": ["02-29"]}, "vesting.vest_days[0]", "can't be 02-29"),
        ({"schedule": "meta", "vest_days": ["02-15", "2/15"]}, "vesting.vest_days[1]", "written MM-DD"),
        ({"schedule": "meta", "vest_days": [215]}, "vesting.vest_days[0]", "must be text"),
        ({"schedule": "meta", "vest_days": "02-15"}, "vesting.vest_days", "must be a list"),
        ({"schedule": "meta", "vest_days": ["02-15", "02-15"]}, "vesting.vest_days", "must list each day once"),
    ],
)
def test_schedules_that_are_refused(tmp_path: Path, capsys: Capture, vesting: Any, path: str, rule: str) -> None:
    grant = {"value": 1000, "vesting": vesting}
    lines = refused(capsys, written(tmp_path, equity=[grant], start_date="2027-07-01"))
    found = [line for line in lines if f"equity[0].{path} " in line]
    assert found, lines
    assert rule in found[0]


def test_vest_days_need_a_start_date_wherever_they_stand(tmp_path: Path, capsys: Capture) -> None:
    vesting = {"schedule": "meta", "vest_days": META_DAYS}
    path = written(
        tmp_path,
        equity=[{"value": 1000, "vesting": "meta"}, {"value": 1000, "vesting": vesting}],
        refreshers=[{"year": 1, "value": 1000, "vesting": vesting}],
        refresher_plan={"annual_value": 1000, "vesting": vesting},
        options=[{"n_options": 10, "strike": 1, "vesting": vesting}],
        startup={"ownership_share": None, "fully_diluted_shares": 1000, "vesting": vesting},
    )
    lines = refused(capsys, path)
    places = ("equity[1]", "refreshers[0]", "refresher_plan", "options[0]", "startup")
    assert sorted(line.partition("': ")[2].partition(".")[0] for line in lines) == sorted(places)
    assert all("need a start_date" in line for line in lines)


def test_an_offer_made_in_code_asks_for_the_start_date_when_it_is_needed() -> None:
    made = offer(equity=[{"value": 1000.0, "vesting": {"schedule": "meta", "vest_days": META_DAYS}}])
    with pytest.raises(OutOfRangeError, match="start_date must be given if a schedule has vest days"):
        equity_of(made)
    with pytest.raises(ValidationError, match="needs a start_date"):
        offer(bonus_target_rate=0.1, first_bonus="prorated")


def test_a_rate_of_zero_beside_a_bonus_in_money_has_one_reading() -> None:
    assert offer(bonus_target_rate=0.0, annual_bonus=9000.0).target_bonus_in_year(1) == 9000
    assert offer(bonus_target_rate=0.1, annual_bonus=0.0).target_bonus_in_year(1) == 12000


def test_a_prorated_first_bonus_without_a_bonus_is_doubted(tmp_path: Path) -> None:
    found = load_offers(written(tmp_path, first_bonus="prorated"))
    assert [fault.field for fault in found.warnings] == ["first_bonus"]


# What hangs on them


def test_a_refresher_target_counts_a_bonus_in_money() -> None:
    """120,000 and a bonus of 30,000 leave 50,000 of a target of 200,000 open."""
    plan = {"annual_value": 80000.0, "target_pay": 200000.0}
    pay = pay_terms([offer(annual_bonus=30000.0, refresher_plan=plan)], SCHEDULES)
    assert pay.grants["units"].iloc[0] == pytest.approx(50000)


def test_refreshers_vest_on_the_companys_days() -> None:
    """Granted on Jul 1 2028, a year in: a sixteenth on Aug 15 2028, in month 14, and so on."""
    vesting = {"schedule": "meta", "vest_days": META_DAYS}
    plan = {"annual_value": 16000.0, "first_year": 1, "vesting": vesting}
    one = offer(start_date="2027-07-01", refreshers=[{"year": 1, "value": 16000.0, "vesting": vesting}])
    several = offer(start_date="2027-07-01", refresher_plan=plan)
    assert (np.flatnonzero(equity_of(one)) + 1).tolist() == list(range(14, 48, 3))
    assert equity_of(several)[:24] == pytest.approx(equity_of(one)[:24])
    assert equity_of(several)[25] == pytest.approx(2000)


def test_a_grant_that_has_all_vested_comes_on_the_first_day() -> None:
    made = offer(equity=[{"value": 1000.0, "vesting": "even-4-year", "start_month": -96}])
    assert equity_of(made)[0] == 1000
    assert equity_of(made).sum() == 1000


# Laws


@pytest.mark.parametrize("name", sorted(even_schedules()))
def test_even_schedules_are_even_without_a_cliff(name: str) -> None:
    _, years, _, *pace = name.split("-")
    step = {"": 12, "quarterly": 3, "monthly": 1}["".join(pace)]
    n_parts = 12 * int(years) // step
    schedule = SCHEDULES[name]
    assert schedule.months == tuple(range(step, 12 * int(years) + 1, step))
    assert schedule.fractions == pytest.approx([1 / n_parts] * n_parts, abs=1e-15)
    assert (schedule.whole_shares, schedule.is_verified) == ("half-up", True)


def test_there_are_even_schedules_of_one_to_six_years() -> None:
    names = {f"even-{years}-year{pace}" for years in range(1, 7) for pace in ("", "-quarterly", "-monthly")}
    assert set(even_schedules()) == names <= set(TABLES.choices["schedules"])


@given(schedules(96), st.integers(-96, 96), vest_days.filter(len), start_dates)
def test_all_of_a_grant_vests_whatever_moves_its_vests(
    drawn: VestingSchedule, start_month: int, days: list[str], start_on: dt.date
) -> None:
    parts = [{"month": m, "fraction": f} for m, f in zip(drawn.months, drawn.fractions, strict=True)]
    made = offer(start_date=start_on, equity=[{"value": 1.0, "vesting": {"tranches": parts, "vest_days": days}}])
    moved = vesting_schedule(made.vesting_of(made.equity[0]), "own", {}, start_on=start_on, start_month=start_month)
    share = vested_share(moved, 96 + 120 + 12, start_month)
    assert share[-1] == 1
    assert (np.diff(share) >= 0).all()
    assert len(moved.months) == len(drawn.months)
    assert all(day <= max(due, 13) for day, due in zip(moved.months, drawn.months, strict=True))
    assert list(moved.months) == sorted(moved.months)


@given(schedules(), st.integers(0, 10_000_000))
def test_both_rules_for_whole_shares_sum_to_the_grant(schedule: VestingSchedule, units: int) -> None:
    share = vested_share(schedule, 48)
    up, down = (vested_units([units], share, whole_shares=True, is_down=is_down)[0] for is_down in (False, True))
    assert up.sum() == down.sum() == units
    assert (down >= 0).all()
    assert (down.cumsum() <= up.cumsum()).all()
    assert (up.cumsum() - down.cumsum() <= 1).all()
    assert (down.cumsum() <= units * share + 1e-6).all()


terms = st.fixed_dictionaries(
    {
        "sign_on": st.lists(st.integers(0, 200_000).map(float), min_size=1, max_size=4),
        "sign_on_clawback": st.sampled_from(CLAWBACKS),
        "sign_on_clawback_months": st.none() | st.integers(1, 60),
    }
)


@given(terms)
def test_what_one_payment_owes_never_rises_and_ends(drawn: dict[str, Any]) -> None:
    made = offer(**{**drawn, "sign_on": drawn["sign_on"][:1]})
    owed, paid = sign_on_owed(made, 96), made.sign_on[0]
    assert (np.diff(owed) <= 1e-6).all()
    assert ((owed >= 0) & (owed <= paid)).all()
    assert not owed[made.sign_on_repayment_months - 1 :].any()


@given(terms)
def test_payments_owe_each_on_its_own(drawn: dict[str, Any]) -> None:
    """Year k's payment owes from its month on what a first one of that size does."""
    together = sign_on_owed(offer(**drawn), 96)
    alone = np.zeros(96)
    for position, amount in enumerate(drawn["sign_on"]):
        first = sign_on_owed(offer(**{**drawn, "sign_on": [amount]}), 96)
        alone[12 * position :] += first[: 96 - 12 * position]
    assert together == pytest.approx(alone)


@given(terms)
def test_a_year_of_clawback_is_the_rule_of_the_employment_year(drawn: dict[str, Any]) -> None:
    """In year k, of its lump: (12 k - m) / 12, all until month 12 k, or nothing."""
    if drawn["sign_on_clawback"] == "full-then-prorated":
        return
    owed = sign_on_owed(offer(**{**drawn, "sign_on_clawback_months": 12}), 48)
    for month in range(1, 49):
        year = -(-month // 12)
        lump = drawn["sign_on"][year - 1] if year <= len(drawn["sign_on"]) else 0.0
        left = 12 * year - month
        part = {"prorated": left / 12, "full": float(left > 0), "none": 0.0}[drawn["sign_on_clawback"]]
        assert owed[month - 1] == pytest.approx(lump * part)


@given(start_dates, st.sampled_from(["bonus_target_rate", "annual_bonus"]))
def test_a_prorated_first_bonus_is_a_part_and_later_ones_are_whole(start_on: dt.date, form: str) -> None:
    size = 0.1 if form == "bonus_target_rate" else 12000.0
    full, prorated = (
        cash_flow(pay_terms([offer(start_date=start_on, first_bonus=kind, **{form: size})], SCHEDULES), FLAT, 3).bonus[
            0
        ]
        for kind in ("full", "prorated")
    )
    assert 0 < prorated[11] <= full[11] == pytest.approx(12000)
    assert prorated[12:] == pytest.approx(full[12:])
