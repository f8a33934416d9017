"""Entry point for papermill, which imports it always: light until the engine is used."""

from __future__ import annotations

from typing import Any


class ForkedEngineEntry:
    """The engine `compkit`, with the three methods that papermill calls."""

    @staticmethod
    def execute_notebook(*arguments: Any, **options: Any) -> Any:
        """Run a notebook; see `compkit.engine.engine`."""
        from compkit.engine.engine import ForkedEngine

        return ForkedEngine.execute_notebook(*arguments, **options)

    @staticmethod
    def nb_kernel_name(*arguments: Any) -> Any:
        """Kernel name of a notebook, by papermill's rule."""
        from papermill.engines import Engine

        return Engine.nb_kernel_name(*arguments)

    @staticmethod
    def nb_language(*arguments: Any) -> Any:
        """Language of a notebook, by papermill's rule."""
        from papermill.engines import Engine

        return Engine.nb_language(*arguments)
