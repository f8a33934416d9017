"""The guide held against itself: each hand-checked figure stands in its finding."""

from __future__ import annotations

import math
from dataclasses import asdict

import pytest
from hand_checked import ABSOLUTE_FRACTION, is_close, offers, rows

from compkit.market.audit import Finding, guide_audit
from compkit.pay.cashflow import pay_terms
from compkit.pay.value import valuation
from compkit.reference.tables import load_tables

TABLES = load_tables()
ENDS = ("low", "high")


@pytest.fixture(scope="module")
def findings() -> dict[str, Finding]:
    return {finding.id: finding for finding in guide_audit(TABLES)}


def by_hand(start: str, *methods: str) -> list[dict[str, str]]:
    """Rows whose finding starts with a text, of the given methods; there must be some."""
    found = [row for row in rows("audit") if row["finding"].startswith(start)]
    found = [row for row in found if not methods or row["method"] in methods]
    assert found
    return found


def check(finding: Finding, row: dict[str, str]) -> None:
    """Fail unless a finding has the figures that were worked out by hand."""
    absolute = ABSOLUTE_FRACTION if finding.unit == "fraction" else 1e-6
    assert is_close(float(finding.computed), float(row["computed"]), absolute), row
    if isinstance(finding.published, float):
        assert is_close(finding.published, float(row["published"]), absolute), row
    else:
        assert finding.published == f"{float(row['published']):.0%} to {float(row['published_high']):.0%}", row


def place_and_end(row: dict[str, str]) -> tuple[str, str, str, str]:
    """Level, location, measure and end from such as `bands L6 New York total_y1 low`."""
    _, level, *location, measure, end = row["finding"].split()
    return level, " ".join(location), measure, end


def ranges(table: str, *keys: str) -> dict[tuple[str, ...], dict[str, float]]:
    return {tuple(row[key] for key in keys): row for row in TABLES[table].to_dict("records")}


def test_band_totals(findings: dict[str, Finding]) -> None:
    """All ten rows, both ends, both totals: the nearer definition is computed, the other stands in the reason."""
    for row in by_hand("bands "):
        finding = findings["bands-" + "-".join(place_and_end(row)).replace(" ", "-")]
        if row["method"] in ("vesting", "without sign-on"):
            check(finding, row)
            assert finding.agrees == (abs(float(row["published"]) - float(row["computed"])) < 1000), row
        else:
            assert f"{float(row['computed']):,.0f}" in finding.why, row


def test_ai_ml_totals(findings: dict[str, Finding]) -> None:
    for row in by_hand("ai_ml ", "standard x (1 + premium)"):
        check(findings["ai-ml-" + "-".join(place_and_end(row)).replace(" ", "-")], row)


def test_ai_ml_standard_ranges_are_the_bands() -> None:
    """They agree, so there is no finding."""
    bands = ranges("bands", "level", "location", "measure")
    standard = ranges("ai_ml_by_location", "level", "location", "measure")
    for row in by_hand("ai_ml ", "equals total_4yr_avg band"):
        level, location, _, end = place_and_end(row)
        assert bands[level, location, "total_4yr_avg"][end] == float(row["computed"]), row
        assert standard[level, location, "standard"][end] == float(row["published"]), row


def test_worked_negotiation(findings: dict[str, Finding]) -> None:
    """15.35 % over four years; the grant's own rise stands in the reason; the other readings come from the offers."""
    finding = findings["worked-negotiation-increase"]
    worth = valuation(
        pay_terms([offers("valuation").entry(f"{stage}-l6-seattle").in_usd for stage in ("before", "after")],
                  TABLES.schedules)
    )  # fmt: skip
    before, after = worth.by_year["total"]
    readings = {
        "first year": after[0] / before[0] - 1,
        "first two years": after[:2].sum() / before[:2].sum() - 1,
        "base + RSU/4": (185 + 380 / 4) / (175 + 300 / 4) - 1,
    }
    for row in by_hand("worked negotiation"):
        method = row["method"]
        if method == "four-year total":
            check(finding, row)
            assert not finding.agrees
        elif method == "RSU alone":
            assert f"{float(row['computed']):.1%}" in finding.why
        else:
            assert is_close(readings[method], float(row["computed"]), ABSOLUTE_FRACTION), row
            assert abs(readings[method] - float(row["published"])) > 0.005, "none of the readings is the published 26 %"


def test_calculator(findings: dict[str, Finding]) -> None:
    for row in by_hand("calculator"):
        finding = findings[row["finding"].lower().replace(" ", "-")]
        check(finding, row)
        assert not finding.agrees
        assert "42.5 times" in finding.why


def test_remote_discount(findings: dict[str, Finding]) -> None:
    """Middles are findings; low and high ends follow from the same table."""
    bands = ranges("bands", "level", "location", "measure")
    for row in by_hand("remote discount"):
        _, _, level, measure, end = row["finding"].split()
        if end == "mid":
            finding = findings[f"remote-discount-{level}-{measure}"]
            check(finding, row)
            assert finding.agrees == ("inside" in row["derivation"]), row
        else:
            computed = 1 - bands[level, "Remote", measure][end] / bands[level, "Seattle", measure][end]
            assert is_close(computed, float(row["computed"]), ABSOLUTE_FRACTION), row


def test_level_worth_and_spread(findings: dict[str, Finding]) -> None:
    for start, name in (("L7 over L6 ", "level-worth-"), ("L7 RSU spread ", "l7-rsu-spread-")):
        for row in by_hand(start):
            finding = findings[name + row["finding"].removeprefix(start).replace(" ", "-")]
            check(finding, row)
            assert finding.agrees == (float(row["computed"]) >= float(row["published"])), row


def test_contradictions(findings: dict[str, Finding]) -> None:
    named = {
        "Microsoft total": ("microsoft-total", ()),
        "Google total": ("google-total", ()),
        "Seattle AI/ML premium L6": ("seattle-ai-ml-premium", ("20% to 30%", "15% to 25%")),
        "AI startup premium": ("ai-startup-premium", ("25% to 50%", "30% to 60%", "40% to 80%")),
    }
    for name, (finding_id, said) in named.items():
        by_hand(name)
        finding = findings[finding_id]
        assert finding.published != finding.computed
        assert not finding.agrees
        for text in said:
            assert text in f"{finding.published}; {finding.computed}", name


@pytest.mark.parametrize(
    "note", ["question-on-day-3", "status-every-few-days", "number-of-references", "days-to-decide"]
)
def test_days_of_hiring_that_exclude_each_other(note: str, findings: dict[str, Finding]) -> None:
    assert findings[note].kind == "contradiction"
    assert not findings[note].agrees


def test_finance_against_technology(findings: dict[str, Finding]) -> None:
    """Against FAANG in the figure; the middle of Tier 1 Tech stands in the reason."""
    for row in by_hand("financial services premium"):
        level = row["finding"].split()[3]
        finding = findings[f"finance-premium-{level}"]
        assert not finding.agrees
        if row["finding"].endswith("FAANG"):
            check(finding, row)
        else:
            over, under = (float(text) * 1000 for text in row["derivation"].split(" - ")[0].split("/"))
            assert is_close(over / under - 1, float(row["computed"]), ABSOLUTE_FRACTION), row
            assert f"{over:,.0f}" in finding.why
            assert f"{under:,.0f}" in finding.why


def test_sums_that_hold() -> None:
    """They agree, so there is no finding: vesting shares, risk weights, the decision matrix's maximum."""
    figures = {
        "vesting shares": math.fsum(TABLES.schedules["amazon"].fractions),
        "risk weights": float(TABLES["risk_factors"]["weight"].sum()),
        "decision maximum": 5 * float(TABLES["decision_factors"]["weight"].sum()),
    }
    for name, figure in figures.items():
        for row in by_hand(name):
            assert is_close(figure, float(row["computed"]), ABSOLUTE_FRACTION), row


def test_every_hand_checked_row_has_its_test() -> None:
    starts = (
        "bands ", "ai_ml ", "worked negotiation", "calculator", "remote discount", "L7 over L6 ", "L7 RSU spread ",
        "Microsoft total", "Google total", "Seattle AI/ML premium L6", "AI startup premium",
        "financial services premium", "vesting shares", "risk weights", "decision maximum",
    )  # fmt: skip
    assert [row["finding"] for row in rows("audit") if not row["finding"].startswith(starts)] == []


def test_every_finding_keeps_both_sides_and_says_why(findings: dict[str, Finding]) -> None:
    audited = guide_audit(TABLES)
    assert len(findings) == len(audited), "ids are unique"
    for finding in audited:
        assert finding.published not in ("", None), finding.id
        assert finding.computed not in ("", None), finding.id
        assert finding.why.endswith("."), finding.id
        assert finding.unit in ("USD", "fraction", ""), finding.id
        assert isinstance(finding.published, (str, float)), finding.id
        assert set(asdict(finding)) >= {"id", "kind", "published", "computed", "why"}


@pytest.mark.parametrize(
    "note",
    ["growth-value-raises-walk-away", "risk-premium-counted-again", "cost-of-living-counted-again",
     "risk-score-direction", "quote-a-colleague", "invented-urgency", "final-offer-means-bad-culture"],
)  # fmt: skip
def test_the_concepts_and_tips_that_the_issue_names_are_audited(note: str, findings: dict[str, Finding]) -> None:
    assert findings[note].kind in ("concept", "tip")
