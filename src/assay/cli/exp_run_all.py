"""`exp run --run-all`: run what is queued, and follow it."""

from __future__ import annotations

from assay.cli.exp_results import say_done, say_how_to_apply
from assay.cli.queue_tasks import decoder, write_part
from assay.cli.session import Session
from assay.queue.engines.choice import engine
from assay.queue.engines.settings import LOCAL, chosen_engine
from assay.queue.run_all import RunAll
from assay.ui.phrases import counted

_FOLLOWING = (
    "Following logs for all queued experiments. Use Ctrl+C to stop following logs (experiment "
    "execution will continue).\n"
)
_LEFT_ALONE = (
    "Experiment(s) are still executing in the background. To abort execution use "
    "'dvc queue kill' or 'dvc queue stop'."
)
_FAILED = 1


def run_all(session: Session, jobs: int | None, engine_name: str | None) -> int:
    """Run everything that is queued, and follow it; 1 if something failed."""
    project, console = session.project, session.console
    name = chosen_engine(project.git(), engine_name, session.environ)
    everything = RunAll(project, engine(project, name, session.environ))
    if not everything.begin(jobs if jobs is not None else 1 if name == LOCAL else 0):
        return 0
    console.info(_FOLLOWING)
    decode = decoder("utf-8")
    try:
        for part in everything.output():
            write_part(console, decode(part))
    except KeyboardInterrupt:
        console.info(_LEFT_ALONE)
        return 0
    ends = everything.ends()
    if ends.made:
        say_done(console, ends.made)
        say_how_to_apply(console)
    if ends.waiting:
        console.warning(
            f"{counted(len(ends.waiting), 'experiment')} still in the queue: the workers were "
            "stopped. `dvc queue start` goes on."
        )
    if ends.failed:
        console.note(f"Failed to reproduce experiment(s) '{', '.join(ends.failed)}'")
    return _FAILED if ends.failed else 0
