"""What to do with the figures: when to walk away, what to ask for, in which order and with which words."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
