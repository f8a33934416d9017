"""Interactive controls for the notebooks in JupyterLab; reports run without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, get_args

from compkit import report
from compkit.analysis import Comparison, Evaluation, LocationAnalysis
from compkit.model import GrowthConvention
from compkit.negotiation import PACKAGES, TONES, NegotiationPlan, Tone
from compkit.offers import load_offers
from compkit.pay import Growth
from compkit.periods import MAX_YEARS

_WIDE = {"description_width": "9em"}


def evaluation_controls(evaluation: Evaluation, offers_file: str, *, show: bool) -> Any:
    """Build controls for offer, share-price growth and years, with the pay by year below.

    `show` is False in reports, which then have no controls.
    """
    if not show:
        return None
    offers, given = load_offers(offers_file, tables=evaluation.tables), evaluation.assumptions

    def blocks(offer_id: str, growth_percent: float, growth_convention: GrowthConvention, years: int) -> Iterable[Any]:
        assumed = replace(given, growth=Growth(growth_percent / 100, growth_convention), n_years=years)
        tried = replace(evaluation, entry=offers.entry(offer_id), assumptions=assumed)
        return report.years_table(tried), report.pay_by_year(tried)

    return _controls(
        blocks,
        offer_id=("Dropdown", "Offer", {"options": offers.ids, "value": evaluation.offer.id}),
        growth_percent=("BoundedFloatText", "Growth, % a year",
                        {"value": 100 * given.growth.rate, "min": -99, "max": 1000, "step": 5}),
        growth_convention=("Dropdown", "Applied",
                           {"options": get_args(GrowthConvention), "value": given.growth.convention}),
        years=("BoundedIntText", "Years", {"value": given.n_years, "min": 1, "max": MAX_YEARS}),
    )  # fmt: skip


def location_controls(analysis: LocationAnalysis, *, show: bool) -> Any:
    """Build controls for housing share and further places, with the comparison below.

    `show` as in `evaluation_controls`.
    """
    if not show:
        return None

    def blocks(is_own: bool, percent: float, more: tuple[str, ...]) -> Iterable[Any]:  # noqa: FBT001  a control's value
        tried = replace(analysis, housing_share=percent / 100 if is_own else None, more_places=tuple(more))
        return report.location_table(tried), report.gross_to_purchasing_power(tried)

    share, places = analysis.housing_share, {"options": list(analysis.law.of_place), "value": analysis.more_places}
    return _controls(
        blocks,
        is_own=("Checkbox", "Own share of housing", {"value": share is not None, "style": {}}),
        percent=("FloatSlider", "Housing, %", {"value": 100 * (share or 0.3), "min": 0, "max": 70, "step": 1}),
        more=("SelectMultiple", "Further places", places | {"rows": 8}),
    )


def comparison_controls(comparison: Comparison, *, show: bool) -> Any:
    """Build controls for offers, share-price growth and years, with the comparison below.

    `show` as in `evaluation_controls`.
    """
    if not show:
        return None
    given, ids = comparison.assumptions, comparison.ids

    def blocks(ids: tuple[str, ...], growth_percent: float, years: int) -> Iterable[Any]:
        assumed = replace(given, growth=replace(given.growth, rate=growth_percent / 100), n_years=years)
        chosen = [evaluation for evaluation in comparison.evaluations if evaluation.offer.id in ids]
        if not chosen:
            return ()
        again = replace(comparison, evaluations=tuple(replace(one, assumptions=assumed) for one in chosen))
        return report.comparison_table(again), report.winner_map(again), report.outcome_ranges(again)

    return _controls(
        blocks,
        ids=("SelectMultiple", "Offers", {"options": ids, "value": tuple(ids), "rows": 6}),
        growth_percent=("FloatSlider", "Growth, % a year",
                        {"value": 100 * given.growth.rate, "min": -50, "max": 60, "step": 1}),
        years=("BoundedIntText", "Years", {"value": given.n_years, "min": 1, "max": MAX_YEARS}),
    )  # fmt: skip


def negotiation_controls(plan: NegotiationPlan, *, show: bool) -> Any:
    """Build controls for target, package and tone, with packages, steps and call sheet below.

    `show` as in `evaluation_controls`.
    """
    if not show:
        return None

    def blocks(total: float, name: str, sound: Tone, is_beyond: bool) -> Iterable[Any]:  # noqa: FBT001  as above
        tried = replace(plan.settings, target=total, package=name, tone=sound, beyond_band=is_beyond)
        again = replace(plan, settings=tried)
        return report.packages_table(again), report.negotiation_zone_chart(again), report.call_sheet(again)

    most = max(2 * round(plan.largest.total), 1)
    return _controls(
        blocks,
        total=("BoundedFloatText", "Sign at, 4 years",
               {"value": round(plan.last_counter.target), "min": round(plan.offered.total), "max": most,
                "step": 5_000}),
        name=("Dropdown", "Package", {"options": PACKAGES, "value": plan.settings.package}),
        sound=("Dropdown", "Tone", {"options": TONES, "value": plan.settings.tone}),
        is_beyond=("Checkbox", "Go past the guide's bands", {"value": plan.settings.beyond_band, "style": {}}),
    )  # fmt: skip


def _controls(blocks: Callable[..., Iterable[Any]], **specified: tuple[str, str, dict[str, Any]]) -> Any:
    """Stack widgets of the specified kinds above the blocks for their values."""
    import ipywidgets
    from IPython.display import display

    widgets = {
        name: getattr(ipywidgets, kind)(**{"description": description, "style": _WIDE} | options)
        for name, (kind, description, options) in specified.items()
    }

    def shown(**values: Any) -> None:
        display(*(block for block in blocks(**values) if block is not None))

    output = ipywidgets.interactive_output(shown, widgets)
    return ipywidgets.VBox([*widgets.values(), output])
