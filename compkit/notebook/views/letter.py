"""A letter about the chosen offer: kind and tone, to copy or to take along as a draft email."""

from __future__ import annotations

from html import escape
from typing import Any

import ipywidgets

from compkit.errors import CompkitError
from compkit.negotiation import LETTER_KINDS, TONES, Letter
from compkit.notebook.browser import Browser
from compkit.notebook.inputs import ChoiceField
from compkit.notebook.section import Section
from compkit.notebook.views.bound import BoundFields
from compkit.notebook.views.page import fields_box
from compkit.notebook.workspace import Workspace
from compkit.report import letter_caution, letter_eml, letter_text

_FIRST = "counter"


class LetterDesk:
    """The letter of the chosen kind and tone, as `compkit letter` writes it."""

    def __init__(self, space: Workspace, fields: BoundFields, browser: Browser) -> None:
        self._space, self._browser = space, browser
        self._letter: Letter | None = None
        self._kind = ChoiceField("Letter", LETTER_KINDS, _FIRST)
        self._kind.observe(self.update)
        tone = fields.add(
            ChoiceField("Tone", TONES, "plain"),
            lambda: space.settings.tone,
            lambda name: space.with_settings(tone=name),
        )
        self._shown = Section(heading="A letter to send")
        copy = ipywidgets.Button(description="Copy the letter", tooltip="Copy subject and text to the clipboard")
        copy.on_click(lambda _: self._take(self._copy))
        draft = ipywidgets.Button(description="Download as email draft", tooltip="A .eml file for your mail")
        draft.on_click(lambda _: self._take(self._download))
        buttons = ipywidgets.HBox([copy, draft])
        choices = fields_box([self._kind.widget, tone.widget])
        self.widget = ipywidgets.VBox([self._shown, choices, buttons])

    def update(self) -> None:
        """Write the letter from the present state."""
        self._letter = None
        try:
            plan = self._space.plan
            self._letter = plan.letter(self._kind.value)
            caution = letter_caution(plan, self._kind.value)
        except CompkitError as error:
            self._shown.html = f"<p>No letter: {escape(str(error))}</p>"
            return
        except LookupError:
            self._shown.html = ""
            return
        alone = f"<p><strong>For you alone:</strong> {escape(caution)}</p>" if caution else ""
        lacks = "; ".join(str(missing) for missing in self._letter.missing)
        note = f"<p>The file lacks: {escape(lacks)}.</p>" if lacks else ""
        self._shown.html = f"{alone}<pre>{escape(letter_text(self._letter))}</pre>{note}"

    def _take(self, action: Any) -> None:
        if self._letter is None:
            self._browser.announce("There is no letter to take along.", "assertive")
        else:
            action(self._letter)

    def _copy(self, letter: Letter) -> None:
        self._browser.copy(letter_text(letter))

    def _download(self, letter: Letter) -> None:
        self._browser.download(letter_eml(letter), f"{letter.kind}.eml", "message/rfc822")
