"""What one stage may use of the machine's resources while it runs."""

from __future__ import annotations

from assay.typed import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

NESTED = "ASSAY_RESOURCES"
"""Environment variable of commands whose stage has a share of what several runs share."""


class Grant(NamedTuple):
    """What one stage was given: amounts, GPUs by name, and variables for its environment."""

    amounts: Mapping[str, float] = {}
    gpus: tuple[str, ...] = ()
    environ: Mapping[str, str] = {}
