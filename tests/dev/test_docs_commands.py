"""Every command line that the README and the pages of docs/ print, run as printed."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import re
import shlex
import shutil
import textwrap
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import synthetic_pay

import compkit
from compkit.batch import notebooks
from compkit.cli import run
from compkit.dev import tasks
from compkit.errors import InputError
from compkit.report.page.pdf import refuse_missing_weasyprint

pytestmark = pytest.mark.usefixtures("one_fork_server")
ROOT = Path(__file__).resolve().parents[2]
BRING_PAY_DATA = ROOT / "docs" / "bring-pay-data.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PROGRAMS = (
    "apt-get", "brew", "cd", "compkit", "conda", "dask", "docker", "git", "jupyter", "make", "mkdir",
    "papermill", "pip", "pytest", "python", "python3", "source", "sudo", "uv", "voila",
)  # fmt: skip
"""The first word of a line of code that makes it a command; other lines of code are output, files or Python."""

REFUSED = ("compkit report offers.yaml --notebook offer_evalution",)
"""Printed to show the message: exit code 2."""

ELSEWHERE = {
    "compkit app": ("runs until it is ended", "tests/app/test_addresses.py"),
    "compkit new": ("asks questions; its answers are given there", "tests/cli/test_cli.py"),
    "compkit report offers.yaml --scheduler tcp://127.0.0.1:8786": ("needs a cluster", "tests/batch/test_cluster.py"),
    "compkit report offers.yaml -o reports/mine --scheduler tcp://127.0.0.1:8786": (
        "needs a cluster", "tests/batch/test_cluster.py"
    ),
    "compkit report offers.yaml --scheduler tls://ADDRESS:8786": ("needs a cluster", "tests/batch/test_cluster.py"),
    "compkit report offers.yaml -o s3://my-bucket/offers-2026": ("needs a store", "tests/batch/test_storage.py"),
    "dask scheduler": ("runs until it is ended", "tests/batch/test_cluster.py"),
    "dask worker": ("runs until it is ended", "tests/batch/test_cluster.py"),
    "papermill --engine compkit": ("takes the reader's notebook", "tests/engine/test_forked_outputs.py"),
    "JUPYTER_DEFAULT_PROVISIONER_NAME=compkit": (
        "runs until it is ended, or long", "tests/engine/test_forked_provisioner.py"
    ),
    "compkit workshop practice": ("asks for moves; they are given there", "tests/cli/test_cli_workshop_practice.py"),
    "compkit lab": ("runs until it is ended", "tests/notebook/test_browser_lab.py"),
    ".venv/bin/python -m pytest --nbval notebooks/guide_audit.ipynb": ("is part of make test", "compkit/dev/tasks.py"),
    ".venv/bin/python -m pytest tests/reference/test_data.py": ("is part of make test", "tests/reference/test_data.py"),
    ".venv/bin/python -m hatchling build -t wheel -d dist": ("builds a wheel", "tests/dev/test_wheel.py"),
    "python3 -m venv my-env": ("makes an environment", "tests/dev/test_wheel.py"),
    "compkit report my-copy/data/offers/sample.yaml": ("is run from a wheel", "tests/dev/test_wheel.py"),
    "compkit check my-copy/reports": ("is run from a wheel", "tests/dev/test_wheel.py"),
    "compkit workshop import": ("reads what oTree exported", "tests/cli/test_cli_workshop_live.py"),
    "sudo apt-get install": ("changes the system; CI installs the same", ".ci/run"),
    "brew install": ("changes the system, on another one", "docs/make-reports.md"),
}  # fmt: skip
"""Lines that begin so are not run here: why, and which file covers them."""

OFFERS = """\
schema: compkit/offers@1
candidate:
  name: Sam
  residence: Seattle
  current: {base_salary: 180000, annual_bonus: 20000, annual_equity: 60000, unvested_equity: 150000}
offers:
  - {id: amazon-l6, company: Amazon, level: L6, location: Seattle, base_salary: 175000, sign_on: [80000, 60000],
     status: written, start_date: 2027-02-01, deadline: 2026-12-18,
     equity: [{value: 300000, grant_price: 200, vesting: amazon}]}
"""


def code_lines(page: Path) -> list[str]:
    """Return the lines of a page's code, fenced or indented; a backslash at the end goes on with the next."""
    found, is_fenced = [], False
    for line in page.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
        elif is_fenced or line.startswith("    "):
            found.append(line.strip().removeprefix("$ "))
    return found


def commands_of(page: Path) -> list[str]:
    """Return a page's command lines, comments left out, in their order, each once."""
    found = []
    for line in code_lines(page):
        words = [word for word in line.split() if not re.fullmatch(r"[A-Z_]+=\S*", word)]
        program = words[0].replace(".venv\\Scripts\\", "").removeprefix(".venv/bin/") if words else ""
        if program in PROGRAMS and "=" not in words[1:2]:
            found.append(re.sub(r"\s{2,}#.*", "", line).strip())
    return list(dict.fromkeys(found))


COMMANDS = [(page, line) for page in PAGES for line in commands_of(page)]


def elsewhere(line: str) -> str | None:
    """Return the entry of ELSEWHERE that a line begins with."""
    return next((start for start in ELSEWHERE if f"{line} ".startswith(f"{start} ")), None)


def write_case_files(folder: Path) -> None:
    """Write the case that docs/workshop.md prints, and a small domain in Genius' format."""
    page = (ROOT / "docs" / "workshop.md").read_text(encoding="utf-8")
    case = re.search(r"^    schema: compkit/case@1\n(?:    .*\n)+", page, re.MULTILINE)
    assert case
    (folder / "case.yaml").write_text(textwrap.dedent(case[0]), encoding="utf-8")
    form = re.search(r"^    pair,candidate_seat.*\n(?:    .*\n)+", page, re.MULTILINE)
    assert form
    pairs = [{"candidate": first, "recruiter": second} for first, second in ((2, 6), (3, 1), (5, 8), (7, 4))]
    told = {"schema": "compkit/class@1", "case": "A small class", "pairs": pairs}
    for name in ("small-class", "fall", "spring"):
        (folder / name / "teacher").mkdir(parents=True)
        shutil.copy(folder / "case.yaml", folder / name / "teacher" / "case.yaml")
        (folder / name / "teacher" / "class.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / name / "agreements.csv").write_text(textwrap.dedent(form[0]), encoding="utf-8")
    preferences = (
        '<a><issue index="1" name="pay"><item value="x" evaluation="1"/></issue><weight index="1" value="1"/></a>'
    )
    for name in ("domain.xml", "first.xml", "second.xml"):
        (folder / name).write_text(preferences, encoding="utf-8")


def write_pay_files(folder: Path) -> None:
    """Write the files that docs/bring-pay-data.md adds: reports, filings, and those of the mapping it prints."""
    synthetic_pay.levels_fyi(4_000).to_csv(folder / "levels_fyi.csv", index=False)
    filings = ["employer,job title,base salary,city,state,case status"]
    filings += [
        f"Hello Inc,manager,{150_000 + n},Seattle,WA,{'withdrawn' if n < 10 else 'certified'}" for n in range(200)
    ]
    (folder / "h1b.csv").write_text("\n".join(filings), encoding="utf-8")
    mapping = re.search(r"^    columns:\n(?:    .*\n)+", BRING_PAY_DATA.read_text(encoding="utf-8"), re.MULTILINE)
    assert mapping
    (folder / "survey.yaml").write_text(textwrap.dedent(mapping[0]), encoding="utf-8")
    survey = "Employer,Grade,Office,Monthly pay,Asked on\nHello Inc,5,Seattle,15000,3/1/2026\n"
    (folder / "survey.csv").write_text(survey, encoding="utf-8")
    (folder / "wages.json").write_text(json.dumps(synthetic_pay.prevailing_wage()), encoding="utf-8")
    (folder / "wages.yaml").write_text("values: {occupation: 11-3021}", encoding="utf-8")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder like the checkout of somebody who has typed an offer in and made its reports once.

    Reports are of one notebook where a command names none: that all notebooks run is another test's business.
    """
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "data" / "offers", folder / "data" / "offers")
    (folder / "offers.yaml").write_text(OFFERS, encoding="utf-8")
    write_case_files(folder)
    write_pay_files(folder)
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(folder):
        patch.setattr(notebooks, "DEFAULT_NOTEBOOKS", ("offer_evaluation",))
        assert ran("compkit report offers.yaml -o reports/mine")[0] == 0
        yield folder


def ran(line: str) -> tuple[int, str]:
    """Run a line's command in this process; return its exit code and what it said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(shlex.split(line, comments=True)[1:])
    return code, said.getvalue()


def fault_in(line: str) -> str:
    """Run a command line that is not covered elsewhere; return what is wrong with it, or an empty text."""
    words = shlex.split(line.removeprefix(".venv/bin/"), comments=True)
    match words:
        case ["compkit", *_]:
            code, said = ran(line)
            return "" if code == (2 if line in REFUSED else 0) else f"exit code {code}: {said[-500:]}"
        case ["make", target] | ["python" | "python3", "-m", "compkit", target] if target in tasks.TASKS:
            return ""
        case ["source", ".venv/bin/activate" | "my-env/bin/activate"] | ["mkdir", _]:
            return ""
        case ["pip", "install", *packages]:
            project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
            optional = [one for extra in project["optional-dependencies"].values() for one in extra]
            known = [re.split(r"[^\w-]", requirement)[0] for requirement in optional if "compkit" not in requirement]
            known.append(f"dist/compkit-{compkit.__version__}-py3-none-any.whl")
            return "" if set(packages) <= set(known) else "is no optional dependency of compkit's, nor its wheel"
        case _:
            return "nobody runs this; run it here, or name it in ELSEWHERE"


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page.stem}: {line}" for page, line in COMMANDS])
def test_a_printed_command_runs(page: Path, line: str, checkout: Path) -> None:
    assert checkout.is_dir()
    if "--pdf" in line:
        try:
            refuse_missing_weasyprint()
        except InputError as error:
            pytest.skip(str(error))
    if elsewhere(line) is None:
        assert fault_in(line) == "", f"{page.name} prints: {line}"


PRINTED_FROM_THE_SAMPLE = {
    "compare-offers.md": ["compkit compare data/offers/sample.yaml --candidate robin --today 2026-12-01"],
    "compare-places.md": [
        "compkit locations offers.yaml --place Boston",
        "compkit locations data/offers/household.yaml",
        "compkit withholding offers.yaml",
    ],
    "decide.md": [
        "compkit decide data/offers/sample.yaml --candidate robin --today 2026-12-01",
        "compkit decide data/offers/sample.yaml --today 2026-12-01",
    ],
    "explain-a-figure.md": ["compkit explain data/offers/sample.yaml --offer amazon-l6-seattle-before year 1 equity"],
    "plan-the-weeks.md": [
        "compkit timeline --final-interview 2026-11-02 --today 2026-11-10",
        "compkit onboarding --start 2027-03-01 --today 2027-03-02",
    ],
    "work-out-tax.md": ['compkit tax --wages 300000 --location "New York" --filing-status single --year 2025'],
    "workshop.md": [
        "compkit workshop absent class 3 8",
        "compkit workshop debrief small-class",
        "compkit workshop analyse case.yaml",
    ],
}
"""Commands whose output a page prints, by page; `...` stands for lines left out."""
FIRST = {
    "compkit workshop absent class 3 8":
        'compkit workshop new --seats 30 --case "Spring term" --level logrolling --seed 7 -o class',
}  # fmt: skip
"""What a page runs before a command whose output it prints."""


@pytest.mark.parametrize(
    ("name", "line"), [(name, line) for name, lines in PRINTED_FROM_THE_SAMPLE.items() for line in lines]
)
def test_a_page_prints_what_the_command_prints(
    name: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "data" / "offers", tmp_path / "data" / "offers")
    shutil.copy(ROOT / "data" / "offers" / "sample.yaml", tmp_path / "offers.yaml")
    write_case_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    if line in FIRST:
        assert FIRST[line] in commands_of(ROOT / "docs" / name)
        assert ran(f"{FIRST[line]} --no-pdf")[0] == 0
    lines = code_lines(ROOT / "docs" / name)
    after = lines[lines.index(line) + 1 :]
    printed = list(itertools.takewhile(lambda each: each.partition(" ")[0] not in PROGRAMS, after))
    output = [" ".join(each.split()) for each in ran(line)[1].splitlines()]
    assert [each for each in printed if each.split() and each != "..." and " ".join(each.split()) not in output] == []
    assert len(printed) > 3


def test_what_is_not_run_is_printed_and_covered() -> None:
    printed = [line for _, line in COMMANDS]
    assert [start for start in ELSEWHERE if start not in {elsewhere(line) for line in printed}] == []
    assert [file for _, file in ELSEWHERE.values() if not (ROOT / file).is_file()] == []
    assert [line for line in REFUSED if line not in printed] == []


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(
    "line",
    [
        "compkit wlak-away offers.yaml", "compkit evaluate offers.yaml --growht 0.1", "compkit evaluate nowhere.yaml",
        "compkit counter offers.yaml --offer amazon-l6-seattle", "make reprots", "pip install 'compkit[pdf]'",
        "jupyter lba", "python -m compkit lba",
    ],
)  # fmt: skip
def test_a_command_that_does_not_run_is_found(line: str) -> None:
    assert fault_in(line) != ""


def test_the_pages_commands_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Text `compkit x`.\n\n    compkit new  # asks\n    Offers: 1.\n\n"
        "```\n$ compkit report a.yaml \\\n  --pdf\n```\n"
        "\n- an item\n  that goes on:\n\n      A=b make lab\n\n1. one\n\n       .venv/bin/compkit --help\n"
    )
    assert commands_of(page) == [
        "compkit new", "compkit report a.yaml    --pdf", "A=b make lab", ".venv/bin/compkit --help"
    ]  # fmt: skip


def test_what_the_page_says_of_filings_is_what_is_printed(checkout: Path) -> None:
    code, said = ran(f"compkit paydata add h1b.csv --store {checkout / 'another'}")
    assert code == 0
    assert f"    {said}" in BRING_PAY_DATA.read_text(encoding="utf-8")
