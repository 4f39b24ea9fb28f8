"""A private copy of the index, in which Git itself builds a tree; the user's is only read."""

from __future__ import annotations

import os
import time

from assay.fs.atomic import write_file
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.repository import Repository
    from assay.typed import Collection, Mapping

# Among the objects, so that nothing appears beside HEAD and index, where editors watch. `git gc`
# itself removes old files there whose name begins with "tmp_".
_PREFIX = "tmp_assay-index-"
_ABANDONED_AFTER_S = 24 * 3600

# A split index would leave a second file of ours in the Git directory, for weeks. safecrlf would
# refuse files that `git add` warns about; an experiment must not fail for its line ends.
_WRITING = ["-c", "core.splitIndex=false", "-c", "core.safecrlf=false"]


def new_path(repository: Repository) -> str:
    """A path for an index of our own, for GIT_INDEX_FILE; nothing is there yet."""
    return os.path.join(_place(repository), f"{_PREFIX}{os.urandom(8).hex()}")


def _place(repository: Repository) -> str:
    return os.path.join(repository.common_dir, "objects")


class PrivateIndex:
    """A copy of the index, made when it is first written, removed at the end.

    A killed process leaves the copy behind; a snapshot a day later clears it away.
    """

    def __init__(self, repository: Repository, config: list[str]) -> None:
        self._repository = repository
        self._config = [*_WRITING, *config]
        self._users = os.path.join(repository.git_dir, "index")
        self._path = new_path(repository)
        self._made = False

    def __enter__(self) -> PrivateIndex:
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

    def record(self, paths: Collection[str], contents: Mapping[str, tuple[bytes, str]]) -> None:
        """Make `paths` what they are in the work tree (or drop them), in that order.

        `contents` (path → bytes and mode) are taken instead of what is in the work tree.
        """
        options = ["--add", "--remove", "--replace"]
        for path, (content, mode) in contents.items():
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
            with open(self._users, "rb") as source:
                write_file(self._path, source.read())
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
