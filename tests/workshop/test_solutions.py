"""The frontier and the points, against a search of every outcome that shares nothing with them."""

from __future__ import annotations

import os
import random
from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest

from compkit.workshop import POINTS, Case, Issue, Option, Pair, Side, analyze_case, load_case

N_RANDOM = 200
DOMAINS_VARIABLE = "COMPKIT_GENIUS_DOMAINS"
JOBS = ("Jobs.xml", "Jobs_util1.xml", "Jobs_util2.xml")


def case_of(
    *issues: list[tuple[int | Fraction, int | Fraction]], limits: tuple[int | Fraction, int | Fraction] = (0, 0)
) -> Case:
    """Return a case from each issue's pairs."""
    whole = tuple(
        Issue(f"issue {number}", tuple(Option(str(at), (Fraction(a), Fraction(b))) for at, (a, b) in enumerate(pairs)))
        for number, pairs in enumerate(issues)
    )
    return Case("a case", (Side("a", Fraction(limits[0])), Side("b", Fraction(limits[1]))), whole)


def all_pairs(case: Case) -> set[Pair]:
    """Return the pairs of utilities of every outcome."""
    return {
        (sum(option.utilities[0] for option in chosen), sum(option.utilities[1] for option in chosen))
        for chosen in product(*(issue.options for issue in case.issues))
    }  # type: ignore[misc]


def searched(case: Case) -> dict[str, list[Pair]]:
    """Return the frontier and every tied pair of each point by looking at every outcome."""
    pairs = all_pairs(case)
    (low_a, low_b) = case.limits
    frontier = {p for p in pairs if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in pairs)}
    good = {p: (p[0] - low_a, p[1] - low_b) for p in pairs if p[0] >= low_a and p[1] >= low_b}
    ideal = [max((gains[side] for gains in good.values()), default=0) for side in (0, 1)]

    def share(gains: Pair) -> Fraction:
        return min((gains[side] / ideal[side] for side in (0, 1) if ideal[side]), default=Fraction(0))

    rules = {
        "nash": lambda gains: gains[0] * gains[1],
        "kalai_smorodinsky": share,
        "egalitarian": min,
        "utilitarian": sum,
    }
    found = {"pareto": sorted(frontier, reverse=True)}
    for name, rule in rules.items():
        best = max(map(rule, good.values()), default=None)
        found[name] = sorted((p for p, gains in good.items() if rule(gains) == best), reverse=True)
    return found


def analyzed(case: Case) -> dict[str, list[Pair]]:
    found = analyze_case(case)
    return {"pareto": list(found.pareto), **{name: list(found.points[name]) for name in POINTS}}


def random_case(seed: int) -> Case:
    """Return a case of 1 to 4 issues: few or many ties, whole or not, with limits that may rule out everything."""
    draw = random.Random(seed)  # noqa: S311
    largest = draw.choice((2, 5, 100, 10**9))
    parts = draw.choice((1, 1, 3, 7, 10**16))

    def value() -> Fraction:
        return Fraction(draw.randint(-largest // 4, largest), draw.randint(1, parts))

    issues = [[(value(), value()) for _ in range(draw.randint(1, 4))] for _ in range(draw.randint(1, 4))]
    if seed % 4 == 0:  # the same for both sides, so that points tie
        issues = [[*issue, *((b, a) for a, b in issue)] for issue in issues]
    ranges = [sum(max(pair[side] for pair in issue) for issue in issues) for side in (0, 1)]
    shares = [Fraction(draw.choice((0, 0, 1, 2, 3)), 4) for _ in ranges]
    return case_of(*issues, limits=(shares[0] * ranges[0], shares[seed % 4 and 1] * ranges[1]))


@pytest.mark.parametrize("seed", range(N_RANDOM))
def test_two_independent_ways_agree(seed: int) -> None:
    case = random_case(seed)
    assert analyzed(case) == searched(case)
    low_a, low_b = case.limits
    chosen = product(*(issue.options for issue in case.issues))
    n_good = sum(
        sum(o.utilities[0] for o in one) >= low_a and sum(o.utilities[1] for o in one) >= low_b for one in chosen
    )
    assert analyze_case(case).outcomes.n_suiting_both == n_good


def test_random_cases_are_of_all_kinds() -> None:
    """With deals and without, with ties off the frontier, beyond 64 bits."""
    found = [analyze_case(random_case(seed)) for seed in range(N_RANDOM)]
    assert {one.has_deal for one in found} == {True, False}
    assert any(set(one.points["egalitarian"]) - set(one.pareto) for one in found)
    assert any(len(one.points["nash"]) > 1 for one in found)
    assert {one.pareto.first.dtype.kind for one in found} == {"i", "O"}


def test_points_by_hand() -> None:
    """Pay 0 to 10 in steps of 5, opposed; a start date that only the first cares about.

    Outcomes: (0,10) (4,10) (5,5) (9,5) (10,0) (14,0). Limits 2 and 3 leave (4,10), (5,5), (9,5), with gains (2,7),
    (3,2), (7,2): products 14, 6, 14; sums 9, 5, 9; smaller gains 2, 2, 2; ideal 7 and 7, so shares 2/7 each.
    """
    case = case_of([(0, 10), (5, 5), (10, 0)], [(0, 0), (4, 0)], limits=(2, 3))
    found = analyzed(case)
    assert found["pareto"] == [(14, 0), (9, 5), (4, 10)]
    assert found["nash"] == found["utilitarian"] == [(9, 5), (4, 10)]
    assert found["egalitarian"] == found["kalai_smorodinsky"] == [(9, 5), (5, 5), (4, 10)]
    assert analyze_case(case).outcomes.n_suiting_both == 3


def test_no_deal_has_a_frontier_and_no_points() -> None:
    found = analyze_case(case_of([(0, 3), (3, 0)], limits=(2, 2)))
    assert not found.has_deal
    assert list(found.pareto) == [(3, 0), (0, 3)]
    assert [list(found.points[name]) for name in POINTS] == [[]] * 4


def test_a_side_that_can_gain_nothing() -> None:
    """Only one side has something to gain: every agreement ties by product and by smaller gain, one by share."""
    found = analyzed(case_of([(5, 1), (5, 4), (1, 9)], limits=(5, 0)))
    assert found["nash"] == found["egalitarian"] == [(5, 4), (5, 1)]
    assert found["kalai_smorodinsky"] == found["utilitarian"] == [(5, 4)]


def test_products_beyond_64_bits_are_exact() -> None:
    """2**40 x 2**40 + 1 apart: floats and 64-bit integers would both tie or overflow."""
    big = 2**40
    found = analyzed(case_of([(big, big), (big + 1, big - 1), (big - 1, big + 1)]))
    assert found["nash"] == [(big, big)]


def test_packages_give_their_pair() -> None:
    case = random_case(3)
    found = analyze_case(case)
    for pair in found.pareto:
        packages = list(found.outcomes.packages(pair))
        assert packages
        assert len(set(packages)) == len(packages)
        for package in packages:
            chosen = [issue.options[number] for issue, number in zip(case.issues, package, strict=True)]
            assert tuple(sum(option.utilities[side] for option in chosen) for side in (0, 1)) == pair


def domain_files() -> list[tuple[str, ...]]:
    """Return the XML files of each domain's folder, the domain first."""
    root = Path(os.environ.get(DOMAINS_VARIABLE, ""))
    found = []
    for folder in sorted(root.iterdir()) if DOMAINS_VARIABLE in os.environ else ():
        files = sorted(folder.glob("*.xml"))
        domain = next(path for path in files if "negotiation_template" in path.read_text(encoding="utf-8"))
        found.append((str(domain), *(str(path) for path in files if path != domain)))
    return found


needs_domains = pytest.mark.skipif(
    DOMAINS_VARIABLE not in os.environ, reason=f"{DOMAINS_VARIABLE} names no folder of Genius domains"
)


@needs_domains
def test_two_independent_ways_agree_on_genius_domains() -> None:
    assert domain_files()
    for domain, *profiles in domain_files():
        case = load_case(domain, profiles)
        assert analyzed(case) == searched(case), domain


@needs_domains
def test_the_jobs_domain() -> None:
    """Figures that others have published for it."""
    folder = Path(os.environ[DOMAINS_VARIABLE]) / "Jobs"
    found = analyze_case(load_case(str(folder / JOBS[0]), [str(folder / name) for name in JOBS[1:]]))
    assert (found.case.n_outcomes, len(found.pareto)) == (540, 21)
    wanted = {"nash": (0.81, 0.655625), "kalai_smorodinsky": (0.71, 0.72), "egalitarian": (0.71, 0.72)}
    for name, pair in wanted.items():
        (ours,) = found.points[name].numbers()
        assert ours == pytest.approx(pair, abs=1e-9)
