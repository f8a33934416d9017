"""The whole site in one widget: what the app and a notebook show. For now one figure of one offer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ipywidgets

from compkit.analysis import load_evaluation
from compkit.notebook.browser import Browser
from compkit.offers import load_offers
from compkit.reference import data_directory

_SAMPLE = "offers/sample.yaml"


class _Site(ipywidgets.VBox):  # type: ignore[misc]  # its package is untyped
    """Widgets, and what a page shows until they live: HTML without scripts, escaped."""

    first_paint = ""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data = super()._repr_mimebundle_(**options)
        return (data[0] if isinstance(data, tuple) else data) | {"text/html": self.first_paint}


def site(offers_file: str | None = None) -> Any:
    """Build the site on an offers file, by default the sample."""
    path = offers_file or str(data_directory() / _SAMPLE)
    evaluation = load_evaluation(path, load_offers(path).ids[0])
    browser = Browser(upload_label="Open an offers file")
    salary = ipywidgets.Text(description="Base salary", value=f"{evaluation.offer.base_salary:.0f}")
    figure = ipywidgets.HTML()
    page = ipywidgets.Label()

    def show(_: object = None) -> None:
        page.value = f"Page: {browser.page}. Today: {browser.today}."
        try:
            offered = evaluation.offer.model_copy(update={"base_salary": float(salary.value.replace(",", ""))})
        except ValueError:
            figure.value = "Type an amount."
            return
        tried = replace(evaluation, entry=replace(evaluation.entry, offer=offered))
        figure.value = f'<strong class="figure">${tried.summary["total"]:,.0f}</strong> over 4 years'

    def restore(change: Any) -> None:
        salary.value = change["new"]

    def keep(change: Any) -> None:
        browser.draft = change["new"]

    browser.observe(restore, "restored")
    browser.observe(show, ["today", "page"])
    salary.observe(keep, "value")
    salary.observe(show, "value")
    show()
    whole = _Site([browser, page, salary, figure])
    whole.first_paint = f"<p>{figure.value}</p>"
    return whole
