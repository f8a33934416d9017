"""Checks that letters, scripts and call sheets claim no offer, deadline or status that the file does not hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compkit.errors import Fault, InputError
from compkit.model import REMOTE
from compkit.negotiation.letter_facts import LetterFacts
from compkit.negotiation.limits import LEVERS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = "|".join(f"{month}[a-z]*" for month in _MONTHS)
_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_NAMED_DAY = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_NAMED})\b|\b({_NAMED})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b", re.IGNORECASE
)
_ANSWERS = r"(?:offers?|answer|decide|decision|accept|reply|respond|sign)"
_OTHER_OFFER = re.compile(
    r"\b(?:other|another|competing|rival|outside|counter)[\s-]+(?:(?:written|verbal|firm|better|higher|job)\s+)*offers?\b"
    r"|\b(?:have|hold|holding|got|received|weighing|considering)\s+"
    r"(?:(?:an?|one|two|three|four|several|some|more|many|multiple|written|verbal|firm|better|higher)\s+)+offers?\b"
    r"|\boffers?\s+(?:in hand\b|from\s+(?!you))",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    rf"\bdeadlines?\b[^.!?]*\b{_ANSWERS}\b|\b{_ANSWERS}\b[^.!?]*\bdeadlines?\b"
    rf"|\boffers?\b[^.!?]*\b(?:expir|run[s]? out|lapse)"
    rf"|\b(?:must|have to|need to)\s+(?:answer|decide|reply|respond|sign)\b[^.!?]*\bby\b",
    re.IGNORECASE,
)


class ClaimError(InputError):
    """A text would claim what the offers file does not hold; `faults` lists each claim with what to do."""


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """A claim that some kinds of text make, and when the file supports it.

    Parameters
    ----------
    kinds : tuple of str
        The letters that make it; `call-competing` is a call script that mentions another offer.
    field : str
        The field that would support it.
    holds : callable
        Whether the facts support it.
    rule : str
        The rest of the error message after the field.
    """

    kinds: tuple[str, ...]
    field: str
    holds: Callable[[LetterFacts], bool]
    rule: str


def _is_raised(facts: LetterFacts) -> bool:
    asked, offered = facts.asked, facts.offered
    return asked is not None and any(getattr(asked, lever) > getattr(offered, lever) for lever in LEVERS)


CLAIM_RULES = (
    ClaimRule(
        ("competing-offer", "call-competing"), "offers", lambda facts: bool(facts.competing),
        "must hold another offer to the same person, from another company, with status: written and not past its "
        "deadline; there is none: no text here claims an offer that the file does not call written.",
    ),
    ClaimRule(
        ("extension",), "deadline", lambda facts: facts.deadline is not None,
        "must be given, and not be past on the letter's day, for a letter that asks to move it. "
        "Add it, or ask first whether the offer still stands.",
    ),
    ClaimRule(
        ("expedite",), "offers", lambda facts: bool(facts.competing) or not facts.n_not_written,
        "must hold another offer with status: written for this letter: no text here says that another employer waits "
        "where the file does not.",
    ),
    ClaimRule(
        ("expedite",), "status", lambda facts: facts.offer.status not in ("written", "verbal"),
        "must not be written or verbal: this letter hurries an employer that has not made its offer yet. "
        "Choose the kind extension or status.",
    ),
    ClaimRule(
        ("expedite",), "deadline", lambda facts: bool(facts.deadlines or (facts.n_not_written and not facts.competing)),
        "must be given, here or in a written offer of another company to the same person, and not be past: "
        "no letter here claims a deadline that the file does not hold. Add it if there is one.",
    ),
    ClaimRule(
        ("unvested-equity",), "candidate.current", lambda facts: facts.leaves_equity,
        "must hold equity that vests after the start date (unvested_equity, annual_equity or vests), for a letter "
        "that says so. Add it if there is some; a transfer within the company leaves none behind.",
    ),
    ClaimRule(
        ("transfer",), "candidate_type", lambda facts: facts.offer.candidate_type == "internal",
        "must be internal for a letter about a transfer within the company. Set it, or choose the kind counter.",
    ),
    ClaimRule(
        ("boomerang",), "candidate_type", lambda facts: facts.offer.candidate_type == "boomerang",
        "must be boomerang for a letter from someone who comes back. Set it, or choose the kind counter.",
    ),
    ClaimRule(
        ("remote",), "location", lambda facts: facts.offer.location == REMOTE,
        "must be Remote for a letter about a remote job. Choose another kind.",
    ),
    ClaimRule(
        ("ai-ml",), "role.ai_ml", lambda facts: facts.offer.role.ai_ml,
        "must be true for a letter that argues with AI and machine-learning work. Set it, or choose another kind.",
    ),
    ClaimRule(
        ("counter", "call"), "the package", _is_raised,
        "must ask for more than the offer gives in at least one part. Give a higher target.",
    ),
)  # fmt: skip


def check_claims(kind: str, facts: LetterFacts, texts: Iterable[str] = ()) -> None:
    """Raise ClaimError with every claim that a text of some kind would make without support in the file.

    Parameters
    ----------
    kind : str
        A letter's kind, `call`, `call-competing`, or another name for a text whose kind claims nothing.
    facts : LetterFacts
    texts : iterable of str
        The person's own words in it, such as the reasons.
    """
    where = f"offer '{facts.offer.id}', {kind}"
    faults = [
        Fault("", where, rule.field, rule.rule + (_how_to_claim(facts) if rule.field == "offers" else ""))
        for rule in CLAIM_RULES
        if kind in rule.kinds and not rule.holds(facts)
    ]
    faults += [Fault("", where, "", claim) for text in texts for claim in unsupported_claims(text, facts)]
    if faults:
        raise ClaimError(faults)


def _how_to_claim(facts: LetterFacts) -> str:
    """Hint for a file with other offers, none of them in writing; otherwise empty."""
    return " If you have your other offer in writing, set its status: written." if facts.n_not_written else ""


def unsupported_claims(text: str, facts: LetterFacts) -> list[str]:
    """Claims in a text that the file does not support, each as a sentence."""
    found = []
    quoted = f"{text[:80]!r}"
    if _OTHER_OFFER.search(text) and not facts.competing:
        found.append(f"{quoted} mentions another offer, but your file has none. Add the offer, or change the text.")
    if _DEADLINE.search(text):
        known = {(day.month, day.day) for day in facts.deadlines}
        named = _days_in(text)
        if not known:
            found.append(f"{quoted} mentions a deadline, but your file has none. Add it, or change the text.")
        elif named - known:
            found.append(f"{quoted} names a day that is no deadline of the file. Correct the one or the other.")
    return found


def _days_in(text: str) -> set[tuple[int, int]]:
    """Days that a text names, each as month and day."""
    days = {(day.month, day.day) for day in map(_iso_day, _ISO_DAY.findall(text)) if day}
    for day_before, month_after, month_before, day_after in _NAMED_DAY.findall(text):
        month = (month_after or month_before)[:3].lower()
        days.add((_MONTHS.index(month) + 1, int(day_before or day_after)))
    return days


def _iso_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
