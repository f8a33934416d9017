"""What a notebook user writes: offers read from a file, valued, compared, evaluated, explained."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
