"""Where a figure comes from: a tree from the figure down to what was typed, a row of a table, or an assumption."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
