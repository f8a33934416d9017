"""Evaluation of one offer, comparison of a person's offers, pay by place."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
