"""The command walk-away: what it prints, and what it refuses before it prints anything."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from hand_checked import CASES, is_close, rows

from compkit.cli.walk_away import walk_away_command
from compkit.errors import InputError

WORKED = CASES / "walk_away_offers.yaml"
ACME = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100_000.0}
OFFER_KEYS = ("id", "walk_away", "average", "gap", "break_even", "required_growth")


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(walk_away_command, [str(argument) for argument in arguments])


def printed(*arguments: str | Path) -> dict[str, Any]:
    """Run the command with --json; nothing but JSON is on stdout."""
    done = ran(*arguments, "--json")
    assert done.exit_code == 0, done.output

    def refuse(constant: str) -> Any:
        raise AssertionError(f"{constant} is not JSON")

    found: dict[str, Any] = json.loads(done.stdout, parse_constant=refuse)
    return found


def test_json_has_the_shape_of_the_contract(tmp_path: Path) -> None:
    """All parts are given, so that the walk-away is one for all offers: 180 + 20 + 60 = 260, and 0 + 15 + 10 = 25."""
    path = tmp_path / "offers.yaml"
    current = {"base_salary": 180_000, "annual_bonus": 20_000, "annual_equity": 60_000}
    parts = {"cost_of_living_adjustment": 0, "risk_premium": 15_000, "growth_value": 10_000}
    offers = [{"id": "one", **ACME}, {"id": "two", **ACME, "base_salary": 300_000, "sign_on": [50_000]}]
    path.write_text(yaml.safe_dump({"candidate": {"current": current, "walk_away": parts}, "offers": offers}))
    found = printed(path)
    assert found["walk_away"] == 285_000
    assert found["current_total"] == 260_000
    assert [offer["id"] for offer in found["offers"]] == ["one", "two"]
    for offer in found["offers"]:
        assert tuple(offer)[: len(OFFER_KEYS)] == OFFER_KEYS
        assert offer["gap"] == offer["average"] - offer["walk_away"]
        assert offer["break_even"] in ("at", "never", "always")
        assert (offer["required_growth"] is not None) == (offer["break_even"] == "at")


def test_the_top_one_is_null_where_offers_differ() -> None:
    found = printed(WORKED)
    assert found["walk_away"] is None
    assert found["current_total"] is None
    by_id = {offer["id"]: offer for offer in found["offers"]}
    assert by_id["first-job"]["walk_away"] is None
    assert by_id["first-job"]["break_even"] is None
    assert by_id["lone"]["batna"] is None
    assert by_id["given"]["walk_away"] == 182_000
    for offer in found["offers"]:
        area = offer["zone"]
        assert area["offered"] <= area["low"]
        assert area["offered"] <= area["aspired"] <= area["high"]
        assert area["is_empty"] == (area["low"] > area["high"])


@pytest.mark.parametrize("row", rows("walk_away"), ids=lambda row: row["case"])
def test_json_by_hand(row: dict[str, str]) -> None:
    """Every case that the command shows."""
    if row["figure"] not in (*OFFER_KEYS, "cash_flow", "cash_flow_here"):
        pytest.skip("not shown by the command, or by the day on which it runs")
    offer = {one["id"]: one for one in _printed_of(row["n_years"], row["discount_rate"], row["growth"],
                                                   row["convention"])["offers"]}[row["offer"]]  # fmt: skip
    value, expected = offer[row["figure"]], row["expected"]
    if value is None or isinstance(value, str):
        assert (value or "none") == expected
    else:
        assert is_close(value, float(expected), 1e-9 if row["figure"] == "required_growth" else 1e-6)


@cache
def _printed_of(n_years: str, discount_rate: str, growth: str, convention: str) -> dict[str, Any]:
    return printed(WORKED, "--years", n_years, "--discount-rate", discount_rate, "--growth", growth,
                   "--growth-convention", convention)  # fmt: skip


def test_words_name_the_sum_the_alternative_and_what_is_left_out() -> None:
    text = " ".join(ran(WORKED).stdout.split())
    assert "given: $182,000 is the walk-away, $160,000 the offer" in text
    assert "the offer is below by $22,000" in text
    assert "austin-after does not count: the same job, told once more" in text
    assert "no alternative" in text
    assert "room to agree: " in text
    assert "no room to agree" in text
    assert "None" not in text
    assert "nan" not in text


def test_a_file_without_a_present_job_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [{"id": "only", **ACME}]}), encoding="utf-8")
    found = printed(path)
    assert found["walk_away"] is None
    assert [offer["reservation"] for offer in found["offers"]] == [None]
    assert "No walk-away" in ran(path).stdout


def test_a_wrong_share_and_a_wrong_file_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [{"id": "only", **ACME, "base_salary": -1}]}), encoding="utf-8")
    done = ran(path, "--housing-share", "2", "--json")
    assert isinstance(done.exception, InputError)
    assert done.stdout == ""
    assert [fault.field for fault in done.exception.faults] == ["housing_share", "base_salary"]
