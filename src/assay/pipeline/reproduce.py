"""Bring stages up to date, one after the other: look, skip or update, and what to do on failure.

Source: spec/pipelines.md §5.3 and §5.6. What happens to one stage is in `pipeline/update.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NamedTuple

from assay.errors import AssayError, Interrupted
from assay.fs.rwlock import PathLocks
from assay.pipeline.address import Addresses
from assay.pipeline.changes import OUTPUT, Change, changes, is_only_missing
from assay.pipeline.graph import Graph
from assay.pipeline.load import Pipeline
from assay.pipeline.model import Stage
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.records import Entry, records
from assay.pipeline.tracking import Tracker
from assay.pipeline.update import UpdateOptions, Updater
from assay.pipeline.workspace import Workspace
from assay.ui.console import Console
from assay.ui.prompt import confirm

if TYPE_CHECKING:
    from assay.pipeline.fetcher import Fetcher

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
    pull: bool = False
    on_error: str = STOP


class Outcome(NamedTuple):
    """What happened: stages that ran or were restored (address → entry), keys of all looked at."""

    results: dict[str, Entry]
    visited: tuple[str, ...]


class Reproducer:
    """Reproduces stages of one pipeline in one workspace."""

    __slots__ = (
        "_addresses",
        "_blocked",
        "_console",
        "_entries",
        "_failed",
        "_fetcher",
        "_forced",
        "_graph",
        "_last_ran",
        "_locks",
        "_options",
        "_present",
        "_results",
        "_updater",
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
        fetcher: Fetcher | None,
        tracker: Tracker,
        console: Console,
        environ: Mapping[str, str],
    ) -> None:
        self._workspace = workspace
        self._graph = graph
        self._locks = PathLocks(workspace.project.tmp_dir, "dvc repro", console.warning)
        self._options = options
        self._addresses = addresses
        self._console = console
        self._present = WorkspacePresent(workspace)
        self._updater = Updater(
            workspace,
            self._present,
            options=UpdateOptions(options.dry, options.commit, options.use_run_cache),
            fetcher=fetcher,
            tracker=tracker,
            console=console,
            environ=environ,
        )
        self._fetcher = fetcher
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
        keys = tuple(keys)
        for key in keys:
            if key not in self._blocked:
                self._visit(self._graph.stages[key])
        if self._failed and self._options.on_error == SKIP:
            raise ReproFailed(self._failed)
        return Outcome(self._results, keys)

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
        if not forced and self._pull(stage):
            return False
        self._ask(address)
        with self._claimed(stage):
            old = self._entries[stage.key]
            if stage.command is None or stage.frozen:
                entry = self._updater.verify(stage, address, old)
            else:
                entry = self._updater.update(stage, address, old, forced=forced)
        self._entries[stage.key] = entry
        self._results[address] = entry
        return True

    def _claimed(self, stage: Stage) -> AbstractContextManager[None]:
        """Other processes keep off what the stage reads and writes; a dry run claims nothing."""
        if self._options.dry:
            return nullcontext()
        place = self._workspace.absolute
        return self._locks.hold(
            read=[place(dependency.location) for dependency in stage.dependencies],
            write=[place(output.location) for output in stage.outputs],
        )

    def _reasons(self, stage: Stage) -> bool:
        """Whether anything that counts has changed; stops at the first reason."""
        entry = self._entries[stage.key]
        found = changes(stage, entry, self._present)
        if not self._options.allow_missing:
            return next(found, None) is not None
        return any(not self._is_excused(stage, change) for change in found)

    def _pull(self, stage: Stage) -> bool:
        """Bring the outputs of a stage that only lacks data; whether that was all to be done."""
        if self._fetcher is None:
            return False
        found = changes(stage, self._entries[stage.key], self._present)
        if not all(self._is_excused(stage, change) for change in found):
            return False
        pulled = self._fetcher.pull_stage_outputs(stage)
        for output in stage.outputs:
            self._workspace.forget(output.location)
        self._present.forget()
        return pulled

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


def _hash_at(stage: Stage, entry: Entry | None, location: str, section: str) -> str | None:
    """The hash that was recorded for `location` among what a stage reads or writes."""
    outputs = [(item.path, item.location) for item in stage.outputs]
    inputs = [(item.path, item.location) for item in stage.dependencies]
    known = records(entry, section)
    for path, place in outputs if section == "outs" else inputs:
        if place == location and path in known:
            return known[path].md5
    return None
