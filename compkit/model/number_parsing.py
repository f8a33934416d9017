"""Amounts, prices, rates, and ranges as people type them: parsed if there is one reading, refused if there are two.

Accepted: 175000, 175_000, 175,000, $175,000, 175 000, 175'000, 175k, 1.2M, USD 175,000; rates 0.15 and 15%.
A dot before exactly three digits (80.000) is a decimal point to some and a thousands separator to others, so it is
refused unless only one reading is possible: 0.333, 1234.567, "1,234.567", and 1.125M. In a rate a dot is always a
decimal point. No share price is a hundred thousand, so 220.125 is a price; 1.125 (1,125?) and 200.000 (who would type
the zeros?) are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from compkit.errors import CompkitError

USD = "USD"
MAX_NUMBER_TEXT = 60
_GROUP = 3  # digits between thousands separators
EXAMPLES = "Type it as 175000, 175,000, $175,000, 175k, or 1.2M."
RATE_EXAMPLES = "Type 0.15 or 15%."

Kind = Literal["amount", "count", "plain", "price", "rate"]

_DECIMAL_POINT_KINDS = ("plain", "rate")  # small numbers, whose dot is always a decimal point
_ASCII: dict[int, str] = {
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
_SIGNS = {
    "$": _DOLLARS, "US$": {USD}, "C$": {"CAD"}, "CA$": {"CAD"}, "A$": {"AUD"}, "AU$": {"AUD"}, "NZ$": {"NZD"},
    "S$": {"SGD"}, "HK$": {"HKD"}, "€": {"EUR"}, "£": {"GBP"}, "¥": {"JPY", "CNY"}, "₹": {"INR"}, "₩": {"KRW"},
    "₪": {"ILS"}, "zł": {"PLN"}, "kr": {"SEK", "NOK", "DKK", "ISK"}, "R$": {"BRL"},
}  # fmt: skip
"""The currencies each sign may stand for."""
_RANGE = re.compile(rf"(?P<low>.*\d[^\d]*?) ?(?:[{_DASHES}]|\bto\b) ?(?P<high>[^\d]*\d.*)", re.IGNORECASE)
_GROUPED = re.compile(r"(?P<whole>[1-9]\d{0,2}(?P<mark>[,' \u2019])\d{3}(?:(?P=mark)\d{3})*)(?:\.(?P<part>\d*))?")
_UNDERSCORED = re.compile(r"[1-9]\d*(?:_\d{3})+")
_EUROPEAN = re.compile(r"(?P<whole>[1-9]\d{0,2}(?:\.\d{3})+),(?P<part>\d\d?)")
_PLAIN_DECIMAL = re.compile(r"(?:0|[1-9]\d*)?(?:\.\d*)?")


class ParseError(CompkitError, ValueError):
    """The text has no reading, or two; the message continues the sentence that the field's name begins."""


class WrittenNumber(float):
    """A number that remembers its text, so that `80.000` can still be refused.

    >>> number = WrittenNumber("80.000")
    >>> float(number), number.text
    (80.0, '80.000')
    """

    text: str

    def __new__(cls, text: str, value: float | None = None) -> WrittenNumber:
        """Create the number that `text` writes; pass `value` if `float` cannot parse it."""
        number = super().__new__(cls, text if value is None else value)
        number.text = text
        return number


@dataclass(frozen=True, slots=True)
class _Parts:
    """A typed number split into sign, digits with separators, exponent, scale, and unit."""

    text: str
    sign: str
    core: str
    exponent: str
    scale: str
    currency: str
    is_percent: bool


def parse_number(text: str, *, kind: Kind = "amount", currency: str = USD, per: str = "") -> float:
    """Parse a typed number.

    Parameters
    ----------
    text : str
        As typed.
    kind : {'amount', 'count', 'plain', 'price', 'rate'}, optional
        Decides which forms are ambiguous; see the top of this module. A rate may be a percentage; a count
        (of shares) and a plain number (of days, hours) have no currency.
    currency : str, optional
        ISO code of the amount; the sign of another currency is refused.
    per : str, optional
        The period of the amount, such as ` a year`, for the message that refuses a percentage.

    Raises
    ------
    ParseError
        If the text is not a number, or has two readings.

    Examples
    --------
    >>> [parse_number(text) for text in ("175,000", "$175,000", "175_000", "175k", "1.2M", "USD 175,000")]
    [175000.0, 175000.0, 175000.0, 175000.0, 1200000.0, 175000.0]
    >>> parse_number("80.000")
    Traceback (most recent call last):
    compkit.model.number_parsing.ParseError: 80.000 could be 80 or 80000. Type the one you mean.
    """
    parts = _split_number(text, kind)
    _check_unit(parts, kind, currency, per)
    shift = _SCALES[parts.scale[0].lower()] if parts.scale else -2 if parts.is_percent else 0
    number = float(Decimal(f"{_digits(parts, kind)}{parts.exponent}").scaleb(shift))
    return -number if parts.sign == "-" else number


def ambiguity(text: str, kind: Kind = "amount") -> ParseError | None:
    """Error for a plain decimal with two readings, or None.

    >>> str(ambiguity("80.000")), ambiguity("80.5"), ambiguity("80.000", "rate")
    ('80.000 could be 80 or 80000. Type the one you mean.', None, None)
    """
    parts = _match_number(text)
    if parts is None or parts.exponent or parts.scale or not _PLAIN_DECIMAL.fullmatch(parts.core):
        return None
    return _ambiguous(parts) if _is_ambiguous_dot(parts.core, kind) else None


def parse_rate(text: str) -> float:
    """Parse a fraction or a percentage.

    >>> parse_rate("0.15"), parse_rate("15%"), parse_rate("12.5 %")
    (0.15, 0.15, 0.125)
    """
    return parse_number(text, kind="rate")


def parse_range(text: str, *, currency: str = USD) -> tuple[float, float]:
    """Parse a range of amounts into its low and high ends.

    Raises
    ------
    ParseError
        If it is not a range of two amounts. `120-150k` is refused: it might start at 120.

    Examples
    --------
    >>> parse_range("$123,684-$254,644"), parse_range("120k to 150k")
    ((123684.0, 254644.0), (120000.0, 150000.0))
    """
    ends = _RANGE.fullmatch(_normalize(text))
    if ends is None:
        raise ParseError(f"must be a range such as 123,684-254,644, got {text[:MAX_NUMBER_TEXT]!r}.")
    low, high = (_split_number(end.strip(), "amount") for end in (ends["low"], ends["high"]))
    if high.scale and not low.scale:
        start = _digits(low, "amount")
        raise ParseError(
            f"{text.strip()} could start at {start} or {start}{high.scale}. Type both ends in full, "
            f"such as {low.text}{high.scale}-{high.text}."
        )
    return parse_number(low.text, currency=currency), parse_number(high.text, currency=currency)


def is_range(text: str) -> bool:
    """Whether a text gives two amounts, low and high.

    >>> is_range("$123,684-$254,644"), is_range("-5"), is_range("1e-5")
    (True, False, False)
    """
    ends = _RANGE.fullmatch(_normalize(text))
    return ends is not None and None not in (_match_number(ends["low"]), _match_number(ends["high"]))


def plain_digits(value: float | Decimal) -> str:
    """Format a number without separators, exponent, or trailing zeros.

    >>> plain_digits(300000.0), plain_digits(1.5)
    ('300000', '1.5')
    """
    digits = f"{Decimal(str(value)):f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _normalize(text: str) -> str:
    return text.translate(_ASCII).strip()


def _split_number(text: str, kind: Kind) -> _Parts:
    parts = _match_number(text)
    if parts is not None:
        return parts
    shown = repr(text[:MAX_NUMBER_TEXT])
    if kind == "rate":
        raise ParseError(f"must be a rate, got {shown}. {RATE_EXAMPLES}")
    if kind == "plain":
        raise ParseError(f"must be a number, got {shown}. Type plain digits.")
    if is_range(text[:MAX_NUMBER_TEXT]):
        raise ParseError(f"must be a single amount, got the range {shown}. Type one number.")
    raise ParseError(f"must be a number, got {shown}. {EXAMPLES}")


def _match_number(text: str) -> _Parts | None:
    """Split a typed number into its parts; None if it is not a number."""
    plain = _normalize(text) if len(text) <= MAX_NUMBER_TEXT else ""
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


def _currencies_of(mark: str) -> frozenset[str]:
    if len(mark) == len(USD) and mark.isascii() and mark.isupper() and mark.isalpha():
        return frozenset({mark})
    return frozenset(_SIGNS.get(mark, ()))


def _check_unit(parts: _Parts, kind: Kind, currency: str, per: str) -> None:
    """Refuse a percentage as an amount, money as a rate, any unit with a count, and other currencies."""
    if kind == "rate":
        if parts.currency or parts.scale:
            raise ParseError(f"must be a rate, not an amount, got {parts.text}. {RATE_EXAMPLES}")
        return
    if kind in ("count", "plain"):
        if parts.currency or parts.is_percent:
            what = "number of shares" if kind == "count" else "number"
            raise ParseError(f"must be a {what}, got {parts.text}. Type plain digits.")
        return
    if parts.is_percent:
        unit = "dollars" if currency == USD else currency
        raise ParseError(f"must be an amount in {unit}{per}, got {parts.text}. Type the amount.")
    named = _currencies_of(parts.currency) if parts.currency else frozenset({currency})
    if currency not in named:
        typed = USD if USD in named else " or ".join(sorted(named))
        raise ParseError(f"{parts.text} is in {typed}, but this amount must be in {currency}. Convert it.")


def _digits(parts: _Parts, kind: Kind) -> str:
    """Digits of a number without thousands separators, with a decimal point if it has decimals."""
    core, is_scaled = parts.core, bool(parts.scale or parts.exponent or parts.is_percent)
    if _PLAIN_DECIMAL.fullmatch(core):
        if not is_scaled and _is_ambiguous_dot(core, kind):
            raise _ambiguous(parts)
        return core
    if _UNDERSCORED.fullmatch(core) and not is_scaled:
        return core.replace("_", "")
    grouped = _GROUPED.fullmatch(core)
    if grouped and not is_scaled and kind not in _DECIMAL_POINT_KINDS:
        digits = re.sub(r"\D", "", grouped["whole"])
        return f"{digits}.{grouped['part']}" if grouped["part"] else digits
    raise _misplaced_separators(parts)


def _is_ambiguous_dot(core: str, kind: Kind) -> bool:
    whole, _, part = core.partition(".")
    if kind in _DECIMAL_POINT_KINDS or len(part) != _GROUP or not 1 <= len(whole) <= _GROUP or whole == "0":
        return False
    return kind in ("amount", "count") or len(whole) == 1 or part.endswith("0")


def _ambiguous(parts: _Parts) -> ParseError:
    whole, _, part = parts.core.replace(",", ".").partition(".")
    low = f"{whole}.{part}" if part.strip("0") else whole
    # With a fourth digit a dot can only be a decimal point, so that is how to type it.
    unit = "%" if parts.is_percent else parts.scale
    needs_digit = len(part) == _GROUP and low != whole and not unit
    hint = f"Type {low}0 or {whole}{part}." if needs_digit else "Type the one you mean."
    return ParseError(f"{parts.text} could be {low}{unit} or {whole}{part}{unit}. {hint}")


def _misplaced_separators(parts: _Parts) -> ParseError:
    core = parts.core
    if re.fullmatch(r"\d+,\d+", core) and not core.startswith("0"):
        return _ambiguous(parts)
    if re.fullmatch(r"0,\d+", core):
        return ParseError(f"{parts.text} has a decimal comma. Did you mean {parts.text.replace(',', '.')}?")
    digits = re.sub(r"\D", "", core)
    if core.startswith("0") and digits == core:
        hint = f"Did you mean {digits.lstrip('0')}?" if digits.strip("0") else "Type plain digits."
        return ParseError(f"must not start with 0, got {parts.text}. {hint}")
    european = _EUROPEAN.fullmatch(core)
    is_grouped = len(set(re.findall(r"\D", core))) == 1 and re.search(r"\D\d{3}$", core)
    if european:
        digits = plain_digits(Decimal(f"{re.sub(r'[.]', '', european['whole'])}.{european['part']}"))
    hint = f"Did you mean {digits}{parts.scale}?" if european or is_grouped else "Type plain digits."
    return ParseError(f"{parts.text} has misplaced {'dots' if core.count('.') > 1 else 'separators'}. {hint}")
