"""What `exp run` was asked for, as data: nothing further down reads the command line."""

from __future__ import annotations

from assay.pipeline.plan import Selection
from assay.pipeline.running.repro_options import ReproOptions
from assay.typed import NamedTuple


class RunRequest(NamedTuple):
    """One experiment to run, or with a sweep in `overrides` several to queue.

    `overrides` are the texts of `-S`; files in them, and `copy_paths`, are relative to the current
    directory. With `hydra` off nothing is composed, whatever the configuration says.
    """

    selection: Selection = Selection()
    options: ReproOptions = ReproOptions()
    overrides: tuple[str, ...] = ()
    hydra: bool = True
    name: str = ""
    message: str = ""
    copy_paths: tuple[str, ...] = ()
