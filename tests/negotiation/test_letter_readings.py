"""What stumbled when ten letters and call sheets were read aloud, as a recruiter and as a nervous candidate would."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
from sample_letters import OFFERS, TEXTS, WRITTEN_ON, facts_from_offers, sample_letter, write_offers_file

from compkit.model import PackageAmounts
from compkit.negotiation.call_script import CallScript, call_replies, call_script
from compkit.negotiation.claim_checks import ClaimError
from compkit.negotiation.letter_facts import LetterFacts, build_letter_facts
from compkit.negotiation.letters import LETTER_KINDS, TONES, LetterKind, LetterRequest, answer_day, letter
from compkit.offers import load_offers

ASKED = PackageAmounts(base_salary=160_000.0, rsu_4yr=40_000.0)
RIVAL = {"company": "Globex", "status": "written", "base_salary": 170_000}
STIFF = (
    "beside", "herewith", "as typed", "on paper", "I would", "I will", "the day for my answer", "close my file",
    "be held against", "at once", "laid down", "in its place", "adds up", "sign-on of", "the L6 role at",
)  # fmt: skip
"""Words of an earlier, translated English."""
WISHES = re.compile(r"job I want|like to make this move|glad to come back|draws me|very interested|only point")


def facts_of(folder: Path, *offers: dict[str, Any], match_id: str | None = None, **more: Any) -> LetterFacts:
    """Facts of the first offer, which asks for more base salary and stock."""
    found = load_offers(write_offers_file(folder, *offers, **more))
    return build_letter_facts(found[0], found, written_on=WRITTEN_ON, asked=ASKED, match_id=match_id)


def body_of(facts: LetterFacts, kind: LetterKind = "counter") -> str:
    return letter(LetterRequest(kind, facts), TEXTS).body


def script_of(facts: LetterFacts) -> CallScript:
    return call_script(facts, TEXTS, mentions_competing=bool(facts.competing))


# How it sounds


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_no_letter_sounds_translated_or_invents_a_wish(kind: LetterKind) -> None:
    for tone in TONES:
        made = sample_letter(kind, tone)
        text = f"{made.subject}\n{made.body}"
        assert not [words for words in STIFF if words in text]
        assert not WISHES.search(text), "nobody said so"
        assert made.body.count("?") <= 1, "one question"
        assert made.subject[0].isupper()


def test_the_wish_to_join_comes_first_and_the_offer_is_what_was_read(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {}, candidate={"decision": {"preferred": "offer-0"}})
    assert "This is the job I want. I've gone through the offer carefully." in body_of(facts)
    assert "gone through it carefully" in body_of(facts_of(tmp_path, {}))


def test_nobody_turns_down_the_job_they_want(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {}, candidate={"decision": {"preferred": "offer-0"}})
    assert "This is the job I want" not in body_of(facts, "decline")


def test_stock_left_behind_is_not_made_up_for_by_a_trifle(tmp_path: Path) -> None:
    leaving = {"current": {"base_salary": 150_000, "unvested_equity": 200_000}}
    facts = facts_of(tmp_path, {"start_date": "2027-02-01", "sign_on": [40_000]}, candidate=leaving)
    for more, is_asked in ((4_000.0, False), (5_000.0, True)):
        asked = ASKED.model_copy(update={"sign_on_y1": 40_000 + more})
        body = body_of(dataclasses.replace(facts, asked=asked), "unvested-equity")
        assert ("instead of $40,000" in body) is is_asked
        assert ("How much of it could a sign-on bonus make up for?" in body) is not is_asked


@pytest.mark.parametrize(
    ("recruiter", "greeting"),
    [("Sam Doe", "Hi Sam,"), ("Mary-Kate O'Neil", "Hi Mary-Kate,"), ("Dr Priya Shah", "Hi Dr Shah,"),
     ("Ms. Doe", "Hi Ms. Doe,"), ("Ana María López", "Hi Ana María López,"), (None, "Hi Acme team,")],
)  # fmt: skip
def test_everybody_is_greeted_by_some_name(recruiter: str | None, greeting: str, tmp_path: Path) -> None:
    assert body_of(facts_of(tmp_path, {"contact": {"recruiter": recruiter}})).splitlines()[0] == greeting


def test_a_transfer_greets_no_company(tmp_path: Path) -> None:
    assert body_of(facts_of(tmp_path, {"candidate_type": "internal"})).startswith("Hi there,\n")


def test_a_level_that_is_a_number_is_called_one(tmp_path: Path) -> None:
    made = letter(LetterRequest("counter", facts_of(tmp_path, {"level": "65"})), TEXTS)
    assert made.subject == "Level 65 role at Acme: my counteroffer"
    assert "the offer for the level 65 role." in made.body


def test_a_company_that_the_form_left_blank_is_called_you(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {"candidate_type": "boomerang", "company": "[Company]"})
    assert "I've worked with you before" in body_of(facts, "boomerang")


def test_a_place_that_only_we_call_so_is_left_out(tmp_path: Path) -> None:
    assert "Elsewhere" not in body_of(facts_of(tmp_path, {"location": "Elsewhere"}), "accept")


# What it claims


@pytest.mark.parametrize("status", [None, "verbal", "in-process"])
def test_what_is_not_in_writing_is_not_accepted_yet(status: str | None, tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {"status": status})
    for tone in TONES:
        made = letter(LetterRequest("accept", facts, tone), TEXTS)
        assert "I accept" not in made.body
        assert "in writing" in made.body
        assert made.subject.endswith("ready to accept")


@pytest.mark.parametrize("status", ["written", "verbal"])
def test_new_terms_are_signed_only_once_they_are_in_writing(status: str, tmp_path: Path) -> None:
    for tone in TONES:
        script = call_script(facts_of(tmp_path, {"status": status}), TEXTS, tone=tone)
        assert "I'll sign as soon as I have it in writing" in script.closing
        assert "sign today" not in " ".join(script.parts.values())


@pytest.mark.parametrize(
    ("posted", "is_cited"),
    [({}, True), ({"level": " l6 ", "location": "Austin"}, True), ({"level": "L7"}, False),
     ({"location": "Seattle"}, False), ({"low": 100_000}, False)],
)  # fmt: skip
def test_only_a_posting_for_this_level_and_place_is_cited(
    posted: dict[str, Any],
    is_cited: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    """After a new level or place, the old posting says nothing; nor does one from 100,000 to 165,000, 1.65 times."""
    facts = facts_of(tmp_path, {"posted_base": {"low": 140_000, "high": 165_000} | posted})
    cited = "$160,000 is within the base salary range in your posting"
    assert (cited in body_of(facts)) is is_cited
    assert (cited in script_of(facts).ask) is is_cited
    assert ("the pay range for this level and location" not in body_of(facts, "initial")) is is_cited


@pytest.mark.parametrize(
    ("row", "is_cited"),
    [({}, True), ({"level": "L6", "location": "Austin"}, True), ({"company": "Globex"}, True), ({"level": "L7"}, False),
     ({"company": "Globex", "level": "L6"}, False), ({"location": "Seattle"}, False),
     ({"as_of": "2025-05-23"}, True), ({"as_of": "2025-05-22"}, False)],
)  # fmt: skip
def test_only_fresh_figures_for_this_level_and_place_are_cited(
    row: dict[str, Any],
    is_cited: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    """18 months before the letter is May 23, 2025; another company's L6 may be another level."""
    least = {"measure": "base_salary", "p25": 140_000, "p75": 170_000, "n": 31, "source": "levels.fyi"}
    facts = facts_of(tmp_path, {"market": [{**least, "as_of": "2026-09-15", **row}]})
    assert ("levels.fyi" in body_of(facts)) is is_cited


def test_the_offer_to_match_is_the_one_spoken_of(tmp_path: Path) -> None:
    """Another written offer ends sooner; the ask matches the better one: 4 x 170,000."""
    sooner = {**RIVAL, "company": "Initech", "base_salary": 140_000, "deadline": "2026-11-27"}
    better = {**RIVAL, "deadline": "2026-12-10"}
    own = {"share_rival_total": True, "deadline": "2026-12-18"}
    facts = facts_of(tmp_path, own, sooner, better, match_id="offer-2")
    for text in (body_of(facts), body_of(facts, "competing-offer"), script_of(facts).ask):
        assert "$680,000" in text
        assert "my deadline there is Thursday, December 10" in text.replace("My", "my")
    assert "in line with it" in body_of(facts)


def test_without_an_ask_nothing_is_brought_in_line(tmp_path: Path) -> None:
    facts = dataclasses.replace(facts_of(tmp_path, {"role": {"ai_ml": True}}, RIVAL, match_id="offer-1"), asked=None)
    assert "in line with" not in body_of(facts, "ai-ml")


def test_a_later_deadline_elsewhere_is_no_reason_to_hurry(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {"deadline": "2026-12-04"}, {**RIVAL, "deadline": "2026-12-30"}, match_id="offer-1")
    for text in (body_of(facts), body_of(facts, "competing-offer"), script_of(facts).ask):
        assert "written offer" in text
        assert "December 30" not in text


# Days


@pytest.mark.parametrize(
    ("own", "theirs", "call", "answer"),
    [("2026-12-18", "2026-11-27", None, dt.date(2026, 11, 25)),  # before Thanksgiving
     ("2026-12-18", "2026-12-01", "2026-12-01", dt.date(2026, 12, 1)),  # not before the call
     ("2026-12-18", None, "2026-12-01", dt.date(2026, 12, 2)),
     ("2026-12-18", "2026-12-17", "2026-12-01", dt.date(2026, 12, 2))],
)  # fmt: skip
def test_an_ask_is_answered_after_the_call_and_before_the_deadline_it_mentions(
    own: str, theirs: str | None, call: str | None, answer: dt.date, tmp_path: Path
) -> None:
    offers = [{"deadline": own, "negotiation": {"call_on": call}}, *([{**RIVAL, "deadline": theirs}] if theirs else [])]
    assert answer_day(LetterRequest("counter", facts_of(tmp_path, *offers))) == answer


@pytest.mark.parametrize(
    ("own", "theirs", "decided", "held"),
    [("2026-12-18", None, "Friday, December 18", "Friday, December 18"),
     ("2026-12-20", None, "Friday, December 18", "Friday, December 18"),  # a Sunday
     ("2026-12-18", "2026-12-09", "Wednesday, December 9", "Wednesday, December 9"),
     ("2026-11-23", None, "the end of the day", "Tuesday, November 24"),  # due today: ask for a day
     ("2026-12-18", "2026-11-23", "the end of the day", "the end of the day"),  # the other offer can't wait
     (None, None, "Monday, November 30", "Monday, November 30")],
)  # fmt: skip
def test_the_answer_comes_on_a_business_day_before_every_deadline(
    own: str | None, theirs: str | None, decided: str, held: str, tmp_path: Path
) -> None:
    offers = [{"deadline": own}, *([{**RIVAL, "deadline": theirs}] if theirs else [])]
    script = script_of(facts_of(tmp_path, *offers))
    assert f"answer by {decided}" in script.final
    assert f"answer by {held}" in script.today
    assert "hold the offer" in script.today


def test_today_is_not_named_by_its_date(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, {"status": "written", "deadline": "2026-11-24"})
    assert "Could we talk today?" in body_of(facts, "initial")
    assert "by the end of the day" in body_of(facts)


# Replies


def test_the_replies_claim_nothing_that_is_not_there(tmp_path: Path) -> None:
    alone = facts_of(tmp_path, {})
    assert "another offer" in script_of(alone).other_offer
    assert "writing" not in script_of(alone).other_offer, "there is none"
    rival = script_of(facts_of(tmp_path, {}, RIVAL))
    assert rival.other_offer.endswith("It's in writing.")
    assert "word for it" not in rival.other_offer
    assert script_of(alone).what_it_takes == "With a base salary of $160,000 and a stock grant of $40,000, I'd sign."


def test_your_own_employer_knows_what_you_make(tmp_path: Path) -> None:
    assert "look up what I make" in script_of(facts_of(tmp_path, {"candidate_type": "internal"})).current_pay
    assert "look up" not in script_of(facts_of(tmp_path, {})).current_pay


def test_without_an_ask_there_are_replies_too(tmp_path: Path) -> None:
    facts = facts_from_offers(tmp_path, {"deadline": "2026-12-18"})
    with pytest.raises(ClaimError):
        call_script(facts, TEXTS)
    for tone in TONES:
        said = call_replies(facts, TEXTS, tone=tone)
        assert "level" in said["what_it_takes"]
        assert "sign" not in said["what_it_takes"]
        assert "Friday, December 18" in said["today"]


def test_the_opening_counts_nothing() -> None:
    for entry in OFFERS:
        facts = build_letter_facts(entry, written_on=WRITTEN_ON, asked=ASKED.model_copy(update={"base_salary": 9e5}))
        for tone in TONES:
            assert "one thing" not in call_script(facts, TEXTS, tone=tone).opening
