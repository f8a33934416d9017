"""How a candidate goes about a negotiation: what is aimed at, asked for, and in which tone."""

from __future__ import annotations

from dataclasses import dataclass

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.negotiation.concessions import check_steps
from compkit.negotiation.letters import TONES, Tone
from compkit.negotiation.packages import EQUAL_ON, MAX_TARGET, EqualOn

PACKAGES = ("equity", "cash", "balanced")


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """How the candidate goes about it.

    Parameters
    ----------
    target : float, optional
        What the packages to sign add up to [USD]; see `packages.default_target`.
    package : {"equity", "cash", "balanced"}
        Which of the packages is asked for in words; where there is no such one, the first.
    equal_on : {"total", "worth"}
        See `packages.counter`.
    beyond_band : bool
        See `limits.limits`.
    n_steps : int
        How many asks: see `concessions.concession_plan`.
    stay_rate : float
        See `lever_worth.lever_worth`.
    tone : {"warm", "plain", "firm"}
    """

    target: float | None = None
    package: str = "balanced"
    equal_on: EqualOn = "total"
    beyond_band: bool = False
    n_steps: int = 2
    stay_rate: float = 1.0
    tone: Tone = "plain"

    def __post_init__(self) -> None:
        for name, choices in (("package", PACKAGES), ("equal_on", EQUAL_ON), ("tone", TONES)):
            if getattr(self, name) not in choices:
                raise UnknownChoiceError(name, getattr(self, name), choices)
        check_steps(self.n_steps)
        if not 0 < self.stay_rate <= 1:
            raise OutOfRangeError("stay_rate", "lie above 0 and at most at 1", self.stay_rate)
        if self.target is not None and not 0 <= self.target <= MAX_TARGET:
            raise OutOfRangeError("target", f"be an amount from 0 to {MAX_TARGET:,.0f}", self.target)
