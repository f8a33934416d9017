"""What both sides of a class's case know: the job, and what can be agreed. It is drawn from the seed alone."""

from __future__ import annotations

from dataclasses import dataclass

from compkit.market import guide_band
from compkit.model import AMAZON
from compkit.reference import Tables
from compkit.workshop.draw import Draw

BASE, STOCK, SIGN_ON_1, SIGN_ON_2 = "Base salary", "Stock over four years", "Sign-on, year 1", "Sign-on, year 2"
START, PLACE, REVIEW = "Start date", "Days in the office", "Level review"
COMPANIES = ("Northgate Freight", "Harborlight Maps", "Quill and Anchor", "Redwood Ledger", "Tidewater Robotics")
LOCATIONS = ("Seattle", "San Francisco", "New York", "Austin")
TITLES = {"L6": "engineering manager", "L7": "senior engineering manager"}
_WEEKS = (2, 4, 6, 8, 12)
_OFFICE_DAYS = ("5 days a week", "3 days a week", "1 day a week")
_REVIEWS = ("after 18 months", "after 12 months", "after 6 months")
_N_STEPS = 4
_BASE_STEP, _STOCK_STEP, _SIGN_ON_STEP = 500, 2_500, 500


@dataclass(frozen=True, slots=True)
class Scenario:
    """The public part of a case.

    Parameters
    ----------
    company, title, level, location : str
    issues : tuple of (str, tuple of str)
        Names and their options, for pay from the lowest to the highest.
    """

    company: str
    title: str
    level: str
    location: str
    issues: tuple[tuple[str, tuple[str, ...]], ...]


def draw_scenario(draw: Draw, tables: Tables) -> Scenario:
    """Draw a job with its issues; amounts come from the guide's bands and from how far its offers move."""
    level, location = draw.choice(tuple(TITLES)), draw.choice(LOCATIONS)
    room = {
        row["component"]: float(row["high"])
        for row in tables.rows("flexibility")
        if (row["company"], row["candidate_type"]) == (AMAZON, "external")
        and row["component"] in ("base_salary", "rsu_4yr")
    }

    def amounts(measure: str, step: int) -> tuple[str, ...]:
        """Five amounts in even steps: from an opening offer as far as it may move, else through the whole band."""
        band = guide_band(level, location, measure, tables)
        assert band is not None  # noqa: S101
        low, high = map(int, band)
        if measure in room:
            low += step * draw.below((high - low) // (3 * step))
            high = min(high, int(low * (1 + room[measure])))
        gap = (high - low) // _N_STEPS // step * step
        return tuple(f"${low + at * gap:,}" for at in range(_N_STEPS + 1))

    issues = (
        (BASE, amounts("base_salary", _BASE_STEP)),
        (STOCK, amounts("rsu_4yr", _STOCK_STEP)),
        (SIGN_ON_1, amounts("sign_on_y1", _SIGN_ON_STEP)),
        (SIGN_ON_2, amounts("sign_on_y2", _SIGN_ON_STEP)),
        (START, tuple(f"{weeks} weeks after signing" for weeks in _WEEKS)),
        (PLACE, _OFFICE_DAYS),
        (REVIEW, _REVIEWS),
    )
    return Scenario(draw.choice(COMPANIES), TITLES[level], level, location, issues)
