"""Exercises as blocks: what a student is given, and an answer with what is said to it."""

from __future__ import annotations

from compkit.report.show.blocks import Table, build_table
from compkit.workshop import ChoiceQuestion, Exercise, Feedback, Given, Question


def given_tables(exercise: Exercise) -> list[Table]:
    """Tables of what an exercise gives."""
    return [_table(given) for given in exercise.given]


def _table(given: Given) -> Table:
    return build_table(given.title, given.headings, given.rows, given.note)


def answer_table(question: Question, answer: str, feedback: Feedback) -> Table:
    """Question with an answer and what is said to it; an option's letter is shown with its text."""
    options = dict(question.lettered) if isinstance(question, ChoiceQuestion) else {}
    shown = f"{answer}. {options[answer]}" if answer in options else answer
    return build_table(question.text, ("", ""), [("Answer", shown), ("Check", feedback.text)])
