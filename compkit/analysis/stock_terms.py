"""What an offer's stock rests on: its vesting schedules and refresher practice, and the stock that a transfer keeps."""

from __future__ import annotations

from compkit.model import Offer, RefresherPractice
from compkit.pay import Valuation
from compkit.reference import Tables


def unverified_schedules(offer: Offer, tables: Tables) -> list[str]:
    """Vesting schedules of an offer that no document of their company confirms."""
    return [name for name in offer.schedules_used if not tables.schedules[name].is_verified]


def refresher_practice(offer: Offer, tables: Tables) -> RefresherPractice | None:
    """Practice behind an offer's expected refreshers, if its plan names one that makes grants."""
    plan = offer.refresher_plan
    return tables.practices[plan.practice] if plan and plan.practice and plan.makes_grants else None


def kept_stock(offer: Offer, staying: Valuation | None) -> float:
    """Stock of the current job that an internal transfer keeps, over the years of `staying` [USD]; in no total."""
    job = staying if offer.candidate_type == "internal" else None
    return float(job.by_year["equity"].sum()) if job else 0.0
