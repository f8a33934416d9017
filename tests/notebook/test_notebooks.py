"""The notebooks: their form, their committed outputs, and the controls that reports do without."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient

from compkit import notebook as widgets, report
from compkit.analysis import Evaluation, load_comparison, load_evaluation, load_location_analysis
from compkit.batch.notebooks import CLASS_NOTEBOOK, DEFAULT_NOTEBOOKS, START_NOTEBOOK

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
PATHS = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
OFFERS = str(ROOT / "data" / "offers" / "sample.yaml")
MAX_LINES = 8
MAX_PARAMETERS = 13
SCALARS = {"str": str, "int": int, "float": float, "bool": bool}
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try,
    ast.With, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp,
)  # fmt: skip
PARAMETER = re.compile(r"^[a-z][a-z0-9_]*: (str|int|float|bool) = [^=]+?  # \S.*$")

each_notebook = pytest.mark.parametrize(
    "path", PATHS, ids=lambda path: path.relative_to(FOLDER).with_suffix("").as_posix()
)


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def code_of(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in cells_of(path) if cell["cell_type"] == "code"]


def is_setup(cell: dict[str, Any]) -> bool:
    """Return whether a cell only prepares: its last statement gives no value."""
    return not isinstance(ast.parse(cell["source"]).body[-1], ast.Expr)


def output_texts(cell: dict[str, Any]) -> list[str]:
    """Return all that a cell's outputs say, but for the bytes of pictures."""
    texts = []
    for output in cell["outputs"]:
        texts.append("".join(output.get("text", "")))
        texts += [json.dumps(value) for name, value in output.get("data", {}).items() if not name.startswith("image/")]
        texts.append(json.dumps(output.get("metadata", {})))
    return texts


def test_the_notebooks_are_there() -> None:
    assert {path.stem for path in PATHS} >= {"offer_evaluation", "ai_ml_premiums", "guide_audit"}


@each_notebook
def test_title_parameters_imports(path: Path) -> None:
    title, text, parameters, imports = cells_of(path)[:4]
    assert title["cell_type"] == "markdown"
    heading, blank, *question = title["source"].split("\n")
    assert re.fullmatch(r"# \S.*\?", heading), "the title asks the question that the notebook answers"
    assert blank == ""
    assert "".join(question).strip()
    assert parameters["cell_type"] == imports["cell_type"] == "code"
    assert parameters["metadata"]["tags"] == ["parameters"]
    assert text["metadata"]["tags"] == ["controls"], "reports leave it out"
    assert "Run All Cells" in text["source"]
    assert {type(statement) for statement in ast.parse(imports["source"]).body} <= {ast.Import, ast.ImportFrom}
    tagged = [cell for cell in cells_of(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1
    later = [node for cell in code_of(path)[2:] for node in ast.walk(ast.parse(cell["source"]))]
    assert not [node for node in later if isinstance(node, ast.Import | ast.ImportFrom)]


@each_notebook
def test_parameters_are_annotated_scalars_with_help(path: Path) -> None:
    """One a line; papermill reads no other form, and a second `=` would hide one from it."""
    source = code_of(path)[0]["source"]
    for line in source.splitlines():
        assert PARAMETER.match(line), line
    for statement in ast.parse(source).body:
        assert isinstance(statement, ast.AnnAssign)
        assert isinstance(statement.annotation, ast.Name)
        assert statement.value is not None
        value = ast.literal_eval(statement.value)
        # None stands for "not given": JSON has no other word for it, and papermill no annotation.
        assert value is None or type(value) is SCALARS[statement.annotation.id], ast.unparse(statement)


@each_notebook
def test_text_has_no_dollar_sign(path: Path) -> None:
    """MathJax makes a formula of two, and no backslash keeps it from that in JupyterLab: write dollars or USD."""
    texts = [cell["source"] for cell in cells_of(path) if cell["cell_type"] == "markdown"]
    assert [text for text in texts if "$" in text] == []


@each_notebook
def test_the_fixed_day_says_how_to_have_todays(path: Path) -> None:
    source = code_of(path)[0]["source"]
    if "report_date" in source:
        assert 'report_date: str = "2026-11-22"  # the day of the report; None for today\n' in f"{source}\n"


WRONG_CALLS = {
    'load_evaluation("nowhere.yaml", "a")': "nowhere.yaml: does not exist. Check the path.",
    'load_comparison("..")': None,
    f'load_evaluation({OFFERS!r}, "amazon-l6-seatle-before")': None,
    f'load_evaluation({OFFERS!r}, "meta-e6-san-francisco", report_date="2026-02-30")': (
        "report_date must be a date such as 2026-11-22, or None for today, got '2026-02-30'."
    ),
    f'load_location_analysis({OFFERS!r}, "meta-e6-san-francisco", more_places="Atlantis")': None,
    f'load_negotiation_plan({OFFERS!r}, "meta-e6-san-francisco", package="al")': None,
    f'load_comparison({OFFERS!r}, correlation=2)': None,
    f'load_evaluation({OFFERS!r}, "meta-e6-san-francisco", n_years=9)': "years must be 1 to 8, got 9.",
    'read_offers("README.md")': None,
    f'read_offers({OFFERS!r})["amazon-l6-seatle-before"]': None,
    f'read_offers({OFFERS!r}).value(growth="10%")': (
        "growth must be a fraction above -1, such as 0.1 for 10% a year, got '10%'."
    ),
    f'read_offers({OFFERS!r})["meta-e6-san-francisco"].evaluate("2026-02-30")': (
        "date must be a date such as 2026-11-22, or None for today, got '2026-02-30'."
    ),
    f'read_offers({OFFERS!r})["meta-e6-san-francisco"].evaluate().explain("totl")': None,
}  # fmt: skip


def test_a_wrong_parameter_shows_one_line() -> None:
    """In place of a traceback; the cell has failed all the same, as papermill and nbconvert see it."""
    cells = [nbformat.v4.new_code_cell(f"import compkit\ncompkit.{call}") for call in WRONG_CALLS]
    run = NotebookClient(nbformat.v4.new_notebook(cells=cells), allow_errors=True, kernel_name="python3").execute()
    for cell, message in zip(run.cells, WRONG_CALLS.values(), strict=True):
        (output,) = cell.outputs
        assert output.output_type == "error", cell.source
        (line,) = output.traceback
        assert line == output.evalue
        assert line.count("\n") == 0
        assert message in (None, line)


@each_notebook
def test_cells_are_thin(path: Path) -> None:
    """No function, class, loop, branch or formula; what a cell does is said by the names that it calls."""
    for cell in code_of(path):
        limit = MAX_PARAMETERS if cell["id"] == "parameters" else MAX_LINES
        assert len(cell["source"].splitlines()) <= limit, cell["id"]
        assert max(map(len, cell["source"].splitlines())) <= 130, cell["id"]
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, LOGIC)]
        assert found == [], cell["id"]
        assert not cell["source"].rstrip().endswith(";"), "nbval fails on it"
        assert not re.search(r"^\s*[%!]", cell["source"], re.MULTILINE), "no magic, no shell"


@each_notebook
def test_each_cell_shows_one_thing(path: Path) -> None:
    for cell in code_of(path)[3:]:
        values = [statement for statement in ast.parse(cell["source"]).body if isinstance(statement, ast.Expr)]
        assert len(values) <= 1, cell["id"]


@each_notebook
def test_committed_with_outputs(path: Path) -> None:
    """As the defaults give them: every cell run, in order, with what it shows and without an error.

    An answer, and what is left out, may be silent: nothing was entered, or nothing is missing.
    """
    cells = code_of(path)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        kinds = [output["output_type"] for output in cell["outputs"]]
        assert "error" not in kinds, cell["id"]
        assert not [output for output in cell["outputs"] if output.get("name") == "stderr"], cell["id"]
        may_be_silent = cell["id"] in ("left-out", "startup-notes", "windows-table", "exercise-table") or cell[
            "id"
        ].endswith("-answer")
        assert may_be_silent or bool(kinds) is not is_setup(cell), cell["id"]


@each_notebook
def test_outputs_hold_no_place_and_no_time(path: Path) -> None:
    texts = [text for cell in code_of(path) for text in output_texts(cell)]
    assert texts
    odd = re.compile(
        r"(?<![\w.:/<~-])/(?:home|root|tmp|usr|opt|var|work|Users|private)/|[A-Z]:\\\\|\d{2}:\d{2}:\d{2}|0x[0-9a-f]{6,}"
    )
    assert [text[:200] for text in texts if odd.search(text)] == []
    metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
    assert set(metadata) - {"compkit"} == {"kernelspec", "language_info"}
    assert set(metadata.get("compkit", {})) <= {"other_offers", "private", "ai_ml"}
    assert "version" not in metadata["language_info"]
    assert not [cell["id"] for cell in cells_of(path) if set(cell["metadata"]) - {"tags", "jupyter"}]


@each_notebook
def test_code_is_collapsed(path: Path) -> None:
    assert [cell["id"] for cell in code_of(path) if cell["metadata"].get("jupyter") != {"source_hidden": True}] == []


@each_notebook
def test_pictures_have_words(path: Path) -> None:
    """Their bytes stay out of the repository; the text that stands for them stays in."""
    assert "<svg" not in path.read_text(encoding="utf-8")
    for cell in code_of(path):
        for output in cell["outputs"]:
            if (text := "".join(output.get("data", {}).get("text/plain", ""))).startswith("Figure: "):
                alt = output["metadata"]["image/svg+xml"]["alt"]
                assert alt in text, cell["id"]
                figures = ("$", "Which choice has paid most", ", by day", "Turn 1: candidate 1,000", "Pair 1")
                assert [one for one in figures if one in alt], cell["id"]


@each_notebook
def test_cell_ids_are_fixed_names(path: Path) -> None:
    """Names, not the random ids that a new cell gets; each once."""
    ids = [cell["id"] for cell in cells_of(path)]
    assert len(ids) == len(set(ids))
    for name in ids:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name), name


@each_notebook
def test_each_part_begins_with_a_sentence(path: Path) -> None:
    """A question as heading, a sentence under it, then what answers it; at the end, caveats and provenance."""
    cells = cells_of(path)
    for cell in cells[2:]:
        if cell["cell_type"] == "markdown":
            heading, _, text = cell["source"].partition("\n\n")
            assert re.fullmatch(r"## \S[^\n]*", heading), cell["id"]
            assert text.strip().endswith((".", "?", "`.")), cell["id"]
    if path.stem == START_NOTEBOOK or path.parent != FOLDER:
        return  # not a report
    assert [cell["id"] for cell in cells if cell["cell_type"] == "markdown"][-1] == "fine-print-text"
    assert {"caveats", "figures"} <= {cell["id"] for cell in cells[-6:]}


def test_the_start_has_a_card_for_each_notebook() -> None:
    links = [link.address for link in report.start_links().items]
    assert sorted(links) == sorted(f"{name}.ipynb" for name in DEFAULT_NOTEBOOKS)
    others = {f"{START_NOTEBOOK}.ipynb", f"{CLASS_NOTEBOOK}.ipynb"}
    assert {path.name for path in PATHS if path.parent == FOLDER} == {*links, *others}


@each_notebook
def test_controls_are_under_the_answer_and_marked_so_that_reports_leave_them_out(path: Path) -> None:
    cells = cells_of(path)
    calls = [cell for cell in cells if "show=show_controls" in cell["source"]]
    assert [cell["id"] for cell in calls] == (["controls"] if "show_controls: bool" in cells[2]["source"] else [])
    for cell in calls:
        assert {"controls", "nbval-ignore-output"} <= set(cell["metadata"]["tags"])
        position = cells.index(cell)
        above = cells[: position - 1]
        assert cells[position - 1]["id"] == "controls-text"
        assert "headline" in [before["id"] for before in above]
        assert not any(before["source"].startswith("## ") for before in above)
        assert cells[position - 1]["metadata"]["tags"] == ["controls"]


# The controls


@pytest.fixture
def evaluation() -> Evaluation:
    return load_evaluation(OFFERS, "amazon-l6-seattle-before", report_date="2026-11-22", growth_rate=0.1, n_years=3)


def test_reports_make_no_controls(evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        pytest.fail("a report must make no widget")

    monkeypatch.setattr(ipywidgets.Widget, "__init__", fail)
    assert widgets.evaluation_controls(evaluation, OFFERS, show=False) is None


def test_controls_begin_with_the_parameters(evaluation: Evaluation) -> None:
    """Growth of 10 %: 175,000 + 80,000 + 15,000 x 1.1 in year 1."""
    panel = widgets.evaluation_controls(evaluation, OFFERS, show=True)
    values = {name: field.value for name, field in panel.fields.items()}
    assert values == {
        "offer": "amazon-l6-seattle-before", "growth": pytest.approx(0.1), "convention": "smooth", "years": 3,
    }  # fmt: skip
    assert panel.fields["growth"].control.value == "10%"
    table, picture = panel.shown
    assert table.cells()[0][1] == "$271,500"
    assert len(table.cells()) == 4
    assert "year 1 $271,500" in picture.alt


def test_controls_react(evaluation: Evaluation) -> None:
    """Each value that can be chosen shows a table and a picture; the figures are those of the other commands."""
    panel = widgets.evaluation_controls(evaluation, OFFERS, show=True)
    controls = {name: field.control for name, field in panel.fields.items()}
    controls["growth"].value = "0"
    assert panel.shown[0].cells()[0][1] == "$270,000"
    controls["offer"].value = "amazon-l6-seattle-after"
    assert [row[1] for row in panel.shown[0].cells()] == ["$314,000", "$327,000", "$337,000", "$978,000"]
    controls["convention"].value = "annual-step"
    controls["growth"].value = "100%"
    # 185,000 + 85,000 + 57,000 x 2
    assert panel.shown[0].cells()[1][1] == "$384,000"
    for _, offer_id in controls["offer"].options:
        controls["offer"].value = offer_id
        assert panel.error == ""
    for years in ("1", "8"):
        controls["years"].value = years
        assert len(panel.shown[0].cells()) == int(years) + 1
    for growth in ("-99%", "1000%"):
        controls["growth"].value = growth
        assert (panel.error, panel.fields["growth"].error) == ("", "")


def test_reset_restores_the_parameters_and_their_figures(evaluation: Evaluation) -> None:
    panel = widgets.evaluation_controls(evaluation, OFFERS, show=True)
    before = [repr(block) for block in panel.shown]
    panel.fields["offer"].control.value = "google-l5-boomerang"
    panel.fields["growth"].control.value = "50%"
    panel.fields["years"].control.value = "nine"
    assert panel.fields["years"].error.startswith("Must be a number, got 'nine'.")
    assert [repr(block) for block in panel.shown] != before
    panel.reset_button.click()
    assert [repr(block) for block in panel.shown] == before
    assert [field.error for field in panel.fields.values()] == [""] * 4
    assert panel.fields["growth"].control.value == "10%"


def test_a_mistake_leaves_the_last_good_figures() -> None:
    comparison = load_comparison(OFFERS, candidate="lee", report_date="2026-11-22", n_paths=100)
    panel = widgets.comparison_controls(comparison, show=True)
    shown = panel.shown
    panel.fields["growth"].control.value = "80.0.0"
    assert panel.shown is shown
    panel.fields["ids"].control.value = ()
    assert (panel.shown, panel.error) == (shown, "Choose at least one offer.")
    assert panel.error in panel.widget.children[-2].value
    panel.fields["ids"].control.value = comparison.ids[:1]
    assert panel.error == panel.widget.children[-2].value == ""
    assert panel.shown is not shown


def test_location_controls_react() -> None:
    analysis = load_location_analysis(OFFERS, "amazon-l6-seattle-before", report_date="2026-11-22")
    panel = widgets.location_controls(analysis, show=True)
    places = [row[0] for row in panel.shown[0].cells()]
    assert "Boulder" not in places
    panel.fields["places"].control.value = ("Boulder",)
    assert "Boulder" in [row[0] for row in panel.shown[0].cells()]
    before = panel.shown[0].cells()
    panel.fields["housing"].control.value = "60%"
    assert panel.shown[0].cells() != before
    panel.fields["housing"].control.value = ""
    assert panel.shown[0].cells() == before
    panel.fields["bedrooms"].control.value = 3
    seattle = next(row for row in panel.shown[0].cells() if row[0] == "Seattle (this offer)")
    assert seattle[2] == f"${12 * 3272:,}"


def test_one_persons_offers_are_chosen_by_name(evaluation: Evaluation) -> None:
    """Ids are for files, and other people's offers are not to choose from."""
    panel = widgets.evaluation_controls(evaluation, OFFERS, show=True)
    assert dict(panel.fields["offer"].control.options) == {
        "Amazon L6 in Seattle (first offer)": "amazon-l6-seattle-before",
        "Amazon L6 in Seattle (after negotiation)": "amazon-l6-seattle-after",
        "Google L5 in Seattle": "google-l5-boomerang",
        "Prairie Mutual Director in Chicago": "prairie-mutual-director",
    }


def test_what_a_panel_shows_is_output_as_cells_show_it(evaluation: Evaluation) -> None:
    panel = widgets.evaluation_controls(evaluation, OFFERS, show=True)
    table, picture = panel.widget.children[-1].outputs
    assert table["data"]["text/html"] == panel.shown[0]._repr_html_()
    assert picture["data"]["image/svg+xml"] == panel.shown[1].svg
    assert picture["metadata"]["image/svg+xml"]["alt"] == panel.shown[1].alt
