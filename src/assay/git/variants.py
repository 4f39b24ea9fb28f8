"""Many commits that differ in a few files from one tree: what a sweep puts into the queue.

    variants = [Variant({"params.yaml": b"lr: %d" % rate}, f"lr={rate}") for rate in (1, 2)]
    ids = commit_variants(repository, snapshot(repository), head, variants)

One `git fast-import` makes them all, whatever their number; neither the index nor the work tree is
looked at again.
"""

from __future__ import annotations

import os
import re

from assay.git import work_tree
from assay.git.commits import commit
from assay.git.objects import ObjectReader
from assay.git.process import DURABLE
from assay.regex import regex
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assay.git.repository import Repository

# What makes `git add` store other bytes than the file holds (gitattributes(5)).
_CONVERTING = ("text", "eol", "crlf", "filter", "ident", "working-tree-encoding")
_UNTOUCHED = {b"unspecified", b"unset"}

# `fast-import` builds on a branch; this one lives as long as the process.
_BRANCH_PREFIX = "refs/assay/importing-"

_PEOPLE = regex(rb"^((?:author|committer) [^\n]*\n)", re.MULTILINE)
_QUOTED_IN_NAMES = regex(rb'[\\"\n]')


class Variant(NamedTuple):
    """One commit to make: contents that its tree has instead of the base's, and its message.

    For `blobs` holds what `assay.git.snapshot` says of its `extra_blobs`.
    """

    blobs: Mapping[str, bytes]
    message: str


def commit_variants(
    repository: Repository,
    base: str,
    parent: str,
    variants: Sequence[Variant],
    *,
    durable: bool = False,
) -> list[str]:
    """Ids of new commits, one per variant, on the commit `parent`; `base` is a tree.

    Author, committer and dates are those that `assay.git.commits.commit` would give. Nothing refers
    to the commits yet. With `durable` they are on disk when the call returns.
    """
    if not variants:
        return []
    people = _people(repository, base, parent)
    stored = _Contents(repository, [path for variant in variants for path in variant.blobs])
    branch = f"{_BRANCH_PREFIX}{os.urandom(8).hex()}"
    stream = bytearray()
    for variant in variants:
        changes = stored.add(stream, variant.blobs)
        stream += f"commit {branch}\nmark :1\n".encode() + people
        stream += _data(os.fsencode(variant.message))
        stream += f'from {parent}\nM 040000 {base} ""\n'.encode()
        stream += b"".join(changes) + b"get-mark :1\n"
    stream += f"reset {branch}\nfrom {'0' * len(parent)}\n\ndone\n".encode()
    config = DURABLE if durable else []
    result = repository.run([*config, "fast-import", "--quiet", "--done"], stdin=bytes(stream))
    return result.stdout.decode("ascii").split()


class _Contents:
    """The contents of files: into the stream, each once; converted by Git first where it must."""

    def __init__(self, repository: Repository, paths: Iterable[str]) -> None:
        self._repository = repository
        root = repository.root
        self._places = {path: work_tree.place_of_content(root, path) for path in set(paths)}
        places = [place for place in self._places.values() if place]
        self._modes = {place: work_tree.file_mode(root, place) for place in places}
        self._converted = _converted(repository, places)
        self._known: dict[tuple[str, bytes], str] = {}

    def add(self, stream: bytearray, blobs: Mapping[str, bytes]) -> list[bytes]:
        """Put what is new of `blobs` into the stream; the commands that use them in a commit."""
        changes = []
        for path, content in blobs.items():
            place = self._places[path]
            if place:
                blob = self._blob(stream, place, content)
                changes.append(f"M {self._modes[place]} {blob} ".encode() + _quoted(place) + b"\n")
        return changes

    def _blob(self, stream: bytearray, place: str, content: bytes) -> str:
        key = (place if place in self._converted else "", content)
        if key not in self._known:
            self._known[key] = self._store(stream, *key)
        return self._known[key]

    def _store(self, stream: bytearray, converted_place: str, content: bytes) -> str:
        if converted_place:
            command = ["-c", "core.safecrlf=false", "hash-object", "-w", "--stdin"]
            command.append(f"--path={converted_place}")
            return os.fsdecode(self._repository.run(command, stdin=content).stdout).strip()
        mark = len(self._known) + 2  # :1 is the commit
        stream += f"blob\nmark :{mark}\n".encode() + _data(content)
        return f":{mark}"


def _people(repository: Repository, base: str, parent: str) -> bytes:
    """The author and committer lines of a commit made now, as Git writes them."""
    # Git alone knows how it finds them (environment, configuration, system), so it makes one commit
    # for us to read; the object is garbage.
    sample = commit(repository, base, [parent], "")
    with ObjectReader(repository.root) as objects:
        found = objects.read(sample)
    assert found is not None
    return b"".join(_PEOPLE.findall(found.data.partition(b"\n\n")[0] + b"\n"))


def _converted(repository: Repository, places: Sequence[str]) -> set[str]:
    """Those of `places` for which Git stores other bytes than the file's."""
    if not places:
        return set()
    if (repository.config("core.autocrlf") or "false").lower() not in ("false", "no", "off", "0"):
        return set(places)
    names = b"".join(os.fsencode(place) + b"\0" for place in places)
    command = ["check-attr", "-z", "--stdin", *_CONVERTING]
    fields = repository.run(command, stdin=names).stdout.split(b"\0")[:-1]
    triples = zip(fields[::3], fields[2::3], strict=True)
    return {os.fsdecode(place) for place, value in triples if value not in _UNTOUCHED}


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _quoted(place: str) -> bytes:
    """A path as `fast-import` reads it: quotes, backslashes and line ends escaped as in C."""
    escapes = {b"\n": b"\\n", b'"': b'\\"', b"\\": b"\\\\"}
    inner = _QUOTED_IN_NAMES.sub(lambda found: escapes[found[0]], os.fsencode(place))
    return b'"' + inner + b'"'
