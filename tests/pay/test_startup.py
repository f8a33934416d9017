"""Options and shares of a startup: cases worked out apart from the code, laws, and figures that cannot be."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import is_close, rows
from hypothesis import assume, example, given, strategies as st
from strategies import schedules

from compkit.errors import CompkitError, OutOfRangeError, UnknownChoiceError
from compkit.model.equity import VestingSchedule
from compkit.pay.startup import (
    SIMPLIFICATIONS,
    TAXES_LEFT_OUT,
    Company,
    Exit,
    OptionGrant,
    Round,
    ShareGrant,
    common_price,
    exit_summary,
    exit_table,
    leaving_exercise,
    paper_value,
    shares_at_exit,
    vested_at,
)

VESTING = {
    "yearly": VestingSchedule("yearly", (12, 24, 36, 48), (0.25, 0.25, 0.25, 0.25)),
    "cliff": VestingSchedule("cliff", tuple(range(12, 49)), (0.25, *[1 / 48] * 36)),
}
OPTIONS = OptionGrant(10_000, 2.5, VESTING["yearly"], fair_value=4.0)
COMPANY = Company(
    50e6, 80e6, (Round(18, 0.2),), (Exit(0.0, 0.6), Exit(100e6, 0.25), Exit(500e6, 0.15)), exit_month=60
)  # fmt: skip
SUMMED = ("expected_net", "median_net", "chance_of_nothing", "best")


def number(text: str) -> float | None:
    return float(text) if text else None


def grant_of(text: str) -> OptionGrant | ShareGrant:
    """Return the grant that `options n_options=1000 strike=2.5 vesting=yearly` stands for."""
    form, *fields = text.split()
    values: dict[str, Any] = dict(field.split("=") for field in fields)
    typed = {
        name: VESTING[value] if name == "vesting" else int(value) if "month" in name else float(value)
        for name, value in values.items()
    }
    return OptionGrant(**typed) if form == "options" else ShareGrant(**typed)


def company_of(row: dict[str, str]) -> Company:
    pairs = {name: [pair.split(":") for pair in row[name].split()] for name in ("rounds", "exits")}
    return Company(
        float(row["fully_diluted_shares"]),
        float(row["preference_stack"]),
        tuple(Round(int(month), float(rate)) for month, rate in pairs["rounds"]),
        tuple(Exit(float(value), float(chance)) for value, chance in pairs["exits"]),
        int(row["exit_month"]),
        row["acceleration"],  # type: ignore[arg-type]
        number(row["investor_share"]),
    )


def figure_of(row: dict[str, str]) -> float | None:
    """Return the figure that a row asks for."""
    company, grants = company_of(row), [grant_of(text) for text in row["grants"].split(";")]
    name, argument, is_let_go = row["figure"], number(row["argument"]), row["is_let_go"] == "true"
    table = exit_table(company, grants, is_let_go=is_let_go, discount_rate=float(row["discount_rate"]))
    if name in SUMMED:
        found: float | None = getattr(exit_summary(table), name)
        return found
    if name == "paper_value":
        return paper_value(grants, argument)
    if name == "shares_at_exit":
        return shares_at_exit(company)
    if name == "price":
        return float(common_price(argument or 0.0, company))
    if name.startswith("leaving "):
        assert isinstance(grants[0], OptionGrant)
        assert argument is not None
        of_leaving = float(leaving_exercise(grants[0], [int(argument)])[name.removeprefix("leaving ")].iloc[0])
        return None if math.isnan(of_leaving) else of_leaving
    return float(table.loc[table["value"] == argument, name].iloc[0])


@pytest.mark.parametrize("row", rows("startup"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    found, expected = figure_of(row), number(row["expected"])
    if found is None or expected is None or math.isinf(expected):
        assert found == expected, row["derivation"]
    else:
        assert is_close(found, expected), (found, row["derivation"])


def test_hand_worked_cases_meet_every_figure() -> None:
    figures = {row["figure"] for row in rows("startup")}
    assert figures >= {*SUMMED, *exit_table(COMPANY, [OPTIONS]).columns} - {"value", "chance", "price_per_share"}


# Laws

money = st.integers(0, 2_000).map(lambda millions: millions * 1e6)
rates = st.integers(0, 90).map(lambda hundredths: hundredths / 100)
rounds = st.lists(st.builds(Round, st.integers(1, 96), rates), max_size=3).map(tuple)
strikes = st.integers(0, 5_000).map(lambda hundredths: hundredths / 100)
starts = st.integers(0, 60)
some_grants = st.lists(
    st.one_of(
        st.builds(
            OptionGrant, st.integers(0, 50_000), strikes, schedules(), starts, expires_after_months=st.integers(0, 120)
        ),
        st.builds(ShareGrant, st.integers(0, 50_000), schedules(), starts),
    ),
    max_size=4,
)


@st.composite
def companies(draw: st.DrawFn) -> Company:
    """Draw a company with room for some grants, and up to five exits, some without a chance."""
    parts = draw(st.lists(st.integers(0, 10), min_size=1, max_size=5).filter(any))
    exits = tuple(Exit(draw(money), part / sum(parts)) for part in parts)
    acceleration = draw(st.sampled_from(["none", "single", "double"]))
    size, stack = draw(st.integers(2_000_000, 100_000_000)), draw(money)
    months, investors = draw(st.integers(1, 130)), draw(st.none() | rates)
    return Company(size, stack, draw(rounds), exits, months, acceleration, investors)  # type: ignore[arg-type]


def never_less(higher: pd.Series, lower: pd.Series) -> bool:
    """Return whether amounts are at least others, but for the arithmetic."""
    return bool((higher >= lower - 1e-6 - 1e-9 * lower.abs()).all())


@given(companies(), some_grants, st.booleans())
@example(COMPANY, [OPTIONS], False)  # noqa: FBT003
def test_the_figures_of_an_exit_fit_together(company: Company, grants: list[Any], is_let_go: bool) -> None:  # noqa: FBT001
    table = exit_table(company, grants, is_let_go=is_let_go)
    assert (table["net"] >= 0).all()
    assert np.allclose(table["gross"] - table["exercise_cost"], table["net"], rtol=1e-9, atol=1e-5)
    assert (table["net"] == table["present_value"]).all()
    assert never_less(table["value"], table["price_per_share"] * shares_at_exit(company))
    assert never_less(table["vested_units"] * table["price_per_share"], table["gross"])
    to_common = (table["value"] - company.preference_stack).clip(lower=0)
    as_shares = table["value"] * company.common_shares / shares_at_exit(company)
    assert never_less(np.maximum(to_common, as_shares), table["gross"])
    assert (table["vested_units"] <= sum(each.units for each in grants) * (1 + 1e-12)).all()


@given(companies(), some_grants)
def test_net_rises_with_the_exit_value(company: Company, grants: list[Any]) -> None:
    table = exit_table(company, grants).sort_values("value")
    assert (table["net"].diff().dropna() >= -1e-6).all()
    assert (table["price_per_share"].diff().dropna() >= 0).all()


@given(companies(), some_grants, st.integers(1, 96), rates)
def test_more_dilution_never_helps(company: Company, grants: list[Any], month: int, rate: float) -> None:
    diluted = replace(company, rounds=(*company.rounds, Round(month, rate)))
    before, after = exit_table(company, grants), exit_table(diluted, grants)
    assert never_less(before["net"], after["net"])
    assert (before["price_per_share"] == after["price_per_share"]).all() or month <= company.exit_month


@given(companies(), some_grants, money)
def test_a_higher_preference_never_helps(company: Company, grants: list[Any], more: float) -> None:
    burdened = replace(company, preference_stack=company.preference_stack + more)
    assert never_less(exit_table(company, grants)["net"], exit_table(burdened, grants)["net"])


@given(companies(), some_grants)
def test_acceleration_never_lowers(company: Company, grants: list[Any]) -> None:
    """Double is none while the job goes on, and single where it ends with the exit."""

    def net(acceleration: Any, *, is_let_go: bool = False) -> pd.Series:  # noqa: ANN401, RUF100
        return exit_table(replace(company, acceleration=acceleration), grants, is_let_go=is_let_go)["net"]

    assert never_less(net("single"), net("none"))
    assert net("double").equals(net("none"))
    assert net("double", is_let_go=True).equals(net("single"))


@given(companies(), some_grants, st.integers(0, 100).map(lambda hundredths: hundredths / 100))
def test_a_summary_lies_within_its_exits(company: Company, grants: list[Any], discount_rate: float) -> None:
    table = exit_table(company, grants, discount_rate=discount_rate)
    summary, likely = exit_summary(table), table.loc[table["chance"] > 0, "present_value"]
    slack = 1e-9 * (1 + summary.best)
    assert likely.min() - slack <= summary.expected_net <= summary.best + slack
    assert summary.best == likely.max()
    assert summary.median_net in likely.to_numpy()
    assert table.loc[table["present_value"] <= summary.median_net, "chance"].sum() >= 0.5 - 1e-9
    assert table.loc[table["present_value"] >= summary.median_net, "chance"].sum() >= 0.5 - 1e-9
    assert table["chance"].sum() == pytest.approx(1)
    of_something = table.loc[table["present_value"] > 0, "chance"].sum()
    assert summary.chance_of_nothing + of_something == pytest.approx(1)


@given(companies(), some_grants, st.integers(1, 120), st.integers(0, 100).map(lambda hundredths: hundredths / 100))
def test_waiting_longer_for_the_same_is_worth_less(
    company: Company, grants: list[Any], months: int, discount_rate: float
) -> None:
    """Twelve months of waiting divide by 1 + the rate, whatever the grants."""
    table = exit_table(company, grants, discount_rate=discount_rate)
    assert never_less(table["net"], table["present_value"])
    shares = [ShareGrant(1000, VestingSchedule("at once", (1,), (1.0,)))]
    early, late = (replace(company, rounds=(), exit_month=wait) for wait in (months, months + 12))
    now, then = (exit_table(each, shares, discount_rate=discount_rate)["present_value"] for each in (early, late))
    assert np.allclose(now, then * (1 + discount_rate), rtol=1e-9)


@given(companies(), st.lists(money, min_size=1, max_size=5))
def test_many_exits_are_priced_as_one_by_one(company: Company, values: list[float]) -> None:
    together = common_price(values, company)
    assert together.tolist() == [float(common_price(value, company)) for value in values]
    assert common_price([values], company).shape == (1, len(values))


@given(companies(), st.integers(1, 40).map(lambda tenths: tenths / 10))
def test_the_price_does_not_jump_where_investors_convert(company: Company, preference_tens: float) -> None:
    """The rule as the specification words it, beside the lower of two prices."""
    q = 1 - company.common_shares / shares_at_exit(company)
    stack = preference_tens * 1e7
    company = replace(company, preference_stack=stack)
    assume(q > 0.01)
    threshold = stack / q
    for value in (0.5 * threshold, 0.999 * threshold, 1.001 * threshold, 3 * threshold):
        converted = value * q >= stack
        by_rule = (
            value / shares_at_exit(company) if converted
            else max(0.0, value - stack) / (shares_at_exit(company) * (1 - q))
        )  # fmt: skip
        assert float(common_price(value, company)) == pytest.approx(by_rule, rel=1e-9, abs=1e-12)
    below, above = common_price([threshold * (1 - 1e-9), threshold * (1 + 1e-9)], company)
    assert below == pytest.approx(above, rel=1e-6)


@given(companies(), st.integers(1, 50_000), schedules(), starts)
def test_options_at_no_price_are_shares(company: Company, units: int, vesting: VestingSchedule, start: int) -> None:
    options = OptionGrant(units, 0.0, vesting, start, expires_after_months=1000)
    assert exit_table(company, [options]).equals(exit_table(company, [ShareGrant(units, vesting, start)]))


@given(st.integers(1, 50_000), strikes, schedules(), starts, st.integers(0, 24))
def test_what_has_vested_on_leaving_only_grows(
    units: int, strike: float, vesting: VestingSchedule, start: int, window: int
) -> None:
    grant = OptionGrant(units, strike, vesting, start, 3.0, "iso", window, 120)
    months = range(start + 121)
    table = leaving_exercise(grant, months)
    assert list(table.index) == list(months)
    assert (table["vested_options"].diff().dropna() >= 0).all()
    assert table["vested_options"].iloc[-1] == units
    assert table["vested_options"].iloc[0] == 0
    assert (table["last_month"] <= start + 120).all()
    assert np.allclose(table["exercise_cost"] + table["spread"], 3.0 * table["vested_options"])
    assert [vested_at(grant, month) for month in months] == table["vested_options"].tolist()


@given(companies(), some_grants, st.integers(2, 50))
def test_a_count_of_shares_is_a_unit_of_measure(company: Company, grants: list[Any], factor: int) -> None:
    """A split changes no amount; so the company may be one share, and a grant a part of it."""

    def split(grant: Any) -> Any:  # noqa: ANN401, RUF100
        if isinstance(grant, ShareGrant):
            return replace(grant, units=grant.units * factor)
        return replace(grant, n_options=grant.n_options * factor, strike=grant.strike / factor)

    larger = replace(company, fully_diluted_shares=company.fully_diluted_shares * factor)
    before, after = exit_table(company, grants), exit_table(larger, [split(each) for each in grants])
    assert np.allclose(before["net"], after["net"], rtol=1e-9, atol=1e-4)


def test_no_grant_brings_nothing_for_sure() -> None:
    summary = exit_summary(exit_table(COMPANY, []))
    assert (summary.chance_of_nothing, summary.best) == (1.0, 0.0)


def test_the_paper_value_is_not_the_expected_one() -> None:
    """The spec's company: 15,000 on the recruiter's sheet, 8,250 expected, nothing in 85 of 100."""
    summary = exit_summary(exit_table(COMPANY, [OPTIONS]))
    assert (paper_value([OPTIONS]), summary.expected_net) == (15_000, pytest.approx(8_250))


def test_what_is_left_out_is_said() -> None:
    assert all(word in TAXES_LEFT_OUT for word in ("ISO", "NSO", "AMT", "83(b)"))
    assert all(sentence.endswith(".") for sentence in (TAXES_LEFT_OUT, *SIMPLIFICATIONS))


YEARLY = VESTING["yearly"]
IMPOSSIBLE: dict[str, Callable[[], object]] = {
    "strike": lambda: OptionGrant(1, -1.0, YEARLY),
    "n_options": lambda: OptionGrant(math.nan, 1.0, YEARLY),
    "fair_value": lambda: OptionGrant(1, 1.0, YEARLY, fair_value=math.nan),
    "expires_after_months": lambda: OptionGrant(1, 1.0, YEARLY, expires_after_months=-1),
    "units": lambda: ShareGrant(math.inf, YEARLY),
    "fully_diluted_shares": lambda: replace(COMPANY, fully_diluted_shares=0.0),
    "preference_stack": lambda: replace(COMPANY, preference_stack=-1.0),
    "exit_month": lambda: replace(COMPANY, exit_month=0),
    "investor_share": lambda: replace(COMPANY, investor_share=1.0),
    "dilution_rate": lambda: replace(COMPANY, rounds=(Round(1, 1.0),)),
    "values of exits": lambda: replace(COMPANY, exits=(Exit(-1.0, 1.0),)),
    "chances of exits": lambda: replace(COMPANY, exits=(Exit(1.0, 0.5), Exit(2.0, 0.499))),
    "chances of exits must be 0 to 1": lambda: replace(COMPANY, exits=(Exit(1.0, 1.5), Exit(2.0, -0.5))),
    "chances of exits must sum to 1": lambda: replace(COMPANY, exits=()),
    "units of all grants": lambda: exit_table(COMPANY, [ShareGrant(51e6, YEARLY)]),
    "discount_rate": lambda: exit_table(COMPANY, [OPTIONS], discount_rate=-1.0),
    "exit_value": lambda: common_price([1.0, -1.0], COMPANY),
    "month": lambda: vested_at(OPTIONS, -1),
    "last_price": lambda: paper_value([ShareGrant(1, YEARLY)]),
}


@pytest.mark.parametrize("what", IMPOSSIBLE)
def test_an_impossible_figure_is_named(what: str) -> None:
    with pytest.raises(OutOfRangeError, match=what):
        IMPOSSIBLE[what]()


def test_a_closed_list_is_told() -> None:
    with pytest.raises(UnknownChoiceError, match="acceleration must be one of none, single, double") as caught:
        replace(COMPANY, acceleration="triple")  # type: ignore[arg-type]
    assert isinstance(caught.value, CompkitError)
