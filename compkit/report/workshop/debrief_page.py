"""First screen, answers and figures of the notebook that debriefs a class."""

from __future__ import annotations

from compkit.report.show.blocks import Answer, Card, Headline, Notes, RecordedFigures, build_notes
from compkit.report.show.record import recorded_figure
from compkit.report.show.text import count
from compkit.report.workshop.analysis_text import utility
from compkit.report.workshop.debrief_tables import PAIR_NOTES
from compkit.report.workshop.debrief_text import (
    debrief_sentences,
    feelings_sentences,
    offers_sentences,
    second_sentences,
)
from compkit.report.workshop.lesson import FEELINGS, LEVEL_TEXTS
from compkit.workshop import ROLES, Debrief

_FORMS = "class-forms"


def debrief_headline(found: Debrief) -> Headline:
    """First screen of a class's debrief: deals, deals on the frontier, points left, deals below a limit."""
    n_pairs, deals = len(found.results), found.deals
    n_below = sum(bool(one.sides_below) for one in deals)
    cards = [
        Card("Deals", f"{len(deals)} of {n_pairs}", "pairs that agreed"),
        Card("On the frontier", str(sum(one.is_efficient for one in deals)), "deals that nothing beats for both"),
        Card("Left on the table", utility(found.total_left), "points that both sides together missed"),
        Card("Below a limit", str(n_below), "deals worse than walking away", "warn" if n_below else "good"),
    ]
    level = next((text for name, text in LEVEL_TEXTS.items() if name == found.played.level), None)
    return Headline(
        title=f"{found.name}: {count(n_pairs, 'pair')} played",
        subtitle=level or found.played.case.title,
        cards=cards if n_pairs else (),
        next_steps=(),
        verdict=debrief_sentences(found)[0],
    )


def debrief_answers(found: Debrief) -> dict[str, Answer | None]:
    """One line for each section; None where nothing was entered."""
    told = {
        "pairs": debrief_sentences(found)[1:],
        "ranks": _best_sentences(found),
        "offers": offers_sentences(found),
        "second": second_sentences(found),
        "feelings": feelings_sentences(found),
        "basis": ["Everything comes from the class's folder: its case, and the forms that the teacher filled in."],
    }
    return {name: Answer(" ".join(sentences)) if sentences else None for name, sentences in told.items()}


def _best_sentences(found: Debrief) -> list[str]:
    """Name the best seats of each role."""
    told = []
    for side, role in enumerate(ROLES if found.results else ()):
        best = [one for at, one in enumerate(found.results) if found.ranks[side][at] == 1]
        seats = ", ".join(str(one.agreement.seats[side]) for one in best)
        points = utility(best[0].points[side])
        told.append(f"Best {role}: seat{'s' if len(best) > 1 else ''} {seats}, with {points} points.")
    return told


def debrief_notes() -> Notes:
    """Say what each figure of a pair counts."""
    return Notes("How to read the table", PAIR_NOTES, "basis")


def debrief_questions() -> Notes:
    """List the questions that everyone was asked."""
    return Notes("The questions", [f"{name}: {text}" for name, text in FEELINGS.items()], "basis")


def debrief_caveats() -> Notes:
    """Say what the figures can't tell."""
    return build_notes(
        "caveats",
        "A seat's points depend on its partner too: don't grade by them.",
        "First offers and answers of one class show links, not causes.",
    )


def debrief_figures(found: Debrief) -> RecordedFigures:
    """Record each pair's points and what it left, unrounded."""
    rows = [
        recorded_figure(f"pair {one.agreement.pair} {name}", float(value), "points", _FORMS)
        for one in found.results
        for name, value in (*zip(ROLES, one.points, strict=True), ("left on the table", one.left))
    ]
    return RecordedFigures([*rows, recorded_figure("left on the table", float(found.total_left), "points", _FORMS)], {})
