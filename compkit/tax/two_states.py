"""Taxing states for people who live in one state and work in another."""

from __future__ import annotations

from dataclasses import dataclass

from compkit.errors import CompkitError, UnknownChoiceError
from compkit.model import ELSEWHERE
from compkit.reference import Tables
from compkit.tax.schedules import TaxTables

CREDITED = "credited"
"""The rule of a state of residence that credits the tax of the state of work."""


class UntaxedPlaceError(CompkitError, ValueError):
    """The tables have no taxes for a place of an offer."""

    def __init__(self, place: str) -> None:
        self.place = place
        lacks = "no taxes and no prices" if place == ELSEWHERE else "no taxes"
        super().__init__(f"{place} has {lacks} in compkit's tables.")


class TwoStatesError(CompkitError, ValueError):
    """Two states tax the same wages, and how they share the tax is not modeled."""

    def __init__(self, residence: str, work_place: str, law: TaxTables) -> None:
        self.residence, self.work_place = residence, work_place
        pairs = ", ".join(f"{home} and {work}" for home, work in sorted(law.agreements))
        super().__init__(
            f"living in {residence} and working in {work_place} is taxed by two states, and how they share is known "
            f"only for {pairs}. Set the residence to a place in the state of work."
        )


@dataclass(frozen=True, slots=True)
class Taxing:
    """The states that tax a job's wages.

    Parameters
    ----------
    home : str
        The state of residence, which always taxes them.
    other : str or None
        Another state that taxes them first, whose tax the state of residence credits.
    levying : str
        The state whose payroll taxes apply: where the work is done.
    local : tuple of str
        Cities and counties of the work that tax who only works there.
    """

    home: str
    other: str | None
    levying: str
    local: tuple[str, ...] = ()

    @property
    def withholding(self) -> str:
        """The state whose income tax the employer withholds."""
        return self.other or self.home


def taxing_states(residence: str, work_place: str | None, law: TaxTables, *, is_remote: bool = False) -> Taxing:
    """Find the states that tax a job's wages.

    Parameters
    ----------
    residence : str
    work_place : str or None
        Where the work is done, or a remote job's assigned office; None for the residence.
    law : TaxTables
    is_remote : bool
        Whether the work is done at home.

    Raises
    ------
    UnknownChoiceError
        If a place is unknown.
    UntaxedPlaceError
        If the tables hold no taxes of a place.
    TwoStatesError
        If no rule is known for the states of residence and work.

    Notes
    -----
    A state without a tax on wages credits nothing: the state of work takes its full tax. Other pairs follow
    state_agreements.csv. New York taxes remote work for an office there as if it were done there, unless the
    employer needs it done elsewhere (20 NYCRR 132.18(a)).
    """
    home = state_of(residence, law)
    is_unknown_office = is_remote and work_place in law.untaxed_places  # the tables have no rules for its state
    work = home if work_place is None or is_unknown_office else state_of(work_place, law)
    levying = home if is_remote else work
    local = () if is_remote or work_place is None else _of_workers(residence, work_place, law)
    rules = law.jurisdictions[work]
    if home == work or not rules["taxes_nonresidents"] or (is_remote and not rules["has_convenience_rule"]):
        return Taxing(home, None, levying, local)
    if not law.jurisdictions[home]["has_wage_income_tax"]:
        return Taxing(home, work, levying, local)
    agreed = law.agreements.get((home, work))
    if agreed is None:
        raise TwoStatesError(residence, str(work_place), law)
    return Taxing(home, work if agreed == CREDITED else None, levying, local)


def _of_workers(residence: str, work_place: str, law: TaxTables) -> tuple[str, ...]:
    """Find cities and counties of a place of work, not of the residence, that tax who works there."""
    return tuple(
        code
        for code in law.of_place[work_place]
        if law.jurisdictions[code]["kind"] == "city"
        and law.jurisdictions[code]["taxes_nonresidents"]
        and code not in law.of_place[residence]
    )


def uncounted_taxes(residence: str, work_place: str | None, tables: Tables, *, is_remote: bool = False) -> list[str]:
    """Small taxes and refunds that are left out for who lives and works there, each in a sentence.

    Parameters
    ----------
    residence : str
    work_place : str or None
        Where the work is done, or a remote job's assigned office; None for the residence.
    tables : Tables
    is_remote : bool
        Whether the work is done at home.
    """
    concerned = {"home": residence, "work": residence if work_place is None or is_remote else work_place}
    return [str(row["note"]) for row in tables.rows("uncounted_taxes") if concerned[row["due_at"]] == row["place"]]


def office_question(residence: str, law: TaxTables) -> str | None:
    """Explain why the office of a remote job matters for its tax; None if it does not.

    Raises
    ------
    UnknownChoiceError
        If the residence is unknown.
    UntaxedPlaceError
        If the tables hold no taxes of it.
    """
    home = state_of(residence, law)
    states = [str(each["name"]) for each in law.jurisdictions.values() if each["has_convenience_rule"]]
    if not states or law.jurisdictions[home]["has_convenience_rule"]:
        return None
    where = " or ".join(states)
    return (
        f"If this remote job is assigned to an office in {where}, that state may tax the pay although you work at home."
    )


def state_of(place: str, law: TaxTables) -> str:
    """State whose law applies at a place.

    Raises
    ------
    UnknownChoiceError
        If the place is unknown.
    UntaxedPlaceError
        If the tables hold no taxes of it.
    """
    if place in law.untaxed_places:
        raise UntaxedPlaceError(place)
    if place not in law.of_place:
        raise UnknownChoiceError("location", place, list(law.of_place))
    return next(code for code in law.of_place[place] if law.jurisdictions[code]["kind"] == "state")
