"""Which objects are in use: all that the workspace and commits recorded, directories with files.

A directory whose listing is nowhere is `lost`: nobody can tell which objects are its files.
"""

from __future__ import annotations

from assay.data.tracked import Content, TrackedOutput
from assay.store.hashes import LEGACY_MD5, MD5
from assay.typed import Callable, Iterable, NamedTuple

Hashes = Callable[[Content], Iterable[str] | None]
"""The hashes of the files of a directory; None if its listing is not there."""

Ids = dict[str, set[str]]
"""Kind of hash → ids of objects."""


class Lost(NamedTuple):
    """A directory without a listing. `revision` is what to call the place that recorded it."""

    output: TrackedOutput
    content: Content
    revision: str


class UsedData:
    """Objects in use, by the remote that their outputs name (None: the default one)."""

    __slots__ = ("_hashes", "by_home", "lost")

    def __init__(self, hashes: Hashes) -> None:
        self._hashes = hashes
        self.by_home: dict[str | None, Ids] = {}
        self.lost: list[Lost] = []

    def add(self, outputs: Iterable[TrackedOutput], revision: str) -> None:
        """Take what these outputs hold; `revision` is what to call the place they are from."""
        for one in outputs:
            if one.content is None or not self._is_new(one, one.content):
                continue
            if one.content.is_tree:
                hashes = self._hashes(one.content)
                if hashes is None:
                    self.lost.append(Lost(one, one.content, revision))
                else:
                    self._of(one)[one.content.kind].update(hashes)

    def find(self, hashes: Callable[[Lost], Iterable[str] | None]) -> None:
        """Look for the lost directories elsewhere; those whose files are found are lost no more."""
        still: list[Lost] = []
        for lost in self.lost:
            found = hashes(lost)
            if found is None:
                still.append(lost)
            else:
                self._of(lost.output)[lost.content.kind].update(found)
        self.lost = still

    def ids(self, kind: str) -> set[str]:
        """All objects in use of one kind of hash."""
        return set().union(*(ids[kind] for ids in self.by_home.values()))

    def _is_new(self, one: TrackedOutput, content: Content) -> bool:
        known = self._of(one)[content.kind]
        if content.id in known:
            return False
        known.add(content.id)
        return True

    def _of(self, one: TrackedOutput) -> Ids:
        home = one.output.remote
        key = home.lower() if home else None
        return self.by_home.setdefault(key, {MD5: set(), LEGACY_MD5: set()})
