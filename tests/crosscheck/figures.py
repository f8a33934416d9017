"""What every comparison shares: the grid of wages, where a state is, and the shape of a result."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.tax import TaxTables

FloatArray = NDArray[np.float64]

FEDERAL, NATIONWIDE = "US", "United States"


def incomes() -> FloatArray:
    """Return 1,000 wages in whole dollars: half of them evenly up to 500,000, half in equal ratios up to 2,000,000."""
    even, by_ratio = np.linspace(0, 500_000, 500), np.geomspace(500_000, 2_000_000, 501)[1:]
    return np.asarray(np.round(np.concatenate([even, by_ratio])))


def places_of_states(law: TaxTables) -> dict[str, list[str]]:
    """Return the places of each state by the state's code."""
    found: dict[str, list[str]] = {}
    for place, jurisdictions in law.of_place.items():
        for code in jurisdictions:
            if law.jurisdictions[code]["kind"] == "state":
                found.setdefault(code, []).append(place)
    return found


def compared(
    library: str,
    figure: str,
    place: ArrayLike,
    year: ArrayLike,
    status: ArrayLike,
    ours: ArrayLike,
    theirs: ArrayLike,
    wages: ArrayLike | None = None,
) -> pd.DataFrame:
    """Return a row a wage, of `incomes` unless given, with both figures."""
    return pd.DataFrame(
        {
            "library": library, "figure": figure, "place": place, "year": year, "status": status,
            "wages": incomes() if wages is None else wages, "ours": np.asarray(ours), "theirs": np.asarray(theirs),
        }
    )  # fmt: skip
