"""Absences: what changes in a class's folder, and what stays."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import answered

from compkit.cli import run, workshop_absent

CHANGED = {
    "agreements.csv", "first-offers.csv", "post-settlement.csv", "course.csv", "everyone/pairs.html",
    "teacher/class.json",
}  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pairs_of(folder: Path) -> dict[int, tuple[int, int]]:
    values = json.loads((folder / "teacher" / "class.json").read_text(encoding="utf-8"))
    return {one["pair"]: (one["candidate"], one["recruiter"]) for one in values["pairs"]}


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "class"
    assert answered("workshop", "new", "--no-pdf", "--seats", "30", "-o", folder)[0] == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "class"))


def same_pair(pairs: dict[int, tuple[int, int]]) -> tuple[int, int]:
    return pairs[4]


def both_candidates(pairs: dict[int, tuple[int, int]]) -> tuple[int, int]:
    return pairs[4][0], pairs[9][0]


def one_each(pairs: dict[int, tuple[int, int]]) -> tuple[int, int]:
    return pairs[4][0], pairs[9][1]


@pytest.mark.parametrize(("choose", "n_briefs"), [(same_pair, 0), (both_candidates, 1), (one_each, 0)])
def test_two_absences_change_only_the_lists(
    folder: Path, choose: Callable[[dict[int, tuple[int, int]]], tuple[int, int]], n_briefs: int
) -> None:
    before, pairs = contents(folder), pairs_of(folder)
    absent = choose(pairs)
    code, answer, _ = answered("workshop", "absent", folder, *absent)
    after = contents(folder)
    assert code == 0
    assert {path for path in after if after[path] != before.get(path)} == CHANGED
    assert (answer["absent"], len(answer["pairs"]), len(answer["briefs"])) == (sorted(absent), 14, n_briefs)
    now = pairs_of(folder)
    assert {number: pair for number, pair in pairs.items() if number not in (4, 9)}.items() <= now.items()
    assert [row["pair"] for row in rows_of(folder / "agreements.csv")] == [str(number) for number in now]
    course = {int(row["seat"]): row for row in rows_of(folder / "course.csv")}
    assert {seat for seat, row in course.items() if row["role"] == "absent"} == set(absent)
    for seat, role in answer["briefs"].items():
        assert course[int(seat)]["role"] == role
    assert f"<td>{'absent'}</td>" not in after["everyone/pairs.html"].decode()
    assert answered("workshop", "absent", folder, *(f"--present={seat}" for seat in absent))[0] == 0
    assert contents(folder) == before


def test_what_a_teacher_filled_in_stays(folder: Path) -> None:
    """Pseudonyms, columns of the teacher's own, semicolons, and rows of pairs that stay."""
    pairs = pairs_of(folder)
    course = folder / "course.csv"
    lines = course.read_text(encoding="utf-8").splitlines()
    told = ["email;" + lines[0].replace(",", ";"), *(f"a@x;{line.replace(',', ';')}Owl" for line in lines[1:])]
    course.write_text("\r\n".join(told) + "\r\n", encoding="utf-8-sig")
    form = folder / "agreements.csv"
    text = form.read_text(encoding="utf-8")
    text = text.replace(f"2,{pairs[2][0]},{pairs[2][1]},", f"2,{pairs[2][0]},{pairs[2][1]},no", 1)
    form.write_text(text, encoding="utf-8-sig")
    assert answered("workshop", "absent", folder, pairs[4][0])[0] == 0
    rows = list(csv.DictReader(io.StringIO(course.read_text(encoding="utf-8")), delimiter=";"))
    assert {(row["email"], row["pseudonym"]) for row in rows} == {("a@x", "Owl")}
    assert [row["role"] for row in rows if row["seat"] in map(str, pairs[4])] in (
        ["absent", "observer"], ["observer", "absent"]
    )  # fmt: skip
    kept = {row["pair"]: row["agreed"] for row in rows_of(form)}
    assert kept == {str(number): "no" if number == 2 else "" for number in pairs if number != 4}


def test_a_filled_row_of_a_pair_that_would_change_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = pairs_of(folder)
    form = folder / "agreements.csv"
    lines = form.read_text(encoding="utf-8").splitlines()
    lines[4] = lines[4].replace(",,", ",no,", 1)
    form.write_text("\n".join(lines), encoding="utf-8")
    (folder / "first-offers.csv").write_text("pair,side,Base salary\n4,candidate,x\n4,recruiter,\n", encoding="utf-8")
    before = contents(folder)
    assert run(["workshop", "absent", str(folder), str(pairs[4][1])]) == 2
    assert contents(folder) == before
    shown = capsys.readouterr().err
    assert "agreements.csv, line 5: pair is 4, which would change, but its row is filled in. Clear it first." in shown
    assert "first-offers.csv, line 2: pair is 4, which would change" in shown
    assert run(["workshop", "absent", str(folder), str(pairs[5][1])]) == 0


def test_forms_with_a_row_for_each_side(folder: Path) -> None:
    pairs = pairs_of(folder)
    text = "pair,side,Base salary\n" + "".join(f"{n},candidate,\n{n},recruiter,\n" for n in pairs)
    (folder / "first-offers.csv").write_text(text, encoding="utf-8")
    assert run(["workshop", "absent", str(folder), *map(str, pairs[15])]) == 0
    assert (folder / "first-offers.csv").read_text(encoding="utf-8") == text.replace(
        "15,candidate,\n15,recruiter,\n", ""
    )


@pytest.mark.parametrize("n_written", range(len(CHANGED)))
def test_the_same_command_finishes_what_a_kill_left(
    folder: Path, tmp_path: Path, n_written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = [str(pair[0]) for number, pair in pairs_of(folder).items() if number in (3, 8, 11)]
    whole = Path(shutil.copytree(folder, tmp_path / "whole"))
    assert run(["workshop", "absent", str(whole), *absent]) == 0
    written = []
    write = workshop_absent.write_atomically

    def write_some(path: Path, data: bytes) -> None:
        if len(written) == n_written:
            raise KeyboardInterrupt
        written.append(path)
        write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(workshop_absent, "write_atomically", write_some)
        assert run(["workshop", "absent", str(folder), *absent]) != 0
    assert run(["workshop", "absent", str(folder), *absent]) == 0
    assert contents(folder) == contents(whole)


def test_the_first_command_keeps_absences(folder: Path) -> None:
    pairs = pairs_of(folder)
    assert run(["workshop", "absent", str(folder), str(pairs[1][0]), str(pairs[2][0])]) == 0
    before = contents(folder)
    (folder / "everyone" / "pairs.html").unlink()
    (folder / "agreements.csv").unlink()
    assert run(["workshop", "new", "--no-pdf", "--seats", "30", "-o", str(folder)]) == 0
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "SEAT is missing. Name the seats that are absent, or use --present."),
        (["31"], "SEAT must be a seat from 1 to 30, got 31."),
        (["--present", "4"], "--present must be a seat that is absent, got 4."),
        ([str(seat) for seat in range(2, 31)], "SEAT leaves nobody to pair. Name fewer seats."),
    ],
)
def test_seats_that_are_refused(
    folder: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(folder)
    assert run(["workshop", "absent", str(folder), *arguments]) == 2
    assert message in capsys.readouterr().err
    assert contents(folder) == before


@pytest.mark.parametrize("text", ["{}", "[", "[]", '{"schema": "compkit/class@1", "pairs": 1}'])
def test_a_folder_that_is_no_class(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "teacher" / "class.json").write_text(text, encoding="utf-8")
    assert run(["workshop", "absent", str(folder), "1"]) == 2
    assert "class.json: is not what `compkit workshop new` writes" in capsys.readouterr().err


def test_a_class_with_absences_is_debriefed(folder: Path) -> None:
    pairs = pairs_of(folder)
    assert run(["workshop", "absent", str(folder), *map(str, pairs[4])]) == 0
    form = folder / "agreements.csv"
    head, *rows = form.read_text(encoding="utf-8").splitlines()
    form.write_text("\n".join([head, *(row.replace(",,", ",no,", 1) for row in rows)]), encoding="utf-8")
    code, answer, _ = answered("workshop", "debrief", folder, "--no-pdf")
    assert code == 0
    assert [one["pair"] for one in answer["pairs"]] == [number for number in pairs if number != 4]
    assert {one["pair"]: tuple(one["seats"]) for one in answer["pairs"]}[5] == pairs[5]


def test_a_second_case_follows_a_class(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = pairs_of(folder)
    new = ["workshop", "new", "--no-pdf", "--after", str(folder), "-o", str(tmp_path / "second")]
    assert run(new) == 0
    before, second = contents(tmp_path / "second"), pairs_of(tmp_path / "second")
    assert {pair[0] for pair in second.values()} == {pair[1] for pair in first.values()}
    assert {frozenset(pair) for pair in second.values()}.isdisjoint(frozenset(pair) for pair in first.values())
    secrets = [contents(one)["teacher/secret.txt"] for one in (folder, tmp_path / "second")]
    assert secrets[0] != secrets[1]
    assert run(new) == 0
    assert contents(tmp_path / "second") == before
    capsys.readouterr()
    assert run([*new[:-1], str(tmp_path / "third"), "--case", "Job offer", "--seats", "30"]) == 2
    shown = capsys.readouterr().err
    assert "--seats can't go with --after, which has its seats. Remove one of the two." in shown
    assert "--case must differ from the earlier case's, got 'Job offer'." in shown
    assert not (tmp_path / "third").exists()
