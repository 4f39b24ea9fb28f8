"""Bringing files of another project: from its cache, its remotes, its Git objects.

Every path below the target is checked as one that strangers wrote (P5). Nothing over there is
changed.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

from assay.data.elsewhere import Elsewhere
from assay.data.repo_objects import RepoObjects
from assay.data.repo_settings import Settings, from_record
from assay.data.repo_view import Item, Tracked, is_hidden, view_of
from assay.errors import AssayError
from assay.fs.atomic import write_file
from assay.fs.folders import make_folders
from assay.fs.paths import check_entry
from assay.pipeline.upstream import resolved_url
from assay.store.trees import TreeEntry
from assay.typed import Mapping, Sequence
from assay.ui.console import Console
from assay.ui.progress import Progress
from assay.workers import in_parallel, most_jobs

_DEEPEST = 10
"""So many imports of imports are followed."""


class NoData(AssayError):
    """Neither the cache nor a remote of the other project has the bytes."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            f"the data of '{shown}' is neither in the cache nor on a remote of that repository",
            hint="push it from where it is, with `dvc push`",
        )


class Download:
    """One look at a repository: a view of the project that holds `path`, and where its data is.

    `caches` are folders of caches that are asked first, ours among them. For `with`.
    """

    __slots__ = (
        "_caches", "_console", "_deep", "_environ", "_objects", "_opened", "path", "place", "view",
    )  # fmt: skip

    def __init__(
        self,
        url: str,
        path: str,
        *,
        revision: str | None,
        directory: str,
        environ: Mapping[str, str],
        console: Console,
        settings: Settings | None = None,
        caches: Sequence[str] = (),
        committed: bool = False,
        deep: int = 0,
    ) -> None:
        self._opened = ExitStack()
        self._console = console
        self._environ = environ
        self._deep = deep
        place = Elsewhere(
            url,
            revision,
            directory=directory,
            environ=environ,
            settings=settings,
            committed=committed,
        )
        self.place = self._opened.enter_context(place)
        try:
            inside = f"{place.prefix}/{path}".rstrip("/") if place.prefix else path
            self.view, self.path = view_of(place, inside, console, self._opened)
        except BaseException:
            self._opened.close()
            raise
        project = self.view.project
        self._caches = [*caches, *([] if place.is_copy else [project.cache_dir])]
        self._objects = RepoObjects(project.config, self._caches, console)

    def __enter__(self) -> Download:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def listing(self, tracked: Tracked) -> tuple[TreeEntry, ...] | None:
        """The files of a tracked directory; None if nobody has its listing."""
        return self._objects.listing(tracked)

    def items(self) -> list[Item]:
        """The files that `bring` makes. Raises NotThere."""
        found = self.view.items(self.path, self.listing)
        return [item for item in found if item.tracked or not is_hidden(item.path)]

    def shallow_items(self) -> list[Item]:
        """The same, with directories of tracked data as one item each, except the path itself."""
        found = self.view.items(self.path, self.listing, depth=1)
        return [item for item in found if item.tracked or not is_hidden(item.path)]

    def bring(self, target_abs: str, jobs: int | None) -> None:
        """Make `target_abs`, where nothing is, hold what is at the path.

        Raises NoData, NotThere.
        """
        items = self.items()
        chained = [item for item in items if item.tracked and self._is_elsewhere(item)]
        if chained and len(chained) == len(items) and len(_outputs_of(chained)) == 1:
            self._bring_chained(chained[0], self.path, target_abs, jobs)
            return
        if len(items) == 1 and items[0].path == self.path:
            self._bring_one(items[0], target_abs)
            return
        os.makedirs(target_abs)
        top = len(self.path) + 1 if self.path else 0
        folders: set[str] = set()
        for item in items:
            check_entry(item.path[top:])
            folders.add(os.path.dirname(os.path.join(target_abs, item.path[top:])))
        for folder in folders:
            make_folders(folder)
        self._bring_many(items, target_abs, top, jobs)

    def url_of(self) -> str:
        """Where the remote has, or would have, the object at the path. Raises NotThere."""
        tracked = self.view.tracked_around(self.path)
        if tracked is None or tracked.record.md5 is None:
            raise _NoOutput(self.path)
        object_id = tracked.record.md5
        if self.path != tracked.location:
            (item, *_) = self.view.items(self.path, self.listing)
            object_id = item.md5 or object_id
        return self._objects.url(tracked, object_id)

    def _bring_many(
        self, items: Sequence[Item], target_abs: str, top: int, jobs: int | None
    ) -> None:
        # Git's objects come through one process, for one thread; the rest waits for networks.
        plain = [item for item in items if item.tracked is None]
        tracked = [item for item in items if item.tracked is not None]

        def work(item: Item) -> None:
            self._bring_one(item, os.path.join(target_abs, item.path[top:]))

        with Progress(self._console, "Downloading", total=len(items)) as progress:
            for item in plain:
                work(item)
                progress.advance()
            for _ in in_parallel(work, tracked, jobs=jobs or most_jobs()):
                progress.advance()

    def _bring_one(self, item: Item, target: str) -> None:
        if item.tracked is None:
            data = self.view.files.read(item.path)
            if data is None:
                raise NoData(item.path)
            write_file(target, data)
            return
        if item.md5 is None:
            raise NoData(item.path)
        is_tree = item.md5.endswith(".dir")
        if not is_tree and self._objects.fetch(item.tracked, item.md5, target):
            os.chmod(target, _mode(item.tracked))
        elif self._is_elsewhere(item) if is_tree else item.tracked.is_import:
            self._bring_chained(item, item.path, target, None)
        else:
            raise NoData(item.path)

    def _is_elsewhere(self, item: Item) -> bool:
        """Whether data is an import whose objects are not here, so that its source is asked."""
        if item.tracked is None or not item.tracked.is_import:
            return False
        if item.tracked.is_tree and self.listing(item.tracked) is None:
            return True
        return item.md5 is None

    def _bring_chained(self, item: Item, path: str, target: str, jobs: int | None) -> None:
        """What is at `path` is an import there: take it from where that came from."""
        assert item.tracked is not None
        if self._deep >= _DEEPEST:
            raise AssayError(f"'{path}' is an import of an import, more often than anybody follows")
        tracked = item.tracked
        dependency = next(one for one in tracked.stage.dependencies if one.repo is not None)
        repo = dependency.repo or {}
        inside = path[len(tracked.location) + 1 :]
        wanted = f"{dependency.path}/{inside}" if inside else dependency.path
        folder = os.path.join(self.view.project.root, tracked.stage.wdir)
        with Download(
            resolved_url(str(repo["url"]), folder, self.view.project.root),
            wanted,
            revision=repo.get("rev_lock") or repo.get("rev"),
            directory=folder,
            environ=self._environ,
            console=self._console,
            settings=from_record(repo),
            caches=self._caches,
            committed=True,
            deep=self._deep + 1,
        ) as source:
            source.bring(target, jobs)


class _NoOutput(AssayError):
    def __init__(self, path: str) -> None:
        super().__init__(f"Unable to find DVC file with output '{path}'")


def _outputs_of(items: Sequence[Item]) -> set[str]:
    return {item.tracked.location for item in items if item.tracked is not None}


def _mode(tracked: Tracked) -> int:
    umask = os.umask(0o077)
    os.umask(umask)
    mode = 0o666 & ~umask
    return mode | 0o100 if tracked.record.is_executable and not tracked.is_tree else mode
