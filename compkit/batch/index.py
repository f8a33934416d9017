"""The page that leads to all reports of a run, and the files beside it that say the same to programs."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import platform
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

import compkit
from compkit.batch.files import write_whole
from compkit.batch.results import BatchRun, OfferLine
from compkit.batch.summary import HEADINGS, MONEY, heading, plain, summary_csv, summary_keys, summary_xlsx
from compkit.batch.targets import RUN_FILE, RUN_SCHEMA_ID
from compkit.report.templating import template_environment
from compkit.report.text import UNKNOWN, day, usd

_IN_NAME = ("company", "level", "location")
_NOT_BEFORE_TAX = {
    "net": "an average year's pay less tax",
    "purchasing_power": "the same at average US prices",
    "set_aside": "tax that nobody withholds",
}
_NUMERIC = MONEY | {"n_warnings", "n_deal_breakers"}


def write_summaries(run: BatchRun) -> None:
    """Write index.html, summary.csv, summary.xlsx and run.json into the reports' folder, each whole."""
    write_whole(run.directory / "summary.csv", summary_csv(run))
    write_whole(run.directory / "summary.xlsx", summary_xlsx(run))
    write_whole(run.directory / RUN_FILE, run_json(run))
    write_whole(run.index, index_html(run))


def run_json(run: BatchRun) -> str:
    """Return run.json: what was run, with what, and what came of each report."""
    record = {
        "schema": RUN_SCHEMA_ID,
        "compkit_version": compkit.__version__,
        "python_version": platform.python_version(),
        "report_on": run.report_on.isoformat(),
        "parameters": dict(run.parameters),
        "notebooks": list(run.notebooks),
        "inputs": [dict(file) for file in run.inputs],
        **run.as_json(),
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def index_html(run: BatchRun) -> str:
    """Return the page: one table of all offers, with links to their reports; it needs no other file and no network."""
    keys = [key for key in summary_keys(run.lines) if key not in _IN_NAME]
    environment = template_environment("compkit.batch", "templates")
    style, script = (Markup(environment.get_template(name).render()) for name in ("index.css", "index.js"))  # noqa: S704 - our own files
    return environment.get_template("index.html.j2").render(
        run=run,
        report_on=day(run.report_on),
        version=compkit.__version__,
        amounts=_amounts_in_words(keys),
        columns=[{"heading": heading(key, run), "is_numeric": key in _NUMERIC} for key in keys],
        rows=[_row(line, keys, run) for line in run.lines],
        style=style,
        script=script,
        script_hash=_content_hash(script),
        failed_word="1 report failed" if run.n_failed == 1 else f"{run.n_failed} reports failed",
    )


def _amounts_in_words(keys: Sequence[str]) -> str:
    """Return what the columns of money are: pay before tax, but for those that tell of tax."""
    other = [f"“{HEADINGS[key]}” is {what}" for key, what in _NOT_BEFORE_TAX.items() if key in keys]
    return f"{'; '.join(['Amounts in USD before tax', *other])}."


def _row(line: OfferLine, keys: Sequence[str], run: BatchRun) -> dict[str, Any]:
    """Return a row: the offer's name, made of company, level and location, and its cells with their headings."""
    name = ", ".join(str(line.values[key]) for key in _IN_NAME if line.values.get(key))
    return {"line": line, "name": name, "cells": [_cell(line, key) | {"heading": heading(key, run)} for key in keys]}


def _content_hash(script: str) -> str:
    """Return what the page's policy names its one script by, so that no other runs."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"


def _cell(line: OfferLine, key: str) -> dict[str, Any]:
    """Return a cell as it is shown, and the value that the column sorts by."""
    value = plain(line.values.get(key))
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is None or value == "":
        shown, sort_by = UNKNOWN, ""
    elif key in MONEY and is_number:
        shown, sort_by = usd(value), repr(value)
    elif is_number:
        shown, sort_by = f"{value:,g}", repr(value)
    else:
        shown, sort_by = (_day_or_text(value) if key == "deadline" else str(value)), str(value)
    tone = _tone(key, value)
    return {"key": key, "shown": shown, "sort_by": sort_by, "is_numeric": key in _NUMERIC or is_number, "tone": tone}


def _day_or_text(value: Any) -> str:
    try:
        return day(dt.date.fromisoformat(str(value)))
    except ValueError:
        return str(value)


def _tone(key: str, value: Any) -> str:
    """Return how a verdict is marked, beside its words."""
    if key in ("n_warnings", "n_deal_breakers"):
        return "bad" if value and key == "n_deal_breakers" else "warn" if value else ""
    return {
        ("market_verdict", "below"): "warn",
        ("market_verdict", "above"): "good",
        ("risk_verdict", "low"): "good",
        ("risk_verdict", "moderate"): "warn",
        ("risk_verdict", "high"): "bad",
        ("decision_verdict", "strong accept"): "good",
        ("decision_verdict", "negotiate or decline"): "warn",
        ("decision_verdict", "decline"): "bad",
    }.get((key, value if isinstance(value, str) else ""), "")
