from .derivation import (
    UNVERIFIED as UNVERIFIED,
    Assumption as Assumption,
    Derivation as Derivation,
    Origin as Origin,
    StoreRows as StoreRows,
    TableRow as TableRow,
    TypedField as TypedField,
)
from .figures import ExplainedOffer as ExplainedOffer
from .operations import METHODS as METHODS
