"""A Git repository with a work tree: where it is, what HEAD and other revisions mean.

    repository = find("/home/ada/project/data")
    repository.head_commit()     # "6d55099c…", None before the first commit

Only reads. References are in `assay.git.refs`, new commits in `assay.git.snapshot`.
"""

from __future__ import annotations

import os
import stat

from assay.errors import AssayError
from assay.fs.reading import read_file
from assay.git.process import Completed, GitFailed, run
from assay.git.ref_files import RefFiles, is_object_id
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.object_files import ObjectFiles
    from assay.git.objects import Commit
    from assay.git.settings import Settings
    from assay.typed import Iterable, Mapping, Sequence

_BRANCH_PREFIX = "refs/heads/"
SHORT_ID_LENGTH = 7


class UnknownRevision(AssayError):
    """A name that Git cannot turn into a commit, or that means more than one (`revision`)."""

    def __init__(self, revision: str) -> None:
        super().__init__(f"unknown Git revision '{revision}'")
        self.revision = revision


class Repository:
    """A repository and one of its work trees.

    `root`        absolute path of the work tree
    `git_dir`     absolute path of what `.git` is or names: HEAD and index of this work tree
    `common_dir`  where objects and references are; differs from `git_dir` in linked work trees
    """

    __slots__ = ("_settings", "common_dir", "git_dir", "root")

    def __init__(
        self, root: str, git_dir: str, common_dir: str, settings: Settings | None = None
    ) -> None:
        self.root = root
        self.git_dir = git_dir
        self.common_dir = common_dir
        self._settings = settings

    def __repr__(self) -> str:
        return f"Repository({self.root!r})"

    def run(
        self,
        arguments: Sequence[str],
        *,
        stdin: bytes = b"",
        environ: Mapping[str, str] | None = None,
        check: bool = True,
    ) -> Completed:
        """`assay.git.process.run` in the root of the work tree."""
        return run(arguments, cwd=self.root, stdin=stdin, environ=environ, check=check)

    def with_tree(self, root: str, git_dir: str) -> Repository:
        """The same repository with another work tree; what is known of its settings holds there."""
        return Repository(root, git_dir, self.common_dir, self._settings)

    def own_files(self) -> list[str]:
        """Absolute paths of the files that most commands of Git read first, there or not."""
        return [
            *(f"{self.git_dir}/{name}" for name in ("HEAD", "index")),
            *(f"{self.common_dir}/{name}" for name in ("config", "packed-refs", "info/exclude")),
        ]

    @property
    def ref_files(self) -> RefFiles:
        """The reader of reference files; ask it `understands()` first."""
        return RefFiles(self.git_dir, self.common_dir)

    def object_files(self, *, durable: bool) -> ObjectFiles | None:
        """The loose objects; None where Git itself has to read and write them."""
        from assay.git.object_files import object_files  # readers want no trees

        return object_files(self.common_dir, self.settings().values, durable=durable)

    @property
    def work_tree_name(self) -> str:
        """What tells the work trees of a repository apart: "main", or as Git calls a linked one."""
        return "main" if self.git_dir == self.common_dir else os.path.basename(self.git_dir)

    def relative(self, path_abs: str) -> str:
        """`path_abs` as POSIX path from the root, "" for the root itself.

        Raises ValueError for a path outside the work tree.
        """
        relative = os.path.relpath(path_abs, self.root)
        if relative == os.curdir:
            return ""
        if relative == os.pardir or relative.startswith(os.pardir + os.sep):
            raise ValueError(f"'{path_abs}' is outside the repository '{self.root}'")
        return relative.replace(os.sep, "/")

    def head_commit(self) -> str | None:
        """Id of the commit that HEAD is at; None before the first commit. Usually no process."""
        files = self.ref_files
        if files.understands():
            return files.value("HEAD")
        return _line(self.run(["rev-parse", "--verify", "--quiet", "HEAD"], check=False)) or None

    def head_branch(self) -> str | None:
        """The checked-out branch ("main"), born or not; None if HEAD is detached."""
        files = self.ref_files
        if files.understands():
            target = files.target("HEAD") or ""
        else:
            target = _line(self.run(["symbolic-ref", "--quiet", "HEAD"], check=False))
        return target.removeprefix(_BRANCH_PREFIX) if target.startswith(_BRANCH_PREFIX) else None

    def resolve(self, revision: str) -> str:
        """Commit id of `revision`: anything `git rev-parse` takes; tags give their commit.

        Raises UnknownRevision. "HEAD" costs no process.
        """
        if revision == "HEAD":
            commit = self.head_commit()
        else:
            commit = self.resolve_many([revision])[0]
        if commit is None:
            raise UnknownRevision(revision)
        return commit

    def resolve_many(self, revisions: Iterable[str]) -> list[str | None]:
        """Commit id of each revision, None where Git knows none; one process."""
        questions = b"".join(_question(revision) for revision in revisions)
        answers = self.run(["cat-file", "--batch-check=%(objectname)"], stdin=questions)
        lines = answers.stdout.decode("utf-8", "replace").split("\n")[:-1]
        return [line if is_object_id(line) else None for line in lines]

    def commits(self, revisions: Iterable[str]) -> list[Commit | None]:
        """Time, message, parents and tree of each revision, None for unknown ones; one process."""
        from assay.git.objects import ObjectReader  # most commands read no commits

        with ObjectReader(self.root) as objects:
            return list(objects.commits(revisions))

    def tree_of(self, commit: str) -> str:
        """Id of the tree of the commit with the id `commit`. Usually no process.

        Raises UnknownRevision.
        """
        from assay.git.object_files import ObjectFiles, has_replacements
        from assay.git.objects import parse_commit

        if not has_replacements(self.common_dir):
            stored = ObjectFiles(self.common_dir).read(commit)
            if stored is not None and stored.kind == "commit":
                return parse_commit(commit, stored.data).tree
        (found,) = self.commits([commit])
        if found is None:
            raise UnknownRevision(commit)
        return found.tree

    def log(self, revision: str, count: int) -> list[str]:
        """The last `count` commit ids from `revision` back through first parents; < 0 means all.

        Raises UnknownRevision.
        """
        commit = self.resolve(revision)
        if count in (0, 1):
            return [commit][:count]
        limit = [f"--max-count={count}"] if count > 0 else []
        return _lines(self.run(["rev-list", "--first-parent", *limit, commit, "--"]))

    def all_commits(self) -> list[str]:
        """Ids of all commits of HEAD, branches, remote branches and tags, newest first.

        Experiments and other private references do not count.
        """
        starts = ["--branches", "--remotes", "--tags"]
        if self.head_commit() is not None:
            starts.append("HEAD")
        return _lines(self.run(["rev-list", *starts, "--"]))

    def names_by_commit(self) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
        """Branches and tags that point at each commit, both sorted by name: (branches, tags)."""
        found = self.run(
            [
                "for-each-ref",
                "--format=%(objectname) %(*objectname) %(refname)",
                _BRANCH_PREFIX,
                "refs/tags/",
            ]
        )
        branches: dict[str, list[str]] = {}
        tags: dict[str, list[str]] = {}
        for line in _lines(found):
            direct, peeled, name = line.split(" ", 2)
            group = branches if name.startswith(_BRANCH_PREFIX) else tags
            group.setdefault(peeled or direct, []).append(name.split("/", 2)[2])
        return branches, tags

    def is_dirty(self) -> bool:
        """Whether a tracked file differs from HEAD, staged or not. Untracked files do not count."""
        status = ["status", "--porcelain", "-z", "--untracked-files=no", "--no-renames"]
        return bool(self.run(status).stdout)

    def is_shallow(self) -> bool:
        """Whether history was cut off when cloning (`git clone --depth`)."""
        return os.path.exists(os.path.join(self.common_dir, "shallow"))

    def settings(self) -> Settings:
        """How Git is set up here; one process at first, and again when a minute has passed."""
        if self._settings is None or not self._settings.is_fresh:
            from assay.git.settings import read_settings  # only for what writes objects

            self._settings = read_settings(self.root)
        return self._settings

    def config(self, key: str) -> str | None:
        """The value of `key` ("user.name") for this repository, None if it is not set."""
        found = self.run(["config", "--get", "-z", key], check=False)
        return os.fsdecode(found.stdout[:-1]) if found.code == 0 else None


def find(directory: str) -> Repository | None:
    """The repository whose work tree holds `directory`; None if there is none or it is bare.

    Walks up like Git and without it. Raises GitFailed for a `.git` file that names no repository,
    and for a pipe in the place of a file that Git would wait for.
    """
    current = os.path.abspath(directory)
    while True:
        git_dir = _git_dir(os.path.join(current, ".git"))
        if git_dir is not None:
            repository = Repository(current, git_dir, _common_dir(git_dir))
            for path in filter(_is_pipe, repository.own_files()):
                from assay.git.pipes import PipeInPlaceOfFile  # nearly never

                raise PipeInPlaceOfFile(path)
            return repository
        parent = os.path.dirname(current)
        if parent == current or is_git_dir(current):
            return None  # the top, or inside a Git directory: no work tree here
        current = parent


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def _git_dir(dot_git: str) -> str | None:
    """The Git directory that `.git` is, or names if it is a file (submodule, linked work tree)."""
    if os.path.isdir(dot_git):
        return dot_git if is_git_dir(dot_git) else None
    try:
        text = os.fsdecode(read_file(dot_git))
    except OSError:
        return None
    named = text.removeprefix("gitdir:").strip()
    git_dir = os.path.normpath(os.path.join(os.path.dirname(dot_git), named))
    if not text.startswith("gitdir:") or not is_git_dir(git_dir):
        raise GitFailed(f"'{dot_git}' does not name a Git directory")
    return git_dir


def is_git_dir(path: str) -> bool:
    """Whether the directory holds the three things that Git knows its own by (setup.c)."""
    if not os.path.lexists(os.path.join(path, "HEAD")):
        return False
    common = _common_dir(path)
    return all(os.path.isdir(os.path.join(common, name)) for name in ("objects", "refs"))


def _common_dir(git_dir: str) -> str:
    try:
        named = os.fsdecode(read_file(os.path.join(git_dir, "commondir"))).strip()
    except OSError:
        return git_dir
    return os.path.normpath(os.path.join(git_dir, named))


def _question(revision: str) -> bytes:
    from assay.git.objects import commit_name

    # A line end cannot be part of any revision; an empty line is answered with "missing".
    return os.fsencode(commit_name(revision)) + b"\n" if "\n" not in revision else b"\n"


def _lines(result: Completed) -> list[str]:
    return [os.fsdecode(line) for line in result.stdout.split(b"\n") if line]


def _line(result: Completed) -> str:
    return os.fsdecode(result.stdout).strip()
