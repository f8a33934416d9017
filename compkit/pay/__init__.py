"""What an offer pays: vesting, cash flow, worth, refreshers, leaving early, the current job, benefits, startups."""
