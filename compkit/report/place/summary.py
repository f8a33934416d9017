"""First screen, notes and recorded figures of the location report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compkit.analysis import LocationAnalysis, location_facts, marginal_tax
from compkit.periods import MONTHS_A_YEAR
from compkit.place import Living
from compkit.reference import records
from compkit.report.offer.summary import THE_OFFER, growth_words, source_notes
from compkit.report.place.household import NOT_IN_HOUSEHOLD, household_assumptions, household_words
from compkit.report.place.tables import TAX_NAMES, housing_name, rent_words, spouse_words
from compkit.report.show.blocks import Card, Headline, Notes, RecordedFigures, build_notes
from compkit.report.show.record import GUIDE, OFFERS_FILE, UNVERIFIED, Row, recorded_figure
from compkit.report.show.text import EDUCATION, count, day, joined, percent, usd
from compkit.tax import EQUITY_TAXED

PRICES, RENTS = "bea-marpp", "hud-fmr-2026"
_CHILDCARE_COST = (
    "Childcare comes off what you keep: the same amount in every place, whether your spouse works there or not."
)
NOTABLE_SHARE = 0.02
NOTABLE_PAYMENT = 500.0
STATUS_NAMES = {
    "single": "single",
    "married_joint": "married, filing jointly, with one earner",
    "head_of_household": "head of household",
}


def location_headline(analysis: LocationAnalysis) -> Headline:
    """First screen: where most is kept, what is left here after tax and rent and what it buys, what to set aside."""
    status, costs = _status(analysis), analysis.home_costs
    bedrooms = costs.bedrooms
    lives = f"renting {count(bedrooms, 'bedroom')}" if bedrooms else "in a home you own"
    if costs.at_home is not None:
        lives = f"at home in {costs.place}, {lives} elsewhere"
    return Headline(
        title=f"{analysis.evaluation.entry.job}: after tax, {housing_name(analysis)} and prices",
        subtitle=f"Taxed as {status}, {lives}. Report of {day(analysis.evaluation.report_date)}.",
        cards=[*_home_cards(analysis), *_set_aside_card(analysis)],
        next_steps=(),
        verdict=f"{_where_most_is_kept(analysis)} {spouse_words(analysis)}".strip(),
    )


def _status(analysis: LocationAnalysis) -> str:
    """Filing status in words; a spouse who works is told of elsewhere."""
    finances = analysis.finances
    is_couple = finances is not None and finances.spouse_wages is not None
    return "married, filing jointly" if is_couple else STATUS_NAMES[analysis.pay.filing_status]


def _where_most_is_kept(analysis: LocationAnalysis) -> str:
    """Name the place where most is kept after tax and rent, and by how much it beats this offer's or the next."""
    found = list(zip(analysis.ranked_livings, records(analysis.ranked) if analysis.livings else [], strict=True))
    ranked = [(living, row["kept"]) for living, row in found if row["kept"] is not None]
    if len(ranked) < 2 or not analysis.pay.gross:
        return ""
    (best, most), own = ranked[0], dict(ranked).get(analysis.own)
    taken = joined(["tax", *analysis.costs])
    said = f"You keep the most in {_where(best)}: {usd(most)} a year after {taken}"
    if best == analysis.own:
        after = next(((living, kept) for living, kept in ranked if kept < most), None)
        return f"{said}. Next is {_where(after[0])} with {usd(after[1])}." if after else f"{said}."
    return f"{said}, {usd(most - own)} more than in {_where(analysis.own)}." if own is not None else f"{said}."


def _where(living: Living) -> str:
    return f"{living.residence} (remote)" if living.is_remote else living.residence


def _home_cards(analysis: LocationAnalysis) -> Iterator[Card]:
    if analysis.home is None:
        yield Card("Left after tax", "Not known", str(analysis.why_no_home), "warn")
        return
    row = records(analysis.table)[0]
    share = f", {percent(row['net'] / row['gross'])} of {usd(row['gross'])}" if row["gross"] else ""
    whose = ""
    if analysis.finances is not None:
        spouse = analysis.finances.spouse_wages
        whose, share = ", for the household", f" of {usd(row['gross'])}"
        share += f" and your spouse's {usd(float(spouse))}" if spouse else ""
    where = f"living in {analysis.home.residence}" if analysis.home.is_remote else f"in {analysis.home.title}"
    detail = f"average of {count(len(analysis.pay.totals), 'year')}{share}, {where}"
    yield Card(f"Left after tax a year{whose}", usd(row["net"]), detail)
    is_told, level = analysis.home_costs.is_told, row["price_level"] / 100 - 1
    what = "prices there, housing apart," if is_told else "prices there"
    prices = f"{what} are {percent(abs(level))} {'above' if level > 0 else 'below'} the country's"
    bought = Card("What that buys", usd(row["purchasing_power"]), f"at average US prices; {prices}")
    if not is_told:
        yield bought
    if not analysis.costs:
        return
    title = f"Left after {joined(analysis.costs)} too"
    if row["kept"] is None:
        yield Card(title, "Not known", f"we have no rent for {row['residence']}")
        return
    yield Card(title, usd(row["kept"]), "; ".join(_costs_in_words(analysis, analysis.home, row)))
    if is_told:
        yield bought


def _costs_in_words(analysis: LocationAnalysis, living: Living, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield each cost that is taken from net pay in a living."""
    a_month = f"at {usd(row['rent'] / MONTHS_A_YEAR)} a month"
    costs = analysis.home_costs
    if costs.counts_rent(living.residence) and costs.bedrooms is not None:
        yield f"with {count(costs.bedrooms, 'bedroom')} {a_month}, utilities included"
    elif costs.told(living.residence) is not None:
        yield f"with {'your' if living.residence == costs.place else 'a'} home {a_month}"
    if row["childcare"]:
        yield f"childcare at {usd(row['childcare'] / MONTHS_A_YEAR)} a month"


def _set_aside_card(analysis: LocationAnalysis) -> Iterator[Card]:
    plan = analysis.cash_plan
    if plan is None or plan.empty:
        return
    label = "To set aside for tax"
    if plan["set_aside"].max() < 1:
        yield Card(label, "Nothing", "withholding covers each year shown", "good")
        return
    soon, most = plan["set_aside"].iloc[:2], usd(float(plan["set_aside"].max()))
    worst = plan.index[int(plan["set_aside"].argmax())]
    if soon.max() < 1:
        none = joined([str(year) for year in soon.index])
        yield Card(label, most, f"for {worst}, beyond what is withheld; nothing for {none}")
        return
    parts = joined([f"{usd(float(amount))} for {year}" for year, amount in soon.items() if amount >= 1])
    later = "" if worst in soon.index else f"; most for {worst}, {most}"
    yield Card(label, usd(float(soon.sum())), f"{parts}, beyond what is withheld{later}", "warn")


def location_next_steps(analysis: LocationAnalysis) -> Notes:
    """List what to do next about tax, prices and what is missing."""
    return Notes("Look at next", _next_steps(analysis), "basis")


def _next_steps(analysis: LocationAnalysis) -> list[str]:
    office = [analysis.office_question] if analysis.office_question else []
    steps = [*office, *_cash_steps(analysis), *_ask_steps(analysis)]
    if analysis.evaluation.offer.start_date is None:
        steps.append("Enter the start date: it decides which year's tax applies.")
    steps += [f"Left out: {reason}" for reason in left_out_elsewhere(analysis)]
    return steps or ["Nothing stands out."]


def _cash_steps(analysis: LocationAnalysis) -> Iterator[str]:
    plan = analysis.cash_plan
    if plan is None or plan.empty:
        return
    for year, row in plan.iloc[:2].iterrows():
        if row["set_aside"] >= 1:
            yield (
                f"Set aside {usd(row['set_aside'])} {_out_of(analysis, row.to_dict(), str(year))}: too little is "
                f"withheld, and the rest is due by April 15, {int(str(year)) + 1}."
            )
    if plan["set_aside"].max() >= 1 and analysis.finances and analysis.finances.spouse_wages:
        yield (
            "Have more withheld from both of you: check the box for two jobs, step 2(c), on both W-4s. It fits best if "
            "you earn about the same; otherwise it withholds too much."
        )
    ahead = plan[plan["estimated_payments"] >= NOTABLE_PAYMENT]
    if not ahead.empty:
        years = joined([f"{usd(row['estimated_payments'])} in {year}" for year, row in ahead.iterrows()])
        yield f"Pay some of it to the IRS during the year, or raise withholding, to avoid a penalty: {years}."
    back = float(plan["social_security_excess"].iloc[0])
    if back >= 1:
        yield f"Claim {usd(back)} of Social Security with the return for {plan.index[0]}: two employers withhold it."


def _out_of(analysis: LocationAnalysis, row: Mapping[Any, float], year: str) -> str:
    """Say what to set money aside from: a household's may be due on any of its income."""
    if analysis.plan_finances is not None:
        return f"of your household's income in {year}"
    share = row["set_aside"] / row["supplemental"] if row["supplemental"] else 0.0
    of_it = f", {percent(share)} of them" if round(share, 2) else ""
    return f"of {year}'s stock, sign-on and bonus{of_it}"


def _ask_steps(analysis: LocationAnalysis) -> Iterator[str]:
    """Yield the equivalent pay where the candidate lives now and where it differs most."""
    if analysis.home is None or len(analysis.livings) < 2 or not analysis.pay.gross:
        return
    lived_in, others = analysis.evaluation.candidate.residence, []
    for row in records(analysis.table)[1:]:
        if row["equivalent_salary"] is None:
            continue
        if row["place"] == lived_in and row["work_place"] is None and lived_in != analysis.home.residence:
            yield f"In {lived_in}, where you live, {usd(row['equivalent_salary'])} would buy as much as this offer."
        elif row["residence"] != lived_in:
            others.append(row)
    ranked = sorted(others, key=lambda row: row["equivalent_salary"], reverse=True)
    ends = [
        row for row in ranked[:1] + ranked[1:][-1:]
        if abs(row["equivalent_salary"] / analysis.pay.gross - 1) > NOTABLE_SHARE
    ]  # fmt: skip
    if ends:
        pays = joined([f"{usd(row['equivalent_salary'])} in {row['residence']}" for row in ends])
        yield f"Weigh offers from elsewhere by what they buy: it takes {pays} to buy as much as here."


def location_assumptions(analysis: LocationAnalysis) -> Notes:
    """Assumptions of the figures that no offer states."""
    evaluation = analysis.evaluation
    has_earlier_wages = evaluation.candidate.current is not None or analysis.earlier_wages is not None
    last = analysis.law.last_published_year
    return build_notes(
        "assumptions",
        *_on_household(analysis),
        f"Stock is valued {growth_words(evaluation)}.",
        f"Prices are those of the metropolitan area, of 2024, {_spending(analysis)}.",
        f"{rent_words(analysis)} A fair market rent is what four in ten recent movers pay less than.",
        "In the cash plan a month's pay belongs to the calendar year of its last day.",
        None if analysis.first_year.move else "The earlier job was taxed where you live from the start on.",
        "Washington's tax on wages above $1,000,000, enacted for 2028 and open to challenge, is counted."
        if analysis.washington_2028
        else None,
        *analysis.plan_notes,
        f"You entered no start date, so the job starts on {day(analysis.start_on)}."
        if evaluation.offer.start_date is None
        else None,
        None if has_earlier_wages else "You entered no current job, so no wages count before the start.",
        f"Tax after {last} is projected: what the law indexes rises by 2.5% a year with prices or 3.5% with wages, "
        "what is enacted or announced comes in."
        if last < max(_tax_years(analysis))
        else None,
    )


def _on_household(analysis: LocationAnalysis) -> list[str]:
    """Say who earns, and what is deducted."""
    taxed, finances = f"Taxed as {_status(analysis)}", analysis.finances
    rule = (
        "Each employment year counts as one year's income under the tables of the calendar year in which it begins; "
        "the deduction that costs less is taken"
    )
    if finances is None:
        return [
            f"{taxed}; all of the pay is wages of one earner, and there is no other income.",
            f"{rule}, and nothing but state and local tax is itemized.",
        ]
    return [
        f"{taxed}; your household also counts {household_words(finances)}, the same every year{_at_home(analysis)}.",
        "What is left after tax is after insurance premiums and includes what you save and the employer's match.",
        *([_CHILDCARE_COST] if finances.childcare else []),
        *household_assumptions(finances, analysis.federal),
        f"{rule}.",
    ]


def _at_home(analysis: LocationAnalysis) -> str:
    """Say what the household counts otherwise where it lives today."""
    home = analysis.evaluation.candidate.residence
    here, there = analysis.finances, analysis.finances_in(home) if home else analysis.finances
    if here == there:
        return " and place"
    return f"; in {home}, where you live now, {household_words(there) if there else 'nothing but this pay'}"


def _spending(analysis: LocationAnalysis) -> str:
    if analysis.home_costs.is_told:
        return "for all that people buy but housing, of which the cost comes off before"
    if analysis.housing_share is None:
        return "for what people buy on average"
    return f"with {percent(analysis.housing_share, 1)} of spending on housing"


def _tax_years(analysis: LocationAnalysis) -> list[int]:
    years = [] if analysis.years is None else [int(year) for year in analysis.years["tax_year"]]
    return years or [analysis.start_on.year]


def left_out_elsewhere(analysis: LocationAnalysis) -> list[str]:
    """Reasons for leaving out other places; the first screen gives the reason for the job's own."""
    why = analysis.why_no_home
    return [reason for reason in analysis.left_out if why is None or not reason.endswith(f": {why}")]


def location_left_out(analysis: LocationAnalysis) -> Notes | None:
    """Places that could not be worked out, with reasons; None if all could."""
    missing = left_out_elsewhere(analysis)
    return Notes("Places left out", missing, "basis") if missing else None


def location_caveats(analysis: LocationAnalysis) -> Notes:
    """Limits of the report."""
    return build_notes(
        "caveats",
        EDUCATION,
        EQUITY_TAXED,
        f"Not modeled: {_not_modeled(analysis)}, capital gains after vesting, {_not_modeled_moves(analysis)}"
        "local taxes that the tables do not name, the states' own rules on estimated tax. Some states, New York among "
        "them, also tax remote work for an employer there.",
        "Price levels and rents say what an area costs on average; your street, and buying or renting, can differ "
        "more than places do. Set the share that you spend on housing, and the bedrooms you need.",
        f"Some tax figures of {joined(analysis.unverified_taxes)} come from other sources than the publisher's own "
        "document."
        if analysis.unverified_taxes
        else None,
    )


def _not_modeled_moves(analysis: LocationAnalysis) -> str:
    """Name moves among what is not modeled, unless the cash plan counts one."""
    return "" if analysis.first_year.move else "moving between states within a year, "


def _not_modeled(analysis: LocationAnalysis) -> str:
    """Name what the taxes leave out, before what they leave out for all."""
    if analysis.finances is None:
        return "children, a second income, retirement contributions and other deductions"
    return ", ".join(name for name in NOT_IN_HOUSEHOLD if name != "capital gains")


def location_sources(analysis: LocationAnalysis) -> Notes:
    """Cite the sources of the figures with dates, and the version that made the report."""
    used = dict.fromkeys([GUIDE, PRICES, RENTS, *_tax_sources(analysis)])
    return source_notes(analysis.tables, used, THE_OFFER)


def _tax_sources(analysis: LocationAnalysis) -> list[str]:
    """Find the sources of the tax rows used, for the places and years in the report."""
    law = analysis.law
    left = [analysis.first_year.move.place] if analysis.first_year.move else []
    places = [*(living.residence for living in analysis.livings), *left]
    codes = {code for place in places for code in law.of_place[place]}
    years = {known for year in _tax_years(analysis) for known in law.years_behind(year)}
    frames = [analysis.tables[name] for name in ("tax_brackets", "tax_parameters")]
    found = {
        str(source)
        for frame in frames
        for source in frame[frame["jurisdiction"].isin(codes) & frame["year"].isin(years)]["source_id"]
    }
    return sorted(found)


def recorded_location_figures(analysis: LocationAnalysis) -> RecordedFigures:
    """Record every figure of the location report, unrounded, with its sources."""
    rows = [*_place_rows(analysis), *_plan_rows(analysis), *_fact_rows(analysis)]
    return RecordedFigures(rows, _index_line(analysis))


def _index_line(analysis: LocationAnalysis) -> Mapping[str, Any]:
    if analysis.home is None:
        return {"net": None, "purchasing_power": None, "set_aside": None}
    own, plan = records(analysis.table)[0], analysis.cash_plan
    soon = None if plan is None or plan.empty else float(plan["set_aside"].iloc[:2].sum())
    return {"net": own["net"], "purchasing_power": own["purchasing_power"], "set_aside": soon}


def _place_rows(analysis: LocationAnalysis) -> Iterator[Row]:
    status = UNVERIFIED if analysis.unverified_taxes else ""
    taxed = " ".join([OFFERS_FILE, *_tax_sources(analysis)])
    with_prices = f"{taxed} {PRICES}"
    if not analysis.livings:
        return
    for row, living in zip(records(analysis.table), analysis.livings, strict=True):
        name = living.title
        yield recorded_figure(f"{name} gross", row["gross"], "USD a year")
        for part in (*TAX_NAMES, "tax", "net"):
            yield recorded_figure(f"{name} {part}", row[part], "USD a year", taxed, status=status)
        as_of = analysis.tables.sources[PRICES].as_of
        yield recorded_figure(f"{name} price_level", row["price_level"], "index, US 100", PRICES, as_of)
        for figure in ("purchasing_power", "equivalent_salary", "equivalent_error"):
            if row[figure] is not None:
                yield recorded_figure(f"{name} {figure}", row[figure], "USD a year", with_prices, status=status)
        if row["kept"] is not None and analysis.costs:
            rents = ""
            if analysis.home_costs.counts_rent(living.residence):
                as_of, rents = analysis.tables.sources[RENTS].as_of, f" {RENTS}"
                yield recorded_figure(f"{name} rent", row["rent"], "USD a year", RENTS, as_of)
            yield recorded_figure(f"{name} kept", row["kept"], "USD a year", f"{taxed}{rents}", status=status)
        yield recorded_figure(f"{name} marginal_tax", marginal_tax(analysis, living), "fraction", taxed, status=status)


def _plan_rows(analysis: LocationAnalysis) -> Iterator[Row]:
    plan = analysis.cash_plan
    if plan is None:
        return
    taxed = " ".join([OFFERS_FILE, *_tax_sources(analysis)])
    names = [name for name in plan.columns if name not in ("n_months", "tax_status")]
    for year, row in plan.iterrows():
        for name in names:
            yield recorded_figure(f"calendar year {year} {name}", float(row[name]), "USD", taxed, status=UNVERIFIED)


def _fact_rows(analysis: LocationAnalysis) -> Iterator[Row]:
    as_of = analysis.tables.sources[GUIDE].as_of
    for fact in location_facts(analysis):
        for end, value in (("low", fact.low), ("high", fact.high)):
            if value is not None:
                yield recorded_figure(f"guide: {fact.place}, {fact.statement}, {end}", value, fact.unit, GUIDE, as_of)
        yield recorded_figure(f"computed: {fact.place}, {fact.statement}", fact.computed, fact.unit, OFFERS_FILE)
