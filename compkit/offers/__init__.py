"""Readers of offers files: YAML, JSON, CSV, and XLSX to typed offers, with every fault."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
