"""Scenarios as a notebook user gives them, checked, with errors that name the arguments."""

from __future__ import annotations

import datetime as dt
import math
from numbers import Integral, Real

from compkit.errors import OutOfRangeError
from compkit.model import GrowthConvention
from compkit.pay import Assumptions, Growth
from compkit.periods import MAX_YEARS, parse_report_date
from compkit.prices import SimulationOptions


def scenario(growth: float, years: int, growth_convention: GrowthConvention, discount_rate: float) -> Assumptions:
    """Assumptions from arguments.

    Raises
    ------
    OutOfRangeError
        If a number is out of its range or no number.
    UnknownChoiceError
        If there is no such convention.

    >>> scenario("10%", 4, "smooth", 0.0)
    Traceback (most recent call last):
    compkit.errors.OutOfRangeError: growth must be a fraction above -1, such as 0.1 for 10% a year, got '10%'.
    """
    for name, rate in (("growth", growth), ("discount_rate", discount_rate)):
        if isinstance(rate, bool) or not isinstance(rate, Real) or not math.isfinite(rate) or rate <= -1:
            raise OutOfRangeError(name, "be a fraction above -1, such as 0.1 for 10% a year", rate)
    if isinstance(years, bool) or not isinstance(years, Integral) or not 1 <= years <= MAX_YEARS:
        raise OutOfRangeError("years", f"be a whole number from 1 to {MAX_YEARS}", years)
    return Assumptions(Growth(float(growth), growth_convention), float(discount_rate), int(years))


def scenario_date(date: str | dt.date | None) -> dt.date:
    """Date from an argument; today if left out.

    Raises
    ------
    OutOfRangeError
        If it is no date written YYYY-MM-DD.
    """
    try:
        return parse_report_date(date)
    except OutOfRangeError as error:
        raise OutOfRangeError("date", error.rule, date) from error


def simulation_options(chance: SimulationOptions | None) -> SimulationOptions:
    """Options from an argument; the usual ones if left out.

    Raises
    ------
    OutOfRangeError
        If it is something else.
    """
    if chance is not None and not isinstance(chance, SimulationOptions):
        raise OutOfRangeError("chance", "be made by compkit.prices.SimulationOptions", chance)
    return chance or SimulationOptions()
