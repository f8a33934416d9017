"""Amounts, rates and ranges as people write them: what is read, and what is refused because it could be two."""

from __future__ import annotations

import contextlib
import doctest

import pytest
from hypothesis import given, strategies as st

from compkit.model import date_parsing, number_parsing, place_names
from compkit.model.number_parsing import ParseError, is_range, parse_number, parse_range, parse_rate
from compkit.offers import split_numbers

READ = [
    ("175000", 175000.0), ("175_000", 175000.0), ("175,000", 175000.0), ("$175,000", 175000.0),
    ("$ 175,000", 175000.0), ("175k", 175000.0), ("175K", 175000.0), ("175 k", 175000.0), ("$175k", 175000.0),
    ("1.2M", 1200000.0), ("1.2m", 1200000.0), ("1.2 million", 1200000.0), ("1.125M", 1125000.0),
    ("137.5k", 137500.0), ("2bn", 2e9), ("USD 175,000", 175000.0), ("175,000 USD", 175000.0),
    ("1,250,000", 1250000.0), ("1,234.567", 1234.567), ("175,000.00", 175000.0), ("175 000", 175000.0),
    ("175\u00a0000", 175000.0), ("175\u202f000", 175000.0), ("175'000", 175000.0), ("175\u2019000", 175000.0),
    ("0.333", 0.333), ("1234.567", 1234.567), ("45.1250", 45.125), (".5", 0.5), ("80.00", 80.0),
    ("1.75e5", 175000.0), (" 175000 ", 175000.0), ("-5", -5.0), ("-$5", -5.0), ("$-5", -5.0), ("\u22125", -5.0),
    ("\uff11\uff17\uff15\uff0c\uff10\uff10\uff10", 175000.0), ("0", 0.0), ("$0", 0.0),
]  # fmt: skip

REFUSED = [
    ("80.000", "80.000 could be 80 or 80000. Type the one you mean."),
    ("450.000", "could be 450 or 450000"),
    ("45.125", "could be 45.125 or 45125. Type 45.1250 or 45125."),
    ("$1.125", "could be 1.125 or 1125"),
    ("1,5", "could be 1.5 or 15"),
    ("12,34", "could be 12.34 or 1234"),
    ("1,2345", "could be 1.2345 or 12345"),
    ("1,2M", "could be 1.2M or 12M"),
    ("1,200k", "could be 1.200k or 1200k"),
    ("1,75,000", "has misplaced separators. Did you mean 175000?"),
    ("1.234.567", "has misplaced dots. Did you mean 1234567?"),
    ("175.000,00", "Did you mean 175000?"),
    ("0,15", "has a decimal comma. Did you mean 0.15?"),
    ("1 2", "has misplaced separators. Type plain digits."),
    ("000", "must not start with 0"),
    ("0175", "must not start with 0, got 0175. Did you mean 175?"),
    ("50%", "must be an amount in dollars, got 50%. Type the amount."),
    ("\u20ac120,000", "is in EUR, but this amount must be in USD"),
    ("\u00a390k", "is in GBP, but this amount must be in USD"),
    ("C$100", "is in CAD, but this amount must be in USD"),
    ("$123,684-$254,644", "must be a single amount, got the range '$123,684-$254,644'"),
    ("120k to 150k", "must be a single amount, got the range"),
    ("abc", "must be a number, got 'abc'. Type it as 175000"),
    ("", "must be a number, got ''"),
    ("12 apples", "must be a number, got '12 apples'"),
    ("175k/yr", "must be a number"),
    ("175k+", "must be a number"),
    ("~175k", "must be a number"),
    ("(175,000)", "must be a number"),
    ("nan", "must be a number"),
    ("inf", "must be a number"),
    ("true", "must be a number"),
    ("175\u00b2", "must be a number"),
    ("\u0661\u0667\u0665", "must be a number"),
    ("--5", "must be a number"),
    ("$5 EUR", "must be a number"),
    ("1" * 400, "must be a number"),
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_an_amount_with_one_reading_is_read(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_an_amount_with_two_readings_or_none_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_number(text)
    assert reason in str(caught.value)


def read_price(text: str) -> float:
    return parse_number(text, kind="price")


def test_a_price_may_have_three_decimals_where_nobody_would_mean_thousands() -> None:
    assert read_price("220.125") == 220.125
    assert read_price("45.375") == 45.375
    for text in ("1.125", "200.000", "45.120"):
        with pytest.raises(ParseError, match="could be"):
            read_price(text)


@pytest.mark.parametrize(
    ("text", "rate"),
    [("0.15", 0.15), ("15%", 0.15), ("15 %", 0.15), ("12.5%", 0.125), ("1.125", 1.125), ("12.125%", 0.12125),
     ("15 percent", 0.15), ("-5%", -0.05), ("0", 0.0), ("0.1%", 0.001)],
)  # fmt: skip
def test_a_rate_is_a_fraction_or_a_percentage(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["1,5", "1,500", "$15", "15k", "fifteen", "15%%", "15% USD", "1,234%"])
def test_a_rate_holds_no_comma_no_currency_and_no_thousands(text: str) -> None:
    with pytest.raises(ParseError):
        parse_rate(text)


def test_the_sign_of_a_currency_must_fit() -> None:
    assert parse_number("\u20ac120,000", currency="EUR") == 120000.0
    assert parse_number("90k \u00a3", currency="GBP") == 90000.0
    assert parse_number("$90,000", currency="CAD") == 90000.0
    assert parse_number("CHF 100'000", currency="CHF") == 100000.0
    with pytest.raises(ParseError, match="is in USD, but this amount must be in EUR"):
        parse_number("$90,000", currency="EUR")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("$123,684-$254,644", 123684, 254644), ("123,684 \u2013 254,644", 123684, 254644), ("120k-150k", 120000, 150000),
     ("120k to 150k", 120000, 150000),
     ("USD 120,000 - 150,000", 120000, 150000), ("120000\u2014150000", 120000, 150000)],
)  # fmt: skip
def test_a_range_is_read_as_its_ends(text: str, low: float, high: float) -> None:
    assert parse_range(text) == (low, high)
    assert is_range(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("$120-150k", "could start at 120 or 120k. Type both ends in full"), ("175,000", "must be a range"),
     ("120.000-150.000", "could be 120 or 120000"), ("low-high", "must be a range"),
     ("\u20ac120,000-\u20ac150,000", "is in EUR")],
)  # fmt: skip
def test_a_range_that_could_be_two_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_range(text)
    assert reason in str(caught.value)


@given(text=st.text(max_size=70) | st.text("0123456789.,'_ $kKmM%-+eE\u20ac", max_size=15))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (parse_number, read_price, parse_rate, parse_range):
        with contextlib.suppress(ParseError):  # any other error fails the test
            read(text)


def test_the_examples_hold() -> None:
    for module in (place_names, number_parsing, date_parsing, split_numbers):
        assert doctest.testmod(module).failed == 0
