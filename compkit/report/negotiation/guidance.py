"""Letters, tips, strategy and checklist of a negotiation plan."""

from __future__ import annotations

import re

import pandas as pd

from compkit.negotiation import ClaimError, LetterKind, NegotiationPlan
from compkit.report.show.blocks import Notes, Table, build_table
from compkit.report.show.text import days_in_words
from compkit.report.show.words import Words

LETTER_TITLES: dict[str, str] = {
    "initial": "First reply: send it today",
    "counter": "The counter, in writing: after the call, or in its place",
    "extension": "More time",
    "expedite": "Where another deadline comes first",
    "follow-up": "After the call",
    "accept": "When you accept",
    "decline": "When you decline",
}
_PHASES = {"before": "Before", "during": "During", "after": "After"}
_PARTS_OF_STRATEGY = {"role": "What each is good for", "timing": "Timing", "communication": "What to say"}
_MOST_TIPS = 6


def letter_words(plan: NegotiationPlan, kind: LetterKind) -> Words | Notes:
    """Write a letter ready to send, or the reason why it cannot be written."""
    title = LETTER_TITLES.get(kind, kind.capitalize())
    if kind == "counter" and not plan.has_ask:
        why = "no pay within the ranges would be enough" if plan.zopa.is_empty else "the ranges leave no room"
        return Notes(title, [f"No letter: {why}."])
    try:
        written = plan.letter(kind)
    except ClaimError as error:
        return Notes(title, [f"Not written: {fault.field} {fault.message}".strip() for fault in error.faults], "basis")
    to = written.to_email or "whoever made you the offer"
    lacks = "; ".join(str(missing) for missing in written.missing)
    note = f"To {to}. Other tones and letters: compkit letter."
    return Words(title, written.subject, written.body, f"{note} The file lacks: {lacks}." if lacks else note)


def checklist_table(plan: NegotiationPlan) -> Table:
    """Checklist for before, during and after the call; done if the file answers it."""
    frame = plan.checklist.assign(
        when=[_PHASES[phase] for phase in plan.checklist["phase"]],
        answer=[days_in_words(answer) for answer in plan.checklist["answer"].fillna("")],
        done=["✓" if is_done else "☐" for is_done in plan.checklist["is_done"]],
    )
    columns = {"when": "When", "done": "Done", "item": "What", "answer": "The file says"}
    return build_table("Checklist", columns, frame, "Checked: what your offers file already answers.")


def tips_table(plan: NegotiationPlan) -> Table:
    """Tips that apply to this offer, most specific first."""
    frame = plan.tips[plan.tips["applies"]].head(_MOST_TIPS)
    warned = zip(frame["backfires_when"], frame["correction"], frame["warning"], strict=True)
    frame = frame.assign(beware=[" ".join(part for part in parts if part) for parts in warned])
    columns = {"tip": "Tip", "advice": "What to do", "helps_when": "Helps when", "beware": "Backfires when"}
    n_more = len(plan.tips) - len(frame)
    note = f"The guide's tips that fit this offer, in our words; {n_more} more fit other offers." if n_more else ""
    return build_table("What helps, and when it backfires", columns, frame, note)


def strategy_table(plan: NegotiationPlan) -> Table | Notes:
    """Advice on what to ask an employer of this type, and what to watch."""
    frame = pd.concat([plan.situations.rename(columns={"changes": "why"}), plan.strategy], ignore_index=True)
    if frame.empty:
        told = "Enter company_type to see what employers like this one usually offer."
        return Notes("What to ask this employer", [told])
    aspects = (re.sub("[-_]", " ", name).replace("sign on", "sign-on") for name in frame["aspect"])
    frame = frame.assign(aspect=[aspect.capitalize() for aspect in aspects])
    columns = {"aspect": "About", "ask": "What to ask", "why": "Why", "watch": "What to watch"}
    note = "From the guide and our own reading; not verified."
    return build_table("What to ask this employer", columns, frame, note)


def portfolio_table(plan: NegotiationPlan) -> Table | Notes:
    """Best use of each of several offers, and how to coordinate them."""
    if not plan.others or plan.portfolio.empty:
        return Notes("Several offers", ["You entered no other offer."])
    named = zip(plan.portfolio["part"], plan.portfolio["offers"].fillna(""), strict=True)
    frame = plan.portfolio.assign(about=[offers or _PARTS_OF_STRATEGY[part] for part, offers in named])
    columns = {"about": "About", "do": "What to do", "avoid": "What to avoid"}
    return build_table("Several offers at once", columns, frame)
