"""The live pages over one state: what they show is what the commands say, and they agree with one another."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import duckdb
import pytest
from command_line import answered
from hypothesis import given, strategies as st
from pay_files import add, reports, sheet

from compkit.cli import run
from compkit.market import PayStore
from compkit.negotiation import LETTER_KINDS
from compkit.notebook import Browser, Site, Workspace, start
from compkit.notebook.section import Section
from compkit.notebook.what_if import AMOUNTS, WhatIf
from compkit.offers import OffersDraft, load_offers
from compkit.reference import records
from compkit.report import usd

SAMPLE = Path("data/offers/sample.yaml")
APP_PAGE = Path("compkit/app/page.ipynb").absolute()
TODAY = dt.date(2026, 12, 1)
OFFER = "amazon-l6-seattle-after"


def _draft() -> OffersDraft:
    return OffersDraft.load(SAMPLE.name, SAMPLE.read_bytes())


def _site(page: str = "decide") -> Site:
    return Site(_draft(), Browser(today=TODAY.isoformat(), page=page))


def _shown(site: Site) -> str:
    """HTML in sight; headings and answers go into the page as text."""
    shown = [one for one in site.page.widget.children if isinstance(one, Section) and not one.is_empty]
    return " ".join(f"{escape(one.heading)} {escape(one.answer)} {one.html}" for one in shown)


@pytest.mark.parametrize(
    ("page", "sentence"),
    [("decide", "Google L5 in Seattle leads"), ("evaluate", "Over 4 years"), ("compare", "What does it come to"),
     ("place", "What does living cost there?"), ("negotiate", "Ask for"), ("weeks", "Where does each process stand?")],
)  # fmt: skip
def test_every_page_shows_its_answer(page: str, sentence: str) -> None:
    assert sentence in _shown(_site(page))


def test_an_edit_reaches_the_page_in_sight_and_the_draft_in_the_browser() -> None:
    site = _site("evaluate")
    site.space.change(offer_id=OFFER)
    position = site.space.offers.ids.index(OFFER)
    site.space.draft.set_value(("offers", position, "base_salary"), "$200k")
    site.space.changed()
    # 15,000 more base a year than the file's 185,000, over four years.
    assert "$1,375,000" in _shown(site)
    assert '"$200k"' in site.browser.draft


@pytest.fixture
def pay_store(tmp_path: Path) -> Path:
    """Store in which five bases of June 2026 have their p25 at 175,000 and their p75 at 185,000."""
    add(tmp_path / "paydata.duckdb", sheet(tmp_path / "a.csv", reports(5)))
    return tmp_path / "paydata.duckdb"


def test_the_evaluation_is_held_against_the_store_as_the_command_holds_it(pay_store: Path) -> None:
    told = answered("market", SAMPLE, "--store", pay_store, "--today", TODAY.isoformat())[1]["offers"]
    site = Site(_draft(), Browser(today=TODAY.isoformat(), page="evaluate"), store=pay_store)
    site.space.change(offer_id=OFFER)
    (command,) = [one for one in told if one["id"] == OFFER]
    found = {row["component"]: row["verdict"] for row in records(site.space.evaluation.market)}
    assert found == {name: one["verdict"] for name, one in command["components"].items()}
    assert command["components"]["base_salary"]["source"] == "reported"
    assert "reported pay (levels.fyi self-reports), June 1, 2026, n = 5" in _shown(site)


def test_an_edited_job_is_held_against_its_own_reports(pay_store: Path) -> None:
    site = Site(_draft(), Browser(today=TODAY.isoformat(), page="evaluate"), store=pay_store)
    site.space.change(offer_id=OFFER)
    assert "n = 5" in _shown(site)
    site.space.draft.set_value(("offers", site.space.offers.ids.index(OFFER), "level"), "L7")
    site.space.changed()
    assert "n = 5" not in _shown(site)
    reported = site.space.evaluation.entry.reported
    assert reported is not None
    assert reported.pay == ()


def test_without_a_store_nothing_is_said_of_it() -> None:
    assert "eported pay" not in _shown(_site("evaluate"))
    assert "people report" not in _shown(_site("evaluate"))


def test_a_store_that_cannot_be_read_is_said_in_one_line_and_breaks_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "paydata.duckdb"
    duckdb.connect(str(broken)).close()
    site = Site(_draft(), Browser(today=TODAY.isoformat(), page="evaluate"), store=broken)
    (line,) = [one.children[0].value for one in site._notices.widget.children]
    assert (
        line
        == "<p>Without reported pay: paydata.duckdb is no store of pay data that this version of compkit reads.</p>"
    )
    assert "from the guide" in _shown(site)


def test_the_start_notebook_finds_the_store_and_the_app_is_given_one(
    pay_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path | None] = []
    monkeypatch.setattr(Workspace, "__init__", _noting(made))
    file = shutil.copy(SAMPLE, pay_store.parent / "offers.yaml")
    monkeypatch.chdir(pay_store.parent)
    start("offers.yaml", report_date="2026-12-01")
    for store in (pay_store, None):
        for name, path in (("COMPKIT_OFFERS_FILE", file), ("COMPKIT_PAY_STORE", store)):
            monkeypatch.setenv(name, str(path or ""))
        (cell,) = json.loads(APP_PAGE.read_text())["cells"]
        exec("".join(cell["source"]), {})  # noqa: S102 - the app's own notebook
    assert made == [Path("paydata.duckdb"), pay_store, None]


def _noting(made: list[Path | None]) -> Callable[..., None]:
    """Make a workspace as ever, and note its store."""
    build = Workspace.__init__

    def noting(space: Workspace, *given: Any, pay_store: PayStore | None = None, **named: Any) -> None:
        made.append(pay_store.path if pay_store else None)
        build(space, *given, pay_store=pay_store, **named)

    return noting


def test_what_is_tried_changes_the_evaluation_and_not_the_offer() -> None:
    site = _site("evaluate")
    site.space.change(offer_id=OFFER, what_if=WhatIf({"base_salary": 200_000.0}))
    site.space.change(what_if=WhatIf({"base_salary": 200_000.0}))
    assert "$1,375,000" in _shown(site)
    assert site.space.draft.text == SAMPLE.read_text()
    site._reset()
    assert "$1,315,000" in _shown(site)


@given(
    amounts=st.dictionaries(st.sampled_from(tuple(AMOUNTS)), st.floats(1, 1e6).map(round).map(float)),
    offer_id=st.sampled_from(load_offers(SAMPLE).ids),
)
def test_a_what_if_equals_the_same_amounts_entered(amounts: dict[str, float], offer_id: str) -> None:
    entry = load_offers(SAMPLE).entry(offer_id)
    tried = WhatIf(amounts).applied(entry).offer
    offer = entry.offer
    assert tried.base_salary == amounts.get("base_salary", offer.base_salary)
    for year in (1, 2):
        assert tried.sign_on_in_year(year) == amounts.get(f"sign_on_y{year}", offer.sign_on_in_year(year))
    assert tried.rsu_4yr == pytest.approx(amounts.get("equity", offer.rsu_4yr))
    kept = ("base_salary", "sign_on", "equity")
    assert tried.model_dump(exclude=set(kept)) == offer.model_dump(exclude=set(kept))


def test_what_the_state_says_is_what_the_commands_say(tmp_path: Path) -> None:
    draft = OffersDraft()
    typed = {
        "company": "Meta",
        "level": "E6",
        "location": "Seattle",
        "base_salary": "$210k",
        "bonus_target_rate": "20%",
    }
    for name, value in typed.items():
        draft.set_value(("offers", 0, name), value)
    draft.set_value(("offers", 0, "equity", 0, "value"), "400,000")
    path = tmp_path / "offers.yaml"
    path.write_bytes(draft.save(".yaml"))
    (told,) = answered("evaluate", path)[1]["offers"]
    space = Workspace(draft, TODAY)
    assert space.evaluation.summary["total"] + space.evaluation.summary["paper"] == pytest.approx(told["total"])
    (person,) = answered("decide", path, "--today", TODAY)[1]["people"]
    assert (space.decision.ruling.state, space.decision.leader) == (person["state"], person["leader"])


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_the_letter_is_that_of_the_command(kind: str) -> None:
    site = _site("negotiate")
    site.space.change(offer_id=OFFER)
    site._letter._kind.value = kind
    written = site._letter._letter
    if written is None:
        assert run(["letter", str(SAMPLE), "--offer", OFFER, "--kind", kind, "--on", str(TODAY)]) == 2
    else:
        _, told, _ = answered("letter", SAMPLE, "--offer", OFFER, "--kind", kind, "--on", TODAY)
        assert (written.subject, written.body) == (told["subject"], told["body"])


def test_a_target_that_does_not_fit_is_told_at_its_field_and_changes_nothing() -> None:
    site = _site("negotiate")
    site.space.change(offer_id=OFFER)
    before = _shown(site)
    with pytest.raises(Exception, match="target"):
        site.space.with_settings(target=1.0)
    assert site.space.settings.target is None
    assert _shown(site) == before


def test_six_offers_at_most_are_compared() -> None:
    space = Workspace(_draft(), TODAY)
    ids = list(space.entries)
    space.change(compared=tuple(ids[:2]))
    assert space.comparison.ids == ids[:2]
    assert usd(space.comparison.worth.summary["total"].iloc[0])


def test_an_empty_draft_says_what_to_enter_on_every_page() -> None:
    site = Site(OffersDraft(), Browser(today=TODAY.isoformat()))
    for page in ("decide", "evaluate", "compare", "place", "negotiate", "weeks"):
        site._go(page)
        assert "Enter an offer" in _shown(site)


def test_hostile_text_is_escaped_on_every_page() -> None:
    site = _site()
    for position in range(site.space.draft.n_offers):
        site.space.draft.set_value(("offers", position, "company"), "<img src=x onerror=alert(1)>")
    site.space.changed()
    for page in ("decide", "evaluate", "compare", "place", "negotiate", "weeks"):
        site._go(page)
        for section in site.page._outlines:
            section.is_open = True
        assert "<img" not in _shown(site)
        assert "&lt;img" in _shown(site)


def test_people_of_one_name_are_told_apart() -> None:
    site = _site()
    for person in ("robin", "kim"):
        site.space.draft.set_value(("candidates", person, "name"), "Alex")
    site.space.changed()
    labels = [label for label, _ in site._person.control.options]
    assert [label for label in labels if label.startswith("Alex")] == ["Alex (robin)", "Alex (kim)"]
    site._person.control.value = "kim"
    assert site.space.person
    assert site.space.person.candidate_id == "kim"


def test_a_reload_brings_the_draft_back() -> None:
    first = _site()
    first.space.draft.set_value(("offers", 0, "base_salary"), "999,000")
    first.space.changed()
    second = Site(OffersDraft(), Browser(today=TODAY.isoformat()))
    second.browser.restored = first.browser.draft
    assert second.space.offers.ids == first.space.offers.ids
    assert second.space.offers[0].offer.base_salary == 999_000
    assert not second._editor_box.children, "there is nothing to fix, so the answer comes first"


def test_pages_agree_about_one_offer() -> None:
    site = _site("evaluate")
    site.space.change(offer_id=OFFER)
    sentence = "Google L5 in Seattle leads by about"
    for page in ("decide", "evaluate", "compare", "negotiate"):
        site._go(page)
        assert sentence in _shown(site), page
    assert replace(site.space.what_if) == WhatIf()


@given(
    amounts=st.dictionaries(st.sampled_from(tuple(AMOUNTS)), st.floats(1, 1e6).map(round).map(float)),
    place=st.sampled_from(["", "Austin"]),
    offer_id=st.sampled_from(load_offers(SAMPLE).ids),
)
def test_a_what_if_put_into_the_file_is_what_was_tried(amounts: dict[str, float], place: str, offer_id: str) -> None:
    draft = _draft()
    entry = draft.offers.entry(offer_id)
    what_if = WhatIf(amounts, residence=place)
    tried = what_if.applied(entry).offer
    what_if.enter(draft, entry)
    entered = draft.offers.entry(offer_id).offer
    assert entered.rsu_4yr == pytest.approx(tried.rsu_4yr)
    for year in range(1, 5):
        assert entered.sign_on_in_year(year) == tried.sign_on_in_year(year)
    assert (entered.base_salary, entered.residence) == (tried.base_salary, tried.residence)
    assert draft.offers.ids == load_offers(SAMPLE).ids


def test_a_what_if_is_told_on_every_page_and_can_be_put_into_the_offer_and_back() -> None:
    site = _site("negotiate")
    site.space.change(offer_id=OFFER)
    site.space.change(what_if=WhatIf({"base_salary": 200_000.0}))
    for page in ("decide", "evaluate", "compare", "place", "negotiate", "weeks"):
        site._go(page)
        assert "base salary $200,000" in site._notices.widget.children[0].children[0].value
    site._notices.enter_button.click()
    assert site.space.evaluation.entry.offer.base_salary == 200_000
    assert site._notices.tried == ""
    site._notices.undo_button.click()
    assert site.space.draft.text == SAMPLE.read_text()
    assert site._notices.widget.children == ()


def test_another_file_ends_what_was_tried_for_the_one_before() -> None:
    site = _site("evaluate")
    site.space.change(offer_id=OFFER, compared=(OFFER,))
    site.space.change(what_if=WhatIf({"base_salary": 200_000.0}))
    site._show_editor(is_shown=True)
    site._editor.file.load(SAMPLE.name, SAMPLE.read_bytes())
    assert not site.space.what_if
    assert site.space.compared == ()


def test_every_page_names_the_offers_it_leaves_out_and_leads_to_what_is_to_fix() -> None:
    site = Site(OffersDraft(), Browser(today=TODAY.isoformat()))
    draft = site.space.draft
    assert site._notices.left_out == "", "an empty file has a page that says what to enter"
    for name, value in {"company": "Meta", "level": "E6", "location": "Seattle", "base_salary": "215,000"}.items():
        draft.set_value(("offers", 0, name), value)
    site.space.changed()
    assert site._notices.left_out == ""
    draft.set_value(("offers", 0, "deadline"), "Dec 9")
    site.space.changed()
    assert site._notices.left_out == "Left out until it is complete: Meta E6, Seattle (fix deadline)."
    site._show_editor(is_shown=False)
    site._notices.fix_button.click()
    assert site._editor.widget in site._editor_box.children
    draft.set_value(("offers", 0, "deadline"), None)
    draft.set_value(("candidate", "current", "base_salary"), "much")
    site.space.changed()
    assert site._notices.left_out == "Left out until it is complete: Meta E6, Seattle (fix current, base salary)."


def test_the_editor_and_the_pages_show_the_same_offer() -> None:
    site = _site("evaluate")
    site.space.change(offer_id=OFFER)
    site._show_editor(is_shown=True)
    editor = site._editor
    assert editor.draft.value(("offers", editor.position, "id")) == OFFER
    other = next(at for at in editor._own_offers if at != editor.position)
    editor.choices.offer.value = other
    assert site.space.entry.offer.id == editor.draft.value(("offers", other, "id"))
    editor.offer_form.row("level").control.value = "E9"
    assert site.space.entry.offer.level == "E9"


def test_the_way_to_the_ratings_opens_them_at_the_chosen_offer() -> None:
    site = _site("evaluate")
    site.space.change(offer_id=OFFER)
    site._rate()
    form = site._editor.offer_form
    assert form.draft.value((*form.base, "id")) == OFFER
    assert any(place[2:4] == ("scores", "risk") for row in form.rows() for place in row.places)


def test_what_the_page_answers_is_told_when_it_changes_and_only_then() -> None:
    site = _site("decide")
    told: list[str] = []
    site.browser.announce = told.append  # type: ignore[method-assign]
    site.space.changed()
    assert told == []
    position = site.space.offers.ids.index("google-l5-boomerang")
    site.space.draft.set_value(("offers", position, "base_salary"), "1,000,000")
    site.space.changed()
    assert len(told) == 1
    assert told[0].startswith("On pay, Google L5 in Seattle leads by about")
    site._show_editor(is_shown=True)
    assert escape(told[0]) in site._so_far.value
    assert len(told) == 1


def test_the_answer_beside_the_form_says_what_it_leaves_out() -> None:
    site = _site("decide")
    site._show_editor(is_shown=True)
    assert "Left out" not in site._so_far.value
    site.space.draft.set_value(("offers", 0, "base_salary"), "abc")
    site.space.changed()
    assert "Left out until it is complete" in site._so_far.value
