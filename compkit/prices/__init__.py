"""Share prices: history, scenarios, simulated paths, risk, break-even, recruiters' claims."""
