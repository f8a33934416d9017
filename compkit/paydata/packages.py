"""The packages that pay data needs, which are no part of a plain installation."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from compkit.errors import Fault, InputError

_PACKAGES = ("cleanco", "duckdb", "linearmodels", "python-calamine", "rapidfuzz", "xlsx2csv", "zipcodes")


OWN_STORE: Final = "paydata.duckdb"
"""Where a person's store is, if nothing else is said."""


def find_pay_store(named: str | os.PathLike[str] | None, offers_files: Iterable[str] = ()) -> Path | None:
    """Find the store of pay data: the one that is named, else a person's own.

    Their own is `paydata.duckdb` in the current folder, else in the folder of an offers file or the one above.

    Parameters
    ----------
    named : str or Path or None
    offers_files : iterable of str

    Returns
    -------
    Path or None
        None where nobody named a store and there is none, or packages that it needs are missing.
    """
    if named is not None:
        return Path(named)
    beside = (folder for file in offers_files for folder in (Path(file).parent, Path(file).absolute().parent.parent))
    found = next((path for folder in dict.fromkeys((Path(), *beside)) if (path := folder / OWN_STORE).is_file()), None)
    return None if found is None or missing_packages() else found


def missing_packages() -> list[str]:
    """List packages that pay data needs and that are not installed."""
    return [name for name in _PACKAGES if find_spec(name.replace("-", "_")) is None]


def require_packages() -> None:
    """Raise unless all packages are installed.

    Raises
    ------
    InputError
        With the line that installs them.
    """
    if missing_packages():
        rule = f"needs more packages. Install them: pip install {' '.join(_PACKAGES)}"
        raise InputError([Fault("", "", "Pay data", rule)])
