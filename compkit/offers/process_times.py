"""The times of an offer's hiring process: their zone, their faults, and the deadline they come to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from compkit.model import REMOTE, CalendarDate, HiringProcess, KnownTimes, Offer, known_times, read_place
from compkit.offers.entry import OfferEntry
from compkit.reference import Tables

_Raw = Mapping[Any, Any]
_FieldMessage = tuple[str, str]
_DAY = TypeAdapter(CalendarDate)


def zone_of_place(place: str | None, tables: Tables) -> ZoneInfo | None:
    """Time zone of a place of data/places.csv; None if it has none."""
    rows = tables.rows_where("places", {"place": place})
    return ZoneInfo(rows[0]["zone"]) if rows and rows[0]["zone"] else None


def deadline_zone(entry: OfferEntry, tables: Tables) -> ZoneInfo | None:
    """Time zone of an offer's moments: as typed, else of the job's place, or of the home for a remote job."""
    return _zone_of(entry.offer, entry.offer.residence or entry.candidate.residence, tables)


def home_zone(entry: OfferEntry, tables: Tables) -> ZoneInfo | None:
    """Time zone of the candidate, else of the offer's moments."""
    home = zone_of_place(entry.candidate.residence or entry.offer.residence, tables)
    return home or deadline_zone(entry, tables)


def times_of(entry: OfferEntry, tables: Tables) -> KnownTimes | None:
    """When the offer was made and its answer is due; None if the zone is unknown."""
    zone = deadline_zone(entry, tables)
    return known_times(entry.offer.deadline, entry.offer.process or HiringProcess(), zone) if zone else None


def fill_deadline(entry: OfferEntry, tables: Tables) -> Offer:
    """Offer with the day of its deadline, however the file states it."""
    offer = entry.offer
    if offer.deadline is not None or offer.process is None:
        return offer
    times = times_of(entry, tables)
    deadline = times.deadline if times else None
    return offer.model_copy(update={"deadline": deadline.on}) if deadline else offer


def process_faults(raw: _Raw, person: _Raw, tables: Tables) -> list[_FieldMessage]:
    """Faults of an offer's moments that its fields alone don't show; those of the fields are left to the model."""
    typed = raw.get("process")
    if not isinstance(typed, dict):
        return []
    try:
        process = HiringProcess.model_validate(typed, context=tables.choices)
        day = None if raw.get("deadline") is None else _DAY.validate_python(raw["deadline"])
    except ValidationError:
        return []
    faults = list(_hours_faults(process, raw))
    zone = _typed_zone(process, raw, person, tables)
    if zone is not None:
        return faults + list(known_times(day, process, zone).faults)
    moments = [name for name in ("offered_at", "deadline_at") if isinstance(getattr(process, name), dt.datetime)]
    is_known = read_place(str(raw.get("location")), tables.choices["places"]) is not None
    if moments and is_known:
        rule = (
            f"is needed for {' and '.join(moments)}, because the place has no time zone. Add it, as in Europe/London."
        )
        faults.append(("process.zone", rule))
    return faults


def _hours_faults(process: HiringProcess, raw: _Raw) -> Sequence[_FieldMessage]:
    signals = raw.get("signals")
    other = signals.get("hours_to_decide") if isinstance(signals, dict) else None
    hours = process.hours_to_decide
    if hours is None or not isinstance(other, int | float) or isinstance(other, bool) or other == hours:
        return []
    return [("signals.hours_to_decide", f"is {other:g}, but process.hours_to_decide is {hours:g}. Keep the right one.")]


def _typed_zone(process: HiringProcess, raw: _Raw, person: _Raw, tables: Tables) -> ZoneInfo | None:
    """Zone of an offer that may have faults elsewhere."""
    places = tables.choices["places"]
    typed = {name: raw.get(name) for name in ("location", "residence")} | {"home": person.get("residence")}
    read = {name: read_place(place, places) for name, place in typed.items() if isinstance(place, str)}
    return _zone(process, read.get("location"), read.get("residence") or read.get("home"), tables)


def _zone_of(offer: Offer, home: str | None, tables: Tables) -> ZoneInfo | None:
    return _zone(offer.process or HiringProcess(), offer.location, home, tables)


def _zone(process: HiringProcess, location: str | None, home: str | None, tables: Tables) -> ZoneInfo | None:
    if process.zone is not None:
        return ZoneInfo(process.zone)
    return zone_of_place(home if location == REMOTE else location, tables)
