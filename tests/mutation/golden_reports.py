"""Run the golden reports' cells in this process and compare their tables, words and figures, as nbval does in kernels.

`mutants.py` tries these last: only what neither a module's own tests nor these notice has survived.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parents[2] / "reports" / "golden"
FIGURES = "application/vnd.compkit.figures+json"


def reports(notebook: str) -> pytest.MarkDecorator:
    """Parametrize a test with the golden reports of a notebook."""
    paths = sorted(GOLDEN.rglob(f"{notebook}.ipynb"))
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.parent.name)


def check_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail at the first cell that shows something else; charts and controls are not run."""
    monkeypatch.chdir(path.parent)
    names: dict[str, Any] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        shown = next((output["data"] for output in cell["outputs"] if "data" in output), {})
        last = tree.body.pop() if FIGURES in shown or "text/html" in shown else None
        if last or not isinstance(tree.body[-1], ast.Expr):
            exec(compile(tree, cell["id"], "exec"), names)  # noqa: S102
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names)  # noqa: S307
            if FIGURES in shown:
                assert value._repr_mimebundle_()[FIGURES] == shown[FIGURES], cell["id"]
            else:
                assert value._repr_html_() == "".join(shown["text/html"]), cell["id"]


@reports("offer_evaluation")
def test_offer_evaluation(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)


@reports("offer_comparison")
def test_offer_comparison(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)


@reports("location_analysis")
def test_location_analysis(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)


@reports("negotiation_plan")
def test_negotiation_plan(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)


@reports("ai_ml_premiums")
def test_ai_ml_premiums(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)


@reports("guide_audit")
def test_guide_audit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)


@reports("market_intelligence")
def test_market_intelligence(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_same(path, monkeypatch)
