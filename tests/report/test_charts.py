"""Charts at both widths: titles that say what was found, labels inside and apart, colors that mean one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import nbformat
import pytest
import yaml
from chromium import asked, needs_chromium

from compkit import report
from compkit.analysis import Comparison, Evaluation, LocationAnalysis
from compkit.analysis.comparisons import load_comparison
from compkit.analysis.evaluation import load_evaluation
from compkit.negotiation import NegotiationPlan, PlanSettings
from compkit.reference import load_letter_texts
from compkit.report.page.html import report_html
from compkit.report.show import drawing
from compkit.report.show.blocks import Notes, Picture
from compkit.report.show.drawing import COLORS, NARROW, PALETTE, WIDE, Chart, Scale, spread_out, text_width, wrapped

TEMPLATES = Path(drawing.__file__).parents[1] / "page" / "templates" / "compkit"
COMPANIES = ("Amazon", "Google", "Meta", "Netflix", "Larkspur", "Prairie", "Harbor", "Initech", "Hooli", "Globex")
PLACES = ("Seattle", "New York", "San Francisco", "Austin")
JOB = {"base_salary": 180000, "annual_bonus": 20000, "annual_equity": 60000, "unvested_equity": 150000}
OF_OFFERS = ("totals_by_year", "kept_on_leaving", "outcome_ranges", "winner_map", "sensitivity")
OF_ONE = ("pay_by_year", "spread_chart", "leaving_chart", "market_ranges", "premium_ranges")
OF_PLACES = ("pay_by_place", "net_pay_over_wages", "due_at_filing")


def offer(number: int, **changes: Any) -> dict[str, Any]:
    """Return the offer of a number: cash alone, or stock of each kind, some of it paper."""
    made: dict[str, Any] = {
        "id": f"offer-{number}", "company": COMPANIES[number % len(COMPANIES)], "level": f"L{5 + number % 3}",
        "location": PLACES[number % 4], "start_date": "2027-02-01", "base_salary": 150000 + 9000 * number,
        "sign_on": [40000 * (number % 3), 20000 * (number % 2)], "bonus_target_rate": 0.05 * (number % 4),
        "market": [{"measure": "base_salary", "p25": 140000, "p50": 170000, "p75": 200000, "n": 12,
                    "as_of": "2026-10-01", "source": "a survey"}],
    }  # fmt: skip
    if number % 3 != 2:
        grant = {"value": 2e5 + 5e4 * number, "vesting": ("amazon", "google")[number % 2], "tradable": number % 5 != 4}
        made["equity"] = [grant]
    return made | changes


CASES: Mapping[str, tuple[list[dict[str, Any]], dict[str, Any]]] = {
    "one": ([offer(0)], {"current": JOB}),
    "two": ([offer(0), offer(1)], {"current": JOB}),
    "six": ([offer(number) for number in range(6)], {"current": JOB}),
    "thirteen": ([offer(number) for number in range(13)], {"current": JOB}),
    "no current job": ([offer(number) for number in range(6)], {}),
    "long names": ([offer(number, company="N" * 25 + f" & Daughters {number} of Old") for number in range(6)], {}),
    "alike": ([offer(0, id=f"{'an-id-of-fifty-letters-' * 2}{n:04d}", base_salary=150000 + n) for n in range(4)], {}),
    "euros": ([offer(number, currency="EUR") for number in range(2)], {"current": JOB}),
    "cash alone": ([offer(2), offer(5)], {}),
    "paper alone": ([offer(4), offer(4, id="other", sign_on=[])], {}),
    "millions": ([offer(number, base_salary=2_345_678) for number in range(2)], {"current": JOB}),
    "nothing": ([offer(2, base_salary=0, sign_on=[]), offer(2, id="x", base_salary=0, sign_on=[])], {}),
}


@pytest.fixture
def charts(monkeypatch: pytest.MonkeyPatch) -> list[Chart]:
    """Return the charts that are drawn, as they are drawn."""
    drawn: list[Chart] = []
    plain = Chart.svg

    def kept(chart: Chart, alt: str) -> str:
        drawn.append(chart)
        return plain(chart, alt)

    monkeypatch.setattr(Chart, "svg", kept)
    return drawn


@pytest.fixture
def compared(tmp_path: Path) -> Callable[..., Comparison]:
    """Return what compares the offers of a case."""

    def compare(case: str, n_years: int = 4) -> Comparison:
        offers, candidate = CASES[case]
        document = {"candidate": {"residence": "Seattle", **candidate}, "offers": offers}
        if case == "euros":
            document["rates"] = {"EUR": 1.1}
        path = tmp_path / "offers.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return load_comparison(str(path), report_date="2026-11-22", n_paths=200, n_years=n_years)

    return compare


def blocks(comparison: Comparison) -> Iterator[tuple[str, Any]]:
    """Yield every chart of a comparison and of its first two offers."""
    for name in OF_OFFERS:
        yield name, getattr(report, name)(comparison)
    for evaluation in comparison.evaluations[:2]:
        yield from blocks_of_one(evaluation, comparison)


def blocks_of_one(evaluation: Evaluation, comparison: Comparison) -> Iterator[tuple[str, Any]]:
    for name in OF_ONE:
        yield name, getattr(report, name)(evaluation)
    analysis = LocationAnalysis(evaluation)
    for name in OF_PLACES:
        yield name, getattr(report, name)(analysis)
    others = tuple(LocationAnalysis(one) for one in comparison.evaluations if one is not evaluation)
    plan = NegotiationPlan(analysis, others, PlanSettings(), load_letter_texts())
    yield "negotiation_zone_chart", report.negotiation_zone_chart(plan)


def problems(chart: Chart) -> list[str]:
    """Return the labels of a chart that leave it or lie on each other."""
    found = [
        f"outside: {one.words}"
        for one in chart.labels
        if one.left < -0.5 or one.right > chart.width + 0.5 or one.top < 0 or one.bottom > chart.bottom + 4
    ]
    for one, other in combinations(chart.labels, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        if across > 0.5 and down > 1.5:
            found.append(f"{one.words} on {other.words}")
    return found


@pytest.mark.parametrize("n_years", [4, 8])
@pytest.mark.parametrize("case", CASES)
def test_labels_stay_inside_and_apart(
    case: str, n_years: int, compared: Callable[..., Comparison], charts: list[Chart]
) -> None:
    """At both widths, whatever the number of offers, their names and their sums."""
    wrong = {}
    for name, block in blocks(compared(case, n_years)):
        if isinstance(block, Picture):
            assert [chart.width for chart in charts] == [WIDE, NARROW]
            wrong |= {f"{name} at {chart.width}": found for chart in charts if (found := problems(chart))}
        charts.clear()
    assert wrong == {}


def test_the_check_sees_an_overlap_and_what_sticks_out() -> None:
    chart = Chart(NARROW, "A title")
    chart.text(10, 50, "one")
    chart.text(20, 52, "other")
    chart.text(NARROW - 5, 80, "long")
    chart.bottom = 90
    assert problems(chart) == ["outside: long", "one on other"]


@pytest.mark.parametrize("case", ["one", "two", "thirteen"])
def test_titles_state_a_finding(case: str, compared: Callable[..., Comparison]) -> None:
    """They name an amount, a share or a job, end without a full stop, and begin the words for the chart."""
    jobs = [f"{one['company']} {one['level']}" for one in CASES[case][0]]
    for name, block in blocks(compared(case)):
        if isinstance(block, Notes) or block is None:
            continue
        title = re.match(r"(.*?)\. ", block.alt)
        assert title, name
        assert re.search(r"\d|range|^No |current job", title[1]) or any(job in title[1] for job in jobs), (
            name,
            title[1],
        )
        assert " ".join(re.findall(r'font-weight="bold">([^<]*)<', block.svg)).startswith(title[1][:40]), name


FINDINGS = [
    # 175,000 of base, 80,000 and 60,000 once, 5, 15, 40 and 40 % of 300,000: 120,000 of 295,000 is 41 %.
    ({"sign_on": [80000, 60000], "equity": [{"value": 3e5, "vesting": "amazon"}]}, "Stock is 41% of pay from year 3"),
    ({"sign_on": [25000]}, "Pay drops 12% in year 2"),  # 175,000 after 200,000
    ({"sign_on": [10000]}, "Cash pay goes from $185K in year 1 to $175K in year 4"),
    ({}, "$175K every year, all in cash"),
    # A quarter of 100,000 a year beside 175,000 is an eighth of 200,000.
    ({"equity": [{"value": 1e5, "vesting": "even-4-year", "tradable": True}]}, "Stock is 12% of pay every year"),
    ({"equity": [{"value": 80000, "vesting": "even-4-year", "tradable": False}]},
     "$80K of stock you can't sell comes on top of $700K in cash"),
    ({"base_salary": 0}, "No pay entered"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "title"), FINDINGS, ids=[title for _, title in FINDINGS])
def test_the_title_of_pay_by_year(changes: dict[str, Any], title: str, tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    base = {"id": "a", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 175000}
    path.write_text(yaml.safe_dump({"offers": [base | changes]}), encoding="utf-8")
    (evaluation,) = load_comparison(str(path), report_date="2026-11-22", n_paths=10).evaluations
    assert report.pay_by_year(evaluation).alt.startswith(f"{title}. ")


def test_paper_stock_is_hatched_and_in_no_total(compared: Callable[..., Comparison]) -> None:
    (first, _) = compared("paper alone").evaluations
    shown = report.pay_by_year(first)
    assert 'fill="none" stroke="#00845f"' in shown.svg
    assert "Stock you can&#x27;t sell" in shown.svg
    assert f"{first.paper.sum():,.0f} of stock you can't sell" in shown.alt


def test_a_range_is_printed_with_its_sample_and_date(compared: Callable[..., Comparison]) -> None:
    """12 answers of October 1, 2026."""
    shown = report.market_ranges(compared("two").evaluations[0])
    for svg in (shown.svg, shown.narrow):
        assert "October 1, 2026, n = 12" in " ".join(re.findall(r">([^<]*)</text>", svg))


@pytest.mark.parametrize(
    ("base", "place", "finding"),
    [(160000, "exactly", "Every part is in range"), (160001, "above", "Base salary is above range"),
     (159999, "below", "Base salary is below range")],
)  # fmt: skip
def test_a_range_may_be_one_amount(base: int, place: str, finding: str, tmp_path: Path) -> None:
    """Half of all reports say the same where a company caps its base salary."""
    capped = {"measure": "base_salary", "p25": 160000, "p50": 160000, "p75": 160000, "n": 12, "as_of": "2026-10-01"}
    alone = offer(0, company="Initech", level="X", base_salary=base, market=[capped])
    (tmp_path / "offers.yaml").write_text(yaml.safe_dump({"offers": [alone]}), encoding="utf-8")
    found = load_evaluation(str(tmp_path / "offers.yaml"), alone["id"], report_date="2026-11-22")
    shown = report.market_ranges(found)
    assert f"${base:,}, {place} $160,000 to $160,000" in shown.alt
    assert f"{finding}." in shown.alt
    assert "nan" not in repr(report.market_table(found))


def test_another_currency_is_drawn_in_dollars(compared: Callable[..., Comparison]) -> None:
    """150,000 and a twentieth of 200,000 euros in year 1, at 1.1, are 176,000 dollars."""
    shown = report.pay_by_year(compared("euros").evaluations[0])
    assert "€" not in shown.svg
    assert "year 1 $176,000" in shown.alt


def test_every_color_has_one_for_dark_pages() -> None:
    sheet = (TEMPLATES / "charts.css").read_text(encoding="utf-8")
    made = Path(drawing.__file__).parents[1].rglob("*.py")
    named = {color for path in made for color in re.findall(r"\"(#[0-9a-f]{6})\"", path.read_text(encoding="utf-8"))}
    assert {*COLORS.values(), *PALETTE} <= named
    assert {color for color in named if f'[fill="{color}"]' not in sheet} == set()


def test_parts_of_pay_and_jobs_share_no_color() -> None:
    assert not {*COLORS.values()} & {*PALETTE}
    assert len({*PALETTE}) == len(PALETTE)


def test_a_scale_and_its_ticks() -> None:
    scale = Scale(0.0, 295_000.0, 100.0, 0.0)
    assert (scale(0), scale(295_000), scale(147_500)) == (100, 0, 50)
    assert scale.ticks(5) == [0, 100_000, 200_000]
    assert Scale(-3.0, 12.0, 0, 1).ticks(3) == [0, 5, 10]


def test_places_are_spread_out() -> None:
    assert spread_out([50, 50, 50], 10, 60) == [40, 50, 60]
    assert spread_out([], 10, 60) == []


def test_text_is_measured_cut_and_wrapped() -> None:
    assert text_width("W") > 4 * text_width("i")
    assert text_width("日本") > text_width("ab")
    lines = wrapped("Google L5 in Seattle pays the most in year 1, and nobody else", 120)
    assert len(lines) > 2
    assert max(map(text_width, lines)) <= 120


def test_text_that_xml_forbids_is_left_out() -> None:
    assert ">ab &lt;c&gt; &amp; d<" in Chart(NARROW, "a\x00b <c> & \ud800d").svg("x")


def page_of(pictures: list[Picture]) -> str:
    cells = []
    for picture in pictures:
        data, metadata = picture._repr_mimebundle_()
        output = nbformat.v4.new_output("display_data", data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output]))
    return report_html(nbformat.v4.new_notebook(cells=cells), title="Charts")


LAID_OUT = """\
const told = [];
for (const svg of document.querySelectorAll(".ck-chart svg")) {
  if (getComputedStyle(svg).display == "none") continue;
  const box = svg.viewBox.baseVal;
  const texts = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBBox()]);
  for (const [words, at] of texts)
    if (at.x < -1 || at.x + at.width > box.width + 1 || at.y + at.height > box.height + 1)
      told.push("outside: " + words);
  texts.forEach(([words, one], number) => texts.slice(number + 1).forEach(([others, other]) => {
    const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
    const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
    if (across > 1 && down > 5) told.push(words + " on " + others);
  }));
}
"""


@needs_chromium
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("case", ["six", "long names"])
def test_a_browser_lays_labels_out_as_they_were_measured(
    case: str, width: int, compared: Callable[..., Comparison], tmp_path: Path
) -> None:
    page = page_of([block for _, block in blocks(compared(case)) if isinstance(block, Picture)])
    assert asked(page, LAID_OUT, tmp_path, width) == []
