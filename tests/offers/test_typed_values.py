"""Amounts in every spelling, through every format: read right or refused, never wrong; and the cases of real users."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, example, given, strategies as st
from laws import examples

from compkit.cli.main import run
from compkit.errors import Fault
from compkit.offers import Offers, read_offers
from compkit.reference.tables import load_tables

PEOPLE = Path(__file__).parents[1] / "cases" / "people"
HEAD = ("id", "company", "level", "location", "base_salary", "bonus_target_rate", "equity_value")
FILES = examples(
    40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def read(name: str) -> Offers:
    return read_offers([PEOPLE / name])


def told(faults: tuple[Fault, ...]) -> dict[str, str]:
    return {fault.field: fault.message for fault in faults}


# Laws


def thousands(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


AMOUNT_FORMS: dict[str, Callable[[int], str]] = {
    "digits": str,
    "decimals": lambda n: f"{n}.00",
    "comma": lambda n: thousands(n, ","),
    "comma and cents": lambda n: f"{n:,}.00",
    "dollar": lambda n: f"${thousands(n, ',')}",
    "dollar and blank": lambda n: f"$ {thousands(n, ',')}",
    "dollar digits": lambda n: f"${n}",
    "underscore": lambda n: thousands(n, "_"),
    "blank": lambda n: thousands(n, " "),
    "no-break space": lambda n: thousands(n, "\u00a0"),
    "narrow space": lambda n: thousands(n, "\u202f"),
    "apostrophe": lambda n: thousands(n, "'"),
    "k": lambda n: f"{n / 1000:.10g}k",
    "K": lambda n: f"{n / 1000:.10g}K",
    "dollar k": lambda n: f"${n / 1000:.10g}k",
    "M": lambda n: f"{n / 1_000_000:.10g}M",
    "m": lambda n: f"{n / 1_000_000:.10g}m",
    "code": lambda n: f"USD {thousands(n, ',')}",
    "code after": lambda n: f"{thousands(n, ',')} USD",
    "exponent": lambda n: f"{n:.12e}",
    # These have two readings for some numbers or all: refused there.
    "dot": lambda n: thousands(n, "."),
    "dot and comma": lambda n: f"{thousands(n, '.')},00",
    "three decimals": lambda n: f"{n}.000",
    "decimal comma": lambda n: f"{n},00",
    "one comma": lambda n: f"{n / 10:.1f}".replace(".", ","),
    "range": lambda n: f"{n}-{n + 1}",
    "euro": lambda n: f"\u20ac{n}",
    "lakh": lambda n: f"{n // 100_000},{n // 1000 % 100:02},{n % 1000:03}",
    "leading zero": lambda n: f"0{n}",
    "percent": lambda n: f"{n}%",
}
ALWAYS_READ = tuple(AMOUNT_FORMS)[: tuple(AMOUNT_FORMS).index("dot")]
NEVER_READ = ("dot and comma", "decimal comma", "range", "euro", "leading zero", "percent")
RATE_FORMS: dict[str, Callable[[float], str]] = {
    "fraction": lambda percent: f"{percent / 100:.6g}",
    "percent": lambda percent: f"{percent:.6g}%",
    "percent and blank": lambda percent: f"{percent:.6g} %",
    "decimal comma": lambda percent: f"{percent:.1f}%".replace(".", ","),
}


def yaml_forms(salary: str, rate: str, grant: str) -> list[str]:
    """Return the file with its values as they are, in block and flow style, and quoted."""
    head = "offers:\n- id: one\n  company: A\n  level: L6\n  location: Austin\n"
    block = f"{head}  base_salary: {salary}\n  bonus_target_rate: {rate}\n  equity:\n  - value: {grant}\n"
    start = "offers:\n- {id: one, company: A, level: L6, location: Austin, "
    flow = f"{start}base_salary: {salary}, bonus_target_rate: {rate}, equity: [{{value: {grant}}}]}}\n"
    document = document_of(salary, rate, grant)
    return [block, flow, yaml.safe_dump(document, allow_unicode=True)]


def document_of(salary: object, rate: object, grant: object) -> dict[str, Any]:
    offer = {"id": "one", "company": "A", "level": "L6", "location": "Austin", "base_salary": salary}
    return {"offers": [{**offer, "bonus_target_rate": rate, "equity": [{"value": grant}]}]}


def written_files(folder: Path, salary: str, rate: str, grant: str) -> dict[str, Path]:
    """Write the same values in every format; return the files by a name for each."""
    files = {f"yaml-{n}": folder / f"{n}.yaml" for n in range(3)}
    for path, text in zip(files.values(), yaml_forms(salary, rate, grant), strict=True):
        path.write_text(text, encoding="utf-8")
    files["json"] = folder / "o.json"
    files["json"].write_text(json.dumps(document_of(salary, rate, grant)), encoding="utf-8")
    row = ("one", "A", "L6", "Austin", salary, rate, grant)
    files["csv"] = folder / "o.csv"
    with files["csv"].open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, row])
    files["xlsx"] = folder / "o.xlsx"
    book: Any = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(row)
    book.save(files["xlsx"])
    return files


@FILES
@given(
    salary=st.integers(30_000, 999_000) | st.integers(30, 999).map(lambda n: 1000 * n),
    grant=st.integers(1_000, 9_000_000) | st.integers(1, 9000).map(lambda n: 1000 * n),
    percent=st.integers(1, 400).map(lambda n: n / 10),
    salary_form=st.sampled_from(sorted(AMOUNT_FORMS)),
    grant_form=st.sampled_from(sorted(AMOUNT_FORMS)),
    rate_form=st.sampled_from(sorted(RATE_FORMS)),
)
@example(175_000, 300_000, 15.0, "comma", "comma", "percent")
@example(175_000, 1_250_000, 12.5, "dollar", "comma", "fraction")
@example(450_000, 450_000, 5.0, "dot", "dot", "fraction")
def test_an_amount_is_read_right_or_refused(
    tmp_path: Path, salary: int, grant: int, percent: float, salary_form: str, grant_form: str, rate_form: str
) -> None:
    """What a person means comes out, or nothing does, whatever the format and however it is written."""
    typed = (AMOUNT_FORMS[salary_form](salary), RATE_FORMS[rate_form](percent), AMOUNT_FORMS[grant_form](grant))
    forms = {salary_form, grant_form}
    sound = rate_form != "decimal comma" and forms <= set(ALWAYS_READ)
    for name, path in written_files(tmp_path, *typed).items():
        reading = read_offers([path])
        assert reading.faults or len(reading) == 1, name
        if reading.faults:
            # In braces a comma, and after a colon a percent sign, need quotes; everywhere else what is sound is read.
            assert not sound or (name == "yaml-1" and "," in "".join(typed)), (name, typed, reading.faults)
            continue
        assert not forms & set(NEVER_READ), (name, typed)
        offer = reading[0].offer
        assert (offer.base_salary, offer.equity[0].value) == (salary, grant), (name, typed)
        assert offer.bonus_target_rate == pytest.approx(percent / 100, rel=1e-12), (name, typed)


@FILES
@given(amount=st.floats(0, 1e9, allow_nan=False).map(abs), ratio=st.floats(0, 10).map(abs))
def test_a_number_cell_is_a_number(tmp_path: Path, amount: float, ratio: float) -> None:
    """A spreadsheet's numbers have been read already: what the cell holds counts, three decimals too."""
    path = tmp_path / "o.xlsx"
    book: Any = openpyxl.Workbook()
    book.active.append(HEAD)
    book.active.append(("one", "A", "L6", "Austin", amount, ratio, round(amount, 3)))
    book.save(path)
    reading = read_offers([path])
    assert reading.faults == ()
    offer = reading[0].offer
    found = (offer.base_salary, offer.bonus_target_rate, offer.equity[0].value)
    assert found == pytest.approx((amount, ratio, round(amount, 3)), rel=1e-13)  # a cell keeps 15 digits


@FILES
@given(
    group=st.sampled_from(
        ["relocation: {value: %s}", "refresher_plan: {annual_value: %s}", "posted_base: {low: %s}",
         "posted_base: {high: %s}", "quoted: {total_4yr: %s}", "benefits: {other: %s, premiums: 5}",
         "market: [{measure: rsu_4yr, p50: %s}]", "options: [{n_options: %s, strike: 1}]",
         "options: [{strike: 1, n_options: %s}]", "equity: [{units: %s, price_now: 5}]",
         "negotiation: {first_offer: {base_salary: %s}}", "refreshers: [{year: 1, value: %s}]",
         "startup: {fully_diluted_shares: %s}", "sign_on: [%s]", "sign_on: [%s, 0]",
         "equity: [{value: %s}, {value: 1}]"]
    ),
    number=st.integers(1_000, 9_999_999),
    sign=st.sampled_from(["", "$"]),
)  # fmt: skip
@example("relocation: {value: %s}", 300_000, "")
@example("relocation: {value: %s}", 450_500, "")
def test_a_comma_in_braces_is_one_fault_that_proposes_the_number(
    tmp_path: Path, group: str, number: int, sign: str
) -> None:
    path = tmp_path / "o.yaml"
    start = "offers:\n- {id: one, company: A, level: L6, location: Austin, base_salary: 175000, "
    path.write_text(f"{start}{group % f'{sign}{number:,}'}}}\n")
    faults = read_offers([path]).faults
    is_list = group.startswith("sign_on")
    if is_list and not faults:  # [80,500] may be two years' payments, or one: the plausibility check asks
        assert group == "sign_on: [%s]"
        assert f"{number:,}".split(",")[1][0] != "0"
        return
    assert len(faults) == 1, faults
    assert faults[0].where == "offer 'one'"
    assert faults[0].field.startswith(group.partition(":")[0])
    assert f"{number:,}" in faults[0].message or is_list
    assert "comma" in faults[0].message
    if not is_list:
        assert faults[0].message == f"{sign}{number:,} needs quotes or no comma. Did you mean {number}?"


# The cases of real users: the value on the right is worked out by hand


def test_numbers_with_commas_in_braces() -> None:
    assert told(read("18-flow-commas.yaml").faults) == {
        "equity[0].value": "300,000 needs quotes or no comma. Did you mean 300000?",
        "relocation.value": "20,000 needs quotes or no comma. Did you mean 20000?",
        "posted_base.low": "170,000 needs quotes or no comma. Did you mean 170000?",
        "posted_base.high": "190,000 needs quotes or no comma. Did you mean 190000?",
        "refresher_plan.annual_value": "60,000 needs quotes or no comma. Did you mean 60000?",
    }


@pytest.mark.parametrize(
    ("name", "where", "field", "number"),
    [
        ("45-first-offer-comma.yaml", "offer 'a'", "negotiation.first_offer.base_salary", "165,000"),
        ("46-present-job-comma.yaml", "candidate", "current.base_salary", "180,000"),
        ("m14-equity-comma.yaml", "offer 'amazon-l6'", "equity[0].value", "300,000"),
        ("m18-flow.yaml", "offer 'a'", "base_salary", "175,000"),
    ],
)
def test_a_number_with_a_comma_in_braces_at_every_depth(name: str, where: str, field: str, number: str) -> None:
    (fault,) = read(name).faults
    assert (fault.where, fault.field) == (where, field)
    meant = number.replace(",", "")
    assert fault.message == f"{number} needs quotes or no comma. Did you mean {meant}?"


def test_numbers_with_commas_in_brackets() -> None:
    assert told(read("m13.yaml").faults) == {
        "sign_on": "[80,000, 60,000] needs quotes or no commas in its numbers. Did you mean [80000, 60000]?",
        "equity[0].value": "300,000 needs quotes or no comma. Did you mean 300000?",
    }


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ("80,000", "[80,000] needs quotes or no commas in its numbers. Did you mean [80000]?"),
        ("80,000,60,000", "Did you mean [80000, 60000]?"),
        ("80,500, 60,250", "Did you mean [80500, 60250]?"),
        ("1,250,000, 0", "Did you mean [1250000, 0]?"),
        ("1,250,000", "[1,250,000] needs numbers without commas, because each comma starts another number."),
    ],
)
def test_lists_of_numbers_with_commas(tmp_path: Path, items: str, message: str) -> None:
    path = tmp_path / "o.yaml"
    start = "offers:\n- id: a\n  company: A\n  level: L6\n  location: Austin\n  base_salary: 175000\n"
    path.write_text(f"{start}  sign_on: [{items}]\n")
    (fault,) = read_offers([path]).faults
    assert fault.field == "sign_on"
    assert fault.message.endswith(message)


def test_an_unknown_key_without_a_value_is_a_fault() -> None:
    messages = told(read("20-null-unknown.yaml").faults)
    assert set(messages) == {"bonus", "singon", "equity[0].vestng"}
    assert all(message.startswith("is not a known field. Did you mean ") for message in messages.values())
    assert messages["singon"].endswith("'sign_on'?")
    assert messages["equity[0].vestng"].endswith("'vesting'?")


GROUPS = (
    "contact", "role", "scores", "signals", "quoted", "posted_base", "relocation", "refresher_plan", "benefits",
    "startup", "negotiation", "equity", "refreshers", "options", "market", "candidate", "candidate.current",
    "candidate.walk_away", "",
)  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("key", ["qqqq", "500", "000", "null", "true", "1.5"])
@pytest.mark.parametrize("value", [None, 1])
def test_an_unknown_key_is_a_fault_in_every_group(tmp_path: Path, group: str, key: str, value: int | None) -> None:
    offer: dict[str, Any] = {"id": "one", "company": "A", "level": "L6", "location": "Austin", "base_salary": 175000}
    document: dict[str, Any] = {"candidate": {"current": {"base_salary": 100000}, "walk_away": {}}, "offers": [offer]}
    if group.startswith("candidate"):
        inside = document
        for part in group.split("."):
            inside = inside[part]
    elif group:
        inside = {}
        offer[group] = [inside] if group in ("equity", "refreshers", "options", "market") else inside
    else:
        inside = offer
    inside[key] = value
    for name in ("o.json", "o.yaml"):
        path = tmp_path / name
        text = json.dumps(document) if name == "o.json" else yaml.safe_dump(document).replace(f"'{key}'", key)
        path.write_text(text)
        found = [fault for fault in read_offers([path]).faults if fault.field.endswith(key)]
        assert len(found) == 1, (name, read_offers([path]).faults)
        assert "is not a" in found[0].message


def test_dots_before_thousands_are_asked_about() -> None:
    reading = read("23b-dot-thousands.csv")
    assert told(reading.faults) == {
        "sign_on_y1": "80.000 could be 80 or 80000. Type the one you mean.",
        "equity_value": "450.000 could be 450 or 450000. Type the one you mean.",
    }
    assert {fault.where for fault in reading.faults} == {"offer 'a'"}
    assert reading.ids == ["b"]


def test_amounts_as_people_write_them_in_yaml() -> None:
    reading = read("m10.yaml")
    messages = told(reading.faults)
    assert set(messages) == {"id", "sign_on", "start_date", "equity"}  # the salary, the rate and the place are read
    assert messages["start_date"] == "3/1/2026 could be 2026-03-01 or 2026-01-03. Type the one you mean."
    assert messages["equity"] == "must be a list, got '1.2M'. Did you mean [{value: 1200000}]?"
    assert messages["sign_on"] == "must be a list, got '80k, 60k'. Did you mean [80000, 60000]?"
    assert messages["id"].endswith("Did you mean 'amazon-l6'?")


def test_amounts_as_people_write_them_in_csv(tmp_path: Path) -> None:
    (fault,) = read("m4-formatted.csv").faults
    assert fault.message == "3/1/2026 could be 2026-03-01 or 2026-01-03. Type the one you mean."
    path = tmp_path / "o.csv"
    path.write_text((PEOPLE / "m4-formatted.csv").read_text().replace("3/1/2026", "2026-03-01"))
    offer = read_offers([path])[0].offer
    assert (offer.base_salary, offer.sign_on, offer.bonus_target_rate) == (175_000, (80_000,), 0.15)
    assert offer.equity[0].value == 1_200_000


def test_exponents_underscores_and_quoted_digits_are_read() -> None:
    offer = read("m19.yaml")[0].offer
    assert (offer.base_salary, offer.sign_on, offer.equity[0].value) == (175_000, (80_000,), 300_000)


def test_a_place_with_its_state_is_read(tmp_path: Path) -> None:
    reading = read("m5-seattle-wa.csv")
    assert reading.faults == ()
    assert "Did you mean 15%?" in " ".join(warning.message for warning in reading.warnings)
    path = tmp_path / "o.csv"
    path.write_text((PEOPLE / "m5-seattle-wa.csv").read_text().replace(",15,", ",15%,"))
    offer = read_offers([path])[0].offer
    assert (offer.location, offer.bonus_target_rate, str(offer.deadline)) == ("Seattle", 0.15, "2026-12-15")


def test_a_range_of_salary_is_read_as_its_ends() -> None:
    reading = read("24-range.yaml")
    assert reading.faults == ()
    posted = reading[0].offer.posted_base
    assert posted is not None
    assert (posted.low, posted.high) == (123_684, 254_644)


def test_an_offer_without_offers_above_it_is_told_where_it_goes() -> None:
    (fault,) = read("m11.yaml").faults
    assert fault.field == "offers"
    assert fault.message == (
        "is missing, but id, company, level, location, base_salary are at the top level. "
        "Put them under `offers:`, with a dash before the first."
    )


def test_rates_above_one_are_valid_as_they_stand() -> None:
    """5 and 3 are possible rates: no fault. That 5 % may be meant is a warning."""
    reading = read("m15-rate5.yaml")
    assert reading.faults == ()
    assert {warning.field for warning in reading.warnings} == {"bonus_target_rate", "annual_raise_rate"}


def test_what_the_kit_writes_has_one_reading(tmp_path: Path) -> None:
    """A report's copy of an offer holds 512.125 as a text that cannot be taken for 512125."""
    path = tmp_path / "o.json"
    path.write_text(json.dumps(document_of("512.1250", "12.125%", "$1,125.5")))
    offer = read_offers([path])[0].offer
    assert (offer.base_salary, offer.bonus_target_rate, offer.equity[0].value) == (512.125, 0.12125, 1125.5)
    written = offer.model_dump(mode="json", exclude_unset=True)
    assert (written["base_salary"], written["equity"][0]["value"]) == ("512.1250", 1125.5)
    path.write_text(json.dumps({"offers": [written]}))
    assert read_offers([path])[0].offer == offer


# The places


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("Seattle, WA", "Seattle"), ("seattle", "Seattle"), ("SEATTLE WA", "Seattle"), (" Seattle ,wa", "Seattle"),
        ("San Francisco, California", "San Francisco"), ("New York, NY", "New York"), ("NYC", "New York"),
        ("New York City", "New York"), ("new york", "New York"), ("Washington, D.C.", "Washington DC"),
        ("Arlington, VA", "Arlington VA"), ("Saint Louis, MO", "St. Louis"), ("St Louis", "St. Louis"),
        ("Portland, Oregon", "Portland"), ("Kansas City, MO, USA", "Kansas City"), ("Austin TX", "Austin"),
        ("Brooklyn", "New York"), ("Brooklyn, NY", "New York"), ("Manhattan", "New York"), ("Queens, NY", "New York"),
        ("The Bronx", "New York"), ("Mountain View, CA", "Mountain View"), ("Cupertino, CA", "Cupertino"),
        ("Oakland", "Oakland"), ("Cambridge, MA", "Cambridge"), ("Redmond, WA", "Redmond"), ("Hoboken, NJ", "Hoboken"),
        ("Kirkland", "Kirkland"), ("Reston, VA", "Reston"), ("Vancouver, WA", "Vancouver WA"),
        ("Columbia, MD", "Columbia MD"), ("Baltimore, Maryland", "Baltimore"), ("SF", "San Francisco"),
        ("LA", "Los Angeles"), ("DC", "Washington DC"), ("D.C.", "Washington DC"), ("Palo Alto", "Palo Alto"),
        ("Burlington, MA", "Burlington MA"), ("Arlington, TX", "Arlington TX"), ("St Paul", "St. Paul"),
        ("Saint Paul, MN", "St. Paul"), ("Tysons Corner, VA", "Tysons"), ("Silver Spring, MD", "Silver Spring"),
    ],
)  # fmt: skip
def test_a_place_that_one_row_matches_is_read(typed: str, place: str) -> None:
    assert load_tables().choices["places"].read(typed) == place  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "typed",
    ["Portland, ME", "Portland, Maine", "Kansas City, KS", "Washington", "Arlington", "Arlington, MA", "Seattle, OR",
     "Paris", "Columbus, GA", "WA", "York", "", "Seattle or Austin", "Vancouver", "Vancouver, BC", "Cambridge, UK",
     "Columbia", "Manhattan, KS", "Oakland, NJ", "London", "Burlington", "Glendale", "LA, LA", "California"],
)  # fmt: skip
def test_a_place_that_no_row_or_another_state_s_matches_is_not_read(typed: str) -> None:
    assert load_tables().choices["places"].read(typed) is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("London", "We have no tax model for it. "), ("Toronto", "We have no tax model for it. "),
        ("Vancouver, BC", "We have no tax model for it. "), ("Kansas City, KS", "We have no tax model for Kansas. "),
        ("Overland Park, Kansas", "We have no tax model for Kansas. "), ("Kansas", "We have no tax model for Kansas. "),
        ("Arlington", "Type the state as well, as in Arlington, VA or Arlington, TX. "),
        ("Washington", "Type the state as well, as in Washington, DC. "), ("Oregon", "Type the city, such as "),
        ("San Josse", "Did you mean 'San Jose'? "), ("Dayton, OH", "Nearest: Dublin, OH; Columbus, OH. "),
    ],
)  # fmt: skip
def test_a_place_that_is_not_read_says_once_what_to_type(typed: str, said: str) -> None:
    message = load_tables().choices["places"].unknown(typed)  # type: ignore[attr-defined]
    assert said in message
    assert sum(message.count(words) for words in ("Did you mean", "Nearest", "no tax model", "Type the ")) == 1


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("Portland", "Portland is read as Portland, OR. Type the state as well; Portland, ME is not in our tables."),
        ("kansas city", "Kansas City is read as Kansas City, MO. "), ("Columbus", "Columbus is read as Columbus, OH. "),
        ("Cambridge, USA", "Cambridge is read as Cambridge, MA. "),
    ],
)  # fmt: skip
def test_a_name_of_two_well_known_cities_is_read_with_a_note(
    typed: str, note: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tax", "--wages", "300k", "--location", typed, "--year", "2026"]) == 0
    assert capsys.readouterr().out.startswith(note)
    offer = {"id": "a", "company": "Amazon", "level": "L6", "base_salary": 175000, "location": typed}
    path = tmp_path / "offers.json"
    candidate = {"residence": "Austin", "current": {"location": typed}}
    path.write_text(json.dumps({"candidate": candidate, "offers": [offer]}), encoding="utf-8")
    warnings = [one for one in read_offers([path]).warnings if "is read as" in one.message]
    assert all(note in one.message for one in warnings)
    assert {(one.where, one.field) for one in warnings} == {
        ("offer 'a'", "location"), ("candidate", "current.location"),
    }  # fmt: skip


def test_the_place_left_has_a_note_too(capsys: pytest.CaptureFixture[str]) -> None:
    moved = ("--location", "Austin", "--moved-from", "Columbus", "--moved-on", "2026-07-01", "--earned-before", "150k")
    assert run(["tax", "--wages", "300k", "--year", "2026", "--json", *moved]) == 0
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert note.startswith("Columbus is read as Columbus, OH. ")


@pytest.mark.parametrize("typed", ["Portland, OR", "Kansas City, Missouri", "Columbus OH", "Seattle", "Palo Alto"])
def test_a_name_with_its_state_or_of_one_city_has_no_note(typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["tax", "--wages", "300k", "--location", typed, "--year", "2026"]) == 0
    assert "is read as" not in capsys.readouterr().out


# The command line


def test_options_take_amounts_and_rates_as_people_write_them(capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for wages, place in (("300000", "Seattle"), ("$300,000", "Seattle, WA"), ("300k", "seattle")):
        assert run(["tax", "--wages", wages, "--location", place, "--year", "2026", "--json"]) == 0
        answers.append(capsys.readouterr().out)
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--wages", "80.000", "--location", "Seattle"), "80.000 could be 80 or 80000. Type the one you mean."),
        (("--wages", "15%", "--location", "Seattle"), "must be an amount in dollars, got 15%."),
        (("--wages", "5", "--location", "Seatle"), "got 'Seatle'. Did you mean 'Seattle'? "),
        (("--wages", "5", "--location", "Boise"), "place whose taxes we know, got 'Boise'. We have no tax model"),
        (("--wages", "5", "--location", "Remote"), "must be the city where you live"),
    ],
)
def test_an_option_that_could_be_two_is_refused(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tax", *arguments, "--year", "2026", "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


@pytest.mark.parametrize("name", ["places", "schedules", "skills", "specializations", "risk-factors"])
def test_every_list_that_a_fault_points_to_can_be_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", name, "--json"]) == 0
    (names,) = json.loads(capsys.readouterr().out).values()
    assert len(names) >= 6
    assert run(["data", name]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(names)
