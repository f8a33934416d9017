"""Reading a market: which reports compare, how many there are, their median and percentiles, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import NamedTuple

import numpy as np

from compkit.market import guide_band
from compkit.model import AMAZON
from compkit.paydata import summary
from compkit.reference import Tables
from compkit.workshop.draw import Draw
from compkit.workshop.exercises.given import Given
from compkit.workshop.exercises.question import (
    ChoiceQuestion,
    Mistake,
    NumberQuestion,
    Question,
    Span,
    dollars,
    mistake,
    share,
)
from compkit.workshop.scenario import LOCATIONS

LEVEL, NEXT_LEVEL = "L6", "L7"
_COMPANIES = ("Google", "Meta")
_MIDDLE = {8: ("fourth", "fifth"), 10: ("fifth", "sixth")}
"""How many reports compare, and which two of them are in the middle."""
_N_ABOVE = (5, 7)
_THOUSAND = 1_000
_PERCENT_GIVE = 0.006
_ENGINEER = "software engineer"


class _Report(NamedTuple):
    """One person's pay as reported, and the level it is about the same as at Amazon."""

    company: str
    level: str
    pay: int
    amazon_level: str


@dataclass(frozen=True)
class _Market:
    """Reports of pay in one place, and an offer to compare with them [USD a year]."""

    location: str
    reports: Sequence[_Report]
    titles: Sequence[tuple[str, str, str]]
    pay: int
    base: int
    band: tuple[float, float]

    @property
    def same(self) -> list[int]:
        """Pay of comparable reports, from the lowest."""
        return sorted(report.pay for report in self.reports if report.amazon_level == LEVEL)

    @property
    def named_alike(self) -> list[int]:
        """Pay of the reports whose level has the same name."""
        return [report.pay for report in self.reports if report.level == LEVEL]

    @property
    def above(self) -> list[int]:
        """Pay of the reports one level up."""
        return [report.pay for report in self.reports if report.amazon_level == NEXT_LEVEL]

    @property
    def everyone(self) -> list[int]:
        """Pay of all reports."""
        return [report.pay for report in self.reports]

    def given(self) -> list[Given]:
        """Tell the offer, the levels and the reports."""
        offer = Given(
            f"Your offer: software engineer, {LEVEL}, at {AMAZON} in {self.location}",
            ("", ""),
            (
                ("Base salary", dollars(self.base)),
                ("Average pay a year, with stock", _short(self.pay)),
                (f"The guide's band for base salary at {LEVEL}", f"{dollars(self.band[0])} to {dollars(self.band[1])}"),
            ),
        )
        levels = Given(
            "Which levels are about the same",
            ("Company", "Level there", f"At {AMAZON}"),
            self.titles,
            "From public pages, which can disagree.",
        )
        rows = [(report.company, report.level, _short(report.pay)) for report in self.reports]
        title = f"What people in {self.location} typed into a pay forum this year (invented)"
        return [offer, levels, Given(title, ("Company", "Level", "Average pay a year"), rows)]


def reading_a_market(draw: Draw, tables: Tables) -> tuple[Sequence[Given], Mapping[str, Question]] | None:
    """Draw reports of pay and ask what they say; None for numbers that are no good."""
    market = _draw_market(draw, tables)
    if market is None:
        return None
    questions: dict[str, Question] = {
        "count": _count(market),
        "median": _median(market),
        "percentile": _percentile(market),
        "band": _band(market),
        "sample": _sample(market, draw),
    }
    return market.given(), questions


def _draw_market(draw: Draw, tables: Tables) -> _Market | None:
    location = draw.choice(LOCATIONS)
    titles = [
        (str(row["company"]), str(row["level"]), str(row["amazon_level"]))
        for row in tables.rows("level_map")
        if row["company"] in _COMPANIES and row["role"] == _ENGINEER
    ]
    reports = [
        _Report(company, level, pay, amazon_level)
        for amazon_level, n_people in ((LEVEL, draw.choice(tuple(_MIDDLE))), (NEXT_LEVEL, draw.between(*_N_ABOVE)))
        for (company, level), pay in zip(
            _spread(draw, n_people, [(AMAZON, amazon_level), *_equals(titles, amazon_level)]),
            _draw_pays(draw, location, amazon_level, n_people, tables),
            strict=True,
        )
    ]
    bands = [guide_band(LEVEL, location, measure, tables) for measure in ("total_4yr_avg", "base_salary")]
    assert bands[0] is not None  # noqa: S101
    assert bands[1] is not None  # noqa: S101
    pay = _THOUSAND * draw.between(*(int(end) // _THOUSAND for end in bands[0]))
    base = _THOUSAND * draw.between(*(int(end) // _THOUSAND for end in bands[1]))
    market = _Market(location, draw.shuffled(reports), titles, pay, base, bands[1])
    # Whole thousands for the median, and an offer that is neither in the list nor at an end of it.
    is_good = median(market.same) % _THOUSAND == 0 and pay not in market.everyone
    return market if is_good and 2 <= sum(one <= pay for one in market.same) <= len(market.same) - 2 else None


def _equals(titles: Sequence[tuple[str, str, str]], amazon_level: str) -> list[tuple[str, str]]:
    return [(company, level) for company, level, same in titles if same == amazon_level]


def _spread(draw: Draw, n_people: int, jobs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Jobs of some people: each job at least once."""
    return [*jobs, *(draw.choice(jobs) for _ in range(n_people - len(jobs)))]


def _draw_pays(draw: Draw, location: str, level: str, n_people: int, tables: Tables) -> list[int]:
    """Different amounts in the guide's band of average pay."""
    band = guide_band(level, location, "total_4yr_avg", tables)
    assert band is not None  # noqa: S101
    found: dict[int, None] = {}
    while len(found) < n_people:
        found[_THOUSAND * draw.between(*(int(end) // _THOUSAND for end in band))] = None
    return list(found)


def _short(pay: float) -> str:
    return f"${pay / _THOUSAND:,.0f}K"


def _count(market: _Market) -> NumberQuestion:
    same, amazon_only = (
        len(market.same),
        sum(report.company == AMAZON and report.level == LEVEL for report in market.reports),
    )
    return NumberQuestion(
        "How many of the reports can you compare your offer with?",
        Span.near(same),
        f"{same} reports are at {LEVEL} or its equivalent: that is your n.",
        (
            mistake(
                len(market.named_alike),
                f"You counted the reports that say {LEVEL}. The name isn't the level: use the table of levels.",
            ),
            mistake(len(market.reports), "You counted all reports. Those of people a level above don't compare."),
            mistake(amazon_only, f"You counted {AMAZON}'s alone. Equivalent levels elsewhere compare too."),
            mistake(len(market.above), f"That is how many are at {NEXT_LEVEL} or its equivalent, a level above yours."),
        ),
        f"Find the level at each company that is about the same as {LEVEL}, and count those rows.",
        "count",
    )


def _median(market: _Market) -> NumberQuestion:
    same = market.same
    half = len(same) // 2
    low, high = same[half - 1], same[half]
    lower, upper = _MIDDLE[len(same)]
    right = summary(same, rng=np.random.default_rng(0)).p50
    assert right is not None  # noqa: S101
    between = f"With {len(same)} reports the median is halfway between the {lower} and the {upper}."
    return NumberQuestion(
        "What is the median of the comparable reports?",
        Span.near(right),
        f"The {lower} and the {upper} of {len(same)} are {_short(low)} and {_short(high)}; half are below, half above.",
        (
            mistake(median(market.above), f"You took the median of {NEXT_LEVEL}, a level above yours."),
            mistake(
                median(market.named_alike),
                f"You took the median of the reports that say {LEVEL}. Use the table of levels to see which compare.",
            ),
            mistake(median(market.everyone), "You took the median of all reports, with those of a level above."),
            Mistake(
                Span.near(mean(same), _THOUSAND / 2),
                "That is the mean. One very high report would move it; the median stays.",
            ),
            mistake(low, f"You took the {lower} report. {between}"),
            mistake(high, f"You took the {upper} report. {between}"),
        ),
        "Put the comparable reports in order, and find the middle.",
    )


def _percentile(market: _Market) -> NumberQuestion:
    same, pay = market.same, market.pay
    n_below = sum(one <= pay for one in same)
    right, rest = n_below / len(same), _share_below(pay, market.everyone)
    within = (pay - same[0]) / (same[-1] - same[0])
    return NumberQuestion(
        f"What share of the comparable reports is at or below your {_short(pay)}?",
        Span.near(right, _PERCENT_GIVE),
        f"{n_below} of {len(same)} are, or {share(right)}: that is your offer's percentile.",
        (
            mistake(1 - right, "That is the share above your offer. Count those at or below it.", _PERCENT_GIVE),
            mistake(rest, "You counted all reports. Take only those that compare.", _PERCENT_GIVE),
            mistake(
                _share_below(pay, market.named_alike),
                f"You counted the reports that say {LEVEL}. Use the table of levels to see which compare.",
                _PERCENT_GIVE,
            ),
            mistake(
                within,
                "That is how far up you are from the lowest to the highest pay. A percentile counts people.",
                _PERCENT_GIVE,
            ),
            mistake(n_below / 100, "That is a count. Divide it by the number of comparable reports.", 0.001),
        ),
        "Count the comparable reports at or below your pay, and divide by n.",
        "rate",
    )


def _share_below(pay: float, others: Sequence[int]) -> float:
    return sum(one <= pay for one in others) / len(others)


def _band(market: _Market) -> NumberQuestion:
    base, (low, high) = market.base, market.band
    right = (base - low) / (high - low)
    return NumberQuestion(
        "How far up the guide's band is your base salary, from 0% at its low end to 100% at its high end?",
        Span.near(right, _PERCENT_GIVE),
        f"({dollars(base)} - {dollars(low)}) / ({dollars(high)} - {dollars(low)}) = {share(right)}.",
        (
            mistake(base / high, "You divided by the top of the band. Begin at its low end.", _PERCENT_GIVE),
            mistake(1 - right, "You measured from the top down. The low end is 0%.", _PERCENT_GIVE),
            Mistake(
                Span((base - low) / high - _PERCENT_GIVE, (base - low) / low + _PERCENT_GIVE),
                "You divided by one end of the band. Divide by its width, high end less low end.",
            ),
        ),
        "How far is it above the low end, as a share of the band's width?",
        "rate",
    )


def _sample(market: _Market, draw: Draw) -> ChoiceQuestion:
    right = "The people who chose to post. Nobody knows how they differ from the others."
    why_not = {
        f"Everyone hired at this level in {market.location} this year.": (
            "A forum has only those who posted, and most people never do."
        ),
        f"A random sample: {len(market.reports)} is enough.": "No number makes it random: nobody drew these people.",
        "The whole market, since several companies are in it.": (
            "Three companies aren't the market, and even there only some people posted."
        ),
    }
    return ChoiceQuestion(
        "Who is in this sample?", draw.shuffled([right, *why_not]), right,
        "So call the median a hint, give its n, and look for a second source, such as the job posting.", why_not,
    )  # fmt: skip
