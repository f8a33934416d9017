"""A class's debrief in sentences."""

from __future__ import annotations

from fractions import Fraction

from compkit.report.show.text import capitalized, count, joined
from compkit.report.workshop.analysis_text import utility
from compkit.report.workshop.debrief_tables import signed
from compkit.workshop import (
    MIN_FOR_CORRELATION,
    ROLES,
    Debrief,
    EarlierClasses,
    RankLink,
    class_feelings,
    first_offers,
    offer_link,
)


def debrief_sentences(found: Debrief) -> list[str]:
    """Write the answer: deals, deals on the frontier, points left on the table, deals below a limit."""
    deals, n_pairs = found.deals, len(found.results)
    if not n_pairs:
        return ["No pair played."]
    told = [f"{len(deals)} of {count(n_pairs, 'pair')} agreed."]
    if found.analysis.has_deal:
        n_best = sum(one.is_efficient for one in deals)
        told += [
            f"{capitalized(count(n_best, 'deal'))} {'is' if n_best == 1 else 'are'} on the frontier, "
            "where nobody can gain without the other losing.",
            f"{count_points(found.total_left)} {'was' if found.total_left == 1 else 'were'} left on the table.",
        ]
    else:
        told.append("No agreement suits both sides: walking away was the right result.")
    n_below = sum(bool(one.sides_below) for one in deals)
    if n_below:
        told.append(f"{count(n_below, 'deal')} {'is' if n_below == 1 else 'are'} below a side's own limit.")
    return told


def count_points(points: Fraction) -> str:
    """Format points with their noun."""
    return f"{utility(points)} {'point' if points == 1 else 'points'}"


def offers_sentences(found: Debrief) -> list[str]:
    """Say whether a more ambitious first offer went with a better result, by role; none without first offers."""
    offers = first_offers(found)
    if not offers:
        return []
    links = [offer_link(offers, side) for side in (0, 1)]
    told = [_link_sentence(f"{role}s", link) for role, link in zip(ROLES, links, strict=True)]
    few = [f"{link.n} {role}s" for role, link in zip(ROLES, links, strict=True) if link.n < MIN_FOR_CORRELATION]
    if few:
        told.append(f"A rank correlation needs {MIN_FOR_CORRELATION} first offers in a role: here are {joined(few)}.")
    return [sentence for sentence in told if sentence]


def _link_sentence(role: str, link: RankLink) -> str:
    if link.n < MIN_FOR_CORRELATION:
        return ""
    if link.correlation is None:
        return f"All {link.n} {role} have the same first offer or the same result, so no rank correlation."
    shown = f"rank correlation {signed(link.correlation)}, n = {link.n}"
    if not link.is_clear:
        return (
            f"Among {role}, first offers and results show no clear link ({shown}; by chance alone 95 of 100 classes of "
            f"this size stay within ±{link.by_chance:.2f})."
        )
    more = "more" if link.correlation > 0 else "less"
    return (
        f"{capitalized(role)} who asked for more at first tended to end with {more} ({shown}). "
        "That's one class, and a link, not a cause."
    )


def second_sentences(found: Debrief) -> list[str]:
    """Say what second agreements gained; none without any."""
    gain = sum((sum(one.gains, Fraction(0)) for one in found.second), Fraction(0))
    n_better = sum(any(one.gains) for one in found.second)
    pairs = {one.agreement.pair for one in found.results}
    n_without = sum(one.status == "no deal" and pair in pairs for pair, one in found.played.second.items())
    told = []
    if found.second:
        told.append(
            f"{capitalized(count(n_better, 'pair'))} found a better second agreement: {count_points(gain)} more in all."
        )
    if n_without:
        told.append(f"{capitalized(count(n_without, 'pair'))} looked for one and found none.")
    return told


def feelings_sentences(found: Debrief) -> list[str]:
    """Give the median answers by role; none without enough answers."""
    told = []
    for side, role in enumerate(ROLES):
        own = [f"{one.question} {utility(one.middle)}" for one in class_feelings(found) if one.side == side]
        if own:
            told.append(f"Median answers of {role}s, from 1 to 7: {joined(own)}.")
    return told


def earlier_sentences(found: Debrief, earlier: EarlierClasses | None) -> list[str]:
    """Say how many earlier classes are compared."""
    if earlier is None or not earlier.summaries or not found.results:
        return []
    n_earlier = len(earlier.summaries)
    classes = f"{n_earlier} earlier class{'' if n_earlier == 1 else 'es'}"
    had = "Its case had" if n_earlier == 1 else "Their cases had"
    return [f"This class next to {classes} of the same level. {had} other points and limits, so only shares compare."]
