"""Laws of random offers files: a figure has one value wherever it is shown; no text says what the file does not."""

from __future__ import annotations

import csv
import datetime as dt
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from command_line import answered
from hypothesis import Phase, given, strategies as st
from laws import examples
from strategies import offers_files

from compkit import report
from compkit.analysis.comparisons import load_comparison
from compkit.decision import BASE, person_decision
from compkit.negotiation import (
    LETTER_KINDS,
    LEVERS,
    TONES,
    ClaimError,
    NegotiationPlan,
    PlanSettings,
    negotiation_plan,
)
from compkit.offers import Offers, load_offers, people_of
from compkit.reference.tables import load_tables

TABLES = load_tables()
N_FIGURES, N_TEXTS, N_REPORTED = 50, 100, 5
"""Files of each law; twice as many, 310 in all, with the random profile of `make test-long`."""
N_PATHS = 10
SUMS = ("total", "average", "present_value", "guaranteed_cash")
YEARLY = ("base", "bonus", "sign_on", "equity", "total")
PROMISES = re.compile(r"ready to sign|(would|I'd|will) accept|(will|can|I'd|I'll) sign|say yes|(ready|happy) to accept")
ACCEPTS = re.compile(r"\bI accept\b|I'm happy to accept")
WRITTEN = re.compile(
    r"(have|hold|received|your|other|another)( an?| the| your| another)? written offer|"
    r"(offer|It)( is|'s| was) (in writing|written)",
    re.IGNORECASE,
)
"""What claims a written offer; asking for one is no claim."""
RIVAL = re.compile(r"\ba written offer from|It's in writing")
WEEKEND = re.compile(r"(by|on|until) (Saturday|Sunday),")
"""No day that a text promises or asks for; a deadline may be one."""
Values = dict[tuple[str, ...], dict[str, float]]
Figures = Iterator[tuple[tuple[str, ...], str, float | None]]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn") / "offers.yaml"


def write(document: Mapping[str, Any], file: Path) -> Offers:
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    return load_offers(file)


def plan_of(offers: Offers, offer_id: str, **settings: Any) -> NegotiationPlan:
    return negotiation_plan(offers, offer_id, TABLES, dt.date.today(), PlanSettings(**settings))


# The same figure everywhere


def shown(offers: Offers, offer_id: str, file: Path) -> Values:
    """Every value of an offer's figures, by figure and by where it is shown."""
    found: Values = defaultdict(dict)
    plan = plan_of(offers, offer_id)
    for figure, where, value in (
        *from_records(plan, file),
        *from_commands(offer_id, file),
        *from_negotiation_commands(offer_id, file),
        *from_decision(offers, offer_id),
    ):
        if value is not None:
            assert where not in found[figure], (figure, where)
            found[figure][where] = float(value)
    return found


def from_records(plan: NegotiationPlan, file: Path) -> Figures:
    evaluation = plan.evaluation
    kinds = {
        "offer_evaluation": report.recorded_figures(evaluation),
        "ai_ml_premiums": report.recorded_premiums(evaluation),
        "location_analysis": report.recorded_location_figures(plan.analysis),
        "negotiation_plan": report.recorded_negotiation(plan),
    }
    for notebook, figures in kinds.items():
        for row in figures.rows:
            yield (str(row["figure"]),), notebook, row["value"]
    compared = report.recorded_comparison(load_comparison(str(file), n_paths=N_PATHS))
    own = f"{evaluation.offer.id} "
    for row in compared.rows:
        if str(row["figure"]).startswith(own) and " against " not in str(row["figure"]):
            name = str(row["figure"]).removeprefix(own)
            yield ((name,) if name in SUMS else ("compared", name)), "offer_comparison", row["value"]
    stop = plan.stop_line
    yield ("stop line", "yearly"), "plan", stop and stop.yearly
    yield ("stop line", "total"), "plan", stop and stop.total


def answer(command: str, file: Path, *options: str) -> Any:
    code, found, errors = answered(command, file, *options)
    assert code == 0, (command, errors)
    return found


def of_offer(found: Any, offer_id: str) -> Any:
    return next(one for one in found["offers"] if one["id"] == offer_id)


def from_commands(offer_id: str, file: Path) -> Figures:
    evaluated = of_offer(answer("evaluate", file), offer_id)
    compared = of_offer(answer("compare", file, "--paths", str(N_PATHS)), offer_id)
    for name in SUMS:
        yield (name,), "evaluate", evaluated[name]
        yield (name,), "compare", compared[name]
    for year in evaluated["years"]:
        yield from (((f"year {year['year']} {name}",), "evaluate", year[name] or None) for name in YEARLY)
    for name in ("net", "purchasing_power"):
        yield ("compared", name), "compare", compared[name]
    for component, row in of_offer(answer("market", file), offer_id)["components"].items():
        for name in ("low", "high", "penetration", "compa_ratio"):
            yield (f"market {component} {name}",), "market", row[name]
    scored = of_offer(answer("score", file), offer_id)
    yield from (((f"{matrix} score",), "score", scored[matrix]["score"]) for matrix in ("risk", "decision"))
    for row in of_offer(answer("premium", file), offer_id)["premiums"]:
        for end in ("low", "high"):
            yield (f"premium {row['basis']} {row['name']} {end}",), "premium", row[end]


def from_negotiation_commands(offer_id: str, file: Path) -> Figures:
    away = of_offer(answer("walk-away", file), offer_id)
    yield ("negotiation walk-away",), "walk-away", away["walk_away"]
    yield ("negotiation reservation value",), "walk-away", away["reservation"]
    countered = answer("counter", file, "--offer", offer_id)
    line = countered["stop_line"]
    if isinstance(line, dict):
        yield from ((("stop line", name), "counter", line[name]) for name in ("yearly", "total"))
    for what in ("ask", "fallback"):
        package = countered.get(what) or {}
        yield from (((f"{what} {name}",), "counter", package[name]) for name in (*LEVERS, "total") if name in package)
    (person,) = answer("decide", file)["people"]
    for row in person["order"]:
        if row["id"] == offer_id:
            yield ("decided", "net"), "decide", row["m_per_year"]
            yield ("decided", "before tax"), "decide", row["before_tax_per_year"]


def from_decision(offers: Offers, offer_id: str) -> Figures:
    (person,) = people_of(offers)
    decision = person_decision(person, TABLES, dt.date.today())
    amounts = decision.amounts.get(offer_id)
    if amounts is not None:
        yield ("decided", "net"), "offers.decision()", None if amounts.why_no_tax else amounts.net[BASE]
        yield ("decided", "before tax"), "offers.decision()", amounts.before_tax


@pytest.mark.long
@given(document=offers_files(), data=st.data())
@examples(N_FIGURES)
def test_a_figure_has_one_value_wherever_it_is_shown(document: dict[str, Any], data: st.DataObject, file: Path) -> None:
    offers = write(document, file)
    for figure, places in shown(offers, data.draw(st.sampled_from(offers.ids)), file).items():
        first = next(iter(places.values()))
        assert all(value == pytest.approx(first, rel=1e-9, abs=1e-9) for value in places.values()), (figure, places)


@pytest.mark.long
@pytest.mark.usefixtures("one_fork_server")
@given(document=offers_files(2))
@examples(N_REPORTED, phases=[Phase.generate])  # a failing file would take minutes to make smaller
def test_reports_record_what_the_functions_say(document: dict[str, Any], file: Path) -> None:
    """The notebooks read each offer from a folder of its own, and other offers as their audience may see them."""
    offers, folder = write(document, file), file.parent / "reports"
    shutil.rmtree(folder, ignore_errors=True)
    answer("report", file, "-o", str(folder))
    for entry in offers:
        expected = {
            (where, *figure): value for figure, where, value in from_records(plan_of(offers, entry.offer.id), file)
        }
        with (folder / entry.offer.id / "figures.csv").open(encoding="utf-8", newline="") as lines:
            recorded = list(csv.DictReader(lines))
        assert {row["notebook"] for row in recorded} >= {"offer_evaluation", "location_analysis", "negotiation_plan"}
        for row in recorded:
            value = expected[row["notebook"], row["figure"]]
            assert value == pytest.approx(float(row["value"]), rel=1e-9, abs=1e-9), row


# What the texts say


def texts_of(plan: NegotiationPlan) -> Iterator[tuple[str, str]]:
    """Every letter that the file allows, and the call sheet."""
    for kind in LETTER_KINDS:
        try:
            written = plan.letter(kind)
            yield kind, f"{written.subject}\n{written.body}"
        except ClaimError:
            continue
    yield "call sheet", str(report.call_sheet(plan))


def misses(plan: NegotiationPlan, offers: Offers, texts: Iterable[tuple[str, str]]) -> list[str]:
    found = []
    stop = plan.stop_line
    if stop is not None and plan.has_ask and not plan.meets_stop_line(plan.ask):
        found.append(f"asks {plan.ask.total:,.0f}, under the stop line {stop.total:,.0f}")
    own, on = plan.evaluation.offer, plan.evaluation.report_date
    written = [entry.offer for entry in offers if entry.offer.status == "written"]
    rivals = [one for one in written if not one.is_of_same_company(own) and not one.has_expired(on)]
    for kind, text in texts:
        if kind != "accept" and PROMISES.search(text) and not plan.meets_stop_line(plan.ask):
            found.append(f"{kind} promises to sign under the stop line")
        if (not written and WRITTEN.search(text)) or (not rivals and RIVAL.search(text)):
            found.append(f"{kind} says written: {text}")
        if own.status != "written" and ACCEPTS.search(text):
            found.append(f"{kind} accepts what is not in writing")
        if WEEKEND.search(text):
            found.append(f"{kind} names a weekend: {text}")
    caution = report.letter_caution(plan, "accept") or ""
    if not plan.meets_stop_line(plan.offered) and "stop line" not in caution:
        found.append("accepting under the stop line comes without a caution")
    if own.status != "written" and not ("in writing" in caution or "haven't made" in caution):
        found.append("accepting what is not in writing comes without a caution")
    return found


@pytest.mark.long
@given(document=offers_files(3), data=st.data(), tone=st.sampled_from(TONES))
@examples(N_TEXTS)
def test_no_text_asks_or_promises_under_the_stop_line_or_calls_anything_written(
    document: dict[str, Any], data: st.DataObject, tone: str, file: Path
) -> None:
    offers = write(document, file)
    plan = plan_of(offers, data.draw(st.sampled_from(offers.ids)), tone=tone)
    assert misses(plan, offers, texts_of(plan)) == []
