"""Blocks as HTML for a page that is alive, such as the app: styled by one sheet, and scoped to it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from compkit.report.show.blocks import Picture
from compkit.report.show.inline_styles import without_inline_styles

SCOPE = "ck-site"
_PAGE = Path(__file__).resolve().parent / "templates" / "compkit"
_BLOCKS = Path(__file__).resolve().parents[1] / "show" / "templates" / "blocks.css"
_STYLE_ELEMENT = re.compile(r"<style>.*?</style>", re.DOTALL)


def block_html(block: Any) -> str:
    """HTML of a block, without styles of its own; every text in it is escaped.

    Parameters
    ----------
    block : Block or Picture or None
        None and blocks that show nothing give an empty text.
    """
    if block is None:
        return ""
    if isinstance(block, Picture):
        return f'<figure class="ck-chart">{block.svg}{block.narrow}</figure>'
    shown = getattr(block, "_repr_html_", lambda: "")() or ""
    return _STYLE_ELEMENT.sub("", without_inline_styles(shown))


@cache
def site_style() -> str:
    """Style sheet of blocks and folds inside an element of the class `ck-site`, as in reports."""
    page, charts = ((_PAGE / name).read_text(encoding="utf-8") for name in ("page.css", "charts.css"))
    scoped = page.replace(":root{", "&{").replace("body{", "&{").replace("main ", "& ")
    return f".{SCOPE}{{\n{_BLOCKS.read_text(encoding='utf-8')}\n{scoped}\n{charts}\n}}"
