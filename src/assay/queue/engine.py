"""Places where tasks run. The queue owns the tasks; an engine only supplies workers.

Two waists, both narrow. `Engine` is what commands need. `Cluster` is what somebody has to write to
add an engine: it starts capsules somewhere, says what became of them, and knows nothing of tasks.
"""

from __future__ import annotations

from assay.typed import Mapping, NamedTuple, Protocol


class Engine(Protocol):
    """What the commands need of an engine. An implementation needs no base class.

    Workers claim tasks from the store by themselves, settle what others have left, and leave when
    nothing is to be done.
    """

    def start(self, count: int) -> int:
        """Have `count` workers in total, not more than there are now; how many were started."""

    def alive(self) -> list[str]:
        """The workers that live at this moment."""


PRINTED, HOLDS, ENDED, LOST, UNABLE = "printed", "holds", "ended", "lost", "unable"


class Event(NamedTuple):
    """Something that happened to a capsule, see `Cluster.events`.

    PRINTED: `data` are the next bytes of its log, from `host`. HOLDS: `data` is what its experiment
    holds now. ENDED: `data` is its result. LOST: its host is gone; it may have run. UNABLE: it
    cannot run here, for the `reason`.
    """

    handle: str
    kind: str
    data: bytes = b""
    reason: str = ""
    host: str = ""


class Facts(NamedTuple):
    """What a cluster offers now: how many capsules at once, and each host's resources.

    `hosts`: name → label → amount. With `keeps_count` hosts see to resources by themselves.
    """

    slots: int
    hosts: Mapping[str, Mapping[str, float]]
    keeps_count: bool = False


class Cluster(Protocol):
    """Somewhere that runs `run_capsule`. Handles are ours: a cluster only remembers them."""

    def facts(self) -> Facts:
        """What there is. May be a few seconds old."""

    def is_reachable(self) -> bool:
        """Whether it can say anything about capsules at this moment."""

    def submit(self, handle: str, capsule: bytes, resources: Mapping[str, float]) -> None:
        """Run a capsule on a host that has the resources, once. Raises AssayError."""

    def adopt(self, handle: str) -> bool:
        """Tell of a capsule that an earlier process has submitted; False if it is unknown."""

    def events(self, patience_s: float) -> list[Event]:
        """What happened since the last call; waits for the first of it, but not for ever."""

    def folder(self, handle: str) -> str:
        """Where the file `log` grows as the capsule prints, and `so-far.json` is what its
        experiment holds; empty if `events` tells."""

    def cancel(self, handle: str, token: str, *, force: bool) -> None:
        """Let a capsule end: like Ctrl-C, with `force` at once. `events` tells when it has."""

    def forget(self, handle: str) -> None:
        """Nobody will ask for the capsule again."""

    def close(self) -> None:
        """Let go of the cluster, and end it if it was started by us."""
