"""Who may know what: nothing private is left in what is made for an employer, in whichever form numbers are written."""

from __future__ import annotations

import dataclasses
import email
import json
import quopri
import re
from functools import cache
from pathlib import Path

import pytest
from quick_cases import mostly_long
from sample_letters import OFFERS, OFFERS_FILE, TEXTS, WRITTEN_ON, raised_package, sample_facts

from compkit.cli.letter import letter_command
from compkit.errors import UnknownChoiceError
from compkit.negotiation.call_script import call_script
from compkit.negotiation.claim_checks import ClaimError
from compkit.negotiation.letter_facts import build_letter_facts
from compkit.negotiation.letters import LETTER_KINDS, TONES, LetterRequest, letter
from compkit.offers import Offers, load_offers
from compkit.offers.audience import AUDIENCES, entry_for, offers_for
from compkit.report.negotiation.letter_forms import letter_eml, letter_html, letter_text

OWN = "amazon-l6"
# Planted in tests/cases/letters_offers.yaml, by where they stand.
PRESENT_PAY = (161803, 27183, 31416, 141421, 17321, 161803 + 27183 + 31416)
WALK_AWAY = (12321, 14142, 22361, 161803 + 27183 + 31416 + 12321 + 14142 + 22361)
FIRST_AND_LEANING = (171717, 292929, 70707, 50505, 181818, 333333, 85858, 65656)
OTHER_OFFERS = (187654, 43210, 32109, 271828, 123456, 98765, 154320)
SENTINELS = (*PRESENT_PAY, *WALK_AWAY, *FIRST_AND_LEANING, *OTHER_OFFERS)
SECRET_WORDS = ("Globex", "Initech", "globex-written", "initech-berlin", "letters_offers", "a friend",
                "the one I prefer")  # fmt: skip


def written_forms(amount: int) -> set[str]:
    """Return an amount as people and programs write it."""
    thousands = amount / 1000
    return {
        str(amount), f"{amount}.0", f"{amount:,}", f"{amount:,}".replace(",", "."), f"{amount:,}".replace(",", " "),
        f"{amount:,}".replace(",", "\u202f"), f"{amount:,}".replace(",", "'"), f"{amount:_}",
        f"{thousands:.1f}K", f"{thousands:.1f}k", f"{thousands:.0f}K", f"{thousands:.0f}k", f"{thousands:.0f} K",
        f"{amount:.3e}", f"{amount / 1e6:.2f}M", f"{amount / 1e6:.3f}M",
    }  # fmt: skip


@cache
def _amounts_search(amounts: tuple[int, ...]) -> re.Pattern[str]:
    """Find the amounts in any of their forms."""
    forms = {re.escape(form) for amount in amounts for form in written_forms(amount)}
    return re.compile(rf"(?<![\d.,])(?:{'|'.join(forms)})(?![\d]|[.,]\d)")


def leaks(text: str, amounts: tuple[int, ...] = SENTINELS, words: tuple[str, ...] = SECRET_WORDS) -> list[str]:
    """Return what of the private amounts and words a text holds."""
    return _amounts_search(amounts).findall(text) + [word for word in words if word.casefold() in text.casefold()]


def everything_in(eml: bytes) -> str:
    """Return all that a message holds: its bytes, its headers, its parts decoded."""
    message = email.message_from_bytes(eml)
    parts = [eml.decode("latin-1"), quopri.decodestring(eml).decode("utf-8"), str(message.items())]
    for part in message.walk():
        payload = part.get_payload(decode=True)
        parts.append(payload.decode("utf-8") if isinstance(payload, bytes) else str(payload))
    return "\n".join(parts)


def test_leaks_are_seen() -> None:
    """The search itself works, or the tests below would prove nothing."""
    for text in ("161803", "$161,803", "161.8K", "162k", "162 K", "now 161 803 a year", "161803.0", "at Globex"):
        assert leaks(text), text
    assert leaks(everything_in(b"Subject: x\nContent-Transfer-Encoding: base64\n\nMTYxLDgwMw==\n"))
    assert leaks(everything_in(b"Subject: x\nContent-Transfer-Encoding: quoted-printable\n\n161=2C803\n"))
    assert not leaks("$175,000 and 1618035")


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_no_letter_holds_anything_private(kind: str, tone: str) -> None:
    for offer_id in (OWN, "acme-remote", "amazon-transfer", "amazon-return"):
        entry = OFFERS.entry(offer_id)
        for asked in (None, raised_package(offer_id)):
            facts = build_letter_facts(entry, OFFERS, written_on=WRITTEN_ON, asked=asked)
            try:
                made = letter(LetterRequest(kind, facts, tone), TEXTS)  # type: ignore[arg-type]
            except ClaimError as error:
                forms = [str(error)]
            else:
                forms = [letter_text(made), letter_html(made), everything_in(letter_eml(made))]
                forms += [repr(one) for one in made.missing]
            assert leaks("\n".join(forms)) == [], (kind, tone, offer_id)


@pytest.mark.parametrize("tone", TONES)
def test_no_call_script_holds_anything_private(tone: str) -> None:
    script = call_script(sample_facts("call"), TEXTS, tone=tone, mentions_competing=True)  # type: ignore[arg-type]
    assert leaks("\n".join(script.parts.values())) == []


def test_the_facts_themselves_hold_nothing_private() -> None:
    """Nothing can slip into a later template either; the equity left behind is told on request alone."""
    facts = build_letter_facts(OFFERS.entry(OWN), OFFERS, written_on=WRITTEN_ON, asked=raised_package(OWN))
    assert leaks(repr(facts)) == []


@pytest.mark.parametrize(
    "kind", mostly_long(("counter", "competing-offer", "unvested-equity", "extension", "accept"), ("counter",))
)
@pytest.mark.parametrize("form", ["text", "html", "eml"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_command_writes_nothing_private(
    kind: str, form: str, audience: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"letter.{form}"
    letter_command.main(
        args=[str(OFFERS_FILE), "--offer", OWN, "--kind", kind, "--on", "2026-11-23", "--format", form,
              "--audience", audience, "-o", str(path), "--force", "--total", "--json"],
        standalone_mode=False,
    )  # fmt: skip
    told = capsys.readouterr()
    assert leaks(everything_in(path.read_bytes()) if form == "eml" else path.read_text("utf-8")) == []
    assert leaks(told.out + told.err) == []
    assert json.loads(told.out)["offer"] == OWN
    assert [one.name for one in tmp_path.iterdir()] == [f"letter.{form}"]


# What each audience may know of an entry


def test_for_oneself_everything_stays() -> None:
    entry = OFFERS.entry(OWN)
    assert entry_for(entry, "self") is entry
    assert offers_for(OFFERS, OWN, "self") is OFFERS


def test_for_an_employer_everything_private_is_gone() -> None:
    shown = entry_for(OFFERS.entry(OWN), "employer")
    assert shown.candidate.current is None
    assert shown.candidate.walk_away.model_dump(exclude_none=True) == {}
    assert shown.candidate.name == "Robin Sample"
    assert shown.offer.scores.risk == {}
    assert shown.offer.scores.decision == {}
    assert shown.offer.signals.model_dump(exclude_none=True) == {"hours_to_decide": 240}
    assert shown.file == ""
    assert shown.offer.negotiation is not None
    assert shown.offer.negotiation.first_offer is None
    assert shown.offer.negotiation.leaning is None
    assert leaks(repr(shown)) == []
    assert leaks(shown.offer.model_dump_json()) == []
    assert (shown.offer.base_salary, shown.offer.rsu_4yr, shown.offer.sign_on) == (175000, 300000, (80000, 60000))


def test_what_the_candidate_guesses_of_a_startup_is_gone() -> None:
    sample = load_offers(OFFERS_FILE.parents[2] / "data" / "offers" / "sample.yaml")
    entry = next(one for one in sample if one.offer.startup is not None)
    shown = entry_for(entry, "employer").offer.startup
    assert entry.offer.startup is not None
    assert entry.offer.startup.exits
    assert shown is not None
    assert (shown.exits, shown.rounds) == ((), ())


def test_an_employer_sees_its_own_offer_alone() -> None:
    shown = offers_for(OFFERS, OWN, "employer")
    assert shown.ids == [OWN]
    assert shown.warnings == ()


def test_a_coach_sees_figures_and_no_names() -> None:
    shown = offers_for(OFFERS, OWN, "coach")
    assert shown.ids == OFFERS.ids
    text = "\n".join(map(repr, shown))
    for name in ("Robin Sample", "Avery Placeholder", "recruiting.example", "Blake Fictional", "letters_offers",
                 "the one I prefer"):  # fmt: skip
        assert name not in text
    own = shown.entry(OWN)
    assert own.candidate.current == OFFERS.entry(OWN).candidate.current
    assert own.offer.scores == OFFERS.entry(OWN).offer.scores
    assert own.offer.contact.title == "Software Development Manager"


def test_a_coach_sees_one_person_only() -> None:
    entry = OFFERS.entry(OWN)
    another = dataclasses.replace(entry, offer=entry.offer.model_copy(update={"id": "ben-1", "candidate": "ben"}))
    shown = offers_for(Offers([entry, another]), OWN, "coach")
    assert shown.ids == [OWN]


def test_an_unknown_audience_is_refused() -> None:
    with pytest.raises(UnknownChoiceError, match="self, coach, employer"):
        entry_for(OFFERS.entry(OWN), "boss")  # type: ignore[arg-type]
    with pytest.raises(UnknownChoiceError, match="amazon-l6"):
        offers_for(OFFERS, "amazon", "employer")
