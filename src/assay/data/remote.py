"""Which tracked data the remotes lack, for `data status --not-in-remote` (spec/data.md §12)."""

from __future__ import annotations

from assay.config import Config
from assay.data.changes import Item
from assay.data.scope import DataScope
from assay.data.tracked import Content, TrackedOutput
from assay.data.view import DataView
from assay.errors import UnexpectedError
from assay.remotes.connect import connect, keeps_versions
from assay.remotes.layout import object_path
from assay.typed import Iterable, Iterator


def not_in_remote(
    outputs: Iterable[TrackedOutput],
    scope: DataScope,
    view: DataView,
    *,
    config: Config,
    remote: str | None,
) -> list[str]:
    """What was recorded and is not where it would be pushed to, as people see it, sorted.

    Each object is asked for itself. An output that names a remote of its own belongs there,
    others to `remote`, or else to the default one; without any there is nothing to say. Of a remote
    that keeps versions the records tell what it has. Raises ConfigError, and UnexpectedError for a
    remote that cannot be asked.
    """
    default = remote or config.get("core", "remote")
    by_remote: dict[str, list[Item]] = {}
    lacking: list[str] = []
    for one in outputs:
        home = one.output.remote or default
        if home is None or not _is_pushed(one):
            continue
        items = list(_items(one, scope, view))
        if keeps_versions(config.remote(home)):
            there = _recorded(one, home.lower())
            lacking += [item.shown for item in items if item.path not in there]
        else:
            by_remote.setdefault(home, []).extend(items)
    for name, items in by_remote.items():
        absent = _absent(name, {item.content for item in items if item.content}, config)
        lacking += [item.shown for item in items if item.content in absent]
    return sorted(lacking)


def _is_pushed(one: TrackedOutput) -> bool:
    """Imports from other repositories come from there again."""
    return one.output.push and not any(item.repo is not None for item in one.stage.dependencies)


def _items(one: TrackedOutput, scope: DataScope, view: DataView) -> Iterator[Item]:
    """What of the output is meant, and was recorded."""
    location, content = one.location, one.content
    if content is None:
        return
    if scope.is_meant(location):
        yield Item(location, content, content.is_tree)
    if content.is_tree and scope.is_open(location):
        for name, md5 in (view.listing(location, content) or {}).items():
            path = f"{location}/{name}"
            if scope.is_meant(path):
                yield Item(path, Content(md5, content.kind))


def _recorded(one: TrackedOutput, remote: str) -> set[str]:
    """The locations at and below an output whose versions on the remote were recorded."""
    files = {file.path for file in one.versions if file.remote.lower() == remote}
    found = {f"{one.location}/{path}" if path else one.location for path in files}
    if files and len(files) == len(one.versions):
        found.add(one.location)
    return found


def _absent(name: str, contents: Iterable[Content], config: Config) -> set[Content]:
    there = connect(name, config.remote(name))
    paths = {object_path(content.id, content.kind): content for content in contents}
    try:
        found = there.existing(paths)
    except OSError as error:
        raise UnexpectedError(str(error)) from None
    return {content for path, content in paths.items() if path not in found}
