"""The spread of simulated pay: what no share price moves, and what the simulation makes of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, assumed, node
from compkit.explanation.inputs import from_table
from compkit.explanation.operations import SIMULATION
from compkit.explanation.pay import OfferPay
from compkit.explanation.worth import Figures
from compkit.periods import MONTHS_A_YEAR
from compkit.prices import SimulationOptions, SimulationSettings, simulated_totals, spread, volatility_of

_NAMES = ("p5", "p25", "p50", "p75", "p95", "mean")


def simulated_figures(pay: OfferPay) -> Figures:
    """Explanations of the simulated spread by recorded figure; none without grants."""
    if not pay.entry.in_usd.schedules_used and not pay.offer.equity:
        return {}
    find = cache(lambda: _spread(pay.evaluation))
    return {f"simulated total {name}": partial(_total, pay, name, find) for name in _NAMES}


def _spread(evaluation: Evaluation) -> Mapping[str, float]:
    """Percentiles and mean of the pay over the horizon [USD]."""
    given, chance, company = evaluation.assumptions, SimulationOptions(), evaluation.offer.company
    rate = volatility_of(company, evaluation.tables).annual_rate
    # Named as a comparison of offers names it, so that both draw the same paths.
    settings = SimulationSettings([company.strip().casefold()], [rate], chance.n_paths, chance.seed)
    totals = simulated_totals(evaluation.pay, given.growth, given.n_years, settings)
    return {str(name): float(values.iloc[0]) for name, values in spread(totals.sum(axis=1)).items()}


def _total(pay: OfferPay, name: str, find: Callable[[], Mapping[str, float]]) -> Derivation:
    value = find()[name]
    cash = _cash(pay)
    what = "the mean" if name == "mean" else f"the {name.removeprefix('p')}th percentile"
    known = volatility_of(pay.entry.offer.company, pay.evaluation.tables)
    paths, seed = drawn()
    parts = (_shares(pay), volatility_of_share(pay.evaluation), paths, seed)
    note = (
        f"simulated: {paths.value:,.0f} paths, seed {seed.value:.0f}, volatility {known.annual_rate:g} "
        f"({known.company}, {'verified' if known.is_verified else 'unverified'})"
    )
    shares = Derivation(
        f"{what} of the simulated stock", value - cash.value, "USD", SIMULATION, parts, note=note,
        arguments={"of": name},
    )  # fmt: skip
    return node("sum", f"simulated total {name}", [cash, shares], value=value)


def drawn() -> tuple[Derivation, Derivation]:
    """Paths and seed of the simulation."""
    chance = SimulationOptions()
    return (
        assumed("paths", float(chance.n_paths), "paths", "as in the reports"),
        assumed("seed", float(chance.seed), "seed", "as in the reports, so the same paths are drawn again"),
    )


def volatility_of_share(evaluation: Evaluation) -> Derivation:
    """Yearly volatility of the share price behind an offer [fraction]."""
    company = volatility_of(evaluation.offer.company, evaluation.tables).company
    note = "no row for this company, so the default" if company == "default" else ""
    return from_table(evaluation.tables, "volatility", {"company": company}, "annual_volatility",
                  f"volatility of {evaluation.offer.company} a year",
                  "fraction", note)  # fmt: skip


def _cash(pay: OfferPay) -> Derivation:
    """Pay that no share price moves [USD]."""
    parts = [pay.year(year, "base") for year in range(1, pay.n_years + 1)]
    for kind in ("bonus", "sign_on"):
        parts += [paid for year in range(1, pay.n_years + 1) if (paid := pay.year(year, kind)).value]
    growth, last = pay.evaluation.assumptions.growth, MONTHS_A_YEAR * pay.n_years
    for granted in pay.grants.all:
        if granted.row["is_cash"]:
            parts += [vest for _, vest in granted.vests(growth, 1, last, pay.n_years)]
    return node("sum", "pay that doesn't depend on the share price", parts)


def _shares(pay: OfferPay) -> Derivation:
    """Vests in shares at the mean price [USD]."""
    growth, last = pay.evaluation.assumptions.growth, MONTHS_A_YEAR * pay.n_years
    parts = []
    for granted in pay.grants.all:
        if not granted.row["is_cash"]:
            vests = [vest for _, vest in granted.vests(growth, 1, last, pay.n_years)]
            parts += vests or [granted.vesting.nothing(f"{granted.name}, these years")]
    return node("sum", "stock at the mean price", parts or [pay.year(1, "equity")])
