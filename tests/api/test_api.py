"""The lines that a notebook user writes: figures, errors, views, names."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from command_line import answered
from hypothesis import given, strategies as st
from laws import examples
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import compkit as ck
from compkit.api import OfferList
from compkit.api.display import draw_pay_by_year
from compkit.errors import CompkitError, InputError, OutOfRangeError, UnknownChoiceError
from compkit.prices import SimulationOptions

mpl.use("agg")
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "offers" / "sample.yaml"
BEFORE, AFTER, GOOGLE = "amazon-l6-seattle-before", "amazon-l6-seattle-after", "google-l5-boomerang"
SHORT = 600
"""Most characters of a repr."""

TWO_OFFERS = """\
schema: compkit/offers@1
candidate: {name: Sam, residence: Seattle}
offers:
  - {id: amazon-l7, company: Amazon, level: L7, location: Seattle, base_salary: 175000, sign_on: [80000, 60000],
     equity: [{value: 300000, grant_price: 200, vesting: amazon}]}
  - {id: google-l5, company: COMPANY, level: L5, location: Seattle, base_salary: 200000,
     equity: [{value: 400000, grant_price: 100, vesting: even-4-year, tradable: TRADABLE}]}
"""


def two_offers(folder: Path, company: str = "Google", *, tradable: bool = True) -> OfferList:
    """Read two offers of one person, the second from a company of that name."""
    path = folder / "offers.yaml"
    text = TWO_OFFERS.replace("COMPANY", company).replace("TRADABLE", str(tradable).lower())
    path.write_text(text, encoding="utf-8")
    return ck.read_offers(path)


@cache
def sample_offers() -> OfferList:
    return ck.read_offers(SAMPLE)


@pytest.fixture
def sample() -> OfferList:
    return sample_offers()


def test_the_five_lines(tmp_path: Path) -> None:
    """As the README has them, with the figures worked out by hand.

    Amazon: 700,000 salary + 140,000 sign-on + stock of 300,000 by 5 %, 15 % and four times 20 %. At 10 % a year its
    tranches grow by 1.1 to the power of 1, 2, 2.5, 3, 3.5 and 4.
    """
    offers = two_offers(tmp_path)
    worth = offers.value(growth=0.10, years=4)
    stock = 300_000 * (0.05 * 1.1 + 0.15 * 1.1**2 + 0.2 * (1.1**2.5 + 1.1**3 + 1.1**3.5 + 1.1**4))
    assert worth.summary.loc["amazon-l7", "total"] == pytest.approx(840_000 + stock, abs=0.01)
    assert list(worth.summary.index) == ["amazon-l7", "google-l5"] == list(worth.by_year.index.unique("id"))
    assert worth.by_year.loc[("amazon-l7", 1), "total"] == pytest.approx(175_000 + 80_000 + 15_000 * 1.1)
    pair = offers.compare("amazon-l7", "google-l5")
    assert pair.difference == 1_140_000 - 1_200_000
    assert 0 < pair.chance < 1
    evaluation = offers["amazon-l7"].evaluate(date="2026-12-01")
    assert evaluation.explain("total").value == evaluation.summary["total"] == 1_140_000
    assert list(offers.to_frame()["base_salary"]) == [175_000, 200_000]


FIVE_LINES = """\
import compkit as ck
offers = ck.read_offers("offers.yaml")            # repr: a table; offers["amazon-l7"]; offers.to_frame()
worth = offers.value(growth=0.10, years=4)        # worth.by_year, worth.summary: DataFrames; worth.plot() -> matplotlib Axes
offers.compare("amazon-l7", "google-l5")          # difference, break-even, chance
offers["amazon-l7"].evaluate(date="2026-12-01")   # everything; .explain("total")
"""  # noqa: E501


def run_lines(page: str) -> tuple[str, dict[str, Any]]:
    """Run the first lines of Python on a page; return them, and the names that they made."""
    text = (ROOT / page).read_text(encoding="utf-8")
    code = re.search(r"^    import compkit as ck\n(?:(?:    .*)?\n)+", text, re.MULTILINE)
    assert code is not None
    lines, made = textwrap.dedent(code[0]), dict[str, Any]()
    exec(lines, made)  # noqa: S102
    return lines.strip() + "\n", made


def test_the_lines_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_offers(tmp_path)
    monkeypatch.chdir(tmp_path)
    lines, made = run_lines("README.md")
    assert lines == FIVE_LINES
    assert made["worth"].summary.index.tolist() == ["amazon-l7", "google-l5"]


def test_the_lines_of_the_guide_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    _, made = run_lines("docs/use-the-notebooks.md")
    assert made["worth"].summary.loc[BEFORE, "total"].round() == 1_238_557


def test_the_worked_example_has_its_figures(sample: OfferList) -> None:
    """docs/how-the-figures-are-made.md: 270,000 + 280,000 + 295,000 + 295,000 = 1,140,000."""
    worth = sample.value()
    assert worth.by_year.loc[BEFORE, "total"].tolist() == [270_000, 280_000, 295_000, 295_000]
    assert worth.summary.loc[BEFORE, ["total", "average", "guaranteed_cash"]].tolist() == [1_140_000, 285_000, 840_000]


RATES = st.floats(-0.5, 0.5)


@examples(8)
@given(growth=RATES, years=st.integers(1, 8), discount=RATES, convention=st.sampled_from(["smooth", "annual-step"]))
def test_the_value_of_offers_is_the_value_of_each_alone(
    growth: float, years: int, discount: float, convention: str
) -> None:
    offers = sample_offers()
    scenario = {"growth": growth, "years": years, "growth_convention": convention, "discount_rate": discount}
    worth = offers.value(**scenario)
    for offer in list(offers)[::3]:
        alone = offer.evaluate("2026-12-01", **scenario)
        assert worth.by_year.loc[offer.id, "total"].tolist() == alone.years["total"].tolist()
        assert worth.summary.loc[offer.id, "present_value"] == alone.summary["present_value"]
        assert worth.by_year.loc[offer.id, "paper"].tolist() == alone.paper.tolist()
    totals = worth.by_year["total"].groupby("id", sort=False).sum()
    assert totals.to_numpy() == pytest.approx(worth.summary["total"].to_numpy())


@examples(5)
@given(growth=RATES, years=st.integers(1, 8))
def test_turning_a_pair_turns_its_figures(growth: float, years: int) -> None:
    offers = sample_offers()
    chance = SimulationOptions(n_paths=100)
    one = offers.compare(AFTER, GOOGLE, growth=growth, years=years, chance=chance)
    other = offers.compare(GOOGLE, AFTER, growth=growth, years=years, chance=chance)
    assert one.difference == -other.difference
    assert one.chance + other.chance == pytest.approx(1)
    assert one.break_even_growth == pytest.approx(other.break_even_growth)


def test_at_break_even_both_pay_the_same(sample: OfferList) -> None:
    even = sample.compare(AFTER, GOOGLE).break_even_growth
    assert even is not None
    assert sample.compare(AFTER, GOOGLE, growth=even).difference == pytest.approx(0, abs=0.01)


def test_a_pair_is_that_of_the_whole_comparison(sample: OfferList) -> None:
    """Other offers of the person change nothing."""
    pairs = ck.load_comparison(str(SAMPLE), candidate="robin", report_date="2026-12-01", growth_rate=0.05).pairs
    whole = sample.of_person("Robin Sample").compare_all(date=dt.date(2026, 12, 1), growth=0.05)
    assert whole.pairs.equals(pairs)
    row = pairs.set_index(["a", "b"]).loc[(BEFORE, GOOGLE)]
    pair = sample.compare(BEFORE, GOOGLE, growth=0.05, date="2026-12-01")
    found = (pair.difference, pair.break_even_growth, pair.chance)
    assert found == (row["difference"], row["break_even_growth"], row["p_a_beats_b"])


def test_the_offers_of_one_person(tmp_path: Path, sample: OfferList) -> None:
    assert two_offers(tmp_path).of_person().ids == ["amazon-l7", "google-l5"]
    assert sample.of_person("noor").ids == ["amazon-l6-seattle-internal", "harbor-finch-vp"]
    assert sample.of_person("Noor Sample").ids == sample.of_person("noor").ids
    assert sample.of_person("kim").of_person().ids == ["amazon-l7-new-york", "amazon-l6-austin-pressure"]


def test_the_decision_is_that_of_the_command(sample: OfferList) -> None:
    found = sample.decision("robin", date="2026-12-01", stay=4, prefer="staying")
    code, answer, _ = answered("decide", SAMPLE, "--candidate", "robin", "--today", "2026-12-01", "--stay", "4",
                               "--prefer", "staying")  # fmt: skip
    (told,) = answer["people"]
    assert code == 0
    assert (found.state, found.leader, found.margin) == (
        told["state"], told["leader"], told["margin_per_year_after_tax"]
    )  # fmt: skip
    assert found.sentence == f"{told['sentence']} {told['preference']}"
    assert found.next_step == told["next_step"]["what"]
    assert found.to_frame()["status"].to_dict() == {one["id"]: one["status"] for one in told["order"]}
    assert found.to_frame()["net"].to_dict() == {one["id"]: one["m_per_year"] for one in told["order"]}
    assert len(repr(found)) < SHORT
    assert "<script>" not in found._repr_html_()
    for nobody in (None, "nobody", 5):
        with pytest.raises(InputError):
            sample.decision(nobody)  # type: ignore[arg-type]  # as people type it
    for wrong in ({"stay": 9}, {"stay": 2.5}, {"worth": 5_000.0}, {"prefer": "nobody"}, {"date": "soon"}):
        with pytest.raises((OutOfRangeError, UnknownChoiceError)):
            sample.decision("robin", **wrong)


def test_stock_that_cannot_be_sold_is_apart(tmp_path: Path) -> None:
    """400,000 of it, and 800,000 in salary; figures.csv and JSON count both."""
    offers = two_offers(tmp_path, "Larkspur", tradable=False)
    worth = offers.value()
    assert worth.summary.loc["google-l5", ["total", "paper"]].tolist() == [800_000, 400_000]
    _, told, _ = answered("evaluate", tmp_path / "offers.yaml")
    assert told["offers"][1]["total"] == 800_000 + 400_000
    assert offers.to_frame()[["equity", "paper"]].to_numpy().tolist() == [[300_000, 0], [400_000, 400_000]]
    assert offers["google-l5"].evaluate().with_paper.summary["total"] == 1_200_000
    assert "paper, which the total leaves out: $400,000" in repr(offers["google-l5"].evaluate())
    evaluation = offers["google-l5"].evaluate()
    assert evaluation.explain("total").value == evaluation.summary["total"] == 800_000
    assert evaluation.explain("paper").value == 400_000
    pair = offers.compare("google-l5", "amazon-l7")
    assert pair.difference == 800_000 - 1_140_000
    assert pair.to_frame()[["difference", "paper"]].to_numpy().tolist() == [[-340_000, 400_000]]
    assert "Stock that can't be sold is left out: google-l5 $400,000." in repr(pair)
    assert "Paper: stock you can't sell; no other figure counts it." in repr(worth)


@pytest.mark.parametrize("figure", ["year 3 equity", "Guaranteed-Cash", "present_value"])
def test_explanations_give_the_figure(sample: OfferList, figure: str) -> None:
    evaluation = sample[BEFORE].evaluate(date="2026-12-01", growth=0.1)
    known = evaluation.summary | {"year 3 equity": evaluation.years.loc[3, "equity"]}
    found = evaluation.explain(figure)
    assert found.value == pytest.approx(known[figure.casefold().replace("-", "_")])
    assert found.unit == "USD"
    assert "Your file: " in str(found)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda o: o["google-l5-boomrang"], UnknownChoiceError, f"Did you mean '{GOOGLE}'?"),
        (lambda o: o[3], UnknownChoiceError, "offer must be one of 13 names, got '3'."),
        (lambda o: o.compare(BEFORE, "google"), UnknownChoiceError, "Nearest: "),
        (lambda o: o.compare(BEFORE, BEFORE), InputError, "is named twice. Name two different offers."),
        (lambda o: o.compare(BEFORE, "amazon-l7-new-york"), InputError, f"is made to someone else than '{BEFORE}'."),
        (lambda o: o.value(growth="10%"), OutOfRangeError, "growth must be a fraction above -1, such as 0.1"),
        (lambda o: o.value(growth=-1.0), OutOfRangeError, "growth must be a fraction above -1, such as 0.1"),
        (lambda o: o.value(growth=float("nan")), OutOfRangeError, "growth must be a fraction above -1"),
        (lambda o: o.value(growth=1e300), OutOfRangeError, "growth and discount_rate must leave all amounts finite"),
        (lambda o: o.value(discount_rate=None), OutOfRangeError, "discount_rate must be a fraction above -1"),
        (lambda o: o.value(growth_convention="yearly"), UnknownChoiceError, "growth_convention must be one of smooth,"),
        (lambda o: o.value(years=0), OutOfRangeError, "years must be a whole number from 1 to 8, got 0."),
        (lambda o: o.value(years=2.5), OutOfRangeError, "years must be a whole number from 1 to 8, got 2.5."),
        (lambda o: o.value(years=True), OutOfRangeError, "years must be a whole number from 1 to 8, got True."),
        (lambda o: o.compare(BEFORE, AFTER, years=9), OutOfRangeError, "years must be a whole number from 1 to 8"),
        (lambda o: o[BEFORE].evaluate(growth=1e300), OutOfRangeError, "must leave all amounts finite"),
        (lambda o: o[BEFORE].evaluate("1 December"), OutOfRangeError, "date must be a date such as 2026-11-22"),
        (lambda o: o[BEFORE].evaluate(date=2026), OutOfRangeError, "date must be a date such as 2026-11-22"),
        (lambda o: o[BEFORE].evaluate().explain("totl"), UnknownChoiceError, "Did you mean 'total'?"),
        (lambda o: o[BEFORE].evaluate().explain(None), UnknownChoiceError, "figure must be one of "),
        (lambda o: o[BEFORE].evaluate().score("rsk"), UnknownChoiceError, "matrix must be one of risk, decision, got"),
        (lambda o: o[BEFORE].evaluate().flips("rsk"), UnknownChoiceError, "Did you mean 'risk'?"),
        (lambda o: o.compare(BEFORE, AFTER, chance=0.5), OutOfRangeError, "chance must be made by compkit.prices."),
        (lambda o: o.compare_all(), InputError, "must say whose offers to compare: these are of 4 people"),
        (lambda o: o.of_person(), InputError, "must say whose offers to compare: these are of 4 people"),
        (lambda o: o.of_person("robyn"), InputError, "Did you mean 'robin'?"),
        (lambda o: o.of_person(3), InputError, "must be one of "),
        (lambda _: ck.read_offers("no-such-offers.yaml"), InputError, "does not exist. Check the path."),
        (lambda _: ck.read_offers(ROOT / "README.md"), InputError, "must end in .yaml, .yml, .json, .csv, .xlsx"),
        (lambda _: ck.read_offers(ROOT / "data"), InputError, "is a folder."),
        (lambda _: ck.read_offers(None), OutOfRangeError, 'file must be the path of an offers file, such as "offers.'),
        (lambda _: ck.read_offers(["a.yaml"]), OutOfRangeError, "file must be the path of an offers file"),
    ],
)  # fmt: skip
def test_errors_say_what_to_type(sample: OfferList, call, error: type[CompkitError], message: str) -> None:
    with pytest.raises(error) as caught:
        call(sample)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_charts_can_be_restyled(sample: OfferList) -> None:
    axes = sample.value(years=3).plot()
    assert isinstance(axes, Axes)
    names = axes.get_legend_handles_labels()[1]
    assert names == sample.value(years=3).summary["total"].nlargest(6).index.tolist()
    assert axes.get_legend().get_title().get_text() == "Highest 6 of 13"
    assert sample.of_person("robin").value().plot().get_legend().get_title().get_text() == ""
    own = Figure().subplots()
    assert sample[BEFORE].evaluate().plot(own) is own
    heights = [sum(bar.get_height() for bar in bars) for bars in own.containers]
    assert heights == [700_000, 140_000, 300_000]
    for drawn in (axes, own):
        assert drawn.get_ylabel() == "Pay a year, USD"
        drawn.set_ylim(0, 2_000_000)
        drawn.figure.canvas.draw()
        labels = [label.get_text() for label in drawn.get_yticklabels()]
        assert {"$0", "$500K", "$1M", "$2M"} <= set(labels)
        assert drawn.get_title() == drawn.get_title(loc="left") == ""
    drawn = Figure().subplots()
    draw_pay_by_year(drawn, sample[BEFORE].evaluate().years)
    assert [text.get_text() for text in drawn.texts] == ["$270K", "$280K", "$295K", "$295K"]


def views(offers: OfferList) -> list[object]:
    """Return one object of each kind that shows itself."""
    first, second = offers.ids[:2]
    evaluation = offers[first].evaluate(date="2026-12-01")
    pair = offers.compare(second, first, date="2026-12-01")
    return [offers, offers[second], offers.value(), pair, evaluation, evaluation.explain("total")]


def test_each_object_is_short_and_has_html(sample: OfferList) -> None:
    for shown in views(sample):
        assert 20 < len(repr(shown)) <= SHORT, repr(shown)
        assert shown._repr_html_().startswith("<div")  # type: ignore[attr-defined]


def test_a_long_explanation_is_folded(sample: OfferList) -> None:
    """The first lines at once, all of them on a click; `net` has hundreds."""
    found = sample[BEFORE].evaluate(date="2026-12-01").explain("net")
    shown, folded = found._repr_html_().split("<details>")
    assert shown.count("\n") < 10 < 100 < folded.count("\n")
    assert f"<summary>All {len(str(found).splitlines())} lines</summary>" in folded
    assert unescape(folded).count(str(found)) == 1
    assert repr(found).split("\n")[0] in unescape(shown)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> & \"'${7*7}"


def test_text_from_files_is_escaped_and_cut(tmp_path: Path) -> None:
    company = HOSTILE + "x" * 200
    offers = two_offers(tmp_path, f"'{company.replace(chr(39), chr(39) * 2)}'")
    assert offers["google-l5"].entry.offer.company == company
    for shown in views(offers):
        html = shown._repr_html_()  # type: ignore[attr-defined]
        assert "<script" not in html
        assert "<img" not in html
        assert "mathjax_ignore" in html
        assert len(repr(shown)) <= SHORT
    assert "&lt;script&gt;" in offers._repr_html_()


def test_results_of_the_readers_are_short(sample: OfferList) -> None:
    """A comparison had 29,000 characters."""
    path = str(SAMPLE)
    assert repr(ck.load_evaluation(path, BEFORE)) == f"Evaluation of {BEFORE}: Amazon L6, Seattle"
    assert repr(ck.load_location_analysis(path, BEFORE)) == f"Location analysis of {BEFORE}: Amazon L6, Seattle"
    assert repr(ck.load_negotiation_plan(path, BEFORE)) == f"Negotiation plan for {BEFORE}: Amazon L6, Seattle"
    comparison = ck.load_comparison(path, candidate="robin")
    assert repr(comparison) == f"Comparison of 4 offers: {BEFORE}, {AFTER}, {GOOGLE} and 1 more"
    assert sample._ipython_key_completions_() == sample.ids
