"""Reading and checking what is asked of an analysis of places."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from compkit.analysis.evaluation import load_evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.errors import Fault, InputError
from compkit.model import GrowthConvention, read_place
from compkit.place import BEDROOMS
from compkit.reference import Tables
from compkit.tax import tax_tables, untaxed_place


def load_location_analysis(
    offers_file: str,
    offer_id: str,
    *,
    report_date: str | None = None,
    more_places: str = "",
    housing_share: float | None = None,
    earlier_wages: float | None = None,
    washington_2028: bool = False,
    bedrooms: int | None = None,
    growth_rate: float = 0.0,
    growth_convention: GrowthConvention = "smooth",
    n_years: int = 4,
) -> LocationAnalysis:
    """Load one offer's pay after tax and prices in several places, with compkit's own tables.

    Parameters
    ----------
    offers_file, offer_id, report_date, growth_rate, growth_convention, n_years
        See `load_evaluation`.
    more_places : str
        Places to show besides the guide's; see `places_of`.
    housing_share, earlier_wages, washington_2028, bedrooms
        See `LocationAnalysis`.

    Raises
    ------
    InputError
        If the file, or an assumption about the place, has faults.
    UnknownChoiceError
        If the file has no such offer.
    OutOfRangeError
        If another assumption is out of its range.

    Examples
    --------
    >>> import compkit as ck
    >>> found = ck.load_location_analysis("data/offers/sample.yaml", "amazon-l6-seattle-before", more_places="Denver")
    >>> found.table["place"].tolist()
    ['Seattle', 'Denver', 'San Francisco', 'New York', 'Austin', 'Remote']
    """
    evaluation = load_evaluation(
        offers_file, offer_id, report_date=report_date, growth_rate=growth_rate, growth_convention=growth_convention,
        n_years=n_years,
    )  # fmt: skip
    places = named_places(evaluation.tables, places_of(more_places))
    faults = location_faults(evaluation.tables, places, housing_share, earlier_wages, bedrooms)
    if faults:
        raise InputError(faults)
    return LocationAnalysis(evaluation, housing_share, places, earlier_wages, washington_2028, bedrooms)


def places_of(text: str) -> tuple[str, ...]:
    """Split a list of places separated by semicolons or commas.

    >>> places_of("Boston; Denver, Austin"), places_of("Boston, MA, Denver")
    (('Boston', 'Denver', 'Austin'), ('Boston, MA', 'Denver'))
    """
    return tuple(place.strip() for place in re.split(r"[;,](?! *[A-Z]{2} *(?:[;,]|$))", text) if place.strip())


def named_places(tables: Tables, places: Sequence[str]) -> tuple[str, ...]:
    """Find the places of data/places.csv that texts name; other texts stay as they are, for a fault to quote."""
    homes = tables.choices["residences"]
    return tuple(read_place(place, homes) or place for place in places)


def location_faults(
    tables: Tables,
    places: Sequence[str],
    housing_share: float | None,
    earlier_wages: float | None = None,
    bedrooms: int | None = None,
) -> list[Fault]:
    """List all faults of the assumptions."""
    law = tax_tables(tables)
    rules = [("place", untaxed_place(place, tables)) for place in places if place not in law.of_place]
    if housing_share is not None and not 0 <= housing_share <= 1:
        rules.append(("housing_share", f"must be between 0 and 1 (0.4 means 40%), got {housing_share:g}."))
    if earlier_wages is not None and not 0 <= earlier_wages < np.inf:
        rules.append(("earlier_wages", f"must be an amount of 0 or more, got {earlier_wages:g}."))
    if bedrooms is not None and bedrooms not in BEDROOMS:
        rules.append(("bedrooms", f"must be {BEDROOMS[0]} to {BEDROOMS[-1]}, got {bedrooms}."))
    return [Fault("", "", name, rule) for name, rule in rules]
