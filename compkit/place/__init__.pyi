from .home import HomeCosts as HomeCosts, UnknownRentError as UnknownRentError, moved as moved
from .living import (
    BEDROOMS as BEDROOMS,
    HOUSING as HOUSING,
    US_LEVEL as US_LEVEL,
    monthly_rents as monthly_rents,
    price_indices as price_indices,
    price_level as price_level,
    purchasing_power as purchasing_power,
    yearly_rent as yearly_rent,
)
from .location import (
    TAX_PARTS as TAX_PARTS,
    Home as Home,
    Living as Living,
    Pay as Pay,
    location_table as location_table,
    taxed_pay as taxed_pay,
)
