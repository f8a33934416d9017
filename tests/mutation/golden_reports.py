"""Run the golden reports' cells in this process and compare what they show, as `make test` does in kernels.

`mutants.py` tries these after a module's own tests: only what neither notices has survived.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[2] / "reports" / "golden"
SHOWN = ("text/html", "application/vnd.compkit.figures+json")


def shown_by(value: object) -> dict[str, Any]:
    """What Jupyter would keep of a cell's value, without pictures and plain text."""
    if bundle := getattr(value, "_repr_mimebundle_", None):
        found = bundle()
        kept = found[0] if isinstance(found, tuple) else found
        return {kind: kept[kind] for kind in SHOWN if kind in kept}
    html = value._repr_html_() if hasattr(value, "_repr_html_") else None  # noqa: SLF001
    return {} if html is None else {"text/html": html}


@pytest.mark.parametrize("path", sorted(GOLDEN.rglob("*.ipynb")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_shows_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    names: dict[str, Any] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell["id"], "exec"), names)  # noqa: S102
        if last is None:
            continue
        value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)  # noqa: S307
        for output in cell["outputs"]:
            kept = {kind: output.get("data", {}).get(kind) for kind in SHOWN if kind in output.get("data", {})}
            kept = {kind: "".join(text) if isinstance(text, list) else text for kind, text in kept.items()}
            assert shown_by(value) == kept, cell["id"]
