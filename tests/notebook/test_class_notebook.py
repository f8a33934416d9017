"""The notebook that debriefs a class, run by papermill on a class of one's own."""

from __future__ import annotations

from pathlib import Path

import nbformat
import papermill
import pytest
from sample_class import FORMS, write_class

import compkit as ck
from compkit import report
from compkit.errors import InputError

NOTEBOOK = Path(__file__).resolve().parents[2] / "notebooks" / "workshop_debrief.ipynb"


def shown(path: Path) -> dict[str, str]:
    """Return what each code cell of a notebook shows as text, by its id."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    return {cell["id"]: cell.outputs[0].get("data", {}).get("text/plain", "") for cell in cells}


@pytest.mark.parametrize("forms", [FORMS, {}])
def test_papermill_runs_it_on_a_class(forms: dict[str, str], tmp_path: Path) -> None:
    """Without the optional forms, their cells show nothing."""
    folder = write_class(tmp_path, forms=forms)
    papermill.execute_notebook(
        str(NOTEBOOK), str(tmp_path / "out.ipynb"), {"class_folder": str(folder)}, progress_bar=False
    )
    found = shown(tmp_path / "out.ipynb")
    assert found["headline"].splitlines()[:3] == ["A class: 4 pairs played", "A small case", "3 of 4 pairs agreed."]
    assert "Pair 4: candidate 40, recruiter 30." in found["class-chart"]
    assert ("second-table" in found) == ("offers-table" in found) == ("feelings-table" in found) == bool(forms)


def test_nobody_played_still_has_a_page(tmp_path: Path) -> None:
    folder = write_class(tmp_path)
    form = folder / "agreements.csv"
    head = form.read_text(encoding="utf-8").partition("\n")[0]
    form.write_text(f"{head}\n1,2,6,absent,,,\n2,3,1,absent,,,\n3,5,8,absent,,,\n4,7,4,absent,,,\n", encoding="utf-8")
    found = ck.load_debrief(str(folder))
    assert "No pair played." in repr(report.debrief_headline(found))
    answers = report.debrief_answers(found)
    assert {name for name, answer in answers.items() if answer} == {"basis"}
    assert (report.class_chart(found), report.class_pairs_table(found), report.role_ranks_table(found, 0)) == (
        None,
    ) * 3
    assert repr(report.debrief_figures(found)) == "1 figures recorded, unrounded, with their sources."


def test_faults_name_the_form(tmp_path: Path) -> None:
    folder = write_class(tmp_path, forms={"marks.csv": "seat,preparation\n1,2\n"})
    with pytest.raises(InputError, match=r"marks\.csv, line 1: reflection is missing\. Add the column\."):
        ck.load_debrief(str(folder))
    with pytest.raises(InputError, match=r"nowhere/agreements\.csv: can't be read: No such file or directory\."):
        ck.load_debrief("nowhere")
