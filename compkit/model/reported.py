"""What a store of pay data says of an offer's job: worked out once, and kept with the reports that show it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from compkit.model.fields import CalendarDate, Listed, Text
from compkit.model.negotiation import MarketMeasure

Dollars = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Widening = Literal["region", "years", "peers"]
"""The whole state, three years instead of one, other companies."""


class _Kept(BaseModel):
    """Part of what a report keeps; nobody types it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)


class Percentiles(_Kept):
    """Percentiles of reported pay [USD]."""

    n: Annotated[int, Field(ge=5)]
    """Rows behind them: fewer would tell what one person earns."""
    p10: Dollars | None = None
    """10th percentile, from 10 rows on."""
    p25: Dollars
    """25th percentile."""
    p50: Dollars
    """Median."""
    p75: Dollars
    """75th percentile."""
    p90: Dollars | None = None
    """90th percentile, from 10 rows on."""
    interval: Listed[Dollars] = ()
    """Where the median lies with 95% confidence, from 6 rows on."""
    first: CalendarDate
    """Day of the oldest row."""
    last: CalendarDate
    """Day of the latest row."""
    widened: Listed[Widening] = ()
    """How far from the offer the rows had to be looked for."""


class PaySummary(Percentiles):
    """Reports of one kind about one measure, at the offer's level."""

    measure: MarketMeasure
    """The offer's measure; a year's stock counts four times, as a grant."""
    kind: Text
    """Kind of file, as `compkit paydata add` names it."""
    companies: Listed[Text] = ()
    """The companies, if others than the offer's are among them."""
    same_as: Listed[Text] = ()
    """Sources of the candidate's own research that are the same origin."""


class Filings(Percentiles):
    """Base pay in an employer's visa filings for the offer's title, at any level."""

    employment: Literal["new", "continued", "unknown"]
    """Whether they are for a new job or for one already held, if the filings say so."""
    kind: Text
    """Kind of file."""


class PostedRange(_Kept):
    """Base pay that the employer posts for the offer's title in its state [USD a year]."""

    low: Dollars
    """Where the range starts; the lowest start of several postings of one day."""
    high: Dollars
    """Where it ends; the highest end of them."""
    n: Annotated[int, Field(ge=1)]
    """Postings behind it, all of one day."""
    day: CalendarDate
    """The latest day on which there are any."""
    tells_level: bool
    """Whether their titles spell the offer's level; otherwise they tell none."""
    widened: Listed[Widening] = ()
    """Whether they are of the whole state, for there are none of the metropolitan area."""


class PublishedWage(_Kept):
    """An agency's percentiles of base pay in an occupation [USD a year]; what is missing at the top is `at_least`."""

    title: Text
    """The occupation."""
    area: Text
    """Where."""
    period: Text | None = None
    """When, as the agency names it."""
    p10: Dollars | None = None
    """10th percentile."""
    p25: Dollars | None = None
    """25th percentile."""
    p50: Dollars | None = None
    """Median."""
    p75: Dollars | None = None
    """75th percentile."""
    p90: Dollars | None = None
    """90th percentile."""
    at_least: Dollars | None = None
    """The agency's top code."""


class WageFloor(_Kept):
    """A county's prevailing wages: the least that an employer must pay for a visa, by level [USD a year]."""

    area: Text
    """The county."""
    period: Text | None = None
    """When, as the agency names it."""
    levels: Annotated[Listed[Dollars | None], Field(min_length=4, max_length=4)]
    """Levels 1 to 4."""


class Reported(_Kept):
    """What a store of pay data says of an offer's job."""

    title: Text | None = None
    """Title of the rows; without one, all titles count together."""
    pay: Listed[PaySummary] = ()
    """Reports at the offer's level."""
    posted: PostedRange | None = None
    """The employer's latest posted range for the title."""
    filings: Listed[Filings] = ()
    """Visa filings of the employer for the title."""
    occupation: Text | None = None
    """Standard code of the occupation."""
    published: Listed[PublishedWage] = ()
    """What agencies publish about the occupation."""
    floors: Listed[WageFloor] = ()
    """Prevailing wages of the occupation."""
