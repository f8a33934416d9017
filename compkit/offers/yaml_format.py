"""YAML without its surprises: dates stay text, 0175 is not octal, 1:30 is not a number, no duplicate names.

Field names are always text, decimal numbers keep their digits, and a number split by a comma in braces or brackets is
joined again, so that it can be refused as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from itertools import pairwise
from typing import Any

import yaml

from compkit.model import WrittenNumber
from compkit.offers.plain_text import MAX_DEPTH, UnreadableError, decode_text, whole_number
from compkit.offers.split_numbers import AmbiguousSplit, SplitNumber, is_cut

MAX_NODES = 1_000_000
_CORE = "tag:yaml.org,2002:"
_TEXT, _NULL, _MERGE = (_CORE + name for name in ("str", "null", "merge"))
_SPLIT, _UNSURE_SPLIT = "!split", "!unsure-split"
_FORMS = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "int": (r"[-+]?(?:0|[1-9][0-9]*(?:_[0-9]{3})*)", "-+0123456789"),
    "float": (
        r"[-+]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+|(?:0|[1-9][0-9]*)(?=[eE]))(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))"
        r"|\.(?:nan|NaN|NAN)",
        "-+0123456789.",
    ),
    "merge": (r"<<", "<"),
}
"""How unquoted text is typed: its form, and the characters it can start with."""

# The C parser is ten times faster; if PyYAML was built without it, the Python one follows the same rules.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_HINT = "Check the indentation, the space after each colon, and the dash before each list item."


class _OffersLoader(_Base):  # type: ignore[misc]
    """A loader for text, numbers, booleans, null, lists, and groups, without other tags."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012
    yaml_constructors: dict[str | None, Any] = {}  # noqa: RUF012


def _construct_int(loader: Any, node: yaml.ScalarNode) -> int:
    return whole_number(loader.construct_scalar(node).replace("_", ""))


def _construct_float(loader: Any, node: yaml.ScalarNode) -> float:
    # float() accepts every form above once the dot of .inf and .nan is gone.
    text = loader.construct_scalar(node)
    return WrittenNumber(text, float(text.lower().replace(".inf", "inf").replace(".nan", "nan")))


def _construct_group(loader: Any, node: yaml.MappingNode) -> dict[Hashable, Any]:
    group: dict[Hashable, Any] = loader.construct_mapping(node, deep=True)
    return group


def _prepare_loader() -> None:
    for tag, (form, first) in _FORMS.items():
        _OffersLoader.add_implicit_resolver(_CORE + tag, re.compile(f"^(?:{form})$"), list(first))
    safe = yaml.SafeLoader
    for tag, constructor in {
        "str": safe.construct_yaml_str,
        "bool": safe.construct_yaml_bool,
        "null": safe.construct_yaml_null,
        "seq": safe.construct_yaml_seq,
        "int": _construct_int,
        "float": _construct_float,
        "map": _construct_group,
    }.items():
        _OffersLoader.add_constructor(_CORE + tag, constructor)
    for tag, kind in {_SPLIT: SplitNumber, _UNSURE_SPLIT: AmbiguousSplit}.items():
        _OffersLoader.add_constructor(tag, lambda _, node, kind=kind: kind(node.value))
    _OffersLoader.add_constructor(None, safe.construct_undefined)


_prepare_loader()


def read_yaml(data: bytes) -> Any:
    """Plain values of a YAML document.

    Raises
    ------
    UnreadableError
        If it is not valid YAML, has duplicate names or tags, or is too deep or too large.
    """
    text = decode_text(data)
    try:
        _check_events(text)
        loader = _OffersLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise UnreadableError("has only comments. Run `compkit new` to create a file.")
        _NodeCheck().check(node)
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        problem = _sentence(error.problem or error.context)
        raise UnreadableError(f"is not valid YAML: {line}{problem} {_HINT}") from error
    except yaml.YAMLError as error:
        raise UnreadableError(f"is not valid YAML: {_sentence(str(error))} {_HINT}") from error


def yaml_nodes(text: str) -> Any:
    """Node tree, with positions in the text, of a document that `read_yaml` has accepted."""
    return _OffersLoader(text).get_single_node()


def _sentence(problem: str | None) -> str:
    return " ".join(ascii(problem or "cannot be read")[1:-1].split())[:200] + "."


def _check_events(text: str) -> None:
    """Refuse documents that would crash or stall the C parser, which builds the tree by unlimited recursion."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=_Base)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", f"{_CORE}str"):
            raise UnreadableError(f"uses the tag {str(tag)[:60]!a} in line {line}. Remove the tag.")
        if count > MAX_NODES:
            raise UnreadableError(f"has more than {MAX_NODES:,} values (line {line}). Split it.")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise UnreadableError(f"is nested more than {MAX_DEPTH} levels deep (line {line}). Use fewer levels.")


class _NodeCheck:
    """Walks a tree once; a node with several aliases is visited once and counted each time."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def check(self, root: yaml.Node) -> None:
        """Refuse duplicate names, and trees that are endless or huge once every alias is expanded."""
        if self._size(root) > MAX_NODES:
            raise UnreadableError("is too large once its aliases (*name) are expanded. Type the values out.")

    def _size(self, node: yaml.Node) -> int:
        key = id(node)
        if key in self._sizes:
            return self._sizes[key]
        if key in self._open:
            return MAX_NODES + 1
        self._open.add(key)
        parts: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            _join_values(node)
            for name, _ in node.value:
                if isinstance(name, yaml.ScalarNode) and name.tag != _MERGE:
                    name.tag = _TEXT
            _reject_duplicates(node)
            parts = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            _join_items(node)
            parts = node.value
        # Sizes double with each alias: without the cap they would have thousands of digits.
        total = min(1 + sum(map(self._size, parts)), MAX_NODES + 1)
        self._open.discard(key)
        self._sizes[key] = total
        return total


def _is_plain(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style


def _join_values(node: yaml.MappingNode) -> None:
    """Join `{value: 300,000}`: a value, and a name of three digits without a value."""
    joined: list[tuple[yaml.Node, yaml.Node]] = []
    for key, value in node.value:
        before = joined[-1][1] if joined and node.flow_style else None
        is_piece = before and all(map(_is_plain, (before, key, value))) and value.tag == _NULL and not value.value
        if before is None or not is_piece or not _is_cut(before, key):
            joined.append((key, value))
        else:
            before.value, before.tag = f"{before.value},{key.value}", _SPLIT
    node.value = joined


def _join_items(node: yaml.SequenceNode) -> None:
    """Join `[80,000, 60,000]`: items that start with 0, or follow a comma without a space unlike the others."""
    items = node.value
    if not node.flow_style or not items or not all(map(_is_plain, items)):
        return
    close = [False, *(later.start_mark.index - item.end_mark.index == 1 for item, later in pairwise(items))]
    is_spaced = not all(close[1:])
    joined: list[yaml.Node] = []
    for item, is_close in zip(items, close, strict=True):
        is_piece = item.value.startswith("0") or (is_close and is_spaced)
        if joined and is_piece and _is_cut(joined[-1], item):
            before = joined[-1]
            before.value, before.tag = f"{before.value},{item.value}", _SPLIT
        else:
            joined.append(item)
    if not is_spaced and any(item.tag != _SPLIT for item in joined):
        for item in joined:
            item.tag = _UNSURE_SPLIT if item.tag == _SPLIT else item.tag
    node.value = joined


def _is_cut(before: yaml.Node, piece: yaml.Node) -> bool:
    return is_cut(SplitNumber(before.value) if before.tag == _SPLIT else before.value, piece.value)


def _reject_duplicates(node: yaml.MappingNode) -> None:
    seen: set[str] = set()
    for key, _ in node.value:
        if not isinstance(key.value, str):
            continue
        if key.value in seen:
            name = ascii(key.value[:60])
            raise UnreadableError(f"line {key.start_mark.line + 1} repeats {name}. Remove one of the two.")
        seen.add(key.value)
