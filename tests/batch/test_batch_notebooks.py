"""Notebooks and their parameters: found, classified, and checked before a kernel starts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import nbformat
import numpy as np
import pytest
from sample_notebooks import write_notebook

from compkit.batch.notebook_files import notebook_source
from compkit.batch.notebooks import DEFAULT_NOTEBOOKS, Notebook, find_notebooks, notebook_directory
from compkit.batch.parameters import (
    convert_parameters,
    notebook_parameters,
    parameter_from_text,
    unknown_name_faults,
    value_faults,
)
from compkit.errors import Fault, UnknownChoiceError

PARAMETERS = """\
offers_file: str = "offers.yaml"  # the file
offer_id: str = "x"
growth_rate: float = 0.0  # a year
n_years: int = 4
is_net: bool = False
plain = 0.5
anything = None
hidden: float = 0.1  # such as hidden = 0.2
optional: float | None = None
"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "{odd} folder" / "asking.ipynb", PARAMETERS)


def faults_of(notebook: Path, given: dict[str, object]) -> list[Fault]:
    known = notebook_parameters(notebook)
    return [*unknown_name_faults(notebook.name, known, given), *value_faults(notebook.name, known, given)]


def test_parameters_are_found_with_their_types(notebook: Path) -> None:
    found = notebook_parameters(notebook)
    types = {name: parameter.type_name for name, parameter in found.items()}
    assert types == {
        "offers_file": "str", "offer_id": "str", "growth_rate": "float", "n_years": "int", "is_net": "bool",
        "plain": "float", "anything": "", "hidden": "", "optional": "",
    }  # fmt: skip
    assert found["growth_rate"].help == "a year"
    assert {name for name, parameter in found.items() if parameter.is_hidden} == {"hidden", "optional"}


def test_sound_parameters_pass(notebook: Path) -> None:
    given = {"growth_rate": 1, "n_years": 8, "is_net": True, "offer_id": "007", "plain": 2, "anything": None}
    known = notebook_parameters(notebook)
    assert not faults_of(notebook, given)
    checked = convert_parameters(known, given)
    assert checked == given
    assert type(checked["growth_rate"]) is float
    assert type(checked["plain"]) is float


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("growth_rat", 0.1, "Did you mean 'growth_rate'?"),
        ("growth_rate", "0.1", "must be a number, got '0.1'."),
        ("growth_rate", None, "must be a number, got None."),
        ("growth_rate", True, "must be a number, got True."),
        ("growth_rate", float("nan"), "must be a finite number, got nan."),
        ("growth_rate", float("-inf"), "must be a finite number, got -inf."),
        ("growth_rate", 10**400, "must be a finite number, got 1000"),
        ("growth_rate", np.float64(0.1), "got np.float64(0.1) of type numpy.float64."),
        ("n_years", np.int64(3), "got np.int64(3) of type numpy.int64."),
        ("n_years", 3.0, "must be a whole number, got 3.0."),
        ("n_years", True, "must be a whole number, got True."),
        ("is_net", np.bool_(1), "of type numpy.bool"),
        ("is_net", 1, "must be true or false, got 1."),
        ("offer_id", 7, "must be text, got 7."),
        ("anything", (1, 2), "must be text, a number, or true or false, got (1, 2) of type tuple."),
        ("anything", dt.date(2026, 11, 22), "of type datetime.date."),
        ("hidden", 0.2, "cannot be set: papermill cannot read its line."),
        ("optional", 0.2, "cannot be set: papermill cannot read its line."),
    ],
)
def test_unfit_parameters_are_refused(notebook: Path, name: str, value: object, message: str) -> None:
    (fault,) = faults_of(notebook, {name: value})
    assert fault.file == "asking.ipynb"
    assert message in str(fault)
    assert name in str(fault)


def test_all_faults_come_at_once(notebook: Path) -> None:
    assert len(faults_of(notebook, {"n_year": 3, "is_net": "yes", "plain": float("inf")})) == 3


def test_text_takes_the_annotated_type() -> None:
    given = [("0.1", "float"), (" 3 ", "int"), ("TRUE", "bool"), ("007", "str"), ("0x10", "int"), ("1_0", "float"),
             ("1", "bool"), ("", "float")]  # fmt: skip
    assert [parameter_from_text(*pair) for pair in given] == [0.1, 3, True, "007", "0x10", "1_0", "1", ""]


def test_kinds_follow_the_parameters(tmp_path: Path) -> None:
    each = Notebook(write_notebook(tmp_path / "a.ipynb", "offers_file: str = ''\noffer_id: str = ''"))
    whole = Notebook(write_notebook(tmp_path / "b.ipynb", "offers_file: str = ''"))
    free = Notebook(write_notebook(tmp_path / "c.ipynb", "only: bool = True"))
    assert [notebook.kind for notebook in (each, whole, free)] == ["offer", "person", "free"]
    assert each.title == "The a question?"


def test_an_unknown_notebook_lists_the_known(tmp_path: Path) -> None:
    write_notebook(tmp_path / "offer_evaluation.ipynb", "")
    with pytest.raises(UnknownChoiceError, match="Did you mean 'offer_evaluation'"):
        find_notebooks(["offer_evalution"], tmp_path)


def test_old_notebooks_get_the_same_ids_each_time(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "old.ipynb", "a: int = 1", "a")
    notebook = nbformat.read(str(path), as_version=4)
    for cell in notebook.cells:
        del cell["id"]
    notebook.nbformat_minor = 2
    nbformat.write(notebook, str(path))
    assert [cell.id for cell in notebook_source(path).cells] == ["cell-0", "cell-1", "cell-2"]


@pytest.mark.parametrize("name", DEFAULT_NOTEBOOKS)
def test_the_kits_notebooks_hide_no_parameter(name: str) -> None:
    parameters = notebook_parameters(notebook_directory() / f"{name}.ipynb")
    assert parameters
    assert all(parameter.type_name and not parameter.is_hidden for parameter in parameters.values())
