"""Controls for notebooks: change an assumption and see what it does."""

from __future__ import annotations

from compkit.notebook.controls import (
    comparison_controls,
    evaluation_controls,
    location_controls,
    negotiation_controls,
)

__all__ = [
    "comparison_controls",
    "evaluation_controls",
    "location_controls",
    "negotiation_controls",
]
