"""Whose offers they are: each person's apart, under folder names that are safe everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from counted_calls import calls_of
from hypothesis import given, strategies as st

from compkit.errors import InputError
from compkit.model.candidate import Candidate
from compkit.model.fields import is_identifier
from compkit.model.offer import Offer
from compkit.offers import LeftOut, OfferEntry, Offers
from compkit.offers.audience import entries_for
from compkit.offers.people import LeftOutOffers, find_person, only_person, people_of


def entry(offer_id: str, name: str | None = None, *, whose: str | None = None, file: str = "a.yaml") -> OfferEntry:
    told = {"id": offer_id, "company": "Acme", "level": "L6", "location": "Seattle", "base_salary": 1e5}
    return OfferEntry(Offer.model_validate({**told, "candidate": whose}), Candidate(name=name), 1.0, file)


def folders(*entries: OfferEntry, held: dict[str, str] | None = None) -> list[str]:
    return [person.folder for person in people_of(entries, held)]


def test_a_candidates_id_names_the_folder_else_the_name_else_you() -> None:
    made = [entry("a", "Robin Sample", whose="kim"), entry("b", "José Ñandú, Jr."), entry("c")]
    assert folders(*made) == ["kim", "jose-nandu-jr", "you"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("../../etc/passwd", "etc-passwd"), ("C:\\Windows", "c-windows"), (".", "you"), ("..", "you"), (" ", "you"),
        ("\u738b\u5c0f\u660e", "you"), ("\uff2b\uff49\uff4d", "kim"), ("a/b", "a-b"), ("-rf", "rf"),
        ("x" * 300, "x" * 48), ("CON", "con-2"), ("Lpt1", "lpt1-2"), ("con.txt", "con-txt"), ("kim\u202egnp", "kimgnp"),
    ],
)  # fmt: skip
def test_hostile_names_become_plain_folders(name: str, folder: str) -> None:
    candidate = Candidate.model_construct(name=name)
    assert folders(OfferEntry(entry("a").offer, candidate, 1.0, "a.yaml")) == [folder]


def test_a_number_tells_people_of_one_name_apart() -> None:
    """In whatever order: nobody gets a folder that is somebody else's own name."""
    made = [entry("a", "Kim"), entry("b", whose="kim"), entry("c", whose="kim-2"), entry("d", file="b"), entry("e")]
    assert folders(*made) == ["kim", "kim-3", "kim-2", "you", "you-2"]


def test_who_had_a_folder_keeps_it_and_nobody_else_gets_it() -> None:
    one, other = entry("a", file="one.yaml"), entry("b", file="two.yaml")
    assert folders(one, other) == ["you", "you-2"]
    assert folders(other, held={"a": "you", "b": "you-2"}) == ["you-2"]
    assert folders(other, held={"a": "you"}) == ["you-2"]
    assert folders(other, one, held={"a": "you"}) == ["you-2", "you"]
    # Who is called otherwise now has another folder.
    assert folders(entry("a", "Kim"), held={"a": "you"}) == ["kim"]


names = st.one_of(st.none(), st.text(max_size=80), st.sampled_from(["Kim", "kim", "KIM", "con", "Kim 2"]))
ids = st.one_of(st.none(), st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True), st.sampled_from(["kim", "kim-2"]))


@given(st.lists(st.tuples(names, ids, st.sampled_from("ab")), max_size=12), st.dictionaries(st.integers(0, 11), ids))
def test_each_person_has_one_fit_folder(told: list[tuple[str | None, str | None, str]], held: dict[int, str]) -> None:
    made = [
        OfferEntry(entry(f"o{n}", whose=whose).offer, Candidate.model_construct(name=name), 1.0, file)
        for n, (name, whose, file) in enumerate(told)
    ]
    earlier = {f"o{n}": folder for n, folder in held.items() if folder}
    people = people_of(made, earlier)
    assert [one for person in people for one in person.entries] != [] or not made
    assert sorted(one.offer.id for person in people for one in person.entries) == sorted(one.offer.id for one in made)
    found = [person.folder for person in people]
    assert len(set(found)) == len(found)
    assert all(is_identifier(folder) for folder in found)
    # With what they had in mind, all keep theirs.
    again = people_of(made, {one.offer.id: person.folder for person in people for one in person.entries})
    assert [person.folder for person in again] == found


def test_a_person_is_found_by_folder_id_or_name() -> None:
    people = people_of([entry("a", "Kim Doe"), entry("b", whose="kim-doe"), entry("c", "Lee", whose="lee")])
    assert find_person(people, "kim-doe").entries[0].offer.id == "a"
    assert find_person(people, "kim-doe-2").entries[0].offer.id == "b"
    assert find_person(people, "LEE").folder == "lee"
    with pytest.raises(InputError, match=r"candidate must be one of kim-doe, kim-doe-2, lee, got 'leo'"):
        find_person(people, "leo")
    with pytest.raises(InputError, match="these are of 3 people, kim-doe, kim-doe-2, lee"):
        only_person(people)


def test_what_is_left_out_is_found_as_it_may_concern_people() -> None:
    left_out = [
        LeftOut(file, where, None, whose)
        for file in ("a.yaml", "b.yaml", "")
        for where in ("", "offer 'x'")
        for whose in (None, "kim", "lee")
    ]
    index = LeftOutOffers(left_out)
    for one in (entry("a", whose="kim"), entry("b", whose="noor"), entry("c"), entry("d", file="b.yaml")):
        assert index.of([one]) == tuple(lost for lost in left_out if lost.may_concern(one))
    both = [entry("a", whose="kim"), entry("d", file="b.yaml")]
    assert index.of(both) == tuple(lost for lost in left_out if any(lost.may_concern(one) for one in both))


def many(n_people: int) -> list[OfferEntry]:
    """Return three offers a person, two people a file."""
    return [
        entry(
            f"o{n}", f"Person {n % n_people}" if n % 2 else None, whose=f"p{n % n_people}", file=f"{n % n_people // 2}"
        )
        for n in range(3 * n_people)
    ]


@pytest.mark.parametrize(
    "work",
    [people_of, lambda made: entries_for(made, "coach"), lambda made: Offers(made).ids],
    ids=["people", "coach", "ids"],
)
def test_telling_people_apart_takes_work_in_proportion(work: Callable[[list[OfferEntry]], object]) -> None:
    few, more = many(20), many(100)
    work(few)
    assert calls_of(lambda: work(more)) <= 5.2 * calls_of(lambda: work(few))
