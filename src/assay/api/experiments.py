"""Experiments for Python users: make them, queue them, look at them, use them.

Functions import what they need when they are called: a stage's script that asks for its parameters
must not pay for all of this.
"""

from __future__ import annotations

import os

from assay.api.place import Place
from assay.api.records import Experiment, from_commit, from_row, from_tasks
from assay.typed import TYPE_CHECKING, Iterable, Mapping, Sequence

if TYPE_CHECKING:
    from assay.experiments.request import RunRequest
    from assay.experiments.start import Start


def run(
    *targets: str,
    params: Mapping[str, object] | None = None,
    name: str = "",
    message: str = "",
    force: bool = False,
    temp: bool = False,
    rev: str = "",
    copy_paths: Sequence[str] = (),
    project: str = ".",
) -> Experiment:
    """`exp run`: bring the pipeline (or `targets`) up to date and save the result.

    `params` sets parameters, as in {"train.lr": 0.1, "other.yaml:seed": 7, "+new.key": [1, 2]}.
    With `temp` the workspace stays as it is; so it does with `rev`, an experiment, a failed task or
    a commit to start from instead of the workspace. `copy_paths` are files and directories that Git
    does not track, to take along there. With `force` everything runs, and an experiment of the
    same `name` is replaced. Raises AssayError for what is refused and for a stage that fails.
    """
    # What it takes to run stages; scripts of stages, which ask for values, do without.
    from assay.experiments.run import run_in_workspace
    from assay.experiments.sandbox_run import run_temporarily

    here = Place(project)
    request = _request(targets, params, name=name, message=message, force=force)
    request = request._replace(copy_paths=tuple(copy_paths))
    if temp or rev:
        made = run_temporarily(
            here.project,
            request,
            addresses=here.addresses,
            console=here.console,
            environ=os.environ,
            start=_start(here, rev),
        )
    else:
        made = run_in_workspace(
            here.project,
            request,
            addresses=here.addresses,
            console=here.console,
            environ=os.environ,
        )
    assert made is not None  # only a dry run makes none
    return from_commit(here.project, made)


def queue(
    *targets: str,
    params: Mapping[str, object] | None = None,
    sweep: Mapping[str, Iterable[object]] | None = None,
    name: str = "",
    force: bool = False,
    priority: int = 0,
    rev: str = "",
    copy_paths: Sequence[str] = (),
    project: str = ".",
) -> list[str]:
    """`exp run --queue`: the names of the new tasks.

    `sweep` gives several values to a parameter; there is one task for each combination, the last
    parameter varies fastest. `name` is that of a single task, of several they get numbers; `rev`
    and `copy_paths` are as for `run`. Nothing runs before `wait`, or `dvc queue start`.
    """
    from assay.queue.enqueue import enqueue

    here = Place(project)
    request = _request(targets, params, sweep, name=name, force=force)
    request = request._replace(copy_paths=tuple(copy_paths))
    tasks = enqueue(
        here.project,
        request,
        addresses=here.addresses,
        console=here.console,
        environ=os.environ,
        priority=priority,
        start=_start(here, rev),
    )
    return [task.name for task in tasks]


def wait(
    *names: str, jobs: int = 1, timeout_s: float | None = None, project: str = "."
) -> list[Experiment]:
    """Run queued tasks and wait: those of `names`, or all. The experiments, also failed ones.

    At least `jobs` workers run tasks at the same time, as background processes that go on when the
    wait ends early. Raises AssayError for an unknown name, and when after `timeout_s` seconds not
    all are over.
    """
    from assay.queue.waiting import pending, wait_for
    from assay.queue.workers import start_elsewhere

    here = Place(project)
    tasks = pending(here.project, names)
    if any(not task.is_over for task in tasks):
        start_elsewhere(here.project, jobs)
    tasks = wait_for(here.project, tasks, timeout_s=timeout_s)
    return from_tasks(here.project, tasks)


def show(
    *revisions: str, all_commits: bool = False, commits: int = 1, project: str = "."
) -> list[Experiment]:
    """`exp show`: the experiments of HEAD, or of `revisions`, with all that waits, runs or failed.

    `commits` also takes first parents of each revision, so many commits in all; negative: all.
    `all_commits` takes every commit. Of one baseline the newest come first.
    """
    from assay.compare.baselines import Request, collect_baselines
    from assay.compare.revisions import RevisionChoice
    from assay.queue.rows import with_queue

    here = Place(project)
    request = Request(
        names=revisions,
        choice=RevisionChoice(all_commits=all_commits),
        history=commits,
        with_workspace=False,
    )
    rows = collect_baselines(here.project, request, here.console)
    return [
        from_row(row, baseline.revision.rev)
        for baseline in with_queue(here.project, rows)
        for row in baseline.experiments
    ]


def save(
    *targets: str,
    name: str = "",
    message: str = "",
    force: bool = False,
    include: Sequence[str] = (),
    project: str = ".",
) -> Experiment:
    """`exp save`: the workspace as it is, as an experiment.

    `include` are untracked or ignored files and directories to take along.
    """
    from assay.experiments.save import SaveRequest
    from assay.experiments.save import save as save_experiment
    from assay.pipeline.workbench import open_workbench

    here = Place(project)
    request = SaveRequest(targets, False, name, message, force, tuple(include))
    bench = open_workbench(here.project, here.addresses, here.console)
    return from_commit(here.project, save_experiment(bench, request))


def apply(experiment: str, *, project: str = ".") -> None:
    """`exp apply`: files and data of an experiment, a task or a revision, into the workspace.

    `undo` brings back what was there.
    """
    from assay.queue.applying import apply as apply_experiment

    here = Place(project)
    apply_experiment(here.project, experiment, addresses=here.addresses, console=here.console)


def undo(*, project: str = ".") -> str:
    """`undo`: the workspace as it was before the last `apply`; what is undone now."""
    from assay.experiments.undo import undo as undo_last

    here = Place(project)
    done = undo_last(here.project, addresses=here.addresses, console=here.console)
    return done.entry.command


def _start(here: Place, rev: str) -> Start | None:
    if not rev:
        return None
    from assay.queue.lookup import start_from

    return start_from(here.project, rev)


def _request(
    targets: tuple[str, ...],
    params: Mapping[str, object] | None,
    sweep: Mapping[str, Iterable[object]] | None = None,
    *,
    name: str,
    message: str = "",
    force: bool,
) -> RunRequest:
    from assay.experiments.override import spell
    from assay.experiments.request import RunRequest
    from assay.pipeline.plan import Selection
    from assay.pipeline.running.repro_options import ReproOptions

    single = [f"{key}={spell(value)}" for key, value in (params or {}).items()]
    several = []
    for key, values in (sweep or {}).items():
        spelt = [spell(value) for value in values]
        if not spelt:
            raise ValueError(f"no values for '{key}'")
        several.append(f"{key}={','.join(spelt)}")
    return RunRequest(
        selection=Selection(targets),
        options=ReproOptions(force=force),
        overrides=(*single, *several),
        name=name,
        message=message,
    )
