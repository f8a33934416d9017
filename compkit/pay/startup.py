"""Proceeds of startup options and shares at each possible exit, and the chance of nothing.

At an exit the company is sold for the exit value. Investors receive their preference stack first, or convert to common
shares if that is worth more; common shares divide the rest. Money is in the offer's currency.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import MAX_MONTHS_ACCRUED, VestingSchedule
from compkit.pay.vesting import FloatArray, vested_share
from compkit.periods import MONTHS_A_YEAR

TAXES_LEFT_OUT = (
    "The exits are before tax: on exercising options (ISO or NSO) with its alternative minimum tax (AMT), on vesting "
    "with or without an 83(b) election, and on the gain from a sale."
)
SIMPLIFICATIONS = (
    "An exit value is what all shareholders receive together: debt, fees and escrow come off before.",
    "Preferred shares are of one class, non-participating, and convert all at once; no round adds to the stack given.",
    "All fully diluted shares take part, even options that nobody exercises; exercising adds no money to the exit.",
    "The holder works there until the exit, and exercises only then.",
)
Acceleration = Literal["none", "single", "double"]
Grants = Sequence["OptionGrant | ShareGrant"]
_TOLERANCE = 1e-9
_STRIKE_TOLERANCE = 1e-12  # A price within this fraction of the strike equals it but for rounding.
_STARTS = f"be a whole number of months, {-MAX_MONTHS_ACCRUED} or more"
_BELOW_ONE = math.nextafter(1.0, 0.0)


def _check(what: str, value: ArrayLike, rule: str = "be a finite number, 0 or more", low: float = 0.0,
           high: float = math.inf) -> None:  # fmt: skip
    if not (np.isfinite(value) & (low <= np.asarray(value)) & (np.asarray(value) <= high)).all():
        raise OutOfRangeError(what, rule, value)


@dataclass(frozen=True, slots=True)
class OptionGrant:
    """Options to buy common shares at the strike once vested, until they expire.

    They expire post_termination_months after leaving and expires_after_months after the grant. fair_value is the 409A
    value of a share today [currency]; start_month counts from the start date; kind matters for taxes.
    """

    n_options: float
    strike: float
    vesting: VestingSchedule
    start_month: int = 0
    fair_value: float | None = None
    kind: Literal["iso", "nso", "unknown"] = "unknown"
    post_termination_months: int = 3
    expires_after_months: int = 120

    def __post_init__(self) -> None:
        for what in ("n_options", "strike", "post_termination_months", "expires_after_months"):
            _check(what, getattr(self, what))
        _check("start_month", self.start_month, _STARTS, -MAX_MONTHS_ACCRUED)
        _check("fair_value", self.fair_value or 0.0)

    @property
    def units(self) -> float:
        """Number of shares under option."""
        return self.n_options


@dataclass(frozen=True, slots=True)
class ShareGrant:
    """Common shares, or units that become common shares."""

    units: float
    vesting: VestingSchedule
    start_month: int = 0
    strike: ClassVar[float] = 0.0
    fair_value: ClassVar[None] = None
    expires_after_months: ClassVar[float] = math.inf

    def __post_init__(self) -> None:
        _check("units", self.units)
        _check("start_month", self.start_month, _STARTS, -MAX_MONTHS_ACCRUED)


@dataclass(frozen=True, slots=True)
class Round:
    """A future funding round: its month after the start date, and the share of the company sold [fraction]."""

    month: int
    dilution_rate: float


@dataclass(frozen=True, slots=True)
class Exit:
    """A possible exit: the sale price of the company [currency] and its chance [fraction]."""

    value: float
    chance: float


@dataclass(frozen=True, slots=True)
class Company:
    """Capital structure and exits of a startup.

    fully_diluted_shares counts all shares and rights to shares today; 1 if units are fractions of the company, whose
    strikes are then for all of it. Investors receive the preference_stack before common shares [currency]. Shares can
    be sold in exit_month [months after the start date], after dilution by its rounds too. On acceleration, nothing
    vests early (none), everything does (single), or everything if the job ends too (double). investor_share is the
    share of investors then, as if converted [fraction]; by default only what future rounds sell, which counts today's
    investors as common and so understates the price.
    """

    fully_diluted_shares: float
    preference_stack: float
    rounds: tuple[Round, ...]
    exits: tuple[Exit, ...]
    exit_month: int
    acceleration: Acceleration = "none"
    investor_share: float | None = None

    def __post_init__(self) -> None:
        _check("fully_diluted_shares", self.fully_diluted_shares, "be a finite number above 0", math.ulp(0.0))
        _check("preference_stack and values of exits", [self.preference_stack, *(each.value for each in self.exits)])
        _check("exit_month", self.exit_month, "be 1 or more", 1)
        _check("investor_share", self.investor_share or 0.0, "be at least 0 and below 1", high=_BELOW_ONE)
        if self.acceleration not in get_args(Acceleration):
            raise UnknownChoiceError("acceleration", self.acceleration, get_args(Acceleration))
        rates = [each.dilution_rate for each in self.rounds]
        _check("dilution_rate of rounds", rates, "be at least 0 and below 1", high=_BELOW_ONE)
        _check("chances of exits", chances := [each.chance for each in self.exits], "be 0 to 1", high=1.0)
        _check("chances of exits", math.fsum(chances), "sum to 1", 1 - _TOLERANCE, 1 + _TOLERANCE)

    @property
    def common_shares(self) -> float:
        """Shares at the exit not held by investors."""
        share = self.investor_share
        return self.fully_diluted_shares if share is None else shares_at_exit(self) * (1 - share)


def shares_at_exit(company: Company) -> float:
    """All shares at the exit: today's, divided by 1 - dilution_rate of each round up to exit_month.

    >>> shares_at_exit(Company(50e6, 0.0, (Round(18, 0.2), Round(72, 0.5)), (Exit(0.0, 1.0),), exit_month=60))
    62500000.0
    """
    kept = math.prod(1 - each.dilution_rate for each in company.rounds if each.month <= company.exit_month)
    return company.fully_diluted_shares / kept


def common_price(exit_value: ArrayLike, company: Company) -> FloatArray:
    """Price of a common share at each exit value, same shape [currency a share].

    With exit value E, preference stack P, N shares at the exit and investors' share q: E / N if investors convert
    (E q >= P), else max(0, E - P) / (N (1 - q)); always the lower of the two. OutOfRangeError if E is negative.

    >>> common_price([60e6, 100e6, 500e6], Company(50e6, 80e6, (Round(18, 0.2),), (Exit(0.0, 1.0),), 60)).tolist()
    [0.0, 0.4, 8.0]
    """
    _check("exit_value", value := np.asarray(exit_value, dtype=float))
    after_preference = np.maximum(0.0, value - company.preference_stack) / company.common_shares
    return np.asarray(np.minimum(value / shares_at_exit(company), after_preference))


def vested_at(grant: OptionGrant | ShareGrant, month: int, *, is_accelerated: bool = False) -> float:
    """Units vested by the end of a month, by schedule or all if accelerated; 0 once expired.

    >>> halves = VestingSchedule("halves", (12, 24), (0.5, 0.5))
    >>> [vested_at(OptionGrant(1000, 2.5, halves), month) for month in (11, 12, 24, 121)]
    [0.0, 500.0, 1000.0, 0.0]
    """
    _check("month", month)
    if not 0 <= month - grant.start_month <= grant.expires_after_months:
        return 0.0
    by_schedule = vested_share(grant.vesting, month, grant.start_month)[-1] if month else 0.0
    return float(grant.units * (1.0 if is_accelerated else by_schedule))


def exit_table(company: Company, grants: Grants, *, is_let_go: bool = False, discount_rate: float = 0) -> pd.DataFrame:
    """Proceeds of the grants at each exit; options are exercised if the price is above the strike.

    With `is_let_go` the job ends with the exit, which triggers double acceleration. `discount_rate` is a year's cost of
    waiting [fraction]. OutOfRangeError if the grants exceed the company's common shares.

    Returns
    -------
    DataFrame, one row an exit, in their order
        value [currency], chance [fraction], price_per_share, vested_units; gross, exercise_cost, net (gross less
        exercise_cost), present_value (net, discounted from exit_month) [currency].

    >>> company = Company(50e6, 80e6, (Round(18, 0.2),), (Exit(0.0, 0.6), Exit(500e6, 0.4)), exit_month=60)
    >>> exit_table(company, [OptionGrant(10_000, 2.5, VestingSchedule("cliff", (12,), (1.0,)))])["net"].tolist()
    [0.0, 55000.0]
    """
    _check("discount_rate", discount_rate, "be a finite fraction above -1", math.nextafter(-1.0, 0.0))
    strikes, units = _held_at_exit(company, grants, is_let_go=is_let_go)
    table = pd.DataFrame(company.exits).astype(float)
    table["price_per_share"] = price = common_price(table["value"], company)
    sold = units[:, None] * (price > strikes[:, None] * (1 + _STRIKE_TOLERANCE))
    table["vested_units"] = units.sum()
    table["gross"] = sold.sum(axis=0) * price
    table["exercise_cost"] = strikes @ sold
    table["net"] = (sold * (price - strikes[:, None])).sum(axis=0)
    table["present_value"] = table["net"] * (1 + discount_rate) ** (-company.exit_month / MONTHS_A_YEAR)
    return table


@dataclass(frozen=True, slots=True)
class ExitSummary:
    """Summary of an `exit_table` by present value [currency], and the chance of nothing [fraction].

    The median is the smallest amount such that exits of at most that have a chance of one half or more; the best is the
    largest with a positive chance.
    """

    expected_net: float
    median_net: float
    chance_of_nothing: float
    best: float


def exit_summary(table: pd.DataFrame) -> ExitSummary:
    """Summarize an `exit_table`.

    >>> exit_summary(pd.DataFrame({"chance": [0.75, 0.25], "present_value": [0.0, 8000.0]})).expected_net
    2000.0
    """
    rising = table[table["chance"] > 0].sort_values("present_value", kind="stable")
    amounts, chances = (rising[name].to_numpy(dtype=float) for name in ("present_value", "chance"))
    return ExitSummary(
        expected_net=math.fsum(amounts * chances) / math.fsum(chances),
        median_net=float(amounts[(np.cumsum(chances) >= 0.5 - _TOLERANCE).argmax()]),
        chance_of_nothing=math.fsum(chances[amounts <= 0]),
        best=float(amounts[-1]),
    )


def paper_value(grants: Grants, last_price: float | None = None) -> float:
    """Value on a recruiter's sheet: all units, vested or not, at today's price less the strike [currency].

    The price is an option's fair value, else `last_price` of the last round; OutOfRangeError without either.

    >>> paper_value([OptionGrant(10_000, 2.5, VestingSchedule("cliff", (12,), (1.0,)), fair_value=4.0)])
    15000.0
    """
    last = np.nan if last_price is None else last_price
    prices = [last if each.fair_value is None else each.fair_value for each in grants]
    _check("last_price", prices, "be given for shares, and for options without fair_value; 0 or more")
    return sum(each.units * max(0.0, price - each.strike) for each, price in zip(grants, prices, strict=True))


def leaving_exercise(grant: OptionGrant, months: Sequence[int]) -> pd.DataFrame:
    """Cost of keeping the vested options, by month of leaving.

    vested_options; exercise_cost (at the strike), spread (fair value less strike, which may be taxed; NaN without a
    fair value) [currency]; last_month, at whose end they expire [months after the start date].

    >>> grant = OptionGrant(1000, 2.5, VestingSchedule("halves", (12, 24), (0.5, 0.5)), fair_value=4.0)
    >>> leaving_exercise(grant, [12]).to_numpy().tolist()
    [[500.0, 1250.0, 750.0, 15.0]]
    """
    vested = pd.Series([vested_at(grant, month) for month in months], pd.Index(months, name="month"), dtype=float)
    table = pd.DataFrame({"vested_options": vested, "exercise_cost": vested * grant.strike})
    table["spread"] = vested * ((np.nan if grant.fair_value is None else grant.fair_value) - grant.strike)
    after_leaving, expires = table.index + grant.post_termination_months, grant.start_month + grant.expires_after_months
    table["last_month"] = np.minimum(after_leaving, expires)
    return table


def _held_at_exit(company: Company, grants: Grants, *, is_let_go: bool) -> FloatArray:
    """Strikes of grants held at the exit, ascending, and the units of each; shape (2, n_held)."""
    granted, most = math.fsum(each.units for each in grants), company.common_shares
    _check("units of all grants", granted, f"be at most the common shares, {most:.10g}", high=most * (1 + _TOLERANCE))
    is_all = company.acceleration == "single" or (company.acceleration == "double" and is_let_go)
    held = sorted((each.strike, vested_at(each, company.exit_month, is_accelerated=is_all)) for each in grants)
    return np.array([pair for pair in held if pair[1] > 0], dtype=float).reshape(-1, 2).T
