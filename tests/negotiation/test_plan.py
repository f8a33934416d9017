"""The negotiation plan: cases worked out by hand, limit cases, and laws for any offer."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hand_checked import is_close, rows
from hypothesis import given, strategies as st
from laws import examples
from sample_plans import ACME, AMAZON, DAY, OFFERS_FILE, SETTINGS, TABLES, TEXTS, plan_for, sample_plan
from strategies import offers as drawn_offers

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.errors import InputError, OutOfRangeError, UnknownChoiceError
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.negotiation.claim_checks import ClaimError
from compkit.negotiation.equal_pay import level_pay
from compkit.negotiation.letters import LETTER_KINDS, TONES, LetterRequest, letter
from compkit.negotiation.limits import LEVERS
from compkit.negotiation.packages import Package
from compkit.negotiation.plan import NegotiationPlan, load_negotiation_plan
from compkit.negotiation.plan_settings import PACKAGES, PlanSettings
from compkit.negotiation.worked_example import worked_negotiation
from compkit.offers import OfferEntry
from compkit.pay.value import Assumptions

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
TOLERANCE = 0.0025
AFTER = {"base_salary": 185_000, "rsu_4yr": 380_000, "sign_on_y1": 110_000, "sign_on_y2": 85_000}
"""What the guide's worked negotiation ends with: 4 x 185,000 + 380,000 + 110,000 + 85,000 = 1,315,000."""
Make = Callable[..., NegotiationPlan]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Planner for the first of some offers, through a file as a person writes it."""

    def made(
        *changes: Mapping[str, Any], candidate: Mapping[str, Any] | None = None, **options: Any
    ) -> NegotiationPlan:
        held = [{"id": f"offer-{number}", **AMAZON, **change} for number, change in enumerate(changes or [{}])]
        rates = {"EUR": 1.1} if any("currency" in offer for offer in held) else {}
        path = tmp_path / "offers.yaml"
        document = {"candidate": dict(candidate or {}), "offers": held, **({"rates": rates} if rates else {})}
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        return load_negotiation_plan(str(path), "offer-0", report_date=DAY.isoformat(), **options)

    return made


# By hand

WORKED = worked_negotiation(TABLES)


def figure_of(row: Mapping[str, str]) -> float | None:
    """Figure computed for a row of tests/cases/plan.csv."""
    name = row["figure"]
    if not row["offer_id"]:
        column, _, lever = name.partition(" ")
        levers = WORKED.levers.set_index("lever")
        return float(levers.loc[lever, column]) if lever else getattr(WORKED, name)
    options: dict[str, float] = {}
    for option in ("target", "discount_rate"):
        if row[option]:
            options[option] = float(row[option])
    plan = sample_plan(row["offer_id"], **options)
    stop, zone = plan.stop_line, plan.zopa
    return {
        "offered_total": lambda: plan.offered.total,
        "largest_total": lambda: plan.largest.total,
        "ask_target": lambda: plan.first_counter.target,
        "fallback_target": lambda: plan.last_counter.target,
        "ask_total": lambda: plan.ask.total,
        "fallback_total": lambda: plan.fallback.total,
        "n_steps": lambda: len(plan.concessions.steps),
        "shortfall": lambda: plan.last_counter.shortfall,
        "zone_low": lambda: zone.low,
        "zone_high": lambda: zone.high,
        "aspired": lambda: zone.aspired,
        "is_empty": lambda: zone.is_empty,
        "lost": lambda: plan.loss_without_offer,
        "stop_yearly": lambda: stop and stop.yearly,
        "stop_total": lambda: stop and stop.total,
    }[name]()


@pytest.mark.parametrize("row", rows("plan"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    found = figure_of(row)
    if row["expected"] == "none":
        assert found is None, row["derivation"]
    else:
        assert found is not None, row["derivation"]
        assert is_close(found, float(row["expected"]), 1e-9), row["derivation"]


def test_the_plan_holds_what_the_guide_ended_with() -> None:
    """A package of at least 1,315,000 with every part inside its range; the guide's own lies inside them, too."""
    plan = sample_plan("before")
    guides = Package("balanced", **AFTER)
    assert guides.total == 1_315_000
    best = max(plan.first_counter.packages, key=lambda package: package.total)
    assert best.total >= guides.total
    for lever in LEVERS:
        limit = plan.limits[lever]
        assert limit.offered <= best.amount(lever) <= limit.high
        assert limit.offered <= guides.amount(lever) <= limit.high
        assert plan.hardness(guides)[lever] == "inside"
    asked = load_negotiation_plan(str(OFFERS_FILE), "before", report_date=DAY.isoformat(), target=guides.total)
    assert asked.last_counter.is_reachable
    assert all(package.total == pytest.approx(guides.total, rel=TOLERANCE) for package in asked.last_counter.packages)


# A written rival


RIVAL = {"id": "rival", "company": "Bolt", "status": "written", "base_salary": 400_000, "sign_on": [], "equity": []}


def test_a_written_rival_is_matched_in_two_parts(make: Make) -> None:
    """400,000 a year elsewhere is a package of 1,600,000 here, 460,000 more.

    Base up to 1.3 x 175,000 = 227,500: in steps 225,000, four times 50,000; stock carries the other 260,000.
    """
    plan = make({}, RIVAL)
    assert plan.ask.amounts == (225_000, 560_000, 80_000, 60_000)
    assert plan.has_ask
    assert not plan.has_fallback
    assert {flag.split(": ")[1] for flag in plan.ask.flags} == {"beyond the guide's band"}
    body = plan.letter("counter").body
    assert "I have a written offer from another company, and this would bring yours in line with it." in body
    assert "1,600,000" not in body


def test_the_rivals_total_is_said_only_on_request(make: Make) -> None:
    plan = make({"share_rival_total": True}, RIVAL)
    for text in (
        plan.letter("counter").body,
        plan.letter("competing-offer").body,
        " ".join(plan.script.parts.values()),
    ):
        assert "worth about $1,600,000 over four years" in text


@pytest.mark.parametrize("changed", [{"status": "verbal"}, {"status": "in-process"}, {"base_salary": 300_000}])
def test_nothing_is_matched_that_is_unwritten_or_pays_less_than_the_usual_target(changed: Any, make: Make) -> None:
    plan = make({}, RIVAL | changed)
    assert plan.match is None
    assert plan.ask.total == 1_325_000


def test_a_target_of_ones_own_matches_nothing(make: Make) -> None:
    assert make({}, RIVAL, target=1_300_000).match is None


# Limit cases


def test_a_transfer_stops_at_what_it_does_not_keep(make: Make) -> None:
    """Staying pays 150,000 + 60,000 of stock, 210,000; the transfer keeps the stock: 150,000.

    The package: 1,140,000 + 4 x (150,000 - 285,000) = 600,000.
    """
    person = {
        "residence": "Seattle",
        "current": {"base_salary": 150_000, "annual_equity": 60_000},
        "walk_away": {"cost_of_living_adjustment": 0, "risk_premium": 15_000, "growth_value": 10_000},
    }
    inside, outside = (make({"candidate_type": kind}, candidate=person).stop_line for kind in ("internal", "external"))
    assert inside is not None
    assert outside is not None
    assert inside.yearly == pytest.approx(150_000)
    assert inside.total == pytest.approx(600_000)
    assert outside.yearly == pytest.approx(210_000)


def test_without_a_present_job_and_other_offers(make: Make) -> None:
    plan = make()
    assert plan.stop_line is None
    assert plan.loss_without_offer is None
    assert plan.walk_away.amount is None
    assert plan.alternatives.batna is None
    assert not plan.zopa.is_empty
    assert plan.zopa.low == plan.zopa.offered
    assert plan.has_ask


def test_without_room_there_is_no_ask(make: Make) -> None:
    plan = make({"base_salary": 190_000, "sign_on": [125_000, 100_000], "equity": [{"value": 400_000}]})
    assert not plan.has_ask
    assert plan.script is None
    assert plan.ask.amounts == plan.fallback.amounts == plan.largest.amounts == plan.offered.amounts
    assert plan.zopa.high == plan.zopa.offered
    assert (plan.facts.asked, plan.facts.fallback) == (None, None)


def test_an_offer_above_its_bands_is_no_worse_off(make: Make) -> None:
    """Every part stays as offered: nothing is asked back, and the target is what there is."""
    plan = make({"base_salary": 300_000, "sign_on": [200_000, 150_000], "equity": [{"value": 900_000}]})
    assert not plan.has_ask
    assert plan.largest.total == plan.offered.total == plan.fallback.total == 2_450_000


@pytest.mark.parametrize("target", [1_390_000, 5_000_000, 1e13])
def test_an_unreachable_target_asks_for_all_there_is(target: float, make: Make) -> None:
    plan = make(target=target)
    assert not plan.last_counter.is_reachable
    assert plan.last_counter.shortfall == target - 1_385_000
    assert plan.ask.amounts == plan.fallback.amounts == plan.largest.amounts
    assert plan.zopa.aspired == pytest.approx(285_000 + (target - 1_140_000) / 4)
    assert plan.zopa.high == 346_250
    assert plan.script is not None


@pytest.mark.parametrize("target", [0.0, 1_000_000, 1_139_000 * (1 - TOLERANCE)])
def test_a_target_below_the_offer_is_told_when_the_plan_is_made(target: float, make: Make) -> None:
    with pytest.raises(InputError, match=r"1,140,000"):
        make(target=target)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"target": -1.0}, OutOfRangeError, "target"),
        ({"target": math.nan}, OutOfRangeError, "target"),
        ({"target": math.inf}, OutOfRangeError, "target"),
        ({"target": 1.1e13}, OutOfRangeError, "target"),
        ({"package": "balance"}, UnknownChoiceError, "balanced"),
        ({"equal_on": "totals"}, UnknownChoiceError, "total"),
        ({"tone": "cold"}, UnknownChoiceError, "warm"),
        ({"n_steps": 0}, OutOfRangeError, "steps"),
        ({"n_steps": 6}, OutOfRangeError, "steps"),
        ({"stay_rate": 0.0}, OutOfRangeError, "stay_rate"),
        ({"stay_rate": 1.01}, OutOfRangeError, "stay_rate"),
    ],
    ids=str,
)
def test_an_impossible_approach_is_refused(options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        PlanSettings(**options)
    with pytest.raises(error, match=said):
        load_negotiation_plan(str(OFFERS_FILE), "before", report_date=DAY.isoformat(), **options)


def test_an_unknown_offer_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownChoiceError, match="stayer"):
        load_negotiation_plan(str(OFFERS_FILE), "stayr", report_date=DAY.isoformat())


def test_beyond_the_bands_a_sign_on_stays_plausible(make: Make) -> None:
    """Base by 15 %, stock by 40 %; the sign-on bands end above 0.6 and 0.5 x 175,000, so they still hold."""
    plan = make(beyond_band=True, target=1_440_000)
    assert [plan.limits[lever].high for lever in LEVERS] == [201_250, 420_000, 125_000, 100_000]
    assert plan.largest.amounts == (201_250, 420_000, 125_000, 100_000)
    assert plan.last_counter.is_reachable
    assert plan.fallback.total == pytest.approx(1_440_000, rel=TOLERANCE)
    assert any("beyond the guide's band" in flag for flag in plan.fallback.flags)
    assert plan.script is not None


def test_a_passed_deadline_does_not_stop_the_plan(make: Make) -> None:
    """The offer's own day has passed: it is planned all the same, and nothing is asked for by a day gone by."""
    plan = make({"deadline": dt.date(2026, 11, 20)}, {"company": "Bolt", "deadline": dt.date(2026, 11, 21)})
    assert plan.has_ask
    assert plan.facts.deadline is None
    assert plan.alternatives.left_out == {"offer-1": "its deadline has passed"}
    assert plan.stop_line is None
    assert plan.script is not None
    assert "20 November" not in " ".join(plan.script.parts.values())


def test_only_the_same_persons_offers_count(tmp_path: Path) -> None:
    """Two people of one file with the same current job: neither's offer is the other's alternative."""
    document = {
        "candidates": {name: {"name": name.title(), "current": {"base_salary": 100_000}} for name in ("ann", "bob")},
        "offers": [
            {**AMAZON, "id": "anns", "candidate": "ann"},
            {**ACME, "id": "anns-other", "candidate": "ann"},
            {**ACME, "id": "bobs", "candidate": "bob", "base_salary": 900_000},
        ],
    }
    (tmp_path / "offers.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    plan = load_negotiation_plan(str(tmp_path / "offers.yaml"), "anns", report_date=DAY.isoformat())
    assert [offer.id for offer in plan.other_offers] == ["anns-other"]
    assert {one.id for one in plan.alternatives.all} == {"present-job", "anns-other"}


def test_an_offer_in_euros_is_planned_in_dollars_and_spoken_of_in_euros() -> None:
    plan, twin = sample_plan("euro"), sample_plan("stayer")
    assert plan.offered.amounts == pytest.approx(twin.offered.amounts)
    assert [amount / 1.25 for amount in plan.ask.amounts] == pytest.approx([140_000, 330_000, 80_000, 70_000])
    said = " ".join(plan.script.parts.values())
    assert "€330,000" in said
    assert "$" not in said


# Laws

FEW = examples(8)


def check_plan(plan: NegotiationPlan) -> None:
    """Fail where an amount leaves its limit, or a later ask is larger than the one before."""
    offered = plan.offered
    for step in plan.concessions.steps:
        for package in step.packages:
            for lever in LEVERS:
                limit, amount = plan.limits[lever], package.amount(lever)
                assert offered.amount(lever) <= amount <= limit.high + 1e-6, (package, lever)
                if amount > offered.amount(lever) and limit.guide_high is not None and amount > limit.guide_high:
                    assert plan.settings.beyond_band, (package, lever)
                if limit.source in ("posting", "research"):
                    assert amount <= max(limit.offered, limit.yardstick_high or math.inf)
    leeway = 1 + TOLERANCE
    assert plan.ask.total * leeway >= plan.fallback.total
    assert plan.fallback.total >= offered.total
    totals = [step.target for step in plan.concessions.steps]
    assert totals == sorted(totals, reverse=True)


@FEW
@given(offer=drawn_offers(), settings=SETTINGS)
def test_packages_stay_inside_their_limits(offer: Offer, settings: PlanSettings) -> None:
    check_plan(plan_for(offer, settings))


@FEW
@given(offer=drawn_offers(), package=st.sampled_from(PACKAGES), n_steps=st.integers(1, 5), is_beyond=st.booleans())
def test_the_ask_is_no_less_than_the_fallback_than_the_offer(
    offer: Offer, package: str, n_steps: int, *, is_beyond: bool
) -> None:
    plan = plan_for(offer, PlanSettings(package=package, n_steps=n_steps, beyond_band=is_beyond))
    assert plan.ask.total >= plan.fallback.total >= plan.offered.total
    if plan.has_ask and len(plan.concessions.steps) > 1:
        assert plan.ask.total > plan.offered.total


@FEW
@given(offer=drawn_offers(), package=st.sampled_from(PACKAGES), stay_rate=st.sampled_from([0.5, 1.0]))
def test_the_same_law_for_packages_that_are_equal_in_worth(offer: Offer, package: str, stay_rate: float) -> None:
    plan = plan_for(offer, PlanSettings(package=package, equal_on="worth", stay_rate=stay_rate))
    assert plan.ask.total >= plan.fallback.total >= plan.offered.total


@FEW
@given(offer=drawn_offers(), salary=st.integers(20_000, 600_000))
def test_the_stop_lines_package_pays_the_stop_line(offer: Offer, salary: int) -> None:
    """A sign-on dollar is a dollar: the offer with the difference in its first year's sign-on pays that level.

    Where the difference is more than that sign-on can fall, a sign-on larger by the same is taken for both.
    """
    own = {"company": "Amazon", "level": "L6", "location": "Seattle"}
    plain = offer.model_copy(update={**own, "refresher_plan": None, "sign_on_paid": ("lump",)})
    candidate = Candidate.model_validate({"residence": "Seattle", "current": {"base_salary": float(salary)}})

    def analysed(first_sign_on: float) -> LocationAnalysis:
        rest = plain.sign_on[1:] if plain.sign_on else ()
        changed = plain.model_copy(update={"sign_on": (first_sign_on, *rest)})
        return LocationAnalysis(Evaluation(OfferEntry(changed, candidate, 1.0, "drawn"), TABLES, Assumptions(), DAY))

    large = 50_000_000.0
    plan = NegotiationPlan(analysed(large), (), PlanSettings(), TEXTS)
    stop = plan.stop_line
    assert stop is not None
    assert stop.yearly == pytest.approx(salary)
    again = analysed(large + stop.total - plan.offered.total)
    assert level_pay(again.evaluation) == pytest.approx(stop.yearly, rel=1e-6, abs=1e-3)


@FEW
@given(offer=drawn_offers(), other=drawn_offers("other"), salary=st.none() | st.integers(20_000, 600_000))
def test_the_stop_line_is_the_best_alternative(offer: Offer, other: Offer, salary: int | None) -> None:
    job = None if salary is None else {"base_salary": float(salary)}
    candidate = Candidate.model_validate(
        {"residence": "Seattle", "current": job, "walk_away": {"risk_premium": 12_345.0}}
    )
    mine, its = (
        LocationAnalysis(Evaluation(OfferEntry(one, candidate, 1.0, "drawn"), TABLES, Assumptions(), DAY))
        for one in (offer, other)
    )
    plan = NegotiationPlan(mine, (its,), PlanSettings(), TEXTS)
    stop = plan.stop_line
    if stop is None:
        assert salary is None
        assert other.status != "written" or other.has_expired(DAY) or plan.alternatives.left_out
        return
    assert stop.yearly == plan.zopa.reservation
    assert stop.total == pytest.approx(plan.offered.total + 4 * (stop.yearly - plan.zopa.offered))
    assert plan.loss_without_offer == pytest.approx(plan.zopa.offered - stop.yearly)
    assert not plan.has_ask or plan.meets_stop_line(plan.ask)


def test_a_plan_is_the_same_each_time() -> None:
    first, second = (
        load_negotiation_plan(str(SAMPLE), "meta-e6-san-francisco", report_date=DAY.isoformat()) for _ in range(2)
    )
    assert first.ask == second.ask
    assert first.stop_line == second.stop_line
    assert first.script == second.script


# What must not be said aloud

PRIVATE = {
    "name": "Robin Made-Up", "residence": "Seattle",
    "current": {"base_salary": 183_417, "annual_bonus": 21_773, "annual_equity": 61_559},
    "walk_away": {"cost_of_living_adjustment": 31_223, "risk_premium": 15_227, "growth_value": 10_337},
}  # fmt: skip


def figures_in(text: str) -> set[int]:
    """Numbers of a text as whole numbers: 183,417 as $183,417, 183417.0 and 183.4K."""
    found = set()
    for digits, unit in re.findall(r"(\d[\d,.]*)\s?([KkMm]?)\b", text):
        plain = digits.replace(",", "").rstrip(".")
        times = {"": 1, "k": 1_000, "m": 1_000_000}[unit.lower()]
        if plain.count(".") < 2 and plain:
            found.add(round(float(plain) * times))
    return found


def test_the_search_for_figures_finds_them() -> None:
    assert {183_417, 183_400, 1_284_000} <= figures_in("$183,417. Or 183.4K, or 1.284M")


@pytest.mark.parametrize("other_salary", [None, 340_771], ids=["walk-away stops", "another offer stops"])
def test_nothing_private_is_said_or_written(other_salary: int | None, make: Make) -> None:
    """No letter and no script, in no tone, holds the stop line, the walk-away, the present pay or another offer's."""
    other = {"company": "Zyxcorp", "status": "written", "base_salary": other_salary, "sign_on": [], "equity": []}
    told = {"negotiation": {"reasons": ["I have run three launches."]}}
    plan = make(told, *([other] if other_salary else []), candidate=PRIVATE)
    stop, walk = plan.stop_line, plan.walk_away
    assert stop is not None
    assert stop.yearly == (other_salary or 266_749)
    private = {183_417, 21_773, 61_559, 31_223, 15_227, 10_337, 266_749, 323_536, stop.yearly, stop.total}
    private |= {walk.cash_flow, walk.cash_flow_here, plan.zopa.reservation, *(part.amount for part in walk.parts)}
    private |= {340_771, 4 * 340_771, 4 * stop.yearly, plan.zopa.offered - (plan.zopa.reservation or 0)}
    sums = {round(amount) for amount in private if amount}
    texts = []
    for tone in TONES:
        toned = NegotiationPlan(plan.analysis, plan.others, PlanSettings(tone=tone), TEXTS)
        assert toned.script is not None
        texts.append(" ".join(toned.script.parts.values()))
        for kind in LETTER_KINDS:
            try:
                written = letter(LetterRequest(kind, toned.facts, tone), TEXTS)
            except ClaimError:
                continue
            texts.append(f"{written.subject} {written.body} {' '.join(map(str, written.missing))}")
    for text in texts:
        assert not figures_in(text) & sums, text
        assert "Zyxcorp" not in text


def test_a_package_as_yearly_pay_and_back() -> None:
    """Its four years above the offer, spread evenly: a quarter of it a year."""
    plan = load_negotiation_plan(str(SAMPLE), "amazon-l6-seattle-before", report_date=DAY.isoformat())
    more = plan.ask.total - (4 * 175_000 + 300_000 + 80_000 + 60_000)
    assert more > 0
    assert plan.level_pay_of(plan.ask) - level_pay(plan.evaluation) == pytest.approx(more / 4)
    assert plan.package_total_for(plan.level_pay_of(plan.ask)) == pytest.approx(plan.ask.total)
