"""The whole kit in one widget, over one set of offers: what the app and the start notebook show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets

from compkit.errors import InputError
from compkit.market import PayStore
from compkit.notebook.browser import Browser
from compkit.notebook.disclosure import text_button
from compkit.notebook.editor import OfferEditor
from compkit.notebook.inputs import ChoiceField
from compkit.notebook.live_box import LiveBox
from compkit.notebook.notices import Notices
from compkit.notebook.page_names import PAGES
from compkit.notebook.practice import PracticeDesk
from compkit.notebook.views.bound import BoundFields
from compkit.notebook.views.letter import LetterDesk
from compkit.notebook.views.page import Page, fields_box
from compkit.notebook.views.pages import (
    compare_page,
    decide_page,
    evaluate_page,
    negotiate_page,
    place_page,
    weeks_page,
)
from compkit.notebook.workspace import Workspace
from compkit.offers import OffersDraft, Place
from compkit.process import calendar_file
from compkit.reference import load_tables
from compkit.report import CAUTION, calendar_items, site_style

_SHEET = Path(__file__).with_name("site.css")
_INTRO = (
    "<h2>Your offers</h2><p>Enter your offers one at a time. Once one has a company, level, location and base salary, "
    "its figures appear below the form. {keeps}</p>"
)
_ONE_OFFER = ("evaluate", "place", "negotiate")


class Site:
    """The pages over one workspace, and one to practice on.

    The page in sight follows every change, the others when they are opened.

    Parameters
    ----------
    draft : OffersDraft
    browser : Browser, optional
        Tells the page and the visitor's date, and keeps the draft through a reload.
    folder : Path, optional
        Where files are opened and saved; by default nowhere: they are uploaded and downloaded.
    today : date, optional
        By default the browser's.
    store : Path, optional
        Store of pay data that offers are held against; by default none.
    """

    def __init__(
        self,
        draft: OffersDraft,
        browser: Browser | None = None,
        *,
        folder: Path | None = None,
        today: dt.date | None = None,
        store: Path | None = None,
    ) -> None:
        # A draft that the browser has kept is restored only onto the text that it began from.
        self.browser = browser or Browser(storage_key=sha256(draft.text.encode()).hexdigest()[:16])
        tables = load_tables()
        pay_store = PayStore(store, tables) if store else None
        self.space = Workspace(draft, today or self.browser.date, tables, pay_store=pay_store)
        self._fields = BoundFields()
        self._letter = LetterDesk(self.space, self._fields, self.browser)
        calendar = ipywidgets.Button(description="Download calendar", tooltip="A .ics file with tasks and deadlines")
        calendar.on_click(lambda _: self._download_calendar())
        fields, space = self._fields, self.space
        self._pages: Mapping[str, Page | PracticeDesk] = {
            "decide": decide_page(space),
            "evaluate": evaluate_page(space, fields, [text_button("Rate this offer", self._rate)]),
            "compare": compare_page(space, fields),
            "place": place_page(space, fields),
            "negotiate": negotiate_page(space, fields, self._letter.widget),
            "weeks": weeks_page(space, [calendar]),
            "practice": PracticeDesk(self.browser),
        }
        self._notices = Notices(space, self._reveal, self._reload_editor, self._tell)
        self._person = ChoiceField("Person", {}, None)
        fields.add(self._person, lambda: space.person.folder if space.person else None,
                   lambda chosen: space.change(person_id=chosen))  # fmt: skip
        fields.offer(self._person, lambda: space.people_names)
        self._offer = ChoiceField("Offer", {}, None)
        fields.add(self._offer, lambda: space.entry.offer.id if space.person else None,
                   lambda chosen: space.change(offer_id=chosen))  # fmt: skip
        fields.offer(self._offer, lambda: space.names)
        self._menu = ipywidgets.ToggleButtons(
            options=[(name.capitalize(), name) for name in PAGES], value=self.browser.page, description="Page"
        )
        self._menu.add_class("ck-menu")
        self._reset_button = text_button("Reset what you tried", self._reset)
        self._holder, self._editor_box = ipywidgets.VBox(), ipywidgets.VBox()
        self._editor: OfferEditor | None = None
        self._so_far, self._last_told, self._is_alive = ipywidgets.HTML(), "", False
        self._so_far.add_class("ck-so-far")
        self._folder = folder
        keeps = (
            "Save the file when you are done."
            if folder
            else "Download the file to keep it; closing this tab discards it."
        )
        self._intro = ipywidgets.HTML(_INTRO.format(keeps=keeps))
        self._edit = ipywidgets.Button(tooltip="Enter or change offers, open a file, save")
        self._edit.on_click(lambda _: self._show_editor(is_shown=not self._editor_box.children))
        sheet = f"{site_style()}{_SHEET.read_text(encoding='utf-8')}"
        foot = ipywidgets.HTML(f'<footer class="ck-foot"><p>{CAUTION}</p></footer>')
        style = ipywidgets.HTML(f"<style>{sheet}</style>", layout={"display": "none"})
        chosen = fields_box([self._person.widget, self._offer.widget])
        self.widget = LiveBox([
            style, self.browser, self._menu, chosen, self._edit, self._editor_box, self._so_far, self._notices.widget,
            self._holder, self._reset_button, foot,
        ], "To enter your offers, choose Run > Run All Cells.")  # fmt: skip
        self.widget.add_class("ck-site")
        self._menu.observe(lambda change: self._go(change["new"]), "value")
        self.browser.observe(lambda change: self._go(change["new"]), "page")
        if today is None:
            self.browser.observe(lambda _: space.change(today=self.browser.date), "today")
        self.browser.observe(lambda change: self._restore(change["new"]), "restored")
        space.observe(self._update)
        self._show_editor(is_shown=not space.people)
        self._go(self.browser.page)
        self._is_alive = True
        self.widget.first_paint = f"<style>{site_style()}</style>{self.page.answer}"

    @property
    def page(self) -> Page | PracticeDesk:
        """The page in sight."""
        return self._pages[self._menu.value]

    def _go(self, name: str) -> None:
        self._menu.value = self.browser.page = name
        self.browser.title = f"{name.capitalize()} - compkit"
        self._holder.children = [self.page.widget]
        self._update()

    def _show_editor(self, *, is_shown: bool) -> None:
        if is_shown and self._editor is None:
            download = None if self._folder else self.browser.download_named
            self._editor = OfferEditor(self.space, folder=self._folder, download=download)
        if is_shown and self._editor and self.space.person:
            self._editor.show(self.space.entered.offer.id)
        self._editor_box.children = [self._intro, self._editor.widget] if is_shown and self._editor else []
        self._edit.description = "Close your offers" if is_shown else "Edit your offers"
        self._show_choices()
        self._follow()

    def _reveal(self, place: Place) -> None:
        """Open the editor at a place of the file."""
        if not self._editor_box.children:
            self._show_editor(is_shown=True)
        if self._editor:
            self._editor.reveal(place)

    def _rate(self) -> None:
        """Open the editor at the chosen offer's ratings."""
        if self.space.person is None:
            return
        chosen = self.space.entered.offer.id
        position = self.space.draft.ids.index(chosen)
        for matrix in ("decision", "risk"):
            self._reveal(("offers", position, "scores", matrix))

    def _reload_editor(self) -> None:
        if self._editor:
            self._editor.reload()

    def _show_choices(self) -> None:
        """Show the choice of person and offer where it matters; the open editor has its own, practice needs none."""
        for one in (self._edit, self._editor_box, self._notices.widget):
            one.layout.display = "none" if self._menu.value == "practice" else None
        is_closed, is_of_one = not self._editor_box.children, self._menu.value in _ONE_OFFER
        self._person.widget.layout.display = "" if is_closed and len(self.space.people) > 1 else "none"
        self._offer.widget.layout.display = "" if is_closed and is_of_one and self.space.person else "none"

    def _update(self) -> None:
        self.browser.draft = self.space.draft.text
        self._fields.refresh()
        self._show_choices()
        self._notices.update()
        self._reset_button.layout.display = "" if self.space.is_tried else "none"
        self.page.update()
        self._follow()
        if self._menu.value == "negotiate":
            self._letter.update()

    def _follow(self) -> None:
        """Tell the page's answer beside the form, and, if it is another one, to a screen reader."""
        answer = " ".join(filter(None, [self.page.spoken, self._notices.left_out])) if self.page.spoken else ""
        is_shown = bool(answer and self._editor_box.children)
        self._so_far.value = f"<p>{escape(answer)}</p>" if is_shown else ""
        self._so_far.layout.display = "" if is_shown else "none"
        if answer and self._is_alive and answer != self._last_told:
            self.browser.announce(answer)
        self._last_told = answer or self._last_told

    def _reset(self) -> None:
        self.space.reset()
        self._tell("Everything is as you entered it.")

    def _tell(self, text: str) -> None:
        """Say what a button did that is gone now, and give its focus to one that stays."""
        self.browser.announce(text)
        self._edit.focus()

    def _restore(self, text: str) -> None:
        if text and text != self.space.draft.text:
            try:
                self.space.draft.text = text
            except InputError as error:
                self.browser.announce(str(error), "assertive")
            else:
                self._reload_editor()
                self.space.changed()
                if self.space.people and not self._notices.left_out:
                    self._show_editor(is_shown=False)

    def _download_calendar(self) -> None:
        if self.space.person:
            weeks = self.space.weeks
            content = calendar_file(calendar_items(weeks), weeks.today)
            self.browser.download(content, "hiring-process.ics", "text/calendar")


def site(offers_file: str | None = None, store: str | None = None) -> Any:
    """Build the whole kit as one widget, on an offers file or on an empty one, with a store of pay data or without.

    Raises
    ------
    InputError
        If the file can't be edited.
    """
    path = Path(offers_file) if offers_file else None
    draft = OffersDraft.load(path.name, path.read_bytes()) if path else OffersDraft()
    return Site(draft, store=Path(store) if store else None).widget
