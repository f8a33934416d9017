"""One-time work that every report shares: tables, templates, the exporter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from inspect import Parameter, Signature, isfunction, signature
from typing import Any

import nbformat

from compkit import report
from compkit.analysis import Comparison, Evaluation, LocationAnalysis
from compkit.decision import Decision
from compkit.market import guide_audit
from compkit.model import AMAZON, AMAZON_VESTING, Candidate, CurrentJob, Grant, Offer, Role
from compkit.negotiation import NegotiationPlan
from compkit.offers import OfferEntry, Person
from compkit.pay import Assumptions
from compkit.prices import SimulationOptions
from compkit.reference import load_letter_texts, load_tables
from compkit.report.page.html import report_html
from compkit.report.show.blocks import Picture

_REPORT_ON = dt.date(2026, 11, 22)


def warm() -> None:
    """Make the blocks of a made-up offer and a page of them, to load everything that reports need.

    Forked processes then need no time for imports, tables, templates, the exporter and empty figures. Leaves
    behind no thread, open file, library setting or random state. Another call costs as much as one offer's reports.
    """
    tables = load_tables()
    for name in tables:
        tables.rows(name)
    guide_audit(tables)
    offer, other = (_evaluation(name, base_salary) for name, base_salary in (("warm", 175_000), ("warmer", 180_000)))
    analysis = LocationAnalysis(offer)
    subjects = {
        "Tables": tables,
        "Evaluation": offer,
        "LocationAnalysis": analysis,
        "NegotiationPlan": NegotiationPlan(analysis, (LocationAnalysis(other),), texts=load_letter_texts()),
        "Comparison": Comparison((offer, other), SimulationOptions(n_paths=100)),
        "Decision": Decision(Person("warm", (offer.entry, other.entry)), tables, _REPORT_ON),
    }
    cells = [nbformat.v4.new_markdown_cell("# What is it worth?\n\nA *sentence*."), *map(_cell, _blocks(subjects))]
    page = nbformat.v4.new_notebook(cells=cells)
    report_html(page, title="Warm")
    nbformat.writes(page)


def _evaluation(offer_id: str, base_salary: float) -> Evaluation:
    """Evaluate an offer with content for every kind of block."""
    offer = Offer(
        id=offer_id,
        company=AMAZON,
        level="L6",
        location="Seattle",
        start_date=dt.date(2027, 2, 1),
        base_salary=base_salary,
        sign_on=(80_000, 60_000),
        equity=(Grant(value=300_000, grant_price=200, vesting=AMAZON_VESTING),),
        role=Role(ai_ml=True),
    )
    candidate = Candidate(residence="Seattle", current=CurrentJob(base_salary=180_000, annual_equity=60_000))
    return Evaluation(OfferEntry(offer, candidate, 1.0, ""), load_tables(), Assumptions(), _REPORT_ON)


def _blocks(subjects: Mapping[str, Any]) -> Iterator[Any]:
    """Yield every block that needs only one of the subjects."""
    for name in dir(report):
        make = getattr(report, name)
        told = signature(make) if isfunction(make) else Signature()
        if not told.parameters:
            continue
        first, *others = told.parameters.values()
        is_ready = first.annotation in subjects and all(other.default is not Parameter.empty for other in others)
        if is_ready:
            yield make(subjects[first.annotation])


def _cell(block: Any) -> nbformat.NotebookNode:
    """Cell that shows a block as Jupyter does."""
    if block is None:
        return nbformat.v4.new_code_cell()
    data: dict[str, str] = {"text/plain": repr(block)}
    metadata: dict[str, dict[str, str]] = {}
    if isinstance(block, Picture):
        data, metadata = block._repr_mimebundle_()
    elif hasattr(block, "_repr_html_"):
        data["text/html"] = block._repr_html_()
    return nbformat.v4.new_code_cell(outputs=[nbformat.v4.new_output("display_data", data, metadata=metadata)])
