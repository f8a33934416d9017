from .case import (
    Case as Case,
    Issue as Issue,
    Option as Option,
    Pair as Pair,
    Side as Side,
)
from .case_file import CASE_SCHEMA as CASE_SCHEMA, ROLES as ROLES
from .loading import load_case as load_case
from .outcomes import Outcomes as Outcomes, Pairs as Pairs
from .solutions import POINTS as POINTS, Analysis as Analysis, analyze_case as analyze_case
