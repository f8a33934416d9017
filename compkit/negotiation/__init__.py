"""What to do with the figures: when to walk away, what to ask for, in which order and with which words."""
