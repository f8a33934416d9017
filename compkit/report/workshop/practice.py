"""A game against an opponent, for the person who plays it: their brief, what was said, and the debrief."""

from __future__ import annotations

from collections.abc import Iterator

from compkit.report.show.blocks import Notes, Table, build_table
from compkit.report.show.text import capitalized
from compkit.report.workshop.analysis_text import package_in_words, utility
from compkit.report.workshop.debrief_text import count_points
from compkit.workshop import (
    STRATEGIES,
    Case,
    Game,
    Package,
    Pair,
    Practice,
    Review,
    Strategy,
    package_points,
)

READABLE = (
    "The opponent runs on your own computer, and its case is drawn there from the seed: whoever looks can read its "
    "points and its limit. For a game that counts, negotiate with a person."
)


def practice_brief(case: Case, side: int) -> Table:
    """Build a person's private brief: every option with its points, and the limit."""
    own = case.sides[side]
    n_columns = max(len(issue.options) for issue in case.issues)
    rows = [
        [issue.name, *(f"{option.name} ({utility(option.utilities[side])})" for option in issue.options),
         *[""] * (n_columns - len(issue.options))]
        for issue in case.issues
    ]  # fmt: skip
    return build_table(
        f"Your brief as the {own.name}",
        ["Issue", *(f"Option {number}" for number in range(1, n_columns + 1))],
        rows,
        f"In parentheses: your points. Agree on one option for each issue. {limit_sentence(case, side)}",
        own.alternative,
    )


def limit_sentence(case: Case, side: int) -> str:
    """Write what a side's limit means."""
    return f"Your limit is {count_points(case.sides[side].limit)}: with fewer, no deal is better for you."


def clock_sentence(practice: Practice) -> str:
    """Write whose turn it is and how many are left."""
    game = practice.game
    if game.is_over:
        return "The game is over."
    left = game.turns_left
    turn = f"Turn {game.turn} of {game.n_turns}, and it's yours."
    if left == 1:
        return f"{turn} It's the last turn: accept their offer, or walk away."
    if left == 2:
        return f"{turn} It's your last offer: they can only accept it or walk away."
    return f"{turn} {left} turns are left, with this one."


def package_words(case: Case, package: Package) -> str:
    """Write a package: each issue with its option."""
    return "; ".join(f"{issue.name} {issue.options[at].name}" for issue, at in zip(case.issues, package, strict=True))


def game_table(game: Game, side: int | None = None) -> Table:
    """Build the table of a game's moves.

    Parameters
    ----------
    game : Game
    side : {0, 1}, optional
        The person's, whose points to show; by default both sides'.
    """
    case = game.case
    shown = (0, 1) if side is None else (side,)
    columns = ["Turn", "Who", "Move", *(issue.name for issue in case.issues)]
    columns += [f"Points for {'you' if one == side else 'the ' + case.sides[one].name}" for one in shown]
    rows = []
    for move in game.moves:
        start = [str(move.turn), "you" if move.side == side else case.sides[move.side].name, move.kind]
        if move.package:
            points = package_points(case, move.package)
            options = [issue.options[at].name for issue, at in zip(case.issues, move.package, strict=True)]
            rows.append([*start, *options, *(utility(points[one]) for one in shown)])
        else:
            rows.append([*start, *[""] * (len(columns) - len(start))])
    return build_table("The negotiation", columns, rows)


def answer_sentences(practice: Practice) -> list[str]:
    """Write what the opponent said and did last; empty if the person moved last."""
    game, words = practice.game, practice.said[-1] if practice.said else ""
    if not words:
        return []
    move = game.moves[-1]
    who = f"The {game.case.sides[move.side].name}"
    if move.kind != "offer":
        return [f'{who}: "{words}"']
    points = package_points(game.case, move.package)[practice.side]
    return [
        f'{who}: "{words}"',
        f"{who}'s offer: {package_words(game.case, move.package)}. It's worth {count_points(points)} to you.",
    ]


def review_notes(review: Review, side: int | None = None, strategy: Strategy | None = None) -> Notes:
    """List what a game came to, what was left on the table, and which turn lost it.

    Parameters
    ----------
    review : Review
    side : {0, 1}, optional
        The person's.
    strategy : Strategy, optional
        The opponent's, to name it.
    """
    told = [*_result(review, side), *_left(review, side), *_lost(review, side)]
    if strategy:
        told.append(f"The opponent played {strategy.name}. {strategy.summary} Its target: {strategy.rule}.")
    return Notes("Debrief", told, "basis")


def _name(case: Case, one: int, side: int | None) -> str:
    return "you" if one == side else f"the {case.sides[one].name}"


def _both(case: Case, points: Pair, side: int | None) -> str:
    order = (0, 1) if side in (None, 0) else (1, 0)
    return " and ".join(f"{utility(points[one])} to {_name(case, one, side)}" for one in order)


def _result(review: Review, side: int | None) -> Iterator[str]:
    game, case = review.game, review.game.case
    turn = f"in turn {len(game.moves)} of {game.n_turns}"
    limits = f"The limits are {_both(case, case.limits, side).replace(' to ', ' for ')}."
    if game.agreement is None:
        yield f"No deal: {_name(case, game.moves[-1].side, side)} walked away {turn}. {limits}"
        return
    yield f"Deal {turn}, worth {_both(case, review.result.points, side)}. {limits}"
    for below in review.result.sides_below:
        verb = "are" if below == side else "is"
        yield f"{capitalized(_name(case, below, side))} {verb} below the limit: no deal would have been better."


def _left(review: Review, side: int | None) -> Iterator[str]:
    result, analysis = review.result, review.debrief.analysis
    if not analysis.has_deal and review.game.agreement is None:
        yield "No package suits both sides. Walking away was the right result."
        return
    if not result.left:
        yield "Nothing was left on the table: no package is better for one of you and no worse for the other."
        return
    better = [pair for pair in analysis.pareto if pair[0] >= result.points[0] and pair[1] >= result.points[1]]
    best = max(better, key=sum)
    was = "was" if result.left == 1 else "were"
    yield (
        f"{count_points(result.left)} {was} left on the table: {package_in_words(analysis, best)} would have been "
        f"worth {_both(review.game.case, best, side)}."
    )


def _lost(review: Review, side: int | None) -> Iterator[str]:
    lost, case = review.lost, review.game.case
    if lost is not None:
        offerer, refuser = (_name(case, move.side, side) for move in (lost.offer, lost.refusal))
        did = "walked away" if lost.refusal.kind == "walk away" else "offered something else"
        yield (
            f"It was lost in turn {lost.refusal.turn}. {capitalized(offerer)} had offered "
            f"{package_words(case, lost.offer.package)}, worth {_both(case, lost.points, side)}, and {refuser} {did}. "
            f"That cost {count_points(lost.cost)} together."
        )
    elif review.result.left and review.debrief.analysis.has_deal:
        yield "No offer that was turned down would have been better for both, so no single turn lost it."


def opponents_table() -> Table:
    """Build the table of opponents: what each does, its rule, and where the rule is from."""
    rows = [(capitalized(one.name), one.summary, one.rule, one.source) for one in STRATEGIES.values()]
    return build_table(
        "The opponents",
        ["Opponent", "What it does", "What it wants at least (target)", "Source"],
        rows,
        "t is the share of its turns that are over. With e below 1 it holds out (boulware), above 1 it gives way "
        "(conceder); others write t^e, which reverses that.",
    )
