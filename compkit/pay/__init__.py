"""Pay of an offer: vesting, cash flow, value, refreshers, leaving early, the current job, benefits, startups."""
