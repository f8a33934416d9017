"""The page that links to all reports, and the same data as files for programs."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

import compkit
from compkit.batch.folder.index_table import day_or_text, index_table, offer_url, report_label
from compkit.batch.folder.people_table import label_of, people_table
from compkit.batch.folder.results import PEOPLE_FOLDER, BatchRun, PersonLine
from compkit.batch.folder.summary import HEADINGS, summary_csv, summary_xlsx
from compkit.batch.folder.summary_parquet import summary_parquet
from compkit.batch.publish.files import private_folder, write_atomically
from compkit.batch.publish.targets import RUN_FILE, RUN_SCHEMA_ID
from compkit.report import CAUTION, EDUCATION, UNKNOWN, day, template_environment, usd

ROWS_A_PAGE = 100
MORE_ROWS = (500, 2_000)
"""Other numbers of rows per page, for printing and the browser's search."""
FEW = 10
"""Up to this many offers, the page has no search, filters or sorting."""

_WHAT_COLUMNS_HOLD = {
    "net": "an average year's pay less tax where you would live, over the years of the reports",
    "paper": "the sum over all years of the reports",
}


def write_summaries(run: BatchRun) -> None:
    """Write index.html, summary.csv, .parquet and .xlsx, and run.json, each whole.

    The workbook takes longest: during the run it is left out, and an old one removed so that all files agree.
    """
    workbook = run.directory / "summary.xlsx"
    if run.is_running:
        workbook.unlink(missing_ok=True)
    else:
        write_atomically(workbook, summary_xlsx(run))
    write_atomically(run.directory / "summary.csv", _as_utf8(summary_csv(run)))
    write_atomically(run.directory / "summary.parquet", summary_parquet(run))
    write_atomically(run.directory / RUN_FILE, _as_utf8(run_json(run)))
    for person in run.people:
        if person.page:
            folder = private_folder(private_folder(run.directory / PEOPLE_FOLDER) / Path(person.folder).name)
            write_atomically(folder / Path(person.page).name, _as_utf8(person_html(run, person)))
    write_atomically(run.index, _as_utf8(index_html(run)))


def person_html(run: BatchRun, person: PersonLine) -> str:
    """HTML of a person's own page: the decision and their jobs, and nobody else's."""
    environment = template_environment("compkit.batch.folder", "templates")
    return environment.get_template("person_page.html.j2").render(
        person=person,
        label=label_of(person),
        style=Markup(environment.get_template("index.css").render()),  # noqa: S704 - our own file
        url=lambda path: f"../../{quote(path)}",
        report_label=report_label,
        titles=run.titles,
        in_words=InWords,
        report_date=day(run.report_date),
        caution=CAUTION,
        version=compkit.__version__,
    )


class InWords:
    """How the person's page formats what was recorded."""

    usd = staticmethod(usd)

    @staticmethod
    def day(text: str) -> str:
        """Day in words, if the text is one."""
        return day_or_text(text)


def run_json(run: BatchRun) -> str:
    """Text of run.json: the run's inputs and results, one line per report."""
    record = {
        "schema": RUN_SCHEMA_ID,
        "compkit_version": compkit.__version__,
        "python_version": platform.python_version(),
        "report_on": run.report_date.isoformat(),
        "parameters": dict(run.parameters),
        "notebooks": list(run.notebooks),
        "inputs": [dict(file) for file in run.inputs],
        "n_waiting": run.n_waiting,
    }
    about = json.dumps(record, indent=2, ensure_ascii=False).removesuffix("\n}")
    in_json = json.JSONEncoder(ensure_ascii=False).encode
    reports = ",".join(f"\n    {in_json(report)}" for report in run.as_json()["reports"])
    return f'{about},\n  "reports": [{reports}\n  ]\n}}\n'


def _as_utf8(text: str) -> bytes:
    """Bytes of a text; lone surrogates, which a notebook may record, become question marks."""
    return text.encode("utf-8", errors="replace")


def index_html(run: BatchRun) -> str:
    """HTML of the page: a table of all offers with links to their reports; it needs no other file and no network.

    The page holds the first rows as HTML and all rows as data, which its script searches, sorts and pages through.
    Without scripts it shows the first rows and says where the rest is.
    """
    table, people = index_table(run), people_table(run)
    is_about_one = len(run.people) == 1 and len(run.people[0].offers) == len(run.lines)
    environment = template_environment("compkit.batch.folder", "templates")
    style, script = (Markup(environment.get_template(name).render()) for name in ("index.css", "index.js"))  # noqa: S704 - our own files
    return environment.get_template("index.html.j2").render(
        run=run,
        only=run.people[0] if is_about_one else None,
        people=people if run.people and not is_about_one else None,
        people_rows=people.rows(ROWS_A_PAGE) if run.people else [],
        people_data=Markup(people.as_json()) if run.people else "",  # noqa: S704 - it holds no "<"
        more_people=_more_rows(len(run.people)),
        n_rows=table.n_rows,
        table=table,
        filters=[(number, column, column.choices) for number, column in enumerate(table.columns) if column.choices],
        rows=table.rows(ROWS_A_PAGE),
        data=Markup(table.as_json()),  # noqa: S704 - it holds no "<"
        rows_a_page=ROWS_A_PAGE,
        more_rows=_more_rows(table.n_rows),
        few=FEW,
        unknown=UNKNOWN,
        offer_url=offer_url,
        report_label=report_label,
        url=quote,
        in_words=InWords,
        report_date=day(run.report_date),
        progress=_progress(run),
        caution=CAUTION,
        education=EDUCATION,
        version=compkit.__version__,
        amounts=_amounts_in_words([column.key for column in table.columns]),
        style=style,
        script=script,
        script_hash=_content_hash(script),
        failed=_failed(run),
    )


def _more_rows(n: int) -> list[int]:
    """Other numbers of rows per page to choose from."""
    return [some for some in MORE_ROWS if some < n] + [min(n, MORE_ROWS[-1])]


def _failed(run: BatchRun) -> str:
    """How many of the listed reports failed, in words; empty for none."""
    listed = [*run.general_results, *(report for line in run.lines for report in line.all_reports)]
    n = len({(report.folder, report.notebook) for report in listed if report.status == "failed"})
    return "" if not n else "1 report failed" if n == 1 else f"{n:,} reports failed"


def _progress(run: BatchRun) -> str:
    """How far a running batch is, in words; empty once it has ended."""
    if not run.n_waiting:
        return ""
    n_done = len(run.results)
    when = f", at {run.written_at:%H:%M} on {day(run.written_at)}" if run.written_at else ""
    return f"Not finished: {n_done:,} of {n_done + run.n_waiting:,} reports were done when this was written{when}."


def _amounts_in_words(keys: Sequence[str]) -> str:
    """Say what the money columns hold: pay before tax, with exceptions."""
    other = [f"“{HEADINGS[key]}” is {what}" for key, what in _WHAT_COLUMNS_HOLD.items() if key in keys]
    return f"{'; '.join(['Amounts in USD before tax', *other])}."


def _content_hash(script: str) -> str:
    """Hash by which the page's policy admits its only script."""
    digest = hashlib.sha256(script.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
