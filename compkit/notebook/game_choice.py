"""The choice of a practice game: the case, the role, the opponent, the deadline."""

from __future__ import annotations

from typing import Any

from compkit.errors import UnknownChoiceError
from compkit.notebook.inputs import ChoiceField, NumberField
from compkit.notebook.views.page import fields_box
from compkit.reference import load_tables
from compkit.report import capitalized
from compkit.workshop import DEFAULT_TURNS, LEVELS, ROLES, STRATEGIES, Case, Practice, practice_case

TURNS = (6, 8, 10, 12, 16, 20, 30)
"""All even, so that the last offer is the person's."""
MAX_SEED = 999_999


class GameChoice:
    """Fields to choose a game.

    Parameters
    ----------
    case : Case, optional
        What to negotiate; by default it is drawn from the chosen level and seed.
    """

    def __init__(self, case: Case | None = None) -> None:
        self._case = case
        self.level = ChoiceField("Level", {capitalized(one.replace("-", " ")): one for one in LEVELS}, "logrolling",
                                 "What the case teaches.")  # fmt: skip
        self.role = ChoiceField("Your role", {capitalized(one): one for one in ROLES}, ROLES[0])
        self.opponent = ChoiceField("Opponent", {capitalized(one): one for one in STRATEGIES}, next(iter(STRATEGIES)))
        self.turns = ChoiceField("Turns", {str(one): one for one in TURNS}, DEFAULT_TURNS, "Of both of you together.")
        draws = "" if case else "Another number draws another case. "
        self.seed = NumberField("Seed", 1, "count", minimum=1, maximum=MAX_SEED,
                                help=f"{draws}The same one plays the same game.")  # fmt: skip
        fields = [self.role, self.opponent, self.turns, self.seed]
        self.widget = fields_box([one.widget for one in (fields if case else [self.level, *fields])])
        self.widget.add_class("ck-controls")

    def choose(self, **values: Any) -> None:
        """Choose values of fields by name.

        Raises
        ------
        UnknownChoiceError
            If a value is not one of a field's.
        """
        allowed: dict[str, tuple[Any, ...]] = {
            "level": LEVELS, "role": ROLES, "opponent": tuple(STRATEGIES), "turns": TURNS
        }  # fmt: skip
        for name, value in values.items():
            if name in allowed and value not in allowed[name]:
                raise UnknownChoiceError(name, value, [str(one) for one in allowed[name]])
            getattr(self, name).value = value

    def new_practice(self) -> Practice:
        """Set up the chosen game."""
        seed = int(self.seed.value or 1)
        case = self._case or practice_case(self.level.value, seed, load_tables())
        return Practice(case, ROLES.index(self.role.value), STRATEGIES[self.opponent.value], self.turns.value, seed)
