"""What an offers file can say of a vesting schedule: its name, its tranches, the days of the year on which it vests."""

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
from compkit.model.fields import Listed, OneOf, Share, TypedInput, fault
from compkit.periods import date_after, month_of

FRACTION_TOLERANCE = 1e-9
MAX_VEST_MONTH = 120
MAX_MONTHS_ACCRUED = 96
"""How long before the first day a grant may have begun to vest [months]."""
REST: Literal["rest"] = "rest"
_A_LEAP_YEAR = 2028

WholeShares = Literal["half-up", "down"]
"""How vests become whole shares: what has vested so far is rounded half up, or down."""

StartMonth = Annotated[int, Field(ge=-MAX_MONTHS_ACCRUED, le=96)]
"""Months from the start date to the grant; below 0 it had begun to vest before the first day."""


class _FractionOrRest:
    """The mark of a fraction that may also be the word `rest`; as a union, a fault of either would be told twice."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_rest_or, handler.generate_schema(Share))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"const": REST}]}


def _rest_or(value: object, share: Callable[[object], object]) -> object:
    return REST if value == REST else share(value)


class Tranche(TypedInput):
    """One vest of a schedule that the offers file spells out."""

    month: Annotated[int, Field(ge=1, le=MAX_VEST_MONTH)]
    """Months after the grant."""
    fraction: Annotated[float | Literal["rest"], _FractionOrRest()]
    """The part of the grant that vests then; in the last tranche, `rest` is what the others leave."""


def _vest_day(value: str) -> str:
    parts = re.fullmatch(r"(\d\d)-(\d\d)", value)
    try:
        day = dt.date(_A_LEAP_YEAR, int(parts[1]), int(parts[2])) if parts else None
    except ValueError:
        raise fault(f"must be a day that exists, got {value}.") from None
    if day is None:
        raise fault(f"must be a month and a day written MM-DD, such as 02-15, got {value[:40]!r}.")
    if (day.month, day.day) == (2, 29):
        raise fault("must be a day of every year, got 02-29. Use 02-28 or 03-01.")
    return value


VestDay = Annotated[str, AfterValidator(_vest_day), Field(json_schema_extra={"pattern": r"^\d\d-\d\d$"})]
"""A day of every year, written MM-DD."""


class OwnSchedule(TypedInput):
    """A vesting schedule that the offers file describes: tranches or a known schedule, and how its vests fall."""

    schedule: Annotated[str, OneOf("schedules")] | None = None
    """A known schedule to start from, in place of tranches."""
    tranches: Listed[Tranche] | None = None
    """What vests how many months after the grant."""
    whole_shares: WholeShares | None = None
    """How vests become whole shares where these are asked for; left out, as the known schedule does, else half-up."""
    vest_days: Listed[VestDay] = ()
    """The days of the year on which the company lets shares vest, written MM-DD; they need a start_date."""

    @field_validator("tranches")
    @classmethod
    def _is_whole(cls, value: tuple[Tranche, ...] | None) -> tuple[Tranche, ...] | None:
        return None if value is None else _checked(value)

    @field_validator("vest_days")
    @classmethod
    def _differ(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        twice = sorted({day for day in value if value.count(day) > 1})
        if twice:
            raise fault(f"must name each day once, got {' and '.join(twice)} again. Remove what is double.")
        return value

    @model_validator(mode="after")
    def _has_one_form(self) -> OwnSchedule:
        if self.schedule is not None and self.tranches is not None:
            raise fault("must give schedule or tranches, got both. Remove one.")
        if self.schedule is None and self.tranches is None:
            raise fault("must give schedule or tranches, got neither. Add one, such as `schedule: even-4-year`.")
        return self


def _form_of_vesting(value: object) -> str:
    if isinstance(value, str):
        return "name"
    return "group" if isinstance(value, dict | OwnSchedule) else "tranches"


VestingRule = str | tuple[Tranche, ...] | OwnSchedule
"""What a field `vesting` holds."""

# The group comes first: where a fault looks for the names that a key might have been, it takes the first model.
Vesting = Annotated[
    Annotated[OwnSchedule, Tag("group")]
    | Annotated[str, OneOf("schedules"), Tag("name")]
    | Annotated[Listed[Tranche], Tag("tranches")],
    Discriminator(_form_of_vesting),
]
"""The name of a schedule, its own tranches, or a group of fields."""


def schedule_name(vesting: VestingRule) -> str | None:
    """Return the known schedule that a vesting names; None for tranches of its own."""
    if isinstance(vesting, OwnSchedule):
        return vesting.schedule
    return vesting if isinstance(vesting, str) else None


def own_tranches(vesting: VestingRule) -> tuple[Tranche, ...]:
    """Return the tranches that a vesting spells out; none where it names a schedule."""
    if isinstance(vesting, OwnSchedule):
        return vesting.tranches or ()
    return vesting if isinstance(vesting, tuple) else ()


def validate_vesting(value: VestingRule | None) -> VestingRule | None:
    """Return a field's vesting if its own tranches make up a whole schedule; what a model's validator calls."""
    return _checked(value) if isinstance(value, tuple) else value


def _checked(tranches: tuple[Tranche, ...]) -> tuple[Tranche, ...]:
    if any(tranche.fraction == REST for tranche in tranches[:-1]):
        raise fault("must have `rest` in the last tranche alone: it is what all others leave.")
    stated = math.fsum(tranche.fraction for tranche in tranches if tranche.fraction != REST)
    if tranches and tranches[-1].fraction == REST and stated >= 1 - FRACTION_TOLERANCE:
        raise fault(f"must leave something for `rest`, got other fractions that sum to {stated:.10g}.")
    reason = schedule_fault([t.month for t in tranches], fractions_of(tranches))
    if reason:
        offered = " Write `fraction: rest` in the last tranche if it takes what the others leave."
        is_short = "sum to" in reason and stated < 1
        raise fault(f"must {reason}.{offered if is_short else ''}")
    return tranches


def fractions_of(tranches: Sequence[Tranche]) -> tuple[float, ...]:
    """Return the fractions of tranches, with the rest worked out.

    >>> fractions_of([Tranche(month=12, fraction=0.25), Tranche(month=24, fraction="rest")])
    (0.25, 0.75)
    """
    stated = math.fsum(tranche.fraction for tranche in tranches if tranche.fraction != REST)
    return tuple(1.0 - stated if tranche.fraction == REST else tranche.fraction for tranche in tranches)


def schedule_fault(months: Sequence[int], fractions: Sequence[float], *, may_repeat: bool = False) -> str | None:
    """Return the rule that tranches break, as the rest of a sentence after "must", or None.

    With `may_repeat` several tranches may vest in one month.
    """
    if not months or len(months) != len(fractions):
        return "have at least one tranche"
    if months[0] < 1 or months[-1] > MAX_VEST_MONTH:
        return f"vest in months 1 to {MAX_VEST_MONTH}"
    if any(later < earlier or (later == earlier and not may_repeat) for earlier, later in pairwise(months)):
        return "have rising months"
    if not all(0 <= fraction <= 1 for fraction in fractions):
        return "have fractions from 0 to 1"
    if abs(sum(fractions) - 1) > FRACTION_TOLERANCE:
        return f"have fractions that sum to 1 (they sum to {sum(fractions):.10g})"
    return None


def months_on_vest_days(
    months: Sequence[int], vest_days: Sequence[str], start_on: dt.date | None, start_month: int
) -> tuple[int, ...]:
    """Return when tranches vest that a company lets vest on certain days of the year only.

    A tranche that falls due m months after the grant vests on the last vest day on or before that anniversary, if it
    lies after the day of the grant; else on the first vest day after the grant.

    Parameters
    ----------
    months : sequence of int
        When the tranches fall due, rising [months after the grant].
    vest_days : sequence of str
        In any order, written MM-DD; 29 February is none.
    start_on : date or None
        The first day of work; None raises an OutOfRangeError.
    start_month : int
        From the first day to the grant [months].

    Returns
    -------
    tuple of int
        In the order of `months`, never falling; several tranches may share a month [months after the grant].

    Examples
    --------
    >>> months_on_vest_days([3, 6, 9, 12], ["02-15", "05-15", "08-15", "11-15"], dt.date(2027, 7, 1), 0)
    (2, 5, 8, 11)
    """
    if start_on is None:
        raise OutOfRangeError("start_date", "be given where a schedule has vest days", start_on)
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
