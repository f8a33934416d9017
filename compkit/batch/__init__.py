"""Many notebooks for many offers: each run on its own, each result whole or not there at all.

This package imports nothing here, because its workers start faster the less they load.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
