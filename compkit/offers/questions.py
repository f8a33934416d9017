"""The questions of `compkit new`, in order, and when each is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from compkit.errors import Fault, InputError
from compkit.model import REMOTE, USD, ParseError, parse_rate
from compkit.offers.paper_stock import is_listed
from compkit.reference import load_tables

Answers = Mapping[str, Any]
"""Accepted answers by the question's name, in order, without unknown ones."""

Place = tuple[str | int, ...]
"""Path of a value in a whole offers file."""

SHARES, DOLLARS, OPTIONS, NONE = "shares", "dollars", "options", "none"
YES, NO = "yes", "no"
_LARGEST_RATE, _SMALLEST_BONUS = 1, 1000
_OFFER: Place = ("offers", 0)
_GRANT, _OPTION, _CURRENT = (*_OFFER, "equity", 0), (*_OFFER, "options", 0), ("candidate", "current")


@dataclass(frozen=True, slots=True)
class InterviewContext:
    """Facts in the file that the questions depend on.

    Parameters
    ----------
    rates : mapping of str to float
        USD for one unit of each currency with a rate.
    people : tuple of str
        The ids of `candidates`; empty if the file is about one person.
    homes : mapping of str to str
        Residence by candidate id; the key is empty if there is one person.
    """

    rates: Mapping[str, float] = field(default_factory=lambda: {USD: 1.0})
    people: tuple[str, ...] = ()
    homes: Mapping[str, str] = field(default_factory=dict)

    def home(self, answers: Answers) -> str:
        """Residence of the person with the offer, or an empty text."""
        return self.homes.get(answers.get("candidate", ""), "")


Condition = Callable[[Answers, InterviewContext], bool]


def _always(_answers: Answers, _context: InterviewContext) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Parameters
    ----------
    name : str
        Key of its answer.
    prompt : str
        Text of the question.
    place : tuple, optional
        Path of the answer in a file; empty if it only decides what is asked next.
    unknown : str, optional
        Words for the fact, if it matters when unknown.
    is_required : bool, optional
        Whether a file needs the answer.
    list_name : str, optional
        Closed list of the answers, shown for ?.
    asked_if : callable, optional
        Whether to ask, given the answers so far and the context.
    one_of : callable, optional
        A few answers to choose from; their first letters are enough.
    meaning : mapping of str to object, optional
        Values in the file for answers with other words.
    default : callable, optional
        The answer for Enter.
    choose_form : callable, optional
        The question that a text answers, if there are several forms.
    """

    name: str
    prompt: str = ""
    place: Place = ()
    unknown: str = ""
    is_required: bool = False
    list_name: str = ""
    asked_if: Condition = _always
    one_of: Callable[[InterviewContext], tuple[str, ...]] | None = None
    meaning: Mapping[str, object] = field(default_factory=dict)
    default: Callable[[Answers, InterviewContext], str] | None = None
    choose_form: Callable[[str], Question] | None = None

    def default_for(self, answers: Answers, context: InterviewContext) -> str:
        """Answer for Enter, or an empty text."""
        return self.default(answers, context) if self.default else ""

    def prompt_for(self, context: InterviewContext) -> str:
        """Text of the question, with the answers to choose from."""
        return f"{self.prompt} ({', '.join(self.one_of(context))})" if self.one_of else self.prompt

    def refusal(self, message: str) -> InputError:
        """Error for an answer; `message` follows "Your answer"."""
        return InputError([Fault("your answer", "", self.name, message)])


def bonus_question(text: str) -> Question:
    """Question that a typed bonus answers: its rate or its amount; raise InputError if it could be either."""
    try:
        rate = parse_rate(text)
    except ParseError:
        return ANNUAL_BONUS
    if "%" in text or rate <= _LARGEST_RATE:
        return BONUS_RATE
    if rate < _SMALLEST_BONUS:
        hint = f"Type {text}%, or the amount with its currency, such as {USD} {text}."
        raise ANNUAL_BONUS.refusal(f"could be {text}% of the salary or {text} a year. {hint}")
    return ANNUAL_BONUS


def _has_stock(*kinds: str) -> Condition:
    return lambda answers, _context: answers.get("stock") in kinds


def _after(*names: str) -> Condition:
    return lambda answers, _context: any(name in answers for name in names)


def _is_sale_unknown(answers: Answers, _context: InterviewContext) -> bool:
    return ("units" in answers or "value" in answers) and is_listed(answers["company"], load_tables()) is None


BONUS_RATE = Question("bonus_target_rate", place=(*_OFFER, "bonus_target_rate"))
ANNUAL_BONUS = Question("annual_bonus", place=(*_OFFER, "annual_bonus"))

_JOB_QUESTIONS = (
    Question(
        "candidate", "Whose offer is it", (*_OFFER, "candidate"), is_required=True,
        asked_if=lambda _answers, context: bool(context.people),
        one_of=lambda context: context.people,
        default=lambda _answers, context: context.people[0] if len(context.people) == 1 else "",
    ),
    Question("company", "Company", (*_OFFER, "company"), is_required=True),
    Question("level", "Level (the company's own, such as L6, E6 or 65)", (*_OFFER, "level"), is_required=True),
    Question(
        "location", "Location (a city such as Seattle, or Remote; ? lists all)", (*_OFFER, "location"),
        is_required=True, list_name="places",
    ),
    Question(
        "residence", "Where you would live (decides taxes and prices; ? lists all)", (*_OFFER, "residence"),
        is_required=True, list_name="residences",
        asked_if=lambda answers, _context: answers.get("location") == REMOTE,
        default=lambda answers, context: context.home(answers),
    ),
)  # fmt: skip

_CASH_QUESTIONS = (
    Question("currency", f"Currency (Enter: {USD})", (*_OFFER, "currency")),
    Question(
        "usd_rate", "US dollars for one unit of it (such as 1.08)", ("rates", "XXX"), is_required=True,
        asked_if=lambda answers, context: answers.get("currency", USD) not in context.rates,
    ),
    Question("base_salary", "Base salary a year", (*_OFFER, "base_salary"), is_required=True),
    Question(
        "bonus", "Target bonus (15%, or an amount a year; 0 if none)", unknown="bonus", choose_form=bonus_question,
    ),
    Question("sign_on_y1", "Sign-on paid in year 1 (0 if none)", (*_OFFER, "sign_on", 0), "sign-on"),
    Question(
        "sign_on_y2", "Sign-on paid in year 2 (0 if none)", (*_OFFER, "sign_on", 1),
        asked_if=_after("sign_on_y1"),
    ),
)  # fmt: skip

_STOCK_QUESTIONS = (
    Question("stock", "Stock", unknown="stock", one_of=lambda _context: (SHARES, DOLLARS, OPTIONS, NONE)),
    Question(
        "units", "Number of shares in the whole grant", (*_GRANT, "units"), "number of shares",
        asked_if=_has_stock(SHARES),
    ),
    Question(
        "price_now", "Price of one share today", (*_GRANT, "price_now"), "share price", asked_if=_after("units"),
    ),
    Question(
        "value", "Value of the whole grant, for all years", (*_GRANT, "value"), "value of the stock",
        asked_if=_has_stock(DOLLARS),
    ),
    Question(
        "n_options", "Number of options in the whole grant", (*_OPTION, "n_options"), "number of options",
        asked_if=_has_stock(OPTIONS),
    ),
    Question(
        "strike", "Strike price of one option", (*_OPTION, "strike"), "strike price", asked_if=_after("n_options"),
    ),
    Question(
        "fully_diluted_shares", "All shares of the company (fully diluted)",
        (*_OFFER, "startup", "fully_diluted_shares"), "number of company shares",
        asked_if=_after("strike"),
    ),
    Question(
        "vesting", "Vesting schedule (such as even-4-year; ? lists all)", (*_GRANT, "vesting"), "vesting schedule",
        list_name="schedules", asked_if=_after("units", "value"),
    ),
    Question(
        "option_vesting", "Vesting schedule (such as even-4-year; ? lists all)", (*_OPTION, "vesting"),
        "vesting schedule", list_name="schedules", asked_if=_after("n_options"),
    ),
    Question(
        "tradable", "Can you sell the stock once it vests", (*_GRANT, "tradable"), "whether the stock can be sold",
        one_of=lambda _context: (YES, NO), meaning={YES: True, NO: False}, asked_if=_is_sale_unknown,
    ),
)  # fmt: skip

OFFER_QUESTIONS: tuple[Question, ...] = (
    *_JOB_QUESTIONS,
    *_CASH_QUESTIONS,
    *_STOCK_QUESTIONS,
    Question(
        "status", "Status", (*_OFFER, "status"), "status", one_of=lambda _context: ("written", "verbal", "in-process")
    ),
    Question("start_date", "Start date (YYYY-MM-DD)", (*_OFFER, "start_date")),
    Question("deadline", "Deadline for your answer (YYYY-MM-DD)", (*_OFFER, "deadline"), "deadline"),
)
"""Questions about each offer."""

CURRENT_JOB_QUESTIONS: tuple[Question, ...] = (
    Question(
        "current_base", "Base salary, in USD (Enter to skip)", (*_CURRENT, "base_salary"),
        "your current job",
    ),
    Question("current_bonus", "Bonus a year", (*_CURRENT, "annual_bonus"), asked_if=_after("current_base")),
    Question(
        "current_stock", "Stock that vests in a year", (*_CURRENT, "annual_equity"),
        asked_if=_after("current_base"),
    ),
    Question(
        "current_unvested", "All stock that has not vested yet", (*_CURRENT, "unvested_equity"),
        asked_if=_after("current_base"),
    ),
)  # fmt: skip
"""Questions asked once, to compare offers with staying."""

PLACES: Mapping[str, Place] = {
    question.name: question.place
    for question in (*OFFER_QUESTIONS, BONUS_RATE, ANNUAL_BONUS, *CURRENT_JOB_QUESTIONS)
    if question.place
}
"""Path of each answer in a file."""
