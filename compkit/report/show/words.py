"""Blocks to send or read aloud: a letter, and the one-page call sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compkit.report.show.blocks import Block


@dataclass(frozen=True)
class Words(Block):
    """Text to send or say, with a note about it; without a subject if it is spoken."""

    TEMPLATE = "words"

    title: str
    subject: str
    body: str
    note: str = ""

    @property
    def paragraphs(self) -> list[list[str]]:
        """Lines of the body by paragraph."""
        return [paragraph.splitlines() for paragraph in self.body.strip().split("\n\n")]

    def __repr__(self) -> str:
        head = [self.title, *([f"Subject: {self.subject}"] if self.subject else [])]
        return "\n".join([*head, self.body.rstrip(), *([self.note] if self.note else [])])


@dataclass(frozen=True, slots=True)
class CallPart:
    """One part of the call sheet: heading, facts, and what to say."""

    heading: str
    facts: Sequence[str]
    say: str = ""


@dataclass(frozen=True)
class CallSheet(Block):
    """Everything you need during the call, on one printed page."""

    TEMPLATE = "call_sheet"

    title: str
    subtitle: str
    parts: Sequence[CallPart]

    def __repr__(self) -> str:
        lines = [self.title, self.subtitle]
        for number, part in enumerate(self.parts, start=1):
            lines += [f"{number}. {part.heading}", *(f"- {item}" for item in part.facts)]
            lines += [f"  Say: {part.say}"] if part.say else []
        return "\n".join(lines)
