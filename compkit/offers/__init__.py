"""The only readers of offers files: YAML, JSON, CSV and XLSX to typed offers, or every fault at once."""

from __future__ import annotations

from compkit.offers.document import SCHEMA_ID, OffersFile, offers_json_schema
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.loading import Offers, Reading, load_offers, read_offers

__all__ = [
    "SCHEMA_ID",
    "LeftOut",
    "OfferEntry",
    "Offers",
    "OffersFile",
    "Reading",
    "load_offers",
    "offers_json_schema",
    "read_offers",
]
