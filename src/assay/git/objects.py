"""Read many Git objects through one `git cat-file --batch`.

    with ObjectReader(repository.root) as objects:
        for found in objects.read_many(["HEAD:dvc.yaml", "main^{commit}"]):
            ...

A name is anything that Git can resolve: an id, a branch, `HEAD~2`, `<commit>:<path>`.
"""

from __future__ import annotations

import os

from assay.git.process import Completed, failure, spawn, wait
from assay.git.ref_files import is_object_id
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typing import BinaryIO

    from assay.typed import Iterable, Iterator, Mapping, Sequence

# One page is the least that a pipe holds. As long as no more unanswered names than that are on
# their way, writing them cannot block, so both sides never wait for each other.
_NAMES_IN_FLIGHT_BYTES = 4096

_KINDS = ("blob", "tree", "commit", "tag")
_COMMAND = ["cat-file", "--batch"]


class GitObject(NamedTuple):
    """One object of the store: its id, its kind ("blob", "tree", "commit", "tag"), its bytes."""

    id: str
    kind: str
    data: bytes


class TreeEntry(NamedTuple):
    """One name in a tree: file mode as Git writes it ("100644", "40000", …) and object id."""

    mode: str
    id: str

    @property
    def is_tree(self) -> bool:
        """Whether the entry is a directory."""
        return self.mode == "40000"

    @property
    def is_plain(self) -> bool:
        """Whether the entry is a file, to be run or not."""
        return self.mode in ("100644", "100755", "100664")

    @property
    def is_link(self) -> bool:
        """Whether the entry is a symbolic link (its blob is the target)."""
        return self.mode == "120000"

    @property
    def is_submodule(self) -> bool:
        """Whether the entry is a commit of another repository (a gitlink)."""
        return self.mode == "160000"


class Commit(NamedTuple):
    """What readers want to know of a commit; `committed_at` in seconds since 1970."""

    id: str
    tree: str
    parents: tuple[str, ...]
    committed_at: int
    message: str

    @property
    def subject(self) -> str:
        """The first paragraph of the message on one line, as `git log --format=%s` shows it."""
        return " ".join(self.message.lstrip().split("\n\n", 1)[0].split("\n")).strip()


class ObjectReader:
    """A running `cat-file`, started with the first question and ended by `close` or `with`.

    For one thread. `root` is any directory of the repository; `environ` is laid over the
    environment of Git.
    """

    __slots__ = ("_answers", "_environ", "_errors", "_pid", "_questions", "_root")

    def __init__(self, root: str, environ: Mapping[str, str] | None = None) -> None:
        self._root = root
        self._environ = environ
        self._pid = 0
        self._questions = -1
        self._errors = -1
        self._answers: BinaryIO | None = None

    def __enter__(self) -> ObjectReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, name: str) -> GitObject | None:
        """The object called `name`, None if Git knows no such thing or cannot tell which."""
        return next(self.read_many([name]))

    def read_many(self, names: Iterable[str]) -> Iterator[GitObject | None]:
        """One answer per name, in order; None for a name that is unknown or ambiguous.

        Answers are fetched about a hundred at a time; nothing is lost when the caller stops early.
        """
        waiting: list[bytes] = []
        size = 0
        for name in names:
            question = os.fsencode(name)
            if b"\n" in question:  # to `cat-file` that would be two questions
                yield from self._ask(waiting)
                waiting, size = [], 0
                yield self._at(name)
                continue
            waiting.append(question)
            size += len(question) + 1
            if size >= _NAMES_IN_FLIGHT_BYTES:
                yield from self._ask(waiting)
                waiting, size = [], 0
        yield from self._ask(waiting)

    def commits(self, names: Iterable[str]) -> Iterator[Commit | None]:
        """The commits of `names` (a tag is followed to its commit), None where there is none."""
        for found in self.read_many(commit_name(name) for name in names):
            yield parse_commit(found.id, found.data) if found else None

    def tree(self, name: str) -> dict[str, TreeEntry]:
        """Entries of the tree (or of the commit's tree) `name`; empty if there is none."""
        found = self.read(f"{name}^{{tree}}")
        return parse_tree(found.data, len(found.id) // 2) if found else {}

    def close(self) -> None:
        """End the process. May be called twice; the next question starts a new one."""
        if self._answers is None:
            return
        os.close(self._questions)
        self._answers.close()
        self._answers = None
        os.close(self._errors)
        wait(self._pid)

    def _at(self, name: str) -> GitObject | None:
        """What `<revision>:<path>` names, step by step."""
        revision, _, path = name.partition(":")
        found = None if "\n" in revision else self.read(f"{revision}^{{tree}}")
        for step in path.split("/"):
            if found is None or found.kind != "tree":
                return None
            entry = parse_tree(found.data, len(found.id) // 2).get(step)
            found = self.read(entry.id) if entry else None
        return found

    def _ask(self, questions: list[bytes]) -> list[GitObject | None]:
        if not questions:
            return []
        answers = self._answers or self._start()
        # A name that is sent in pieces is fine: Git reads on, having nothing to answer yet.
        left = memoryview(b"".join(question + b"\n" for question in questions))
        try:
            while left:
                left = left[os.write(self._questions, left) :]
        except BrokenPipeError:
            raise self._broken() from None
        return [self._answer(answers) for _ in questions]

    def _answer(self, answers: BinaryIO) -> GitObject | None:
        line = answers.readline()
        if not line:
            raise self._broken()
        header = os.fsdecode(line).split()
        if not _is_header(header):  # "<name> missing" or "<name> ambiguous"
            return None
        object_id, kind, size = header[0], header[1], int(header[2])
        data = answers.read(size + 1)
        if len(data) != size + 1:
            raise self._broken()
        return GitObject(object_id, kind, data[:-1])

    def _start(self) -> BinaryIO:
        asked, self._questions = os.pipe()
        answered, answer = os.pipe()
        self._errors = os.memfd_create("assay-git") if hasattr(os, "memfd_create") else os.dup(2)
        try:
            files = [asked, answer, self._errors]
            self._pid = spawn(_COMMAND, cwd=self._root, files=files, environ=self._environ)
        finally:
            os.close(asked)
            os.close(answer)
        self._answers = os.fdopen(answered, "rb", 1 << 16)
        return self._answers

    def _broken(self) -> Exception:
        said = b""
        try:
            said = os.pread(self._errors, 1 << 16, 0)
        except OSError:
            pass  # not a file: Git has told the user already
        self.close()
        return failure(_COMMAND, Completed(128, b"", said))


def commit_name(revision: str) -> str:
    """How to ask for the commit that `revision` means, through tags; nothing else will do."""
    # What follows ":/" is all text to search for; it finds commits only.
    return revision if revision.startswith(":/") else f"{revision}^{{commit}}"


def parse_tree(data: bytes, id_bytes: int) -> dict[str, TreeEntry]:
    """Entries of a tree object by name. `id_bytes`: 20 for SHA-1 repositories, 32 for SHA-256."""
    entries = {}
    start = 0
    while (end := data.find(b"\0", start)) > 0:
        mode, _, name = data[start:end].partition(b" ")
        start = end + 1 + id_bytes
        object_id = data[end + 1 : start].hex()
        entries[os.fsdecode(name)] = TreeEntry(mode.decode("ascii"), object_id)
    return entries


def parse_commit(commit_id: str, data: bytes) -> Commit:
    """The commit that the commit object `data` describes."""
    head, _, message = data.partition(b"\n\n")
    tree = ""
    parents = []
    committed_at = 0
    encoding = "utf-8"
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"tree":
            tree = value.decode("ascii")
        elif key == b"parent":
            parents.append(value.decode("ascii"))
        elif key == b"committer":
            committed_at = _time_of(value)
        elif key == b"encoding":
            encoding = value.decode("ascii", "replace")
    return Commit(commit_id, tree, tuple(parents), committed_at, _decoded(message, encoding))


def _time_of(person: bytes) -> int:
    """Seconds in "Name <mail> 1700000000 +0100"; 0 if a broken tool wrote something else."""
    words = person.rsplit(b" ", 2)
    return int(words[1]) if len(words) == 3 and words[1].lstrip(b"-").isdigit() else 0


def _decoded(message: bytes, encoding: str) -> str:
    try:
        return message.decode(encoding, "replace")
    except LookupError:  # an encoding that Python does not know
        return message.decode("utf-8", "replace")


def _is_header(words: Sequence[str]) -> bool:
    """Whether the words of a line are id, kind and size of an object."""
    return (
        len(words) == 3 and words[1] in _KINDS and words[2].isdecimal() and is_object_id(words[0])
    )
