"""The commands locations and withholding: what they print, and what they refuse before they print anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml

from compkit.cli import run
from compkit.place.location import TAX_PARTS

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
BEFORE = "amazon-l6-seattle-before"
GUIDE_PLACES = ["Seattle", "San Francisco", "New York", "Austin", "Remote"]
COMMANDS = ("locations", "withholding")
WORKED = {"id": "worked", "company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100000,
          "start_date": "2025-01-01"}  # fmt: skip
STOCK = {"company": "Amazon", "location": "Seattle", "start_date": "2027-02-01", "base_salary": 175000,
         "sign_on": [80000, 60000], "equity": [{"value": 300000, "vesting": "amazon"}]}  # fmt: skip
Capture = pytest.CaptureFixture[str]


def strict(text: str) -> Any:
    """Return what JSON holds; NaN and Infinity, which Python would let pass, are errors."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def printed(capsys: Capture, *arguments: str | Path) -> dict[str, dict[str, Any]]:
    """Run a command with --json and return its offers by id, nothing else being on stdout."""
    assert run([*map(str, arguments), "--json"]) == 0
    return {offer["id"]: offer for offer in strict(capsys.readouterr().out)["offers"]}


def refused(capsys: Capture, *arguments: str | Path) -> str:
    """Run a command that must refuse its input, with stdout left empty; return what it says."""
    assert run([*map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


def written(folder: Path, name: str = "offers.yaml", candidate: dict[str, Any] | None = None, **changes: Any) -> Path:
    """Write an offers file with the worked offer, changed; None takes a field out."""
    offer = {key: value for key, value in (WORKED | changes).items() if value is not None}
    path = folder / name
    path.write_text(yaml.safe_dump({"candidate": candidate, "offers": [offer]}), encoding="utf-8")
    return path


def test_locations_json(capsys: Capture) -> None:
    """The promised shape, for every offer of the sample; the guide's example by hand."""
    offers = printed(capsys, "locations", SAMPLE)
    for offer in offers.values():
        assert set(GUIDE_PLACES) <= {row["place"] for row in offer["places"]}
        for row in offer["places"]:
            keys = ("place", "gross", "net", "price_level", "equivalent_salary")
            assert all(row[key] is not None for key in keys)
            assert row["gross"] == pytest.approx(row["tax"] + row["net"])
            assert row["tax"] == pytest.approx(sum(row[name] for name in TAX_PARTS))
            assert row["kept"] == pytest.approx(row["net"] - row["rent"])
    before = offers[BEFORE]
    assert before["bedrooms"] == 1
    assert [row["place"] for row in before["places"]] == GUIDE_PLACES
    assert before["home"] == "Seattle"
    home = before["places"][0]
    assert (home["gross"], home["price_level"]) == (285_000, 111.133)
    assert home["equivalent_salary"] == pytest.approx(285_000)
    assert offers["amazon-l6-remote"]["home"] == "Remote"
    assert {each["jurisdiction"] for each in before["projected"]} == {"US", "WA", "CA", "NY"}
    across = offers["amazon-l7-new-york"]["places"][0]
    assert (across["place"], across["residence"], across["work_place"]) == ("Jersey City", "Jersey City", "New York")


def test_locations_by_hand(tmp_path: Path, capsys: Capture) -> None:
    """2025 in Austin: 100,000 leave 78,901, see test_tax; prices are 1.934 % below the country's."""
    path = written(tmp_path)
    (offer,) = printed(capsys, "locations", path, "--years", "1").values()
    austin = next(row for row in offer["places"] if row["place"] == "Austin")
    assert (austin["net"], austin["tax"]) == pytest.approx((78_901, 21_099))
    assert austin["purchasing_power"] == pytest.approx(78_901 / 0.98066)
    assert austin["tax_status"] == "official"


def test_a_place_is_added(tmp_path: Path, capsys: Capture) -> None:
    arguments = ("locations", written(tmp_path), "--place", "Denver", "--place", "Boston", "--place", "Seattle")
    (offer,) = printed(capsys, *arguments).values()
    places = [row["place"] for row in offer["places"]]
    assert sorted(places) == sorted([*GUIDE_PLACES, "Denver", "Boston"])
    assert places[0] == "Austin"


def test_a_share_for_housing_changes_prices_only(tmp_path: Path, capsys: Capture) -> None:
    """San Francisco by hand: 132.98792763 with 35 %, see living.csv."""
    path = written(tmp_path, location="San Francisco")
    plain, shared = (
        next(iter(printed(capsys, "locations", path, *more).values()))["places"][0]
        for more in ((), ("--housing-share", "0.35"))
    )
    assert (plain["price_level"], shared["price_level"]) == pytest.approx((115.613, 132.98792763))
    assert plain["net"] == shared["net"]


def test_bedrooms_change_rent_only(tmp_path: Path, capsys: Capture) -> None:
    """Austin, single: 1,562 a month for one bedroom, 2,347 for three."""
    path = written(tmp_path)
    offers = [printed(capsys, "locations", path, *more)["worked"] for more in ((), ("--bedrooms", "3"))]
    one, three = (offer["places"][0] for offer in offers)
    assert [offer["bedrooms"] for offer in offers] == [1, 3]
    assert (one["rent"], three["rent"]) == (12 * 1562, 12 * 2347)
    assert one["kept"] - three["kept"] == pytest.approx(12 * (2347 - 1562))
    assert one["net"] == three["net"]


def test_growth_and_years_move_the_pay(tmp_path: Path, capsys: Capture) -> None:
    """Year 1 of the guide's example pays 270,000; with annual steps of 15 % year 2's stock is worth 51,750."""
    path = written(tmp_path, **STOCK)
    one = printed(capsys, "locations", path, "--years", "1")["worked"]["places"][0]
    assert one["gross"] == 270_000
    growing = ("--growth", "0.15", "--growth-convention", "annual-step", "--years", "2")
    two = printed(capsys, "locations", path, *growing)["worked"]["places"][0]
    assert two["gross"] == pytest.approx((270_000 + 280_000 + 6_750) / 2)


def test_withholding_json(capsys: Capture) -> None:
    """From February 1, 2027: eleven months and the sign-on; then twelve, the second sign-on and 5 % of the grant."""
    offers = printed(capsys, "withholding", SAMPLE)
    before = offers[BEFORE]
    first, second = before["calendar_years"][:2]
    assert (before["residence"], before["work_place"]) == ("Seattle", None)
    assert [row["year"] for row in before["calendar_years"]] == [2027, 2028, 2029, 2030]
    assert (first["n_months"], first["supplemental"], first["earlier_wages"]) == (11, 80_000, 20_000)
    assert first["wages"] == pytest.approx(175_000 * 11 / 12 + 80_000 + 20_000)
    assert (second["wages"], second["supplemental"]) == pytest.approx((175_000 + 60_000 + 15_000, 75_000))
    for offer in offers.values():
        for row in offer["calendar_years"]:
            due = (max(0, row["federal_due"]), max(0, row["state_due"]))
            assert row["set_aside"] == pytest.approx(sum(due))


def test_earlier_wages_are_given_in_place_of_the_present_jobs(tmp_path: Path, capsys: Capture) -> None:
    """In place of a month's 15,000 of salary; the first year is eleven months and the sign-on."""
    path = written(tmp_path, candidate={"current": {"base_salary": 180000}}, **STOCK)
    for options, earlier in ((), 15_000), (("--earlier-wages", "50000"), 50_000), (("--earlier-wages", "0"), 0):
        found = printed(capsys, "withholding", path, *options)["worked"]["calendar_years"]
        assert [row["earlier_wages"] for row in found] == pytest.approx([earlier, 0, 0, 0])
        assert found[0]["wages"] == pytest.approx(175_000 * 11 / 12 + 80_000 + earlier)


def test_withholding_by_hand(tmp_path: Path, capsys: Capture) -> None:
    """2025 in Austin: 13,449 of income tax on 100,000, all of it withheld; nothing else."""
    (offer,) = printed(capsys, "withholding", written(tmp_path), "--years", "1").values()
    (row,) = offer["calendar_years"]
    assert (row["year"], row["federal_tax"], row["federal_withheld"]) == (2025, 13_449, pytest.approx(13_449))
    assert (row["state_tax"], row["net"], row["tax_status"]) == (0, pytest.approx(78_901), "official")
    assert row["set_aside"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("command", COMMANDS)
def test_washingtons_tax_of_2028_counts_on_demand(command: str, tmp_path: Path, capsys: Capture) -> None:
    """9.9 % of half a million a year."""
    path = written(tmp_path, location="Seattle", base_salary=1500000, start_date="2028-01-01")
    rows = [
        next(iter(printed(capsys, command, path, "--years", "1", *more).values()))
        for more in ((), ("--washington-2028",))
    ]
    name, amount = ("places", "state_income_tax") if command == "locations" else ("calendar_years", "state_tax")
    assert [row[name][0][amount] for row in rows] == [0, pytest.approx(49_500)]


@pytest.mark.parametrize(("command", "said"), [("locations", "pay that buys as much"), ("withholding", "set aside")])
def test_words_say_the_same(command: str, said: str, capsys: Capture) -> None:
    assert run([command, str(SAMPLE)]) == 0
    text = capsys.readouterr().out
    assert said in text
    for wrong in ("nan", "None", "Traceback", "["):
        assert wrong not in text


def test_words_by_hand(tmp_path: Path, capsys: Capture) -> None:
    path = written(tmp_path)
    assert run(["locations", str(path), "--years", "1"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "worked: $100,000 a year, the average of 1" in lines
    # 12 x 1,562 = 18,744 of rent; 78,901 - 18,744 = 60,157.
    assert "Austin (this offer) $78,901 $18,744 $60,157 98.1 $80,457 $100,000" in lines
    assert run(["withholding", str(path), "--years", "1"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "2025 $100,000 $13,449 $0 $0 $0 $0 official" in lines


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_start_date_today_is_said_to_be_taken(command: str, tmp_path: Path, capsys: Capture) -> None:
    assert run([command, str(written(tmp_path, start_date=None)), "--json"]) == 0
    captured = capsys.readouterr()
    strict(captured.out)
    assert "worked has no start_date; it is taken to start today." in captured.err


def test_all_faults_come_at_once_and_nothing_is_written(tmp_path: Path, capsys: Capture) -> None:
    bad, good = written(tmp_path, "bad.yaml", base_salary=-1, location="Astin"), written(tmp_path, id="other")
    before = sorted(tmp_path.iterdir())
    for form in ([], ["--json"]):
        said = refused(
            capsys, "locations", bad, good, tmp_path / "missing.yaml",
            "--place", "Seatle", "--place", "Boise", "--housing-share", "1.5", *form,
        )  # fmt: skip
        for part in (
            "place must be a place we know, got 'Seatle'", "Did you mean 'Seattle'?", "got 'Boise'",
            "housing_share must be between 0 and 1 (0.4 means 40%), got 1.5.",
            f"{bad}, offer 'worked': base_salary must not be negative, got -1", "Did you mean 'Austin'?",
            f"{tmp_path / 'missing.yaml'}: does not exist.",
        ):  # fmt: skip
            assert part in said, part
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("locations", "--housing-share", "nan"), "housing_share must be between 0 and 1 (0.4 means 40%), got nan."),
        (("locations", "--housing-share", "-0.1"), "housing_share must be between 0 and 1 (0.4 means 40%), got -0.1."),
        (("locations", "--housing-share", "350%"), "housing_share must be between"),
        (("locations", "--bedrooms", "4"), "4 is not in the range 1<=x<=3"),
        (("locations", "--place", "Remote"), "place must be the city where you live"),
        (("withholding", "--earlier-wages", "-5"), "earlier_wages must be an amount of 0 or more, got -5."),
        (("withholding", "--earlier-wages", "nan"), "earlier_wages must be an amount of 0 or more, got nan."),
        (("withholding", "--earlier-wages", "inf"), "earlier_wages must be an amount of 0 or more, got inf."),
        (("locations", "--years", "9"), "years must be 1 to 8, got 9."),
        (("withholding", "--growth", "-1"), "growth_rate must be a finite fraction above -1"),
        (("locations", "--discount-rate", "0.1"), "No such option"),
    ],
)
def test_unfit_options_are_refused(arguments: tuple[str, ...], said: str, tmp_path: Path, capsys: Capture) -> None:
    command, *options = arguments
    assert said in refused(capsys, command, written(tmp_path), *options)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"location": "New York", "residence": "Boston"}, "living in Boston and working in New York is taxed by two"),
        ({"location": "Remote"}, "offer 'worked': residence is needed for a Remote job"),
        ({"start_date": "2022-01-01"}, "offer 'worked': tax: year must be one of 2024, 2025"),
    ],
)
def test_an_offer_that_cannot_be_taxed_is_refused(
    command: str, changes: dict[str, str], said: str, tmp_path: Path, capsys: Capture
) -> None:
    told = refused(capsys, command, SAMPLE, written(tmp_path, **changes))
    assert said in told
    assert str(tmp_path / "offers.yaml") in told


@pytest.mark.parametrize("command", COMMANDS)
def test_all_offers_that_cannot_be_taxed_are_told_at_once(command: str, tmp_path: Path, capsys: Capture) -> None:
    one, two = (
        written(tmp_path, "a.yaml", start_date="2022-01-01"),
        written(tmp_path, "b.yaml", id="other", location="New York", residence="Boston"),
    )
    told = refused(capsys, command, one, two)
    assert "offer 'worked': tax: year must be one of" in told
    assert "offer 'other': tax: living in Boston" in told


@pytest.mark.parametrize("place", ["Boise", "Elsewhere"])
def test_a_place_without_taxes_stops_no_other_offer(place: str, tmp_path: Path, capsys: Capture) -> None:
    """The offer says why, and what the same pay leaves in the guide's places; nothing is equal to what is unknown."""
    here, nowhere = written(tmp_path), written(tmp_path, "b.yaml", id="nowhere", location=place)
    alone = printed(capsys, "locations", here)["worked"]
    found = printed(capsys, "locations", here, nowhere)
    assert found["worked"] == alone
    assert alone["reason"] is None
    assert found["nowhere"]["reason"].startswith(f"{place} has no taxes")
    assert {row["place"] for row in found["nowhere"]["places"]} == set(GUIDE_PLACES) - {"Remote"}
    assert {row["equivalent_salary"] for row in found["nowhere"]["places"]} == {None}
    by_year = printed(capsys, "withholding", here, nowhere)
    assert by_year["nowhere"]["calendar_years"] == []
    assert by_year["nowhere"]["reason"] == found["nowhere"]["reason"]
    assert len(by_year["worked"]["calendar_years"]) == 4
    for command in COMMANDS:
        assert run([command, str(here), str(nowhere)]) == 0
        assert f"not worked out for {place}: {found['nowhere']['reason']}" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_a_later_year_without_tables_names_its_offer(command: str, tmp_path: Path, capsys: Capture) -> None:
    """Tables end with 2038: a start in 2037 has two years with and two without."""
    told = refused(capsys, command, written(tmp_path, start_date="2037-01-01"))
    assert "offer 'worked': tax: year must be one of" in told
