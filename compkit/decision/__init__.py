"""The one decision of a person: which choice leads on pay, how firmly, and what to do next."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
