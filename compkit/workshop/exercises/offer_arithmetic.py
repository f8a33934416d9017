"""Offer arithmetic: total pay by year, vesting, sign-ons, and why year 2 differs from year 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from compkit.market import guide_band
from compkit.model import AMAZON_VESTING
from compkit.pay import FLAT, PayTerms, cash_flow
from compkit.periods import MONTHS_A_YEAR
from compkit.reference import Tables
from compkit.workshop.draw import Draw
from compkit.workshop.exercises.given import Given
from compkit.workshop.exercises.question import (
    ChoiceQuestion,
    NumberQuestion,
    Question,
    Span,
    dollars,
    mistake,
    share,
)
from compkit.workshop.scenario import COMPANIES, LOCATIONS, TITLES

_STEPS = {"base_salary": 1_000, "rsu_4yr": 20_000, "sign_on_y1": 5_000, "sign_on_y2": 5_000}
_N_YEARS = 4
_LEAVING_MONTH = 18
_THOUSAND = 1_000


class _Offer:
    """A drawn offer with its pay by year, worked out by the kit's cash flow."""

    def __init__(self, draw: Draw, tables: Tables) -> None:
        self.company, self.level, self.location = (
            draw.choice(COMPANIES),
            draw.choice(("L6", "L7")),
            draw.choice(LOCATIONS),
        )
        amounts = {measure: self._amount(draw, tables, measure, step) for measure, step in _STEPS.items()}
        self.base, self.stock, self.sign_on_1, self.sign_on_2 = amounts.values()
        columns = {"equity_value": self.stock, "vesting": AMAZON_VESTING}
        frame = pd.DataFrame([amounts | columns], index=["offer"])
        flow = cash_flow(PayTerms.from_columns(frame, tables.schedules), FLAT, _N_YEARS)
        by_month = flow.of_offer("offer")
        year = (by_month.index - 1) // MONTHS_A_YEAR
        self.vests = [float(one) for one in by_month["equity"].groupby(year).sum()]
        self.totals = [float(one) for one in flow.total[0].reshape(_N_YEARS, -1).sum(axis=1)]
        self.vested_on_leaving = float(by_month["equity"].loc[:_LEAVING_MONTH].sum())
        self.tranches = [(at + 1, float(vest)) for at, vest in enumerate(by_month["equity"]) if vest]

    def _amount(self, draw: Draw, tables: Tables, measure: str, step: int) -> int:
        band = guide_band(self.level, self.location, measure, tables)
        assert band is not None  # noqa: S101
        return step * draw.between(-(-int(band[0]) // step), int(band[1]) // step)

    def given(self) -> list[Given]:
        """Tell the offer and its vesting schedule."""
        short = f"${self.stock // _THOUSAND:,}K"
        offer = Given(
            f"The offer: {TITLES[self.level]}, {self.level}, at {self.company} in {self.location}",
            ("", ""),
            (
                ("Base salary", f"{dollars(self.base)} a year"),
                ("Stock", f"{short}, over four years"),
                ("Sign-on, year 1", f"{dollars(self.sign_on_1)}, paid on the first day"),
                ("Sign-on, year 2", f"{dollars(self.sign_on_2)}, paid when year 2 begins"),
            ),
            "There is no bonus. Assume that the share price doesn't change.",
        )
        rows = [(f"month {month}", share(vest / self.stock)) for month, vest in self.tranches]
        return [offer, Given("How the stock vests", ("After", "Share of the grant"), rows)]


def offer_arithmetic(draw: Draw, tables: Tables) -> tuple[Sequence[Given], Mapping[str, Question]]:
    """Draw an offer and ask for its pay."""
    offer = _Offer(draw, tables)
    questions: dict[str, Question] = {
        "year-one": _year_one(offer),
        "year-two": _year_two(offer),
        "why": _why(offer, draw),
        "year-three": _year_three(offer),
        "leaving": _leaving(offer),
        "average": _average(offer),
    }
    return offer.given(), questions


def _year_one(offer: _Offer) -> NumberQuestion:
    base, stock, first, second, vest = offer.base, offer.stock, offer.sign_on_1, offer.sign_on_2, offer.vests[0]
    return NumberQuestion(
        "What does the offer pay in year 1, in total?",
        Span.near(offer.totals[0]),
        f"{dollars(base)} salary + {dollars(first)} sign-on + {dollars(vest)} stock = {dollars(offer.totals[0])}.",
        (
            mistake(base + first + second + vest, "You counted the year-2 sign-on in year 1. It comes a year later."),
            mistake(
                base + first + stock / 4,
                "You took a quarter of the stock. It doesn't vest evenly: see how much vests in month 12.",
            ),
            mistake(base + first + stock, "You counted the whole grant. Only what vests in year 1 is pay of year 1."),
            mistake(base + first, "You left out the stock that vests at the end of year 1."),
            mistake(base + vest, "You left out the sign-on of year 1."),
            mistake(first + vest, "You left out the salary."),
            mistake(
                base + first + vest / _THOUSAND,
                "You read the stock's K as if it weren't there: it stands for thousand.",
            ),
        ),
        "Add three things: the salary, the sign-on paid in year 1, and the stock that vests in year 1.",
    )


def _year_two(offer: _Offer) -> NumberQuestion:
    base, stock, first, second, vest = offer.base, offer.stock, offer.sign_on_1, offer.sign_on_2, offer.vests[1]
    return NumberQuestion(
        "What does it pay in year 2, in total?",
        Span.near(offer.totals[1]),
        f"{dollars(base)} salary + {dollars(second)} sign-on + {dollars(vest)} stock = {dollars(offer.totals[1])}.",
        (
            mistake(base + first + vest, "You paid the year-1 sign-on again. Year 2 has its own."),
            mistake(base + first + second + vest, "You counted both sign-ons. The first was paid in year 1."),
            mistake(base + second + stock / 4, "You took a quarter of the stock. Read what vests in month 24."),
            mistake(
                base + second + vest + offer.vests[0],
                "You counted all stock vested so far. What vested in month 12 was pay of year 1.",
            ),
            mistake(base + vest, "You left out the sign-on of year 2."),
            mistake(base + second, "You left out the stock that vests in month 24."),
            mistake(offer.totals[0], "That is year 1. The sign-on and the stock are different in year 2."),
        ),
        "As in year 1, but with the sign-on of year 2 and the stock that vests in month 24.",
    )


def _why(offer: _Offer, draw: Draw) -> ChoiceQuestion:
    drop, vest = offer.sign_on_1 - offer.sign_on_2, offer.vests[1]
    change = "lower" if drop > 0 else "higher"
    sign_on, more = f"The sign-on is {dollars(abs(drop))} {change}", dollars(vest - offer.vests[0])
    right = f"{sign_on}, and {more} more stock vests."
    first, second = (share(one / offer.stock) for one in offer.vests[:2])
    why_not = {
        f"{sign_on}; the stock is the same every year.": f"It isn't: {first} vests in year 1, {second} in year 2.",
        f"There is no sign-on any more, and {more} more stock vests.": "There is: this offer has a sign-on for year 2.",
        f"{sign_on}, and {dollars(vest)} more stock vests.": (
            "That is all the stock of year 2. Subtract what vested in year 1."
        ),
    }
    options = draw.shuffled([right, *why_not])
    return ChoiceQuestion("Why doesn't year 2 pay the same as year 1?", options, right,
                          "The salary is the same, so these two make the whole difference.", why_not)  # fmt: skip


def _year_three(offer: _Offer) -> NumberQuestion:
    base, stock, second, vest = offer.base, offer.stock, offer.sign_on_2, offer.vests[2]
    return NumberQuestion(
        "What does it pay in year 3, in total?",
        Span.near(offer.totals[2]),
        f"{dollars(base)} salary + {dollars(vest)} stock = {dollars(offer.totals[2])}. There is no sign-on.",
        (
            mistake(base + vest / 2, "You counted one of two vests: the stock vests in month 30 and in month 36."),
            mistake(base + stock / 4, "You took a quarter of the stock. Add up what vests in months 30 and 36."),
            mistake(base + second + vest, "You paid the year-2 sign-on again. There is none in year 3."),
            mistake(
                base + sum(offer.vests[:3]),
                "You counted all stock vested so far. Only what vests in year 3 is pay of year 3.",
            ),
            mistake(base, "You left out the stock."),
        ),
        "No sign-on is left. Add the salary and everything that vests from month 25 to month 36.",
    )


def _leaving(offer: _Offer) -> NumberQuestion:
    stock, first, second = offer.stock, offer.vests[0], offer.vests[1]
    right = offer.vested_on_leaving
    return NumberQuestion(
        f"You leave after {_LEAVING_MONTH} months. How much of the stock do you have by then?",
        Span.near(right),
        f"Only what vested in month 12: {share(right / stock)} of {dollars(stock)}.",
        (
            mistake(
                stock * _LEAVING_MONTH / (_N_YEARS * MONTHS_A_YEAR),
                "You gave every month its part. Stock vests on its dates, and nothing vests in between.",
            ),
            mistake(
                first + second / 2, "You counted half of the vest of month 24. Before that date none of it is yours."
            ),
            mistake(first + second, "You counted the vest of month 24, which you would miss by six months."),
            mistake(stock / 4, "You took a quarter for the first year. This schedule begins with less."),
            mistake(0, "Some has vested: look for the dates up to month 18."),
            mistake(stock, "That is the whole grant. What hasn't vested is lost when you leave."),
        ),
        "Find the vesting dates up to month 18, and add up their shares of the grant.",
    )


def _average(offer: _Offer) -> NumberQuestion:
    base, stock, first, second = offer.base, offer.stock, offer.sign_on_1, offer.sign_on_2
    right = sum(offer.totals) / _N_YEARS
    return NumberQuestion(
        "What does it pay in an average year of the four?",
        Span.near(right),
        f"{dollars(sum(offer.totals))} over four years, divided by 4. No single year pays just that.",
        (
            mistake(sum(offer.totals), "That is the total of all four years. Divide it by four."),
            mistake(base + stock / 4, "You left out the sign-ons. They are part of the four years too."),
            mistake(
                base + stock / 4 + first + second,
                "You paid both sign-ons every year. They are paid once each, so spread them over four years.",
            ),
            mistake(base + stock / 4 + first / 4, "You left out the sign-on of year 2."),
            mistake(sum(offer.totals[:2]) / 2, "That is the average of the first two years."),
            mistake(offer.totals[0], "That is year 1, not an average."),
        ),
        "Add up all four years, and divide by four.",
    )
