"""What is missing but need not be: `--allow-missing` and `--pull` (spec/pipelines.md §5.5)."""

from __future__ import annotations

from assay.pipeline.changes import OUTPUT, Change, is_only_missing
from assay.pipeline.graph import Graph
from assay.pipeline.model import Stage
from assay.pipeline.records import Entry, lock_path, records
from assay.typed import Iterable, Iterator, Mapping

Entries = Mapping[str, Entry | None]
"""Stage key → what is recorded now, also by stages that ran a moment ago."""


def without_missing(
    stage: Stage, found: Iterable[Change], entries: Entries, graph: Graph
) -> Iterator[Change]:
    """Those changes of `stage` that do not only say that data is absent."""
    for change in found:
        if not is_only_missing(change) or _was_replaced(stage, change, entries, graph):
            yield change


def _was_replaced(stage: Stage, change: Change, entries: Entries, graph: Graph) -> bool:
    """Whether the missing input was recorded otherwise by the stage that makes it."""
    owner = graph.owners.exact(change.location)
    if change.subject == OUTPUT or owner is None:
        return False
    made = _hash_at(graph.stages[owner], entries[owner], change.location, "outs")
    read = _hash_at(stage, entries[stage.key], change.location, "deps")
    return made is not None and made != read


def _hash_at(stage: Stage, entry: Entry | None, location: str, section: str) -> str | None:
    """The hash that was recorded for `location` among what a stage reads or writes."""
    known = records(entry, section)
    for item in stage.all_outputs if section == "outs" else stage.dependencies:
        path = lock_path(stage, item.path, item.location)
        if item.location == location and path in known:
            return known[path].md5
    return None
