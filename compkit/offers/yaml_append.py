"""Adding offers to an existing file without changing its text."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from compkit.errors import Fault, InputError
from compkit.model import USD
from compkit.offers.formats import read_contents
from compkit.offers.loading import read_offers
from compkit.offers.plain_text import UnreadableError, decode_text
from compkit.offers.questions import InterviewContext
from compkit.offers.yaml_format import read_yaml, yaml_nodes
from compkit.offers.yaml_writer import Draft, flow, item_lines, plain_values


@dataclass(frozen=True, slots=True)
class AppendableFile:
    """A valid offers file to which offers can be added.

    Parameters
    ----------
    name : str
        The path as typed, for messages.
    data : bytes
        The file's contents.
    values : dict
        The same as plain values.
    """

    name: str
    data: bytes
    values: Mapping[str, Any]

    @property
    def ids(self) -> set[str]:
        """The ids of its offers."""
        return {offer["id"] for offer in self.values["offers"]}

    @property
    def context(self) -> InterviewContext:
        """Facts in the file that the questions about another offer depend on."""
        people: Mapping[str, Any] = self.values.get("candidates") or {}
        everybody = people or {"": self.values.get("candidate") or {}}
        homes = {name: person["residence"] for name, person in everybody.items() if (person or {}).get("residence")}
        return InterviewContext({USD: 1.0, **(self.values.get("rates") or {})}, tuple(people), homes)

    def with_offers(self, offers: Sequence[Draft], rates: Mapping[str, float]) -> bytes:
        """Contents of the file with more offers at the end of its list, and more rates.

        Parameters
        ----------
        offers : sequence of Draft
        rates : mapping of str to float
            USD for one unit of each currency without a rate in the file.

        Raises
        ------
        InputError
            If the text has no place for them.
        """
        text = decode_text(self.data)
        mark = codecs.BOM_UTF8 if self.data.startswith(codecs.BOM_UTF8) else b""
        if mark + text.encode() != self.data:
            raise self._refusal("is not in UTF-8. Save it as UTF-8 first.")
        try:
            grown = mark + _with_additions(text, offers, rates).encode()
            is_whole = read_yaml(grown) == self._values_with(offers, rates)
        except (UnreadableError, yaml.YAMLError) as error:
            raise self._no_place() from error
        if not is_whole:
            raise self._no_place()
        return grown

    def _values_with(self, offers: Sequence[Draft], rates: Mapping[str, float]) -> dict[str, Any]:
        more = {"rates": {**(self.values.get("rates") or {}), **rates}} if rates else {}
        return {
            **self.values,
            **more,
            "offers": [*self.values["offers"], *(plain_values(fields) for fields, _ in offers)],
        }

    def _no_place(self) -> InputError:
        return self._refusal("has a layout that `compkit new --add` can't add to. Add the offer in an editor.")

    def _refusal(self, rule: str) -> InputError:
        return InputError([Fault(self.name, "", "", rule)])


def load_appendable_file(path: Path) -> AppendableFile:
    """Load a file to which offers can be added.

    Raises
    ------
    InputError
        If it is a sheet, is missing, or has faults; with every fault.
    """
    name = str(path)
    if not path.exists():
        raise InputError([Fault(name, "", "", "does not exist. Leave out --add to create a new file.")])
    contents = read_contents(path, name)
    if contents.is_sheet:
        raise InputError([Fault(name, "", "", "is a spreadsheet. Add a row to it in a spreadsheet program.")])
    faults = read_offers([path]).faults
    if faults:
        raise InputError(faults)
    return AppendableFile(name, path.read_bytes(), contents.values)


def _with_additions(text: str, offers: Sequence[Draft], rates: Mapping[str, float]) -> str:
    top = yaml_nodes(text)
    groups = {key.value: value for key, value in top.value}
    added = [_after_list(text, groups["offers"], offers)]
    known = groups.get("rates")
    if rates and known is None:
        added.append(_after_group(text, top, {"rates": rates}))
    elif rates and isinstance(known, yaml.ScalarNode):  # `rates:` and nothing behind it
        added.append((known.end_mark.index, f" {flow(rates)}"))
    elif rates:
        added.append(_after_group(text, groups["rates"], rates))
    grown, done = "", 0
    for position, more in sorted(added, key=lambda pair: pair[0]):
        grown += text[done:position] + more
        done = position
    return grown + text[done:]


def _after_list(text: str, node: yaml.SequenceNode, offers: Sequence[Draft]) -> tuple[int, str]:
    """Position and text of more items of a list."""
    last = node.value[-1]
    if node.flow_style:
        return last.end_mark.index, "".join(_flow_item(text, last, fields) for fields, _ in offers)
    column = node.start_mark.column
    is_beside_dash = last.start_mark.column > column and isinstance(last, yaml.MappingNode) and not last.flow_style
    dash = "-".ljust(last.start_mark.column - column if is_beside_dash else 2)
    lines = [line for fields, later in offers for line in item_lines(fields, later, dash)]
    return _block(text, node, last, lines)


def _after_group(text: str, node: yaml.MappingNode, values: Mapping[str, Any]) -> tuple[int, str]:
    """Position and text of more fields of a group."""
    last = node.value[-1][1] if node.value else None
    if node.flow_style or last is None:
        more = flow(values, as_json=True)[1:-1]
        return (last.end_mark.index, f", {more}") if last else (node.start_mark.index + 1, more)
    return _block(text, node, last, [f"{key}: {flow(value)}" for key, value in values.items()])


def _block(text: str, node: yaml.Node, last: yaml.Node, lines: Sequence[str]) -> tuple[int, str]:
    """Position and text of lines that continue a block."""
    newline = "\r\n" if "\r\n" in text else "\n"
    margin = " " * node.start_mark.column
    more = "".join(f"{margin}{line}{newline}" for line in lines)
    position = _block_end(text, node, last)
    return position, more if text[:position].endswith("\n") else newline + more


def _block_end(text: str, node: yaml.Node, last: yaml.Node) -> int:
    """End of a block: the end of the file, or of the block's last line or comment."""
    if not text[node.end_mark.index :].strip():
        return len(text)
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    position = last.end_mark.index
    if not text[:position].endswith("\n"):
        position = _line_end(text, position)
    while True:
        line = text[position : _line_end(text, position)]
        if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) <= node.start_mark.column:
            return position
        position += len(line)


def _line_end(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def _flow_item(text: str, last: yaml.Node, fields: Mapping[str, Any]) -> str:
    """Item as JSON, which is valid YAML, laid out like the last item."""
    margin = _margin(text, last)
    if margin is None:
        return ", " + flow(fields, as_json=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    inner = _margin(text, last.value[0][0]) if isinstance(last, yaml.MappingNode) and last.value else None
    if not inner or inner == margin:
        return f",{newline}{margin}{flow(fields, as_json=True)}"
    lines = [f"{inner}{flow({key: value}, as_json=True)[1:-1]}" for key, value in fields.items()]
    return f",{newline}{margin}{{{newline}{f',{newline}'.join(lines)}{newline}{margin}}}"


def _margin(text: str, node: yaml.Node) -> str | None:
    """Indentation of a value that starts a line, or None if something is before it."""
    before = text[text.rfind("\n", 0, node.start_mark.index) + 1 : node.start_mark.index]
    return None if before.strip() else before
