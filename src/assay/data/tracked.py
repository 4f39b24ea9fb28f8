"""What is tracked, as it was recorded: the outputs that the cache keeps, and what each held.

The common ground of `data status`, `diff`, `gc` and `fsck`. Pure; a record that could not name an
object of the cache is refused here, before anybody makes a path of it (P5).
"""

from __future__ import annotations

from assay.pipeline.load import Pipeline
from assay.pipeline.model import Output, Stage
from assay.pipeline.records import Record, lock_path, records, versions_in
from assay.store.hashes import LEGACY_MD5, MD5, TREE_SUFFIX, check_object_id
from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from assay.pipeline.file_versions import FileVersion
from assay.typed import Iterable, Iterator


class Content(NamedTuple):
    """What a path holds: an object of the cache, by its name and the kind of its hash."""

    id: str
    kind: str = MD5

    @property
    def is_tree(self) -> bool:
        """Whether it is a directory."""
        return self.id.endswith(TREE_SUFFIX)


class TrackedOutput(NamedTuple):
    """An output that belongs into the cache. `content` is None if it was never recorded.

    `size` is what was recorded beside it, in bytes; None if nothing was. `versions` are the files
    of which a remote that keeps versions may have some.
    """

    stage: Stage
    output: Output
    content: Content | None
    size: int | None = None
    versions: tuple[FileVersion, ...] = ()

    @property
    def location(self) -> str:
        """Where it is, POSIX relative to the project root."""
        return self.output.location


def tracked_outputs(pipeline: Pipeline) -> Iterator[TrackedOutput]:
    """The outputs in the project that the cache keeps, in the order of their stages.

    Raises UnsafePath for a recorded hash that is none.
    """
    for stage in pipeline.stages.values():
        known = records(pipeline.entry(stage), "outs")
        for output in stage.outputs:
            if output.cache and not output.is_outside:
                record = known.get(lock_path(stage, output.path, output.location))
                size = record.size if record is not None else None
                yield TrackedOutput(stage, output, _content(record), size, versions_in(record))


def recorded_contents(pipeline: Pipeline) -> dict[str, Content]:
    """Location → what was recorded there, without outputs that were never made."""
    return contents_of_outputs(tracked_outputs(pipeline))


def contents_of_outputs(outputs: Iterable[TrackedOutput]) -> dict[str, Content]:
    """The same for some outputs."""
    return {one.location: one.content for one in outputs if one.content is not None}


def _content(record: Record | None) -> Content | None:
    if record is None or record.md5 is None:
        return None
    return Content(check_object_id(record.md5), LEGACY_MD5 if record.is_legacy else MD5)
