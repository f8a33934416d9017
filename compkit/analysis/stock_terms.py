"""What an offer's stock rests on: its vesting schedules and refresher practice, and the stock that a transfer keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compkit.model import Offer, RefresherPractice
from compkit.reference import Tables

if TYPE_CHECKING:
    from compkit.analysis.evaluation import Evaluation


def unverified_schedules(offer: Offer, tables: Tables) -> list[str]:
    """Vesting schedules of an offer that no document of their company confirms."""
    return [name for name in offer.schedules_used if not tables.schedules[name].is_verified]


def refresher_practice(offer: Offer, tables: Tables) -> RefresherPractice | None:
    """Practice behind an offer's expected refreshers, if its plan names one that makes grants."""
    plan = offer.refresher_plan
    return tables.practices[plan.practice] if plan and plan.practice and plan.makes_grants else None


def kept_stock(evaluation: Evaluation) -> float:
    """Stock of the current job that an internal transfer keeps, over the years evaluated [USD]; in no total."""
    job = evaluation.present_job if evaluation.offer.candidate_type == "internal" else None
    return float(job.by_year["equity"].sum()) if job else 0.0
