"""Where an offer stands: bands, premiums, scores, and the audit of the guide."""
