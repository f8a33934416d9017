"""What opponents say. A phrase depends on the seed and on what everyone sees, never on points or limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from compkit.workshop.draw import Draw
from compkit.workshop.opponents.game import Game

Occasion = Literal["opening", "other offer", "same offer", "last offer", "accept", "no answer left", "walk away"]
PHRASES: Mapping[Occasion, tuple[str, ...]] = {
    "opening": (
        "Thanks for making time. Here is where I'd like to start.",
        "Let me put something on the table.",
        "I've thought about how this could work. Here is my proposal.",
    ),
    "other offer": (
        "I've looked at it again. How about this?",
        "I hear you. Here is what I could do instead.",
        "Let's try it another way.",
        "That doesn't work for me yet. This would.",
    ),
    "same offer": (
        "I'm staying with my proposal.",
        "I don't see a reason to move yet.",
        "My offer stands. What could you do?",
    ),
    "last offer": (
        "This is my last offer, and you have the last word.",
        "We're out of time after this one. Here is my final proposal.",
    ),
    "accept": ("That works for me. We have a deal.", "Agreed. Thank you.", "Yes, let's do that."),
    "no answer left": (
        "We've run out of time, and I can't sign that. Thank you all the same.",
        "I'm sorry, that isn't enough for me, and there's no time left.",
    ),
    "walk away": ("I don't see a deal here. Thank you for your time.", "I'll leave it there. All the best."),
}


def last_phrase(game: Game, seed: int) -> str:
    """Words for the last move of a game."""
    return Draw(b"compkit phrases", f"{seed}/{len(game.moves)}").choice(PHRASES[_occasion(game)])


def _occasion(game: Game) -> Occasion:
    *_, move = game.moves
    if move.kind == "accept":
        return "accept"
    if move.kind == "walk away":
        return "no answer left" if move.turn == game.n_turns else "walk away"
    own = game.offers(move.side)
    if move.turn == game.n_turns - 1:
        return "last offer"
    if len(own) == 1:
        return "opening"
    return "same offer" if own[-1] == own[-2] else "other offer"
