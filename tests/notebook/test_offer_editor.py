"""The offers editor without a browser: what is typed, what is said of it, and what is saved."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from command_line import answered

from compkit.analysis import Evaluation
from compkit.notebook import OfferEditor
from compkit.notebook.disclosure import Disclosure
from compkit.notebook.field_row import FieldRow
from compkit.notebook.form import ItemList, OfferForm
from compkit.notebook.pause import PAUSE_S
from compkit.offers import OffersDraft
from compkit.pay import Assumptions, Growth
from compkit.reference import load_tables

SAMPLE = Path("data/offers/sample.yaml")
HOSTILE = "<img src=x onerror=alert(1)>&\"'$x$`\u202e"


def form(editor: OfferEditor) -> OfferForm:
    assert editor.offer_form is not None
    return editor.offer_form


def row(editor: OfferEditor, *place: str | int) -> FieldRow:
    return form(editor).row(*place)


def enter(editor: OfferEditor, place: tuple[str | int, ...], text: str) -> None:
    """Type a text key by key."""
    control = row(editor, *place).control
    for length in range(1, len(text) + 1):
        control.value = text[:length]


def note(one: FieldRow) -> str:
    return str(one.widget.children[1].value)


def sample(**options: Any) -> OfferEditor:
    return OfferEditor(OffersDraft.load("sample.yaml", SAMPLE.read_bytes()), **options)


def open_all(pieces: list[Any]) -> None:
    for piece in pieces:
        if isinstance(piece, Disclosure):
            piece.toggle()
            open_all(piece.pieces())
        elif isinstance(piece, ItemList):
            piece.add()
            open_all([inner for item in piece._items for inner in item])


def show(editor: OfferEditor, name: str) -> Any:
    """Open a group under "more", and return its list or its first piece."""
    if not form(editor).more.is_open:
        form(editor).more.toggle()
    group = next(
        one for one in form(editor).more.pieces() if isinstance(one, Disclosure) and name in one.button.description
    )
    group.toggle()
    return group.pieces()[0]


META = {
    ("company",): "Meta", ("level",): "65", ("location",): "Seattle, WA", ("base_salary",): "$175k",
    ("bonus_target_rate",): "15%", ("sign_on", 0): "50,000", ("sign_on", 1): "20k", ("equity", 0, "value"): "$0.4M",
    ("start_date",): "Feb 1, 2027",
}  # fmt: skip


def test_what_is_typed_is_what_evaluate_says_of_the_saved_file(tmp_path: Path) -> None:
    editor = OfferEditor(folder=tmp_path)
    for place, text in META.items():
        enter(editor, place, text)
    row(editor, "equity", 0, "vesting").control.value = "even-4-year"
    row(editor, "status").control.value = "written"
    editor.file.save()
    (entry,) = editor.draft.offers
    code, told, _ = answered("evaluate", tmp_path / "offers.yaml", "--growth", "0.1", "--years", "4")
    assert code == 0
    (offer,) = told["offers"]
    paid = {name: [round(year[name], 6) for year in offer["years"]] for name in ("base", "bonus", "sign_on")}
    assert paid == {"base": [175_000] * 4, "bonus": [26_250] * 4, "sign_on": [50_000, 20_000, 0, 0]}
    of_draft = Evaluation(entry, load_tables(), Assumptions(Growth(0.1)), dt.date(2026, 11, 30)).years
    assert [year["total"] for year in offer["years"]] == pytest.approx(list(of_draft["total"]))
    known = entry.offer
    assert (known.base_salary, known.target_bonus_in_year(1), known.sign_on, known.rsu_4yr) == (
        175_000, 26_250, (50_000, 20_000), 400_000,
    )  # fmt: skip
    assert (known.level, known.location, str(known.start_date)) == ("65", "Seattle", "2027-02-01")


def test_a_mistake_is_told_at_its_field_while_it_is_typed() -> None:
    editor = OfferEditor()
    assert "Needed." in note(row(editor, "base_salary"))
    enter(editor, ("base_salary",), "80.000")
    told = note(row(editor, "base_salary"))
    assert "ck-fault" in told
    assert "Fix: base salary 80.000 could be 80 or 80000. Type the one you mean." in told
    assert "80.000 could be 80" in row(editor, "base_salary").control.tooltip
    assert "ck-wrong" in row(editor, "base_salary").control._dom_classes
    enter(editor, ("base_salary",), "180000")
    assert note(row(editor, "base_salary")) == '<div class="ck-help">Salary a year.</div>'
    assert "ck-wrong" not in row(editor, "base_salary").control._dom_classes
    assert editor.draft.value(("offers", 0, "base_salary")) == 180_000


def test_a_warning_is_told_in_other_words_and_another_color() -> None:
    editor = sample()
    enter(editor, ("base_salary",), "20000")
    assert 'class="ck-warning">Check: base salary of 20,000 USD a year is very low.' in note(row(editor, "base_salary"))
    assert "Unsaved changes. 3 to check." in editor.status.value, "each sign-on is now a year's salary or more, too"


@pytest.mark.parametrize(
    ("typed", "place", "value"),
    [
        ("15%", "bonus_target_rate", "15%"), ("0.15", "bonus_target_rate", "0.15"), ("0", "bonus_target_rate", 0),
        ("20000", "annual_bonus", 20_000), ("$20k", "annual_bonus", "$20k"), ("15", "annual_bonus", 15),
    ],
)  # fmt: skip
def test_a_bonus_is_a_rate_or_an_amount(typed: str, place: str, value: object) -> None:
    editor = OfferEditor()
    enter(editor, ("bonus_target_rate",), "20%")
    enter(editor, ("bonus_target_rate",), typed)
    offer = editor.draft.value(("offers", 0))
    assert {name: offer[name] for name in ("bonus_target_rate", "annual_bonus") if name in offer} == {place: value}


def test_a_bonus_that_could_be_either_is_asked_about() -> None:
    editor = OfferEditor()
    enter(editor, ("bonus_target_rate",), "15")
    assert "Check: annual bonus could be 15% of the salary or 15 a year." in note(row(editor, "bonus_target_rate"))


def test_typing_an_amount_again_as_it_is_shown_changes_nothing() -> None:
    editor = sample()
    control = row(editor, "base_salary").control
    assert control.value == "175,000"
    control.value = "175,001"
    assert editor.draft.is_changed
    control.value = "175,000"
    assert not editor.draft.is_changed


def test_nothing_is_written_into_the_field_that_is_typed_in() -> None:
    editor = sample()
    control = row(editor, "sign_on", 0).control
    control.value = ""
    assert editor.draft.value(("offers", 0, "sign_on")) == [0, 60_000], "the later payment keeps its year"
    assert control.value == ""
    control.value = "9"
    assert editor.draft.value(("offers", 0, "sign_on")) == [9, 60_000]


def test_a_key_does_not_write_the_whole_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing the text of a file with 13 offers takes as long as a dozen keys."""
    editor = sample()
    monkeypatch.setattr("compkit.offers.draft.document_text", lambda *_: pytest.fail("it was written"))
    enter(editor, ("base_salary",), "$175k")
    assert "Unsaved changes." in editor.status.value


def test_a_fault_of_a_field_that_is_not_shown_is_told_above() -> None:
    editor = sample()
    editor.draft.set_value(("offers", 0, "signals", "team_attrition_rate"), "lots")
    editor.reload()
    assert "Fix: Signals, team attrition rate must be a rate" in form(editor)._elsewhere.value
    show(editor, "Signals")
    assert form(editor)._elsewhere.value == ""
    assert "must be a rate" in note(row(editor, "signals", "team_attrition_rate"))


def test_a_fault_of_a_whole_grant_is_told_at_its_first_field() -> None:
    editor = OfferEditor()
    enter(editor, ("equity", 0, "price_now"), "100")
    assert "Fix: equity 1 needs value or units. Add one." in note(row(editor, "equity", 0, "value"))


@pytest.mark.long
def test_no_text_is_read_as_html() -> None:
    editor = sample()
    open_all([form(editor).more])
    n_typed = 0
    for one in list(form(editor).rows()):
        if hasattr(one.control, "placeholder"):
            before = one.control.value
            one.control.value = HOSTILE
            for shown in (note(one), form(editor)._elsewhere.value, editor.status.value):
                assert "<img" not in shown
                assert "onerror=alert(1)>" not in shown
            one.control.value = before
            n_typed += 1
    assert n_typed > 60


def test_a_hostile_name_is_not_read_as_html(tmp_path: Path) -> None:
    editor = OfferEditor(folder=tmp_path)
    for name in ("company", "location", "base_salary", "start_date"):
        enter(editor, (name,), HOSTILE)
    told = [note(row(editor, name)) for name in ("company", "location", "base_salary", "start_date")]
    assert OffersDraft(editor.draft.text).value(("offers", 0, "company")) == HOSTILE
    editor.choices.remove_offer_button.click()
    editor.file.path.value = f"{HOSTILE}.exe"
    editor.file.save_button.click()
    for shown in (*told, editor.status.value, editor.confirmation.question, editor.file.note.value):
        assert "<img" not in shown
    assert "&lt;img" in editor.confirmation.question


def test_every_control_has_a_name_and_a_text_field_of_a_number_no_limits() -> None:
    editor = sample()
    open_all([form(editor).more])
    assert editor.person_form is not None
    open_all([editor.person_form.more])
    rows = [*form(editor).rows(), *editor.person_form.rows()]
    assert len(rows) > 150
    for one in rows:
        assert one.control.description
        assert type(one.control).__name__ in ("Text", "Combobox", "Dropdown")
    assert row(editor, "base_salary").control.description == "Base salary a year (USD)"
    assert row(editor, "base_salary").control.placeholder == "$175,000 or 175k"


def test_amounts_are_in_the_offer_s_currency() -> None:
    editor = OfferEditor()
    form(editor).more.toggle()
    enter(editor, ("currency",), "EUR")
    assert row(editor, "base_salary").control.description == "Base salary a year (EUR)"
    assert "rates has no value for it" in note(row(editor, "currency"))
    rate = next(one for one in form(editor).rows() if one.places == (("rates", "EUR"),))
    assert rate.widget.layout.display is None
    rate.control.value = "1.08"
    assert editor.draft.value(("rates", "EUR")) == "1.08"
    assert "rates has no value for it" not in note(row(editor, "currency"))


def test_grants_are_added_and_removed() -> None:
    editor = sample()
    grants = show(editor, "Equity")
    assert isinstance(grants, ItemList)
    grants.add()
    grants.add()
    row(editor, "equity", 1, "value").control.value = "40k"
    assert editor.draft.value(("offers", 0, "equity", 1)) == {"value": "40k"}
    grants.remove(0)
    assert editor.draft.value(("offers", 0, "equity")) == [{"value": "40k"}]
    assert row(editor, "equity", 0, "value").control.value == "40k"
    with pytest.raises(StopIteration):
        row(editor, "equity", 1, "value")


def test_a_second_grant_is_told_what_the_first_lacks() -> None:
    editor = OfferEditor()
    show(editor, "Equity").add()
    row(editor, "equity", 1, "value").control.value = "40k"
    assert editor.draft.value(("offers", 0, "equity")) == [{}, {"value": "40k"}]
    assert "equity 1 needs value or units" in note(row(editor, "equity", 0, "value"))


def test_choices_of_other_offers_are_by_name_and_stand_for_their_ids() -> None:
    editor = sample()
    editor.choices.offer.value = 1
    form(editor).more.toggle()
    menu = row(editor, "supersedes").control
    assert ("Amazon L6, Seattle (first offer)", "amazon-l6-seattle-before") in menu.options
    assert menu.value == "amazon-l6-seattle-before"
    assert editor.person_form is not None


def test_a_form_the_fields_cannot_hold_is_left_to_the_file() -> None:
    editor = OfferEditor()
    editor.draft.set_value(("offers", 0, "equity", 0, "vesting"), [{"month": 12, "fraction": 1.0}])
    editor.draft.set_value(("offers", 0, "posted_base"), "120k-150k")
    editor.reload()
    assert "in the file" in row(editor, "equity", 0, "vesting").control.value
    form(editor).more.toggle()
    enter(editor, ("posted_base",), "130k-150k")
    assert editor.draft.value(("offers", 0, "posted_base")) == "130k-150k"


def test_several_offers_and_people() -> None:
    changes: list[bool] = []
    editor = OfferEditor(on_change=lambda: changes.append(True))
    enter(editor, ("company",), "Meta")
    editor.add_offer()
    assert editor.position == 1
    enter(editor, ("company",), "Google")
    assert [label for label, _ in editor.choices.offer.options] == ["Meta: 3 to fill in", "Google: 3 to fill in"]
    editor.choices.new_name.value = "Kim Sample"
    editor.choices.add_person_button.click()
    assert editor.person == "kim-sample"
    assert editor.offer_form is None
    editor.add_offer()
    assert editor.draft.value(("offers", 2, "candidate")) == "kim-sample"
    editor.choices.person.value = "me"
    assert [value for _, value in editor.choices.offer.options] == [0, 1]
    editor.choices.person.value = "kim-sample"
    editor.choices.remove_person_button.click()
    assert (editor.draft.people, editor.draft.n_offers) == (("me",), 2)
    editor.choices.remove_offer_button.click()
    assert editor.draft.n_offers == 1
    assert len(changes) == 4 + 1 + 6 + 1 + 1 + 1 + 1


@pytest.mark.parametrize(
    ("button", "n_left", "said"),
    [
        ("remove_offer_button", 12, "Removed Amazon L7, New York."),
        ("remove_person_button", 11, "Removed Kim Sample and 2 offers."),
    ],
)
def test_what_is_removed_can_be_taken_back_until_the_next_change(button: str, n_left: int, said: str) -> None:
    editor = sample()
    editor.show("amazon-l7-new-york")
    before, position = editor.draft.text, editor.position
    getattr(editor.choices, button).click()
    assert editor.draft.n_offers == n_left
    assert said in editor.confirmation.question
    editor.confirmation.yes.click()
    assert (editor.draft.text, editor.person, editor.position) == (before, "kim", position)
    assert "No unsaved changes." in editor.status.value
    assert editor.confirmation.question == ""
    getattr(editor.choices, button).click()
    enter(editor, ("company",), "Meta")
    assert editor.confirmation.question == ""


def test_a_mistake_elsewhere_is_counted_at_its_person_and_offer() -> None:
    editor = sample()
    editor.draft.set_value(("offers", 2, "base_salary"), "lots")
    editor.reload()
    assert ("Kim Sample: 1 to fix", "kim") in editor.choices.person.options
    editor.choices.person.value = "kim"
    assert ("Amazon L7, New York: 1 to fix", 2) in editor.choices.offer.options
    assert "must be a number, got &#x27;lots&#x27;" in note(row(editor, "base_salary"))


def test_an_offer_of_nobody_can_be_reached() -> None:
    editor = sample()
    editor.draft.set_value(("offers", 3, "candidate"), None)
    editor.reload()
    editor.choices.offer.value = 3
    form(editor).more.toggle()
    assert "must say whose offer it is" in note(row(editor, "candidate"))
    row(editor, "candidate").control.value = "lee"
    assert (editor.person, editor.position) == ("lee", 3)


def test_unsaved_changes_are_said_until_they_are_saved(tmp_path: Path) -> None:
    editor = OfferEditor(folder=tmp_path)
    assert "No unsaved changes." in editor.status.value
    enter(editor, ("company",), "Meta")
    assert "Unsaved changes. 3 to fill in." in editor.status.value
    editor.file.save_button.click()
    assert "No unsaved changes." in editor.status.value
    assert "Saved offers.yaml." in editor.file.note.value
    assert "company: Meta" in (tmp_path / "offers.yaml").read_text()


def test_another_s_file_is_replaced_only_when_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text("# mine\n")
    editor = OfferEditor(folder=tmp_path)
    editor.file.save()
    assert "offers.yaml exists already. Replace it?" in editor.confirmation.question
    editor.confirmation.no.click()
    assert path.read_text() == "# mine\n"
    editor.file.save()
    editor.confirmation.yes.click()
    assert path.read_text() == editor.draft.text
    enter(editor, ("company",), "Meta")
    editor.file.save()
    assert "company: Meta" in path.read_text(), "its own file, so without asking"
    path.write_text("# theirs\n")
    editor.file.save()
    assert "has changed since you opened it" in editor.confirmation.question


def test_a_file_is_opened_by_path_and_keeps_its_comments(tmp_path: Path) -> None:
    (tmp_path / "sample.yaml").write_bytes(SAMPLE.read_bytes())
    editor = OfferEditor(folder=tmp_path)
    editor.file.path.value = "sample.yaml"
    editor.file.open_button.click()
    assert editor.draft.n_offers == 13
    enter(editor, ("base_salary",), "$190k")
    editor.file.save_button.click()
    assert "# worth of all that is promised and not vested" in (tmp_path / "sample.yaml").read_text()
    assert editor.confirmation.question == ""
    editor.file.path.value = "none.yaml"
    editor.file.open_button.click()
    assert "none.yaml can&#x27;t be opened: No such file or directory." in editor.file.note.value


def upload(editor: OfferEditor, name: str, data: bytes) -> None:
    editor.file.upload._handle_custom_msg({"name": name}, [data])


def test_an_upload_replaces_unsaved_changes_only_when_confirmed() -> None:
    editor = OfferEditor()
    enter(editor, ("company",), "Meta")
    upload(editor, "sample.yaml", SAMPLE.read_bytes())
    assert "You have unsaved changes. Replace them with sample.yaml?" in editor.confirmation.question
    assert editor.draft.n_offers == 1
    editor.confirmation.yes.click()
    assert editor.draft.n_offers == 13
    assert "No unsaved changes." in editor.status.value
    assert editor.file.path.value == "sample.yaml"


def test_an_uploaded_json_file_is_saved_as_yaml(tmp_path: Path) -> None:
    editor = OfferEditor(folder=tmp_path)
    offer = b'{"offers": [{"id": "a", "company": "M", "level": "x", "location": "Seattle", "base_salary": 175000}]}'
    upload(editor, "mine.json", offer)
    editor.file.save_button.click()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]
    assert OffersDraft.load("mine.yaml", (tmp_path / "mine.yaml").read_bytes()).offers[0].offer.base_salary == 175_000


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("o.exe", b"x", "o.exe: must end in"),
        ("o.csv", b"a,b\n1,2\n", "o.csv"),
        ("o.yaml", b"offers: [{", "is not valid YAML"),
    ],
)
def test_what_cannot_be_read_changes_nothing(name: str, data: bytes, said: str) -> None:
    editor = OfferEditor()
    before = editor.draft
    upload(editor, name, data)
    assert said in editor.file.note.value
    assert 'class="ck-fault"' in editor.file.note.value
    assert editor.draft is before


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".yaml"])
def test_a_visitor_downloads_instead(ending: str) -> None:
    files: list[tuple[str, bytes]] = []
    editor = OfferEditor(download=lambda name, data: files.append((name, data)))
    for place, text in META.items():
        enter(editor, place, text)
    editor.file.form.value = ending
    editor.file.save_button.click()
    ((name, data),) = files
    assert name == f"offers{ending}"
    assert OffersDraft.load(name, data).offers[0].offer == editor.draft.offers[0].offer
    assert not editor.draft.is_changed


def test_what_a_sheet_cannot_hold_is_told_line_by_line() -> None:
    editor = sample(download=lambda name, data: pytest.fail(f"{name} {len(data)}"))
    editor.file.form.value = ".csv"
    editor.file.save_button.click()
    assert editor.file.note.value.count('<div class="ck-fault">') > 2


def test_the_whole_file_can_be_edited_as_text() -> None:
    editor = OfferEditor()
    editor.whole_file.toggle()
    text: Any = editor.whole_file.pieces()[0]
    text.control.value = "offers: [{"
    text.apply_button.click()
    assert "The text is not valid YAML" in text.note.value
    text.control.value = "# mine\noffers:\n- {id: a, company: Meta, level: E6, location: Seattle, base_salary: 200k}\n"
    text.apply_button.click()
    assert row(editor, "base_salary").control.value == "200k"
    enter(editor, ("base_salary",), "210k")
    text.apply_button.click()
    assert "You have changed fields since" in text.note.value
    assert editor.draft.value(("offers", 0, "base_salary")) == "210k"
    text.show_button.click()
    assert "# mine" in text.control.value
    assert "210k" in text.control.value


def test_a_workspace_is_told_and_gets_the_loaded_draft() -> None:
    class Workspace:
        def __init__(self) -> None:
            self.draft, self.n_changes = OffersDraft(), 0

        def changed(self) -> None:
            self.n_changes += 1

        def choose(self, person: str | None, offer_id: str | None) -> None:
            self.chosen = (person, offer_id)

    workspace = Workspace()
    editor = OfferEditor(workspace)
    enter(editor, ("company",), "Meta")
    assert workspace.n_changes == 4
    editor.draft.mark_saved()
    upload(editor, "sample.yaml", SAMPLE.read_bytes())
    assert workspace.draft.n_offers == 13
    assert workspace.n_changes == 5


def test_an_amount_a_year_may_say_so_and_a_whole_grant_may_not() -> None:
    editor = OfferEditor()
    for typed in ("$215,000/yr", "215k per year", "215,000 a year"):
        enter(editor, ("base_salary",), typed)
        assert editor.draft.value(("offers", 0, "base_salary")) in ("$215,000", "215k", 215000)
    enter(editor, ("equity", 0, "value"), "600,000 a year")
    assert "must be a number" in note(form(editor).row("equity", 0, "value"))


def test_messages_of_the_form_name_no_command() -> None:
    editor = OfferEditor()
    enter(editor, ("location",), "Seatle")
    assert "Did you mean" in note(form(editor).row("location"))
    assert "compkit" not in note(form(editor).row("location"))


def test_a_form_waits_for_a_pause_in_typing() -> None:
    async def typed() -> list[str]:
        editor = OfferEditor()
        row = form(editor).row("deadline")
        told = []
        for text in ("2026-12-0", "2026-12-09"):
            row.control.value = text
            told.append(note(row))
        assert editor.draft.value(("offers", 0, "deadline")) == "2026-12-09", "the draft has it at once"
        row.control.value = "2026-12-99"
        while "Fix" not in note(row):
            await asyncio.sleep(0.01)
        return told

    assert not any("Fix" in one for one in asyncio.run(typed()))


def test_a_form_waits_no_longer_than_someone_types() -> None:
    async def typed() -> tuple[str, str, int]:
        told: list[None] = []
        editor = OfferEditor(on_change=lambda: told.append(None))
        one = row(editor, "deadline")
        one.control.value = "2026-12-99"
        before = note(one)
        support = editor.widget.children[0]
        support._handle_custom_msg({"event": "typed"}, [])
        support._handle_custom_msg({"event": "typed"}, [])
        at_once = note(one)
        await asyncio.sleep(2 * PAUSE_S)
        return before, at_once, len(told)

    before, at_once, n_told = asyncio.run(typed())
    assert "Fix" not in before
    assert "Fix" in at_once
    assert n_told == 1, "neither a second message nor the pause's end tells it again"
