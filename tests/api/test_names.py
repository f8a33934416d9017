"""What a notebook user discovers: names that Tab lists, their help, and what a type checker refuses."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from mypy import api as mypy_api

import compkit as ck
from compkit.analysis.evaluation import Evaluation
from compkit.api import Explanation, Offer, OfferEvaluation, OfferList, Pair, PersonalDecision, Worth

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = sorted(path.parent.name for path in (ROOT / "compkit").glob("*/__init__.pyi"))
FOR_REPORTS = {
    "cash_flow", "first_year_totals", "pay", "present_job", "refresher_practice", "simulations", "stock_sources",
    "valuation",
}  # fmt: skip
"""Of an evaluation: what tables and charts are made from, described without an example."""
FIELDS = {"assumptions", "counts_paper", "entry", "report_date", "tables"}
"""Of an evaluation: described with their class."""
OBJECTS = {
    'offers': (OfferList, {"compare", "compare_all", "decision", "ids", "of_person", "to_frame", "value", "warnings"}),
    'offer': (Offer, {"entry", "evaluate", "id"}),
    'worth': (Worth, {"assumptions", "by_year", "plot", "summary"}),
    'pair': (Pair, {"break_even_growth", "chance", "comparison", "difference", "to_frame", "worth"}),
    'evaluation': (OfferEvaluation, {name for name in vars(Evaluation) if name[0] != "_"} | FIELDS
                   | {"explain", "figures", "plot"}),
    'decision': (PersonalDecision, {"flips_if", "leader", "margin", "next_step", "notes", "questions", "sentence",
                                     "state", "to_frame", "to_tie"}),
    'total': (Explanation, {"derivation", "unit", "value"}),
}  # fmt: skip
"""Each object in a notebook, its type, and its names."""


def stub_names(package: str = "") -> set[str]:
    """Names that the type information of a package lists."""
    return set(re.findall(r"\b(\w+) as \1\b", (ROOT / "compkit" / package / "__init__.pyi").read_text("utf-8")))


COMPLETER = """
import json, sys
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

shell, found = InteractiveShell.instance(), {}
shell.run_cell('''import compkit as ck
offers = ck.read_offers("data/offers/sample.yaml")
worth = offers.value()
offer = offers["google-l5-boomerang"]
pair = offers.compare("amazon-l6-seattle-before", "google-l5-boomerang")
evaluation = offer.evaluate(date="2026-12-01")
decision = offers.decision("robin", date="2026-12-01")
total = evaluation.explain("total")''').raise_error()
for shell.Completer.use_jedi in (False, True):
    for typed in json.loads(sys.argv[1]):
        with provisionalcompleter():
            listed = [one.text.lstrip(".") for one in shell.Completer.completions(typed, len(typed))]
        found[f"{typed} {shell.Completer.use_jedi}"] = listed
print(json.dumps(found))
"""


@pytest.mark.long
def test_tab_lists_the_public_names_and_nothing_else() -> None:
    """IPython's own completion, with Jedi and without, after `ck.`, after each object, and within brackets."""
    typed = ["ck.", 'offers["', *(f"{name}." for name in OBJECTS)]
    done = subprocess.run(
        [sys.executable, "-c", COMPLETER, json.dumps(typed)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    for with_jedi in (False, True):
        assert set(found[f"ck. {with_jedi}"]) == stub_names()
        assert found[f'offers[" {with_jedi}'] == sorted(ck.read_offers(ROOT / "data/offers/sample.yaml").ids)
        for name, (_, public) in OBJECTS.items():
            assert sorted(found[f"{name}. {with_jedi}"]) == sorted(public), (name, with_jedi)


def test_what_is_listed_is_what_is_typed() -> None:
    assert set(dir(ck)) == set(ck.__all__) == stub_names()
    bare = [sys.executable, "-S", "-c", "import compkit; print(*dir(compkit))"]
    done = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == stub_names(), "also before anything is installed"
    for package in PACKAGES:
        public = importlib.import_module(f"compkit.{package}")
        assert set(dir(public)) == set(public.__all__) == stub_names(package)


def help_of(found: object) -> tuple[str, Any]:
    """Return the docstring of what a class or module holds, and its return type."""
    function: Any = found.func if isinstance(found, cached_property) else getattr(found, "fget", found)
    function = inspect.unwrap(function)
    return inspect.getdoc(function) or "", get_type_hints(function).get("return")


@pytest.mark.parametrize("name", sorted(stub_names()))
def test_each_function_of_compkit_has_help_with_an_example(name: str) -> None:
    text, result = help_of(getattr(ck, name))
    assert ">>> import compkit as ck" in text
    assert result is not None


@pytest.mark.parametrize("shown", OBJECTS)
def test_each_name_of_an_object_has_help_with_an_example(shown: str) -> None:
    """Doctest runs the examples."""
    kind, names = OBJECTS[shown]
    assert ">>>" in (kind.__doc__ or "")
    for name in names - FIELDS:
        text, result = help_of(inspect.getattr_static(kind, name))
        assert text, name
        assert ">>>" in text or name in FOR_REPORTS, name
        assert result is not None, name
    described = inspect.getdoc(Evaluation) or ""
    assert [field for field in FIELDS if f"\n{field} : " not in described] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_each_public_function_and_class_has_help(package: str) -> None:
    public = importlib.import_module(f"compkit.{package}")
    found = {name: getattr(public, name) for name in public.__all__}
    described = {name: one for name, one in found.items() if inspect.isclass(one) or inspect.isroutine(one)}
    assert [name for name, one in described.items() if not (one.__doc__ or "").strip()] == []


@pytest.mark.long
def test_a_type_checker_refuses_a_name_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In every package, and on every object; the lines above them pass."""
    right = [
        "import compkit as ck",
        *(f"from compkit import {package}" for package in PACKAGES),
        'offers_read = ck.read_offers("offers.yaml")',
        "found = offers_read.value(growth=0.10, years=4)",
        'total: float = found.summary.loc["amazon-l7", "total"].item()',
        'evaluated = offers_read["amazon-l7"].evaluate(date="2026-12-01")',
        'value: float = evaluated.explain("total").value',
        "print(report.years_table(evaluated))",
    ]
    wrong = [
        "ck.no_such", "ck.importlib", "report.no_such_table()", "offers_read.valu()", "found.sumary",
        'offers_read.compare("a", "b").diference', "evaluated.explane", 'evaluated.explain("total").valu',
        *(f"{package}.no_such_name" for package in PACKAGES),
    ]  # fmt: skip
    code = tmp_path / "notebook.py"
    code.write_text("\n".join([*right, *wrong]), encoding="utf-8")
    monkeypatch.chdir(ROOT)
    told, _, _ = mypy_api.run([str(code)])
    refused = [int(line.split(":")[1]) for line in told.splitlines() if "[attr-defined]" in line]
    assert refused == list(range(len(right) + 1, len(right) + len(wrong) + 1)), told
