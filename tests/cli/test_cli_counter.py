"""The command `counter`: its JSON, its words, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml
from hand_checked import CASES, offers

from compkit.cli.main import COMMANDS, run
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS

LIMITS_FILE = CASES / "limits_offers.yaml"
SAMPLE = Path(__file__).parents[2] / "data" / "offers" / "sample.yaml"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(COMMANDS, "counter", ("counter", "What to ask for."))


def strict(text: str) -> Any:
    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def printed(capfd: Capture, *arguments: str | Path) -> dict[str, Any]:
    assert run(["counter", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = strict(capfd.readouterr().out)
    return found


@pytest.mark.parametrize("options", [(), ("--beyond-band",), ("--equal-on", "worth", "--after-tax")], ids=" ".join)
def test_json_has_the_shape_of_the_contract(options: tuple[str, ...], capfd: Capture) -> None:
    found = printed(capfd, SAMPLE, "--offer", "amazon-l6-seattle-before", *options)
    assert (found["offer"], found["target"], found["reachable"]) == ("amazon-l6-seattle-before", 1_302_500, True)
    assert [one["name"] for one in found["packages"]] == ["equity", "cash", "balanced"]
    for one in found["packages"]:
        assert {*LEVERS, "name", "total", "rounded", "flags", "worth", "hardness"} <= set(one)
        assert one["total"] == sum(LEVER_WEIGHTS[lever] * one[lever] for lever in LEVERS)
        assert set(one["hardness"]) == set(LEVERS)
    assert tuple(found["limits"]) == LEVERS
    for limit in found["limits"].values():
        assert {"low", "high", "source"} <= set(limit)
    assert found["limits"]["sign_on_y1"]["high"] == 125_000
    assert found["steps"][-1]["packages"] == found["packages"]
    assert found["shortfall"] == 0


def test_an_unreachable_target_is_answered(capfd: Capture) -> None:
    found = printed(capfd, LIMITS_FILE, "--offer", "before", "--target", "1500000")
    assert (found["reachable"], found["shortfall"]) == (False, 115_000)
    assert [one["name"] for one in found["packages"]] == ["largest"]
    assert run(["counter", str(LIMITS_FILE), "--offer", "before", "--target", "1500000"]) == 0
    assert "$115,000 short" in capfd.readouterr().out


@pytest.mark.parametrize("entry", [entry.offer.id for entry in offers("limits")])
@pytest.mark.parametrize(
    "options", [(), pytest.param(("--beyond-band", "--steps", "3"), marks=pytest.mark.long)], ids=" ".join
)
def test_words_hold_no_artefact(entry: str, options: tuple[str, ...], capfd: Capture) -> None:
    assert run(["counter", str(LIMITS_FILE), "--offer", entry, *options]) == 0
    said = capfd.readouterr().out
    for wrong in ("nan", "None", "inf ", "Traceback", "rsu_4yr", "sign_on", "base_salary:"):
        assert wrong not in said
    assert "If they withdraw the offer" in said


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "json"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--offer", "befor"), "Did you mean 'before'?"),
        (("--offer", "before", "--target", "1000000"), "target must be at least what they offer, 1,140,000"),
        (("--offer", "before", "--target", "-5"), "target must be an amount from 0"),
        (("--offer", "before", "--target", "nan"), "target must be an amount from 0"),
        (("--offer", "before", "--target", "inf"), "target must be an amount from 0"),
        (("--offer", "before", "--steps", "0"), "steps must be 1 to 5, got 0."),
        (("--offer", "before", "--steps", "6"), "steps must be 1 to 5, got 6."),
        (("--offer", "before", "--stay-rate", "0"), "stay_rate must be above 0 and at most 1, got 0.0."),
        (("--offer", "before", "--stay-rate", "nan"), "stay_rate must be above 0 and at most 1, got nan."),
        (("--offer", "before", "--discount-rate", "-1"), "discount_rate must be a finite fraction above -1, got -1.0."),
    ],
    ids=lambda value: " ".join(value[1:]) if isinstance(value, tuple) else "",
)
def test_unfit_options_are_refused(options: tuple[str, ...], said: str, form: list[str], capfd: Capture) -> None:
    assert run(["counter", str(LIMITS_FILE), *options, *form]) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert said in line


def test_all_faults_come_at_once(tmp_path: Path, capfd: Capture) -> None:
    path = tmp_path / "bad.yaml"
    bad = {"id": "bad", "company": "Acme", "level": "L6", "location": "Austin", "base_salary": -1}
    path.write_text(yaml.safe_dump({"offers": [bad]}), encoding="utf-8")
    assert run(["counter", str(path), "--offer", "bad", "--target", "nan", "--steps", "9", "--stay-rate", "2"]) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 4
    for part in ("base_salary must not be negative", "target must be", "steps must be", "stay_rate must be"):
        assert part in captured.err


def test_an_offer_in_euros_is_countered_in_euros(capfd: Capture) -> None:
    """The target of the file's offer in euros is no round sum; its packages are."""
    assert run(["counter", str(LIMITS_FILE), "--offer", "in-euros"]) == 0
    packages = [
        line for line in capfd.readouterr().out.splitlines() if line.startswith(("  balanced", "  equity", "  cash"))
    ]
    assert packages
    for line in packages:
        amounts = re.findall(r"€([\d,]+)", line)
        assert "$" not in line
        assert all(int(amount.replace(",", "")) % 1_000 == 0 for amount in amounts[:5])
