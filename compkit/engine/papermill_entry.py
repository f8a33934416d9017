"""What papermill finds of our engine whenever it is imported: next to nothing, until the engine is used."""

from __future__ import annotations

from typing import Any


class ForkedEngineEntry:
    """The engine `compkit` for papermill, which asks an engine for these three."""

    @staticmethod
    def execute_notebook(*arguments: Any, **options: Any) -> Any:
        """Run a notebook; see `compkit.engine.engine`."""
        from compkit.engine.engine import ForkedEngine

        return ForkedEngine.execute_notebook(*arguments, **options)

    @staticmethod
    def nb_kernel_name(*arguments: Any) -> Any:
        """Return the name of a notebook's kernel, as papermill finds it."""
        from papermill.engines import Engine

        return Engine.nb_kernel_name(*arguments)

    @staticmethod
    def nb_language(*arguments: Any) -> Any:
        """Return the language of a notebook, as papermill finds it."""
        from papermill.engines import Engine

        return Engine.nb_language(*arguments)
