"""One offer evaluated, with explanations of its figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from matplotlib.axes import Axes

from compkit.analysis import Evaluation
from compkit.api.display import axes_or_new, draw_pay_by_year, text_html
from compkit.errors import UnknownChoiceError
from compkit.explanation import Derivation, ExplainedOffer
from compkit.offers import Offers
from compkit.reference import Tables
from compkit.report import count, derivation_lines, growth_in_words, usd, years_table

_FIRST_LINES = 6


@dataclass(frozen=True, repr=False)
class Explanation:
    """Where a figure comes from; `print` it to read it whole.

    Examples
    --------
    >>> import compkit as ck
    >>> offers = ck.read_offers("data/offers/sample.yaml")
    >>> total = offers["amazon-l6-seattle-before"].evaluate().explain("total")
    >>> total.value, total.unit
    (1140000.0, 'USD')
    >>> print(str(total).splitlines()[0])
    total = $1,140,000  ($270,000 + $280,000 + $295,000 + $295,000)
    """

    _derivation: Derivation
    _offer_id: str
    _tables: Tables = field(compare=False)

    @property
    def derivation(self) -> Derivation:
        """The tree, down to the file and the tables.

        >>> import compkit as ck
        >>> total = ck.read_offers("data/offers/sample.yaml")["google-l5-boomerang"].evaluate().explain("total")
        >>> [part.name for part in total.derivation.parts]
        ['year 1 total', 'year 2 total', 'year 3 total', 'year 4 total']
        """
        return self._derivation

    @property
    def value(self) -> float:
        """The figure, unrounded.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml")["google-l5-boomerang"].evaluate().explain("total").value
        1284000.0
        """
        return self._derivation.value

    @property
    def unit(self) -> str:
        """Unit of the value, such as USD or fraction.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml")["google-l5-boomerang"].evaluate().explain("total").unit
        'USD'
        """
        return self._derivation.unit

    def _lines(self, depth: int | None = None) -> list[str]:
        return derivation_lines(self._derivation, self._offer_id, self._tables.sources, depth=depth)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    @property
    def _first_lines(self) -> str:
        lines = self._lines(depth=1)
        return "\n".join(lines[: lines.index("")][:_FIRST_LINES])

    def __repr__(self) -> str:
        return f"{self._first_lines}\nprint() shows the rest."

    def _repr_html_(self) -> str:
        return text_html(self._first_lines, str(self))


@dataclass(frozen=True, repr=False)
class OfferEvaluation(Evaluation):
    """Everything about one offer, with explanations and a chart; `compkit.report` makes tables of it.

    Figures leave out stock that can't be sold, as reports do; `paper` holds it, and `with_paper` counts it.

    Examples
    --------
    >>> import compkit as ck
    >>> offers = ck.read_offers("data/offers/sample.yaml")
    >>> evaluation = offers["amazon-l6-seattle-before"].evaluate(date="2026-12-01")
    >>> evaluation.summary["total"], evaluation.years["equity"].tolist()
    (1140000.0, [15000.0, 45000.0, 120000.0, 120000.0])
    """

    _all_offers: Offers = field(kw_only=True, compare=False)

    @cached_property
    def _explained(self) -> ExplainedOffer:
        return ExplainedOffer(
            self._all_offers, self.offer.id, self.tables, self.assumptions, self.report_date, counts_paper=False
        )

    @cached_property
    def figures(self) -> list[str]:
        """Names of the figures that `explain` explains.

        >>> import compkit as ck
        >>> evaluation = ck.read_offers("data/offers/sample.yaml")["amazon-l6-seattle-before"].evaluate()
        >>> "guaranteed_cash" in evaluation.figures
        True
        """
        return [name for of_kind in self._explained.names[0].values() for name in of_kind]

    def explain(self, figure: str) -> Explanation:
        """Where a figure comes from, down to the file and the tables' sources.

        Parameters
        ----------
        figure : str
            One of `figures`, such as `total`, `year 3 equity` or `net`.

        Raises
        ------
        UnknownChoiceError
            If there is no such figure; the message proposes the nearest.

        Examples
        --------
        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers["amazon-l6-seattle-before"].evaluate().explain("guaranteed_cash").value
        840000.0
        >>> offers["amazon-l6-seattle-before"].evaluate().explain("total")
        total = $1,140,000  ($270,000 + $280,000 + $295,000 + $295,000)
          year 1 total = $270,000  ($175,000 + $80,000 + $15,000)
          year 2 total = $280,000  ($175,000 + $60,000 + $45,000)
          year 3 total = $295,000  ($175,000 + $0 + $120,000)
          year 4 total = $295,000  ($175,000 + $0 + $120,000)
        print() shows the rest.
        """
        found = self._explained.derivation(figure) if isinstance(figure, str) else None
        if found is None:
            raise UnknownChoiceError("figure", str(figure), self.figures)
        return Explanation(found, self.offer.id, self.tables)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw pay by employment year and component, as stacked bars.

        Stock that can't be sold is left out. Restyle the axes with matplotlib's own methods.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.

        Examples
        --------
        >>> import compkit as ck
        >>> axes = ck.read_offers("data/offers/sample.yaml")["amazon-l6-seattle-before"].evaluate().plot()
        >>> axes.get_legend_handles_labels()[1]
        ['Base', 'Sign-on', 'Stock']
        """
        axes = axes_or_new(ax)
        draw_pay_by_year(axes, self.years)
        axes.set_ylabel("Pay a year, USD")
        return axes

    def __repr__(self) -> str:
        given = self.assumptions
        years = ", ".join(usd(float(total)) for total in self.years["total"])
        scenario = f"over {count(given.n_years, 'year')} {growth_in_words(given.growth)}"
        paper = float(self.paper.sum())
        apart = f"\npaper, which the total leaves out: {usd(paper)} in stock you can't sell" if paper else ""
        return f"{self.offer.id}: {usd(self.summary['total'])} {scenario}\nby year: {years}{apart}"

    def _repr_html_(self) -> str:
        return years_table(self)._repr_html_()
