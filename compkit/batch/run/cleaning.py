"""Remove from an executed notebook what differs between runs, so that two runs give the same bytes."""

from __future__ import annotations

import base64
import copy
from html import escape
from typing import Any

import nbformat

INJECTED_TAG = "injected-parameters"
_RUN_METADATA = ("papermill", "execution", "ExecuteTime")
_LANGUAGE_KEPT = ("name", "file_extension", "mimetype", "pygments_lexer")
SVG = "image/svg+xml"
_IMAGES = ("image/png", "image/jpeg", SVG)
_FRAME = f'<img src="data:{SVG};base64,'
_WIDGET = "application/vnd.jupyter.widget-view+json"


def clean_notebook(notebook: nbformat.NotebookNode, *, keep_images: bool = True) -> nbformat.NotebookNode:
    """Copy of the notebook without times, paths, versions, random ids and, if asked, images.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; left unchanged.
    keep_images : bool
        Keep PNG, JPEG and SVG. Alt text always stays, and nbval does not compare images.
    """
    clean = copy.deepcopy(notebook)
    _clean_notebook_metadata(clean.metadata)
    number = 0
    is_collapsed = any(cell.metadata.get("jupyter", {}).get("source_hidden") for cell in clean.cells)
    for cell in clean.cells:
        for name in _RUN_METADATA:
            cell.metadata.pop(name, None)
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]  # papermill gives every cell an empty list
        if INJECTED_TAG in cell.metadata.get("tags", []):
            cell["id"] = INJECTED_TAG
            if is_collapsed:
                cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.cell_type == "code":
            number += cell.execution_count is not None
            _clean_code_cell(cell, number, keep_images=keep_images)
    return clean


def is_framed_chart(output: Any) -> bool:
    """Tell whether an output is a chart that `frame_charts` has turned into an image."""
    return "".join(output.get("data", {}).get("text/html", "")).startswith(_FRAME)


def frame_charts(notebook: nbformat.NotebookNode) -> None:
    """Turn charts into images of HTML, because Jupyter shows no SVG of a notebook that nobody trusts."""
    for output in (output for cell in notebook.cells for output in cell.get("outputs", ())):
        svg = output.get("data", {}).pop(SVG, None)
        if svg is not None:
            about = output.metadata.get(SVG, {})
            about.pop("narrow", None)
            code = base64.b64encode(svg.encode()).decode("ascii")
            output.data["text/html"] = f'{_FRAME}{code}" alt="{escape(about.get("alt", ""))}" style="width:100%">'


def _clean_notebook_metadata(metadata: Any) -> None:
    for name in (*_RUN_METADATA, "widgets"):
        metadata.pop(name, None)
    language = metadata.get("language_info", {})
    for name in set(language) - set(_LANGUAGE_KEPT):
        del language[name]


def _clean_code_cell(cell: Any, number: int, *, keep_images: bool) -> None:
    if cell.execution_count is not None:
        cell.execution_count = number
    cell.outputs = _join_streams(cell.outputs)
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
        if "data" in output:
            dropped = (_WIDGET,) if keep_images else (_WIDGET, *_IMAGES)
            for name in dropped:
                output.data.pop(name, None)
                output.get("metadata", {}).get(name, {}).pop("narrow", None)


def _join_streams(outputs: list[Any]) -> list[Any]:
    """Join neighboring parts of a stream, because kernels split them at random."""
    result: list[Any] = []
    for output in outputs:
        last = result[-1] if result else None
        if output.output_type == "stream" and last and last.output_type == "stream" and last.name == output.name:
            last.text += output.text
        else:
            result.append(output)
    return result
