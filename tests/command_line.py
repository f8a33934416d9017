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
