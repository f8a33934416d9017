from .breakeven import (
    HIGHEST_GROWTH as HIGHEST_GROWTH,
    LOWEST_GROWTH as LOWEST_GROWTH,
    Crossing as Crossing,
    GrowthCurve as GrowthCurve,
    crossing as crossing,
    growth_curve as growth_curve,
)
from .price_history import PriceHistory as PriceHistory, read_price_history as read_price_history
from .price_path_text import (
    OPTION as OPTION,
    PricePath as PricePath,
    growth_along as growth_along,
    is_for_all as is_for_all,
    price_paths_from_text as price_paths_from_text,
)
from .price_paths import (
    ScenarioPath as ScenarioPath,
    scenario_paths as scenario_paths,
    scenario_totals as scenario_totals,
)
from .recruiter_claims import Claim as Claim, decompose_quote as decompose_quote
from .risk import (
    PERCENTILES as PERCENTILES,
    WORST_SHARE as WORST_SHARE,
    SimulationOptions as SimulationOptions,
    certainty_equivalent as certainty_equivalent,
    chance_below as chance_below,
    chance_of_more as chance_of_more,
    chance_of_most as chance_of_most,
    expected_shortfall as expected_shortfall,
    spread as spread,
)
from .simulation import (
    SimulationSettings as SimulationSettings,
    Volatility as Volatility,
    simulated_totals as simulated_totals,
    volatility_of as volatility_of,
)
