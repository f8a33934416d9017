"""Exercises in notebooks: no student's file holds a solution, solved ones are right, and fields reply."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from sample_notebooks import FOLDER, student_notebooks

from compkit import notebook
from compkit.report import given_tables
from compkit.workshop import EXERCISES, ChoiceQuestion, NumberQuestion, Question, TextQuestion, build_exercise

each_exercise = pytest.mark.parametrize("name", EXERCISES)


def told_afterwards(question: Question) -> list[str]:
    """Return what only a reply says: how the right answer comes about, explanations, hints."""
    told = [question.because]
    if isinstance(question, NumberQuestion):
        told += [question.hint, *(one.why for one in question.mistakes)]
    elif isinstance(question, ChoiceQuestion):
        told += question.why_not.values()
    elif isinstance(question, TextQuestion):
        told += [rule.why for rule in question.rules]
    return told


def texts_of(path: Path) -> str:
    """Return all that a notebook holds, as it is read."""
    cells = nbformat.read(path, as_version=4).cells
    outputs = [part for cell in cells for output in cell.get("outputs", ()) for part in output["data"].values()]
    return "\n".join(
        [*(cell.source for cell in cells), *map(str, outputs), json.dumps([cell.metadata for cell in cells])]
    )


@each_exercise
def test_no_student_file_holds_a_solution(name: str) -> None:
    assert f"workshop/{name}.ipynb" in student_notebooks()
    exercise = build_exercise(name, 1)
    text = texts_of(FOLDER / "workshop" / f"{name}.ipynb")
    assert "exercise.check" not in text
    for table in given_tables(exercise):  # the right median, say, may be one of the reports
        text = text.replace(table._repr_html_(), "").replace(repr(table), "")
    for question in exercise.questions.values():
        assert question.text in text
        text = text.replace(question.text, "")
    for question in exercise.questions.values():
        assert [told for told in told_afterwards(question) if told in text] == []
        if isinstance(question, NumberQuestion) and question.kind == "amount":
            assert question.solution not in text
            assert f"{(question.right.low + question.right.high) / 2:.0f}" not in text


@each_exercise
def test_solved_notebooks_are_right(name: str) -> None:
    """Nbval compares their outputs too."""
    text = texts_of(FOLDER / "workshop" / "solutions" / f"{name}.ipynb")
    n = len(build_exercise(name, 1).questions)
    assert f"{n} of {n} right, {n} at the first try." in text
    assert all(f'exercise.check("{key}"' in text for key in build_exercise(name, 1).questions)


@each_exercise
def test_both_notebooks_ask_every_question_in_order(name: str) -> None:
    questions = list(build_exercise(name, 1).questions)
    for folder in ("workshop", "workshop/solutions"):
        ids = [cell.id for cell in nbformat.read(FOLDER / folder / f"{name}.ipynb", as_version=4).cells]
        assert [one for one in ids if one in questions] == questions


def test_a_field_replies_and_the_score_follows() -> None:
    sheet = notebook.exercise("offer_arithmetic", 1)
    first, why = sheet.ask("year-one"), sheet.ask("why")
    score = sheet.score()
    assert score.widget.value.count("0 of 6 right, 0 at the first try.") == 1
    first.control.value = "$417,000"
    assert "You counted the year-2 sign-on in year 1." in first.widget.children[-1].value
    first.control.value = "322K"
    assert "Right. $187,000 salary" in first.widget.children[-1].value
    why.control.value = "A"
    assert "2 of 6 right, 1 at the first try." in score.widget.value


def test_what_is_no_answer_is_no_try() -> None:
    sheet = notebook.exercise("offer_arithmetic", 1)
    asked = sheet.ask("year-one")
    asked.control.value = "a lot"
    asked.control.value = "322000"
    assert sheet.score_text == "Offer arithmetic, seed 1: 1 of 6 right, 1 at the first try."


def test_a_letter_is_checked_when_the_button_is_pressed() -> None:
    asked = notebook.exercise("counter_letter", 1).ask("letter")
    asked.control.value = "Give me <b>$300,000</b> or else."
    assert asked.feedback is None
    asked.check_button.click()
    shown = asked.widget.children[-1].value
    assert "Leave out the ultimatum." in shown
    assert shown.count("\n") >= 3


def test_what_a_student_types_is_escaped() -> None:
    asked = notebook.exercise("packages", 1).ask("points")
    asked.control.value = "<img src=x onerror=alert(1)>"
    assert "&lt;img" in asked.widget.children[-1].value
    assert "<img" not in asked.widget.children[-1].value
    table = notebook.exercise("packages", 1).check("points", "<script>1</script>")
    assert "<script" not in table._repr_html_()


def test_a_notebook_that_is_not_running_shows_the_question() -> None:
    asked = notebook.exercise("packages", 1).ask("frontier")
    assert repr(asked).splitlines() == [
        "Which package would both sides sign, and nobody can improve without the other side losing?",
        "A. Package A", "B. Package B", "C. Package C", "D. Package D", "To answer, choose Run > Run All Cells.",
    ]  # fmt: skip
    assert asked._repr_mimebundle_()["text/plain"] == repr(asked)
