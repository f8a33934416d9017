"""The option --json and what a command prints with it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")


def print_json(value: Mapping[str, Any]) -> None:
    """Print a value as JSON, unrounded; NaN becomes null."""
    click.echo(json.dumps(_without_nan(value), indent=2, ensure_ascii=False, allow_nan=False))


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_nan(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value
