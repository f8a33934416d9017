"""Two offers of one person against each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from compkit.analysis import Comparison
from compkit.api.display import text_html
from compkit.api.worth import Worth
from compkit.report import count, growth_in_words, is_tie, percent, usd


@dataclass(frozen=True, repr=False)
class Pair:
    """The first offer against the second.

    Figures leave out stock that can't be sold, as reports do; the column `paper` of `to_frame` and of `worth.summary`
    holds it. `compkit compare --json` counts it.

    Examples
    --------
    >>> import compkit as ck
    >>> offers = ck.read_offers("data/offers/sample.yaml")
    >>> pair = offers.compare("amazon-l6-seattle-after", "amazon-l6-seattle-before")
    >>> pair.difference, pair.break_even_growth, pair.chance
    (175000.0, None, 1.0)
    """

    _comparison: Comparison

    @cached_property
    def _row(self) -> dict[str, Any]:
        return self._comparison.pair_by_ids[self._comparison.ids[0], self._comparison.ids[1]]

    @property
    def comparison(self) -> Comparison:
        """Everything behind it: sensitivities, leaving early, pay after tax; `compkit.report` makes tables of it.

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> pair = offers.compare("amazon-l6-seattle-before", "google-l5-boomerang")
        >>> pair.comparison.sensitivities(0, 1)["cause"].tolist()
        ['tenure', 'bonus', 'stock', 'stock', 'growth']
        """
        return self._comparison

    @property
    def difference(self) -> float:
        """The first offer's total less the second's [USD].

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers.compare("amazon-l6-seattle-before", "google-l5-boomerang").difference
        -144000.0
        """
        return float(self._row["difference"])

    @property
    def break_even_growth(self) -> float | None:
        """Growth of all share prices at which both pay the same [fraction a year]; None if one always leads.

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> round(offers.compare("amazon-l6-seattle-after", "google-l5-boomerang").break_even_growth, 3)
        -0.066
        """
        found = self._row["break_even_growth"]
        return None if found is None else float(found)

    @property
    def chance(self) -> float:
        """Share of simulated prices at which the first pays more [fraction].

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers.compare("amazon-l6-seattle-before", "amazon-l6-seattle-after").chance
        0.0
        """
        return float(self._row["p_a_beats_b"])

    @cached_property
    def worth(self) -> Worth:
        """Both offers' worth.

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers.compare("amazon-l6-seattle-before", "google-l5-boomerang").worth.summary["total"].tolist()
        [1140000.0, 1284000.0]
        """
        return Worth(self._comparison.worth, self._comparison.with_paper.worth)

    def to_frame(self) -> pd.DataFrame:
        """One row: a, b, difference, break_even, break_even_growth, p_a_beats_b, paper [USD, fractions].

        `break_even` is `at`, `always` or `never`. `paper` is the difference in stock that can't be sold, which
        `difference` leaves out.

        >>> import compkit as ck
        >>> offers = ck.read_offers("data/offers/sample.yaml")
        >>> offers.compare("amazon-l6-seattle-after", "amazon-l6-seattle-before").to_frame()["break_even"].item()
        'always'
        """
        return self._comparison.pairs.assign(paper=self._comparison.pairs_with_paper["paper"])

    def __repr__(self) -> str:
        (a, b), given = self._comparison.ids, self._comparison.assumptions
        ahead, behind = (a, b) if self.difference >= 0 else (b, a)
        amount = usd(abs(self.difference))
        first = f"{a} and {b} pay the same" if amount == "$0" else f"{ahead} pays {amount} more than {behind}"
        turns = {"always": f"{a} leads at every growth", "never": f"{b} leads at every growth"}
        even = "They are equal at every growth" if is_tie(self._row) else turns.get(self._row["break_even"])
        lines = [
            f"Over {count(given.n_years, 'year')} {growth_in_words(given.growth)}:",
            f"{first}.",
            f"{even or f'They break even at a growth of {percent(self.break_even_growth, 1)} a year'}.",
            f"{a} pays more in {percent(self.chance)} of {self._comparison.chance.n_paths:,} simulated prices.",
        ]
        if self._comparison.paper.any():
            paper = "; ".join(f"{name} {usd(value)}" for name, value in self._comparison.paper.items() if value)
            lines.append(f"Stock that can't be sold is left out: {paper}.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return text_html(repr(self))
