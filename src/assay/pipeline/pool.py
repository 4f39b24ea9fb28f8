"""What running stages use of the machine's resources, so that together they never use more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from assay.pipeline.limits import GPU

VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES"
_ROUNDING = 1e-9


class Grant(NamedTuple):
    """What one stage was given: amounts, GPUs by name, and variables for its environment."""

    amounts: Mapping[str, float] = {}
    gpus: tuple[str, ...] = ()
    environ: Mapping[str, str] = {}


class Pool:
    """Resources by name, GPUs as CUDA names them, and who uses them.

    A stage that asks for more than there is waits until nobody else uses any, and gets it all. Of
    what nothing is known there is any amount; where there is no GPU, stages are told of none.
    """

    __slots__ = ("_amounts", "_gpus", "_grants")

    def __init__(self, amounts: Mapping[str, float], gpus: tuple[str, ...] = ()) -> None:
        self._amounts = amounts
        self._gpus = gpus
        self._grants: list[Grant] = []

    def take(self, wanted: Mapping[str, float]) -> Grant | None:
        """Take what a stage wants, None if it has to wait."""
        total = self._amounts
        amounts = {name: min(wanted[name], total[name]) for name in wanted if name in total}
        if any(amount > self._left(name) + _ROUNDING for name, amount in amounts.items()):
            return None
        grant = self._with_gpus(amounts)
        self._grants.append(grant)
        return grant

    def give_back(self, grant: Grant) -> None:
        """The stage ended."""
        self._grants = [other for other in self._grants if other is not grant]

    def _left(self, name: str) -> float:
        used = sum(grant.amounts.get(name, 0.0) for grant in self._grants)
        return self._amounts[name] - used

    def _with_gpus(self, amounts: Mapping[str, float]) -> Grant:
        if GPU not in amounts or not self._gpus:
            return Grant(amounts)
        taken = {gpu for grant in self._grants for gpu in grant.gpus}
        free = [gpu for gpu in self._gpus if gpu not in taken]
        chosen = tuple(free[: int(amounts[GPU])])
        return Grant(amounts, chosen, {VISIBLE_GPUS: ",".join(chosen)})
