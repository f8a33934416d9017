"""Everything about one person's offers agrees: pages, JSON, letters and call sheets name one leader and one figure."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from command_line import answered

import compkit as ck
from compkit import report
from compkit.analysis import Comparison, Evaluation, LocationAnalysis, load_comparison, load_location_analysis
from compkit.decision import BASE, STAYING_LONG, Decision, load_decision
from compkit.negotiation import LEVERS, NegotiationPlan
from compkit.offers import entries_for, load_offers, people_of
from compkit.pay import Assumptions
from compkit.reference import load_tables
from compkit.report.show.text import usd

SAMPLE = str(Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml")
ON = "2026-11-22"
TABLES = load_tables()
OFFERS = load_offers(SAMPLE, tables=TABLES)
PEOPLE = {person.folder: [entry.offer.id for entry in person.entries] for person in people_of(OFFERS)}
OF_PERSON = [(person, offer_id) for person, ids in PEOPLE.items() for offer_id in ids]
each_person = pytest.mark.parametrize("person", PEOPLE)
each_offer = pytest.mark.parametrize(("person", "offer_id"), OF_PERSON)

ADVICE = re.compile(
    r"\b(the best (offer|choice)|you should (take|accept|decline)|strong accept|accept with reservations|"
    r"negotiate or decline|else decline|have to decline|take (it|this offer)|guaranteed to)\b",
    re.IGNORECASE,
)
"""What no page says: which offer to take or turn down."""
PROMISE = re.compile(r"\b(I can sign|I would accept|I'd accept|I will sign|I'll sign|ready to sign)\b")
OTHER_LEAD = re.compile(r"(?:pays most|is worth more)\.")
"""How a page names a leader by another measure; the decision must follow at once."""


class _ReportDay(dt.date):
    @classmethod
    def today(cls) -> dt.date:
        return dt.date.fromisoformat(ON)


@pytest.fixture(scope="module", autouse=True)
def _commands_run_that_day() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("compkit.cli.counter.dt", SimpleNamespace(date=_ReportDay))
        yield


@cache
def decided(person: str) -> Decision:
    return load_decision(SAMPLE, candidate=person, report_date=ON)


@cache
def compared(person: str) -> Comparison:
    return load_comparison(SAMPLE, candidate=person, report_date=ON, n_paths=100)


@cache
def planned(offer_id: str) -> NegotiationPlan:
    return ck.load_negotiation_plan(SAMPLE, offer_id, report_date=ON)


@cache
def placed(offer_id: str) -> LocationAnalysis:
    return load_location_analysis(SAMPLE, offer_id, report_date=ON)


def evaluated(offer_id: str) -> Evaluation:
    return placed(offer_id).evaluation


@cache
def answer(*arguments: str) -> Any:
    code, found, said = answered(*arguments)
    assert code == 0, said
    return json.loads(json.dumps(found))


@cache
def first_screens(person: str) -> dict[str, str]:
    """First screen of each page of a person, as text."""
    decision = decided(person)
    found = {"person": repr(report.decision_headline(decision))}
    for offer_id in PEOPLE[person]:
        found[f"{offer_id} evaluation"] = repr(report.headline(evaluated(offer_id), decision))
        found[f"{offer_id} plan"] = repr(report.negotiation_headline(planned(offer_id), decision))
    return found


@each_person
def test_every_first_screen_begins_with_the_same_decision(person: str) -> None:
    lines = report.decision_lines(decided(person))
    assert len(lines) >= 2
    for page, text in first_screens(person).items():
        assert text.split("\n")[2 : 2 + len(lines)] == lines, page


@each_person
def test_the_command_says_what_the_pages_say(person: str) -> None:
    decision = decided(person)
    (found,) = answer("decide", SAMPLE, "--candidate", person, "--today", ON)["people"]
    assert (found["state"], found["leader"]) == (decision.state, decision.leader)
    assert found["sentence"] == report.decision_sentence(decision)
    assert found["next_step"]["what"] == report.next_step_in_words(decision)
    assert found["margin_per_year_after_tax"] == decision.ruling.margin
    recorded = {row["figure"]: row["value"] for row in report.recorded_comparison(compared(person), decision).rows}
    assert recorded["margin_per_year_after_tax"] == decision.ruling.margin
    for choice in found["order"]:
        assert recorded[f"{choice['id']} m_per_year"] == choice["m_per_year"]


@each_person
def test_no_page_names_another_leader_unrelated_to_the_decision(person: str) -> None:
    decision, comparison = decided(person), compared(person)
    texts = {**first_screens(person), "totals": repr(report.comparison_table(comparison, decision))}
    for offer_id in PEOPLE[person]:
        texts[f"{offer_id} call sheet"] = repr(report.call_sheet(planned(offer_id), decision))
    top = str(comparison.worth.summary["total"].idxmax())
    assert ("The decision" in texts["totals"]) is (top != decision.leader)
    for page, text in texts.items():
        for found in OTHER_LEAD.finditer(text):
            assert text[found.end() :].startswith(" The decision "), page
        assert not ADVICE.search(text), (page, ADVICE.search(text))


def test_the_flip_is_named_where_the_longer_horizon_shows_it() -> None:
    """Robin: two years and Google; four years, before tax as after it, Amazon's later offer."""
    decision = decided("robin")
    assert decision.ruling.flip is not None
    assert (decision.leader, decision.ruling.flip.case) == ("google-l5-boomerang", STAYING_LONG)
    assert "Staying four years is the case that flips it." in repr(report.comparison_table(compared("robin"), decision))


@each_offer
def test_one_after_tax_figure_for_one_offer(person: str, offer_id: str) -> None:
    """The comparison, the location page and the command agree; the decision's is the same where home stays."""
    analysis, comparison = placed(offer_id), compared(person)
    net = float(comparison.after_tax.loc[offer_id, "net"])
    assert analysis.table["net"].iloc[0] == pytest.approx(net, abs=1e-6)
    by_id = {one["id"]: one for one in answer("compare", SAMPLE, "--paths", "100")["offers"]}
    assert by_id[offer_id]["net"] == pytest.approx(net, abs=1e-6)
    shown = {usd(row["net"]) for row in analysis.table.to_dict("records")}
    assert usd(net) in shown
    amounts = decided(person).amounts.get(offer_id)
    offer, lives_there = analysis.evaluation.offer, decided(person).household.prices_of == analysis.own.residence
    if amounts and lives_there and offer.candidate_type != "internal" and offer.start_date:
        assert amounts.net[STAYING_LONG] == pytest.approx(net, abs=1e-6)


@each_offer
def test_plan_commands_and_call_sheet_agree(person: str, offer_id: str) -> None:
    """Ask, fallback, stop line and caution are one; no word promises to sign below the stop line."""
    plan = planned(offer_id)
    found = answer("counter", SAMPLE, "--offer", offer_id)
    recorded = {row["figure"]: row["value"] for row in report.recorded_negotiation(plan).rows}
    for name, package, has_it in (("ask", plan.ask, plan.has_ask), ("fallback", plan.fallback, plan.has_fallback)):
        if has_it:
            assert [found[name][lever] for lever in LEVERS] == list(package.amounts)
            assert recorded[f"{name} total"] == found[name]["total"] == package.total
            assert plan.meets_stop_line(package)
        else:
            assert found[name] is None
    stop = plan.stop_line
    assert (found["stop_line"] is None) is (stop is None)
    if stop is not None:
        assert found["stop_line"]["yearly"] == pytest.approx(stop.yearly)
        assert usd(stop.yearly) in repr(report.call_sheet(plan, decided(person)))
    assert found["caution"] == report.plan_caution(plan)
    sheet = repr(report.call_sheet(plan, decided(person)))
    if not plan.has_ask:
        assert not PROMISE.search(sheet)
    letter = report.letter_words(plan, "counter")
    if PROMISE.search(repr(letter)):
        assert plan.has_ask


@each_person
def test_decide_holds_the_plan_of_the_offer_it_is_about(person: str) -> None:
    (found,) = answer("decide", SAMPLE, "--candidate", person, "--today", ON)["people"]
    counter = answer("counter", SAMPLE, "--offer", found["asked_of"])
    for name in ("ask", "fallback", "stop_line"):
        assert found[name] == counter[name]


@pytest.mark.parametrize("offer_id", ["google-l5-boomerang", "amazon-l6-seattle-internal"])
def test_no_employer_reads_of_a_decision(offer_id: str) -> None:
    """Neither the evaluation's first screen nor its recorded figures and index line."""
    (entry,) = entries_for([OFFERS.entry(offer_id)], "employer")
    (person,) = people_of([entry])
    on = dt.date.fromisoformat(ON)
    evaluation, decision = Evaluation(entry, TABLES, Assumptions(), on), Decision(person, TABLES, on)
    headline = report.headline(evaluation, decision)
    assert not headline.decision
    assert "decision" not in report.recorded_figures(evaluation, decision).summary
    assert BASE not in repr(headline).split()


def test_nothing_a_letter_says_is_the_caution() -> None:
    for _, offer_id in OF_PERSON:
        plan = planned(offer_id)
        caution = report.plan_caution(plan)
        for kind in ("initial", "counter", "extension"):
            text = repr(report.letter_words(plan, kind))  # type: ignore[arg-type]
            assert caution is None or caution not in text
            assert "stop line" not in text or "No letter" in text
