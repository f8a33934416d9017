"""Tips, strategies, situations, the roles of other offers, and the checklist: who gets what, and in which words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from compkit.analysis.evaluation import Evaluation
from compkit.errors import UnknownChoiceError
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.model.reported import Reported
from compkit.negotiation.guidance import checklist, portfolio_for, situations_for, strategy_for, tips_for
from compkit.negotiation.guidance_rules import (
    ALWAYS,
    OTHERS_BY_ROLE,
    RULES,
    GuidanceContext,
    company_type_of,
    rule_names,
)
from compkit.offers import OfferEntry
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables

TABLES = load_tables()
TODAY = dt.date(2026, 11, 22)
IDS = {
    "negotiation_tips": "tip_id",
    "company_strategies": "aspect",
    "offer_portfolio": "entry_id",
    "call_checklist": "item_id",
    "candidate_situations": "aspect",
}
"""The column that tells a table's rows apart, where the rest of the key is given."""

GRANT = {"value": 300000.0, "vesting": "amazon"}
OPTION = {"n_options": 10000.0, "strike": 1.0}
PRESENT_JOB = {"base_salary": 150000.0, "unvested_equity": 90000.0}
EARLY, MIDDLE, LATE = "2026-11-30", "2026-12-10", "2027-01-15"
MAX_WORDS = 30
JARGON = re.compile(
    r"\b(batna|zopa|meso|leverage\w*|win-win|synerg\w+|holistic\w*|comp|TC|YOE|lowball\w*|low-ball\w*|cliff|optics"
    r"|alignment|stakeholder\w*|value proposition|bandwidth|touch base|deep dive|equity refresh\w*|refresher\w*|EM|WLB"
    r"|single-trigger|double-trigger|pro rata|vests? schedule|reservation value|anchor\w*|concession\w*)\b",
    re.IGNORECASE,
)


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180000.0}
    return Offer.model_validate({**made, **fields}, strict=False)


def other(**fields: Any) -> Offer:
    return offer(
        **{"id": "two", "company": "Google", "status": "written", "level": "L5", "company_type": "FAANG", **fields}
    )


def evaluation(current: Any = None, **fields: Any) -> Evaluation:
    candidate = Candidate.model_validate({"current": current} if current else {})
    return Evaluation(OfferEntry(offer(**fields), candidate, 1.0, "offers.yaml"), TABLES, Assumptions(), TODAY)


Case = tuple[Evaluation, tuple[Offer, ...]]
STARTUP_OFFER: dict[str, Any] = {
    "company": "Larkspur AI",
    "company_type": "AI-First Startups",
    "level": "Head",
    "options": [OPTION],
}
CASES: dict[str, Case] = {
    "amazon": (evaluation(PRESENT_JOB, equity=[GRANT], deadline=MIDDLE), (other(deadline=LATE),)),
    "amazon alone": (evaluation(equity=[GRANT]), ()),
    "outlasts": (
        evaluation(equity=[GRANT], deadline=MIDDLE, signals={"team_urgency": True}),
        (other(deadline=EARLY), other(id="three", status="in-process", company="Meta")),
    ),
    "l7 transfer": (evaluation(PRESENT_JOB, level="L7", candidate_type="internal", signals={"downlevel": True}), ()),
    "google boomerang": (
        evaluation(PRESENT_JOB, company="Google", level="L5", candidate_type="boomerang", equity=[GRANT]),
        (other(company="Larkspur AI", company_type="AI-First Startups", level="Head"),),
    ),
    "netflix": (evaluation(company="Netflix", level="Senior EM"), ()),
    "amazon remote": (evaluation(location="Remote", residence="Denver", equity=[GRANT]), ()),
    "google remote": (evaluation(company="Google", level="L5", location="Remote", residence="Denver"), ()),
    "startup": (evaluation(**STARTUP_OFFER), ()),
    "tier 1": (evaluation(PRESENT_JOB, company="Uber", equity=[GRANT]), (other(company="Stripe", company_type=None),)),
    "enterprise": (evaluation(company="Prairie", company_type="Traditional Enterprise", level="Director"), ()),
    "finance": (evaluation(PRESENT_JOB, company="Finch", company_type="Financial Services", level="VP"), ()),
    "health": (evaluation(company="Ward", company_type="Healthcare Tech", level="Lead", equity=[GRANT]), ()),
}


def rows(table: str) -> pd.DataFrame:
    return TABLES[table].fillna("")


def keys(frame: pd.DataFrame, *columns: str) -> set[tuple[str, ...]]:
    return {tuple(map(str, row)) for row in frame[list(columns)].itertuples(index=False)}


def applying_tips(context: GuidanceContext) -> pd.DataFrame:
    frame = tips_for(context)
    return frame[frame["applies"]]


GIVES: dict[str, tuple[Callable[[GuidanceContext], pd.DataFrame], tuple[str, ...]]] = {
    "negotiation_tips": (applying_tips, ("tip_id",)),
    "company_strategies": (strategy_for, ("company_type", "aspect", "ask")),
    "offer_portfolio": (portfolio_for, ("entry_id",)),
    "call_checklist": (checklist, ("item_id",)),
    "candidate_situations": (situations_for, ("situation", "aspect")),
}


@pytest.mark.parametrize("table", GIVES)
def test_every_row_reaches_some_offer(table: str) -> None:
    give, columns = GIVES[table]
    reached = set().union(*(keys(give(GuidanceContext(*case)), *columns) for case in CASES.values()))
    assert reached == keys(rows(table), *columns)


@pytest.mark.parametrize("table", GIVES)
def test_every_row_with_a_rule_is_kept_from_some_offer(table: str) -> None:
    give, columns = GIVES[table]
    given_to_all = set.intersection(*(keys(give(GuidanceContext(*case)), *columns) for case in CASES.values()))
    ruled = rows(table)
    assert given_to_all.isdisjoint(keys(ruled[ruled["rule"] != ALWAYS], *columns))


def test_rules_and_rows_name_each_other() -> None:
    """No row names a rule that does not exist, and no rule stands unused."""
    named = {name for table in IDS for cell in rows(table)["rule"] for name in rule_names(cell)}
    assert named == set(RULES)
    assert set(OTHERS_BY_ROLE) <= named
    with pytest.raises(UnknownChoiceError, match="is_amazon"):
        rule_names("always is_amzon")


@pytest.mark.parametrize(
    ("table", "row_id", "gets", "does_not"),
    [
        ("negotiation_tips", "true-deadline", "amazon", "amazon alone"),
        ("negotiation_tips", "level-first", "amazon", "l7 transfer"),
        ("negotiation_tips", "start-date", "amazon", "l7 transfer"),
        ("negotiation_tips", "later-grants", "amazon", "netflix"),
        ("negotiation_tips", "one-contact", "amazon", "startup"),
        ("negotiation_tips", "public-figures", "amazon", "finance"),
        ("offer_portfolio", "floor", "amazon", "amazon alone"),
        ("offer_portfolio", "upside", "google boomerang", "amazon"),
        ("offer_portfolio", "closest-match", "tier 1", "google boomerang"),
        ("offer_portfolio", "ask-for-time", "amazon", "outlasts"),
        ("offer_portfolio", "bring-forward", "outlasts", "amazon"),
        ("offer_portfolio", "slower-employer", "outlasts", "amazon"),
        ("offer_portfolio", "urgent-team", "outlasts", "amazon"),
        ("offer_portfolio", "ask-about-urgency", "amazon", "outlasts"),
        ("offer_portfolio", "without-another-offer", "amazon alone", "amazon"),
        ("offer_portfolio", "as-a-fact", "amazon", "amazon alone"),
        ("call_checklist", "left-behind", "amazon", "l7 transfer"),
        ("candidate_situations", "seattle-grant", "amazon remote", "google remote"),
        ("candidate_situations", "main-office-grant", "google remote", "amazon remote"),
        ("candidate_situations", "extra-grant", "l7 transfer", "google boomerang"),
        ("candidate_situations", "earlier-vesting", "google boomerang", "amazon"),
        ("candidate_situations", "lower-than-interviewed", "l7 transfer", "amazon"),
        ("candidate_situations", "above-l7", "l7 transfer", "amazon"),
        ("company_strategies", "options", "startup", "health"),
        ("company_strategies", "bonus", "amazon", "google boomerang"),
    ],
)
def test_guidance_goes_to_whom_it_concerns(table: str, row_id: str, gets: str, does_not: str) -> None:
    give, _ = GIVES[table]
    assert (row_id,) in keys(give(GuidanceContext(*CASES[gets])), IDS[table])
    assert (row_id,) not in keys(give(GuidanceContext(*CASES[does_not])), IDS[table])


def test_ten_tips_with_those_that_apply_first() -> None:
    for case in CASES.values():
        tips = tips_for(GuidanceContext(*case))
        assert sorted(tips["tip_id"]) == sorted(rows("negotiation_tips")["tip_id"])
        assert len(tips) == 10
        assert tips["applies"].is_monotonic_decreasing
        general = tips.loc[tips["applies"], "whom"] == RULES[ALWAYS].whom
        assert general.is_monotonic_increasing, "the particular ones come first"


def test_tips_that_tempt_to_an_untruth_say_what_is_refused() -> None:
    tips = rows("negotiation_tips").set_index("tip_id")
    assert "isn't in your file" in str(tips.loc["true-deadline", "warning"])
    assert "never names a colleague" in str(tips.loc["public-figures", "warning"])
    assert (tips.loc[["true-deadline", "public-figures"], "correction"] != "").all()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"company": "Finch", "company_type": "Financial Services"}, "Financial Services"),
        ({"company": " google "}, "FAANG"),
        ({"company": "Google", "company_type": "Tier 1 Tech"}, "Tier 1 Tech"),
        ({"company": "Nobody"}, None),
        ({"company": "Nobody", "options": [OPTION]}, "AI-First Startups"),
        ({"company": "Nobody", "startup": {"ownership_share": 0.01}}, "AI-First Startups"),
    ],
)
def test_company_type(fields: dict[str, Any], kind: str | None) -> None:
    assert company_type_of(offer(**fields), TABLES) == kind
    assert set(strategy_for(GuidanceContext(evaluation(**fields)))["company_type"]) == ({kind} if kind else set())


@pytest.mark.parametrize(
    "beside",
    [
        other(company="amazon"),
        other(deadline="2026-11-21"),
        other(status="in-process", deadline=LATE),
        offer(deadline=LATE),
    ],
    ids=["the same employer", "expired yesterday", "no offer yet", "the offer itself"],
)
def test_what_is_no_competing_offer(beside: Offer) -> None:
    """Nothing in the guidance may lead to speak of it as one."""
    at = evaluation(equity=[GRANT], deadline=MIDDLE)
    met = GuidanceContext(at, (beside,)).rules_met
    assert "no_competing_offer" in met
    assert met.isdisjoint({"has_competing_offer", "has_competing_deadline", "expires_before_others"})
    items = checklist(GuidanceContext(at, (beside,))).set_index("item_id")
    assert not items.loc["other-offers", "is_done"]


def test_an_offer_whose_last_day_is_today_still_stands() -> None:
    at = evaluation(deadline=TODAY.isoformat())
    met = GuidanceContext(at, (other(deadline=TODAY.isoformat()),)).rules_met
    assert {"has_competing_offer", "has_competing_deadline"} <= met
    assert met.isdisjoint({"expires_before_others", "others_expire_first"})
    assert checklist(GuidanceContext(at)).set_index("item_id").loc["deadline", "is_done"]


@pytest.mark.parametrize("status", ["verbal", "in-process", None])
def test_an_offer_that_is_not_written_is_none_to_speak_of(status: str | None) -> None:
    """The checklist says what would make it one."""
    at = evaluation(equity=[GRANT], deadline=MIDDLE)
    beside = other(deadline=EARLY, status=status)
    assert "no_competing_offer" in GuidanceContext(at, (beside,)).rules_met
    row = checklist(GuidanceContext(at, (beside,))).set_index("item_id").loc["other-offers"]
    assert not row["is_done"]
    assert row["answer"].startswith(f"none in writing: Google L5, Seattle ({status or 'status unknown'}).")


def test_an_earlier_round_is_no_offer_of_its_own() -> None:
    rounds = (other(id="first"), other(id="later", label="team Maps", supersedes="first"))
    row = checklist(GuidanceContext(evaluation(), rounds)).set_index("item_id").loc["other-offers"]
    assert row["answer"] == "Google L5, Seattle (team Maps, written)"


def test_other_offers_are_named_by_their_role() -> None:
    frame = portfolio_for(GuidanceContext(*CASES["google boomerang"])).set_index("entry_id")
    assert frame.loc["upside", "offers"] == "Larkspur AI Head, Seattle (written)"
    assert (frame.loc[frame["part"] != "role", "offers"] == "").all()


MARKS = {
    "risk": dict.fromkeys(TABLES["risk_factors"]["factor"], 7),
    "decision": dict.fromkeys(TABLES["decision_factors"]["factor"], 3),
}
ANSWERED = {"vague_team": False, "manager_has_roadmap": True, "team_attrition_rate": 0.1, "team_urgency": False}
TICKED_BY: dict[str, dict[str, Any]] = {
    "call-day": {"negotiation": {"call_on": "2026-11-24"}},
    "contact": {"contact": {"recruiter": "Avery"}},
    "written-offer": {"status": "written"},
    "deadline": {"deadline": MIDDLE},
    "market": {"posted_base": {"low": 170000.0, "high": 190000.0}},
    "walk-away": {"current": {"base_salary": 150000.0}},
    "left-behind": {"current": PRESENT_JOB},
    "marks": {"scores": MARKS},
    "questions": {"signals": ANSWERED},
    "reasons": {"negotiation": {"reasons": ["I led a team of twelve."]}},
}


def ticked(at: Evaluation, others: Sequence[Offer] = (), *, has_ask: bool = False) -> set[str]:
    items = checklist(GuidanceContext(at, tuple(others)), has_ask=has_ask)
    return set(items.loc[items["is_done"], "item_id"])


def test_an_empty_file_ticks_nothing() -> None:
    assert ticked(evaluation()) == set()


@pytest.mark.parametrize("item", TICKED_BY)
def test_what_the_file_answers_is_ticked(item: str) -> None:
    also = {"walk-away"} if item == "left-behind" else set()
    assert ticked(evaluation(**TICKED_BY[item])) == {item} | also


def test_what_the_plan_answers_is_ticked() -> None:
    assert ticked(evaluation(), has_ask=True) == {"ask", "words"}
    assert ticked(evaluation(), [other()]) == {"other-offers"}


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ("call-day", {"negotiation": {"call_on": "2026-11-20"}}),
        ("written-offer", {"status": "verbal"}),
        ("deadline", {"deadline": "2026-11-21"}),
        ("market", {"posted_base": {"low": 170000.0}}),
        ("marks", {"scores": {"risk": MARKS["risk"]}}),
        ("questions", {"signals": {**ANSWERED, "vague_team": True}}),
        ("questions", {"signals": {**ANSWERED, "manager_has_roadmap": False}}),
        ("left-behind", {"current": {"base_salary": 150000.0}}),
    ],
)
def test_half_an_answer_is_not_ticked(item: str, fields: dict[str, Any]) -> None:
    items = checklist(GuidanceContext(evaluation(**fields))).set_index("item_id")
    assert not items.loc[item, "is_done"]
    assert items.loc[item, "answer"]


@pytest.mark.parametrize(
    ("count", "answers"),
    [
        (1, ["1 row of your own research", "1 reason in your file"]),
        (2, ["2 rows of your own research", "2 reasons in your file"]),
    ],
)
def test_research_and_reasons_are_counted(count: int, answers: list[str]) -> None:
    researched = [{"measure": "base_salary", "p50": 180000.0, "n": 5, "source": "levels.fyi"}] * count
    at = evaluation(market=researched, negotiation={"reasons": ["I led a team of twelve."] * count})
    items = checklist(GuidanceContext(at)).set_index("item_id")
    assert items.loc[["market", "reasons"], "answer"].tolist() == answers


def test_reported_pay_counts_as_looked_up() -> None:
    row = {"measure": "base_salary", "kind": "csv", "n": 5, "p25": 1.0, "p50": 2.0, "p75": 3.0,
           "first": "2026-10-01", "last": "2026-10-01"}  # fmt: skip
    said = Reported.model_validate({"pay": [row]})
    posted = {"posted_base": {"low": 170_000.0, "high": 190_000.0}, "market": [{"measure": "base_salary", "p50": 1.0}]}
    for fields, answer in (({}, "reported pay"),
                           (posted, "the posted range, 1 row of your own research and reported pay")):  # fmt: skip
        at = evaluation(**fields)
        items = checklist(GuidanceContext(replace(at, entry=replace(at.entry, reported=said)))).set_index("item_id")
        assert items.loc["market", ["is_done", "answer"]].tolist() == [True, answer]


def test_only_what_comes_before_the_call_is_ticked() -> None:
    """Nobody has thanked the recruiter yet; and all that can be ticked is."""
    full: dict[str, Any] = {"negotiation": {"call_on": "2026-11-24", "reasons": ["I led a team of twelve."]}}
    for fields in TICKED_BY.values():
        full = {**fields, **full}
    items = checklist(GuidanceContext(evaluation(**{**full, "current": PRESENT_JOB}), (other(),)), has_ask=True)
    assert set(items.loc[items["is_done"], "phase"]) == {"before"}
    table = rows("call_checklist")
    assert set(items.loc[items["is_done"], "item_id"]) == set(table.loc[table["ticks"].astype(bool), "item_id"])
    assert list(dict.fromkeys(items["phase"])) == ["before", "during", "after"]


def test_guidance_tells_no_amounts() -> None:
    """Not of pay, of other offers, or of marks: what is shown beside an ask is the report's business."""
    at = evaluation(
        {"base_salary": 123456.0, "unvested_equity": 234567.0}, equity=[GRANT], base_salary=345678.0, deadline=MIDDLE
    )
    given = [give(GuidanceContext(at, (other(base_salary=456789.0),))).to_csv() for give, _ in GIVES.values()]
    assert not re.search("123456|234567|345678|456789|300000", "".join(given))


def texts(table: str) -> list[str]:
    schema = json.loads((TABLES.directory / f"{table}.schema.json").read_text(encoding="utf-8"))
    closed = {"rule", "status", "source_id", IDS[table]}
    free = [f["name"] for f in schema["fields"] if f["type"] == "string" and f["name"] not in closed]
    return [str(cell) for column in free for cell in rows(table)[column]] + [rule.whom for rule in RULES.values()]


@pytest.mark.parametrize("table", IDS)
def test_words_are_plain_and_sentences_short(table: str) -> None:
    for text in texts(table):
        assert not JARGON.search(text), text
        for sentence in re.split(r"(?<=[.!?])\s+", text):
            assert len(sentence.split()) <= MAX_WORDS, sentence


def test_answers_are_plain_and_short() -> None:
    for at, others in CASES.values():
        for has_ask in (False, True):
            for answer in checklist(GuidanceContext(at, tuple(others)), has_ask=has_ask)["answer"]:
                assert len(answer.split()) <= MAX_WORDS, answer
                assert not JARGON.search(answer), answer
                assert "None" not in answer
