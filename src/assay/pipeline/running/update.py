"""Bringing one changed stage up to date: restore it from a recorded run, or run it and record it.

The order of effects is fixed (P2): the command; objects, listings last; the run-cache entry;
dvc.lock. A kill between two of them leaves garbage for gc, never a record of what is not there. The
steps are those of spec/pipelines.md §5.3.
"""

from __future__ import annotations

from assay.errors import AssayError, UnsafePath
from assay.pipeline.model import Output, Stage
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.records import Entry
from assay.pipeline.running.recording import Recorder
from assay.pipeline.running.run_cache import RunCache, entry_key, is_cacheable, is_savable
from assay.pipeline.running.shell import Step, commands_of
from assay.pipeline.tracking import Tracker
from assay.pipeline.workspace import Workspace
from assay.store.guard import CacheGuard
from assay.typed import TYPE_CHECKING, Mapping, NamedTuple
from assay.ui.console import Console

if TYPE_CHECKING:
    from assay.pipeline.running.work import Supplier


class UpdateOptions(NamedTuple):
    """`dry`: only say what would be done; `commit`: fill caches; `use_run_cache`: look there."""

    dry: bool = False
    commit: bool = True
    use_run_cache: bool = True


class Updater:
    """Updates stages of one workspace, one at a time."""

    __slots__ = (
        "_console",
        "_environ",
        "_options",
        "_present",
        "_recorder",
        "_supplier",
        "_tracker",
        "_workspace",
        "run_cache",
    )

    def __init__(
        self,
        workspace: Workspace,
        present: WorkspacePresent,
        *,
        options: UpdateOptions,
        supplier: Supplier | None,
        tracker: Tracker,
        console: Console,
        environ: Mapping[str, str],
    ) -> None:
        self._workspace = workspace
        self._present = present
        self._options = options
        self._supplier = supplier
        self._tracker = tracker
        self._console = console
        self._environ = environ
        self._recorder = Recorder(workspace, present, console)
        self.run_cache = RunCache(workspace.cache.top, shared=workspace.cache.shared)

    def verify(self, stage: Stage, address: str, old: Entry | None) -> Entry:
        """A data source or a frozen stage: nothing to run, its outputs are taken as they are."""
        if self._options.dry:
            return old or {}
        if stage.is_data_source:
            self._console.info(f"Verifying data sources in stage: '{address}'")
        else:
            self._console.info(f"Verifying outputs in frozen stage: '{address}'")
        missing = [out.path for out in stage.outputs if not self._workspace.exists(out.location)]
        if missing:
            word = "sources" if len(missing) > 1 else "source"
            raise AssayError(f"missing data '{word}': {', '.join(missing)}")
        return self.record(stage, old)

    def rehearse(self, stage: Stage, address: str, old: Entry | None, *, forced: bool) -> Entry:
        """Say what `prepare` and the run would do. Raises MissingInput, MissingParams."""
        if not forced:
            inputs = self._recorder.inputs(stage, old)
            if self._recorded_run(stage, old, inputs) is not None:
                self._say_cached(address)
        self.say_running(address)
        for line in commands_of(stage.command or []):
            self.announce(line)
        return old or {}

    def prepare(
        self, stage: Stage, address: str, old: Entry | None, *, forced: bool
    ) -> Entry | None:
        """Clear the outputs, then restore them from a recorded run; its entry, recorded anew.

        None if the command has to run, as it always has when `forced`. Raises MissingInput, …
        """
        self.clear_outputs(stage, old)
        self._pull_dependencies(stage, forced=forced)
        return None if forced else self._restore(stage, address, old)

    def run_key(self, stage: Stage, old: Entry | None) -> str | None:
        """The run that `prepare` looks for and `record` saves; None if it does neither."""
        if not (self._options.use_run_cache and self._options.commit) or self._options.dry:
            return None
        if not is_savable(stage):
            return None
        try:
            return entry_key(self._recorder.inputs(stage, old))
        except AssayError:  # an input is missing: `prepare` gets it or says so
            return None

    def steps(self, stage: Stage, address: str, environ: Mapping[str, str]) -> list[Step]:
        """The shells to run; `environ` is laid over the environment of the whole run."""
        directory = self._workspace.absolute(stage.wdir or ".")
        whole = {**self._environ, **environ, "DVC_STAGE": address}
        return [Step(line, directory, whole) for line in commands_of(stage.command or [])]

    def record(self, stage: Stage, old: Entry | None) -> Entry:
        """The command has run: hash what it read and wrote, fill the caches, write dvc.lock."""
        return self._record(stage, old, commit=self._options.commit)

    def keep(self, stage: Stage, entry: Entry | None) -> None:
        """Outputs are as recorded: what of them is in no cache may be nowhere else, so keep it."""
        if self._options.commit:
            with self._guard():
                self._recorder.keep(stage, entry)

    def forget(self, stage: Stage) -> None:
        """A command ran: what it reads and writes may be different, even if it failed."""
        for dependency in stage.dependencies:
            if not dependency.is_elsewhere:
                self._workspace.forget(dependency.location)
        for output in stage.outputs:
            self._workspace.forget(output.location)
        self._present.forget()

    def say_running(self, address: str) -> None:
        """The line before the commands of a stage."""
        self._console.info(f"Running stage '{address}':")

    def announce(self, line: str) -> None:
        """The line before one command."""
        self._console.info(f"> {line}")

    def clear_outputs(self, stage: Stage, old: Entry | None) -> None:
        """Delete what the stage is about to write; what persists becomes writable.

        What lies outside of the project may be anybody's (P5): the command finds it, and may write
        over it. If a link in the project leads there, what is as the stage left it is deleted.
        """
        for output in stage.outputs:
            is_inside = self._workspace.is_safe(output.location)
            if not is_inside and output.cache and self._workspace.exists(output.location):
                self._recorder.refuse_cached_outside(output)
            if output.persist:
                if is_inside:
                    self._workspace.unprotect(output.location)
            elif is_inside or self._is_own(stage, output, old):
                self._workspace.remove(output.location)

    def _is_own(self, stage: Stage, output: Output, old: Entry | None) -> bool:
        is_named_inside = not output.is_outside
        return is_named_inside and self._recorder.is_as_recorded(stage, output, old)

    def _restore(self, stage: Stage, address: str, old: Entry | None) -> Entry | None:
        """Take the result of a recorded run; the entry that is now recorded, None without one."""
        inputs = self._recorder.inputs(stage, old)
        with self._guard():
            recorded = self._recorded_run(stage, old, inputs)
            if recorded is None:
                return None
            self._say_cached(address)
            self._recorder.restore(stage, recorded)
            return self._record(stage, old, commit=False)

    def _guard(self) -> CacheGuard:
        return CacheGuard(self._workspace.cache.top, alone=False, tell=self._console.info)

    def _recorded_run(self, stage: Stage, old: Entry | None, inputs: Entry) -> Entry | None:
        """A run with the same command and inputs whose outputs the cache holds."""
        if not is_cacheable(stage):
            return None
        if old is not None and _same_inputs(inputs, old) and self._can_restore(stage, old):
            return old
        if not self._options.use_run_cache:
            return None
        found = self.run_cache.entries(inputs)
        return next((entry for entry in found if self._is_usable(stage, entry)), None)

    def _is_usable(self, stage: Stage, entry: Entry) -> bool:
        """`_can_restore` of a run that anybody may have recorded; what is hostile in it is told."""
        try:
            return self._can_restore(stage, entry)
        except UnsafePath as error:
            self._console.warning(f"a run in the run cache was passed over: {error.chain()}")
            return False

    def _can_restore(self, stage: Stage, entry: Entry) -> bool:
        """Whether the cache holds the outputs of a recorded run, fetched first if so asked."""
        if self._supplier is not None and not self._recorder.can_restore(stage, entry):
            self._supplier.fetch_outputs(stage, entry)
            self._present.forget()
        return self._recorder.can_restore(stage, entry)

    def _pull_dependencies(self, stage: Stage, *, forced: bool) -> None:
        if self._supplier is not None and not forced:
            self._supplier.pull_missing_dependencies(stage)
            self.forget(stage)

    def _say_cached(self, address: str) -> None:
        self._console.info(f"Stage '{address}' is cached - skipping run, checking out outputs")

    def _record(self, stage: Stage, old: Entry | None, *, commit: bool) -> Entry:
        savable = is_savable(stage)
        with self._guard():
            entry = self._recorder.results(stage, old, commit=commit, keep_uncached=savable)
            if commit and savable:
                self.run_cache.save(entry)
            self._tracker.write(stage, entry, old)
        return entry


def _same_inputs(inputs: Entry, old: Entry) -> bool:
    return bool(old.get("outs")) and entry_key(inputs) == entry_key(old)
