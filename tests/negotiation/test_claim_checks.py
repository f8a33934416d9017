"""What letters and scripts refuse to claim, and the closing line of a call."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from sample_letters import (
    BLANKS,
    OFFERS,
    TEXTS,
    WRITTEN_ON,
    facts_from_offers,
    raised_package,
    sample_facts,
)

from compkit.errors import CompkitError, InputError, UnknownChoiceError
from compkit.negotiation.call_script import call_script
from compkit.negotiation.claim_checks import ClaimError, unsupported_claims
from compkit.negotiation.letter_facts import build_letter_facts
from compkit.negotiation.letters import (
    TONES,
    LetterKind,
    LetterRequest,
    letter,
)
from compkit.offers import load_offers


@pytest.mark.parametrize(
    ("kind", "offer", "field"),
    [
        ("competing-offer", {}, "offers"),
        ("extension", {}, "deadline"),
        ("extension", {"deadline": dt.date(2026, 11, 22)}, "deadline"),
        ("expedite", {}, "deadline"),
        ("expedite", {"deadline": dt.date(2026, 11, 1)}, "deadline"),
        ("unvested-equity", {}, "candidate.current"),
        ("transfer", {}, "candidate_type"),
        ("boomerang", {}, "candidate_type"),
        ("remote", {}, "location"),
        ("ai-ml", {}, "role.ai_ml"),
        ("counter", {}, "the package"),
    ],
)
def test_a_claim_that_the_file_does_not_hold_is_refused(
    kind: LetterKind, offer: dict[str, Any], field: str, tmp_path: Path
) -> None:
    with pytest.raises(ClaimError) as caught:
        letter(LetterRequest(kind, facts_from_offers(tmp_path, offer)), TEXTS)
    assert isinstance(caught.value, CompkitError)
    assert [fault.field for fault in caught.value.faults] == [field]
    assert "offer-0" in str(caught.value)


OTHER = {"company": "Globex", "status": "written", "deadline": dt.date(2026, 12, 1)}


@pytest.mark.parametrize(
    ("change", "is_held"),
    [
        ({}, True),
        ({"status": "verbal"}, False),
        ({"status": None}, False),
        ({"deadline": None}, True),
        ({"deadline": WRITTEN_ON}, True),
        ({"status": "in-process"}, False),
        ({"deadline": dt.date(2026, 11, 22)}, False),
        ({"company": " acme"}, False),
    ],
)
def test_which_other_offer_counts(change: dict[str, Any], is_held: bool, tmp_path: Path) -> None:  # noqa: FBT001
    other = {name: value for name, value in (OTHER | change).items() if value is not None}
    facts = facts_from_offers(tmp_path, {}, other)
    assert bool(facts.competing) is is_held
    if is_held:
        body = letter(LetterRequest("competing-offer", facts), TEXTS).body
        assert f"a {other['status']} offer from another company" in body
        assert "Globex" not in body
    else:
        with pytest.raises(ClaimError, match="no text here claims an offer"):
            letter(LetterRequest("competing-offer", facts), TEXTS)


def test_another_persons_offer_is_not_ones_own(tmp_path: Path) -> None:
    least = {"level": "L6", "location": "Austin", "base_salary": 150000}
    document = {
        "candidates": {"ann": {}, "ben": {}},
        "offers": [
            {"id": "a", "company": "Acme", "candidate": "ann", **least},
            {"id": "b", "company": "Globex", "candidate": "ben", **least},
        ],
    }
    path = tmp_path / "two.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    offers = load_offers(path)
    assert build_letter_facts(offers.entry("a"), offers, written_on=WRITTEN_ON).competing == ()


def test_the_other_company_is_named_only_where_the_person_says_so() -> None:
    def body(*, name_company: bool) -> str:
        facts = sample_facts("competing-offer", name_company=name_company)
        return letter(LetterRequest("competing-offer", facts), TEXTS).body

    assert "Globex" not in body(name_company=False)
    assert "from Globex, and my deadline there is Wednesday, December 9" in body(name_company=True)


def test_the_competing_offer_with_the_earliest_deadline_comes_first(tmp_path: Path) -> None:
    """Whatever the order of the file; one without a deadline comes last."""
    days = [None, dt.date(2026, 12, 9), dt.date(2026, 12, 3)]
    others = [{"company": f"Other {row}", "status": "written", "deadline": day} for row, day in enumerate(days)]
    facts = facts_from_offers(tmp_path, {}, *others)
    assert [one.deadline for one in facts.competing] == [days[2], days[1], None]


def test_which_other_offer_a_letter_speaks_of_can_be_chosen() -> None:
    entry = OFFERS.entry("amazon-l6")
    facts = build_letter_facts(entry, OFFERS, written_on=WRITTEN_ON, competing_id="globex-written", name_company=True)
    body = letter(LetterRequest("competing-offer", facts), TEXTS).body
    assert "a written offer from Globex" in body
    with pytest.raises(InputError, match="status must be written for a letter to mention it, got in-process"):
        build_letter_facts(entry, OFFERS, written_on=WRITTEN_ON, competing_id="acme-remote")
    with pytest.raises(UnknownChoiceError, match="globex-written"):
        build_letter_facts(entry, OFFERS, written_on=WRITTEN_ON, competing_id="nobody")


def test_expedite_without_another_offer_speaks_of_ones_own_deadline(tmp_path: Path) -> None:
    facts = facts_from_offers(tmp_path, {"deadline": dt.date(2026, 12, 10), "status": "in-process"})
    for tone in TONES:
        body = letter(LetterRequest("expedite", facts, tone), TEXTS).body
        assert "Thursday, December 10" in body
        assert "another" not in body


@pytest.mark.parametrize("kind", ["expedite", "competing-offer"])
@pytest.mark.parametrize("status", ["verbal", "in-process", None])
def test_a_rival_offer_that_is_not_written_is_claimed_in_no_letter(
    kind: LetterKind, status: str | None, tmp_path: Path
) -> None:
    """Not even where one's own deadline would press; the refusal says which offer to call written."""
    rival = {"company": "Globex", "deadline": dt.date(2026, 12, 1)} | ({"status": status} if status else {})
    facts = facts_from_offers(tmp_path, {"deadline": dt.date(2026, 12, 10)}, rival)
    with pytest.raises(ClaimError, match="If you have your other offer in writing, set its status: written"):
        letter(LetterRequest(kind, facts), TEXTS)
    assert not facts.competing


@pytest.mark.parametrize(
    ("text", "other", "own", "n_claims"),
    [
        ("I have another offer.", False, False, 1),
        ("I have another offer.", True, False, 0),
        ("Other offers pay more.", False, False, 1),
        ("I hold two written offers.", False, False, 1),
        ("There is an offer from Google.", False, False, 1),
        ("My competing offers have deadlines next week.", False, False, 2),
        ("I must decide by Friday.", False, False, 1),
        ("I must decide by Friday.", False, True, 0),
        ("The deadline for my answer is 18 December.", False, True, 0),
        ("The deadline for my answer is December 18th.", False, True, 0),
        ("The deadline for my answer is 5 December.", False, True, 1),
        ("My offer expires on 2026-12-05.", False, True, 1),
        ("I have never missed a deadline.", False, False, 0),
        ("I offer ten years of practice.", False, False, 0),
        ("I built the team behind the offers page.", False, False, 0),
        ("Thank you for the offer from you.", False, False, 0),
    ],
)
def test_what_a_text_of_ones_own_may_claim(
    text: str,
    other: bool,  # noqa: FBT001
    own: bool,  # noqa: FBT001
    n_claims: int,
    tmp_path: Path,
) -> None:
    more = [{"company": "Globex", "status": "written"}] if other else []
    facts = facts_from_offers(tmp_path, {"deadline": dt.date(2026, 12, 18)} if own else {}, *more)
    assert len(unsupported_claims(text, facts)) == n_claims


def test_a_reason_cannot_bring_in_an_offer_that_is_not_there(tmp_path: Path) -> None:
    offer = {"negotiation": {"reasons": ["I have an offer from Google with a deadline."]}}
    facts = dataclasses.replace(facts_from_offers(tmp_path, offer), asked=raised_package("amazon-l6"))
    for make in (lambda: letter(LetterRequest("counter", facts), TEXTS), lambda: call_script(facts, TEXTS)):
        with pytest.raises(ClaimError, match="mentions another offer"):
            make()


def test_a_call_mentions_another_offer_only_where_there_is_one(tmp_path: Path) -> None:
    facts = dataclasses.replace(facts_from_offers(tmp_path, {}), asked=raised_package("amazon-l6"))
    assert "offer from" not in " ".join(call_script(facts, TEXTS).parts.values())
    with pytest.raises(ClaimError):
        call_script(facts, TEXTS, mentions_competing=True)
    with pytest.raises(ClaimError, match="ask for more"):
        call_script(facts_from_offers(tmp_path, {}), TEXTS)


def test_the_closing_line_says_what_can_be_signed_once_it_is_in_writing() -> None:
    for tone in TONES:
        script = call_script(sample_facts("call"), TEXTS, tone=tone)
        assert "I'll sign as soon as I have it in writing" in script.closing
        assert "$340,000" not in script.refused, "first their figure, then the fallback"
        assert "$340,000" in script.fallback
        assert "a stock grant of $340,000" in script.closing
        assert "$380,000" in script.ask
        assert not BLANKS.search("\n".join(script.parts.values()))
    alone = dataclasses.replace(sample_facts("call"), fallback=None)
    script = call_script(alone, TEXTS)
    assert "$380,000" in script.closing
    assert any(one.field == "the fallback" for one in script.missing)


def test_unknown_kinds_and_tones() -> None:
    facts = sample_facts("initial")
    with pytest.raises(UnknownChoiceError, match="counter"):
        letter(LetterRequest("contuer", facts), TEXTS)  # type: ignore[arg-type]
    with pytest.raises(UnknownChoiceError, match="warm, plain, firm"):
        letter(LetterRequest("initial", facts, "cold"), TEXTS)  # type: ignore[arg-type]
