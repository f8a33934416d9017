"""What an offers file can say: offers, candidates, equity, startup terms and benefits, checked and frozen."""
