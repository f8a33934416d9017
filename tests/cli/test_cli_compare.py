"""The command compare: what it prints, and what it refuses before it prints anything."""

from __future__ import annotations

import json
import warnings
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml
from command_line import answered
from hand_checked import CASES, is_close, rows

from compkit.cli import run

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
WORKED = CASES / "comparison_offers.yaml"
ACME = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100000, "start_date": "2027-01-01"}
OFFER_KEYS = ("id", "total", "average", "present_value", "guaranteed_cash")
PAIR_KEYS = ("a", "b", "difference", "break_even", "break_even_growth", "p_a_beats_b")
FEW = ("--paths", "200")
Capture = pytest.CaptureFixture[str]


def strict(text: str) -> Any:
    """Return what JSON holds; NaN and Infinity, which Python would let pass, are errors."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def printed(capsys: Capture, *arguments: str | Path) -> dict[str, Any]:
    """Run compare with --json; nothing but JSON is on stdout."""
    assert run(["compare", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = strict(capsys.readouterr().out)
    return found


def lines(capsys: Capture, *arguments: str | Path) -> list[str]:
    """Run compare without --json and return its lines, runs of blanks made one."""
    assert run(["compare", *map(str, arguments)]) == 0
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def written(folder: Path, *made: dict[str, Any], name: str = "offers.yaml", **envelope: Any) -> Path:
    """Write an offers file; each offer has changes of its own."""
    path = folder / name
    stem = path.stem
    offers = [{"id": f"{stem}-{number}", **ACME, **changes} for number, changes in enumerate(made)]
    path.write_text(yaml.safe_dump({**envelope, "offers": offers}), encoding="utf-8")
    return path


@pytest.mark.parametrize("path", [SAMPLE, WORKED], ids=["sample", "worked"])
def test_json_has_the_shape_of_the_contract(path: Path, capsys: Capture) -> None:
    found = printed(capsys, path, *FEW)
    ids = [offer["id"] for offer in found["offers"]]
    for offer in found["offers"]:
        assert set(OFFER_KEYS) <= set(offer)
        assert all(isinstance(offer[name], float) for name in OFFER_KEYS[1:])
        assert offer["average"] == pytest.approx(offer["total"] / 4)
        assert 0 < offer["volatility"] < 1
    pairs = [(pair["a"], pair["b"]) for pair in found["pairs"]]
    assert [offer_id for person in found["people"] for offer_id in person["offers"]] == ids
    assert pairs == [pair for person in found["people"] for pair in combinations(person["offers"], 2)]
    total = {offer["id"]: offer["total"] for offer in found["offers"]}
    for pair in found["pairs"]:
        assert tuple(pair)[: len(PAIR_KEYS)] == PAIR_KEYS
        assert pair["difference"] == total[pair["a"]] - total[pair["b"]]
        assert pair["break_even"] in ("at", "never", "always")
        assert (pair["break_even_growth"] is not None) == (pair["break_even"] == "at")
        assert 0 <= pair["p_a_beats_b"] <= 1


@pytest.mark.parametrize("row", rows("comparison"), ids=lambda row: row["case"])
def test_json_by_hand(row: dict[str, str]) -> None:
    """Every case of comparison.csv that the command shows."""
    if row["figure"] not in (*OFFER_KEYS, *PAIR_KEYS) or row["figure"] == "p_a_beats_b":
        pytest.skip("not shown by the command, or by chance")
    found = _answer_of(row["n_years"], row["growth"], row["convention"])
    by_name = {offer["id"]: offer for offer in found["offers"]} | {"current job": found["present_job"]}
    by_name |= {f"{pair['a']} {pair['b']}": pair for pair in found["pairs"]}
    value = by_name[row["of"]][row["figure"]]
    if row["figure"] == "break_even":
        assert value == row["expected"]
    else:
        assert is_close(value, float(row["expected"]), 1e-9 if row["figure"] == "break_even_growth" else 1e-6)


@cache
def _answer_of(n_years: str, growth: str, convention: str) -> dict[str, Any]:
    options = ("--years", n_years, "--growth", growth, "--growth-convention", convention)
    code, found, _ = answered("compare", WORKED, *options, *FEW)
    assert code == 0
    return dict(found)


def test_growth_is_null_unless_there_is_a_break_even(capsys: Capture) -> None:
    """In year 1 of the worked offers no stock vests: not one pair turns."""
    found = printed(capsys, WORKED, "--years", "1", *FEW)
    assert {pair["break_even"] for pair in found["pairs"]} == {"always", "never"}
    assert all(pair["break_even_growth"] is None for pair in found["pairs"])
    assert {pair["p_a_beats_b"] for pair in found["pairs"]} == {0.0, 1.0}


def test_amounts_are_not_rounded(tmp_path: Path, capsys: Capture) -> None:
    """100,000.01 rising by a third of a percent; 77,777.77 of stock, 15 % a year."""
    equity = [{"value": 77777.77, "vesting": [{"month": 18, "fraction": 1}]}]
    path = written(tmp_path, {"base_salary": 100000.01, "annual_raise_rate": 0.0033}, {"equity": equity})
    first, second = printed(capsys, path, "--growth", "0.15", *FEW)["offers"]
    assert first["total"] == pytest.approx(100000.01 * sum(1.0033**year for year in range(4)), abs=1e-6)
    assert second["total"] == pytest.approx(400_000 + 77777.77 * 1.15**1.5, abs=1e-6)
    assert second["average"] == pytest.approx((400_000 + 77777.77 * 1.15**1.5) / 4, abs=1e-6)


def test_no_present_job_and_one_offer(tmp_path: Path, capsys: Capture) -> None:
    found = printed(capsys, written(tmp_path, {}), *FEW)
    assert len(found["offers"]) == 1
    assert found["pairs"] == []
    assert found["present_job"] is None


def test_one_persons_offers_of_several_files(tmp_path: Path, capsys: Capture) -> None:
    whose = {"candidate": {"name": "Robin"}}
    first, second = written(tmp_path, {}, {}, **whose), written(tmp_path, {}, name="more.yaml", **whose)
    found = printed(capsys, first, second, *FEW)
    assert [offer["id"] for offer in found["offers"]] == ["offers-0", "offers-1", "more-0"]
    assert [(pair["a"], pair["b"]) for pair in found["pairs"]] == [
        ("offers-0", "offers-1"), ("offers-0", "more-0"), ("offers-1", "more-0"),
    ]  # fmt: skip


def test_people_are_never_compared_with_each_other(tmp_path: Path, capsys: Capture) -> None:
    """Two of one name, one called otherwise: each has a comparison of their own, with their own current job."""
    people = {
        "kim": {"name": "Kim", "current": {"base_salary": 100_000}},
        "kim-2": {"name": "Kim"},
        "lee": {"current": {"base_salary": 90_000}},
    }
    path = written(tmp_path, *({"candidate": one} for one in ("kim", "lee", "kim", "kim-2", "lee")), candidates=people)
    found = printed(capsys, path, *FEW)
    assert [(pair["a"], pair["b"]) for pair in found["pairs"]] == [("offers-0", "offers-2"), ("offers-1", "offers-4")]
    assert found["present_job"] is None
    assert [(one["candidate"], one["name"], one["offers"]) for one in found["people"]] == [
        ("kim", "Kim", ["offers-0", "offers-2"]),
        ("lee", None, ["offers-1", "offers-4"]),
        ("kim-2", "Kim", ["offers-3"]),
    ]
    totals = [one["present_job"] and one["present_job"]["total"] for one in found["people"]]
    assert totals == [400_000, 360_000, None]
    assert run(["compare", str(path), *FEW]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert [line for line in shown if line in ("Kim", "lee")] == ["Kim", "lee", "Kim"]
    assert sum(" against " in line for line in shown) == 2


@pytest.mark.parametrize(
    ("candidate", "ids"), [("lee", ["offers-1"]), ("LEE Doe", ["offers-1"]), ("kim-2", ["offers-2"])]
)
def test_one_person_can_be_chosen(candidate: str, ids: list[str], tmp_path: Path, capsys: Capture) -> None:
    people = {"kim": {"name": "Kim"}, "lee": {"name": "Lee Doe"}, "kim-2": {"name": "Kim"}}
    path = written(tmp_path, *({"candidate": one} for one in people), candidates=people)
    found = printed(capsys, path, "--candidate", candidate, *FEW)
    assert [offer["id"] for offer in found["offers"]] == ids


@pytest.mark.parametrize(
    ("candidate", "message"),
    [
        ("leo", "--candidate must be one of kim, lee, kim-2, got 'leo'. Did you mean 'lee'?"),
        ("Kim Doe", "--candidate is the name of 2 people. Type kim or kim-2."),
    ],
)
def test_a_person_who_is_not_one_is_refused(candidate: str, message: str, tmp_path: Path, capsys: Capture) -> None:
    people = {"kim": {"name": "Kim Doe"}, "lee": {"name": "Lee Doe"}, "kim-2": {"name": "Kim Doe"}}
    path = written(tmp_path, *({"candidate": one} for one in people), candidates=people)
    assert run(["compare", str(path), "--candidate", candidate, "--json"]) == 2
    printed_now = capsys.readouterr()
    assert printed_now.out == ""
    assert printed_now.err == f"{message}\n"


def test_files_that_name_nobody_are_said_to_be_several_peoples(tmp_path: Path, capsys: Capture) -> None:
    first, second = written(tmp_path, {}), written(tmp_path, {}, name="more.yaml")
    assert run(["compare", str(first), str(second), *FEW]) == 0
    printed_now = capsys.readouterr()
    assert " against " not in printed_now.out
    assert "name nobody" in printed_now.err
    assert run(["compare", str(first), *FEW]) == 0
    assert capsys.readouterr().err == ""


def test_the_seed_decides(capsys: Capture) -> None:
    """The same seed prints the same; another one other chances, and no other amounts."""
    first, second, other = (printed(capsys, WORKED, *FEW, "--seed", seed) for seed in ("5", "5", "6"))
    assert first == second
    assert first["offers"] == other["offers"]
    assert first["pairs"] != other["pairs"]


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_a_given_volatility_is_the_one_that_is_named(rate: float, capsys: Capture) -> None:
    """None at all is a volatility, too: cliff, ahead at no growth, is ahead on every path."""
    found = printed(capsys, WORKED, *FEW, "--volatility", str(rate))
    for offer in found["offers"]:
        assert (offer["volatility"], offer["volatility_of"]) == (rate, "given")
    if not rate:
        assert {pair["p_a_beats_b"] for pair in found["pairs"]} == {0.0, 1.0}


def test_words_by_hand(capsys: Capture) -> None:
    said = lines(capsys, WORKED, *FEW)
    row = next(line for line in said if line.startswith("cliff "))
    assert row.startswith("cliff $761,190 $190,298 $761,190 $521,190 $")
    assert any(line.startswith("(current job) $624,000 $156,000 $624,000 $480,000 ") for line in said)
    for start in (
        "cliff against late: $153,040; ahead at every growth; ahead in 1",
        "cliff against cash: $65,040; even at −10% growth a year; ahead in ",
        "late against cash: −$88,000; even at 20% growth a year; ahead in ",
        "late against bonus: −$115,850; even at 31.4% growth a year; ahead in ",
    ):
        assert any(line.startswith(start) for line in said), start
    assert "4 years." in said[-1]
    assert "200 simulated prices, seed 0" in said[-1]
    behind = lines(capsys, WORKED, *FEW, "--years", "1")
    assert any("cliff against cash: −$19,702; behind at every growth" in line for line in behind)


@pytest.mark.parametrize("path", [SAMPLE, WORKED], ids=["sample", "worked"])
def test_words_hold_no_artefact(path: Path, capsys: Capture) -> None:
    text = "\n".join(lines(capsys, path, *FEW))
    for wrong in ("nan", "None", "Traceback", "[", "`"):
        assert wrong not in text


def test_offers_that_pay_the_same_are_not_ahead_of_each_other(tmp_path: Path, capsys: Capture) -> None:
    """A tie is `always` in JSON; in words neither is ahead."""
    path = written(tmp_path, {}, {})
    (pair,) = printed(capsys, path, *FEW)["pairs"]
    assert (pair["difference"], pair["break_even"], pair["p_a_beats_b"]) == (0.0, "always", 0.5)
    (line,) = (line for line in lines(capsys, path, *FEW) if " against " in line)
    assert "ahead at every growth" not in line
    assert "equal at every growth" in line


def test_what_cannot_be_taxed_is_compared_all_the_same(tmp_path: Path, capsys: Capture) -> None:
    """Tax tables begin with 2024, and Boise has none: no net, and every other figure."""
    for changes in ({"location": "Boise"}, {"start_date": "2022-01-01"}, {"start_date": "2037-01-01"}):
        found = printed(capsys, written(tmp_path, changes, {}), *FEW)
        first, second = found["offers"]
        assert first["total"] == second["total"] == 400_000
        assert first["net"] is None
        assert first["purchasing_power"] is None
        assert second["net"] is not None


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "json"])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--paths", "0"), "paths must be 1 to 100,000,000, got 0."),
        (("--paths", "-3"), "paths must be 1 to 100,000,000, got -3."),
        (("--seed", "-1"), "seed must not be negative, got -1."),
        (("--volatility", "-0.1"), "volatility must be between 0 and 10, got -0.1."),
        (("--volatility", "nan"), "volatility must be between 0 and 10, got nan."),
        (("--volatility", "inf"), "volatility must be between 0 and 10, got inf."),
        (("--correlation", "2"), "correlation must be between 0 and 1, got 2.0."),
        (("--correlation", "nan"), "correlation must be between 0 and 1, got nan."),
        (("--stay-rate", "0"), "stay_rate must be above 0 and at most 1, got 0.0."),
        (("--stay-rate", "1.1"), "stay_rate must be above 0 and at most 1, got 1.1."),
        (("--stay-rate", "nan"), "stay_rate must be above 0 and at most 1, got nan."),
        (("--years", "9"), "years must be 1 to 8, got 9."),
        (("--years", "0"), "years must be 1 to 8, got 0."),
        (("--growth", "-1"), "growth_rate must be a finite fraction above -1, got -1.0."),
        (("--discount-rate", "nan"), "discount_rate must be a finite fraction above -1, got nan."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_unfit_options_are_refused(
    options: tuple[str, ...], said: str, form: list[str], tmp_path: Path, capsys: Capture
) -> None:
    """With one clear line, and nothing printed before it."""
    path = written(tmp_path, {"equity": [{"value": 90000, "vesting": "even-4-year"}]}, {"company": "Bolt"})
    assert run(["compare", str(path), *options, *form]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == [said]
    assert captured.out == ""


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "json"])
def test_a_growth_that_overflows_is_refused(form: list[str], capsys: Capture) -> None:
    assert run(["compare", str(WORKED), *FEW, "--growth", "1e200", "--years", "8", *form]) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines() == ["growth and discount_rate must leave all amounts finite, got (1e+200, 0.0)."]
    assert captured.out == ""


@pytest.mark.parametrize("options", [(), ("--volatility", "1e200")], ids=["usual", "wild"])
def test_no_library_warns(options: tuple[str, ...], capsys: Capture) -> None:
    """A volatility beyond all sense is refused or taken, but nobody is told of an overflow."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run(["compare", str(WORKED), *FEW, *options])
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("form", [[], ["--json"]], ids=["words", "json"])
def test_a_faulty_file_is_refused(form: list[str], tmp_path: Path, capsys: Capture) -> None:
    bad = written(tmp_path, {"base_salary": -1}, name="bad.yaml")
    before = sorted(tmp_path.iterdir())
    assert run(["compare", str(WORKED), str(bad), *form]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith(f"{bad}, offer 'bad-0': base_salary must not be negative, got -1")
    assert sorted(tmp_path.iterdir()) == before


def test_all_faults_of_all_files_come_at_once(tmp_path: Path, capsys: Capture) -> None:
    first = written(tmp_path, {"base_salary": -1}, {"currency": "EUR"}, name="first.yaml")
    missing = tmp_path / "missing.yaml"
    assert run(["compare", str(first), str(missing), "--json"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 3
    for part in ("'first-0': base_salary", "'first-1': currency is 'EUR', but rates has no value", "does not exist"):
        assert part in captured.err


def test_a_command_without_files_is_refused(capsys: Capture) -> None:
    assert run(["compare"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "FILE..." in captured.err


def test_stock_that_a_transfer_keeps_is_said_and_counted_apart(tmp_path: Path, capsys: Capture) -> None:
    """70,000 of stock a year over four years: 280,000, in no total. Only the transfer keeps it."""
    current = {"base_salary": 90000, "annual_equity": 70000, "unvested_equity": 160000}
    path = written(tmp_path, {"candidate_type": "internal"}, {"company": "Rival"}, candidate={"current": current})
    transfer, rival = printed(capsys, path, *FEW)["offers"]
    assert (transfer["kept_stock"], transfer["total"]) == (280_000, 400_000)
    assert rival["kept_stock"] == 0
    said = [line for line in lines(capsys, path, *FEW) if "is a transfer" in line]
    assert said == [
        "Acme L6, Austin is a transfer: you keep current stock worth $280,000 over these years. "
        "It is in none of these figures; the decision counts it."
    ]
