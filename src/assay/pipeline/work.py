"""What a run works with, and one stage of it whose command has to run."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

from assay.pipeline.limits import Limits
from assay.pipeline.model import Stage
from assay.pipeline.pool import Pool
from assay.pipeline.shell import Deadline
from assay.pipeline.tracking import Tracker

if TYPE_CHECKING:
    from assay.pipeline.fetcher import Fetcher


class Means(NamedTuple):
    """What a run works with: limits by stage key, resources, remotes (None: not asked for)."""

    limits: Mapping[str, Limits]
    pool: Pool
    fetcher: Fetcher | None
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
