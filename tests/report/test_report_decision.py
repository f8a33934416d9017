"""How pages relate to the decision: where each offer stands, and leads by other measures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from compkit import report
from compkit.decision import Decision, load_decision
from compkit.model import Candidate, Offer
from compkit.offers import OfferEntry, differences
from compkit.report.decision.page import offer_lines, other_measure, other_order, standing_in_short
from compkit.report.decision.record import decision_record
from compkit.report.decision.text import offer_names
from compkit.report.show.blocks import Headline
from compkit.report.show.inline_styles import without_inline_styles

ACME: Mapping[str, Any] = {"company": "Acme", "level": "L6", "location": "Seattle", "status": "written",
                           "start_date": "2027-02-01", "base_salary": 150_000}  # fmt: skip
JOB = {"current": {"base_salary": 100_000}, "residence": "Seattle"}
OFFERS: Mapping[str, Mapping[str, Any]] = {
    "first": {"company": "Lead", "base_salary": 200_000, "supersedes": "round"},
    "second": {},
    "round": {"company": "Lead", "base_salary": 190_000},
    "open": {"company": "Open", "status": "in-process"},
    "late": {"company": "Late", "deadline": "2026-11-01"},
    "ruled-out": {"company": "Out", "base_salary": 300_000},
}
Make = Callable[..., Decision]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what decides between offers with changes, through a file as a person writes it."""

    def made(offers: Mapping[str, Mapping[str, Any]] = OFFERS, **decision: Any) -> Decision:
        path = tmp_path / "offers.yaml"
        given = {
            "candidate": {**JOB, "decision": decision},
            "offers": [{"id": k, **ACME, **v} for k, v in offers.items()],
        }
        path.write_text(yaml.safe_dump(given), encoding="utf-8")
        return load_decision(str(path), report_date="2026-11-22")

    return made


@pytest.mark.parametrize(
    ("offer_id", "short", "said"),
    [
        ("first", "leads", "number 1 of 3."),
        ("second", "2 of 3", "number 2 of 3."),
        ("round", "earlier round", "This offer: an earlier round, replaced by Lead L6 in Seattle (after negotiation)."),
        ("open", "pending", "This offer: still in process, so it is not ranked."),
        ("late", "expired", "This offer: its deadline has passed, so it is not ranked."),
        ("ruled-out", "out", "This offer: out by your rule, so it is not ranked."),
    ],
)
def test_where_an_offer_stands(offer_id: str, short: str, said: str, make: Make) -> None:
    decision = make(out=["ruled-out"])
    lines = offer_lines(decision, offer_id)
    assert lines[:-1] == report.decision_lines(decision)
    assert lines[-1].endswith(said)
    assert standing_in_short(decision, offer_id) == short


def test_offers_that_are_even_say_so(make: Make) -> None:
    """1,000 more a year is within $5,000."""
    decision = make({"a": {}, "b": {"company": "Bolt", "base_salary": 151_000}})
    assert [standing_in_short(decision, name) for name in ("a", "b")] == ["even", "even"]


def test_one_offer_alone_has_no_decision(tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [{"id": "only", **ACME}]}), encoding="utf-8")
    decision = load_decision(str(path), "only", report_date="2026-11-22")
    assert offer_lines(decision, "only") == []
    assert standing_in_short(decision, "only") is None


def test_another_measure_is_related_to_the_decision(make: Make) -> None:
    decision = make(out=["ruled-out"])
    measure = "before tax, {} pays most"
    assert other_measure(decision, "first", 4, measure) == ""
    assert other_measure(decision, "second", 4, measure) == (
        "Over 4 years, before tax, Acme L6 in Seattle pays most. The decision counts 2 years after tax: there Lead L6 "
        "in Seattle leads."
    )
    assert other_measure(decision, "ruled-out", 4, measure).endswith("The decision doesn't rank it.")
    assert other_order(decision, "first", "second", 4, measure) == ""
    assert other_order(decision, "second", "first", 4, measure) == other_measure(decision, "second", 4, measure)


def test_the_case_that_flips_the_decision_is_named(make: Make) -> None:
    """160,000 for two years and 40,000 at once, against 165,000: 360,000 and 330,000, then 680,000 and 700,000.

    Over four years 170,000 a year against 175,000: the 175,000 lead.
    """
    late = [{"month": 36, "fraction": 0.5}, {"month": 48, "fraction": 0.5}]
    grant = {"value": 40_000, "tradable": True, "vesting": late}
    decision = make({"a": {"base_salary": 160_000, "sign_on": [40_000]},
                     "b": {"company": "Bolt", "base_salary": 165_000, "equity": [grant]}})  # fmt: skip
    assert decision.leader == "a"
    said = other_measure(decision, "b", 4, "before tax, {} pays most")
    assert said.endswith("there Acme L6 in Seattle leads. Staying four years is the case that flips it.")


def test_the_first_screen_of_a_person(make: Make) -> None:
    shown = report.decision_headline(make(out=["ruled-out"]))
    assert shown.title == "6 offers and staying"
    assert [card.label for card in shown.cards] == ["Lead a year", "What flips it"]
    assert (
        shown.next_steps[0]
        == "The deadline of Late L6 in Seattle has passed. Ask right away whether the offer still stands."
    )
    assert shown.next_steps[-1].startswith("Don't give notice or turn another offer down until")


def test_the_decision_stands_above_the_cards_in_text_and_html() -> None:
    shown = Headline("T", "S", [], ["step"], "V", ["a < b", "Next: c"])
    assert repr(shown).split("\n")[:5] == ["T", "S", "a < b", "Next: c", "V"]
    page = without_inline_styles(shown._repr_html_())
    assert '<p class="ck-decision">a &lt; b</p>\n<p class="ck-more">Next: c</p>' in page
    assert page.index("Next: c") < page.index('<p class="ck-verdict">V</p>')


def test_two_offers_that_are_alike_are_told_apart_without_their_ids() -> None:
    fields = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 150_000.0}

    def named(*offers: dict[str, str]) -> list[str]:
        made = [OfferEntry(Offer.model_validate({**fields, **one}), Candidate(), 1.0, "made") for one in offers]
        return list(offer_names(made).values())

    other = {"id": "c", "company": "Bolt"}
    assert named({"id": "a"}, other) == ["Acme L6 in Austin", "Bolt L6 in Austin"]
    assert named({"id": "a"}, {"id": "b", "supersedes": "a"}, other) == [
        "Acme L6 in Austin (first offer)", "Acme L6 in Austin (after negotiation)", "Bolt L6 in Austin"
    ]  # fmt: skip
    assert named({"id": "a"}, {"id": "b"}) == ["Acme L6 in Austin (1)", "Acme L6 in Austin (2)"]
    assert named({"id": "a"}, {"id": "b", "supersedes": "a"}, {"id": "d"}) == [
        "Acme L6 in Austin (3)", "Acme L6 in Austin (1)", "Acme L6 in Austin (2)"
    ]  # fmt: skip
    assert named({"id": "d"}, {"id": "b", "supersedes": "a"}) == ["Acme L6 in Austin (2)", "Acme L6 in Austin (1)"]
    assert named({"id": "a"}, {"id": "b"}, {"id": "c", "level": "L7", "supersedes": "a"})[:2] == [
        "Acme L6 in Austin (2)", "Acme L6 in Austin (1)"
    ]  # fmt: skip


def test_a_label_is_shown_wherever_an_offer_has_one() -> None:
    fields = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 150_000.0}

    def named(*offers: dict[str, str]) -> list[str]:
        made = [OfferEntry(Offer.model_validate({**fields, **one}), Candidate(), 1.0, "made") for one in offers]
        added = differences(made)
        for entry, name in zip(made, offer_names(made).values(), strict=True):
            place = f", {entry.offer.location} ("
            assert entry.named(added[entry.offer.id]).partition(place)[2] == name.partition(" (")[2]
        return [name.partition(" (")[2] for name in offer_names(made).values()]

    search, ads = {"id": "a", "label": "team Search"}, {"id": "b", "label": "team Ads"}
    assert named(search) == ["team Search)"]
    assert named(search, ads) == ["team Search)", "team Ads)"]
    assert named(search, {"id": "b"}) == ["team Search)", ""]
    assert named(search, {**ads, "label": "team Search", "supersedes": "a"}) == [
        "team Search, first offer)", "team Search, after negotiation)"
    ]  # fmt: skip
    assert named(search, {**ads, "label": "team Search"}) == ["team Search, 1)", "team Search, 2)"]
    assert named({"id": "a"}, {"id": "b"}, {"id": "c", "label": "1"}) == ["2)", "3)", "1)"]
    assert named({"id": "a"}, {"id": "b", "supersedes": "a"}, {"id": "c", "label": "first offer"}) == [
        "2)", "1)", "first offer)"
    ]  # fmt: skip
    remote = OfferEntry(Offer.model_validate({**fields, **search, "location": "Remote"}), Candidate(), 1.0, "made")
    assert (offer_names([remote]), remote.job) == (
        {"a": "Acme L6 (remote, team Search)"}, "Acme L6, Remote (team Search)"
    )  # fmt: skip


def test_the_decision_names_offers_by_their_labels(make: Make) -> None:
    """200,000 a year against 150,000 for the same job of two teams."""
    decision = make({"a": {"label": "team Search", "base_salary": 200_000}, "b": {"label": "team <b>Ads</b>"}})
    assert report.decision_lines(decision)[0].startswith("On pay, Acme L6 in Seattle (team Search) leads by about $")
    names = {job["offer"]: job["name"] for job in decision_record(decision)["jobs"]}
    assert (names["a"], names["b"]) == ("Acme L6 in Seattle (team Search)", "Acme L6 in Seattle (team <b>Ads</b>)")
    page = report.choices_table(decision)._repr_html_()
    assert "Acme L6 in Seattle (team &lt;b&gt;Ads&lt;/b&gt;)" in page
    assert "<b>Ads" not in page


def test_the_next_deadline_is_the_same_on_a_persons_page_and_their_comparison() -> None:
    """Lee's step is about Meta, December 23; Larkspur wants its answer on December 9."""
    lee = load_decision("data/offers/sample.yaml", candidate="lee", report_date="2026-12-01")
    (card,) = (card for card in report.decision_headline(lee).cards if card.label == "Next deadline")
    record = decision_record(lee)
    assert (card.figure, card.detail) == ("December 9, 2026", "Larkspur AI Head of Vision in San Francisco")
    assert (record["deadline"], record["deadline_of"]) == ("2026-12-09", card.detail)


def test_a_household_is_told_what_changes_and_what_homes_cost(tmp_path: Path) -> None:
    home = {"housing": "own", "mortgage_interest": 30_000, "spouse_wages": 95_000, "children": 1, "childcare": 9_000}
    offers = [{**ACME, "id": "same", "spouse_wages": 95_000}, {**ACME, "id": "ends", "company": "B", "spouse_wages": 0}]
    offers[1]["housing_cost"] = 40_000
    path = tmp_path / "offers.yaml"
    candidate = {**JOB, "residence": "Denver", "filing_status": "married_joint", "household": home}
    path.write_text(yaml.safe_dump({"candidate": candidate, "offers": offers}), encoding="utf-8")
    decision = load_decision(str(path), report_date="2026-11-22")
    said = report.decision_notes(decision)
    assert "A move changes your spouse's wages: $0 with B L6 in Seattle." in said
    costs = "another $30,012 with Acme L6 in Seattle and $40,000 with B L6 in Seattle."
    assert any(line.startswith(f"Your home costs $30,000 a year, {costs}") for line in said)
    assert "after tax, housing and prices" in report.decision_sentence(decision)
