"""Tables, charts and notes for notebooks; the only place that rounds figures and draws charts.

Names are looked up when they are first used, so that a notebook without figures does not load the plotting library.
"""

from __future__ import annotations

import importlib
from typing import Any

_HOME_OF = {
    **dict.fromkeys(("assumptions", "caveats", "headline", "left_out", "sources"), "offer.summary"),
    **dict.fromkeys(
        (
            "audit_table", "company_notes_table", "company_type_table", "flips_table", "grants_table", "market_table",
            "notes_table", "offer_facts_table", "premium_table", "score_table", "warnings_table", "years_table",
        ),
        "offer.tables",
    ),
    **dict.fromkeys(
        ("audit_ranges", "market_ranges", "money_by_month", "pay_by_year", "premium_ranges"), "offer.figures"
    ),
    **dict.fromkeys(
        ("audit_figures", "audit_headline", "audit_notes", "first_year_totals", "worked_negotiation_table"),
        "audit.guide",
    ),
    **dict.fromkeys(
        (
            "certain_money_by_month", "kept_on_leaving", "outcome_ranges", "totals_by_year", "sensitivity",
            "winner_map",
        ),
        "comparison.figures",
    ),
    **dict.fromkeys(
        (
            "comparison_table", "comparison_years_table", "glance_table", "leaving_early_table", "outcomes_table",
            "pairs_table", "volatility_table",
        ),
        "comparison.tables",
    ),
    "comparison_headline": "comparison.summary",
    **dict.fromkeys(
        ("comparison_assumptions", "comparison_caveats", "comparison_sources", "recorded_comparison"),
        "comparison.notes",
    ),
    **dict.fromkeys(
        (
            "benefits_table", "chances_table", "claimed_table",
        ),
        "offer.equity_tables",
    ),
    "refreshers_table": "offer.refresher_tables",
    **dict.fromkeys(
        ("leaving_notes", "leaving_chart", "leaving_table", "spread_chart", "spread_table"), "offer.equity_figures"
    ),
    **dict.fromkeys(("gross_to_purchasing_power", "net_pay_over_wages", "due_at_filing"), "place.figures"),
    **dict.fromkeys(
        (
            "location_assumptions", "location_caveats", "location_headline", "location_left_out", "location_sources",
            "recorded_location_figures",
        ),
        "place.summary",
    ),
    **dict.fromkeys(
        (
            "cash_plan_table", "location_bands_table", "location_facts_table", "location_notes_table", "location_table",
            "net_years_table", "prices_table", "tax_parts_table",
        ),
        "place.tables",
    ),
    **dict.fromkeys(
        ("checklist_table", "letter_words", "portfolio_table", "strategy_table", "tips_table"), "negotiation.guidance"
    ),
    **dict.fromkeys(("lever_ranges", "negotiation_zone_chart"), "negotiation.figures"),
    **dict.fromkeys(
        (
            "call_sheet", "negotiation_assumptions", "negotiation_caveats", "negotiation_headline",
            "negotiation_sources", "recorded_negotiation",
        ),
        "negotiation.summary",
    ),
    **dict.fromkeys(
        (
            "alternatives_table", "deciders_table", "floors_table", "leverage_table", "limits_table",
            "other_levers_table", "packages_table", "steps_table", "walk_away_table", "why_they_differ_table",
        ),
        "negotiation.tables",
    ),
    "recorded_figures": "show.record",
    "present_job_table": "offer.staying",
    "scenarios_table": "offer.scenarios",
    **dict.fromkeys(("startup_notes", "startup_table"), "offer.startup_tables"),
    **dict.fromkeys(("premium_headline", "recorded_premiums"), "offer.premiums"),
}  # fmt: skip
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'compkit.report' has no attribute {name!r}")
    return getattr(importlib.import_module(f"compkit.report.{home}"), name)


def __dir__() -> list[str]:
    return __all__
