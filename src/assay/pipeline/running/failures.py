"""Stages that failed, and what their failure means for the others (spec/pipelines.md §5.6)."""

from __future__ import annotations

from assay.errors import AssayError
from assay.pipeline.address import Addresses
from assay.pipeline.graph import Graph
from assay.pipeline.model import Stage
from assay.pipeline.running.repro_options import IGNORE, SKIP, STOP
from assay.pipeline.running.shell import CommandFailed
from assay.typed import Iterable
from assay.ui.console import Console
from assay.ui.phrases import joined


class ReproFailed(AssayError):
    """One or more stages could not be reproduced."""

    def __init__(self, addresses: list[str], *, hint: str = "") -> None:
        word = "stages: " if len(addresses) > 1 else ""
        super().__init__(f"failed to reproduce {word}{quoted(addresses)}", hint=hint)
        self.addresses = addresses


class Failures:
    """The failures of one run. `blocked` are the keys of stages that must not run any more."""

    __slots__ = ("_addresses", "_console", "_failed", "_graph", "_on_error", "blocked")

    def __init__(
        self, graph: Graph, addresses: Addresses, console: Console, *, on_error: str
    ) -> None:
        self._graph = graph
        self._addresses = addresses
        self._console = console
        self._on_error = on_error
        self._failed: list[str] = []
        self.blocked: set[str] = set()

    def add(self, stage: Stage, error: Exception) -> None:
        """A stage failed. Raises ReproFailed if nothing may be started after that.

        That is also so when we were told to stop, whatever `on_error` says.
        """
        if isinstance(error, BrokenPipeError):
            raise error  # nobody reads what we print any more: no failure of the stage
        address = self._addresses.stage(stage)
        cause = _as_ours(error)
        interrupted = isinstance(cause, CommandFailed) and cause.interrupted
        if self._on_error == STOP or interrupted:
            raise ReproFailed([address], hint=cause.hint) from cause
        self._failed.append(address)
        if self._on_error == IGNORE:
            self._console.warning(f"{cause.chain()} (ignored)")
            return
        self._console.warning(cause.chain())
        self._block(stage)

    def finish(self) -> None:
        """All was tried: raise ReproFailed if stages failed and their failure counts."""
        if self._failed and self._on_error == SKIP:
            raise ReproFailed(self._failed)

    def _block(self, stage: Stage) -> None:
        after = self._graph.after([stage.key]) - {stage.key}
        skipped = [self._graph.stages[key] for key in self._graph.stages if key in after]
        self.blocked.update(after)
        if skipped:
            names = quoted(self._addresses.stage(one) for one in skipped)
            word = "Stages" if len(skipped) > 1 else "Stage"
            self._console.warning(f"{word} {names} will be skipped due to this failure")


def _as_ours(error: Exception) -> AssayError:
    """Why a stage failed, for the user."""
    if isinstance(error, AssayError):
        return error
    if isinstance(error, OSError):
        from assay.fs.refusal import refusal  # not for runs that go well

        return refusal(error) or AssayError(str(error))
    return AssayError(str(error))


def quoted(addresses: Iterable[str]) -> str:
    """`'a', 'b' and 'c'`."""
    return joined(f"'{address}'" for address in addresses)
