"""Tables of one offer and of the guide audit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from compkit.analysis import Evaluation
from compkit.market import BELOW_MARKET_SHARE, Finding, Flip, Matrix, levels_elsewhere
from compkit.model import schedule_name
from compkit.pay import COMPONENTS
from compkit.reference import records
from compkit.report.offer.grant_notes import pricing_notes
from compkit.report.offer.paper import paper_note
from compkit.report.offer.reported import reported_tables
from compkit.report.offer.summary import base_and_stock, measure_in_words
from compkit.report.show.blocks import Block, Heading, Notes, Stack, Table, build_table, in_usd, of_kind
from compkit.report.show.text import (
    BASIS_NAMES,
    COMPONENT_NAMES,
    MEASURE_NAMES,
    capitalized,
    change_of_pay,
    count,
    day,
    joined,
    month_and_year,
    percent,
    rule_message,
    score_in_words,
    standing,
    usd,
    yardstick_name,
)


def years_table(evaluation: Evaluation) -> Table:
    """Pay by employment year and component, with the share of stock.

    >>> import compkit as ck
    >>> from compkit import report
    >>> report.years_table(ck.read_offers("data/offers/sample.yaml")["amazon-l6-seattle-before"].evaluate(years=2))
    Pay by year (USD)
    Employment year     Total      Base   Sign-on    Stock  Stock's share
    Year 1           $270,000  $175,000   $80,000  $15,000             6%
    Year 2           $280,000  $175,000   $60,000  $45,000            16%
    All years        $550,000  $350,000  $140,000  $60,000            11%
    Pay never falls from one year to the next within 2 years; in year 5, without refreshers, it falls to $175,000.
    """
    frame = evaluation.years.reset_index()
    frame["equity_share"], frame["paper"] = evaluation.valuation.equity_share[0], evaluation.paper.to_numpy()
    frame["year"] = "Year " + frame["year"].astype(str)
    sums = frame[[*COMPONENTS, "total", "paper"]].sum()
    paid = ["total", *(name for name in COMPONENTS if sums[name])]
    share = sums["equity"] / sums["total"] if sums["total"] else math.nan
    frame.loc[len(frame)] = {"year": "All years", **sums, "equity_share": share}
    columns: dict[str, Heading] = {
        "year": "Employment year",
        **in_usd({name: COMPONENT_NAMES[name] for name in paid}),
        **(in_usd(paper="Paper") if evaluation.paper.any() else {}),
        "equity_share": ("Stock's share", "percent"),
    }
    notes = (change_of_pay(evaluation), _present_value_note(evaluation), paper_note(evaluation))
    return build_table("Pay by year (USD)", columns, frame, *notes, is_last_row_total=True)


def _present_value_note(evaluation: Evaluation) -> str:
    given = evaluation.assumptions
    if not given.discount_rate and not given.growth.rate:
        return ""
    worth = usd(evaluation.summary["present_value"])
    return f"Cash discounted at {percent(given.discount_rate, 1)} a year and stock at today's price make {worth} today."


def grants_table(evaluation: Evaluation) -> Table | Notes:
    """Each grant at its original value and at today's price."""
    offer = evaluation.offer
    if not offer.equity:
        return Notes("No stock", ["You entered no grant: all pay is cash."])
    rows = []
    for number, grant in enumerate(offer.equity, start=1):
        vesting = offer.vesting_of(grant)
        name = schedule_name(vesting) or "own tranches"
        rows.append(
            (
                f"Grant {number}",
                grant.grant_value,
                grant.value_now,
                grant.n_units if grant.has_price else None,
                f"{name} (unverified)" if name in evaluation.unverified_schedules else name,
            )
        )
    moved = sum(grant.value_now - grant.grant_value for grant in offer.equity)
    told = [*pricing_notes(evaluation)]
    if abs(moved) >= 1:
        way = "risen" if moved > 0 else "fallen"
        told.insert(0, f"Since the grant the price has {way}: {usd(abs(moved))} in all.")
    return build_table(
        "Stock grants (USD)",
        ["Grant", ("As granted", "usd"), ("At today's price", "usd"), ("Shares", "number"), "Vesting schedule"],
        rows,
        *told,
    )


def market_table(evaluation: Evaluation) -> Block:
    """Each component against its market range, and what a store of pay data reports, if there is one."""
    reported = reported_tables(evaluation)
    return Stack([_market_table(evaluation), *reported]) if reported else _market_table(evaluation)


def _market_table(evaluation: Evaluation) -> Table:
    frame = evaluation.market.copy()
    rows = records(frame)
    frame["name"] = frame["component"].map(MEASURE_NAMES)
    frame["standing"] = [standing(row) for row in rows]
    frame["compa_ratio"] = frame["compa_ratio"].mask(frame["doubt"].fillna("") != "")
    columns: dict[str, Heading] = {
        "name": "Part",
        **in_usd(value="This offer", low="Low", high="High"),
        "compa_ratio": ("Of the midpoint", "percent"),
        "standing": "Where it stands",
    }
    notes = [*_held(evaluation, rows), *_unjudged(rows), *_beside(evaluation), _below_market_note(evaluation)]
    return build_table("Each part against its range (USD)", columns, frame, *notes)


def _held(evaluation: Evaluation, rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what the parts are held against, each yardstick once: a column of them takes a phone's whole screen."""
    held: dict[str, list[str]] = {}
    for row in rows:
        found = f"held against {yardstick_name(row, evaluation.report_date)}"
        held.setdefault(found if row["source"] else f"without a range: {row['reason']}", []).append(
            measure_in_words(row)
        )
    if not any(row["source"] for row in rows):
        return
    for found, parts in held.items():
        subject = f"{joined(parts)} {'is' if len(parts) == 1 else 'are'} {found}"
        yield f"{capitalized(found if len(held) == 1 else subject)}."


def _unjudged(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield why parts that have a range get no verdict."""
    for row in rows:
        if row["source"] is not None and row["value"] is not None and row["verdict"] is None:
            yield f"{MEASURE_NAMES[row['component']]}, no verdict: {row['reason']}."


def _beside(evaluation: Evaluation) -> Iterator[str]:
    """Yield the yardsticks beside those that decide, each with where the offer stands in it."""
    for row in records(evaluation.market_beside):
        held = f"{MEASURE_NAMES[row['component']]} against {yardstick_name(row, evaluation.report_date)}"
        is_range = row["low"] is not None and row["high"] is not None
        ends = f"{usd(row['low'])} to {usd(row['high'])}, " if is_range else ""
        yield f"{held}: {ends}{row['reason'] or standing(row)}."


def _below_market_note(evaluation: Evaluation) -> str:
    short = evaluation.share_below_market
    if short is None:
        reason = base_and_stock(evaluation)["reason"]
        return f"No verdict on base and stock: {reason}. Add what you find yourself under market in your offers file."
    if short > 0:
        return (
            f"Base and a quarter of the grant lie {percent(short)} under the middle; "
            f"over {percent(BELOW_MARKET_SHARE)} would be below market."
        )
    return "Base and a quarter of the grant are at or above the middle of their range."


def company_type_table(evaluation: Evaluation) -> Table | Notes:
    """Compare all of year 1 with the band of the company's type; its bands of parts stand in `market_table`."""
    frame = evaluation.company_type
    frame = frame[frame["component"] == "total"].copy()
    if frame["source"].isna().all():
        return Notes("No band for the company's type", [f"{frame['reason'].iloc[0]}."])
    frame["name"] = frame["component"].map(MEASURE_NAMES)
    frame["standing"] = [standing(row) for row in records(frame)]
    sums = in_usd(value="This offer", low="Low", high="High")
    name = yardstick_name(records(frame)[0], evaluation.report_date)
    caption = f"Against companies of its type: {evaluation.offer.company_type} (USD)"
    columns = {"name": "Part", **sums, "standing": "Where it stands"}
    return build_table(caption, columns, frame, f"Held against {name}.")


def company_notes_table(evaluation: Evaluation) -> Table | Notes:
    """Quote the guide on the company: pros, cons and pay differences."""
    name = evaluation.offer.company.strip().casefold()
    companies, differences = (
        [row for row in evaluation.tables.rows(table) if row["company"].casefold() == name]
        for table in ("companies", "company_pay_differences")
    )
    rows = [("For it", row["pros"]) for row in companies] + [("Against it", row["cons"]) for row in companies]
    for row in differences:
        ends = f" ({percent(row['low'])} to {percent(row['high'])})" if row["low"] is not None else ""
        rows.append((f"Pay compared with {row['compared_with']}'s", f"{row['statement']}{ends}"))
    told = [(what, statement) for what, statement in rows if statement]
    title = f"What the guide says about {evaluation.offer.company}"
    if not told:
        nothing = "It compares others with Amazon." if evaluation.offer.is_amazon else "It doesn't mention it."
        return Notes(title, [nothing])
    note = "Not verified, and as old as the guide. Where two statements contradict each other, both are here."
    return build_table(title, ["What", "In the guide"], told, note)


def score_table(evaluation: Evaluation, matrix: Matrix) -> Table:
    """Ratings of a matrix with their weights, and what they come to."""
    score = evaluation.score(matrix)
    frame = score.factors.copy()
    heading = {"risk": "Risk, scored 1 to 10 (10 is safest)", "decision": "What the job gives you, scored 1 to 5"}[
        matrix
    ]
    frame["points"] = frame["rating"] * frame["weight"]
    columns: dict[str, Heading] = {
        "factor": "Factor",
        "weight": ("Weight", "percent" if matrix == "risk" else "number"),
        "rating": ("Your score", "mark"),
        "points": ("Points", "number"),
    }
    said = f"{capitalized(score_in_words(score))}."
    more = _tipping(evaluation) if matrix == "risk" else " They never change which choice leads on pay: ask about them."
    return build_table(heading, columns, frame, f"{said}{more}")


def _tipping(evaluation: Evaluation) -> str:
    found = evaluation.flips("risk")
    if evaluation.score("risk").score is None:
        return ""
    return f" {count(len(found), 'single change')} of a score or a weight would tip it." if found else (
        " No single score, and no single weight within 50%, would tip it."
    )  # fmt: skip


def flips_table(evaluation: Evaluation) -> Table | Notes:
    """Each single rating, or weight within 50%, that would change the risk verdict."""
    found, score = evaluation.flips("risk"), evaluation.score("risk")
    title = "What would tip the risk verdict"
    if not found:
        reason = "Rate every factor to see." if score.score is None else "No single change would."
        return Notes(title, [reason])
    factors = score.factors.set_index("factor")
    ratings = factors["rating"]
    weighted_mean = float((ratings * factors["weight"]).sum() / factors["weight"].sum())
    rows = [
        (flip.factor, _change(flip, float(ratings[flip.factor]), weighted_mean), f"{flip.new_verdict} risk")
        for flip in found
    ]
    rescaled = "If one weight changes, the others keep their proportions."
    note = rescaled if any(flip.kind == "weight" for flip in found) else ""
    return build_table(title, ["Factor", "With", "The verdict becomes"], rows, note)


def _change(flip: Flip, mark: float, mean: float) -> str:
    if flip.kind == "score":
        return f"score {flip.needed:g} in place of {mark:g}"
    if flip.needed == 0:  # the score lies on the border: more weight on a rating below the mean pulls it under
        return f"any {'larger' if mark < mean else 'smaller'} weight"
    return f"a weight {percent(abs(flip.needed), 1)} {'larger' if flip.needed > 0 else 'smaller'}"


def warnings_table(evaluation: Evaluation) -> Table | Notes:
    """Warnings and deal breakers of the offer."""
    if not evaluation.fired_rules:
        told = "No warning signs in what you entered."
        return Notes("Warnings", [told])
    rows = [
        ("Deal breaker" if rule.kind == "deal_breaker" else "Warning", rule_message(rule), rule.advice)
        for rule in evaluation.fired_rules
    ]
    return build_table("Warnings and deal breakers", ["Kind", "What", "What to do"], rows)


def premium_table(evaluation: Evaluation) -> Table | Notes:
    """AI/ML premiums that apply, each with its adjusted band."""
    premiums = evaluation.premiums
    if premiums.rows.empty:
        return Notes("No premium", [f"{premiums.reason}."])
    frame = premiums.rows.copy()
    frame["basis"] = frame["basis"].map(BASIS_NAMES)
    value = evaluation.offer.total_4yr_avg
    frame["standing"] = frame["verdict"]
    columns: dict[str, Heading] = {
        "basis": "Basis",
        "name": "Row of the guide",
        **of_kind("percent", low="Premium, low", high="Premium, high"),
        **in_usd(adjusted_low="Adjusted band, low", adjusted_high="Adjusted band, high"),
        "standing": f"{usd(value)} is",
    }
    note = (
        "The location's premium is the base case; the others are alternatives. They measure one scarcity in several "
        "ways and are never added up."
    )
    doubt = f"No verdict: {premiums.doubt}." if premiums.doubt else ""
    return build_table("Premiums for AI and machine-learning work (USD a year)", columns, frame, note, doubt)


def audit_table(
    findings: list[Finding], kinds: list[str], caption: str, *, only_differences: bool = True, with_reasons: bool = True
) -> Table | Notes:
    """Compare published figures with computed ones, with reasons or differences."""
    chosen = [f for f in findings if f.kind in kinds and not (only_differences and f.agrees)]
    agreeing = sum(f.kind in kinds and f.agrees for f in findings)
    if not chosen:
        return Notes(caption, [f"All {agreeing} agree."], "basis")
    reasons = [f.why if with_reasons else _difference(f) for f in chosen]
    if with_reasons:
        reasons[1:] = ["As above." if why == above else why for above, why in pairwise(reasons)]
    rows = [
        (f.subject, _figure(f, f.published), _figure(f, f.computed), why)
        for f, why in zip(chosen, reasons, strict=True)
    ]
    headings = ["Figure", "Published", "Computed", "Why" if with_reasons else "Published is"]
    note = f"{agreeing} more of this kind agree{'s' * (agreeing == 1)}." if agreeing and only_differences else ""
    return build_table(caption, headings, rows, note)


def _difference(finding: Finding) -> str:
    if isinstance(finding.published, str) or isinstance(finding.computed, str):
        return ""
    gap = finding.published - finding.computed
    return f"{usd(abs(gap))} too {'high' if gap > 0 else 'low'}" if gap else "the same"


def notes_table(findings: list[Finding], kind: str, caption: str) -> Table:
    """Concepts or tips of the guide beside what compkit does instead."""
    rows = [(f.published, f.computed, f.why) for f in findings if f.kind == kind]
    return build_table(caption, ["The guide says", "compkit does", "Because"], rows)


def _figure(finding: Finding, value: float | str) -> str:
    if isinstance(value, str):
        return value
    return usd(value) if finding.unit == "USD" else percent(value, 2)


def _levels_elsewhere(evaluation: Evaluation) -> str:
    """Tell what public pages say of the level; empty if none does."""
    rows = levels_elsewhere(evaluation.offer, evaluation.tables)
    if not rows:
        return ""
    found = [f"{row['amazon_level']} for {row['role']}s" for row in rows]
    sources = [evaluation.tables.sources[str(row["source_id"])] for row in rows]
    named = joined([f"{one.publisher}, {month_and_year(one.as_of_on)}" for one in dict.fromkeys(sources)])
    differs = any(row["amazon_level"] != evaluation.level.level for row in rows) and evaluation.level.level is not None
    doubt = "; sources disagree, so ask what people at this level do" if differs else ""
    return f"about Amazon {joined(found)} ({named}, not verified){doubt}"


def offer_facts_table(evaluation: Evaluation) -> Table:
    """Facts about the job in the offers file."""
    offer = evaluation.offer
    facts = {
        "Company": offer.company,
        "Company type": offer.company_type,
        "Level": offer.level,
        "Guide level": f"{evaluation.level.level or 'none'}: {evaluation.level.reason}",
        "Level elsewhere": _levels_elsewhere(evaluation),
        "Location": offer.location,
        "Start": day(offer.start_date),
        "Answer by": day(offer.deadline),
        "Status": offer.status or "unknown",
        "Title": offer.contact.title,
        "Team": offer.contact.team,
    }
    return build_table("What you entered", ["Fact", "Value"], [fact for fact in facts.items() if fact[1]])
