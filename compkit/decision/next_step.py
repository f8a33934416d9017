"""The next step of a decision: what to do, with whom, by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compkit.decision.rule import Ruling, Status
from compkit.offers import STAYING, OfferEntry
from compkit.process import Clash

Step = Literal["get-in-writing", "find-out", "extend", "ask", "answer", "add-choice"]


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do next.

    Parameters
    ----------
    step : str
        get-in-writing: ask for the offer in writing; find-out: find the missing fact; extend: ask for more time; ask:
        ask for more; answer: answer the offer; add-choice: enter something to compare with.
    offer : str or None
        The offer that it is about.
    by : date or None
        The last day that leaves every ranked offer open; None if no deadline is known.
    fact : str
        The missing fact, with find-out.
    pending : str or None
        The job in process that needs the time, with extend.
    clash : Clash or None
        With extend: how many days are missing, and what to ask of whom.
    """

    step: Step
    offer: str | None = None
    by: dt.date | None = None
    fact: str = ""
    pending: str | None = None
    clash: Clash | None = None


def next_step(
    ruling: Ruling,
    statuses: Mapping[str, Status],
    entries: Mapping[str, OfferEntry],
    preferred: str | None,
    clashes: Sequence[Clash],
) -> NextStep:
    """Choose the next step.

    In this order: get an unwritten leader or runner-up in writing; find the missing fact that could change the
    leader; ask for more time where a deadline comes before a job in process is expected to decide; ask for more, or
    answer where nothing is left to ask.

    Parameters
    ----------
    ruling : Ruling
    statuses : mapping of str to str
        Of all choices by id.
    entries : mapping of str to OfferEntry
        The latest round of each job by id.
    preferred : str or None
        The choice that the person would rather have.
    clashes : sequence of Clash
        From `process.person_clashes`.
    """
    offers = [name for name in ruling.order if name != STAYING]
    deadlines = {name: on for name in offers if (on := entries[name].offer.deadline) is not None}
    first_by = min(deadlines.values(), default=None)
    unwritten = next((name for name in ruling.order[:2] if statuses[name] == "verbal"), None)
    if unwritten is not None:
        return NextStep("get-in-writing", unwritten, first_by)
    if ruling.deciding_facts:
        name, missing = ruling.deciding_facts[0]
        return NextStep("find-out", None if name == STAYING else name, first_by, missing.fact)
    clash = next((one for one in clashes if one.a in offers and statuses.get(one.b) == "in-process"), None)
    if clash is not None:
        return NextStep("extend", clash.a, first_by, pending=clash.b, clash=clash)
    if not offers or ruling.state == "alone":
        return NextStep("add-choice", by=first_by)
    wanted = str(wanted_offer(ruling, preferred))
    return NextStep("ask" if _has_room(entries[wanted]) else "answer", wanted, deadlines.get(wanted, first_by))


def wanted_offer(ruling: Ruling, preferred: str | None) -> str | None:
    """Id of the offer to pursue: the preferred one if it can be chosen, else the one that leads the offers."""
    offers = [name for name in ruling.order if name != STAYING]
    return preferred if preferred in offers else next(iter(offers), None)


def _has_room(entry: OfferEntry) -> bool:
    """Whether there is still something to ask: no earlier round is in the file, and nobody said that it is final."""
    return entry.offer.supersedes is None and entry.offer.signals.negotiable is not False
