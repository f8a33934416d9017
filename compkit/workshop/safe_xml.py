"""XML from strangers: no entities, nothing fetched, nothing deep. Whoever reads the file limits its size."""

from __future__ import annotations

from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from compkit.offers import UnreadableError

MAX_XML_DEPTH = 40


def parse_xml(data: bytes) -> Element:
    """Root element of an XML document.

    Raises
    ------
    UnreadableError
        If it is not well-formed, declares entities, refers to other files, or is too deep.
    """
    if not data.strip():
        raise UnreadableError("is empty. Give the path of an XML file.")
    builder = _LimitedBuilder()
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, builder.end
    parser.EntityDeclHandler = _refuse_entity
    parser.ExternalEntityRefHandler = _refuse_external
    parser.StartDoctypeDeclHandler = _refuse_external_subset
    try:
        parser.Parse(data, True)  # noqa: FBT003
    except expat.ExpatError as error:
        rule = expat.ErrorString(error.code)
        raise UnreadableError(f"is not valid XML: {rule}, line {error.lineno}, column {error.offset + 1}.") from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know, or not as text
        raise UnreadableError("has an unknown encoding. Save it as UTF-8.") from error
    return builder.root()


class _LimitedBuilder:
    """Builds the tree of elements and attributes; text between them is dropped."""

    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._depth = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_XML_DEPTH:
            raise UnreadableError(f"is nested more than {MAX_XML_DEPTH} levels deep. Use fewer levels.")
        self._tree.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._depth -= 1
        self._tree.end(tag)

    def root(self) -> Element:
        return self._tree.close()


def _refuse_entity(name: str, *_: object) -> NoReturn:
    raise UnreadableError(f"declares the entity {name[:60]!a}. Remove the declaration, and type its text instead.")


def _refuse_external(*_: object) -> NoReturn:
    raise UnreadableError("refers to another file. Remove the reference.")


def _refuse_external_subset(_name: str, system_id: str | None, public_id: str | None, _has_internal: object) -> None:
    if system_id or public_id:
        raise UnreadableError("refers to another file in its DOCTYPE. Remove the DOCTYPE.")
