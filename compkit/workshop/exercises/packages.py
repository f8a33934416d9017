"""Packages: trade across issues, what the other side keeps, and which agreement nobody can improve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from compkit.reference import Tables
from compkit.workshop.case import Case, Issue, Option, Side
from compkit.workshop.case_file import ROLES
from compkit.workshop.draw import Draw
from compkit.workshop.exercises.given import Given
from compkit.workshop.exercises.question import ChoiceQuestion, NumberQuestion, Question, Span, mistake
from compkit.workshop.solutions import analyze_case

_ISSUES = (
    ("Base salary", ("$170,000", "$180,000", "$190,000")),
    ("Start date", ("in 4 weeks", "in 8 weeks", "in 12 weeks")),
    ("Days in the office", ("5 a week", "3 a week", "1 a week")),
)
"""The options go from what the recruiter wants to what the candidate wants."""
_LOW, _MIDDLE, _HIGH = range(3)

Package = tuple[int, ...]


@dataclass(frozen=True)
class _Table:
    """A case in whole points with four packages: an option of each issue.

    Parameters
    ----------
    case : Case
    middle, trade, reverse, greedy : tuple of int
        The middle of everything; each side gets what it cares about most; each gets what the other cares about; the
        candidate gets everything.
    names : mapping of package to str
    """

    case: Case
    middle: Package
    trade: Package
    reverse: Package
    greedy: Package
    names: Mapping[Package, str]

    def points(self, package: Package, side: int) -> int:
        """Add up what a package is worth to a side."""
        return sum(self.parts(package, side))

    def parts(self, package: Package, side: int) -> list[int]:
        """List what each option of a package is worth to a side."""
        return [int(issue.options[at].utilities[side]) for issue, at in zip(self.case.issues, package, strict=True)]

    def gain(self, package: Package, side: int) -> int:
        """Points above the side's limit."""
        return self.points(package, side) - int(self.case.limits[side])

    def joint(self, package: Package) -> int:
        """Both gains."""
        return self.gain(package, 0) + self.gain(package, 1)

    def given(self) -> list[Given]:
        """Points and packages."""
        rows = [
            (issue.name if at == 0 else "", option.name, *(str(int(one)) for one in option.utilities))
            for issue in self.case.issues
            for at, option in enumerate(issue.options)
        ]
        limits = [int(limit) for limit in self.case.limits]
        points = Given(
            "What every option is worth",
            ("Issue", "Option", "To you, the candidate", "To the recruiter"),
            rows,
            f"Below {limits[0]} points you are better off without a deal; the recruiter below {limits[1]}. "
            "In a role play you'd see only your own column.",
        )
        packages = [
            (name, *(issue.options[at].name for issue, at in zip(self.case.issues, package, strict=True)))
            for package, name in sorted(self.names.items(), key=lambda item: item[1])
        ]
        return [points, Given("Four packages", ("Package", *(issue.name for issue in self.case.issues)), packages)]


def packages(draw: Draw, tables: Tables) -> tuple[Sequence[Given], Mapping[str, Question]] | None:  # noqa: ARG001
    """Draw a case with four packages and ask what they are worth; None for numbers that are no good."""
    table = _draw_table(draw)
    if not _is_good(table):
        return None
    questions: dict[str, Question] = {
        "points": _points(table),
        "keeps": _keeps(table),
        "trade": _trade(table),
        "frontier": _frontier(table),
        "largest": _largest(table),
    }
    return table.given(), questions


def _draw_table(draw: Draw) -> _Table:
    """Opposed on every issue, but each side cares most about an issue that matters little to the other."""
    own, other, rest = draw.shuffled(range(len(_ISSUES)))
    tops = [[0] * len(_ISSUES), [0] * len(_ISSUES)]
    for at, (mine, yours) in {own: (60, 20), other: (20, 60), rest: (40, 40)}.items():
        tops[0][at], tops[1][at] = mine + draw.between(-6, 6), yours + draw.between(-6, 6)
    issues = tuple(
        Issue(name, tuple(map(_option, options, _rising(draw, tops[0][at]), reversed(_rising(draw, tops[1][at])))))
        for at, (name, options) in enumerate(_ISSUES)
    )
    middle, greedy = (_MIDDLE,) * len(_ISSUES), (_HIGH,) * len(_ISSUES)
    trade, reverse = (
        tuple(_HIGH if at == mine else _LOW if at == yours else _MIDDLE for at in range(len(_ISSUES)))
        for mine, yours in ((own, other), (other, own))
    )
    names = dict(zip(draw.shuffled([middle, trade, reverse, greedy]), "ABCD", strict=True))
    sums = [sum(int(issue.options[_MIDDLE].utilities[side]) for issue in issues) for side in (0, 1)]
    limits = [Fraction(one - draw.between(5, 15)) for one in sums]
    sides = (Side(ROLES[0], limits[0]), Side(ROLES[1], limits[1]))
    return _Table(Case("Packages", sides, issues), middle, trade, reverse, greedy, names)


def _rising(draw: Draw, top: int) -> list[int]:
    return [0, top * draw.between(42, 58) // 100, top]


def _option(name: str, candidate: int, recruiter: int) -> Option:
    return Option(name, (Fraction(candidate), Fraction(recruiter)))


def _is_good(table: _Table) -> bool:
    """Whether, of the four packages, only the trade is on the frontier and above both limits."""
    frontier = set(analyze_case(table.case).pareto)
    pairs = {one: (Fraction(table.points(one, 0)), Fraction(table.points(one, 1))) for one in table.names}
    both = [min(table.gain(one, 0), table.gain(one, 1)) >= 0 for one in (table.middle, table.trade, table.greedy)]
    beats = all(table.points(table.trade, side) > table.points(table.middle, side) for side in (0, 1))
    loses = all(table.points(table.reverse, side) < table.points(table.middle, side) for side in (0, 1))
    is_apart = pairs[table.trade] in frontier and not {pairs[table.middle], pairs[table.reverse]} & frontier
    return both == [True, True, False] and beats and loses and is_apart


def _points(table: _Table) -> NumberQuestion:
    package, name = table.middle, table.names[table.middle]
    mine, yours = (table.points(package, side) for side in (0, 1))
    return NumberQuestion(
        f"How many points is package {name} worth to you?",
        Span.near(mine),
        f"{' + '.join(map(str, table.parts(package, 0)))}: points of different issues add up.",
        (
            mistake(yours, "You added up the recruiter's column."),
            mistake(mine + yours, "You added both columns. Take your own."),
            mistake(table.gain(package, 0), "You subtracted your limit. That is the gain; the question is for points."),
            mistake(table.points(table.trade, 0), f"That is package {table.names[table.trade]}."),
            mistake(
                table.points(table.greedy, 0), "You took the best option of every issue. Read the package's options."
            ),
        ),
        f"Find the three options of package {name}, and add up their points in your column.",
        "count",
    )


def _keeps(table: _Table) -> NumberQuestion:
    package, name = table.trade, table.names[table.trade]
    return NumberQuestion(
        f"What does the recruiter gain from package {name}, above their limit?",
        Span.near(table.gain(package, 1)),
        f"{table.points(package, 1)} points, less the limit of {int(table.case.limits[1])}. "
        "A deal has to leave the other side something too.",
        (
            mistake(table.points(package, 1), "Those are the recruiter's points. Subtract their limit."),
            mistake(table.gain(package, 0), "That is your own gain."),
            mistake(
                table.points(package, 1) - int(table.case.limits[0]), "You subtracted your limit from their points."
            ),
            mistake(
                table.points(package, 0) - int(table.case.limits[1]), "You subtracted their limit from your points."
            ),
            mistake(table.joint(package), "That is what both gain together."),
        ),
        "Add up the package in the recruiter's column, then subtract the recruiter's limit.",
        "count",
    )


def _trade(table: _Table) -> NumberQuestion:
    before, after = table.middle, table.trade
    own, others = (table.points(after, side) - table.points(before, side) for side in (0, 1))
    names = [table.names[package] for package in (before, after)]
    return NumberQuestion(
        f"You and the recruiter move from package {names[0]} to package {names[1]}. "
        "How many points do you gain together?",
        Span.near(own + others),
        f"You gain {own} and the recruiter gains {others}. Each gave way where it cost little.",
        (
            mistake(own, "That is your part. The recruiter's points change too."),
            mistake(others, "That is the recruiter's part. Yours change too."),
            mistake(own - others, "You subtracted the recruiter's part. Both go up, so add them."),
            mistake(
                table.joint(after),
                f"That is what package {names[1]} gives above both limits. Subtract package {names[0]}.",
            ),
            mistake(
                table.points(after, 0) + table.points(after, 1),
                f"Those are all points of package {names[1]}. Subtract those of package {names[0]}.",
            ),
        ),
        "Work out both sides' points of both packages. What changes for you, and for them?",
        "count",
    )


def _frontier(table: _Table) -> ChoiceQuestion:
    name = {package: f"Package {letter}" for package, letter in table.names.items()}
    why_not = {
        name[table.middle]: "The middle of everything looks fair, but another package here is better for both.",
        name[
            table.reverse
        ]: "Each side gets what the other cares about. Both would rather have the middle of everything.",
        name[table.greedy]: "Nobody can improve on it without you losing, but it is below the recruiter's limit.",
    }
    return ChoiceQuestion(
        "Which package would both sides sign, and nobody can improve without the other side losing?",
        sorted(name.values()),
        name[table.trade],
        "It is on the Pareto frontier and above both limits.",
        why_not,
    )


def _largest(table: _Table) -> NumberQuestion:
    case = table.case
    best = analyze_case(case).points["utilitarian"][0]
    right, limits = int(sum(best)) - int(sum(case.limits)), int(sum(case.limits))
    ideal = [
        sum(int(max(option.utilities[side] for option in issue.options)) for issue in case.issues) for side in (0, 1)
    ]
    sums = [int(max(sum(option.utilities) for option in issue.options)) for issue in case.issues]
    return NumberQuestion(
        "What is the largest joint gain, above both limits, that any agreement gives?",
        Span.near(right),
        f"{' + '.join(map(str, sums))} from the option of each issue with the largest sum, less both limits.",
        (
            mistake(right + limits, "Those are points. Subtract both limits."),
            mistake(right + int(case.limits[1]), "You subtracted only your own limit."),
            mistake(right + int(case.limits[0]), "You subtracted only the recruiter's limit."),
            mistake(
                sum(ideal) - limits,
                "You gave both sides the best of every issue. One option counts for both.",
            ),
            mistake(table.joint(table.middle), "That is the middle of everything."),
            mistake(
                table.joint(table.greedy),
                "That gives you the best of every issue. Other agreements give more together.",
            ),
        ),
        "For each issue, add both columns and take the option with the largest sum.",
        "count",
    )
