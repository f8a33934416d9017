"""Controls for the notebooks in JupyterLab; reports run without them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from compkit import report
from compkit.comparison import Comparison
from compkit.equity import GrowthConvention
from compkit.evaluation import Evaluation
from compkit.location_analysis import LocationAnalysis
from compkit.negotiation.approach import PACKAGES
from compkit.negotiation.letters import TONES, Tone
from compkit.negotiation.plan import NegotiationPlan
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


def location_controls(analysis: LocationAnalysis, *, show: bool) -> Any:
    """Return controls for the share that housing takes and for further places, with the comparison under them.

    Parameters
    ----------
    analysis : LocationAnalysis
        What the controls start from.
    show : bool
        False in reports: nothing is returned, and nothing is shown.
    """
    if not show:
        return None
    import ipywidgets

    wide = {"description_width": "9em"}
    own_share = ipywidgets.Checkbox(value=analysis.housing_share is not None, description="Own share of housing")
    share = ipywidgets.FloatSlider(
        value=100 * (analysis.housing_share or 0.3), min=0, max=70, step=1, description="Housing, %", style=wide
    )
    places = ipywidgets.SelectMultiple(
        options=list(analysis.law.of_place),
        value=analysis.more_places,
        rows=8,
        description="Further places",
        style=wide,
    )

    def shown(is_own: bool, percent: float, more: tuple[str, ...]) -> None:  # noqa: FBT001  a control's value
        from IPython.display import display

        tried = replace(analysis, housing_share=percent / 100 if is_own else None, more_places=tuple(more))
        display(report.location_table(tried), report.gross_to_purchasing_power(tried))

    output = ipywidgets.interactive_output(shown, {"is_own": own_share, "percent": share, "more": places})
    return ipywidgets.VBox([own_share, share, places, output])


def comparison_controls(comparison: Comparison, *, show: bool) -> Any:
    """Return controls for the offers, the growth of share prices and the horizon, with the comparison under them.

    Parameters
    ----------
    comparison : Comparison
        What the controls start from.
    show : bool
        False in reports: nothing is returned, and nothing is shown.
    """
    if not show:
        return None
    import ipywidgets

    wide = {"description_width": "9em"}
    given = comparison.assumptions
    chosen = ipywidgets.SelectMultiple(
        options=comparison.ids, value=tuple(comparison.ids), rows=6, description="Offers", style=wide
    )
    growth = ipywidgets.FloatSlider(
        value=100 * given.growth.rate, min=-50, max=60, step=1, description="Growth, % a year", style=wide
    )
    n_years = ipywidgets.BoundedIntText(value=given.n_years, min=1, max=MAX_YEARS, description="Years", style=wide)

    def shown(ids: tuple[str, ...], growth_percent: float, years: int) -> None:
        from IPython.display import display

        assumed = replace(given, growth=replace(given.growth, rate=growth_percent / 100), n_years=years)
        tried = tuple(
            replace(evaluation, assumptions=assumed)
            for evaluation in comparison.evaluations
            if evaluation.offer.id in ids
        )
        if tried:
            again = replace(comparison, evaluations=tried)
            blocks = (report.comparison_table(again), report.who_wins(again), report.outcome_ranges(again))
            display(*(block for block in blocks if block is not None))

    output = ipywidgets.interactive_output(shown, {"ids": chosen, "growth_percent": growth, "years": n_years})
    return ipywidgets.VBox([chosen, growth, n_years, output])


def negotiation_controls(plan: NegotiationPlan, *, show: bool) -> Any:
    """Return controls for the target, the package and the tone, with packages, steps and call sheet under them.

    Parameters
    ----------
    plan : NegotiationPlan
        What the controls start from.
    show : bool
        False in reports: nothing is returned, and nothing is shown.
    """
    if not show:
        return None
    import ipywidgets

    wide = {"description_width": "9em"}
    target = ipywidgets.BoundedFloatText(
        value=round(plan.last_counter.target),
        min=round(plan.offered.total),
        max=max(2 * round(plan.largest.total), 1),
        step=5_000,
        description="Sign at, 4 years",
        style=wide,
    )
    package = ipywidgets.Dropdown(options=PACKAGES, value=plan.approach.package, description="Package", style=wide)
    tone = ipywidgets.Dropdown(options=TONES, value=plan.approach.tone, description="Tone", style=wide)
    beyond = ipywidgets.Checkbox(value=plan.approach.beyond_band, description="Go past the guide's bands")

    def shown(total: float, name: str, sound: Tone, is_beyond: bool) -> None:  # noqa: FBT001  a control's value
        from IPython.display import display

        tried = replace(plan.approach, target=total, package=name, tone=sound, beyond_band=is_beyond)
        again = replace(plan, approach=tried)
        display(report.packages_table(again), report.lever_ranges(again), report.call_sheet(again))

    output = ipywidgets.interactive_output(
        shown, {"total": target, "name": package, "sound": tone, "is_beyond": beyond}
    )
    return ipywidgets.VBox([target, package, tone, beyond, output])
