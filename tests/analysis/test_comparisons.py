"""Many people's comparisons at once: the figures of each alone, in time that grows with the offers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest
from counted_calls import calls_of

from compkit.analysis.comparison import Comparison, build_comparison
from compkit.analysis.comparisons import OFFERS_TOGETHER, comparisons_by_person
from compkit.model.candidate import Candidate, CurrentJob
from compkit.model.offer import Offer
from compkit.offers import OfferEntry, Offers
from compkit.offers.people import Person, people_of
from compkit.pay.value import Assumptions
from compkit.prices.risk import SimulationOptions
from compkit.reference.tables import load_tables

TABLES, FEW, DAY = load_tables(), SimulationOptions(50), dt.date(2026, 11, 22)
PLACES = ("Seattle", "Austin", "New York", "Boston", "Elsewhere")


def people(n_people: int) -> list[Person]:
    """People with three offers each, some with stock that can't be sold, some with a current job."""
    entries = []
    for n in range(3 * n_people):
        whose = n % n_people
        told: dict[str, Any] = {
            "id": f"o{n}", "candidate": f"p{whose}", "company": ("Amazon", "Acme", "Meta")[n // n_people],
            "level": "L6", "location": PLACES[n % len(PLACES)], "base_salary": 150_000.0 + 1_000 * n,
            "sign_on": [10_000.0 * (n % 4)],
            "equity": [{"value": 100_000.0 + 7_000 * n, "grant_price": 50.0, "tradable": bool(n % 3)}],
        }  # fmt: skip
        job = CurrentJob(base_salary=120_000.0 + whose) if whose % 2 else None
        entries.append(OfferEntry(Offer.model_validate(told), Candidate(current=job), 1.0, "made"))
    return people_of(entries)


def figures(comparison: Comparison) -> list[pd.DataFrame]:
    """Full output of `compkit compare` for a person's offers."""
    staying = comparison.staying_worth
    found = [comparison.with_paper.worth.summary, comparison.after_tax, comparison.pairs, comparison.pairs_with_paper]
    return [*found, *([staying.summary] if staying else [])]


def test_each_persons_figures_are_those_of_their_offers_alone() -> None:
    told = people(OFFERS_TOGETHER // 3 + 3)  # more than are worked out in one go
    found = list(comparisons_by_person(told, TABLES, Assumptions(), FEW, DAY))
    assert [comparison.ids for comparison in found] == [[one.offer.id for one in person.entries] for person in told]
    for person, comparison in list(zip(told, found, strict=True))[::4]:
        alone = build_comparison(Offers(person.entries), TABLES, Assumptions(), FEW, DAY)
        for own, expected in zip(figures(comparison), figures(alone), strict=True):
            pd.testing.assert_frame_equal(own, expected, check_exact=True)
        assert np.array_equal(comparison.simulated_years, alone.simulated_years)
        assert comparison.paper.tolist() == alone.paper.tolist()


@pytest.mark.long
def test_the_work_grows_with_the_offers_and_not_with_their_pairs() -> None:
    def work(n_people: int) -> None:
        for comparison in comparisons_by_person(people(n_people), TABLES, Assumptions(), FEW, DAY):
            figures(comparison)

    work(2)
    assert calls_of(lambda: work(30)) <= 5.2 * calls_of(lambda: work(6))
