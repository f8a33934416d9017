"""What to know before a letter is sent; for the sender alone, never in what is sent."""

from __future__ import annotations

from collections.abc import Iterator

from compkit.errors import CompkitError
from compkit.negotiation import PACKAGE_KINDS, LetterKind, NegotiationPlan, build_letter_facts, is_rushed
from compkit.report.decision.text import NO_NOTICE
from compkit.report.negotiation.summary import plan_caution
from compkit.report.show.text import LEAST, usd

IN_PROCESS, WRITTEN = "in-process", "written"


def letter_caution(plan: NegotiationPlan, kind: LetterKind) -> str | None:
    """Warning before a letter that accepts, promises to sign, or declines; None if there is nothing to say.

    Parameters
    ----------
    plan : NegotiationPlan
        Of the letter's offer, on the letter's day.
    kind : str
    """
    said = _before_a_no(plan) if kind == "decline" else _before_a_yes(plan, kind)
    return " ".join(said) or None


def _before_a_yes(plan: NegotiationPlan, kind: LetterKind) -> Iterator[str]:
    if kind in ("accept", *PACKAGE_KINDS):
        try:
            yield from filter(None, [plan_caution(plan)])
        except CompkitError as error:
            yield f"Your stop line can't be worked out: {error}"
        status = plan.evaluation.offer.status
        if status == IN_PROCESS:
            yield "They haven't made this offer yet."
        elif status != WRITTEN:
            yield "Nothing says this offer is in writing."
    if kind == "accept":
        yield NO_NOTICE
    elif kind in ("initial", *PACKAGE_KINDS):
        others = [other.evaluation.entry for other in plan.others]
        facts = build_letter_facts(plan.evaluation.entry, others, written_on=plan.evaluation.report_date)
        if is_rushed(kind, facts):
            yield "Your deadline leaves them a day or less: ask for more time first (--kind extension)."


def _before_a_no(plan: NegotiationPlan) -> Iterator[str]:
    try:
        lost = plan.loss_without_offer
    except CompkitError:
        lost = None
    if lost is not None and lost > LEAST:
        yield f"This offer is worth {usd(lost)} a year more than your best alternative."
    yield NO_NOTICE
