from .observation import MEASURES as MEASURES, Measure as Measure
from .percentiles import PercentileSummary as PercentileSummary, summary as summary
from .premium import (
    Association as Association,
    Premium as Premium,
    PremiumError as PremiumError,
    ai_ml_premium as ai_ml_premium,
)
