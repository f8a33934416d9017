"""What a store says of an offer's job: circles that widen, worked out by hand, and how it competes with research."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import answered, printed
from pay_files import FILING, TABLES, add, report, reports, sheet

import compkit
from compkit.batch.folder.documents import offers_document
from compkit.cli.main import run
from compkit.errors import InputError
from compkit.market import further_positions, market_positions, reported_pay, with_reported_pay
from compkit.model import Candidate, Offer, PaySummary, Reported
from compkit.offers import OfferEntry, Offers, entry_for, load_offers
from compkit.paydata import open_store

ON = dt.date(2026, 12, 1)
OFFER: dict[str, Any] = {
    "id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180_000.0,
    "contact": {"title": "Software Development Manager"},
}  # fmt: skip
Ask = Callable[..., Reported]


def entry(**changes: Any) -> OfferEntry:
    offer = Offer.model_validate(OFFER | changes, context=TABLES.choices)
    return OfferEntry(offer, Candidate(), 1.27 if offer.currency == "GBP" else 1.0, "made")


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask a new store with these rows about an offer."""

    def asked(rows: list[dict[str, str]], on: dt.date = ON, **offer: Any) -> Reported:
        store = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        add(store, sheet(tmp_path / f"{store.stem}.csv", rows))
        with open_store(store) as connection:
            return reported_pay(connection, entry(**offer), TABLES, on)

    return asked


def base_of(found: Reported) -> PaySummary | None:
    return next((row for row in found.pay if row.measure == "base_salary"), None)


SPOKANE, GOOGLE, META = (
    {"location": "Spokane, WA"},
    {"company": "Google", "level": "L5"},
    {"company": "Meta", "level": "E6"},
)
# Rows of 2026 are of the last year. One year before December 1, 2026 begins on December 2, 2025; three, on December 2,
# 2023. The guide holds Google's L5 and Meta's E6 equal to Amazon's L6 (data/companies.csv).
CIRCLES: dict[str, tuple[list[dict[str, str]], tuple[int, tuple[str, ...]] | None]] = {
    "enough here and now": (reports(5), (5, ())),
    "a year begins the day after": (reports(4) + reports(1, day="12/2/2025"), (5, ())),
    "one day sooner is three years": (reports(4) + reports(1, day="12/1/2025"), (5, ("years",))),
    "three years begin the day after": (reports(4) + reports(1, day="12/2/2023"), (5, ("years",))),
    "one day sooner is too old": (reports(4) + reports(1, day="12/1/2023"), None),
    "tomorrow is not yet": (reports(4) + reports(1, day="12/2/2026"), None),
    "the state before the years": (reports(4) + reports(1, **SPOKANE) + reports(9, day="6/1/2025"), (5, ("region",))),
    "years here before years in the state":
        (reports(3) + reports(2, day="6/1/2025") + reports(1, **SPOKANE), (5, ("years",))),
    "years in the state": (reports(3) + reports(2, day="6/1/2025", **SPOKANE), (5, ("region", "years"))),
    "years before peers": (reports(4) + reports(1, day="6/1/2025") + reports(9, **GOOGLE), (5, ("years",))),
    "three companies and five offers": (reports(1) + reports(2, **GOOGLE) + reports(2, **META), (5, ("peers",))),
    "two companies are no peers": (reports(3) + reports(9, **GOOGLE), None),
    "four offers are too few": (reports(1) + reports(1, **GOOGLE) + reports(2, **META), None),
    "another level is no peer": (reports(1) + reports(9, company="Google", level="L6") + reports(9, **META), None),
    "another level": (reports(9, level="L7"), None),
    "another title": (reports(4) + reports(9, title="Recruiter"), None),
    "no level is taken from a title": (reports(9, level=""), None),
    "people who have stayed have no offer": (reports(4) + reports(9, yearsatcompany="1"), None),
    "another state": (reports(4) + reports(9, location="Austin, TX"), None),
}  # fmt: skip


@pytest.mark.parametrize("case", CIRCLES)
def test_circles_widen_only_as_far_as_they_must(ask: Ask, case: str) -> None:
    rows, expected = CIRCLES[case]
    found = base_of(ask(rows))
    assert (found and (found.n, found.widened)) == expected


# Two pages agree (data/level_map.csv): for engineers Amazon's L5 is Google's L4 and Meta's E4, its L6 their L5 and E5,
# its L7 their L6 and E6; for managers its L7 is Google's L7 and Meta's M2. Two offers each from three companies do.
ENGINEER, LEADER = "Software Engineer", "Software Engineering Manager"
EQUAL: dict[str, tuple[str, str, dict[str, str], bool]] = {
    "an L5 engineer": ("L5", ENGINEER, {"Google": "L4", "Meta": "E4"}, True),
    "an L7 engineer": ("L7", ENGINEER, {"Google": "L6", "Meta": "E6"}, True),
    "an L6 engineer, where the guide's list of managers has E6": ("L6", ENGINEER, {"Google": "L5", "Meta": "E5"}, True),
    "an L7 manager": ("L7", LEADER, {"Google": "L7", "Meta": "M2"}, True),
    "an L6 manager, by the guide": ("L6", LEADER, {"Google": "L5", "Meta": "E6"}, True),
    "no L5 manager": ("L5", LEADER, {"Google": "L4", "Meta": "E4"}, False),
    "one page is no two": ("L5", ENGINEER, {"Google": "L4", "Microsoft": "62"}, False),
    "not the level above": ("L5", ENGINEER, {"Google": "L5", "Meta": "E5"}, False),
    "not a manager's level for an engineer": ("L7", ENGINEER, {"Google": "L7", "Meta": "M2"}, False),
}  # fmt: skip


@pytest.mark.parametrize(("case", "company"), [
    (case, company)
    for case, (_, _, elsewhere, is_equal) in EQUAL.items()
    for company in ("Amazon", *(elsewhere if is_equal else ()))
])  # fmt: skip
def test_two_pages_say_which_levels_are_equal(ask: Ask, case: str, company: str) -> None:
    level, title, elsewhere, is_equal = EQUAL[case]
    levels = {"Amazon": level, **elsewhere}
    rows = [row for name, its in levels.items() for row in reports(2, company=name, level=its, title=title)]
    found = base_of(ask(rows, company=company, level=levels[company], contact={"title": title}))
    assert (found and (found.n, found.companies)) == ((6, tuple(sorted(levels))) if is_equal else None)


def test_pay_from_before_a_break_never_counts(ask: Ask) -> None:
    """Amazon raised its cap on February 7, 2022: in December 2022, older reports are of another world."""
    later = reports(4, day="6/1/2022")
    assert base_of(ask(later + reports(9, day="2/6/2022"), dt.date(2022, 12, 1))) is None
    found = base_of(ask(later + reports(1, day="2/7/2022"), dt.date(2022, 12, 1)))
    assert found is not None
    assert found.n == 5


def test_a_metropolitan_area_may_lie_in_two_states(ask: Ask) -> None:
    across = [report(170_000 + 1_000 * k, location=place) for k, place in enumerate(["Jersey City, NJ"] * 5)]
    found = base_of(ask(across, location="New York"))
    assert found is not None
    assert found.widened == ()


@pytest.mark.parametrize("offer", [{"location": "Remote", "residence": "Seattle"}, {"currency": "GBP"}])
def test_remote_jobs_and_other_currencies_are_held_against_nothing(ask: Ask, offer: dict[str, Any]) -> None:
    assert ask(reports(9), **offer) == Reported()


def test_like_is_held_against_like(ask: Ask) -> None:
    """By hand, of 5 rows the median is the third, p25 the second and p75 the fourth.

    Base 170, 175, 180, 185, 190; stock a year 60, 50, 40, 30, 20, so grants 240, 200, 160, 120, 80; base and stock
    230, 225, 220, 215, 210; with a bonus of 10 the totals are 240, 235, 230, 225, 220.
    A sixth row tells only its total, 500: (2 x 235 + ...) p50 of totals = (230 + 235) / 2.
    """
    rows = [report(170_000 + 5_000 * k, stock=60_000 - 10_000 * k, bonus=10_000) for k in range(5)]
    rows.append(report(0, stock=0) | {"totalyearlycompensation": "500000"})
    found = {row.measure: row for row in ask(rows).pay}
    ends = {measure: (row.n, row.p25, row.p50, row.p75) for measure, row in found.items()}
    assert ends == {
        "base_salary": (5, 175_000, 180_000, 185_000),
        "rsu_4yr": (5, 120_000, 160_000, 200_000),
        "total_4yr_avg": (5, 215_000, 220_000, 225_000),
        # 220, 225, 230, 235, 240, 500: p25 at 1.25, p50 at 2.5, p75 at 3.75
        "total_y1": (6, 226_250, 232_500, 238_750),
    }
    assert (found["base_salary"].p10, found["base_salary"].interval) == (None, ())
    assert len(found["total_y1"].interval) == 2


def test_p10_and_p90_take_ten_rows(ask: Ask) -> None:
    """Of 11 rows from 170 to 220 in steps of 5, p10 is the second and p90 the tenth."""
    nine, eleven = (base_of(ask(reports(n))) for n in (9, 11))
    assert nine is not None
    assert eleven is not None
    assert (nine.p10, nine.p90) == (None, None)
    assert (eleven.p10, eleven.p90) == (175_000, 215_000)


def test_a_title_that_the_store_lacks_restricts_nothing_and_is_not_named(ask: Ask) -> None:
    known = ask(reports(5) + reports(9, title="Recruiter"))
    assert (known.title, known.pay[0].n) == ("Software Engineering Manager", 5)
    unknown = ask(reports(5) + reports(9, title="Recruiter"), contact={"title": "Head of Vision"})
    assert (unknown.title, unknown.pay[0].n) == (None, 14)
    untold = ask(reports(5) + reports(9, title="Recruiter"), contact={})
    assert (untold.title, untold.pay[0].n) == (None, 14)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(ask: Ask, seed: int) -> None:
    rows = [report(150_000 + 1_000 * k, day=f"{k % 12 + 1}/3/{2024 + k % 3}") for k in range(30)]
    assert ask([rows[at] for at in np.random.default_rng(seed).permutation(len(rows))]) == ask(rows)


def test_a_row_above_the_median_never_lowers_it(ask: Ask) -> None:
    rows = reports(5)  # the median is 180,000
    for added in (180_000, 181_000, 300_000):
        more = base_of(ask([*rows, report(added, day="7/1/2026")]))
        assert more is not None
        assert more.p50 >= 180_000


def filed(n: int, wage: int, *, is_new: bool, **changes: str) -> list[dict[str, str]]:
    kind = "N" if is_new else "C"
    return [
        FILING | {"CASE_NUMBER": f"{kind}-{wage}-{k}", "EMPLOYER_NAME": "AMAZON.COM SERVICES LLC",
                  "JOB_TITLE": "SOFTWARE DEVELOPMENT MANAGER", "WORKSITE_CITY": "SEATTLE",
                  "DECISION_DATE": "2026-03-02",
                  "WAGE_RATE_OF_PAY_FROM": str(wage + 1_000 * k), "NEW_EMPLOYMENT": str(int(is_new)),
                  "CONTINUED_EMPLOYMENT": str(int(not is_new))} | changes
        for k in range(n)
    ]  # fmt: skip


def test_filings_for_new_jobs_are_apart_from_continuations(ask: Ask) -> None:
    """A filing tells no level, so it is no yardstick; 5 wages from 150,000 have 152,000 in their middle."""
    found = ask(filed(5, 150_000, is_new=True) + filed(7, 190_000, is_new=False)
                + filed(9, 99_000, is_new=True, JOB_TITLE="ACCOUNTANT"))  # fmt: skip
    assert found.pay == ()
    assert [(row.employment, row.n, row.p50) for row in found.filings] == [
        ("new", 5, 152_000), ("continued", 7, 193_000),
    ]  # fmt: skip


def test_filings_without_a_title_in_the_offer_are_not_put_together(ask: Ask) -> None:
    assert ask(filed(5, 150_000, is_new=True), contact={}).filings == ()


# ---- how it competes


def said(n: int = 12, p50: float = 180_000, **changes: Any) -> dict[str, Any]:
    told = {"measure": "base_salary", "p25": p50 - 5_000, "p50": p50, "p75": p50 + 5_000, "n": n, "kind": "levels-fyi",
            "first": "2026-01-05", "last": "2026-11-02"}  # fmt: skip
    return told | changes


def found_of(*pay: dict[str, Any], **offer: Any) -> tuple[dict[str, Any], list[str]]:
    """Find the deciding yardstick of base salary, and those beside it."""
    made = replace(entry(**offer), reported=Reported(pay=[PaySummary(**one) for one in pay]))
    rows = market_positions([made], {"one": 180_000.0}, TABLES, ON).set_index("component")
    beside = further_positions(made, 180_000.0, TABLES, ON)
    return dict(rows.loc["base_salary"]), beside.loc[beside["component"] == "base_salary", "origin"].tolist()


def own(n: int, p50: float = 180_000, **changes: Any) -> dict[str, Any]:
    return {
        "measure": "base_salary", "p25": p50 - 4_000, "p50": p50, "p75": p50 + 4_000, "n": n, "as_of": "2026-10-01",
    } | changes  # fmt: skip


# The guide's band, 170,000 to 190,000, has its middle at 180,000; 10% more is 198,000.
RIVALS: dict[str, tuple[list[dict[str, Any]], dict[str, Any], tuple[str, list[str]]]] = {
    "before the guide": ([said()], {}, ("reported[0]", [])),
    "the guide beside it if it is over 10% away": ([said(p50=198_001)], {}, ("reported[0]", ["bands"])),
    "the posting first":
        ([said()], {"posted_base": {"low": 160_000, "high": 200_000}}, ("posted_base", ["reported[0]"])),
    "more figures of research": ([said(12)], {"market": [own(13)]}, ("market[0]", [])),
    "more figures in the store": ([said(14)], {"market": [own(13)]}, ("reported[0]", [])),
    "equal figures": ([said(13)], {"market": [own(13)]}, ("reported[0]", [])),
    "research on the place before the whole state":
        ([said(99, widened=["region"])], {"market": [own(6)]}, ("market[0]", [])),
    "research on the company before peers": ([said(99, widened=["peers"])], {"market": [own(6)]}, ("market[0]", [])),
    "the company in the whole state before research on another":
        ([said(9, widened=["region"])], {"market": [own(99, company="Initech")]}, ("reported[0]", [])),
    "recent research before old reports":
        ([said(99, first="2024-01-02", last="2025-05-31")], {"market": [own(6)]}, ("market[0]", [])),
}  # fmt: skip


@pytest.mark.parametrize("case", RIVALS)
def test_research_and_reports_compete_by_match_age_and_n(case: str) -> None:
    pay, offer, (origin, beside) = RIVALS[case]
    found, others = found_of(*pay, **offer)
    assert (found["origin"], others) == (origin, beside)
    assert found["reason"] == ""


def test_medians_over_ten_percent_apart_disagree() -> None:
    """11 x 170,000 = 1,870,000; 10 x 187,001 is more."""
    found, beside = found_of(said(14, 187_001), market=[own(13, 170_000)])
    assert (found["origin"], found["verdict"], beside) == ("reported[0]", None, ["market[0]"])
    assert found["reason"] == "sources disagree: their middles run from $170,000 to $187,001"
    assert found_of(said(14, 187_000), market=[own(13, 170_000)])[0]["reason"] == ""


def test_two_kinds_of_file_are_two_sources() -> None:
    found, beside = found_of(said(14, 187_001), said(13, 170_000, kind="csv"))
    assert (found["verdict"], beside) == (None, ["reported[1]"])


@pytest.mark.parametrize(("n", "origin"), [(13, "reported[0]"), (14, "reported[0]"), (12, "market[0]")])
def test_one_origin_counts_once(n: int, origin: str) -> None:
    """What the candidate looked up on levels.fyi is no second witness: the better of both stands alone."""
    market = [own(13, 160_000, source="Levels.fyi")]
    found, beside = found_of(said(n, 180_000, same_as=["Levels.fyi"]), market=market)
    assert (found["origin"], found["reason"]) == (origin, "")
    assert beside == (["bands"] if origin == "market[0]" else [])


@pytest.mark.parametrize(
    ("source", "is_same"),
    [("Levels.fyi", True), ("levels fyi, November", True), ("Blind", False), (None, False)],
)
def test_origins_are_known_by_name(ask: Ask, source: str | None, is_same: bool) -> None:  # noqa: FBT001
    found = ask(reports(5), market=[own(13, source=source)])
    assert found.pay[0].same_as == ((source,) if is_same else ())


# ---- in commands and reports


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the moment with an offers file; reports and filings of the last months are in `pay.duckdb`."""
    monkeypatch.chdir(tmp_path)
    day = dt.date.today() - dt.timedelta(days=30)
    filings = filed(5, 150_000, is_new=True, DECISION_DATE=day.isoformat())
    add(
        tmp_path / "pay.duckdb",
        sheet(tmp_path / "a.csv", reports(5, day=f"{day:%m/%d/%Y}")),
        sheet(tmp_path / "b.csv", filings),
    )
    (tmp_path / "offers.yaml").write_text(
        "offers:\n- {id: one, company: Amazon, level: L6, location: Seattle, base_salary: 172000, status: written,"
        " contact: {title: Software Development Manager}}\n"
        "- {id: two, company: Initech, level: X, location: Austin, base_salary: 100000, status: written}\n"
    )
    return tmp_path


def test_a_store_is_found_where_paydata_puts_it_and_nothing_is_said_without(folder: Path) -> None:
    without = answered("market", "offers.yaml")
    assert without[1]["offers"][0]["components"]["base_salary"]["source"] == "guide"
    assert "reported" not in without[1]["offers"][0]
    named = answered("market", "offers.yaml", "--store", "pay.duckdb")
    (folder / "pay.duckdb").rename(folder / "paydata.duckdb")
    assert answered("market", "offers.yaml") == named
    component = named[1]["offers"][0]["components"]["base_salary"]
    assert [component[name] for name in ("source", "low", "high", "n", "verdict")] == [
        "reported", 175_000, 185_000, 5, "below",
    ]  # fmt: skip
    base = named[1]["offers"][0]["reported"]["pay"][0]
    assert (base["p50"], base["ci"], base["widened"]) == (180_000, {"p50": None}, [])
    assert base["terms"].endswith("it forbids copies of its data, so keep yours to yourself.")


def test_a_store_that_is_not_there_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", str(folder / "offers.yaml"), "--store", "none.duckdb"]) == 2
    assert "none.duckdb: is no store of pay data." in capsys.readouterr().err


def test_commands_that_use_yardsticks_use_the_store(folder: Path) -> None:
    """The base can be asked up to p75, 185,000; without a store up to the end of the guide's band, 190,000."""
    highs = []
    for more in (("--store", "pay.duckdb"), ()):
        counter = answered("counter", "offers.yaml", "--offer", "one", *more)[1]
        highs.append(counter["limits"]["base_salary"]["yardstick"]["high"])
        assert answered("decide", "offers.yaml", *more)[1]["people"][0]["ask"] == counter["ask"]
    assert highs == [185_000, 190_000]
    words = printed(
        "explain", folder / "offers.yaml", "--offer", "one", "--store", "pay.duckdb", "market base_salary low"
    )
    assert "$175,000 (reported pay (levels.fyi self-reports), " in words


def test_the_market_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["market", str(folder / "offers.yaml"), "--store", "pay.duckdb"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "Base salary $175,000 $180,000 $185,000 5" in lines
    assert "New jobs $151,000 $152,000 $153,000 5" in lines
    (counted,) = [line for line in lines if line.startswith("Counted: levels.fyi self-reports")]
    assert counted.endswith("it forbids copies of its data, so keep yours to yourself.")
    (filed_for,) = [line for line in lines if line.startswith("Counted: any level, Software Development Manager. Of ")]
    assert "A filing is no hire" in filed_for
    assert "What people report for jobs like this one (USD) - Fewer than 5" in " ".join(lines[-2:])  # the other offer


def test_a_report_keeps_what_the_store_said_and_no_employer_sees_it(folder: Path) -> None:
    given = load_offers(folder / "offers.yaml")[0]
    with open_store(folder / "pay.duckdb") as store:
        kept = replace(given, reported=reported_pay(store, given, TABLES, dt.date.today()))
    document = folder / "kept.json"
    document.write_text(offers_document([kept]), encoding="utf-8")
    assert load_offers(document)[0].reported == kept.reported
    assert kept.reported is not None
    assert kept.reported.pay
    assert entry_for(kept, "coach").reported == kept.reported
    assert entry_for(kept, "employer").reported is None
    assert json.loads(offers_document([given]))["reported"] == {}  # so that nobody asks a store again


def test_python_reads_the_store_too(folder: Path) -> None:
    evaluation = compkit.read_offers(folder / "offers.yaml", store=folder / "pay.duckdb")["one"].evaluate()
    base = evaluation.market.set_index("component").loc["base_salary"]
    assert (base["source"], base["low"], base["high"]) == ("reported", 175_000, 185_000)
    with pytest.raises(InputError, match="is no store of pay data"):
        compkit.read_offers(folder / "offers.yaml", store="none.duckdb")


@pytest.mark.parametrize(
    "changes",
    [{"company": "Google"}, {"level": "L7"}, {"guide_level": "L7"}, {"location": "Austin"}, {"currency": "GBP"},
     {"contact": {"title": "Recruiter"}}, {"market": [own(9, source="levels.fyi")]}],
    ids=lambda changes: next(iter(changes)),
)  # fmt: skip
def test_offers_of_one_job_share_an_answer_and_others_do_not(folder: Path, changes: dict[str, Any]) -> None:
    entries = [entry(), entry(id="other", base_salary=1.0), entry(id="changed", **changes)]
    found = with_reported_pay(Offers(entries), TABLES, dt.date.today(), folder / "pay.duckdb")
    assert found[0].reported is found[1].reported
    with open_store(folder / "pay.duckdb") as store:
        assert found[2].reported == reported_pay(store, entries[2], TABLES, dt.date.today())
    assert found[2].reported is not found[0].reported


def test_a_report_takes_no_figure_from_fewer_than_five(folder: Path) -> None:
    (folder / "few.yaml").write_text(
        (folder / "offers.yaml").read_text()
        + "reported: {one: {pay: [{measure: base_salary, kind: csv, n: 4, p25: 1, p50: 1, p75: 1,"
        " first: 2026-01-02, last: 2026-01-02}]}}\n"
    )
    with pytest.raises(InputError, match=r"reported\.one\.pay\[0\]\.n"):
        load_offers(folder / "few.yaml")
