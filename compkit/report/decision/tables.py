"""Tables of a decision: the choices, and the cases that were tried."""

from __future__ import annotations

from compkit.decision import BASE, Decision
from compkit.report.decision.text import amount_in_words, choice_in_words
from compkit.report.show.blocks import Heading, Table, build_table, in_usd
from compkit.report.show.text import capitalized

CASE_NAMES = {BASE: "as it stands"}


def choices_table(decision: Decision) -> Table:
    """One row a ranked choice, the most a year first: what it leaves, before tax, paper, status."""
    amounts = [decision.amounts[name] for name in decision.ruling.order]
    has_paper = any(one.paper for one in amounts)
    net = capitalized(amount_in_words(decision, *decision.ruling.order))
    before_tax = "Your pay before tax" if decision.candidate.household else "Before tax"
    columns: dict[str, Heading] = {"choice": "Choice", **in_usd(net=net, before_tax=before_tax)}
    columns |= in_usd(paper="Paper") if has_paper else {}
    rows = [
        {
            "choice": capitalized(choice_in_words(decision, one.id)),
            "net": None if one.why_no_tax else one.net[BASE],
            "before_tax": one.before_tax,
            "paper": one.paper,
            "status": decision.status_in_words(one.id),
        }
        for one in amounts
    ]
    return build_table("What each choice leaves a year (USD)", {**columns, "status": "Status"}, rows)


def ties_table(decision: Decision) -> Table | None:
    """One row an offer behind the leader: what it would need, each alone, to leave as much; None without such an offer.

    Offers that can't get there at all are left out.
    """
    rows = [
        {
            "choice": capitalized(choice_in_words(decision, one.id)),
            "base_salary": one.base_salary,
            "stock": one.stock,
            "growth": one.growth,
        }
        for one in decision.ties
        if one.base_salary is not None
    ]
    if not rows or decision.leader is None:
        return None
    columns: dict[str, Heading] = {
        "choice": "To tie",
        **in_usd(base_salary="More base a year", stock="Or more stock"),
        "growth": ("Or stock growth a year", "percent"),
    }
    title = f"What would tie with {choice_in_words(decision, decision.leader)} (USD)"
    note = "Each alone, after tax, over your expected stay. The stock vests as the first grant does."
    return build_table(title, columns, rows, note)


def cases_table(decision: Decision) -> Table:
    """One row a case that was tried: who leads, and by how much."""
    rows = [
        (CASE_NAMES.get(one.case, one.case), capitalized(choice_in_words(decision, one.leader)), one.by)
        for one in decision.cases
    ]
    return build_table("Who leads in each case, one at a time (USD a year)", ["Case", "Leads", ("By", "usd")], rows)
