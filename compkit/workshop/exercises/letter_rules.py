"""Rules for a counteroffer letter, each with what is said if the letter breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable

from compkit.model import ParseError, parse_number
from compkit.workshop.exercises.question import Rule, Span, dollars

FEWEST_WORDS, MOST_WORDS = 30, 200
_AMOUNT = re.compile(r"(?:USD ?|\$ ?)?\b\d[\d,.']*\d?(?: ?[kKmM]\b)?")
_RANGE = re.compile(rf"({_AMOUNT.pattern}) ?(?:-|\u2013|to|and) ?({_AMOUNT.pattern})")
_SMALLEST_PAY, _AFTER_YEARS = 1_000, 2_100
"""Smaller numbers are weeks, people or percents; without a dollar sign also years."""
_ASKS = re.compile(
    r"\?|\b(?:ask|asking|request|propose|(?:would|I'd) like (?:to (?:ask|propose|see)|a|an|the|more|you)|"
    r"hop(?:e|ing) for|consider|raise|increase|bump|match|improve)\b",
    re.IGNORECASE,
)
_PARTS = {
    "base salary": r"\b(?:base|salary)\b",
    "sign-on": r"\b(?:sign(?:ing)?[- ]?on|signing bonus|bonus)\b",
    "stock": r"\b(?:stock|equity|shares|RSUs?)\b",
    "start date": r"\bstart(?:ing)? date\b",
    "vacation": r"\b(?:vacation|PTO|days off)\b",
    "remote work": r"\b(?:remote(?:ly)?|from home)\b",
    "relocation": r"\b(?:relocat\w+|moving costs?)\b",
}
_EVIDENCE = (
    r"\b(?:ranges?|posting|posted|band|market|published|survey|led|cut|built|launched|saved|reduced|managed|delivered|"
    r"improved|results?|experience)\b"
)
_WARMTH = (
    r"\b(?:thank\w*|appreciat\w+|grateful|excited|eager|glad|happy|pleased|delighted|look(?:ing)? forward|enjoyed|"
    r"(?:love|like) to (?:join|work|start))\b"
)
_RUDE = (
    r"\b(?:insult\w*|low-?ball\w*|ridiculous|unacceptable|disappoint\w+|I demand|deserve|unfair|joke|laughable|"
    r"you people|underpa\w+)\b"
)
_MEEK = r"\b(?:sorry|apologi[sz]e|hate to ask|feel bad|if it'?s not too much|I know (?:this|it)'?s a lot)\b"
_ULTIMATUM = (
    r"\b(?:or else|otherwise,? I|unless (?:you|I|we)|take it or leave it|(?:my|a) (?:final|last) offer|non-?negotiable|"
    r"bottom line|nothing less|(?:not|won't|wouldn't|can't|cannot) (?:accept|take|sign|settle for)(?: anything)? "
    r"(?:less|below|under)|walk away|I(?:'ll| will| would)(?: have to| be forced to)? "
    r"(?:decline|withdraw|walk|leave|reject|turn (?:you|it|this) down|go elsewhere)|"
    r"you must (?:raise|pay|match|give|offer)|by (?:tomorrow|tonight|end of day))\b"
)
_RIVAL = (
    r"\b(?:(?:other|another|competing|rival|outside) (?:\w+ )?offers?|"
    r"(?:have|got|received|holding|weighing) (?:(?!your|the|this)\w+ ){0,2}offers?|(?:has|have) offered me|"
    r"(?:other|another|several|many|two|three) (?:\w+ )?(?:compan\w+|employers?|firms?)[^.?!]{0,40}"
    r"\b(?:offer\w*|want\w*|interview\w*|pay\w*)|offers? (?:in hand|from (?!you))|"
    r"(?:interview\w*|process\w*|talking) (?:with|at) (?:other|another)|elsewhere|(?:courting|recruiting) me)\b"
)
_LIMIT = (
    r"\b(?:(?:lowest|minimum)\b[^.?!]{0,40}\b(?:accept|take|need|sign|salary|pay)|least (?:that )?I|"
    r"at least \$?\d[\d,]+ ?[kK]?|settle for|"
    r"(?:would|could|can|might) (?:also )?(?:accept|take|live with) (?:less|\$?\d)|go(?:ing)? below|my limit)\b"
)
_CURRENT = (
    r"\b(?:I (?:currently |now )?(?:make|earn)|(?:my )?(?:current|present) (?:salary|pay|base)|I(?:'m| am) paid|"
    r"paid me|paying me)\b"
)
_NEED = (
    r"\b(?:rent|mortgage|bills|debts?|student loans?|cost of living|kids|family to feed|"
    r"(?:can't|cannot|hard to) afford|afford to live)\b"
)


def letter_rules(offered: float, band: tuple[float, float], rivals: tuple[str, ...] = ()) -> tuple[Rule, ...]:
    """Rules for a letter that counters a base salary.

    Parameters
    ----------
    offered : float
        Base salary offered [USD a year].
    band : pair of float
        What such a job pays [USD a year].
    rivals : tuple of str
        Companies that made no offer.
    """
    room = Span(offered + 1, band[1])

    def asked(text: str) -> set[float]:
        return {amount for amount in amounts_in(text, offered) if amount != offered}

    def has_no_number(text: str) -> bool:
        return not asked(text)

    def is_out_of_band(text: str) -> bool:
        return bool(asked(text)) and not any(amount in room for amount in asked(text))

    def asks_twice(text: str) -> bool:
        return len(asked(text)) > 1 or len(_parts_asked_for(text)) > 1

    names = "|".join(map(re.escape, rivals)) or "(?!)"
    return (
        Rule(_is_short, f"Write at least {FEWEST_WORDS} words: thanks, the ask, and a reason."),
        Rule(_is_long, f"Keep it under {MOST_WORDS} words. A recruiter reads it once and passes on one line."),
        Rule(has_no_number, "Name one number. With none, or with a range, they choose it."),
        Rule(
            is_out_of_band,
            f"Ask for more than the {dollars(offered)} offered, and for no more than {dollars(band[1])}, the top "
            "of the posted range: that is where they can say yes.",
        ),
        Rule(asks_twice, "Make one ask, with one number. With several, they pick the cheapest."),
        Rule(_lacks(_EVIDENCE), "Give a reason that they can pass on: the posted range, or a result of yours."),
        Rule(_lacks(_WARMTH), "Say that you want the job: thank them, or tell them what you look forward to."),
        Rule(_has(_RUDE), "Leave out words that blame. You will work with these people."),
        Rule(_has(_MEEK), "Don't apologize. Asking is normal, and they expect it."),
        Rule(_has(_ULTIMATUM), "Leave out the ultimatum. If they say no, you'd have to leave or take it back."),
        Rule(_has(f"{_RIVAL}|\\b(?:{names})\\b"), "You have no other offer. Don't claim or hint at one."),
        Rule(_has(_LIMIT), "Don't tell them how little you'd accept. They would offer you that."),
        Rule(_has(_CURRENT), "Leave out what you earn now. The job's worth doesn't depend on it."),
        Rule(_has(_NEED), "Leave out what you need the money for. They pay for the work."),
    )  # fmt: skip


def amounts_in(text: str, offered: float = 0.0) -> list[float]:
    """Amounts of pay that a text names, but for the ends of ranges; from the offer to an amount is no range [USD].

    >>> amounts_in("The range is $170,000 to $190,000. Could you do $185K in 2 weeks? I led 12 people.")
    [185000.0]
    """

    def without_range(ends: re.Match[str]) -> str:
        return ends[0] if offered in (_amount(ends[1]), _amount(ends[2])) else " "

    found = [(match[0], _amount(match[0])) for match in _AMOUNT.finditer(_RANGE.sub(without_range, text))]
    return [amount for typed, amount in found if amount >= (_SMALLEST_PAY if "$" in typed else _AFTER_YEARS)]


def _amount(typed: str) -> float:
    """Amount as typed, or 0 for what is none."""
    try:
        return parse_number(typed.rstrip(".,'"))
    except ParseError:
        return 0.0


def _parts_asked_for(text: str) -> set[str]:
    """Parts of an offer named in sentences that ask for something."""
    sentences = re.findall(r"[^.?!]+(?:\.(?=\d)[^.?!]+)*[.?!]?", text)
    asking = [sentence for sentence in sentences if _ASKS.search(sentence)]
    return {part for part, words in _PARTS.items() if any(re.search(words, one, re.I) for one in asking)}


def _is_short(text: str) -> bool:
    return len(text.split()) < FEWEST_WORDS


def _is_long(text: str) -> bool:
    return len(text.split()) > MOST_WORDS


def _has(words: str) -> Callable[[str], bool]:
    pattern = re.compile(words, re.IGNORECASE)
    return lambda text: bool(pattern.search(_plain(text)))


def _lacks(words: str) -> Callable[[str], bool]:
    pattern = re.compile(words, re.IGNORECASE)
    return lambda text: not pattern.search(_plain(text))


def _plain(text: str) -> str:
    """Text with straight apostrophes and single spaces."""
    return " ".join(text.replace("\u2019", "'").split())
