"""What each side does without a deal, in sentences; drawn from the secret, so that only its own brief has them."""

from __future__ import annotations

from compkit.workshop.draw import Draw

_CANDIDATE = (
    "You stay in your current job. A raise of {percent}% is as good as promised, and your team would be glad.",
    "A smaller company has offered you, in writing, a base salary of ${thousands},000 and {days} days of vacation.",
    "Your current employer has asked what it would take to keep you, and named ${thousands},000 for next year.",
    "You take a contract for {months} months at ${thousands},000, and look again in the new year.",
    "A former manager wants you for a company of {people} people. The pay is lower, but you like the work.",
)
_RECRUITER = (
    "You hire the second choice for ${thousands},000. The team would need {months} months to bring them up to speed.",
    "You promote someone from within. That leaves a gap elsewhere for {months} months, at {percent}% more overtime.",
    "You close the opening and split the team between two managers, who ask for {percent}% more pay each.",
    "You start over. A search firm charges ${thousands},000, and expects to need {months} months.",
    "You bring in an interim manager through an agency for {months} months, at ${thousands},000 in all.",
)


def draw_alternatives(draw: Draw) -> tuple[str, str]:
    """Draw the candidate's and the recruiter's alternative."""
    return _filled(draw, _CANDIDATE), _filled(draw, _RECRUITER)


def _filled(draw: Draw, sentences: tuple[str, ...]) -> str:
    return draw.choice(sentences).format(
        percent=draw.between(3, 14),
        thousands=draw.between(131, 249),
        days=draw.between(21, 34),
        months=draw.between(4, 11),
        people=draw.between(40, 600),
    )
