"""Offers written back to an offers file that loads as the same offers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from compkit.errors import Fault, InputError
from compkit.model import USD, Candidate
from compkit.offers import SCHEMA_ID, LeftOut, OfferEntry


def offers_document(entries: Sequence[OfferEntry], left_out: Sequence[LeftOut] = ()) -> str:
    """Build the `compkit/offers@1` JSON of these offers, their candidates and rates as entered.

    It names the offers in `left_out`, so that a report can mention them, and says what a store of pay data said.

    Raises
    ------
    InputError
        If the offers cannot be in one file: two rates for a currency, or two unnamed candidates.
    """
    document: dict[str, Any] = {"schema": SCHEMA_ID}
    faults: list[Fault] = []
    rates = _merge(
        [(entry.offer.currency, entry.usd_rate, entry) for entry in entries if entry.offer.currency != USD],
        "rates",
        faults,
    )
    people = _merge([(entry.offer.candidate or "", entry.candidate, entry) for entry in entries], "candidate", faults)
    if len(people) > 1 and "" in people:
        rule = "is in one file and candidates in another. Use candidates in both."
        faults.append(Fault("", "", "candidate", rule))
    if faults:
        raise InputError(faults)
    if rates:
        document["rates"] = rates
    if "" not in people:
        document["candidates"] = {name: entered_values(person) for name, person in people.items()}
    elif people[""] != Candidate():
        document["candidate"] = entered_values(people[""])
    if left_out:
        document["left_out"] = [one.text for one in left_out]
    # Even if it is nothing: a report doesn't ask a store again, wherever it is made.
    document["reported"] = {entry.offer.id: entered_values(entry.reported) for entry in entries if entry.reported}
    document["offers"] = [entered_values(entry.offer) for entry in entries]
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _merge(parts: Sequence[tuple[str, Any, OfferEntry]], what: str, faults: list[Fault]) -> Mapping[str, Any]:
    """One value per key; add a fault where two offers disagree on it."""
    found: dict[str, Any] = {}
    for key, value, entry in parts:
        if found.setdefault(key, value) != value:
            name = f"{what}.{key}" if key else what
            rule = "differs between files. Make the files agree, or run them separately."
            faults.append(Fault(entry.file, f"offer '{entry.offer.id}'", name, rule))
    return found


def entered_values(model: BaseModel) -> dict[str, Any]:
    """Values that the user entered, in plain types, without defaults."""
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)
