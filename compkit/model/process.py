"""The hiring process behind an offer: its days and moments, and the deadline they come to."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, model_validator

from compkit.model.fields import CalendarDate, Listed, NumberInput, OneOf, Text, TypedInput
from compkit.model.moments import Moment, ZoneName, in_zone

ASSUMED_TIME = dt.time(17)
"""When a deadline given as a day alone ends."""
_FaultLine = tuple[str, str]


class Heard(TypedInput):
    """Something the employer said."""

    said: Text
    """The words, or what they came to."""
    on: CalendarDate | None = None
    """The day."""

    @model_validator(mode="before")
    @classmethod
    def _words_alone(cls, value: Any) -> Any:
        return {"said": value} if isinstance(value, str) else value


class HiringProcess(TypedInput):
    """The dates of a hiring process, and how far it has come."""

    last_interview: CalendarDate | None = None
    """The day of the last interview, day 0 of the plan."""
    heard: Listed[Heard] = ()
    """What the employer has said since."""
    stage: Annotated[str, OneOf("stages")] | None = None
    """The stage it has reached, as far as you were told."""
    expected_on: CalendarDate | None = None
    """The day by which they said you would hear, or you expect their offer."""
    offered_at: Moment | None = None
    """When the offer was made."""
    hours_to_decide: Annotated[float, Field(gt=0, le=10_000, allow_inf_nan=False), NumberInput("plain")] | None = None
    """Time to decide, counted from offered_at [hours]."""
    deadline_at: Moment | None = None
    """When the answer is due."""
    zone: ZoneName | None = None
    """Time zone of the moments; if left out, of the job's place, or of your home for a remote job."""
    background_check_from: CalendarDate | None = None
    """The day the background check began."""
    done: Listed[Annotated[str, OneOf("steps")]] = ()
    """Steps of the plan that you have taken."""

    def days_without_word(self, on: dt.date) -> int | None:
        """Days since the last dated word or interview; None if neither is known, or a day they named is ahead."""
        if self.expected_on is not None and self.expected_on >= on:
            return None
        days = [one.on for one in self.heard if one.on is not None]
        days += [self.last_interview] if self.last_interview is not None else []
        last = max((day for day in days if day <= on), default=None)
        return None if last is None else (on - last).days


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment an answer is due.

    Parameters
    ----------
    at : datetime
        In its own zone.
    is_assumed : bool
        Whether only the day is known, and 17:00 is assumed.
    """

    at: dt.datetime
    is_assumed: bool

    @property
    def on(self) -> dt.date:
        """The day it falls on in its own zone."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class KnownTimes:
    """What an offer's dates come to in one zone.

    Parameters
    ----------
    offered_at : datetime or None
        None if unknown, or known only as a day.
    deadline : Deadline or None
    faults : tuple of (field, message)
        Times that don't exist or disagree.
    """

    offered_at: dt.datetime | None
    deadline: Deadline | None
    faults: tuple[_FaultLine, ...]


def known_times(day: dt.date | None, process: HiringProcess, zone: zoneinfo.ZoneInfo) -> KnownTimes:
    """Work out when an offer was made and when its answer is due.

    Parameters
    ----------
    day : date or None
        The offer's `deadline`.
    process : HiringProcess
    zone : ZoneInfo
        Zone of moments without an offset.

    Notes
    -----
    A deadline may stand as a day, as a moment, or as hours after the offer. The most exact one counts; two that
    disagree are a fault. Hours are elapsed hours, also where clocks change.

    Source: docs/plan-the-weeks.md#deadlines
    """
    faults: list[_FaultLine] = []
    moments: dict[str, dt.datetime] = {}
    for field in ("offered_at", "deadline_at"):
        value = getattr(process, field)
        if isinstance(value, dt.datetime):
            try:
                moments[field] = in_zone(value, zone)
            except ValueError as error:
                faults.append((f"process.{field}", str(error)))
    offered, stated = moments.get("offered_at"), moments.get("deadline_at")
    found: list[tuple[str, Deadline]] = []
    if stated is not None:
        found.append(("process.deadline_at", Deadline(stated, is_assumed=False)))
    if process.hours_to_decide is not None and not faults:
        if offered is None:
            is_day = process.offered_at is not None
            rule = "needs the time of offered_at. Add it, as in 2026-11-24T16:30." if is_day else (
                "needs offered_at, the moment it counts from. Add it."
            )  # fmt: skip
            faults.append(("process.hours_to_decide", rule))
        else:
            end = offered.astimezone(dt.UTC) + dt.timedelta(hours=process.hours_to_decide)
            found.append(("process.hours_to_decide", Deadline(end.astimezone(zone), is_assumed=False)))
    for field, on in (("process.deadline_at", process.deadline_at), ("deadline", day)):
        if on is not None and not isinstance(on, dt.datetime):
            at = dt.datetime.combine(on, ASSUMED_TIME, zone)
            found.append((field, Deadline(at, is_assumed=True)))
    faults += _disagreements(found)
    deadline = found[0][1] if found else None
    if deadline is not None and not faults:
        faults += _order_faults(found[0][0], deadline, offered, process.offered_at)
    return KnownTimes(offered, deadline, tuple(faults))


def _disagreements(found: list[tuple[str, Deadline]]) -> list[_FaultLine]:
    """Fault for each deadline that differs from the most exact one."""
    if not found:
        return []
    first_field, first = found[0]
    faults = []
    for field, other in found[1:]:
        is_same = first.on == other.on if first.is_assumed or other.is_assumed else first.at == other.at
        if not is_same:
            says = f"{other.on}" if other.is_assumed else f"{other.at:%Y-%m-%d %H:%M}"
            known = f"{first.on}" if first.is_assumed else f"{first.at:%Y-%m-%d %H:%M}"
            faults.append((field, f"comes to {says}, but {first_field} to {known}. Keep the right one."))
    return faults


def _order_faults(
    field: str, deadline: Deadline, offered: dt.datetime | None, typed: dt.date | None
) -> list[_FaultLine]:
    if offered is not None and not deadline.is_assumed and deadline.at < offered:
        return [(field, f"is before the offer of {offered:%Y-%m-%d %H:%M}. Check both.")]
    offered_on = offered.date() if offered is not None else typed
    if offered_on is not None and deadline.on < offered_on:
        return [(field, f"of {deadline.on} is before the offer of {offered_on}. Check both.")]
    return []
