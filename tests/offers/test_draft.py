"""An offers file as it is edited: what is typed is what a file says, and nothing else changes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from compkit.errors import InputError
from compkit.model import WrittenNumber
from compkit.offers import OffersDraft, load_offers
from compkit.offers.formats import parse_contents

SAMPLE = Path("data/offers/sample.yaml")
_COMMENT = re.compile(r"#.*")
FIRST = ("offers", 0)


def test_an_edit_changes_its_value_and_keeps_comments_and_order() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    before = draft.text
    assert before == SAMPLE.read_text()
    assert not draft.is_changed
    draft.set_value((*FIRST, "base_salary"), "$190k")
    assert draft.is_changed
    assert _COMMENT.findall(draft.text) == _COMMENT.findall(before)
    # Braces over several lines may come to stand on one: apart from spaces, one value differs.
    assert draft.text.split() == ['"$190k"' if word == "175000" else word for word in before.split()]
    draft.mark_saved()
    assert not draft.is_changed


@pytest.mark.parametrize("typed", ["175000", "$175k", "175,000", "175_000", "1.2M", "0.175M", "USD 175000"])
def test_a_saved_draft_means_what_was_typed(typed: str, tmp_path: Path) -> None:
    draft = OffersDraft()
    for name, value in {"company": "Meta", "level": "E6", "location": "Seattle", "base_salary": typed}.items():
        draft.set_value((*FIRST, name), value)
    draft.set_value((*FIRST, "equity", 0, "value"), "300,000")
    path = tmp_path / "offers.yaml"
    path.write_bytes(draft.save(".yaml"))
    assert next(iter(load_offers(path))).offer == draft.offers[0].offer
    assert draft.offers[0].offer.base_salary == (1_200_000 if typed == "1.2M" else 175_000)
    assert draft.offers[0].offer.equity[0].grant_value == 300_000


def test_messages_are_at_their_fields() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    assert draft.messages == ()
    draft.set_value(("offers", 2, "base_salary"), "80.000")
    draft.set_value(("offers", 2, "equity", 0, "value"), "lots")
    draft.set_value(("candidates", "robin", "current", "annual_bonus"), "-5")
    places = {message.place for message in draft.messages if message.is_fault}
    assert places == {
        ("offers", 2, "base_salary"), ("offers", 2, "equity", 0, "value"),
        ("candidates", "robin", "current", "annual_bonus"),
    }  # fmt: skip
    draft.set_value(("candidates", "robin", "current", "annual_bonus"), 20000)
    draft.set_value(("offers", 3, "base_salary"), 20_000)
    assert len(draft.offers) == 12
    assert ("offers", 3, "base_salary") in {message.place for message in draft.messages if not message.is_fault}


def test_an_id_used_twice_is_told_at_the_later_offer() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    draft.set_value(("offers", 4, "id"), draft.value(("offers", 1, "id")))
    assert [message.place for message in draft.messages if "already used" in message.message] == [("offers", 4, "id")]


def test_an_id_follows_company_and_level_until_it_is_typed() -> None:
    draft = OffersDraft()
    draft.set_value((*FIRST, "company"), "Meta")
    draft.set_value((*FIRST, "level"), "E6")
    assert draft.value((*FIRST, "id")) == "meta-e6"
    second = draft.add_offer()
    draft.set_value(("offers", second, "company"), "Meta")
    draft.set_value(("offers", second, "level"), "E6")
    assert draft.value(("offers", second, "id")) == "meta-e6-2"
    draft.set_value(("offers", second, "id"), "mine")
    draft.set_value(("offers", second, "level"), "E7")
    assert draft.value(("offers", second, "id")) == "mine"


def test_removing_a_value_removes_the_group_it_leaves_empty() -> None:
    draft = OffersDraft()
    draft.set_value((*FIRST, "equity", 0, "value"), "300k")
    draft.set_value((*FIRST, "equity", 0, "value"), "")
    assert draft.value((*FIRST, "equity")) is None
    draft.set_value((*FIRST, "sign_on", 1), 60_000)
    assert draft.value((*FIRST, "sign_on")) == [0, 60_000]
    draft.set_value((*FIRST, "sign_on", 0), 80_000)
    draft.set_value((*FIRST, "sign_on", 0), None)
    assert draft.value((*FIRST, "sign_on")) == [0, 60_000]
    draft.set_value((*FIRST, "sign_on", 1), None)
    assert draft.value((*FIRST, "sign_on")) == [0]


def test_a_second_person_keeps_the_first_one_s_offers() -> None:
    draft = OffersDraft()
    for name, value in {"company": "Meta", "level": "E6", "location": "Seattle", "base_salary": 1e5}.items():
        draft.set_value((*FIRST, name), value)
    draft.set_value(("candidate", "residence"), "Seattle")
    assert draft.add_person("Kim Sample") == "kim-sample"
    assert draft.people == ("me", "kim-sample")
    assert draft.offers[0].candidate.residence == "Seattle"
    draft.remove_offer(0)
    assert draft.value(("offers", draft.add_offer(), "candidate")) == "me"


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_sheet_says_what_the_draft_says(ending: str) -> None:
    draft = OffersDraft()
    typed = {
        "company": "Meta", "level": "65", "location": "Seattle, WA", "base_salary": "$175k", "status": "written",
        "bonus_target_rate": "15%", "start_date": "2027-02-01", "sign_on_paid": ["lump", "monthly"],
    }  # fmt: skip
    for name, value in typed.items():
        draft.set_value((*FIRST, name), value)
    draft.set_value((*FIRST, "sign_on", 1), 60_000)
    draft.set_value((*FIRST, "equity", 0, "value"), "300,000")
    draft.set_value((*FIRST, "equity", 0, "vesting"), "even-4-year")
    draft.set_value((*FIRST, "role", "specialization"), "Generative AI/LLMs")
    assert draft.messages == ()
    again = OffersDraft.load(f"offers{ending}", draft.save(ending))
    assert again.offers[0].offer == draft.offers[0].offer


def test_what_a_sheet_cannot_hold_is_refused_by_name() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    with pytest.raises(InputError) as error:
        draft.save(".csv")
    assert any("refreshers" in fault.field or "scores" in fault.field for fault in error.value.faults)
    formula = OffersDraft()
    formula.set_value((*FIRST, "company"), "=HYPERLINK(1)")
    with pytest.raises(InputError, match="company would be a formula"):
        formula.save(".csv")
    assert b"<f>" not in formula.save(".xlsx")


def test_a_file_with_aliases_is_edited_by_value() -> None:
    text = "offers:\n- &a {id: a, company: M, level: x, location: Seattle, base_salary: 1e5}\n- {<<: *a, id: b}\n"
    draft = OffersDraft.load("offers.yaml", text.encode())
    draft.set_value((*FIRST, "base_salary"), 2e5)
    assert [entry.offer.base_salary for entry in draft.offers] == [2e5, 1e5]


def exact(values: Any) -> Any:
    """Plain values with the type of each and the digits of numbers, which equality leaves out."""
    if isinstance(values, dict):
        return {key: exact(value) for key, value in values.items()}
    if isinstance(values, list):
        return [exact(value) for value in values]
    return type(values), values.text if isinstance(values, WrittenNumber) else values


def test_what_is_told_without_reading_the_text_again_is_what_the_text_says() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    edits: list[tuple[tuple[str | int, ...], object]] = [
        ((*FIRST, "company"), "no"), ((*FIRST, "level"), "65"), ((*FIRST, "contact", "team"), "# not: a comment\x07"),
        ((*FIRST, "annual_raise_rate"), 0.125), ((*FIRST, "base_salary"), 1e5), ((*FIRST, "sign_on", 3), "$5k"),
        ((*FIRST, "equity", 1, "tradable"), True), ((*FIRST, "equity", 0, "value"), None), ((*FIRST, "sign_on", 0), ""),
        ((*FIRST, "negotiation", "reasons", 0), ""), ((*FIRST, "posted_base"), "120k-150k"),
        ((*FIRST, "posted_base", "low"), 120_000), (("rates", "EUR"), "1.08"), (("offers", 1, "deadline"), "null"),
    ]  # fmt: skip
    for place, value in edits:
        draft.set_value(place, value)
    draft.remove_item((*FIRST, "negotiation", "reasons", 0))
    draft.add_person("Kim Sample")
    draft.remove_person("lee")
    draft.add_offer("robin")
    assert exact(draft._values) == exact(parse_contents(draft.text.encode(), ".yaml", "").values)
    again = OffersDraft(draft.text)
    assert draft.messages == again.messages
    assert [entry.offer for entry in draft.offers] == [entry.offer for entry in again.offers]


def test_taking_an_edit_back_leaves_nothing_to_save() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    draft.set_value((*FIRST, "base_salary"), 1)
    draft.set_value((*FIRST, "base_salary"), 175_000)
    assert not draft.is_changed
    draft.text = draft.text.replace("# 1. The guide's", "# The guide's")
    assert draft.is_changed


def test_clearing_a_grant_does_not_move_the_next_one_into_its_place() -> None:
    draft = OffersDraft()
    draft.set_value((*FIRST, "equity", 0, "value"), 1_000)
    draft.set_value((*FIRST, "equity", 1, "value"), 2_000)
    draft.set_value((*FIRST, "equity", 0, "value"), None)
    assert draft.value((*FIRST, "equity", 1, "value")) == 2_000
    assert (*FIRST, "equity", 0) in {message.place for message in draft.messages}
    draft.remove_item((*FIRST, "equity", 0))
    assert draft.value((*FIRST, "equity")) == [{"value": 2_000}]
    draft.remove_item((*FIRST, "equity", 0))
    assert draft.value((*FIRST, "equity")) is None


def test_a_cleared_text_of_a_list_is_missed_and_not_made_a_number() -> None:
    draft = OffersDraft()
    for position, text in enumerate(("Led a team.", "Cut costs.")):
        draft.set_value((*FIRST, "negotiation", "reasons", position), text)
    draft.set_value((*FIRST, "negotiation", "reasons", 0), "")
    assert draft.value((*FIRST, "negotiation", "reasons")) == ["", "Cut costs."]
    told = {message.place: message.message for message in draft.messages}
    assert told[*FIRST, "negotiation", "reasons", 0] == "must not be empty."


def test_a_person_goes_with_their_offers() -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    n_offers, of_lee = draft.n_offers, draft.offers_of("lee")
    assert of_lee
    draft.remove_person("lee")
    assert draft.people == ("robin", "kim", "noor")
    assert draft.n_offers == n_offers - len(of_lee)
    assert draft.messages == ()
    assert "# 1. The guide's worked negotiation" in draft.text


def test_an_offer_is_named_by_what_is_typed_of_it() -> None:
    draft = OffersDraft()
    assert draft.offer_names == ("Offer 1",)
    draft.set_value((*FIRST, "level"), "E6")
    draft.set_value((*FIRST, "location"), "Seattle")
    assert draft.offer_names == ("E6, Seattle",)
    draft.set_value(("offers", draft.add_offer(), "level"), "E6")
    draft.set_value(("offers", 1, "location"), "Seattle")
    assert draft.offer_names == ("E6, Seattle", "E6, Seattle (2)")
    sample = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    assert sample.offer_names[:2] == ("Amazon L6, Seattle (first offer)", "Amazon L6, Seattle (after negotiation)")


@pytest.mark.parametrize("name", ["1", "2026-01-01", "true"])
def test_a_name_that_looks_like_a_number_is_a_name(name: str) -> None:
    text = f"candidates: {{{name}: {{name: K}}}}\noffers:\n- {{id: a, candidate: '{name}', company: M, level: x}}\n"
    draft = OffersDraft(text)
    draft.set_value(("candidates", name, "residence"), "Seattle")
    assert OffersDraft(draft.text).value(("candidates",)) == {name: {"name": "K", "residence": "Seattle"}}


@pytest.mark.parametrize(
    ("name", "data"),
    [("offers.exe", b"x"), ("offers.yaml", b""), ("offers.yaml", b"offers: [{"), ("o.csv", b"a,b\n1,2\n"),
     ("o.yaml", b"offers:\n- {id: a, company: M, level: x, location: Seattle, base_salary: 300,000}\n")],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InputError):
        OffersDraft.load(name, data)
