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
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS
from compkit.negotiation.meso import MesoRequest, SolvedPackage, n_different, solve_packages
from compkit.negotiation.package_solver import Lever, SolverError
from compkit.negotiation.packages import MAX_TARGET, STEPS, Counter, Package, counter, lever_ranks
from compkit.pay.value import Assumptions

ALIKE = {"base_salary": 4.0, "rsu_4yr": 1.0, "sign_on_y1": 1.0, "sign_on_y2": 1.0}
WORTH = {"base_salary": 3.4, "rsu_4yr": 0.97, "sign_on_y1": 0.99, "sign_on_y2": 0.85}
RANKS = lever_ranks("L6", TABLES)
Capture = pytest.CaptureFixture[str]


@cache
def evaluation(offer_id: str) -> Evaluation:
    return Evaluation(offers("limits").entry(offer_id), TABLES, Assumptions(), REPORT_ON)


@cache
def worked(offer_id: str, target: str, equal_on: Any = "total", *, beyond_band: bool = False) -> Counter:
    aim = float(target) if target else None
    return counter(evaluation(offer_id), ALIKE, target=aim, equal_on=equal_on, beyond_band=beyond_band)


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


# Every package of small ranges, tried out: the solver must find neither more nor fewer, nor worse ones.


def choices(lever: Lever) -> list[float]:
    """All that a lever may become in round amounts."""
    return [lever.offered, *(float(at) for at in range(0, int(lever.high) + 1, lever.step) if at > lever.offered)]


def total_of(amounts: Sequence[float]) -> Fraction:
    weights = (4, 1, 1, 1)
    return sum((weight * Fraction(amount) for weight, amount in zip(weights, amounts, strict=True)), Fraction(0))


def is_equal(amounts: Sequence[float], target: float) -> bool:
    return abs(total_of(amounts) - Fraction(target)) <= Fraction(target) / 400


def largest_share(levers: Sequence[Lever], amounts: Sequence[float]) -> float:
    return max(
        (
            (amount - lever.offered) / lever.room
            for lever, amount in zip(levers, amounts, strict=True)
            if lever.room >= 1
        ),
        default=0.0,
    )


@st.composite
def small_ranges(draw: st.DrawFn) -> tuple[tuple[Lever, ...], float]:
    """Draw levers with few round amounts in reach, and a target among their sums or beside them."""
    levers = []
    for name, most in zip(LEVERS, (4, 4, 5, 5), strict=True):
        step = STEPS[name]
        offered = draw(st.integers(10, 30)) * step + draw(st.sampled_from([0, 0, 0, step // 2, 1]))
        high = offered + draw(st.integers(0, most)) * step + draw(st.sampled_from([0, 0, step - 1]))
        levers.append(Lever(name, float(offered), float(high), step, LEVER_WEIGHTS[name]))
    low, high = (float(total_of([getattr(lever, end) for lever in levers])) for end in ("offered", "high"))
    target = low + draw(st.floats(0, 1)) * (high - low)
    return tuple(levers), float(round(target, draw(st.sampled_from([-4, -3, 0]))))


def solved(levers: tuple[Lever, ...], target: float) -> tuple[SolvedPackage, ...]:
    return solve_packages(MesoRequest(levers, target, None, None, RANKS))


@given(small_ranges())
@examples(15)
def test_against_every_round_package(drawn: tuple[tuple[Lever, ...], float]) -> None:
    levers, target = drawn
    fitting = [one for one in product(*(choices(lever) for lever in levers)) if is_equal(one, target)]
    apart = {(a, b) for a, b in combinations(range(len(fitting)), 2) if n_different(fitting[a], fitting[b]) >= 2}
    triples = [t for t in combinations(range(len(fitting)), 3) if all(pair in apart for pair in combinations(t, 2))]
    found = solved(levers, target)
    n_round = 3 if triples else 2 if apart else 1 if fitting else 0
    n_free = sum(len(one.free_levers) for one in found)
    assert len(found) >= n_round
    if n_round == 3 or (n_round and len(found) == n_round):
        assert n_free == 0
    elif found:
        assert n_free > 0
    if n_round < 3:
        return
    # One after the other: the most stock, then the least beside it, then the smallest largest share beside both.
    in_roles = [roles for triple in triples for roles in _orders(triple)]
    most = max(fitting[equity][1] for equity, _, _ in in_roles)
    in_roles = [roles for roles in in_roles if fitting[roles[0]][1] == most]
    least = min(fitting[cash][1] for _, cash, _ in in_roles)
    in_roles = [roles for roles in in_roles if fitting[roles[1]][1] == least]
    share = min(largest_share(levers, fitting[balanced]) for _, _, balanced in in_roles)
    leeway = max(0.02, 0.0025 * target / sum(lever.weight * lever.room for lever in levers))
    equity, cash, balanced = found
    assert (equity.amounts[1], cash.amounts[1]) == (most, least)
    assert share - 1e-9 <= largest_share(levers, balanced.amounts) <= share + leeway + 1e-6


def _orders(triple: Sequence[int]) -> list[tuple[int, int, int]]:
    a, b, c = triple
    return [(a, b, c), (a, c, b), (b, a, c), (b, c, a), (c, a, b), (c, b, a)]


@given(small_ranges())
@examples(12)
def test_whole_dollars_are_used_just_where_no_round_sum_fits(drawn: tuple[tuple[Lever, ...], float]) -> None:
    """One free lever makes a package where round amounts of the others leave it a whole dollar in its room."""
    levers, target = drawn
    low, high = math.ceil(Fraction(target) * Fraction(399, 400)), math.floor(Fraction(target) * Fraction(401, 400))

    def fits(free: int) -> bool:
        others = [choices(lever) if number != free else [0.0] for number, lever in enumerate(levers)]
        lever = levers[free]
        for amounts in product(*others):
            rest = int(total_of(amounts))
            least = max(math.ceil(lever.offered), -(-(low - rest) // int(lever.weight)))
            if least <= min(math.floor(lever.high), (high - rest) // int(lever.weight)):
                return True
        return False

    found = solved(levers, target)
    most_free = max((len(one.free_levers) for one in found), default=0)
    one_is_enough = any(fits(free) for free in range(4))
    assert (most_free <= 1 and bool(found)) == one_is_enough
    for one in found:
        for name, lever, amount in zip(LEVERS, levers, one.amounts, strict=True):
            assert name in one.free_levers or amount == lever.offered or amount % lever.step == 0
            assert amount == lever.offered or amount == int(amount)


# Laws for any offer.


def odd_levers(found: Counter, package: Package) -> list[str]:
    return [
        lever for lever in LEVERS
        if package.amount(lever) != found.limits[lever].offered and package.amount(lever) % STEPS[lever]
    ]  # fmt: skip


def check_laws(found: Counter) -> None:
    for package in found.packages:
        for lever, limit in found.limits.items():
            assert limit.offered <= package.amount(lever) <= limit.high
        if found.is_reachable and (found.equal_on == "total" or package.name == "balanced"):
            assert is_equal(package.amounts, found.target)
        assert package.is_rounded == (not odd_levers(found, package))
        assert package.is_rounded or not found.is_reachable or any("to the dollar" in flag for flag in package.flags)
    for one, other in combinations(found.packages, 2):
        assert n_different(one.amounts, other.amounts) >= 2
    assert 1 <= len(found.packages) <= 3
    if not found.is_reachable:
        assert found.packages == (found.largest,)
        assert found.shortfall == found.target - found.largest.total
    if found.equal_on == "worth" and found.is_reachable:
        balanced = next(found.worth_of(one) for one in found.packages if one.name == "balanced")
        assert all(abs(found.worth_of(one) - balanced) <= 0.0025 * balanced for one in found.packages)


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
    found = counter(evaluation_of(offer), WORTH, target=target, equal_on=equal_on, beyond_band=beyond)
    check_laws(found)
    again = counter(evaluation_of(offer), WORTH, target=target, equal_on=equal_on, beyond_band=beyond)
    assert found == again


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
    stockless = counter(evaluation("bare"), ALIKE).packages[0]
    assert "rsu_4yr: no room for more" in stockless.flags


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
def test_very_small_and_very_large_offers(scale: float, share: float, capfd: Capture) -> None:
    """Solved, or said to be too large; the solver prints nothing of its own."""
    told = {"id": "any", "company": "Initech", "level": "L6", "location": "Boston", "base_salary": 175_000 * scale,
            "sign_on": [80_000 * scale], "equity": [{"value": 300_000 * scale}]}  # fmt: skip
    offer = Offer.model_validate(told)
    target = offer.base_salary * 4 * (1 + 0.1 * share) + offer.rsu_4yr * (1 + 0.3 * share) + offer.sign_on_in_year(1)
    try:
        check_laws(counter(evaluation_of(offer), ALIKE, target=target))
    except SolverError as error:
        assert "too large, or too small" in str(error)  # noqa: PT017
    assert capfd.readouterr().out == ""
