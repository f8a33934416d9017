"""What the fork server does once, so that no report has to."""

from __future__ import annotations

import nbformat

from compkit.api import read_offers
from compkit.batch.run import report_job
from compkit.batch.run.cleaning import clean_notebook
from compkit.report import report_html, warm

__all__ = ["read_offers", "report_job", "warm_up"]


def warm_up(executed: nbformat.NotebookNode) -> None:
    """Make a page and every block of a report.

    Parameters
    ----------
    executed : NotebookNode
        A small executed notebook.
    """
    report_html(clean_notebook(executed), title="")
    warm()
