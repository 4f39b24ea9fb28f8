"""The part of `gc` that looks at remotes: listings, what was pushed, and what nobody uses there."""

from __future__ import annotations

from contextlib import contextmanager

from assay.data.gc_request import REMOTE, GcRequest, Swept
from assay.data.tracked import Content
from assay.data.transfer import Request, across
from assay.data.used_data import Lost, UsedData
from assay.errors import AssayError, UnexpectedError
from assay.pipeline.workbench import Workbench
from assay.remotes.connect import connect
from assay.remotes.exchange import Exchange
from assay.remotes.layout import object_name, object_path
from assay.remotes.listings import find_listings
from assay.remotes.remote import Remote
from assay.remotes.wanted import Wanted
from assay.store.hashes import LEGACY_MD5, MD5, TREE_SUFFIX
from assay.typed import Callable, Iterable, Iterator, Sequence
from assay.workers import in_parallel

_FOLDERS = {MD5: ["files/md5"], LEGACY_MD5: [f"{number:02x}" for number in range(256)]}
"""Where the objects of each kind of hash are (spec/data.md §8.1)."""


def check_remote(bench: Workbench, request: GcRequest) -> None:
    """Raise ConfigError if the remote that `request` is about does not exist."""
    _connect(bench, _main(bench, request))


def remote_listings(
    bench: Workbench, lost: Iterable[Lost], request: GcRequest
) -> dict[Content, set[str]]:
    """The hashes of the files of those directories whose listings are on their remotes.

    A remote that cannot be asked has none; why is told to those who want details.
    """
    by_home: dict[str, list[Wanted]] = {}
    for output, content, _ in lost:
        home = output.output.remote or request.remote or bench.project.config.get("core", "remote")
        if home:
            by_home.setdefault(home, []).append(Wanted(content.id, content.kind))
    found: dict[Content, set[str]] = {}
    for home, wanted in by_home.items():
        try:
            found |= across(bench, home, Request(jobs=request.jobs), _listings, wanted)
        except AssayError as error:
            bench.console.detail(f"no listings from remote '{home}': {error.chain()}")
    return found


def _listings(exchange: Exchange, wanted: Sequence[Wanted]) -> dict[Content, set[str]]:
    known = find_listings(exchange, [one.path for one in wanted]).known
    return {
        Content(one.id, one.kind): {entry.md5 for entry in known[one.path].entries}
        for one in wanted
        if one.path in known
    }


def without_pushed(
    bench: Workbench, used: UsedData, request: GcRequest
) -> Callable[[str], set[str]]:
    """For a kind of hash, the objects in use that are not on the remote they belong to.

    Raises ConfigError without a remote, UnexpectedError for one that cannot be asked.
    """
    kept: dict[str, set[str]] = {MD5: set(), LEGACY_MD5: set()}
    for home, ids in used.by_home.items():
        there = _connect(bench, home or _main(bench, request))
        for kind, wanted in ids.items():
            paths = {object_path(one, kind): one for one in wanted}
            with _asking():
                found = there.existing(paths)
            kept[kind] |= {one for path, one in paths.items() if path not in found}
    return kept.__getitem__


def sweep_remotes(bench: Workbench, used: UsedData, request: GcRequest) -> Iterator[Swept]:
    """Remove from the default remote, and from those that outputs name, what nobody uses.

    What is in use is kept on every remote, wherever it belongs. The remotes are asked for all they
    have; there is no other way.
    """
    main = _main(bench, request)
    for name in dict.fromkeys([main, *(home for home in used.by_home if home)]):
        there = _connect(bench, name)
        jobs = request.jobs or there.jobs or 1
        for kind in (MD5, LEGACY_MD5):
            with _asking():
                unused = _unused(there, kind, used.ids(kind), jobs)
                if not request.dry:
                    there.remove(unused)
            yield Swept(REMOTE, [there.address(path) for path in unused])


def _main(bench: Workbench, request: GcRequest) -> str:
    """The remote of outputs that name none. Raises ConfigError if there is none."""
    return (request.remote or bench.project.config.default_remote("gc -c")).lower()


def _connect(bench: Workbench, name: str) -> Remote:
    return connect(name, bench.project.config.remote(name))


def _unused(there: Remote, kind: str, used: set[str], jobs: int) -> list[str]:
    """Paths of objects on the remote that are not in use, those of directories first."""

    def objects(folder: str) -> list[str]:
        return [file.path for file in there.files(folder) if _is_unused(file.path, kind, used)]

    found = in_parallel(objects, _FOLDERS[kind], jobs=jobs)
    paths = [path for members in found for path in members]
    return sorted(paths, key=lambda path: not path.endswith(TREE_SUFFIX))


def _is_unused(path: str, kind: str, used: set[str]) -> bool:
    """Whether there is an object at `path`, of this kind, that nobody uses."""
    name = object_name(path)
    return name is not None and name.kind == kind and name.id not in used


@contextmanager
def _asking() -> Iterator[None]:
    """What goes wrong with a remote in the block is told as UnexpectedError."""
    try:
        yield
    except OSError as error:
        raise UnexpectedError(str(error)) from None
