"""Offers that are sound: every format, currencies, warnings, the sample, the schema."""

from __future__ import annotations

import cProfile
import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest
import yaml
from hypothesis import given, strategies as st
from laws import examples

from compkit.errors import InputError
from compkit.model.benefits import Benefits, Relocation
from compkit.model.equity import NO_REFRESHERS, TARGET_PAY_PRACTICE, Grant, Refresher, RefresherPlan
from compkit.model.negotiation import MarketObservation, PostedBase, Quoted
from compkit.model.offer import Offer
from compkit.model.startup import Exit, FundingRound, Startup, StockOption
from compkit.offers import load_offers, offers_json_schema
from compkit.reference.tables import load_tables

OFFERS = Path(__file__).resolve().parents[2] / "data" / "offers"
SAMPLE = OFFERS / "sample.yaml"
BASE: Mapping[str, Any] = {
    "id": "one",
    "company": "Amazon",
    "level": "L6",
    "location": "Seattle",
    "base_salary": 175000,
}
PRICED = {"priced_on": "2026-12-01"}
FUZZ = examples(30)


def read_document(folder: Path, document: object, name: str = "offers.json") -> Any:
    path = folder / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return load_offers(path)


def warnings_of(folder: Path, **fields: Any) -> dict[str, str]:
    offers = read_document(folder, {"offers": [{**BASE, **fields}]})
    return {warning.field: warning.message for warning in offers.warnings}


def sample_as_plain_values() -> dict[str, Any]:
    """Return the sample as any YAML 1.1 reader gives it, with days as texts."""
    values = yaml.safe_load(SAMPLE.read_text(encoding="utf-8"))
    plain: dict[str, Any] = json.loads(json.dumps(values, default=lambda day: day.isoformat()))
    return plain


# The sample


def test_the_sample_loads_without_faults_or_doubts() -> None:
    offers = load_offers(SAMPLE)
    assert [str(warning) for warning in offers.warnings] == []


def test_the_sample_holds_the_worked_negotiation() -> None:
    offers = load_offers(SAMPLE)
    before, after = (offers.entry(f"amazon-l6-seattle-{stage}").offer for stage in ("before", "after"))
    assert (before.base_salary, before.rsu_4yr, before.sign_on) == (175_000, 300_000, (80_000, 60_000))
    assert (after.base_salary, after.rsu_4yr, after.sign_on) == (185_000, 380_000, (110_000, 85_000))
    for offer in (before, after):
        grant = offer.equity[0]
        assert (offer.vesting_of(grant), grant.value_now) == ("amazon", grant.value)
        assert (offer.bonus_target_rate, offer.annual_raise_rate, offer.refreshers) == (0, 0, ())


def test_the_sample_exercises_every_part_of_the_format() -> None:
    offers = [entry.offer for entry in load_offers(SAMPLE)]
    grants = [grant for offer in offers for grant in offer.equity]
    assert {offer.candidate_type for offer in offers} == {"external", "internal", "boomerang"}
    assert {offer.status for offer in offers} == {"written", "verbal", "in-process", None}
    assert {offer.location for offer in offers} >= {"Seattle", "San Francisco", "New York", "Austin", "Remote"}
    assert {offer.company_type for offer in offers} >= {"FAANG", "AI-First Startups", "Financial Services"}
    assert {"amazon", "meta", "even-4-year-monthly"} <= {grant.vesting for grant in grants}
    assert any(grant.units and grant.price_now != grant.grant_price for grant in grants)
    assert {grant.tradable for grant in grants} == {True, False, None}
    assert any(not offer.equity for offer in offers)
    assert any(offer.quoted and offer.quoted.growth_rate == 0.15 for offer in offers)
    assert any(len(offer.scores.risk) == 5 for offer in offers)
    for name in ("refreshers", "posted_base", "market", "residence", "deadline", "options", "startup", "relocation",
                 "benefits", "refresher_plan"):  # fmt: skip
        assert any(getattr(offer, name) for offer in offers), name
    assert any(offer.refresher_plan and offer.refresher_plan.practice for offer in offers)
    deadlines = [offer.deadline for offer in offers if offer.deadline]
    assert dt.date(2026, 12, 1) <= min(deadlines) < max(deadlines) <= dt.date(2027, 1, 10)


def test_the_sample_in_csv_is_the_same_as_far_as_its_columns_go() -> None:
    typed = {offer.offer.id: offer.offer for offer in load_offers(SAMPLE)}
    rows = {offer.offer.id: offer.offer for offer in load_offers(OFFERS / "sample.csv")}
    assert list(rows) == list(typed)
    for offer_id_, row in rows.items():
        other = typed[offer_id_]
        for name in ("company", "company_type", "level", "guide_level", "candidate_type", "location", "residence",
                     "currency", "status", "start_date", "deadline", "base_salary", "annual_raise_rate",
                     "bonus_target_rate", "sign_on", "sign_on_paid"):  # fmt: skip
            assert getattr(row, name) == getattr(other, name), (offer_id_, name)
        kept = [grant.model_copy(update={"price_on": None, "priced_on": None}) for grant in other.equity[:1]]
        assert list(row.equity) == kept
        assert (row.role.ai_ml, row.role.specialization) == (other.role.ai_ml, other.role.specialization)


def test_every_field_survives_a_round_trip(tmp_path: Path) -> None:
    """An offer written out as JSON, defaults and all, loads as the same offer and passes the schema."""
    entries = [*load_offers(SAMPLE), read_document(tmp_path, {"rates": {"EUR": 2}, "offers": [EVERY_AMOUNT]})[0]]
    schema = offers_json_schema(load_tables().choices)
    for entry in entries:
        written: dict[str, Any] = {"rates": {"EUR": 2}, "offers": [entry.offer.model_dump(mode="json")]}
        if entry.offer.candidate:
            written["candidates"] = {entry.offer.candidate: {}}
        jsonschema.validate(written, schema)
        assert read_document(tmp_path, written, "again.json")[0].offer == entry.offer


def test_the_sample_is_the_same_in_json(tmp_path: Path) -> None:
    in_json = read_document(tmp_path, sample_as_plain_values())
    assert [(entry.offer, entry.candidate) for entry in in_json] == [
        (entry.offer, entry.candidate) for entry in load_offers(SAMPLE)
    ]


def test_the_sample_is_the_same_in_xlsx(tmp_path: Path) -> None:
    with (OFFERS / "sample.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    book = openpyxl.Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append([_typed(name, cell) for name, cell in zip(header, row, strict=True)])
    book.save(tmp_path / "offers.xlsx")
    in_xlsx = load_offers(tmp_path / "offers.xlsx")
    assert [entry.offer for entry in in_xlsx] == [entry.offer for entry in load_offers(OFFERS / "sample.csv")]


def _typed(name: str, cell: str) -> object:
    """Return a cell as somebody types it into a spreadsheet: days and numbers are such."""
    if not cell:
        return None
    if name in ("start_date", "deadline"):
        return dt.datetime.fromisoformat(cell)
    if cell in ("true", "false"):
        return cell == "true"
    return float(cell) if cell.replace(".", "", 1).isdigit() else cell


# The schema


def test_the_shipped_schema_is_current() -> None:
    shipped = json.loads((OFFERS / "offers.schema.json").read_text(encoding="utf-8"))
    assert shipped == offers_json_schema(load_tables().choices)


@pytest.fixture(scope="module")
def validator() -> Any:
    schema = json.loads((OFFERS / "offers.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_sample_passes_its_schema(validator: Any) -> None:
    assert [error.message for error in validator.iter_errors(sample_as_plain_values())] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"sign_on_paid": "monthly"},
        {"sign_on": [1, 2], "sign_on_paid": ["lump", "monthly"]},
        {"level": 65},
        {name: None for name in Offer.model_fields if name not in BASE},
        {"role": {"ai_ml": None, "skills": None}, "scores": {"risk": {"Manager Quality": None}, "decision": None}},
        {"equity": [{"value": 1, "start_month": None, "vesting": [{"month": 12, "fraction": 1}]}]},
        {"market": [{"measure": "rsu_4yr", "p25": None, "p50": None, "p75": None, "n": None}]},
        {"refreshers": [{"year": None, "month": 9, "value": 1}, {"year": 1, "value": 1, "cash_share": None}]},
        {"start_date": "2027-02-01", "refresher_plan": {"annual_value": 1, "calendar_month": 3, "target_pay": None}},
        {"refresher_plan": {"annual_value": 1, "vesting": [{"month": 12, "fraction": 1}]}},
        {"refresher_plan": {"annual_value": 0, "practice": "none", "vesting": None}},
        {"refresher_plan": {"annual_value": 1, "practice": None}},
        {"start_date": "2027-02-01", "refresher_plan": {"annual_value": 1, "practice": "yearly-2-year"}},
        {"options": [{"n_options": 1, "strike": 0, "fair_value": None, "kind": "nso"}]},
        {"startup": {"ownership_share": 0.002, "rounds": None, "exits": None, "acceleration": None}},
        {"startup": {"fully_diluted_shares": 5, "exits": [{"value": 7, "chance": 0.5}, {"value": 0, "chance": 0.5}]}},
        {"relocation": {"value": 1, "clawback": None}, "benefits": {"paid_time_off_days": 12.5, "other": None}},
        {"benefits": {}},
        {
            "base_salary": "$175k",
            "sign_on": ["80,000", 60000],
            "equity": [{"value": "1.2M", "grant_price": "$220.125"}],
        },
        {"bonus_target_rate": "15%", "annual_raise_rate": "-1.5 %", "posted_base": "$123,684-$254,644"},
        {"location": "Seattle, WA", "residence": "st louis, MO", "start_date": "12/15/2026", "deadline": "Dec 1, 2026"},
        {"location": "San Francisco, California", "residence": "Washington, D.C."},
        {"location": "NYC", "residence": "new york ny"},
    ],
)
def test_the_schema_accepts_what_the_reader_accepts(tmp_path: Path, validator: Any, fields: dict[str, Any]) -> None:
    document = {"candidate": None, "candidates": None, "rates": None, "offers": [{**BASE, **fields}]}
    assert len(read_document(tmp_path, document)) == 1
    assert [error.message for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"base_salry": 1},
        {"equity": [{"valu": 1}]},
        {"scores": {"risk": {"Manager": 1}}},
        {"location": "Seatle"},
        {"base_salary": "much"},
        {"location": "Portlandia"},
        {"start_date": "soon"},
        {"base_salary": None},
        {"sign_on_paid": "weekly"},
        {"id": "../x"},
        {"refresher_plan": {}},
        {"refresher_plan": {"annual_value": 1, "cash_share": 2}},
        {"refresher_plan": {"annual_value": 1, "practice": "yearly"}},
        {"options": [{"n_options": 1}]},
        {"options": [{"n_options": 1, "strike": 1, "kind": "rsu"}]},
        {"startup": {"fully_diluted_shares": 5, "rounds": [{"month": 1, "dilution_rate": 1}]}},
        {"relocation": {"value": 1, "months": 61}},
        {"benefits": {"premium": 1}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(validator: Any, fields: dict[str, Any]) -> None:
    assert not validator.is_valid({"offers": [{**BASE, **fields}]})


def test_every_field_is_described_in_the_schema() -> None:
    schema = offers_json_schema(load_tables().choices)
    for name, group in {"OffersFile": schema, **schema["$defs"]}.items():
        for field, part in group["properties"].items():
            assert part.get("description"), f"{name}.{field}"


# What is accepted

CONTRACT_EXAMPLE = """
schema: compkit/offers@1
rates: {EUR: 1.08}
candidate:
  name: null
  filing_status: single
  residence: Seattle
  current:
    {base_salary: 180000, annual_bonus: 20000, annual_equity: 60000, unvested_equity: 150000, next_bonus_on: null,
     repayment_owed: 0}
  walk_away: {cost_of_living_adjustment: 0, risk_premium: 15000, growth_value: 10000}
offers:
  - id: amazon-l6-seattle
    company: Amazon
    company_type: FAANG
    level: L6
    guide_level: L6
    location: Seattle
    residence: null
    currency: USD
    status: written
    contact: {recruiter: null, email: null, team: null, title: null}
    candidate_type: external
    start_date: 2027-02-01
    deadline: 2026-12-20
    base_salary: 175000
    annual_raise_rate: 0.0
    bonus_target_rate: 0.0
    sign_on: [80000, 60000]
    sign_on_paid: [lump, monthly]
    sign_on_clawback: prorated
    equity:
      - {value: 300000, grant_price: 200.0, price_now: null, price_on: null, vesting: amazon, start_month: 0}
    refreshers:
      - {year: 1, value: 60000, vesting: even-4-year}
    quoted: {total_y1: null, total_4yr: null, growth_rate: 0.15, growth_convention: annual-step}
    posted_base: {low: null, high: null, as_of: null, url: null}
    market: [{measure: total_4yr_avg, p25: null, p50: null, p75: null, n: null, as_of: null, source: null}]
    role: {ai_ml: true, specialization: Generative AI/LLMs, skills: [LLM/GenAI experience]}
    signals: {team_attrition_rate: 0.12, best_and_final_first: false, vague_team: false, hours_to_decide: 120,
              downlevel: false, negotiable: true, manager_has_roadmap: true, team_urgency: null}
"""


def test_the_contract_s_example_loads(tmp_path: Path, validator: Any) -> None:
    (tmp_path / "o.yaml").write_text(CONTRACT_EXAMPLE)
    offer = load_offers(tmp_path / "o.yaml")[0].offer
    assert [offer.is_sign_on_monthly(year) for year in (1, 2)] == [False, True]
    assert (offer.equity[0].n_units, offer.market, offer.residence) == (1500, (), None)
    plain = json.loads(json.dumps(yaml.safe_load(CONTRACT_EXAMPLE), default=str))
    assert [error.message for error in validator.iter_errors(plain)] == []


def test_an_offer_may_be_as_short_as_five_fields(tmp_path: Path) -> None:
    entry = read_document(tmp_path, {"offers": [BASE]})[0]
    assert (entry.usd_rate, entry.residence, entry.candidate.residence) == (1.0, "Seattle", None)
    assert (entry.offer.sign_on, entry.offer.equity, entry.offer.rsu_4yr) == ((), (), 0)


@pytest.mark.parametrize("level", [65, "65"])
def test_a_level_may_look_like_a_number(tmp_path: Path, level: object) -> None:
    assert read_document(tmp_path, {"offers": [{**BASE, "level": level}]})[0].offer.level == "65"


@pytest.mark.parametrize(
    "name", ["Müller & Söhne", "株式会社日本", "شركة", "=cmd()", "<script>", "O'\"Neil", "null", "1e5"]
)
def test_names_in_any_script_survive_every_format(tmp_path: Path, name: str) -> None:
    offer = {**BASE, "company": name, "label": name}
    in_json = json.dumps({"offers": [offer]}, ensure_ascii=False)  # which is YAML as well
    (tmp_path / "o.yaml").write_text(in_json, encoding="utf-8")
    (tmp_path / "o.json").write_text(in_json, encoding="utf-8")
    text = io.StringIO()
    csv.writer(text).writerows([list(offer), list(offer.values())])
    (tmp_path / "o.csv").write_text(text.getvalue(), encoding="utf-8-sig")
    book = openpyxl.Workbook()
    for row in (list(offer), list(offer.values())):
        book.active.append(row)
    for column in ("company", "label"):
        book.active.cell(2, list(offer).index(column) + 1).data_type = "s"  # as text, where it begins with =
    book.save(tmp_path / "o.xlsx")
    for ending in ("yaml", "json", "csv", "xlsx"):
        read = load_offers(tmp_path / f"o.{ending}")[0].offer
        assert (read.company, read.label) == (name, name)


@pytest.mark.parametrize(
    ("label", "said"), [("", "label"), ("a\x1b[31mb", "control character U+001B"), ("x" * 301, "at most 300"),
                        ("a\nb", "control character U+000A"), (True, "label"), (["a"], "label")],
)  # fmt: skip
def test_a_label_is_one_line_of_text(tmp_path: Path, label: object, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        read_document(tmp_path, {"offers": [{**BASE, "label": label}]})
    (fault,) = caught.value.faults
    assert fault.field == "label"


def test_a_label_may_be_a_number(tmp_path: Path) -> None:
    assert read_document(tmp_path, {"offers": [{**BASE, "label": 2}]})[0].offer.label == "2"


def test_null_is_the_same_as_left_out(tmp_path: Path) -> None:
    nulls = {name: None for name in Offer.model_fields if name not in BASE}
    assert (
        read_document(tmp_path, {"offers": [{**BASE, **nulls}]})[0].offer
        == read_document(tmp_path, {"offers": [BASE]})[0].offer
    )


def test_a_market_row_without_figures_is_left_out(tmp_path: Path) -> None:
    rows = [{"measure": "total_4yr_avg", "p25": None}, {"measure": "base_salary", "p50": 190000}]
    offer = read_document(tmp_path, {"offers": [{**BASE, "market": rows}]})[0].offer
    assert [row.measure for row in offer.market] == ["base_salary"]


def test_yaml_is_read_as_people_mean_it(tmp_path: Path) -> None:
    (tmp_path / "o.yaml").write_text(
        "offers:\n"
        "- {id: one, company: No, level: 065, location: Austin, base_salary: 175_000, start_date: 2027-02-01}\n"
        "- &two {id: two, company: on, level: 1.10x, location: Austin, base_salary: 1.75e5, deadline: '2026-12-20'}\n"
        "- {<<: *two, id: three}\n"
    )
    one, two, three = (entry.offer for entry in load_offers(tmp_path / "o.yaml"))
    assert (one.company, one.level, one.base_salary, one.start_date) == ("No", "065", 175_000, dt.date(2027, 2, 1))
    assert (two.company, two.level, two.base_salary, two.deadline) == ("on", "1.10x", 175_000, dt.date(2026, 12, 20))
    assert three.model_dump(exclude={"id"}) == two.model_dump(exclude={"id"})


def test_several_candidates(tmp_path: Path) -> None:
    document = {
        "candidates": {"ann": {"residence": "Austin"}, "bo": {"residence": "Boston"}},
        "offers": [
            {**BASE, "candidate": "bo", "location": "Remote"},
            {**BASE, "id": "two", "candidate": "ann"},
            {**BASE, "id": "three", "candidate": "ann", "residence": "Tampa"},
        ],
    }
    assert [(entry.candidate.residence, entry.residence) for entry in read_document(tmp_path, document)] == [
        ("Boston", "Boston"), ("Austin", "Seattle"), ("Austin", "Tampa"),
    ]  # fmt: skip


def test_a_workbook_with_candidates(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([*BASE, "candidate", "start_date"], [*BASE.values(), "me", dt.date(2027, 2, 1)]):
        book.active.append(row)
    people = book.create_sheet("Candidates")
    people.append(["id", "name", "residence", "base_salary", "next_bonus_on", "risk_premium"])
    people.append(["me", "Robin", "Tampa", 150000, dt.datetime(2027, 3, 15), 5000])
    book.save(tmp_path / "o.xlsx")
    entry = load_offers(tmp_path / "o.xlsx")[0]
    assert (entry.offer.start_date, entry.candidate.residence) == (dt.date(2027, 2, 1), "Tampa")
    assert entry.candidate.name == "Robin"
    assert entry.candidate.current is not None
    assert (entry.candidate.current.base_salary, entry.candidate.current.next_bonus_on) == (
        150_000,
        dt.date(2027, 3, 15),
    )
    assert entry.candidate.walk_away.risk_premium == 5_000


def test_a_workbook_with_a_household(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ([*BASE, "candidate", "spouse_wages"], [*BASE.values(), "me", 0]):
        book.active.append(row)
    people = book.create_sheet("candidates")
    people.append(["id", "filing_status", "residence", "spouse_wages", "children", "age", "traditional_401k"])
    people.append(["me", "married_joint", "Tampa", "$72k", 2, "40", 23_000])
    book.save(tmp_path / "o.xlsx")
    household = load_offers(tmp_path / "o.xlsx")[0].candidate.household
    assert household is not None
    assert (household.spouse_wages, household.children, household.age) == (72_000, 2, 40)
    assert household.traditional_401k == 23_000


def test_names_tell_candidates_apart_in_csv(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(f"{','.join(BASE)},candidate\n{','.join(map(str, BASE.values()))},me\n")
    entry = load_offers(tmp_path / "o.csv")[0]
    assert (entry.offer.candidate, entry.candidate.name) == ("me", None)


def test_sign_on_columns_keep_their_years(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(
        f"{','.join(BASE)},sign_on_y1,sign_on_y2,sign_on_paid\n"
        f"{','.join(map(str, BASE.values()))},,60000,lump;monthly\n"
    )
    offer = load_offers(tmp_path / "o.csv")[0].offer
    assert (offer.sign_on, offer.sign_on_paid) == ((0, 60_000), ("lump", "monthly"))


# Practices of later grants

OWN: Mapping[str, Any] = {"first_year": 5, "calendar_month": 11, "vesting": "even-4-year-monthly"}
NOTHING: Mapping[str, Any] = dict.fromkeys(OWN)
SAID_BY: Mapping[str, tuple[Any, ...]] = {
    "none": (1, None, "even-4-year"),
    "amazon-target-pay": (3, 4, "even-2-year-quarterly"),
    "yearly-4-year": (2, 2, "even-4-year-quarterly"),
    "yearly-2-year": (2, 3, "even-2-year-quarterly"),
}
"""By practice first_year, calendar_month and vesting; `none` says nothing, so the plan's own defaults stay."""


def plan_read(folder: Path, **fields: Any) -> RefresherPlan:
    plan = {"annual_value": 5, "target_pay": 7, **fields}
    offer: Offer = read_document(folder, {"offers": [{**BASE, "start_date": "2027-02-01", "refresher_plan": plan}]})[
        0
    ].offer
    assert offer.refresher_plan is not None
    return offer.refresher_plan


def test_every_practice_is_tried_and_two_have_a_meaning_of_their_own() -> None:
    practices = load_tables().practices
    assert list(practices) == list(SAID_BY)
    assert {NO_REFRESHERS, TARGET_PAY_PRACTICE} < set(practices)
    rows = load_tables()["refresher_practices"].set_index("practice")
    assert [name for name, years in rows["n_years_vesting"].items() if years == 0] == [NO_REFRESHERS]
    for name, practice in practices.items():
        assert (practice.fields == {}) == (name == NO_REFRESHERS)
        if practice.vesting:
            assert load_tables().schedules[practice.vesting].n_months == 12 * rows.loc[name, "n_years_vesting"]


@pytest.mark.parametrize("left_out", [{}, NOTHING], ids=["left out", "null"])
@pytest.mark.parametrize("practice", SAID_BY)
def test_a_practice_says_what_the_plan_leaves_out(tmp_path: Path, practice: str, left_out: Mapping[str, Any]) -> None:
    plan = plan_read(tmp_path, practice=practice, **left_out)
    assert (plan.first_year, plan.calendar_month, plan.vesting) == SAID_BY[practice]
    assert (plan.practice, plan.annual_value, plan.target_pay) == (practice, 5, 7)
    assert plan.makes_grants == (practice != "none")


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("practice", SAID_BY)
def test_what_a_plan_says_itself_wins(tmp_path: Path, practice: str, name: str) -> None:
    plan = plan_read(tmp_path, practice=practice, **{name: OWN[name]})
    said = dict(zip(OWN, SAID_BY[practice], strict=True))
    assert {field: getattr(plan, field) for field in OWN} == {**said, name: OWN[name]}


def test_the_practice_none_asks_for_no_start_and_uses_no_schedule(tmp_path: Path) -> None:
    plan = {"annual_value": 5000, "practice": "none", "calendar_month": 3, "vesting": "meta"}
    reading = read_document(
        tmp_path, {"offers": [{**BASE, "refresher_plan": plan, "refreshers": [{"year": 1, "value": 5000}]}]}
    )
    assert reading[0].offer.schedules_used == ["even-4-year"]
    assert reading.warnings == ()


def test_a_practice_keeps_its_name_in_another_currency(tmp_path: Path) -> None:
    plan = {"annual_value": 5, "practice": "yearly-4-year"}
    fields = {"currency": "EUR", "start_date": "2027-02-01", "refresher_plan": plan}
    offer = read_document(tmp_path, {"rates": {"EUR": 2}, "offers": [{**BASE, **fields}]})[0].in_usd
    assert (offer.refresher_plan.practice, offer.refresher_plan.annual_value) == ("yearly-4-year", 10)


# Currencies

EVERY_AMOUNT: Mapping[str, Any] = {
    **BASE,
    "currency": "EUR",
    "base_salary": 100,
    "bonus_target_rate": 0.5,
    "sign_on": [10, 20],
    "equity": [{"value": 400, "grant_price": 4, "price_now": 8}, {"units": 7, "price_now": 3}, {"value": 6}],
    "refreshers": [{"year": 1, "value": 30}, {"month": 9, "value": 40, "cash_share": 0.25}],
    "refresher_plan": {"annual_value": 50, "first_year": 2, "cash_share": 0.5, "target_pay": 300},
    "options": [{"n_options": 11, "strike": 3, "fair_value": 4}],
    "startup": {
        "fully_diluted_shares": 900,
        "preference_stack": 70,
        "investor_share": 0.25,
        "rounds": [{"month": 18, "dilution_rate": 0.5}],
        "exits": [{"value": 0, "chance": 0.75}, {"value": 90, "chance": 0.25}],
    },
    "relocation": {"value": 12, "months": 24},
    "benefits": {
        "retirement_match": 13,
        "retirement_vesting_months": 36,
        "espp_discount_value": 14,
        "premiums": 15,
        "paid_time_off_days": 16,
        "other": 17,
    },
    "quoted": {"total_y1": 1, "total_4yr": 2, "growth_rate": 0.15},
    "posted_base": {"low": 80, "high": 120},
    "market": [{"measure": "rsu_4yr", "p25": 5, "p50": 6, "p75": 7, "n": 9}],
    "signals": {"hours_to_decide": 48, "team_attrition_rate": 0.25},
}


def test_every_amount_is_converted_and_nothing_else(tmp_path: Path) -> None:
    entry = read_document(tmp_path, {"rates": {"EUR": 2}, "offers": [EVERY_AMOUNT]})[0]
    offer = entry.in_usd
    assert (entry.usd_rate, entry.offer.base_salary, offer.currency, offer.base_salary) == (2, 100, "USD", 200)
    assert (offer.sign_on, offer.bonus_target_rate) == ((20, 40), 0.5)
    assert offer.equity == (
        Grant(value=800, grant_price=8, price_now=16),
        Grant(units=7, price_now=6),
        Grant(value=12),
    )
    assert [grant.n_units for grant in offer.equity] == [100, 7, 12]
    assert offer.rsu_4yr == 800 + 42 + 12
    assert offer.refreshers == (Refresher(year=1, value=60), Refresher(month=9, value=80, cash_share=0.25))
    assert offer.refresher_plan == RefresherPlan(annual_value=100, first_year=2, cash_share=0.5, target_pay=600)
    assert offer.options == (StockOption(n_options=11, strike=6, fair_value=8),)
    assert offer.startup == Startup(
        fully_diluted_shares=900,
        preference_stack=140,
        investor_share=0.25,
        rounds=(FundingRound(month=18, dilution_rate=0.5),),
        exits=(Exit(value=0, chance=0.75), Exit(value=180, chance=0.25)),
    )
    assert offer.relocation == Relocation(value=24, months=24)
    assert offer.benefits == Benefits(
        retirement_match=26,
        retirement_vesting_months=36,
        espp_discount_value=28,
        premiums=30,
        paid_time_off_days=16,
        other=34,
    )
    assert offer.quoted == Quoted(total_y1=2, total_4yr=4, growth_rate=0.15)
    assert offer.posted_base == PostedBase(low=160, high=240)
    assert offer.market == (MarketObservation(measure="rsu_4yr", p25=10, p50=12, p75=14, n=9),)
    assert (offer.signals.hours_to_decide, offer.signals.team_attrition_rate) == (48, 0.25)


@FUZZ
@given(
    rate=st.floats(0.001, 1000),
    base=st.floats(1, 1e7),
    value=st.floats(1, 1e8),
    price=st.floats(0.01, 1e5),
    units=st.floats(0.1, 1e6),
)
def test_conversion_scales_money_and_leaves_units(
    rate: float, base: float, value: float, price: float, units: float
) -> None:
    grants = [{"value": value, "grant_price": price}, {"units": units, "price_now": price}, {"value": value}]
    typed = Offer.model_validate({**BASE, "currency": "EUR", "base_salary": base, "equity": grants})
    offer = typed.in_usd(rate)
    assert offer.base_salary == pytest.approx(base * rate)
    assert offer.rsu_4yr == pytest.approx((2 * value + units * price) * rate)
    assert offer.equity[0].n_units == pytest.approx(value / price)
    assert offer.equity[1].n_units == units
    assert offer.equity[2].n_units * offer.equity[2].start_price == pytest.approx(value * rate)


def test_an_offer_in_usd_needs_no_conversion() -> None:
    offer = Offer.model_validate(BASE)
    assert offer.in_usd(1.0) is offer


# Warnings


def test_a_sound_offer_has_no_warning(tmp_path: Path) -> None:
    assert warnings_of(tmp_path, equity=[{"value": 300000, "grant_price": 200}]) == {}


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"base_salary": 29_999}, "base_salary", "of 29,999 USD a year is very low"),
        ({"equity": [{"value": 4_000_001 * 1.2, **PRICED}]}, "equity", "more than ten times the highest L6 band"),
        (
            {"company": "Acme", "level": "5", "equity": [{"value": 10_000_001, "vesting": "google", **PRICED}]},
            "equity",
            "ten times the highest L6 or L7 band (1,000,000)",
        ),
        ({"company": "Acme", "equity": [{"value": 10_000}]}, "equity[0].vesting", "even-4-year is assumed"),
        ({"equity": [{"value": 10_000, "grant_price": 10, "price_now": 51}]}, "equity[0]", "price_now of 5.1 times"),
        ({"equity": [{"value": 10_000, "grant_price": 51, "price_now": 10}]}, "equity[0]", "price_now of 0.2 times"),
        ({"equity": [{"value": 10_000, "grant_price": 20_000}]}, "equity[0]", "less than one share"),
        ({"equity": [{"value": 10_000, "price_now": 10}]}, "equity[0]", "no grant_price"),
        (
            {"equity": [{"value": 10_000, "vesting": "stripe"}]},
            "equity[0]",
            "the schedule stripe, which ends after 12 months",
        ),
        (
            {"equity": [{"value": 10_000, "vesting": [{"month": 13, "fraction": 1}]}]},
            "equity[0]",
            "a custom schedule, which ends after 13 months. Is the value for all four years or for one year?",
        ),
        ({"bonus_target_rate": 1.5}, "bonus_target_rate", "means 150% of base"),
        ({"annual_raise_rate": 0.6}, "annual_raise_rate", "means 60% a year"),
        ({"start_date": "2027-01-01", "deadline": "2027-01-02"}, "deadline", "is after the start date"),
        (
            {"refreshers": [{"year": 1, "value": 5000}], "refresher_plan": {"annual_value": 5000}},
            "refresher_plan",
            "is in addition to refreshers",
        ),
        (
            {"equity": [{"value": 100000, **PRICED}], "refresher_plan": {"annual_value": 100001}},
            "refresher_plan.annual_value",
            "of 100,001 a year is more than the whole first grant (100,000)",
        ),
        ({"benefits": {"paid_time_off_days": 160}}, "benefits.paid_time_off_days", "of 160 is more than 60 working"),
        ({"benefits": {"premiums": 175001}}, "benefits.premiums", "of 175,001 a year is more than the salary"),
        ({"relocation": {"value": 175001}}, "relocation.value", "more than a year's salary"),
        ({"options": [{"n_options": 500, "strike": 1}]}, "options", "need startup"),
        (
            {"options": [{"n_options": 500, "strike": 1}], "startup": {"fully_diluted_shares": 400}},
            "options",
            "more than all shares of the company (400)",
        ),
        (
            {"startup": {"fully_diluted_shares": 4, "preference_stack": 9e6, "exits": [{"value": 9e6, "chance": 1}]}},
            "startup.preference_stack",
            "common shares are worth nothing",
        ),
    ],
)
def test_what_is_possible_but_implausible_is_a_warning(
    tmp_path: Path, fields: dict[str, Any], field: str, message: str
) -> None:
    found = warnings_of(tmp_path, **fields)
    assert list(found) == [field]
    assert message in found[field]


def test_the_low_base_is_judged_in_usd(tmp_path: Path) -> None:
    offer = {**BASE, "currency": "JPY", "base_salary": 20_000_000}
    assert read_document(tmp_path, {"rates": {"JPY": 0.0067}, "offers": [offer]}).warnings == ()


# Effort


def test_reading_offers_takes_effort_in_proportion_to_their_number(tmp_path: Path) -> None:
    """In calls of functions, which a busy machine does not change."""
    sample = sample_as_plain_values()
    n_calls = []
    for n_times in (2, 20):
        offers = [{**raw, "id": f"o-{n}"} for n, raw in enumerate(sample["offers"] * n_times)]
        path = tmp_path / f"{n_times}.yaml"
        path.write_text(json.dumps({**sample, "offers": offers}))
        with cProfile.Profile() as profile:
            assert len(load_offers(path)) == len(offers)
        n_calls.append(sum(entry.callcount for entry in profile.getstats()))
    few, many = n_calls
    assert many < 11 * few
