"""Words that came from translation stay out of what people read: tables, letters, pages, guides, commands."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

INSTEAD = {
    r"beside": "next to, with, compared with",
    r"the day (for|of) (my|your|their|an|the) answer": "deadline, date",
    r"where there (is|are) (one|none|any)": "if there is one, if any",
    r"as typed": "as you entered it",
    r"as commonly reported": "based on public reports",
    r"dearest": "costs the most",
    r"three quarters (of the way )?up": "75% of",
    r"present (job|employer|home|manager)": "current",
    r"tells? (nothing )?of": "mentions, has",
    r"file tells": "your file has, you entered",
    r"whether or not": "whether",
    r"and of its date": "as of its date",
    r"hangs? on": "depends on",
    r"what is usual": "what they usually do",
    r"(lies?|lay|lying) (above|below|under|beyond|between|at)": "is above, is below",
    r"to be had": "available",
    r"kinder": "better, easier",
    r"(goes|go|going|turns?|turned) round": "bypass, reverse",
    r"the (wrong|other) way round": "reversed",
    r"(speaks?|spoke|speaking) of": "mention, talk about",
    r"(holds?|held) (it|this|them|one|another offer|the offer) (against|beside)": "compare with",
    r"said to (move|pay|lie|grant|have|make|raise)": "say who says it: the guide says",
    r"(is|are|was) told of": "say who says it",
    r"sums? (below|at|above) which": "amount",
    r"the higher sum": "more",
    r"one walks away": "you walk away",
    r"who (leaves|comes|would move|returns) (early|later|anyway|back)": "if you leave, people who",
    r"of whom": "whom",
    r"is open without": "rate these to get",
    r"may come of": "could be worth",
    r"counter-offers?": "counteroffer",
    r"thereof|whereof|hitherto|herewith|likewise|reckon\w*": "plain words",
    r"afterwards|towards|whilst|judgement|practis\w+|cheque": "American spelling",
    r"(colour|favour|labour|behaviour|neighbour|honour)\w*": "American spelling",
}  # fmt: skip
"""Phrases people should not meet, as patterns of whole words, each with what to write instead."""

QUOTED = (
    "Effective Counter-Offer Scripts",  # the guide's own heading
    "holds the offer against them",
    "a path beside the stages",
    "Its last day, counted likewise",
)
"""What may stay all the same."""

PATTERNS = [(re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE), instead) for phrase, instead in INSTEAD.items()]
NO_PROSE = re.compile(r"`[^`]*`|<?https?://\S+")


def described(node: object) -> Iterator[str]:
    """Yield the titles and descriptions of a Table Schema."""
    if isinstance(node, dict):
        yield from (node[key] for key in ("title", "description") if isinstance(node.get(key), str))
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from described(part)


def of_tables() -> Iterator[tuple[Path, str]]:
    """Yield each cell of text of `data/`, and what the schemas say of it."""
    for path in sorted((ROOT / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from ((path, cell) for row in csv.reader(file) for cell in row if " " in cell)
    for path in sorted((ROOT / "data").rglob("*.schema.json")):
        yield from ((path, text) for text in described(json.loads(path.read_text(encoding="utf-8"))))


def of_letters() -> Iterator[tuple[Path, str]]:
    """Yield the lines of letters, as templates and as sent, and of the pages' templates."""
    folders = ("data/templates", "tests/golden_letters", "compkit/report/page/templates")
    for path in (path for folder in folders for path in sorted((ROOT / folder).rglob("*"))):
        if path.suffix in {".txt", ".md", ".j2", ".html"}:
            yield from ((path, line) for line in path.read_text(encoding="utf-8").splitlines())


def of_guides() -> Iterator[tuple[Path, str]]:
    """Yield the paragraphs of the README, the glossary and the guides; decisions stay as they were written."""
    for path in (ROOT / "README.md", ROOT / "GLOSSARY.md", *sorted((ROOT / "docs").glob("*.md"))):
        yield from ((path, text) for text in path.read_text(encoding="utf-8").split("\n\n"))


def of_notebooks() -> Iterator[tuple[Path, str]]:
    """Yield what notebooks say, and what they and the golden reports show."""
    for path in (
        path for folder in ("notebooks", "reports/golden") for path in sorted((ROOT / folder).rglob("*.ipynb"))
    ):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield path, "".join(cell["source"])
            for output in cell.get("outputs", []):
                yield path, "".join(output.get("data", {}).get("text/plain", []))


def of_commands() -> Iterator[tuple[Path, str]]:
    """Yield the texts in the code of commands: their help, which decorated functions hold, but no other docstrings."""
    for path in sorted((ROOT / "compkit" / "cli").glob("*.py")):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        inner = {
            id(node.body[0].value)
            for node in nodes
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and not getattr(node, "decorator_list", [])
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in nodes:
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in inner
                and " " in node.value
            ):
                yield path, node.value


def found_in(text: str) -> Iterator[str]:
    """Yield each phrase that should not be there, with its surroundings and what to write."""
    for quoted in QUOTED:
        text = text.replace(quoted, "")
    text = re.sub(r"\s+", " ", NO_PROSE.sub("", text))
    for pattern, instead in PATTERNS:
        for match in pattern.finditer(text):
            around = text[max(0, match.start() - 40) : match.end() + 40]
            yield f"{match[0]!r} in {around!r}. Write: {instead}."


@pytest.mark.parametrize(
    "texts", [of_tables, of_letters, of_guides, of_notebooks, of_commands], ids=lambda each: each.__name__
)
def test_nothing_reads_as_translated(texts: Callable[[], Iterator[tuple[Path, str]]]) -> None:
    found: dict[str, Path] = {}
    for path, text in texts():
        for fault in found_in(text):
            found.setdefault(fault, path.relative_to(ROOT))
    assert not found, "\n" + "\n".join(f"{path}: {fault}" for fault, path in found.items())


def test_a_phrase_is_found_with_what_to_write() -> None:
    assert list(found_in("The bonus hangs\n on results.")) == [
        "'hangs on' in 'The bonus hangs on results.'. Write: depends on."
    ]
    assert not list(found_in("`beside` [list]; see https://example.org/counter-offer"))
