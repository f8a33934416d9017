"""All that a store of pay data says beside the guide: bands, filings, agencies' wages and the AI/ML premium."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from compkit.errors import Fault, InputError
from compkit.model import ParseError, parse_date
from compkit.paydata import require_packages
from compkit.reference import Tables, load_tables

if TYPE_CHECKING:
    import duckdb

    from compkit.market.reality import BandCheck, FiledBase
    from compkit.paydata import AddedFile, OccupationWages, Premium

PAY_SAMPLE: Final = "sample"
"""In place of a store: the kit's files of made-up pay."""
OCCUPATION: Final = "11-3021"
"""Computer and information systems managers, as the standard classification has engineering managers."""


@dataclass(frozen=True, slots=True)
class MarketIntelligence:
    """What a store says beside the guide.

    Parameters
    ----------
    is_sample : bool
        Whether the pay is made up.
    sources : list of AddedFile
    checks : list of BandCheck
    filings : list of FiledBase
    wages : dict of str to OccupationWages
        By place of the guide, of computer and information systems managers.
    premium : Premium or None
    no_premium : str
        Why the premium can't be measured; otherwise empty.
    years : tuple of int
        First and last year of the reports behind the premium.
    guide_premium : tuple of float
        Least and largest premium of the guide by level and place [fraction].
    n_untold : int
        Reports of Amazon's engineering managers in the guide's places that give no date or tenure, and don't count.
    n_undated_filings : int
        Their filings without a date, which don't count.
    aged_to : date or None
        The day to whose quarter base pay was brought.
    tables : Tables
    """

    is_sample: bool
    sources: list[AddedFile]
    checks: list[BandCheck]
    filings: list[FiledBase]
    wages: dict[str, OccupationWages]
    premium: Premium | None
    no_premium: str
    years: tuple[int, int]
    guide_premium: tuple[float, float]
    n_untold: int
    n_undated_filings: int
    aged_to: dt.date | None
    tables: Tables


def load_market_intelligence(
    store: str | Path = PAY_SAMPLE,
    *,
    aged_to: dt.date | str | None = None,
    years: tuple[int, int] = (2018, 2021),
    tables: Tables | None = None,
) -> MarketIntelligence:
    """Read a store of pay data, made by `compkit paydata add`, and hold the guide against it.

    Parameters
    ----------
    store : str or Path
        Its file; "sample" for the kit's made-up pay.
    aged_to : date or str, optional
        Bring base pay to the quarter of this day by the Employment Cost Index; by default pay stays as reported.
    years : tuple of int
        First and last year of the reports behind the AI/ML premium.
    tables : Tables, optional

    Raises
    ------
    InputError
        If packages are missing, the file is no store or busy, or `aged_to` is no date.
    OutOfRangeError
        If base pay can't be aged from or to a day.

    Examples
    --------
    >>> import compkit as ck
    >>> first = ck.load_market_intelligence("sample").checks[0]
    >>> first.level, first.location, first.measure, first.tenure, first.low, first.high
    ('L6', 'Seattle', 'base', 'new', 170000.0, 190000.0)
    """
    require_packages()
    tables = tables or load_tables()
    try:
        day = parse_date(aged_to) if isinstance(aged_to, str) else aged_to
    except ParseError as error:
        raise InputError([Fault("", "", "aged_to", str(error))]) from error
    with _opened(store, tables) as connection:
        return _intelligence(connection, tables, day, years, is_sample=str(store) == PAY_SAMPLE)


def _opened(store: str | Path, tables: Tables) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    from compkit.paydata import open_store, sample_store  # they need packages that may be missing

    return sample_store(tables) if str(store) == PAY_SAMPLE else open_store(Path(store))


def _intelligence(
    store: duckdb.DuckDBPyConnection, tables: Tables, aged_to: dt.date | None, years: tuple[int, int], *,
    is_sample: bool,
) -> MarketIntelligence:  # fmt: skip
    from compkit.market.reality import check_bands, count_untold, filed_base, guide_metros
    from compkit.paydata import PremiumError, ai_ml_premium, list_sources, occupation_wages, reports_frame

    premium, why = None, ""
    try:
        premium = ai_ml_premium(reports_frame(store), *years)
    except PremiumError as error:
        why = str(error)
    guide = [row for row in tables.rows("ai_ml_by_location") if row["measure"] == "premium"]
    wages = {place: occupation_wages(store, OCCUPATION, place, tables) for place in guide_metros(tables)}
    return MarketIntelligence(
        is_sample,
        list_sources(store),
        check_bands(store, tables, aged_to),
        filed_base(store, tables, aged_to),
        wages,
        premium,
        why,
        years,
        (min(row["low"] for row in guide), max(row["high"] for row in guide)),
        *count_untold(store, tables),
        aged_to,
        tables,
    )
