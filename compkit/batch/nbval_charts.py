"""Pytest plugin for nbval: compare no charts, as nbval compares no PNG; the words for each chart are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compkit.batch.run.cleaning import SVG, is_framed_chart


def pytest_collection_modifyitems(items: Sequence[Any]) -> None:
    """Leave charts out of each notebook's outputs, and out of what its cells give now."""
    for item in items:
        if not hasattr(item.parent, "skip_compare"):
            continue
        item.parent.skip_compare = (*item.parent.skip_compare, SVG)
        for output in item.cell.get("outputs", ()):
            if is_framed_chart(output):
                del output["data"]["text/html"]
