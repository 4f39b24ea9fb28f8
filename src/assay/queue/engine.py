"""Places where tasks run. The queue owns the tasks; an engine only supplies workers."""

from __future__ import annotations

from assay.typed import Protocol


class Engine(Protocol):
    """What the commands need of an engine. An implementation needs no base class.

    Workers claim tasks from the store by themselves, settle what others have left, and leave when
    nothing is to be done.
    """

    def start(self, count: int) -> int:
        """Have `count` workers in total, not more than there are now; how many were started."""

    def alive(self) -> list[str]:
        """The workers that live at this moment."""
