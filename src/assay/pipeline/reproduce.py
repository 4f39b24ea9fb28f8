"""Bring stages up to date: look, skip or restore or run, record; one stage after the other.

For each stage the order of effects is fixed (P2): the command; objects, listings last; the
run-cache entry; dvc.lock. A kill between two of them leaves garbage for gc, never a record of what
is not there. The algorithm is that of spec/pipelines.md §5.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from assay.errors import AssayError, Interrupted
from assay.pipeline.address import Addresses
from assay.pipeline.changes import OUTPUT, Change, changes, is_only_missing
from assay.pipeline.execute import commands_of, run_commands
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.model import Stage
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.recording import Recorder
from assay.pipeline.records import Entry, records
from assay.pipeline.run_cache import RunCache, entry_key, is_cacheable, is_savable
from assay.pipeline.tracking import Tracker
from assay.pipeline.workspace import Workspace
from assay.ui.console import Console
from assay.ui.prompt import confirm

STOP, SKIP, IGNORE = "stop", "skip", "ignore"
"""What to do after a stage failed: end, go on with what does not need it, go on with everything."""


class ReproOptions(NamedTuple):
    """How to reproduce, whatever the stages."""

    force: bool = False
    interactive: bool = False
    dry: bool = False
    commit: bool = True
    use_run_cache: bool = True
    allow_missing: bool = False
    force_downstream: bool = False
    on_error: str = STOP


class Outcome(NamedTuple):
    """What happened: stages that ran or were restored (address → entry)."""

    results: dict[str, Entry]


class Reproducer:
    """Reproduces stages of one pipeline in one workspace."""

    __slots__ = (
        "_addresses",
        "_blocked",
        "_console",
        "_entries",
        "_environ",
        "_failed",
        "_forced",
        "_graph",
        "_last_ran",
        "_options",
        "_present",
        "_recorder",
        "_results",
        "_run_cache",
        "_tracker",
        "_workspace",
    )

    def __init__(
        self,
        workspace: Workspace,
        pipeline: Pipeline,
        graph: Graph,
        *,
        options: ReproOptions,
        addresses: Addresses,
        tracker: Tracker,
        console: Console,
        environ: Mapping[str, str],
    ) -> None:
        self._workspace = workspace
        self._graph = graph
        self._options = options
        self._addresses = addresses
        self._tracker = tracker
        self._console = console
        self._environ = environ
        self._present = WorkspacePresent(workspace)
        self._recorder = Recorder(workspace, self._present, console)
        self._run_cache = RunCache(workspace.cache.top)
        self._entries = {key: pipeline.entry(stage) for key, stage in pipeline.stages.items()}
        self._results: dict[str, Entry] = {}
        self._forced: set[str] = set()
        self._blocked: set[str] = set()
        self._failed: list[str] = []
        self._last_ran = False

    def run(self, keys: Iterable[str]) -> Outcome:
        """Reproduce the stages with these keys, in this order.

        Raises ReproFailed at the first failure, or at the end with `on_error` SKIP; with IGNORE
        failures are only reported.
        """
        try:
            for key in keys:
                if key not in self._blocked:
                    self._visit(self._graph.stages[key])
        except BaseException:
            self._tracker.roll_back()
            raise
        if self._failed and self._options.on_error == SKIP:
            raise ReproFailed(self._failed)
        return Outcome(self._results)

    def _visit(self, stage: Stage) -> None:
        if self._last_ran:
            self._console.info()
        self._last_ran = False
        try:
            ran = self._reproduce(stage)
        except Interrupted:
            raise
        except AssayError as error:
            self._fail(stage, error)
            return
        self._last_ran = ran
        if ran and self._options.force_downstream:
            self._forced.update(self._graph.downstream[stage.key])

    def _fail(self, stage: Stage, error: AssayError) -> None:
        address = self._addresses.stage(stage)
        if self._options.on_error == STOP:
            raise ReproFailed([address]) from error
        self._failed.append(address)
        if self._options.on_error == IGNORE:
            self._console.warning(f"{error.chain()} (ignored)")
            return
        self._console.warning(error.chain())
        after = self._graph.after([stage.key]) - {stage.key}
        skipped = [self._graph.stages[key] for key in self._graph.stages if key in after]
        self._blocked.update(after)
        if skipped:
            names = joined(f"'{self._addresses.stage(one)}'" for one in skipped)
            word = "Stages" if len(skipped) > 1 else "Stage"
            self._console.warning(f"{word} {names} will be skipped due to this failure")

    def _reproduce(self, stage: Stage) -> bool:
        """Whether the stage ran or was restored."""
        address = self._addresses.stage(stage)
        shown = f"Stage '{address}'" if stage.name else f"'{address}'"
        if stage.frozen and not stage.is_import:
            self._console.warning(
                f"stage: '{address}' is frozen. Its dependencies are not going to be reproduced."
            )
        forced = self._options.force or stage.key in self._forced
        if not forced and not self._reasons(stage):
            self._console.info(f"{shown} didn't change, skipping")
            return False
        self._ask(address)
        if stage.command is None or stage.frozen:
            return self._verify(stage, address)
        return self._update(stage, address, forced=forced)

    def _reasons(self, stage: Stage) -> bool:
        """Whether anything that counts has changed; stops at the first reason."""
        entry = self._entries[stage.key]
        found = changes(stage, entry, self._present)
        if not self._options.allow_missing:
            return next(found, None) is not None
        return any(not self._is_excused(stage, change) for change in found)

    def _is_excused(self, stage: Stage, change: Change) -> bool:
        return is_only_missing(change) and not self._was_replaced(stage, change)

    def _was_replaced(self, stage: Stage, change: Change) -> bool:
        """Whether the missing input was recorded otherwise by the stage that makes it."""
        owner = self._graph.owners.exact(change.location)
        if change.subject == OUTPUT or owner is None:
            return False
        made = _hash_at(self._graph.stages[owner], self._entries[owner], change.location, "outs")
        read = _hash_at(stage, self._entries[stage.key], change.location, "deps")
        return made is not None and made != read

    def _ask(self, address: str) -> None:
        if self._options.interactive and not confirm(
            f"Going to reproduce stage: '{address}'. Are you sure you want to continue?",
            self._console,
        ):
            raise AssayError("reproduction aborted by the user")

    def _verify(self, stage: Stage, address: str) -> bool:
        """A data source or a frozen stage: nothing to run, take its outputs as they are."""
        if self._options.dry:
            return True
        if stage.is_data_source:
            self._console.info(f"Verifying data sources in stage: '{address}'")
        else:
            self._console.info(f"Verifying outputs in frozen stage: '{address}'")
        missing = [out.path for out in stage.outputs if not self._workspace.exists(out.location)]
        if missing:
            word = "sources" if len(missing) > 1 else "source"
            raise AssayError(f"missing data '{word}': {', '.join(missing)}")
        self._record(stage, self._finished(stage))
        return True

    def _update(self, stage: Stage, address: str, *, forced: bool) -> bool:
        old = self._entries[stage.key]
        if not self._options.dry:
            self._clear_outputs(stage)
        if not forced and self._restore(stage, old, address) and not self._options.dry:
            return True
        self._recorder.inputs(stage, old)
        self._execute(stage, address)
        if not self._options.dry:
            self._record(stage, self._finished(stage))
        else:
            self._results[address] = {}
        return True

    def _clear_outputs(self, stage: Stage) -> None:
        for output in stage.outputs:
            if output.persist:
                self._workspace.unprotect(output.location)
            else:
                self._workspace.remove(output.location)

    def _restore(self, stage: Stage, old: Entry | None, address: str) -> bool:
        """Take the outputs from the cache if this very run was recorded."""
        entry = self._recorded_run(stage, old)
        if entry is None:
            return False
        self._console.info(f"Stage '{address}' is cached - skipping run, checking out outputs")
        if self._options.dry:
            return True
        self._recorder.restore(stage, entry)
        self._record(stage, self._finished(stage, restored=True))
        return True

    def _recorded_run(self, stage: Stage, old: Entry | None) -> Entry | None:
        if not is_cacheable(stage):
            return None
        inputs = self._recorder.inputs(stage, old)
        if old is not None and _same_inputs(inputs, old) and self._recorder.can_restore(stage, old):
            return old
        if not self._options.use_run_cache:
            return None
        found = self._run_cache.entries(inputs)
        return next((entry for entry in found if self._recorder.can_restore(stage, entry)), None)

    def _execute(self, stage: Stage, address: str) -> None:
        self._console.info(f"Running stage '{address}':")
        assert stage.command is not None
        if self._options.dry:
            for line in commands_of(stage.command):
                self._console.info(f"> {line}")
            return
        directory = self._workspace.absolute(stage.wdir or ".")
        run_commands(
            stage.command,
            directory=directory,
            environ={**self._environ, "DVC_STAGE": address},
            announce=self._announce,
        )
        self._forget(stage)

    def _announce(self, line: str) -> None:
        self._console.info(f"> {line}")

    def _forget(self, stage: Stage) -> None:
        for dependency in stage.dependencies:
            self._workspace.forget(dependency.location)
        for output in stage.outputs:
            self._workspace.forget(output.location)
        self._present.forget()

    def _finished(self, stage: Stage, *, restored: bool = False) -> Entry:
        """Hash what the stage read and wrote, fill cache and run cache; the new entry."""
        old = self._entries[stage.key]
        commit = self._options.commit and not restored
        entry = self._recorder.results(stage, old, commit=commit)
        if commit and is_savable(stage):
            self._run_cache.save(entry)
        return entry

    def _record(self, stage: Stage, entry: Entry) -> None:
        self._tracker.ignore_outputs(stage)
        self._tracker.write(stage, entry, self._entries[stage.key])
        self._entries[stage.key] = entry
        self._results[self._addresses.stage(stage)] = entry


class ReproFailed(AssayError):
    """One or more stages could not be reproduced."""

    def __init__(self, addresses: list[str]) -> None:
        word = "stages: " if len(addresses) > 1 else ""
        names = joined(f"'{address}'" for address in addresses)
        super().__init__(f"failed to reproduce {word}{names}")


def joined(words: Iterable[str]) -> str:
    """`a, b and c`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _same_inputs(inputs: Entry, old: Entry) -> bool:
    return bool(old.get("outs")) and entry_key(inputs) == entry_key(old)


def _hash_at(stage: Stage, entry: Entry | None, location: str, section: str) -> str | None:
    """The hash that was recorded for `location` among what a stage reads or writes."""
    outputs = [(item.path, item.location) for item in stage.outputs]
    inputs = [(item.path, item.location) for item in stage.dependencies]
    known = records(entry, section)
    for path, place in outputs if section == "outs" else inputs:
        if place == location and path in known:
            return known[path].md5
    return None
