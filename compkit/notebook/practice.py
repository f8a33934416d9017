"""A negotiation against an opponent, in turns: choose a game, make offers, read the debrief."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from compkit.errors import CompkitError
from compkit.notebook.browser import Browser
from compkit.notebook.disclosure import text_button
from compkit.notebook.game_choice import GameChoice
from compkit.notebook.inputs import ERROR_STYLE, ChoiceField
from compkit.notebook.live_box import LiveBox
from compkit.notebook.views.page import fields_box
from compkit.report import (
    READABLE,
    answer_sentences,
    block_html,
    clock_sentence,
    count_points,
    game_chart,
    game_table,
    limit_sentence,
    practice_brief,
    review_notes,
    site_style,
)
from compkit.workshop import (
    DEFAULT_TURNS,
    Case,
    Issue,
    Package,
    Practice,
    load_case,
    package_points,
    review_game,
)

_INTRO = "Negotiate a job offer turn by turn. When the game ends you see what you left on the table."
_SHEET = Path(__file__).with_name("site.css")


class PracticeDesk:
    """Everything a person needs to play: the choice of a game, their brief, the talk so far, an offer, the debrief.

    Parameters
    ----------
    browser : Browser, optional
        Tells a screen reader what the opponent did.
    case : Case, optional
        What to negotiate; by default it is drawn from the chosen level and seed.
    """

    spoken = ""

    def __init__(self, browser: Browser | None = None, case: Case | None = None) -> None:
        self.practice: Practice | None = None
        self._browser, self.choice = browser or Browser(), GameChoice(case)
        self.start_button = text_button("Start the game", self.start)
        self._message, self._brief, self._talk, self._clock, self._worth, self._debrief = (
            ipywidgets.HTML() for _ in range(6)
        )
        self.options: list[ChoiceField] = []
        self._offer_box = ipywidgets.VBox()
        self.offer_button = text_button("Make this offer", lambda: self._move("offer"))
        self.accept_button = text_button("Accept their offer", lambda: self._move("accept"))
        self.walk_button = text_button("Walk away", lambda: self._move("walk away"))
        self._buttons = ipywidgets.HBox([self.offer_button, self.accept_button, self.walk_button])
        self._buttons.layout.flex_flow = "row wrap"
        self.widget = ipywidgets.VBox([
            ipywidgets.HTML(self.answer), self.choice.widget, self.start_button, self._message, self._debrief,
            self._brief, self._talk, self._clock, self._offer_box, self._worth, self._buttons,
        ])  # fmt: skip
        self.update()

    @property
    def answer(self) -> str:
        """What the page shows before it lives."""
        return f'<p class="ck-title">Practice a negotiation</p><p>{_INTRO} {escape(READABLE)}</p>'

    @property
    def chosen(self) -> Package:
        """The package in the fields."""
        return tuple(field.value for field in self.options)

    def start(self) -> None:
        """Begin a game with what is chosen."""
        try:
            self.practice = self.choice.new_practice()
        except CompkitError as error:
            self._complain(error)
            return
        case, side = self.practice.game.case, self.practice.side
        self.options = [
            ChoiceField(issue.name, _by_points(issue, side), best)
            for issue, best in zip(case.issues, self.practice.best, strict=True)
        ]
        for field in self.options:
            field.observe(self._show_worth)
        box = fields_box([field.widget for field in self.options])
        box.add_class("ck-controls")
        self._offer_box.children = [box]
        self.update()
        self._browser.announce(f"The game has begun. {clock_sentence(self.practice)}")
        self.options[0].control.focus()

    def update(self) -> None:
        """Show the present state."""
        practice = self.practice
        is_playing = practice is not None and not practice.game.is_over
        for one in (self._offer_box, self._buttons, self._worth, self._clock):
            one.layout.display = None if is_playing else "none"
        self.start_button.description = "Start the game" if practice is None else "Start another game"
        self._message.value = self._debrief.value = ""
        if practice is None:
            return
        case, side = practice.game.case, practice.side
        self._brief.value = block_html(practice_brief(case, side))
        words = "".join(f"<p>{escape(line)}</p>" for line in answer_sentences(practice))
        self._talk.value = f"{block_html(game_table(practice.game, side))}{words}" if practice.game.moves else ""
        self._clock.value = f"<p><strong>{escape(clock_sentence(practice))}</strong></p>"
        self.offer_button.disabled = practice.game.is_last_turn
        self.accept_button.disabled = practice.game.on_table is None
        self._show_worth()
        if practice.game.is_over:
            review = review_game(practice.game)
            blocks = (review_notes(review, side, practice.strategy), game_chart(review, "Every offer of the game"))
            self._debrief.value = "".join(map(block_html, blocks))

    def _move(self, kind: str) -> None:
        practice = self.practice
        if practice is None:
            return
        try:
            if kind == "offer":
                practice.offer(self.chosen)
            elif kind == "accept":
                practice.accept()
            else:
                practice.walk_away()
        except CompkitError as error:
            self._complain(error)
            return
        self.update()
        self._browser.announce(" ".join([*answer_sentences(practice), clock_sentence(practice)]))
        if practice.game.is_over:
            self.start_button.focus()  # the button that was pressed is gone

    def _show_worth(self) -> None:
        if self.practice is None:
            return
        case, side = self.practice.game.case, self.practice.side
        points = package_points(case, self.chosen)[side]
        below = " That's below it." if points < case.limits[side] else ""
        self._worth.value = (
            f"<p>This offer is worth {count_points(points)} to you. {escape(limit_sentence(case, side))}{below}</p>"
        )

    def _complain(self, error: CompkitError) -> None:
        self._message.value = f'<span role="alert" style="{ERROR_STYLE}">{escape(str(error))}</span>'


def _by_points(issue: Issue, side: int) -> dict[str, int]:
    """Numbers of an issue's options, by their names with a side's points."""
    return {f"{option.name} ({count_points(option.utilities[side])})": at for at, option in enumerate(issue.options)}


def practice(
    level: str = "logrolling",
    role: str = "candidate",
    opponent: str = "conceder",
    *,
    n_turns: int = DEFAULT_TURNS,
    seed: int = 1,
    case_file: str | None = None,
) -> Any:
    """Build the desk for a notebook, with a game chosen.

    Parameters
    ----------
    level, role, opponent : str
    n_turns : int
        6, 8, 10, 12, 16, 20 or 30.
    seed : int
    case_file : str, optional
        A case to play in place of a drawn one.

    Raises
    ------
    CompkitError
        If a choice is not one, or the file can't be read.
    """
    browser = Browser()
    desk = PracticeDesk(browser, load_case(case_file) if case_file else None)
    desk.choice.choose(level=level, role=role, opponent=opponent, turns=n_turns, seed=seed)
    style = ipywidgets.HTML(f"<style>{site_style()}{_SHEET.read_text(encoding='utf-8')}</style>")
    style.layout.display = "none"
    shown = LiveBox([style, browser, desk.widget], "To play, choose Run > Run All Cells.")
    shown.add_class("ck-site")
    return shown
