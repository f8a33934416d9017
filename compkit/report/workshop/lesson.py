"""How a class is taught: timetables, rules, mistakes, questions. All sentences are our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from compkit.workshop import CaseLevel


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a class.

    Parameters
    ----------
    title : str
    task : str
        What the teacher does.
    """

    title: str
    task: str


STEPS: Mapping[str, Step] = {
    "consent": Step(
        "Consent and rules",
        "Show the first slides and read the rules aloud. Collect the tear-off of each rules sheet.",
    ),
    "preparation": Step(
        "Preparation",
        "Everyone reads the brief and fills in the preparation sheet alone. Say that both are private.",
    ),
    "play": Step(
        "Play",
        "Pairs negotiate. Walk around and listen. Call out half-time and the last five minutes.",
    ),
    "record": Step(
        "Record and questions",
        "Pairs write down the deal, then answer alone. As sheets come in, type the deals into agreements.csv.",
    ),
    "debrief": Step(
        "Debrief",
        "Run compkit workshop debrief, and project teacher/debrief.html. Ask the questions below before you explain.",
    ),
    "after": Step(
        "Post-settlement",
        "Pairs have seen what was possible, and may change the deal if both gain. Type it into post-settlement.csv.",
    ),
}
TIMETABLES: Mapping[int, Mapping[str, int]] = {
    90: {"consent": 10, "preparation": 15, "play": 30, "record": 10, "debrief": 20, "after": 5},
    75: {"consent": 10, "preparation": 5, "play": 30, "record": 10, "debrief": 15, "after": 5},
    50: {"consent": 5, "play": 20, "record": 10, "debrief": 10, "after": 5},
}
"""Minutes of each step, by the length of the class. The briefs of the shorter ones are read before."""


def timetable(length: int) -> dict[str, tuple[int, int]]:
    """First and last minute of each step of a class.

    >>> timetable(50)["play"]
    (5, 25)
    """
    minutes = TIMETABLES[length]
    ends = list(accumulate(minutes.values()))
    return {step: (end - minutes[step], end) for step, end in zip(minutes, ends, strict=True)}


LEVEL_TEXTS: Mapping[CaseLevel, str] = {
    "distributive": "Distributive: on every issue one side's gain is the other's loss. Only who gets how much differs.",
    "logrolling": "Logrolling: the sides care about different issues. Trading them beats meeting in the middle.",
    "hidden-interests": "Hidden interests: on one issue both want the same, and only those who ask find out.",
    "no-deal": "No deal: no agreement suits both sides. Walking away is the right result.",
}
DISCUSSION: Mapping[CaseLevel, Sequence[str]] = {
    "distributive": (
        "Who made the first offer, and how far from it did you end?",
        "What did the first offer make you believe about the other side's limit?",
        "How big were your steps, and did they get smaller? What did you get for each?",
        "Who asked what the other side would do without a deal? What was the answer?",
        "Here one side's gain is the other's loss. When did you notice, and what did it change?",
    ),
    "logrolling": (
        "Which issue did you give up, what did you get for it, and who proposed the trade?",
        "Who settled one issue after the other, and who offered packages? Compare them on the chart.",
        "Who met in the middle everywhere? How many points did that cost the two of you?",
        "How did you find out what matters most to the other side without seeing their points?",
        "Pick the pair farthest from the frontier: which one change would have helped both?",
    ),
    "hidden-interests": (
        "On one issue both of you wanted the same. When did you find out, and from which question?",
        "Who paid for that issue with something else? Why did it seem fair at the time?",
        "What made you expect that the other side wants the opposite?",
        "You notice that you both want the same. What may you say, and what would mislead?",
        "Which question, asked in the first five minutes, would have shown it?",
    ),
    "no-deal": (
        "Who walked away, and when did you know?",
        "Who agreed below their own limit? What made it hard to stop?",
        "What did you try before you stopped? How sure can you be that nothing would have worked?",
        "How did you say no? Would the other side call you again?",
        "What would have to change for a deal: another alternative, one more issue, a later date?",
    ),
}
MISTAKES: Sequence[tuple[str, str]] = (
    ("They quote points or show a brief.", "Stop them. In words, say what you'd like and why; points stay private."),
    ("They settle one issue after the other.", "Offer two or three issues together. Nothing is final until all is."),
    ("They split every issue in the middle.", "Ask what matters more to each side, and trade."),
    ("They treat the limit as the goal.", "The limit says when to leave. The goal is on the preparation sheet."),
    ("They take a deal below their limit.", "No deal scores the limit, and so more than this deal."),
    ("They argue and ask nothing.", "Each has three questions on the preparation sheet. Ask them first."),
    ("They invent an offer, a budget or a deadline.", "The brief has all the facts. Take it back before the deal."),
    ("The deal leaves an issue open.", "It takes one option of the brief for each issue, or it isn't a deal."),
)
FEELINGS: Mapping[str, str] = {
    "outcome": "How happy are you with your result?",
    "self": "How proud are you of your own part in it?",
    "process": "How well did the way you talked serve both of you?",
    "relationship": "How gladly would you work with this person next week?",
}
"""Questions after the deal, by column of answers.csv; 1 is "not at all" and 7 "very much"."""
PREPARATION = (
    "What happens without a deal, and how many points is that worth? Below it you walk away.",
    "What result would you be proud of? Write down a number of points before you start.",
    "Which issues matter most to you, and which could you give up?",
    "What might matter most to the other side? What makes you think so?",
    "What will you ask to find out? Write three questions.",
    "Who makes the first offer? If it's you: what is it, and what is your reason?",
)
RULES = (
    "What you say must be true. Don't invent offers, budgets, deadlines, or wishes that you don't have.",
    "You may keep anything to yourself. \u201cI'd rather not say\u201d is a fair answer.",
    "Your brief has all the facts. If it doesn't say something, you don't know it.",
    "If you said something wrong, put it right before you agree.",
    "Say in words what you'd like and why. Nobody shows a brief or quotes points until the exercise is over.",
    "A deal takes one option for each issue. Until then nothing is settled, and either side may walk away.",
)
CONSENT = (
    "The debrief shows each pair's result by number and seat, never by name. If you don't want yours shown, say so: "
    "you play all the same, and it costs no marks. You can change your mind until the debrief, and you needn't say why."
)

TALLIES = (
    "Asks an open question",
    "Gives a reason",
    "Makes an offer on one issue",
    "Makes an offer on several issues",
    "Says no, or stays silent",
)
"""What an observer counts."""
OBSERVED = (
    "Who made the first offer, after how many minutes? What did it start?",
    "When did the talk turn, and what did someone say just before?",
    "Which question would you have asked?",
)
