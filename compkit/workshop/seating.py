"""Who negotiates with whom: drawn, drawn again with the roles swapped, and mended when somebody is absent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from compkit.workshop.draw import Draw

Seats = tuple[int, int]
"""The candidate's and the recruiter's."""


@dataclass(frozen=True, slots=True)
class Seating:
    """Who negotiates with whom; seats are numbered from 1.

    Parameters
    ----------
    pairs : tuple of (int, int)
        Seats of the candidate and the recruiter.
    observer : int or None
        The seat left over if their number is odd.
    absent : tuple of int
        Seats that don't come.
    numbers : tuple of int
        Number of each pair; 1, 2, 3 and so on if empty. Absences leave gaps, so that the others keep theirs.
    """

    pairs: tuple[Seats, ...]
    observer: int | None
    absent: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    @property
    def n_seats(self) -> int:
        """Number of seats, with those of the absent."""
        return len(self.seats)

    @property
    def seats(self) -> list[int]:
        """All seats in order."""
        observer = [] if self.observer is None else [self.observer]
        return sorted([*chain.from_iterable(self.pairs), *observer, *self.absent])

    @property
    def numbered(self) -> dict[int, Seats]:
        """Pairs by their number."""
        return dict(zip(self.numbers or range(1, len(self.pairs) + 1), self.pairs, strict=True))

    @property
    def places(self) -> dict[int, tuple[int, int]]:
        """Pair and side, 0 or 1, of each seat that has a partner."""
        return {seat: (number, side) for number, pair in self.numbered.items() for side, seat in enumerate(pair)}


def draw_seating(n_seats: int, draw: Draw) -> Seating:
    """Draw pairs and roles; the last seat of an odd number observes."""
    order = draw.shuffled(range(1, n_seats + 1))
    pairs = sorted(zip(order[::2], order[1::2], strict=False))
    return Seating(tuple(pairs), order[-1] if n_seats % 2 else None)


def draw_swapped_seating(earlier: Seating, draw: Draw) -> Seating:
    """Draw a second case's pairs: everyone who played has the other role and another partner.

    Who observed or was absent plays, and an odd number has another observer. Only two seats keep their partner.
    """
    sides = [[pair[side] for pair in earlier.pairs] for side in (1, 0)]
    new = draw.shuffled([seat for seat in earlier.seats if not any(seat in pair for pair in earlier.pairs)])
    observer = None
    if len(new) % 2:
        observer = draw.choice([*sides[0], *sides[1]])
        sides = [[seat for seat in side if seat != observer] for side in sides]
    for seat in new:
        min(sides, key=len).append(seat)
    met = {pair[::-1] for pair in earlier.pairs}
    while True:
        pairs = sorted(zip(sides[0], draw.shuffled(sides[1]), strict=True))
        if len(pairs) == 1 or met.isdisjoint(pairs):
            return Seating(tuple(pairs), observer)


def reseat(now: Seating, planned: Seating, absent: Collection[int]) -> Seating:
    """Pair anew whoever has no partner, with the fewest changes of role; all others stay as they are.

    Parameters
    ----------
    now, planned : Seating
        As it is, and as it was before anyone was absent.
    absent : collection of int
        All seats that don't come. Without any, the seating is as planned again.
    """
    if not absent:
        return planned
    pairs = {number: pair for number, pair in now.numbered.items() if not set(pair) & set(absent)}
    pool = set(planned.seats) - set(absent) - set(chain.from_iterable(pairs.values()))
    known = known_sides(now, planned)
    again = {  # planned pairs that can play after all
        number: pair
        for number, pair in planned.numbered.items()
        if pool >= set(pair) and [known[seat] for seat in pair] == [0, 1]
    }
    new, observer = _paired(pool - set(chain.from_iterable(again.values())), known)
    new += [again.pop(number) for number in set(again) & set(pairs)]  # another pair has the number
    pairs |= again
    free = sorted(set(planned.numbered) - set(pairs))
    pairs |= dict(zip(free, sorted(new), strict=False))
    numbers = tuple(sorted(pairs))
    return Seating(tuple(pairs[number] for number in numbers), observer, tuple(sorted(absent)), numbers)


def known_sides(now: Seating, planned: Seating) -> dict[int, int]:
    """Side whose brief each seat has: its current one, or else the planned one; an observer has none."""
    return {seat: side for seat, (_, side) in (planned.places | now.places).items()}


def _paired(pool: Collection[int], known: Mapping[int, int]) -> tuple[list[Seats], int | None]:
    """Pair a pool of seats; one of an odd number is left over."""
    sides: tuple[list[int], list[int]] = ([], [])
    new: list[int] = []
    for seat in sorted(pool):
        (sides[known[seat]] if seat in known else new).append(seat)
    observer = None
    for seat in new:  # has no brief yet, and takes the role that lacks people
        if len(sides[0]) == len(sides[1]):
            observer = seat
        else:
            min(sides, key=len).append(seat)
    fewer, more = sorted(sides, key=len)
    while len(more) > len(fewer) + 1:
        fewer.append(more.pop())
    if len(more) > len(fewer):
        observer = more.pop()
    return list(zip(*sides, strict=True)), observer


def changed_roles(now: Seating, planned: Seating, after: Seating) -> Iterator[tuple[int, int]]:
    """Yield each seat that plays a side whose brief it doesn't have, with that side."""
    known = known_sides(now, planned)
    for seat, (_, side) in sorted(after.places.items()):
        if known.get(seat) != side:
            yield seat, side
