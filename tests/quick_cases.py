"""Which of many cases the quick tests try; `make test-long` tries them all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest

QUICK_SAMPLES = (
    "amazon-l6-seattle-before", "google-l5-boomerang", "larkspur-ai-head-of-vision", "netflix-all-cash",
)  # fmt: skip
"""Sample offers that differ most. Every sample offer's reports are compared with the golden ones, too."""


def mostly_long(values: Iterable[str], quick: Collection[str] = QUICK_SAMPLES) -> list[Any]:
    """Parameters of a test, those that are not quick marked long."""
    return [pytest.param(value, marks=() if value in quick else pytest.mark.long) for value in values]
