"""No file made for an employer holds anything of the current job, limits, ratings or other offers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from compkit.cli.main import run

pytestmark = pytest.mark.usefixtures("one_fork_server")
OFFER = "amazon-l6-open"
# Amounts that no other figure of the reports comes near.
PRESENT = {
    "base_salary": 183417, "annual_bonus": 21773, "annual_equity": 61559, "unvested_equity": 151117,
    "next_bonus_on": "2027-03-15", "repayment_owed": 47331,
}  # fmt: skip
WALK_AWAY = {"cost_of_living_adjustment": 31223, "risk_premium": 15227, "growth_value": 10337}
OTHER = {
    "id": "zyxco-secret", "company": "Zyxcorp", "level": "M2", "location": "Austin", "base_salary": 199883,
    "sign_on": [77719], "equity": [{"value": 411913}],
}  # fmt: skip
AMOUNTS = (183417, 21773, 61559, 151117, 47331, 31223, 15227, 10337, 199883, 77719, 411913)
SUMS = (183417 + 21773 + 61559, 183417 + 21773 + 61559 + 31223 + 15227 + 10337)
WORDS = ("Zyxcorp", "zyxco-secret", "2027-03-15", "March 15, 2027", "grudge-holder", "offers-with-zyxcorp", "I prefer")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("employer")
    file = place / "offers-with-zyxcorp.yaml"
    offer = {
        "id": OFFER, "company": "Amazon", "level": "L6", "location": "Seattle", "label": "the one I prefer",
        "base_salary": 175000,
        "start_date": "2027-02-01", "sign_on": [80000, 60000], "equity": [{"value": 300000, "grant_price": 200.0}],
        "scores": {"risk": {"Team Stability": 2}, "decision": {"Manager rapport": 1}},
        "market": [{"measure": "base_salary", "p25": 171717, "p75": 191919, "source": "grudge-holder", "n": 1}],
    }  # fmt: skip
    person = {"residence": "Denver", "current": PRESENT, "walk_away": WALK_AWAY}
    file.write_text(yaml.safe_dump({"candidate": person, "offers": [offer, OTHER]}), encoding="utf-8")
    out = place / "out"
    assert run(["report", str(file), "-o", str(out), "--audience", "employer", "--offer", OFFER]) == 0
    return out


def _forms(amount: float) -> list[str]:
    whole = round(amount)
    return [str(whole), f"{whole:,}", f"{whole:,}".replace(",", "."), f"{whole / 1000:.1f}K", f"{whole / 1e6:.3f}M"]


def _without_hashes(path: Path) -> bytes:
    """Bytes of a file; of the ledger without hashes and times, which may contain an amount's digits by chance."""
    whole = path.read_bytes()
    return re.sub(rb"[0-9a-f]{18,}", b"", whole) if path.suffix == ".sqlite" else whole


def test_no_file_tells_a_secret(made: Path) -> None:
    files = [path for path in made.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} >= {".html", ".ipynb", ".json", ".csv", ".xlsx"}
    secrets = [*WORDS, *(form for amount in (*AMOUNTS, *SUMS) for form in _forms(amount))]
    told = [
        (path.relative_to(made).as_posix(), secret)
        for path in files
        for secret in secrets
        if secret.encode() in _without_hashes(path) or secret in path.name
    ]
    assert told == []


def test_its_tables_are_read_whole(made: Path) -> None:
    import pandas as pd

    for sheet in pd.read_excel(made / "summary.xlsx", sheet_name=None, engine="openpyxl").values():
        assert "zyx" not in sheet.to_csv().lower()
    text = (made / OFFER / "offer.json").read_text(encoding="utf-8")
    assert [offer["id"] for offer in json.loads(text)["offers"]] == [OFFER]
    assert not [name for name in ("Team Stability", "Manager rapport", "p25") if name in text]
    assert not json.loads(text).get("candidate", {}).get("current")


def test_private_notebooks_are_not_made(made: Path) -> None:
    assert not list(made.rglob("offer_comparison.*"))
    assert (made / OFFER / "offer_evaluation.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--offer", "amazon-l6-seattle-befor"], "Did you mean 'amazon-l6-seattle-before'?"),
        ([], "must name one offer"),
        (["--offer", "amazon-l6-remote", "--notebook", "offer_comparison"], "not for employers"),
    ],
)
def test_what_would_tell_is_refused(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = str(Path(__file__).parents[2] / "data" / "offers" / "sample.yaml")
    code = run(["report", sample, "-o", str(tmp_path / "out"), "--audience", "employer", *arguments])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert said in captured.err
    assert list(tmp_path.iterdir()) == []
