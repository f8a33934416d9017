"""Formats of a letter: plain text, a web page, or a draft email."""

from __future__ import annotations

import email.policy
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage

from compkit.negotiation import Letter
from compkit.report.show.templating import rendered

# Every mail program reads plain headers on one line, but encoded words must stay short.
_UNFOLDED = email.policy.SMTP.clone(max_line_length=900)


def letter_text(letter: Letter) -> str:
    """Format a letter as text: subject, then body."""
    return f"Subject: {letter.subject}\n\n{letter.body}\n"


def letter_html(letter: Letter) -> str:
    """Format a letter as a self-contained page: escaped, without scripts or external addresses."""
    return f"{rendered('compkit.report.negotiation', 'letter', letter=letter)}\n"


def letter_eml(letter: Letter) -> bytes:
    """Format a letter as a draft that a mail program opens (X-Unsent).

    The UTF-8 message names no sender, machine or program; the mail program sets the date.
    """
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = _one_line(letter.subject)
    to = _address(letter.to_name, letter.to_email)
    if to is not None:
        message["To"] = to
    message["X-Unsent"] = "1"
    message.set_content(f"{letter.body}\n", charset="utf-8", cte="quoted-printable")
    headers = "".join(str(value) for value in message.values())
    return message.as_bytes(policy=_UNFOLDED if headers.isascii() else email.policy.SMTP)


def has_address(letter: Letter) -> bool:
    """Tell whether the file gives one plain address for a draft."""
    return _address(letter.to_name, letter.to_email) is not None


def _address(name: str | None, address: str | None) -> Address | None:
    """Recipient, or None unless the text is exactly one plain address."""
    if not address or not address.isascii():
        return None
    try:
        found = Address(display_name=_one_line(name or ""), addr_spec=address)
    except (ValueError, IndexError, MessageError):
        return None
    return found if found.username and "." in found.domain and found.addr_spec == address else None


def _one_line(text: str) -> str:
    """Text safe for a header: one line, and no part of it reads as an encoded word."""
    plain = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return plain.replace("=?", "= ?")
