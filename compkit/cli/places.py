"""Options for where reports are made and stored."""

from __future__ import annotations

from pathlib import Path

import click

output_option = click.option(
    "-o", "--output", "out", default="reports/latest", show_default=True, metavar="DIR|URL",
    help="Folder for the reports, or a store such as s3://bucket/prefix.",
)  # fmt: skip
cache_option = click.option(
    "--cache", type=click.Path(path_type=Path), metavar="DIR",
    help="Local folder for reports that go to a store. Default: your account's cache.",
)  # fmt: skip
scheduler_option = click.option(
    "--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers make the reports: tcp://HOST:PORT."
)
