"""A job in a place without taxes and prices: said once, and everything else works, in any currency."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hand_checked import CASES

from compkit import report
from compkit.analysis.place_requests import load_location_analysis
from compkit.cli import run

SNAP = CASES / "people" / "29-snap-3yr.yaml"
GRANT = {"value": 387_000, "vesting": [{"month": month, "fraction": part} for month, part in
                                       ((12, 0.333), (24, 0.333), (36, 0.334))]}  # fmt: skip
HERE = {"id": "seattle", "company": "Meta", "level": "E5", "location": "Seattle", "base_salary": 190000}
CURRENT = {"base_salary": 150000, "annual_bonus": 10000, "unvested_equity": 50000}
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def abroad(tmp_path: Path) -> Path:
    """Return the case's file as it is right: in a place abroad, with the schedule spelled out, and another offer."""
    document = yaml.safe_load(SNAP.read_text(encoding="utf-8"))
    document["offers"][0] |= {"location": "Elsewhere", "equity": [GRANT], "start_date": "2027-02-01"}
    document["offers"].append(HERE)
    document["candidate"]["current"] = CURRENT
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def printed(capsys: Capture, *arguments: str | Path) -> dict[str, Any]:
    assert run([*map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_pay_in_pounds(abroad: Path, capsys: Capture) -> None:
    """By hand: 132,000 x 1.31 = 172,920; 387,000 x 1.31 x 0.333 = 168,821.01; tax is open, of the other it is not."""
    abroad_, here = printed(capsys, "evaluate", abroad, "--after-tax")["offers"]
    first = abroad_["years"][0]
    assert (first["base"], first["equity"]) == pytest.approx((172_920, 168_821.01), abs=1e-6)
    assert abroad_["total"] == pytest.approx(4 * 172_920 + 506_970, abs=1e-6)
    assert {(year["tax"], year["net"]) for year in abroad_["years"]} == {(None, None)}
    assert {year["tax_status"] for year in abroad_["years"]} == {
        "not worked out: Elsewhere has no taxes and no prices in compkit's tables."
    }
    assert all(year["tax"] > 0 for year in here["years"])


def test_it_is_said_once(abroad: Path, capsys: Capture) -> None:
    for command in ("validate", "evaluate", "compare", "market", "score", "walk-away"):
        assert run([command, str(abroad)]) == 0
        assert capsys.readouterr().err.count("Elsewhere has no taxes") == 1, command


def test_every_command_works(abroad: Path, capsys: Capture) -> None:
    one = ("--offer", "snap-l5-london")
    compared = printed(capsys, "compare", abroad, "--paths", "100")
    assert [offer["net"] is None for offer in compared["offers"]] == [True, False]
    assert compared["pairs"][0]["difference"] == pytest.approx(4 * 172_920 + 506_970 - 760_000, abs=1e-6)
    components = printed(capsys, "market", abroad)["offers"][0]["components"]
    assert {part["verdict"] for part in components.values()} == {None}
    away = printed(capsys, "walk-away", abroad)["offers"][0]
    assert away["walk_away"] == pytest.approx(172_500)  # 150,000 + 10,000 + 50,000 / 4
    assert printed(capsys, "counter", abroad, *one)["reachable"] is True
    for arguments in (("score",), ("premium",), ("locations",), ("withholding",)):
        assert len(printed(capsys, *arguments, abroad)["offers"]) == 2
    assert run(["letter", str(abroad), *one, "--kind", "counter"]) == 0
    assert "\N{POUND SIGN}132,000" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes",
    [{"residence": "Elsewhere"}, {"location": "Remote", "residence": "Elsewhere"}, {"location": "Elsewhere"},
     {"location": "Elsewhere", "residence": "Seattle"}],
)  # fmt: skip
def test_living_abroad_leaves_tax_open(changes: dict[str, str], tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text(yaml.safe_dump({"offers": [HERE | {"start_date": "2027-01-01"} | changes]}), encoding="utf-8")
    (offer,) = printed(capsys, "evaluate", path, "--after-tax")["offers"]
    assert {(year["total"], year["net"]) for year in offer["years"]} == {(190_000, None)}
    (found,) = printed(capsys, "locations", path)["offers"]
    assert "Elsewhere has no taxes" in found["reason"]
    assert all(row["equivalent_salary"] is None for row in found["places"])


def test_who_lives_abroad_now(abroad: Path, capsys: Capture) -> None:
    document = yaml.safe_load(abroad.read_text(encoding="utf-8"))
    document["candidate"]["residence"] = "Elsewhere"
    abroad.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert len(printed(capsys, "walk-away", abroad)["offers"]) == 2
    assert len(printed(capsys, "compare", abroad, "--paths", "100")["offers"]) == 2


def test_the_page_on_places_says_it_once(abroad: Path) -> None:
    """On the first screen; what needs the tax points there."""
    analysis = load_location_analysis(str(abroad), "snap-l5-london", report_date="2026-12-01")
    names = ("location_headline", "location_table", "tax_parts_table", "net_years_table", "prices_table",
             "cash_plan_table", "pay_by_place", "net_pay_over_wages", "due_at_filing",
             "location_left_out", "location_assumptions", "location_caveats")  # fmt: skip
    shown = {name: repr(getattr(report, name)(analysis)) for name in names}
    assert {
        name: text.count("has no taxes and no prices") for name, text in shown.items() if "has no taxes" in text
    } == {"location_headline": 1}
    assert "The first screen says why" in shown["net_years_table"]
