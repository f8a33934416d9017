"""What a command answers."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from compkit.cli import run


def answered(*arguments: str | Path) -> tuple[int, Any, str]:
    """Run a command with --json; return its exit code, what it answers, and what stands on stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*map(str, arguments), "--json"])
    return code, json.loads(out.getvalue(), parse_constant=pytest.fail), err.getvalue()


def printed(*arguments: str | Path) -> str:
    """Run a command that succeeds; return what it prints, with single spaces."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run([*map(str, arguments)]) == 0
    return " ".join(out.getvalue().split())
