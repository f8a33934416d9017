"""What an offers file names by a row of a table: filled in before the model checks the offer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compkit.model.equity import NO_REFRESHERS, RefresherPractice


def with_practice(raw: object, practices: Mapping[str, RefresherPractice]) -> object:
    """Return an offer's plain values with what its refresher plan leaves out to the practice that it names.

    Parameters
    ----------
    raw : object
        As read; whatever is no offer, plan or practice is left to the model's own rules.
    practices : mapping of str to RefresherPractice
        The practices of data/.

    Examples
    --------
    >>> practice = RefresherPractice("spring", "", 2, 3, "even-4-year", False, "kit", "2026-11-23", "")
    >>> with_practice({"refresher_plan": {"practice": "spring", "calendar_month": 5}}, {"spring": practice})
    {'refresher_plan': {'first_year': 2, 'calendar_month': 5, 'vesting': 'even-4-year', 'practice': 'spring'}}
    """
    plan, practice = _plan_of(raw), _practice_of(raw, practices)
    if not isinstance(raw, dict) or practice is None:
        return raw
    told = {name: value for name, value in plan.items() if value is not None or name not in practice.fields}
    return {**raw, "refresher_plan": {**practice.fields, **told}}


def practice_faults(raw: object, practices: Mapping[str, RefresherPractice]) -> list[tuple[str, str]]:
    """Return the field and the message where a plan's practice needs a start date that the offer does not give."""
    plan, practice = _plan_of(raw), _practice_of(raw, practices)
    if (
        not isinstance(raw, dict)
        or practice is None
        or practice.name == NO_REFRESHERS
        or raw.get("start_date") is not None
    ):
        return []
    if plan.get("calendar_month") is None and practice.calendar_month is None:
        return []
    rule = (
        f"must have a start_date: with practice {practice.name} grants are made in a calendar month. "
        "Add start_date to the offer, or remove practice."
    )
    return [("refresher_plan", rule)]


def _plan_of(raw: object) -> Mapping[Any, Any]:
    plan = raw.get("refresher_plan") if isinstance(raw, dict) else None
    return plan if isinstance(plan, dict) else {}


def _practice_of(raw: object, practices: Mapping[str, RefresherPractice]) -> RefresherPractice | None:
    name = _plan_of(raw).get("practice")
    return practices.get(name) if isinstance(name, str) else None
