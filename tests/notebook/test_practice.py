"""The practice desk: a game from the first offer to the debrief, and nothing of the other side until then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
from sample_class import CASE

from compkit.errors import CompkitError
from compkit.notebook import Browser, PracticeDesk, Site, practice
from compkit.offers import OffersDraft
from compkit.workshop.case_file import parse_case

PLANTED = CASE.replace("recruiter: 25", "recruiter: 6173").replace("reservation: 35", "reservation: 6101")


def desk_of(case: str = CASE, opponent: str = "conceder") -> PracticeDesk:
    desk = PracticeDesk(case=parse_case(case.encode(), "case.yaml"))
    desk.choice.choose(opponent=opponent, turns=6)
    desk.start()
    return desk


def widgets_of(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_of(child)


def words_of(desk: PracticeDesk) -> str:
    """All words that the page is sent; ids of widgets have digits of their own."""
    names = ("value", "description", "tooltip", "_options_labels")
    return " ".join(str(one.get_state().get(name, "")) for one in widgets_of(desk.widget) for name in names)


def is_shown(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


def test_a_game_to_a_deal() -> None:
    """The recruiter's targets with three turns are 80, 35 + 45 (1 - √½) = 48.2 and 35.

    It opens with (20, 80). (50, 45) is below 48.2, so it makes another offer. At 35 it accepts.
    """
    desk = desk_of()
    assert "Turn 1 of 6" in desk._clock.value
    assert desk.accept_button.disabled
    assert desk.chosen == (2, 1, 0)  # the best for the candidate
    assert "worth 70 points to you" in desk._worth.value
    desk.offer_button.click()
    assert desk.practice is not None
    assert desk.practice.game.on_table == (0, 0, 0)
    for field, at in zip(desk.options, (1, 1, 0), strict=True):
        field.value = at
    assert "worth 50 points to you" in desk._worth.value
    desk.offer_button.click()
    assert "It&#x27;s your last offer" in desk._clock.value
    desk.offer_button.click()
    assert desk.practice.game.agreement == (1, 1, 0)
    assert not is_shown(desk._buttons)
    assert "worth 50 to you and 45 to the recruiter" in desk._debrief.value
    assert "Nothing was left on the table" in desk._debrief.value
    assert "The opponent played conceder" in desk._debrief.value


def test_walking_away_and_another_game() -> None:
    desk = desk_of()
    desk.offer_button.click()
    desk.walk_button.click()
    assert "No deal: you walked away in turn 3 of 6" in desk._debrief.value
    desk.start_button.click()
    assert desk._debrief.value == ""
    assert is_shown(desk._buttons)


def test_accepting() -> None:
    desk = desk_of()
    desk.offer_button.click()
    desk.accept_button.click()
    assert "worth 20 to you and 80 to the recruiter" in desk._debrief.value
    assert "You are below the limit" in desk._debrief.value


@pytest.mark.parametrize("opponent", ["conceder", "boulware", "tit-for-tat", "MiCRO"])
def test_the_page_has_nothing_of_the_other_side_until_the_end(opponent: str) -> None:
    desk = desk_of(PLANTED, opponent)
    for _ in range(3):
        assert "Base salary" in words_of(desk)
        assert [number for number in ("6173", "6,173", "6101", "6,101") if number in words_of(desk)] == []
        desk.offer_button.click()
    assert "6,101" in desk._debrief.value


def test_case_names_are_text() -> None:
    hostile = CASE.replace("February 1", "<img src=x onerror=alert(1)>").replace("A small case", "<script>")
    desk = desk_of(hostile)
    desk.offer_button.click()
    desk.walk_button.click()
    assert "onerror" in desk._brief.value
    pages = [one.value for one in widgets_of(desk.widget) if isinstance(one, ipywidgets.HTML)]
    assert [page for page in pages if "<img" in page or "<script" in page] == []


def test_every_control_has_a_name() -> None:
    desk = desk_of()
    controls = [one for one in widgets_of(desk.widget) if isinstance(one, ipywidgets.Button | ipywidgets.Dropdown)]
    assert len(controls) == 4 + 3 + 3
    assert [one for one in controls if not one.description] == []


def test_a_seed_that_is_none_shows_at_its_field() -> None:
    desk = PracticeDesk()
    desk.choice.seed.control.value = "many"
    assert desk.choice.seed.error
    desk.start()
    assert desk.practice is not None  # with the last seed


def test_the_notebooks_desk_takes_a_case_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    assert repr(practice(case_file=str(path))) == "To play, choose Run > Run All Cells."
    with pytest.raises(CompkitError, match="opponent must be one of conceder, boulware"):
        practice(opponent="conceeder")


def test_the_app_has_the_desk_as_a_page_without_any_offer() -> None:
    site = Site(OffersDraft(), Browser(page="practice"))
    desk = site.page
    assert isinstance(desk, PracticeDesk)
    desk.start()
    assert "Your brief as the candidate" in desk._brief.value
    site.space.changed()
    assert desk.practice is not None
    assert "Practice a negotiation" in site.widget.first_paint
