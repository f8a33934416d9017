"""What a job offer is worth, where it stands, and what to ask for next.

These names are all that notebooks and scripts need. Each is imported when first used, so `import compkit` is quick, and
it works before anything is installed.

>>> import compkit as ck
>>> ck.read_offers("data/offers/sample.yaml").value().summary.loc["amazon-l6-seattle-before", "total"].item()
1140000.0
"""

_HOME_OF = {
    "guide_audit": "market",
    "load_comparison": "analysis",
    "load_decision": "decision",
    "load_debrief": "workshop",
    "load_evaluation": "analysis",
    "load_location_analysis": "analysis",
    "load_market_intelligence": "market",
    "load_negotiation_plan": "negotiation",
    "load_offers": "offers",
    "load_onboarding": "decision",
    "load_tables": "reference",
    "load_timeline": "process",
    "read_offers": "api",
}

__all__ = list(_HOME_OF)
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    import importlib  # here, so that completion of `from compkit import` does not offer it

    if name in _HOME_OF:
        return getattr(importlib.import_module(f"compkit.{_HOME_OF[name]}"), name)
    raise AttributeError(f"module 'compkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
