"""What a run works with, and one stage of it whose command has to run."""

from __future__ import annotations

import time

from assay.pipeline.model import Stage
from assay.pipeline.records import Entry
from assay.pipeline.running.limits import Limits
from assay.pipeline.running.pool import Pool
from assay.pipeline.running.shell import Deadline
from assay.pipeline.tracking import Tracker
from assay.typed import TYPE_CHECKING, Mapping, NamedTuple, Protocol

if TYPE_CHECKING:
    from assay.contexts import ExitStack


class Supplier(Protocol):
    """Who brings what a run lacks, for `--pull`. Trouble is told and does not end the run.

    Whoever remembers what is in workspace and cache must look again after each call.
    """

    def pull_run_cache(self) -> None:
        """Bring all recorded runs."""

    def pull_stage_outputs(self, stage: Stage) -> bool:
        """Bring what was recorded for the outputs of `stage` and put it into the workspace.

        Whether all of it is there now.
        """

    def pull_missing_dependencies(self, stage: Stage) -> None:
        """Bring what `stage` reads and the workspace lacks, as far as other stages recorded it."""

    def fetch_outputs(self, stage: Stage, entry: Entry) -> None:
        """Bring the objects that a recorded run of `stage` mentions into the cache."""


class Importer(Protocol):
    """Who brings the data of an import that is not frozen."""

    def __call__(self, stage: Stage, *, dry: bool) -> Entry:
        """Say so, bring it and record it, or with `dry` only say so; what is recorded then.

        Whoever remembers what is in the workspace must look again.
        """


class Means(NamedTuple):
    """What a run works with: limits by stage key, resources, who brings what is missing."""

    limits: Mapping[str, Limits]
    pool: Pool
    supplier: Supplier | None
    importer: Importer
    tracker: Tracker
    environ: Mapping[str, str]


class Work:
    """A stage whose command has to run. `held` lets go of the paths that it claims."""

    __slots__ = ("address", "attempt", "held", "limits", "stage")

    def __init__(self, stage: Stage, address: str, limits: Limits, held: ExitStack) -> None:
        self.stage = stage
        self.address = address
        self.limits = limits
        self.attempt = 1
        self.held = held

    def deadline(self) -> Deadline | None:
        """Until when an attempt that starts now may run."""
        if self.limits.timeout_s is None:
            return None
        return Deadline(time.monotonic() + self.limits.timeout_s, self.limits.timeout)
