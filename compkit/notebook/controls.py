"""Interactive controls for the notebooks in JupyterLab; reports run without them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from compkit import notebook, report
from compkit.analysis import Comparison, Evaluation, LocationAnalysis
from compkit.errors import CompkitError
from compkit.model import GrowthConvention
from compkit.negotiation import PACKAGES, TONES, NegotiationPlan, Tone
from compkit.offers import OfferEntry, is_same_candidate, load_offers
from compkit.pay import Growth
from compkit.periods import MAX_YEARS
from compkit.place import BEDROOMS
from compkit.prices import HIGHEST_GROWTH, LOWEST_GROWTH

_GROWTH_HELP = "Of the share price, each year, such as 10% or -5%."


def evaluation_controls(evaluation: Evaluation, offers_file: str, *, show: bool) -> Any:
    """Build controls for offer, share-price growth and years, with the pay by year below.

    `show` is False in reports, which then have no controls.
    """
    if not show:
        return None
    offers, given = load_offers(offers_file, tables=evaluation.tables), evaluation.assumptions
    own = [entry for entry in offers if is_same_candidate(entry, evaluation.entry)]

    def blocks(offer: str, growth: float, convention: GrowthConvention, years: float) -> Iterable[Any]:
        assumed = replace(given, growth=Growth(growth, convention), n_years=int(years))
        tried = replace(evaluation, entry=offers.entry(offer), assumptions=assumed)
        return report.years_table(tried), report.pay_by_year(tried)

    conventions = {"Smoothly over the year": "smooth", "In one step a year": "annual-step"}
    return notebook.Panel(
        {
            "offer": notebook.ChoiceField("Offer", _by_name(own), evaluation.offer.id, "One of this person's offers."),
            "growth": _growth_field(given.growth.rate),
            "convention": notebook.ChoiceField(
                "Growth comes", conventions, given.growth.convention, "Recruiters' sheets often use one step a year."
            ),
            "years": _years_field(given.n_years),
        },
        blocks,
    )


def location_controls(analysis: LocationAnalysis, *, show: bool) -> Any:
    """Build controls for bedrooms, housing share and further places, with the comparison below.

    `show` as in `evaluation_controls`.
    """
    if not show:
        return None

    def blocks(bedrooms: int | None, housing: float | None, places: tuple[str, ...]) -> Iterable[Any]:
        tried = replace(analysis, bedrooms=bedrooms, housing_share=housing, more_places=places)
        return report.location_table(tried), report.pay_by_place(tried)

    return notebook.Panel(
        {
            "bedrooms": notebook.ChoiceField(
                "Bedrooms", {"As you live": None, **{str(number): number for number in BEDROOMS}}, analysis.bedrooms,
                "Of the home you'd rent.",
            ),
            "housing": notebook.NumberField(
                "Housing share", analysis.housing_share, "rate", minimum=0, maximum=1, optional=True,
                help="How much of your spending goes to housing, such as 35%. Leave it empty for the national share.",
            ),
            "places": notebook.ChoicesField("More places", list(analysis.law.of_place), analysis.more_places),
        },
        blocks,
    )  # fmt: skip


def comparison_controls(comparison: Comparison, *, show: bool) -> Any:
    """Build controls for offers, share-price growth and years, with the comparison below.

    `show` as in `evaluation_controls`.
    """
    if not show:
        return None
    given = comparison.assumptions

    def blocks(ids: tuple[str, ...], growth: float, years: float) -> Iterable[Any]:
        if not ids:
            raise CompkitError("Choose at least one offer.")
        assumed = replace(given, growth=replace(given.growth, rate=growth), n_years=int(years))
        chosen = [replace(one, assumptions=assumed) for one in comparison.evaluations if one.offer.id in ids]
        again = replace(comparison, evaluations=tuple(chosen))
        return report.comparison_table(again), report.winner_map(again), report.outcome_ranges(again)

    return notebook.Panel(
        {
            "ids": notebook.ChoicesField(
                "Offers", _by_name([one.entry for one in comparison.evaluations]), comparison.ids
            ),
            "growth": _growth_field(given.growth.rate),
            "years": _years_field(given.n_years),
        },
        blocks,
    )


def negotiation_controls(plan: NegotiationPlan, *, show: bool) -> Any:
    """Build controls for target, package and tone, with packages, steps and call sheet below.

    `show` as in `evaluation_controls`.
    """
    if not show:
        return None

    def blocks(target: float, package: str, tone: Tone, is_beyond: bool) -> Iterable[Any]:  # noqa: FBT001  a value
        tried = replace(plan.settings, target=target, package=package, tone=tone, beyond_band=is_beyond)
        again = replace(plan, settings=tried)
        return report.packages_table(again), report.negotiation_zone_chart(again), report.call_sheet(again)

    most = max(2 * round(plan.largest.total), 1)
    return notebook.Panel(
        {
            "target": notebook.NumberField(
                "Sign at, 4 years", round(plan.last_counter.target), minimum=round(plan.offered.total), maximum=most,
                help="The four-year total you'd sign at.",
            ),
            "package": notebook.ChoiceField(
                "Package", _capitalized(PACKAGES), plan.settings.package, "What the ask puts first."
            ),
            "tone": notebook.ChoiceField("Tone", _capitalized(TONES), plan.settings.tone, "Of the call and letters."),
            "is_beyond": notebook.SwitchField(
                "Go past the guide's ranges", value=plan.settings.beyond_band, help="What lies past them is marked."
            ),
        },
        blocks,
    )  # fmt: skip


def _growth_field(rate: float) -> Any:
    return notebook.NumberField(
        "Growth a year", rate, "rate", minimum=LOWEST_GROWTH, maximum=HIGHEST_GROWTH, help=_GROWTH_HELP
    )


def _years_field(n_years: int) -> Any:
    return notebook.NumberField(
        "Years", n_years, "years", minimum=1, maximum=MAX_YEARS, help=f"How many to count, 1 to {MAX_YEARS}."
    )


def _by_name(entries: Sequence[OfferEntry]) -> dict[str, str]:
    """Ids of offers by what people call them."""
    return {report.capitalized(name): offer_id for offer_id, name in report.offer_names(entries).items()}


def _capitalized(names: Iterable[str]) -> dict[str, str]:
    return {name.capitalize(): name for name in names}
