"""The command line: one door to everything; each command loads only what it needs."""

from __future__ import annotations

from compkit.cli.main import run

__all__ = ["run"]
