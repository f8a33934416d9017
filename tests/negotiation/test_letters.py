"""Letters and call scripts: what they say, and what they never say."""

from __future__ import annotations

import dataclasses
import datetime as dt
import email
import email.policy
import re
import unicodedata
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sample_letters import (
    BLANKS,
    GOLDEN,
    OFFERS,
    TEXTS,
    WRITTEN_ON,
    facts_from_offers,
    golden_text,
    raised_package,
    sample_facts,
    sample_letter,
)

from compkit.errors import OutOfRangeError
from compkit.model.negotiation import Contact, PackageAmounts
from compkit.negotiation.call_script import call_script
from compkit.negotiation.claim_checks import ClaimError
from compkit.negotiation.letter_facts import LetterFacts, build_letter_facts
from compkit.negotiation.letters import (
    LETTER_KINDS,
    TONES,
    LetterKind,
    LetterRequest,
    Tone,
    answer_day,
    letter,
)
from compkit.offers import OfferEntry
from compkit.report.negotiation.letter_forms import has_address, letter_eml, letter_html

KIND_AND_TONE = [(kind, tone) for kind in LETTER_KINDS for tone in TONES]


def all_texts(facts: LetterFacts) -> Iterator[tuple[str, str]]:
    """Every text that can be made of some facts, by name; refused ones left out."""
    for kind, tone in KIND_AND_TONE:
        try:
            made = letter(LetterRequest(kind, facts, tone), TEXTS)
        except ClaimError:
            continue
        yield f"{kind} {tone}", f"{made.subject}\n{made.body}"
    for tone in TONES:
        try:
            yield f"call {tone}", "\n".join(call_script(facts, TEXTS, tone=tone).parts.values())
        except ClaimError:
            continue


# What they say


@pytest.mark.parametrize(("kind", "tone"), [*KIND_AND_TONE, *(("call", tone) for tone in TONES)])
def test_golden(kind: str, tone: Tone) -> None:
    """Read before they were kept; `python tests/sample_letters.py` writes them anew."""
    assert golden_text(kind, tone) == (GOLDEN / f"{kind}-{tone}.txt").read_text(encoding="utf-8")


def test_every_golden_letter_is_of_a_kind_and_tone() -> None:
    names = {f"{kind}-{tone}" for kind in (*LETTER_KINDS, "call") for tone in TONES}
    assert {path.stem for path in GOLDEN.iterdir()} == names


def test_the_tones_differ_and_every_letter_names_a_day() -> None:
    for kind in LETTER_KINDS:
        bodies = [sample_letter(kind, tone).body for tone in TONES]
        assert len({body.split("\n\n", 1)[1] for body in bodies}) == len(TONES), kind
        if kind not in ("decline", "thank-you"):
            assert all(re.search(r"day, (?:November|December) \d{1,2}", body) for body in bodies), kind


def test_a_counter_tells_each_change_from_what_to_what() -> None:
    body = sample_letter("counter").body
    assert "- Base salary: from $175,000 to $185,000\n" in body
    assert "- Stock grant: from $300,000 to $380,000\n" in body
    assert "$165,000 to $190,000" in body, "the posting's range"
    assert "$1," not in body, "the total is told only where it is asked for"
    told = letter(LetterRequest("counter", sample_facts("counter"), states_total=True), TEXTS).body
    # 4 x 175,000 + 300,000 + 80,000 + 60,000 and 4 x 185,000 + 380,000 + 105,000 + 80,000
    assert "comes to $1,305,000, up from $1,140,000" in told


def test_two_changes_state_a_total_and_one_does_not() -> None:
    two = raised_package("amazon-l6").model_copy(update={"sign_on_y1": 80_000.0, "sign_on_y2": 60_000.0})
    for asked, is_told in ((two, True), (two.model_copy(update={"base_salary": 175_000.0}), False)):
        facts = build_letter_facts(OFFERS.entry("amazon-l6"), OFFERS, written_on=WRITTEN_ON, asked=asked)
        body = letter(LetterRequest("counter", facts, states_total=True), TEXTS).body
        # 4 x 185,000 + 380,000 + 80,000 + 60,000
        assert ("comes to $1,260,000, up from $1,140,000" in body) is is_told


def test_one_lever_is_one_sentence() -> None:
    one = raised_package("amazon-l6").model_copy(
        update={"base_salary": 175000.0, "sign_on_y1": 80000.0, "sign_on_y2": 60000.0}
    )
    facts = build_letter_facts(OFFERS.entry("amazon-l6"), OFFERS, written_on=WRITTEN_ON, asked=one)
    body = letter(LetterRequest("counter", facts), TEXTS).body
    assert "one change: a stock grant of $380,000 instead of $300,000." in body
    assert "\n- " not in body


def test_a_range_that_does_not_reach_the_amount_is_not_cited() -> None:
    asked = raised_package("amazon-l6").model_copy(update={"base_salary": 195000.0})
    facts = build_letter_facts(OFFERS.entry("amazon-l6"), OFFERS, written_on=WRITTEN_ON, asked=asked)
    made = letter(LetterRequest("counter", facts), TEXTS)
    assert "posting" not in made.body
    assert any(one.field == "posted_base or market" for one in made.missing)


@pytest.mark.parametrize(
    ("measure", "p75", "is_cited"),
    [("base_salary", 160_000, True), ("base_salary", 159_999, False), ("rsu_4yr", 900_000, False)],
)
def test_only_research_on_what_is_asked_for_is_cited(tmp_path: Path, measure: str, p75: int, is_cited: bool) -> None:  # noqa: FBT001
    """Base is asked for, 160,000 instead of 150,000; a range of stock grants supports none of it."""
    row = {"measure": measure, "p25": 100_000, "p75": p75, "n": 31, "source": "levels.fyi", "as_of": "2026-09-15"}
    asked = PackageAmounts(base_salary=160_000.0, rsu_4yr=0.0, sign_on_y1=0.0, sign_on_y2=0.0)
    facts = dataclasses.replace(facts_from_offers(tmp_path, {"market": [row]}), asked=asked)
    assert ("levels.fyi" in letter(LetterRequest("counter", facts), TEXTS).body) is is_cited


def test_amounts_are_in_the_offers_own_currency() -> None:
    entry = OFFERS.entry("initech-berlin")
    facts = build_letter_facts(entry, OFFERS, written_on=WRITTEN_ON, asked=raised_package("initech-berlin"))
    body = letter(LetterRequest("counter", facts), TEXTS).body
    # 123,456 + 10,000 / 1.25 = 131,456, said as 131,000; a sign-on of 25,000 / 1.25 where there is none
    assert "from €123,456 to €131,000" in body
    assert "- Sign-on bonus: €20,000 (new) in the first year, €" in body
    assert "$" not in body


def test_the_day_named() -> None:
    def named(kind: LetterKind, chosen: dt.date | None = None) -> dt.date:
        return answer_day(LetterRequest(kind, sample_facts(kind), answer_by=chosen))

    assert named("initial") == dt.date(2026, 12, 1), "the call's day, from the file"
    assert named("counter") == dt.date(2026, 12, 2), "the working day after the call"
    assert named("remote") == dt.date(2026, 11, 30), "three working days on; Thanksgiving and the day after are none"
    assert named("extension") == dt.date(2026, 12, 28), "a week more; Christmas Day is no day to answer on"
    assert named("extension", dt.date(2026, 12, 22)) == dt.date(2026, 12, 22)
    assert named("remote", dt.date(2026, 11, 23)) == dt.date(2026, 11, 23), "the letter's own day"
    with pytest.raises(OutOfRangeError, match="after 2026-12-18"):
        named("extension", dt.date(2026, 12, 18))
    with pytest.raises(OutOfRangeError, match="not be before 2026-11-23"):
        named("counter", dt.date(2026, 11, 22))


def test_the_day_named_comes_before_the_deadline(tmp_path: Path) -> None:
    facts = facts_from_offers(tmp_path, {"deadline": dt.date(2026, 11, 25)})
    assert answer_day(LetterRequest("initial", facts)) == dt.date(2026, 11, 24)
    facts = facts_from_offers(tmp_path, {"deadline": WRITTEN_ON})
    assert answer_day(LetterRequest("initial", facts)) == WRITTEN_ON


@pytest.mark.parametrize(
    ("day", "kind", "is_told"),
    [(22, "initial", True), (23, "initial", False), (25, "initial", False), (None, "initial", False),
     (22, "decline", False)],
)  # fmt: skip
def test_a_deadline_that_is_past_asks_for_a_word_first(
    tmp_path: Path,
    day: int | None,
    kind: LetterKind,
    is_told: bool,  # noqa: FBT001
) -> None:
    facts = facts_from_offers(tmp_path, {"deadline": day and dt.date(2026, 11, day)})
    missing = {one.field: one.why for one in letter(LetterRequest(kind, facts), TEXTS).missing}
    assert ("it is past" in missing.get("deadline", "")) is is_told


# What they never say


@pytest.mark.parametrize(("kind", "tone"), KIND_AND_TONE)
def test_no_blank_is_left(kind: LetterKind, tone: Tone) -> None:
    for asks in (True, False):
        if asks or kind != "counter":
            made = sample_letter(kind, tone, asks=asks)
            assert not BLANKS.search(f"{made.subject}\n{made.body}"), made.body
            assert "\n\n\n" not in made.body


def test_what_the_least_file_misses_is_listed(tmp_path: Path) -> None:
    for status in ("written", "verbal", "in-process"):
        facts = facts_from_offers(tmp_path, {"status": status})
        for name, text in all_texts(facts):
            assert not BLANKS.search(text), (name, text)
    made = letter(LetterRequest("accept", facts), TEXTS)
    assert {one.field for one in made.missing} >= {"contact.recruiter", "contact.title", "start_date", "candidate.name"}
    assert all(one.why and str(one) for one in made.missing)
    assert made.body.startswith("Hi Acme team,\n"), "nobody is greeted without a name"
    assert made.body.endswith("Best regards,")


def test_everything_in_one_file_leaves_no_blank_either() -> None:
    for offer_id in OFFERS.ids:
        for asked in (None, raised_package(offer_id)):
            facts = build_letter_facts(
                OFFERS.entry(offer_id), OFFERS, written_on=WRITTEN_ON, asked=asked, name_company=True
            )
            for name, text in all_texts(facts):
                assert not BLANKS.search(text), (offer_id, name, text)


@pytest.mark.parametrize("blank", ["[Recruiter Name]", "{{ name }}", "_____", "[x", "{% raw %}"])
def test_a_form_that_was_not_filled_in_is_left_out(blank: str, tmp_path: Path) -> None:
    contact = {"recruiter": blank, "title": blank, "team": blank, "email": blank}
    offer = {"company": blank, "level": blank, "contact": contact, "negotiation": {"reasons": [blank]}}
    facts = facts_from_offers(tmp_path, offer, candidate={"name": blank})
    for name, text in all_texts(facts):
        assert not BLANKS.search(text), (name, text)
    made = letter(LetterRequest("initial", facts), TEXTS)
    assert {one.field for one in made.missing} >= {"candidate.name", "contact.recruiter", "contact.team"}


printable = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf")), min_size=1, max_size=30)


@given(name=printable, title=printable)
def test_whatever_the_names_are_nothing_breaks(name: str, title: str) -> None:
    facts = _with_contact(Contact(recruiter=name, title=title, email=name), name)
    made = letter(LetterRequest("initial", facts), TEXTS)
    assert not re.search(r"[\[\]]|\{\{", made.body + made.subject)
    parsed = email.message_from_bytes(letter_eml(made), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    assert set(parsed.keys()) <= {
        "Subject",
        "To",
        "X-Unsent",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
    assert parsed.get_content().replace("\r\n", "\n").strip() == made.body.strip()


def _with_contact(contact: Contact, name: str | None = None) -> LetterFacts:
    entry = OFFERS.entry("amazon-l6")
    offer = entry.offer.model_copy(update={"contact": contact})
    candidate = entry.candidate.model_copy(update={"name": name or entry.candidate.name})
    changed = OfferEntry(offer, candidate, entry.usd_rate, entry.file)
    return build_letter_facts(changed, [changed], written_on=WRITTEN_ON)


HOSTILE = [
    '"><script>alert(1)</script>', "Müller, Jörg", 'Ann "Nan" O\'Neil', "山田 太郎", "محمد العربي", "שרה כהן",
    "Zoë 🦊 Fuchs", "Bcc: evil@example.com", "a@b.example, c@d.example", "<img src=x onerror=alert(1)>", "R&D; Smith",
    "Nguyễn Thị Ánh", "O'Brien\\", "-- \\n",
]  # fmt: skip


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.attributes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("name", HOSTILE)
def test_names_in_any_script_come_through_and_nothing_else_does(name: str) -> None:
    facts = _with_contact(Contact(recruiter=name, title=name, team=name, email="a.b@example.com"), name)
    made = letter(LetterRequest("initial", facts, "warm"), TEXTS)
    assert f"Hi {name}," in made.body
    assert made.body.endswith(f"\n{name}")
    page = _Page()
    page.feed(letter_html(made))
    assert set(page.tags) <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "p", "ul", "li", "br"}
    assert not [one for one in page.attributes if one.startswith("on") or one in ("src", "href")]
    assert f"Hi {name}," in "".join(page.words)
    parsed = email.message_from_bytes(letter_eml(made), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    (address,) = parsed["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "a.b@example.com")
    assert name in parsed["Subject"]
    assert "Bcc" not in parsed
    assert f"Hi {name}," in parsed.get_content()


@pytest.mark.parametrize("name", ["=?utf-8?q?x=0D=0ABcc:_e@x.example?=", "=?utf-8?b?QmNjOiBlQHg=?="])
def test_an_encoded_word_in_a_name_is_not_decoded(name: str) -> None:
    made = letter(
        LetterRequest("initial", _with_contact(Contact(recruiter=name, title=name, email="a@b.example"))), TEXTS
    )
    parsed = email.message_from_bytes(letter_eml(made), policy=email.policy.default)
    assert "Bcc" not in parsed
    assert name.replace("=?", "= ?") in parsed["Subject"]
    assert name in parsed.get_content()


@pytest.mark.parametrize(
    "address",
    ["a@b.example, c@d.example", "Avery <a@b.example>", "a b@c.example", "a@b", "ä@b.example", "a@b.example>", "none",
     "a@b.example Bcc:c@d.example"],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_not_addressed(address: str) -> None:
    made = letter(LetterRequest("initial", _with_contact(Contact(recruiter="Avery", email=address))), TEXTS)
    assert not has_address(made)
    assert b"\nTo:" not in letter_eml(made)


def test_a_quoted_address_is_one() -> None:
    made = letter(LetterRequest("initial", _with_contact(Contact(email='"a,b"@example.com'))), TEXTS)
    parsed = email.message_from_bytes(letter_eml(made), policy=email.policy.default)
    assert [one.addr_spec for one in parsed["To"].addresses] == ['"a,b"@example.com']


def test_the_draft_tells_nothing_of_the_machine() -> None:
    made = sample_letter("counter", "warm")
    parsed = email.message_from_bytes(letter_eml(made), policy=email.policy.default)
    assert parsed["X-Unsent"] == "1"
    assert f"\nSubject: {made.subject}\r\n".encode() in b"\n" + letter_eml(made), "on one line"
    assert max(map(len, letter_eml(made).split(b"\r\n\r\n", 1)[1].splitlines())) <= 78
    assert {name.lower() for name in parsed} == {
        "subject", "to", "x-unsent", "mime-version", "content-type", "content-transfer-encoding",
    }  # fmt: skip
    assert letter_eml(made) == letter_eml(made)
    assert letter_html(made) == letter_html(made)


def test_the_page_has_the_content_policy_of_reports_and_no_address() -> None:
    page = letter_html(sample_letter("counter"))
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"https?://|//[a-z]|<script|<link|<img", page)
    assert '<li dir="auto">Base salary: from $175,000 to $185,000</li>' in page


def test_bidirectional_and_wide_texts_keep_their_order() -> None:
    made = letter(LetterRequest("thank-you", _with_contact(Contact(recruiter="שרה כהן", team="検索"))), TEXTS)
    assert "on the 検索 team" in made.body
    assert not [one for one in made.body if unicodedata.category(one) == "Cf"], "no controls of direction are added"


# Present pay and what else is private: see also test_audience.py


def test_equity_left_behind_is_told_only_where_the_person_says_so() -> None:
    entry = OFFERS.entry("amazon-l6")
    assert "141" not in sample_letter("unvested-equity").body
    assert entry.offer.negotiation is not None
    open_minded = entry.offer.negotiation.model_copy(update={"name_equity_left": True})
    changed = dataclasses.replace(entry, offer=entry.offer.model_copy(update={"negotiation": open_minded}))
    facts = build_letter_facts(changed, OFFERS, written_on=WRITTEN_ON)
    assert "worth about $141,000 today" in letter(LetterRequest("unvested-equity", facts), TEXTS).body
    assert "141,000" not in letter(LetterRequest("initial", facts), TEXTS).body


@pytest.mark.parametrize(
    "reason",
    ["I make $161,803 now.", "My pay is 161803 a year", "Today I am at 162K.", "Globex pays 187.7k.", "I get 187 654.5",
     "They offer 271,828 in stock", "It is 0.16M today"],
)  # fmt: skip
def test_a_reason_that_tells_private_pay_is_left_out(reason: str) -> None:
    entry = OFFERS.entry("amazon-l6")
    assert entry.offer.negotiation is not None
    told = entry.offer.negotiation.model_copy(update={"reasons": (reason, "I have led four teams of 15.")})
    changed = dataclasses.replace(entry, offer=entry.offer.model_copy(update={"negotiation": told}))
    facts = build_letter_facts(changed, OFFERS, written_on=WRITTEN_ON, asked=raised_package("amazon-l6"))
    made = letter(LetterRequest("counter", facts), TEXTS)
    is_told = reason == "I get 187 654.5"  # a number in pieces is read as its pieces
    assert (reason.rstrip(".") in made.body) is is_told
    assert "I have led four teams of 15." in made.body
    assert any("reason 1 is left out" in one.why for one in made.missing) is not is_told


def test_one_persons_pay_is_no_public_range() -> None:
    facts = sample_facts("ai-ml")
    assert [row.n for row in facts.offer.market] == [31]
    assert "a friend" not in sample_letter("ai-ml").body
