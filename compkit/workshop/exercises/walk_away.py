"""Walk-away: the alternative, the limit, pay after tax, and what a job is worth beyond pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compkit.reference import Tables
from compkit.tax import household_tax, tax_tables
from compkit.workshop.draw import Draw
from compkit.workshop.exercises.given import Given
from compkit.workshop.exercises.question import ChoiceQuestion, NumberQuestion, Question, Span, dollars, mistake
from compkit.workshop.scenario import COMPANIES

TAX_YEAR = 2026
_UNTAXED, _TAXED = ("Seattle", "Austin"), ("San Francisco", "New York")
"""Places without and with an income tax of their own."""
_ROWS = range(180_000, 290_001, 10_000)
_THOUSAND = 1_000


@dataclass(frozen=True)
class _Choice:
    """A new job against what you can do instead [USD a year].

    Parameters
    ----------
    home, away : str
        Where you work now, and where the new job is.
    company, rival, hope : str
        Who offers the new job, who made another written offer there, and who might make one.
    current, other, rumor, offered : int
        Before tax.
    taste : int
        What the work of the new job is worth to you, after tax.
    net_home, net_away : mapping of int to int
        Pay after tax by pay before tax.
    """

    home: str
    away: str
    company: str
    rival: str
    hope: str
    current: int
    other: int
    rumor: int
    offered: int
    taste: int
    net_home: Mapping[int, int]
    net_away: Mapping[int, int]

    @property
    def alternative(self) -> int:
        """What the best alternative is worth after tax."""
        return self.net_home[self.current]

    @property
    def limit(self) -> int:
        """Least pay after tax for which the new job is as good."""
        return self.alternative - self.taste

    def row(self, net: float, nets: Mapping[int, int] | None = None) -> int:
        """Least pay before tax in the table that leaves some pay after tax; 0 if none does."""
        return next((gross for gross, left in (nets or self.net_away).items() if left >= net), 0)

    def given(self) -> list[Given]:
        """Tell the choice and what is left after tax."""
        facts = Given(
            f"A job at {self.company} in {self.away}, and what you could do instead",
            ("", ""),
            (
                (f"{self.company}, {self.away}", f"offers {dollars(self.offered)}"),
                ("Your current job", f"{dollars(self.current)} in {self.home}; you can stay"),
                (f"{self.rival}, {self.away}", f"offers {dollars(self.other)}, in writing"),
                (f"{self.hope}, {self.away}", f"an interview next week; a friend says they pay {dollars(self.rumor)}"),
                ("Beyond pay", f"the work at {self.company} is worth {dollars(self.taste)} a year after tax to you"),
            ),
            "All pay is a year's salary before tax. Only taxes differ between the places. "
            f"Apart from the work at {self.company}, you like all the jobs equally.",
        )
        rows = [(dollars(gross), dollars(self.net_home[gross]), dollars(self.net_away[gross])) for gross in _ROWS]
        note = f"A single person's wages under the tax tables of {TAX_YEAR}, in whole dollars."
        return [facts, Given("Pay after tax", ("Before tax", f"In {self.home}", f"In {self.away}"), rows, note)]


def walk_away(draw: Draw, tables: Tables) -> tuple[Sequence[Given], Mapping[str, Question]] | None:
    """Draw a choice of jobs and ask for the limit; None for numbers that are no good."""
    choice = _draw_choice(draw, tables)
    net_other = choice.net_away[choice.other]
    is_good = net_other < choice.alternative and choice.limit < choice.net_away[choice.offered] < choice.alternative
    if not is_good:
        return None
    questions: dict[str, Question] = {
        "alternative": _alternative(choice, draw),
        "after-tax": _after_tax(choice),
        "limit": _limit(choice),
        "before-tax": _before_tax(choice),
        "gain": _gain(choice),
    }
    return choice.given(), questions


def _draw_choice(draw: Draw, tables: Tables) -> _Choice:
    home, away = draw.choice(_UNTAXED), draw.choice(_TAXED)
    law = tax_tables(tables)
    nets = [
        {gross: round(net) for gross, net in zip(
            _ROWS, household_tax(list(_ROWS), place, "single", TAX_YEAR, law, deduction="best")["net_pay"], strict=True
        )}
        for place in (home, away)
    ]  # fmt: skip
    company, rival, hope = draw.shuffled(COMPANIES)[:3]
    current = draw.choice(_ROWS[2:6])
    taste = _THOUSAND * draw.between(13, 27)
    offered = current + draw.choice((-10_000, 0, 20_000))
    return _Choice(
        home, away, company, rival, hope, current, current + 10_000, current + 40_000, offered, taste, nets[0], nets[1]
    )


def _alternative(choice: _Choice, draw: Draw) -> ChoiceQuestion:
    right = "Stay in your current job."
    why_not = {
        f"Take the offer of {choice.rival}.": (
            "It pays more before tax. Compare what is left after tax: the two places tax differently."
        ),
        f"Wait for {choice.hope}.": "An interview is no offer, so it can't be your alternative yet.",
        f"Take the offer of {choice.company}.": (
            "That is the deal itself. The alternative is what you do if there is no deal."
        ),
    }
    net = dollars(choice.net_away[choice.other])
    because = f"After tax it leaves {dollars(choice.alternative)}, and {choice.rival}'s offer only {net}."
    text = f"If you and {choice.company} don't agree, what is the best thing that you can do?"
    return ChoiceQuestion(text, draw.shuffled([right, *why_not]), right, because, why_not)


def _after_tax(choice: _Choice) -> NumberQuestion:
    return NumberQuestion(
        "What is that alternative worth a year, after tax?",
        Span.near(choice.alternative, 1),
        f"It is in the row {dollars(choice.current)}, in the column for {choice.home}.",
        (
            mistake(choice.current, "That is before tax. Use the table to see what is left."),
            mistake(
                choice.net_away[choice.current], f"You used the column for {choice.away}. You'd stay in {choice.home}."
            ),
            mistake(
                choice.net_away[choice.other],
                f"That is {choice.rival}'s offer after tax, and not your best alternative.",
            ),
            mistake(choice.net_home[choice.other], f"That is {choice.rival}'s pay, taxed in the wrong place."),
            mistake(
                choice.alternative + choice.taste,
                f"You added what the work is worth. That is true of {choice.company}, not of the alternative.",
            ),
        ),
        "Find the alternative's pay before tax in the table, and read the column of its place.",
    )


def _limit(choice: _Choice) -> NumberQuestion:
    limit = choice.limit
    return NumberQuestion(
        f"How much must the job at {choice.company} leave after tax to be as good as the alternative?",
        Span.near(limit, 1),
        f"{dollars(choice.alternative)} - {dollars(choice.taste)}: you'd take less pay for work that you like more.",
        (
            mistake(
                choice.alternative + choice.taste,
                "You added what the work is worth. You like this job more, so it may pay less, not more.",
            ),
            mistake(choice.alternative, "You left out what the work is worth to you. You'd give up some pay for it."),
            mistake(
                choice.current - choice.taste,
                "You began with pay before tax, but what the work is worth is after tax. Use after tax for both.",
            ),
            mistake(choice.current, "That is the alternative before tax. Use what it leaves after tax."),
            mistake(
                choice.net_away[choice.offered],
                f"That is what {choice.company} offers. Your limit depends on the alternative.",
            ),
        ),
        "Begin with the alternative after tax. Would you take a little less to do the work you like more?",
    )


def _before_tax(choice: _Choice) -> NumberQuestion:
    right = choice.row(choice.limit)
    rows = {
        choice.row(choice.limit, choice.net_home): (
            f"You used the column for {choice.home}. The new job is in {choice.away}."
        ),
        choice.row(choice.alternative): "You left out what the work is worth to you: that row beats the alternative.",
        choice.row(choice.alternative + choice.taste): "You added what the work is worth. It lowers your limit.",
        right - 10_000: "That row leaves a little less than the limit. Take the first that reaches it.",
    }
    return NumberQuestion(
        f"What is the lowest pay before tax in the table that reaches this limit in {choice.away}?",
        Span.near(right),
        f"It leaves {dollars(choice.net_away[right])}, and the row above it leaves less than {dollars(choice.limit)}. "
        "That is the number to walk away below.",
        (
            *(mistake(row, why) for row, why in rows.items() if row),
            mistake(
                choice.limit, "That is the limit after tax. Find the row that leaves it, and give its pay before tax."
            ),
        ),
        f"Go down the column for {choice.away} until it reaches the limit, then read the first column.",
    )


def _gain(choice: _Choice) -> NumberQuestion:
    net, limit = choice.net_away[choice.offered], choice.limit
    return NumberQuestion(
        f"{choice.company} offers {dollars(choice.offered)}. How far is that above your limit, a year after tax?",
        Span.near(net - limit, 1),
        f"{dollars(net)} - {dollars(limit)}. The pay alone is less than today's, and yet the offer is better for you.",
        (
            mistake(choice.offered - limit, "You compared pay before tax with a limit after tax."),
            mistake(choice.offered - choice.row(limit), "That is before tax. Compare what is left of both."),
            mistake(net - choice.alternative, "You left out what the work is worth. Compare with your limit."),
            mistake(
                choice.alternative - net,
                "You left out what the work is worth, and flipped the sign. Compare with your limit.",
            ),
            mistake(net, "That is the whole offer after tax. Subtract your limit."),
            mistake(choice.offered - choice.current, "That compares two salaries before tax in two places."),
        ),
        "Read what the offer leaves after tax, and subtract the limit that you found above.",
    )
