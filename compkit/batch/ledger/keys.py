"""Hashes of a report's inputs: the same key means the same report, and differing parts say what changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import compkit
from compkit.batch.folder.documents import entered_values
from compkit.batch.folder.links import Link
from compkit.batch.ledger.fingerprint import NOT_CODE, NOT_TABLES, hash_files
from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.notebooks import PAY_STORE
from compkit.batch.parameters import Scalar
from compkit.batch.planning import Report
from compkit.batch.publish.files import file_sha256
from compkit.batch.run.cleaning import clean_notebook
from compkit.batch.run.jobs import RunOptions
from compkit.offers import OfferEntry
from compkit.reference import data_directory

PARTS = ("offer", "prices", "other_offers", "notebook", "parameters", "day", "data", "code", "options")
"""The inputs of a report. A part that does not apply is an empty text."""

_PRICES = ("grant_price", "price_now", "price_on")
_IN_OTHER_PARTS = ("offers_file", "offer_id", "candidate", "report_date")


class CacheInputs:
    """Hashes of the inputs of a batch's reports; shared inputs are hashed once.

    Parameters
    ----------
    given : mapping of str to scalar
        The batch's parameters, validated.
    report_date : date
    options : RunOptions
    """

    def __init__(self, given: Mapping[str, Scalar], report_date: dt.date, options: RunOptions) -> None:
        self._given, self._report_date = given, report_date
        names = ("keep_images", "with_pdf", "with_pdf_details")
        self._options = _hash({name: getattr(options, name) for name in names})
        self._data = hash_files(data_directory(), NOT_TABLES)
        self._notebooks: dict[str, str] = {}
        self._entries: dict[str, tuple[str, str, str]] = {}

    def parts(self, report: Report, links: Sequence[Link] = ()) -> dict[str, str]:
        """Hash of each part of a report whose page has these links.

        `offer` is the offer and its candidate without share prices, which are `prices`. For a notebook about a person
        they cover all offers of that person. `other_offers` is the rest of the report's group.
        """
        notebook = report.notebook
        left_out = [one.text for one in report.left_out]
        if report.entry:
            offer, prices, _ = self._entry_hashes(report.entry)
            others = [self._entry_hashes(entry)[2] for entry in report.others] + left_out
        else:
            found = [self._entry_hashes(entry) for entry in report.group]
            parts = [[one[0] for one in found] + left_out, [one[1] for one in found]]
            offer, prices = (_hash(part) if found else "" for part in parts)
            others = []
        parameters = report.parameters(self._given, self._report_date)
        own = {name: value for name, value in sorted(parameters.items()) if name not in _IN_OTHER_PARTS}
        if notebook.name not in self._notebooks:
            self._notebooks[notebook.name] = notebook_hash(notebook.path)
        return {
            "offer": offer,
            "prices": prices,
            "other_offers": _hash(others) if notebook.sees_other_offers else "",
            "notebook": self._notebooks[notebook.name],
            "parameters": _hash(own),
            "day": self._report_date.isoformat() if "report_date" in parameters else "",
            "data": self._data_of(own.get(PAY_STORE), report),
            "code": code_hash(),
            "options": _hash([self._options, links]) if links else self._options,
        }

    def _data_of(self, store: Scalar, report: Report) -> str:
        """Hash of the kit's tables, with a store of pay data if the report is about one, or what one says of offers."""
        path = Path(str(store or ""))
        more: list[Any] = [file_sha256(path)] if store and path.is_file() else []
        more += [entered_values(entry.reported) for entry in report.group if entry.reported]
        return _hash([self._data, *more]) if more else self._data

    def _entry_hashes(self, entry: OfferEntry) -> tuple[str, str, str]:
        """Hashes of an offer with its candidate but without prices, of its prices, and of the whole offer."""
        if entry.offer.id not in self._entries:
            offer, rate = entered_values(entry.offer), entry.usd_rate
            whole = _hash([offer, rate])
            grants = offer.get("equity") or ()
            prices = [{name: grant.pop(name) for name in _PRICES if name in grant} for grant in grants]
            rest = _hash([offer, entered_values(entry.candidate), rate])
            self._entries[entry.offer.id] = rest, _hash(prices), whole
        return self._entries[entry.offer.id]


def report_key(report: Report, parts: Mapping[str, str]) -> str:
    """One hash of all inputs of a report."""
    return _hash([*report.name, [parts[name] for name in PARTS]])


def notebook_hash(path: Path) -> str:
    """Hash of a notebook's source, without outputs."""
    source = clean_notebook(notebook_source(path))
    for cell in source.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return hashlib.sha256(notebook_text(source).encode("utf-8")).hexdigest()


@cache
def code_hash() -> str:
    """Hash of compkit's version and source, as of this process's first call."""
    return _hash([compkit.__version__, hash_files(Path(compkit.__file__).parent, NOT_CODE)])


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
