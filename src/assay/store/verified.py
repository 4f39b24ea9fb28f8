"""Objects of a cache on their way out of it: their bytes are compared with their names before they
are used, unless we vouch for them (P5).
"""

from __future__ import annotations

import os

from assay.errors import AssayError
from assay.store.cache import ObjectCache
from assay.store.hashes import TREE_SUFFIX
from assay.store.vouchers import Vouchers


class MissingObject(AssayError):
    """The cache does not hold what a path should become."""


class VerifiedObjects:
    """The objects of one cache."""

    __slots__ = ("cache", "vouchers")

    def __init__(self, cache: ObjectCache, vouchers: Vouchers) -> None:
        self.cache = cache
        self.vouchers = vouchers

    def require(self, object_id: str) -> os.stat_result:
        """The stat of an object that is there. Raises MissingObject."""
        status = self.cache.status(object_id)
        if status is None:
            raise MissingObject(f"'{object_id}' is not in the cache")
        return status

    def verify(self, object_id: str, status: os.stat_result) -> str:
        """Where the object is, whose stat is `status` and whose bytes are what its name says.

        Raises MissingObject for another, which is set aside.
        """
        source = self.cache.path(object_id)
        if self.vouchers.vouches(object_id, status):
            return source
        if self.cache.hash_of(source) != object_id.removesuffix(TREE_SUFFIX):
            damaged = source + ".damaged"
            os.replace(source, damaged)
            raise MissingObject(
                f"the cache object '{object_id}' was damaged and has been set aside as '{damaged}'",
                hint="fetch it again from a remote, or run the stage that makes it",
            )
        self.vouchers.vouch(object_id, status)
        return source
