"""Can they pay it? Postings in a store, where the offer gives none: cases worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from command_line import answered, printed
from pay_files import POSTING, TABLES, add, sheet

from compkit.cli.main import run
from compkit.market import market_positions, reported_pay
from compkit.market.market import further_positions
from compkit.model import Candidate, Offer, PostedRange
from compkit.offers import OfferEntry
from compkit.paydata import open_store

ON = dt.date(2026, 12, 1)
OFFER: dict[str, Any] = {
    "id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180_000.0,
    "contact": {"title": "Software Development Manager"},
}  # fmt: skip
TACOMA, SPOKANE, PORTLAND = "Tacoma, WA", "Spokane, WA", "Portland, OR"  # Tacoma is of Seattle's metropolitan area


def posting(low: int, high: int, day: str = "2026-10-01", **changes: str) -> dict[str, str]:
    at = dt.datetime.fromisoformat(f"{day}T12:00+00:00").timestamp() * 1_000
    return POSTING | {
        "job_id": f"{low}-{high}-{day}-{sorted(changes.items())}", "company_name": "Amazon.com Services LLC",
        "title": "Software Development Manager", "min_salary": str(low), "max_salary": str(high),
        "listed_time": f"{at:.0f}",
    } | changes  # fmt: skip


def entry(**changes: Any) -> OfferEntry:
    return OfferEntry(Offer.model_validate(OFFER | changes, context=TABLES.choices), Candidate(), 1.0, "made")


def held(tmp_path: Path, rows: list[dict[str, str]], on: dt.date = ON, **offer: Any) -> OfferEntry:
    """Offer with what a new store of these postings says of it."""
    add(tmp_path / "pay.duckdb", sheet(tmp_path / "a.csv", rows))
    made = entry(**offer)
    with open_store(tmp_path / "pay.duckdb") as store:
        return OfferEntry(made.offer, made.candidate, 1.0, "made", reported_pay(store, made, TABLES, on))


def posted(made: OfferEntry) -> PostedRange | None:
    assert made.reported is not None
    return made.reported.posted


# 18 months before December 1, 2026 is June 1, 2025. Amazon's L6 is SDE III by data/level_aliases.csv; SDM and
# Engineering Manager are the offer's title by data/job_titles.csv, SDE is another.
A, B = posting(150_000, 200_000), posting(160_000, 210_000, "2026-11-01")
FOUND: dict[str, tuple[list[dict[str, str]], tuple[float, float, int, bool, tuple[str, ...]] | None]] = {
    "one": ([A], (150_000, 200_000, 1, False, ())),
    "the latest": ([B, A], (160_000, 210_000, 1, False, ())),
    "several of one day are from the lowest start to the highest end":
        ([A, posting(140_000, 190_000), posting(155_000, 205_000)], (140_000, 205_000, 3, False, ())),
    "the whole metropolitan area": ([A | {"location": TACOMA}], (150_000, 200_000, 1, False, ())),
    "the area before the rest of the state":
        ([A, B | {"location": SPOKANE}], (150_000, 200_000, 1, False, ())),
    "the whole state": ([B | {"location": SPOKANE}], (160_000, 210_000, 1, False, ("region",))),
    "another state": ([A | {"location": PORTLAND}], None),
    "no state": ([A | {"location": "United States"}], None),
    "18 months old": ([posting(150_000, 200_000, "2025-06-01")], (150_000, 200_000, 1, False, ())),
    "a day older": ([posting(150_000, 200_000, "2025-05-31")], None),
    "of today": ([posting(150_000, 200_000, "2026-12-01")], (150_000, 200_000, 1, False, ())),
    "of tomorrow": ([posting(150_000, 200_000, "2026-12-02")], None),
    "without a date": ([A | {"listed_time": ""}], None),
    "another company": ([A | {"company_name": "Google"}], None),
    "another spelling of the title": ([A | {"title": "SDM"}], (150_000, 200_000, 1, False, ())),
    "the title and the level": ([A | {"title": "Engineering Manager - L6"}], (150_000, 200_000, 1, True, ())),
    "the level in brackets": ([A | {"title": "Software Development Manager (L6)"}], (150_000, 200_000, 1, True, ())),
    "another level": ([A | {"title": "Software Development Manager, L7"}], None),
    "a title that tells the level before one that doesn't":
        ([A | {"title": "SDM L6"}, B], (150_000, 200_000, 1, True, ())),
    "no level is guessed from senior": ([A | {"title": "Senior Software Development Manager"}], None),
    "nor from a number": ([A | {"title": "Software Development Manager III"}], None),
    "a team is another title": ([A | {"title": "Software Development Manager, Alexa"}], None),
    "a part of a word is another title": ([A | {"title": "SDMA"}], None),
    "by the hour": ([posting(75, 100, pay_period="HOURLY")], (156_000, 208_000, 1, False, ())),  # 2,080 hours
    "not in dollars": ([A | {"currency": "EUR"}], None),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_the_posted_range_by_hand(tmp_path: Path, case: str) -> None:
    rows, expected = FOUND[case]
    found = posted(held(tmp_path, rows))
    assert (found and (found.low, found.high, found.n, found.tells_level, found.widened)) == expected


def test_a_level_that_is_a_whole_title_is_read_by_the_table(tmp_path: Path) -> None:
    """At Amazon SDE III is L6 and SDE II is L5."""
    rows = [A | {"title": "SDE III"}, B | {"title": "SDE II"}]
    for title in ("SDE", "Software Engineer", "SDE III"):
        found = posted(held(tmp_path, rows, contact={"title": title}))
        assert found is not None
        assert (found.low, found.tells_level) == (150_000, True)
    assert posted(held(tmp_path, rows, contact={"title": "SDE II"})) is None


@pytest.mark.parametrize("offer", [{"contact": {}}, {"location": "Remote"}, {"currency": "GBP"}])
def test_without_a_title_a_state_or_dollars_there_is_none(tmp_path: Path, offer: dict[str, Any]) -> None:
    assert posted(held(tmp_path, [A], **offer)) is None


def test_a_posting_from_before_a_break_never_counts(tmp_path: Path) -> None:
    """Amazon's ranges rose on February 7, 2022."""
    on = dt.date(2022, 12, 1)
    assert posted(held(tmp_path, [posting(120_000, 160_000, "2022-02-06")], on)) is None
    assert posted(held(tmp_path, [posting(150_000, 200_000, "2022-02-07")], on)) is not None


def base_of(made: OfferEntry) -> tuple[dict[str, Any], list[str]]:
    """Deciding row for the base salary, and the origins beside it."""
    rows = market_positions([made], {"one": 180_000.0}, TABLES, ON).set_index("component")
    beside = further_positions(made, 180_000.0, TABLES, ON)
    found: dict[str, Any] = rows.loc["base_salary"].to_dict()
    return found, beside.loc[beside["component"] == "base_salary", "origin"].tolist()


# The guide's band for an L6 in Seattle is 170,000 to 190,000.
OWN = {"posted_base": {"low": 165_000.0, "high": 195_000.0}}
RULE: dict[str, tuple[list[dict[str, str]], dict[str, Any], tuple[str, float, float, str | None, list[str]]]] = {
    "it decides, and the guide says beside it what others get":
        ([A], {}, ("reported.posted", 150_000, 200_000, "within", ["bands"])),
    "above": ([A], {"base_salary": 200_001.0}, ("reported.posted", 150_000, 200_000, "above", ["bands"])),
    "the offer's own posting goes first": ([B], OWN, ("posted_base", 165_000, 195_000, "within", ["bands"])),
    "half a posting is none":
        ([A], {"posted_base": {"high": 195_000.0}}, ("reported.posted", 150_000, 200_000, "within", ["bands"])),
    "1.5 times judges": ([posting(130_000, 195_000)], {}, ("reported.posted", 130_000, 195_000, "within", ["bands"])),
    "a dollar more is too wide":
        ([posting(130_000, 195_001)], {}, ("bands", 170_000, 190_000, "within", ["reported.posted"])),
    "several that are too wide together":  # 205,000 > 1.5 x 130,000
        ([posting(130_000, 190_000), posting(150_000, 205_000)], {},
         ("bands", 170_000, 190_000, "within", ["reported.posted"])),
}  # fmt: skip


@pytest.mark.parametrize("case", RULE)
def test_the_rule_is_that_of_the_offers_own_posting(tmp_path: Path, case: str) -> None:
    rows, offer, expected = RULE[case]
    found, beside = base_of(held(tmp_path, rows, **offer))
    assert (found["origin"], found["low"], found["high"], found["verdict"], beside) == expected


def test_a_posting_says_nothing_of_stock_or_totals(tmp_path: Path) -> None:
    rows = market_positions([held(tmp_path, [A])], {"one": 180_000.0}, TABLES, ON)
    assert rows.loc[rows["source"] == "posting", "component"].tolist() == ["base_salary"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folder of the moment with an offer of 172,000, and a store with two postings of one day in Spokane."""
    monkeypatch.chdir(tmp_path)
    rows = [A | {"location": SPOKANE, "title": "SDM, L6"}, posting(160_000, 200_000, title="SDM L6", location=SPOKANE)]
    add(tmp_path / "paydata.duckdb", sheet(tmp_path / "a.csv", rows))
    (tmp_path / "offers.yaml").write_text(
        "offers:\n- {id: one, company: Amazon, level: L6, location: Seattle, base_salary: 172000, status: written,"
        " start_date: 2027-01-04, contact: {title: Software Development Manager}}\n"
    )
    return tmp_path


def test_the_posting_in_words(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """172,000 is 22,000 of 50,000 up, 44%."""
    assert run(["market", str(folder / "offers.yaml"), "--today", "2026-12-01"]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    which = "Software Development Manager, at L6, widened to the whole state"
    assert (
        "Base salary $172,000 within, 44% of the way up $150,000 to $200,000: "
        f"job postings ({which}), October 1, 2026, n = 2"
    ) in lines
    at = lines.index("Base pay that Amazon posts (USD)")
    assert lines[at + 2] == f"{which} $150,000 $200,000 2"
    assert lines[at + 3].startswith("Of October 1, 2026. Copied from a job site;")


def test_the_posting_in_other_commands(folder: Path) -> None:
    """Base can be asked up to the posting's 200,000; Amazon's flexibility would allow no more than that."""
    told = answered("market", "offers.yaml", "--today", "2026-12-01")[1]["offers"][0]["reported"]["posted"]
    assert [told[name] for name in ("low", "high", "n", "day", "widened")] == [
        150_000, 200_000, 2, "2026-10-01", ["region"],
    ]  # fmt: skip
    limit = answered("counter", "offers.yaml", "--offer", "one", "--today", "2026-12-01")[1]["limits"]["base_salary"]
    assert [limit["yardstick"][name] for name in ("source", "low", "high")] == ["posting", 150_000, 200_000]
    words = printed(
        "explain", folder / "offers.yaml", "--offer", "one", "--today", "2026-12-01", "market base_salary high"
    )
    assert "$200,000 (job postings (Software Development Manager, at L6, widened" in words


def test_no_letter_calls_it_your_posting(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["letter", str(folder / "offers.yaml"), "--offer", "one", "--kind", "counter", "--on", "2026-12-01"]
    assert run(words) == 0
    told = capsys.readouterr().out
    assert "my counteroffer" in told
    assert "posting" not in told
