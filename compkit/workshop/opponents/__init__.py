"""Negotiating a scored case turn by turn: the game, opponents whose rules are open, and what a game left undone."""
