"""What hypothesis draws: schedules, grants, offers, growths and marks within what an offers file allows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from compkit.market.scoring import HIGHEST_RATING, LOWEST_RATING
from compkit.model.equity import VestingSchedule
from compkit.model.offer import Offer
from compkit.pay.stock import Growth
from compkit.reference.tables import load_tables

HORIZON_MONTHS = 48
CONVENTIONS = ("smooth", "annual-step")
NAMED_SCHEDULES = sorted(load_tables().schedules)

amounts = st.integers(0, 5_000_000).map(lambda dimes: dimes / 10)
pays = st.integers(300_000, 5_000_000).map(lambda dimes: dimes / 10)
prices = st.integers(1, 5_000_000).map(lambda hundredths: hundredths / 100)
raise_rates = st.integers(-50, 300).map(lambda thousandths: thousandths / 1000)
bonus_rates = st.integers(0, 500).map(lambda thousandths: thousandths / 1000)
cash_shares = st.one_of(st.just(0.0), st.integers(1, 20).map(lambda twentieths: twentieths / 20))
horizons = st.integers(1, 8)
discount_rates = st.integers(0, 500).map(lambda thousandths: thousandths / 1000)
growth_rates = st.one_of(st.floats(-0.9, 1.0), st.sampled_from([-0.999, 0.0, 10.0]))
growths = st.builds(Growth, growth_rates, st.sampled_from(CONVENTIONS))
multiples = st.integers(5, 400).map(lambda hundredths: hundredths / 100)
price_paths = st.lists(multiples, min_size=1, max_size=8).map(tuple)
paths_of_growth = st.builds(
    lambda rate, path, own: Growth(rate, path=path, company_paths=(("Amazon", own),) if own else ()),
    growth_rates, st.just(()) | price_paths, st.just(()) | price_paths,
)  # fmt: skip
# Any day, and often the last ones of a month, which other months do not have.
start_dates = st.one_of(
    st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31)),
    st.builds(dt.date, st.integers(2024, 2029), st.sampled_from([1, 3, 5, 7, 8, 10, 12]), st.integers(29, 31)),
    st.sampled_from([dt.date(2024, 2, 29), dt.date(2025, 2, 28), dt.date(2026, 12, 1), dt.date(2027, 1, 1)]),
)
wage_lists = st.lists(st.integers(20_000, 30_000_000).map(lambda dimes: dimes / 10), min_size=1, max_size=4)


@st.composite
def tranches(draw: st.DrawFn, last_month: int = HORIZON_MONTHS) -> list[tuple[int, float]]:
    """Draw (month, fraction) with rising months up to `last_month` and fractions that sum to 1."""
    at = sorted(draw(st.sets(st.integers(1, last_month), min_size=1, max_size=6)))
    parts = draw(st.lists(st.integers(1, 100), min_size=len(at), max_size=len(at)))
    return [(month, part / sum(parts)) for month, part in zip(at, parts, strict=True)]


@st.composite
def schedules(draw: st.DrawFn, last_month: int = HORIZON_MONTHS) -> VestingSchedule:
    """Draw a vesting schedule that ends by `last_month`."""
    drawn = draw(tranches(last_month))
    return VestingSchedule("drawn", tuple(month for month, _ in drawn), tuple(fraction for _, fraction in drawn))


vest_days = st.lists(
    st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31)).map(lambda day: f"{day:%m-%d}"), max_size=4, unique=True
)


@st.composite
def vestings(
    draw: st.DrawFn, days: st.SearchStrategy[list[str]] | None = None
) -> str | list[dict[str, Any]] | dict[str, Any]:
    """Draw what an offers file may say about vesting: a name or tranches; with a start date vest days too."""
    stated = draw(st.sampled_from(NAMED_SCHEDULES) | tranches(96))
    own = [] if isinstance(stated, str) else [{"month": month, "fraction": fraction} for month, fraction in stated]
    if len(own) > 1 and draw(st.booleans()):
        own[-1]["fraction"] = "rest"
    if draw(st.booleans()):
        return own or stated
    form: dict[str, Any] = {"tranches": own} if own else {"schedule": stated}
    return {
        **form,
        "whole_shares": draw(st.sampled_from([None, "half-up", "down"])),
        "vest_days": draw(st.just([]) if days is None else days),
    }


@st.composite
def bonuses(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a target bonus as a rate or in money, the first one prorated or not."""
    size = draw(
        bonus_rates.map(lambda rate: {"bonus_target_rate": rate}) | amounts.map(lambda usd: {"annual_bonus": usd})
    )
    return {**size, "first_bonus": draw(st.sampled_from(["full", "prorated"]))}


@st.composite
def grants(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a grant by value or by units, with or without prices."""
    price, price_now = draw(prices), draw(st.none() | prices)
    size: dict[str, Any] = (
        {"value": draw(amounts), "grant_price": draw(st.sampled_from([None, price]))}
        if draw(st.booleans())
        else {"units": draw(st.integers(0, 50_000).map(float)), "grant_price": price}
    )
    if size.get("value") is not None:
        size["priced_on"] = draw(st.none() | st.dates(dt.date(2024, 1, 1), dt.date(2038, 12, 31)))
    return {
        **size,
        "price_now": price_now,
        "vesting": draw(vestings(vest_days)),
        "start_month": draw(st.integers(-96, 96)),
        "tradable": True,
    }


@st.composite
def refreshers(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a refresher by its year or by its month, some of it in cash."""
    when = draw(st.integers(1, 8).map(lambda year: {"year": year}) | st.integers(1, 96).map(lambda at: {"month": at}))
    return {**when, "value": draw(amounts), "cash_share": draw(cash_shares), "vesting": draw(vestings()),
            "tradable": True}  # fmt: skip


@st.composite
def refresher_plans(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a refresher plan of any kind."""
    return {
        "practice": draw(st.sampled_from([None, None, "none", "yearly-4-year", "yearly-2-year"])),
        "annual_value": draw(amounts),
        "first_year": draw(st.integers(1, 8)),
        "calendar_month": draw(st.none() | st.integers(1, 12)),
        "cash_share": draw(cash_shares),
        "vesting": draw(vestings()),
        "target_pay": draw(st.none() | pays),
        "tradable": True,
    }


@st.composite
def offers(draw: st.DrawFn, offer_id: str = "drawn") -> Offer:
    """Draw an offer in USD with every kind of pay."""
    return Offer.model_validate(
        {
            "id": offer_id,
            "company": draw(st.sampled_from(["Amazon", "Google", "Initech"])),
            "level": draw(st.sampled_from(["L5", "L6", "L7"])),
            "location": draw(st.sampled_from(["Seattle", "Austin", "New York"])),
            "base_salary": draw(pays),
            "annual_raise_rate": draw(raise_rates),
            **draw(bonuses()),
            "sign_on": draw(st.lists(amounts, max_size=4)),
            "sign_on_paid": draw(st.sampled_from(["lump", "monthly"])),
            "equity": draw(st.lists(grants(), max_size=3)),
            "refreshers": draw(st.lists(refreshers(), max_size=2)),
            "refresher_plan": draw(st.none() | refresher_plans()),
            "start_date": draw(start_dates),
        }
    )


@st.composite
def offer_lists(draw: st.DrawFn) -> list[Offer]:
    """Draw one to five offers with ids of their own."""
    return [draw(offers(f"drawn-{number}")) for number in range(draw(st.integers(1, 5)))]


@st.composite
def offer_sets(draw: st.DrawFn, least: int = 2, most: int = 3) -> list[Offer]:
    """Draw a few offers to hold against each other, with ids of their own."""
    return [draw(offers(f"drawn-{number}")) for number in range(draw(st.integers(least, most)))]


@st.composite
def marks(draw: st.DrawFn, matrix: str) -> dict[str, int]:
    """Draw a mark for every factor of a matrix."""
    one = st.integers(LOWEST_RATING, HIGHEST_RATING[matrix])
    return {factor: draw(one) for factor in load_tables().choices[f"{matrix}_factors"]}


def offer_of_vests(cash: float, vests: str, offer_id: str = "made", company: str = "Initech") -> Offer:
    """Return an offer of a lump in month 1 and of single vests, as the tables of cases write them.

    `24:1000` vests in month 24, worth 1,000 at a flat price; `12>24:1000` is valued in month 12; a `c` makes it cash.
    """
    made: dict[str, list[dict[str, Any]]] = {"equity": [], "refreshers": []}
    for one in vests.split():
        when, _, value = one.partition(":")
        start, _, end = when.rstrip("c").rpartition(">")
        vesting = [{"month": int(end) - int(start or 0), "fraction": 1.0}]
        fields: dict[str, Any] = {"value": float(value), "vesting": vesting, "tradable": True}
        if start:
            fields |= {"month": int(start), "cash_share": float(when.endswith("c"))}
        made["refreshers" if start else "equity"].append(fields)
    told = {"id": offer_id, "company": company, "level": "L6", "location": "Seattle", "base_salary": 0.0}
    return Offer.model_validate({**told, "sign_on": [cash], **made})


@st.composite
def price_ratios(draw: st.DrawFn) -> list[tuple[int, float]]:
    """Draw the months and ratios of a path of the share price that is never zero."""
    at = sorted(draw(st.sets(st.integers(1, 96), max_size=6)))
    ratios = draw(st.lists(st.floats(0.01, 10), min_size=len(at), max_size=len(at)))
    return [(0, 1.0), *zip(at, ratios, strict=True)]


_STATUSES = ["written", "written", "verbal", "in-process", None]
_thousands = st.integers(1, 600).map(lambda thousands: thousands * 1_000.0)
_days_ahead = st.none() | st.dates(dt.date(2026, 11, 25), dt.date(2027, 1, 20))
_current_jobs = st.fixed_dictionaries(
    {"base_salary": st.integers(60, 400).map(lambda thousands: thousands * 1_000.0)},
    optional={
        "annual_bonus": _thousands, "annual_equity": _thousands, "unvested_equity": _thousands,
        "next_bonus_on": st.dates(dt.date(2026, 12, 1), dt.date(2027, 6, 30)), "repayment_owed": amounts,
    },
)  # fmt: skip
_share_prices = st.integers(10, 4_000).map(lambda cents: cents / 100)
_options = st.fixed_dictionaries(
    {"n_options": st.integers(1_000, 200_000).map(float), "strike": _share_prices},
    optional={"fair_value": _share_prices},
)
_ranges = st.builds(
    lambda low, more: {"low": low * 1_000.0, "high": (low + more) * 1_000.0}, st.integers(90, 200), st.integers(0, 150)
)
_TALKS = {"call_on": dt.date(2026, 12, 3), "reasons": ["I led the move of our billing platform."]}
_COMPANIES = ["Amazon", "Amazon", "Google", "Netflix", "Initech"]
_PLACES = ["Seattle", "Austin", "New York", "San Francisco", "San Jose", "Chicago", "Remote"]
_research = st.fixed_dictionaries(
    {"measure": st.sampled_from(["base_salary", "rsu_4yr", "total_4yr_avg"])},
    optional={
        "p25": st.integers(100, 200).map(lambda thousands: thousands * 1_000.0),
        "p50": st.integers(200, 300).map(lambda thousands: thousands * 1_000.0),
        "p75": st.integers(300, 400).map(lambda thousands: thousands * 1_000.0),
        "n": st.integers(1, 60),
        "as_of": st.dates(dt.date(2024, 6, 1), dt.date(2026, 11, 1)),
        "source": st.sampled_from(["levels.fyi", "a survey of friends"]),
        "location": st.sampled_from(["Seattle", "Austin"]),
    },
)


@st.composite
def written_offers(draw: st.DrawFn, offer_id: str) -> dict[str, Any]:
    """Draw an offer as people type it: listed companies and startups, any status, here and abroad, with and without."""
    is_startup = draw(st.integers(0, 4)) == 0
    company = "Fledgling AI" if is_startup else draw(st.sampled_from(_COMPANIES))
    location = draw(
        st.sampled_from(["Seattle", "Austin", "New York", "San Francisco", "San Jose", "Chicago", "Remote"])
    )
    told: dict[str, Any] = {
        "id": offer_id,
        "company": company,
        "level": draw(st.sampled_from(["L5", "L6", "L7", "Staff"])),
        "location": location,
        "base_salary": draw(st.integers(90, 450)) * 1_000.0,
        "currency": draw(st.sampled_from(["USD", "USD", "USD", "EUR", "GBP"])),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "status": st.sampled_from(_STATUSES),
        "company_type": st.sampled_from(["FAANG", "Tier 1 Tech", "AI-First Startups"]),
        "guide_level": st.sampled_from(["L6", "L7"]),
        "candidate_type": st.sampled_from(["external", "external", "internal", "boomerang"]),
        "start_date": st.dates(dt.date(2027, 1, 4), dt.date(2027, 4, 1)),
        "deadline": _days_ahead,
        "bonus_target_rate": st.sampled_from([0.1, 0.15, 0.2]),
        "sign_on": st.lists(st.integers(0, 150).map(lambda thousands: thousands * 1_000.0), max_size=2),
        "sign_on_paid": st.sampled_from(["lump", "monthly"]),
        "equity": st.lists(
            st.fixed_dictionaries(
                {"value": _thousands, "tradable": st.just(not is_startup)},
                optional={"vesting": st.sampled_from(["amazon", "google", "even-4-year-monthly"])},
            ),
            max_size=2,
        ),
        "posted_base": _ranges,
        "market": st.lists(_research, max_size=2),
        "contact": st.just({"recruiter": "Sam Doe", "team": "Payments"}),
        "negotiation": st.just(_TALKS),
    }  # fmt: skip
    for name, values in optional.items():
        if draw(st.booleans()):
            told[name] = draw(values)
    if is_startup and draw(st.booleans()):
        told["options"] = [draw(_options)]
        told["startup"] = {"fully_diluted_shares": 40e6, "exits": [{"value": 0.0, "chance": 0.6},
                                                                   {"value": 3e8, "chance": 0.4}]}  # fmt: skip
    if location == "Remote":
        told["residence"] = draw(st.sampled_from(["Seattle", "Denver", "New York"]))
    return told


@st.composite
def offers_files(draw: st.DrawFn, most: int = 6) -> dict[str, Any]:
    """Draw an offers file of one person: one to six offers, rounds of one job, with or without a current job."""
    written = [draw(written_offers(f"offer-{number}")) for number in range(draw(st.integers(1, most)))]
    if len(written) > 1 and draw(st.integers(0, 3)) == 0:
        later = written[-1]
        later |= {name: written[0][name] for name in ("company", "level", "location", "currency")}
        later["supersedes"] = written[0]["id"]
        later.pop("residence", None)
        later |= {"residence": written[0]["residence"]} if "residence" in written[0] else {}
    candidate: dict[str, Any] = {"residence": draw(st.sampled_from(["Seattle", "Chicago", "Denver"]))}
    if draw(st.booleans()):
        candidate["name"] = "Jordan Lee"
    if draw(st.booleans()):
        candidate["current"] = draw(_current_jobs)
    if draw(st.booleans()):
        candidate["decision"] = {
            "stay_years": draw(st.integers(1, 4)),
            "preferred": written[-1]["id"],
            "preferred_worth": 12_000.0,
        }
    return {"rates": {"EUR": 1.08, "GBP": 1.27}, "candidate": candidate, "offers": written}
