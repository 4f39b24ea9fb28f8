"""Two places compared: nearly all is equal, so nothing is named before it is found to differ."""

from __future__ import annotations

from assay.data.changes import UNCHANGED, DataChange, Item, Side, compare
from assay.data.scope import DataScope
from assay.data.tracked import Content
from assay.data.view import DataView, Listing
from assay.typed import Iterable, Mapping, NamedTuple, Set


class Part(NamedTuple):
    """What one place holds, by location, and how much of that is meant."""

    contents: Mapping[str, Content]
    scope: DataScope


class Found(NamedTuple):
    """How two places differ, sorted by path, and the items of the old one that the cache lacks."""

    changes: list[DataChange]
    absent: list[Item]


def find_changes(
    old: Part, new: Part, view: DataView, *, missing: bool = False, unchanged: bool = False
) -> Found:
    """Compare. Renames are not looked for.

    With `missing` the cache is asked for all that `old` holds. With `unchanged` there is an
    UNCHANGED change for each item that is the same.
    """
    absent = _absent(old, view) if missing else frozenset()
    worth = _Worth(old, new, view, absent, unchanged)
    sides = [_side(part, worth) for part in (old, new)]
    changes = list(compare(*sides))
    return Found(
        [change for change in changes if unchanged or change.state != UNCHANGED],
        [change.old for change in changes if change.old and change.old.content in absent],
    )


class _Worth:
    """Tells which files of a directory are worth an item: all that differ, all that are absent."""

    __slots__ = ("_absent", "_everything", "_known", "_new", "_old", "_view")

    def __init__(
        self, old: Part, new: Part, view: DataView, absent: Set[Content], everything: bool
    ) -> None:
        self._old = old.contents
        self._new = new.contents
        self._view = view
        self._absent = absent
        self._everything = everything
        self._known: dict[str, tuple[Listing, Listing] | None] = {}

    def of(self, location: str, part: Part) -> Listing | None:
        """Those files of the directory at `location`, as one of the places has it; None if nobody
        has its listing."""
        if location not in self._known:
            self._known[location] = self._differing(location)
        both = self._known[location]
        if both is None:
            return self._view.listing(location, part.contents[location])
        return both[0] if part.contents is self._old else both[1]

    def _differing(self, location: str) -> tuple[Listing, Listing] | None:
        """The files that are worth an item, of both places; None if all are."""
        before, after = self._old.get(location), self._new.get(location)
        if self._everything or before is None or after is None or before.kind != after.kind:
            return None
        if not (before.is_tree and after.is_tree):
            return None
        found = None if self._absent else self._view.differing(location, before, after)
        if found is not None:
            return found
        old, new = self._view.listing(location, before), self._view.listing(location, after)
        if old is None or new is None:
            return None
        names = {name for name, md5 in old.items() if new.get(name) != md5} if old != new else set()
        names.update(new.keys() - old.keys())
        kind = before.kind
        names.update(name for name, md5 in old.items() if Content(md5, kind) in self._absent)
        return _only(old, names), _only(new, names)


def _only(listing: Listing, names: Iterable[str]) -> Listing:
    return {name: listing[name] for name in names if name in listing}


def _side(part: Part, worth: _Worth) -> Side:
    items: dict[str, Item] = {}
    closed: set[str] = set()
    for location, content in part.contents.items():
        if part.scope.is_meant(location):
            items[location] = Item(location, content, content.is_tree)
        if not content.is_tree or not part.scope.is_open(location):
            continue
        listing = worth.of(location, part)
        if listing is None:
            closed.add(location)
            continue
        for name, md5 in listing.items():
            path = f"{location}/{name}"
            if part.scope.is_meant(path):
                items[path] = Item(path, Content(md5, content.kind))
    return Side(items, frozenset(closed))


def _absent(part: Part, view: DataView) -> Set[Content]:
    """What the cache lacks of all that is meant."""
    wanted: dict[str, set[str]] = {}
    for location, content in part.contents.items():
        is_open = content.is_tree and part.scope.is_open(location)
        if is_open and view.is_whole(location, content):
            continue
        ids = wanted.setdefault(content.kind, set())
        ids.add(content.id)
        if is_open:
            ids.update((view.listing(location, content) or {}).values())
    return {Content(one, kind) for kind, ids in wanted.items() for one in view.absent(ids, kind)}
