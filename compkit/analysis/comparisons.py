"""Comparisons by person: one person's from a file, or many people's at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from compkit.analysis.comparison import Comparison, build_comparison
from compkit.analysis.evaluation import Evaluation
from compkit.market import with_reported_pay
from compkit.offers import LeftOutOffers, Offers, Person, choose_person, load_offers, people_of
from compkit.pay import Assumptions, Growth
from compkit.periods import parse_report_date
from compkit.prices import SimulationOptions
from compkit.reference import Tables, load_tables

OFFERS_TOGETHER = 64
"""Offers of several people that are worked out at once; their simulated prices take about 20 MB."""


def comparisons_by_person(
    people: Sequence[Person], tables: Tables, assumptions: Assumptions, chance: SimulationOptions, report_date: dt.date
) -> Iterator[Comparison]:
    """Yield a comparison for each person; pay and share prices are worked out for many people at once.

    No offer is compared with another person's. Each company draws from its own stream of the seed, so the figures are
    those of `build_comparison`.
    """
    for together in _in_groups(people):
        entries = [entry for person in together for entry in person.entries]
        whole = Comparison(tuple(Evaluation(entry, tables, assumptions, report_date) for entry in entries), chance)
        first = 0
        for person in together:
            yield whole.part(first, len(person.entries))
            first += len(person.entries)


def _in_groups(people: Sequence[Person]) -> Iterator[list[Person]]:
    """Yield people, in order, in groups of about as many offers as are worked out together."""
    group: list[Person] = []
    for person in people:
        group.append(person)
        if sum(len(one.entries) for one in group) >= OFFERS_TOGETHER:
            yield group
            group = []
    if group:
        yield group


def load_comparison(
    offers_file: str,
    *,
    candidate: str | None = None,
    report_date: str | None = None,
    growth_rate: float = 0.0,
    growth_convention: str = "smooth",
    discount_rate: float = 0.0,
    n_years: int = 4,
    n_paths: int = 10_000,
    seed: int = 0,
    correlation: float = 0.0,
    volatility: float | None = None,
    stay_rate: float = 1.0,
    store: str | None = None,
) -> Comparison:
    """Load the comparison of one person's offers in a file, with compkit's own tables.

    Parameters
    ----------
    candidate : str, optional
        Id in `candidates`, or name; may be left out if the file holds one person's offers.
    offers_file, report_date, growth_rate, growth_convention, discount_rate, n_years, store
        See `load_evaluation`.
    n_paths, seed, correlation, volatility, stay_rate
        See `SimulationOptions`.

    Raises
    ------
    InputError
        If the file has faults, holds nobody of that name, or holds several people and none was named.
    OutOfRangeError
        If an assumption is out of its range.

    Examples
    --------
    >>> import compkit as ck
    >>> comparison = ck.load_comparison("data/offers/sample.yaml", candidate="robin", n_paths=100)
    >>> comparison.worth.summary.loc["google-l5-boomerang", "total"].item(), len(comparison.pairs)
    (1284000.0, 6)
    """
    tables = load_tables()
    growth = Growth(growth_rate, growth_convention)  # type: ignore[arg-type]  # checked there
    assumptions = Assumptions(growth, discount_rate, n_years)
    chance = SimulationOptions(n_paths, seed, correlation, volatility, stay_rate)
    on = parse_report_date(report_date)
    offers = with_reported_pay(load_offers(offers_file, tables=tables), tables, on, store)
    return build_comparison(offers_of_person(offers, candidate), tables, assumptions, chance, on)


def offers_of_person(offers: Offers, candidate: object | None = None) -> Offers:
    """Offers of one person, with left-out ones that may be theirs.

    Raises
    ------
    InputError
        If there is nobody of that name, or there are several people and none was named.
    """
    if not offers:
        return offers
    person = choose_person(people_of(offers), candidate)
    return Offers(person.entries, offers.warnings, LeftOutOffers(offers.left_out).of(person.entries))
