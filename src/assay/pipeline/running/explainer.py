"""Says during a run why stages are out of date, for `repro --explain` and `repro -v`."""

from __future__ import annotations

from assay.pipeline.changes import Change, Present
from assay.pipeline.explain import FORCED, Reason, explain, reason_lines
from assay.pipeline.model import Stage
from assay.pipeline.records import Entry
from assay.pipeline.running.failures import quoted
from assay.pipeline.workbench import Workbench
from assay.typed import Iterable


class Explainer:
    """Tells about the stages of one run as they are looked at, producers first."""

    __slots__ = ("_bench", "_dry", "_present", "_stale")

    def __init__(self, bench: Workbench, present: Present, *, dry: bool) -> None:
        self._bench = bench
        self._present = present
        self._dry = dry
        self._stale: set[str] = set()

    def is_due(
        self, stage: Stage, entry: Entry | None, found: Iterable[Change], *, forced: bool
    ) -> None:
        """The stage has to run because of what was found."""
        reasons = explain(stage, entry, found, self._present, self._bench.addresses)
        shown = self._bench.addresses.stage(stage)
        self._bench.console.info(f"Stage '{shown}' is out of date:")
        for line in reason_lines([Reason(FORCED), *reasons] if forced else reasons):
            self._bench.console.info(line)
        self._stale.add(stage.key)

    def is_skipped(self, stage: Stage) -> None:
        """The stage did not change – by the files of now; after a dry run some may be others."""
        if not self._dry or stage.frozen:
            return
        makers = [key for key in self._bench.graph.upstream[stage.key] if key in self._stale]
        if makers:
            stages = (self._bench.graph.stages[key] for key in makers)
            names = quoted(self._bench.addresses.stage(maker) for maker in stages)
            self._bench.console.info(f"\tunless {names} will make something else of its inputs")
            self._stale.add(stage.key)
