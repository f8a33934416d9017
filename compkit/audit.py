"""The guide held against itself: each published figure that follows from others, worked out again.

Nothing is corrected in silence: a finding keeps the published figure beside the computed one, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compkit.cashflow import pay_terms
from compkit.market import GUIDE_LEVELS
from compkit.offer import AMAZON, AMAZON_VESTING, Offer
from compkit.tables import Tables
from compkit.valuation import Valuation, valuation

# The guide prints totals in thousands: what differs by less than one of them agrees.
_PRINTED_TO = 1_000.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One published figure, concept or tip, with what comes out when it is worked out.

    Parameters
    ----------
    id, kind : str
    published, computed : float or str
        Numbers in `unit`; texts for concepts and tips.
    unit : str
        USD, fraction, or empty for texts.
    agrees : bool
        Whether the two are the same to the precision in which the guide prints.
    why : str
    """

    id: str
    kind: str
    published: float | str
    computed: float | str
    unit: str
    agrees: bool
    why: str

    def __post_init__(self) -> None:
        for name in ("published", "computed"):
            value = getattr(self, name)
            object.__setattr__(self, name, value if isinstance(value, str) else float(value))
        object.__setattr__(self, "agrees", bool(self.agrees))

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as plain values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def guide_audit(tables: Tables) -> list[Finding]:
    """Return every finding about the guide, figures first, then concepts and tips.

    Parameters
    ----------
    tables : Tables
        With the guide's figures as published.
    """
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
    """Yield first-year totals and four-year averages of the ten band rows under each definition that could be meant."""
    bands = tables["bands"].set_index(["level", "location", "measure"]).sort_index()
    first_year_share = tables.schedules[AMAZON_VESTING].fractions[0]
    for level, location in _distinct_pairs(tables["bands"]):
        row = bands.loc[(level, location)]
        for end in ("low", "high"):
            part = row[end].astype(float)
            vesting = part["base_salary"] + first_year_share * part["rsu_4yr"] + part["sign_on_y1"]
            even = part["base_salary"] + part["rsu_4yr"] / 4 + part["sign_on_y1"]
            yield _figure(
                f"bands-{level}-{location}-total_y1-{end}", "first-year total", part["total_y1"], vesting,
                f"Base, the {first_year_share:.0%} of the stock that vests in year 1 and the first sign-on. With a quarter "
                f"of the stock it would be {even:,.0f}; neither gives the published column throughout.",
            )  # fmt: skip
            plain = part["base_salary"] + part["rsu_4yr"] / 4
            with_sign_on = plain + (part["sign_on_y1"] + part["sign_on_y2"]) / 4
            yield _figure(
                f"bands-{level}-{location}-total_4yr_avg-{end}", "four-year average", part["total_4yr_avg"], plain,
                "Base and a quarter of the stock, sign-on left out: the definition that comes nearest. With both sign-on "
                f"years spread over four it would be {with_sign_on:,.0f}.",
            )  # fmt: skip


def _ai_ml_totals(tables: Tables) -> Iterator[Finding]:
    rows = tables["ai_ml_by_location"].set_index(["level", "location", "measure"]).sort_index()
    for level, location in _distinct_pairs(tables["ai_ml_by_location"]):
        row = rows.loc[(level, location)]
        for end in ("low", "high"):
            part = row[end].astype(float)
            computed = part["standard"] * (1 + part["premium"])
            yield _figure(
                f"ai-ml-{level}-{location}-total-{end}", "AI/ML total", part["total"], computed,
                f"The standard {end} end of {part['standard']:,.0f} with its premium of {part['premium']:.0%}.",
            )  # fmt: skip


def _worked_negotiation(tables: Tables) -> Iterator[Finding]:
    worth = _worked_offers(tables).summary["total"]
    grants = tables["worked_negotiation"].set_index(["stage", "measure"])["value"].astype(float)
    stock_alone = grants["after", "rsu_4yr"] / grants["before", "rsu_4yr"] - 1
    published = _claim(tables, "worked-negotiation-increase")
    computed = worth["after"] / worth["before"] - 1
    yield Finding(
        "worked-negotiation-increase", "increase", published, computed, "fraction", abs(published - computed) < 0.005,
        f"Over four years the package rises from {worth['before']:,.0f} to {worth['after']:,.0f}. The grant alone rises "
        f"by {stock_alone:.1%}, which may be what was meant.",
    )  # fmt: skip


def _calculator(tables: Tables) -> Iterator[Finding]:
    """Yield what the published calculator returns for the worked offer, against what the offer pays."""
    price, divisor = _claim(tables, "calculator-stock-price"), _claim(tables, "calculator-divisor")
    parts = tables["worked_negotiation"].set_index(["stage", "measure"])["value"].astype(float)["before"]
    right = _worked_offers(tables).years_of("before")["total"]
    shares = [_claim(tables, f"vesting-year-{year}") for year in range(1, 5)]
    sign_on = [parts["sign_on_y1"], parts["sign_on_y2"], 0.0, 0.0]
    years = [
        parts["base_salary"] + parts["rsu_4yr"] * share * price / divisor + paid
        for share, paid in zip(shares, sign_on, strict=True)
    ]
    why = (
        f"The published function takes the grant in dollars, multiplies it by a share price of {price:,.0f} and divides "
        f"by {divisor:.0f}, although the year's share already is a part of the whole grant: the stock comes out "
        f"{price / divisor:.1f} times too large."
    )
    for year, value in enumerate(years, start=1):
        yield _figure(f"calculator-year-{year}", "calculator", value, float(right[year]), why)
    yield _figure("calculator-4-year-average", "calculator", sum(years) / 4, float(right.mean()), why)
    yield _figure("calculator-2-year-cliff-risk", "calculator", sum(years[:2]) / 2, float(right[:2].mean()), why)


def _remote_discount(tables: Tables) -> Iterator[Finding]:
    bands = tables["bands"].set_index(["level", "location", "measure"]).sort_index()
    claim = _claim_range(tables, "remote-below-seattle")
    for level in GUIDE_LEVELS:
        for measure in ("base_salary", "rsu_4yr", "sign_on_y1", "sign_on_y2", "total_y1", "total_4yr_avg"):
            remote, seattle = (float(bands.loc[(level, place, measure), ["low", "high"]].mean())
                               for place in ("Remote", "Seattle"))  # fmt: skip
            computed = 1 - remote / seattle
            yield Finding(
                f"remote-discount-{level}-{measure}", "remote discount", _percent_range(claim), computed, "fraction",
                claim[0] <= round(computed, 9) <= claim[1],
                f"The guide's own bands, middle against middle: {remote:,.0f} remote, {seattle:,.0f} in Seattle.",
            )  # fmt: skip


def _level_worth(tables: Tables) -> Iterator[Finding]:
    bands = tables["bands"].set_index(["level", "location", "measure"]).sort_index()
    published = _claim(tables, "l7-over-l6-four-years")
    for location in tables["bands"]["location"].unique():
        lower, upper = (float(bands.loc[(level, location, "total_4yr_avg"), ["low", "high"]].mean())
                        for level in GUIDE_LEVELS)  # fmt: skip
        computed = 4 * (upper - lower)
        yield Finding(
            f"level-worth-{location}", "worth of L7 over L6", published, computed, "USD", computed >= published,
            f"Four times the distance of the bands' middles ({lower:,.0f} and {upper:,.0f} a year, sign-on left out). "
            f"The guide says at least {published:,.0f}; its own bands make it {computed / published:.1f} times that.",
        )  # fmt: skip
        low, high = bands.loc[("L7", location, "rsu_4yr"), ["low", "high"]].astype(float)
        spread = _claim(tables, "l7-rsu-spread")
        yield Finding(
            f"l7-rsu-spread-{location}", "spread of L7 grants", spread, high - low, "USD", high - low >= spread,
            f"The band runs from {low:,.0f} to {high:,.0f}; the guide says that grants differ by {spread:,.0f} or more.",
        )  # fmt: skip


def _contradictions(tables: Tables) -> Iterator[Finding]:
    """Yield statements about one thing that exclude each other."""
    says = tables["company_pay_differences"].set_index("difference_id")["statement"]
    yield _words("microsoft-total", says["microsoft-total-higher"], says["microsoft-total-lower"],
                 "Both stand in the guide. A comparison with a written Microsoft offer decides; neither is used.")  # fmt: skip
    yield _words("google-total", says["google-total-higher"], says["google-total-equal"],
                 "Both stand in the guide. A comparison with a written Google offer decides; neither is used.")  # fmt: skip
    seattle = _claim_range(tables, "seattle-ai-ml-premium")
    by_location = tables["ai_ml_by_location"]
    wanted = (by_location["measure"] == "premium") & (by_location["location"] == "Seattle") & (by_location["level"] == "L6")
    table_range = tuple(by_location.loc[wanted, ["low", "high"]].astype(float).iloc[0])
    yield _words("seattle-ai-ml-premium", _percent_range(seattle), _percent_range(table_range),
                 "The text on Seattle and the table give L6 different premiums; the table is used.")  # fmt: skip
    finance = _claim_range(tables, "finance-premium-ny")
    totals = tables["bands_by_company_type"]
    totals = totals[totals["measure"] == "total"].set_index(["level", "company_type"])[["low", "high"]].mean(axis=1)
    for level in GUIDE_LEVELS:
        ratio = float(totals[level, "Financial Services"] / totals[level, "FAANG"] - 1)
        yield Finding(
            f"finance-premium-{level}", "contradiction", _percent_range(finance), ratio, "fraction",
            finance[0] <= ratio <= finance[1],
            "The text says that finance pays more than technology; the table of company types puts the middle of its "
            f"{level} total below FAANG's.",
        )  # fmt: skip


def _notes(tables: Tables) -> Iterator[Finding]:
    """Yield the concepts that count something twice or the wrong way round, and the tips that can backfire."""
    for row in tables["audit_notes"].to_dict("records"):
        yield Finding(row["note_id"], row["kind"], row["published"], row["computed"], "", agrees=False, why=row["why"])


def _worked_offers(tables: Tables) -> Valuation:
    parts = tables["worked_negotiation"].set_index(["stage", "measure"])["value"].astype(float)
    offers = [
        Offer.model_validate(
            {
                "id": stage, "company": AMAZON, "level": "L6", "location": "Seattle",
                "base_salary": parts[stage, "base_salary"],
                "sign_on": [parts[stage, "sign_on_y1"], parts[stage, "sign_on_y2"]],
                "equity": [{"value": parts[stage, "rsu_4yr"]}],
            }
        )
        for stage in ("before", "after")
    ]  # fmt: skip
    return valuation(pay_terms(offers, tables.schedules))


def _figure(finding_id: str, kind: str, published: float, computed: float, why: str) -> Finding:
    return Finding(finding_id, kind, published, computed, "USD", abs(published - computed) < _PRINTED_TO, why)


def _words(finding_id: str, published: str, computed: str, why: str) -> Finding:
    return Finding(finding_id, "contradiction", published, computed, "", agrees=False, why=why)


def _claim(tables: Tables, claim_id: str) -> float:
    return _claim_range(tables, claim_id)[0]


def _claim_range(tables: Tables, claim_id: str) -> tuple[float, float]:
    row = tables["guide_claims"].set_index("claim_id").loc[claim_id]
    return float(row["low"]), float(row["high"])


def _percent_range(ends: Sequence[float]) -> str:
    return f"{ends[0]:.0%} to {ends[1]:.0%}"


def _distinct_pairs(frame: pd.DataFrame) -> Iterable[tuple[str, str]]:
    return dict.fromkeys((str(level), str(location)) for level, location in zip(frame["level"], frame["location"], strict=True))
