"""Sections of a page: folded behind their answer, open without one, gone with nothing to show."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from compkit.report import build_table, report_html
from compkit.report.show.blocks import Answer, Notes, RecordedFigures

TABLE = build_table("Pay", ["Year", ("Total", "usd")], [("Year 1", 270_000)])


def shown(block: Any) -> nbformat.NotebookNode:
    """Return the output of a cell that ends with the block, as IPython makes it."""
    bundle = block._repr_mimebundle_() if hasattr(block, "_repr_mimebundle_") else {}
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    if hasattr(block, "_repr_html_"):
        data = {**data, "text/html": block._repr_html_()}
    return nbformat.v4.new_output("display_data", data, metadata=metadata)


def page_of(*cells: str | Any) -> BeautifulSoup:
    """Return the page of cells: texts, and blocks that code cells show (None for a silent one)."""
    made = [
        nbformat.v4.new_markdown_cell(cell) if isinstance(cell, str)
        else nbformat.v4.new_code_cell(outputs=[] if cell is None else [shown(cell)])
        for cell in cells
    ]  # fmt: skip
    return BeautifulSoup(report_html(nbformat.v4.new_notebook(cells=made), title="T"), "html.parser")


def test_a_section_folds_behind_its_answer() -> None:
    page = page_of(
        "# Why?", "## What does it pay?\n\nBy year.", Answer("$270,000 in year 1."), TABLE, "## More\n\nText."
    )
    (fold,) = page.select("details.fold")
    assert fold.summary is not None
    assert fold.summary.get_text(" ", strip=True) == "What does it pay? $270,000 in year 1."
    assert [one.get_text(strip=True) for one in fold.select("h2, caption")] == ["What does it pay?", "Pay"]
    assert "By year." in fold.get_text()
    assert "open" not in fold.attrs
    assert "More" not in fold.get_text()
    assert "$270,000 in year 1." not in fold.select_one(".inside").get_text()  # type: ignore[union-attr]


def test_the_contents_lead_into_each_section() -> None:
    """Into a fold, so that a browser opens it."""
    page = page_of("# Why?", "## One\n\nA.", Answer("1."), TABLE, "## Two\n\nB.", TABLE)
    links = page.select("details.contents a")
    assert [link.get_text() for link in links] == ["One", "Two"]
    targets = [page.find(id=str(link["href"]).removeprefix("#")) for link in links]
    assert [target.find_parent("details") is not None for target in targets if target] == [True, False]


def test_a_section_without_an_answer_stays_open() -> None:
    page = page_of("## One\n\nA.", TABLE)
    assert page.select("details.fold") == []
    assert [one.get_text(strip=True) for one in page.select("h2, caption")] == ["One", "Pay"]


@pytest.mark.parametrize("silent", [None, Notes("Claim", ["The file quotes no total."]), RecordedFigures([], {})])
def test_a_section_about_nothing_leaves_the_page(silent: Any) -> None:
    page = page_of("# Why?", "## Does the claim hold up?\n\nText.", silent, "## Two\n\nB.", TABLE)
    assert [one.get_text() for one in page.select("h2")] == ["Two"]
    assert "claim" not in page.get_text().lower()


def test_an_answer_with_nothing_behind_it_is_a_line() -> None:
    page = page_of("# Why?", "## What if you leave?\n\nText.", Answer("It costs nothing."), None)
    assert page.select("details.fold") == []
    assert page.select_one(".fold").get_text(" ", strip=True) == "What if you leave? It costs nothing."  # type: ignore[union-attr]


def test_text_alone_stays() -> None:
    page = page_of("# Why?", "## A note\n\nOnly words.")
    assert "Only words." in page.get_text()


def test_entered_text_in_an_answer_is_no_markup() -> None:
    hostile = "<img src=x onerror=alert(1)> $5 & more"
    page = page_of(f"## {hostile}\n\nA.", Answer(hostile), TABLE)
    assert page.select("img") == []
    assert page.select_one("summary").get_text(" ", strip=True) == f"{hostile} {hostile}"  # type: ignore[union-attr]
