from .companies import company_names as company_names, suggested_companies as suggested_companies
from .levels import folded_level as folded_level, level_names as level_names
from .observation import MEASURES as MEASURES, Measure as Measure
from .percentiles import PercentileSummary as PercentileSummary, summary as summary
from .places import Metro as Metro, PlaceTyped as PlaceTyped, metro_places as metro_places
from .premium import (
    Association as Association,
    Premium as Premium,
    PremiumError as PremiumError,
    ai_ml_premium as ai_ml_premium,
)
