"""Sheets as people save them: separators, encodings, headers, titles, formulas, several sheets."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, strategies as st
from laws import examples

from compkit.errors import Fault
from compkit.model.offer import Offer
from compkit.offers import Offers, read_offers
from compkit.offers.sheets import CANDIDATE_COLUMNS, OFFER_COLUMNS

PEOPLE = Path(__file__).parents[1] / "cases" / "people"
HEADER = ("id", "company", "level", "location", "base_salary")
ROW = ("one", "Amazon", "L6", "Seattle", 175000)


def read(name: str) -> Offers:
    return read_offers([PEOPLE / name])


def read_text(folder: Path, text: str | bytes, name: str = "o.csv") -> Offers:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_offers([folder / name])


def only_offer(reading: Offers) -> Offer:
    assert [str(fault) for fault in reading.faults] == []
    (entry,) = reading
    return entry.offer


def only_fault(reading: Offers) -> Fault:
    (fault,) = reading.faults
    return fault


def workbook(*sheets: tuple[str, Sequence[Sequence[Any]]], change: Callable[[Any], object] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    if change:
        change(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# The cases of people


@pytest.mark.parametrize("name", ["m1-semicolon-bom.csv", "m2-bom.csv", "m9-utf16.csv"])
def test_separators_and_encodings(name: str) -> None:
    offer = only_offer(read(name))
    assert (offer.id, offer.base_salary, offer.sign_on) == ("amazon-l6", 175_000, (80_000, 60_000))
    assert (offer.equity[0].value, offer.equity[0].vesting) == (300_000, "amazon")


def test_amounts_as_people_format_them() -> None:
    """Only the date of m4 has two readings."""
    fault = only_fault(read("m4-formatted.csv"))
    assert fault.field == "start_date"


def test_capitalized_headers() -> None:
    reading = read("m6-caps.csv")
    offer = only_offer(reading)
    assert (offer.base_salary, offer.equity[0].value) == (175_000, 300_000)
    assert reading.warnings == ()


def test_blank_rows_are_skipped() -> None:
    reading = read("m7-blank-rows.csv")
    assert {fault.where for fault in reading.faults if fault.field == "id"} == {"offer 'Amazon L6 Seattle'"}
    assert not any("missing" in fault.message for fault in reading.faults)


def test_tabs() -> None:
    assert only_offer(read("m8-tab.csv")).base_salary == 175_000


def test_each_of_three_implausible_amounts_draws_a_warning() -> None:
    reading = read("m17.csv")
    assert only_offer(reading).bonus_target_rate == 15
    said = {warning.field: warning.message for warning in reading.warnings}
    assert list(said) == ["sign_on_y1", "equity_value", "bonus_target_rate"]
    assert "in thousands?" in said["sign_on_y1"]
    assert "number of shares" in said["equity_value"]
    assert "Did you mean 15%?" in said["bonus_target_rate"]


def test_a_dot_before_three_digits_is_asked_about() -> None:
    reading = read("23b-dot-thousands.csv")
    assert {(fault.where, fault.field) for fault in reading.faults} == {
        ("offer 'a'", "sign_on_y1"),
        ("offer 'a'", "equity_value"),
    }
    for fault, (low, high) in zip(reading.faults, ((80, 80_000), (450, 450_000)), strict=True):
        assert f"{low} or {high}" in fault.message
    assert [warning.field for warning in reading.warnings] == ["sign_on_y1", "equity_value"]


def test_a_formula_without_a_value() -> None:
    fault = only_fault(read("x1-formula.xlsx"))
    assert fault.field == "cell F2"
    assert "Save the file in a spreadsheet program" in fault.message


def test_a_merged_title_above_the_headers() -> None:
    offer = only_offer(read("x2-merged-title.xlsx"))
    assert (offer.base_salary, offer.equity[0].value) == (175_000, 300_000)


def test_extra_columns_draw_one_warning() -> None:
    reading = read("x3-ok-notes.xlsx")
    offer = only_offer(reading)
    assert (offer.base_salary, offer.bonus_target_rate, offer.start_date) == (175_000, 0.15, dt.date(2027, 3, 1))
    (warning,) = reading.warnings
    assert "'notes'" in warning.message


def test_the_sheet_of_offers_is_found_by_its_headers() -> None:
    assert only_offer(read("x4-second-sheet.xlsx")).base_salary == 175_000


def test_offers_side_by_side_are_refused() -> None:
    fault = only_fault(read("x5-transposed.xlsx"))
    assert "has one offer per column" in fault.message
    assert "one row per offer" in fault.message


# Headers


@pytest.mark.parametrize("name", ["Base Salary", "base-salary", " BASE_SALARY ", "BaseSalary", "base\u00a0salary"])
def test_headers_in_any_case_and_spacing(tmp_path: Path, name: str) -> None:
    assert only_offer(read_text(tmp_path, f"id,company,level,location,{name}\none,A,L6,Seattle,5\n")).base_salary == 5


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("equity_vlaue", "equity_value"),
        ("Equity Valeu", "equity_value"),
        ("vestng", "vesting"),
        ("sign_on_y5", "sign_on_y1"),
        ("RSU", "equity_value"),
        ("Bonus %", "bonus_target_rate"),
        ("Sign-On Bonus", "sign_on_y1"),
        ("grant price ($)", "grant_price"),
    ],
)
def test_a_near_miss_of_a_column_is_a_fault(tmp_path: Path, name: str, meant: str) -> None:
    fault = only_fault(read_text(tmp_path, f"{','.join(HEADER)},{name}\none,A,L6,Seattle,175000,1\n"))
    assert (fault.where, fault.field) == ("first row", f"column {name!r}")
    assert f"Did you mean {meant!r}?" in fault.message


def test_another_word_for_a_required_column_is_one_fault(tmp_path: Path) -> None:
    fault = only_fault(read_text(tmp_path, "id,company,level,city,base_salary\none,A,L6,Seattle,1\n"))
    assert "Did you mean 'location'?" in fault.message


@pytest.mark.parametrize("name", ["notes", "Recruiter", "url", "Company URL", "My rank", "total comp", "size"])
def test_other_columns_are_left_out_with_one_warning(tmp_path: Path, name: str) -> None:
    reading = read_text(tmp_path, f"{','.join(HEADER)},{name},comment\none,A,L6,Seattle,175000,x,y\n")
    only_offer(reading)
    (warning,) = reading.warnings
    assert f"{name!r}, 'comment'" in warning.message


@pytest.mark.parametrize("columns", [OFFER_COLUMNS, CANDIDATE_COLUMNS])
def test_no_known_column_is_near_another(columns: Any) -> None:
    """A slip of one is never read as, or proposed for, another that is spelled right."""
    from compkit.offers.sheet_headers import column_named

    assert [column_named(name.upper().replace("_", " "), columns) for name in columns] == list(columns)


# Rows


def test_rows_are_numbered_as_the_spreadsheet_numbers_them(tmp_path: Path) -> None:
    text = '"My\noffers"\n\nid,company,level,location,base_salary\n,,,,\n,A,L6,Seattle,1\n'
    fault = only_fault(read_text(tmp_path, text))
    assert (fault.where, fault.field) == ("row 5", "id")


def test_a_line_for_spreadsheet_programs_is_no_row(tmp_path: Path) -> None:
    reading = read_text(tmp_path, "sep=;\nid;company;level;location;base_salary\n;A;L6;Seattle;1\n")
    assert only_fault(reading).where == "row 2"


@pytest.mark.parametrize(
    ("typed", "amount"), [("175000,00", 175_000), ("175.000,50", 175_000.5), ("1.234.567,00", 1_234_567)]
)
def test_a_decimal_comma_in_a_file_of_semicolons(tmp_path: Path, typed: str, amount: float) -> None:
    reading = read_text(tmp_path, f"{';'.join(HEADER)}\none;A;L6;Seattle;{typed}\n")
    assert only_offer(reading).base_salary == amount


def test_three_digits_after_a_comma_among_decimal_commas_are_asked_about(tmp_path: Path) -> None:
    text = f"{';'.join(HEADER)};equity_value\none;A;L6;Seattle;175000,00;300,000\n"
    fault = only_fault(read_text(tmp_path, text))
    assert fault.field == "equity_value"
    assert "300 or 300000." in fault.message


def test_an_amount_that_a_comma_cut_in_two(tmp_path: Path) -> None:
    """Unquoted, 175,000 fills two columns: 175 of salary and 000 of sign-on."""
    fault = only_fault(read_text(tmp_path, f"{','.join(HEADER)},sign_on_y1\none,A,L6,Seattle,175,000\n"))
    assert fault.field == "sign_on_y1"
    assert "175000" in fault.message


# Workbooks


def test_two_sheets_of_offers_are_both_named(tmp_path: Path) -> None:
    data = workbook(("May", [HEADER, ROW]), ("June", [HEADER, ROW]))
    assert "2 sheets of offers: 'May' and 'June'" in only_fault(read_text(tmp_path, data, "o.xlsx")).message


def test_candidates_are_found_by_their_headers(tmp_path: Path) -> None:
    people = [("id", "Filing Status", "base salary", "stay_years"), ("ana", "married_joint", 180000, 3)]
    offers = [(*HEADER, "candidate"), (*ROW, "ana")]
    reading = read_text(tmp_path, workbook(("People", people), ("Notes", [("x",)]), ("Jobs", offers)), "o.xlsx")
    only_offer(reading)
    candidate = reading[0].candidate
    assert candidate.filing_status == "married_joint"
    assert candidate.current is not None
    assert candidate.current.base_salary == 180_000
    assert candidate.decision.stay_years == 3


def test_a_formula_with_a_stored_value_is_read(tmp_path: Path) -> None:
    data = workbook(("o", [HEADER, (*ROW[:-1], "=170000+5000")]))
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            assert entry.filename != "xl/worksheets/sheet1.xml" or b"<v />" in part or b"<v></v>" in part
            new.writestr(entry, part.replace(b"<v />", b"<v>175000</v>").replace(b"<v></v>", b"<v>175000</v>"))
    assert only_offer(read_text(tmp_path, packed.getvalue(), "o.xlsx")).base_salary == 175_000


def test_a_formula_in_a_column_that_nothing_reads_is_no_fault(tmp_path: Path) -> None:
    only_offer(read_text(tmp_path, workbook(("o", [(*HEADER, "total"), (*ROW, "=E2*2")])), "o.xlsx"))


def test_merged_cells_in_the_data_are_a_fault(tmp_path: Path) -> None:
    rows = [("My offers",), HEADER, ROW, ROW]
    data = workbook(("o", rows), change=lambda book: book["o"].merge_cells("B3:B4"))
    assert "merged cells (B3:B4)" in only_fault(read_text(tmp_path, data, "o.xlsx")).message


def test_many_formulas_without_values_refuse_the_sheet_with_the_first(tmp_path: Path) -> None:
    rows = [HEADER, *((f"o{n}", *ROW[1:-1], "=1+1") for n in range(30))]
    faults = read_text(tmp_path, workbook(("o", rows)), "o.xlsx").faults
    assert len(faults) == 21
    assert "10 more" in faults[-1].message


# One faulty row of many


def test_one_faulty_row_of_two_thousand(tmp_path: Path) -> None:
    rows = [f"o-{n},Amazon,L6,Seattle,{175000 + n}" for n in range(2000)]
    rows[1234] = "o-1234,Amazon,L6,Seattle,lots"
    reading = read_text(tmp_path, "\n".join([",".join(HEADER), *rows]))
    assert len(reading) == 1999
    assert "o-1234" not in reading.ids
    (left_out,) = reading.left_out
    assert (left_out.where, left_out.offer_id, left_out.text) == ("offer 'o-1234'", "o-1234", "o.csv, offer 'o-1234'")


def test_a_fault_of_a_cell_concerns_its_row_alone(tmp_path: Path) -> None:
    data = workbook(("o", [HEADER, ROW, ("two", *ROW[1:-1], "=1+1")]))
    reading = read_text(tmp_path, data, "o.xlsx")
    assert reading.ids == ["one"]
    assert only_fault(reading).field == "cell E3"


# Any way to save a sheet

CELLS = ("id", "company", "level", "location", "base_salary", "sign_on_y1", "equity_value", "vesting")
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["Amazon", "Zürich AG", 'The "Best", Inc.', "a;b", "株式会社"]),
        st.sampled_from(["L6", "65", "Staff"]),
        st.sampled_from(["Seattle", "New York"]),
        st.integers(30_000, 999_999),
        st.integers(1_000, 99_999),
        st.integers(10_000, 9_999_999),
        st.sampled_from(["google", "even-4-year"]),
    ),
    min_size=1,
    max_size=4,
)
SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    lambda name: name.replace("_", " ").title(),
    lambda name: f" {name.replace('_', '-')} ",
    lambda name: name.replace("_", ""),
)
ENCODINGS = {
    "utf-8": b"",
    "utf-8-sig": b"",
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}


@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=ROWS,
    separator=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    spell=st.sampled_from(SPELLINGS),
    order=st.permutations(CELLS),
    above=st.lists(st.sampled_from(["", "My offers", "as of May"]), max_size=3),
    blank_after=st.sets(st.integers(0, 3)),
    has_cents=st.booleans(),
    has_notes=st.booleans(),
)
def test_a_sheet_reads_the_same_however_it_is_saved(
    tmp_path: Path, *, rows: list[tuple[Any, ...]], separator: str, encoding: str, line_end: str,
    spell: Callable[[str], str], order: list[str], above: list[str], blank_after: set[int], has_cents: bool,
    has_notes: bool,
) -> None:  # fmt: skip
    records = [dict(zip(CELLS, (f"o-{n}", *row), strict=True)) for n, row in enumerate(rows)]
    plain = io.StringIO()
    writer = csv.writer(plain)
    writer.writerows([CELLS, *(record.values() for record in records)])
    decimals = ",00" if has_cents and separator == ";" else ".00" if has_cents else ""
    saved = io.StringIO()
    writer = csv.writer(saved, delimiter=separator, lineterminator=line_end)
    names = [*map(spell, order), *(["notes"] if has_notes else [])]
    writer.writerows([*([text] for text in above), names])
    for number, record in enumerate(records):
        amounts = ("base_salary", "sign_on_y1", "equity_value")
        cells = [f"{record[name]}{decimals}" if name in amounts else record[name] for name in order]
        writer.writerow([*cells, *(["call Bob; soon, perhaps"] if has_notes else [])])
        if number in blank_after:
            writer.writerow([""] * len(names))
    expected = read_text(tmp_path, plain.getvalue(), "plain.csv")
    found = read_text(tmp_path, ENCODINGS[encoding] + saved.getvalue().encode(encoding), "saved.csv")
    assert [str(fault) for fault in (*expected.faults, *found.faults)] == []
    assert [entry.offer for entry in found] == [entry.offer for entry in expected]
    assert sum("ignores" in warning.message for warning in found.warnings) == has_notes


def test_a_sheet_of_offers_holds_no_household(tmp_path: Path) -> None:
    """Left out with a warning, a couple with children would be taxed as one person alone."""
    path = tmp_path / "offers.csv"
    path.write_text(
        "id,company,level,location,base_salary,filing_status,Children,notes\na,Acme,L6,Austin,200000,x,2,y\n"
    )
    (left_out,) = read_offers([path]).left_out
    assert "can't hold: 'filing_status', 'Children'. Use a sheet named candidates" in str(left_out.faults[0])
