"""What is open about a grant in dollars until a price turns it into shares: worked spreads, warnings, what is shown."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from compkit import report
from compkit.analysis.evaluation import load_evaluation
from compkit.cli import run
from compkit.model.equity import Grant
from compkit.pay.grant_pricing import pricing_spread

TODAY = dt.date(2026, 12, 1)
START = dt.date(2027, 12, 1)
Capture = pytest.CaptureFixture[str]


def days_on(days: int) -> dt.date:
    return TODAY + dt.timedelta(days)


# (grant, start, what the exponent is at 30 % volatility)
BY_HAND = {
    "a year": (Grant(value=1e5, priced_on=days_on(365)), None, 0.3),
    "a quarter of a year": (Grant(value=1e5, priced_on=days_on(91)), None, 0.3 * math.sqrt(91 / 365)),
    "no day: the start": (Grant(value=1e5), START, 0.3),
    "the day comes before the start": (Grant(value=1e5, priced_on=days_on(365)), days_on(30), 0.3),
    # 265 days, then the average of 100 days, which counts a third: 298 1/3 days.
    "an average": (Grant(value=1e5, priced_on=days_on(365), priced_over_days=100), None,
                   0.3 * math.sqrt((265 + 100 / 3) / 365)),
    # Half of a window of 200 days is over: (1/2)^2 x 100 / 3 = 8 1/3 days.
    "a window half over": (Grant(value=1e5, priced_on=days_on(100), priced_over_days=200), None,
                           0.3 * math.sqrt(25 / 3 / 365)),
    "one day's average": (Grant(value=1e5, priced_on=days_on(365), priced_over_days=1), None, 0.3),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND)
def test_hand_checked_spreads(case: str) -> None:
    grant, start, exponent = BY_HAND[case]
    found = pricing_spread(grant, 0.3, TODAY, start)
    assert found is not None
    assert (found.low_value, found.high_value) == pytest.approx((1e5 * math.exp(-exponent), 1e5 * math.exp(exponent)))
    assert found.is_assumed is case.startswith("no day")
    assert found.low_units is None
    priced = pricing_spread(grant.model_copy(update={"price_now": 50.0}), 0.3, TODAY, start)
    assert priced is not None
    assert (priced.low_units, priced.high_units) == pytest.approx((found.low_value / 50, found.high_value / 50))


def test_an_average_wanders_as_a_third_of_its_window() -> None:
    """A simulation of daily prices agrees with the formula: 40 free days, then the average of 120."""
    generator = np.random.default_rng(4)
    steps = generator.standard_normal((20_000, 160)) * 0.4 / math.sqrt(365)
    spread = float(np.cumsum(steps, axis=1)[:, 40:].mean(axis=1).std())
    found = pricing_spread(Grant(value=1.0, priced_on=days_on(160), priced_over_days=120), 0.4, TODAY, None)
    assert found is not None
    assert spread == pytest.approx(math.log(found.high_value), rel=0.02)


@pytest.mark.parametrize(
    ("grant", "start"),
    [
        (Grant(value=1e5), None),
        (Grant(value=1e5, grant_price=10.0, priced_on=START), START),
        (Grant(units=10.0, grant_price=10.0), START),
        (Grant(value=1e5, priced_on=TODAY), START),
        (Grant(value=1e5), TODAY),
        (Grant(value=0.0), START),
    ],
)
def test_nothing_is_open_where_units_are_known_or_the_day_is_not(grant: Grant, start: dt.date | None) -> None:
    assert pricing_spread(grant, 0.3, TODAY, start) is None


def written(folder: Path, *grants: dict[str, Any], **changes: Any) -> Path:
    offer = {"id": "a", "company": "Acme", "level": "x", "location": "Seattle", "base_salary": 150000,
             "equity": [{"vesting": "even-4-year"} | grant for grant in grants]}  # fmt: skip
    path = folder / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [offer | changes]}), encoding="utf-8")
    return path


def asked(capsys: Capture, path: Path) -> list[str]:
    assert run(["validate", str(path), "--json"]) == 0
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    return [warning["field"] for warning in warnings if "Ask which day's price" in warning["message"]]


@pytest.mark.parametrize(
    ("grants", "fields"),
    [
        ([{"value": 100000}], ["equity[0].priced_on"]),
        ([{"value": 100000}, {"value": 50000}], ["equity[0].priced_on"]),  # once
        ([{"value": 100000, "price_now": 50}], ["equity[0].priced_on"]),
        ([{"value": 100000, "grant_price": 50}], []),
        ([{"value": 100000, "priced_on": "2027-03-01"}], []),
        ([{"units": 100, "grant_price": 50}], []),
        ([{"value": 0}], []),
        ([], []),
    ],
)
def test_validate_asks_for_the_day(
    grants: list[dict[str, Any]], fields: list[str], tmp_path: Path, capsys: Capture
) -> None:
    assert asked(capsys, written(tmp_path, *grants)) == fields


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ({"units": 10, "grant_price": 5, "priced_on": "2027-03-01"}, "has both units and priced_on"),
        ({"units": 10, "grant_price": 5, "priced_over_days": 30}, "and priced_over_days. Remove one."),
        ({"value": 10, "priced_over_days": 0}, "equity[0].priced_over_days"),
        ({"value": 10, "priced_over_days": 367}, "equity[0].priced_over_days"),
        ({"value": 10, "priced_over_days": 1.5}, "equity[0].priced_over_days"),
        ({"value": 10, "priced_on": "3/1/2027"}, "equity[0].priced_on 3/1/2027 could be 2027-03-01 or 2027-01-03"),
    ],
)
def test_faults(grant: dict[str, Any], said: str, tmp_path: Path, capsys: Capture) -> None:
    assert run(["evaluate", str(written(tmp_path, grant))]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert said in captured.err


def test_the_page_shows_the_spread(tmp_path: Path) -> None:
    """By hand at the default 35 %, a year on: exp(0.35) = 1.41907, so 100,000 / 1.41907 and 100,000 x 1.41907."""
    grant = {"value": 100000, "price_now": 50}
    path = written(tmp_path, grant, start_date="2027-12-01")
    shown = repr(report.grants_table(load_evaluation(str(path), "a", report_date="2026-12-01")))
    for part in ("the start date, if no other day is set", "$70,469", "$141,907", "(1,409 to 2,838)"):
        assert part in shown, shown
    path = written(tmp_path, grant | {"grant_price": 50}, start_date="2027-12-01")
    assert "turned into shares" not in repr(
        report.grants_table(load_evaluation(str(path), "a", report_date="2026-12-01"))
    )


def test_other_commands_do_not_repeat_the_question(tmp_path: Path, capsys: Capture) -> None:
    for command in ("evaluate", "compare", "market"):
        assert run([command, str(written(tmp_path, {"value": 100000}))]) == 0
        assert capsys.readouterr().err == ""
