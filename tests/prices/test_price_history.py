"""The user's file of prices: every fault at once, and walks out of its past."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st

from compkit.errors import InputError, OutOfRangeError
from compkit.prices.price_history import MAX_BYTES, MAX_FAULTS, PriceHistory, read_price_history

Write = Callable[..., Path]
PACES = {"daily": 252, "weekly": 52, "monthly": 12}


def dates(n: int, pace: str = "daily") -> list[dt.date]:
    start = dt.date(2024, 1, 1)
    if pace == "weekly":
        return [start + dt.timedelta(7 * week) for week in range(n)]
    if pace == "monthly":
        return [dt.date(2015 + month // 12, month % 12 + 1, 28) for month in range(n)]
    return [start + dt.timedelta(7 * (day // 5) + day % 5) for day in range(n)]


def closes(n: int, seed: int = 1) -> list[float]:
    generator = np.random.default_rng(seed)
    return (100 * np.exp(np.cumsum(0.001 + 0.015 * generator.standard_normal(n)))).round(4).tolist()


def lines(n: int = 80) -> list[str]:
    return ["date,close", *(f"{on},{close}" for on, close in zip(dates(n), closes(n), strict=True))]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return what writes a file of prices from lines or bytes."""

    def written(content: Sequence[str] | bytes, name: str = "prices.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else "\n".join(content).encode())
        return path

    return written


def faults(path: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError) as caught:
        read_price_history(path)
    assert {fault.file for fault in caught.value.faults} == {str(path)}
    return [(fault.where, fault.field, fault.message) for fault in caught.value.faults]


# Reading


def test_a_sound_file(write: Write) -> None:
    found = read_price_history(write(lines()))
    assert list(found.dates) == dates(80)
    assert list(found.closes) == closes(80)
    assert found.steps_a_year == 252


def test_more_columns_other_case_blank_lines_and_a_byte_order_mark(write: Write) -> None:
    rows = [f"7,{on} , {close},8" for on, close in zip(dates(60), closes(60), strict=True)]
    text = "\ufeffOpen,Date,CLOSE,Volume\r\n" + "\r\n".join(rows) + "\r\n\r\n,,,\r\n"
    assert list(read_price_history(write(text.encode())).closes) == closes(60)


def test_every_fault_comes_at_once(write: Write) -> None:
    made = lines()
    made[3] = "2024-13-03,100"
    made[10] = f"{dates(80)[9]},n/a"
    made[20] = f"{dates(80)[19]},0"
    made[30] = f"{dates(80)[20]},{closes(80)[29]}"
    made[40] = f"{dates(80)[39]}"
    made[50] = "01/02/2024,-5"
    found = faults(write(made))
    assert [(where, field) for where, field, _ in found] == [
        ("row 4", "date"),
        ("row 11", "close"),
        ("row 21", "close"),
        ("row 31", "date"),
        ("row 41", "close"),
        ("row 51", "close"),
        ("row 51", "date"),
    ]
    assert found[0][2] == "must be a day as YYYY-MM-DD, got '2024-13-03'."
    assert found[1][2] == "must be a price in plain digits, such as 182.5 or 1820, got 'n/a'."
    assert found[2][2] == "must be above zero, got 0."
    assert found[3][2].startswith(f"must come after {dates(80)[28]}, got {dates(80)[20]}. Sort")


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e5", "1_000", "$182.50", '"1,820"', "-5", "", "\u0661\u0662", "1" * 13, "0x10", "1."]
)
def test_what_is_no_price(write: Write, text: str) -> None:
    made = lines()
    made[5] = f"{dates(80)[4]},{text}"
    assert [(where, field) for where, field, _ in faults(write(made))] == [("row 6", "close")]


@pytest.mark.parametrize("text", ["20240105", "2024-1-5", "2024-02-30", "05.01.2024", "2024-01-05T00:00", "today", ""])
def test_what_is_no_day(write: Write, text: str) -> None:
    made = lines()
    made[5] = f"{text},{closes(80)[4]}"
    assert [(where, field) for where, field, _ in faults(write(made))] == [("row 6", "date")]


def test_the_same_day_twice(write: Write) -> None:
    made = lines()
    made.insert(6, made[5])
    assert [(where, field) for where, field, _ in faults(write(made))] == [("row 7", "date")]


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("day,price", {"date": "none", "close": "none"}),
        ("date,price", {"close": "none"}),
        ("date,close,Close", {"close": "several"}),
        ("", {"date": "none", "close": "none"}),
    ],
)
def test_missing_columns(write: Write, head: str, told: dict[str, str]) -> None:
    found = faults(write([head, *lines()[1:]]))
    assert {field: message for _, field, message in found} == {
        field: f"must be the name of one column, got {count}." for field, count in told.items()
    }


def test_a_name_that_the_disk_refuses(tmp_path: Path) -> None:
    assert faults(tmp_path / f"{'long' * 100}.csv")[0][2].startswith("cannot be read: ")


def test_too_few_rows(write: Write) -> None:
    found = faults(write(lines(59)))
    assert found == [("", "", "must have at least 60 rows of prices, got 59. Add more.")]
    read_price_history(write(lines(60)))


SPLITS = [2, 3, 4, 5, 10, 20, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 7, 1 / 10, 1 / 20, 1.96, 2.07, 0.49, 1.61, 0.624, 13.0]


@pytest.mark.parametrize("ratio", SPLITS)
def test_a_split_is_told_with_its_day(write: Write, ratio: float) -> None:
    """A level series but for one step."""
    made = ["date,close", *(f"{on},{1000 * (ratio if n >= 40 else 1):.6f}" for n, on in enumerate(dates(80)))]
    ((where, field, message),) = faults(write(made))
    assert (where, field) == ("row 42", "close")
    assert message.endswith(f"looks like a split on {dates(80)[40]}; use adjusted closes.")


@pytest.mark.parametrize("ratio", [1.59, 0.63, 1.25, 1.0])
def test_a_great_day_is_no_split(write: Write, ratio: float) -> None:
    made = ["date,close", *(f"{on},{1000 * (ratio if n >= 40 else 1):.6f}" for n, on in enumerate(dates(80)))]
    read_price_history(write(made))


@pytest.mark.parametrize(
    ("ratio", "is_split"),
    [
        *((ratio, True) for ratio in (2.03, 0.05, 1.921, 2.079, 3, 4, 5, 6, 7, 8, 10, 15, 20, 24.1, 28.9, 48.1)),
        *((ratio, False) for ratio in (1.7, 0.6, 1.919, 2.081, 9, 12, 40)),
    ],
)
def test_by_weeks_only_the_ratio_of_a_split_is_one(write: Write, ratio: float, is_split: bool) -> None:  # noqa: FBT001
    on_weeks = enumerate(dates(80, "weekly"))
    path = write(["date,close", *(f"{on},{1000 * (ratio if n >= 40 else 1):.6f}" for n, on in on_weeks)])
    if is_split:
        assert [(where, field) for where, field, _ in faults(path)] == [("row 42", "close")]
    else:
        assert read_price_history(path).steps_a_year == 52


def test_a_gap_is_told(write: Write) -> None:
    made = lines(120)
    del made[40:60]
    ((where, field, message),) = faults(write(made))
    assert (where, field) == ("row 41", "date")
    assert "Add the prices between them" in message


def test_prices_by_quarters_are_too_few(write: Write) -> None:
    days = [dt.date(2000, 1, 1) + dt.timedelta(91 * n) for n in range(70)]
    found = faults(write(["date,close", *(f"{on},{close}" for on, close in zip(days, closes(70), strict=True))]))
    assert found == [("", "date", "must be that of trading days, weeks or months, got longer steps.")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must be the name of one column"),
        ("date,close\n2024-01-01,5".encode("utf-16"), "must have at least 60 rows of prices, got 1"),
        (b"date,close\n2024-01-01,\xff5", "is not valid UTF-8"),
        (b"date,close\n2024-01-01,5\x1b[2J", "has a control character, U+001B, in line 2"),
        (b"PK\x03\x04\x00\x00", "is a binary file"),
        (b'date,close\n"2024-01-01,5', "is not valid CSV"),
        (b"date,close\n" + b"1" * 200_000, "is not valid CSV"),
        (b"x" * (MAX_BYTES + 1), "has more than 10 MB"),
    ],
)
def test_a_hostile_file(write: Write, content: bytes, said: str) -> None:
    assert said in faults(write(content))[0][2]


def test_a_cell_too_long_is_refused_whatever_other_libraries_set(write: Write) -> None:
    path = write(b"date,close\n" + b"1" * 200_000)
    before = csv.field_size_limit(10**9)  # frictionless and scipy.io do that when they are imported
    try:
        assert faults(path)[0][2] == "is not valid CSV: field larger than field limit (131072)."
        csv.field_size_limit(131_072)
        assert faults(path)[0][2] == "is not valid CSV: field larger than field limit (131072)."
    finally:
        csv.field_size_limit(before)


def test_no_file_or_another_kind(write: Write, tmp_path: Path) -> None:
    assert faults(tmp_path / "none.csv")[0][2] == "does not exist."
    assert faults(tmp_path)[0][2].startswith("is a folder")
    assert faults(write(lines(), "prices.xlsx"))[0][2] == "must end in .csv, got '.xlsx'."
    assert faults(tmp_path / "nul\x00l.csv")


def test_too_many_rows(write: Write) -> None:
    made = write(["date,close", *["2024-01-01,5"] * 100_001])
    assert faults(made)[0][2] == "has more than 100,000 rows. Keep the last years."


def test_a_great_many_faults_are_cut_and_counted(write: Write) -> None:
    found = faults(write(["date,close", *["x,y"] * 1000]))
    assert len(found) == MAX_FAULTS + 1
    assert found[-1] == ("", "", "has 1,900 faults more.")


@given(text=st.text(alphabet='0123456789-,."\n datecloseé', max_size=200))
def test_any_text_is_read_or_refused(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("drawn") / "prices.csv"
    path.write_text(f"date,close\n{text}", encoding="utf-8")
    with pytest.raises(InputError):
        read_price_history(path)


@pytest.mark.parametrize(
    ("days", "prices", "said"),
    [
        (dates(1), [1.0], "two prices or more"),
        (dates(2), [1.0], "two prices or more"),
        (dates(2), [1.0, 0.0], "closes must be finite and above zero"),
        (dates(2), [1.0, math.nan], "closes must be finite and above zero"),
        (dates(2)[::-1], [1.0, 2.0], "dates must rise, by trading days, weeks or months, got '2 from 2024-01-02 to"),
        ([dt.date(2024, 1, 1), dt.date(2024, 6, 1)], [1.0, 2.0], "dates must rise, by trading days, weeks or months"),
    ],
)
def test_no_history(days: list[dt.date], prices: list[float], said: str) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        PriceHistory(days, prices)


# Volatility


@pytest.mark.parametrize(("pace", "steps"), PACES.items())
def test_volatility_by_hand(pace: str, steps: int) -> None:
    """Up and down by a tenth of a log in turn, 60 times: variance 60 / 59 x 0.01, times the steps a year."""
    prices = [100.0 * math.exp(0.1 * (n % 2)) for n in range(61)]
    found = PriceHistory(dates(61, pace), prices)
    assert found.steps_a_year == steps
    assert found.annual_volatility == pytest.approx(0.1 * math.sqrt(60 / 59 * steps))


def test_volatility_leaves_the_trend_out() -> None:
    steady = [100 * 1.01**n for n in range(80)]
    assert PriceHistory(dates(80), steady).annual_volatility == pytest.approx(0, abs=1e-12)


def test_volatility_does_not_depend_on_the_currency() -> None:
    prices = closes(80)
    found = [PriceHistory(dates(80), [factor * price for price in prices]).annual_volatility for factor in (1, 8.4)]
    assert found[0] == pytest.approx(found[1], rel=1e-12)


# Walks


def test_a_month_is_a_run_of_the_past_whatever_its_trend() -> None:
    """Of 60 returns, 21 that follow each other: one of 40 runs, less what makes exp of them 1 in the mean."""
    history = PriceHistory(dates(61), closes(61))
    runs = np.array([history.log_returns[start : start + 21].sum() for start in range(40)])
    assert history.month_returns == pytest.approx(np.sort(runs - math.log(np.mean(np.exp(runs)))), abs=1e-12)
    risen = PriceHistory(dates(61), [price * 1.003**n for n, price in enumerate(closes(61))])
    assert risen.month_returns == pytest.approx(history.month_returns, abs=1e-9)


def test_normals_become_months_of_the_past_rank_by_rank() -> None:
    history = PriceHistory(dates(80), closes(80))
    found = history.month_steps(np.array([[-9.0, 0.0, 9.0]]))
    months = history.month_returns
    assert found.tolist() == [[months[0], months[len(months) // 2], months[-1]]]
    assert np.mean(np.exp(months)) == pytest.approx(1, abs=1e-12)


def test_a_hundred_faults_are_all_told(write: Write) -> None:
    """Fifty rows without a day and a price, among others in order."""
    found = faults(write([*lines(), *["x,y"] * 50]))
    assert len(found) == 100
    assert {field for _, field, _ in found} == {"date", "close"}
