"""One file of tracked data by its path: which object it is, and where its bytes are."""

from __future__ import annotations

from assay.data.fetch import fetch
from assay.data.transfer import Request
from assay.data.used import UsedObject, used_objects
from assay.errors import AssayError
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.targets import Found
from assay.pipeline.workbench import Workbench
from assay.remotes.connect import connect
from assay.remotes.layout import object_path
from assay.store.cache import ObjectCache
from assay.store.hashes import MD5
from assay.typed import NamedTuple


class NotTracked(AssayError):
    """No output holds the path, or none was recorded yet."""

    def __init__(self, location: str) -> None:
        super().__init__(f"'{location}' is not in an output that was recorded")


class NoData(AssayError):
    """Neither the cache nor a remote has the bytes."""

    def __init__(self, location: str) -> None:
        super().__init__(
            f"the data of '{location}' is neither in the cache nor on the remote",
            hint="push it from where it is, with `dvc push` or `dvc exp push`",
        )


class _Object(NamedTuple):
    id: str
    kind: str


def recorded(pipeline: Pipeline, location: str) -> UsedObject:
    """What the output at or around `location` was recorded to hold. Raises NotTracked."""
    graph = Graph(pipeline.stages.values())
    owner = graph.owners.exact(location) or graph.owners.around(location)
    if owner is not None:
        found = used_objects(pipeline, [Found(graph.stages[owner], location)]).objects
        if found:
            return found[0]
    raise NotTracked(location)


def cached_file(bench: Workbench, used: UsedObject, location: str, *, remote: str | None) -> str:
    """The absolute path of the bytes of the file at `location`, fetched first if need be.

    Nobody may write there. Raises NotTracked, NoData, IsADirectoryError, and as `fetch`.
    """
    found = _file_in_cache(bench, used, location)
    if found is None:
        fetch(bench, [used], Request(remote=remote))
        found = _file_in_cache(bench, used, location)
    if found is None:
        raise NoData(location)
    return found


def url_of(bench: Workbench, used: UsedObject, location: str, *, remote: str | None) -> str:
    """Where a remote has, or would have, the object at `location`; nobody looks whether it does.

    The remote is the output's own, else `remote`, else the default. To find a file in a directory
    takes the directory's listing, which is fetched if need be. Raises ConfigError, NotTracked.
    """
    config = bench.project.config
    name = used.remote or remote or config.default_remote("api.get_url")
    if used.wanted.part and _cache(bench, used).read_tree(used.wanted.id) is None:
        fetch(bench, [used], Request(remote=remote))
    item = _object_at(bench, used, location)
    if item is None:
        raise NoData(location)
    return connect(name, config.remote(name)).address(object_path(item.id, item.kind))


def _file_in_cache(bench: Workbench, used: UsedObject, location: str) -> str | None:
    item = _object_at(bench, used, location)
    if item is None:
        return None
    if item.id.endswith(".dir"):
        raise IsADirectoryError(location)
    cache = _cache(bench, used)
    return cache.path(item.id) if cache.has(item.id) else None


def _object_at(bench: Workbench, used: UsedObject, location: str) -> _Object | None:
    """The object; None as long as the cache lacks the listing that tells it."""
    wanted = used.wanted
    if not wanted.part:
        return _Object(wanted.id, wanted.kind)
    entries = _cache(bench, used).read_tree(wanted.id)
    if entries is None:
        return None
    files = {entry.path: entry.md5 for entry in entries}
    if wanted.part in files:
        return _Object(files[wanted.part], wanted.kind)
    if any(path.startswith(wanted.part + "/") for path in files):
        raise IsADirectoryError(location)
    raise NotTracked(location)


def _cache(bench: Workbench, used: UsedObject) -> ObjectCache:
    workspace = bench.workspace
    return workspace.cache if used.wanted.kind == MD5 else workspace.legacy_cache
