"""Vesting schedules in an offers file: by name, by tranches, or with the vest days of the year."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from compkit.errors import OutOfRangeError
from compkit.model.fields import Listed, OneOf, Share, TypedInput, require_one
from compkit.periods import date_after, month_of

FRACTION_TOLERANCE = 1e-9
MAX_VEST_MONTH = 120
MAX_MONTHS_ACCRUED = 96
"""How long before the first day a grant may have started vesting [months]."""
REST: Literal["rest"] = "rest"
_A_LEAP_YEAR = 2028

WholeShares = Literal["half-up", "down"]
"""Rounding of cumulative vested shares to whole shares."""

StartMonth = Annotated[int, Field(ge=-MAX_MONTHS_ACCRUED, le=96)]
"""Months from the start date to the grant; below 0, vesting began before the first day."""


class _FractionOrRest:
    """Annotation of a fraction or `rest`; a union would report a wrong value twice."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_rest_or, handler.generate_schema(Share))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"const": REST}]}


def _rest_or(value: object, share: Callable[[object], object]) -> object:
    return REST if value == REST else share(value)


class Tranche(TypedInput):
    """One vest of a schedule in the offers file."""

    month: Annotated[int, Field(ge=1, le=MAX_VEST_MONTH)]
    """Months after the grant."""
    fraction: Annotated[float | Literal["rest"], _FractionOrRest()]
    """The part of the grant that vests then; in the last tranche, `rest` is the remainder."""


def _vest_day(value: str) -> str:
    parts = re.fullmatch(r"(\d\d)-(\d\d)", value)
    try:
        day = dt.date(_A_LEAP_YEAR, int(parts[1]), int(parts[2])) if parts else None
    except ValueError:
        raise ValueError(f"must be a date that exists, got {value}.") from None
    if day is None:
        raise ValueError(f"must be a month and a day written MM-DD, such as 02-15, got {value[:40]!r}.")
    if (day.month, day.day) == (2, 29):
        raise ValueError("can't be 02-29, which most years lack. Use 02-28 or 03-01.")
    return value


VestDay = Annotated[str, AfterValidator(_vest_day), Field(json_schema_extra={"pattern": r"^\d\d-\d\d$"})]
"""A day of every year, written MM-DD."""


class OwnSchedule(TypedInput):
    """A vesting schedule in the offers file: tranches or a known schedule, with rounding and vest days."""

    schedule: Annotated[str, OneOf("schedules")] | None = None
    """A known schedule to start from, instead of tranches."""
    tranches: Listed[Tranche] | None = None
    """The vests, by months after the grant."""
    whole_shares: WholeShares | None = None
    """Rounding to whole shares, when used; if left out, the known schedule's, else half-up."""
    vest_days: Listed[VestDay] = ()
    """Days of the year when the company lets shares vest, written MM-DD; they need a start_date."""

    @field_validator("tranches")
    @classmethod
    def _is_whole(cls, value: tuple[Tranche, ...] | None) -> tuple[Tranche, ...] | None:
        return None if value is None else _check_tranches(value)

    @field_validator("vest_days")
    @classmethod
    def _differ(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({day for day in value if value.count(day) > 1})
        if twice:
            raise ValueError(f"must list each day once, got {' and '.join(twice)} twice. Remove the duplicates.")
        return value

    @model_validator(mode="after")
    def _has_one_form(self) -> OwnSchedule:
        require_one(self, "schedule", "tranches")
        return self


def _form_of_vesting(value: object) -> str:
    if isinstance(value, str):
        return "name"
    return "group" if isinstance(value, dict | OwnSchedule) else "tranches"


VestingRule = str | tuple[Tranche, ...] | OwnSchedule
"""Value of a `vesting` field."""

# The group comes first: messages about unknown keys look at the first model.
Vesting = Annotated[
    Annotated[OwnSchedule, Tag("group")]
    | Annotated[str, OneOf("schedules"), Tag("name")]
    | Annotated[Listed[Tranche], Tag("tranches")],
    Discriminator(_form_of_vesting),
]
"""The name of a schedule, its own tranches, or a group of fields."""


def schedule_name(vesting: VestingRule) -> str | None:
    """Name of a known schedule; None for custom tranches."""
    if isinstance(vesting, OwnSchedule):
        return vesting.schedule
    return vesting if isinstance(vesting, str) else None


def own_tranches(vesting: VestingRule) -> tuple[Tranche, ...]:
    """Return custom tranches; none for a named schedule."""
    if isinstance(vesting, OwnSchedule):
        return vesting.tranches or ()
    return vesting if isinstance(vesting, tuple) else ()


def validate_vesting(value: VestingRule | None) -> VestingRule | None:
    """Validate a `vesting` field: custom tranches must make up a whole schedule."""
    return _check_tranches(value) if isinstance(value, tuple) else value


def _check_tranches(tranches: tuple[Tranche, ...]) -> tuple[Tranche, ...]:
    if any(tranche.fraction == REST for tranche in tranches[:-1]):
        raise ValueError("can have `rest` only in the last tranche. Type a fraction in the others.")
    stated = math.fsum(tranche.fraction for tranche in tranches if tranche.fraction != REST)
    if tranches and tranches[-1].fraction == REST and stated >= 1 - FRACTION_TOLERANCE:
        raise ValueError(f"must leave something for `rest`, but the other fractions sum to {stated:.10g}. Lower them.")
    reason = schedule_fault([t.month for t in tranches], fractions_of(tranches))
    if reason:
        is_short = "sum to" in reason and stated < 1
        hint = " Type `fraction: rest` in the last tranche to give it the remainder." if is_short else ""
        raise ValueError(f"must {reason}.{hint}")
    return tranches


def fractions_of(tranches: Sequence[Tranche]) -> tuple[float, ...]:
    """Fractions of tranches, with `rest` as a number.

    >>> fractions_of([Tranche(month=12, fraction=0.25), Tranche(month=24, fraction="rest")])
    (0.25, 0.75)
    """
    stated = math.fsum(tranche.fraction for tranche in tranches if tranche.fraction != REST)
    return tuple(1.0 - stated if tranche.fraction == REST else tranche.fraction for tranche in tranches)


def schedule_fault(months: Sequence[int], fractions: Sequence[float], *, may_repeat: bool = False) -> str | None:
    """Rule that tranches break, to follow "must", or None; `may_repeat` allows several vests in one month."""
    if not months or len(months) != len(fractions):
        return "have at least one tranche"
    if months[0] < 1 or months[-1] > MAX_VEST_MONTH:
        return f"vest in months 1 to {MAX_VEST_MONTH}"
    if any(later < earlier or (later == earlier and not may_repeat) for earlier, later in pairwise(months)):
        return "have months in increasing order"
    if not all(0 <= fraction <= 1 for fraction in fractions):
        return "have fractions from 0 to 1"
    if abs(sum(fractions) - 1) > FRACTION_TOLERANCE:
        return f"have fractions that sum to 1 (they sum to {sum(fractions):.10g})"
    return None


def months_on_vest_days(
    months: Sequence[int], vest_days: Sequence[str], start_on: dt.date | None, start_month: int
) -> tuple[int, ...]:
    """Months in which tranches vest if the company vests only on certain days of the year.

    A tranche due m months after the grant vests on the last vest day on or before that anniversary, but after the
    day of the grant; else on the first vest day after the grant.

    Parameters
    ----------
    months : sequence of int
        When the tranches are due, increasing [months after the grant].
    vest_days : sequence of str
        In any order, written MM-DD, without 02-29.
    start_on : date or None
        The first day of work; None raises an OutOfRangeError.
    start_month : int
        From the first day to the grant [months].

    Returns
    -------
    tuple of int
        In the order of `months`, never decreasing; several tranches may share a month [months after the grant].

    Examples
    --------
    >>> months_on_vest_days([3, 6, 9, 12], ["02-15", "05-15", "08-15", "11-15"], dt.date(2027, 7, 1), 0)
    (2, 5, 8, 11)
    """
    if start_on is None:
        raise OutOfRangeError("start_date", "be given if a schedule has vest days", start_on)
    granted_on = date_after(start_on, start_month)
    last_on = date_after(granted_on, months[-1])
    parts = [(int(day[:2]), int(day[3:])) for day in vest_days]
    years = range(granted_on.year, max(last_on.year, granted_on.year + 1) + 1)
    later = sorted(day for year in years for part in parts if (day := dt.date(year, *part)) > granted_on)
    vests = []
    for month in months:
        due_on = date_after(granted_on, month)
        vest_on = max((day for day in later if day <= due_on), default=later[0])
        vests.append(month_of(vest_on, start_on) - start_month)
    return tuple(vests)
