"""Where the data of one workspace is looked up: what paths hold now, and what directories list."""

from __future__ import annotations

import os

from assay.data.tracked import Content, TrackedOutput
from assay.pipeline.workspace import Workspace
from assay.store.cache import ObjectCache
from assay.store.hashes import LEGACY_MD5, MD5
from assay.store.presence import absent
from assay.store.scan import NotAFile
from assay.store.trees import TreeEntry, difference, is_plainly_written, tree_bytes, tree_id
from assay.typed import Iterable, Mapping

Listing = Mapping[str, str]
"""The files of a directory: path inside → MD5."""


class DataView:
    """Answers about the data of one workspace, each computed once. Only reads."""

    __slots__ = ("_legacy_trees", "_listings", "_now", "_texts", "_workspace")

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._now: dict[str, Content] = {}
        self._legacy_trees: dict[str, list[TreeEntry]] = {}
        self._texts: dict[Content, bytes | None] = {}
        self._listings: dict[tuple[str, Content], Listing | None] = {}

    def contents(self, outputs: Iterable[TrackedOutput]) -> dict[str, Content]:
        """Location → what is there now, in the kind of hash that was recorded for it.

        Outputs that are not there are left out, and so is what cannot be an output: a link that
        leads nowhere, a socket.
        """
        found: dict[str, Content] = {}
        for output in outputs:
            kind = output.content.kind if output.content is not None else MD5
            content = self._look(output.location, kind)
            if content is not None:
                found[output.location] = content
        self._now |= found
        return found

    def listing(self, location: str, content: Content) -> Listing | None:
        """The files of the directory `content` at `location`; None if nobody has its listing.

        It comes from the workspace, if that was seen to hold the very same, else from the cache.
        Raises UnsafePath for a hostile listing.
        """
        known = (location, content)
        if known not in self._listings:
            self._listings[known] = self._list(location, content)
        return self._listings[known]

    def differing(
        self, location: str, old: Content, new: Content
    ) -> tuple[Listing, Listing] | None:
        """Those files of two directories that are not the same in both, of each; None if it takes
        the whole listings to tell.

        Raises UnsafePath for a hostile entry.
        """
        if LEGACY_MD5 in (old.kind, new.kind):
            return None
        before = self._text(location, old)
        if before is None or not is_plainly_written(before):
            return None
        if old == new:
            return {}, {}
        after = self._text(location, new)
        if after is None or not is_plainly_written(after):
            return None
        found = difference(before, after)
        return None if found is None else (dict(found.old), dict(found.new))

    def is_whole(self, location: str, content: Content) -> bool:
        """Whether the cache holds all of a directory: the cheap question, where nothing was removed
        since it was last asked. If not, ask which objects are `absent`.
        """
        if content.kind == LEGACY_MD5:
            return False
        if self._now.get(location) == content:
            return self._workspace.has_contents(location)
        return self._workspace.has_recorded(content.id)

    def absent(self, object_ids: Iterable[str], kind: str) -> set[str]:
        """Those of the objects that the cache lacks."""
        return absent(self.cache(kind), object_ids)

    def save(self) -> None:
        """Keep what was learned about files and objects; never fails."""
        self._workspace.save()

    def cache(self, kind: str) -> ObjectCache:
        """The half of the cache for one kind of hash."""
        workspace = self._workspace
        return workspace.legacy_cache if kind == LEGACY_MD5 else workspace.cache

    def _list(self, location: str, content: Content) -> Listing | None:
        if self._now.get(location) != content:
            entries = self.cache(content.kind).read_tree(content.id)
            return None if entries is None else dict(entries)
        if content.kind == LEGACY_MD5:
            return dict(self._legacy_trees[location])
        return dict(self._workspace.entries(location))

    def _text(self, location: str, content: Content) -> bytes | None:
        """The listing of a directory as it is written down; None if nobody has it."""
        if self._now.get(location) == content:
            return self._workspace.listing(location)
        if content not in self._texts:
            self._texts[content] = self.cache(content.kind).read_listing(content.id)
        return self._texts[content]

    def _look(self, location: str, kind: str) -> Content | None:
        if kind == LEGACY_MD5:
            return self._look_for_legacy(location)
        try:
            found = self._workspace.fingerprint(location)
        except NotAFile:
            return None
        return None if found is None else Content(found.md5)

    def _look_for_legacy(self, location: str) -> Content | None:
        path = self._workspace.absolute(location)
        if os.path.isdir(path):
            entries = self._workspace.scanner.legacy_entries(path)
            self._legacy_trees[location] = entries
            return Content(tree_id(tree_bytes(entries)), LEGACY_MD5)
        md5 = self._workspace.legacy_hash(location)
        return None if md5 is None else Content(md5, LEGACY_MD5)
