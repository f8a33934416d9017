"""Options for where reports are made and stored."""

from __future__ import annotations

from pathlib import Path

import click

output_option = click.option(
    "-o", "--output", "out", default="reports/latest", show_default=True, metavar="DIR|URL",
    help="Where the reports go: a folder, or a store such as s3://bucket/prefix.",
)  # fmt: skip
cache_option = click.option(
    "--cache", type=click.Path(path_type=Path), metavar="DIR",
    help="Folder for making reports that go to a store; your account's cache if left out.",
)  # fmt: skip
scheduler_option = click.option(
    "--scheduler", metavar="ADDRESS", help="A Dask scheduler, tcp://HOST:PORT, whose workers make the reports."
)
