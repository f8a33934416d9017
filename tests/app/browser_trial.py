"""The cell of a notebook that tries everything a Browser does."""

import ipywidgets

from compkit.notebook import Browser, Upload

browser = Browser(title="Trial")
note = ipywidgets.Text(description="Note")
told = ipywidgets.Label()
told.add_class("told")
actions = {
    "Copy": lambda: browser.copy("Hi Sam,\n$175,000", "Letter copied."),
    "Save": lambda: browser.download(b"a,b\n1,2\n", "offers.csv", "text/csv"),
    "Announce": lambda: browser.announce("Total changed."),
    "Weeks": lambda: setattr(browser, "page", "weeks"),
}


def button(name):
    made = ipywidgets.Button(description=name)
    made.on_click(lambda _: actions[name]())
    return made


def tell(_=None):
    told.value = f"page {browser.page}, date {browser.date}, draft {browser.draft!r}, restored {browser.restored!r}"


def keep(change):
    browser.draft = change["new"]


def restore(change):
    note.value = change["new"]


def opened(name, content):
    note.value = f"{name}: {len(content)} bytes"


upload = Upload(opened, ".yaml", label="Open a file", max_bytes=1_000_000)
note.observe(keep, "value")
browser.observe(restore, "restored")
browser.observe(tell)
tell()
ipywidgets.VBox([browser, upload, note, told, *map(button, actions)])
