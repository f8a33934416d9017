"""Bands, premiums, scores, and the audit of the guide."""
