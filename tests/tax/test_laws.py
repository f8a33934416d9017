"""Laws of the taxes on wages, each example at every place and over a range of wages at once."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from laws import examples
from numpy.typing import NDArray

from compkit.reference.tables import load_tables
from compkit.tax import (
    FILING_STATUSES,
    FINANCE_COLUMNS,
    JOINT,
    RESULT_COLUMNS,
    Finances,
    Move,
    TaxTables,
    TwoStatesError,
    household_tax,
    taxed_places,
    taxing_states,
    unknown_parts,
)

LAW = TaxTables(load_tables(), washington_2028=True)
PLACES = list({tuple(codes): place for place, codes in LAW.of_place.items()}.values())
"""One place for each set of laws."""
IN_OHIO = np.array(["OH" in LAW.of_place[place] for place in PLACES])[:, None]
MOST = {
    "childcare": 2e4, "traditional_401k": 2.3e4, "hsa": 4_150, "premiums": 2e4, "match": 2e4,
    "mortgage_interest": 1e5, "property_tax": 1e5, "charity": 1e5, "other_income": 1e5,
}  # fmt: skip
"""The most that is tried of each amount; savings within the limits of every year."""
OF_ONE = ("traditional_401k", "hsa", "premiums", "match")
"""What one of a couple pays or gets, so that their order matters."""

statuses, years = st.sampled_from(FILING_STATUSES), st.sampled_from(LAW.years)
mostly_joint = st.sampled_from([JOINT, JOINT, *FILING_STATUSES])
deductions = st.sampled_from(["standard", "itemized", "best"])
wages, shares, numbers = st.floats(0, 2e6), st.floats(0, 1), st.integers(0, 10**6)


@st.composite
def households(
    draw: st.DrawFn, *, is_couple: bool, without: tuple[str, ...] = (), has_children: bool = False
) -> Finances:
    """Draw the finances of a household, half of them nothing."""
    amounts = {
        name: draw(st.one_of(st.just(0.0), st.floats(0, most))) for name, most in MOST.items() if name not in without
    }
    if has_children:
        amounts["childcare"] = draw(st.floats(1_000, MOST["childcare"]))
    spouse = draw(st.one_of(st.none(), st.just(0.0), st.floats(0, 2e4), st.floats(0, 1e6))) if is_couple else None
    return Finances(spouse_wages=spouse, children=float(draw(st.integers(int(has_children), 4))), **amounts)


def rising(shift: float) -> NDArray[np.float64]:
    """Wages of which any two neighbors are no more than 1% or 500 apart, from nothing to three million."""
    steps = [np.arange(0, 1e4, 100), np.arange(0, 6e5, 500) + shift, np.geomspace(6e5, 3e6, 150), [499, 500]]
    return np.unique(np.concatenate(steps))


def at_places(
    pay: NDArray[np.float64], places: list[str], status: str, year: int, **options: Any
) -> dict[str, NDArray[np.float64]]:
    """Return the taxes of each wage at each place, a row a place."""
    found = household_tax(np.tile(pay, len(places)), np.repeat(places, len(pay)), status, year, LAW, **options)
    return {str(name): found[name].to_numpy().reshape(len(places), -1) for name in found.columns if name != "status"}


def with_rising_spouse(held: Finances, pay: NDArray[np.float64], n_places: int) -> Finances:
    """Return the household with each of the wages for its spouse, at each place."""
    return replace(held, spouse_wages=np.tile(pay, n_places))


def earned_by_each(pay: NDArray[np.float64], held: Finances, *, rises_for_spouse: bool, own: float) -> Any:
    """Taxable wages of both, worked out apart from the code."""
    mine = np.full_like(pay, own) if rises_for_spouse else pay
    mine = np.maximum(0.0, mine - held.premiums - held.hsa - held.traditional_401k)
    if held.spouse_wages is None:
        return mine, None
    return mine, pay if rises_for_spouse else np.full_like(pay, held.spouse_wages)


def allowed_fall(found: Any, pay: Any, earned: Any, held: Finances, year: int, is_in: dict[str, Any]) -> Any:
    """How far tax may fall between neighbors: only in the places that docs/work-out-tax.md lists."""
    more, (mine, spouse) = np.diff(pay), earned
    allowed = np.full((len(found["total"]), len(more)), 1e-6)
    if held.children:
        paid_out = found["federal_income_tax"] - found["net_investment_income_tax"] <= 1e-9
        allowed = allowed + np.where(paid_out[:, :-1], 0.15 * more, 0.0)
    if held.charity:
        agi = mine + held.other_income + (0.0 if spouse is None else spouse)
        # The limit, 3 % of less than a million, ends where half of gifts is left: at most 15 % of 15,000.
        allowed = allowed + np.where(is_in["NY"] & (agi[:-1] <= 1e6) & (agi[1:] > 1e6), 2_250.0, 0.0)
    lesser = mine if spouse is None else np.minimum(mine, spouse)
    counted = min(held.childcare, 3_000 * min(held.children, 2.0))
    rate = 0.5 if year >= 2026 else 0.35
    allowed = allowed + np.where(lesser[:-1] < counted, rate * more, 0.0)
    if spouse is not None:
        allowed = allowed + np.where(is_in["OH"] & (lesser[:-1] < 500) & (lesser[1:] >= 500), 650.0, 0.0)
        # A spouse's next whole percent may be worth all of the lower brackets: 180.58 in 2026, by 2038 some 243.
        allowed = allowed + np.where(is_in["MO"], 250.0, 0.0)
    return allowed


@given(data=st.data(), own=wages, shift=st.floats(0, 499), status=statuses, year=years, deduction=deductions)
def test_tax_falls_as_wages_rise_only_where_it_is_said(
    data: st.DataObject, own: float, shift: float, status: str, year: int, deduction: str
) -> None:
    """Those of the first earner, or of the spouse."""
    check_falls(data, own, shift, status, year, deduction, None)


@given(data=st.data(), own=wages, shift=st.floats(0, 499), status=mostly_joint,
       year=years, deduction=deductions, work=st.sampled_from(PLACES))  # fmt: skip
def test_tax_of_commuters_falls_only_where_it_is_said(
    data: st.DataObject, own: float, shift: float, status: str, year: int, deduction: str, work: str
) -> None:
    check_falls(data, own, shift, status, year, deduction, work)


def check_falls(
    data: st.DataObject, own: float, shift: float, status: str, year: int, deduction: str, work: str | None
) -> None:
    """Try rising wages of one earner at all places, or from all places to work."""
    held, pay = data.draw(households(is_couple=status == JOINT)), rising(shift)
    rises_for_spouse = held.spouse_wages is not None and data.draw(st.booleans())
    homes = PLACES if work is None else homes_for(work)
    finances = with_rising_spouse(held, pay, len(homes)) if rises_for_spouse else held
    found = at_places(
        np.full_like(pay, own) if rises_for_spouse else pay, homes, status, year,
        deduction=deduction, finances=finances, work_place=work,
    )  # fmt: skip
    earned = earned_by_each(pay, held, rises_for_spouse=rises_for_spouse, own=own)
    taxing = [{*LAW.of_place[home], *(LAW.of_place[work] if work else ())} for home in homes]
    is_in = {code: np.array([code in each for each in taxing])[:, None] for code in ("OH", "MO", "NY")}
    allowed = allowed_fall(found, pay, earned, held, year, is_in)
    assert (np.diff(found["total"], axis=1) >= -allowed).all()


@given(shift=st.floats(0, 499), status=statuses, year=years, n_earners=st.sampled_from([1, 2]), deduction=deductions)
def test_tax_never_falls_on_wages_alone(shift: float, status: str, year: int, n_earners: int, deduction: str) -> None:
    """Earners of equal wages are in Missouri's same percent, and both reach Ohio's 500 at once."""
    pay = rising(shift)
    found = at_places(pay, PLACES, status, year, n_earners=n_earners, deduction=deduction)
    falls_at_500 = np.where(IN_OHIO & (pay[:-1] < 1_000) & (pay[1:] >= 1_000) & (n_earners == 2), 650.0, 0.0)
    assert (np.diff(found["total"], axis=1) >= -1e-6 - falls_at_500).all()


def places_to_move_to(old: str, on: dt.date) -> list[str]:
    """Places whose part of the year is known."""
    return [place for place in PLACES if not unknown_parts(Move(old, on, 0.0), place, LAW)]


@given(old=st.sampled_from(PLACES), on=st.dates(dt.date(2024, 1, 1), dt.date(2038, 12, 31)), before=shares,
       later=shares, shift=st.floats(0, 499), status=statuses, deduction=deductions)  # fmt: skip
def test_tax_never_falls_as_wages_rise_in_the_year_of_a_move(
    old: str, on: dt.date, before: float, later: float, shift: float, status: str, deduction: str
) -> None:
    """If pay before and after it rises alike; from any place to any other."""
    pay, new = rising(shift), places_to_move_to(old, on)
    earned = np.tile(before * pay, len(new))
    found = at_places(pay, new, status, on.year, deduction=deduction, move=Move(old, on, earned, later * earned))
    assert (np.diff(found["total"], axis=1) >= -1e-6).all()


# What the docs list, worked out by hand in dollars more of tax.
FALLS = [
    # 2026, taxable 3,900 and 4,900, the tax on which the credit covers; 15 % of 17,500 and 18,500 is paid out.
    (20_000, 1_000, "Austin", "single", 2026, {"children": 2.0}, -150 + 76.5),
    # 102,000 and 103,000: 12 % and 7.65 % of 1,000, less 35 % of 1,000 more of childcare.
    (100_000, (2_000, 3_000), "Austin", JOINT, 2026, {"children": 2.0, "childcare": 6_000.0}, 120 + 76.5 - 350),
    # A parent alone with 60,000 of interest: 35 % of 1,000, less 12 % and 7.65 %.
    (1_000, 1_000, "Austin", "head_of_household", 2026, {"children": 1.0, "childcare": 3_000.0, "other_income": 6e4},
     120 + 76.5 - 350),
    # Spouse 1,500 of 300,000, half a percent rounded up away from 0: all of 267,800 is one's, 12,405.968. 1,600 of
    # 300,100: 99 % is 265,221, 12,284.755, and 2,679 is the other's, 26.62. 24 %, 6.2 %, 2.35 % and the city's 1 %.
    (298_500, (1_500, 1_600), "Kansas City", JOINT, 2026, {}, 12_311.375 - 12_405.968 + 33.55),
    # 5 % of 342 + 2.75 % of 65,650, 2,147.375, is the credit from 500 on; else 12 %, 7.65 %, 2.5 % and 2.75 % of 1.
    (95_000, (499, 500), "Columbus", JOINT, 2025, {}, 0.12 + 0.0765 + 0.025 + 0.0275 - 0.05 * 2_147.375),
    # Gifts of 100,000. At a million 3 % of 650,250 is lost, 100,000 of 100,443 + 65,477.68 of it from gifts, 11,757.10,
    # then half of the rest: 6.85 % x 955,878.55 is 65,477.68. Above it half of all: 6.85 % x 950,001. 37 % and 2.35 %.
    (1_000_000, 1, "White Plains", "single", 2026, {"charity": 1e5}, 65_075.07 - 65_477.68 + 0.3935),
]  # fmt: skip


@pytest.mark.parametrize(("pay", "more", "place", "status", "year", "held", "expected"), FALLS)
def test_tax_falls_where_it_is_said(
    pay: float, more: Any, place: str, status: str, year: int, held: dict[str, float], expected: float
) -> None:
    """By more wages of one, or by a spouse's from one amount to the other."""
    if isinstance(more, tuple):
        both = [(pay, Finances(spouse_wages=spouse, **held)) for spouse in more]
    else:
        both = [(each, Finances(**held)) for each in (pay, pay + more)]
    less, greater = (household_tax(each, place, status, year, LAW, finances=of)["total"].item() for each, of in both)
    # New York rounds its printed schedule.
    assert greater - less == pytest.approx(expected, abs=1.0 if place == "White Plains" else 0.01)


def test_tax_falls_where_the_part_of_a_year_is_rounded() -> None:
    """100,000 in Missouri, 33% of 307,600 and 32% of 307,800.

    33 % of 13,519.868 is 4,461.556, 32 % of 13,529.268 is 4,329.366; federally 35 % and 2.35 % of 200.
    """
    move = Move("St. Louis", dt.date(2026, 6, 1), 1e5)
    less, greater = household_tax([307_600, 307_800], "Austin", "single", 2026, LAW, move=move)["total"]
    assert greater - less == pytest.approx(4_329.366 - 4_461.556 + 74.7, abs=0.01)


@given(
    data=st.data(),
    shift=st.floats(0, 499),
    status=statuses,
    year=st.one_of(st.sampled_from(LAW.published_years), years),
    deduction=deductions,
)
def test_credits_for_children_keep_to_their_caps(
    data: st.DataObject, shift: float, status: str, year: int, deduction: str
) -> None:
    """Sections 21 and 24: amounts a child, the lesser wages, 15% of what is earned, 50 less each begun 1,000."""
    held, pay = data.draw(households(is_couple=status == JOINT, has_children=True)), rising(shift)
    n_earners = 1 if held.spouse_wages is not None or status != JOINT else data.draw(st.sampled_from([1, 2]))
    found = at_places(
        pay, PLACES, status, year, deduction=deduction, finances=held, n_earners=n_earners
    )  # fmt: skip
    mine, spouse = earned_by_each(pay, held, rises_for_spouse=False, own=0.0)
    earned = mine if spouse is None else mine + spouse
    lesser = mine / n_earners if spouse is None else np.minimum(mine, spouse)
    rate, above = (0.35, None) if year < 2026 else (0.5, 150_000 if status == JOINT else 75_000)
    agi = earned + held.other_income
    rate = np.maximum(0.2 if above is None else 0.35, rate - 0.01 * np.ceil(np.maximum(0, agi - 15_000) / 2_000))
    if above is not None:
        step = 4_000 if status == JOINT else 2_000
        rate = np.maximum(0.2, rate - 0.01 * np.ceil(np.maximum(0, agi - above) / step))
    care = rate * np.minimum(lesser, min(held.childcare, 3_000 * min(2.0, held.children)))
    if status == JOINT and spouse is None and n_earners == 1:
        care = 0.0
    assert (found["care_credit"] <= care + 1e-6).all()
    federal = LAW.law("US", year, status)
    lost = 50 * np.ceil(np.maximum(0, agi - (4e5 if status == JOINT else 2e5)) / 1_000)
    child = np.maximum(0, federal.value("child_credit", "amount") * held.children - lost)
    assert (found["child_tax_credit"] <= child + 1e-6).all()
    paid_out = found["net_investment_income_tax"] - found["federal_income_tax"]
    most = np.minimum(
        0.15 * np.maximum(0, earned - 2_500), federal.value("child_credit", "refundable_amount") * held.children
    )
    assert (paid_out <= most + 1e-6).all()
    assert (found["net_investment_income_tax"] <= 0.038 * held.other_income + 1e-9).all()
    assert all((found[name] >= 0).all() for name in (*RESULT_COLUMNS[1:6], "care_credit", "child_tax_credit"))


# Joint, 2025 and 2026. Missouri's deduction of federal tax, Minnesota's and the District's rates twice have no cap.
COUPLES_CAPS = {"Columbus": 650.0, "Dublin OH": 650.0, "Madison": 480.0, "Arlington VA": 259.0}


@given(data=st.data(), shift=st.floats(0, 499), year=st.sampled_from([2025, 2026]), ratio=shares)
def test_a_couples_credits_keep_to_their_caps(data: st.DataObject, shift: float, year: int, ratio: float) -> None:
    """However two earners share their wages; as one earner, they'd pay at most the cap more."""
    held, pay = data.draw(households(is_couple=False)), rising(shift)
    places, kept = list(COUPLES_CAPS), np.array(list(COUPLES_CAPS.values()))[:, None]
    held = replace(held, premiums=0.0, hsa=0.0, traditional_401k=0.0)
    split = replace(held, spouse_wages=np.tile((1 - ratio) * pay, len(places)))
    alone, couple = (
        at_places(amount, places, JOINT, year, finances=of)["state_income_tax"]
        for amount, of in ((pay, held), (ratio * pay, split))
    )
    assert (alone - couple >= -1e-6).all()
    assert (alone - couple <= kept + 1e-6).all()


@given(data=st.data(), shift=st.floats(0, 499), status=statuses, year=st.sampled_from([2025, 2026]))
def test_credits_for_the_home_keep_to_their_caps(data: st.DataObject, shift: float, status: str, year: int) -> None:
    """Illinois: 5% of property tax, up to a limit of income. Wisconsin: 300, and 5% of interest and gifts."""
    held, pay = data.draw(households(is_couple=status == JOINT)), rising(shift)
    bare = replace(held, property_tax=0.0, mortgage_interest=0.0, charity=0.0)
    without, found = (
        at_places(pay, ["Chicago", "Madison"], status, year, finances=each)["state_income_tax"] for each in (bare, held)
    )
    mine, spouse = earned_by_each(pay, held, rises_for_spouse=False, own=0.0)
    agi = mine + (0.0 if spouse is None else spouse) + held.other_income
    chicago = np.where(agi <= (5e5 if status == JOINT else 2.5e5), 0.05 * held.property_tax, 0.0)
    madison = min(300.0, 0.12 * held.property_tax) + 0.05 * (held.mortgage_interest + held.charity)
    saved = without - found
    assert (saved >= -1e-6).all()
    assert (saved[0] <= chicago + 1e-6).all()
    assert (saved[1] <= madison + 1e-6).all()


def rule_of(home: str, work: str) -> str:
    """`both` where the home's state credits the tax of the state of work, `home` where only that one taxes."""
    codes = [next(code for code in LAW.of_place[place] if len(code) == 2 and code != "US") for place in (home, work)]
    taxes = LAW.jurisdictions[codes[1]]["has_wage_income_tax"] and codes[1] != "DC"
    if codes[0] == codes[1] or not taxes or LAW.agreements.get((codes[0], codes[1])) == "home_only":
        return "home"
    return "both"


def homes_for(work: str) -> list[str]:
    """Places from where the rules of two states are known."""
    found = []
    for home in PLACES:
        try:
            taxing_states(home, work, LAW)
        except TwoStatesError:
            continue
        found.append(home)
    return found


IN_PORTLAND = ("OR-MET", "OR-MUL")


@given(data=st.data(), pay=st.lists(wages, min_size=5, max_size=5), status=mostly_joint, year=years)
def test_two_states_take_what_the_greater_one_does(
    data: st.DataObject, pay: list[float], status: str, year: int
) -> None:
    """The state of work as of a resident, by the part of income from there; levies follow each one's work.

    Without deductions, whose limit in New York counts what both states take.
    """
    amounts = np.array(pay)
    held = data.draw(households(is_couple=status == JOINT, without=("mortgage_interest", "property_tax", "charity")))
    mine, spouse = earned_by_each(amounts, held, rises_for_spouse=False, own=0.0)
    agi = mine + (0.0 if spouse is None else spouse) + held.other_income
    share = np.where(agi >= 1, mine / np.maximum(agi, 1.0), 1.0) if spouse is not None or held.other_income else 1.0
    alone = replace(held, spouse_wages=None, other_income=0.0)
    for work in data.draw(st.lists(st.sampled_from(PLACES), min_size=3, max_size=3, unique=True)):
        homes = homes_for(work)
        found = at_places(amounts, homes, status, year, finances=held, work_place=work)
        at_home, at_work = (
            at_places(amounts, places, status, year, finances=held) for places in (homes, [work] * len(homes))
        )
        own = at_places(amounts, [work], status, year, finances=alone)["state_payroll_tax"][0]
        for row, home in enumerate(homes):
            taken, there = at_home["state_income_tax"][row], at_work["state_income_tax"][row]
            if rule_of(home, work) == "both":
                taken = taken + share * np.maximum(0.0, there - taken)
            assert found["state_income_tax"][row] == pytest.approx(taken, abs=0.01), (home, work)
            local = at_home["local_income_tax"][row]
            if not set(IN_PORTLAND) & {*LAW.of_place[work]}:
                assert found["local_income_tax"][row] == pytest.approx(local, abs=0.01), (home, work)
            elif not set(IN_PORTLAND) & {*LAW.of_place[home]}:
                local = local + share * at_work["local_income_tax"][row]
                assert found["local_income_tax"][row] == pytest.approx(local, abs=0.01), (home, work)
            if LAW.of_place[home][1] == LAW.of_place[work][1]:
                levied = at_home["state_payroll_tax"][row]
            else:
                levied = own
                if held.spouse_wages is not None:
                    of_spouse = household_tax(held.spouse_wages, home, status, year, LAW)["state_payroll_tax"].item()
                    levied = levied + of_spouse
            assert found["state_payroll_tax"][row] == pytest.approx(levied, abs=0.01), (home, work)


@examples(40)
@given(data=st.data(), number=numbers, status=mostly_joint, deduction=deductions)
def test_a_frame_equals_each_household_alone(data: st.DataObject, number: int, status: str, deduction: str) -> None:
    """In any order of rows; on wages alone, with amounts of nothing among others, another state of work, or a move."""
    generator, n_rows = np.random.default_rng(number), 12
    options: dict[str, Any] = {"deduction": deduction}
    kind = data.draw(st.sampled_from(["wages", "finances", "commuters", "movers"]))
    # Few of each, so that many rows are taxed alike.
    place, year = (generator.choice(generator.choice(known, 2), n_rows) for known in (taxed_places(LAW), LAW.years))
    pay = generator.uniform(0, 1.5e6, n_rows)
    held, move = None, None
    if kind == "movers":
        old, on = data.draw(st.sampled_from(PLACES)), dt.date(int(year[0]), int(generator.integers(1, 13)), 10)
        year[:] = on.year
        before = generator.uniform(0, 1, n_rows) * pay
        place = generator.choice(generator.choice(places_to_move_to(old, on), 2), n_rows)
        move = Move(old, on, before, generator.choice([0.0, 0.5], n_rows) * before)
    elif kind != "wages":
        amounts = {name: generator.uniform(0, most, n_rows) * generator.integers(0, 2, n_rows)
                   for name, most in MOST.items()}  # fmt: skip
        if status == JOINT and data.draw(st.booleans()):
            amounts["spouse_wages"] = generator.uniform(0, 5e5, n_rows) * generator.integers(0, 2, n_rows)
        held = Finances(children=generator.integers(0, 4, n_rows).astype(float), **amounts)
        if kind == "commuters":
            options["work_place"] = data.draw(st.sampled_from(PLACES))
            place = generator.choice(generator.choice(homes_for(options["work_place"]), 2), n_rows)

    def rows_of(rows: NDArray[np.intp]) -> Any:
        of = None if held is None else Finances(
            **{each.name: value[rows] for each in fields(held)
               if isinstance(value := getattr(held, each.name), np.ndarray)}
        )  # fmt: skip
        moved = None if move is None else replace(
            move, earned_before=move.earned_before[rows], vested_after=move.vested_after[rows]  # type: ignore[index]
        )  # fmt: skip
        found = household_tax(pay[rows], place[rows], status, year[rows], LAW, finances=of, move=moved, **options)
        return found.drop(columns="status").to_numpy()

    together, order = rows_of(np.arange(n_rows)), generator.permutation(n_rows)
    assert (rows_of(order) == together[order]).all()
    for row in range(n_rows):
        assert rows_of(np.array([row]))[0].tolist() == together[row].tolist(), place[row]


@given(data=st.data(), shift=st.floats(0, 499), year=years, deduction=deductions)
def test_a_couple_may_be_named_in_any_order(data: st.DataObject, shift: float, year: int, deduction: str) -> None:
    """But for what one of them saves and pays."""
    held = data.draw(households(is_couple=True, without=OF_ONE, has_children=data.draw(st.booleans())))
    other = data.draw(st.one_of(st.floats(0, 2e4), st.floats(0, 1e6)))
    pay = np.append(rising(shift), 199 * other)  # half a percent, which Missouri rounds
    spouse = np.full_like(pay, other)
    first, second = (
        at_places(own, PLACES, JOINT, year, deduction=deduction, finances=with_spouse)
        for own, with_spouse in (
            (pay, replace(held, spouse_wages=np.tile(spouse, len(PLACES)))),
            (spouse, with_rising_spouse(held, pay, len(PLACES))),
        )
    )
    for name in (*RESULT_COLUMNS, *FINANCE_COLUMNS):
        assert np.allclose(first[name], second[name], rtol=1e-12, atol=1e-5), name
