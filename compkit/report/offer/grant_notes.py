"""Notes on grants whose number of shares is not set yet."""

from __future__ import annotations

from collections.abc import Iterator

from compkit.analysis import Evaluation
from compkit.pay import pricing_spread
from compkit.prices import volatility_of
from compkit.report.show.text import count, day, percent, usd


def pricing_notes(evaluation: Evaluation) -> Iterator[str]:
    """Yield a note for each grant whose number of shares is not set yet."""
    offer = evaluation.offer
    rate = volatility_of(offer.company, evaluation.tables).annual_rate
    for number, grant in enumerate(offer.equity, start=1):
        found = pricing_spread(grant, rate, evaluation.report_date, offer.start_date)
        if found is None:
            continue
        when = f"the average of {count(grant.priced_over_days or 1, 'day')} to " if grant.priced_over_days else ""
        who = f"Grant {number}" if len(offer.equity) > 1 else "The grant"
        until = f"{when}{day(found.priced_on)}" + (
            ", the start date, if no other day is set" if found.is_assumed else ""
        )
        units = f" ({found.low_units:,.0f} to {found.high_units:,.0f})" if found.low_units and found.high_units else ""
        yield (f"{who} is turned into shares by the price of {until}. If the price moves by its usual "
               f"{percent(rate)} a year until then, the shares{units} are worth {usd(found.low_value)} to "
               f"{usd(found.high_value)} at today's price: fewer after a rise, more after a fall.")  # fmt: skip
