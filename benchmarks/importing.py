"""What `import compkit` and `compkit --help` cost against `import pandas`, each in fresh interpreters.

Run it with `python benchmarks/importing.py` or `make bench`. The goal: `import compkit` costs at most 1.3 times
`import pandas`; a bare interpreter's start is taken off both.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

N_RUNS = 7
GOAL = 1.3
HELP = "from compkit.cli import run\ntry:\n    run(['--help'])\nexcept SystemExit:\n    pass"


def seconds_of(code: str) -> float:
    """Return the median time of a fresh interpreter that runs `code` [s]; one more, before, warms the disk's cache."""
    times = []
    for _ in range(N_RUNS + 1):
        start = perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        times.append(perf_counter() - start)
    return median(times[1:])


def main() -> int:
    """Time the three, print the figures; return 0 where the goal is met, else 1."""
    bare = seconds_of("pass")
    pandas = seconds_of("import pandas") - bare
    compkit = seconds_of("import compkit") - bare
    shown_help = seconds_of(HELP) - bare
    print(f"bare interpreter: {bare:.3f} s, taken off the others")
    print(f"import pandas: {pandas:.3f} s")
    print(f"import compkit: {compkit:.3f} s, {compkit / pandas:.2f} times import pandas (goal {GOAL} at most)")
    print(f"compkit --help: {shown_help:.3f} s, {shown_help / pandas:.2f} times import pandas")
    return 0 if compkit <= GOAL * pandas else 1


if __name__ == "__main__":
    sys.exit(main())
