"""A class's results: four pairs by hand, and what holds for every class."""

from __future__ import annotations

from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import given, strategies as st
from sample_class import CASE, HEADER, PAIRS, ROWS

from compkit.workshop import MIN_FOR_Z, Agreement, Debrief, PlayedClass, debrief_class, parse_agreements
from compkit.workshop.case_file import parse_case

SMALL = parse_case(CASE.encode(), "case.yaml")
SIZES = tuple(len(issue.options) for issue in SMALL.issues)


def debrief_of(*agreements: Agreement) -> Debrief:
    return debrief_class(PlayedClass("A class", SMALL, agreements))


def same_deals(n_pairs: int, package: tuple[int, ...]) -> list[Agreement]:
    return [Agreement(at, (2 * at - 1, 2 * at), "deal", package) for at in range(1, n_pairs + 1)]


def test_four_pairs_by_hand() -> None:
    """The largest joint gain is 40.

    Pair 1 has 20 + 10 + 20 = 50 and 25 + 10 + 10 = 45, on the frontier: gains 20 and 10. Pair 2 has 30 and 60, gains 0
    and 25; (40, 65) is 15 more and worse for neither. Pair 3 did not agree: (40, 65) is 105 - 65 = 40 more. Pair 4 has
    40 and 30: gains 10 and -5, and (40, 65) is 35 more.
    """
    found = debrief_class(PlayedClass("A class", SMALL, parse_agreements(HEADER + "".join(ROWS), "form", SMALL, PAIRS)))
    results = found.results
    assert [one.points for one in results] == [(50, 45), (30, 60), (30, 35), (40, 30)]
    assert [one.gains for one in results] == [(20, 10), (0, 25), (0, 0), (10, -5)]
    assert [one.left for one in results] == [0, 15, 40, 35]
    assert [one.created for one in results] == [Fraction(3, 4), Fraction(5, 8), 0, Fraction(1, 8)]
    assert [one.claimed for one in results] == [(Fraction(2, 3), Fraction(1, 3)), (0, 1), None, None]
    assert [one.efficiency for one in results] == [1, Fraction(5, 8), 0, Fraction(1, 8)]
    assert [one.sides_below for one in results] == [(), (), (), (1,)]
    assert found.ranks == ([1, 3, 3, 2], [2, 1, 3, 4])
    assert (len(found.deals), found.total_left) == (3, 90)
    assert found.z_scores(0) is None


def test_without_a_possible_deal_walking_away_is_efficient() -> None:
    """With limits 71 and 35 the candidate is better off alone; (70, 20) leaves nothing above either limit."""
    case = parse_case(CASE.replace("reservation: 30", "reservation: 71").encode(), "case.yaml")
    found = debrief_class(PlayedClass("A class", case, (Agreement(1, (1, 2), "no deal"),)))
    (one,) = found.results
    assert (one.points, one.left, one.efficiency, one.created, one.claimed) == ((71, 35), 0, 1, None, None)
    assert not found.analysis.has_deal


def test_absent_pairs_do_not_count() -> None:
    found = debrief_of(Agreement(1, (1, 2), "absent"), Agreement(2, (3, 4), "no deal"))
    assert [one.agreement.pair for one in found.results] == [2]
    assert [one.pair for one in found.absent] == [1]


def test_z_scores_from_twenty_seats() -> None:
    """Half the candidates have 50, half 30: one standard deviation from the mean. The recruiters have 45 and 60."""
    other = (1, 1, 0), (0, 1, 0)  # (50, 45) and (30, 60)
    n_half = MIN_FOR_Z // 2
    mixed = [*same_deals(n_half, other[0]), *same_deals(n_half, other[1])]
    assert debrief_of(*mixed).z_scores(0) == [1.0] * n_half + [-1.0] * n_half
    assert debrief_of(*mixed).z_scores(1) == [-1.0] * n_half + [1.0] * n_half
    assert debrief_of(*mixed[1:]).z_scores(0) is None
    assert debrief_of(*same_deals(MIN_FOR_Z, other[0])).z_scores(0) is None


def test_z_scores_against_another_formula() -> None:
    """Three results of 50 to one of 30: mean 45, variance (3 x 25 + 225) / 4 = 75."""
    deals = [one for _ in range(5) for one in (*same_deals(3, (1, 1, 0)), *same_deals(1, (0, 1, 0)))]
    scale = NormalDist(45, 75**0.5)
    expected = [scale.zscore(points) for _ in range(5) for points in (50, 50, 50, 30)]
    assert debrief_of(*deals).z_scores(0) == pytest.approx(expected, abs=1e-12)


packages = st.tuples(*(st.integers(0, size - 1) for size in SIZES))
classes = st.lists(st.one_of(st.none(), packages), min_size=1, max_size=8)


def agreements_of(chosen: list[tuple[int, ...] | None]) -> list[Agreement]:
    return [
        Agreement(at, (2 * at - 1, 2 * at), "no deal" if package is None else "deal", package or ())
        for at, package in enumerate(chosen, start=1)
    ]


@given(classes)
def test_laws(chosen: list[tuple[int, ...] | None]) -> None:
    found = debrief_of(*agreements_of(chosen))
    frontier = set(found.analysis.pareto)
    for one in found.results:
        assert 0 <= one.efficiency <= 1
        assert one.left >= 0
        is_on_frontier = one.points in frontier if one.is_deal else not found.analysis.has_deal
        assert (one.efficiency == 1) == is_on_frontier == (one.left == 0)
        assert (one.claimed is not None) == (min(one.gains) >= 0 and sum(one.gains) > 0)
        assert one.claimed is None or sum(one.claimed) == 1
    for ranks in found.ranks:
        assert min(ranks) == 1


@given(classes.flatmap(lambda chosen: st.tuples(st.just(chosen), st.permutations(range(len(chosen))))))
def test_the_order_of_rows_does_not_matter(drawn: tuple[list[tuple[int, ...] | None], list[int]]) -> None:
    chosen, order = drawn
    agreements = agreements_of(chosen)
    found, other = debrief_of(*agreements), debrief_of(*(agreements[at] for at in order))
    assert [found.results[at] for at in order] == list(other.results)
    assert [[ranks[at] for at in order] for ranks in found.ranks] == list(map(list, other.ranks))
