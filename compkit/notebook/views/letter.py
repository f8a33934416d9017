"""A letter about the chosen offer: kind and tone, to copy or to take along as a draft email."""

from __future__ import annotations

import re
from html import escape
from typing import Any

import ipywidgets

from compkit.errors import CompkitError
from compkit.negotiation import TONES, Letter, MissingFact
from compkit.notebook.browser import Browser
from compkit.notebook.fields import place_label
from compkit.notebook.inputs import ChoiceField
from compkit.notebook.section import Section
from compkit.notebook.views.bound import BoundFields
from compkit.notebook.views.page import fields_box
from compkit.notebook.workspace import Workspace
from compkit.report import letter_caution, letter_eml, letter_text

_KINDS = {
    "Reply to the offer": "initial", "Counteroffer": "counter", "Counteroffer, with another offer": "competing-offer",
    "Counteroffer, for AI or ML work": "ai-ml", "Counteroffer, for stock you'd forfeit": "unvested-equity",
    "More time to decide": "extension", "Faster answer, before another deadline": "expedite",
    "After the call": "follow-up", "Accept": "accept", "Decline": "decline", "Thanks for an interview": "thank-you",
    "Where things stand": "status", "Where things stand, second time": "status-2",
    "Where things stand, last time": "status-3", "Early performance review": "performance-review",
    "Transfer within the company": "transfer", "Return to a former employer": "boomerang", "Remote work": "remote",
}  # fmt: skip
_FIELD = re.compile(r"\b[a-z]+(?:[_.][a-z]+)+")
_FIRST = "counter"


class LetterDesk:
    """The letter of the chosen kind and tone, as `compkit letter` writes it."""

    def __init__(self, space: Workspace, fields: BoundFields, browser: Browser) -> None:
        self._space, self._browser = space, browser
        self._letter: Letter | None = None
        self._kind = ChoiceField("Letter", _KINDS, _FIRST)
        self._kind.observe(self.update)
        tone = fields.add(
            ChoiceField("Tone", {tone.capitalize(): tone for tone in TONES}, "plain"),
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
        lacks = "".join(f"<li>{escape(_told(missing))}</li>" for missing in self._letter.missing)
        note = f"<p>Worth adding under Edit your offers:</p><ul>{lacks}</ul>" if lacks else ""
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


def _told(missing: MissingFact) -> str:
    """Say what a letter lacks, with the form's names for fields.

    >>> _told(MissingFact("candidate.name", "the text is not signed without it"))
    'Name: the text is not signed without it'
    """
    name = _FIELD.sub(lambda found: place_label(tuple(found[0].removeprefix("candidate.").split("."))), missing.field)
    return f"{name[:1].upper()}{name[1:]}: {missing.why}"
