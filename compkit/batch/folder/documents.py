"""Offers written back as an offers file that loads again to the same offers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from compkit.errors import Fault, InputError
from compkit.model.candidate import Candidate
from compkit.model.spelled import USD
from compkit.offers import SCHEMA_ID, LeftOut, OfferEntry


def offers_document(entries: Sequence[OfferEntry], left_out: Sequence[LeftOut] = ()) -> str:
    """Return the `compkit/offers@1` JSON that holds these offers, their candidates and rates as typed.

    It names those that are `left_out` because of their faults, so that whoever reads it can say so.

    Raises
    ------
    InputError
        If the offers come from files that cannot be one: two rates for a currency, or two nameless candidates.
    """
    document: dict[str, Any] = {"schema": SCHEMA_ID}
    faults: list[Fault] = []
    rates = _merged(
        [(entry.offer.currency, entry.usd_rate, entry) for entry in entries if entry.offer.currency != USD],
        "rates",
        faults,
    )
    people = _merged([(entry.offer.candidate or "", entry.candidate, entry) for entry in entries], "candidate", faults)
    if len(people) > 1 and "" in people:
        rule = "stands in one file and candidates in another, which one file cannot have. Name all of them."
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
    document["offers"] = [entered_values(entry.offer) for entry in entries]
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _merged(parts: Sequence[tuple[str, Any, OfferEntry]], what: str, faults: list[Fault]) -> Mapping[str, Any]:
    """Return one value a key; where two offers disagree on it, add a fault."""
    found: dict[str, Any] = {}
    for key, value, entry in parts:
        if found.setdefault(key, value) != value:
            name = f"{what}.{key}" if key else what
            rule = "differs from another file's. Make separate reports, or give the files the same."
            faults.append(Fault(entry.file, f"offer '{entry.offer.id}'", name, rule))
    return found


def entered_values(model: BaseModel) -> dict[str, Any]:
    """Return what a person typed, as plain values: what is left out is left out here, too."""
    return model.model_dump(mode="json", by_alias=True, exclude_unset=True)
