"""Bring stages up to date, one after the other: look, skip, restore or run, record.

Source: spec/pipelines.md §5.3. What is done to the files of a stage is in `running/update.py`,
what follows from a failure in `running/failures.py`; `running/parallel.py` goes the same steps for
several stages at once.
"""

from __future__ import annotations

from assay.errors import AssayError, Interrupted
from assay.pipeline.changes import Change, changes
from assay.pipeline.model import Stage
from assay.pipeline.present import WorkspacePresent
from assay.pipeline.records import Entry
from assay.pipeline.running.failures import Failures
from assay.pipeline.running.grant import Grant
from assay.pipeline.running.missing import without_missing
from assay.pipeline.running.repro_options import ReproOptions
from assay.pipeline.running.shell import CommandFailed, Step, check_command
from assay.pipeline.running.work import Means, Work
from assay.pipeline.workbench import Workbench
from assay.typed import TYPE_CHECKING, Iterable, Iterator, NamedTuple

if TYPE_CHECKING:
    from assay.contexts import ExitStack
    from assay.pipeline.running.explainer import Explainer
    from assay.pipeline.running.tools import Tools
    from assay.pipeline.running.update import Updater


class Outcome(NamedTuple):
    """What happened: stages that ran or were restored (address → entry), keys of all looked at."""

    results: dict[str, Entry]
    visited: tuple[str, ...]


class Reproducer:
    """Reproduces stages of one pipeline in one workspace.

    For each stage: `is_due`; then `begin`, which may be all there is to do; then its `steps` are
    run, and once more while `tries_again` says so; then `end`. All of that in one thread.
    """

    __slots__ = (
        "_bench",
        "_entries",
        "_explainer",
        "_forced",
        "_last_ran",
        "_made_tools",
        "_means",
        "_options",
        "_present",
        "_results",
        "failures",
    )

    def __init__(self, bench: Workbench, options: ReproOptions, means: Means) -> None:
        self._bench = bench
        self._options = options
        self._means = means
        self._present = bench.present()
        self._made_tools: Tools | None = None
        pipeline = bench.pipeline
        self._entries = {key: pipeline.entry(stage) for key, stage in pipeline.stages.items()}
        self._results: dict[str, Entry] = {}
        self._forced: set[str] = set()
        self._last_ran = False
        self._explainer = _explainer(bench, options, self._present)
        self.failures = Failures(
            bench.graph, bench.addresses, bench.console, on_error=options.on_error
        )

    @property
    def _tools(self) -> Tools:
        """What a stage that is due needs: most runs find none, and load none of it."""
        if self._made_tools is None:
            from assay.pipeline.running.tools import tools

            self._made_tools = tools(self._bench, self._present, self._options, self._means)
        return self._made_tools

    @property
    def _updater(self) -> Updater:
        return self._tools.updater

    def run(self, keys: Iterable[str]) -> Outcome:
        """Reproduce the stages with these keys, in this order.

        Raises ReproFailed at the first failure, or at the end with `on_error` SKIP; with IGNORE
        failures are only reported.
        """
        keys = tuple(keys)
        for key in keys:
            if key not in self.failures.blocked:
                self._visit(self._bench.graph.stages[key])
        return self.outcome(keys)

    def outcome(self, keys: tuple[str, ...]) -> Outcome:
        """All stages were looked at. Raises ReproFailed."""
        self.failures.finish()
        return Outcome(self._results, keys)

    def is_due(self, stage: Stage) -> bool:
        """Whether there is anything to do for a stage whose inputs are ready; says so if not."""
        address = self._bench.addresses.stage(stage)
        if stage.frozen and not stage.is_import:
            self._bench.console.warning(
                f"stage: '{address}' is frozen. Its dependencies are not going to be reproduced."
            )
        forced = self._is_forced(stage)
        shown = f"Stage '{address}'" if stage.name else f"'{address}'"
        if not forced and next(self._reasons(stage), None) is None:
            self._bench.console.info(f"{shown} didn't change, skipping")
            if self._explainer is not None:
                self._explainer.is_skipped(stage)
            return False
        if self._explainer is not None:
            entry, found = self._entries[stage.key], self._reasons(stage)
            self._explainer.is_due(stage, entry, found, forced=forced)
        return forced or not self._pull(stage)

    def begin(self, stage: Stage) -> Work | None:
        """Do what comes before the command of a due stage; None if that was all.

        Raises PathBusy, MissingInput, MissingPath, …; then nothing is claimed.
        """
        address = self._bench.addresses.stage(stage)
        self._ask(address)
        from assay.contexts import ExitStack  # a run with nothing to do comes by without

        with ExitStack() as held:
            self._claim(stage, held)
            self._join(stage, address, held)
            entry = self._at_once(stage, address)
            if entry is not None:
                self._note(stage, entry)
                return None
            return Work(stage, address, self._means.limits[stage.key], held.pop_all())

    def grant(self, stage: Stage) -> Grant:
        """What the stage may use; other runs may have to leave it first."""
        address = self._bench.addresses.stage(stage)

        def tell(name: str) -> None:
            self._bench.console.info(
                f"Stage '{address}' waits for '{name}' that other experiments use"
            )

        return self._means.pool.wait_for(self._means.limits[stage.key].resources, tell)

    def steps(self, work: Work, grant: Grant) -> list[Step]:
        """Say that the stage runs; the shells to run."""
        self._updater.say_running(work.address)
        return self._updater.steps(work.stage, work.address, grant.environ)

    def tries_again(self, work: Work, error: Exception) -> bool:
        """Whether the stage is to run once more after `error`; then its outputs are cleared."""
        self._updater.forget(work.stage)
        attempts = work.limits.retries + 1
        if not isinstance(error, CommandFailed) or error.interrupted or work.attempt == attempts:
            return False
        work.attempt += 1
        again = f"stage '{work.address}' runs again (attempt {work.attempt} of {attempts})"
        self._bench.console.warning(f"{error.chain()}; {again}")
        self._updater.clear_outputs(work.stage, self._entries[work.stage.key])
        return True

    def end(self, work: Work) -> None:
        """The commands of the stage ended well: record it. Raises MissingPath, …"""
        self._updater.forget(work.stage)
        entry = self._updater.record(work.stage, self._entries[work.stage.key])
        self._note(work.stage, entry)

    def _visit(self, stage: Stage) -> None:
        if self._last_ran:
            self._bench.console.info()
        try:
            self._last_ran = self._reproduce(stage)
        except Interrupted:
            raise
        except (AssayError, OSError) as error:
            self.failures.add(stage, error)

    def _reproduce(self, stage: Stage) -> bool:
        """Whether the stage ran or was restored."""
        if not self.is_due(stage):
            return False
        work = self.begin(stage)
        if work is not None:
            with work.held:
                self._run(work)
                self.end(work)
        return True

    def _run(self, work: Work) -> None:
        grant = self.grant(work.stage)
        try:
            while not self._succeeds(work, grant):
                pass
        finally:
            self._means.pool.give_back(grant)

    def _succeeds(self, work: Work, grant: Grant) -> bool:
        """Whether one attempt does; raises the error of the last one."""
        from assay.pipeline.running.execute import run_steps  # as `_tools`

        steps = self.steps(work, grant)
        try:
            run_steps(steps, deadline=work.deadline(), announce=self._updater.announce)
        except CommandFailed as error:
            if not self.tries_again(work, error):
                raise
            return False
        return True

    def _at_once(self, stage: Stage, address: str) -> Entry | None:
        """The entry of a stage that needs no command now, None if it does."""
        old, forced = self._entries[stage.key], self._is_forced(stage)
        if stage.name:
            check_command(stage.command)  # before anything is deleted for it
        if stage.is_import and not stage.frozen:
            entry = self._means.importer(stage, dry=self._options.dry)
            self._present.forget()
            return entry
        if stage.command is None or stage.frozen:
            return self._updater.verify(stage, address, old)
        if self._options.dry:
            return self._updater.rehearse(stage, address, old, forced=forced)
        return self._updater.prepare(stage, address, old, forced=forced)

    def _note(self, stage: Stage, entry: Entry) -> None:
        self._entries[stage.key] = entry
        self._results[self._bench.addresses.stage(stage)] = entry
        if self._options.force_downstream:
            self._forced.update(self._bench.graph.downstream[stage.key])

    def _claim(self, stage: Stage, held: ExitStack) -> None:
        """Other processes keep off what the stage reads and writes; a dry run claims nothing."""
        if self._options.dry:
            return
        place = self._bench.workspace.absolute
        claim = self._tools.locks.hold(
            read=[place(location) for location in stage.inputs],
            write=[place(output.location) for output in stage.outputs],
        )
        held.enter_context(claim)

    def _join(self, stage: Stage, address: str, held: ExitStack) -> None:
        """Others who need the same run wait until it is recorded, and we wait for theirs."""
        if self._is_forced(stage):
            return
        key = self._updater.run_key(stage, self._entries[stage.key])
        if key is not None:
            held.enter_context(self._tools.flights.join(key, address))

    def _is_forced(self, stage: Stage) -> bool:
        if self._options.go_on and any(output.persist for output in stage.outputs):
            return True
        return self._options.force or stage.key in self._forced

    def _reasons(self, stage: Stage) -> Iterator[Change]:
        found = changes(stage, self._entries[stage.key], self._present)
        if not self._options.allow_missing:
            return found
        return without_missing(stage, found, self._entries, self._bench.graph)

    def _pull(self, stage: Stage) -> bool:
        """Bring the outputs of a stage that only lacks data; whether that was all to be done."""
        if self._means.supplier is None:
            return False
        found = changes(stage, self._entries[stage.key], self._present)
        if any(without_missing(stage, found, self._entries, self._bench.graph)):
            return False
        pulled = self._means.supplier.pull_stage_outputs(stage)
        for output in stage.outputs:
            self._bench.workspace.forget(output.location)
        self._present.forget()
        if pulled:
            self._updater.keep(stage, self._entries[stage.key])
        return pulled

    def _ask(self, address: str) -> None:
        if not self._options.interactive:
            return
        from assay.ui.prompt import confirm  # only for those who want to be asked

        question = f"Going to reproduce stage: '{address}'. Are you sure you want to continue?"
        if not confirm(question, self._bench.console):
            raise AssayError("reproduction aborted by the user")


def _explainer(
    bench: Workbench, options: ReproOptions, present: WorkspacePresent
) -> Explainer | None:
    if not options.explain:
        return None
    from assay.pipeline.running.explainer import Explainer  # only for those who want to know

    return Explainer(bench, present, dry=options.dry)
