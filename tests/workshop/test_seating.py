"""Who negotiates with whom: swapped for a second case, and mended when somebody is absent."""

from __future__ import annotations

from itertools import chain

import pytest

from compkit.workshop import Seating, changed_roles, reseat
from compkit.workshop.draw import Draw
from compkit.workshop.seating import draw_seating, draw_swapped_seating

FOUR_PAIRS = Seating(((1, 2), (3, 4), (5, 6), (7, 8)), None)
FIVE_SEATS = Seating(((1, 2), (3, 4)), 5)


def drawn(n_seats: int, seed: int = 1) -> Seating:
    return draw_seating(n_seats, Draw(b"key", f"{seed}"))


def swapped(earlier: Seating, seed: int = 1) -> Seating:
    return draw_swapped_seating(earlier, Draw(b"key", f"second {seed}"))


def sides(seating: Seating) -> dict[int, int]:
    return {seat: side for pair in seating.pairs for side, seat in enumerate(pair)}


def partners(seating: Seating) -> dict[int, int]:
    return {seat: pair[1 - side] for pair in seating.pairs for side, seat in enumerate(pair)}


def check_complete(seating: Seating, n_seats: int, absent: set[int]) -> None:
    """Check that everyone who comes has one place, and that nobody sits out unless they are an odd number."""
    seated = [*chain.from_iterable(seating.pairs), *([seating.observer] if seating.observer else [])]
    assert sorted(seated) == sorted(set(range(1, n_seats + 1)) - absent)
    assert (seating.observer is None) == (len(seated) % 2 == 0)
    assert set(seating.absent) == absent


@pytest.mark.parametrize("n_seats", [3, 4, 5, 29, 30, 31, 300])
def test_a_second_case_swaps_roles_and_partners(n_seats: int) -> None:
    for seed in range(10):
        first = drawn(n_seats, seed)
        second = swapped(first, seed)
        check_complete(second, n_seats, set())
        both = sides(first).keys() & sides(second).keys()
        assert len(both) >= n_seats - 2
        assert [seat for seat in both if sides(first)[seat] == sides(second)[seat]] == []
        assert [seat for seat in both if partners(first)[seat] == partners(second)[seat]] == []
        if first.observer:
            assert first.observer in sides(second)


def test_two_seats_swap_roles_and_keep_their_partner() -> None:
    assert swapped(Seating(((2, 1),), None)).pairs == ((1, 2),)


def test_who_was_absent_plays_the_second_case() -> None:
    for seed in range(10):
        first = reseat(FIVE_SEATS, FIVE_SEATS, {1, 3})  # 2 or 4 with 5, the other observes or changes role
        second = swapped(first, seed)
        check_complete(second, 5, set())
        assert {1, 3} & sides(second).keys()
        assert all(sides(second).get(seat) != side for seat, side in sides(first).items())


@pytest.mark.parametrize(
    ("absent", "pairs", "numbers", "observer", "changed"),
    [
        ({1, 2}, ((3, 4), (5, 6), (7, 8)), (2, 3, 4), None, []),  # of the same pair
        ({1, 3}, ((2, 4), (5, 6), (7, 8)), None, None, [2]),  # both candidates: one recruiter changes
        ({1, 4}, ((3, 2), (5, 6), (7, 8)), None, None, []),  # one of each
        ({1}, ((3, 4), (5, 6), (7, 8)), (2, 3, 4), 2, []),
    ],
)
def test_absences_of_eight(
    absent: set[int],
    pairs: tuple[tuple[int, int], ...],
    numbers: tuple[int, ...] | None,
    observer: int | None,
    changed: list[int],
) -> None:
    after = reseat(FOUR_PAIRS, FOUR_PAIRS, absent)
    roles = [seat for seat, _ in changed_roles(FOUR_PAIRS, FOUR_PAIRS, after)]
    assert (after.observer, len(roles)) == (observer, len(changed))
    assert set(roles) <= {2, 4}
    found = {frozenset(pair) for pair in after.pairs}
    assert found == {frozenset(pair) for pair in pairs}
    assert numbers is None or after.numbers == numbers
    assert after.numbered[3] == (5, 6)


def test_an_observer_plays_for_the_absent() -> None:
    after = reseat(FIVE_SEATS, FIVE_SEATS, {1})
    assert after.numbered == {1: (5, 2), 2: (3, 4)}
    assert after.observer is None
    assert list(changed_roles(FIVE_SEATS, FIVE_SEATS, after)) == [(5, 0)]


def least_changes(kept: set[int], planned: Seating, now: Seating, absent: set[int]) -> int:
    """Return how many must learn another role, counted from how many know which."""
    known = sides(planned) | sides(now)
    pool = set(planned.seats) - absent - kept
    n_first = sum(known.get(seat) == 0 for seat in pool)
    n_second = sum(known.get(seat) == 1 for seat in pool)
    n_new = len(pool) - n_first - n_second
    return max(0, (abs(n_first - n_second) - n_new) // 2)


@pytest.mark.parametrize("n_seats", [4, 5, 29, 30, 31, 300])
def test_any_absences_and_late_arrivals(n_seats: int) -> None:
    for seed in range(20):
        chance = Draw(b"chance", f"{seed}")
        planned = now = drawn(n_seats, seed)
        absent: set[int] = set()
        for _ in range(6):
            absent = absent ^ set(chance.shuffled(planned.seats)[:2])
            if n_seats - len(absent) < 2 or not absent:
                absent = {1}
            after = reseat(now, planned, absent)
            check_complete(after, n_seats, absent)
            complete = {number: pair for number, pair in now.numbered.items() if not absent & set(pair)}
            assert complete.items() <= after.numbered.items()
            assert set(after.numbered) <= set(range(1, n_seats // 2 + 1))
            kept = set(chain.from_iterable(complete.values()))
            changed = [seat for seat, _ in changed_roles(now, planned, after) if seat != planned.observer]
            assert len(changed) <= least_changes(kept, planned, now, absent)
            now = after
        assert reseat(now, planned, set()) == planned
