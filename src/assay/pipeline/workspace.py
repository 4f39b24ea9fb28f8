"""The workspace of one project during one command: what is there, and moving it to and fro.

Holds no decisions. Paths are locations: relative to the project root, or absolute outside it.
"""

from __future__ import annotations

import os

from assay.errors import UnsafePath
from assay.fs.paths import contained
from assay.fs.walk import linked_files
from assay.pipeline.disk_files import DiskFiles
from assay.project import Project
from assay.store.cache import ObjectCache
from assay.store.completeness import Completeness
from assay.store.hashes import LEGACY_MD5, TREE_SUFFIX, Fingerprint, md5_bytes
from assay.store.placed import Placed
from assay.store.scan import Scanner
from assay.store.state import State
from assay.store.trees import TreeEntry
from assay.store.vouchers import Vouchers
from assay.typed import TYPE_CHECKING, Collection, Mapping, Sequence

if TYPE_CHECKING:
    from assay.fs.link import Linker
    from assay.fs.reading import Watch as FileWatch
    from assay.fs.walked import WalkedFile
    from assay.store.gather import Watch
    from assay.store.restore import Restored, Restorer


class Workspace(DiskFiles):
    """Files of a project: reading, as all readers do, and hashing, caching, restoring."""

    __slots__ = (
        "_linkers",
        "_watch",
        "cache",
        "completeness",
        "legacy_cache",
        "link_kinds",
        "placed",
        "scanner",
        "vouchers",
    )

    def __init__(
        self,
        project: Project,
        drafts: Mapping[str, bytes] | None = None,
        watch: FileWatch | None = None,
        *,
        listed: Sequence[str] | None = None,
    ) -> None:
        super().__init__(project, drafts, listed)
        shared = project.config.get("cache", "shared") == "group"
        self.vouchers = Vouchers(project.state_dir)
        self.cache = ObjectCache(
            project.cache_dir, shared=shared, watch=watch, vouchers=self.vouchers
        )
        self.legacy_cache = ObjectCache(project.cache_dir, shared=shared, kind=LEGACY_MD5)
        self.scanner = Scanner(
            State(project.state_dir),
            self.ignore,
            watch,
            self._known_to_dvc,
            lost_in=os.path.abspath(project.cache_dir),
        )
        self.placed = Placed(project.state_dir)
        self.completeness = Completeness(project.state_dir)
        self.link_kinds = project.config.link_kinds
        self._linkers: dict[tuple[str, ...], Linker] = {}
        self._watch = watch

    def _known_to_dvc(self, folder: str, files: Sequence[WalkedFile]) -> Mapping[str, str]:
        from assay.store.dvc_state import DvcState  # asked once, if ever

        project = self.project
        site_cache = project.config.get("core", "site_cache_dir")
        return DvcState(project.root, project.tmp_dir, site_cache, os.environ).hashes(folder, files)

    def check(self, location: str) -> None:
        """Raise UnsafePath for a location outside of the project, or in its `.git` or `.dvc`.

        Stage files may come from others: what they name is not written to or deleted unchecked.
        """
        contained(self.project.root, location)

    def is_safe(self, location: str) -> bool:
        """Whether `check` passes."""
        try:
            self.check(location)
        except UnsafePath:
            return False
        return True

    def exists(self, location: str) -> bool:
        """Whether there is anything at the location."""
        return os.path.lexists(self.absolute(location))

    def fingerprint(self, location: str) -> Fingerprint | None:
        """What the location holds now; None if nothing."""
        if location in self.drafts:
            draft = self.drafts[location]
            return Fingerprint(md5_bytes(draft), len(draft))
        return self.scanner.fingerprint(self.absolute(location))

    def legacy_hash(self, location: str) -> str | None:
        """The DVC 2.x hash of what the location holds now."""
        return self.scanner.legacy_hash(self.absolute(location))

    def entries(self, location: str) -> list[TreeEntry]:
        """The files of a directory; only after `fingerprint` saw one."""
        return self.scanner.entries(self.absolute(location))

    def listing(self, location: str) -> bytes:
        """The listing of a directory as it is here; only after `fingerprint` saw one."""
        return self.scanner.index(self.absolute(location)).listing()

    def has_contents(self, location: str) -> bool:
        """Whether the cache holds a directory as it is here; only after `fingerprint` saw one."""
        index = self.scanner.index(self.absolute(location))
        return self.completeness.has_tree(
            self.cache, index.tree, index.prefixes, index.hashes, are_all=True
        )

    def has_recorded(self, object_id: str) -> bool:
        """Whether the cache holds an object and, for a directory, each file that it lists."""
        if not object_id.endswith(TREE_SUFFIX):
            return self.cache.has(object_id)
        if self.completeness.is_untouched(self.cache, object_id):
            return True  # no listing is read
        entries = self.cache.read_tree(object_id)
        if entries is None:
            return False
        hashes = {entry.md5 for entry in entries}
        return self.completeness.has_tree(
            self.cache,
            object_id,
            {md5[:2] for md5 in hashes},
            lambda prefixes: [md5 for md5 in hashes if md5[:2] in prefixes],
            are_all=True,
        )

    def gather(
        self,
        location: str,
        *,
        relink: bool = True,
        is_ours: bool = True,
        watch: Watch | None = None,
    ) -> Fingerprint:
        """Put what is at the location into the cache, and link it back if links are wanted.

        Unless it `is_ours`, `checkout` never clears it: it may be a metrics file that Git tracks.
        """
        from assay.store.gather import gather  # readers move nothing

        path = self.absolute(location)
        found = gather(path, self.scanner, self.cache, self.completeness, self.ignore, watch)
        if is_ours:
            self.placed.note(location, found.md5)
        if relink:
            self.link_back(location, found)
        return found

    def link_back(self, location: str, found: Fingerprint) -> None:
        """What was just gathered becomes links to its objects, if links are wanted; if not, only
        links of the user's are replaced. What was known of directories around it is forgotten."""
        path = self.absolute(location)
        if self.wants_links:
            self._link_back(path, found)
        else:
            self._replace_links(path, found)

    def restore(
        self,
        location: str,
        object_id: str,
        *,
        executable: bool = False,
        legacy: bool = False,
        copy: bool = False,
        only: str = "",
    ) -> Restored:
        """Make the location hold the object. Raises MissingObject.

        With `copy` it is never a link, and `checkout` never clears it: Git has it, or the user.
        `only` narrows a directory to one path in it.
        """
        cache = self.legacy_cache if legacy else self.cache
        path = self.absolute(location)
        kinds = ("reflink", "copy") if copy else self.link_kinds
        done = self._restorer(cache, kinds).restore(
            path, object_id, executable=executable, only=only
        )
        if not copy:
            self.placed.note(location, object_id)
        return done

    def relink(self, location: str) -> None:
        """What is at the location is in the cache: link it anew as configured."""
        path = self.absolute(location)
        found = self.scanner.fingerprint(path)
        if found is not None:
            self._link_back(path, found)

    def remove(self, location: str) -> None:
        """Delete what is at the location."""
        from assay.fs.remove import remove  # readers remove nothing

        path = self.absolute(location)
        if remove(path):
            self.scanner.forget(path)
            self.placed.forget(location)

    def move(self, location: str, target: str) -> None:
        """Give what is at the location another place, where nothing is; its hashes stay known."""
        import shutil  # only here; costs 3 ms at start-up

        old, new = self.absolute(location), self.absolute(target)
        shutil.move(old, new)
        self.scanner.state.rename(old, new)
        self.scanner.forget(old)
        self.placed.forget(location)

    def unprotect(self, location: str) -> None:
        """Replace links into the cache by copies that may be written."""
        from assay.fs.link import unprotect  # readers move nothing

        path = self.absolute(location)
        if os.path.lexists(path):
            unprotect(path, self.ignore)
            self.scanner.forget(path)

    def forget(self, location: str) -> None:
        """A command may have changed the location."""
        self.scanner.forget(self.absolute(location))

    @property
    def wants_links(self) -> bool:
        """Whether workspace files should be links to objects (not copies or clones)."""
        return self.link_kinds[0] in ("hardlink", "symlink")

    def save(self) -> None:
        """Keep what was learned about files; never fails."""
        self.scanner.state.save()
        self.vouchers.save()
        self.placed.save()
        self.completeness.save()
        self.memory.save()

    def _restorer(self, cache: ObjectCache, kinds: tuple[str, ...]) -> Restorer:
        """What puts objects of a cache into the workspace; links that were refused are known."""
        from assay.fs.link import Linker  # readers move nothing and load none of this
        from assay.store.restore import Restorer

        linker = self._linkers.get(kinds)
        if linker is None:
            linker = self._linkers[kinds] = Linker(kinds, self._watch)
        return Restorer(cache, linker, self.scanner, self.vouchers)

    def _replace_links(self, path: str, found: Fingerprint) -> None:
        """Links of the user's become files of their own: what they lead to may change."""
        if not found.is_tree:
            if os.path.islink(path):
                self._link_file(path, found)
            return
        links = linked_files(path, self.ignore)
        if links:
            self._link_files(path, {link[len(path) + 1 :] for link in links})

    def _link_back(self, path: str, found: Fingerprint) -> None:
        if found.is_tree:
            self._link_files(path, None)
        else:
            self._link_file(path, found)

    def _link_file(self, path: str, found: Fingerprint) -> None:
        from assay.store.as_gathered import is_file_as_gathered  # readers move nothing

        if is_file_as_gathered(path, found.md5, self.scanner.state):
            restorer = self._restorer(self.cache, self.link_kinds)
            restorer.relink(path, found.md5, executable=found.is_executable)

    def _link_files(self, path: str, names: Collection[str] | None) -> None:
        """Link files of a directory, all or those called so, that nobody has changed meanwhile."""
        from assay.store.as_gathered import is_as_gathered, keys_of  # readers move nothing

        restorer = self._restorer(self.cache, self.link_kinds)
        keys = keys_of(self.scanner, path)
        for name, md5 in self.scanner.entries(path):
            if names is not None and name not in names:
                continue
            if is_as_gathered(f"{path}/{name}", md5, keys.get(name)):
                restorer.relink(f"{path}/{name}", md5)
