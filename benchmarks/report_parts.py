"""Where a report's time goes once everything is warm: milliseconds in its cells, its page, its cleaning, its writing.

Run it with `python benchmarks/report_parts.py` or `make bench`. Each notebook's cells run in this process, first once
unmeasured, then twice; the shorter time counts. It is the processor's time, which other work on the machine disturbs
less. What several blocks of a notebook need is worked out for the first of them, and counts there.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from time import process_time
from typing import Any

import nbformat
from IPython.core.formatters import DisplayFormatter

from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.notebooks import DEFAULT_NOTEBOOKS, notebook_directory
from compkit.batch.publish.files import write_atomically
from compkit.batch.run.cleaning import clean_notebook
from compkit.report.page.html import report_html
from compkit.report.page.warming import warm
from compkit.report.show.blocks import Picture

KINDS = ("calculation", "tables", "pictures")
PARTS = (*KINDS, "cleaning", "page", "writing")
N_RUNS = 2
AS_REPORTS_ARE_RUN = {"show_controls": False}


def seconds_of_cells(notebook: nbformat.NotebookNode, formatter: DisplayFormatter) -> dict[str, float]:
    """Run a notebook's cells, put in what they give, and return the time of each kind of them [s]."""
    seconds: dict[str, float] = defaultdict(float)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        statements, shown = parsed(cell.source)
        start = process_time()
        exec(statements, names)  # noqa: S102  the kit's own notebooks
        block = eval(shown, names) if shown else None  # noqa: S307
        data, metadata = formatter.format(block) if block is not None else ({}, {})
        seconds[kind_of(block)] += process_time() - start
        if "parameters" in cell.metadata.get("tags", ()):
            names |= AS_REPORTS_ARE_RUN
        cell.outputs = [nbformat.v4.new_output("execute_result", data, metadata=metadata)] if data else []
    return seconds


def parsed(source: str) -> tuple[Any, Any]:
    """Return a cell's statements and, where its last line is an expression that it shows, that expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    shown = compile(ast.Expression(last.value), "cell", "eval") if isinstance(last, ast.Expr) else None
    return compile(tree, "cell", "exec"), shown


def kind_of(block: object) -> str:
    """Return what a cell counts as by what it shows."""
    if block is None:
        return "calculation"
    return "pictures" if isinstance(block, Picture) else "tables"


def seconds_of_parts(path: Path, folder: Path, formatter: DisplayFormatter) -> Mapping[str, float]:
    """Return how long each part of one report takes [s]."""
    notebook = notebook_source(path)
    seconds = seconds_of_cells(notebook, formatter)

    def timed(part: str, make: Callable[[], Any]) -> Any:
        start = process_time()
        made = make()
        seconds[part] += process_time() - start
        return made

    clean = timed("cleaning", lambda: clean_notebook(notebook))
    page = timed("page", lambda: report_html(clean, title=path.stem))
    timed("writing", lambda: write_atomically(folder / f"{path.stem}.html", page))
    timed("writing", lambda: write_atomically(folder / path.name, notebook_text(clean)))
    return seconds


def main() -> int:
    """Time each notebook's parts and print a line for each."""
    notebooks = notebook_directory()
    os.chdir(notebooks)
    formatter = DisplayFormatter()
    start = process_time()
    warm()
    print(f"warming, once a process: {1000 * (process_time() - start):.0f} ms")
    print(f"{'milliseconds':18}{''.join(f'{part:>13}' for part in (*PARTS, 'all'))}")
    with tempfile.TemporaryDirectory() as folder:
        for name in DEFAULT_NOTEBOOKS:
            path = notebooks / f"{name}.ipynb"
            _, *runs = [seconds_of_parts(path, Path(folder), formatter) for _ in range(1 + N_RUNS)]
            best = [1000 * min(run.get(part, 0.0) for run in runs) for part in PARTS]
            print(f"{name:18}{''.join(f'{part:13.0f}' for part in (*best, sum(best)))}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
