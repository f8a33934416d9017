"""Tables of places: pay after tax and rent, buying power, market bands, prices and cash to set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from compkit.analysis import LocationAnalysis, LocationFact, location_facts, marginal_tax
from compkit.model import REMOTE
from compkit.place import BEDROOMS, HOUSING, monthly_rents, price_indices
from compkit.reference import records
from compkit.report.show.blocks import Heading, Notes, Table, build_table, in_usd, of_kind
from compkit.report.show.text import UNKNOWN, capitalized, count, joined, month_and_year, percent, usd
from compkit.tax import PROJECTED, Projection, uncounted_taxes

NOT_WORKED_OUT = ["The first screen says why."]
THIS_OFFER = " (this offer)"
TAX_NAMES = {
    "federal_income_tax": "Federal",
    "social_security": "Social Security",
    "medicare": "Medicare",
    "state_income_tax": "State",
    "local_income_tax": "Local",
    "state_payroll_tax": "State levies",
}


_VERDICTS = {"holds": "holds", "too low": "is too low", "too high": "is too high"}


def location_table(analysis: LocationAnalysis) -> Table | Notes:
    """Pay after tax and after rent in each place, what it buys, and the equivalent salary there."""
    if not analysis.livings:
        return Notes("No place to compare", NOT_WORKED_OUT)
    frame = analysis.ranked.assign(name=place_names(analysis))
    childcare = {"childcare": "Childcare"} if "childcare" in analysis.costs else {}
    columns: dict[str, Heading] = {
        "name": "Where",
        **in_usd({"net": "After tax", "rent": capitalized(housing_name(analysis))} | childcare, kept="You keep"),
        "price_level": ("Prices", "index"),
        **in_usd(purchasing_power="Buys", equivalent_salary="Equal pay"),
    }
    note = (
        f"{usd(analysis.pay.gross)} a year, the average of {count(len(analysis.pay.totals), 'year')}, taxed and spent "
        f"in each place; elsewhere than with this offer you also work there. {living_words(analysis)} "
        f"{_buying_words(analysis)} Equal pay: what would "
        "buy as much there as this offer does. Each employment year counts as one year's wages under the tables of the "
        "calendar year in which it begins."
    )
    if (frame["tax_status"] == PROJECTED).any():
        note += f" Tax after {analysis.law.last_published_year} is projected."
    missed = frame["equivalent_error"].abs().max()
    if missed >= 1:
        note += f" A step of the law leaves no pay that meets it exactly; the miss is {usd(missed)} at most."
    return build_table("The same pay in each place (USD a year)", columns, frame, note)


def place_names(analysis: LocationAnalysis) -> list[str]:
    """Names of the livings in their order, the offer's own marked."""
    return [f"{living.title}{THIS_OFFER if living == analysis.own else ''}" for living in analysis.ranked_livings]


def _buying_words(analysis: LocationAnalysis) -> str:
    """Say what prices count, and what buys at them."""
    if analysis.home_costs.is_told:
        return "Prices: of all but housing, the United States are 100. Buys: what you keep, at average US prices."
    return "Prices: the United States are 100. Buys: what is left after tax, at average US prices."


def housing_name(analysis: LocationAnalysis) -> str:
    """Call what a home costs: rent, or housing if the file tells of a cost."""
    return "housing" if "housing" in analysis.costs else "rent"


def income_name(analysis: LocationAnalysis) -> str:
    """Call what taxes are a share of: pay, or the household's income."""
    return "pay" if analysis.finances is None else "income"


def spouse_words(analysis: LocationAnalysis) -> str:
    """Say where the spouse's wages differ between the home of today and elsewhere; empty if nowhere."""
    home, here = analysis.evaluation.candidate.residence, analysis.finances
    there = analysis.finances_in(home) if home else here
    kept, moved = (each.spouse_wages or 0.0 if each else 0.0 for each in (there, here))
    if kept == moved:
        return ""
    return f"In {home} your spouse earns {usd(float(kept))}, elsewhere {usd(float(moved))}, as this offer says."


def living_words(analysis: LocationAnalysis) -> str:
    """Say what differs between the home of today and elsewhere, and which rent is counted."""
    return f"{spouse_words(analysis)} {rent_words(analysis)}".strip()


def rent_words(analysis: LocationAnalysis) -> str:
    """Which rent is counted, what the home of today costs, and for which places the rent isn't known."""
    costs, unknown = analysis.home_costs, places_without_rent(analysis)
    bedrooms = costs.bedrooms
    if bedrooms is None:
        return (
            "You own your home, so no rent is counted. Enter household.housing to compare what your home costs with "
            "renting elsewhere."
        )
    said = f"{_home_words(analysis)} " if costs.at_home is not None else ""
    if costs.after_move is not None and costs.moves_to != costs.place:
        said += f"In {costs.moves_to} a home would cost {usd(costs.after_move)} a year, as this offer says. "
    said += f"Rent: a year's fair market rent of {count(bedrooms, 'bedroom')}, utilities included, in fiscal year 2026."
    if unknown:
        said += f" We have no rent for {joined(unknown)}, so what you keep there is not ranked."
    return said


def _home_words(analysis: LocationAnalysis) -> str:
    """Say what the home of today costs, and that who owns it would rent elsewhere."""
    facts, costs = analysis.evaluation.candidate.household, analysis.home_costs
    if facts is None or facts.housing != "own":
        return f"In {costs.place} your rent is {usd(costs.at_home)} a year."
    what = "" if facts.housing_cost is not None else ", mortgage interest and property tax"
    return (
        f"Your own home in {costs.place} costs {usd(costs.at_home)} a year{what}. Elsewhere you rent, and deduct "
        "neither mortgage interest nor property tax."
    )


def places_without_rent(analysis: LocationAnalysis) -> list[str]:
    """Places whose rent isn't known."""
    if not analysis.livings:
        return []
    table = analysis.ranked
    return list(dict.fromkeys(table["residence"][table["rent"].isna()]))


def tax_parts_table(analysis: LocationAnalysis) -> Table | Notes:
    """Taxes on the pay in each place, by kind."""
    if not analysis.livings:
        return Notes("No taxes", NOT_WORKED_OUT)
    frame = analysis.ranked.assign(name=place_names(analysis))
    frame["share"] = (frame["tax"] / frame["income"]).where(frame["income"] > 0)
    frame["marginal"] = [marginal_tax(analysis, living) for living in analysis.ranked_livings]
    taken = {name: heading for name, heading in TAX_NAMES.items() if frame[name].any()}
    levies = "State levies pay for disability, family leave and long-term care, and depend on the state."
    left_out = (
        note
        for each in analysis.livings
        for note in uncounted_taxes(each.residence, each.work_place, analysis.tables, is_remote=each.is_remote)
    )
    return build_table(
        "Who takes what, in an average year (USD)",
        {"name": "Where", **in_usd(taken, tax="All"), "share": (f"Of {income_name(analysis)}", "percent1"),
         "marginal": ("Of the next $1,000", "percent")},
        frame,
        "Medicare includes the additional 0.9%.",
        levies if "state_payroll_tax" in taken else None,
        *dict.fromkeys(left_out),
    )  # fmt: skip


def net_years_table(analysis: LocationAnalysis) -> Table | Notes:
    """Pay, tax and net pay at home by employment year."""
    if analysis.years is None or analysis.home is None:
        return Notes("No tax where the job is", NOT_WORKED_OUT)
    years = analysis.years
    frame = pd.DataFrame(
        {
            "year": [f"Year {k}" for k in range(1, len(years) + 1)],
            "total": years["total"],
            "tax": years["tax"],
            "net": years["net"],
            "tables": [
                f"{year}, {status}" for year, status in zip(years["tax_year"], years["tax_status"], strict=True)
            ],
        }
    )
    sums: dict[str, Any] = {"year": "All years", "tables": ""}
    frame.loc[len(frame)] = sums | {name: frame[name].sum() for name in ("total", "tax", "net")}
    columns = {"year": "Employment year", **in_usd(total="Pay", tax="Tax", net="Left"), "tables": "Tax tables of"}
    kept = float(frame["net"].iloc[-1]) / float(frame["total"].iloc[-1]) if frame["total"].iloc[-1] else None
    note = f"You keep {100 * kept:.0f} cents of each dollar." if kept is not None else None
    if analysis.finances is not None:
        note = "Tax and what is left are the household's; pay is this offer's alone."
    return build_table(f"What is left: {analysis.home.title} (USD)", columns, frame, note, is_last_row_total=True)


def projection_table(found: Sequence[Projection]) -> Table:
    """Figures of later years that no published rule settles, what we assume, and what decides them."""
    rows = dict.fromkeys((each.figure, each.assumed, each.settled_by or "Next year's notice") for each in found)
    return build_table("What is still projected", ["Figure", "We take", "What settles it"], list(rows))


def location_projection_table(analysis: LocationAnalysis) -> Table | None:
    """See `projection_table`: the figures behind the places and years shown; None if all are published."""
    found = analysis.projections
    return projection_table(found) if found else None


def location_bands_table(analysis: LocationAnalysis) -> Table | Notes:
    """Compare base, and base plus a quarter of the grant, with each place's band."""
    rows = records(analysis.bands)
    if all(row["source"] is None for row in rows):
        return Notes("No bands", [f"{rows[0]['reason']}."])
    found = {(row["place"], row["component"]): row for row in rows}
    shown = []
    ranked = [living.place for living in analysis.ranked_livings]
    for place in sorted(dict.fromkeys(row["place"] for row in rows), key=lambda one: _position(one, ranked)):
        base, both = found[place, "base_salary"], found[place, "total_4yr_avg"]
        shown.append((place, _band(base), base["verdict"], _band(both), both["verdict"], both["penetration"]))
    base, both = (found[rows[0]["place"], name]["value"] for name in ("base_salary", "total_4yr_avg"))
    level = analysis.evaluation.level.level
    as_of = analysis.tables.sources["guide"].as_of_on
    note = (
        f"The guide's {level} bands of {month_and_year(as_of)}, each for its own place: what looks low in one is usual "
        "in another. Below 0% or above 100% is outside the band."
    )
    return build_table(
        "This offer against each place's own band (USD a year)",
        ["Band of", "Base", f"{usd(base)} is", "Base + ¼ of the grant", f"{usd(both)} is",
         ("Of the way up", "percent")],
        shown,
        note,
    )  # fmt: skip


def _position(place: str, ranked: list[str]) -> int:
    return ranked.index(place) if place in ranked else len(ranked)


def _band(row: dict[str, Any]) -> str:
    return UNKNOWN if row["low"] is None else f"{usd(row['low'])} to {usd(row['high'])}"


def prices_table(analysis: LocationAnalysis) -> Table | Notes:
    """Price levels of each place by category, with rents where known."""
    if not analysis.livings:
        return Notes("No prices", NOT_WORKED_OUT)
    residences = list(dict.fromkeys(living.residence for living in analysis.ranked_livings))
    rents = monthly_rents(analysis.tables)[list(BEDROOMS)].add_prefix("rent_")
    frame = price_indices(analysis.tables).join(rents).loc[residences].rename_axis("place").reset_index()
    indices = {"all_items": "All", HOUSING: "Housing", "goods": "Goods", "utilities": "Utilities"}
    columns: dict[str, Heading] = {
        "place": "Where",
        **of_kind("index", indices, other_services="Services"),
        **in_usd({f"rent_{bedrooms}": f"{bedrooms}-bedroom rent" for bedrooms in BEDROOMS}),
    }
    share = analysis.housing_share
    used = "Spending is weighted as the publisher does; set housing_share to the share you spend on housing."
    if analysis.home_costs.is_told:
        used = "Here all but housing counts, weighed as it is nationally: what a home costs comes off before."
    elif share is not None:
        used = f"Here housing counts {percent(share, 1)} of spending, the rest as it is weighed nationally."
    note = f"Prices of 2024, United States 100. {used} Rents: fair market rents a month, fiscal year 2026."
    return build_table("What living costs there", columns, frame, note)


def cash_plan_table(analysis: LocationAnalysis) -> Table | Notes:
    """Tax owed and cash to set aside by calendar year."""
    plan = analysis.cash_plan
    if plan is None or analysis.home is None:
        return Notes("No plan for tax payments", NOT_WORKED_OUT)
    if plan.empty:
        return Notes("No plan for tax payments", ["None of the years shown covers a whole calendar year."])
    frame = plan.reset_index()
    frame["year"] = frame["calendar_year"].astype(str) + [
        "" if months == 12 else f" ({count(months, 'month')})" for months in frame["n_months"]
    ]
    frame["owed"] = frame["federal_tax"] + frame["state_tax"]
    has_spouse = "spouse_wages" in plan and bool((plan["spouse_wages"] >= 1).any())
    has_state_due = bool((frame["state_due"].abs() >= 1).any())
    columns: dict[str, Heading] = {
        "year": "Calendar year",
        **in_usd(wages="Wages"),
        **(in_usd(spouse_wages="Spouse's wages") if has_spouse else {}),
        **in_usd(owed="Income tax", federal_due="Federal due"),
        **(in_usd(state_due="State due") if has_state_due else {}),
        **in_usd(set_aside="Set aside", estimated_payments="Pay in the year"),
    }
    return build_table("Tax that withholding does not cover (USD)", columns, frame, *_plan_notes(analysis, plan))


def _plan_notes(analysis: LocationAnalysis, plan: pd.DataFrame) -> list[str]:
    first = plan.iloc[0]
    notes = [
        "Due: what is owed less what is withheld; below zero, it comes back. Set aside: what is due by April 15 of the "
        "next year. Pay in the year: what to pay to the IRS in quarterly parts to avoid a penalty."
    ]
    if first["earlier_wages"] >= 1:
        notes.append(
            f"{plan.index[0]} includes {usd(first['earlier_wages'])} that the earlier job pays before the start."
        )
    if first["social_security_excess"] >= 1:
        notes.append(
            f"Two employers withhold Social Security that year: {usd(first['social_security_excess'])} too much, which "
            "comes back with the return and is counted above."
        )
    notes += analysis.plan_notes
    return notes


def location_facts_table(analysis: LocationAnalysis) -> Table | Notes:
    """Claims of the guide about tax and remote pay beside this offer's figures."""
    facts = location_facts(analysis)
    if not facts:
        return Notes("The guide's statements", ["None can be worked out for this offer."])
    rows = [
        (fact.place, fact.statement, _published(fact), _amount(fact, fact.computed), _VERDICTS[fact.verdict],
         fact.why + _own(fact))
        for fact in facts
    ]  # fmt: skip
    headings = ["Place", "About", "The guide says", "Computed", "The guide", "How"]
    return build_table("What the guide says about tax and remote pay, and what we get", headings, rows)


def _own(fact: LocationFact) -> str:
    if fact.own is None:
        return ""
    if fact.unit == "fraction":
        return f" This offer's next $1,000 is taxed at {percent(fact.own, 1)}."
    return f" With payroll taxes the difference is {usd(fact.own)}."


def _amount(fact: LocationFact, value: float) -> str:
    return usd(value) if fact.unit == "USD" else percent(value, 1)


def _published(fact: LocationFact) -> str:
    low, high = (None if end is None else _amount(fact, end) for end in (fact.low, fact.high))
    if low == high or high is None:
        return str(low)
    return f"{low} to {high}"


def location_notes_table(analysis: LocationAnalysis) -> Table | Notes:
    """Quote the guide on the offer's place and on remote work."""
    own = {analysis.evaluation.offer.location, analysis.home.place if analysis.home else "", REMOTE}
    rows = [
        (row["location"], row["topic"], row["note"], _note_figure(row))
        for row in analysis.tables.rows("location_notes")
        if row["location"] in own
    ]
    headings = ["Place", "About", "What the guide notes", "Its figure"]
    note = "From the guide, as of its date; not verified."
    return build_table("What the guide notes about these places", headings, rows, note)


def _note_figure(row: dict[str, Any]) -> str:
    if row["low"] is None:
        return ""
    shown = (lambda value: percent(value, 1)) if row["unit"] == "fraction" else usd
    low, high = shown(row["low"]), None if row["high"] is None else shown(row["high"])
    if high is None:
        return f"from {low}"
    return low if low == high else f"{low} to {high}"
