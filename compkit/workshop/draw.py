"""Numbers drawn from a key: the same key and label give the same numbers, on every machine and Python."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_BITS = 64


class Draw:
    """A stream of numbers, from HMAC-SHA-256 in counter mode.

    Without the key nobody can tell the numbers of one label from those of another.

    Parameters
    ----------
    key : bytes
    label : str
        What the numbers are for.

    Examples
    --------
    >>> [Draw(b"key", "a").below(100) for _ in range(2)], Draw(b"key", "b").below(100)
    ([35, 35], 53)
    """

    def __init__(self, key: bytes, label: str) -> None:
        self._key, self._label, self._n_drawn = key, label, 0

    def below(self, end: int) -> int:
        """Draw a whole number from 0 to `end` - 1, each as likely as the others."""
        largest = 2**_BITS - 2**_BITS % end
        while True:
            message = f"{self._n_drawn}:{self._label}".encode()
            self._n_drawn += 1
            value = int.from_bytes(hmac.digest(self._key, message, hashlib.sha256)[: _BITS // 8], "big")
            if value < largest:
                return value % end

    def between(self, low: int, high: int) -> int:
        """Draw a whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        """Draw one of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return the items in an order drawn from all orders."""
        left, order = list(items), []
        while left:
            order.append(left.pop(self.below(len(left))))
        return order
