"""Questions that check an answer: the right one, likely mistakes with an explanation each, and a hint for the rest."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from string import ascii_uppercase
from typing import Literal, Protocol

from compkit.errors import CompkitError
from compkit.model import parse_number

_HALF = 0.5
_PERCENT, _THOUSAND = 100, 1_000
_MOST_ROUNDING = 2.5
_FRACTION = re.compile(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*")
_MULTIPLES = {
    1 / _THOUSAND: "You typed a thousandth of the amount. Pay is in thousands: 300K is 300,000.",
    _THOUSAND: "You typed a thousand times the amount: 300K already means 300,000.",
}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is said to an answer; `is_right` is None if it was none, such as an empty field."""

    is_right: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers that count as one answer, both ends included.

    >>> 270_000.4 in Span.near(270_000), 271_000 in Span.near(270_000)
    (True, False)
    """

    low: float
    high: float

    @classmethod
    def near(cls, value: float, give: float = _HALF) -> Span:
        """Numbers no further than `give` from a value."""
        return cls(value - give, value + give)

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def overlaps(self, other: Span) -> bool:
        """Whether a number is in both."""
        return self.low <= other.high and other.low <= self.high

    def times(self, factor: float) -> Span:
        """Multiply the numbers."""
        return Span(self.low * factor, self.high * factor)


class Question(Protocol):
    """One question of an exercise."""

    @property
    def text(self) -> str:
        """What is asked."""

    @property
    def because(self) -> str:
        """How the right answer comes about."""

    @property
    def solution(self) -> str:
        """The right answer in words."""

    @property
    def is_sound(self) -> bool:
        """Whether the right answer and all mistakes are different answers."""

    def check(self, answer: str) -> Feedback:
        """Judge an answer as typed or chosen."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong number that a likely misunderstanding gives, and a sentence that explains it."""

    span: Span
    why: str


def mistake(value: float, why: str, give: float = _HALF) -> Mistake:
    """Mistake with one value, or numbers no further than `give` from it."""
    return Mistake(Span.near(value, give), why)


@dataclass(frozen=True)
class NumberQuestion:
    """Question whose answer is a number.

    Parameters
    ----------
    text : str
    right : Span
    because : str
        How the right answer comes about, said only once it is there.
    mistakes : sequence of Mistake
    hint : str
        For any other answer; it must not give the solution away.
    kind : {'amount', 'count', 'rate'}
        Of the number [USD, a whole number, or a fraction that may be typed as a percentage].

    Examples
    --------
    >>> too_much = mistake(330_000, "You counted both sign-ons.")
    >>> year = NumberQuestion("Year 1?", Span.near(270_000), "Salary and sign-on.", (too_much,), "Look at year 1.")
    >>> for answer in ("$270K", "330,000", "270", "1"):
    ...     print(year.check(answer).text)
    Right. Salary and sign-on.
    You counted both sign-ons.
    You typed a thousandth of the amount. Pay is in thousands: 300K is 300,000.
    Not yet. Look at year 1.
    """

    text: str
    right: Span
    because: str
    mistakes: Sequence[Mistake]
    hint: str
    kind: Literal["amount", "count", "rate"] = "amount"

    def spans(self) -> Iterator[Span]:
        """Yield everything that gets a reply of its own."""
        yield self.right
        yield from (one.span for one in self.mistakes)
        if self.kind == "amount":
            yield from (self.right.times(factor) for factor in _MULTIPLES)

    @property
    def is_sound(self) -> bool:
        """Whether no number could get two replies."""
        return not any(one.overlaps(other) for one, other in combinations(self.spans(), 2))

    @property
    def solution(self) -> str:
        """The right number, or the range of right ones."""
        low, high = self.right.low, self.right.high
        middle = (low + high) / 2
        if self.kind != "amount":
            return share(middle) if self.kind == "rate" else f"{middle:.0f}"
        return dollars(middle) if high - low <= _MOST_ROUNDING else f"{dollars(low)} to {dollars(high)}"

    def check(self, answer: str) -> Feedback:
        """Judge an answer as typed; what is no number is said in the money parser's words."""
        if not answer.strip():
            return Feedback(is_right=None, text="Type an answer first.")
        try:
            value = self._value(answer)
        except CompkitError as error:
            message = str(error)
            return Feedback(is_right=None, text=message[:1].upper() + message[1:])
        if value in self.right:
            return Feedback(is_right=True, text=f"Right. {self.because}")
        return Feedback(is_right=False, text=self._explanation(value))

    def _value(self, answer: str) -> float:
        if self.kind != "rate":
            return parse_number(answer, kind="plain" if self.kind == "count" else "amount")
        if (parts := _FRACTION.fullmatch(answer)) and int(parts[2]):
            return int(parts[1]) / int(parts[2])
        value = parse_number(answer, kind="rate")
        return value / _PERCENT if value > 1 and answer.strip()[-1].isdecimal() else value

    def _explanation(self, value: float) -> str:
        for one in self.mistakes:
            if value in one.span:
                return one.why
        if self.kind == "amount":
            for factor, why in _MULTIPLES.items():
                if value in self.right.times(factor):
                    return why
            for one in self.mistakes:  # a wrong amount typed as thousands
                if value and value * _THOUSAND in one.span:
                    return f"{one.why} And type thousands in full: 300K or 300,000."
        return f"Not yet. {self.hint}"


@dataclass(frozen=True)
class ChoiceQuestion:
    """Question whose answer is one of some options.

    Parameters
    ----------
    text : str
    options : sequence of str
        In the order shown.
    right : str
    because : str
    why_not : mapping of str to str
        What is said to each other option.

    Examples
    --------
    >>> ask = ChoiceQuestion("Which?", ("this", "that"), "that", "It is.", {"this": "It has no source."})
    >>> ask.check("this").text, ask.check("B").text
    ('It has no source.', 'Right. It is.')
    """

    text: str
    options: Sequence[str]
    right: str
    because: str
    why_not: Mapping[str, str]

    @property
    def lettered(self) -> list[tuple[str, str]]:
        """Letter and text of each option."""
        return list(zip(ascii_uppercase, self.options, strict=False))

    @property
    def solution(self) -> str:
        """Letter and text of the right option."""
        return next(f"{letter}. {option}" for letter, option in self.lettered if option == self.right)

    @property
    def is_sound(self) -> bool:
        """Whether the options differ and each wrong one has its explanation."""
        return len(set(self.options)) == len(self.options) and {self.right, *self.why_not} == set(self.options)

    def check(self, answer: str) -> Feedback:
        """Judge an option, given in full or by its letter."""
        option = dict(self.lettered).get(answer.strip().upper(), answer)
        if option not in self.options:
            return Feedback(is_right=None, text="Choose one of the options.")
        if option == self.right:
            return Feedback(is_right=True, text=f"Right. {self.because}")
        return Feedback(is_right=False, text=self.why_not[option])


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for a text: what is said if the text breaks it."""

    is_broken: Callable[[str], bool]
    why: str


@dataclass(frozen=True)
class TextQuestion:
    """Question whose answer is a text that must keep some rules.

    >>> polite = TextQuestion("Ask.", (Rule(lambda text: "please" not in text, "Say please."),), "It is polite.")
    >>> polite.check("Now!").text, polite.check("Now, please.").text
    ('Say please.', 'Right. It is polite.')
    """

    text: str
    rules: Sequence[Rule]
    because: str

    @property
    def solution(self) -> str:
        """What any right text has in common."""
        return "Any text that keeps the rules."

    @property
    def is_sound(self) -> bool:
        """Whether each rule says something of its own."""
        return len({rule.why for rule in self.rules}) == len(self.rules)

    def check(self, answer: str) -> Feedback:
        """Judge a text; every rule that it breaks is explained, a line each."""
        if not answer.strip():
            return Feedback(is_right=None, text="Write your text first.")
        broken = [rule.why for rule in self.rules if rule.is_broken(answer)]
        return Feedback(not broken, "\n".join(broken) if broken else f"Right. {self.because}")


def dollars(amount: float) -> str:
    """Whole amount with its sign and commas.

    >>> dollars(175_000), dollars(-500)
    ('$175,000', '-$500')
    """
    return f"{'-' if amount < 0 else ''}${abs(amount):,.0f}"


def share(fraction: float) -> str:
    """Fraction as a percentage, with a decimal only if it needs one.

    >>> share(0.05), share(0.625)
    ('5%', '62.5%')
    """
    percent = round(fraction * _PERCENT, 1)
    return f"{percent:.0f}%" if math.isclose(percent, round(percent)) else f"{percent:.1f}%"
