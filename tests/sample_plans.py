"""Negotiation plans for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from hand_checked import CASES
from hypothesis import strategies as st

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.negotiation.packages import EQUAL_ON
from compkit.negotiation.plan import NegotiationPlan, load_negotiation_plan
from compkit.negotiation.plan_settings import PACKAGES, PlanSettings
from compkit.offers import OfferEntry
from compkit.pay.value import Assumptions
from compkit.reference.letter_texts import load_letter_texts
from compkit.reference.tables import load_tables

OFFERS_FILE = CASES / "plan_offers.yaml"
DAY = dt.date(2026, 11, 22)
TABLES, TEXTS = load_tables(), load_letter_texts()
PLAIN = PlanSettings()


@cache
def sample_plan(offer_id: str, **options: Any) -> NegotiationPlan:
    """Plan of an offer from tests/cases/plan_offers.yaml."""
    return load_negotiation_plan(str(OFFERS_FILE), offer_id, report_date=DAY.isoformat(), **options)


ACME: Mapping[str, Any] = {
    "company": "Acme", "level": "L6", "location": "Austin", "start_date": dt.date(2027, 2, 1), "base_salary": 150_000,
}  # fmt: skip
AMAZON: Mapping[str, Any] = {
    **ACME, "company": "Amazon", "company_type": "FAANG", "location": "Seattle", "base_salary": 175_000,
    "sign_on": [80_000, 60_000], "equity": [{"value": 300_000, "vesting": "amazon"}],
}  # fmt: skip


def plan_for(offer: Offer, settings: PlanSettings = PLAIN, discount_rate: float = 0.0) -> NegotiationPlan:
    """Plan for an offer to an unknown candidate."""
    entry = OfferEntry(offer, Candidate(), 1.0, "drawn")
    evaluation = Evaluation(entry, TABLES, Assumptions(discount_rate=discount_rate), DAY)
    return NegotiationPlan(LocationAnalysis(evaluation), (), settings, TEXTS)


SETTINGS = st.builds(
    PlanSettings,
    package=st.sampled_from(PACKAGES),
    equal_on=st.sampled_from(EQUAL_ON),
    beyond_band=st.booleans(),
    n_steps=st.integers(1, 5),
    stay_rate=st.sampled_from([0.5, 0.8, 1.0]),
)
