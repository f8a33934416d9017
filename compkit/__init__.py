"""What a job offer is worth, where it stands, and what to ask for next.

These names are all that notebooks and scripts need. Each is imported when first used, so `import compkit` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compkit.analysis import load_comparison, load_evaluation, load_location_analysis
    from compkit.market import guide_audit
    from compkit.negotiation import load_negotiation_plan
    from compkit.offers import load_offers
    from compkit.reference import load_tables

_HOME_OF = {
    "guide_audit": "market.audit",
    "load_comparison": "analysis.comparisons",
    "load_evaluation": "analysis.evaluation",
    "load_location_analysis": "analysis.places",
    "load_negotiation_plan": "negotiation.plan",
    "load_offers": "offers",
    "load_tables": "reference.tables",
}

__all__ = [
    "guide_audit",
    "load_comparison",
    "load_evaluation",
    "load_location_analysis",
    "load_negotiation_plan",
    "load_offers",
    "load_tables",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(importlib.import_module(f"compkit.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module 'compkit' has no attribute {name!r}")
