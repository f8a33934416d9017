"""Controls for the notebooks in JupyterLab; reports run without them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from compkit import report
from compkit.equity import GrowthConvention
from compkit.evaluation import Evaluation
from compkit.offers import load_offers
from compkit.periods import MAX_YEARS
from compkit.stock import Growth


def evaluation_controls(evaluation: Evaluation, offers_file: str, *, show: bool) -> Any:
    """Return controls for the offer, the growth of the share price and the horizon, with the years under them.

    Parameters
    ----------
    evaluation : Evaluation
        What the controls start from.
    offers_file : str
        Where the other offers are.
    show : bool
        False in reports: nothing is returned, and nothing is shown.
    """
    if not show:
        return None
    import ipywidgets

    offers = load_offers(offers_file, tables=evaluation.tables)
    wide = {"description_width": "9em"}
    chosen = ipywidgets.Dropdown(options=offers.ids, value=evaluation.offer.id, description="Offer", style=wide)
    growth = ipywidgets.BoundedFloatText(
        value=100 * evaluation.assumptions.growth.rate,
        min=-99,
        max=1000,
        step=5,
        description="Growth, % a year",
        style=wide,
    )
    convention = ipywidgets.Dropdown(
        options=get_args(GrowthConvention),
        value=evaluation.assumptions.growth.convention,
        description="Applied",
        style=wide,
    )
    n_years = ipywidgets.BoundedIntText(
        value=evaluation.assumptions.n_years, min=1, max=MAX_YEARS, description="Years", style=wide
    )

    def shown(offer_id: str, growth_percent: float, growth_convention: GrowthConvention, years: int) -> None:
        from IPython.display import display

        given = replace(evaluation.assumptions, growth=Growth(growth_percent / 100, growth_convention), n_years=years)
        tried = replace(evaluation, entry=offers.entry(offer_id), assumptions=given)
        display(report.years_table(tried), report.pay_by_year(tried))

    output = ipywidgets.interactive_output(
        shown, {"offer_id": chosen, "growth_percent": growth, "growth_convention": convention, "years": n_years}
    )
    return ipywidgets.VBox([chosen, growth, convention, n_years, output])
