"""Many commits in one process of Git's, by `git fast-import`: for sweeps of hundreds.

Source: git-fast-import(1).
"""

from __future__ import annotations

import os
import time

from assay.git import work_tree
from assay.git.attributes import filtered
from assay.git.process import DURABLE
from assay.typed import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.git.commits import Draft
    from assay.git.repository import Repository
    from assay.typed import Iterable, Iterator, Sequence

_IMPORT = [*DURABLE, "fast-import", "--quiet", "--done", "--date-format=raw"]


def import_commits(
    repository: Repository,
    tree: str,
    parent: str,
    drafts: Sequence[Draft],
    *,
    keeper: str,
    ref: str,
) -> list[str]:
    """Ids of the commits of `drafts`; as `commit_many`, with the message `keeper` for the last."""
    who = _committer(repository)
    stored = _Stored(repository, {path for draft in drafts for path in draft.files})
    lines = _stream(
        drafts, tree, parent, who=who, stored=stored, keeper=keeper, ref=os.fsencode(ref)
    )
    answer = repository.run(_IMPORT, stdin=b"".join(lines)).stdout
    return answer.decode("ascii").split()


def _stream(
    drafts: Sequence[Draft],
    tree: str,
    parent: str,
    *,
    who: bytes,
    stored: _Stored,
    keeper: str,
    ref: bytes,
) -> Iterator[bytes]:
    # Among the objects of one batch there may be thousands that nothing but the last one holds.
    for number, draft in enumerate(drafts, 1):
        yield from _commit(ref, who, draft.message, mark=number, parents=[parent.encode()])
        yield b'M 040000 %s ""\n' % tree.encode()
        for path, content in draft.files.items():
            yield from stored.lines(path, content)
    yield from (b"get-mark :%d\n" % number for number in range(1, len(drafts) + 1))
    if len(drafts) > 1:
        marks = [b":%d" % number for number in range(1, len(drafts) + 1)]
        yield from _commit(ref, who, keeper, mark=len(drafts) + 1, parents=marks)
        yield b'M 040000 %s ""\n' % tree.encode()
    yield b"done\n"


def _commit(
    ref: bytes, who: bytes, message: str, *, mark: int, parents: Sequence[bytes]
) -> Iterator[bytes]:
    text = os.fsencode(message)
    yield b"commit %s\nmark :%d\ncommitter %s\n" % (ref, mark, who)
    yield b"data %d\n%s\n" % (len(text), text)
    first, *others = parents
    yield b"from %s\n" % first
    yield from (b"merge %s\n" % other for other in others)


class _Stored:
    """How Git stores the files: as they are, or as its filters turn them."""

    def __init__(self, repository: Repository, paths: Iterable[str]) -> None:
        self._repository = repository
        self._places = {path: _place(repository, path) for path in paths}
        self._filtered = filtered(repository, self._places.values())

    def lines(self, path: str, content: bytes) -> Iterator[bytes]:
        place = self._places[path]
        mode = work_tree.file_mode(self._repository.root, place).encode()
        if place in self._filtered or b"\r" in content:
            # Line ends and filters, as `git add` would apply them: rare, and one process a file.
            command = [*DURABLE, "hash-object", "-w", "--stdin", f"--path={place}"]
            blob = self._repository.run(command, stdin=content).stdout.strip()
            yield b"M %s %s %s\n" % (mode, blob, _quoted(place))
        else:
            yield b"M %s inline %s\ndata %d\n" % (mode, _quoted(place), len(content))
            yield content + b"\n"


def _place(repository: Repository, path: str) -> str:
    """Where the content of `path` is in the tree: a link stands for the file it names."""
    return work_tree.place_of_content(repository.root, path) or path


def _quoted(path: str) -> bytes:
    escaped = os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    return b'"' + escaped.replace(b"\n", b"\\n") + b'"'


def _committer(repository: Repository) -> bytes:
    found = repository.run(["var", "GIT_COMMITTER_IDENT"], check=False)
    if found.code == 0:
        return found.stdout.strip()
    # Git refuses when it cannot make up a mail address; a snapshot must not fail for that.
    return b"assay <assay@localhost> %d +0000" % int(time.time())
