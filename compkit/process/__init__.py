"""The weeks around an offer: what happens when, what to do by which day, and which deadlines clash."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
