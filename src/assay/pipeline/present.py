"""What is there now, for `changes`: paths of the workspace, objects of the cache, parameters."""

from __future__ import annotations

from assay.pipeline.model import Dependency, Output, ParamFile
from assay.pipeline.params import ParamReader
from assay.pipeline.records import Record
from assay.pipeline.workspace import Workspace
from assay.store.hashes import Fingerprint, check_object_id
from assay.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.pipeline.elsewhere import Elsewhere
    from assay.typed import Callable


class WorkspacePresent:
    """The workspace as `changes.Present` sees it; every answer is remembered."""

    __slots__ = ("_cached", "_elsewhere", "_open_elsewhere", "_workspace", "params")

    def __init__(self, workspace: Workspace, open_elsewhere: Callable[[], Elsewhere]) -> None:
        self._workspace = workspace
        self._open_elsewhere = open_elsewhere
        self._elsewhere: Elsewhere | None = None
        self.params = ParamReader(workspace, workspace.memory)
        self._cached: dict[tuple[str, bool], bool] = {}

    @property
    def elsewhere(self) -> Elsewhere:
        """What is no path of this machine; few projects have that."""
        if self._elsewhere is None:
            self._elsewhere = self._open_elsewhere()
        return self._elsewhere

    def fingerprint(self, location: str) -> Fingerprint | None:
        """What is at the location."""
        return self._workspace.fingerprint(location)

    def legacy_hash(self, location: str) -> str | None:
        """What DVC 2.x would call it."""
        return self._workspace.legacy_hash(location)

    def values(self, file: ParamFile) -> dict[str, Any] | None:
        """The tracked parameters of a file that exist."""
        return self.params.values(file)

    def state_elsewhere(self, item: Dependency | Output, record: Record | None) -> str | None:
        """How what is no path of this machine differs from its record."""
        return self.elsewhere.state(item, record)

    def is_cached(self, record: Record, location: str) -> bool:
        """Whether the recorded object is in the cache, with all that it lists."""
        if record.md5 is None:
            return False
        question = (record.md5, record.is_legacy)
        if question not in self._cached:
            check_object_id(record.md5)
            self._cached[question] = self._look_in_cache(record.md5, record, location)
        return self._cached[question]

    def _look_in_cache(self, md5: str, record: Record, location: str) -> bool:
        if record.is_legacy:
            return self._workspace.legacy_cache.has_all(md5)
        found = self._workspace.fingerprint(location) if record.is_tree else None
        if found is not None and found.md5 == md5:
            # The workspace holds the same directory: its index knows the files.
            return self._workspace.has_contents(location)
        return self._workspace.has_recorded(md5)

    def forget(self) -> None:
        """A command ran: parameters, objects and what is elsewhere may be others."""
        if self._elsewhere is not None:
            self._elsewhere.forget()
            self._elsewhere = None
        self.params.forget()
        self._cached.clear()
