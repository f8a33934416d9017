"""The README and the pages of docs/: commands that exist, links that lead somewhere, code that runs."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from compkit.batch.notebooks import DEFAULT_NOTEBOOKS
from compkit.batch.parameters import notebook_parameters
from compkit.cli.main import compkit
from compkit.dev import tasks
from compkit.reference import notebook_directory

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
CODE = re.compile(r"`([^`\n]+)`")
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv/bin/|\.venv\\Scripts\\)?compkit(?: +(?P<rest>.*))?$")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)


def code_pieces(page: Path) -> list[str]:
    """Return the lines of code blocks, fenced or indented, and what stands in `backticks`."""
    found, is_fenced = [], False
    for line in page.read_text(encoding="utf-8").replace("\\\n", "").splitlines():
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
        elif is_fenced or line.startswith("    "):
            found.append(line.strip())
        else:
            found += CODE.findall(line)
    return found


def command_lines(page: Path) -> list[list[str]]:
    """Return the words after `compkit` of each line that calls it."""
    found = []
    for piece in code_pieces(page):
        match = COMMAND.match(piece)
        if match:
            found.append(shlex.split(match["rest"] or "", comments=True))
    return found


def parsed(words: list[str]) -> click.Context:
    """Return the context of a command line, parsed but not run.

    Raises
    ------
    click.ClickException
        If there is no such command or option, or a value does not fit.
    """
    group = click.Context(compkit, info_name="compkit")
    name, command, rest = compkit.resolve_command(group, words)  # type: ignore[attr-defined]
    return command.make_context(name, rest, parent=group, resilient_parsing="--help" in rest)


def test_the_check_sees_what_is_wrong() -> None:
    assert parsed(["evaluate", "x.yaml", "--growth", "0.1"]).params["growth"] == 0.1
    for words in (
        ["evalute", "x.yaml"],
        ["evaluate", "x.yaml", "--grwth", "1"],
        ["evaluate"],
        ["evaluate", "x", "--years", "a"],
    ):
        with pytest.raises(click.ClickException):
            parsed(words)


def test_the_readme_shows_commands() -> None:
    lines = command_lines(PAGES[0])
    assert {words[0] for words in lines if words} >= {"new", "report", "evaluate", "check"}


@each_page
def test_command_lines_parse(page: Path) -> None:
    for words in command_lines(page):
        if not words or words[0].startswith("-"):
            assert words in ([], ["--help"], ["--version"]), words
            continue
        if len(words) == 1:  # named in a sentence
            assert words[0] in compkit.list_commands(None), words  # type: ignore[attr-defined, arg-type]
            continue
        if words[1:] == ["--json"]:
            words.insert(1, "x.yaml")
        try:
            context = parsed(words)
        except click.ClickException as error:
            pytest.fail(f"{page.name}: compkit {' '.join(words)}: {error.format_message()}")
        for name, _ in context.params.get("parameters", ()):
            known = {
                key for each in DEFAULT_NOTEBOOKS for key in notebook_parameters(notebook_directory() / f"{each}.ipynb")
            }
            assert name in known or name.isupper(), name


@each_page
def test_tasks_exist(page: Path) -> None:
    """What make and `python -m compkit` are asked to do."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for piece in code_pieces(page):
        asked = re.match(r"^(?:make|python -m compkit) ([a-z-]+)\b", piece)
        if asked and asked[1] not in compkit.list_commands(None):  # type: ignore[attr-defined, arg-type]
            assert asked[1] in tasks.TASKS, piece
        if piece.startswith("make ") and asked:
            assert re.search(rf"\b{asked[1]}\b", makefile), piece


def commands() -> Iterator[click.Command]:
    """Yield every command, and those of groups."""
    for name in compkit.list_commands(None):  # type: ignore[attr-defined, arg-type]
        command = compkit.get_command(None, name)  # type: ignore[attr-defined, arg-type]
        yield command
        if isinstance(command, click.Group):
            command.list_commands(click.Context(command))
            yield from command.commands.values()


@each_page
def test_options_in_tables_exist(page: Path) -> None:
    """An option in `backticks` belongs to some command."""
    options = {
        name
        for command in commands()
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help", "--version", "-h"}
    for piece in CODE.findall(page.read_text(encoding="utf-8")):
        if re.match(r"^--?[a-z]", piece):
            assert piece.split()[0] in options, piece


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@each_page
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    for target in targets:
        if re.match(r"^[a-z]+:", target):
            assert target.startswith(("https://", "mailto:")), target
            continue
        place, _, anchor = unquote(target).partition("#")
        path = (page.parent / place).resolve() if place else page
        assert path.exists(), f"{page.name}: {target}"
        assert path.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(path), target


@each_page
def test_images_are_pictures_with_words(page: Path) -> None:
    for words, target in re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        assert " " in words, f"{target}: say what it shows"
        path = page.parent / target
        assert path.is_file(), target
        assert path.read_bytes().startswith((b"\x89PNG", b"\xff\xd8")), target
        assert path.stat().st_size < 500_000, "kept small"


@each_page
def test_files_named_exist(page: Path) -> None:
    """A path of the checkout in `backticks` is there."""
    for piece in CODE.findall(page.read_text(encoding="utf-8")):
        if re.fullmatch(r"(?:data|docs|notebooks|compkit|tests|reports/golden)/[\w./-]*", piece):
            assert (ROOT / piece).exists(), f"{page.name}: {piece}"


def test_every_page_is_reachable() -> None:
    """From the README, by links."""
    reached, waiting = set(), [PAGES[0]]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            targets = (target.partition("#")[0] for target in LINK.findall(page.read_text(encoding="utf-8")))
            waiting += [
                path
                for target in targets
                if (path := (page.parent / target).resolve()).suffix == ".md" and path.is_file()
            ]
    assert [page.name for page in PAGES if page not in reached and page.name != "index.md"] == []


def test_nothing_is_left_to_fill_in() -> None:
    for page in PAGES:
        assert not re.search(r"\b(FASTTABLE|TODO|TBD|FIXME|XXX)\b", page.read_text(encoding="utf-8")), page.name
