"""Tax on wages: federal, state, city and payroll taxes, for many households at once.

All pay counts as wages. The tables of 2024, 2025 and 2026 are used as published; later years are projected from them
and labeled so; earlier years are refused.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
