"""Counter letter: what to ask, with which evidence, in which tone, and what not to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compkit.market import guide_band
from compkit.reference import Tables
from compkit.workshop.draw import Draw
from compkit.workshop.exercises.given import Given
from compkit.workshop.exercises.letter_rules import letter_rules
from compkit.workshop.exercises.question import (
    ChoiceQuestion,
    Mistake,
    NumberQuestion,
    Question,
    Span,
    TextQuestion,
    dollars,
)
from compkit.workshop.scenario import COMPANIES, LOCATIONS, TITLES

_RECRUITERS = ("Avery", "Casey", "Jordan", "Morgan")
_STEP = 1_000
_LEAST_PAY = 50_000


@dataclass(frozen=True)
class _Offer:
    """An offer to counter [USD a year]."""

    company: str
    rival: str
    recruiter: str
    title: str
    location: str
    base: int
    current: int
    limit: int
    band: tuple[float, float]

    def given(self) -> list[Given]:
        """Tell what the student knows, also what stays out of the letter."""
        low, high = map(dollars, self.band)
        return [
            Given(
                f"{self.recruiter} of {self.company} offers you the job of {self.title} in {self.location}",
                ("", ""),
                (
                    ("Base salary offered", dollars(self.base)),
                    ("The job posting", f"gives a range of {low} to {high}"),
                    ("Your last project", "you led a team of nine that cut shipping costs by a tenth"),
                    ("Your current salary", dollars(self.current)),
                    ("Your limit", f"below {dollars(self.limit)} you'd stay where you are"),
                    (self.rival, "a friend says they pay 20% more; you haven't applied there"),
                    ("Your rent", "goes up in the new city"),
                ),
                "Ask for more base salary, and for nothing else.",
            )
        ]


def counter_letter(draw: Draw, tables: Tables) -> tuple[Sequence[Given], Mapping[str, Question]] | None:
    """Draw an offer and ask for a letter; None for numbers that are no good."""
    level, location = draw.choice(tuple(TITLES)), draw.choice(LOCATIONS)
    band = guide_band(level, location, "base_salary", tables)
    assert band is not None  # noqa: S101
    low, high = map(int, band)
    company, rival = draw.shuffled(COMPANIES)[:2]
    base = low + _STEP * draw.between(1, (high - low) // _STEP // 2)
    current = low - _STEP * draw.between(15, 30)
    limit = base - _STEP * draw.between(3, 9)
    recruiter = draw.choice(_RECRUITERS)
    offer = _Offer(company, rival, recruiter, TITLES[level], location, base, current, limit, band)
    if limit in (low, high) or current >= limit:
        return None
    questions: dict[str, Question] = {
        "ask": _ask(offer),
        "evidence": _evidence(offer, draw),
        "opening": _opening(offer, draw),
        "leave-out": _leave_out(offer, draw),
        "letter": _letter(offer),
    }
    return offer.given(), questions


def _ask(offer: _Offer) -> NumberQuestion:
    top = offer.band[1]
    return NumberQuestion(
        "Which base salary do you ask for?",
        Span(offer.base + 1, top),
        "It is more than they offered, and within what they posted: they can say yes.",
        (
            Mistake(Span(top + 1, top * 100), "That is above the posted range, so the recruiter can't say yes to it."),
            Mistake(Span.near(offer.base), "That is what they offer already."),
            Mistake(Span.near(offer.limit), "That is your limit. You ask for more than you'd accept."),
            Mistake(
                Span.near(offer.current),
                "That is what you earn now. The new job's range decides, not your current pay.",
            ),
            *(
                Mistake(Span(low + 1, high - 1), f"That is less than they offer, so it gives away {what}.")
                for low, high, what in (
                    (_LEAST_PAY, offer.current, "even part of what you earn now"),
                    (offer.current, offer.limit, "more than you could accept"),
                    (offer.limit, offer.base, "part of their offer"),
                )
            ),
        ),
        "Look for a number above the offer and within the posted range.",
    )


def _evidence(offer: _Offer, draw: Draw) -> ChoiceQuestion:
    low, high = map(dollars, offer.band)
    right = f"Your posting gives {low} to {high}, and my team's work on shipping costs fits the upper part."
    why_not = {
        "My rent goes up when I move.": "They pay for the work, not for your rent. Give a reason they can pass on.",
        f"People at {offer.rival} earn 20% more.": "That is hearsay. They may ask how you know.",
        f"I earn {dollars(offer.current)} today.": "Your current pay is lower, so it argues for less. Leave it out.",
    }
    return ChoiceQuestion(
        "Which sentence supports your ask best?", draw.shuffled([right, *why_not]), right,
        "Their own range and a result of yours: the recruiter can repeat both to whoever approves it.", why_not,
    )  # fmt: skip


def _opening(offer: _Offer, draw: Draw) -> ChoiceQuestion:
    name = offer.recruiter
    right = f"Hi {name}, thank you for the offer. I enjoyed meeting the team and would like to join."
    why_not = {
        f"Hi {name}, I was disappointed by your offer.": "It begins with blame, and they will defend the offer.",
        f"Hi {name}, sorry to bother you again, I hate to ask.": "Asking is normal. Don't apologize for it.",
        f"Hi {name}, I accept! There is just one thing.": "Once you have accepted, there is nothing left to agree on.",
    }
    return ChoiceQuestion("How do you begin?", draw.shuffled([right, *why_not]), right,
                          "It is warm, and it says that you want the job without accepting yet.", why_not)  # fmt: skip


def _leave_out(offer: _Offer, draw: Draw) -> ChoiceQuestion:
    right = f"I wouldn't go below {dollars(offer.limit)}."
    why_not = {
        f"Could you raise the base salary above {dollars(offer.base)}?": "That can stay: it is what the letter is for.",
        "I'd be glad to talk it over by phone.": "That can stay. It offers a next step.",
        "I led a team of nine that cut shipping costs by a tenth.": "That can stay. It is true, and it speaks for you.",
    }
    return ChoiceQuestion(
        "Which of these sentences must stay out of the letter?", draw.shuffled([right, *why_not]), right,
        "Whoever knows your limit has no reason to offer more.", why_not,
    )  # fmt: skip


def _letter(offer: _Offer) -> TextQuestion:
    return TextQuestion(
        f"Write the letter to {offer.recruiter}: thanks, one ask, and a reason.",
        letter_rules(offer.base, offer.band, (offer.rival,)),
        "One ask within the range, with a reason, and nothing that you'd have to take back. "
        "These are rules of thumb: read it aloud to somebody as well.",
    )
