"""The rule of a decision against hand-worked cases, and its laws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml
from hand_checked import CASES
from hypothesis import given, strategies as st

from compkit.decision import BASE, STRESSES, Choice, MissingFact, Preference, Ruling, case_leads, decide

WORKED: list[dict[str, Any]] = yaml.safe_load((CASES / "decision.yaml").read_text(encoding="utf-8"))
STATES = {"nothing to compare": "alone"}
"""What the cases call a state that has another name here."""
HALF_A_CENT = 0.005


def choice(told: dict[str, Any]) -> Choice:
    facts = tuple(MissingFact(**fact) for fact in told.get("missing") or ())
    return Choice(told["id"], told["status"], told["net"], bool(told.get("out")), facts)


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["name"])
def test_the_ruling_by_hand(case: dict[str, Any]) -> None:
    preference = Preference(**case["preference"]) if case.get("preference") else None
    found, expected = decide([choice(one) for one in case["choices"]], preference), case["expected"]
    assert found.state == STATES.get(expected["state"], expected["state"])
    assert list(found.order) == expected["order"]
    for name, value in (("margin", found.margin), ("band", found.band), ("preference_cost", found.preference_cost)):
        assert value == (None if expected[name] is None else pytest.approx(expected[name], abs=HALF_A_CENT)), name
    assert (found.flip is None) == (expected["flips"] is None)
    if found.flip is not None:
        told = expected["flips"]
        assert (found.flip.case, found.flip.leader) == (told["case"], told["leader"])
        assert found.flip.by == pytest.approx(told["by"], abs=HALF_A_CENT)


def test_the_cases_have_every_state_and_every_flip() -> None:
    assert len(WORKED) >= 60
    assert {case["expected"]["state"] for case in WORKED} == {"nothing to compare", "unknown", "even", "clear", "leans"}
    assert {case["expected"]["flips"]["case"] for case in WORKED if case["expected"]["flips"]} == set(STRESSES)


amounts = st.integers(-20_000, 400_000).map(float)
nets = st.fixed_dictionaries({BASE: amounts}, optional=dict.fromkeys(STRESSES, amounts))


@st.composite
def choice_sets(draw: st.DrawFn) -> list[Choice]:
    """Draw two to five ranked choices, some with a missing fact."""
    found = []
    for number in range(draw(st.integers(2, 5))):
        net = draw(nets)
        low, high = sorted((draw(amounts), draw(amounts)))
        facts = (MissingFact("a fact", low, high),) if draw(st.integers(0, 3)) == 0 else ()
        found.append(Choice(f"choice-{number}", draw(st.sampled_from(["written", "verbal"])), net, missing=facts))
    return found


def lowered(net: dict[str, float], less: float) -> dict[str, float]:
    return {case: value - less for case, value in net.items()}


def answer(found: Ruling, without: str = "") -> tuple[object, ...]:
    order = tuple(name for name in found.order if name != without)
    return found.state, found.leader, order, found.margin, found.band, found.flip, found.preference_cost


@given(choice_sets(), st.data())
def test_a_better_choice_never_falls(choices: list[Choice], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(choices) - 1))
    more = data.draw(st.integers(0, 300_000))
    better = replace(choices[at], net=lowered(dict(choices[at].net), -more))
    before = decide(choices).order.index(better.id)
    assert decide([*choices[:at], better, *choices[at + 1 :]]).order.index(better.id) <= before


@given(choice_sets(), st.integers(1, 100_000))
def test_a_choice_worse_in_every_case_never_leads(choices: list[Choice], less: int) -> None:
    worse = replace(choices[0], id="worse", net=lowered(dict(choices[0].net), less), missing=())
    found = decide([worse, *choices])
    assert found.leader != "worse"
    assert found.flip is None or found.flip.leader != "worse"
    assert "worse" not in {lead.leader for lead in case_leads([worse, *choices])}


@given(choice_sets(), st.integers(1, 100_000), st.data())
def test_a_dominated_choice_changes_nothing(choices: list[Choice], less: int, data: st.DataObject) -> None:
    """One that is worse in every case than one that doesn't lead."""
    before = decide(choices, Preference(choices[0].id))
    name = data.draw(st.sampled_from(before.order[1:]))
    below = next(one for one in choices if one.id == name)
    worse = replace(below, id="worse", net=lowered(dict(below.net), less), missing=())
    assert answer(decide([*choices, worse], Preference(choices[0].id)), "worse") == answer(before)


@given(choice_sets(), st.data())
def test_a_preference_never_changes_the_order(choices: list[Choice], data: st.DataObject) -> None:
    wanted = data.draw(st.sampled_from([one.id for one in choices]))
    amounts_by_id = {one.id: one.at(BASE) for one in choices}
    plain, preferred = decide(choices), decide(choices, Preference(wanted, 50_000.0))
    assert answer(preferred)[:-1] == answer(plain)[:-1]
    assert preferred.preference_cost == max(amounts_by_id.values()) - amounts_by_id[wanted]


@given(choice_sets())
def test_the_state_follows_from_the_cases_tried(choices: list[Choice]) -> None:
    found = decide(choices)
    first = found.order[0]
    leads = {lead.case: lead.leader for lead in case_leads(choices)}
    if found.state == "clear":
        assert set(leads.values()) == {first}
    if found.state == "leans":
        assert found.flip is not None
        assert leads[found.flip.case] == found.flip.leader != first
