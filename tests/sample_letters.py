"""Offers, package and date for tests of letters."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import yaml

from compkit.model.negotiation import PackageAmounts
from compkit.negotiation.call_script import call_script
from compkit.negotiation.letter_facts import LetterFacts, build_letter_facts
from compkit.negotiation.letters import PACKAGE_KINDS, Letter, LetterKind, LetterRequest, Tone, letter
from compkit.offers import load_offers
from compkit.reference.letter_texts import load_letter_texts
from compkit.report.negotiation.letter_forms import letter_text

HERE = Path(__file__).resolve().parent
OFFERS_FILE = HERE / "cases" / "letters_offers.yaml"
GOLDEN = HERE / "golden_letters"
WRITTEN_ON = dt.date(2026, 11, 23)
TEXTS = load_letter_texts()
OFFERS = load_offers(OFFERS_FILE)
IN_PROCESS, WRITTEN = "acme-remote", "amazon-l6"
OFFER_OF: dict[str, str] = {
    "ai-ml": IN_PROCESS,
    "expedite": IN_PROCESS,
    "remote": IN_PROCESS,
    "thank-you": IN_PROCESS,
    "status": IN_PROCESS,
    "status-2": IN_PROCESS,
    "status-3": IN_PROCESS,
    "transfer": "amazon-transfer",
    "boomerang": "amazon-return",
}
"""Which offer each kind of letter is about; the written one if not here."""


BLANKS = re.compile(r"[\[\]]|\bNone\b|\bnan\b|\bNaN\b|\{\{|\}\}|\{%|__|  |\bnull\b| [,.;:?]|\.\.|,,")
"""What no text may hold: brackets, words for nothing, and traces of a deleted sentence."""


def raised_package(offer_id: str, share: float = 1.0) -> PackageAmounts:
    """Package above the offer, in USD: base 10,000, stock 80,000, sign-ons 25,000 and 20,000 more."""
    offer = OFFERS.entry(offer_id).in_usd
    return PackageAmounts(
        base_salary=offer.base_salary + 10_000 * share,
        rsu_4yr=float(offer.rsu_4yr) + 80_000 * share,
        sign_on_y1=offer.sign_on_in_year(1) + 25_000 * share,
        sign_on_y2=offer.sign_on_in_year(2) + 20_000 * share,
    )


def sample_facts(kind: str, *, asks: bool = True, name_company: bool = False) -> LetterFacts:
    """Facts for a kind of letter."""
    offer_id = OFFER_OF.get(kind, WRITTEN)
    package = raised_package(offer_id) if asks and kind in (*PACKAGE_KINDS, "follow-up", "call") else None
    settled = raised_package(offer_id, 0.5) if kind == "call" else None
    return build_letter_facts(
        OFFERS.entry(offer_id),
        OFFERS,
        written_on=WRITTEN_ON,
        asked=package,
        fallback=settled,
        name_company=name_company,
    )


def sample_letter(kind: LetterKind, tone: Tone = "plain", *, asks: bool = True) -> Letter:
    """Letter of a kind."""
    return letter(LetterRequest(kind, sample_facts(kind, asks=asks), tone), TEXTS)


def golden_text(name: str, tone: Tone) -> str:
    """Text of a letter, or of the call script, in tests/golden_letters."""
    if name != "call":
        return letter_text(sample_letter(name, tone))  # type: ignore[arg-type]
    script = call_script(sample_facts("call"), TEXTS, tone=tone, mentions_competing=True)
    return "\n\n".join(f"{part.upper()}\n{words}" for part, words in script.parts.items()) + "\n"


def write_offers_file(folder: Path, *changes: dict[str, Any], candidate: dict[str, Any] | None = None) -> Path:
    """Write an offers file with required fields only, plus changes."""
    least = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 150000}
    offers = [{"id": f"offer-{number}", **least, **change} for number, change in enumerate(changes)]
    path = folder / "offers.yaml"
    held = {"candidate": candidate} if candidate else {}
    path.write_text(yaml.safe_dump({**held, "offers": offers}, allow_unicode=True), encoding="utf-8")
    return path


def facts_from_offers(folder: Path, *changes: dict[str, Any], candidate: dict[str, Any] | None = None) -> LetterFacts:
    """Facts of the first of these offers."""
    offers = load_offers(write_offers_file(folder, *changes, candidate=candidate))
    return build_letter_facts(offers[0], offers, written_on=WRITTEN_ON)


if __name__ == "__main__":  # write the golden letters anew, to be read before they are kept
    from compkit.negotiation.letters import LETTER_KINDS, TONES

    GOLDEN.mkdir(exist_ok=True)
    for one in (*LETTER_KINDS, "call"):
        for its_tone in TONES:
            (GOLDEN / f"{one}-{its_tone}.txt").write_text(golden_text(one, its_tone), encoding="utf-8")
