"""The whole kit as one widget, in the start notebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from compkit.notebook.site import Site
from compkit.offers import OffersDraft
from compkit.paydata import find_pay_store
from compkit.periods import parse_report_date


def start(offers_file: str, answer: Any = None, *, candidate: str | None = None, report_date: str | None = None) -> Any:
    """Build the kit as one widget on an offers file that is opened and saved in the current folder.

    Offers are held against your own store of pay data, if there is one.

    Parameters
    ----------
    offers_file : str
    answer : Block, optional
        Shown until the widget lives, as in a notebook that has not been run.
    candidate : str, optional
        Whose offers come first: an id of `candidates`, or a name.
    report_date : str, optional
        YYYY-MM-DD, today by default.

    Raises
    ------
    InputError
        If the file can't be edited.
    """
    path = Path(offers_file)
    today = parse_report_date(report_date) if report_date else None
    draft, store = OffersDraft.load(path.name, path.read_bytes()), find_pay_store(None, [offers_file])
    made = Site(draft, folder=Path(), today=today, store=store)
    person = next((one for one in made.space.people if candidate in (one.candidate_id, one.name)), None)
    made.space.change(person_id=person.folder if person else None)
    made.widget.first_paint = answer._repr_html_() if answer else ""
    return made.widget
