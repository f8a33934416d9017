"""What an offer's stock rests on: its vesting schedules and refresher practice."""

from __future__ import annotations

from compkit.model import Offer, RefresherPractice
from compkit.reference import Tables


def unverified_schedules(offer: Offer, tables: Tables) -> list[str]:
    """Vesting schedules of an offer that no document of their company confirms."""
    return [name for name in offer.schedules_used if not tables.schedules[name].is_verified]


def refresher_practice(offer: Offer, tables: Tables) -> RefresherPractice | None:
    """Practice behind an offer's expected refreshers, if its plan names one that makes grants."""
    plan = offer.refresher_plan
    return tables.practices[plan.practice] if plan and plan.practice and plan.makes_grants else None
