"""A million outcomes analyzed: seconds and the most memory, for points that people type and for shares of 16 digits.

Each case is measured in a process of its own. The last one is the worst: each side's gain is the other's loss, so every
outcome is on the frontier.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from fractions import Fraction

from compkit.workshop import Case, Issue, Option, Side, analyze_case

N_ISSUES, N_OPTIONS = 6, 10
KINDS = ("points", "shares", "opposed points", "opposed shares", "zero-sum")


def case_of(kind: str) -> Case:
    """Return a case with a million outcomes."""
    draw = random.Random(0)  # noqa: S311

    def value(largest: int) -> Fraction:
        digits = 10**16 if "shares" in kind else 1
        return Fraction(draw.randint(0, largest * digits), digits)

    issues = []
    for number in range(N_ISSUES):
        firsts = [value(100) for _ in range(N_OPTIONS)]
        seconds = [value(100) for _ in range(N_OPTIONS)]
        if "opposed" in kind:
            firsts, seconds = sorted(firsts), sorted(seconds, reverse=True)
        if kind == "zero-sum":
            firsts = [Fraction(step * N_OPTIONS**number) for step in range(N_OPTIONS)]
            seconds = [-first for first in firsts]
        options = (Option(str(at), pair) for at, pair in enumerate(zip(firsts, seconds, strict=True)))
        issues.append(Issue(f"issue {number}", tuple(options)))
    low = Fraction(-(10**6)) if kind == "zero-sum" else Fraction(0)
    return Case(kind, (Side("first", Fraction(0)), Side("second", low)), tuple(issues))


def measure(kind: str) -> None:
    """Print a case's seconds and the most memory of this process."""
    case = case_of(kind)
    start = time.perf_counter()
    found = analyze_case(case)
    seconds = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"workshop, {case.n_outcomes:,} outcomes, {kind}: {len(found.pareto):,} on the frontier, "
          f"{seconds:.2f} s, {memory} MB")  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        for one in KINDS:
            subprocess.run([sys.executable, __file__, one], check=True)  # noqa: S603
