"""What an offer leaves and buys in each place: gross, each tax, net, rent, prices, the pay that would buy as much."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any

from compkit.analysis import STEP, LocationAnalysis, marginal_tax
from compkit.explanation.derivation import Derivation, assumed, defined, node
from compkit.explanation.household import costs_of_living, market_rent, traced_finances
from compkit.explanation.inputs import from_table
from compkit.explanation.operations import SEARCH
from compkit.explanation.pay import OfferPay
from compkit.explanation.traced_law import TracedTables
from compkit.explanation.worth import Figures
from compkit.explanation.year_tax import TAX_WORDS, YearTax
from compkit.periods import start_years
from compkit.place import HOUSING, US_LEVEL, Living
from compkit.reference import records
from compkit.tax import Finances

A_YEAR = "USD a year"
_PRICES, _WEIGHTS = "price_parities", "price_weights"
_EQUIVALENTS = ("equivalent_salary", "equivalent_error")


@dataclass(frozen=True)
class Places:
    """One offer in its places, as nodes.

    Parameters
    ----------
    analysis : LocationAnalysis
    pay : OfferPay
        Of the same evaluation.
    """

    analysis: LocationAnalysis
    pay: OfferPay

    @cached_property
    def law(self) -> TracedTables:
        """The tax tables with figures that leave a trace."""
        return TracedTables(self.analysis.law, self.analysis.tables)

    @cached_property
    def finances_in(self) -> Callable[[str], Finances | None]:
        """The rest of the household where it would live, traced; None if the file doesn't say."""
        analysis = self.analysis

        def traced(residence: str) -> Finances | None:
            is_with_offer = not analysis.stays_home_in(residence)
            return traced_finances(
                analysis.evaluation.entry, analysis.finances_in(residence), is_with_offer=is_with_offer
            )

        return cache(traced)

    @cached_property
    def _years_of(self) -> Callable[[Living], list[YearTax]]:
        """Taxes of each employment year in a living."""
        home = self.analysis.home
        return cache(lambda living: self._taxed(living, self._totals, "" if living == home else living.title))

    @cached_property
    def _taxed_pay(self) -> dict[Living, dict[str, Any]]:
        """The report's figures of each living."""
        return dict(zip(self.analysis.livings, records(self.analysis.taxed_pay), strict=True))

    @property
    def figures(self) -> Figures:
        """What explains each figure of each place, by its recorded name."""
        found: Figures = {}
        for living in self.analysis.livings:
            title = living.title
            makers = {
                "gross": partial(self.gross, f"{title} gross"),
                **{name: partial(self.tax_part, living, name) for name in TAX_WORDS},
                "tax": partial(self._tax, living),
                "net": partial(self.net, living),
                "price_level": partial(price_level, self.analysis, living.residence, f"{title} price_level"),
                "purchasing_power": partial(self.bought, living, f"{title} purchasing_power"),
                "marginal_tax": partial(self._marginal, living),
            }
            makers |= {name: partial(make, living) for name, make in self._costs(living).items()}
            if self._taxed_pay[living]["purchasing_power"] is None:
                del makers["purchasing_power"]
            elif self._taxed_pay[self.analysis.livings[0]]["purchasing_power"] is not None and self.analysis.home:
                makers |= {name: partial(self._equivalent, living, name) for name in _EQUIVALENTS}
            found |= {f"{title} {name}": make for name, make in makers.items()}
        return found

    def _costs(self, living: Living) -> dict[str, Callable[[Living], Derivation]]:
        """Return what explains the market's rent, if counted, and what is kept after the costs counted."""
        found: dict[str, Callable[[Living], Derivation]] = {}
        if not self.analysis.costs or self._taxed_pay[living]["kept"] is None:
            return found
        if self.analysis.home_costs.counts_rent(living.residence):
            found["rent"] = self._rent
        return found | {"kept": self._kept}

    def gross(self, name: str = "average yearly gross pay") -> Derivation:
        """Return the average year's pay [USD a year]."""
        return node("mean", name, self._totals, A_YEAR, self.analysis.pay.gross)

    @property
    def _totals(self) -> list[Derivation]:
        return [self.pay.year(year, "total") for year in range(1, self.pay.n_years + 1)]

    def _taxed(self, living: Living, wages: Sequence[Derivation], case: str) -> list[YearTax]:
        begins = start_years(self.analysis.start_on, len(wages))
        status, finances = self.analysis.pay.filing_status, self.finances_in(living.residence)
        return [
            YearTax(node, living, status, year, self.law, case=case and f", {year}, {case}", finances=finances)
            for node, year in zip(wages, begins, strict=True)
        ]

    def tax_part(self, living: Living, name: str) -> Derivation:
        """Return one tax of the average year [USD a year]."""
        parts = [year.part(name) for year in self._years_of(living)]
        note = f"year 1 under the law of {self.analysis.start_on.year}, and so on"
        return node("mean", f"{living.title} {name}", parts, A_YEAR, self._taxed_pay[living][name], note)

    def _tax(self, living: Living) -> Derivation:
        parts = [self.tax_part(living, name) for name in TAX_WORDS]
        return node("sum", f"{living.title} tax", parts, A_YEAR, self._taxed_pay[living]["tax"])

    def net(self, living: Living) -> Derivation:
        """Net pay of the average year [USD a year]."""
        name, value = f"{living.title} net", self._taxed_pay[living]["net"]
        if self.analysis.finances_in(living.residence) is not None:
            nets = [year.part("net_pay") for year in self._years_of(living)]
            return node("mean", name, nets, A_YEAR, value, "of the household")
        return node("difference", name, [self.gross(), self._tax(living)], A_YEAR, value)

    def bought(self, living: Living, name: str) -> Derivation:
        """Purchasing power of the average year, at average US prices [USD a year]."""
        value = self._taxed_pay[living]["purchasing_power"]
        left = self._kept(living) if self.analysis.home_costs.is_told else self.net(living)
        return node("quotient", name, [left, prices(self.analysis, living.residence)], A_YEAR, value)

    def _rent(self, living: Living) -> Derivation:
        return replace(market_rent(self.analysis, living.residence), name=f"{living.title} rent")

    def _kept(self, living: Living) -> Derivation:
        parts = [self.net(living), *costs_of_living(self.analysis, living.residence)]
        return node("difference", f"{living.title} kept", parts, A_YEAR, self._taxed_pay[living]["kept"])

    def _equivalent(self, living: Living, name: str) -> Derivation:
        """Return the pay there that buys what the offer buys at home, or by how much it misses that."""
        analysis, title, home = self.analysis, f"{living.title} {name}", self.analysis.home
        row = records(analysis.table)[analysis.livings.index(living)]
        if home is None:
            raise KeyError(name)
        gross = analysis.pay.gross
        salary = row["equivalent_salary"]
        there = self._bought_there(living, salary / gross if gross else 0.0)
        at_home = self.bought(home, "purchasing power of this offer at home")
        if name == "equivalent_error":
            return node("difference", title, [there, at_home], A_YEAR, row[name])
        arguments = {"miss": repr(row["equivalent_error"])}
        note = "found by search: the lowest pay there at which the first line equals the second"
        return Derivation(title, salary, A_YEAR, SEARCH, (there, at_home), note=note, arguments=arguments)

    def _bought_there(self, living: Living, factor: float) -> Derivation:
        """Purchasing power of a multiple of the offer's pay in a living [USD a year]."""
        scale = assumed("pay there over this offer's", factor, "ratio", "found by the search")
        wages = [node("product", f"{total.name} there", [total, scale]) for total in self._totals]
        nets = [year.part("net_pay") for year in self._taxed(living, wages, f"{living.title}, on that pay")]
        net = node("mean", "take-home pay there", nets, A_YEAR)
        if self.analysis.home_costs.is_told:
            taken = costs_of_living(self.analysis, living.residence)
            net = node("difference", "what you would keep of it", [net, *taken], A_YEAR)
        parts = [net, prices(self.analysis, living.residence)]
        return node("quotient", "purchasing power of that pay there", parts, A_YEAR)

    def _marginal(self, living: Living) -> Derivation:
        title, analysis = f"{living.title} marginal_tax", self.analysis
        step = assumed("a raise", STEP, A_YEAR, "used to measure the tax on your next dollars")
        gross = self.gross()
        raised = node("sum", "gross pay with the raise", [gross, step], A_YEAR)
        finances = self.finances_in(living.residence)
        before, after = (one_year_net(wages, living, analysis, self.law, finances) for wages in (gross, raised))
        kept = node("quotient", "share of the raise you keep",
                    [node("difference", "raise after tax", [after, before], A_YEAR), step], "fraction")  # fmt: skip
        whole = defined("the whole raise", 1.0, "fraction")
        return node("difference", title, [whole, kept], "fraction", marginal_tax(analysis, living))


def one_year_net(
    wages: Derivation, living: Living, analysis: LocationAnalysis, law: TracedTables, finances: Finances | None
) -> Derivation:
    """Net pay of a year's wages under the law of the offer's first year, with a traced household [USD]."""
    status, year = analysis.pay.filing_status, analysis.start_on.year
    net = YearTax(wages, living, status, year, law, case=f" on {wages.name}", finances=finances).part("net_pay")
    return net.renamed(f"take-home pay from {wages.name}")


def prices(analysis: LocationAnalysis, residence: str) -> Derivation:
    """Return the prices of a place as a multiple of the country's [ratio]."""
    level = price_level(analysis, residence, f"price level of {residence}")
    country = defined("US price level", US_LEVEL, "index, US 100")
    return node("quotient", f"prices in {residence} over US prices", [level, country], "ratio")


def price_level(analysis: LocationAnalysis, residence: str, name: str) -> Derivation:
    """Return the price level of a place [index, US 100].

    As published; or weighted by a housing share, which is none where the cost of the home comes off before.
    """
    share, unit = analysis.home_costs.share(analysis.housing_share), "index, US 100"
    metro = _row_of(analysis, residence)["metro"]

    def index(line: str, words: str) -> Derivation:
        return from_table(analysis.tables, _PRICES, {"metro": metro, "line": line}, "index", words, unit)

    if share is None:
        return index("all_items", name)
    weights = _weights(analysis)
    every = node("sum", "weights of everything but housing", list(weights.values()), "weight")
    whole = defined("all spending", 1.0, "fraction")
    factors, rest = list[Derivation](), defined("all spending but housing", 1.0, "fraction")
    if not analysis.home_costs.is_told:
        given = assumed("your share of spending on housing", share, "fraction", "from --housing-share")
        rest = node("difference", "share of everything else", [whole, given], "fraction")
        housing = index(HOUSING, "price level of housing")
        factors.append(node("power", "housing, by its share", [housing, given], "ratio"))
    for line, weight in weights.items():
        part = node("quotient", f"share of {line} in the rest", [weight, every], "fraction")
        power = node("product", f"share of {line}", [rest, part], "fraction")
        factors.append(node("power", f"{line}, by their share", [index(line, f"price level of {line}"), power],
                            "ratio"))  # fmt: skip
    return node("product", name, factors, unit)


def _weights(analysis: LocationAnalysis) -> Mapping[str, Derivation]:
    lines = [str(row["line"]) for row in records(analysis.tables[_WEIGHTS]) if row["line"] != HOUSING]
    return {
        line: from_table(analysis.tables, _WEIGHTS, {"line": line}, "weight", f"weight of {line}", "weight")
        for line in lines
    }


def _row_of(analysis: LocationAnalysis, place: str) -> Mapping[str, Any]:
    """Row of a place in places.csv."""
    return analysis.tables.rows_where("places", {"place": place})[0]
