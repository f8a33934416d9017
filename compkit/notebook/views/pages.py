"""The pages over one workspace: decide, evaluate, compare, place, negotiate, weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import compkit
from compkit import report
from compkit.errors import OutOfRangeError
from compkit.model import GrowthConvention
from compkit.negotiation import PACKAGES
from compkit.notebook.inputs import ChoiceField, ChoicesField, Field, NumberField, SwitchField
from compkit.notebook.views.bound import BoundFields
from compkit.notebook.views.outline import Names, outline
from compkit.notebook.views.page import Page
from compkit.notebook.workspace import MOST_COMPARED, Workspace
from compkit.periods import MAX_YEARS
from compkit.place import BEDROOMS
from compkit.prices import HIGHEST_GROWTH, LOWEST_GROWTH
from compkit.tax import tax_tables

_OF_DECISION = 3
"""Sections of the comparison that are about the decision."""
_LARGEST_AMOUNT = 1e9
_AS_ENTERED = "As entered"
_FILING = {_AS_ENTERED: "", "Single": "single", "Married, filing jointly": "married_joint",
           "Head of household": "head_of_household"}  # fmt: skip
_CONVENTIONS = {name.replace("-", " ").capitalize(): name for name in get_args(GrowthConvention)}
_AMOUNT_LABELS = {
    "base_salary": "What if base were", "sign_on_y1": "What if sign-on in year 1 were",
    "sign_on_y2": "What if sign-on in year 2 were", "equity": "What if all stock were",
}  # fmt: skip


def decide_page(space: Workspace) -> Page:
    """Build the page of the decision: which choice leads, what would change that, and the next step."""
    return Page(outline("offer_comparison")[:_OF_DECISION], _comparison_names(space))


def _comparison_names(space: Workspace) -> Names:
    def names() -> Mapping[str, Any]:
        decision, comparison = space.decision, space.comparison
        answers = report.comparison_answers(comparison, decision)
        return {"report": report, "decision": decision, "comparison": comparison, "answers": answers}

    return names


def evaluate_page(space: Workspace, fields: BoundFields, buttons: Sequence[Any]) -> Page:
    """Build the page of one offer: what it pays, where it stands, and what if."""
    growth, convention, years = _scenario(space, fields)

    def names() -> Mapping[str, Any]:
        evaluation = space.evaluation
        decision = space.tried_decision
        return {"report": report, "evaluation": evaluation, "decision": decision,
                "answers": report.evaluation_answers(evaluation)}  # fmt: skip

    discount = fields.add(
        NumberField("Cost of waiting a year", 0.0, "rate", help="Discounts cash only; stock counts at today's price.",
                    minimum=-0.5, maximum=1.0),
        lambda: space.assumptions.discount_rate,
        lambda rate: space.change(assumptions=replace(space.assumptions, discount_rate=rate)),
    )  # fmt: skip
    tried = [_amount_field(space, fields, name) for name in _AMOUNT_LABELS]
    homes = {_AS_ENTERED: "", **{place: place for place in tax_tables(space.tables).of_place}}
    residence = fields.add(
        ChoiceField("What if you lived in", homes, ""),
        lambda: space.what_if.residence,
        lambda place: space.change(what_if=replace(space.what_if, residence=place)),
    )
    filing = fields.add(
        ChoiceField("What if you filed as", _FILING, ""),
        lambda: space.what_if.filing_status,
        lambda status: space.change(what_if=replace(space.what_if, filing_status=status)),
    )
    controls = [growth, convention, years, discount, *tried, residence, filing]
    return Page(
        outline("offer_evaluation"), names, [one.widget for one in controls], extra=buttons,
        slow=("What could the stock be worth?",),
    )  # fmt: skip


def _scenario(space: Workspace, fields: BoundFields) -> tuple[NumberField, ChoiceField, NumberField]:
    def assume(**changes: Any) -> None:
        space.change(assumptions=replace(space.assumptions, **changes))

    def grown(**changes: Any) -> None:
        assume(growth=replace(space.assumptions.growth, **changes))

    growth = NumberField(
        "Share price growth", 0.0, "rate", minimum=LOWEST_GROWTH, maximum=HIGHEST_GROWTH,
        help="Per year, for every company. Nobody knows it in advance.",
    )  # fmt: skip
    convention = ChoiceField("Growth applied", _CONVENTIONS, "smooth",
                             help="Recruiters' sheets often use annual steps.")  # fmt: skip
    years = NumberField("Years", 4, "years", minimum=1, maximum=MAX_YEARS)
    fields.add(growth, lambda: space.assumptions.growth.rate, lambda rate: grown(rate=rate))
    fields.add(convention, lambda: space.assumptions.growth.convention, lambda name: grown(convention=name))
    fields.add(years, lambda: space.assumptions.n_years, lambda n: assume(n_years=int(n)))
    return growth, convention, years


def _amount_field(space: Workspace, fields: BoundFields, name: str) -> Field[Any]:
    def write(amount: float | None) -> None:
        others = {key: value for key, value in space.what_if.amounts.items() if key != name}
        amounts = others if amount is None else {**others, name: amount}
        space.change(what_if=replace(space.what_if, amounts=amounts))

    field = NumberField(_AMOUNT_LABELS[name], None, "amount", minimum=0, maximum=_LARGEST_AMOUNT, optional=True,
                        help="Leave empty to keep what you entered.")  # fmt: skip
    return fields.add(field, lambda: space.what_if.amounts.get(name), write)


def compare_page(space: Workspace, fields: BoundFields) -> Page:
    """Build the page of up to six offers side by side."""
    growth, _, years = _scenario(space, fields)

    def choose(ids: tuple[str, ...]) -> None:
        if len(ids) > MOST_COMPARED:
            raise OutOfRangeError("offers", f"be at most {MOST_COMPARED}", len(ids))
        space.change(compared=ids)

    chosen = ChoicesField("Offers", {}, (), help=f"At most {MOST_COMPARED}. Hold Ctrl or Command to choose several.")
    fields.add(chosen, lambda: space.compared_ids, choose)
    fields.offer(chosen, lambda: space.names)
    return Page(
        outline("offer_comparison"), _comparison_names(space), [one.widget for one in (chosen, growth, years)],
        slow=("When does one overtake another?", "What could the stock be worth?"),
    )  # fmt: skip


def place_page(space: Workspace, fields: BoundFields) -> Page:
    """Build the page of one offer's pay after tax and prices, here and elsewhere."""

    def names() -> Mapping[str, Any]:
        analysis = space.places
        return {"report": report, "analysis": analysis, "answers": report.location_answers(analysis)}

    places = fields.add(
        ChoicesField("Further places", list(tax_tables(space.tables).of_place), ()),
        lambda: space.more_places,
        lambda chosen: space.change(more_places=chosen),
    )
    share = fields.add(
        NumberField("Housing's share of your spending", None, "rate", minimum=0, maximum=1, optional=True,
                    help="Leave empty for the national average."),
        lambda: space.housing_share,
        lambda value: space.change(housing_share=value),
    )  # fmt: skip
    sizes = {"As your household needs": None, **{str(number): number for number in BEDROOMS}}
    bedrooms = fields.add(
        ChoiceField("Bedrooms", sizes, None, help="Of the home you'd rent."),
        lambda: space.bedrooms,
        lambda chosen: space.change(bedrooms=chosen),
    )
    return Page(outline("location_analysis"), names, [places.widget, bedrooms.widget, share.widget])


def negotiate_page(space: Workspace, fields: BoundFields, letter: Any) -> Page:
    """Build the page of one offer's negotiation: what to ask for and what to say.

    `letter` is the widget of the letter, shown below the controls.
    """

    def names() -> Mapping[str, Any]:
        plan = space.plan
        return {"report": report, "plan": plan, "decision": space.decision,
                "answers": report.negotiation_answers(plan)}  # fmt: skip

    target = fields.add(
        NumberField("Sign at, over 4 years", None, "amount", minimum=0, maximum=_LARGEST_AMOUNT, optional=True,
                    help="Leave empty for 75% of each range."),
        lambda: space.settings.target,
        lambda amount: space.with_settings(target=amount),
    )  # fmt: skip
    package = fields.add(
        ChoiceField("Package", {name.capitalize(): name for name in PACKAGES}, "balanced"),
        lambda: space.settings.package,
        lambda name: space.with_settings(package=name),
    )
    beyond = fields.add(
        SwitchField("Go past the guide's ranges", value=False),
        lambda: space.settings.beyond_band,
        lambda is_beyond: space.with_settings(beyond_band=is_beyond),
    )
    return Page(outline("negotiation_plan"), names, [target.widget, package.widget, beyond.widget], extra=[letter])


def weeks_page(space: Workspace, buttons: Sequence[Any]) -> Page:
    """Build the page of the weeks: what is due, and which deadlines clash."""

    def names() -> Mapping[str, Any]:
        weeks = space.weeks
        return {"report": report, "ck": compkit, "timeline": weeks, "answers": report.timeline_answers(weeks)}

    return Page(outline("hiring_process"), names, extra=buttons)
