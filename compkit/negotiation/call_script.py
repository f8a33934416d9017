"""Words for the negotiation call, from the first sentence to the last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from compkit.errors import UnknownChoiceError
from compkit.negotiation.claim_checks import check_claims
from compkit.negotiation.letter_facts import LetterFacts
from compkit.negotiation.letter_words import letter_words
from compkit.negotiation.letters import (
    TONES,
    FactRecorder,
    LetterRequest,
    MissingFact,
    Tone,
    answer_day,
    render_templates,
    tidy,
)
from compkit.negotiation.wording import named_day


@dataclass(frozen=True, slots=True)
class CallScript:
    """The words of a call; nothing in them is private.

    Parameters
    ----------
    opening, ask : str
        The start, and the one request with its reasons; then silence.
    silence : str
        If the other side stays silent, too.
    refused : str
        If they say no: ask what can move, and wait for their figure.
    fallback : str
        After their figure.
    final : str
        If nothing moves.
    needed : str
        If they have to ask someone.
    what_it_takes, other_offer, current_pay, today : str
        Replies to "What would it take?", "Send me the other offer", "What do you make now?" and "I need your answer
        today".
    closing : str
        What can be signed; said last.
    tone : str
    missing : tuple of MissingFact
        What the script would use and the file lacks.
    """

    opening: str
    ask: str
    silence: str
    refused: str
    fallback: str
    final: str
    needed: str
    what_it_takes: str
    other_offer: str
    current_pay: str
    today: str
    closing: str
    tone: Tone
    missing: tuple[MissingFact, ...]

    @property
    def parts(self) -> dict[str, str]:
        """The spoken parts by name, in the order of the call."""
        return {name: getattr(self, name) for name in CALL_PARTS}


CALL_PARTS = tuple(field.name for field in fields(CallScript) if field.name not in ("tone", "missing"))
REPLIES = ("what_it_takes", "other_offer", "current_pay", "today")
"""Parts that answer a question of theirs, with or without an ask."""


def call_script(
    facts: LetterFacts,
    texts: Mapping[str, str],
    *,
    tone: Tone = "plain",
    mentions_competing: bool = False,
) -> CallScript:
    """Write the words of a call that asks for a package.

    Parameters
    ----------
    facts : LetterFacts
        With the package to ask for and, for the answer to a no, the one to settle for.
    texts : mapping of str to str
        The templates by name; see `letter_texts.load_letter_texts`.
    tone : {"warm", "plain", "firm"}
    mentions_competing : bool
        Whether the ask says that another offer exists.

    Raises
    ------
    UnknownChoiceError
        If the tone is unknown.
    ClaimError
        If nothing is asked for, or the script would claim what the offers file does not hold.
    """
    if tone not in TONES:
        raise UnknownChoiceError("tone", tone, TONES)
    check_claims("call", facts, facts.reasons)
    if mentions_competing:
        check_claims("call-competing", facts)
    recorder = FactRecorder(facts)
    parts = _spoken(CALL_PARTS, facts, texts, tone, recorder, mentions_competing=mentions_competing)
    return CallScript(**parts, tone=tone, missing=recorder.missing)


def call_replies(facts: LetterFacts, texts: Mapping[str, str], *, tone: Tone = "plain") -> dict[str, str]:
    """Write what a call without an ask needs, too: `REPLIES`, and `more_time` to ask for if there is a deadline."""
    names = (*REPLIES, "more_time") if facts.deadline else REPLIES
    return _spoken(names, facts, texts, tone, FactRecorder(facts), mentions_competing=facts.may_mention_rival)


def _spoken(
    names: Sequence[str],
    facts: LetterFacts,
    texts: Mapping[str, str],
    tone: Tone,
    recorder: FactRecorder,
    *,
    mentions_competing: bool,
) -> dict[str, str]:
    """Render parts of a call by name."""
    words = letter_words("call", tone, facts, answer_day(LetterRequest("counter", facts, tone)))
    words["mentions_competing"] = mentions_competing
    if facts.deadline:
        words["extended_to"] = named_day(answer_day(LetterRequest("extension", facts, tone)), facts.written_on)
    spoken = render_templates(texts, [f"call-{name.replace('_', '-')}" for name in names], words, recorder)
    return dict(zip(names, map(tidy, spoken), strict=True))
