"""Audit of the guide: each published figure that follows from others, worked out again.

Nothing is corrected silently: a finding keeps the published figure next to the computed one, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compkit.market.bands import BANDS, GUIDE_LEVELS, MEASURES, Range, agrees, computed_totals, ranges
from compkit.model import AMAZON, AMAZON_VESTING, Grant, Offer
from compkit.pay import Valuation, pay_terms, valuation
from compkit.reference import Tables

_PRINTED_PERCENT = 0.01
ENDS = ("low", "high")
MEASURE_WORDS = {
    "base_salary": "base salary",
    "rsu_4yr": "stock grant",
    "sign_on_y1": "first sign-on",
    "sign_on_y2": "second sign-on",
    "total_y1": "first-year total",
    "total_4yr_avg": "four-year average",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One published figure, concept or tip, with what it comes to when worked out.

    Parameters
    ----------
    id, kind : str
    subject : str
        What it is about, in words.
    published, computed : float or str
        Numbers in `unit`; texts for concepts and tips.
    unit : str
        USD, fraction, or empty for texts.
    agrees : bool
        Whether the two are equal to the precision in which the guide prints.
    why : str
    """

    id: str
    kind: str
    subject: str
    published: float | str
    computed: float | str
    unit: str
    agrees: bool
    why: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id.replace(" ", "-"))
        for name in ("published", "computed"):
            value = getattr(self, name)
            object.__setattr__(self, name, value if isinstance(value, str) else float(value))
        object.__setattr__(self, "agrees", bool(self.agrees))


def guide_audit(tables: Tables) -> list[Finding]:
    """List every finding about the guide: figures first, then concepts and tips.

    >>> import compkit as ck
    >>> first = ck.guide_audit(ck.load_tables())[0]
    >>> first.subject, first.published, first.computed
    ('L6, Seattle, low end', 280000.0, 257500.0)
    """
    return list(tables.derived(_findings))


def _findings(tables: Tables) -> list[Finding]:
    return [
        *_band_totals(tables),
        *_ai_ml_totals(tables),
        *_worked_negotiation(tables),
        *_calculator(tables),
        *_remote_discount(tables),
        *_level_worth(tables),
        *_contradictions(tables),
        *_notes(tables),
    ]


def _band_totals(tables: Tables) -> Iterator[Finding]:
    """Yield first-year totals and four-year averages of the ten band rows, under each possible definition."""
    bands, computed = ranges(tables[BANDS], "level", "location", "measure"), computed_totals(tables)
    first_share = tables.schedules[AMAZON_VESTING].fractions[0]
    for level, location in _levels_and_locations(bands):
        for end, name in enumerate(ENDS):
            part = {measure: bands[level, location, measure][end] for measure in MEASURES}
            even = part["base_salary"] + part["rsu_4yr"] / 4 + part["sign_on_y1"]
            yield _figure(
                f"bands-{level}-{location}-total_y1-{name}",
                "first-year total",
                f"{level}, {location}, {name} end",
                part["total_y1"],
                computed[level, location, "total_y1"][end],
                f"Base, the {first_share:.0%} of the stock that vests in year 1 and the first sign-on. With a quarter "
                f"of the stock it would be ${even:,.0f}; neither gives the published column throughout.",
            )
            plain = computed[level, location, "total_4yr_avg"][end]
            with_sign_on = plain + (part["sign_on_y1"] + part["sign_on_y2"]) / 4
            yield _figure(
                f"bands-{level}-{location}-total_4yr_avg-{name}",
                "four-year average",
                f"{level}, {location}, {name} end",
                part["total_4yr_avg"],
                plain,
                "Base and a quarter of the stock, sign-on left out: the definition that comes nearest. With both "
                f"sign-on years spread over four it would be ${with_sign_on:,.0f}.",
            )


def _ai_ml_totals(tables: Tables) -> Iterator[Finding]:
    rows = ranges(tables["ai_ml_by_location"], "level", "location", "measure")
    for level, location in _levels_and_locations(rows):
        for end, name in enumerate(ENDS):
            standard, premium, total = (rows[level, location, part][end] for part in ("standard", "premium", "total"))
            yield _figure(
                f"ai-ml-{level}-{location}-total-{name}",
                "AI/ML total",
                f"{level}, {location}, {name} end",
                total,
                standard * (1 + premium),
                f"The standard {name} end of ${standard:,.0f} with its premium of {premium:.0%}.",
            )


def _worked_negotiation(tables: Tables) -> Iterator[Finding]:
    worth = _worked_valuation(tables).summary["total"]
    before, after = float(worth["before"]), float(worth["after"])
    parts = _worked_parts(tables)
    stock_alone = parts["after", "rsu_4yr"] / parts["before", "rsu_4yr"] - 1
    published, computed = _claim(tables, "worked-negotiation-increase"), after / before - 1
    yield Finding(
        "worked-negotiation-increase",
        "increase",
        "Raise in the worked negotiation",
        published,
        computed,
        "fraction",
        abs(published - computed) < _PRINTED_PERCENT / 2,
        f"Over four years the package rises from ${before:,.0f} to ${after:,.0f}. The grant alone rises by "
        f"{stock_alone:.1%}, which may be what was meant.",
    )


def _calculator(tables: Tables) -> Iterator[Finding]:
    """Yield results of the published calculator for the worked offer, and what the offer pays."""
    price, divisor = _claim(tables, "calculator-stock-price"), _claim(tables, "calculator-divisor")
    parts = _worked_parts(tables)
    right = _worked_valuation(tables).years_of("before")["total"].to_numpy(dtype=float)
    shares = [_claim(tables, f"vesting-year-{year}") for year in range(1, 5)]
    sign_on = [parts["before", "sign_on_y1"], parts["before", "sign_on_y2"], 0.0, 0.0]
    years = [
        parts["before", "base_salary"] + parts["before", "rsu_4yr"] * share * price / divisor + paid
        for share, paid in zip(shares, sign_on, strict=True)
    ]
    why = (
        f"The published function takes the grant in dollars, multiplies it by a share price of ${price:,.0f} and "
        f"divides by {divisor:.0f}, although the year's share is a part of the whole grant already: stock comes out "
        f"{price / divisor:.1f} times too large."
    )
    for year, (value, paid) in enumerate(zip(years, right, strict=True), start=1):
        yield _figure(f"calculator-year-{year}", "calculator", f"Calculator, year {year}", value, float(paid), why)
    average, first_two = float(right.mean()), float(right[:2].mean())
    yield _figure("calculator-4-year-average", "calculator", "Calculator, average", sum(years) / 4, average, why)
    yield _figure(
        "calculator-2-year-cliff-risk", "calculator", "Calculator, cliff risk", sum(years[:2]) / 2, first_two, why
    )


def _remote_discount(tables: Tables) -> Iterator[Finding]:
    bands = ranges(tables["bands"], "level", "location", "measure")
    low, high = _claim_range(tables, "remote-below-seattle")
    for level in GUIDE_LEVELS:
        for measure in MEASURES:
            remote, seattle = (_middle(bands[level, place, measure]) for place in ("Remote", "Seattle"))
            computed = 1 - remote / seattle
            yield Finding(
                f"remote-discount-{level}-{measure}",
                "remote discount",
                f"{level}, {MEASURE_WORDS[measure]}",
                _percent_range((low, high)),
                computed,
                "fraction",
                low <= round(computed, 9) <= high,
                f"The guide's own bands, middle against middle: ${remote:,.0f} remote, ${seattle:,.0f} in Seattle.",
            )


def _level_worth(tables: Tables) -> Iterator[Finding]:
    bands = ranges(tables["bands"], "level", "location", "measure")
    published, spread = _claim(tables, "l7-over-l6-four-years"), _claim(tables, "l7-rsu-spread")
    for location in dict.fromkeys(place for _, place, _ in bands):
        lower, upper = (_middle(bands[level, location, "total_4yr_avg"]) for level in GUIDE_LEVELS)
        computed = 4 * (upper - lower)
        yield Finding(
            f"level-worth-{location}",
            "worth of L7 over L6",
            f"{location}, four years' pay",
            published,
            computed,
            "USD",
            computed >= published,
            "Four times the distance between the middles of the bands "
            f"(${lower:,.0f} and ${upper:,.0f} a year, sign-on left out). The guide says at least ${published:,.0f}; "
            f"its own bands make it {computed / published:.1f} times that.",
        )
        low, high = bands["L7", location, "rsu_4yr"]
        yield Finding(
            f"l7-rsu-spread-{location}",
            "spread of L7 grants",
            f"{location}, stock grants",
            spread,
            high - low,
            "USD",
            high - low >= spread,
            f"The band runs from ${low:,.0f} to ${high:,.0f}; the guide says grants differ by ${spread:,.0f} or more.",
        )


def _contradictions(tables: Tables) -> Iterator[Finding]:
    """Yield pairs of statements that contradict each other."""
    differences = tables["company_pay_differences"]
    says = dict(zip(differences["difference_id"], differences["statement"], strict=True))
    for company, one, other in (("Microsoft", "higher", "lower"), ("Google", "higher", "equal")):
        name = company.lower()
        yield _words(
            f"{name}-total",
            f"{company}'s total pay",
            says[f"{name}-total-{one}"],
            says[f"{name}-total-{other}"],
            f"The guide says both. Compare with a written {company} offer; neither claim is used.",
        )
    premiums = ranges(tables["ai_ml_by_location"], "level", "location", "measure")
    yield _words(
        "seattle-ai-ml-premium",
        "AI/ML premium in Seattle, L6",
        _percent_range(_claim_range(tables, "seattle-ai-ml-premium")),
        _percent_range(premiums["L6", "Seattle", "premium"]),
        "The text on Seattle and the table give L6 different premiums; the table is used.",
    )
    low, high = _claim_range(tables, "finance-premium-ny")
    by_type = ranges(tables["bands_by_company_type"], "level", "company_type", "measure")
    for level in GUIDE_LEVELS:
        finance, faang, tier_1 = (
            _middle(by_type[level, kind, "total"]) for kind in ("Financial Services", "FAANG", "Tier 1 Tech")
        )
        ratio = finance / faang - 1
        yield Finding(
            f"finance-premium-{level}",
            "contradiction",
            f"finance pay in New York, {level}",
            _percent_range((low, high)),
            ratio,
            "fraction",
            low <= ratio <= high,
            "The text says that finance pays more than technology; the table of company types puts the middle of its "
            f"{level} total at ${finance:,.0f}, FAANG's at ${faang:,.0f} and Tier 1 Tech's at ${tier_1:,.0f}.",
        )
    startups = (
        f"{_percent_range(by_type[level, 'AI-First Startups', 'ai_ml_premium'])} at {level}" for level in GUIDE_LEVELS
    )
    yield _words(
        "ai-startup-premium",
        "AI/ML premium at AI startups",
        _percent_range(_claim_range(tables, "ai-startup-premium")),
        ", ".join(startups),
        "The text on Seattle and the table of company types give startups different premiums; the table is used.",
    )


def _notes(tables: Tables) -> Iterator[Finding]:
    """Yield concepts that count something twice or the wrong way round, and tips that can backfire."""
    for row in tables["audit_notes"].to_dict("records"):
        subject = row["note_id"].replace("-", " ")
        yield Finding(
            row["note_id"], row["kind"], subject, row["published"], row["computed"], "", agrees=False, why=row["why"]
        )


def _worked_parts(tables: Tables) -> dict[tuple[str, str], float]:
    rows = tables["worked_negotiation"].to_dict("records")
    return {(row["stage"], row["measure"]): float(row["value"]) for row in rows}


def worked_offers(tables: Tables) -> tuple[Offer, Offer]:
    """Offers before and after the guide's worked negotiation."""
    parts = _worked_parts(tables)
    before, after = (
        Offer(
            id=stage,
            company=AMAZON,
            level="L6",
            location="Seattle",
            base_salary=parts[stage, "base_salary"],
            sign_on=(parts[stage, "sign_on_y1"], parts[stage, "sign_on_y2"]),
            equity=(Grant(value=parts[stage, "rsu_4yr"]),),
        )
        for stage in ("before", "after")
    )
    return before, after


def _worked_valuation(tables: Tables) -> Valuation:
    return valuation(pay_terms(worked_offers(tables), tables.schedules))


def _figure(finding_id: str, kind: str, subject: str, published: float, computed: float, why: str) -> Finding:
    return Finding(finding_id, kind, subject, published, computed, "USD", agrees(published, computed), why)


def _words(finding_id: str, subject: str, published: str, computed: str, why: str) -> Finding:
    return Finding(finding_id, "contradiction", subject, published, computed, "", agrees=False, why=why)


def _claim(tables: Tables, claim_id: str) -> float:
    return _claim_range(tables, claim_id)[0]


def _claim_range(tables: Tables, claim_id: str) -> Range:
    return ranges(tables["guide_claims"], "claim_id")[(claim_id,)]


def _levels_and_locations(ranges: Iterable[tuple[str, ...]]) -> Iterable[tuple[str, str]]:
    return dict.fromkeys((level, location) for level, location, _ in ranges)


def _middle(ends: Range) -> float:
    return sum(ends) / 2


def _percent_range(ends: Range) -> str:
    return f"{ends[0]:.0%} to {ends[1]:.0%}"
