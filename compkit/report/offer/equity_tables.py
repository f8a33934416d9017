"""Tables of quoted totals, simulated chances and benefits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from compkit.analysis import Evaluation, Simulation
from compkit.pay import (
    FLAT,
    Assumptions,
    FloatArray,
    Growth,
    benefit_lines,
    paid_time_off_value,
    stock_purchases,
    valuation,
    weighted_vests,
)
from compkit.periods import MONTHS_A_YEAR
from compkit.prices import (
    WORST_SHARE,
    Claim,
    SimulationSettings,
    certainty_equivalent,
    chance_below,
    decompose_quote,
    expected_shortfall,
    simulated_totals,
    volatility_of,
)
from compkit.report.show.blocks import Heading, Notes, Table, build_table, in_usd
from compkit.report.show.text import LEAST, chance_in_words, count, day, growth_convention_words, percent, usd

N_PATHS, SEED = 10_000, 0
RISK_AVERSION, CASH_RATE = 2.0, 0.04
_EVEN_CHANCE = (100_000.0, 200_000.0)
SPAN_NAMES = {"total_y1": "First year", "total_4yr": "Four years"}
LINE_NAMES = {
    "retirement_match": "Retirement money",
    "espp_discount_value": "Shares bought below their price",
    "other": "Other benefits",
    "relocation": "Relocation",
    "premiums": "What you pay for insurance",
}


def claimed_table(evaluation: Evaluation) -> Table | Notes:
    """Recruiter's totals beside the same years at a flat share price, and the growth they assume."""
    undone = decompose_quote(evaluation.offer, evaluation.tables.schedules)
    if not undone.claims:
        told = "Enter the total that the recruiter quoted (quoted) to see what growth it takes."
        return Notes("What was claimed", [told])
    rows = [
        (SPAN_NAMES[claim.span], claim.claimed, claim.flat, claim.difference,
         *(() if undone.growth_rate is None else (claim.under_quoted_growth,)),
         claim.growth_share, _growth_it_takes(claim))
        for claim in undone.claims
    ]  # fmt: skip
    sums = ["Claimed", "At a flat price", "Difference"]
    way = growth_convention_words(undone.growth_convention)
    if undone.growth_rate is None:
        said = [f"The quote names no growth. What it takes is worked out with a share price that grows {way}."]
    else:
        sums.append("With the quote's growth")
        said = [f"The quote has the share price grow {percent(undone.growth_rate, 1)} a year, {way}."]
        said += [_how_it_adds_up(claim) for claim in undone.claims]
    if any(claim.span == "total_y1" for claim in undone.claims) and undone.growth_convention == "annual-step":
        said.append("In one step a year, the first year has no growth in it.")
    refreshers = max(claim.flat_refreshers for claim in undone.claims)
    if refreshers >= LEAST:
        said.append(f"The flat total holds {usd(refreshers)} of refreshers, which a claim may leave out.")
    said.append("Growth is an assumption, not pay: nobody owes it to you.")
    return build_table(
        "The recruiter's claim against a flat share price (USD)",
        ["Claim", *((name, "usd") for name in sums), ("Growth's part of the claim", "percent1"),
         "Growth it takes"],
        rows,
        *said,
    )  # fmt: skip


def _growth_it_takes(claim: Claim) -> str:
    if abs(claim.difference) < LEAST:
        return "none: it is the flat total"
    if claim.implied.growth is None:
        return "no growth gives as much" if claim.implied.break_even == "never" else "none: every growth gives more"
    rate = claim.implied.growth
    return f"{percent(rate, 2)} a year" if rate > 0 else f"a fall of {percent(-rate, 2)} a year"


def _how_it_adds_up(claim: Claim) -> str:
    which, verb = ("the first year", "comes") if claim.n_years == 1 else ("the four years", "come")
    gap = claim.quote_gap or 0.0
    if claim.adds_up:
        return f"With that {which} {verb} to what was claimed."
    if gap > 0:
        return f"With that {which} {verb} to {usd(gap)} less than was claimed: ask what that is."
    return f"With that {which} {verb} to {usd(-gap)} more than was claimed: ask what the claim leaves out."


def no_stock_reason(evaluation: Evaluation) -> str | None:
    """Explain why no pay depends on a share price; None if some does."""
    pay = evaluation.pay
    in_shares = replace(pay, grants=pay.grants[~pay.grants["is_cash"].to_numpy(dtype=bool)])
    n_years = evaluation.assumptions.n_years
    if weighted_vests(in_shares, Growth(), np.ones((MONTHS_A_YEAR * n_years, 1)))[0, 0] > 0:
        return None
    if evaluation.paper.any():
        return "This stock can't be sold when it vests: no pay counted here depends on a share price."
    if evaluation.offer.startup or evaluation.offer.options:
        return "No shares vest within these years; options have a part of their own below."
    return f"No shares vest within {count(n_years, 'year')}: no pay here depends on a share price."


def simulated_pay(
    evaluation: Evaluation,
    *,
    growth: Growth | None = None,
    n_paths: int = N_PATHS,
    seed: int = SEED,
    volatility: float | None = None,
) -> FloatArray:
    """Pay by year on each simulated path of the share price, shape (n_years, n_paths) [USD].

    Growth defaults to the evaluation's, volatility to the company's.
    """
    company, given = evaluation.offer.company, evaluation.assumptions
    rate = volatility_of(company, evaluation.tables).annual_rate if volatility is None else volatility
    assumed = Simulation(growth or given.growth, n_paths, seed, rate)
    if assumed not in evaluation.simulations:
        # The same name as in a comparison of offers, so that both draw the same paths.
        randomness = SimulationSettings([company.strip().casefold()], [rate], n_paths, seed)
        totals = simulated_totals(evaluation.pay, assumed.growth, given.n_years, randomness)[0]
        totals.setflags(write=False)
        evaluation.simulations[assumed] = totals
    return evaluation.simulations[assumed]


def simulation_words(evaluation: Evaluation, n_paths: int, seed: int, volatility: float | None) -> str:
    """Describe a simulation in a sentence: paths, seed, volatility and its source."""
    if volatility is not None:
        what = f"a volatility of {percent(volatility, 1)} a year, as you set it"
    else:
        known = volatility_of(evaluation.offer.company, evaluation.tables)
        whose = "no row of the company's own, so the default" if known.company == "default" else f"for {known.company}"
        source = evaluation.tables.sources[known.source_id]
        status = "verified" if known.is_verified else "unverified"
        as_of = day(pd.Timestamp(known.as_of).date())
        rate = percent(known.annual_rate, 1)
        what = f"a volatility of {rate} a year ({whose}; {source.title}, as of {as_of}, {status})"
    return f"Simulated on {n_paths:,} paths of the share price, seed {seed}, with {what}."


def chances_table(
    evaluation: Evaluation,
    *,
    n_paths: int = N_PATHS,
    seed: int = SEED,
    volatility: float | None = None,
    risk_aversion: float = RISK_AVERSION,
    cash_rate: float = CASH_RATE,
) -> Table | Notes:
    """Chances of falling short, and guaranteed pay of equal worth, at several growth rates."""
    reason = no_stock_reason(evaluation)
    if reason:
        return Notes("No chances", [reason])
    growths = _growths(evaluation, cash_rate)
    averages = {
        name: simulated_pay(evaluation, growth=growth, n_paths=n_paths, seed=seed, volatility=volatility).mean(axis=0)
        for name, growth in growths.items()
    }
    thresholds, missing = _thresholds(evaluation)
    worths: dict[str, Callable[[FloatArray], float]] = {
        "Mean of all paths": np.mean,
        "Guaranteed pay you'd take instead": lambda paid: certainty_equivalent(paid, risk_aversion),
        f"Mean of the worst {percent(WORST_SHARE)} of paths": expected_shortfall,
    }
    rows: list[dict[str, object]] = [
        {"what": f"Chance of paying less than {name}", "against": amount}
        | {key: chance_in_words(chance_below(paid, amount)) for key, paid in averages.items()}
        for name, amount in thresholds.items()
    ]
    for name, worth in worths.items():
        rows.append({"what": name, **{key: usd(float(worth(paid))) for key, paid in averages.items()}})
    columns: dict[str, Heading] = {
        "what": "An average year",
        **(in_usd(against="Held against") if thresholds else {}),
        **in_usd({name: name for name in growths}),
    }
    low, high = _EVEN_CHANCE
    even = usd(certainty_equivalent(_EVEN_CHANCE, risk_aversion))
    said = [
        f"All figures are of an average year of {count(evaluation.assumptions.n_years, 'year')}, in USD.",
        f"{percent(cash_rate, 1)} is what cash is assumed to earn: a share that grows less pays nothing for its risk.",
        "Guaranteed pay you'd take instead: the certainty equivalent.",
        f"At a risk aversion of {risk_aversion:g} an even chance of {usd(low)} or {usd(high)} is as good as {even}.",
        "0 is none; 2 to 4 is usual.",
        *missing,
        simulation_words(evaluation, n_paths, seed, volatility),
    ]
    caption = "The chance to fall short (USD a year)" if thresholds else "What an average year may pay (USD a year)"
    return build_table(caption, columns, pd.DataFrame(rows), *said)


def _growths(evaluation: Evaluation, cash_rate: float) -> dict[str, Growth]:
    """Growth rates to test by heading, each once."""
    own = evaluation.assumptions.growth
    headings = {own.rate: f"Your growth, {percent(own.rate, 1)}"}
    headings |= {cash_rate: f"{percent(cash_rate, 1)} growth", 0.0: "No growth"}
    order = dict.fromkeys([0.0, cash_rate, own.rate])
    return {headings[rate]: Growth(rate, own.convention) for rate in order}


def _thresholds(evaluation: Evaluation) -> tuple[dict[str, float], list[str]]:
    """Amounts that an average year may fall short of [USD a year], and why some are missing."""
    found, missing = {}, []
    first = float(valuation(evaluation.pay, Assumptions(n_years=1)).summary["total"].iloc[0])
    flat = valuation(evaluation.pay, replace(evaluation.assumptions, growth=FLAT))
    average = float(flat.summary["average"].iloc[0])
    if average >= first - LEAST:
        found["the first year's pay"] = first
    else:
        missing.append(
            f"The first year's {usd(first)} is no benchmark: at a flat price the average year already pays less, "
            f"{usd(average)}."
        )
    current = evaluation.current_total
    if current is None:
        return found, [*missing, "Enter your current job (candidate.current) to see the chance of paying less than it."]
    found["the current job's pay"] = current
    given = evaluation.candidate.walk_away
    parts = (given.cost_of_living_adjustment, given.risk_premium, given.growth_value)
    if any(part is None for part in parts):
        return found, [*missing, "The walk-away number is left out: it needs a cost-of-living adjustment, a risk "
                       "premium and a growth value (candidate.walk_away). compkit walk-away works out what the file "
                       "leaves out."]  # fmt: skip
    found["your walk-away number"] = current + math.fsum(part for part in parts if part is not None)
    return found, missing


def benefits_table(evaluation: Evaluation) -> Table | Notes:
    """Worth of benefits by line and year, never part of total pay."""
    offer, n_years = evaluation.offer, evaluation.assumptions.n_years
    lines = benefit_lines(offer, n_years, evaluation.assumptions.growth, evaluation.tables)
    lines = lines[(lines != 0).any(axis=1)]
    said = list(_benefit_notes(evaluation))
    if lines.empty:
        if not offer.benefits and not said:
            return Notes("Benefits", ["The offers file names no benefits and no relocation money."])
        return Notes("Benefits", said or ["The benefits in the offers file are worth nothing."], "basis")
    frame = lines.set_axis([f"y{k}" for k in lines.columns], axis=1)
    frame["all"] = frame.sum(axis=1)
    frame.loc["sum"] = frame.sum()
    frame.insert(0, "line", [LINE_NAMES.get(str(name), "All benefits") for name in frame.index])
    columns = {"line": "Benefit", **in_usd({f"y{k}": f"Year {k}" for k in range(1, n_years + 1)})}
    columns |= in_usd(all="All years") if n_years > 1 else {}
    notes = ("Not in any total of this report.", *said)
    return build_table("Benefits on top of pay (USD)", columns, frame, *notes, is_last_row_total=True)


def _purchase_notes(evaluation: Evaluation) -> Iterator[str]:
    """Yield what goes into the stock purchase plan, and whether the legal limit applies."""
    bought = stock_purchases(
        evaluation.offer, evaluation.assumptions.n_years, evaluation.assumptions.growth, evaluation.tables
    )
    paid = usd(float(bought["contributions"].iloc[0]))
    yield f"The stock purchase plan takes {paid} of the first year's pay; shown is the gain on the day of purchase."
    cut = [str(year) for year in bought.index[bought["is_limited"]]]
    if cut:
        which = f"year {cut[0]}" if len(cut) == 1 else f"years {', '.join(cut[:-1])} and {cut[-1]}"
        yield (f"In {which} the law's limit for a qualified plan binds: stock for $25,000 a year at its price when the "
               "right to buy is granted (26 U.S.C. 423(b)(8)).")  # fmt: skip


def _benefit_notes(evaluation: Evaluation) -> Iterator[str]:
    offer = evaluation.offer
    given = offer.benefits
    if given and given.retirement_match and given.retirement_vesting_months:
        yield f"Leaving before the end of month {given.retirement_vesting_months} loses all retirement money."
    if given and given.espp is not None:
        yield from _purchase_notes(evaluation)
    if given and given.paid_time_off_days is not None:
        worth = usd(paid_time_off_value(offer))
        days = f"{given.paid_time_off_days:g} paid days off"
        yield f"{days} are {worth} of the first year's salary, which holds them already."
    if offer.relocation and offer.relocation.value and offer.relocation.clawback != "none":
        n_months, halves = offer.relocation.repayment_months, offer.relocation.clawback == "full-then-prorated"
        how = f", in full for the first {n_months / 2:g}" if halves else ""
        yield f"Relocation money may be owed back for {count(n_months, 'month')}{how}."
