"""An offers file as it is edited: what is typed is what a file says, and nothing else changes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from compkit.errors import InputError
from compkit.offers import OffersDraft, load_offers

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


@pytest.mark.parametrize(
    ("name", "data"),
    [("offers.exe", b"x"), ("offers.yaml", b""), ("offers.yaml", b"offers: [{"), ("o.csv", b"a,b\n1,2\n"),
     ("o.yaml", b"offers:\n- {id: a, company: M, level: x, location: Seattle, base_salary: 300,000}\n")],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InputError):
        OffersDraft.load(name, data)
