"""First screen of the page on reported pay, the answer of each section, notes, and recorded figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from compkit.market import GUIDE
from compkit.paydata import KINDS
from compkit.report.market.words import (
    BANDS,
    MEASURES,
    TENURES,
    by_era,
    era,
    has_figures,
    measure_name,
    most,
    pooled,
    shares_in_words,
    speaking,
)
from compkit.report.offer.summary import source_notes
from compkit.report.show.blocks import Answer, Card, Headline, Notes, RecordedFigures, build_notes
from compkit.report.show.record import recorded_figure
from compkit.report.show.text import EDUCATION, capitalized, count, joined, month_and_year, percent, quarter

if TYPE_CHECKING:
    from compkit.market import MarketIntelligence
    from compkit.paydata import Measure

MADE_UP = "Drawn at random to show this page: nobody reported this pay."
_INDEX = "bls-eci"


def market_headline(found: MarketIntelligence) -> Headline:
    """First screen: how reports of each measure lie to the guide's bands, and the measured AI/ML premium."""
    cards = [_card(found, measure) for measure in MEASURES]
    return Headline(
        title=f"{'Made-up' if found.is_sample else 'Reported'} pay next to the guide",
        subtitle=MADE_UP if found.is_sample else _whose(found),
        cards=[*(card for card in cards if card), *_premium_card(found)],
        next_steps=_next_steps(found),
        verdict=_verdict(found),
    )


def _whose(found: MarketIntelligence) -> str:
    n = sum(one.reports.percentiles.n for one in found.checks if one.measure == "base_plus_stock")
    if not n:
        return "Your store has no reports of Amazon's engineering managers in the guide's places."
    first = min(one.reports.first for one in found.checks)
    last = max(one.reports.last for one in found.checks)
    return f"Your store: {n:,} reports of Amazon's engineering managers, {first:%B %Y} to {last:%B %Y}."


def _verdict(found: MarketIntelligence) -> str:
    checks = speaking(found, "base_plus_stock")
    if not checks:
        return "Too few reports to say anything about the guide's bands: figures take 5 of a level, a place and an era."
    name, share = most(checks)
    n, where = pooled(checks)[0], f"{name} the guide's band for its {BANDS['base_plus_stock']}"
    return f"{percent(share)} of {n:,} {TENURES[checks[0].tenure]} {era(checks[0].reports)} are {where}."


def _card(found: MarketIntelligence, measure: Measure) -> Card | None:
    checks = speaking(found, measure)
    if not checks:
        return None
    name, share = most(checks)
    others = shares_in_words(checks, [one for one in ("below", "within", "above") if one != name])
    who = f"{TENURES[checks[0].tenure]} {era(checks[0].reports)}"
    detail = f"{others}: {pooled(checks)[0]:,} {who}"
    return Card(
        measure_name(found, measure), f"{percent(share)} {name}", detail, "good" if name == "within" else "warn"
    )


def _premium_card(found: MarketIntelligence) -> list[Card]:
    if found.premium is None:
        return []
    middle, low, high = found.premium.with_level.percent
    guide = " to ".join(percent(one) for one in found.guide_premium)
    interval = f"{percent(low, 1)} to {percent(high, 1)} with 95% confidence, at the same level"
    return [Card("AI/ML premium", percent(middle, 1), f"{interval}; the guide says {guide}")]


def _next_steps(found: MarketIntelligence) -> list[str]:
    has_rows = any(map(has_figures, found.checks))
    steps = ["Find your level and place below: each row has its number of reports and their dates."] if has_rows else []
    tenures = {one.tenure for one in found.checks}
    if len({one.reports.since for one in found.checks}) > 1:
        days = joined([month_and_year(dt.date.fromisoformat(row["day"])) for row in found.tables.rows("pay_breaks")])
        steps.append(f"Hold no offer against base pay from before {days}: Amazon's cap on it was lower then.")
    if len(tenures) > 1:
        steps.append("Compare an offer with new offers only: stock of people who stayed has grown or shrunk since.")
    if found.is_sample:
        steps.append("Add files of your own: compkit paydata add FILE.")
    return steps


def market_answers(found: MarketIntelligence) -> Mapping[str, Answer | None]:
    """Answer of each section; None where the store has nothing for it."""
    filings = [one for one in found.filings if one.reports.percentiles.p50 is not None]
    said: dict[str, str] = {measure: _measure_answer(found, measure) for measure in MEASURES}
    said |= {
        "filings": f"{sum(one.reports.percentiles.n for one in filings):,} filings of Amazon for engineering "
                   "managers. Base only, and at least that." if filings else "",
        "wages": _wages_answer(found),
        "premium": _premium_answer(found),
        "files": f"{count(len(found.sources), 'file')}, "
                 f"{sum(one.fates.kept for one in found.sources):,} rows kept.",
        "basis": "What is compared with what, and what the figures can't tell.",
    }  # fmt: skip
    return {name: Answer(text) if text else None for name, text in said.items()}


def _measure_answer(found: MarketIntelligence, measure: Measure) -> str:
    checks = [one for one in found.checks if one.measure == measure and one.tenure == "new" and has_figures(one)]
    if not checks:
        return ""
    (first, group), *others = by_era(checks)
    said = [f"{first}, {shares_in_words(group)} the guide's band (n = {pooled(group)[0]:,})"]
    said += [f"{when}, {shares_in_words(group)} (n = {pooled(group)[0]:,})" for when, group in others]
    return f"New offers {'; '.join(said)}."


def _wages_answer(found: MarketIntelligence) -> str:
    has = {
        "percentiles of base pay": any(one.published for one in found.wages.values()),
        "prevailing wages": any(one.prevailing for one in found.wages.values()),
    }
    told = [name for name, is_there in has.items() if is_there]
    return f"{capitalized(joined(told))} of computer and information systems managers." if told else ""


def _premium_answer(found: MarketIntelligence) -> str:
    if found.premium is None:
        return found.no_premium if any(one.kind == "levels-fyi" for one in found.sources) else ""
    with_level, without = (one.percent[0] for one in (found.premium.with_level, found.premium.without_level))
    guide = " to ".join(percent(one) for one in found.guide_premium)
    return f"{percent(with_level, 1)} at the same level, {percent(without, 1)} without it. The guide says {guide}."


def market_notes(found: MarketIntelligence) -> Notes:
    """Say what is compared with what, and what is left out."""
    aged = (
        f"Base pay is brought to the {quarter(found.aged_to)} by the Employment Cost Index, wages and salaries of "
        "private industry. It tells how wages rose on average, not at Amazon. Stock and totals stay as reported."
        if found.aged_to
        else "Pay is as it was reported on its day; nothing is brought up to date."
    )
    return build_notes(
        "assumptions",
        "Base against base, a quarter of the grant against stock a year, the guide's average against base plus stock. "
        "Never against a total with bonus and sign-on.",
        *(f"{row['what']} Reports from before and after {month_and_year(dt.date.fromisoformat(row['day']))} are never "
          "put together." for row in found.tables.rows("pay_breaks")),
        "New offers are people less than a year at the company; they are apart from people there longer.",
        aged,
        _left_out(found.n_untold, "report", "or tenure ") if found.n_untold else None,
        _left_out(found.n_undated_filings, "filing") if found.n_undated_filings else None,
        "A group is one level, place, era and tenure. One of fewer than 5 reports has no figure, and shares of several "
        "groups leave it out.",
    )  # fmt: skip


def _left_out(n: int, noun: str, more: str = "") -> str:
    which = "it may be" if n == 1 else "they may be"
    return f"{n:,} {noun}{'s' * (n > 1)} without a date {more}left out: {which} from either side of a break."


def market_caveats(found: MarketIntelligence) -> Notes:
    """Say what the figures are not."""
    return build_notes(
        "caveats",
        MADE_UP if found.is_sample else None,
        "People who report their pay are no random sample, and nobody checks what they report.",
        "The guide's bands are one page's estimates, as of "
        f"{month_and_year(found.tables.sources[GUIDE].as_of_on)}; the reports are of the dates in the tables.",
        EDUCATION,
    )


def market_sources(found: MarketIntelligence) -> Notes:
    """Cite the guide, the kinds of files with what their terms permit, and the index if pay was aged."""
    kinds = dict.fromkeys(one.kind for one in found.sources)
    ids = [GUIDE, *dict.fromkeys(row["source_id"] for row in found.tables.rows("pay_breaks"))]
    ids += [_INDEX] if found.aged_to else []
    made_up = ["The files are made up and hold nobody's data."] if found.is_sample else []
    return source_notes(found.tables, ids, *(made_up or [f"{kind}: {KINDS[kind].terms}" for kind in kinds]))


def recorded_market(found: MarketIntelligence) -> RecordedFigures:
    """Record the percentiles of each group with enough reports, unrounded."""
    rows = []
    for one in filter(has_figures, found.checks):
        group = f"{one.level} {one.location} {one.measure} {one.tenure} {era(one.reports)}"
        as_of = one.reports.last.isoformat()
        source = " ".join(one.reports.kinds)
        for name in ("n", "p25", "p50", "p75"):
            unit = "reports" if name == "n" else "USD a year"
            value = getattr(one.reports.percentiles, name)
            rows.append(recorded_figure(f"{group} {name}", value, unit, source, as_of))
        for name in ("below", "within", "above"):
            rows.append(recorded_figure(f"{group} {name}", getattr(one, name), "fraction", f"{source} {GUIDE}", as_of))
    return RecordedFigures(rows, {})
