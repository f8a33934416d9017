"""First screen for someone who begins: the decision in short, and a card for each notebook."""

from __future__ import annotations

from compkit.decision import Decision
from compkit.offers import STAYING
from compkit.report.decision.page import decision_lines
from compkit.report.show.blocks import Headline, Link, Links
from compkit.report.show.text import count, day

_NOTEBOOKS = {
    "offer_comparison": ("Which offer leads?", "All your offers after tax, and what would change the answer."),
    "offer_evaluation": ("What is one offer worth?", "What it pays and when, how it compares, what could go wrong."),
    "negotiation_plan": ("What do you say on the call?", "What to ask for, where to stop, and the words for it."),
    "location_analysis": ("What is left after tax, and elsewhere?", "The same pay in other places, and your tax bill."),
    "hiring_process": ("What is due this week?", "Where each process stands, and which deadlines clash."),
    "onboarding_plan": ("What is due in the first weeks?", "What to check before you sign, and the first 90 days."),
    "ai_ml_premiums": ("What is AI work worth on top?", "The premiums for the role, one at a time."),
    "market_intelligence": ("What do people really report?", "The guide's bands next to the pay in your files."),
    "guide_audit": ("Can the guide be trusted?", "Its figures, worked out again."),
}


def start_headline(decision: Decision) -> Headline:
    """Short first screen: whose offers, and the decision."""
    offers = count(len(decision.person.entries), "offer")
    whose = f"{decision.person.name}: " if decision.person.name else ""
    return Headline(
        title=f"{whose}{offers}{' and staying' if STAYING in decision.ranked else ''}",
        subtitle=f"As of {day(decision.report_date)}.",
        cards=(),
        next_steps=(),
        decision=decision_lines(decision),
    )


def start_links() -> Links:
    """Card for each of the kit's notebooks, with what it answers."""
    return Links([Link(f"{name}.ipynb", *words) for name, words in _NOTEBOOKS.items()])
