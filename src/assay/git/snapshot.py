"""A tree of the workspace as it is now, built without touching anything of the user's (P1).

The tree is HEAD plus every tracked change, staged or not, plus what the caller asks for. It is
built in a private copy of the index, so the user's index, HEAD, branch, stash and work tree stay
byte for byte as they are; the only thing that appears is objects in the object store. Three
processes for a changed workspace, two for a clean one, whatever the number of changes.

What is in an experiment's tree: spec/experiments.md §2.
"""

from __future__ import annotations

import os
import time

from assay.errors import UnexpectedError
from assay.git import work_tree
from assay.git.process import DURABLE
from assay.git.status import Status, look
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from assay.git.repository import Repository

# Among the objects, so that nothing appears beside HEAD and index, where editors watch. `git gc`
# itself removes old files there whose name begins with "tmp_".
_PREFIX = "tmp_assay-index-"
_ABANDONED_AFTER_S = 24 * 3600

# A split index would leave a second file of ours in the Git directory, for weeks. safecrlf would
# refuse files that `git add` warns about; an experiment must not fail for its line ends.
_WRITING = ["-c", "core.splitIndex=false", "-c", "core.safecrlf=false"]


# What Git leaves in its folder while a merge, a rebase or the like waits for somebody to decide.
_UNFINISHED = (
    "MERGE_HEAD", "AUTO_MERGE", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"
)  # fmt: skip


class UnmergedFiles(UnexpectedError):
    """The index holds several versions of a file: nobody has decided yet."""

    def __init__(self) -> None:
        super().__init__(
            "cannot create a tree from a not fully merged index.",
            hint="finish the merge first: `git status` names the files",
        )


def check_merged(repository: Repository) -> None:
    """Raise UnmergedFiles if a snapshot would, before something is done for it.

    Costs a process only while Git is in the middle of something.
    """
    places = (os.path.join(repository.git_dir, name) for name in _UNFINISHED)
    if any(map(os.path.lexists, places)) and look(repository).unmerged:
        raise UnmergedFiles


def snapshot(
    repository: Repository,
    *,
    force_paths: Iterable[str] = (),
    extra_blobs: Mapping[str, bytes] | None = None,
    exclude: Collection[str] = (),
    durable: bool = False,
    status: Status | None = None,
) -> str:
    """Id of a tree: HEAD plus all tracked changes in the work tree.

    `force_paths`  files and directories (with all they hold) to include even if untracked or
                   ignored; missing ones, and those in a submodule or outside, are passed over
    `extra_blobs`  path -> content that the tree holds instead of the work tree's file, new or not;
                   line-end and other filters apply as they would to the file
    `exclude`      paths whose unstaged changes are left out
    `durable`      the objects are on disk when the call returns
    `status`       how the work tree differs, if that was asked a moment ago

    All paths are relative to the repository root. Raises UnmergedFiles when a merge is not
    finished, GitFailed for what Git refuses (an unreadable file, a failing filter).
    """
    root = repository.root
    overrides = {
        place: content
        for path, content in (extra_blobs or {}).items()
        if (place := work_tree.place_of_content(root, path))
    }
    with _PrivateIndex(repository, DURABLE if durable else []) as index:
        changes = status or look(repository, index.environ)
        if changes.unmerged:
            raise UnmergedFiles
        decided = {*exclude, *overrides}
        present = [path for path in changes.present if path not in decided]
        present += [path for path in work_tree.expand(root, force_paths) if path not in overrides]
        gone = [path for path in changes.gone if path not in decided]
        if not (present or gone or overrides or changes.staged) and repository.head_commit():
            return os.fsdecode(repository.run(["rev-parse", "HEAD^{tree}"]).stdout).strip()
        hidden = {path for path in gone if work_tree.is_behind_link(root, path)}
        index.remove(hidden)
        index.record([*(path for path in gone if path not in hidden), *present], overrides)
        return index.write_tree()


def private_index(repository: Repository) -> str:
    """A path for an index of our own, for GIT_INDEX_FILE; nothing is there yet."""
    return os.path.join(_place(repository), f"{_PREFIX}{os.urandom(8).hex()}")


def _place(repository: Repository) -> str:
    return os.path.join(repository.common_dir, "objects")


class _PrivateIndex:
    """A copy of the index, made when it is first written, removed at the end.

    A killed process leaves the copy behind; a snapshot a day later clears it away.
    """

    def __init__(self, repository: Repository, config: list[str]) -> None:
        self._repository = repository
        self._config = [*_WRITING, *config]
        self._users = os.path.join(repository.git_dir, "index")
        self._path = private_index(repository)
        self._made = False

    def __enter__(self) -> _PrivateIndex:
        if not os.path.exists(self._users):
            # A repository without an index is not one whose files were all removed: start at HEAD.
            self._make()
        return self

    def __exit__(self, *_: object) -> None:
        if self._made:
            _discard(self._path)
            _discard_abandoned(_place(self._repository))

    @property
    def environ(self) -> dict[str, str]:
        """What makes Git use the copy; nothing as long as the user's own will do for reading."""
        return {"GIT_INDEX_FILE": self._path} if self._made else {}

    def remove(self, paths: Collection[str]) -> None:
        """Drop `paths` without a look at the work tree.

        For files whose folder became a link: `record` would refuse to look behind it.
        """
        if paths:
            self._write(["update-index", "--force-remove", "-z", "--stdin"], _joined(paths))

    def record(self, paths: Collection[str], overrides: Mapping[str, bytes]) -> None:
        """Make `paths` what they are in the work tree (or drop them); set the overrides.

        Removals go first in `paths`: a new directory may stand where a file was.
        """
        options = ["--add", "--remove", "--replace"]
        for path, content in overrides.items():
            mode = work_tree.file_mode(self._repository.root, path)
            options += ["--cacheinfo", f"{mode},{self._blob(path, content)},{path}"]
        self._write(["update-index", *options, "-z", "--stdin"], _joined(paths))

    def write_tree(self) -> str:
        """Id of the tree of the copy."""
        return self._write(["write-tree"])

    def _blob(self, path: str, content: bytes) -> str:
        """Store `content` the way `git add` would store the file `path` that held it."""
        return self._write(["hash-object", "-w", "--stdin", f"--path={path}"], content)

    def _write(self, command: list[str], stdin: bytes = b"") -> str:
        self._make()
        whole = [*self._config, *command]
        result = self._repository.run(whole, stdin=stdin, environ=self.environ)
        return os.fsdecode(result.stdout).strip()

    def _make(self) -> None:
        if self._made:
            return
        self._made = True
        try:
            with open(self._users, "rb") as source, open(self._path, "xb") as copy:
                copy.write(source.read())
                changed = os.fstat(source.fileno()).st_mtime_ns
        except FileNotFoundError:
            start = ["HEAD"] if self._repository.head_commit() else ["--empty"]
            self._write(["read-tree", *start])
            return
        # Git compares a file's time with the index's own to know when stat information cannot be
        # trusted ("racily clean" entries). A copy that looked younger would hide late edits.
        os.utime(self._path, ns=(changed, changed))


def _joined(paths: Collection[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _discard_abandoned(folder: str) -> None:
    limit = time.time() - _ABANDONED_AFTER_S
    with os.scandir(folder) as entries:
        names = [entry.path for entry in entries if entry.name.startswith(_PREFIX)]
    for path in names:
        try:
            if os.lstat(path).st_mtime < limit:
                os.unlink(path)
        except FileNotFoundError:
            pass  # another process's, which has just finished with it
