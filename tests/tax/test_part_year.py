"""Tax of the year of a move: cases worked out apart from the code, limits, laws, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hand_checked import rows as cases
from hypothesis import assume, given, strategies as st
from laws import examples

from compkit.cli import run
from compkit.errors import OutOfRangeError
from compkit.reference.tables import load_tables
from compkit.tax import FILING_STATUSES, Move, PartYearError, TaxTables, grant_share, household_tax

LAW = TaxTables(load_tables())
SHARED = ("New York", "Denver", "Raleigh", "Minneapolis", "Stamford", "Salt Lake City", "Madison", "Portland")
BY_INCOME = (*SHARED[1:], "Atlanta", "Ann Arbor")
"""Places whose parts of a year have together the tax of the whole year, as one share of the income decides all."""
KNOWN = tuple(
    place
    for place, (_, *codes) in LAW.of_place.items()
    if all(code in LAW.part_year_rules or not LAW.jurisdictions[code]["has_wage_income_tax"] for code in codes)
)
EVERYWHERE = list({tuple(LAW.of_place[place]): place for place in KNOWN}.values())
"""A place for each law."""
AMOUNTS = ("total", "state_income_tax", "local_income_tax", "state_payroll_tax", "net_pay")
statuses, places = st.sampled_from(FILING_STATUSES), st.sampled_from(KNOWN)
proportional = st.sampled_from(("San Francisco", "Philadelphia", "Pittsburgh", "Austin", "Seattle", *SHARED))
shares, wages = st.floats(0, 1), st.floats(0, 3e6)


def one(pay: float, place: str, year: int, move: Move | None, status: str = "single", **options: Any) -> dict[str, Any]:
    """Return the tax of one household."""
    return dict(household_tax(pay, place, status, year, LAW, move=move, **options).iloc[0])


@pytest.mark.parametrize("row", cases("part_year"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    """Within a cent."""
    before, after = float(row["earned_before"]), float(row["vested_after"])
    move = Move(row["moved_from"], dt.date.fromisoformat(row["on"]), before, after)
    wages, year, n_earners = float(row["wages"]), int(row["year"]), int(row["earners"])
    found = one(wages, row["place"], year, move, row["filing_status"], n_earners=n_earners)
    assert found[row["figure"]] == pytest.approx(float(row["expected"]), abs=0.01, rel=0), row["derivation"]


@given(pay=wages, share=shares, new=proportional, old=proportional, status=statuses)
def test_a_move_never_takes_more_than_both_whole_years_nor_changes_the_federal_payroll_taxes(
    pay: float, share: float, new: str, old: str, status: str
) -> None:
    found = one(pay, new, 2025, Move(old, dt.date(2025, 6, 1), share * pay), status)
    whole = [one(pay, place, 2025, None, status) for place in (new, old)]
    taxes = [each["state_income_tax"] + each["local_income_tax"] for each in whole]
    moved = found["state_income_tax"] + found["local_income_tax"]
    if (taxes[0] == 0) != (taxes[1] == 0):
        assert moved <= max(taxes) * 1.001 + 1
    assert 0 <= moved <= sum(taxes) * 1.001 + 1
    assert found["social_security"] == whole[0]["social_security"]
    assert found["medicare"] == whole[0]["medicare"]


@given(pay=wages, status=statuses, share=shares)
def test_a_move_between_states_without_a_tax_changes_nothing(pay: float, status: str, share: float) -> None:
    found = one(pay, "Austin", 2025, Move("Dallas", dt.date(2025, 6, 1), share * pay), status)
    assert found == one(pay, "Austin", 2025, None, status)


@given(pay=wages, place=places, status=statuses)
def test_a_move_before_the_first_pay_is_a_year_at_the_new_place(pay: float, place: str, status: str) -> None:
    found = one(pay, place, 2025, Move("Austin", dt.date(2025, 1, 1), 0.0), status)
    whole = one(pay, place, 2025, None, status)
    for name in AMOUNTS:
        # The forms round the rate and the share to four places.
        assert found[name] == pytest.approx(whole[name], abs=0.00005 * pay + 1, rel=0), name


@given(pay=wages, place=places, status=statuses)
def test_a_move_after_the_last_pay_is_a_year_at_the_old_place(pay: float, place: str, status: str) -> None:
    found = one(pay, "Austin", 2025, Move(place, dt.date(2025, 12, 31), pay), status)
    whole = one(pay, place, 2025, None, status)
    for name in AMOUNTS:
        # Where days count, one of them is missing: at most 1/365 of the District's 30,000, at 10.75 %.
        assert found[name] == pytest.approx(whole[name], abs=0.00005 * pay + 9, rel=0), name


@given(pay=wages, share=shares, place=st.sampled_from(BY_INCOME), status=statuses)
def test_two_states_of_one_law_take_together_what_one_takes(pay: float, share: float, place: str, status: str) -> None:
    on, before = dt.date(2025, 6, 1), share * pay
    left = one(pay, "Austin", 2025, Move(place, on, before), status)
    entered = one(pay, place, 2025, Move("Austin", on, before), status)
    both = left["state_income_tax"] + entered["state_income_tax"]
    whole = one(pay, place, 2025, None, status)["state_income_tax"]
    assert both == pytest.approx(whole, abs=0.0001 * whole + 1, rel=0)


@examples(40)
@given(pay=wages, share=shares, part=shares, old=places, status=statuses)
def test_a_later_vest_is_never_taxed_by_less_than_the_state_left(
    pay: float, share: float, part: float, old: str, status: str
) -> None:
    """The new state taxes the vest, too, and credits no more than its own tax on it; Missouri rounds to a percent."""
    on, before = dt.date(2025, 6, 1), share * pay
    rule = LAW.part_year_rules.get(LAW.of_place[old][1]) if len(LAW.of_place[old]) > 1 else None
    assume(rule is None or rule["taxes_later_vests"])
    pays, new = [pay] * len(EVERYWHERE), EVERYWHERE
    without, with_vest = (
        household_tax(pays, new, status, 2025, LAW, move=Move(old, on, before, vested))["state_income_tax"]
        for vested in (0.0, part * before)
    )
    assert (with_vest >= 0.99 * without - 1).all()


def test_the_county_of_january_1_has_the_year() -> None:
    whole = one(180_000, "Indianapolis", 2025, None)["local_income_tax"]
    assert one(180_000, "Indianapolis", 2025, Move("Austin", dt.date(2025, 1, 1), 0.0))["local_income_tax"] == whole
    assert one(180_000, "Austin", 2025, Move("Indianapolis", dt.date(2025, 1, 1), 0.0))["local_income_tax"] == 0


def test_a_state_that_is_left_follows_the_federal_choice_too() -> None:
    """Virginia deducts exemptions alone: 300,000 - 930 x 181/365 = 299,538.82; 720 + 5.75 % x 282,538.82."""
    move = Move("Arlington VA", dt.date(2025, 7, 1), 300_000.0)
    found = one(600_000, "Austin", 2025, move, deduction="itemized")
    assert found["state_income_tax"] == pytest.approx(16_965.98, abs=0.01)
    least = min(one(600_000, "Austin", 2025, move, deduction=choice)["total"] for choice in ("standard", "itemized"))
    assert one(600_000, "Austin", 2025, move, deduction="best")["total"] == least


@pytest.mark.parametrize(
    ("granted", "vests", "moved", "share"),
    [
        ("2024-01-01", "2026-01-01", "2025-01-01", 366 / 731),
        ("2024-01-01", "2026-01-01", "2023-06-01", 0.0),
        ("2024-01-01", "2026-01-01", "2026-06-01", 1.0),
    ],
)
def test_a_vest_is_shared_by_the_days_from_grant_to_vest(granted: str, vests: str, moved: str, share: float) -> None:
    assert grant_share(*map(dt.date.fromisoformat, (granted, vests, moved))) == pytest.approx(share)


def test_a_state_without_a_rule_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TaxTables, "part_year_rules", property(lambda _: {}))
    with pytest.raises(PartYearError, match=r"how Oregon taxes part of a year is not modeled"):
        one(200_000, "Portland", 2025, Move("Austin", dt.date(2025, 6, 1), 1.0))


def test_what_cannot_be_worked_out_is_refused() -> None:
    on = dt.date(2025, 6, 1)
    with pytest.raises(OutOfRangeError, match="earned_before must be at most the year's income"):
        one(200_000, "Austin", 2025, Move("San Francisco", on, 200_001.0))
    with pytest.raises(OutOfRangeError, match="vested_after must be at most what was earned before the move"):
        one(200_000, "Austin", 2025, Move("San Francisco", on, 100.0, 101.0))
    with pytest.raises(ValueError, match="the move is in 2025"):
        one(200_000, "Austin", 2026, Move("San Francisco", on, 100.0))
    with pytest.raises(ValueError, match="a move is worked out for jobs where one lives"):
        one(200_000, "Jersey City", 2025, Move("Austin", on, 100.0), work_place="New York")
    with pytest.raises(OutOfRangeError, match="vests_on must be after the grant"):
        grant_share(on, on, on)


def test_the_command_says_what_is_taxed_where(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--wages", "240000", "--location", "Austin", "--year", "2025", "--moved-from", "SF"]
    assert run(["tax", *options, "--moved-on", "2025-06-01", "--earned-before", "100k", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["state_income_tax"] == pytest.approx(7531.26, abs=0.01)
    assert found["moved_from"] == "San Francisco"
    assert run(["tax", *options, "--moved-on", "2025-06-01", "--earned-before", "100k"]) == 0
    said = "Moved on June 1, 2025: $100,000 is taxed as earned in San Francisco, the rest in Austin."
    assert said in capsys.readouterr().out


def test_the_command_names_every_fault_of_a_move(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TaxTables, "part_year_rules", property(lambda _: {}))
    options = ["tax", "--wages", "240000", "--location", "Portland", "--year", "2025", "--moved-from", "SF"]
    assert run(options) == 2
    assert capsys.readouterr().err.splitlines() == [
        "moved-on is missing: a move needs it.",
        "earned-before is missing: a move needs it.",
    ]
    more = ["--moved-on", "2026-06-01", "--earned-before", "250k", "--vested-after", "260k", "--children", "1"]
    assert run([*options, *more]) == 2
    said = capsys.readouterr().err
    for part in (
        "moved-on must be in --year 2025, got 2026-06-01.",
        "earned-before must be at most the year's income, got 250,000.",
        "vested-after must be at most what was earned before the move, got 260,000.",
        "moved-from can't be worked out: how California taxes part of a year is not modeled.",
        "moved-from can't be combined with another place of work, options exercised, or a household's options yet.",
    ):
        assert part in said
    assert run([*options[:-1], "Atlantis", "--moved-on", "2025-06-01", "--earned-before", "1"]) == 2
    assert "moved-from" in capsys.readouterr().err


def test_the_command_names_rules_that_were_not_read(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["tax", "--wages", "300000", "--location", "Detroit", "--year", "2026"]
    move = ["--moved-from", "Austin", "--moved-on", "2026-07-01", "--earned-before", "150000"]
    assert run([*options, "--json"]) == 0
    settled = json.loads(capsys.readouterr().out)["unverified"]
    assert run([*options, *move, "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["unverified"]) - set(settled) == {"MI-DET"}
