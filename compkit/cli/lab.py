"""Command that opens the notebooks in JupyterLab."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from compkit.batch import FilledFolder, fill_notebooks

_START = "start.ipynb"
_LOOK = Path(__file__).resolve().parent / "lab_look"
LAB_OPTIONS = (
    f"--LabApp.default_url=/lab/tree/{_START}",
    f"--LabApp.app_settings_dir={_LOOK}",
    "--LabApp.custom_css=True",
    f"--ServerApp.tornado_settings=static_custom_path={_LOOK}",
)
"""The notebook to begin with, only dots for collapsed code, and no question about news."""
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Environment variables that name a display or a browser."""


@click.command("lab")
@click.argument("folder", metavar="[DIR]", default="my-notebooks", type=click.Path(path_type=Path))
def lab_command(folder: Path) -> None:
    """Open the notebooks in JupyterLab, about your offers.

    DIR, by default my-notebooks, gets copies of the notebooks. Files that are there already stay as they are. Put your
    offers in DIR/offers.yaml; until then the notebooks show the sample offers.
    """
    for line in filling_lines(fill_notebooks(folder), folder):
        click.echo(line, err=True)
    options, remarks = start_options()
    for line in remarks:
        click.echo(line, err=True)
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    LabApp.launch_instance(["--notebook-dir", str(folder), *LAB_OPTIONS, *options])


def filling_lines(filled: FilledFolder, folder: Path) -> list[str]:
    """Lines that say what was added to the folder, and what there is a newer version of."""
    lines = [f"Added to {folder}: {', '.join(filled.added)}."] if filled.added else []
    if filled.outdated:
        names = ", ".join(filled.outdated)
        lines.append(f"compkit has newer versions of {names}. Yours stay; rename or delete them to get the new ones.")
    return lines


def start_options() -> tuple[list[str], list[str]]:
    """Options that JupyterLab needs as root and without a display, and a remark on each."""
    options, remarks = [], []
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
        remarks.append(
            "You are root: JupyterLab runs with --allow-root. It listens on this machine only and asks for its token."
        )
    if sys.platform not in ("win32", "darwin") and not any(map(os.environ.get, _DISPLAYS)):
        options.append("--no-browser")
        remarks.append("No display here: open the address with the token that JupyterLab prints below.")
    return options, remarks
