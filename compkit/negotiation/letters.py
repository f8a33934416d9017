"""Letters about an offer, filled in from the offers file; a sentence whose facts are missing is left out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import jinja2

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.negotiation.claim_checks import check_claims
from compkit.negotiation.letter_facts import LetterFacts
from compkit.negotiation.letter_words import MISSING, letter_words
from compkit.negotiation.wording import business_day_after, business_day_before, joined

Tone = Literal["warm", "plain", "firm"]
LetterKind = Literal[
    "initial", "counter", "competing-offer", "ai-ml", "unvested-equity", "performance-review", "extension", "expedite",
    "accept", "decline", "follow-up", "transfer", "boomerang", "remote", "thank-you", "status", "status-2", "status-3",
]  # fmt: skip
TONES: tuple[Tone, ...] = get_args(Tone)
LETTER_KINDS: tuple[LetterKind, ...] = get_args(LetterKind)
PACKAGE_KINDS: tuple[LetterKind, ...] = ("counter", "competing-offer", "ai-ml", "unvested-equity", "boomerang")
"""Letters that ask for a package, if there is one."""


def asks_for_package(kind: LetterKind, target: float | None) -> bool:
    """Whether a letter asks for a package. A follow-up repeats an ask only if a target was chosen."""
    return kind in PACKAGE_KINDS or (kind == "follow-up" and target is not None)


_DAYS_TO_ANSWER = {"status": 5, "status-2": 4}
_USUAL_DAYS = 3
_DAYS_MORE = 7
_AFTER_THE_CALL = ("counter", "competing-offer", "ai-ml", "unvested-equity", "boomerang", "follow-up")
_SPEAKS_OF_NO_OFFER = ("thank-you", "decline", "status", "status-2", "status-3")
_STATES_REASONS = ("counter", "competing-offer", "ai-ml", "boomerang", "transfer")
_SUBJECT = "Subject: "


@dataclass(frozen=True, slots=True)
class MissingFact:
    """A fact that the offers file lacks, and what the text would gain by it.

    >>> print(MissingFact("candidate.name", "the letter is not signed without it"))
    candidate.name: the letter is not signed without it
    """

    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.field}: {self.why}"


@dataclass(frozen=True)
class LetterRequest:
    """Which letter to write.

    Parameters
    ----------
    kind : LetterKind
    facts : LetterFacts
    tone : {"warm", "plain", "firm"}
    answer_by : date, optional
        The day in the letter's request: of the call, of the answer, or of the extended deadline. If left out, some
        business days after the letter's own, before any deadline.
    states_total : bool
        Whether to give a package's four-year total, too.
    """

    kind: LetterKind
    facts: LetterFacts
    tone: Tone = "plain"
    answer_by: dt.date | None = None
    states_total: bool = False


@dataclass(frozen=True)
class Letter:
    """A letter ready to send.

    Parameters
    ----------
    kind, tone : str
    subject : str
        One line.
    body : str
        Paragraphs separated by empty lines, from the greeting to the name.
    to_name, to_email, from_name : str or None
    missing : tuple of MissingFact
        What the letter would use and the file lacks.
    """

    kind: LetterKind
    tone: Tone
    subject: str
    body: str
    to_name: str | None
    to_email: str | None
    from_name: str | None
    missing: tuple[MissingFact, ...]

    @property
    def paragraphs(self) -> list[list[str]]:
        """The lines of each paragraph of the body."""
        return [paragraph.splitlines() for paragraph in self.body.split("\n\n")]


def letter(request: LetterRequest, texts: Mapping[str, str]) -> Letter:
    """Write a letter.

    Parameters
    ----------
    request : LetterRequest
    texts : mapping of str to str
        The templates by name; see `letter_texts.load_letter_texts`.

    Raises
    ------
    UnknownChoiceError
        If the kind or tone is unknown.
    ClaimError
        If the letter would claim what the offers file does not hold.
    OutOfRangeError
        If `answer_by` does not fit.
    """
    kind, facts, tone = request.kind, request.facts, request.tone
    for what, value, choices in (("kind", kind, LETTER_KINDS), ("tone", tone, TONES)):
        if value not in choices:
            raise UnknownChoiceError(what, value, choices)
    check_claims(kind, facts, facts.reasons if kind in _STATES_REASONS else ())
    recorder = FactRecorder(facts)
    words = letter_words(kind, tone, facts, answer_day(request), states_total=request.states_total)
    rendered = render_templates(texts, ("greeting", kind, "closing"), words, recorder)
    subject, _, body = rendered[1].partition("\n")
    recorder.know("title", words["title"])
    signature = tidy(rendered[2]) + (f"\n{words['name']}" if recorder.know("name", words["name"]) else "")
    if facts.offer.deadline and facts.deadline is None and kind not in _SPEAKS_OF_NO_OFFER:
        recorder.add("deadline", "it is past; ask first whether the offer still stands")
    return Letter(
        kind=kind,
        tone=tone,
        subject=subject.removeprefix(_SUBJECT).strip(),
        body="\n\n".join([tidy(rendered[0]), tidy(body), signature]),
        to_name=facts.texts.get("recruiter"),
        to_email=facts.texts.get("email"),
        from_name=facts.texts.get("name"),
        missing=recorder.missing,
    )


def answer_day(request: LetterRequest) -> dt.date:
    """Day that a letter names in its request.

    Raises
    ------
    OutOfRangeError
        If the chosen day is before the letter's own, or extends nothing.
    """
    facts, chosen = request.facts, request.answer_by
    if request.kind == "extension" and facts.deadline is not None:
        if chosen is not None and chosen <= facts.deadline:
            raise OutOfRangeError("the day up to which to extend", f"be after {facts.deadline}", chosen.isoformat())
        return chosen or business_day_after(facts.deadline + dt.timedelta(days=_DAYS_MORE - 1), 1)
    if chosen is not None:
        if chosen < facts.written_on:
            raise OutOfRangeError("the day to answer by", f"not be before {facts.written_on}", chosen.isoformat())
        return chosen
    bargaining = facts.offer.negotiation
    if request.kind == "initial" and bargaining and bargaining.call_on and bargaining.call_on >= facts.written_on:
        return bargaining.call_on
    usual = business_day_after(facts.written_on, _DAYS_TO_ANSWER.get(request.kind, _USUAL_DAYS))
    if bargaining and bargaining.call_on and request.kind in _AFTER_THE_CALL:
        usual = max(usual, business_day_after(bargaining.call_on, 1))
    pressing = _pressing_deadline(request.kind, facts)
    if pressing is None:
        return usual
    earliest = facts.written_on
    if bargaining and bargaining.call_on and request.kind in _AFTER_THE_CALL and bargaining.call_on <= pressing:
        earliest = max(earliest, bargaining.call_on)
    return min(usual, max(earliest, business_day_before(pressing)))


def is_rushed(kind: LetterKind, facts: LetterFacts) -> bool:
    """Whether a deadline leaves the employer at most one business day for an answer."""
    deadline = _pressing_deadline(kind, facts)
    return deadline is not None and business_day_before(deadline) <= business_day_after(facts.written_on, 1)


def _pressing_deadline(kind: str, facts: LetterFacts) -> dt.date | None:
    """Deadline before which a letter's answer must come."""
    if kind == "expedite":
        return min(facts.deadlines, default=None)
    if kind in _AFTER_THE_CALL:
        return facts.first_deadline
    return facts.deadline if kind not in ("thank-you", "decline") else None


class FactRecorder:
    """Notes the facts that templates ask for and the file lacks."""

    def __init__(self, facts: LetterFacts) -> None:
        self._facts = facts
        self._missing: dict[str, MissingFact] = {}

    def know(self, name: str, value: object) -> bool:
        """Whether a fact has a value; if it has none, or only part of what the file gives, it is noted as missing."""
        if not value or name in self._facts.left_out:
            self.add(name, self._facts.left_out.get(name) or MISSING[name][1])
        return bool(value)

    def add(self, name: str, why: str) -> None:
        """Note a fact as missing."""
        self._missing[name] = MissingFact(MISSING[name][0], why)

    @property
    def missing(self) -> tuple[MissingFact, ...]:
        """What has been noted so far."""
        return tuple(self._missing.values())


def render_templates(
    texts: Mapping[str, str], names: Sequence[str], words: Mapping[str, Any], recorder: FactRecorder
) -> list[str]:
    """Render templates; a word that nothing defines is an error."""
    environment = _environment(tuple(sorted(texts.items())))
    context = {**words, "know": lambda name: recorder.know(name, words[name])}
    return [environment.get_template(name).render(context) for name in names]


@lru_cache(maxsize=4)
def _environment(texts: tuple[tuple[str, str], ...]) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(dict(texts)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Text, not HTML: report/ escapes it for pages.
        autoescape=jinja2.select_autoescape(default=False),
    )
    environment.filters["in_words"] = joined
    return environment


def tidy(text: str) -> str:
    r"""Put each paragraph and list item on one line, and drop empty ones.

    >>> tidy("One \n line.\n\n\n- a\n- b\n")
    'One line.\n\n- a\n- b'
    """
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip()):
        lines: list[str] = []
        for line in (re.sub(r" {2,}", " ", one).strip(" \t") for one in paragraph.split("\n")):
            if line.startswith("- ") or not lines or lines[-1].startswith("- "):
                lines.append(line)
            elif line:
                lines[-1] = f"{lines[-1]} {line}"
        paragraphs.append("\n".join(line for line in lines if line))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
