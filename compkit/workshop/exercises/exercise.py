"""An exercise: what a student is given, and the questions, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.reference import Tables, load_tables
from compkit.workshop.draw import Draw
from compkit.workshop.exercises.counter_letter import counter_letter
from compkit.workshop.exercises.given import Given
from compkit.workshop.exercises.offer_arithmetic import offer_arithmetic
from compkit.workshop.exercises.packages import packages
from compkit.workshop.exercises.question import Question
from compkit.workshop.exercises.reading_a_market import reading_a_market
from compkit.workshop.exercises.walk_away import walk_away

_KEY = b"compkit exercises"
_MAX_SEED = 10**9

Parts = tuple[Sequence[Given], Mapping[str, Question]]
_BUILDERS: dict[str, Callable[[Draw, Tables], Parts | None]] = {
    builder.__name__: builder for builder in (offer_arithmetic, reading_a_market, walk_away, packages, counter_letter)
}
EXERCISES = tuple(_BUILDERS)


@dataclass(frozen=True)
class Exercise:
    """One exercise with its numbers.

    Parameters
    ----------
    name : str
        One of `EXERCISES`.
    seed : int
    given : sequence of Given
        What the student reads first.
    questions : mapping of name to Question
    """

    name: str
    seed: int
    given: Sequence[Given]
    questions: Mapping[str, Question]

    def question(self, name: str) -> Question:
        """Question of a name.

        Raises
        ------
        UnknownChoiceError
            If there is none.
        """
        if name not in self.questions:
            raise UnknownChoiceError("question", name, list(self.questions))
        return self.questions[name]


def build_exercise(name: str, seed: int = 1, tables: Tables | None = None) -> Exercise:
    """Draw an exercise: the same seed gives the same numbers, another seed others.

    Numbers by which two answers would be told apart no longer, such as a mistake that gives the right amount by chance,
    are drawn again. The right answers are worked out here from the kit's own functions: whoever reads this package can
    do the same.

    Parameters
    ----------
    name : str
        One of `EXERCISES`.
    seed : int
        0 to a billion.
    tables : Tables, optional

    Raises
    ------
    UnknownChoiceError, OutOfRangeError
        If there is no such exercise or seed.

    Examples
    --------
    >>> exercise = build_exercise("offer_arithmetic", seed=1)
    >>> list(exercise.questions)
    ['year-one', 'year-two', 'why', 'year-three', 'leaving', 'average']
    >>> exercise.question("year-one").check("1").is_right
    False
    """
    if name not in _BUILDERS:
        raise UnknownChoiceError("exercise", name, EXERCISES)
    if not isinstance(seed, int) or not 0 <= seed <= _MAX_SEED:
        raise OutOfRangeError("seed", f"be a whole number from 0 to {_MAX_SEED:,}", seed)
    tables = tables or _tables()
    for attempt in count():
        parts = _BUILDERS[name](Draw(_KEY, f"{name}/{seed}/{attempt}"), tables)
        if parts is not None and all(question.is_sound for question in parts[1].values()):
            return Exercise(name, seed, *parts)
    raise AssertionError("unreachable")


@cache
def _tables() -> Tables:
    return load_tables()
