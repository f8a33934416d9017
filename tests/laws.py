"""How many examples hypothesis draws for a law: few and always the same, or many and random."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

N_EXAMPLES = 10
"""How many examples of a law the quick tests try."""
N_RANDOM_EXAMPLES = 40
"""How many `make test-long` tries, others each time."""

settings.register_profile(
    "fixed", derandomize=True, max_examples=N_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "random", settings.get_profile("fixed"), derandomize=False, max_examples=N_RANDOM_EXAMPLES, print_blob=True
)


def examples(n: int, **others: Any) -> settings:
    """Try a law that needs more or fewer examples than usual: half of n in quick tests, twice n at random."""
    return settings(max_examples=max(1, n * settings.default.max_examples // 20), **others)
