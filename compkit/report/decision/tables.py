"""Tables of a decision: the choices, and the cases that were tried."""

from __future__ import annotations

from compkit.decision import BASE, Decision
from compkit.report.show.blocks import Heading, Table, build_table, in_usd

CASE_NAMES = {BASE: "as it stands"}


def choices_table(decision: Decision) -> Table:
    """One row a ranked choice, the most a year first: what it leaves, before tax, paper, status."""
    amounts = [decision.amounts[name] for name in decision.ruling.order]
    has_paper = any(one.paper for one in amounts)
    columns: dict[str, Heading] = {"id": "", **in_usd(net="after tax", before_tax="before tax")}
    columns |= in_usd(paper="paper") if has_paper else {}
    rows = [
        {
            "id": one.id,
            "net": None if one.why_no_tax else one.net[BASE],
            "before_tax": one.before_tax,
            "paper": one.paper,
            "status": decision.status_in_words(one.id),
        }
        for one in amounts
    ]
    return build_table("A year of each choice", {**columns, "status": ""}, rows)


def cases_table(decision: Decision) -> Table:
    """One row a case that was tried: who leads, and by how much."""
    rows = [(CASE_NAMES.get(one.case, one.case), one.leader, one.by) for one in decision.cases]
    return build_table("Cases tried, one at a time", ["case", "leads", ("by", "usd")], rows)
