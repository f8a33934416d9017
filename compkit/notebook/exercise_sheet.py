"""Exercises in a notebook: a field for each answer, and under it what is right or went wrong."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets

from compkit.notebook.inputs import ERROR_STYLE
from compkit.report import Table, answer_table, given_tables
from compkit.workshop import ChoiceQuestion, Exercise, Feedback, Question, TextQuestion, build_exercise

_WRONG_STYLE = f"{ERROR_STYLE}; white-space: pre-line"
_RIGHT_STYLE = "color: var(--jp-success-color0, #1a6b2f); white-space: normal; line-height: 1.4; font-weight: 600"
_TEXT_STYLE = "white-space: normal; line-height: 1.5; font-size: var(--jp-content-font-size1, 14px)"
_WIDE = {"width": "auto", "max_width": "48em"}
_FILL_PAGE = "To answer, choose Run > Run All Cells."


def exercise(name: str, seed: int = 1) -> ExerciseSheet:
    """Exercise to work on in a notebook.

    Parameters
    ----------
    name : str
        One of `compkit.workshop.EXERCISES`.
    seed : int
        Other seeds give other numbers.

    Raises
    ------
    UnknownChoiceError, OutOfRangeError
        If there is no such exercise or seed.

    Examples
    --------
    >>> sheet = exercise("offer_arithmetic", seed=1)
    >>> question = sheet.ask("year-one")
    >>> question.control.value = "a lot"
    >>> question.feedback.text
    "Must be a number, got 'a lot'. Type it as 175000, 175,000, $175,000, 175k, or 1.2M."
    """
    return ExerciseSheet(build_exercise(name, seed))


class ExerciseSheet:
    """What a notebook shows of one exercise, and how far the student is.

    Parameters
    ----------
    exercise : Exercise
    """

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self._tries: dict[str, list[bool]] = {name: [] for name in exercise.questions}
        self._score = ipywidgets.HTML()

    def given(self, number: int = 1) -> Table:
        """One of the tables to read first, from 1."""
        return given_tables(self.exercise)[number - 1]

    def ask(self, name: str) -> AskedQuestion:
        """Question with a field for its answer."""
        return AskedQuestion(self.exercise.question(name), lambda feedback: self._record(name, feedback))

    def check(self, name: str, answer: str) -> Table:
        """Question with an answer given in code, and what is said to it."""
        question = self.exercise.question(name)
        feedback = question.check(answer)
        self._record(name, feedback)
        return answer_table(question, answer, feedback)

    def score(self) -> ScoreLine:
        """How many answers are right so far; it follows the fields."""
        self._show_score()
        return ScoreLine(self._score, self.score_text)

    @property
    def score_text(self) -> str:
        """The score in a sentence."""
        tries = self._tries.values()
        n_right, n_first = (sum(any(one) for one in tries), sum(bool(one and one[0]) for one in tries))
        title = self.exercise.name.replace("_", " ").capitalize()
        return f"{title}, seed {self.exercise.seed}: {n_right} of {len(self._tries)} right, {n_first} at the first try."

    def _record(self, name: str, feedback: Feedback) -> None:
        if feedback.is_right is not None:
            self._tries[name].append(feedback.is_right)
        self._show_score()

    def _show_score(self) -> None:
        self._score.value = f'<div role="status" style="{_TEXT_STYLE}">{html.escape(self.score_text)}</div>'


class _Shown:
    """Base of what has a live form, and a text for a notebook that isn't running."""

    widget: Any

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self)}


class ScoreLine(_Shown):
    """The score, as it is now."""

    def __init__(self, widget: Any, text: str) -> None:
        self.widget, self._text = widget, text

    def __repr__(self) -> str:
        return self._text


class AskedQuestion(_Shown):
    """A question, its field and the reply.

    Parameters
    ----------
    question : Question
    on_feedback : callable
        Called with each reply.
    """

    def __init__(self, question: Question, on_feedback: Any) -> None:
        self.question, self._on_feedback = question, on_feedback
        self.feedback: Feedback | None = None
        self.control, is_live = _control(question)
        self._reply = ipywidgets.HTML(layout=_WIDE)
        text = ipywidgets.HTML(_question_html(question), layout=_WIDE)
        button = ipywidgets.Button(description="Check", tooltip="Check this answer", layout={"margin": "4px 2px"})
        button.on_click(lambda _: self.check())
        self.check_button = button
        if is_live:
            self.control.observe(lambda _: self.check(), "value")
        self.widget = ipywidgets.VBox([text, self.control, *([] if is_live else [button]), self._reply])

    def check(self) -> None:
        """Judge what the field holds."""
        answer = self.control.value or ""
        self.feedback = self.question.check(answer)
        style = _RIGHT_STYLE if self.feedback.is_right else _WRONG_STYLE
        self._reply.value = f'<div role="status" style="{style}">{html.escape(self.feedback.text)}</div>'
        self._on_feedback(self.feedback)

    def __repr__(self) -> str:
        options = [f"{letter}. {option}" for letter, option in _lettered(self.question)]
        return "\n".join([self.question.text, *options, _FILL_PAGE])


def _lettered(question: Question) -> list[tuple[str, str]]:
    """Options of a question with their letters; none if it has no options."""
    return question.lettered if isinstance(question, ChoiceQuestion) else []


def _question_html(question: Question) -> str:
    items = "".join(f"<li>{html.escape(option)}</li>" for _, option in _lettered(question))
    options = f'<ol type="A" style="margin: 0; padding-left: 2em">{items}</ol>' if items else ""
    return f'<div style="{_TEXT_STYLE}; margin: 4px 0">{html.escape(question.text)}{options}</div>'


def _control(question: Question) -> tuple[Any, bool]:
    """Build a question's field; tell whether each change is an answer, as one of a menu or of a line of text is."""
    style = {"description_width": "initial"}
    if isinstance(question, ChoiceQuestion):
        letters = [letter for letter, _ in question.lettered]
        return ipywidgets.ToggleButtons(
            description="Answer", options=letters, value=None, tooltips=question.options, style={"button_width": "4em"}
        ), True
    if isinstance(question, TextQuestion):
        return ipywidgets.Textarea(description="Letter", rows=9, style=style, layout=_WIDE), False
    return ipywidgets.Text(
        description="Answer", placeholder="Type it, then press Enter", continuous_update=False, style=style,
        layout={"width": "auto", "max_width": "20em"},
    ), True  # fmt: skip
