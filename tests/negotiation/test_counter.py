"""What to ask for: cases by hand, every package of small ranges tried out, and laws for any offer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from typing import Any

import pytest
from hand_checked import is_close, offers, rows
from hypothesis import given, strategies as st
from laws import examples
from test_limits import REPORT_ON, TABLES, bargained, evaluation_of

from compkit.analysis.evaluation import Evaluation
from compkit.errors import InputError, OutOfRangeError, UnknownChoiceError
from compkit.model.offer import Offer
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, Limit, lever_limits
from compkit.negotiation.meso import STEPS, MesoRequest, find_packages, round_amounts
from compkit.negotiation.packages import MAX_TARGET, Counter, Package, counter, lever_ranks
from compkit.pay.value import Assumptions

ALIKE = {"base_salary": 4.0, "rsu_4yr": 1.0, "sign_on_y1": 1.0, "sign_on_y2": 1.0}
WORTH = {"base_salary": 3.4, "rsu_4yr": 0.97, "sign_on_y1": 0.99, "sign_on_y2": 0.85}
RANKS = lever_ranks("L6", TABLES)


@cache
def evaluation(offer_id: str) -> Evaluation:
    return Evaluation(offers("limits").entry(offer_id), TABLES, Assumptions(), REPORT_ON)


@cache
def worked(offer_id: str, target: str, equal_on: Any = "total", *, beyond_band: bool = False) -> Counter:
    aim = float(target) if target else None
    limits = lever_limits(evaluation(offer_id), beyond_band=beyond_band)
    return counter(evaluation(offer_id), ALIKE, target=aim, equal_on=equal_on, limits=limits)


def found_for(figure: str, found: Counter) -> float:
    """Figure computed for a case."""
    plain = {
        "target": found.target, "largest": found.largest.total, "n": len(found.packages),
        "reachable": found.is_reachable, "shortfall": found.shortfall,
    }  # fmt: skip
    if figure in plain:
        return float(plain[figure])
    name, _, of = figure.partition(" ")
    package = next(one for one in found.packages if one.name == name)
    if of == "share":
        rooms = {lever: limit for lever, limit in found.limits.items() if limit.room}
        return max((package.amount(lever) - limit.offered) / limit.room for lever, limit in rooms.items())
    if of in LEVERS:
        return package.amount(of)
    return package.total if of == "total" else float(package.is_rounded)


@pytest.mark.parametrize("row", rows("counter"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    counted = worked(row["offer_id"], row["target"], row["equal_on"], beyond_band=row["beyond_band"] == "true")
    found, expected = found_for(row["figure"], counted), float(row["expected"])
    if row["figure"].endswith("share"):  # give or take what it takes to meet the target
        assert expected - 1e-9 <= found <= expected + 0.02 + 1e-9, row["derivation"]
    else:
        assert is_close(found, expected), f"{found!r}: {row['derivation']}"


# Every pair and triple of small ranges, tried out: the search must find as many packages.


def total_of(amounts: Sequence[float]) -> Fraction:
    weights = (4, 1, 1, 1)
    return sum((weight * Fraction(amount) for weight, amount in zip(weights, amounts, strict=True)), Fraction(0))


def is_equal(amounts: Sequence[float], target: float) -> bool:
    return abs(total_of(amounts) - Fraction(target)) <= Fraction(target) / 400


def moved(one: Sequence[float], other: Sequence[float]) -> float:
    """How much of the total lies in other parts: half of what the parts differ by."""
    parts = [(4 * base, stock, first + second) for base, stock, first, second in (one, other)]
    return sum(abs(a - b) for a, b in zip(*parts, strict=True)) / 2


def limit_of(lever: str, offered: float, high: float) -> Limit:
    return Limit(
        lever, offered, high, None, None, None, "flexibility", None, "", None, None, is_assumed=False, reason=""
    )


@st.composite
def small_ranges(draw: st.DrawFn) -> MesoRequest:
    """Draw limits with few round amounts in reach, and a target among their sums or beside them."""
    limits = {}
    for name, most in zip(LEVERS, (4, 5, 5, 4), strict=True):
        step = STEPS[name]
        offered = draw(st.integers(10, 30)) * step + draw(st.sampled_from([0, 0, 0, step // 2, 1]))
        high = offered + draw(st.integers(0, most)) * step + draw(st.sampled_from([0, 0, step - 1]))
        limits[name] = limit_of(name, float(offered), float(high))
    low, high = (float(total_of([getattr(limits[one], end) for one in LEVERS])) for end in ("offered", "high"))
    target = low + draw(st.floats(0, 1)) * (high - low)
    return MesoRequest(limits, float(round(target, draw(st.sampled_from([-4, -3, 0])))), RANKS)


def reach(limit: Limit) -> list[float]:
    """All round amounts of a lever, as offered first."""
    step = STEPS[limit.lever]
    return [limit.offered, *(float(at) for at in range(0, int(limit.high) + 1, step) if at > limit.offered)]


@given(small_ranges())
@examples(25)
def test_against_every_round_package(request: MesoRequest) -> None:
    base, stock, first, second = (reach(request.limits[lever]) for lever in LEVERS)
    pairs = [*((one, second[0]) for one in first), *((first[-1], one) for one in second[1:])]
    sums = [(a, b, *pair) for a, b, pair in product(base, stock, pairs) if is_equal((a, b, *pair), request.target)]
    found = find_packages(request)
    least = 0.03 * request.target
    totals = [total_of(one) for one in sums]
    apart = {(a, b) for a, b in combinations(range(len(sums)), 2)
             if moved(sums[a], sums[b]) >= least and abs(totals[a] - totals[b]) <= totals[a] / 400}  # fmt: skip
    triples = [t for t in combinations(range(len(sums)), 3) if all(pair in apart for pair in combinations(t, 2))]
    assert len(found) >= (3 if triples else 2 if apart else 1 if sums else 0)
    for one, other in combinations(found, 2):
        assert moved(one.amounts, other.amounts) >= least - 1e-6
    stocks = {one.name: one.amounts[1] for one in found}
    assert stocks.get("equity", math.inf) >= stocks.get("balanced", 0) >= stocks.get("cash", 0)
    for one in found:
        assert is_equal(one.amounts, request.target) or one.free_lever


def test_what_is_said_in_another_currency_is_round_there() -> None:
    """105,000 pounds at 1.27: the next amounts are 110,000 and 115,000 pounds."""
    assert round_amounts("base_salary", 105_000 * 1.27, 116_000 * 1.27, 1.27) == pytest.approx(
        [133_350, 139_700, 146_050]
    )


# Laws for any offer.


def check_laws(found: Counter) -> None:
    for package in found.packages:
        for lever, limit in found.limits.items():
            assert limit.offered <= package.amount(lever) <= limit.high + 1e-6
        if found.is_reachable and package.name == "balanced":
            assert is_equal(package.amounts, found.target)
        assert package.is_rounded or any("to the dollar" in flag for flag in package.flags)
        for lever in LEVERS if package.is_rounded and package.name != "largest" else ():
            assert package.amount(lever) == found.limits[lever].offered or package.amount(lever) % 10 == 0
    for one, other in combinations(found.packages, 2):
        assert moved(one.amounts, other.amounts) >= 0.03 * found.target * 0.9975 - 1e-6
    assert 1 <= len(found.packages) <= 3
    if not found.is_reachable:
        assert found.packages == (found.largest,)
        assert found.shortfall == found.target - found.largest.total
    else:
        balanced = next(one for one in found.packages if one.name == "balanced")
        value = found.worth_of if found.equal_on == "worth" else lambda one: one.total
        assert all(abs(value(one) - value(balanced)) <= 0.0025 * value(balanced) + 1e-6 for one in found.packages)


def target_at(offer: Offer, share: float) -> float | None:
    """Total between what is offered and half as much again."""
    offered = 4 * offer.base_salary + offer.rsu_4yr + offer.sign_on_in_year(1) + offer.sign_on_in_year(2)
    return None if share < 0.2 else offered * (1 + (share - 0.2) / 1.6)


@st.composite
def plain_offers(draw: st.DrawFn) -> Offer:
    """Draw an offer of the four parts alone, round or to the cent."""
    cents = draw(st.sampled_from([100_000, 100_000, 1_000, 1]))
    base, stock, first, second = (
        draw(st.integers(low * 1_000, high * 1_000)) // cents * cents / 100
        for low, high in ((6_000, 35_000), (0, 120_000), (0, 25_000), (0, 20_000))
    )
    told = {
        "id": "plain",
        "company": draw(st.sampled_from(["Amazon", "Amazon", "Initech"])),
        "company_type": draw(st.sampled_from([None, "FAANG", "Healthcare Tech"])),
        "level": draw(st.sampled_from(["L6", "L7"])),
        "location": draw(st.sampled_from(["Seattle", "Remote", "Boston"])),
        "residence": "Seattle",
        "candidate_type": draw(st.sampled_from(["external", "external", "internal", "boomerang"])),
        "base_salary": base,
        "sign_on": [first, second],
        "equity": [{"value": stock}],
    }
    return Offer.model_validate(told)


@given(plain_offers(), st.floats(0, 1))
@examples(40)
def test_laws_of_any_offer(offer: Offer, share: float) -> None:
    """Equal in total, inside the limits, round or one lever to the dollar, two levers apart."""
    check_laws(counter(evaluation_of(offer), WORTH, target=target_at(offer, share)))


@given(bargained(), st.floats(0, 1), st.booleans(), st.sampled_from(["total", "worth"]))
@examples(12)
def test_laws_beyond_the_band_and_in_worth(offer: Offer, share: float, beyond: bool, equal_on: Any) -> None:  # noqa: FBT001
    target = target_at(offer, share)
    limits = lever_limits(evaluation_of(offer), beyond_band=beyond)
    found = counter(evaluation_of(offer), WORTH, target=target, equal_on=equal_on, limits=limits)
    check_laws(found)
    assert found == counter(evaluation_of(offer), WORTH, target=target, equal_on=equal_on, limits=limits)


def with_negotiation(**told: Any) -> Evaluation:
    before = offers("limits").entry("before").offer
    return evaluation_of(Offer.model_validate(before.model_dump(exclude_unset=True) | {"negotiation": told}))


def test_the_leaning_is_met_where_it_can_be() -> None:
    """A package that equals the target itself is one of the three, and the others stay near it."""
    leaning = {"base_salary": 185_000, "rsu_4yr": 360_000, "sign_on_y1": 110_000, "sign_on_y2": 93_000}
    found = counter(with_negotiation(leaning=leaning), ALIKE, target=1_303_000)
    at = {one.name: one for one in found.packages}
    assert at["balanced"].amounts == tuple(float(leaning[lever]) for lever in LEVERS)
    assert at["equity"].rsu_4yr >= at["cash"].rsu_4yr
    far = counter(evaluation("before"), ALIKE, target=1_303_000)
    assert all(_distance(one, leaning, found) < _distance(far.packages[0], leaning, found) for one in found.packages)
    check_laws(found)


def _distance(package: Package, to: dict[str, int], found: Counter) -> float:
    return sum(abs(package.amount(lever) - to[lever]) / found.limits[lever].room for lever in LEVERS)


def test_the_guides_own_result_is_inside_the_limits() -> None:
    """What the guide's example reached is one of the sums that can be asked for, and the default ask is above it."""
    after = {"base_salary": 185_000, "rsu_4yr": 380_000, "sign_on_y1": 110_000, "sign_on_y2": 85_000}
    found = worked("before", "1315000")
    assert all(found.limits[lever].offered <= amount <= found.limits[lever].high for lever, amount in after.items())
    assert sum(LEVER_WEIGHTS[lever] * amount for lever, amount in after.items()) == 1_315_000
    assert found.is_reachable
    assert 1_315_000 / found.offered.total - 1 == pytest.approx(0.1535, abs=5e-5)


def test_worth_ranks_apart_from_the_total() -> None:
    """Where later money is worth less, packages of one total are not worth the same."""
    found = counter(evaluation("before"), WORTH)
    assert found.rankings_differ
    best = max(found.packages, key=found.worth_of)
    assert found.by_worth[0] == best.name
    assert found.raised_worth_of(best) == pytest.approx(found.worth_of(best) - found.worth_of(found.offered))
    assert not worked("before", "1500000").rankings_differ


def test_flags_say_what_is_beyond_or_assumed() -> None:
    beyond = worked("before", "1450000", beyond_band=True)
    for package in beyond.packages:
        band = {"base_salary": 190_000, "rsu_4yr": 400_000, "sign_on_y1": 125_000, "sign_on_y2": 100_000}
        told = {flag.split(":")[0] for flag in package.flags if "beyond the guide's band" in flag}
        assert told == {lever for lever in LEVERS if package.amount(lever) > band[lever]}
    assert not any(package.flags for package in worked("before", "").packages)
    assumed = counter(evaluation("elsewhere"), ALIKE).packages[0]
    assert {flag.split(": ")[1] for flag in assumed.flags} == {"limit assumed"}


def test_no_package_is_named_for_stock_that_cannot_rise() -> None:
    # 940,000 = 4 x 190,000 + 125,000 + 55,000 = 4 x 180,000 + 125,000 + 95,000
    found = {one.name: one.amounts for one in counter(evaluation("bare"), ALIKE).packages}
    assert found == {"salary": (190_000, 0, 125_000, 55_000), "balanced": (180_000, 0, 125_000, 95_000)}


def test_no_part_is_raised_by_less_than_is_worth_asking() -> None:
    """No round sum is near 1,026,000: 4 x 190,000 + 266,000, rather than 4,000 more in base and 286,000."""
    told = {"id": "any", "company": "Amazon", "level": "L6", "location": "Seattle", "candidate_type": "internal",
            "base_salary": 184_000, "equity": [{"value": 260_000}]}  # fmt: skip
    (balanced,) = counter(evaluation_of(Offer.model_validate(told)), ALIKE, target=1_026_000).packages
    assert balanced.amounts == (190_000, 266_000, 0, 0)


@pytest.mark.parametrize("target", [math.nan, math.inf, -math.inf, -1.0, MAX_TARGET * 2])
def test_a_target_that_is_no_amount_is_refused(target: float) -> None:
    with pytest.raises(InputError, match="target must be an amount"):
        counter(evaluation("before"), ALIKE, target=target)


def test_a_target_below_the_offer_is_refused_from_a_quarter_of_a_percent_on() -> None:
    with pytest.raises(InputError, match="1,140,000"):
        counter(evaluation("before"), ALIKE, target=1_137_000)
    assert counter(evaluation("before"), ALIKE, target=1_138_000).is_reachable


def test_other_unfit_input_is_refused() -> None:
    for wrong in (-1.0, math.nan, math.inf):
        with pytest.raises(OutOfRangeError, match="rsu_4yr"):
            counter(evaluation("before"), ALIKE | {"rsu_4yr": wrong})
    with pytest.raises(OutOfRangeError, match="worth"):
        counter(evaluation("before"), dict.fromkeys(LEVERS, 0.0))
    with pytest.raises(UnknownChoiceError, match="equal_on"):
        counter(evaluation("before"), ALIKE, equal_on="price")  # type: ignore[arg-type]


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e6])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_very_small_and_very_large_offers(scale: float, share: float) -> None:
    told = {"id": "any", "company": "Initech", "level": "L6", "location": "Boston", "base_salary": 175_000 * scale,
            "sign_on": [80_000 * scale], "equity": [{"value": 300_000 * scale}]}  # fmt: skip
    offer = Offer.model_validate(told)
    target = offer.base_salary * 4 * (1 + 0.1 * share) + offer.rsu_4yr * (1 + 0.3 * share) + offer.sign_on_in_year(1)
    check_laws(counter(evaluation_of(offer), ALIKE, target=target))
