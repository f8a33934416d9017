"""Voila's script and the extensions of it that pages load: where they are, and under which address."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from voila import __version__ as voila_version
from voila.paths import collect_static_paths
from voila.utils import get_voila_labextensions_path

ASSETS = f"/assets/{voila_version}"
"""Start of the addresses. It changes with the version, so browsers may keep the files."""
_EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")


def static_folder() -> Path:
    """Folder of Voila's script."""
    return next(Path(path) for path in collect_static_paths(["voila"], "base") if Path(path, "voila.js").is_file())


def page_config(_given: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Page settings of Voila's script: where its files and extensions are, and nothing of this computer."""
    return {
        "appVersion": voila_version,
        "baseUrl": "/",
        "fullStaticUrl": f"{ASSETS}/voila",
        "fullLabextensionsUrl": f"{ASSETS}/extensions",
        "federated_extensions": _extensions(),
        "fullPageUrl": f"{ASSETS}/page",
        "fullMathjaxUrl": f"{ASSETS}/page/no-math.js",
        "mathjaxConfig": "none",
        "terminalsAvailable": False,
    }


def extension_folders() -> dict[str, Path]:
    """Folder of each front-end extension that pages load."""
    roots = [Path(root) for root in get_voila_labextensions_path()]
    return {name: next(root / name for root in roots if (root / name).is_dir()) for name in _EXTENSIONS}


def _extensions() -> list[dict[str, Any]]:
    """Scripts of the extensions, as Voila's script wants them listed."""
    found = []
    for name, folder in extension_folders().items():
        build = json.loads((folder / "package.json").read_text(encoding="utf-8"))["jupyterlab"]["_build"]
        found.append({"name": name, **build})
    return found
