from .adding import add_file as add_file, add_files as add_files
from .aging import aged_base as aged_base
from .companies import company_names as company_names
from .kinds import FILED as FILED, KINDS as KINDS
from .levels import folded_level as folded_level, level_names as level_names
from .mapping import mapped_kind as mapped_kind
from .observation import MEASURES as MEASURES, Measure as Measure
from .packages import (
    OWN_STORE as OWN_STORE,
    find_pay_store as find_pay_store,
    missing_packages as missing_packages,
    require_packages as require_packages,
)
from .percentiles import (
    MIN_ROWS as MIN_ROWS,
    PERCENTILES as PERCENTILES,
    SEED as SEED,
    PercentileSummary as PercentileSummary,
    summary as summary,
)
from .places import Metro as Metro, PlaceTyped as PlaceTyped, metro_places as metro_places
from .premium import (
    Association as Association,
    Premium as Premium,
    PremiumError as PremiumError,
    ai_ml_premium as ai_ml_premium,
)
from .query import (
    Answer as Answer,
    Circle as Circle,
    OccupationWages as OccupationWages,
    Tenure as Tenure,
    occupation_wages as occupation_wages,
    query as query,
    reports_frame as reports_frame,
)
from .sample import sample_store as sample_store
from .store import (
    AddedFile as AddedFile,
    Fates as Fates,
    export_rows as export_rows,
    list_sources as list_sources,
    open_store as open_store,
    remove_source as remove_source,
    sum_of as sum_of,
)
from .titles import folded_title as folded_title, title_spellings as title_spellings
from .unknown_names import suggested_names as suggested_names
