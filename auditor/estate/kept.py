"""What is worth keeping for the next time, within a limit."""

from __future__ import annotations

from typing import Generic, TypeVar

Key = TypeVar("Key")
Worth = TypeVar("Worth")


class Kept(Generic[Key, Worth]):
    """A mapping that forgets what was not asked for lately.

    It holds at most twice ``limit`` of whatever sizes it is given. What is full becomes
    ``old``; what is asked for there is young again, and the rest goes when the next is full.
    """

    __slots__ = ("_old_sizes", "_sizes", "limit", "old", "size", "young")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.young: dict[Key, Worth] = {}
        self.old: dict[Key, Worth] = {}
        self.size = 0
        self._sizes: dict[Key, int] = {}
        self._old_sizes: dict[Key, int] = {}

    def get(self, key: Key) -> Worth | None:
        """What is kept for ``key``."""
        worth = self.young.get(key)
        if worth is None and (worth := self.old.pop(key, None)) is not None:
            self.put(key, worth, self._old_sizes.pop(key))
        return worth

    def put(self, key: Key, worth: Worth, size: int = 1) -> None:
        """Keep ``worth`` for ``key``, of which nothing is kept yet or what has the same size."""
        if self.size + size > self.limit:
            self.old, self.young, self.size = self.young, {}, 0
            self._old_sizes, self._sizes = self._sizes, {}
        self.size += 0 if key in self.young else size
        self.young[key] = worth
        self._sizes[key] = size

    def clear(self) -> None:
        """Forget all."""
        self.young, self.old, self.size = {}, {}, 0
        self._sizes, self._old_sizes = {}, {}

    def __len__(self) -> int:
        return len(self.young) + len(self.old)
