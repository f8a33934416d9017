"""The packages that pay data needs, which are no part of a plain installation."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from compkit.errors import Fault, InputError

_PACKAGES = ("cleanco", "duckdb", "linearmodels", "python-calamine", "rapidfuzz", "xlsx2csv", "zipcodes")


OWN_STORE: Final = "paydata.duckdb"
"""Where a person's store is, if nothing else is said."""


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
