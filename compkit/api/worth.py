"""Worth of offers as frames, a table, and a chart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from compkit.api.display import MOST_ROWS, axes_or_new, draw_totals_by_year, short_text
from compkit.pay import COMPONENTS, Assumptions, Valuation
from compkit.report import Table, build_table, count, growth_in_words, in_usd

_MOST_LINES = 6
_PAPER = ("paper", "paper_average", "paper_present_value")


@dataclass(frozen=True, repr=False)
class Worth:
    """Worth of offers under one scenario.

    `total` leaves out stock that can't be sold, as reports do; `paper` holds it. `total` of `compkit evaluate --json`
    and figures.csv is the sum of both.

    Examples
    --------
    >>> import compkit as ck
    >>> worth = ck.read_offers("data/offers/sample.yaml").value(years=2)
    >>> worth.summary.loc["amazon-l6-seattle-before", "total"].item()
    550000.0
    >>> worth.by_year.loc["amazon-l6-seattle-before", "total"].tolist()
    [270000.0, 280000.0]
    """

    _valuation: Valuation
    _with_paper: Valuation

    @property
    def assumptions(self) -> Assumptions:
        """The scenario.

        >>> import compkit as ck
        >>> ck.read_offers("data/offers/sample.yaml").value(years=2).assumptions.n_years
        2
        """
        return self._valuation.assumptions

    @cached_property
    def by_year(self) -> pd.DataFrame:
        """Pay by offer id and employment year: base, bonus, sign_on, equity, total, paper [USD].

        >>> import compkit as ck
        >>> worth = ck.read_offers("data/offers/sample.yaml").value()
        >>> worth.by_year["equity"].unstack().loc["amazon-l6-seattle-before"].tolist()
        [15000.0, 45000.0, 120000.0, 120000.0]
        """
        amounts = {name: self._valuation.by_year[name].ravel() for name in (*COMPONENTS, "total")}
        years = np.arange(1, self.assumptions.n_years + 1)
        index = pd.MultiIndex.from_product([self.summary.index, years], names=["id", "year"])
        return pd.DataFrame(amounts | {"paper": self._with_paper.by_year["paper"].ravel()}, index=index)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Sums by offer id: total, average, first_two_year_average, present_value, guaranteed_cash [USD].

        Also paper, paper_average, paper_present_value: stock that can't be sold, part of no other column.

        >>> import compkit as ck
        >>> summary = ck.read_offers("data/offers/sample.yaml").value().summary
        >>> summary["total"].idxmax()
        'amazon-l7-new-york'
        >>> summary.loc["larkspur-ai-head-of-vision", "paper"].item()
        560000.0
        """
        paper = {name: self._with_paper.summary[name] for name in _PAPER}
        return self._valuation.summary.assign(**paper).rename_axis("id")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the total of each employment year, a line an offer; of many offers, those with the highest totals.

        Stock that can't be sold is left out. Restyle the axes with matplotlib's own methods.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure by default.

        Examples
        --------
        >>> import compkit as ck
        >>> axes = ck.read_offers("data/offers/sample.yaml").value(growth=0.1).plot()
        >>> axes.set_title("Pay by year").get_text(), len(axes.lines)
        ('Pay by year', 6)
        """
        axes = axes_or_new(ax)
        first = np.argsort(-self.summary["total"].to_numpy(dtype=float), kind="stable")[:_MOST_LINES]
        totals = self._valuation.by_year["total"]
        draw_totals_by_year(axes, {str(self.summary.index[row]): totals[row] for row in first})
        axes.set_ylabel("Pay a year, USD")
        is_part = len(self.summary) > len(first)
        title = f"Highest {len(first)} of {len(self.summary)}" if is_part else None
        axes.legend(
            loc="center left", bbox_to_anchor=(1, 0.5), frameon=False, fontsize=9, title=title, alignment="left"
        )
        return axes

    def _table(self, n_rows: int) -> Table:
        has_paper = bool(self.summary["paper"].any())
        columns = {"id": "Offer", **in_usd(total="Total", average="A year", present_value="Present value")}
        rows = self.summary.reset_index()[: min(n_rows, len(self.summary))]
        given = self.assumptions
        return build_table(
            f"Pay over {count(given.n_years, 'year')} {growth_in_words(given.growth)}",
            columns | (in_usd(paper="Paper") if has_paper else {}),
            rows,
            f"{len(self.summary) - len(rows):,} more in summary." if len(rows) < len(self.summary) else None,
            "Paper: stock you can't sell; no other figure counts it." if has_paper else None,
        )

    def __repr__(self) -> str:
        return short_text(self._table)

    def _repr_html_(self) -> str:
        return self._table(MOST_ROWS)._repr_html_()
