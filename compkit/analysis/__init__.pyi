from .comparison import (
    MAP_GROWTHS as MAP_GROWTHS,
    MAP_TENURES as MAP_TENURES,
    STAYING as STAYING,
    Comparison as Comparison,
    build_comparison as build_comparison,
)
from .comparisons import (
    comparisons_by_person as comparisons_by_person,
    load_comparison as load_comparison,
    offers_of_person as offers_of_person,
)
from .evaluation import (
    Evaluation as Evaluation,
    Simulation as Simulation,
    first_year_totals as first_year_totals,
    load_evaluation as load_evaluation,
)
from .exercise import exercise_years as exercise_years
from .later_stock import LEAST_LEAD as LEAST_LEAD, wins_by_later_stock as wins_by_later_stock
from .place_claims import (
    INCOME_TAXES as INCOME_TAXES,
    NO_INCOME_TAX_PLACE as NO_INCOME_TAX_PLACE,
    STEP as STEP,
    LocationFact as LocationFact,
    location_facts as location_facts,
    marginal_tax as marginal_tax,
)
from .place_requests import (
    load_location_analysis as load_location_analysis,
    location_faults as location_faults,
    named_places as named_places,
    places_of as places_of,
)
from .places import LocationAnalysis as LocationAnalysis
from .stock_terms import (
    kept_stock as kept_stock,
    refresher_practice as refresher_practice,
    unverified_schedules as unverified_schedules,
)
