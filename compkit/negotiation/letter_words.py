"""Words that fill the templates of letters and call scripts, made from the facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from compkit.market import is_recent, posting_doubt
from compkit.model import ELSEWHERE, MarketObservation, PackageAmounts
from compkit.negotiation.letter_facts import CompetingOffer, LetterFacts
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, YEARS_OF_A_PACKAGE
from compkit.negotiation.meso import LEAST_RAISE, PARTS
from compkit.negotiation.wording import (
    business_day_after,
    business_day_before,
    full_day,
    is_business_day,
    joined,
    money,
    month_and_year,
    named_day,
    number,
)
from compkit.offers import is_public
from compkit.periods import date_after

MISSING: Mapping[str, tuple[str, str]] = {
    "recruiter": ("contact.recruiter", "without it the greeting has no name"),
    "email": ("contact.email", "the draft is addressed to nobody without one plain address"),
    "name": ("candidate.name", "the text is not signed without it"),
    "title": ("contact.title", "without it the letter names the job by its level"),
    "team": ("contact.team", "it shows which job you mean"),
    "company": ("company", "the employer is not named without it"),
    "level": ("level", "the level is not named without it"),
    "reasons": ("negotiation.reasons", "one or two sentences on what you bring carry the request"),
    "evidence": ("posted_base or market", "a posted range for this level and place, or public figures with their "
                 "source and at least five entries, that reaches the amounts asked would support them"),
    "asks": ("the package", "with amounts the request is easier to answer"),
    "deadline": ("deadline", "naming your deadline shows you'll keep to it"),
    "competing_deadline": ("the other offer's deadline", "the day on which you must answer it says why time matters"),
    "equity_left": ("negotiation.name_equity_left", "set it to true if the letter may say how much equity you leave"),
    "start": ("start_date", "the terms are not complete without the first day"),
    "specialization": ("role.specialization", "it names the field of the work"),
    "fallback": ("the fallback", "without a second package there is no amount to settle for"),
}  # fmt: skip
"""The field of each fact in the offers file, and what a text gains by it."""

_NAMES = {"base_salary": "Base salary", "rsu_4yr": "Stock grant", "sign_on_y1": "Sign-on bonus, first year",
          "sign_on_y2": "Sign-on bonus, second year"}  # fmt: skip
_PHRASES = {"base_salary": "a base salary of", "rsu_4yr": "a stock grant of",
            "sign_on_y1": "a first-year sign-on bonus of",
            "sign_on_y2": "a second-year sign-on bonus of"}  # fmt: skip
_MEASURES = {"base_salary": "base salaries", "rsu_4yr": "stock grants", "sign_on_y1": "first-year sign-on bonuses",
             "sign_on_y2": "second-year sign-on bonuses"}  # fmt: skip
_SIGN_ONS = ("sign_on_y1", "sign_on_y2")
_PENDING: Mapping[str | None, tuple[str, str, str, str]] = {
    None: ("your answer", "about", "Where do things stand?", "make other plans"),
    "in-process": ("your decision", "about", "Am I still being considered?", "make other plans"),
    "verbal": ("the written offer", "for", "Is it still coming?", "make other plans"),
    "written": ("your answer to my questions", "about", "Can anything in the offer still change?",
                "decide on the offer as it stands"),
}  # fmt: skip
"""By status: what the candidate waits for with its preposition, the plain question, the plan without it."""

_Raise = tuple[str, float, float]
"""A lever, its amount before, and the amount asked."""
_NAME, _TITLES = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*"), {"dr", "miss", "mr", "mrs", "ms", "mx", "prof", "sir"}
_ORDINALS = ("first", "second", "third", "fourth")


def letter_words(
    kind: str, tone: str, facts: LetterFacts, answer_by: dt.date, *, states_total: bool = False
) -> dict[str, Any]:
    """Everything that a template may name; what is unknown is empty."""
    offer, texts = facts.offer, facts.texts
    levers = _SIGN_ONS if kind == "unvested-equity" else LEVERS
    raised = _raised(facts.asked, facts.offered, levers)
    if kind == "unvested-equity" and _raise_of(raised) < LEAST_RAISE:
        raised = []
    waited_for, of, question, otherwise = _PENDING[offer.status]
    first = facts.competing_deadline if kind == "expedite" else next(iter(facts.competing), None)
    competing = facts.match or first if raised else first
    in_words = partial(_named_day, today=facts.written_on)
    return {
        **{name: texts.get(name, "") for name in ("name", "recruiter", "title", "team", "company", "level")},
        **_ask_words(facts, raised, states_total=states_total and levers == LEVERS),
        **_fallback_words(facts, levers),
        "tone": tone,
        "status": offer.status,
        "is_written": offer.status == "written",
        "is_in_process": offer.status == "in-process",
        "the_offer": "the terms" if offer.status == "in-process" else "the offer",
        "it": "them" if offer.status == "in-process" else "it",
        "waited_for": waited_for,
        "pending": f"{waited_for} {of} {_role(texts)}",
        "question": question,
        "otherwise": otherwise,
        "role": _role(texts),
        "job": _job(texts),
        "on_team": _on_team(texts.get("team", "")),
        "with_you": f"at {texts['company']}" if "company" in texts else "with you",
        "has_stock": bool(offer.equity or offer.options or offer.startup),
        "has_posting": not posting_doubt(offer) and offer.posted_base is not None and bool(offer.posted_base.high),
        "is_internal": offer.candidate_type == "internal",
        "answer_by": in_words(answer_by),
        "answer_on": "today" if answer_by == facts.written_on else f"on {in_words(answer_by)}",
        "decide_by": in_words(_decision_day(facts, answer_by)),
        "hold_until": in_words(_day_to_hold(facts, answer_by)),
        "deadline": _date_in_words(facts.deadline, facts),
        "competing": {"status": "written", "company": competing.company or ""} if competing else None,
        "competing_deadline": _date_in_words(competing.deadline if competing else None, facts),
        "is_pressing": _is_pressing(competing, facts),
        "first_name": _first_name(texts.get("recruiter", "")),
        "is_preferred": facts.is_preferred,
        "rival": (competing.company or "another company") if competing and facts.match and raised else "",
        "rival_total": money(competing.total, offer.currency) if competing and competing.total else "",
        "reasons": " ".join(facts.reasons),
        "first_reason": facts.reasons[0] if facts.reasons else "",
        "specialization": offer.role.specialization or "",
        "equity_left": _equity_left(facts),
        "start": full_day(offer.start_date) if offer.start_date else "",
        "review": month_and_year(date_after(offer.start_date, 12)) if offer.start_date else "",
        "terms": term_lines(facts),
    }


def _date_in_words(on: dt.date | None, facts: LetterFacts) -> str:
    return named_day(on, facts.written_on) if on else ""


def _named_day(on: dt.date, today: dt.date) -> str:
    """Day to do something by, in words."""
    return "the end of the day" if on == today else named_day(on, today)


def _decision_day(facts: LetterFacts, answer_by: dt.date) -> dt.date:
    """Last business day before every deadline runs out; without one, the day of the employer's answer."""
    first = facts.first_deadline
    if first is None:
        return answer_by
    return first if is_business_day(first) else max(facts.written_on, business_day_before(first))


def _day_to_hold(facts: LetterFacts, answer_by: dt.date) -> dt.date:
    """Day until which to hold an offer: the decision's, or the next business day if that is due today."""
    day = _decision_day(facts, answer_by)
    must_answer_today = facts.first_deadline == facts.written_on != facts.deadline
    return day if day > facts.written_on or must_answer_today else business_day_after(facts.written_on, 1)


def _is_pressing(competing: CompetingOffer | None, facts: LetterFacts) -> bool:
    """Whether the other offer's deadline comes no later than this one's."""
    return bool(competing and competing.deadline and competing.deadline <= (facts.deadline or dt.date.max))


def _first_name(name: str) -> str:
    """First name where it is plainly the first of two, the last one after a title; else the whole name.

    >>> [_first_name(name) for name in ("Sam Doe", "Mary-Kate O'Neil", "Dr. Pat Doe", "Nguyễn Thị Ánh")]
    ['Sam', 'Mary-Kate', 'Dr. Doe', 'Nguyễn Thị Ánh']
    """
    words = name.split()
    if len(words) > 1 and words[0].rstrip(".").casefold() in _TITLES:
        return f"{words[0]} {words[-1]}"
    return words[0] if len(words) == 2 and all(_NAME.fullmatch(word) for word in words) else name


def _role(texts: Mapping[str, str]) -> str:
    """Job in a sentence."""
    if "title" in texts:
        return f"the {texts['title']} role"
    level = texts.get("level", "")
    if not level:
        return "the role"
    return f"the {'level ' if level.isdigit() else ''}{level} role"


def _job(texts: Mapping[str, str]) -> str:
    """Job in a subject line."""
    level = texts.get("level", "")
    job = texts.get("title") or (f"{'Level ' if level.isdigit() else ''}{level} role" if level else "The role")
    return f"{job} at {texts['company']}" if "company" in texts else job


def _on_team(team: str) -> str:
    if not team:
        return ""
    name = team if team.casefold().startswith("the ") else f"the {team}"
    return f" on {name}" if team.casefold().endswith("team") else f" on {name} team"


def _raised(package: PackageAmounts | None, before: PackageAmounts, levers: Sequence[str] = LEVERS) -> list[_Raise]:
    """Amounts that a package raises: lever, before, asked."""
    if package is None:
        return []
    rows = [(lever, float(getattr(before, lever)), float(getattr(package, lever))) for lever in levers]
    return [row for row in rows if row[2] > row[1]]


def _ask_words(facts: LetterFacts, raised: list[_Raise], *, states_total: bool) -> dict[str, Any]:
    currency = facts.offer.currency
    phrases, lines = [], []
    by_part = [[row for row in raised if row[0] in part] for part in PARTS]
    parts = sorted((part for part in by_part if part), key=lambda part: -_raise_of(part))
    for part in parts:
        changes = []
        for _, before, asked in part:
            old, new = money(before, currency), money(asked, currency)
            changes.append((new, f" instead of {old}" if before else "",
                            f"from {old} to {new}" if before else f"{new} (new)"))  # fmt: skip
        if len(part) == 1:
            lever = part[0][0]
            phrases.append(f"{_PHRASES[lever]} {changes[0][0]}{changes[0][1]}")
            lines.append(f"{_NAMES[lever]}: {changes[0][2]}")
        else:
            (one, was, first), (two, had, second) = changes
            phrases.append(f"a sign-on bonus of {one}{was} in the first year and {two}{had} in the second")
            lines.append(f"Sign-on bonus: {first} in the first year, {second} in the second")
    return {
        "asks": raised,
        "n_asks": len(parts),
        "n_words": number(len(parts)),
        "ask_lines": lines,
        "ask_phrase": "; ".join(phrases[:-1]) + ("; and " if len(phrases) > 1 else "") + (phrases or [""])[-1],
        "total_asked": money(_total(facts.asked), currency) if facts.asked and states_total and len(raised) > 1 else "",
        "total_offered": money(_total(facts.offered), currency),
        "base_asked": next((money(asked, currency) for lever, _, asked in raised if lever == "base_salary"), ""),
        "posted": _posted(facts, raised),
        "research": _research(facts, raised),
        "evidence": _posted(facts, raised) or _research(facts, raised),
    }


def _raise_of(part: Sequence[_Raise]) -> float:
    """Sum that a part adds to the four-year total."""
    return sum(LEVER_WEIGHTS[lever] * (asked - before) for lever, before, asked in part)


def _fallback_words(facts: LetterFacts, levers: Sequence[str]) -> dict[str, Any]:
    """Package to settle for, if it is above the offer and differs from the ask."""
    currency = facts.offer.currency
    settled = facts.fallback if facts.fallback != facts.asked else None
    raised, asked = (_raised(package, facts.offered, levers) for package in (settled, facts.asked))
    return {
        name: joined([f"{_PHRASES[lever]} {money(amount, currency)}" for lever, _, amount in rows])
        for name, rows in (("fallback", raised), ("closing_amounts", raised or asked), ("ask_amounts", asked))
    }


def _total(package: PackageAmounts) -> float:
    return YEARS_OF_A_PACKAGE * package.base_salary + package.rsu_4yr + package.sign_on_y1 + package.sign_on_y2


def _posted(facts: LetterFacts, raised: list[_Raise]) -> str:
    """Range in the posting, if it is for this level and place, and the base salary asked for is inside it."""
    posted, currency = facts.offer.posted_base, facts.offer.currency
    if posting_doubt(facts.offer):
        return ""
    asked = next((amount for lever, _, amount in raised if lever == "base_salary"), None)
    if posted is None or posted.high is None or asked is None or asked > posted.high:
        return ""
    low = "up to" if posted.low is None else f"{money(posted.low, currency)} to"
    return f"{low} {money(posted.high, currency)}"


def _research(facts: LetterFacts, raised: list[_Raise]) -> dict[str, str] | None:
    """First public range that reaches the amount asked; rows that may show one person's pay never count."""
    for lever, _, asked in raised:
        for row in facts.offer.market:
            if row.measure == lever and _reaches(row, asked) and _is_comparable(row, facts):
                currency = facts.offer.currency
                return {
                    "source": row.source or "",
                    "n": f"{row.n:,}",
                    "as_of": month_and_year(row.as_of) if row.as_of else "",
                    "measure": _MEASURES[lever],
                    "low": money(row.p25 or 0.0, currency),
                    "high": money(row.p75 or 0.0, currency),
                }
    return None


def _reaches(row: MarketObservation, asked: float) -> bool:
    holds_blank = any(mark in (row.source or "") for mark in ("[", "]", "{", "}"))
    return is_public(row) and not holds_blank and row.p25 is not None and row.p75 is not None and asked <= row.p75


def _is_comparable(row: MarketObservation, facts: LetterFacts) -> bool:
    """Whether public figures are for the offer's level and place, as far as they say, and not outdated."""
    offer = facts.offer
    is_of_company, is_of_level = (
        theirs is None or theirs.strip().casefold() == ours.strip().casefold()
        for theirs, ours in ((row.company, offer.company), (row.level, offer.level))
    )
    if row.location not in (None, offer.location) or not (row.level is None or (is_of_company and is_of_level)):
        return False
    return row.as_of is None or is_recent(row.as_of, facts.written_on)


def _equity_left(facts: LetterFacts) -> str:
    if facts.equity_left is None:
        return ""
    rounded = round(facts.equity_left, -3) or facts.equity_left
    return money(float(round(rounded)), facts.offer.currency)


def term_lines(facts: LetterFacts) -> list[str]:
    """Offer's terms, one line each, as the employer made them."""
    offer, currency = facts.offer, facts.offer.currency
    lines = [f"Base salary: {money(offer.base_salary, currency)} a year"]
    if offer.bonus_target_rate:
        lines.append(f"Target bonus: {offer.bonus_target_rate * 100:.4g}% of base salary")
    elif offer.annual_bonus:
        lines.append(f"Target bonus: {money(offer.annual_bonus, currency)} a year")
    for grant in offer.equity:
        size = f"{grant.units:,.10g} shares" if grant.value is None else money(grant.value, currency)
        lines.append(f"Stock grant: {size}, vesting as offered")
    for option in offer.options:
        strike = money(option.strike, currency)
        lines.append(f"Stock options: {option.n_options:,.10g} at {strike} each, vesting as offered")
    lines += [
        f"Sign-on bonus, {_ORDINALS[year]} year: {money(amount, currency)}"
        for year, amount in enumerate(offer.sign_on)
        if amount
    ]
    if offer.relocation and offer.relocation.value:
        lines.append(f"Relocation: {money(offer.relocation.value, currency)}")
    if offer.location != ELSEWHERE:
        lines.append(f"Location: {offer.location}")
    if offer.start_date:
        lines.append(f"First day: {full_day(offer.start_date)}")
    return lines
