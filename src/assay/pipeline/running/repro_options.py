"""How to reproduce, as data: apart from what does it, for those who only say how (the queue)."""

from __future__ import annotations

from assay.typed import NamedTuple

STOP, SKIP, IGNORE = "stop", "skip", "ignore"
"""What to do after a stage failed: end, go on with what does not need it, go on with everything."""


class ReproOptions(NamedTuple):
    """How to reproduce, whatever the stages."""

    force: bool = False
    interactive: bool = False
    dry: bool = False
    commit: bool = True
    use_run_cache: bool = True
    allow_missing: bool = False
    force_downstream: bool = False
    pull: bool = False
    on_error: str = STOP
    jobs: int = 1
    explain: bool = False
    go_on: bool = False
    """Stages with outputs that persist run even if nothing changed: they go on from those."""

    @property
    def may_pull(self) -> bool:
        """Whether what is missing is to be brought from remotes."""
        return self.pull and not self.dry

    @property
    def is_parallel(self) -> bool:
        """Whether stages may run at once; questions and a dry run come one after the other."""
        return self.jobs > 1 and not self.dry and not self.interactive
