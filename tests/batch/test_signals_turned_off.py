"""Tests of signals pass wherever they start: under nohup, in the background, in CI that ignores Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import LONG_LIMIT_SECONDS

from compkit.engine.limits import why_no_forks

ROOT = Path(__file__).parents[2]
TESTS = {
    "batch/test_batch_kills.py": "test_a_signal_ends_the_command_with_its_number",
    "batch/test_batch_running.py": f"test_a_driver_that_ends_leaves_no_kernel[{signal.SIGINT}]",
    "engine/test_forked_faults.py": f"test_no_process_outlives_the_driver[{signal.SIGTERM}]",
}


@pytest.mark.skipif(bool(why_no_forks()), reason="forked reports need Linux; run these tests there")
@pytest.mark.long
def test_tests_of_signals_pass_where_the_caller_ignores_signals() -> None:
    chosen = [f"tests/{file}::{name}" for file, name in TESTS.items()]
    pytest_command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-o", "addopts=", *chosen]
    command = ["sh", "-c", "trap '' INT TERM HUP; exec \"$@\"", "sh", *pytest_command]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONG_LIMIT_SECONDS, check=False)
    assert done.returncode == os.EX_OK, done.stdout
    assert "= 5 passed" in done.stdout, done.stdout
