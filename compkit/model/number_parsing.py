"""Amounts, prices, rates and ranges as people write them: read if there is one reading, refused if there are two.

What is read: 175000, 175_000, 175,000, $175,000, 175 000, 175'000, 175k, 1.2M, USD 175,000; rates 0.15 and 15%.
A dot before exactly three digits (80.000) is a decimal point to some and groups thousands for others, so it is refused,
except where only one reading is possible: 0.333, 1234.567, "1,234.567" and 1.125M. A rate is never above a thousand,
so its dot is always a decimal point. A share price of a hundred thousand does not occur, so 220.125 is read as a
price; 1.125 (1,125?) and 200.000 (who would type the zeros?) are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compkit.errors import CompkitError

USD = "USD"
MAX_TEXT = 60
_GROUP, _CENTS = 3, 2  # digits between thousands separators, and after a decimal comma
EXAMPLES = "Write it as 175000, 175,000, $175,000, 175k or 1.2M."
RATE_EXAMPLES = "Write 0.15 or 15%."

Kind = Literal["amount", "count", "plain", "price", "rate"]

_DECIMAL_POINT_KINDS = ("plain", "rate")  # kinds of small numbers, whose dot is always a decimal point
_PLAIN: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width characters
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " "),
    ord("\u2212"): "-",
}
_DASHES = "-\u2010\u2011\u2012\u2013\u2014"

_FORM = re.compile(
    r"(?P<sign>[-+]?) ?(?P<before>[^\W\d_]{0,3}[^\w\s.,'+-]?|[^\w\s.,'+-]) ?(?P<inner_sign>-?)"
    r"(?P<core>\d(?:[\d.,'\u2019_ ]*[\d.])?|\.\d+)(?P<exponent>[eE][-+]?\d{1,3})? ?(?P<after>[^\d]*)"
)
_TAIL = re.compile(
    r"(?P<scale>(?:thousand|million|billion|mm|mn|bn|k|m|b)(?![^\W\d_])|) ?(?P<currency>.*)", re.IGNORECASE
)
_SCALES = {"k": 3, "t": 3, "m": 6, "b": 9}
_DOLLARS = frozenset({USD, "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN"})
_MARKS = {
    "$": _DOLLARS, "US$": {USD}, "C$": {"CAD"}, "CA$": {"CAD"}, "A$": {"AUD"}, "AU$": {"AUD"}, "NZ$": {"NZD"},
    "S$": {"SGD"}, "HK$": {"HKD"}, "€": {"EUR"}, "£": {"GBP"}, "¥": {"JPY", "CNY"}, "₹": {"INR"}, "₩": {"KRW"},
    "₪": {"ILS"}, "zł": {"PLN"}, "kr": {"SEK", "NOK", "DKK", "ISK"}, "R$": {"BRL"},
}  # fmt: skip
"""The currencies that each sign may stand for."""
_RANGE = re.compile(rf"(?P<low>.*\d[^\d]*?) ?(?:[{_DASHES}]|\bto\b) ?(?P<high>[^\d]*\d.*)", re.IGNORECASE)
_GROUPED = re.compile(r"(?P<whole>[1-9]\d{0,2}(?P<mark>[,' \u2019])\d{3}(?:(?P=mark)\d{3})*)(?:\.(?P<part>\d*))?")
_UNDERSCORED = re.compile(r"[1-9]\d*(?:_\d{3})+")
_EUROPEAN = re.compile(r"(?P<whole>[1-9]\d{0,2}(?:\.\d{3})+),(?P<part>\d\d?)")
_PLAIN_DECIMAL = re.compile(r"(?:0|[1-9]\d*)?(?:\.\d*)?")


class ParseError(CompkitError, ValueError):
    """A text is no amount, or could be two; the message goes on where a field's name ends."""


class WrittenNumber(float):
    """A number that remembers how it was written, so that `80.000` can still be asked about.

    >>> number = WrittenNumber("80.000")
    >>> float(number), number.text
    (80.0, '80.000')
    """

    text: str

    def __new__(cls, text: str, value: float | None = None) -> WrittenNumber:
        """Return the number that `text` writes; `value` where `float` does not read it."""
        number = super().__new__(cls, text if value is None else value)
        number.text = text
        return number


@dataclass(frozen=True, slots=True)
class _Parts:
    """A typed number taken apart: its sign, what stands before, its digits and separators, and what stands after."""

    text: str
    sign: str
    core: str
    exponent: str
    scale: str
    currency: str
    is_percent: bool


def parse_number(
    text: str, *, kind: Kind = "amount", currency: str = USD, decimal_comma: bool = False, per: str = ""
) -> float:
    """Read an amount of money, or a number of shares.

    Parameters
    ----------
    text : str
        As typed.
    kind : {'amount', 'count', 'plain', 'price', 'rate'}, optional
        Decides which forms have two readings: see the top of this module. A rate may be a percentage; a count
        (of shares) and a plain number (of days, hours) have no currency.
    currency : str, optional
        The ISO code in which the amount counts; the sign of another currency is refused.
    decimal_comma : bool, optional
        Whether a comma before exactly two digits is a decimal comma: so in files that separate by semicolons.
    per : str, optional
        What the amount is paid for, such as ` a year`, for the message that refuses a percentage.

    Raises
    ------
    ParseError
        If the text is no number, or has two readings.

    Examples
    --------
    >>> [parse_number(text) for text in ("175,000", "$175,000", "175_000", "175k", "1.2M", "USD 175,000")]
    [175000.0, 175000.0, 175000.0, 175000.0, 1200000.0, 175000.0]
    >>> parse_number("80.000")
    Traceback (most recent call last):
    compkit.model.number_parsing.ParseError: 80.000 could be 80 or 80000. Write the one you mean.
    >>> parse_number("175000,00", decimal_comma=True)
    175000.0
    """
    parts = _split_number(text, kind)
    if kind == "rate":
        _reject_money_in_rate(parts)
    elif kind in ("count", "plain"):
        _reject_units(parts, kind)
    else:
        _reject_percent(parts, currency, per)
        _reject_other_currency(parts, currency)
    value = _core_value(parts, kind, decimal_comma=decimal_comma)
    shift = _SCALES[parts.scale[0].lower()] if parts.scale else -2 if parts.is_percent else 0
    number = float(Decimal(f"{value}{parts.exponent}").scaleb(shift))
    return -number if parts.sign == "-" else number


def ambiguity(text: str, kind: Kind = "amount") -> ParseError | None:
    """Return the error of a plain decimal that has two readings, or None.

    >>> str(ambiguity("80.000")), ambiguity("80.5"), ambiguity("80.000", "rate")
    ('80.000 could be 80 or 80000. Write the one you mean.', None, None)
    """
    parts = _match_number(text)
    plain = parts is not None and _PLAIN_DECIMAL.fullmatch(parts.core) and not (parts.exponent or parts.scale)
    return (
        _ambiguous(parts)
        if parts and plain and kind not in _DECIMAL_POINT_KINDS and _is_ambiguous_dot(parts.core, kind)
        else None
    )


def parse_rate(text: str, *, decimal_comma: bool = False) -> float:
    """Read a rate, as a fraction or a percentage.

    >>> parse_rate("0.15"), parse_rate("15%"), parse_rate("12.5 %")
    (0.15, 0.15, 0.125)
    """
    return parse_number(text, kind="rate", decimal_comma=decimal_comma)


def parse_range(text: str, *, currency: str = USD) -> tuple[float, float]:
    """Read the low and the high end of a range of amounts.

    Raises
    ------
    ParseError
        If it is no range of two amounts. `120-150k` is refused: it might begin at 120.

    Examples
    --------
    >>> parse_range("$123,684-$254,644"), parse_range("120k to 150k")
    ((123684.0, 254644.0), (120000.0, 150000.0))
    """
    ends = _RANGE.fullmatch(_plain(text))
    if ends is None:
        raise ParseError(f"must be a low and a high end, such as 123,684-254,644, got {text[:MAX_TEXT]!r}.")
    low, high = (_split_number(end.strip(), "amount") for end in (ends["low"], ends["high"]))
    if high.scale and not low.scale:
        start = _core_value(low, "amount", decimal_comma=False)
        raise ParseError(
            f"{text.strip()} could begin at {start} or {start}{high.scale}. Write both ends in full, "
            f"such as {low.text}{high.scale}-{high.text}."
        )
    return parse_number(low.text, currency=currency), parse_number(high.text, currency=currency)


def is_range(text: str) -> bool:
    """Return whether a text gives two amounts, a low and a high one.

    >>> is_range("$123,684-$254,644"), is_range("-5"), is_range("1e-5")
    (True, False, False)
    """
    ends = _RANGE.fullmatch(_plain(text))
    return ends is not None and None not in (_match_number(ends["low"]), _match_number(ends["high"]))


def plain_digits(value: float | Decimal) -> str:
    """Return a number as one would type it: no separators, no exponent, no needless zeros.

    >>> plain_digits(300000.0), plain_digits(1.5)
    ('300000', '1.5')
    """
    digits = f"{Decimal(str(value)):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _plain(text: str) -> str:
    """Return a text with full-width characters, odd spaces and the true minus sign replaced by the plain ones."""
    return text.translate(_PLAIN).strip()


def _split_number(text: str, kind: Kind) -> _Parts:
    parts = _match_number(text)
    if parts is None:
        raise _not_a_number(text, kind)
    return parts


def _match_number(text: str) -> _Parts | None:
    """Return a typed number taken apart, or None where the text is none."""
    plain = _plain(text) if len(text) <= MAX_TEXT else ""
    found = _FORM.fullmatch(plain)
    if found is None or any(character.isdecimal() and not character.isascii() for character in plain):
        return None
    after = found["after"].strip()
    is_percent = after.casefold() in ("%", "percent", "per cent", "pct")
    tail = _TAIL.fullmatch("" if is_percent else after)
    if tail is None or (found["before"] and tail["currency"]) or (found["sign"] and found["inner_sign"]):
        return None
    mark = found["before"] or tail["currency"]
    if mark and not _currencies_of(mark):
        return None
    sign, exponent = found["sign"] or found["inner_sign"], found["exponent"] or ""
    return _Parts(text.strip(), sign, found["core"], exponent, tail["scale"], mark, is_percent)


def _not_a_number(text: str, kind: Kind) -> ParseError:
    shown = repr(text[:MAX_TEXT])
    if kind == "rate":
        return ParseError(f"must be a rate, got {shown}. {RATE_EXAMPLES}")
    if kind == "plain":
        return ParseError(f"must be a number, got {shown}. Write plain digits.")
    if is_range(text[:MAX_TEXT]):
        return ParseError(f"must be one amount, got the range {shown}. Write a single number.")
    return ParseError(f"must be a number, got {shown}. {EXAMPLES}")


def _currencies_of(mark: str) -> frozenset[str]:
    if len(mark) == len(USD) and mark.isascii() and mark.isupper() and mark.isalpha():
        return frozenset({mark})
    return frozenset(_MARKS.get(mark, ()))


def _reject_other_currency(parts: _Parts, currency: str) -> None:
    named = _currencies_of(parts.currency) if parts.currency else frozenset({currency})
    if currency not in named:
        meant = USD if USD in named else " or ".join(sorted(named))
        raise ParseError(f"{parts.text} is in {meant}, but this amount counts in {currency}. Write it in {currency}.")


def _reject_percent(parts: _Parts, currency: str, per: str) -> None:
    if parts.is_percent:
        unit = "dollars" if currency == USD else currency
        raise ParseError(f"needs an amount in {unit}{per}, got {parts.text}. Write what that comes to.")


def _reject_units(parts: _Parts, kind: Kind) -> None:
    if parts.currency or parts.is_percent:
        what = "number of shares" if kind == "count" else "number"
        raise ParseError(f"must be a {what}, got {parts.text}. Write plain digits.")


def _reject_money_in_rate(parts: _Parts) -> None:
    if parts.currency or parts.scale:
        raise ParseError(f"must be a rate, not an amount, got {parts.text}. {RATE_EXAMPLES}")


def _core_value(parts: _Parts, kind: Kind, *, decimal_comma: bool) -> str:
    """Return the digits of a number without separators, with a decimal point where it has decimals."""
    core, is_scaled = parts.core, bool(parts.scale or parts.exponent or parts.is_percent)
    if _PLAIN_DECIMAL.fullmatch(core):
        if kind not in _DECIMAL_POINT_KINDS and not is_scaled and _is_ambiguous_dot(core, kind):
            raise _ambiguous(parts)
        return core
    if _UNDERSCORED.fullmatch(core) and not is_scaled:
        return core.replace("_", "")
    grouped = _GROUPED.fullmatch(core)
    if decimal_comma and core.count(",") == 1 and (value := _with_decimal_comma(core, kind)):
        return value
    if grouped and not is_scaled and kind not in _DECIMAL_POINT_KINDS and not (decimal_comma and core.count(",") == 1):
        digits = re.sub(r"\D", "", grouped["whole"])
        return f"{digits}.{grouped['part']}" if grouped["part"] else digits
    raise _misplaced_separators(parts)


def _is_ambiguous_dot(core: str, kind: Kind) -> bool:
    whole, _, part = core.partition(".")
    if len(part) != _GROUP or not 1 <= len(whole) <= _GROUP or whole == "0":
        return False
    return kind in ("amount", "count") or len(whole) == 1 or part.endswith("0")


def _with_decimal_comma(core: str, kind: Kind) -> str | None:
    """Return the value where a comma stands before two digits, or after a lone 0 of a rate."""
    whole, _, part = core.partition(",")
    groups = re.fullmatch(r"[1-9]\d{0,2}(?:[. ']\d{3})+|0|[1-9]\d*", whole)
    if not groups or not part.isdecimal():
        return None
    is_fraction = kind == "rate" and whole == "0"
    return f"{re.sub(r'[^0-9]', '', whole)}.{part}" if len(part) == _CENTS or is_fraction else None


def _ambiguous(parts: _Parts) -> ParseError:
    whole, _, part = parts.core.replace(",", ".").partition(".")
    low = f"{whole}.{part}" if part.strip("0") else whole
    # With a fourth digit a dot can only be a decimal point: that is how to insist on it.
    unit = "%" if parts.is_percent else parts.scale
    needs_digit = len(part) == _GROUP and low != whole and not unit
    way_out = f"Write {low}0 or {whole}{part}." if needs_digit else "Write the one you mean."
    return ParseError(f"{parts.text} could be {low}{unit} or {whole}{part}{unit}. {way_out}")


def _misplaced_separators(parts: _Parts) -> ParseError:
    """Return the error for separators that group no thousands."""
    core = parts.core
    if re.fullmatch(r"\d+,\d+", core) and not core.startswith("0"):
        return _ambiguous(parts)
    if re.fullmatch(r"0,\d+", core):
        return ParseError(f"{parts.text} has a decimal comma. Did you mean {parts.text.replace(',', '.')}?")
    digits = re.sub(r"\D", "", core)
    if core.startswith("0") and digits == core:
        hint = f"Did you mean {digits.lstrip('0')}?" if digits.strip("0") else "Write plain digits."
        return ParseError(f"must not begin with 0, got {parts.text}. {hint}")
    european = _EUROPEAN.fullmatch(core)
    is_grouped = len(set(re.findall(r"\D", core))) == 1 and re.search(r"\D\d{3}$", core)
    if european:
        digits = plain_digits(Decimal(f"{re.sub(r'[.]', '', european['whole'])}.{european['part']}"))
    hint = f"Did you mean {digits}{parts.scale}?" if european or is_grouped else "Write plain digits."
    what = "dots" if core.count(".") > 1 else "separators"
    return ParseError(f"{parts.text} has {what} out of place. {hint}")
