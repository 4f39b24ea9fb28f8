"""Which objects the cache has, and which the remote."""

from __future__ import annotations

from assay.remotes.exchange import Exchange, unique
from assay.remotes.layout import object_path
from assay.remotes.listings import Listing, find_listings
from assay.remotes.wanted import Failure, Wanted
from assay.store.cache import CacheWriteFailed
from assay.typed import NamedTuple, Sequence

NEW, DELETED, MISSING = "new", "deleted", "missing"
"""Only in the cache; only on the remote; on neither side."""


class Comparison(NamedTuple):
    """The paths of the objects on each side, and the listings of the directories among them.

    `failed` names listings on the remote that are no good.
    """

    here: set[str]
    there: set[str]
    listings: dict[str, Listing]
    failed: list[Failure]

    def state(self, path: str) -> str | None:
        """NEW, DELETED or MISSING; None for an object on both sides."""
        if path in self.here:
            return None if path in self.there else NEW
        return DELETED if path in self.there else MISSING


def compare(exchange: Exchange, wanted: Sequence[Wanted]) -> Comparison:
    """Look at both sides. The files of a directory whose listing is on the remote are there too.

    Listings that only the remote has are put into the cache, where that may be written (P4).
    """
    listings = find_listings(exchange, (one.path for one in wanted if one.is_tree))
    there = exchange.there.existing(unique(one.path for one in wanted))
    sure: list[str] = []
    asked: list[str] = []
    for one in wanted:
        if one.path in listings.known:
            entries = one.members(listings.known[one.path].entries)
            members = (object_path(entry.md5, one.kind) for entry in entries)
            (sure if one.path in there else asked).extend(members)
    there.update(sure, exchange.there.existing(unique(asked)))
    _keep(exchange, wanted, listings.known)
    here = exchange.here.existing(unique([*(one.path for one in wanted), *sure, *asked]))
    return Comparison(here.union(listings.known), there, listings.known, listings.failed)


def _keep(exchange: Exchange, wanted: Sequence[Wanted], known: dict[str, Listing]) -> None:
    for one in wanted:
        data = known[one.path].data if one.path in known else None
        if data is not None:
            try:
                exchange.caches[one.kind].put_bytes(one.id, data)
            except CacheWriteFailed:
                return
