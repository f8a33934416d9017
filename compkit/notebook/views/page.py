"""A live page: controls above, and a notebook's sections, worked out as they are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import Any

import ipywidgets

from compkit.errors import CompkitError
from compkit.notebook.section import Section
from compkit.notebook.views.outline import Names, Outline, shown_by
from compkit.report import Headline, Notes, block_html

_LATER = ThreadPoolExecutor(1, thread_name_prefix="compkit-simulation")
_NOTHING_YET = "Enter an offer's company, level, location and base salary, and the answer appears here."


class Page:
    """Sections of a notebook over the present state.

    Only what is in sight is worked out: a folded section when it is opened. What simulates is worked out in the
    background, and the last figures stay until the new ones are there.

    Parameters
    ----------
    sections : sequence of Outline
    names : callable
        Gives the names that the sections' calls use.
    controls : sequence of Widget
        Fields between the first section, which is the answer, and the others.
    extra : sequence of Widget
        Shown below the fields.
    slow : sequence of str
        Headings of sections that simulate.
    """

    def __init__(
        self,
        sections: Sequence[Outline],
        names: Names,
        controls: Sequence[Any] = (),
        *,
        extra: Sequence[Any] = (),
        slow: Sequence[str] = (),
    ) -> None:
        self._names, self._slow, self._generation = names, frozenset(slow), 0
        self.spoken = ""
        self._outlines = {_section(one): one for one in sections}
        for section in self._outlines:
            section.observe(self._open, "is_open")
        first, *others = self._outlines
        box = fields_box(controls)
        box.add_class("ck-controls")
        self.widget = ipywidgets.VBox([first, *([box] if controls else ()), *extra, *others])

    @property
    def answer(self) -> str:
        """HTML of the first section."""
        return str(next(iter(self._outlines)).html)

    def update(self) -> None:
        """Show the present state."""
        self._generation += 1
        self.spoken = ""
        try:
            names = self._names()
        except LookupError:
            self._show_only("Start with one offer", _NOTHING_YET)
            return
        except CompkitError as error:
            self._show_only("This can't be worked out", str(error))
            return
        for section, outline in self._outlines.items():
            self._update(section, outline, names)

    def _show_only(self, title: str, text: str) -> None:
        first, *others = self._outlines
        first.html, first.is_empty = f'<p class="ck-title">{escape(title)}</p><p>{escape(text)}</p>', False
        for section in others:
            section.is_empty = True

    def _open(self, change: Mapping[str, Any]) -> None:
        section = change["owner"]
        if section.is_open:
            self._update(section, self._outlines[section], self._names())

    def _update(self, section: Section, outline: Outline, names: Mapping[str, Any]) -> None:
        answer = shown_by(outline.answer, names) if outline.answer else None
        if section.is_folded:
            section.answer, section.is_empty = answer.text if answer else "", answer is None
        if section.is_folded and not section.is_open:
            return
        if outline.heading in self._slow:
            generation = self._generation
            _LATER.submit(self._fill_later, section, outline, names, generation)
        else:
            self.spoken = _fill(section, outline, names) or self.spoken

    def _fill_later(self, section: Section, outline: Outline, names: Mapping[str, Any], generation: int) -> None:
        if generation == self._generation:
            _fill(section, outline, names, lambda: generation == self._generation)


def fields_box(controls: Sequence[Any]) -> Any:
    """Lay out fields in as many columns as there is room for."""
    box = ipywidgets.Box(list(controls))
    box.add_class("ck-fields")
    return box


def _section(outline: Outline) -> Section:
    return Section(heading=outline.heading, is_folded=outline.answer is not None)


def _fill(section: Section, outline: Outline, names: Mapping[str, Any], is_wanted: Any = lambda: True) -> str:
    """Show a section; return its answer in a sentence, if it has a headline."""
    blocks = []
    try:
        blocks = [shown_by(call, names) for call in outline.calls]
        told = [block for block in blocks if not _is_left_out(block)]
        # Whoever opens a section is told why nothing is in it.
        found = "".join(map(block_html, told if told or not section.is_folded else blocks))
    except CompkitError as error:
        found = f"<p>{escape(str(error))}</p>"
    if is_wanted():
        section.html = found
        if not section.is_folded:
            section.is_empty = not found
    return next((_spoken(one) for one in blocks if isinstance(one, Headline)), "")


def _is_left_out(block: Any) -> bool:
    """Whether a block only says why something is missing, which pages don't show."""
    return isinstance(block, Notes) and block.kind == "left-out"


def _spoken(headline: Headline) -> str:
    """Put a headline into a sentence or two: the decision, and its first figure."""
    figures = [f"{card.label}: {card.figure}." for card in headline.cards[:1]]
    return " ".join([*headline.decision[:1], *figures])
