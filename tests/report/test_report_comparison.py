"""What the comparison report shows: every block, its pictures, and the figures on record."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hand_checked import CASES

from compkit import report
from compkit.analysis.comparison import Comparison
from compkit.analysis.comparisons import load_comparison
from compkit.decision import Decision
from compkit.offers import people_of
from compkit.reference.tables import load_tables
from compkit.report.decision.text import job_in_words
from compkit.report.show.blocks import Headline, Notes, Picture, RecordedFigures, Table

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
WORKED_FILE = CASES / "comparison_offers.yaml"
TABLES = load_tables()
BLOCKS = (
    "glance_table", "comparison_table", "comparison_years_table", "pairs_table", "outcomes_table",
    "volatility_table", "leaving_early_table", "comparison_assumptions", "comparison_caveats", "comparison_sources",
)  # fmt: skip
DECISION_BLOCKS = ("decision_headline", "choices_table", "cases_table", "decision_basis")
PICTURES = (
    "totals_by_year", "winner_map", "sensitivity", "outcome_ranges", "kept_on_leaving",
)  # fmt: skip
# What must not be seen: values that are none, and the marks of lists, groups, types and code.
ARTEFACT = re.compile(
    r"\b(nan|NaN|inf|NaT|float64)\b|\bNone\b(?! (can|of) )|[\[\]{}`]|\bnp\.|Timestamp|dtype", re.ASCII
)
ACME: Mapping[str, Any] = {
    "company": "Acme", "level": "L6", "location": "Austin", "start_date": dt.date(2027, 2, 1), "base_salary": 150000,
}  # fmt: skip
STOCK: Mapping[str, Any] = {
    "sign_on": [20000],
    "equity": [{"tradable": True, "value": 200000, "vesting": "even-4-year"}],
}
STAY = {"current": {"base_salary": 120000, "annual_bonus": 10000, "annual_equity": 30000}}
Make = Callable[..., Comparison]


def decision_of(comparison: Comparison) -> Decision:
    """Decision of the person whose offers are compared."""
    (person,) = people_of(one.entry for one in comparison.evaluations)
    return Decision(person, TABLES, comparison.evaluations[0].report_date)


@cache
def sample(*ids: str, n_years: int = 4) -> Comparison:
    """Return the comparison of Lee's offers in the sample file, or of Robin's that are named."""
    whole = load_comparison(
        str(SAMPLE), candidate="robin" if ids else "lee", report_date="2026-11-22", n_paths=2000, n_years=n_years
    )
    if not ids:
        return whole
    return Comparison(tuple(one for one in whole.evaluations if one.offer.id in ids), whole.chance)


@cache
def drawn(name: str, ids: tuple[str, ...]) -> Any:
    """Return a picture of a comparison of the sample, or what stands in its place."""
    return getattr(report, name)(sample(*ids))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what compares offers with changes, through a file as a person writes it."""

    def made(*changes: Mapping[str, Any], candidate: Mapping[str, Any] | None = None, **options: Any) -> Comparison:
        offers = [{"id": f"offer-{number}", **ACME, **change} for number, change in enumerate(changes)]
        path = tmp_path / "offers.yaml"
        path.write_text(
            yaml.safe_dump({"candidate": dict(candidate or {}), "offers": offers}, allow_unicode=True), encoding="utf-8"
        )
        return load_comparison(str(path), report_date="2026-11-22", **{"n_paths": 200, **options})

    return made


def text_of(page: str) -> str:
    """Return what a reader of HTML sees."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))


def check_block(block: Any) -> None:
    """Fail if a block shows what is no word or figure; None shows nothing."""
    if block is None:
        return
    assert isinstance(block, Headline | Table | Notes | RecordedFigures | Picture)
    assert not ARTEFACT.search(repr(block)), repr(block)
    if hasattr(block, "_repr_html_"):
        page = block._repr_html_()
        assert page.strip().startswith("<")
        assert not ARTEFACT.search(text_of(page)), page


def check_all(comparison: Comparison) -> None:
    for name in (*BLOCKS, *PICTURES):
        check_block(getattr(report, name)(comparison))
    decision = decision_of(comparison)
    for name in DECISION_BLOCKS:
        check_block(getattr(report, name)(decision))
    check_block(report.comparison_table(comparison, decision))
    check_block(report.recorded_comparison(comparison, decision))


@pytest.mark.parametrize("n_years", [1, 4])
def test_every_block_of_the_sample_file(n_years: int) -> None:
    check_all(sample(n_years=n_years))


ODD = {
    "one offer": [STOCK],
    "two": [STOCK, {"company": "Bolt", "base_salary": 190000}],
    "ten": [{**STOCK, "base_salary": 120000 + 1000 * number, "company": f"Firm {number}"} for number in range(10)],
    "no stock": [{}, {"base_salary": 170000}, {"bonus_target_rate": 0.2}],
    "nothing paid": [{"base_salary": 0}, {"base_salary": 0}],
    "the same": [STOCK, STOCK],
    "no tax tables": [{**STOCK, "location": "Boise"}, STOCK],
    "no taxes at all": [{**STOCK, "location": "Boise"}],
    "no start date": [{**STOCK, "start_date": None, "deadline": None}, STOCK],
    "tiny": [{"base_salary": 1}, {"base_salary": 2}],
    "owes more than it paid": [{"relocation": {"value": 90000, "clawback": "full", "months": 24}}, STOCK],
    "a practice": [{"refresher_plan": {"annual_value": 60000, "practice": "yearly-2-year"}}, STOCK],
    "no schedule": [{"equity": [{"tradable": True, "value": 100000}]}, STOCK],
}


@pytest.mark.parametrize(
    "candidate", [pytest.param({}, id="no current job", marks=pytest.mark.long), pytest.param(STAY, id="current job")]
)
@pytest.mark.parametrize("name", ODD)
def test_every_block_of_odd_files(name: str, candidate: dict[str, Any], make: Make) -> None:
    check_all(make(*ODD[name], candidate=candidate))


@pytest.mark.parametrize(
    "options",
    [
        {"n_years": 1},
        {"n_years": 8, "growth_rate": 0.3, "growth_convention": "annual-step"},
        {"growth_rate": -0.9},
        {"volatility": 0.0},
        {"volatility": 2.0, "correlation": 1.0, "stay_rate": 0.8, "n_paths": 1},
        {"discount_rate": 0.1},
    ],
    ids=str,
)
def test_every_block_under_odd_assumptions(options: dict[str, Any], make: Make) -> None:
    check_all(make(STOCK, {"company": "Bolt", "base_salary": 190000}, candidate=STAY, **options))


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</p><iframe src=https://evil.example>")


@pytest.mark.parametrize("text", [*HOSTILE, "Öl & Söhne $x_1$ \\frac", "a" * 120])
def test_hostile_names_are_harmless(text: str, make: Make) -> None:
    """They are no tag in any block, stand as typed where the volatility is named, and break no picture."""
    comparison = make(
        {**STOCK, "company": text, "level": "x", "label": text}, {"company": "Bolt", "base_salary": 190000}
    )
    decision = decision_of(comparison)
    made = [getattr(report, name)(comparison) for name in (*BLOCKS, *PICTURES)]
    made += [getattr(report, name)(decision) for name in DECISION_BLOCKS]
    for name, block in zip((*BLOCKS, *PICTURES, *DECISION_BLOCKS), made, strict=True):
        check_block(block)
        if block is not None and hasattr(block, "_repr_html_"):
            assert not re.search(r"<(script|img|iframe)", block._repr_html_()), name
    assert text in text_of(report.volatility_table(comparison)._repr_html_())


def test_the_longest_and_oddest_ids(make: Make) -> None:
    check_all(make({**STOCK, "id": "x" * 64}, {"id": "0"}, {"id": "a-"}, candidate=STAY))


@pytest.mark.parametrize("ids", [(), ("amazon-l6-seattle-after", "google-l5-boomerang"), ("amazon-l6-seattle-before",)])
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_say_what_is_to_be_seen(name: str, ids: tuple[str, ...]) -> None:
    made = drawn(name, ids)
    if len(ids) == 1 and name == "sensitivity":
        assert made is None
        return
    assert isinstance(made, Picture)
    assert any(job_in_words(one.entry) in made.alt for one in sample(*ids).evaluations)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        # Amazon: base 185,000; sign-on 110,000 and 85,000; 5, 15, 40 and 40 % of 380,000 in stock: 1,315,000 in all.
        ("totals_by_year", "Amazon L6 in Seattle $314,000, $327,000, $337,000, $337,000; Google L5 in Seattle $387"),
        # Google: 387,300 + 337,300 + 297,700 + 261,700 = 1,284,000; after three years 1,022,300 to Amazon's 978,000.
        ("winner_map", "3 years Google L5 in Seattle; 4 years Amazon L6 in Seattle"),
        ("sensitivity", "between Amazon L6 in Seattle and Google L5 in Seattle, $7,750 a year as assumed"),
        ("kept_on_leaving", "Amazon L6 in Seattle $314,000 after 12 months"),
    ],
)
def test_alt_texts_hold_the_figures_of_two_offers(name: str, said: str) -> None:
    assert said in drawn(name, ("amazon-l6-seattle-after", "google-l5-boomerang")).alt


def test_the_alt_texts_hold_the_figures() -> None:
    comparison = load_comparison(str(WORKED_FILE), report_date="2026-11-22", n_paths=100)
    assert "Cog L6 in Austin $174,000, $210,000, $150,000, $190,000" in repr(report.totals_by_year(comparison))
    assert "Current job $156,000, $156,000, $156,000, $156,000" in repr(report.totals_by_year(comparison))
    said = repr(report.winner_map(comparison))
    for part in (
        "1 year Cog L6 in Austin; 2 years ACME L5 in Austin; 3 years Acme L6 in Austin; 4 years Acme",
        "8 years Bolt L6",
    ):
        assert part in said
    moved = repr(report.sensitivity(comparison))
    # cliff less bonus, 37,190 / 4; three tenths of 240,000 over four years are 18,000 of it.
    assert "difference between Acme L6 in Austin and Cog L6 in Austin, $9,298 a year as assumed" in moved
    assert "the price of Acme's stock from −30% −$8,702 to +30% $27,298" in moved
    assert "how long you stay from 2 years −$61,702 to 8 years −$5,202" in moved
    assert "whether bonuses are paid from 0% of it $39,298 to 150% of it −$5,702" in moved
    kept = repr(report.kept_on_leaving(comparison))
    assert " after 12 months, ahead of staying from month 36; Cog" in kept
    assert "Cog L6 in Austin $174,000 after 12 months, ahead of staying from month 24" in kept
    assert "Bolt L6 in Austin $150,000 after 12 months, ahead of staying from month 25" in kept
    assert "month none" not in kept


def test_without_a_present_job_no_picture_speaks_of_staying(make: Make) -> None:
    comparison = make(STOCK, {"company": "Bolt"})
    for name in PICTURES:
        said = repr(getattr(report, name)(comparison))
        assert "staying" not in said, name
        assert "current job" not in said, name


def test_the_tables_hold_the_figures() -> None:
    comparison = load_comparison(str(WORKED_FILE), report_date="2026-11-22", n_paths=100)
    rows = report.comparison_table(comparison).cells()
    assert [row[0] for row in rows] == [
        "Acme L6 in Austin",
        "Cog L6 in Austin",
        "Bolt L6 in Austin",
        "ACME L5 in Austin",
        "Staying",
    ]
    assert rows[1][1:5] == ["$724,000", "$181,000", "$192,000", "$516,000"]
    assert rows[-1][1:5] == ["$624,000", "$156,000", "$156,000", "$480,000"]
    years = report.comparison_years_table(comparison).cells()
    assert years[1] == ["Cog L6 in Austin", "$174,000", "$210,000", "$150,000", "$190,000"]
    pairs = report.pairs_table(comparison).cells()
    assert [row[:4] for row in pairs] == [
        ["Acme L6 in Austin", "Cog L6 in Austin", "$37,190", "even at −6.3%"],
        ["Acme L6 in Austin", "Bolt L6 in Austin", "$65,040", "even at −10%"],
        ["Acme L6 in Austin", "ACME L5 in Austin", "$153,040", "ahead at every growth"],
        ["Cog L6 in Austin", "Bolt L6 in Austin", "$27,850", "even at −34.3%"],
        ["Cog L6 in Austin", "ACME L5 in Austin", "$115,850", "even at 31.4%"],
        ["Bolt L6 in Austin", "ACME L5 in Austin", "$88,000", "even at 20%"],
    ]
    leaving = report.leaving_early_table(comparison).cells()
    # bonus: 6 and 11 months of 10,000 and the sign-on, owed in full; the refreshers are not made yet.
    assert leaving[1] == ["Cog L6 in Austin", "month 24", "$60,000", "$110,000", "$284,000", "$24,000", "$0"]
    assert leaving[3][:4] == ["ACME L5 in Austin", "never", "$58,519", "$107,284"]
    assert leaving[3][-2:] == ["$10,000", "$200,000"]


def test_many_pairs_are_cut_and_said_to_be(make: Make) -> None:
    pairs = report.pairs_table(make(*({**STOCK, "base_salary": 120_000 + 1_000 * number} for number in range(13))))
    assert isinstance(pairs, Table)
    assert len(pairs.cells()) == 15
    assert "The first 15 of 78 pairs" in pairs.note


def test_the_practices_of_refreshers_are_said_and_sourced(make: Make) -> None:
    plans = [{"annual_value": 60000, "practice": name} for name in ("yearly-4-year", "none", "yearly-2-year")]
    made = make(*({**STOCK, "refresher_plan": plan} for plan in plans))
    said = repr(report.comparison_assumptions(made))
    assert "Refreshers based on reported practices, not verified: yearly-2-year and yearly-4-year." in said
    assert "Meta drops RSU refreshers 10 % or more, FAANG FIRE, as of 2025-02-01." in repr(
        report.comparison_sources(made)
    )
    status = {row["figure"]: row["status"] for row in recorded(made).rows}
    assert [status[f"offer-{number} total"] for number in range(3)] == ["unverified", "", "unverified"]
    assert "practices" not in repr(report.comparison_assumptions(make(STOCK, STOCK)))


def test_a_given_volatility_is_said_and_sourced(make: Make) -> None:
    """It is the reader's own: no table of ours stands behind the simulated figures."""
    comparison = make(STOCK, volatility=0.5)
    assert report.volatility_table(comparison).cells() == [["Acme", "50%", "–", "yours", "as you set it"]]
    for row in recorded(comparison).rows:
        if " simulated " in row["figure"]:
            assert row["source_ids"].split()[0] == "offers-file"
            assert comparison.volatilities[0].source_id not in row["source_ids"].split()


def recorded(comparison: Comparison) -> RecordedFigures:
    return report.recorded_comparison(comparison, decision_of(comparison))


@pytest.mark.parametrize("n_years", [1, 4])
def test_recorded_figures(n_years: int) -> None:
    """Known columns, finite values, names that occur once, and sources that the tables know."""
    made = recorded(sample(n_years=n_years))
    names = [row["figure"] for row in made.rows]
    assert len(names) == len(set(names))
    for row in made.rows:
        assert set(row) == {"figure", "value", "unit", "source_ids", "as_of", "status"}
        assert isinstance(row["value"], float), row
        assert math.isfinite(row["value"]), row
        assert row["source_ids"]
        assert set(row["source_ids"].split()) <= {*TABLES.sources, "offers-file"}, row
        assert row["status"] in ("", "unverified")
        assert row["as_of"] == "" or dt.date.fromisoformat(row["as_of"])


def test_recorded_figures_are_those_that_are_shown() -> None:
    comparison = load_comparison(str(WORKED_FILE), report_date="2026-11-22", n_paths=100)
    value = {row["figure"]: row["value"] for row in recorded(comparison).rows}
    assert value["late total"] == pytest.approx(608_150)
    assert value["bonus guaranteed_cash"] == pytest.approx(516_000)
    assert value["cliff against cash difference"] == pytest.approx(65_040)
    assert value["cliff against cash break_even_growth"] == pytest.approx(-0.1)
    assert "cliff against late break_even_growth" not in value
    assert value["cash simulated p5"] == value["cash simulated p95"] == pytest.approx(696_150)
    pairs = comparison.pairs.set_index(["a", "b"])
    assert value["late against bonus p_a_beats_b"] == pairs.loc[("late", "bonus"), "p_a_beats_b"]


def test_a_total_has_the_sources_that_the_offers_own_report_gives_it() -> None:
    """The same figure rests on the same vesting schedules, verified or not."""
    comparison = sample("amazon-l6-seattle-before")
    rows = {row["figure"]: row for row in recorded(comparison).rows}
    own = {row["figure"]: row for row in report.recorded_figures(comparison.evaluations[0]).rows}
    for name in ("total", "average", "present_value", "guaranteed_cash"):
        beside, alone = rows[f"amazon-l6-seattle-before {name}"], own[name]
        assert beside["value"] == alone["value"]
        for part in ("source_ids", "as_of", "status"):
            assert beside[part] == alone[part], (name, part)
