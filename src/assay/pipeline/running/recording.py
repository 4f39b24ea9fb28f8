"""From a stage whose command has run to its record: hash inputs, keep outputs, make the entry."""

from __future__ import annotations

from assay.errors import AssayError
from assay.fs.reading import read_file
from assay.pipeline.changes import is_same
from assay.pipeline.model import Dependency, Output, Stage
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.records import Entry, Record, lock_path, path_item, records, stage_entry
from assay.pipeline.workspace import Workspace
from assay.store.hashes import Fingerprint
from assay.store.restore import Restored
from assay.typed import Any
from assay.ui.console import Console


class MissingInput(AssayError):
    """A dependency is not there, before its stage's command runs."""


class MissingPath(AssayError):
    """A dependency or output is not there after the command ran."""


class Recorder:
    """Composes entries and moves outputs of one workspace."""

    __slots__ = ("_console", "_present", "_workspace")

    def __init__(self, workspace: Workspace, present: WorkspacePresent, console: Console) -> None:
        self._workspace = workspace
        self._present = present
        self._console = console

    def inputs(self, stage: Stage, old: Entry | None) -> Entry:
        """The entry of a stage before it runs: outputs are paths without hashes.

        Raises MissingInput, MissingParams.
        """
        params = self._present.params.required(stage)
        items = [self._input_item(stage, dependency, old) for dependency in stage.dependencies]
        outputs = [
            {"path": lock_path(stage, output.path, output.location)} for output in stage.all_outputs
        ]
        return stage_entry(stage, items, params, outputs)

    def results(
        self, stage: Stage, old: Entry | None, *, commit: bool, keep_uncached: bool = False
    ) -> Entry:
        """The entry of a stage as things are now; with `commit` its outputs go into the cache.

        With `keep_uncached` also metrics and plots that are `cache: false`, so that the run cache
        can bring them back. An entry of DVC 2.x whose content is unchanged stays as it is.
        Raises MissingPath.
        """
        known = records(old, "deps")
        dependencies = []
        for dependency in stage.dependencies:
            path = lock_path(stage, dependency.path, dependency.location)
            if dependency.is_elsewhere:
                dependencies.append(self._elsewhere_item(stage, path, dependency, known.get(path)))
                continue
            found = self._must_exist("dependency", dependency)
            dependencies.append(self._item(path, dependency.location, found, known.get(path)))
        written = records(old, "outs")
        outputs = []
        for output in stage.outputs:
            path = lock_path(stage, output.path, output.location)
            gather = commit and (output.cache or keep_uncached)
            outputs.append(self._output_item(path, output, written.get(path), gather=gather))
        for output in stage.uploads:
            self.refuse_cached_outside(output)
            outputs.append(self._present.elsewhere.item(output.path, output))
        return stage_entry(stage, dependencies, self._values(stage), outputs)

    def restore(self, stage: Stage, entry: Entry) -> Restored:
        """Put the recorded outputs of `entry` into the workspace. Raises MissingObject."""
        total = Restored()
        known = records(entry, "outs")
        for output in stage.outputs:
            record = known.get(lock_path(stage, output.path, output.location))
            if record is not None and record.md5 is not None:
                done = self.restore_output(output, record)
                total = Restored(*(a + b for a, b in zip(total, done, strict=True)))
        return total

    def keep(self, stage: Stage, entry: Entry | None) -> None:
        """Put those outputs into the cache that it lacks; they are as `entry` recorded them."""
        known = records(entry, "outs")
        for output in stage.outputs:
            record = known.get(lock_path(stage, output.path, output.location))
            if record is None or not output.cache or record.is_legacy:
                continue
            if not self._present.is_cached(record, output.location):
                self._gathered(output)

    def restore_output(self, output: Output, record: Record, *, only: str = "") -> Restored:
        """Put one recorded output into the workspace; what is not cached as a copy.

        `only` narrows a directory to one path in it.
        """
        assert record.md5 is not None
        return self._workspace.restore(
            output.location,
            record.md5,
            executable=record.is_executable,
            legacy=record.is_legacy,
            copy=not output.cache,
            only=only,
        )

    def can_restore(self, stage: Stage, entry: Entry) -> bool:
        """Whether the cache holds every output that `entry` lists for the stage, and it may go
        where the stage has it: a command may write anywhere, we do not."""
        known = records(entry, "outs")
        for output in stage.outputs:
            if not self._workspace.is_safe(output.location):
                return False
            record = known.get(lock_path(stage, output.path, output.location))
            if record is None or not self._present.is_cached(record, output.location):
                return False
        return True

    def is_as_recorded(self, stage: Stage, output: Output, entry: Entry | None) -> bool:
        """Whether an output is what `entry` says that the stage made."""
        record = records(entry, "outs").get(lock_path(stage, output.path, output.location))
        return is_same(record, output.location, self._present)

    def refuse_cached_outside(self, output: Output) -> None:
        """Raise an error for an output outside of the project that is to go into the cache."""
        if output.cache and output.is_outside:
            raise AssayError(
                f"Saving cached external output {output.path} is not supported since DVC 3.0. "
                "See <https://dvc.org/doc/user-guide/upgrade> for more info."
            )

    def _values(self, stage: Stage) -> dict[str, dict[str, Any]]:
        for file in stage.params:
            if self._present.params.content(file.location) is None:
                raise MissingPath(f"dependency '{file.path}' does not exist")
        return self._present.params.required(stage)

    def _input_item(
        self, stage: Stage, dependency: Dependency, old: Entry | None
    ) -> dict[str, Any]:
        path = lock_path(stage, dependency.path, dependency.location)
        if dependency.is_elsewhere:
            return self._present.elsewhere.item(path, dependency)
        found = self._present.fingerprint(dependency.location)
        if found is None:
            place = self._workspace.absolute(dependency.location)
            raise MissingInput(f"[Errno 2] No such file or directory: '{place}'")
        return self._item(path, dependency.location, found, records(old, "deps").get(path))

    def _elsewhere_item(
        self, stage: Stage, path: str, dependency: Dependency, record: Record | None
    ) -> dict[str, Any]:
        """What is there now; for an import what it was, as only `update` and `repro` look there."""
        if stage.command is not None:
            return self._present.elsewhere.item(path, dependency)
        return record.raw if record is not None else {"path": path}

    def _output_item(
        self, path: str, output: Output, record: Record | None, *, gather: bool
    ) -> dict[str, Any]:
        self.refuse_cached_outside(output)
        is_legacy = record is not None and record.is_legacy
        if record is not None and is_legacy and is_same(record, output.location, self._present):
            self._judge(output, self._must_exist("output", output))
            return dict(record.raw)
        found = self._gathered(output) if gather else self._must_exist("output", output)
        self._judge(output, found)
        return path_item(path, found)

    def _gathered(self, output: Output) -> Fingerprint:
        """The output, now in the cache. It was not looked at before: that would read it twice."""
        try:
            return self._workspace.gather(
                output.location, relink=output.cache, is_ours=output.cache
            )
        except FileNotFoundError:
            self._must_exist("output", output)
            raise  # it came while we looked

    def _item(
        self, path: str, location: str, found: Fingerprint, record: Record | None
    ) -> dict[str, Any]:
        if record is not None and record.is_legacy and is_same(record, location, self._present):
            return dict(record.raw)
        return path_item(path, found)

    def _must_exist(self, kind: str, item: Dependency | Output) -> Fingerprint:
        found = self._present.fingerprint(item.location)
        if found is None:
            raise MissingPath(f"{kind} '{item.path}' does not exist")
        return found

    def _judge(self, output: Output, found: Fingerprint) -> None:
        """Outputs that are allowed but odd, and those that cannot be (spec/pipelines.md §5.3)."""
        if found.size == 0:
            self._console.warning(f"'{output.path}' is empty.")
        if output.kind == "metrics" and not found.is_tree:
            self._refuse_binary(output)

    def _refuse_binary(self, output: Output) -> None:
        place = self._workspace.absolute(output.location)
        if b"\0" in read_file(place)[:512]:
            raise AssayError(f"binary file '{place}' cannot be used as metrics.")
