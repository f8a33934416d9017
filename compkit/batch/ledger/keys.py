"""What a report is made from, as hashes: the same key, the same report; what differs says what has changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import compkit
from compkit.batch.folder.documents import entered_values
from compkit.batch.folder.links import Link
from compkit.batch.ledger.fingerprint import NOT_CODE, NOT_TABLES, hash_files
from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.parameters import Scalar
from compkit.batch.planning import Report
from compkit.batch.run.cleaning import clean_notebook
from compkit.offers import OfferEntry
from compkit.reference.tables import data_directory

PARTS = ("offer", "prices", "other_offers", "notebook", "parameters", "day", "data", "code", "options")
"""The ingredients of a report. A part that a report does not have is an empty text."""

_PRICES = ("grant_price", "price_now", "price_on")
_IN_OTHER_PARTS = ("offers_file", "offer_id", "candidate", "report_date")


@dataclass(frozen=True, slots=True)
class Options:
    """How a batch writes its reports: what changes their files, but no figure.

    Parameters
    ----------
    keep_images : bool
        Whether notebooks keep the bytes of their pictures.
    with_pdf : bool
        Whether each page is also made as a PDF.
    """

    keep_images: bool = True
    with_pdf: bool = False


class CacheInputs:
    """The parts of a batch's reports, what several have in common hashed once.

    Parameters
    ----------
    given : mapping of str to scalar
        The batch's parameters, checked.
    report_date : date
    options : Options
    """

    def __init__(self, given: Mapping[str, Scalar], report_date: dt.date, options: Options) -> None:
        self._given, self._report_date = given, report_date
        self._options = _hash_of({name: getattr(options, name) for name in Options.__dataclass_fields__})
        self._data = hash_files(data_directory(), NOT_TABLES)
        self._notebooks: dict[str, str] = {}
        self._entries: dict[str, tuple[str, str, str]] = {}

    def parts(self, report: Report, links: Sequence[Link] = ()) -> dict[str, str]:
        """Return a report's parts by name, where its page leads to others.

        `offer` is the offer and its candidate but for the prices of shares, `prices` those. For a notebook about
        a person they are those of all their offers. `other_offers` is what stands beside the offer.
        """
        notebook = report.notebook
        left_out = [one.text for one in report.left_out]
        if report.entry:
            offer, prices, _ = self._of_entry(report.entry)
            others = [self._of_entry(entry)[2] for entry in report.others] + left_out
        else:
            found = [self._of_entry(entry) for entry in report.group]
            parts = [[one[0] for one in found] + left_out, [one[1] for one in found]]
            offer, prices = (_hash_of(part) if found else "" for part in parts)
            others = []
        parameters = report.parameters(self._given, self._report_date)
        own = {name: value for name, value in sorted(parameters.items()) if name not in _IN_OTHER_PARTS}
        if notebook.name not in self._notebooks:
            self._notebooks[notebook.name] = notebook_hash(notebook.path)
        return {
            "offer": offer,
            "prices": prices,
            "other_offers": _hash_of(others) if notebook.sees_other_offers else "",
            "notebook": self._notebooks[notebook.name],
            "parameters": _hash_of(own),
            "day": self._report_date.isoformat() if "report_date" in parameters else "",
            "data": self._data,
            "code": code_hash(),
            "options": _hash_of([self._options, links]) if links else self._options,
        }

    def _of_entry(self, entry: OfferEntry) -> tuple[str, str, str]:
        """Return the hashes of an offer without its prices, of these, and of the whole without its candidate."""
        if entry.offer.id not in self._entries:
            offer, rate = entered_values(entry.offer), entry.usd_rate
            whole = _hash_of([offer, rate])
            grants = offer.get("equity") or ()
            prices = [{name: grant.pop(name) for name in _PRICES if name in grant} for grant in grants]
            rest = _hash_of([offer, entered_values(entry.candidate), rate])
            self._entries[entry.offer.id] = rest, _hash_of(prices), whole
        return self._entries[entry.offer.id]


def report_key(report: Report, parts: Mapping[str, str]) -> str:
    """Return the one hash of all that a report is made from."""
    return _hash_of([*report.name, [parts[name] for name in PARTS]])


def notebook_hash(path: Path) -> str:
    """Return the hash of a notebook's source; what an earlier run has left in it does not count."""
    source = clean_notebook(notebook_source(path))
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return hashlib.sha256(notebook_text(source).encode("utf-8")).hexdigest()


@cache
def code_hash() -> str:
    """Return the hash of compkit itself, its version and its source, as they were when this process first asked."""
    return _hash_of([compkit.__version__, hash_files(Path(compkit.__file__).parent, NOT_CODE)])


def _hash_of(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
