"""One server for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from app_server import AppServer, app_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Return the app on the sample offers."""
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    with app_server(tmp_path_factory.mktemp("app")) as running:
        yield running
