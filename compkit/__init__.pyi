from .analysis import (
    load_comparison as load_comparison,
    load_evaluation as load_evaluation,
    load_location_analysis as load_location_analysis,
)
from .api import read_offers as read_offers
from .decision import load_decision as load_decision, load_onboarding as load_onboarding
from .market import guide_audit as guide_audit, load_market_intelligence as load_market_intelligence
from .negotiation import load_negotiation_plan as load_negotiation_plan
from .offers import load_offers as load_offers
from .process import load_timeline as load_timeline
from .reference import load_tables as load_tables
from .workshop import load_debrief as load_debrief

__version__: str
