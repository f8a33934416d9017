from .observation import MEASURES as MEASURES, Measure as Measure
