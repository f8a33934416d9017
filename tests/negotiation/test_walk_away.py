"""Walk-away, alternatives and zone: cases worked out apart from the code, limits and laws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import pytest
from hand_checked import ABSOLUTE_FRACTION, is_close, offers, rows
from hypothesis import assume, given, strategies as st
from laws import examples
from strategies import CONVENTIONS, amounts, discount_rates, growth_rates, horizons, offers as drawn_offers, start_dates

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.errors import OutOfRangeError
from compkit.model.candidate import Candidate, CurrentJob, WalkAwayParts
from compkit.model.offer import Offer
from compkit.negotiation.batna import (
    STAYING,
    Alternatives,
    alternatives,
)
from compkit.negotiation.equal_pay import annuity, equal_pay_here, level_pay
from compkit.negotiation.limits import offered_total
from compkit.negotiation.walk_away import PARTS, WalkAway
from compkit.offers import OfferEntry
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.place.location import Living, Pay, location_table
from compkit.reference.tables import load_tables

TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)
WITHOUT_ROUNDING = 1e-5
ACME = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100_000.0, "status": "written"}
PLACES = ["Seattle", "Austin", "New York", "Denver", "Miami"]

jobs = st.builds(
    CurrentJob,
    base_salary=amounts,
    annual_bonus=amounts,
    annual_equity=st.none() | amounts,
    unvested_equity=st.none() | amounts,
    next_bonus_on=st.none() | start_dates,
    repayment_owed=amounts,
)
dated_jobs = st.builds(
    CurrentJob,
    base_salary=amounts,
    vests=st.lists(st.builds(lambda on, value: {"on": on, "value": value}, start_dates, amounts), max_size=5),
    repayment_owed=amounts,
)
assumptions = st.builds(
    Assumptions, st.builds(Growth, growth_rates, st.sampled_from(CONVENTIONS)), discount_rates, horizons
)


def analysed(offer: Offer, candidate: Candidate, under: Assumptions | None = None) -> LocationAnalysis:
    entry = OfferEntry(offer, candidate, 1.0, "made")
    return LocationAnalysis(Evaluation(entry, TABLES, under or Assumptions(), REPORT_ON))


def one(offer_id: str = "made", **changes: Any) -> Offer:
    return Offer.model_validate({"id": offer_id, **ACME, "start_date": "2026-12-01", **changes})


@cache
def worked(n_years: str, discount_rate: str, growth: str, convention: str) -> dict[str, Alternatives]:
    """Hand-worked offers with their alternatives, under a case's assumptions."""
    under = Assumptions(Growth(float(growth), convention), float(discount_rate), int(n_years))  # type: ignore[arg-type]
    analyses = [LocationAnalysis(Evaluation(entry, TABLES, under, REPORT_ON)) for entry in offers("walk_away")]
    return {one.evaluation.offer.id: alternatives(one, analyses) for one in analyses}


def found_for(row: dict[str, str]) -> Any:
    """Figure computed for a case."""
    found = worked(row["n_years"], row["discount_rate"], row["growth"], row["convention"])[row["offer"]]
    figure, of, away = row["figure"], row["of"], found.walk_away
    if figure == "part":
        return {part.name: part.amount for part in away.parts}[of]
    if figure == "why":
        return {line.name: line.amount for line in away.differences_here}[of]
    if figure in ("value", "pay"):
        chosen = {alternative.id: alternative for alternative in found.all}[of]
        return chosen.value if figure == "value" else chosen.level_pay
    if figure.startswith("zone_"):
        value = getattr(found.zopa(*map(float, of.split())), figure.removeprefix("zone_"))
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
    if figure in ("break_even", "required_growth"):
        turn = away.required_growth
        return turn and (turn.break_even if figure == "break_even" else turn.growth)
    if figure in ("reservation", "batna"):
        return found.reservation if figure == "reservation" else found.batna and found.batna.id
    return found.left_out[of] if figure == "left_out" else getattr(away, {"walk_away": "amount"}.get(figure, figure))


@pytest.mark.parametrize("row", rows("walk_away"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    found, expected = found_for(row), row["expected"]
    if expected == "none":
        assert found is None, row["derivation"]
    elif isinstance(found, str):
        assert found == expected, row["derivation"]
    else:
        absolute = ABSOLUTE_FRACTION if row["figure"] == "required_growth" else 1e-6
        assert is_close(float(found), float(expected), absolute), f"{found!r}: {row['derivation']}"


def test_each_part_says_how_it_comes_about() -> None:
    found = worked("4", "0", "0", "smooth")
    parts = {name: found[name].walk_away.parts for name in ("given", "austin", "miami", "from-nowhere", "first-job")}
    assert [part.is_given for part in parts["given"]] == [True, True, True]
    assert [part.is_given for part in parts["austin"]] == [False, False, False]
    assert [part.is_given for part in parts["from-nowhere"]] == [False, True, False]
    assert "same place" in parts["austin"][0].reason
    assert "buys in Miami as much as in Austin" in parts["miami"][0].reason
    assert "candidate.residence" in parts["from-nowhere"][0].reason
    assert all(part.reason for known in parts.values() for part in known)
    assert "candidate.current" in found["first-job"].walk_away.notes[0]
    assert "transfer" in found["internal"].walk_away.notes[0]
    assert list(found["austin"].walk_away.table["name"]) == ["current_total", *PARTS, "walk_away"]


def test_without_a_start_date_the_day_of_the_report_counts() -> None:
    away = WalkAway(analysed(one(start_date=None), Candidate(current=CurrentJob(base_salary=1e5))))
    assert away.amount == 100_000
    assert "No start date" in away.notes[0]


def test_where_tax_cannot_be_worked_out_the_amount_stays_and_the_reason_is_told() -> None:
    """Work in Boston, home in Denver: of these two states no rule for one wage is known."""
    candidate = Candidate(residence="Austin", current=CurrentJob(base_salary=100_000))
    analysis = analysed(one(location="Boston", residence="Denver"), candidate)
    assert analysis.home is None
    away = WalkAway(analysis)
    assert away.amount == away.cash_flow_here == 100_000
    assert "cannot be worked out" in away.parts[0].reason
    other = analysed(one("other", location="Boston", residence="Denver", base_salary=2e5), candidate)
    here = analysed(one(), candidate)
    assert alternatives(here, [other]).reservation == 200_000
    assert "cannot be worked out" in alternatives(here, [other]).all[1].reason


def test_other_peoples_offers_are_no_alternatives() -> None:
    found = worked("4", "0", "0", "smooth")["given"]
    assert [other.id for other in found.all] == ["present-job", "given-houston", "given-boomerang"]
    assert found.left_out == {}


def test_teams_tell_two_jobs_of_one_company_apart() -> None:
    def with_team(offer_id: str, team: str | None) -> LocationAnalysis:
        return analysed(one(offer_id, contact={"team": team}), Candidate())

    first = with_team("a", "Search")
    assert alternatives(first, [with_team("b", "Ads")]).left_out == {}
    for team in (None, "search "):
        assert alternatives(first, [with_team("b", team)]).left_out == {"b": "the same job, told once more"}


def test_a_preference_moves_what_the_alternative_counts_as() -> None:
    """Staying pays 100,000; preferring this offer by 8,000 a year after tax lowers the stop line.

    Worked out by hand: of a raise around 100,000 in Austin, 1 - 0.22 - 0.062 - 0.0145 is kept, so it takes
    8,000 / 0.7035 = 11,371.71 of pay.
    """
    job = {"base_salary": 100_000.0}
    for preferred, expected in (("made", 88_628.29), ("staying", 111_371.71), (None, 100_000)):
        told = {"preferred": preferred, "preferred_worth": 8_000.0} if preferred else {}
        candidate = Candidate.model_validate({"residence": "Austin", "current": job, "decision": told})
        assert alternatives(analysed(one(), candidate)).reservation == pytest.approx(expected, abs=0.01)


def test_an_earlier_round_of_another_job_is_no_alternative() -> None:
    rounds = [one("first", company="Bolt", status="written", base_salary=200_000.0),
              one("second", company="Bolt", status="written", base_salary=210_000.0, supersedes="first")]  # fmt: skip
    found = alternatives(analysed(one(), Candidate()), [analysed(offer, Candidate()) for offer in rounds])
    assert found.left_out == {"first": "an earlier round of the same job"}


@pytest.mark.parametrize(("largest", "target"), [(1.0, None), (float("nan"), None), (5e5, -1.0), (5e5, float("inf"))])
def test_zone_refuses_what_is_no_amount(largest: float, target: float | None) -> None:
    with pytest.raises(OutOfRangeError, match="target" if target else "largest_total must be at least"):
        alternatives(analysed(one(), Candidate())).zopa(largest, target)


def test_a_zone_may_aim_at_nothing() -> None:
    """100,000 a year are 400,000; 0 is 100,000 a year less than offered."""
    found = alternatives(analysed(one(), Candidate())).zopa(400_000.0, 0.0)
    assert (found.high, found.aspired) == (100_000, 0)


def test_a_zone_without_bound_is_never_empty() -> None:
    found = alternatives(analysed(one(), Candidate(current=CurrentJob(base_salary=1e6)))).zopa(float("inf"))
    assert (found.high, found.is_empty) == (float("inf"), False)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("home", PLACES)
def test_equal_pay_is_what_the_table_of_places_finds(place: str, home: str) -> None:
    """Two ways to the same figure: `location_table` holds one year's pay against each place."""
    analysis = analysed(one(location=place), Candidate())
    for amount in (0.0, 40_000.0, 260_000.0, 1_500_000.0):
        pay = Pay((amount,), analysis.start_on, "single")
        table = location_table(pay, [analysis.own], TABLES, home=Living(home, home), law=analysis.law)
        expected = float(table["equivalent_salary"].iloc[0])
        (found, _) = equal_pay_here([amount], [Living(home, home)], analysis)[0]
        assert found == pytest.approx(expected, abs=WITHOUT_ROUNDING)


@given(drawn_offers(), jobs | dated_jobs, st.sampled_from([None, *PLACES]), assumptions)
def test_why_sums_to_the_difference(offer: Offer, job: CurrentJob, home: str | None, under: Assumptions) -> None:
    away = WalkAway(analysed(offer, Candidate(residence=home, current=job), under))
    assert away.amount is not None
    assert away.cash_flow is not None
    assert away.cash_flow_here is not None
    size = abs(away.amount) + away.cash_flow + away.cash_flow_here + 1
    assert sum(line.amount for line in away.differences) == pytest.approx(away.amount - away.cash_flow, abs=1e-9 * size)
    here = sum(line.amount for line in away.differences_here)
    assert here == pytest.approx(away.amount - away.cash_flow_here, abs=1e-9 * size)


@given(drawn_offers(), jobs | dated_jobs, st.sampled_from([None, *PLACES]), assumptions)
def test_the_cash_flow_walk_away_is_worth_what_staying_is(
    offer: Offer, job: CurrentJob, home: str | None, under: Assumptions
) -> None:
    """A job that pays it in even months, beginning with nothing and owing nothing, has the same present value."""
    away = WalkAway(analysed(offer, Candidate(residence=home, current=job), under))
    assert away.cash_flow is not None
    assert away.staying_value is not None
    even = analysed(one(base_salary=away.cash_flow), Candidate(), under).evaluation.summary["present_value"]
    assert even == pytest.approx(away.staying_value + away.repayment_owed, rel=1e-9, abs=1e-5)
    assert level_pay(analysed(one(base_salary=away.cash_flow), Candidate(), under).evaluation) == pytest.approx(
        away.cash_flow, rel=1e-9, abs=1e-5
    )


@given(drawn_offers(), jobs, st.tuples(amounts, amounts, amounts), st.sampled_from(PARTS), amounts)
def test_the_walk_away_rises_dollar_by_dollar_with_a_given_part(
    offer: Offer, job: CurrentJob, given_parts: Sequence[float], name: str, more: float
) -> None:
    def amount(parts: dict[str, float]) -> float:
        candidate = Candidate(residence="Denver", current=job, walk_away=WalkAwayParts(**parts))
        found = WalkAway(analysed(offer, candidate)).amount
        assert found is not None
        return found

    parts = dict(zip(PARTS, given_parts, strict=True))
    assert amount(parts) == pytest.approx(sum(given_parts) + amount(dict.fromkeys(PARTS, 0.0)))
    assert amount(parts | {name: parts[name] + more}) - amount(parts) == pytest.approx(more, abs=1e-6)


@given(drawn_offers(), jobs | dated_jobs, assumptions)
def test_the_required_growth_closes_the_gap(offer: Offer, job: CurrentJob, under: Assumptions) -> None:
    away = WalkAway(analysed(offer, Candidate(current=job), under))
    turn, gap = away.required_growth, away.gap
    assert turn is not None
    assert gap is not None
    if turn.break_even == "at":
        assert turn.growth is not None
        at = replace(under, growth=replace(under.growth, rate=turn.growth))
        closed = WalkAway(analysed(offer, Candidate(current=job), at))
        assert closed.gap == pytest.approx(0.0, abs=1e-6 * (abs(closed.average) + 1))
    else:
        assume(-0.99 <= under.growth.rate <= 10)
        assert gap >= -WITHOUT_ROUNDING if turn.break_even == "always" else gap < WITHOUT_ROUNDING


def many(drawn: Sequence[Offer], candidate: Candidate, under: Assumptions) -> list[LocationAnalysis]:
    """Offers of different companies, so that none is another telling of the same job."""
    return [
        analysed(offer.model_copy(update={"id": f"o-{number}", "company": f"Firm {number}"}), candidate, under)
        for number, offer in enumerate(drawn)
    ]


few_offers = st.lists(drawn_offers(), min_size=2, max_size=4)
statuses = st.sampled_from(["written", "verbal", "in-process"])


@examples(13)
@given(few_offers, st.lists(statuses, min_size=4, max_size=4), st.none() | jobs, assumptions, amounts)
def test_laws_of_alternatives(
    drawn: list[Offer], firm: list[str], job: CurrentJob | None, under: Assumptions, more: float
) -> None:
    candidate = Candidate(residence="Austin", current=job)
    told = [offer.model_copy(update={"status": status}) for offer, status in zip(drawn, firm, strict=False)]
    analyses = many(told, candidate, under)
    found = alternatives(analyses[0], analyses)
    assert analyses[0].evaluation.offer.id not in [alternative.id for alternative in found.all]
    reservation = found.reservation
    others = [alternative for alternative in found.all if alternative.status != STAYING]
    assert (reservation is None) == (not job and all(other.status != "written" for other in others))
    assert all((other.value is None) == (other.status != "written") for other in others)
    if reservation is None:
        return
    if job:
        assert found.walk_away.cash_flow_here is not None
        assert reservation >= found.walk_away.cash_flow_here
    # Adding an alternative
    fewer = alternatives(analyses[0], analyses[:-1]).reservation
    assert fewer is None or reservation >= fewer
    # One becomes certain
    fallback = found.staying.level_pay if found.staying else 0.0
    for position, alternative in enumerate(found.all):
        if alternative.status not in (STAYING, "written") and alternative.level_pay >= fallback:
            number = int(alternative.id.removeprefix("o-"))
            surer = [offer.model_copy(update={"status": "written"}) if at == number else offer
                     for at, offer in enumerate(told)]  # fmt: skip
            certain = alternatives(analyses[0], many(surer, candidate, under))
            assert (certain.all[position].value or 0.0) >= (alternative.value or 0.0) - WITHOUT_ROUNDING
            assert certain.reservation is not None
            assert certain.reservation >= reservation - WITHOUT_ROUNDING
    # The zone
    total = offered_total(analyses[0].evaluation.offer)
    area = found.zopa(total + more, total)
    assert area.is_empty == (reservation > area.high) == (area.low > area.high)
    assert area.low >= area.offered
    assert area.aspired == pytest.approx(area.offered, rel=1e-12, abs=1e-6)
    assert area.high - area.offered == pytest.approx(more / 4, abs=1e-5)


@given(assumptions)
def test_the_annuity_is_the_present_value_of_even_pay(under: Assumptions) -> None:
    even = analysed(one(base_salary=12_000), Candidate(), under).evaluation.summary["present_value"]
    assert even == pytest.approx(12_000 * annuity(under), abs=1e-5)


def test_objects_are_frozen_and_become_dicts() -> None:
    found = worked("4", "0", "0", "smooth")["austin"]
    assert isinstance(found.walk_away, WalkAway)
    assert asdict(found.zopa(8e5, 7e5))["target"] == 7e5
    counted = found.table["value"].dropna()
    assert list(counted) == sorted(counted, reverse=True)
    with pytest.raises(AttributeError):
        found.walk_away.analysis = found.analysis  # type: ignore[misc]
