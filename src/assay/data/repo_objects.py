"""The objects of another project's tracked data: in caches of this machine, then on its remotes.

Bytes are compared with their hash before anybody uses them, a listing with its name (P5).
"""

from __future__ import annotations

from assay.config import Config
from assay.data.repo_view import Tracked
from assay.errors import ConfigError
from assay.fs.remove import remove
from assay.pipeline.records import versions_in
from assay.remotes.connect import connect, keeps_versions
from assay.remotes.layout import object_path
from assay.remotes.local import LocalRemote
from assay.remotes.remote import DamagedObject, Remote
from assay.store.hashes import LEGACY_MD5, MD5, check_object_id, legacy_md5_file, md5_bytes
from assay.store.trees import TreeEntry, parse_tree
from assay.typed import Sequence
from assay.ui.console import Console


class RepoObjects:
    """Objects of the project with `config`; the folders `caches` are asked first, in order.

    The project's remotes have none of what it imported itself: that is somewhere else.
    """

    __slots__ = ("_caches", "_config", "_console", "_listings", "_remotes", "_versioned")

    def __init__(self, config: Config, caches: Sequence[str], console: Console) -> None:
        self._config = config
        self._caches = caches
        self._console = console
        self._listings: dict[str, tuple[TreeEntry, ...] | None] = {}
        self._remotes: dict[str | None, Remote | None] = {}
        self._versioned: dict[str, Remote] = {}

    def listing(self, tracked: Tracked) -> tuple[TreeEntry, ...] | None:
        """The files of a tracked directory, looked for once; None if nobody has its listing."""
        object_id = check_object_id(tracked.record.md5 or "")
        if object_id not in self._listings:
            self._listings[object_id] = self._read_listing(tracked, object_id)
        return self._listings[object_id]

    def fetch(self, tracked: Tracked, md5: str, target: str) -> bool:
        """Bring the bytes of the file `md5` of tracked data to the new file `target`.

        Whether anybody had them; damaged ones are told, and nobody gets them.
        """
        kind = _kind(tracked)
        path = object_path(check_object_id(md5), kind)
        for source in self._sources(tracked):
            try:
                found = source.fetch(path, target)
            except FileNotFoundError:
                remove(target)
                continue
            if kind == LEGACY_MD5:
                found = legacy_md5_file(target)
            if found == md5:
                return True
            remove(target)
            self._console.warning(DamagedObject(source.address(path)).args[0])
        return False

    def url(self, tracked: Tracked, md5: str) -> str:
        """Where the remote has, or would have, an object. Raises ConfigError without a remote."""
        remote = self._remote(tracked.output.remote)
        if remote is None:
            raise ConfigError(f"no remote: {self._config.default_remote('get')}")
        return remote.address(object_path(md5, _kind(tracked)))

    def _read_listing(self, tracked: Tracked, object_id: str) -> tuple[TreeEntry, ...] | None:
        path = object_path(object_id, _kind(tracked))
        for source in self._sources(tracked):
            try:
                data = source.read(path)
            except FileNotFoundError:
                continue
            if _kind(tracked) == MD5 and md5_bytes(data) + ".dir" != object_id:
                continue
            entries = parse_tree(data)
            if entries is not None:
                return entries
        return None

    def _sources(self, tracked: Tracked) -> list[Remote]:
        found: list[Remote] = [LocalRemote(folder) for folder in self._caches]
        if not tracked.is_import:
            remote = self._versions(tracked) or self._remote(tracked.output.remote)
            if remote is not None:
                found.append(remote)
        return found

    def _versions(self, tracked: Tracked) -> Remote | None:
        """Where an output is by its record, if that is on a remote that keeps versions."""
        files = versions_in(tracked.record)
        home = next((file.remote for file in files if file.remote), "")
        if not home or not keeps_versions(self._config.remote(home)):
            return None
        if tracked.location not in self._versioned:
            from assay.data.versions import recorded_versions  # few remotes keep versions

            known = [(tracked.location, _kind(tracked), files)]
            self._versioned[tracked.location] = recorded_versions(home, self._config, known)
        return self._versioned[tracked.location]

    def _remote(self, name: str | None) -> Remote | None:
        """The output's own remote, or the default one; None if there is none."""
        if name not in self._remotes:
            chosen = name or self._config.get("core", "remote")
            self._remotes[name] = connect(chosen, self._config.remote(chosen)) if chosen else None
        return self._remotes[name]


def _kind(tracked: Tracked) -> str:
    return LEGACY_MD5 if tracked.record.is_legacy else MD5
