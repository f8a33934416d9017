"""First screen of a comparison: who leads, how firmly, and what to look at next."""

from __future__ import annotations

from collections.abc import Iterator

from compkit.analysis import LEAST_LEAD, Comparison, Lead, Verdict, staying_after_tax, verdict
from compkit.reference import records
from compkit.report.comparison.text import (
    action_on,
    can_turn,
    cause_in_words,
    has_stock,
    is_tie,
    over_years,
    pair_of,
    price_moves,
    some,
)
from compkit.report.offer.paper import paper_of_offers
from compkit.report.offer.summary import growth_words
from compkit.report.show.blocks import Card, Headline
from compkit.report.show.text import chance_in_words, count, day, joined, left_out_words, usd


def comparison_headline(comparison: Comparison) -> Headline:
    """First screen: who leads, how firmly, four figures, and next steps."""
    first, n_offers = comparison.evaluations[0], len(comparison.ids)
    found = verdict(comparison)
    leads = _against_staying(comparison) if n_offers == 1 else verdict_in_words(comparison, found)
    missing = f" {left_out_words(comparison.left_out)}" if comparison.left_out else ""
    return Headline(
        title="One offer" if n_offers == 1 else f"{count(n_offers, 'offer')} side by side",
        subtitle=f"{over_years(comparison).capitalize()}. Report of {day(first.report_date)}.{missing}",
        cards=[*_cards(comparison), *_chance_card(comparison, found)],
        next_steps=list(_next_steps(comparison, found)) or ["Add another offer, or the present job, to compare with."],
        verdict=" ".join(filter(None, (leads, paper_of_offers(comparison)))),
    )


def verdict_in_words(comparison: Comparison, found: Verdict) -> str:
    """Describe who leads before and after tax, the chance of paying most, and how firm the order is."""
    n_offers, over = len(comparison.ids), over_years(comparison)
    if found.firmness == "equal":
        taxed = "" if found.after_tax else "; what is left after tax is not known for all"
        also = ", after tax" if found.after_tax else ""
        return f"Equal: {some(comparison.ids)} pay the same before tax{also} and in certain money {over}{taxed}."
    leads = [(found.before_tax, f"{over} before tax")]
    leads += [(found.after_tax, "a year after tax")] if found.after_tax else []
    leads += [(found.guaranteed, f"{over} in certain money")] if found.guaranteed.ids != found.before_tax.ids else []
    parts = _leads_in_words(leads)
    if found.after_tax is None:
        parts.append("what is left after tax is not known for all")
    if has_stock(comparison):
        most, of = found.most_likely, "" if n_offers == 2 else f" of all {n_offers}"
        parts.append(f"{most} pays most{of} in {chance_in_words(float(found.chances[most]))} of simulated cases")
    return f"The order is {found.firmness}: {'; '.join(parts)}."


def _leads_in_words(leads: list[tuple[Lead, str]]) -> list[str]:
    """Describe who leads by several measures, one phrase per group of leaders."""
    by_ids: dict[tuple[str, ...], list[tuple[Lead, str]]] = {}
    for lead, what in leads:
        by_ids.setdefault(lead.ids, []).append((lead, what))
    said = []
    for ids, own in by_ids.items():
        if len(ids) > 1:
            said.append(f"{some(ids)} are equal {joined([what for _, what in own])}")
        else:
            said.append(f"{ids[0]} leads {joined([f'by {usd(lead.amount)} {what}' for lead, what in own])}")
    return said


def _against_staying(comparison: Comparison) -> str:
    """Compare the only offer with staying; empty if staying has no figures."""
    if comparison.staying_worth is None:
        return ""
    only = comparison.ids[0]
    total, stay = (float(worth.summary["total"].iloc[0]) for worth in (comparison.worth, comparison.staying_worth))
    parts = [f"{_more_or_less(total - stay, 'pays', 'what staying pays')} {over_years(comparison)} before tax"]
    taxed, net = staying_after_tax(comparison), float(comparison.after_tax["net"].iloc[0])
    if taxed is not None and net == net:
        parts.append(f"{_more_or_less(net - taxed[0], 'leaves', 'what staying leaves')} a year after tax")
    return f"{only} {' and '.join(parts)}."


def _more_or_less(difference: float, verb: str, same: str) -> str:
    if abs(difference) < LEAST_LEAD:
        return f"{verb} {same}"
    return f"{verb} {usd(abs(difference))} {'more' if difference > 0 else 'less'} than staying"


def _cards(comparison: Comparison) -> Iterator[Card]:
    worth, is_alone = comparison.worth.summary, len(comparison.ids) == 1
    growth = f", {growth_words(comparison.evaluations[0])}" if has_stock(comparison) else ""
    for several, alone, column, detail in (
        ("Pays most", "What it pays", "total", f"{over_years(comparison)}{growth}"),
        ("Most that is certain", "What is certain", "guaranteed_cash", "salary and sign-on, if employed"),
    ):
        best = worth[column][worth[column] > worth[column].max() - LEAST_LEAD].index
        figure = usd(float(worth[column].max()))
        yield Card(alone, figure, detail) if is_alone else Card(several, figure, f"{_who(best)}: {detail}")
    net, buys = comparison.after_tax["net"], comparison.after_tax["purchasing_power"]
    if not net.notna().any():
        return
    if is_alone:
        bought = f"a year; it buys {usd(float(buys.max()))} at average US prices"
        yield Card("What it leaves after tax", usd(float(net.max())), bought)
        return
    best, most = (values[values > values.max() - LEAST_LEAD].index for values in (net, buys))
    most_buys = usd(float(buys.max()))
    if list(best) == list(most):
        also = "and buys most, too" if len(best) == 1 else "and buy most, too"
    else:
        also = f"{_who(most)} {'buys' if len(most) == 1 else 'buy'} most, {most_buys}"
    partly = "" if net.notna().all() else " (not known for all)"
    yield Card("Leaves most after tax", usd(float(net.max())), f"a year{partly}: {_who(best)}; {also}")


def _who(names: object) -> str:
    found = [str(name) for name in names]  # type: ignore[attr-defined]
    return found[0] if len(found) == 1 else f"{some(found)}, equal"


def _chance_card(comparison: Comparison, found: Verdict) -> Iterator[Card]:
    if len(comparison.ids) < 2 or not has_stock(comparison) or found.firmness == "equal":
        return
    most, n_offers = found.most_likely, len(comparison.ids)
    than = "the other" if n_offers == 2 else f"each of the other {n_offers - 1}"
    detail = f"of {comparison.chance.n_paths:,} simulated cases: {most} pays more than {than}"
    yield Card("How sure", chance_in_words(float(found.chances[most])), detail)


def _next_steps(comparison: Comparison, found: Verdict) -> Iterator[str]:
    yield from _leaders_differ(comparison, found)
    yield from _deadlines(comparison)
    if len(comparison.ids) > 1:
        yield from _first_two(comparison, found)
    yield from _below_staying(comparison)
    for row in records(comparison.after_tax.reset_index()):
        if row["reason"]:
            yield f"{row['id']}: no figure after tax, {row['reason']}"


def _leaders_differ(comparison: Comparison, found: Verdict) -> Iterator[str]:
    if found.after_tax is None or not _do_leaders_differ(found):
        return
    said = _leads_in_words([(found.before_tax, over_years(comparison)), (found.after_tax, "a year")])
    yield f"Before tax {said[0]}; after tax {said[1]}. You live on what is left after tax: look at that first."


def _do_leaders_differ(found: Verdict) -> bool:
    return found.after_tax is not None and not set(found.before_tax.ids) & set(found.after_tax.ids)


def _totals_below_staying(comparison: Comparison) -> list[str]:
    if comparison.staying_worth is None:
        return []
    stay = float(comparison.staying_worth.summary["total"].iloc[0])
    totals = comparison.worth.summary["total"]
    return [str(name) for name, total in totals.items() if float(total) <= stay - LEAST_LEAD]


def _deadlines(comparison: Comparison) -> Iterator[str]:
    """Yield what to do by the next deadline, and which deadlines have passed."""
    report_date, behind = comparison.evaluations[0].report_date, _totals_below_staying(comparison)
    due = sorted(
        (offer.deadline, offer.id) for evaluation in comparison.evaluations if (offer := evaluation.offer).deadline
    )
    passed = [name for on, name in due if on < report_date]
    if passed:
        stand = "the offer still stands" if len(passed) == 1 else "the offers still stand"
        yield f"The deadline of {some(passed)} has passed. Ask at once whether {stand}."
    coming = [(on, name) for on, name in due if on >= report_date]
    if coming:
        on, name = coming[0]
        if name in behind:
            yield f"Decline {name}, which pays less than staying before tax, or ask for more time, by {day(on)}."
        else:
            first = " first" if len(comparison.ids) > 1 else ""
            yield f"Answer {name}{first}: by {day(on)}."


def _first_two(comparison: Comparison, found: Verdict) -> Iterator[str]:
    first, second = comparison.ranking[:2]
    pair = pair_of(comparison, first, second)
    a, b = pair["a"], pair["b"]
    moved = records(comparison.sensitivities(first, second))
    turning = moved if is_tie(pair) else [row for row in moved if can_turn(row)]
    if pair["break_even"] == "at":
        moves = price_moves(pair["break_even_growth"])
        yield f"{a} and {b} are even if share prices {moves}. Decide on which side of that you expect them."
        # The step above already asks about growth.
        moved, turning = ([row for row in rows if row["cause"] != "growth"] for rows in (moved, turning))
    elif is_tie(pair):
        at = " at every growth of share prices" if has_stock(comparison) else ""
        yield f"{a} and {b} are equal before tax{at}. {_when_settled(found, {a, b}, is_open=bool(turning))}"
    else:
        ahead, behind = (b, a) if pair["break_even"] == "never" else (a, b)
        if has_stock(comparison):
            said = f"{ahead} pays more than {behind} at every growth of share prices."
        else:
            said = f"{ahead} pays {usd(pair['difference'])} more than {behind} {over_years(comparison)} before tax."
        if has_stock(comparison) or not _do_leaders_differ(found):  # otherwise the first step says it
            yield f"{said} {_when_settled(found, {ahead}, is_open=bool(turning))}"
    if turning and not is_tie(pair):
        yield f"What can turn the order of {a} and {b}: {cause_in_words(turning[0])}. {action_on(turning[0])}"
    elif moved:
        yield f"What moves the difference between {a} and {b} most: {cause_in_words(moved[0])}. {action_on(moved[0])}"


def _when_settled(found: Verdict, ahead: set[str], *, is_open: bool) -> str:
    """Name what to check next if no growth changes the order: tax, then tenure, then the rest."""
    if found.after_tax is None:
        return "Find out what is left after tax."
    if not ahead <= set(found.after_tax.ids):
        return "Look at what is left after tax before you decide."
    also = "They are equal after tax, too" if len(ahead) > 1 else "It leads after tax, too"
    if is_open:
        return f"{also}."
    return f"{also}, and for short and long stays. Let other things decide, such as the work and the people."


def _below_staying(comparison: Comparison) -> Iterator[str]:
    behind = _totals_below_staying(comparison)
    if not behind or comparison.staying_worth is None:
        return
    stay = float(comparison.staying_worth.summary["total"].iloc[0])
    totals = comparison.worth.summary["total"]
    if len(behind) > 3:
        named = f"{len(behind)} of {len(comparison.ids)} offers, {some(behind)}, pay less"
    else:
        pays = joined([f"{name} {usd(float(totals[name]))}" for name in behind])
        named = f"{pays} ({'it pays' if len(behind) == 1 else 'they pay'} less)"
    yield f"Staying pays {usd(stay)} {over_years(comparison)} before tax: {named}."
