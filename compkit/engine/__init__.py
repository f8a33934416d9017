"""Notebooks in processes forked from a fork server: no kernel to start, nothing to import, nothing shared.

`driver` starts the fork server of `fork_server` and talks to it; `child` sets up each forked process; `kernel` and
`client` are IPython's kernel without sockets; `engine` is papermill's engine, `provisioner` Jupyter's. This file
imports nothing.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
