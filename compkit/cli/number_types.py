"""Option types for amounts and rates, in every spelling that an offers file may use."""

from __future__ import annotations

import math

import click

from compkit.model import Kind, ParseError, parse_number


class NumberOption(click.ParamType[float]):
    """A number that may be written `300,000`, `$300k` or `15%`."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.name = kind

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a number; leave infinity and NaN to the command's own limits."""
        if isinstance(value, int | float):
            return float(value)
        text = str(value)
        try:
            return parse_number(text, kind=self.kind)
        except ParseError as error:
            if not _is_infinite(text):
                self.fail(str(error), param, ctx)
            return float(text)


def _is_infinite(text: str) -> bool:
    try:
        return not math.isfinite(float(text))
    except ValueError:
        return False


AMOUNT = NumberOption("amount")
RATE = NumberOption("rate")
PLAIN = NumberOption("plain")
"""For counts and ages."""
