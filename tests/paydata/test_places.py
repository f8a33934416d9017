"""Places: metropolitan areas looked up by hand in the Census Bureau's list of July 2023, and what stays unknown."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from compkit.paydata import Metro, PlaceTyped, metro_places
from compkit.reference import data_directory, load_tables

TABLES = load_tables()
NAMES = {str(row["metro_code"]): str(row["metro"]) for row in TABLES.rows("metro_counties")}
SEATTLE, NEW_YORK, SAN_FRANCISCO, SAN_JOSE, SAN_DIEGO = "42660", "35620", "41860", "41940", "41740"
WASHINGTON, BALTIMORE, PORTLAND, BRIDGEPORT, ST_LOUIS = "47900", "12580", "38900", "14860", "41180"


def place(typed: PlaceTyped) -> Metro:
    return metro_places([typed], TABLES)[0]


@pytest.mark.parametrize(
    ("code", "state", "typed"),
    [
        (SEATTLE, "WA", PlaceTyped("Seattle, WA")),
        (SEATTLE, "WA", PlaceTyped("  seattle ,washington, United States")),
        (SEATTLE, "WA", PlaceTyped("Seattle, WA 98101-1234, USA")),
        (SEATTLE, "WA", PlaceTyped("Greater Seattle Area")),
        (SEATTLE, "WA", PlaceTyped(zip_code="98052")),  # Redmond
        (NEW_YORK, "NY", PlaceTyped(city="NEW YORK", state="NY")),
        (NEW_YORK, "NY", PlaceTyped(city="NEWYORK", state="NY")),
        (NEW_YORK, "NY", PlaceTyped(city="NEW YORK CITY", state="New York")),
        (NEW_YORK, "NY", PlaceTyped(city="Brooklyn", county="KINGS", state="NY", zip_code="11201")),
        (NEW_YORK, "NY", PlaceTyped(county_fips="36061.0")),
        (NEW_YORK, "NJ", PlaceTyped("Middlesex County, NJ")),
        (NEW_YORK, "NJ", PlaceTyped(county_fips="34017")),
        (SAN_DIEGO, "CA", PlaceTyped("CHULA VISTA, CALIFORNIA")),
        (SAN_JOSE, "CA", PlaceTyped("Palo Alto, CA")),  # of its four ordinary ZIP codes one is in San Mateo County
        (SAN_JOSE, "CA", PlaceTyped(city="San Jose", county="Santa Clara County", state="CA")),
        (SAN_FRANCISCO, "CA", PlaceTyped("San Francisco-Oakland-Hayward, CA")),  # its name until 2018
        (WASHINGTON, "DC", PlaceTyped("WASHINGTON, DISTRICT OF COLUMBIA")),
        (WASHINGTON, "DC", PlaceTyped("Washington, D.C.")),
        (WASHINGTON, "VA", PlaceTyped(city="Alexandria", county="City of Alexandria County", state="VA")),
        (WASHINGTON, "VA", PlaceTyped(county="Fairfax", state="VA")),  # county and city are in the same area
        (WASHINGTON, "MD", PlaceTyped(city="Laurel", county="Prince George's", state="MD")),
        (BALTIMORE, "MD", PlaceTyped(city="Middle River", county="Baltimore County", state="MD")),
        (PORTLAND, "WA", PlaceTyped("Vancouver, WA")),
        (ST_LOUIS, "MO", PlaceTyped(city="St Louis", county="St. Louis County", state="MO")),
        (ST_LOUIS, "MO", PlaceTyped("SAINT LOUIS, MISSOURI")),
        (BRIDGEPORT, "CT", PlaceTyped("Ridgefield, CT", zip_code="6877", county_fips="9001")),
        ("25540", "CT", PlaceTyped("Hartford, CT")),
        ("16980", "IL", PlaceTyped("Rosemont, IL", zip_code="61568", county_fips="17179")),  # codes of Peoria's area
        ("33100", "FL", PlaceTyped("Miami-Dade County, FL", county_fips="12025")),  # its code until 1997
        (SAN_FRANCISCO, "CA", PlaceTyped(metro_code="0041860")),
        ("47930", "CT", PlaceTyped(city="SHELTON", county="FAIRFIELD", state="CT")),
        ("33100", "FL", PlaceTyped("FT LAUDERDALE, FL")),
        ("41980", "PR", PlaceTyped(city="GUAYNABO", state="PR")),
        ("29740", "NM", PlaceTyped("Doña Ana County, NM")),
    ],
)
def test_places_in_a_metropolitan_area(code: str, state: str, typed: PlaceTyped) -> None:
    assert place(typed) == Metro(NAMES[code], state, "US")


@pytest.mark.parametrize(
    ("state", "country", "typed"),
    [
        (None, "Australia", PlaceTyped("Sydney, NS, Australia")),
        (None, "France", PlaceTyped("Paris, IL, France")),
        (None, "Georgia", PlaceTyped("Tbilisi, TB, Georgia")),
        (None, "India", PlaceTyped("Bangalore, India")),
        (None, "Canada", PlaceTyped(city="Toronto", state="ON", country="CANADA")),
        (None, None, PlaceTyped("Vancouver, BC")),  # no state, and no country named
        (None, None, PlaceTyped("Remote")),
        (None, "US", PlaceTyped("Remote, US")),
        ("TX", "US", PlaceTyped("Remote - Austin, TX")),
        (None, None, PlaceTyped("Springfield")),
        (None, None, PlaceTyped("Austin")),  # Texas, Minnesota, Indiana, ...
        (None, None, PlaceTyped("Washington")),
        ("WA", "US", PlaceTyped("Washington, United States")),
        ("CA", "US", PlaceTyped("California")),
        ("MA", "US", PlaceTyped(city="SEATTLE", state="MA")),
        ("MD", "US", PlaceTyped("Laurel, MD")),  # partly in Washington's area, partly in Baltimore's
        ("CA", "US", PlaceTyped(city="San Diego", county="Los Angeles", state="CA")),
        ("IA", "US", PlaceTyped("Mason City, IA")),  # a micropolitan area
        ("CT", "US", PlaceTyped(county="Fairfield", state="CT")),  # its towns are in two areas
        ("VA", "US", PlaceTyped(county="Richmond", state="VA")),  # Richmond County is far from the city
        (None, None, PlaceTyped()),
        (None, None, PlaceTyped(zip_code="00000")),
    ],
)
def test_places_whose_metro_is_unknown(state: str | None, country: str | None, typed: PlaceTyped) -> None:
    assert place(typed) == Metro(None, state, country)


def test_a_city_without_a_state_counts_where_only_one_has_it() -> None:
    assert [place(PlaceTyped(city)).state for city in ("Seattle", "New York", "Chula Vista")] == ["WA", "NY", "CA"]


def test_offers_and_pay_data_name_metros_alike() -> None:
    """Each row of places.csv, typed with its state, is in the row's own metro."""
    for row in TABLES.rows("places"):
        if row["metro"]:
            city = row["place"].removesuffix(f" {row['state']}")
            assert place(PlaceTyped(city=city, state=row["state"])) == Metro(row["metro"], row["state"], "US")
            assert NAMES[row["geofips"]] == row["metro"]


def test_a_metro_given_again_stays() -> None:
    typed = [PlaceTyped(name) for name in NAMES.values()] + [PlaceTyped(name.upper()) for name in NAMES.values()]
    assert [found.metro for found in metro_places(typed, TABLES)] == [*NAMES.values()] * 2


@pytest.mark.parametrize("typed", ["Seattle, WA", "CHULA VISTA, CALIFORNIA", "Sydney, NS, Australia", "St. Louis, MO"])
def test_case_and_spaces_do_not_matter(typed: str) -> None:
    spaced = "  ".join(f" {typed} ".split(" ")).lower()
    assert place(PlaceTyped(spaced)) == place(PlaceTyped(typed.upper())) == place(PlaceTyped(typed))


def test_metropolitan_areas_are_those_of_the_census() -> None:
    """393 areas and 1,252 counties, as OMB Bulletin 23-01 counts them; a county's state is one of its metro's name."""
    with (data_directory() / "metro_counties.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (len({row["metro_code"] for row in rows}), len(rows)) == (393, 1252)
    states = defaultdict(set)
    for row in rows:
        states[row["metro"]].add(row["state"])
    for metro, found in states.items():
        title = metro.replace(" (Metropolitan", "").replace(" Metropolitan", "").split(" Statistical")[0]
        assert found == set(title.rpartition(", ")[2].split("-")), metro
