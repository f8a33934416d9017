"""The command: `compkit`, or `python -m compkit`, which can also do all that make does."""

from __future__ import annotations

import sys

from compkit.dev import tasks


def main() -> int:
    """Do a task of the checkout, which needs nothing installed, or hand over to the command line."""
    arguments = sys.argv[1:]
    if len(arguments) == 1 and arguments[0] in tasks.TASKS and (tasks.ROOT / "Makefile").is_file():
        return tasks.main(arguments)
    from compkit.cli import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
