"""A class's oTree project as files: its code is the same for every class, and templates escape what a teacher types."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from live_projects import HOSTILE, SECRET, project_files, write_project

ROOT = Path(__file__).resolve().parents[2]
OF_A_CLASS = {"workshop/class.json", "_rooms/class.txt", "secret_key.txt"}
# Numbers, words of the app's own, and names of fields.
NEEDS_NO_ESCAPE = re.compile(
    r"seat|pair|points|total|gain|scale|number|field|max_text|brief\.(role|other|limit)|row\.\w+"
    r"|include_sibling '\w+\.html'|static 'negotiate\.js'"
    r"|(block|if|elif|for) .*|else|endif|endfor|endblock"
)


def test_the_code_is_the_same_for_every_class() -> None:
    files, other = project_files(5), project_files(4, bytes(16))
    assert {path for path in files if files[path] != other[path]} == OF_A_CLASS
    assert files == project_files(5)
    # No text of the case is in a file that runs or is rendered.
    assert [path for path, data in files.items() if b"onerror" in data and path != "workshop/tests.py"] == [
        "workshop/class.json"
    ]


def test_the_class_is_data() -> None:
    files = project_files(5)
    told = json.loads(files["workshop/class.json"])
    assert told["n_seats"] == 5
    assert told["pairs"] == [{"pair": 1, "candidate": 5, "recruiter": 1}, {"pair": 2, "candidate": 4, "recruiter": 2}]
    assert told["issues"][1]["name"] == f"Place {HOSTILE}"
    assert files["_rooms/class.txt"].decode().split() == [f"seat_00{seat}" for seat in range(1, 6)]


def test_the_secret_itself_is_nowhere() -> None:
    files = project_files(5)
    assert re.fullmatch(rb"[0-9a-f]{64}\n", files["secret_key.txt"])
    assert [path for path, data in files.items() if SECRET in data or SECRET.hex().encode() in data] == []


def test_the_code_compiles_and_keeps_the_style(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", 5)
    for path in project.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")
    # oTree names methods, lists fields in class attributes, and needs no docstring for each.
    check = ["check", "--config", str(ROOT / "pyproject.toml"), "--ignore", "D,ARG,RUF012"]
    for command in (check, ["format", "--check", "--line-length", "120"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, str(project)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", [path for path in project_files(2) if "html" in path])
def test_templates_escape(path: str) -> None:
    """Templates of oTree escape nothing by themselves."""
    text = project_files(2)[path].decode()
    shown = [one.strip() for one in re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL)]
    assert [one for one in shown if not NEEDS_NO_ESCAPE.fullmatch(one) and not one.endswith("|escape")] == []
    assert "{%" not in text
    assert "innerHTML" not in text


def test_the_live_page_writes_text_and_no_html() -> None:
    script = project_files(2)["_static/negotiate.js"].decode()
    assert re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function", script) == []
