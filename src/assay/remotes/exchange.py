"""The two sides of a transfer: our cache and a remote; and carrying files from one to the other."""

from __future__ import annotations

import os

from assay.remotes.layout import object_name
from assay.remotes.local import LocalRemote
from assay.remotes.remote import Remote
from assay.remotes.wanted import Failure
from assay.store.cache import ObjectCache
from assay.store.trees import TreeEntry
from assay.store.vouchers import Vouchers
from assay.typed import Callable, Iterable, Mapping, NamedTuple, Sequence, TypeVar
from assay.ui.console import Console
from assay.ui.progress import Progress
from assay.workers import in_parallel

_GIVE_UP_AFTER = 10  # so many failures in a row mean that it is not about the single file
_LARGEST_BATCH = 256

Item = TypeVar("Item")
Move = Callable[[Sequence[str]], Iterable[OSError | None]]
"""Moves files that stand in one folder; for each, in order, None or what went wrong."""


class Exchange(NamedTuple):
    """Our cache, as files (`here`) and as objects by kind of hash, and the remote (`there`)."""

    here: LocalRemote
    there: Remote
    caches: Mapping[str, ObjectCache]
    vouchers: Vouchers
    console: Console
    jobs: int | None

    def tree(self, path: str) -> tuple[TreeEntry, ...] | None:
        """The listing at `path` in the cache, None without one; a damaged one is set aside."""
        name = object_name(path)
        if name is None or not self.here.existing([path]):
            return None
        entries = self.caches[name.kind].read_tree(name.id)
        if entries is None:
            _set_aside(self.here.address(path))
        return entries


def _set_aside(place: str) -> None:
    try:
        os.replace(place, f"{place}.damaged")
    except OSError:  # a reader may have no right to (P4)
        pass


class Carried(NamedTuple):
    """Which files were carried, were not there to be carried, and failed for another reason."""

    done: list[str]
    absent: list[Failure]
    failed: list[Failure]
    untried: int


def carry(exchange: Exchange, title: str, move: Move, paths: Sequence[str]) -> Carried:
    """Let `move` carry the files at `paths`, a folder at a time and several folders at once.

    Gives up when one after the other fails; what was carried by then stays.
    """

    def work(batch: Sequence[str]) -> list[tuple[str, OSError | None]]:
        return list(zip(batch, move(batch), strict=True))

    carried = Carried([], [], [], 0)
    outcomes = in_parallel(work, _batches(paths), jobs=exchange.jobs)
    in_a_row = 0
    with Progress(exchange.console, title, total=len(paths)) as progress:
        for batch in outcomes:
            for path, error in batch:
                in_a_row = _note(carried, path, error, in_a_row)
            size = _size(exchange, batch) if progress.is_visible else 0
            progress.advance(len(batch), size)
            if in_a_row >= _GIVE_UP_AFTER:
                outcomes.close()
    tried = len(carried.done) + len(carried.absent) + len(carried.failed)
    return carried._replace(untried=len(paths) - tried)


def _size(exchange: Exchange, batch: Iterable[tuple[str, OSError | None]]) -> int:
    """Bytes of what was carried; it is in our cache, whichever way it went."""
    total = 0
    for path, error in batch:
        try:
            total += 0 if error else os.stat(exchange.here.address(path)).st_size
        except OSError:  # not there yet: its folder is shown a moment later
            pass
    return total


def _batches(paths: Iterable[str]) -> list[list[str]]:
    """Files of one folder together, but not too many of them."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    return [
        members[start : start + _LARGEST_BATCH]
        for members in folders.values()
        for start in range(0, len(members), _LARGEST_BATCH)
    ]


def _note(carried: Carried, path: str, error: OSError | None, in_a_row: int) -> int:
    """Sort one outcome in; how many have failed in a row by now."""
    if error is None:
        carried.done.append(path)
        return 0
    if isinstance(error, FileNotFoundError):
        carried.absent.append(Failure(path, str(error)))
        return 0
    carried.failed.append(Failure(path, str(error)))
    return in_a_row + 1


def unique(items: Iterable[Item]) -> list[Item]:
    """Each item once, in the order of first appearance."""
    return list(dict.fromkeys(items))
