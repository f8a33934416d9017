"""Tables, charts and notes for notebooks; the only place that rounds figures and draws charts.

Names load on first use, so that a notebook without charts does not load the plotting library.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
