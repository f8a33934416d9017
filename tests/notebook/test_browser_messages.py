"""Browser and Upload without a browser: what they take from pages, which may send anything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from compkit.notebook import Browser, Site, Upload
from compkit.offers import OffersDraft

EMPTY = OffersDraft().text


def test_the_date_is_this_computers_until_the_browser_tells_one() -> None:
    browser = Browser()
    assert browser.date == dt.date.today()
    browser.today = "2027-01-01"
    assert browser.date == dt.date(2027, 1, 1)
    browser.today = "tomorrow"
    assert browser.date == dt.date.today()


@pytest.mark.parametrize(
    ("content", "buffers", "is_taken"),
    [
        ({"name": "mine.yaml"}, [b"1234"], True),
        ({"name": "mine.yaml"}, [b"12345"], False),
        ({"name": "mine.yaml"}, [], False),
        ({"other": "mine.yaml"}, [b"1234"], False),
        ("name", [b"1234"], False),
    ],
)
def test_a_file_is_taken_up_to_its_limit(content: Any, buffers: list[bytes], *, is_taken: bool) -> None:
    """The page refuses larger files; whoever sends them past it gets no further."""
    taken: list[tuple[str, bytes]] = []
    Upload(lambda name, file: taken.append((name, file)), ".yaml", max_bytes=4)._handle_custom_msg(content, buffers)
    assert taken == ([("mine.yaml", b"1234")] if is_taken else [])


def test_a_draft_of_another_file_is_not_restored() -> None:
    """Each text has a key of its own in the browser's storage."""
    texts = (EMPTY, f"{EMPTY}# one\n", f"{EMPTY}# two\n")
    keys = [Site(OffersDraft(text)).browser.storage_key for text in (*texts, texts[1])]
    assert keys[3] == keys[1]
    assert len(set(keys)) == len(texts)
