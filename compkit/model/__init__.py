"""What an offers file can say: offers, candidates, equity, startup terms and benefits, checked and frozen."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
