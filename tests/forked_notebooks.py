"""Notebooks written, run both ways and made comparable, for the tests of forked processes."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from papermill.execute import execute_notebook
from traitlets.config import Config
from waiting import MAX_WAIT_SECONDS

from compkit.batch.run.kernel_client import RETRYING_CLIENT

KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
BETWEEN_CELLS = "\n# %%"
WIDGETS, MODEL = "application/vnd.jupyter.widget-state+json", "IPY_MODEL_"


@dataclass(frozen=True)
class Executed:
    """What papermill left: the notebook as it wrote it, and what it raised."""

    notebook: Any
    error: BaseException | None

    def cell(self, position: int) -> Any:
        """Return one of its cells."""
        return self.notebook.cells[position]

    def text(self, position: int) -> str:
        """Return what a cell wrote to standard output, or its result's text."""
        return "".join(
            output.get("text", "") or output.get("data", {}).get("text/plain", "")
            for output in self.cell(position).get("outputs", ())
        )


def write_cells(path: Path, text: str) -> Path:
    """Write a notebook of code cells; `# %%` stands on a line between them, and tags may follow it there."""
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    for number, part in enumerate(("\n" + text.lstrip("\n")).split(BETWEEN_CELLS)):
        tags, _, source = part.partition("\n")
        cell = nbformat.v4.new_code_cell(source.rstrip("\n"), id=f"cell-{number}", metadata={"tags": tags.split()})
        notebook.cells.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, str(path))
    return path


def executed(path: Path, engine: str | None, folder: Path | None = None, **options: Any) -> Executed:
    """Run a notebook by papermill, in its own folder or another; `engine` None is papermill's own."""
    error = None
    if engine is None:  # without it, some ordinary kernel waits for ever now and then: see kernel_client.py
        options["config"] = Config(RETRYING_CLIENT)
        options["iopub_timeout"] = int(
            MAX_WAIT_SECONDS
        )  # after 4 s, nbclient leaves out what a slow machine still reads
    with tempfile.TemporaryDirectory() as elsewhere, unwatched_by_pytest():
        target = Path(elsewhere) / "out.ipynb"
        try:
            execute_notebook(
                str(path),
                str(target),
                engine_name=engine,
                progress_bar=False,
                **{"cwd": str(folder or path.parent)} | options,
            )
        except Exception as raised:  # a notebook that fails is what some tests are about
            error = raised
        return Executed(nbformat.read(str(target), as_version=4), error)


@contextmanager
def unwatched_by_pytest() -> Iterator[None]:
    """Take pytest's mark from the environment: with it, ipykernel does not watch file descriptors."""
    mark = os.environ.pop("PYTEST_CURRENT_TEST", None)
    try:
        yield
    finally:
        if mark is not None:
            os.environ["PYTEST_CURRENT_TEST"] = mark


def comparable(result: Executed, *, are_streams_in_order: bool = True) -> list[Any]:
    """Return all that has to be equal, without what is chance.

    Chance are the process's number in the paths of its cells, addresses of objects, the ids of widgets and of pandas' styles, the time in an
    SVG, where a kernel cuts a stream, and, unless `are_streams_in_order`, which of the two streams comes first between two displays.
    """
    cells = [
        {
            "source": cell.source,
            "count": cell.get("execution_count"),
            "outputs": _joined(cell.get("outputs", ()), are_streams_in_order=are_streams_in_order),
            "metadata": {
                name: value for name, value in cell.metadata.items() if name not in ("papermill", "execution")
            },
            "status": {name: cell.metadata.get("papermill", {}).get(name) for name in ("exception", "status")},
            "timed": sorted(cell.metadata.get("execution", ())),
        }
        for cell in result.notebook.cells
    ]
    metadata = {name: value for name, value in result.notebook.metadata.items() if name not in ("papermill", "widgets")}
    states = dict(result.notebook.metadata.get("widgets", {})).get(WIDGETS, {}).get("state", {})
    metadata["widgets"] = sorted(json.dumps(_spelled_out(states[name], states), sort_keys=True) for name in states)
    error = [type(result.error).__name__, str(result.error)]
    text = _without_chance(json.dumps([cells, metadata, error]))
    compared: list[Any] = json.loads(text)
    return compared


def _spelled_out(value: Any, states: Mapping[str, Any]) -> Any:
    """Return a widget's state with the states of the widgets that it names in the place of their ids, which are chance."""
    if isinstance(value, Mapping):
        return {name: _spelled_out(part, states) for name, part in value.items()}
    if isinstance(value, list):
        return [_spelled_out(part, states) for part in value]
    named = value.removeprefix(MODEL) if isinstance(value, str) and value.startswith(MODEL) else None
    return value if named is None else _spelled_out(states[named], states)


def _joined(outputs: Sequence[Mapping[str, Any]], *, are_streams_in_order: bool) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for output in map(dict, outputs):
        before = joined if are_streams_in_order else _last_streams(joined)
        same = [known for known in before[-1:] if _is_same_stream(known, output)]
        if not are_streams_in_order:
            same = [known for known in before if _is_same_stream(known, output)]
        if same:
            same[0]["text"] += output["text"]
        elif not are_streams_in_order and output.get("name") == "stdout" and before:
            joined.insert(len(joined) - len(before), output)
        else:
            joined.append(output)
    return joined


def _last_streams(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    n = next((n for n, output in enumerate(reversed(outputs)) if output["output_type"] != "stream"), len(outputs))
    return outputs[len(outputs) - n :]


def _is_same_stream(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one["output_type"] == other["output_type"] == "stream" and one["name"] == other["name"]


def _without_chance(text: str) -> str:
    text = re.sub(r"ipykernel_\d+", "ipykernel_N", text)
    text = re.sub(r"0x[0-9a-f]{6,}", "0xN", text)
    text = re.sub(r"(?<![a-zA-Z0-9])T_[0-9a-f]{5}(?![a-zA-Z0-9])", "T_N", text)
    text = re.sub(r"<dc:date>[^<]*<", "<dc:date><", text)
    ids = dict.fromkeys(re.findall(r"\b[0-9a-f]{32}\b", text))
    for number, found in enumerate(ids):
        text = text.replace(found, f"id-{number}")
    return text
