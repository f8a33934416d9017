"""Every input that must be refused, with the file, the place, the field and the telling part of its message."""

from __future__ import annotations

import codecs
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, strategies as st
from laws import examples

from compkit.errors import Fault, InputError
from compkit.offers import load_offers, read_offers

BASE: Mapping[str, Any] = {
    "id": "one",
    "company": "Amazon",
    "level": "L6",
    "location": "Seattle",
    "base_salary": 175000,
}
LINES = "offers:\n  - id: one\n    company: Amazon\n    level: L6\n    location: Seattle\n"
"""An offer in YAML up to its base salary."""
HEADER = "id,company,level,location,base_salary"
ROW = "one,Amazon,L6,Seattle,175000"

# Inputs that crash an interpreter or fill a memory must stop early; the clock is generous for slow machines.
FUZZ = examples(
    30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def faults_of(path: Path) -> list[Fault]:
    """Return the faults of a file; a fault has a file, and loading it raises the same."""
    reading = read_offers([path])
    if reading.faults:
        with pytest.raises(InputError) as caught:
            load_offers(path)
        assert caught.value.faults == reading.faults
    for fault in reading.faults:
        assert fault.file == str(path)
        assert str(fault).startswith(f"{path}")
        assert "\n" not in str(fault)
    return list(reading.faults)


def faults_of_text(folder: Path, text: str | bytes, name: str = "offers.yaml") -> list[Fault]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return faults_of(path)


def faults_of_document(folder: Path, document: object) -> list[Fault]:
    """Return the faults of a document, which are the same in YAML and in JSON."""
    in_json = faults_of_text(folder, json.dumps(document), "offers.json")
    in_yaml = faults_of_text(folder, yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "offers.yaml")
    assert [(f.where, f.field, f.message) for f in in_json] == [(f.where, f.field, f.message) for f in in_yaml]
    return in_json


def only(faults: list[Fault]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def with_base(**fields: Any) -> dict[str, Any]:
    return {"offers": [{**BASE, **fields}]}


INF, NAN = float("inf"), float("nan")
SHARES = {"fully_diluted_shares": 1e6}
TRANCHES = [{"month": 12, "fraction": 0.5}, {"month": 24, "fraction": 0.6}]
FIELD_CASES: list[tuple[dict[str, Any], str, str]] = [
    # names of fields
    ({"base_salry": 1}, "base_salry", "is not a known field. Did you mean 'base_salary'?"),
    ({"zzzz": 1}, "zzzz", "is not a known field. Known: annual_bonus, annual_raise_rate"),
    ({"zzzz": None}, "zzzz", "Known: annual_bonus, annual_raise_rate"),
    ({"zzzz": None}, "zzzz", "If it is the end of the text before it, put that in quotes."),
    ({"singon": None}, "singon", "is not a known field. Did you mean 'sign_on'?"),
    ({"grant_price": 5}, "grant_price", "is not a field of this group. It goes under `equity`."),
    ({"equity": [{"value": 1, "sign_on": [1]}]}, "equity[0].sign_on", "It belongs next to `equity`: indent it less"),
    (
        {"equity": [{"value": 1, "strike": 5}]},
        "equity[0].strike",
        "is not a field of this group. It goes under `options`.",
    ),
    ({"500": None}, "500", "If it is the end of a number such as 300,000, type 300000 or quote the number."),
    ({"true": 1}, "true", "is not a known field"),
    ({"contact": {"recruter": "A"}}, "contact.recruter", "Did you mean 'recruiter'?"),
    ({"equity": [{"value": 1, "grantprice": 2}]}, "equity[0].grantprice", "Did you mean 'grant_price'?"),
    # amounts
    ({"base_salary": -1}, "base_salary", "must not be negative, got -1"),
    ({"base_salary": INF}, "base_salary", "must be finite, got inf"),
    ({"base_salary": -INF}, "base_salary", "must be finite, got -inf"),
    ({"base_salary": NAN}, "base_salary", "must be finite, got nan"),
    ({"base_salary": "80.000"}, "base_salary", "80.000 could be 80 or 80000. Type the one you mean."),
    ({"base_salary": "1,5"}, "base_salary", "1,5 could be 1.5 or 15."),
    ({"base_salary": 175.125}, "base_salary", "175.125 could be 175.125 or 175125. Type 175.1250 or 175125."),
    ({"base_salary": "much"}, "base_salary", "must be a number, got 'much'. Type it as 175000, 175,000"),
    ({"base_salary": "175k-200k"}, "base_salary", "must be a single amount, got the range '175k-200k'"),
    ({"base_salary": "\u20ac120,000"}, "base_salary", "\u20ac120,000 is in EUR, but this amount must be in USD."),
    ({"base_salary": "-$5"}, "base_salary", "must not be negative, got -$5"),
    ({"base_salary": -0.0}, "base_salary", "must be 0, got -0."),
    ({"equity": [{"units": 1.125, "price_now": 1}]}, "equity[0].units", "1.125 could be 1.125 or 1125"),
    ({"equity": [{"units": "$1,500", "price_now": 1}]}, "equity[0].units", "must be a number of shares, got $1,500"),
    ({"equity": [{"value": 1, "price_now": "200.000"}]}, "equity[0].price_now", "could be 200 or 200000"),
    ({"bonus_target_rate": "$30,000"}, "bonus_target_rate", "must be a rate, not an amount, got $30,000"),
    ({"bonus_target_rate": "1,5%"}, "bonus_target_rate", "1,5% could be 1.5% or 15%."),
    ({"bonus_target_rate": "15000%"}, "bonus_target_rate", "must be at most 100, got 15000%."),
    (
        {"benefits": {"retirement_match": "50%"}},
        "benefits.retirement_match",
        "must be an amount in dollars a year, got 50%. Type the amount.",
    ),
    ({"relocation": {"value": "50%"}}, "relocation.value", "must be an amount in dollars, got 50%."),
    ({"base_salary": True}, "base_salary", "must be a number, got true"),
    ({"base_salary": [1]}, "base_salary", "must be a number, got a list"),
    ({"base_salary": 2e12}, "base_salary", "must be at most 1,000,000,000,000"),
    ({"base_salary": 10**350}, "base_salary", "must be"),
    ({"base_salary": None}, "base_salary", "is missing"),
    ({"sign_on": [80000, -1]}, "sign_on[1]", "must not be negative"),
    ({"sign_on": [80000, None]}, "sign_on[1]", "must be a number, got nothing"),
    ({"sign_on": 80000}, "sign_on", "must be a list, got 80000. Did you mean [80000]?"),
    ({"sign_on": [1, 2, 3, 4, 5, 6]}, "sign_on", "must have at most 4 years, got 6. Remove years 5 and 6."),
    ({"sign_on": [1, 2, 3], "sign_on_paid": ["lump", "monthly"]}, "", "has 2 values of sign_on_paid for 3 years"),
    ({"sign_on_paid": "weekly"}, "sign_on_paid[0]", "must be one of lump, monthly, got 'weekly'"),
    ({"bonus_target_rate": 101}, "bonus_target_rate", "must be at most 100, got 101. Type a fraction"),
    ({"annual_raise_rate": -1}, "annual_raise_rate", "must be above -1, got -1"),
    ({"equity": [{"value": 1, "grant_price": 0}]}, "equity[0].grant_price", "must be above 0"),
    ({"equity": [{"value": 1, "units": 1, "grant_price": 1}]}, "equity[0]", "has both value and units"),
    ({"equity": [{"vesting": "amazon"}]}, "equity[0]", "needs value or units. Add one."),
    ({"equity": [{"units": 5}]}, "equity[0]", "has units but no price"),
    ({"equity": {"value": 1}}, "equity", "must be a list, got a group of fields. Put a dash before its first field"),
    ({"equity": "1.2M"}, "equity", "must be a list, got '1.2M'. Did you mean [{value: 1200000}]?"),
    ({"equity": "a lot"}, "equity", "must be a list, got 'a lot'. Type its fields: "),
    ({"options": 5000}, "options", "must be a list, got 5000. Type its fields: [{n_options: ..., strike: ...}]."),
    ({"sign_on": "80k, 60k"}, "sign_on", "must be a list, got '80k, 60k'. Did you mean [80000, 60000]?"),
    ({"negotiation": {"reasons": "two rivals"}}, "negotiation.reasons", "got 'two rivals'. Put it in brackets."),
    ({"equity": [{"value": 1, "start_month": 1.5}]}, "equity[0].start_month", "must be a whole number, got 1.5"),
    ({"refreshers": [{"year": 9, "value": 1}]}, "refreshers[0].year", "must be at most 8, got 9"),
    ({"refreshers": [{"value": 1}]}, "refreshers[0]", "needs year or month. Add one."),
    (
        {"refreshers": [{"year": 1, "month": 13, "value": 1}]},
        "refreshers[0]",
        "has month 13, which is not in year 1. Remove one.",
    ),
    ({"refreshers": [{"month": 97, "value": 1}]}, "refreshers[0].month", "must be at most 96, got 97"),
    ({"refreshers": [{"month": 0, "value": 1}]}, "refreshers[0].month", "must be at least 1, got 0"),
    (
        {"refreshers": [{"year": 1, "value": 1, "cash_share": 25}]},
        "refreshers[0].cash_share",
        "must be at most 1, got 25. Did you mean 25%?",
    ),
    # refresher plans
    ({"refresher_plan": {}}, "refresher_plan.annual_value", "is missing"),
    ({"refresher_plan": []}, "refresher_plan", "must be a group of fields, got a list"),
    ({"refresher_plan": {"annual_value": -1}}, "refresher_plan.annual_value", "must not be negative"),
    ({"refresher_plan": {"annual_value": "60K a year"}}, "refresher_plan.annual_value", "must be a number, got '60K a"),
    ({"refresher_plan": {"annual_value": 1, "first_year": 0}}, "refresher_plan.first_year", "must be at least 1"),
    ({"refresher_plan": {"annual_value": 1, "first_year": 9}}, "refresher_plan.first_year", "must be at most 8"),
    ({"refresher_plan": {"annual_value": 1, "cash_share": -0.1}}, "refresher_plan.cash_share", "must not be negative"),
    ({"refresher_plan": {"annual_value": 1, "cash_share": NAN}}, "refresher_plan.cash_share", "must be finite"),
    ({"refresher_plan": {"annual_value": 1, "target_pay": INF}}, "refresher_plan.target_pay", "must be finite"),
    ({"refresher_plan": {"annual_value": 1, "vesting": "metta"}}, "refresher_plan.vesting", "Did you mean 'meta'?"),
    (
        {"refresher_plan": {"annual_value": 1, "vesting": TRANCHES}},
        "refresher_plan.vesting",
        "fractions that sum to 1 (they sum to 1.1)",
    ),
    ({"refresher_plan": {"annual_valu": 1, "annual_value": 1}}, "refresher_plan.annual_valu", "Did you mean"),
    (
        {"refresher_plan": {"annual_value": 1, "calendar_month": 13}, "start_date": "2027-02-01"},
        "refresher_plan.calendar_month",
        "must be at most 12, got 13",
    ),
    (
        {"refresher_plan": {"annual_value": 1, "calendar_month": "March"}, "start_date": "2027-02-01"},
        "refresher_plan.calendar_month",
        "must be a whole number, got 'March'",
    ),
    (
        {"refresher_plan": {"annual_value": 1, "calendar_month": 3}},
        "refresher_plan",
        "needs a start_date for its calendar_month. Add start_date, or remove",
    ),
    (
        {"refresher_plan": {"annual_value": 1, "calendar_month": 3}, "start_date": "soon"},
        "start_date",
        "must be a date with its year",
    ),
    ({"refresher_plan": {"annual_value": 1, "practice": 4}}, "refresher_plan.practice", "must be text, got 4"),
    ({"refresher_plan": {"annual_value": 1, "practice": ["none"]}}, "refresher_plan.practice", "got a list"),
    (
        {"refresher_plan": {"annual_value": 1, "practice": "zzz"}},
        "refresher_plan.practice",
        "one of none, amazon-target",
    ),
    (
        {"refresher_plan": {"annual_value": 1, "practice": "yearly-4-yaer"}},
        "refresher_plan.practice",
        "got 'yearly-4-yaer'. Did you mean 'yearly-4-year'?",
    ),
    ({"refresher_plan": {"practice": "none"}}, "refresher_plan.annual_value", "is missing"),
    (
        {"refresher_plan": {"annual_value": 1, "practice": "amazon-target-pay"}, "start_date": "2027-02-01"},
        "refresher_plan.target_pay",
        "is required with practice amazon-target-pay. Ask the recruiter",
    ),
    (
        {"refresher_plan": {"annual_value": 1, "practice": "yearly-2-year"}},
        "refresher_plan",
        "needs a start_date, because practice yearly-2-year makes grants in a calendar month. Add start_date to",
    ),
    (
        {"refresher_plan": {"annual_value": 1, "practice": "yearly-2-year"}, "start_date": "soon"},
        "start_date",
        "must be a date with its year",
    ),
    (
        {
            "refresher_plan": {"annual_value": 1, "practice": "yearly-4-year", "vesting": "metta"},
            "start_date": "2027-02-01",
        },
        "refresher_plan.vesting",
        "Did you mean 'meta'?",
    ),
    # relocation and benefits
    ({"relocation": 20000}, "relocation", "must be a group of fields, got 20000. Did you mean {value: 20000}?"),
    ({"relocation": "$20k"}, "relocation", "must be a group of fields, got '$20k'. Did you mean {value: 20000}?"),
    ({"posted_base": 175000}, "posted_base", "must be a group of fields, got 175000. Indent its fields under it."),
    ({"posted_base": "120-150k"}, "posted_base", "120-150k could start at 120 or 120k. Type both ends in full"),
    ({"posted_base": {"low": "120k-150k"}}, "posted_base.low", "must be a single amount, got the range '120k-150k'"),
    ({"relocation": {}}, "relocation.value", "is missing"),
    ({"relocation": {"value": -1}}, "relocation.value", "must not be negative"),
    ({"relocation": {"value": 1, "months": 0}}, "relocation.months", "must be at least 1, got 0"),
    ({"relocation": {"value": 1, "months": 61}}, "relocation.months", "must be at most 60, got 61"),
    ({"relocation": {"value": 1, "clawback": "ful"}}, "relocation.clawback", "Did you mean 'full'?"),
    ({"benefits": {"premium": 1}}, "benefits.premium", "Did you mean 'premiums'?"),
    ({"benefits": {"other": "free meals"}}, "benefits.other", "must be a number, got 'free meals'"),
    ({"benefits": {"premiums": -2400}}, "benefits.premiums", "must not be negative"),
    ({"benefits": {"retirement_match": 2e12}}, "benefits.retirement_match", "must be at most 1,000,000,000,000"),
    (
        {"benefits": {"retirement_vesting_months": 121}},
        "benefits.retirement_vesting_months",
        "must be at most 120, got 121",
    ),
    ({"benefits": {"retirement_vesting_months": 1.5}}, "benefits.retirement_vesting_months", "must be a whole number"),
    ({"benefits": {"paid_time_off_days": 261}}, "benefits.paid_time_off_days", "must be at most 260, got 261"),
    ({"benefits": {"paid_time_off_days": True}}, "benefits.paid_time_off_days", "must be a number, got true"),
    # options
    ({"options": {"n_options": 1, "strike": 1}}, "options", "must be a list, got a group of fields"),
    ({"options": [{"strike": 1}]}, "options[0].n_options", "is missing"),
    ({"options": [{"n_options": 1}]}, "options[0].strike", "is missing"),
    ({"options": [{"n_options": 1, "strike": -0.5}]}, "options[0].strike", "must not be negative, got -0.5"),
    ({"options": [{"n_options": -1, "strike": 1}]}, "options[0].n_options", "must not be negative"),
    ({"options": [{"n_options": 1, "strike": 1, "fair_value": 0}]}, "options[0].fair_value", "must be above 0"),
    ({"options": [{"n_options": 1, "strike": 1, "kind": "ISO"}]}, "options[0].kind", "Did you mean 'iso'?"),
    (
        {"options": [{"n_options": 1, "strike": 1, "expires_after_months": 0}]},
        "options[0].expires_after_months",
        "must be at least 1, got 0",
    ),
    (
        {"options": [{"n_options": 1, "strike": 1, "post_termination_months": -3}]},
        "options[0].post_termination_months",
        "must not be negative, got -3",
    ),
    (
        {"options": [{"n_options": 1, "strike": 1, "vesting": TRANCHES}]},
        "options[0].vesting",
        "fractions that sum to 1 (they sum to 1.1)",
    ),
    # startups
    ({"startup": {}}, "startup", "needs fully_diluted_shares or ownership_share. Add one."),
    (
        {"startup": {"fully_diluted_shares": 1e6, "ownership_share": 0.1}},
        "startup",
        "has both fully_diluted_shares and ownership_share. Remove one.",
    ),
    (
        {"startup": {"ownership_share": 0.1}, "options": [{"n_options": 1, "strike": 1}]},
        "startup",
        "has ownership_share, but the offer lists options too. Remove one.",
    ),
    ({"startup": {"fully_diluted_shares": 0}}, "startup.fully_diluted_shares", "must be above 0"),
    ({"startup": {"ownership_share": 0}}, "startup.ownership_share", "must be above 0"),
    ({"startup": {"ownership_share": 2}}, "startup.ownership_share", "must be at most 1, got 2. Did you mean 2%?"),
    ({"startup": {**SHARES, "preference_stack": -1}}, "startup.preference_stack", "must not be negative"),
    (
        {"startup": {**SHARES, "investor_share": 1}},
        "startup.investor_share",
        "must be below 1, got 1. Type a fraction or a percentage",
    ),
    ({"startup": {**SHARES, "exit_month": 241}}, "startup.exit_month", "must be at most 240, got 241"),
    ({"startup": {**SHARES, "acceleration": "dual"}}, "startup.acceleration", "must be one of none, single, double"),
    (
        {"startup": {**SHARES, "rounds": [{"month": 6, "dilution_rate": 20}]}},
        "startup.rounds[0].dilution_rate",
        "must be below 1, got 20. Did you mean 20%?",
    ),
    (
        {"startup": {**SHARES, "rounds": [{"month": 6, "dilution_rate": 0.2}, {"month": 6, "dilution_rate": 0.1}]}},
        "startup.rounds",
        "must have months in increasing order, got 6 before 6. Sort them",
    ),
    (
        {"startup": {**SHARES, "exits": [{"value": 0, "chance": 0.6}, {"value": 5, "chance": 0.3}]}},
        "startup.exits",
        "must have chances that sum to 1, got 0.9. Change them; failure is an exit with value 0.",
    ),
    (
        {"startup": {**SHARES, "exits": [{"value": 5e6, "chance": 0.5}, {"value": 5e6, "chance": 0.5}]}},
        "startup.exits",
        "must list each value once, got 5,000,000 twice. Merge them into one exit.",
    ),
    (
        {"startup": {**SHARES, "exits": [{"value": 5, "chance": 60}]}},
        "startup.exits[0].chance",
        "must be at most 1, got 60. Did you mean 60%?",
    ),
    ({"startup": {**SHARES, "exits": [{"value": -5, "chance": 1}]}}, "startup.exits[0].value", "must not be negative"),
    ({"startup": {**SHARES, "exits": [None]}}, "startup.exits[0]", "must be a group of fields, got nothing"),
    ({"posted_base": {"low": 2, "high": 1}}, "posted_base", "has low 2 above high 1. Swap them."),
    ({"market": [{"measure": "rsu", "p50": 1}]}, "market[0].measure", "Did you mean 'rsu_4yr'?"),
    ({"market": [{"measure": "rsu_4yr", "p25": 2, "p75": 1}]}, "market[0]", "in increasing order"),
    # ids
    (
        {"id": "../x"},
        "id",
        "must be 1 to 64 lowercase letters, digits, or hyphens, starting with a letter or digit, got '../x'",
    ),
    ({"id": "golden"}, "id", "can't be 'golden'"),
    ({"id": ""}, "id", "must be 1 to 64"),
    ({"id": "a" * 65}, "id", "must be 1 to 64"),
    ({"id": "Amazon L6"}, "id", "got 'Amazon L6'. It names the report's folder. Did you mean 'amazon-l6'?"),
    ({"id": "-a"}, "id", "starting with a letter or digit"),
    ({"id": "one\n"}, "id", "got 'one\\n'"),
    ({"id": "\u0661"}, "id", "must be 1 to 64"),
    ({"id": 7}, "id", "must be text, got 7. Put it in quotes."),
    # closed lists
    ({"location": "Seatle"}, "location", "must be a place we know, got 'Seatle'. Did you mean 'Seattle'? "),
    ({"location": "Seatle"}, "location", "`compkit data places` lists all. "),
    ({"location": "Spokane, WA"}, "location", "got 'Spokane, WA'. Nearest: Kirkland, WA; "),
    ({"location": "Portland, ME"}, "location", "got 'Portland, ME'. We have no tax model for Maine. "),
    ({"location": ["Seattle"]}, "location", "must be text, got a list. Type a single text."),
    ({"residence": "Remote"}, "residence", "must be the city where you live, not Remote"),
    ({"guide_level": "L5"}, "guide_level", "must be one of L6, L7, got 'L5'."),
    ({"company_type": "Faang"}, "company_type", "must be one of FAANG, Tier 1 Tech, AI-First Startups"),
    (
        {"equity": [{"value": 1, "vesting": "amzn"}]},
        "equity[0].vesting",
        "Nearest: amazon, meta, apple. `compkit data schedules` lists",
    ),
    ({"role": {"specialization": "LLM"}}, "role.specialization", "must be one of Generative AI/LLMs"),
    ({"role": {"skills": ["MLOps"]}}, "role.skills[0]", "must be one of LLM/GenAI experience"),
    ({"scores": {"risk": {"Manager": 5}}}, "scores.risk.Manager", "Did you mean 'Manager Quality'?"),
    ({"status": "signed"}, "status", "must be one of written, verbal, in-process"),
    ({"candidate_type": "extern"}, "candidate_type", "Did you mean 'external'?"),
    # schedules of one's own
    ({"equity": [{"value": 1, "vesting": TRANCHES}]}, "equity[0].vesting", "fractions that sum to 1 (they sum to 1.1)"),
    ({"equity": [{"value": 1, "vesting": []}]}, "equity[0].vesting", "must have at least one tranche"),
    (
        {"equity": [{"value": 1, "vesting": [{"month": 24, "fraction": 0.5}, {"month": 12, "fraction": 0.5}]}]},
        "equity[0].vesting",
        "must have months in increasing order",
    ),
    (
        {"equity": [{"value": 1, "vesting": [{"month": 0, "fraction": 1}]}]},
        "equity[0].vesting[0].month",
        "must be at least 1, got 0",
    ),
    # days
    ({"start_date": "2027-02-30"}, "start_date", "must be a date that exists, got 2027-02-30"),
    ({"start_date": "01/02/2027"}, "start_date", "01/02/2027 could be 2027-02-01 or 2027-01-02. Type the one you"),
    ({"start_date": "3.1.2026"}, "start_date", "3.1.2026 could be 2026-03-01 or 2026-01-03."),
    ({"start_date": "3/1/26"}, "start_date", "must be a date with its year"),
    ({"start_date": "2/30/2027"}, "start_date", "must be a date that exists, got 2/30/2027"),
    ({"start_date": 20270201}, "start_date", "must be a date with its year"),
    ({"deadline": "1066-10-14"}, "deadline", "must be between 1990-01-01 and 2100-12-31"),
    # scores and signals
    ({"scores": {"risk": {"Manager Quality": 11}}}, "scores.risk.Manager Quality", "must be at most 10, got 11"),
    ({"scores": {"risk": {"Manager Quality": 0}}}, "scores.risk.Manager Quality", "must be at least 1, got 0"),
    ({"scores": {"risk": {"Manager Quality": 7.5}}}, "scores.risk.Manager Quality", "must be a whole number"),
    ({"scores": {"decision": {"Manager rapport": 6}}}, "scores.decision.Manager rapport", "must be at most 5"),
    ({"signals": {"downlevel": "no"}}, "signals.downlevel", "must be true or false, got 'no'. Did you mean false?"),
    ({"signals": {"team_attrition_rate": 30}}, "signals.team_attrition_rate", "Did you mean 30%?"),
    # texts
    ({"company": ""}, "company", "must not be empty"),
    ({"company": "x" * 301}, "company", "must have at most 300 characters"),
    ({"company": "Evil\u202eCorp"}, "company", "can't contain the control character U+202E"),
    ({"company": "A\u2028B"}, "company", "can't contain the control character U+2028"),
    ({"company": "A\nB"}, "company", "can't contain the control character U+000A"),
    ({"level": 6.5}, "level", "must be text, got 6.5"),
    ({"level": False}, "level", "must be text, got false"),
    ({"contact": "Avery"}, "contact", "must be a group of fields, got 'Avery'"),
    # what does not fit the rest of the file
    ({"currency": "EUR"}, "currency", "is 'EUR', but rates has no value for it"),
    ({"currency": "euro"}, "currency", "must be a code of three capital letters"),
    ({"location": "Remote"}, "residence", "is needed for a Remote job"),
    ({"candidate": "me"}, "candidate", "names someone, but the file has no `candidates:`"),
]


@pytest.mark.parametrize(
    ("fields", "field", "message"), FIELD_CASES, ids=[f"{c[1]}-{n}" for n, c in enumerate(FIELD_CASES)]
)
def test_a_fault_in_a_field(tmp_path: Path, fields: dict[str, Any], field: str, message: str) -> None:
    fault = only(faults_of_document(tmp_path, with_base(**fields)))
    fit_id = "id" not in fields or (isinstance(fields["id"], str) and fields["id"].isprintable() and fields["id"])
    where = f"offer '{fields.get('id', 'one')}'" if fit_id else "offer 1"
    assert (fault.where, fault.field) == (where, field)
    assert message in fault.message


ENVELOPE_CASES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"schema": "compkit/offers@2"}, "", "schema", "must be one of compkit/offers@1"),
    ({"schema_id": "compkit/offers@1"}, "", "schema_id", "is not a known field"),
    ({"candidat": {}}, "", "candidat", "Did you mean 'candidate'?"),
    ({"offers": []}, "", "offers", "must have at least one item"),
    ({"offers": {"id": "one"}}, "", "offers", "must be a list, got a group of fields"),
    ({"offers": None}, "", "offers", "is missing"),
    ({"offers": ["one"]}, "offer 1", "", "must be a group of fields, got 'one'"),
    ({"rates": {"EUR": 0}}, "", "rates.EUR", "must be above 0"),
    ({"rates": {"euro": 1.1}}, "", "rates.euro", "must be a code of three capital letters"),
    ({"rates": {"USD": 1.2}}, "", "rates", "can't have a USD rate other than 1"),
    ({"candidate": {"name": 5}}, "candidate", "name", "must be text, got 5"),
    ({"candidate": {"filing_status": "maried"}}, "candidate", "filing_status", "must be one of single, married_joint"),
    ({"candidate": {"residence": "Remote"}}, "candidate", "residence", "must be the city where you live"),
    ({"candidate": {"current": {"base_salary": -1}}}, "candidate", "current.base_salary", "must not be negative"),
    (
        {"candidate": {"current": {"base_salary": 1, "annual_equity": 1, "vests": []}}},
        "candidate",
        "current",
        "has vests as well as annual_equity or unvested_equity",
    ),
    (
        {"candidate": {"walk_away": {"risk_premum": 1}}},
        "candidate",
        "walk_away.risk_premum",
        "Did you mean 'risk_premium'?",
    ),
    ({"candidate": {}, "candidates": {}}, "", "candidates", "can't be combined with candidate"),
    ({"candidates": {"me": {}}}, "offer 'one'", "candidate", "must say whose offer it is: one of me."),
    (
        {"candidates": {"me": {}}, "offers": [{**BASE, "candidate": "em"}]},
        "offer 'one'",
        "candidate",
        "must be one of me, got 'em'",
    ),
    (
        {"candidates": {"me": {"residense": 1}}, "offers": [{**BASE, "candidate": "me"}]},
        "candidate 'me'",
        "residense",
        "Did you mean 'residence'?",
    ),
]


@pytest.mark.parametrize(("fields", "where", "field", "message"), ENVELOPE_CASES)
def test_a_fault_around_the_offers(
    tmp_path: Path, fields: dict[str, Any], where: str, field: str, message: str
) -> None:
    fault = only(faults_of_document(tmp_path, {**with_base(), **fields}))
    assert (fault.where, fault.field) == (where, field)
    assert message in fault.message


def test_ten_faults_come_at_once(tmp_path: Path) -> None:
    document = {
        "schemas": 1,
        "rates": {"GBP": -1},
        "offers": [
            {"id": "one", "company": "", "level": "L6", "location": "Paris", "base_salary": -5, "levels": 1},
            {"id": "two", "company": "A", "level": "L6", "location": "Austin", "currency": "CHF", "base_salary": "9 -"},
            {"id": "one", "company": "A", "level": "L6", "location": "Austin"},
        ],
    }
    found = {(fault.where, fault.field) for fault in faults_of_document(tmp_path, document)}
    assert found == {
        ("", "schemas"),
        ("", "rates.GBP"),
        ("offer 'one'", "company"),
        ("offer 'one'", "location"),
        ("offer 'one'", "base_salary"),
        ("offer 'one'", "levels"),
        ("offer 'two'", "currency"),
        ("offer 'two'", "base_salary"),
        ("offer 'one'", "id"),
    }
    assert len(faults_of_document(tmp_path, document)) == 10  # the third offer has no base_salary either


def test_faults_of_every_group_come_at_once(tmp_path: Path) -> None:
    fields = {
        "refresher_plan": {"annual_value": 1, "calendar_month": 3},
        "options": [{"n_options": 1, "strike": 1}],
        "startup": {"ownership_share": 0.1},
        "relocation": {"value": -1},
        "benefits": {"premiums": -1},
        "sign_on": [1, 2, 3, 4, 5],
    }
    found = [fault.field for fault in faults_of_document(tmp_path, with_base(**fields))]
    assert found == ["sign_on", "refresher_plan", "startup", "relocation.value", "benefits.premiums"]


def test_all_that_a_practice_asks_for_comes_at_once(tmp_path: Path) -> None:
    plan = {"practice": "amazon-target-pay", "annual_value": -1, "first_year": 9}
    found = [fault.field for fault in faults_of_document(tmp_path, with_base(refresher_plan=plan, sign_on=5))]
    names = ("annual_value", "first_year", "target_pay")
    assert found == ["sign_on", *(f"refresher_plan.{name}" for name in names), "refresher_plan"]


@pytest.mark.parametrize(
    "text", ["\u202eiso", "a\x07", "<script>", "=cmd()", "x" * 5000, "", "\u2028", "'; --", "\ud7ff"]
)
def test_hostile_text_in_a_group_is_refused_on_one_line(tmp_path: Path, text: str) -> None:
    fields = {
        "refresher_plan": {"practice": text, "annual_value": text, "vesting": text},
        "options": [{"n_options": text, "strike": text, "kind": text, text or "-": 1}],
        "startup": {"exits": text, "acceleration": text, "rounds": [{"month": text, "dilution_rate": text}]},
        "relocation": {"value": 1, "clawback": text},
        "benefits": text,
    }
    faults = faults_of_text(tmp_path, json.dumps(with_base(**fields)), "offers.json")
    assert len(faults) == 13
    for fault in faults:
        assert str(fault).isprintable()
        assert len(str(fault)) < 900


def test_an_id_twice_in_one_file(tmp_path: Path) -> None:
    fault = only(faults_of_document(tmp_path, {"offers": [BASE, {**BASE, "company": "Other"}]}))
    assert (fault.where, fault.field) == ("offer 'one'", "id")
    assert fault.message == "is already used above. Choose another."


def test_an_id_in_two_files(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    for path in (first, second):
        path.write_text(json.dumps(with_base()))
    reading = read_offers([first, second])
    fault = only(list(reading.faults))
    assert (fault.file, fault.where, fault.field) == (str(second), "offer 'one'", "id")
    assert f"is already used in {first}" in fault.message
    assert reading.ids == ["one"]


def test_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- 1\n")
    (tmp_path / "b.json").write_text("{")
    with pytest.raises(InputError) as caught:
        load_offers(tmp_path / "a.yaml", tmp_path / "b.json", tmp_path / "c.csv")
    assert [Path(fault.file).name for fault in caught.value.faults] == ["a.yaml", "b.json", "c.csv"]


FILE_CASES: list[tuple[str, str | bytes, str]] = [
    ("e.yaml", "", "is empty"),
    ("e.json", "", "is empty"),
    ("e.csv", "", "is empty"),
    ("e.xlsx", "", "is empty"),
    ("c.yaml", "# only this\n\n# and this\n", "has only comments"),
    ("s.csv", "\n,,\n", "has no rows"),
    ("t.txt", "offers:", "must end in .yaml, .yml, .json, .csv, .xlsx, got '.txt'"),
    ("noending", "offers:", "must end in .yaml, .yml, .json, .csv, .xlsx, got no extension"),
    ("b.yaml", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a binary file"),
    ("b.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "can't be read as an XLSX workbook"),
    ("l.yaml", "[1, 2]\n", "must have `offers:` at the top, got a list"),
    ("l.json", "[]", "must have `offers:` at the top, got a list"),
    ("x.yaml", "just text\n", "got text"),
    ("n.json", "null", "got nothing"),
    # encodings
    ("u.yaml", codecs.BOM_UTF16_LE + b"a", "is not valid UTF-16 (line 1, byte 3). Save it as UTF-8."),
    ("v.csv", codecs.BOM_UTF32_LE + HEADER.encode("utf-32-le"), "is in UTF-32. Save it as UTF-8."),
    ("u.json", '{"offers": []}'.encode("utf-16-le"), "is a binary file"),
    ("a.yaml", "# a\n# Münster\n".encode("latin-1"), "is not valid UTF-8 (line 2, byte 8)"),
    ("a.csv", f"{HEADER}\none,Zürich,L6,Seattle,1\n".encode("latin-1"), "is not valid UTF-8 (line 2"),
    ("k.yaml", "a: 1\nb: \x1b[31m\n", "has a control character, U+001B, in line 2"),
    ("k.csv", f"{HEADER}\none,A\x07,L6,Seattle,1\n", "has a control character, U+0007, in line 2"),
    # YAML
    ("i.yaml", "offers:\n  - id: [one\n", "is not valid YAML: line 3"),
    ("t.yaml", "offers:\n\t- id: one\n", "is not valid YAML: line 2"),
    ("m.yaml", "a: 1\n---\nb: 2\n", "is not valid YAML: line 2"),
    ("d.yaml", f"{LINES}    base_salary: 1\n    base_salary: 2\n", "line 7 repeats 'base_salary'"),
    ("q.yaml", f"{LINES}    base_salary: 1\n    'level': L7\n", "line 7 repeats 'level'"),
    ("p.yaml", "a: !!python/object/apply:os.system ['true']\n", "uses the tag 'tag:yaml.org,2002:python/object"),
    ("f.yaml", "a: !!float abc\n", "uses the tag"),
    ("y.yaml", "a: !mine 1\n", "uses the tag '!mine' in line 1"),
    ("z.yaml", "a: &a [*a]\n", "is too large once its aliases"),
    ("w.yaml", "a: &a {b: *a}\n", "is too large once its aliases"),
    ("v.yaml", "a: *nobody\n", "is not valid YAML: line 1"),
    ("g.yaml", f"a: {'9' * 5000}\n", "has a number with 5,000 digits"),
    ("h.yaml", "a: " + "[" * 100_000 + "]" * 100_000, "is nested more than 30 levels deep"),
    ("j.yaml", "- " * 100_000 + "1", "is nested more than 30 levels deep"),
    ("o.yaml", "{a: " * 100_000, "is nested more than 30 levels deep"),
    ("r.yaml", "? " * 100_000, "is nested more than 30 levels deep"),
    # JSON
    ("i.json", '{"offers": [}', "is not valid JSON: line 1, column 13"),
    ("d.json", '{"offers": [], "offers": []}', "has 'offers' twice in one object"),
    ("g.json", f'{{"a": {"9" * 5000}}}', "has a number with 5,000 digits"),
    ("h.json", "[" * 100_000 + "]" * 100_000, "is nested more than 30 levels deep"),
    ("j.json", '{"a":' * 100_000 + "1" + "}" * 100_000, "is nested more than 30 levels deep"),
    ("k.json", '{"a": ' + "[" * 500 + "]" * 500 + "}", "is nested more than 30 levels deep"),
    ("s.json", '{"offers": [], "a": "\\ud800"}', "has an invalid character"),
    # CSV
    ("q.csv", f'{HEADER}\none,"Amazon,L6,Seattle,1\n', "is not valid CSV"),
    ("o.csv", f"{HEADER}\n", "has no offers below the column names"),
    ("w.csv", f"{HEADER}\n" + "," * 1_000_001, "has more than 1,000,000 cells"),
    ("r.csv", f"{HEADER}\n" + ROW + "\n" * 3 + "\n".join([ROW] * 200_000), "has more than 1,000,000 cells"),
]


@pytest.mark.parametrize(("name", "data", "message"), FILE_CASES, ids=[case[0] for case in FILE_CASES])
def test_a_file_that_is_refused_whole(tmp_path: Path, name: str, data: str | bytes, message: str) -> None:
    fault = only(faults_of_text(tmp_path, data, name))
    assert (fault.where, fault.field) == ("", "")
    assert message in fault.message


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()
    assert "is a folder" in only(faults_of(tmp_path / "folder.yaml")).message
    assert "does not exist" in only(faults_of(tmp_path / "none.yaml")).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert "is not a regular file" in only(faults_of(tmp_path / "pipe.yaml")).message


@pytest.mark.parametrize("ending", ["yaml", "json", "csv", "xlsx"])
def test_a_file_of_100_mb_is_not_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"big.{ending}"
    with path.open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert "is 100 MB, and the limit is 20 MB" in only(faults_of(path)).message


def test_aliases_that_explode(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 25)]
    assert "is too large once its aliases" in only(faults_of_text(tmp_path, "\n".join(lines))).message


def test_aliases_that_nest_deeply(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 1000))]
    assert "is nested more than 30 levels deep" in only(faults_of_text(tmp_path, "\n".join(lines))).message


@pytest.mark.parametrize("typed", ["0175000", "0o17", "0x2af8", "1:30:00", "1_75", "2027-01-01"])
def test_numbers_that_yaml_would_reinterpret_are_refused(tmp_path: Path, typed: str) -> None:
    fault = only(faults_of_text(tmp_path, f"{LINES}    base_salary: {typed}\n"))
    assert (fault.where, fault.field) == ("offer 'one'", "base_salary")
    assert typed in fault.message


@pytest.mark.parametrize("typed", [".inf", "-.inf", "1e999", ".nan"])
def test_yaml_numbers_that_are_not_finite(tmp_path: Path, typed: str) -> None:
    fault = only(faults_of_text(tmp_path, f"{LINES}    base_salary: {typed}\n"))
    assert fault.field == "base_salary"
    assert "must be finite" in fault.message


def test_json_constants_are_not_amounts(tmp_path: Path) -> None:
    for constant in ("NaN", "Infinity", "-Infinity"):
        text = json.dumps(with_base()).replace("175000", constant)
        fault = only(faults_of_text(tmp_path, text, "offers.json"))
        assert (fault.where, fault.field) == ("offer 'one'", "base_salary")
        assert "must be finite" in fault.message


def test_keys_that_are_no_names(tmp_path: Path) -> None:
    for key in ("1", "true", "null", "1.5", "? [a]", "? {a: b}"):
        faults = faults_of_text(tmp_path, f"{key} : x\noffers: []\n")
        assert faults


def test_keys_of_hostile_text_do_not_reach_the_terminal(tmp_path: Path) -> None:
    document = {**with_base(), "\u202eevil": 1, "x" * 5000: 2}
    for fault in faults_of_document(tmp_path, document):
        assert str(fault).isprintable()
        assert len(str(fault)) < 800


# Sheets


def workbook(change: Callable[[Any], None] = lambda _: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "offers"
    for row in (HEADER.split(","), [*ROW.split(",")[:-1], 175000]):
        sheet.append(row)
    change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


SHEET_CASES: list[tuple[str, str, str, str]] = [
    ("id,company,level,location\none,A,L6,Seattle\n", "first row", "", "has no column 'base_salary'. Add it."),
    (f"{HEADER},\n{ROW},5\n", "row 2", "", "has more cells than column names"),
    (f"{HEADER},base_salry\n{ROW},\n", "first row", "column 'base_salry'", "Did you mean 'base_salary'?"),
    (f"{HEADER},level\n{ROW},L7\n", "first row", "", "has the column 'level' twice"),
    (f"id,,{HEADER[3:]}\none,x,{ROW[4:]}\n", "first row", "", "has no name for column 2"),
    (f"{HEADER}\n{ROW},extra\n", "row 2", "", "has more cells than column names"),
    (f'{HEADER}\none,A,L6,Seattle,"175,0"\n', "offer 'one'", "base_salary", "175,0 could be 175 or 1750."),
    (f"{HEADER}\none,A,L6,Seattle,80.000\n", "offer 'one'", "base_salary", "80.000 could be 80 or 80000."),
    (f"{HEADER},bonus_target_rate\n{ROW},150\n", "offer 'one'", "bonus_target_rate", "must be at most 100, got 150."),
    (f"{HEADER}\none,A,L6,Seattle,NaN\n", "offer 'one'", "base_salary", "must be a number, got 'NaN'"),
    (f"{HEADER}\none,A,L6,Seattle,-1\n", "offer 'one'", "base_salary", "must not be negative"),
    (f"{HEADER}\none,A,L6,Seattle,1e999\n", "offer 'one'", "base_salary", "must be finite"),
    (f"{HEADER}\none,A,L6,Seatle,1\n", "offer 'one'", "location", "Did you mean 'Seattle'?"),
    (f"{HEADER}\n\n\n,A,L6,Seattle,1\n", "row 4", "id", "is missing"),
    (f"{HEADER},sign_on_y2\n{ROW},x\n", "offer 'one'", "sign_on_y2", "must be a number, got 'x'"),
    (f"{HEADER},vesting\n{ROW},amazon\n", "offer 'one'", "equity_value", "needs value or units"),
    (f"{HEADER},equity_value,vesting\n{ROW},1,amzn\n", "offer 'one'", "vesting", "Nearest: amazon"),
    (f"{HEADER},equity_value,grant_price\n{ROW},1,0\n", "offer 'one'", "grant_price", "must be above 0"),
    (f"{HEADER},sign_on_paid\n{ROW},weekly\n", "offer 'one'", "sign_on_paid", "must be one of lump, monthly"),
    (f"{HEADER},ai_ml\n{ROW},maybe\n", "offer 'one'", "ai_ml", "must be true or false, got 'maybe'"),
    (f"{HEADER},specialization\n{ROW},LLM\n", "offer 'one'", "specialization", "must be one of"),
    (f"{HEADER},start_date\n{ROW},2027-02-30\n", "offer 'one'", "start_date", "must be a date that exists"),
    (f"{HEADER},currency\n{ROW},EUR\n", "offer 'one'", "currency", "rates has no value for it"),
    (f"{HEADER.replace('location', 'location')}\none,A,L6,Remote,1\n", "offer 'one'", "residence", "is needed"),
    (f"{HEADER}\none,A\u202eB,L6,Seattle,1\n", "offer 'one'", "company", "can't contain the control character U+202E"),
    (f"{HEADER},candidate\n{ROW},me\ntwo,A,L6,Seattle,1,\n", "offer 'two'", "candidate", "must say whose offer"),
]


@pytest.mark.parametrize(("text", "where", "field", "message"), SHEET_CASES)
def test_a_fault_in_a_csv_file(tmp_path: Path, text: str, where: str, field: str, message: str) -> None:
    fault = only(faults_of_text(tmp_path, text, "offers.csv"))
    assert (fault.where, fault.field) == (where, field)
    assert message in fault.message


def merge_header(book: Any) -> None:
    book.active.merge_cells("A1:B1")


def merge_everything(book: Any) -> None:
    book.active.merged_cells.add("A1:XFD1048576")


def put_formula(book: Any) -> None:
    book.active["E2"] = "=100000+75000"


def put_error(book: Any) -> None:
    book.active["B2"] = "#N/A"


def put_last_cell(book: Any) -> None:
    book.active["XFD1048576"] = 1


def put_serial_day(book: Any) -> None:
    book.active["F1"], book.active["F2"] = "start_date", 46419


def put_truth(book: Any) -> None:
    book.active["B2"] = True


def drop_column(book: Any) -> None:
    book.active.delete_cols(5)


def candidates_twice(book: Any) -> None:
    book.active["F1"], book.active["F2"] = "candidate", "me"
    for row in (["id"], ["me"], ["me"]):
        book.create_sheet("candidates") if "candidates" not in book.sheetnames else None
        book["candidates"].append(row)


def candidate_negative(book: Any) -> None:
    book.active["F1"], book.active["F2"] = "candidate", "me"
    book.create_sheet("candidates")
    for row in (["id", "base_salary"], ["me", -5]):
        book["candidates"].append(row)


XLSX_CASES: list[tuple[Callable[[Any], None], str, str, str]] = [
    (merge_header, "", "", "sheet 'offers' has merged cells (A1:B1). Unmerge them."),
    (merge_everything, "", "", "has merged cells (A1:XFD1048576)"),
    (put_formula, "sheet 'offers'", "cell E2", "has a formula"),
    (put_error, "sheet 'offers'", "cell B2", "has the error #N/A"),
    (put_last_cell, "", "", "has more than 1,000,000 cells"),
    (
        put_serial_day,
        "offer 'one'",
        "start_date",
        "must be a date with its year, such as 2027-02-01 or Feb 1, 2027, got '46419'",
    ),
    (put_truth, "offer 'one'", "company", "must be text, got true"),
    (drop_column, "sheet 'offers', first row", "", "has no column 'base_salary'"),
    (candidates_twice, "sheet 'candidates', row 3", "id", "is already used: 'me'"),
    (candidate_negative, "candidate 'me'", "base_salary", "must not be negative"),
]


@pytest.mark.parametrize(("change", "where", "field", "message"), XLSX_CASES, ids=lambda c: getattr(c, "__name__", ""))
def test_a_fault_in_a_workbook(
    tmp_path: Path, change: Callable[[Any], None], where: str, field: str, message: str
) -> None:
    fault = only(faults_of_text(tmp_path, workbook(change), "offers.xlsx"))
    assert (fault.where, fault.field) == (where, field)
    assert message in fault.message


def test_damaged_workbooks(tmp_path: Path) -> None:
    whole = workbook()
    half = whole[: len(whole) // 2]
    turned = bytearray(whole)
    for position in range(200, len(turned), 97):
        turned[position] ^= 0xFF
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("nothing.txt", "x")
    for data in (half, bytes(turned), empty.getvalue(), b"PK\x03\x04"):
        assert "can't be read as an XLSX workbook" in only(faults_of_text(tmp_path, data, "offers.xlsx")).message


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("big", "w", force_zip64=True) as big,
    ):
        for _ in range(101):
            big.write(bytes(1024 * 1024))
    assert "unpacks to more than 100 MB" in only(faults_of_text(tmp_path, packed.getvalue(), "offers.xlsx")).message


# Whatever comes: a reader raises InputError or nothing.


@pytest.mark.parametrize("ending", [".yaml", ".json", ".csv", ".xlsx"])
@FUZZ
@given(data=st.binary(max_size=300))
def test_random_bytes(tmp_path: Path, ending: str, data: bytes) -> None:
    assert faults_of_text(tmp_path, data, f"offers{ending}")


@pytest.mark.parametrize("ending", [".yaml", ".json", ".csv"])
@FUZZ
@given(text=st.text(alphabet="[]{}:,-?&*!|>'\"%@#\\ \n\tab01.eE~<=\ud7ff\u202e\x85", max_size=60))
def test_random_punctuation(tmp_path: Path, ending: str, text: str) -> None:
    assert faults_of_text(tmp_path, text, f"offers{ending}")


@pytest.mark.parametrize("name", ["sample.yaml", "sample.csv"])
@FUZZ
@given(cut=st.integers(0, 2000), length=st.integers(0, 30), put=st.sampled_from(["", ": ", "- ", "{", "]", "\n", "&a ",
       "*a", "<<: ", "'", '"', "|", "#", "? ", "~", ".nan", "\t", ",", ",,", "\u202e"]))  # fmt: skip
def test_a_sample_with_a_part_replaced(tmp_path: Path, name: str, cut: int, length: int, put: str) -> None:
    text = (Path(__file__).resolve().parents[2] / "data" / "offers" / name).read_text(encoding="utf-8")
    for fault in faults_of_text(tmp_path, text[:cut] + put + text[cut + length :], name):
        assert str(fault).isprintable()


@FUZZ
@given(position=st.integers(0, 5000), byte=st.integers(0, 255))
def test_a_workbook_with_one_byte_changed(tmp_path: Path, position: int, byte: int) -> None:
    data = bytearray(WORKBOOK)
    data[position % len(data)] = byte
    faults_of_text(tmp_path, bytes(data), "offers.xlsx")


WORKBOOK = workbook()
FIELD_NAMES = st.sampled_from(
    ["schema", "rates", "candidate", "candidates", "offers", "id", "company", "level", "location", "residence",
     "currency", "base_salary", "sign_on", "sign_on_paid", "equity", "value", "units", "vesting", "month", "fraction",
     "refreshers", "quoted", "market", "measure", "role", "skills", "scores", "risk", "signals", "name", "tranches",
     "refresher_plan", "annual_value", "target_pay", "calendar_month", "cash_share", "practice", "options", "n_options",
     "strike",
     "startup", "rounds", "exits", "chance", "ownership_share", "fully_diluted_shares", "relocation", "clawback",
     "benefits", "premiums", "year", "current", "vests", "on", "start_date", "EUR", "USD", "Manager Quality", "[key]"]
)  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Remote", "Seattle", "EUR", "amazon", "lump", "L6", "me", "2027-02-30", 10**30, 10**310])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD_NAMES | st.text(max_size=4), inner, max_size=5),
    max_leaves=15,
)
DOCUMENTS = st.fixed_dictionaries(
    {
        "offers": st.lists(
            st.dictionaries(FIELD_NAMES, VALUES, max_size=4).map(lambda more: {**BASE, **more}), max_size=2
        )
    },
    optional={"candidate": VALUES, "candidates": VALUES, "rates": VALUES, "schema": VALUES},
)


@FUZZ
@given(document=DOCUMENTS | VALUES)
def test_random_documents(tmp_path: Path, document: object) -> None:
    faults_of_text(tmp_path, json.dumps(document), "offers.json")
    faults_of_text(tmp_path, yaml.safe_dump(document), "offers.yaml")
