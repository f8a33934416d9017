"""What the candidate chooses for a negotiation plan: target, package, number of asks, tone."""

from __future__ import annotations

from dataclasses import dataclass

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.negotiation.concessions import check_steps
from compkit.negotiation.letters import TONES, Tone
from compkit.negotiation.packages import EQUAL_ON, MAX_TARGET, EqualOn

PACKAGES = ("equity", "cash", "balanced")


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """The choices behind a negotiation plan.

    Parameters
    ----------
    target : float, optional
        The total to sign [USD]; `packages.default_target` if left out.
    package : {"equity", "cash", "balanced"}
        The package that letters and scripts ask for; the first if there is none of that name.
    equal_on : {"total", "worth"}
        See `packages.counter`.
    beyond_band : bool
        See `limits.lever_limits`.
    n_steps : int
        Number of asks; see `concessions.concession_plan`.
    stay_rate, after_tax
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
    after_tax: bool = False

    def __post_init__(self) -> None:
        for name, choices in (("package", PACKAGES), ("equal_on", EQUAL_ON), ("tone", TONES)):
            if getattr(self, name) not in choices:
                raise UnknownChoiceError(name, getattr(self, name), choices)
        check_steps(self.n_steps)
        if not 0 < self.stay_rate <= 1:
            raise OutOfRangeError("stay_rate", "be above 0 and at most 1", self.stay_rate)
        if self.target is not None and not 0 <= self.target <= MAX_TARGET:
            raise OutOfRangeError("target", f"be an amount from 0 to {MAX_TARGET:,.0f}", self.target)
