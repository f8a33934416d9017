"""What makes reports cheap changes nothing that they show, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter

from compkit.analysis.evaluation import Evaluation, load_evaluation
from compkit.reference.tables import Tables, load_tables, records
from compkit.report import pay_by_year
from compkit.report.offer.equity_tables import simulated_pay
from compkit.report.page.html import _exporter, report_html
from compkit.report.show.blocks import Column, Table

ROOT = Path(__file__).resolve().parents[2]
WARMED = """
import io, os, sys
import matplotlib, numpy
from compkit.report.page.html import _exporter
from compkit.report.show.templating import template_environment
from compkit.report.page.warming import warm
from compkit.reference.tables import load_tables

def left_behind():
    state = numpy.random.get_state()
    drawn = sys.modules.get("matplotlib.pyplot")
    return {
        "threads": len(os.listdir("/proc/self/task")),
        "open files": sorted(os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]),
        "settings": dict(matplotlib.rcParams),
        "random numbers": (state[0], state[1].tolist(), state[2:]),
        "figures": drawn.get_fignums() if drawn else [],
    }

def kept():
    made = [function.cache_info().currsize for function in (_exporter, template_environment, load_tables)]
    return [*made, len(load_tables()._derived), len(load_tables()._rows)]

before = left_behind()
warm()
first = kept()
warm()
after = left_behind()
for what in before:
    assert before[what] == after[what], (what, before[what], after[what])
assert after["threads"] == 1, after["threads"]
assert all(first) and kept() == first, (first, kept())

print("nothing left behind")
"""


@pytest.fixture(scope="module")
def evaluation() -> Evaluation:
    """Return the first sample offer, worked out."""
    sample = str(ROOT / "data" / "offers" / "sample.yaml")
    return load_evaluation(sample, "amazon-l6-seattle-before", report_date="2026-11-22")


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux, which counts threads and open files")
def test_warming_leaves_nothing_behind_but_what_it_made() -> None:
    """It may be done twice, and children that draw at once do not read each other's fonts."""
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", WARMED], capture_output=True, text=True, env=environment)
    assert done.stdout == "nothing left behind\n", done.stderr


def test_a_page_is_the_document_that_nbconvert_makes(evaluation: Evaluation) -> None:
    """Its second reading of a page of ours changes how text is written, and nothing that it says."""
    table = Table(pd.DataFrame({"a": ["<b> & \"quoted\" 'text'"]}), [Column("a", "A < B")], "Caption & more")
    drawn, told = pay_by_year(evaluation)._repr_mimebundle_()
    outputs = [
        nbformat.v4.new_output("display_data", {"text/html": table._repr_html_(), "text/plain": repr(table)}),
        nbformat.v4.new_output("display_data", drawn, metadata=told),
        nbformat.v4.new_output("stream", text="10%\r100%\na < b\n"),
    ]
    cells = [nbformat.v4.new_markdown_cell("# Why & *how*"), nbformat.v4.new_code_cell(outputs=outputs)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    theirs, _ = HTMLExporter.from_notebook_node(_stock_reading(), notebook, {"metadata": {"name": "T & t"}})
    assert str(BeautifulSoup(report_html(notebook, title="T & t"), "html.parser")) == theirs


def _stock_reading() -> HTMLExporter:
    """Return our exporter as nbconvert would have it, which reads every page twice and preprocesses all it can."""
    config = _exporter().config.copy()
    del config.HTMLExporter["default_preprocessors"]
    return HTMLExporter(config=config)


@pytest.mark.parametrize(
    "cell",
    [
        nbformat.v4.new_markdown_cell('<img src="data:,">'),
        nbformat.v4.new_code_cell(
            outputs=[nbformat.v4.new_output("display_data", {"text/html": "<IMG src='data:,'>"})]
        ),
    ],
)
def test_a_picture_of_somebody_elses_html_still_gets_an_alt_text(cell: nbformat.NotebookNode) -> None:
    """Both in their prose and in what their cells show."""
    page = BeautifulSoup(report_html(nbformat.v4.new_notebook(cells=[cell]), title="T"), "html.parser")
    assert [image["alt"] for image in page.select("img")] == ["No description has been provided for this image"]


def test_the_rows_of_a_table_are_those_of_its_frame_made_once() -> None:
    """What is missing is None in both."""
    tables = Tables()
    assert tables.rows("bands") == records(tables["bands"])
    assert tables.rows("bands") is tables.rows("bands")
    assert {row["pros"] for row in tables.rows("companies") if row["company"] == "Amazon"} == {None}


def test_what_is_derived_from_tables_is_made_once_for_each() -> None:
    """Other tables have their own."""
    made = []

    def count(tables: Tables) -> int:
        made.append(tables)
        return len(made)

    one, other = Tables(), Tables()
    assert [one.derived(count), one.derived(count), other.derived(count)] == [1, 1, 2]


def test_the_same_paths_are_simulated_once_and_cannot_be_changed(evaluation: Evaluation) -> None:
    """Another seed has others."""
    assert simulated_pay(evaluation) is simulated_pay(evaluation, n_paths=10_000, seed=0)
    assert not np.array_equal(simulated_pay(evaluation), simulated_pay(evaluation, seed=1))
    with pytest.raises(ValueError, match="read-only"):
        simulated_pay(evaluation)[0] = 0.0


def test_tables_are_read_in_one_place() -> None:
    """The process has one set of them, so that what is derived is shared by all reports."""
    assert load_tables() is load_tables()
