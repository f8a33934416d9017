"""What `compkit report` tells: rate and time left, failures, causes together; and nothing that commands a terminal."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from compkit.batch.folder.results import BatchRun, ReportResult, Status
from compkit.batch.store.store_address import StoreAddress
from compkit.cli.progress import ReportProgress, format_duration, format_pace, format_rate, summary_lines
from compkit.cli.terminal import harmless, one_line

ESCAPE = "\x1b[2J\x1b]0;title\x07"


class Clock:
    """Seconds that go forward only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Return the time [s]."""
        return self.now


class Terminal(io.StringIO):
    """What is written, for a program that believes in a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def result(offer: str | None, status: Status = "ok", error: str | None = None) -> ReportResult:
    return ReportResult(offer, "offer_evaluation", status, 1.0, None, error)


def told(
    results: Sequence[ReportResult], *, seconds_each: float, is_quiet: bool = False, to: io.StringIO | None = None
) -> str:
    """Return what stands on stderr after these reports, each of which took so long."""
    said, clock = to or io.StringIO(), Clock()
    with contextlib.redirect_stderr(said), ReportProgress(is_quiet=is_quiet, clock=clock) as progress:
        for number, one in enumerate(results, start=1):
            clock.now += seconds_each
            progress.show(number, len(results), one)
    return said.getvalue()


def test_without_a_terminal_a_line_comes_at_every_tenth() -> None:
    """40 reports in 40 seconds: one a second, a line after the first and each 4 more; the last has its own."""
    lines = told([result(f"o{number}") for number in range(40)], seconds_each=1.0).splitlines()
    assert lines[:2] == ["1 of 40 reports, 1 a second, about 39 s left", "5 of 40 reports, 1 a second, about 35 s left"]
    assert [int(line.split()[0]) for line in lines] == [1, 5, 9, 13, 17, 21, 25, 29, 33, 37]


def test_without_a_terminal_a_line_comes_at_least_every_half_minute() -> None:
    """100 reports of 11 seconds: after the first, 3 of them are the next to take 30 seconds together."""
    lines = told([result(f"o{number}") for number in range(100)], seconds_each=11.0).splitlines()
    assert lines[1] == "4 of 100 reports, 5.5 a minute, about 18 min left"
    assert [int(line.split()[0]) for line in lines] == list(range(1, 100, 3))


def test_what_was_there_already_does_not_count_as_speed() -> None:
    """Of 20 reports 15 are there at once, then 5 take 10 seconds each: 0.1 a second, not 0.3."""
    lines = told([result("a", "skipped")] * 15, seconds_each=0.0).splitlines()
    assert lines[0] == "2 of 15 reports"
    assert format_pace(18, 20, 3, 30.0) == "0.1 a second, about 20 s left"


def test_failures_are_told_as_they_happen() -> None:
    failed = result("b", "failed", f"cell 2: ValueError: {ESCAPE}no\nprice")
    lines = told([result("a"), failed, result("c")], seconds_each=1.0).splitlines()
    assert lines[1] == (
        r"failed: b, offer_evaluation: cell 2: ValueError: \x1b[2J\x1b]0;title\x07no price"
    )  # fmt: skip
    assert told([result("a"), failed], seconds_each=1.0, is_quiet=True).splitlines() == [lines[1]]


def test_on_a_terminal_a_bar_tells_rate_and_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    said, clock = Terminal(), Clock()
    monkeypatch.setattr("tqdm.std.time", clock)  # the bar is drawn ten times a second at most
    with contextlib.redirect_stderr(said), ReportProgress(clock=clock) as progress:
        for number in (1, 2):
            clock.now += 60.0
            progress.show(number, 4, result("a"))
    assert " 50%|" in said.getvalue()
    assert "2 of 4 reports, 1 a minute, about 2 min left" in said.getvalue()
    failed = told([result("b", "failed", "cell 2: x"), result("c")], seconds_each=1.0, to=Terminal())
    assert "failed: b, offer_evaluation: cell 2: x\n" in failed


def test_a_file_gets_no_control_characters() -> None:
    failed = result("b", "failed", f"{ESCAPE}\r\u202e\u2028\ud800")
    said = told([failed] * 20, seconds_each=31.0)
    assert {letter for letter in said if unicodedata.category(letter).startswith("C")} == {"\n"}
    assert "\u2028" not in said


def test_steps_are_told_unless_a_program_reads() -> None:
    said = {}
    for is_quiet in (False, True):
        with contextlib.redirect_stderr(io.StringIO()) as err, ReportProgress(is_quiet=is_quiet) as progress:
            progress.step(f"First page: /r/{ESCAPE}")
        said[is_quiet] = err.getvalue()
    assert said == {False: "First page: /r/\\x1b[2J\\x1b]0;title\\x07\n", True: ""}


def closing(results: Sequence[ReportResult], seconds: float = 60.0) -> list[str]:
    run = BatchRun(Path("/r"), dt.date(2026, 11, 28), {}, ("offer_evaluation",), (), tuple(results), ())
    return list(summary_lines(run, seconds))


def test_the_end_of_a_good_batch_is_short() -> None:
    lines = closing([result("a"), result("b"), result(None)])
    assert lines[:2] == ["3 of 3 reports made, 0 failed.", "It took 60 s, 3 a minute."]
    assert lines[2].startswith("Open ")
    assert len(lines) == 3


def test_the_end_names_the_store_without_its_password() -> None:
    run = BatchRun(Path("/r"), dt.date(2026, 11, 28), {}, ("offer_evaluation",), (), (result("a"),), ())
    lines = list(summary_lines(run, 60.0, StoreAddress("sftp://me:secret@host/reports")))
    assert lines[-2:] == ["The reports are in sftp://me@host/reports, and here as well.", f"Open {run.index.resolve()}"]


def test_the_end_counts_reports_and_offers() -> None:
    """Offer a: one made, one failed, so it failed; b made; c was there; a report about no offer is none."""
    results = [
        result("a"), result("a", "failed", "x"), result("b"), result("b", "skipped"), result("c", "skipped"),
        result(None),
    ]  # fmt: skip
    lines = closing(results)
    assert lines[0] == "3 of 6 reports made, 2 unchanged, 1 failed."
    table = [line.split() for line in lines[2:6]]
    assert table == [["reports", "offers"], ["made", "3", "1"], ["unchanged", "2", "1"], ["failed", "1", "1"]]


def test_failures_of_one_cause_stand_together() -> None:
    """The offer's own name in the error makes no cause of its own; another word that begins like it stays."""
    results = [result(f"o{n}", "failed", f"cell 3: no price for o{n} of o{n}x") for n in range(2)]
    results += [result(f"p{n}", "failed", f"cell 1: no place for p{n}.") for n in range(5)]
    results += [result("q", "failed", "cell 9: alone")]
    lines = closing(results)
    assert [line for line in lines if line.startswith("failed")] == [
        "failed 5 times: offer_evaluation: cell 1: no place for p0.",
        "failed: o0, offer_evaluation: cell 3: no price for o0 of o0x",
        "failed: o1, offer_evaluation: cell 3: no price for o1 of o1x",
        "failed: q, offer_evaluation: cell 9: alone",
    ]
    assert lines[lines.index("failed 5 times: offer_evaluation: cell 1: no place for p0.") + 1] == (
        "  p0, p1, p2 and 2 more"
    )


def test_many_causes_are_cut_and_counted() -> None:
    lines = closing([result(f"o{n}", "failed", f"cell {n}: {'x' * n}") for n in range(13)])
    assert sum(line.startswith("failed: ") for line in lines) == 10
    assert "3 more failed for other reasons; the index page lists each." in lines


def test_the_end_is_harmless() -> None:
    text = "\n".join(closing([result(ESCAPE, "failed", ESCAPE)] * 2 + [result("a", "failed", ESCAPE)]))
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 s"),
        (89.0, "89 s"),
        (91.0, "2 min"),
        (3_540.0, "59 min"),
        (3_590.0, "1 h 0 min"),
        (90_000.0, "25 h 0 min"),
    ],
)
def test_durations_are_in_the_units_in_which_people_think(seconds: float, words: str) -> None:
    assert format_duration(seconds) == words


def test_a_rate_is_never_a_bare_nought() -> None:
    assert [format_rate(rate) for rate in (100.0, 0.1, 0.09, 1 / 3600)] == [
        "100 a second", "0.1 a second", "5.4 a minute", "0.017 a minute",
    ]  # fmt: skip


def test_a_long_text_is_cut_and_lines_may_stay() -> None:
    assert len(one_line("a" * 5_000)) == 500
    assert one_line(" a \n\t b ") == "a b"
    assert harmless("a\nb\x1b", keep_lines=True) == "a\nb\\x1b"
    assert harmless("👩\u200d💻 क्\u200dष") == "👩\u200d💻 क्\u200dष"
