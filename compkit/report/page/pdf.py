"""Convert a report's page to a tagged PDF with an outline, byte for byte reproducible."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from compkit.errors import Fault, InputError

VARIANT = "pdf/ua-1"
_SVG = "{http://www.w3.org/2000/svg}"
_OPEN_ADDRESSES = ("http://", "https://", "mailto:", "#")
_SMALLEST_TYPE_PX = 9.33  # 7 points
_ROUNDING = 0.001
_SPARE = 0.97
"""Widths do not shrink quite as type does: a line has whole letters."""


def report_pdf(page_html: str, *, with_details: bool = False) -> bytes:
    """Report page as a tagged PDF in A4 format; fetches nothing.

    A fold is its question and its answer. `with_details` adds what is behind the folds as an appendix.

    Raises
    ------
    InputError
        If WeasyPrint or a library that it needs is missing.
    """
    refuse_missing_weasyprint()
    from weasyprint import HTML

    page = HTML(string=page_html, url_fetcher=_picture_reader())
    for link in page.etree_element.iter("a"):
        if not link.get("href", "").lower().startswith(_OPEN_ADDRESSES):
            link.attrib.pop("href", None)  # a PDF reader might open what the page's policy forbids
    _move_details(page.etree_element, with_details=with_details)
    for chart in page.etree_element.iter(f"{_SVG}svg"):  # WeasyPrint reads a chart's alt text from its title
        SubElement(chart, f"{_SVG}title").text = chart.get("aria-label")
    document = _rendered(page)
    for narrow in (_write_smaller, _break_anywhere):
        wide = _tables_cut_off(document)
        if not wide:
            break
        for table, type_px, share in wide:
            narrow(table, type_px, share)
        document = _rendered(page)
    return bytes(document.write_pdf(finisher=_mark_header_cells, pdf_variant=VARIANT))


def refuse_missing_weasyprint() -> None:
    """Raise unless PDFs can be made on this machine.

    Raises
    ------
    InputError
        If WeasyPrint or a library that it needs is missing, with what to install.
    """
    reason = _what_is_missing()
    if reason:
        raise InputError([Fault("", "", "--pdf", reason)])


@cache
def _what_is_missing() -> str:
    """Explain what to install, as the rest of a sentence; empty if nothing."""
    try:
        # If a library is missing, WeasyPrint prints a page of advice before it raises.
        with contextlib.redirect_stdout(io.StringIO()):
            import weasyprint  # noqa: F401
    except ImportError:
        return "needs WeasyPrint. Install it: pip install weasyprint."
    except OSError:
        return (
            "needs the system's library Pango. Install it: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0 "
            "(Debian, Ubuntu) or brew install pango (macOS)."
        )
    return ""


@cache
def _fonts() -> Any:
    """Font list of this process; reading it again for each page costs more than a short page."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def _picture_reader() -> Any:
    """Fetcher for images embedded in a page; refuses every other address."""
    from weasyprint.urls import URLFetcher

    class PictureReader(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url[:11].lower() != "data:image/":
                raise ValueError("only pictures within the page are read")
            return super().fetch(url, headers)

    return PictureReader(allowed_protocols=["data"], allow_redirects=False)


def _move_details(root: Any, *, with_details: bool) -> None:
    """Take what is behind the folds out of a page's text, into an appendix if asked."""
    appendix = Element("section", {"class": "appendix"})
    for fold in [one for one in root.iter("details") if one.get("class") == "fold"]:
        summary, inside = fold.find("summary"), fold.find("div")
        fold.remove(inside)
        fold.tag, summary.tag = "div", "div"  # nothing opens on paper
        heading = SubElement(appendix, "h2")
        heading.text = "".join(summary.find("h2").itertext())
        appendix.append(inside)
    main = next(root.iter("main"), None)
    if main is None:
        return
    _move_call_sheet(root, main)
    if with_details and len(appendix):
        main.append(appendix)


def _move_call_sheet(root: Any, main: Any) -> None:
    """Move the call sheet, a page of its own, behind the rest and the foot, so that the first page is full."""
    for heading, block in pairwise(list(main)):
        if any(one.get("class") == "ck-sheet" for one in block):
            body = next(root.iter("body"))
            foot = body.find("footer")
            if foot is not None:
                body.remove(foot)
                main.append(foot)
            for part in (heading, block):
                main.remove(part)
                main.append(part)
            heading.set("class", "text own-page")


def _rendered(page: Any) -> Any:
    return page.render(font_config=_fonts(), pdf_variant=VARIANT)


def _mark_header_cells(_document: Any, pdf: Any) -> None:
    """Mark each header cell as a column's or a row's; some readers ignore WeasyPrint's ids."""
    for cell in pdf.objects:
        if isinstance(cell, dict) and cell.get("S") == "/TH":
            part_of_table = _parent(_parent(cell, pdf), pdf)
            cell["A"]["Scope"] = "/Column" if part_of_table["S"] == "/THead" else "/Row"


def _parent(element: Any, pdf: Any) -> Any:
    return pdf.objects[int(element["P"].split()[0])]


def _tables_cut_off(document: Any) -> list[tuple[Any, float, float]]:
    """Tables wider than the page, with type size [px] and the share that fits."""
    found: dict[Any, tuple[float, float]] = {}
    for page in document.pages:
        paper = page._page_box  # no public attribute has the positions
        edge = paper.content_box_x() + paper.width
        for box in _tables(paper):
            share = (edge - box.position_x) / box.margin_width()
            if share < 1 - _ROUNDING:
                _, least = found.get(box.element, (0.0, 1.0))
                found[box.element] = box.style["font_size"], min(share, least)
    return [(element, *told) for element, told in found.items()]


def _tables(box: Any) -> Iterator[Any]:
    if box.element_tag == "table" and not box.is_table_wrapper:
        yield box
    for child in getattr(box, "children", ()):
        yield from _tables(child)


def _write_smaller(table: Any, type_px: float, share: float) -> None:
    """Shrink a table's type so that it fits, but keep it legible."""
    _add_style(table, f"font-size:{max(type_px * share * _SPARE, _SMALLEST_TYPE_PX):.2f}px")


def _break_anywhere(table: Any, _type_px: float, _share: float) -> None:
    """Let long words and figures of a table wrap."""
    for part in table.iter():
        _add_style(part, "overflow-wrap:anywhere;white-space:normal;min-width:0")


def _add_style(element: Any, style: str) -> None:
    element.set("style", f"{element.get('style', '').rstrip('; ')};{style}".lstrip(";"))
