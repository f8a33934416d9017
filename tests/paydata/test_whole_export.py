"""A levels.fyi export with the faults that exports have, from file to figures: against NumPy on the file itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from command_line import answered
from synthetic_pay import levels_fyi

SEATTLE = ("Seattle, WA", "Redmond, WA", "Bellevue, WA")
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write 6,000 reports, some of which spell, repeat or leave out things as people do."""
    frame, chance = levels_fyi(6_000, n_companies=60).astype(object), np.random.default_rng(7)

    def some(share: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return chance.random(len(frame)) < share

    frame.loc[some(0.2), "title"] = "Software Engineering Manager"
    frame.loc[some(0.03), "company"] = frame["company"].str.upper()
    frame.loc[some(0.02), "company"] = frame["company"].str.replace(" ", "  ") + " "
    frame.loc[some(0.04), "level"] = frame["level"].str.replace("L", "l ")
    frame.loc[some(0.01), ["level", "tag"]] = "NA"
    for place in SEATTLE[1:]:
        frame.loc[(frame["location"] == SEATTLE[0]) & some(0.3), "location"] = place
    frame.loc[some(0.1), "yearsofexperience"] = 2.5
    frame.loc[some(0.01), "totalyearlycompensation"] = 29_000
    frame.loc[some(0.002), "totalyearlycompensation"] = 310  # thousands, as some type it
    frame.loc[some(0.3), ["basesalary", "stockgrantvalue", "bonus"]] = 0
    for base in (180_000, 195_000):
        frame.loc[(frame["basesalary"] > 0) & some(0.2), "basesalary"] = base
    frame.loc[some(0.01), "otherdetails"] = 'He said "no", then\nleft; for L7'
    frame.loc[some(0.001), "company"] = ""
    repeated = pd.concat([frame, frame[some(0.005)]])
    path = tmp_path_factory.mktemp("export") / "export.csv"
    repeated.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def store(export: Path) -> Path:
    path = export.with_name("store")
    assert answered("paydata", "add", export, "--store", path)[0] == 0
    return path


@pytest.fixture(scope="module")
def raw(export: Path) -> pd.DataFrame:
    """Read the file apart from our code: once per row, with a company, and a total from $5,000 on."""
    frame = pd.read_csv(export).drop_duplicates()
    frame = frame[frame["company"].fillna("").str.strip() != ""]
    frame = frame[frame["totalyearlycompensation"] >= 5_000].reset_index(drop=True)
    frame["company"] = frame["company"].str.lower().str.split().str.join(" ")
    frame["level"] = frame["level"].str.lower().str.replace(" ", "")
    frame["day"] = pd.to_datetime(frame["timestamp"], format="%m/%d/%Y %H:%M:%S")
    return frame


def test_each_row_of_the_export_has_its_fate(export: Path, raw: pd.DataFrame, tmp_path: Path) -> None:
    everything = pd.read_csv(export)
    _, found, _ = answered("paydata", "add", export, "--store", tmp_path / "s")
    n_nameless = int(everything["company"].isna().sum())
    n_small = int((everything["company"].notna() & (everything["totalyearlycompensation"] < 5_000)).sum())
    assert found == {
        "rows": len(everything), "kept": len(raw), "duplicates": len(everything) - len(raw) - n_nameless - n_small,
        "set_aside": {"under $5,000 a year": n_small, "no company": n_nameless},
    }  # fmt: skip
    assert min(found["duplicates"], n_small, n_nameless) > 0


@pytest.mark.parametrize(
    ("measure", "column"), [("total", "totalyearlycompensation"), ("base", "basesalary"), ("stock", "stockgrantvalue")]
)
def test_percentiles_are_those_of_numpy_on_the_file(store: Path, raw: pd.DataFrame, measure: str, column: str) -> None:
    rows = raw[(raw["company"] == "amazon") & raw["location"].isin(SEATTLE) & (raw["title"] == "Software Engineer")]
    if measure != "total":  # a base of 0 is one that was not told
        rows = rows[rows["basesalary"] > 0]
    _, found, _ = answered(
        "paydata", "query", "--company", "AMAZON.COM", "--place", "Seattle", "--title", "software engineer",
        "--measure", measure, "--store", store,
    )  # fmt: skip
    expected = np.percentile(rows[column], [10, 25, 50, 75, 90])
    assert found["n"] == len(rows) > 100
    assert [found[name] for name in ("p10", "p25", "p50", "p75", "p90")] == pytest.approx(list(expected), abs=0.5)


def premium_of(raw: pd.DataFrame, effects: list[str]) -> tuple[float, float, int, int]:
    """Coefficient, clustered standard error, rows and companies: least squares with a dummy for each cell."""
    rows = raw[
        (raw["title"] == "Software Engineer")
        & raw["location"].str.fullmatch(r"[^,]+, [A-Z]{2}")
        & raw["day"].dt.year.between(2018, 2021)
        & (raw["totalyearlycompensation"] >= 30_000)
        & (raw["yearsofexperience"] >= raw["yearsatcompany"])
        & raw["level"].notna()
    ]
    keys = [rows[effects].agg("|".join, axis=1), rows["dmaid"], rows["day"].dt.year]
    while True:
        is_shared = np.logical_and.reduce([key.map(key.value_counts()) > 1 for key in keys])
        if is_shared.all():
            break
        rows, keys = rows[is_shared], [key[is_shared] for key in keys]
    mark = (rows["tag"] == "ML / AI").to_numpy(dtype=float)
    experience = rows["yearsofexperience"].to_numpy(dtype=float)
    dummies = [pd.get_dummies(key.astype(str), dtype=float).to_numpy() for key in keys]
    others = np.column_stack([experience, experience**2, rows["yearsatcompany"].to_numpy(dtype=float), *dummies])
    sides = np.column_stack([mark, np.log(rows["totalyearlycompensation"].to_numpy(dtype=float))])
    r, y = (sides - others @ np.linalg.lstsq(others, sides, rcond=None)[0]).T
    b = r @ y / (r @ r)
    scores = pd.Series(r * (y - b * r)).groupby(rows["company"].to_numpy()).sum()
    return float(b), float(np.sqrt((scores**2).sum()) / (r @ r)), len(rows), rows["company"].nunique()


def test_the_premium_is_that_of_least_squares_on_the_file(store: Path, raw: pd.DataFrame) -> None:
    _, found, _ = answered("paydata", "premium", "--store", store)
    for name, effects in (("with_level", ["company", "level"]), ("without_level", ["company"])):
        coefficient, se, n_used, clusters = premium_of(raw, effects)
        assert abs(found[name]["coefficient"] - coefficient) < TOLERANCE
        assert found[name]["se"] == pytest.approx(se, rel=1e-6)
        assert (found[name]["n_offered"], found[name]["n_used"], found[name]["clusters"]) == (
            len(raw), n_used, clusters
        )  # fmt: skip


def test_the_guide_is_held_against_like_pay(store: Path, raw: pd.DataFrame) -> None:
    """The guide puts the base of an L6 in Seattle at $170,000 to $190,000; a base that was not told is none."""
    rows = raw[(raw["company"] == "amazon") & raw["location"].isin(SEATTLE) & (raw["basesalary"] > 0)]
    rows = rows[(rows["title"] == "Software Engineering Manager") & (rows["level"] == "l6")]
    answer = answered("paydata", "check", "--store", store)[1]["bands"]
    for tenure, is_new in (("new", True), ("stayed", False)):
        pay = rows.loc[(rows["yearsatcompany"] < 1) == is_new, "basesalary"]
        (found,) = [
            one for one in answer
            if (one["level"], one["location"], one["band"], one["tenure"]) == ("L6", "Seattle", "base_salary", tenure)
        ]  # fmt: skip
        assert (found["low"], found["high"], found["n"]) == (170_000, 190_000, len(pay))
        assert len(pay) >= 5
        shares = [(pay < 170_000).mean(), pay.between(170_000, 190_000).mean(), (pay > 190_000).mean()]
        assert [found["below"], found["within"], found["above"]] == pytest.approx(shares)
