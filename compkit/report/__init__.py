"""Tables, charts and notes for notebooks; the only place that rounds figures and draws charts.

Names load on first use, so that a notebook without charts does not load the plotting library.
"""

from __future__ import annotations

import importlib
from typing import Any

_NAMES_IN = {
    "audit.guide": "audit_figures audit_headline audit_notes first_year_totals worked_negotiation_table",
    "comparison.figures": "certain_money_by_month kept_on_leaving outcome_ranges sensitivity totals_by_year winner_map",
    "comparison.notes": "comparison_assumptions comparison_caveats comparison_sources recorded_comparison",
    "comparison.summary": "comparison_headline",
    "comparison.tables": (
        "comparison_table comparison_years_table glance_table leaving_early_table outcomes_table pairs_table "
        "volatility_table"
    ),
    "negotiation.figures": "lever_ranges negotiation_zone_chart",
    "negotiation.guidance": "checklist_table letter_words portfolio_table strategy_table tips_table",
    "negotiation.summary": (
        "call_sheet negotiation_assumptions negotiation_caveats negotiation_headline negotiation_sources "
        "recorded_negotiation"
    ),
    "negotiation.tables": (
        "alternatives_table deciders_table floors_table leverage_table limits_table other_levers_table "
        "packages_table steps_table walk_away_table why_they_differ_table"
    ),
    "offer.equity_figures": "leaving_chart leaving_notes leaving_table spread_chart spread_table",
    "offer.equity_tables": "benefits_table chances_table claimed_table",
    "offer.figures": "audit_ranges market_ranges money_by_month pay_by_year premium_ranges",
    "offer.premiums": "premium_headline recorded_premiums",
    "offer.refresher_tables": "refreshers_table",
    "offer.scenarios": "scenarios_table",
    "offer.startup_tables": "startup_notes startup_table",
    "offer.staying": "present_job_table",
    "offer.summary": "assumptions caveats headline left_out sources",
    "offer.tables": (
        "audit_table company_notes_table company_type_table flips_table grants_table market_table notes_table "
        "offer_facts_table premium_table score_table warnings_table years_table"
    ),
    "place.figures": "due_at_filing gross_to_purchasing_power net_pay_over_wages",
    "place.summary": (
        "location_assumptions location_caveats location_headline location_left_out location_sources "
        "recorded_location_figures"
    ),
    "place.tables": (
        "cash_plan_table location_bands_table location_facts_table location_notes_table location_table "
        "net_years_table prices_table tax_parts_table"
    ),
    "show.record": "recorded_figures",
}
_HOME_OF = {name: home for home, names in _NAMES_IN.items() for name in names.split()}
__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'compkit.report' has no attribute {name!r}")
    return getattr(importlib.import_module(f"compkit.report.{home}"), name)


def __dir__() -> list[str]:
    return __all__
