"""Reject parameter values out of range before a kernel starts; types are checked in `parameters`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compkit.analysis import location_faults, named_places, places_of
from compkit.batch.parameters import is_finite
from compkit.errors import Fault, OutOfRangeError, UnknownChoiceError, unknown_choice
from compkit.negotiation import PlanSettings
from compkit.pay import Assumptions, Growth
from compkit.prices import SimulationOptions
from compkit.reference import load_tables

_CHECKS: Mapping[str, tuple[type, Callable[[Any], object]]] = {
    "growth_rate": (float, Growth),
    "growth_convention": (str, lambda value: Growth(0.0, value)),
    "discount_rate": (float, lambda value: Assumptions(discount_rate=value)),
    "n_years": (int, lambda value: Assumptions(n_years=value)),
    "n_paths": (int, lambda value: SimulationOptions(n_paths=value)),
    "seed": (int, lambda value: SimulationOptions(seed=value)),
    "correlation": (float, lambda value: SimulationOptions(correlation=value)),
    "volatility": (float, lambda value: SimulationOptions(volatility=value)),
    "stay_rate": (float, lambda value: SimulationOptions(stay_rate=value)),
    "target": (float, lambda value: PlanSettings(target=value)),
    "package": (str, lambda value: PlanSettings(package=value)),
    "equal_on": (str, lambda value: PlanSettings(equal_on=value)),
    "n_steps": (int, lambda value: PlanSettings(n_steps=value)),
    "tone": (str, lambda value: PlanSettings(tone=value)),
}
"""Type of each parameter, and what the notebook will call with it, which raises if it is out of range."""


def range_faults(given: Mapping[str, object]) -> list[Fault]:
    """Fault for each parameter that is out of range; parameters of a wrong type are skipped.

    >>> [str(fault) for fault in range_faults({"seed": -1, "n_paths": "many", "n_years": 4})]
    ['parameters: seed must not be negative, got -1.']
    """
    return [*_faults(given), *_location_faults(given)]


def _faults(given: Mapping[str, object]) -> Iterator[Fault]:
    for name, (wanted, make) in _CHECKS.items():
        value = given.get(name)
        if not _fits(value, wanted):
            continue
        try:
            make(value)
        except OutOfRangeError as error:
            yield Fault("", "parameters", name, f"must {error.rule}, got {error.value!r}.")
        except UnknownChoiceError as error:
            yield Fault("", "parameters", name, unknown_choice(error.value, error.choices))


def _location_faults(given: Mapping[str, object]) -> list[Fault]:
    more = given.get("more_places", "")
    share, wages = (
        value if isinstance(value := given.get(name), int | float) and _fits(value, float) else None
        for name in ("housing_share", "earlier_wages")
    )
    bedrooms = value if type(value := given.get("bedrooms")) is int else None
    places = named_places(load_tables(), places_of(more if isinstance(more, str) else ""))
    return location_faults(load_tables(), places, share, wages, bedrooms)


def _fits(value: object, wanted: type) -> bool:
    """Whether a value has a type and is finite."""
    is_fit = type(value) is wanted or (wanted is float and type(value) is int)
    return is_fit and not (isinstance(value, int | float) and not is_finite(value))
