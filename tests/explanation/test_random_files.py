"""The law of explanations on random offers files: each recorded figure has one, with its value."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st
from laws import examples

from compkit import report
from compkit.explanation.figures import ExplainedOffer
from compkit.offers import load_offers
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables
from tests.strategies import offers_files

REPORT_ON = dt.date(2026, 12, 1)
N_FILES = 100
OWN_GROUPS = ("worth", "market and scores", "current job", "premiums", "places", "calendar years", "negotiation")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn") / "offers.yaml"


@pytest.mark.long
@given(document=offers_files(3), data=st.data())
@examples(N_FILES // 2)
def test_every_recorded_figure_is_explained(document: dict[str, Any], data: st.DataObject, file: Path) -> None:
    """100 files with the random profile of `make test-long`."""
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    offers = load_offers(file)
    offer_id = data.draw(st.sampled_from(offers.ids))
    explained = ExplainedOffer(offers, offer_id, load_tables(), Assumptions(), REPORT_ON)
    recorded = (
        report.recorded_figures(explained.evaluation),
        report.recorded_premiums(explained.evaluation),
        report.recorded_location_figures(explained.analysis),
        report.recorded_negotiation(explained.plan),
    )
    rows = [row for figures in recorded for row in figures.rows]
    figures = {name: make for kind in OWN_GROUPS for name, make in explained.groups[kind]().items()}
    assert sorted(figures) == sorted(str(row["figure"]) for row in rows)
    for row in rows:
        found, expected = figures[str(row["figure"])](), row["value"]
        assert (found.name, found.unit) == (row["figure"], row["unit"])
        assert abs(found.value - expected) <= 1e-9 * abs(expected), row["figure"]
