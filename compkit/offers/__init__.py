"""Readers of offers files: YAML, JSON, CSV, and XLSX to typed offers, with every fault."""

from __future__ import annotations

from compkit.offers.document import SCHEMA_ID, OffersFile, offers_json_schema
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.loading import Offers, load_offers, read_offers

__all__ = [
    "SCHEMA_ID",
    "LeftOut",
    "OfferEntry",
    "Offers",
    "OffersFile",
    "load_offers",
    "offers_json_schema",
    "read_offers",
]
