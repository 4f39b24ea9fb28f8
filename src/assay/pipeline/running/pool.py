"""What running stages use of the machine's resources, so that together they never use more."""

from __future__ import annotations

from assay.pipeline.running.grant import NESTED, Grant
from assay.pipeline.running.limits import GPU
from assay.typed import TYPE_CHECKING, Callable, Mapping, Sequence

if TYPE_CHECKING:
    from assay.pipeline.running.ledger import Entry, Ledger

VISIBLE_GPUS = "CUDA_VISIBLE_DEVICES"
_ROUNDING = 1e-9


class Pool:
    """Resources by name, GPUs as CUDA names them, and who uses them: the stages of this run and,
    with a `ledger`, of all others that look into it.

    A stage that asks for more than there is waits until nobody else uses any, and gets it all. Of
    what nothing is known there is any amount; where there is no GPU, stages are told of none.
    """

    __slots__ = ("_amounts", "_entries", "_gpus", "_grants", "_ledger")

    def __init__(
        self,
        amounts: Mapping[str, float],
        gpus: tuple[str, ...] = (),
        ledger: Ledger | None = None,
    ) -> None:
        self._amounts = amounts
        self._gpus = gpus
        self._grants: list[Grant] = []
        self._ledger = ledger
        self._entries: dict[int, Entry] = {}

    def take(self, wanted: Mapping[str, float], waiting_for: str = "") -> Grant | None:
        """Take what a stage wants, None if it has to wait.

        `waiting_for` is the resource for which it has the turn, if it has waited.
        """
        amounts = self._known(wanted)
        if self._ledger is None or not amounts:
            grant = self._granted(amounts, self._grants)
        else:
            with self._ledger.looking(waiting_for) as used:
                grant = self._granted(amounts, used)
                if grant is not None:
                    grant = grant._replace(environ={**grant.environ, NESTED: "shared"})
                    self._entries[id(grant)] = self._ledger.enter(grant)
        if grant is not None:
            self._grants.append(grant)
        return grant

    def wait_for(self, wanted: Mapping[str, float], announce: Callable[[str], object]) -> Grant:
        """Take what a stage wants as soon as others leave it. Who calls this holds nothing.

        `announce` is told the resource that is short, if one is.
        """
        grant = self.take(wanted)
        if grant is not None:
            return grant
        assert self._ledger is not None, "nobody else uses any"
        name = self._shortest(wanted)
        announce(name)
        with self._ledger.turn(name, Grant(self._known(wanted))):
            while (grant := self.take(wanted, name)) is None:
                self._ledger.pause()
        return grant

    def give_back(self, grant: Grant) -> None:
        """The stage ended."""
        self._grants = [other for other in self._grants if other is not grant]
        entry = self._entries.pop(id(grant), None)
        if entry is not None:
            entry.close()

    def _known(self, wanted: Mapping[str, float]) -> dict[str, float]:
        total = self._amounts
        return {name: min(wanted[name], total[name]) for name in wanted if name in total}

    def _granted(self, amounts: Mapping[str, float], used: Sequence[Grant]) -> Grant | None:
        """The grant if it fits beside those in use."""
        if any(amount > self._left(name, used) for name, amount in amounts.items()):
            return None
        if GPU not in amounts or not self._gpus:
            return Grant(amounts)
        taken = {gpu for grant in used for gpu in grant.gpus}
        free = [gpu for gpu in self._gpus if gpu not in taken]
        chosen = tuple(free[: int(amounts[GPU])])
        return Grant(amounts, chosen, {VISIBLE_GPUS: ",".join(chosen)})

    def _left(self, name: str, used: Sequence[Grant]) -> float:
        taken = sum(grant.amounts.get(name, 0.0) for grant in used)
        return self._amounts[name] - taken + _ROUNDING

    def _shortest(self, wanted: Mapping[str, float]) -> str:
        """The resource of which the least is left beyond what is wanted."""
        amounts = self._known(wanted)
        assert self._ledger is not None
        with self._ledger.looking() as used:
            return min(amounts, key=lambda name: self._left(name, used) - amounts[name])
