"""What a block's elements carry themselves: the sheet's own declarations, and the classes that MathJax leaves alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd
import pytest

from compkit.report.show.blocks import Card, Column, Headline, Notes, Table
from compkit.report.show.inline_styles import look, without_inline_styles
from compkit.report.show.words import CallPart, CallSheet, Words

TWO = "It pays $830,000 salary and $240,000 stock."
FRAME = pd.DataFrame({"text": ["a", TWO], "usd": [1000.0, 2000.0]})
BLOCKS: dict[str, Any] = {
    "table": Table(FRAME, [Column("text", "T"), Column("usd", "U", "usd")], TWO, TWO, is_last_row_total=True),
    "headline": Headline("T", TWO, [Card("L", "$1", TWO, "warn")], [TWO], TWO),
    "notes": Notes("N", [TWO], "assumptions"),
    "words": Words("W", TWO, "S", TWO),
    "sheet": CallSheet("C", TWO, [CallPart("P", [TWO], TWO)]),
}


def around_amounts(element: ET.Element, around: frozenset[str] = frozenset()) -> list[frozenset[str]]:
    """Return the classes in which each text with a dollar sign stands."""
    inside = around | frozenset(element.get("class", "").split())
    found = [inside] if "$" in (element.text or "") else []
    for child in element:
        found += around_amounts(child, inside)
        found += [inside] if "$" in (child.tail or "") else []
    return found


@pytest.mark.parametrize("name", BLOCKS)
def test_no_mathjax_reads_an_amount(name: str) -> None:
    """Version 3 leaves the one class out, version 2 the other; the text itself stays as it is, to be copied."""
    amounts = around_amounts(ET.fromstring(BLOCKS[name]._repr_html_().replace("<br>", "<br/>")))  # noqa: S314
    assert amounts
    assert all({"tex2jax_ignore", "mathjax_ignore"} <= classes for classes in amounts)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_page_has_the_look_in_its_sheet_alone(name: str) -> None:
    page = BLOCKS[name]._repr_html_()
    assert ' style="' in page
    assert ' style="' not in without_inline_styles(page)
    assert re.sub(r' style="[^"]*"', "", page) == without_inline_styles(page)


def test_html_of_others_keeps_its_styles() -> None:
    page = '<div class="ck-block"><p style="color:red">a</p></div>'
    assert without_inline_styles(page) == page


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        # By hand from blocks.css: all <p> of a headline have no margin, and its title a size of its own.
        (("div.ck-headline", "p.ck-title"),
         ' class="ck-title" style="margin:0;font-size:1.5rem;font-weight:700;line-height:1.25"'),
        # The sheet's title is another one.
        (("div.ck-sheet", "p.ck-title"), ' class="ck-title" style="margin:0;font-size:1.3rem;font-weight:700"'),
        # Cells carry little, and the last row its weight.
        (("div.ck-table", "tbody", "tr", "td"), ' style="text-align:left"'),
        (("div.ck-table", "tbody", "tr.ck-total", "td.ck-number"),
         ' class="ck-number" style="text-align:right;white-space:nowrap;font-weight:700"'),
        (("div.ck-unknown",), ' class="ck-unknown"'),
        (("b",), ""),
    ],
)  # fmt: skip
def test_what_an_element_carries(path: tuple[str, ...], attributes: str) -> None:
    assert str(look(*path)) == attributes


@pytest.mark.parametrize(("tone", "color"), [("plain", "#0072b2"), ("good", "#007a5a"), ("bad", "#b3261e")])
def test_a_card_has_its_tone(tone: str, color: str) -> None:
    """Its color comes after the border that it changes; no variable is left, since an untrusted output has none."""
    carried = str(look("div.ck-headline", f"div.ck-card.ck-{tone}"))
    assert carried.index("border-top:4px solid #57606a") < carried.index(f"border-top-color:{color}")
    assert "var(" not in carried
