"""The packages that pay data needs, which are no part of a plain installation."""

from __future__ import annotations

from importlib.util import find_spec

from compkit.errors import Fault, InputError

_PACKAGES = ("cleanco", "duckdb", "linearmodels", "python-calamine", "rapidfuzz", "xlsx2csv", "zipcodes")


def require_packages() -> None:
    """Raise unless all packages are installed.

    Raises
    ------
    InputError
        With the line that installs them.
    """
    if any(find_spec(name.replace("-", "_")) is None for name in _PACKAGES):
        rule = f"needs more packages. Install them: pip install {' '.join(_PACKAGES)}"
        raise InputError([Fault("", "", "Pay data", rule)])
