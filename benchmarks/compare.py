"""How long comparisons take by the number of offers: those of many people, each with their own.

Run it with `python benchmarks/compare.py`. It prints plain lines, in CPU time, which other work on the machine does not
disturb, and in wall time. The goals: five times the offers in at most five times the time; 1,000 offers of 300 people
within 60 s.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np

from compkit.batch.folder.documents import offers_document
from compkit.batch.ledger.keys import CacheInputs
from compkit.batch.notebooks import find_notebooks
from compkit.batch.planning import plan_reports, refuse_unmergeable_offers
from compkit.batch.run.jobs import DEFAULT_OPTIONS
from compkit.model.candidate import Candidate, CurrentJob
from compkit.model.offer import Offer
from compkit.offers import OfferEntry, Offers
from compkit.offers.people import people_of

SIZES = ((200, 60), (1_000, 300))
"""Numbers of offers and of people."""
N_TRIES = 2
"""The fastest run counts, because other work on the machine only adds time."""
SEED = 20261123
REPORT_ON = dt.date(2026, 11, 22)
GOAL_RATIO, GOAL_SECONDS = 5.0, 60.0


def made_offers(n_offers: int, n_people: int) -> Offers:
    """Random offers, each person's spread over the file."""
    generator = np.random.default_rng(SEED)
    entries = []
    for number in range(n_offers):
        whose = number % n_people
        told = {
            "id": f"made-{number}",
            "candidate": f"person-{whose}",
            "company": str(generator.choice(["Amazon", "Meta", "Google", "Initech"])),
            "company_type": "FAANG",
            "level": str(generator.choice(["L6", "L7"])),
            "location": str(generator.choice(["Seattle", "Austin", "Boston", "New York"])),
            "base_salary": float(generator.integers(150, 240) * 1_000),
            "bonus_target_rate": 0.1,
            "sign_on": [float(generator.integers(0, 120) * 1_000), float(generator.integers(0, 90) * 1_000)],
            "equity": [{"value": float(generator.integers(100_000, 700_000)), "tradable": bool(number % 4)}],
        }
        candidate = Candidate(name=f"Person {whose}", current=CurrentJob(base_salary=150_000.0 + whose))
        entries.append(OfferEntry(Offer.model_validate(told), candidate, 1.0, "made.xlsx"))
    return Offers(entries)


def plan(offers: Offers) -> None:
    """Do what a batch does before its first notebook: plan every report, its key and its documents."""
    reports = plan_reports(find_notebooks(None), offers, offers, people_of(offers))
    refuse_unmergeable_offers(reports)
    cache_inputs = CacheInputs({}, REPORT_ON, DEFAULT_OPTIONS)
    for report in reports:
        cache_inputs.parts(report)
        report.documents()


def compare(offers: Offers) -> None:
    """Run `compkit compare` on a file of them, in another process."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offers.json"
        path.write_text(offers_document(offers), encoding="utf-8")
        command = [sys.executable, "-m", "compkit", "compare", str(path), "--json"]
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)  # noqa: S603 - our own


def _seconds(work: Callable[[Offers], None], offers: Offers) -> tuple[float, float]:
    """CPU time, child processes included, and wall time [s]."""
    begun, wall = sum(os.times()[:4]), perf_counter()
    work(offers)
    return sum(os.times()[:4]) - begun, perf_counter() - wall


def main() -> int:
    """Time both; return 0 if the goals are met, else 1."""
    plan(made_offers(6, 2))  # notebooks are read once
    is_met = True
    for work in (plan, compare):
        spent = []
        for n_offers, n_people in SIZES:
            offers = made_offers(n_offers, n_people)
            spent.append(min(_seconds(work, offers) for _ in range(N_TRIES)))
            print(f"{work.__name__}: {n_offers:,} offers of {n_people} people in {spent[-1][0]:.2f} s of CPU, "
                  f"{spent[-1][1]:.2f} s on the clock")  # fmt: skip
        (less, _), (more, _) = spent
        print(f"{work.__name__}: {more / less:.1f} times the time for 5 times the offers (goal {GOAL_RATIO:g})")
        is_met &= more / less <= GOAL_RATIO and more <= GOAL_SECONDS
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
