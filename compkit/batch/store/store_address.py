"""The address of a store for reports, and how to show it without secrets."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from compkit.errors import Fault, InputError

HIDDEN = "***"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://.*", re.DOTALL)
_BUCKETS = ("s3", "s3a", "gs", "gcs")
"""Stores whose addresses hold a bucket and a prefix but no keys."""

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
_NAME_LENGTH, _HASH_LENGTH = 40, 16


@dataclass(frozen=True)
class StoreAddress:
    """Where a store is.

    Parameters
    ----------
    url : str
        As typed, but for slashes at its end; it may hold a password.
    """

    url: str

    @property
    def protocol(self) -> str:
        """Scheme of the address, such as `s3`."""
        return self.url.split("://")[0].lower()

    @property
    def shown(self) -> str:
        """The address without password and query, for people, files and logs."""
        parts = urlsplit(self.url)
        user, _, host = parts.netloc.rpartition("@")
        name = user.split(":")[0]
        return f"{parts.scheme}://{f'{name}@' if name else ''}{host}{parts.path}"

    @property
    def id(self) -> str:
        """A hash that identifies the store; a changed password does not change it."""
        return hashlib.sha256(self.shown.encode()).hexdigest()[:_HASH_LENGTH]

    @property
    def cache_folder(self) -> Path:
        """The default local folder for the store's reports."""
        name = _NOT_IN_A_NAME.sub("-", self.shown.lower()).strip("-")[:_NAME_LENGTH].strip("-")
        return _caches() / "compkit" / "reports" / f"{name}-{self.id}"

    def without_secrets(self, text: str) -> str:
        """Remove the address's secrets from somebody else's text, such as an error."""
        parts = urlsplit(self.url)
        password = parts.netloc.rpartition("@")[0].partition(":")[2]
        values = [pair.partition("=")[2] for pair in parts.query.split("&")]
        for secret in (self.url, password, unquote(password), parts.query, *values, *map(unquote, values)):
            if secret:
                text = text.replace(secret, self.shown if secret == self.url else HIDDEN)
        return text


def parse_output(text: str) -> Path | StoreAddress:
    """Folder or store that `-o` names.

    Raises
    ------
    InputError
        If no store can have that address; the message does not show it.

    >>> parse_output("reports/mine").name
    'mine'
    >>> parse_output("sftp://me:secret@host/reports/").shown
    'sftp://me@host/reports'
    """
    if _URL.fullmatch(text) is None:
        return Path(text)
    faults = [Fault("", "", "-o", rule) for rule in _address_faults(text)]
    if faults:
        raise InputError(faults)
    if urlsplit(text).scheme.lower() == "file":
        return Path(url2pathname(urlsplit(text).path))
    return StoreAddress(text.rstrip("/"))


def _address_faults(text: str) -> list[str]:
    """Faults of an address, each as the rest of a sentence."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ["is not an address: its host cannot be read."]
    found = []
    if not text.isprintable() or "::" in parts.netloc + parts.path:
        found.append("must be one plain address: no control characters, no '::'.")
    if any(part in (".", "..") for part in parts.path.split("/")):
        found.append("must not hold '.' or '..' between slashes.")
    if parts.scheme.lower() in _BUCKETS:
        if "@" in parts.netloc:
            found.append("must not hold keys. Give them as the store's own tools take them, such as AWS_PROFILE.")
        elif not parts.netloc:
            found.append(f"must name a bucket: {parts.scheme}://BUCKET/PREFIX.")
    return found


def _caches() -> Path:
    """System's folder for a user's caches."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
